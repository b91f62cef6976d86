// Package xmltext is what an extension of feeds needs: the [Writer] that its methods are called
// with. What it writes is well-formed XML, whatever text it is given.
//
// An extension implements [github.com/syndicate-go/syndicate.Extension]. The encoders call its
// methods with a Writer that knows the namespaces of the extension, and copy the elements that were
// written into the feed. If the extension panics, or if one of its prefixes stands for another
// namespace in the feed, they copy nothing of it.
//
// To test an extension, call its methods with a Writer made by [NewWriter] and compare
// [Writer.Bytes].
package xmltext

import "github.com/syndicate-go/syndicate/internal/xmlwriter"

// Namespace is an XML namespace and the prefix that its elements are written with.
type Namespace struct {
	Prefix string // The conventional one: "media". Required.
	URI    string // Exactly as registered, with its slash or hash at the end. Required.
}

// Attr is an attribute. Its name may have a prefix. An attribute with an empty value is not
// written.
type Attr struct{ Name, Value string }

// Writer writes elements. It checks names, escapes text, and drops or replaces characters that XML
// 1.0 does not allow. It leaves out what is wrong; [Writer.Err] returns what that was.
//
// Empty elements and attributes are not written, so that an extension needs no conditions: an
// element without text and attributes, or whose children were all empty, leaves no trace. Use
// [Writer.Empty] for an element whose presence is the message.
//
// Names without a prefix are those of the feed's format. Do not write elements that the encoder
// writes.
type Writer struct{ to xmlwriter.Writer }

// NewWriter returns an empty Writer. Elements and attributes may use the prefixes of the known
// namespaces, and attributes the prefix "xml".
func NewWriter(known ...Namespace) *Writer {
	namespaces := make([]xmlwriter.Namespace, len(known))
	for i, ns := range known {
		namespaces[i] = xmlwriter.Namespace(ns)
	}
	return &Writer{*xmlwriter.New(nil, namespaces...)}
}

// Start opens an element. Close it with [Writer.End]. An element without attributes is removed
// again if nothing is written before its End.
func (w *Writer) Start(name string, attrs ...Attr) {
	var room attrRoom
	w.to.Start(name, room.fill(attrs)...)
}

// End closes the element that was opened last.
func (w *Writer) End() { w.to.End() }

// Element writes <name attrs>text</name>, the text escaped. It writes nothing if the text and all
// attribute values are empty.
func (w *Writer) Element(name, text string, attrs ...Attr) {
	var room attrRoom
	w.to.Element(name, text, room.fill(attrs)...)
}

// Empty writes <name attrs/>, even without attributes.
func (w *Writer) Empty(name string, attrs ...Attr) {
	var room attrRoom
	w.to.Empty(name, room.fill(attrs)...)
}

// CDATA is [Writer.Element] with its text, usually HTML, in a CDATA section.
func (w *Writer) CDATA(name, text string, attrs ...Attr) {
	var room attrRoom
	w.to.CDATA(name, text, room.fill(attrs)...)
}

// Markup is [Writer.Element] with HTML as its text. It differs in the form of the escapes: "&lt;"
// where Element writes "&#x3C;", which some readers do not take for HTML.
func (w *Writer) Markup(name, text string, attrs ...Attr) {
	var room attrRoom
	w.to.Markup(name, text, room.fill(attrs)...)
}

// Bytes closes the elements that are still open, which is an error that [Writer.Err] then returns.
// It returns everything that was written.
func (w *Writer) Bytes() []byte {
	w.to.EndAll()
	return w.to.Bytes()
}

// Used returns the namespaces whose prefixes were written, in the order of the prefixes. The feed
// declares them on its root element, and no others.
func (w *Writer) Used() []Namespace {
	var used []Namespace
	for _, ns := range w.to.AppendUsed(nil) {
		used = append(used, Namespace(ns))
	}
	return used
}

// Err returns what was left out: invalid names, prefixes of unknown namespaces, an attribute given
// twice, a missing Start or End. It returns nil if nothing was left out.
func (w *Writer) Err() error { return w.to.Err() }

// attrRoom is room for the attributes of most elements, so that they need no memory.
type attrRoom [8]xmlwriter.Attr

// fill returns the attributes in the writer's type, in r if there is room for them.
func (r *attrRoom) fill(attrs []Attr) []xmlwriter.Attr {
	dst := r[:0]
	for _, a := range attrs {
		dst = append(dst, xmlwriter.Attr(a))
	}
	return dst
}
