package syndicate

import (
	"slices"
	"strings"
	"sync"

	"github.com/syndicate-go/syndicate/xmltext"
)

// How a Source's feed becomes a document without being encoded: it is taken apart into pieces when its bytes
// are first asked for, and they are copied. A feed that a program has changed since gets a head of its own and copies of
// those items that are still the Source's.

// original is what a Source's feed was when it was made, and its documents.
type original struct {
	feed      Feed // as it was made; nobody else sees it
	site      *Publication
	documents [formatCount]struct {
		once sync.Once
		document
	}
}

// newOriginal remembers f, with every slice that a program could write into.
func newOriginal(f *Feed, site *Publication) *original {
	made := *f.copy()
	made.original = nil // of a feed that was too long, which nobody needs any more
	made.Hubs, made.Tombstones, made.Extensions = slices.Clone(f.Hubs), slices.Clone(f.Tombstones), slices.Clone(f.Extensions)
	made.Schedule.SkipHours, made.Schedule.SkipDays = slices.Clone(f.Schedule.SkipHours), slices.Clone(f.Schedule.SkipDays)
	return &original{feed: made, site: site}
}

func (o *original) document(format Format) *document {
	made := &o.documents[format]
	made.once.Do(func() { made.fill(&o.feed, format, o.site) })
	return &made.document
}

// fits reports whether the feed keeps within so many bytes in every format.
func (o *original) fits(bytes int) bool {
	for _, format := range Formats() {
		if o.document(format).size > bytes {
			return false
		}
	}
	return true
}

// document returns f in pieces, nil if no Source has prepared any; and whether it is as the Source made it.
func (f *Feed) document(format Format) (d *document, unchanged bool) {
	o := f.original
	switch {
	case o == nil || !f.itemsAs(&o.feed):
		return nil, false
	case f.headAs(&o.feed) && slices.Equal(f.Articles, o.feed.Articles):
		return o.document(format), true
	}
	d = new(document)
	d.fill(f.filledIn(), format, o.site)
	return d, false
}

// document is a feed in one format, in its order: head, items, tail.
type document struct {
	of   []*piece
	cut  int // what the first item lacks of its piece: a comma
	size int
	gzip gzipDocument
}

// append copies the document.
func (d *document) append(dst []byte) []byte {
	dst = slices.Grow(dst, d.size)
	for i, p := range d.of {
		head := p.head
		if i == 1 {
			head = head[d.cut:]
		}
		dst = append(append(append(dst, head...), p.body...), p.tail...)
	}
	return dst
}

func (d *document) add(p *piece) {
	d.of = append(d.of, p)
	d.size += p.size()
}

// fill gathers the pieces of a feed whose items say what those of the site's other feeds do.
func (d *document) fill(f *Feed, format Format, site *Publication) {
	d.of = make([]*piece, 0, len(f.Articles)+2)
	head := new(piece)
	scratch := scratches.Get().(*[]byte)
	defer keepScratch(scratch)
	if format == JSON {
		*scratch = beginJSON((*scratch)[:0], f, nil).dst
		head.head = string(*scratch)
	} else {
		w := newWriter(xmlFormats[format].open((*scratch)[:0], f))
		xmlFormats[format].head(w, f, nil)
		w.Break()
		*scratch = w.Bytes()
		head.used = usedBy(w)
		keepWriter(w)
	}
	d.add(head)
	used := head.used
	var last []xmltext.Namespace // what the last piece used, most often all that the next one does
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		if p := site.encoded(f, a, format); p != nil {
			all, ok := used, len(p.used) == len(last) && (len(last) == 0 || &p.used[0] == &last[0])
			if !ok {
				all, ok = together(used, p.used)
			}
			if ok {
				used, last = all, p.used
				d.add(p)
				continue
			}
		}
		before := len(*scratch)
		*scratch, used = f.appendItem(*scratch, format, a, nil, used)
		d.add(&piece{head: string((*scratch)[before:])})
		*scratch = (*scratch)[:before]
	}
	d.add(tails[format])
	if format == JSON && len(d.of) > 2 {
		d.cut = len(",")
		d.size -= d.cut
	} else if format != JSON {
		d.declare(f, xmlFormats[format], used, scratch)
	}
}

