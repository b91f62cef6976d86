// Package jsontext writes JSON (RFC 8259) whose strings hold only characters that XML 1.0 allows
// too; see package escape.
package jsontext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
)

// Writer appends JSON. Each method writes one member of the innermost object, or one element of the
// innermost list, with the comma before it; the caller is responsible for the nesting. Members
// without a value are not written, so that callers need no conditions. Names are written as they
// are, except by [Writer.Raw]: they must need no escapes.
type Writer struct{ dst []byte }

// New returns a Writer that appends to dst. It is a value and needs no allocation.
func New(dst []byte) Writer { return Writer{dst} }

// Bytes returns the document so far, with what the Writer was made with.
func (w *Writer) Bytes() []byte { return w.dst }

// Name begins a member of the innermost object. Its value has to follow.
func (w *Writer) Name(name string) {
	w.comma()
	w.dst = append(append(append(w.dst, '"'), name...), `":`...)
}

// comma writes the comma that separates two members or elements, if one precedes. The last byte
// shows that: none precedes right after an opening bracket, a line break or another comma.
func (w *Writer) comma() {
	if n := len(w.dst); n > 0 {
		switch w.dst[n-1] {
		case '{', '[', '\n', ',':
		default:
			w.dst = append(w.dst, ',')
		}
	}
}

// String writes a member whose value is text.
func (w *Writer) String(name, text string) {
	w.Name(name)
	w.dst = escape.AppendJSON(w.dst, text)
}

// Field is [Writer.String] unless text is empty: then it writes nothing and returns false.
func (w *Writer) Field(name, text string) bool {
	if escape.IsEmpty(text) {
		return false
	}
	w.String(name, text)
	return true
}

// LegalField is [Writer.Field] for text that is known to be legal; see package escape.
func (w *Writer) LegalField(name, text string) {
	if text != "" {
		w.Name(name)
		w.dst = escape.AppendLegalJSON(w.dst, text)
	}
}

// Number writes a member whose value is n; nothing if n is 0 or negative.
func (w *Writer) Number(name string, n int64) {
	if n > 0 {
		w.Name(name)
		w.dst = strconv.AppendInt(w.dst, n, 10)
	}
}

// Time writes a member whose value is a date in the form of RFC 3339; nothing for a date that the
// form cannot represent.
func (w *Writer) Time(name string, t time.Time) {
	var buf [len(date.RFC3339)]byte
	w.LegalField(name, string(date.AppendRFC3339(buf[:0], t)))
}

// True writes a member whose value is true. Callers leave out a member that would be false.
func (w *Writer) True(name string) {
	w.Name(name)
	w.dst = append(w.dst, "true"...)
}

// Raw writes a member whose value is JSON already. Its name may be any text.
func (w *Writer) Raw(name string, value []byte) {
	w.comma()
	w.dst = append(append(escape.AppendJSON(w.dst, name), ':'), value...)
}

// BeginObject begins an object where no comma has to precede it: after [Writer.Name], or at the
// top. [Writer.EndObject] ends it, also if it was begun by [Writer.BeginElement].
func (w *Writer) BeginObject() { w.dst = append(w.dst, '{') }

// EndObject ends the innermost object.
func (w *Writer) EndObject() { w.dst = append(w.dst, '}') }

// BeginElement begins an object that is an element of the innermost list. [Writer.EndObject] ends
// it.
func (w *Writer) BeginElement() {
	w.comma()
	w.BeginObject()
}

// Element writes an element of the innermost list.
func (w *Writer) Element(text string) {
	w.comma()
	w.dst = escape.AppendJSON(w.dst, text)
}

// BeginList begins a member whose value is a list. Pass what it returns to [Writer.EndList].
func (w *Writer) BeginList(name string) (start int) {
	start = len(w.dst)
	w.Name(name)
	w.dst = append(w.dst, '[')
	return start
}

// EndList ends the list that began at start. It removes a list without elements, and its name.
func (w *Writer) EndList(start int) {
	if w.dst[len(w.dst)-1] == '[' {
		w.dst = w.dst[:start]
		return
	}
	w.dst = append(w.dst, ']')
}

// Objects writes a member whose value is a list of n objects; nothing if it has no elements. The
// function members writes the members of an object. If it returns false, the object is left out.
func (w *Writer) Objects(name string, n int, members func(i int) bool) {
	list := w.BeginList(name)
	for i := range n {
		start := len(w.dst)
		w.BeginElement()
		if members(i) {
			w.EndObject()
		} else {
			w.dst = w.dst[:start]
		}
	}
	w.EndList(list)
}

// AppendLegal appends doc, valid JSON, with its strings made legal. Everything outside of strings
// is copied. A string is decoded and encoded again, so that an escaped character that XML does not
// allow ("\u0000") is found too.
func AppendLegal(dst, doc []byte) []byte {
	for i := 0; i < len(doc); i++ {
		if doc[i] != '"' {
			dst = append(dst, doc[i])
			continue
		}
		end := i + 1 // the closing quote
		for doc[end] != '"' {
			if doc[end] == '\\' {
				end++ // whatever is escaped, perhaps a quote
			}
			end++
		}
		var text string
		if err := json.Unmarshal(doc[i:end+1], &text); err != nil {
			dst = append(dst, doc[i:end+1]...) // not valid JSON
		} else {
			dst = escape.AppendJSON(dst, text)
		}
		i = end
	}
	return dst
}

// Custom returns value, encoded by encoding/json and made legal, for a member that extends a
// document. It returns nil if value is nil or encoded as null. Otherwise it returns an error unless
// value is an object and name is an underscore, a letter and more without a dot (JSON Feed 1.1,
// "Extensions").
func Custom(name string, value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // "<" as itself, as in the rest of the document
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	object := bytes.TrimSpace(b.Bytes()) // Encode ends with a line break
	switch {
	case string(object) == "null":
		return nil, nil
	case len(object) == 0 || object[0] != '{':
		return nil, fmt.Errorf("%s is no object", name)
	case !isCustomName(name):
		return nil, fmt.Errorf("name %q: not an underscore, a letter and more without a dot", name)
	}
	return AppendLegal(nil, object), nil
}

// isCustomName reports whether JSON Feed allows name for an extension.
func isCustomName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return len(name) > 1 && name[0] == '_' && strings.IndexByte(letters, name[1]) >= 0 &&
		!strings.Contains(name, ".") && escape.Legal(name) == name
}
