package syndicate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/jsontext"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/slug"
)

// jsonHead writes what precedes the items. The list of items stays open.
func jsonHead(w *jsontext.Writer, f *Feed, r *report) {
	w.BeginObject()
	w.Field("version", "https://jsonfeed.org/version/1.1")
	w.String("title", f.Title)
	w.Field("home_page_url", trimmed(f.URL))
	w.Field("feed_url", trimmed(f.Self.JSON))
	if next := trimmed(f.PrevArchive.JSON); next != trimmed(f.Self.JSON) {
		w.Field("next_url", next)
	}
	w.Field("description", f.Description)
	w.Field("language", languageOf(f.Language))
	w.Field("icon", trimmed(f.Icon))
	w.Field("favicon", trimmed(f.Favicon))
	jsonAuthors(w, f.Authors)
	if f.Expired {
		w.True("expired")
	}
	jsonHubs(w, f.Hubs)
	jsonExtensions(w, r, func(ext JSONExtension) (string, any) { return ext.FeedJSON(f) }, f.Extensions)
	w.BeginList("items")
}

// jsonTail follows the items.
const jsonTail = "]}\n"

// jsonAuthors writes the authors that have a name.
func jsonAuthors(w *jsontext.Writer, authors []Author) {
	list := w.BeginList("authors")
	for i := range authors {
		a := &authors[i]
		if escape.IsEmpty(a.Name) {
			continue
		}
		w.BeginElement()
		w.Field("name", a.Name)
		w.Field("url", trimmed(a.URL))
		w.Field("avatar", trimmed(a.Avatar))
		w.EndObject()
	}
	w.EndList(list)
}

// jsonTime writes a date, unless no format can write it.
func jsonTime(w *jsontext.Writer, name string, t time.Time) {
	var buf [len(date.RFC3339)]byte
	w.Field(name, string(date.AppendRFC3339(buf[:0], t)))
}

// jsonHubs writes the addresses that notify subscribers of changes.
func jsonHubs(w *jsontext.Writer, hubs []string) {
	list := w.BeginList("hubs")
	for _, hub := range hubs {
		if hub = trimmed(hub); hub != "" {
			w.BeginElement()
			w.Field("type", "WebSub")
			w.Field("url", hub)
			w.EndObject()
		}
	}
	w.EndList(list)
}

// jsonItem writes an item.
func jsonItem(w *jsontext.Writer, f *Feed, a *Article, r *report) {
	w.BeginObject()
	w.Field("id", guid(a))
	w.Field("url", trimmed(a.URL))
	w.Field("external_url", trimmed(a.ExternalURL))
	w.LegalField("title", a.legal(a.Title))
	if content := a.legalContent(); content != "" {
		w.LegalField("content_html", content)
		w.LegalField("summary", a.legal(a.Summary))
	} else {
		w.String("content_text", cmp.Or(a.Summary, a.Title))
	}
	w.Field("image", trimmed(a.Image.URL))
	w.Field("banner_image", trimmed(a.Banner))
	jsonTime(w, "date_published", a.Published)
	if a.edited() {
		jsonTime(w, "date_modified", a.Updated)
	}
	jsonAuthors(w, a.Authors)
	jsonTags(w, f, a)
	if a.Language != f.Language {
		w.Field("language", languageOf(a.Language))
	}
	jsonAttachments(w, a.Enclosures)
	of := func(ext JSONExtension) (string, any) { return ext.ArticleJSON(a) }
	jsonExtensions(w, r, of, f.Extensions, a.Extensions)
	w.EndObject()
}

// manyTags is how many bytes of names jsonTags searches through for each name. For more names than
// that it makes a map.
const manyTags = 2 << 10

