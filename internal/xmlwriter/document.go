package xmlwriter

import (
	"sync"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// Declaration begins a document in UTF-8 (XML 1.0, section 2.8).
const Declaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// AppendProlog appends [Declaration] and an instruction that names a CSS style sheet, unless href
// is empty (Associating Style Sheets with XML documents, section 4).
func AppendProlog(dst []byte, href string) []byte {
	dst = append(dst, Declaration...)
	if href == "" { // readers of feeds need none
		return dst
	}
	dst = append(dst, `<?xml-stylesheet type="text/css" href="`...)
	return append(escape.AppendAttr(dst, href), "\"?>\n"...)
}

// AppendRoot appends the start tag of the root element. Callers write the content first, because
// only then is it known which namespaces it uses. The tag consists of what is given in start, the
// declarations of all namespaces that w has used so far, and the attributes that are not empty.
// Their names must be valid.
func (w *Writer) AppendRoot(dst []byte, start string, attrs ...Attr) []byte {
	var few [8]Namespace // enough for most feeds, without an allocation
	dst = AppendDeclarations(append(dst, start...), w.AppendUsed(few[:0])...)
	for i := range attrs {
		if a := &attrs[i]; a.written() {
			dst = append(append(append(dst, ' '), a.Name...), `="`...)
			dst = append(escape.AppendAttr(dst, a.Value), '"')
		}
	}
	return append(dst, '>')
}

// FeedNamespaces are the namespaces that RSS and Atom use by themselves. An extension can use their
// prefixes for the same URIs only.
var FeedNamespaces = []Namespace{
	{Prefix: "atom", URI: "http://www.w3.org/2005/Atom"},
	{Prefix: "content", URI: "http://purl.org/rss/1.0/modules/content/"},
	{Prefix: "dc", URI: "http://purl.org/dc/elements/1.1/"},
	{Prefix: "dcterms", URI: "http://purl.org/dc/terms/"},
	{Prefix: "fh", URI: "http://purl.org/syndication/history/1.0"},
	{Prefix: "slash", URI: "http://purl.org/rss/1.0/modules/slash/"},
	{Prefix: "sy", URI: "http://purl.org/rss/1.0/modules/syndication/"},
	{Prefix: "wfw", URI: "http://wellformedweb.org/CommentAPI/"},
	{Prefix: "at", URI: "http://purl.org/atompub/tombstones/1.0"},
	{Prefix: "thr", URI: "http://purl.org/syndication/thread/1.0"},
}

// Pool keeps the memory of Writers that know the same namespaces. It is safe for concurrent use.
type Pool struct {
	known   []Namespace
	writers sync.Pool
}

// NewPool returns a Pool of Writers that know the given namespaces.
func NewPool(known ...Namespace) *Pool { return &Pool{known: known} }

// Get returns a Writer that appends to dst and has used no namespace yet. Pass it to [Pool.Put]
// when it is no longer needed.
func (p *Pool) Get(dst []byte) *Writer {
	w, ok := p.writers.Get().(*Writer)
	if !ok { // the pool is empty
		return New(dst, p.known...)
	}
	w.Reset(dst)
	return w
}

// Put takes a Writer back. What its Bytes returned remains valid.
func (p *Pool) Put(w *Writer) {
	w.Reset(nil)
	p.writers.Put(w)
}
