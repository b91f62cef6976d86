package xmlwriter

import (
	"fmt"
	"strconv"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
)

// Line is [Writer.Element] on a separate line, for documents that people may read, such as OPML.
func (w *Writer) Line(name, text string, attrs ...Attr) {
	w.Break()
	w.Element(name, text, attrs...)
}

// List writes an element on a separate line, with a child for each value. It writes nothing for an
// empty list.
func List[V any](w *Writer, name, child string, values []V) {
	w.Break()
	w.Start(name)
	for _, value := range values {
		w.Element(child, fmt.Sprint(value))
	}
	w.End()
}

// Number writes an element whose text is n. It writes nothing if n is 0 or negative.
func (w *Writer) Number(name string, n int64) {
	if n > 0 {
		var buf [20]byte // as many as the largest int64 needs
		w.LegalElement(name, string(strconv.AppendInt(buf[:0], n, 10)))
	}
}

// RFC822 writes an element whose text is a date in the form of RFC 822, which RSS has. It writes
// nothing for a date that no format can represent.
func (w *Writer) RFC822(name string, t time.Time) {
	var buf [len(date.RFC822)]byte
	w.LegalElement(name, string(date.AppendRFC822(buf[:0], t)))
}

// RFC3339 is [Writer.RFC822] in the form of RFC 3339, which Atom and most vocabularies of XML have.
func (w *Writer) RFC3339(name string, t time.Time) {
	var buf [len(date.RFC3339)]byte
	w.LegalElement(name, string(date.AppendRFC3339(buf[:0], t)))
}

// Link holds the attributes of a link (RFC 4287 section 4.2.7). Count is the attribute thr:count
// (RFC 4685 section 4). Numbers of 0 and below are not written.
type Link struct {
	Rel, Type, Title, Href string
	Length, Count          int64
}

// Link writes an element with the attributes of a link, without space around the address. It writes
// nothing if the address is empty. The element is Atom's link, with a prefix in RSS, or RSS's
// enclosure.
func (w *Writer) Link(element string, l Link) {
	href := escape.Trim(l.Href)
	if href == "" {
		return
	}
	w.Element(element, "", Attr{"rel", l.Rel}, Attr{"type", l.Type}, Attr{"length", positive(l.Length)},
		Attr{"title", l.Title}, Attr{"href", href}, Attr{"thr:count", positive(l.Count)})
}

// positive returns n in digits, or "" if it is 0 or negative: then the attribute is not written.
func positive(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
