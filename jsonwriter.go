package syndicate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/legal"
	"github.com/syndicate-go/syndicate/xmltext"
)

// jsonWriter appends JSON; commas are its business, nesting is the caller's.
type jsonWriter struct {
	dst  []byte
	said []string // the names of extensions in the innermost object
}

// name begins a member of the innermost object.
func (w *jsonWriter) name(name string) {
	w.comma()
	w.dst = append(append(append(w.dst, '"'), name...), `":`...)
}

// comma writes the comma between two members or elements: where something stands before.
func (w *jsonWriter) comma() {
	if last := w.dst[len(w.dst)-1]; last != '{' && last != '[' && last != '\n' && last != ',' {
		w.dst = append(w.dst, ',')
	}
}

// must writes a member even when its text is empty.
func (w *jsonWriter) must(name, text string) {
	w.name(name)
	w.dst = xmltext.AppendJSONString(w.dst, text)
}

// field writes a member unless its text is empty.
func (w *jsonWriter) field(name, text string) {
	if !xmltext.IsEmpty(text) {
		w.must(name, text)
	}
}

// legalField is field for text that is known to be legal.
func (w *jsonWriter) legalField(name string, text legal.Text) {
	if text.String != "" {
		w.name(name)
		w.dst = xmltext.AppendLegalJSONString(w.dst, text)
	}
}

// number writes a member unless it is 0 or negative.
func (w *jsonWriter) number(name string, n int64) {
	if n > 0 {
		w.name(name)
		w.dst = strconv.AppendInt(w.dst, n, 10)
	}
}

// time writes a member unless the date is none.
func (w *jsonWriter) time(name string, t time.Time) {
	var buf [len(date.RFC3339)]byte
	w.field(name, string(date.AppendRFC3339(buf[:0], t)))
}

func (w *jsonWriter) beginObject() { w.dst = append(w.dst, '{') }
func (w *jsonWriter) endObject()   { w.dst = append(w.dst, '}') }

// beginElement begins an object that is an element of the innermost list.
func (w *jsonWriter) beginElement() {
	w.comma()
	w.beginObject()
}

// beginList begins a member that is a list, and returns where, for endList.
func (w *jsonWriter) beginList(name string) (start int) {
	start = len(w.dst)
	w.name(name)
	w.dst = append(w.dst, '[')
	return start
}

// endList ends a list, and takes one back that has no elements.
func (w *jsonWriter) endList(start int) {
	if w.dst[len(w.dst)-1] == '[' {
		w.dst = w.dst[:start]
		return
	}
	w.dst = append(w.dst, ']')
}

func (w *jsonWriter) authors(authors []Author) {
	list := w.beginList("authors")
	for i := range authors {
		a := &authors[i]
		if xmltext.IsEmpty(a.Name) {
			continue
		}
		w.beginElement()
		w.field("name", a.Name)
		w.field("url", trimmed(a.URL))
		w.field("avatar", trimmed(a.Avatar))
		w.endObject()
	}
	w.endList(list)
}

// extension writes the object of an extension that has one for JSON. A panic, a name that is no
// extension's and an object that cannot be marshalled cost that object alone.
func (w *jsonWriter) extension(ext Extension, r *report, ask func(JSONExtension) (string, any)) {
	speaker, ok := ext.(JSONExtension)
	if !ok {
		return
	}
	name, object, err := marshalExtension(speaker, ask)
	switch {
	case err == nil && object == nil:
		return
	case err == nil && !isExtensionName(name):
		err = fmt.Errorf("name %q: not an underscore, a letter and more without a dot", name)
	case err == nil && slices.Contains(w.said, name):
		err = fmt.Errorf("name %q: written by another extension", name)
	}
	if err != nil {
		if r != nil {
			r.refuse("Extensions", fmt.Sprintf("%T: %v", ext, err), RuleExtension, `JSON Feed 1.1, "Extensions"`)
		}
		return
	}
	w.said = append(w.said, name)
	w.comma()
	w.dst = append(append(xmltext.AppendJSONString(w.dst, name), ':'), object...)
}

func marshalExtension(ext JSONExtension, ask func(JSONExtension) (string, any)) (name string, object []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	name, value := ask(ext)
	if value == nil {
		return "", nil, nil
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", nil, err
	}
	object = bytes.TrimSpace(b.Bytes())
	if string(object) == "null" {
		return "", nil, nil
	}
	if len(object) == 0 || object[0] != '{' {
		return "", nil, fmt.Errorf("%s is no object", name)
	}
	return name, mendStrings(object), nil
}

func isExtensionName(name string) bool {
	return len(name) > 1 && name[0] == '_' && 'a' <= name[1]|0x20 && name[1]|0x20 <= 'z' &&
		!strings.Contains(name, ".") && xmltext.Legal(name) == name
}

// mendStrings brings the strings of a JSON document, which encoding/json wrote, under the character
// policy of xmltext.
func mendStrings(doc []byte) []byte {
	var mended []byte
	for i := 0; i < len(doc); i++ {
		if doc[i] != '"' {
			mended = append(mended, doc[i])
			continue
		}
		end := i + 1
		for doc[end] != '"' {
			if doc[end] == '\\' {
				end++
			}
			end++
		}
		var text string
		if err := json.Unmarshal(doc[i:end+1], &text); err != nil {
			mended = append(mended, doc[i:end+1]...) // cannot be: encoding/json wrote it
		} else {
			mended = xmltext.AppendJSONString(mended, text)
		}
		i = end
	}
	return mended
}
