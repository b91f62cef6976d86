package xmltext

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/internal/legal"
)

// Namespace is an XML namespace and the prefix its elements are written with.
type Namespace struct {
	Prefix string // the conventional one: "media". Required.
	URI    string // exactly as registered, with its slash or hash at the end. Required.
}

// Compare orders namespaces by prefix and URI; it returns -1, 0 or +1.
func (ns Namespace) Compare(other Namespace) int {
	return cmp.Or(strings.Compare(ns.Prefix, other.Prefix), strings.Compare(ns.URI, other.URI))
}

// Attr is an attribute. One with an empty value is not written.
type Attr struct{ Name, Value string }

// Writer appends elements to a document. It cannot produce malformed XML: names are checked, text
// is escaped, what stays open is closed. What it had to leave out is told by [Writer.Err].
//
// Empty elements and attributes are never written, so callers need no conditions: an element
// without text and attributes, or one whose children all were empty, leaves no trace. An element
// that says something by its mere presence is written with [Writer.Empty].
type Writer struct {
	dst   []byte
	known []Namespace
	used  []Namespace
	open  []openElement
	errs  []error
}

type openElement struct {
	name    string
	start   int // where its tag begins
	content int // where its content begins
	used    int // how many namespaces were used before it
	keep    bool
	skipped bool // its name was refused; so are its children
}

// NewWriter returns a Writer that appends to dst. Elements and attributes may use the prefixes of
// the known namespaces, and none besides "xml".
func NewWriter(dst []byte, known ...Namespace) *Writer {
	return &Writer{dst: dst, known: known}
}

// Reset makes w a Writer that appends to dst and has written nothing yet. The known namespaces stay, and so does
// the memory of its own lists: a program that writes many documents needs no new Writer for each.
func (w *Writer) Reset(dst []byte) {
	clear(w.used)
	clear(w.open)
	*w = Writer{dst: dst, known: w.known, used: w.used[:0], open: w.open[:0]}
}

// Element writes <name attrs>text</name>; nothing when text and all attribute values are empty.
func (w *Writer) Element(name, text string, attrs ...Attr) {
	if w.leaf(name, IsEmpty(text), attrs) {
		w.dst = plain.append(w.dst, text)
		w.endTag(name)
	}
}

// LegalElement is [Writer.Element] for this module's encoders, which know of some texts that they are legal.
func (w *Writer) LegalElement(name string, text legal.Text, attrs ...Attr) {
	if w.leaf(name, text.String == "", attrs) {
		w.dst = plain.appendLegal(w.dst, text.String)
		w.endTag(name)
	}
}

// CDATA is [Writer.Element] with its text, usually HTML, in a CDATA section.
func (w *Writer) CDATA(name, text string, attrs ...Attr) {
	if w.leaf(name, IsEmpty(text), attrs) {
		w.dst = AppendCDATA(w.dst, text)
		w.endTag(name)
	}
}

// LegalCDATA is [Writer.CDATA] for this module's encoders, which know of most bodies that they are legal.
func (w *Writer) LegalCDATA(name string, text legal.Text, attrs ...Attr) {
	if w.leaf(name, text.String == "", attrs) {
		w.dst = appendCDATA(w.dst, text.String)
		w.endTag(name)
	}
}

// Encoded appends elements that this module's encoders have written before.
func (w *Writer) Encoded(elements legal.Elements) {
	if n := len(w.open); n == 0 || !w.open[n-1].skipped {
		w.dst = append(w.dst, elements.String...)
	}
}

// Markup is [Writer.Element] for HTML that is carried escaped, as in a title of Media RSS.
func (w *Writer) Markup(name, text string, attrs ...Attr) {
	if w.leaf(name, IsEmpty(text), attrs) {
		w.dst = markup.append(w.dst, text)
		w.endTag(name)
	}
}

// LegalMarkup is [Writer.Markup] for this module's encoders.
func (w *Writer) LegalMarkup(name string, text legal.Text, attrs ...Attr) {
	if w.leaf(name, text.String == "", attrs) {
		w.dst = markup.appendLegal(w.dst, text.String)
		w.endTag(name)
	}
}

// Empty writes <name attrs/>, even without attributes: for elements whose presence is their message.
func (w *Writer) Empty(name string, attrs ...Attr) {
	if w.tag(name, attrs) {
		w.dst = append(w.dst, "/>"...)
	}
}

// Start opens an element; each Start has its [Writer.End]. When nothing is written in between and
// the element has no attributes, it is taken back.
func (w *Writer) Start(name string, attrs ...Attr) {
	start, used := len(w.dst), len(w.used)
	ok := w.tag(name, attrs)
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
	case last.keep:
		w.dst = append(w.dst[:last.content-1], "/>"...)
	default:
		w.dst, w.used = w.dst[:last.start], w.used[:last.used]
	}
}

