// Package xmlwriter writes elements of XML. It cannot write a malformed document: names are
// checked, text is escaped, open elements are closed. The encoders of RSS and Atom, package opml
// and, through package xmltext, the extensions write with it.
package xmlwriter

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// Namespace is an XML namespace and the prefix that its elements are written with.
type Namespace struct{ Prefix, URI string }

// Compare orders namespaces by prefix and URI; it returns -1, 0 or +1.
func (ns Namespace) Compare(other Namespace) int {
	return cmp.Or(strings.Compare(ns.Prefix, other.Prefix), strings.Compare(ns.URI, other.URI))
}

// Attr is an attribute. One with an empty value is not written.
type Attr struct{ Name, Value string }

// Writer appends elements to a document.
//
// Empty elements and attributes are not written, so that callers need no conditions: an element
// without text and attributes, or whose children were all empty, leaves no trace. Use
// [Writer.Empty] for an element whose presence is the message.
//
// The methods with Legal in their names take text that the caller knows to be legal; see package
// escape.
type Writer struct {
	dst      []byte
	known    []Namespace   // that names may use
	used     []Namespace   // that the root has to declare, in the order of their first use
	declared []Namespace   // what Declare was called with last
	open     []openElement // the innermost is the last
	errs     []error       // what was refused
}

// openElement is an element between Start and End.
type openElement struct {
	name    string
	start   int  // where its tag begins
	content int  // where its content begins
	used    int  // how many namespaces were used before it
	keep    bool // it has attributes, so it is written even without content
	skipped bool // its name was refused; so are its children
}

// New returns a Writer that appends to dst. Elements and attributes may use the prefixes of the
// known namespaces, and attributes the prefix "xml".
func New(dst []byte, known ...Namespace) *Writer {
	return &Writer{dst: dst, known: known}
}

// Reset makes w a Writer that appends to dst and has written nothing. It keeps the known
// namespaces, and the memory of its lists.
func (w *Writer) Reset(dst []byte) {
	clear(w.used)
	clear(w.open)
	*w = Writer{dst: dst, known: w.known, used: w.used[:0], open: w.open[:0]}
}

// skipping reports whether the innermost open element was refused, and its children with it.
func (w *Writer) skipping() bool {
	n := len(w.open)
	return n > 0 && w.open[n-1].skipped
}

// Element writes <name attrs>text</name>; nothing when text and all attribute values are empty.
func (w *Writer) Element(name, text string, attrs ...Attr) {
	if w.leaf(name, escape.IsEmpty(text), attrs) {
		w.dst = escape.AppendText(w.dst, text)
		w.endTag(name)
	}
}

// LegalElement is [Writer.Element] for legal text.
func (w *Writer) LegalElement(name string, text string, attrs ...Attr) {
	if w.leaf(name, text == "", attrs) {
		w.dst = escape.AppendLegalText(w.dst, text)
		w.endTag(name)
	}
}

// CDATA is [Writer.Element] with its text, usually HTML, in a CDATA section.
func (w *Writer) CDATA(name, text string, attrs ...Attr) {
	if w.leaf(name, escape.IsEmpty(text), attrs) {
		w.dst = escape.AppendCDATA(w.dst, text)
		w.endTag(name)
	}
}

// LegalCDATA is [Writer.CDATA] for legal text.
func (w *Writer) LegalCDATA(name string, text string, attrs ...Attr) {
	if w.leaf(name, text == "", attrs) {
		w.dst = escape.AppendLegalCDATA(w.dst, text)
		w.endTag(name)
	}
}

// InsertText appends elements that another Writer has written, without a prefix in them.
func (w *Writer) InsertText(elements string) {
	if !w.skipping() {
		w.dst = append(w.dst, elements...)
	}
}

// Markup is [Writer.Element] with HTML as its text, which is written escaped, as in a title of
// Media RSS.
func (w *Writer) Markup(name, text string, attrs ...Attr) {
	if w.leaf(name, escape.IsEmpty(text), attrs) {
		w.dst = escape.AppendMarkup(w.dst, text)
		w.endTag(name)
	}
}

// LegalMarkup is [Writer.Markup] for legal text.
func (w *Writer) LegalMarkup(name string, text string, attrs ...Attr) {
	if w.leaf(name, text == "", attrs) {
		w.dst = escape.AppendLegalMarkup(w.dst, text)
		w.endTag(name)
	}
}

