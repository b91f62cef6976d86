package joined

import (
	"bytes"
	"slices"
	"sync"
)

// Builder puts a document together from parts that other documents share and its own text. The
// text grows in one buffer: append to what [Builder.Text] returns, and pass the result to
// [Builder.Own] or [Builder.Begin].
type Builder struct {
	text  []byte // all that is not shared
	begin span   // what precedes the spans
	spans []span // the rest of the document in order
	size  int    // of the shared parts

	separator *Part // put before each span but the first; nil for none
	separated bool  // there was a first span since Separate
}

// span is a shared part, a shared document, or a range of the Builder's text. Ranges remain
// valid when the buffer grows and moves.
type span struct {
	shared   *Part
	document *Document
	from, to int
}

// mostText is the largest capacity of a Builder's text that is kept.
const mostText = 32 << 20

var builders = sync.Pool{New: func() any { return new(Builder) }}

// NewBuilder returns an empty Builder. Call its Free when it is no longer needed.
func NewBuilder() *Builder { return builders.Get().(*Builder) }

// Free keeps the Builder's memory for another one, unless that is more than most documents need.
func (b *Builder) Free() {
	clear(b.spans)
	*b = Builder{text: b.text[:0], spans: b.spans[:0]}
	if cap(b.text) <= mostText {
		builders.Put(b)
	}
}

// Text returns the text that the Builder has taken over so far.
func (b *Builder) Text() []byte { return b.text }

// Separate has the Builder put a part between what is added from now on; nil ends that.
func (b *Builder) Separate(p *Part) { b.separator, b.separated = p, false }

// add adds a span to the document.
func (b *Builder) add(s span, size int) {
	if b.separator != nil && b.separated {
		b.spans = append(b.spans, span{shared: b.separator})
		b.size += b.separator.Len()
	}
	b.separated = true
	b.spans = append(b.spans, s)
	b.size += size
}

// Own adds to the document what was appended to [Builder.Text].
func (b *Builder) Own(text []byte) {
	from := len(b.text)
	b.text = text
	// Text after text becomes one part, so that it is compressed as one.
	if n := len(b.spans); n > 0 && b.spans[n-1].isText() && b.separator == nil {
		b.spans[n-1].to = len(text)
		return
	}
	b.add(span{from: from, to: len(text)}, 0)
}

// isText reports whether the span is a range of the Builder's text.
func (s span) isText() bool { return s.shared == nil && s.document == nil }

// Share adds a part that other documents may share.
func (b *Builder) Share(p *Part) { b.add(span{shared: p}, p.Len()) }

// ShareDocument adds a document that other documents may share.
func (b *Builder) ShareDocument(d *Document) { b.add(span{document: d}, d.Len()) }

// Begin puts what was appended to [Builder.Text] before everything else. No call of Own may follow.
func (b *Builder) Begin(text []byte) {
	b.begin = span{from: len(b.text), to: len(text)}
	b.text = text
}

// Append appends the document.
func (b *Builder) Append(dst []byte) []byte {
	dst = append(slices.Grow(dst, len(b.text)+b.size), b.text[b.begin.from:b.begin.to]...)
	for _, s := range b.spans {
		switch {
		case s.shared != nil:
			dst = s.shared.Append(dst)
		case s.document != nil:
			dst = s.document.Append(dst)
		default:
			dst = append(dst, b.text[s.from:s.to]...)
		}
	}
	return dst
}

// AddTo adds the document's parts to an empty Document, which does not refer to the Builder's
// memory.
func (b *Builder) AddTo(d *Document) {
	d.Grow(len(b.spans) + 1)
	begin := string(b.text[b.begin.from:b.begin.to])
	for i, s := range b.spans {
		switch {
		case s.isText() && i == 0:
			s.shared = &Part{Head: begin, Body: string(b.text[s.from:s.to])} // compressed as one
		case s.isText():
			s.shared = &Part{Body: string(b.text[s.from:s.to])}
		case i == 0 && begin != "":
			d.Add(&Part{Head: begin})
		}
		if s.document != nil {
			d.Insert(s.document)
		} else {
			d.Add(s.shared)
		}
	}
	if len(b.spans) == 0 && begin != "" {
		d.Add(&Part{Head: begin})
	}
}

// Split cuts text in three and gives each part its piece, all of one block of memory. The first
// part ends at second, the second one at third. If both of them end with the CDATA section of the
// same body, they share its memory. A body that the section had to split is not shared.
func Split(text []byte, second, third int, body string, parts [3]*Part) {
	start, end, inFirst := bodyIn(text[:second], body)
	head, tail, inSecond := bodyIn(text[second:third], body)
	if inFirst && inSecond { // keep the copy of the first
		text = slices.Delete(text, second+head, second+tail)
		third -= tail - head
	} else {
		start, end, head = 0, 0, 0
	}
	block := string(text)
	parts[0].Head = block[:second]
	parts[1].Head, parts[1].Body, parts[1].Tail = block[second:second+head], block[start:end], block[second+head:third]
	parts[2].Head = block[third:]
}

// bodyIn returns where body is in the last CDATA section of text. It returns false if it is not
// there as it is.
func bodyIn(text []byte, body string) (start, end int, ok bool) {
	end = bytes.LastIndex(text, []byte("]]>"))
	start = end - len(body)
	if body == "" || start < 0 || string(text[start:end]) != body {
		return 0, 0, false
	}
	return start, end, true
}