// declare completes the head of an XML document, which is in scratch.
func (d *document) declare(f *Feed, format xmlFormat, used []xmltext.Namespace, scratch *[]byte) {
	slices.SortFunc(used, xmltext.Namespace.Compare)
	head := len(*scratch)
	*scratch = xmltext.AppendDeclarations(format.start(*scratch, f), used...)
	d.size += len(*scratch)
	var b strings.Builder
	b.Grow(len(*scratch))
	b.Write((*scratch)[head:])
	b.Write((*scratch)[:head])
	d.of[0].head = b.String()
}

// together joins namespaces; false when prefixes of the two mean different things, so that it matters
// which comes first.
func together(used, more []xmltext.Namespace) ([]xmltext.Namespace, bool) {
	for _, ns := range more {
		i := slices.IndexFunc(used, func(u xmltext.Namespace) bool { return u.Prefix == ns.Prefix })
		if i >= 0 && used[i] != ns {
			return nil, false
		}
	}
	for _, ns := range more {
		if !slices.Contains(used, ns) {
			used = append(used, ns)
		}
	}
	return used, true
}

// xmlFormat is what RSS and Atom have in common: a root that declares what is used, a head, items, a tail.
type xmlFormat struct {
	root string                     // the root's tag as far as the declarations
	open func([]byte, *Feed) []byte // appends the rest of it
	head func(*xmltext.Writer, *Feed, *report)
	item func(*xmltext.Writer, *Feed, *Article, []encodedTag, *report)
	tail string
}

var xmlFormats = [...]xmlFormat{
	RSS:  {`<rss version="2.0"`, appendRSSOpen, rssHead, rssItem, "</channel>\n</rss>\n"},
	Atom: {`<feed xmlns="http://www.w3.org/2005/Atom"`, appendAtomOpen, atomHead, atomEntry, "</feed>\n"},
}

// append encodes f, all of it.
func (x xmlFormat) append(dst []byte, f *Feed, r *report) []byte {
	f = f.filledIn()
	dst = x.start(dst, f)
	d := declarations{at: len(dst)}
	w := newWriter(x.open(dst, f))
	defer keepWriter(w)
	x.head(w, f, r)
	w.Break()
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		item := r.of(a)
		x.item(w, f, a, nil, item)
		w.Break()
		r.take(item)
		if d.size == 0 {
			d.write(w)
		}
	}
	d.write(w)
	return append(w.Bytes(), x.tail...)
}

// declarations are where the root of a document declares namespaces. They are written once the first item is
// there, which most often has used whatever the others use, so that little has to make room for them.
type declarations struct{ at, size, namespaces int }

// write puts down what w has used, in place of what was put down before.
func (d *declarations) write(w *xmltext.Writer) {
	var few [8]xmltext.Namespace
	used := w.AppendUsed(few[:0])
	if len(used) == d.namespaces {
		return
	}
	var text [512]byte
	declared := xmltext.AppendDeclarations(text[:0], used...)
	w.Reset(slices.Replace(w.Bytes(), d.at, d.at+d.size, declared...))
	w.Use(used...)
	d.size, d.namespaces = len(declared), len(used)
}

// writers write the XML formats; they are kept for their lists.
var writers = sync.Pool{New: func() any { return xmltext.NewWriter(nil, ownNamespaces...) }}

// newWriter returns a Writer that appends to dst, for keepWriter to take back.
func newWriter(dst []byte) *xmltext.Writer {
	w := writers.Get().(*xmltext.Writer)
	w.Reset(dst)
	return w
}

func keepWriter(w *xmltext.Writer) {
	w.Reset(nil)
	writers.Put(w)
}

// start appends what stands before the declarations.
func (x xmlFormat) start(dst []byte, f *Feed) []byte {
	dst = append(dst, xmlDeclaration...)
	if href := trimmed(f.Stylesheet); href != "" {
		dst = append(dst, `<?xml-stylesheet type="text/css" href="`...)
		dst = append(xmltext.AppendAttr(dst, href), "\"?>\n"...)
	}
	return append(dst, x.root...)
}

// tails end the documents.
var tails = [...]*piece{
	RSS:  {tail: xmlFormats[RSS].tail},
	Atom: {tail: xmlFormats[Atom].tail},
	JSON: {tail: jsonTail},
}