// Empty writes <name attrs/>, even without attributes.
func (w *Writer) Empty(name string, attrs ...Attr) {
	if w.tag(name, attrs) {
		w.dst = append(w.dst, "/>"...)
	}
}

// Start opens an element, which [Writer.End] closes. An element without attributes is removed again
// if nothing is written before its End.
func (w *Writer) Start(name string, attrs ...Attr) {
	start, used := len(w.dst), len(w.used)
	ok := w.tag(name, attrs)
	// Only an attribute ends with a quote.
	keep := ok && w.dst[len(w.dst)-1] == '"'
	if ok {
		w.dst = append(w.dst, '>')
	}
	w.open = append(w.open, openElement{name, start, len(w.dst), used, keep, !ok})
}

// End closes the element opened last.
func (w *Writer) End() {
	if len(w.open) == 0 {
		w.errs = append(w.errs, errors.New("End without Start"))
		return
	}
	last := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	content := w.dst[last.content:]
	switch {
	case last.skipped:
	case len(content) > 0 && string(content) != "\n": // more than a Break
		w.endTag(last.name)
	case last.keep: // <name attrs/>
		w.dst = append(w.dst[:last.content-1], "/>"...)
	default: // as if it had never been opened
		w.dst, w.used, w.declared = w.dst[:last.start], w.used[:last.used], nil
	}
}

// Break begins a new line between elements, unless one was just begun. It is part of no text.
func (w *Writer) Break() {
	if n := len(w.dst); n > 0 && w.dst[n-1] != '\n' {
		w.dst = append(w.dst, '\n')
	}
}

// EndAll closes all open elements. Each of them is an error, which [Writer.Err] returns.
func (w *Writer) EndAll() {
	for len(w.open) > 0 {
		w.errs = append(w.errs, fmt.Errorf("element %s: never ended", w.open[len(w.open)-1].name))
		w.End()
	}
}

// Insert appends elements that another Writer has written, which used the given namespaces. If one
// of these cannot be declared, or its prefix stands for another URI in this document, Insert
// returns an error and appends nothing.
func (w *Writer) Insert(elements []byte, used ...Namespace) error {
	if w.skipping() {
		return nil
	}
	for i, ns := range used { // all of them before anything is written
		if err := w.undeclarable(ns); err != nil {
			return err
		}
		same := func(other Namespace) bool { return other.Prefix == ns.Prefix && other.URI != ns.URI }
		if at := slices.IndexFunc(used[:i], same); at >= 0 {
			return fmt.Errorf("prefix %s: already stands for %s", ns.Prefix, used[at].URI)
		}
	}
	w.dst = append(w.dst, elements...)
	w.Use(used...)
	return nil
}

// InsertFrom is [Writer.Insert] with namespaces of another type.
func InsertFrom[N ~struct{ Prefix, URI string }](w *Writer, elements []byte, used []N) error {
	var few [4]Namespace // enough for most extensions, without an allocation
	namespaces := few[:0]
	for _, ns := range used {
		namespaces = append(namespaces, Namespace(ns))
	}
	return w.Insert(elements, namespaces...)
}

// HasElement reports whether an element of the given name is among elements that a Writer has
// written, and not inside of another. Every ">" is the end of a tag or in a CDATA section.
func HasElement(elements []byte, name string) bool {
	depth, cdata, cdataEnd := 0, []byte("<![CDATA["), []byte("]]>")
	for start := bytes.IndexByte(elements, '<'); start >= 0; start = bytes.IndexByte(elements, '<') {
		elements = elements[start:]
		end := bytes.IndexByte(elements, '>')
		switch {
		case bytes.HasPrefix(elements, cdata):
			// What looks like a tag in there is text.
			end = bytes.Index(elements, cdataEnd) + len(cdataEnd) - 1
		case elements[1] == '/':
			depth--
		default:
			tag := bytes.TrimSuffix(elements[1:end], []byte("/"))
			if found, _, _ := bytes.Cut(tag, []byte(" ")); depth == 0 && string(found) == name {
				return true
			}
			// An empty element needs no end tag.
			if elements[end-1] != '/' {
				depth++
			}
		}
		elements = elements[end+1:]
	}
	return false
}

// Declare is [Writer.Insert] without elements. It returns false if the namespaces cannot be
// declared. It is quick for the same slice as in the last call, whose contents must not change.
func (w *Writer) Declare(used []Namespace) bool {
	same := len(used) == len(w.declared) && (len(used) == 0 || &used[0] == &w.declared[0])
	if !same && w.Insert(nil, used...) != nil {
		return false
	}
	w.declared = used
	return true
}

