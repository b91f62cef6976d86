package syndicate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate/xmltext"
)

// jsonWriter appends JSON; commas are its business, nesting is the caller's.
type jsonWriter struct {
	dst []byte
}

// name begins a member of the innermost object.
func (w *jsonWriter) name(name string) {
	w.comma()
	w.dst = appendJSONString(w.dst, name)
	w.dst = append(w.dst, ':')
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
	w.dst = appendJSONString(w.dst, text)
}

// field writes a member unless its text is empty.
func (w *jsonWriter) field(name, text string) {
	if !isEmpty(text) {
		w.must(name, text)
	}
}

// number writes a member unless it is 0 or negative.
func (w *jsonWriter) number(name string, n int64) {
	if n > 0 {
		w.name(name)
		w.dst = strconv.AppendInt(w.dst, n, 10)
	}
}

func (w *jsonWriter) object(members func()) {
	w.dst = append(w.dst, '{')
	members()
	w.dst = append(w.dst, '}')
}

// list writes an array of up to n elements; element returns false for one that it left out.
func (w *jsonWriter) list(n int, element func(i int) bool) {
	w.dst = append(w.dst, '[')
	first := true
	for i := range n {
		before := len(w.dst)
		if !first {
			w.dst = append(w.dst, ',')
		}
		if !element(i) {
			w.dst = w.dst[:before]
			continue
		}
		first = false
	}
	w.dst = append(w.dst, ']')
}

func (w *jsonWriter) authors(authors []Author) {
	named := make([]Author, 0, len(authors))
	for _, a := range authors {
		if !isEmpty(a.Name) {
			named = append(named, a)
		}
	}
	if len(named) == 0 {
		return
	}
	w.name("authors")
	w.list(len(named), func(i int) bool {
		a := named[i]
		w.object(func() {
			w.field("name", a.Name)
			w.field("url", trimmed(a.URL))
			w.field("avatar", trimmed(a.Avatar))
		})
		return true
	})
}

func (w *jsonWriter) tags(names []string) {
	if len(names) == 0 {
		return
	}
	w.name("tags")
	w.list(len(names), func(i int) bool {
		w.dst = appendJSONString(w.dst, names[i])
		return true
	})
}

// extension writes the object of an extension that has one for JSON. A panic, a name that is no
// extension's and an object that cannot be marshalled cost that object alone.
func (w *jsonWriter) extension(ext Extension, r *report, seen map[string]bool, ask func(JSONExtension) (string, any)) {
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
	case err == nil && seen[name]:
		err = fmt.Errorf("name %q: written by another extension", name)
	}
	if err != nil {
		if r != nil {
			r.refuse("Extensions", fmt.Sprintf("%T: %v", ext, err), RuleExtension, `JSON Feed 1.1, "Extensions"`)
		}
		return
	}
	seen[name] = true
	w.name(name)
	w.dst = append(w.dst, object...)
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
	return len(name) > 1 && name[0] == '_' && strings.IndexByte(asciiLetters, name[1]) >= 0 &&
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
			mended = appendJSONString(mended, text)
		}
		i = end
	}
	return mended
}

// appendJSONString appends s as a JSON string under the character policy of xmltext. HTML stays
// readable: nothing but quotes, backslashes and line ends is escaped.
func appendJSONString(dst []byte, s string) []byte {
	s = xmltext.Legal(s)
	dst = append(dst, '"')
	for start := 0; ; {
		i := xmltext.IndexQuoted(s, start)
		dst = append(dst, s[start:i]...)
		if i == len(s) {
			return append(dst, '"')
		}
		switch s[i] {
		case '\n':
			dst = append(dst, `\n`...)
		case '\t':
			dst = append(dst, `\t`...)
		default: // a quote or a backslash: there are no other controls
			dst = append(dst, '\\', s[i])
		}
		start = i + 1
	}
}