// jsonTags writes the names of the categories and tags, each of them once.
func jsonTags(w *jsontext.Writer, f *Feed, a *Article) {
	var some [512]byte          // enough for most articles
	seen := append(some[:0], 0) // the names so far in folded form, each between two zeros
	var more map[string]bool    // the same names, when they are many
	add := func(name string) {
		before := len(seen)
		seen = append(appendFolded(seen, name), 0)
		if more == nil && before > manyTags {
			more = map[string]bool{}
			for _, folded := range strings.Split(string(seen[:before]), "\x00") { // a copy, so that some stays on the stack
				more[folded] = true
			}
		}
		said := false
		if more != nil {
			folded := string(seen[before : len(seen)-1])
			said, more[folded], seen = more[folded], true, seen[:before]
		} else {
			// Folded names hold no zeros, so that only whole names match.
			said = bytes.Contains(seen[:before], seen[before-1:])
		}
		if !escape.IsEmpty(name) && !said {
			w.Element(name)
		}
	}
	list := w.BeginList("tags")
	for i := range a.Categories {
		add(f.label(&a.Categories[i]))
	}
	for i := range a.Tags {
		add(a.Tags[i].Name)
	}
	w.EndList(list)
}

// appendFolded appends [slug.Fold] of a name, the form in which names are compared. For ASCII that
// is lower case.
func appendFolded(dst []byte, name string) []byte {
	start := len(dst)
	for i := range len(name) {
		c := name[i]
		if c < 0x20 || c >= 0x7F {
			return append(dst[:start], slug.Fold(escape.Legal(name))...)
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}

// jsonAttachments writes the enclosures that have an address.
func jsonAttachments(w *jsontext.Writer, enclosures []Enclosure) {
	list := w.BeginList("attachments")
	for i := range enclosures {
		e := &enclosures[i]
		href := trimmed(e.URL)
		if href == "" {
			continue
		}
		w.BeginElement()
		w.Field("url", href)
		w.Field("mime_type", cmp.Or(mediatype.Of(e.Type, href), mediatype.OctetStream))
		w.Field("title", e.Title)
		w.Number("size_in_bytes", e.Size)
		w.Number("duration_in_seconds", int64(e.Duration.Seconds()))
		w.EndObject()
	}
	w.EndList(list)
}

// jsonExtensions writes the objects of those extensions that write JSON. An extension that panics,
// returns an invalid name or one that another extension has used, or an object that cannot be
// encoded is reported to r, unless that is nil, and its object is left out.
func jsonExtensions(w *jsontext.Writer, r *report, ask func(JSONExtension) (string, any), lists ...[]Extension) {
	var used []string
	for _, extensions := range lists {
		for _, ext := range extensions {
			speaker, ok := ext.(JSONExtension)
			if !ok {
				continue
			}
			name, object, err := encodeObject(speaker, ask)
			switch {
			case err == nil && object == nil:
				continue
			case err == nil && !isExtensionName(name):
				err = fmt.Errorf("name %q: not an underscore, a letter and more without a dot", name)
			case err == nil && slices.Contains(used, name):
				err = fmt.Errorf("name %q: written by another extension", name)
			}
			if err != nil {
				if r != nil {
					r.refuse("Extensions", fmt.Sprintf("%T: %v", ext, err), RuleExtension, `JSON Feed 1.1, "Extensions"`)
				}
				continue
			}
			used = append(used, name)
			w.Raw(name, object)
		}
	}
}

// encodeObject returns the name and the object of an extension, encoded; a nil object if there is
// none.
func encodeObject(ext JSONExtension, ask func(JSONExtension) (string, any)) (name string, object []byte, err error) {
	var b bytes.Buffer
	var value any
	panicked := recovered(func() {
		if name, value = ask(ext); value != nil {
			encoder := json.NewEncoder(&b)
			encoder.SetEscapeHTML(false)
			err = encoder.Encode(value)
		}
	})
	if err = cmp.Or(panicked, err); err != nil || value == nil {
		return "", nil, err
	}
	object = bytes.TrimSpace(b.Bytes())
	if string(object) == "null" {
		return "", nil, nil
	}
	if len(object) == 0 || object[0] != '{' {
		return "", nil, fmt.Errorf("%s is no object", name)
	}
	return name, jsontext.AppendLegal(nil, object), nil
}

// isExtensionName reports whether JSON Feed allows name for an object of an extension.
func isExtensionName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return len(name) > 1 && name[0] == '_' && strings.IndexByte(letters, name[1]) >= 0 &&
		!strings.Contains(name, ".") && escape.Legal(name) == name
}