// Use adds namespaces to those that the document has to declare. It refuses those that XML cannot
// declare, and those whose prefix stands for another URI.
func (w *Writer) Use(namespaces ...Namespace) {
	for _, ns := range namespaces {
		if err := w.use(ns); err != nil {
			w.errs = append(w.errs, err)
		}
	}
}

// use is [Writer.Use] for one namespace; it returns why the namespace was refused.
func (w *Writer) use(ns Namespace) error {
	if slices.Contains(w.used, ns) {
		return nil
	}
	if err := w.undeclarable(ns); err != nil {
		return err
	}
	w.used = append(w.used, ns)
	return nil
}

// undeclarable returns why ns cannot be declared on the root element (Namespaces in XML 1.0,
// sections 2.2 and 3); nil if it can.
func (w *Writer) undeclarable(ns Namespace) error {
	const xmlURI, xmlnsURI = "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"
	uri := escape.Legal(ns.URI) // as it would be written
	switch {
	case !isName(ns.Prefix) || ns.Prefix == "xml" || ns.Prefix == "xmlns":
		return fmt.Errorf("prefix %q: cannot be declared", ns.Prefix)
	case uri == "" || uri == xmlURI || uri == xmlnsURI:
		return fmt.Errorf("prefix %s: cannot stand for %q", ns.Prefix, ns.URI)
	}
	if other := w.uri(ns.Prefix); other != "" && other != ns.URI {
		return fmt.Errorf("prefix %s: already stands for %s", ns.Prefix, other)
	}
	return nil
}

// uri returns the namespace that prefix stands for in this document; "" for none.
func (w *Writer) uri(prefix string) string {
	for _, namespaces := range [...][]Namespace{w.used, w.known} {
		for _, ns := range namespaces {
			if ns.Prefix == prefix && ns.URI != "" {
				return ns.URI
			}
		}
	}
	return ""
}

// Bytes returns the document so far: what New or Reset was called with, and what was written since.
func (w *Writer) Bytes() []byte { return w.dst }

// AppendUsed appends the namespaces whose prefixes were written, in the order of the prefixes.
func (w *Writer) AppendUsed(dst []Namespace) []Namespace {
	start := len(dst)
	dst = append(dst, w.used...)
	slices.SortFunc(dst[start:], func(a, b Namespace) int { return strings.Compare(a.Prefix, b.Prefix) })
	return dst
}

// Used returns the namespaces that [Writer.AppendUsed] appends. It allocates nothing if they are
// neighbours among the known namespaces, the common case: the result is then a part of that slice,
// and Declare recognizes it.
func (w *Writer) Used() []Namespace {
	var few [8]Namespace
	used := w.AppendUsed(few[:0])
	if len(used) == 0 {
		return nil
	}
	if i := slices.Index(w.known, used[0]); i >= 0 {
		if known := w.known[i:min(i+len(used), len(w.known))]; slices.Equal(known, used) {
			return slices.Clip(known)
		}
	}
	return slices.Clone(used)
}

// Err returns what was refused: invalid names, unknown prefixes, a missing Start or End. It returns
// nil if nothing was refused.
func (w *Writer) Err() error { return errors.Join(w.errs...) }

// AppendDeclarations appends ` xmlns:prefix="URI"` for each namespace.
func AppendDeclarations(dst []byte, namespaces ...Namespace) []byte {
	for _, ns := range namespaces {
		dst = append(dst, " xmlns:"...)
		dst = append(dst, ns.Prefix...)
		dst = append(dst, `="`...)
		dst = escape.AppendAttr(dst, ns.URI)
		dst = append(dst, '"')
	}
	return dst
}

// leaf begins an element. It returns true if the caller has to write its text and end tag, false if
// the element is empty or was refused.
func (w *Writer) leaf(name string, empty bool, attrs []Attr) bool {
	start, used := len(w.dst), len(w.used)
	// An element without text is written only if it has an attribute with a value.
	for i := 0; empty; i++ {
		if i == len(attrs) {
			return false
		}
		if attrs[i].written() {
			break
		}
	}
	if !w.tag(name, attrs) {
		return false
	}
	switch {
	case !empty:
		w.dst = append(w.dst, '>')
		return true
	case w.dst[len(w.dst)-1] == '"':
		w.dst = append(w.dst, "/>"...)
	default: // its attributes were refused
		w.dst, w.used = w.dst[:start], w.used[:used]
	}
	return false
}