// Break begins a new line between elements, for the eyes of people; it is no part of any text.
func (w *Writer) Break() {
	if n := len(w.dst); n > 0 && w.dst[n-1] != '\n' {
		w.dst = append(w.dst, '\n')
	}
}

// Nested lets write add elements with a Writer of its own, which knows the given namespaces and
// cannot close what this one opened. When write panics, or uses a prefix that stands for another URI
// here, nothing of what it wrote stays. The error tells of that and of everything the nested Writer
// refused.
func (w *Writer) Nested(known []Namespace, write func(*Writer)) (err error) {
	if n := len(w.open); n > 0 && w.open[n-1].skipped {
		return nil
	}
	inner := NewWriter(w.dst, known...)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	write(inner)
	for len(inner.open) > 0 {
		inner.errs = append(inner.errs, fmt.Errorf("element %s: never ended", inner.open[len(inner.open)-1].name))
		inner.End()
	}
	for _, ns := range inner.used {
		if err := w.undeclarable(ns); err != nil {
			return err
		}
	}
	w.dst = inner.dst
	w.Use(inner.used...)
	return inner.Err()
}

// Use notes that the document needs the declarations of namespaces that were written elsewhere. It
// refuses those that XML cannot declare, and a prefix that stands for another URI.
func (w *Writer) Use(namespaces ...Namespace) {
	for _, ns := range namespaces {
		if err := w.use(ns); err != nil {
			w.errs = append(w.errs, err)
		}
	}
}

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

// undeclarable tells why ns cannot be declared on the root (Namespaces in XML 1.0, sections 2.2 and
// 3); nil when it can.
func (w *Writer) undeclarable(ns Namespace) error {
	const xmlURI, xmlnsURI = "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"
	uri := Legal(ns.URI)
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

// uri returns what prefix stands for in this document, "" when it is free.
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

// Bytes returns everything written so far, after what the Writer was made with.
func (w *Writer) Bytes() []byte { return w.dst }

// Used returns the namespaces whose prefixes were written, ordered by prefix.
func (w *Writer) Used() []Namespace { return w.AppendUsed(nil) }

// AppendUsed appends what [Writer.Used] returns.
func (w *Writer) AppendUsed(dst []Namespace) []Namespace {
	start := len(dst)
	dst = append(dst, w.used...)
	slices.SortFunc(dst[start:], func(a, b Namespace) int { return strings.Compare(a.Prefix, b.Prefix) })
	return dst
}

// Err tells what was refused: names that are none, prefixes that are not known, a missing Start or
// End; nil if nothing was.
func (w *Writer) Err() error { return errors.Join(w.errs...) }

// AppendDeclarations appends ` xmlns:prefix="URI"` for each namespace.
func AppendDeclarations(dst []byte, namespaces ...Namespace) []byte {
	for _, ns := range namespaces {
		dst = append(dst, " xmlns:"...)
		dst = append(dst, ns.Prefix...)
		dst = append(dst, `="`...)
		dst = AppendAttr(dst, ns.URI)
		dst = append(dst, '"')
	}
	return dst
}

// leaf begins an element whose text and end tag follow; false when they do not: it is empty, or was refused.
func (w *Writer) leaf(name string, empty bool, attrs []Attr) bool {
	start, used := len(w.dst), len(w.used)
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

func (w *Writer) endTag(name string) {
	w.dst = append(append(append(w.dst, "</"...), name...), '>')
}

// written reports whether a is there when it is written.
func (a *Attr) written() bool { return !IsEmpty(a.Value) }

// tag writes a start tag without its bracket. It refuses, and writes nothing, below an element that
// was refused and for names that are none.
func (w *Writer) tag(name string, attrs []Attr) bool {
	if n := len(w.open); n > 0 && w.open[n-1].skipped || !isName(name) && !w.knows(element, name) {
		return false
	}
	w.dst = append(append(w.dst, '<'), name...)
	for i := range attrs {
		w.attr(name, attrs[:i], &attrs[i])
	}
	return true
}

// attr writes an attribute of an element unless it is empty, refused, or among those before it.
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
	w.dst = append(quotable.append(w.dst, a.Value), '"')
}

// sameAttr reports whether two attributes of one element with different names are the same to a parser, which looks
// at URIs, not prefixes (Namespaces in XML 1.0, section 6.3).
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

// knows reports whether name, that of an element or an attribute, may be written, and notes its namespace as
// used. Plain names need not be asked about, which most are.
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
	case !prefixed, prefix == "xml" && kind == attribute:
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

var errUnknownPrefix = errors.New("prefix not among the namespaces")

// refuse notes what was left out. Names of attributes are cloned for it: then the compiler sees that values
// need not outlive the call, and callers may make them on the stack.
func (w *Writer) refuse(format string, args ...any) {
	w.errs = append(w.errs, fmt.Errorf(format, args...))
}

// nameBytes tells the bytes of the ASCII names that feed vocabularies use (XML 1.0, section 2.3): 2 for those
// that a name may begin with, 1 for the others.
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