// endTag writes an end tag.
func (w *Writer) endTag(name string) {
	w.dst = append(append(append(w.dst, "</"...), name...), '>')
}

// written reports whether a has a value to write.
func (a *Attr) written() bool { return !escape.IsEmpty(a.Value) }

// tag writes a start tag without its closing bracket. It returns false and writes nothing for an
// invalid name and below an element that was refused.
func (w *Writer) tag(name string, attrs []Attr) bool {
	if w.skipping() || !isName(name) && !w.knows(element, name) {
		return false
	}
	w.dst = append(append(w.dst, '<'), name...)
	for i := range attrs {
		w.attr(name, attrs[:i], &attrs[i])
	}
	return true
}

// attr writes an attribute of an element. It leaves it out if it is empty, refused, or among those
// before it: two attributes with one name make a document malformed (XML 1.0, section 3.1).
func (w *Writer) attr(name string, before []Attr, a *Attr) {
	if !a.written() {
		return
	}
	prefixed := !isName(a.Name) // most have none
	if (prefixed || a.Name == "xmlns") && !w.knows(attribute, a.Name) {
		return
	}
	for i := range before {
		if (before[i].Name == a.Name || prefixed && w.sameAttr(before[i].Name, a.Name)) && before[i].written() {
			w.refuse("attribute %s of %s: given twice", strings.Clone(a.Name), name)
			return
		}
	}
	w.dst = append(append(append(w.dst, ' '), a.Name...), `="`...)
	w.dst = append(escape.AppendAttr(w.dst, a.Value), '"')
}

// sameAttr reports whether two attributes with different names are the same to a parser, which
// compares URIs, not prefixes (Namespaces in XML 1.0, section 6.3).
func (w *Writer) sameAttr(a, b string) bool {
	prefixA, localA, _ := strings.Cut(a, ":")
	prefixB, localB, _ := strings.Cut(b, ":")
	if localA == "" || localA != localB {
		return false // most have no prefix
	}
	uri := w.uri(prefixA)
	return uri != "" && uri == w.uri(prefixB)
}

// The kinds of names.
const (
	element   = "element"
	attribute = "attribute"
)

// knows reports whether the name of an element or attribute may be written, and adds its namespace
// to those that are used. Callers skip it for valid names without a prefix, the common case.
func (w *Writer) knows(kind, name string) bool {
	prefix, local, prefixed := strings.Cut(name, ":")
	if !prefixed {
		prefix, local = "", name
	}
	switch {
	case !isName(local) || prefixed && !isName(prefix):
		w.refuse("%s %q: not an XML name", kind, strings.Clone(name))
		return false
	case kind == attribute && (name == "xmlns" || prefix == "xmlns"):
		w.refuse("%s %q: declarations are the root's", kind, strings.Clone(name))
		return false
	case !prefixed, prefix == "xml" && kind == attribute: // xml:lang needs no declaration
		return true
	}
	err := errUnknownPrefix
	for _, ns := range w.known {
		if ns.Prefix == prefix && ns.URI != "" {
			if err = w.use(ns); err == nil {
				return true
			}
			break
		}
	}
	w.refuse("%s %q: %w", kind, strings.Clone(name), err)
	return false
}

// errUnknownPrefix is why a name with the prefix of an unknown namespace is refused.
var errUnknownPrefix = errors.New("prefix not among the namespaces")

// refuse records an error. Callers clone the names of attributes, so that the compiler sees that
// attributes do not outlive the call and keeps them on the stack.
func (w *Writer) refuse(format string, args ...any) {
	w.errs = append(w.errs, fmt.Errorf(format, args...))
}

// nameBytes holds the bytes of ASCII names, the only names that feed vocabularies use (XML 1.0,
// section 2.3): 2 for a byte that a name may begin with, 1 for one that may follow.
var nameBytes = func() (of [256]byte) {
	for c := byte('a'); c <= 'z'; c++ {
		of[c], of[c-'a'+'A'] = 2, 2
	}
	of['_'] = 2
	for _, c := range []byte("0123456789-.") {
		of[c] = 1
	}
	return of
}()

// isName reports whether s is an ASCII name without a prefix (Namespaces in XML 1.0, section 3:
// NCName). Other scripts' names are refused, which no vocabulary of feeds has.
func isName(s string) bool {
	if s == "" || nameBytes[s[0]] < 2 {
		return false
	}
	for i := 1; i < len(s); i++ {
		if nameBytes[s[i]] == 0 {
			return false
		}
	}
	return true
}
