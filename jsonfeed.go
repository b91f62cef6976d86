package syndicate

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/slug"
	"github.com/syndicate-go/syndicate/xmltext"
)

// appendJSON writes JSON Feed 1.1: head, items, tail; an item a line.
func appendJSON(dst []byte, f *Feed, r *report) []byte {
	f = f.filledIn()
	w := beginJSON(dst, f, r)
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		item := r.of(a)
		w.comma()
		w.dst = append(w.dst, '\n')
		jsonItem(&w, f, a, item)
		r.take(item)
	}
	return append(w.dst, jsonTail...)
}

// beginJSON appends what stands before the items.
func beginJSON(dst []byte, f *Feed, r *report) jsonWriter {
	w := jsonWriter{dst: append(dst, '{')}
	jsonHead(&w, f, r)
	w.name("items")
	w.dst = append(w.dst, '[')
	return w
}

const jsonTail = "]}\n"

func jsonHead(w *jsonWriter, f *Feed, r *report) {
	w.field("version", "https://jsonfeed.org/version/1.1")
	w.must("title", f.Title)
	w.field("home_page_url", trimmed(f.URL))
	w.field("feed_url", trimmed(f.Self.JSON))
	if next := trimmed(f.PrevArchive.JSON); next != trimmed(f.Self.JSON) {
		w.field("next_url", next)
	}
	w.field("description", f.Description)
	w.field("language", languageOf(f.Language))
	w.field("icon", trimmed(f.Icon))
	w.field("favicon", trimmed(f.Favicon))
	w.authors(f.Authors)
	if f.Expired {
		w.name("expired")
		w.dst = append(w.dst, "true"...)
	}
	jsonHubs(w, f.Hubs)
	w.said = nil
	for _, ext := range f.Extensions {
		w.extension(ext, r, func(ext JSONExtension) (string, any) { return ext.FeedJSON(f) })
	}
}

func jsonHubs(w *jsonWriter, hubs []string) {
	list := w.beginList("hubs")
	for _, hub := range hubs {
		if hub = trimmed(hub); hub != "" {
			w.beginElement()
			w.field("type", "WebSub")
			w.field("url", hub)
			w.endObject()
		}
	}
	w.endList(list)
}

func jsonItem(w *jsonWriter, f *Feed, a *Article, r *report) {
	w.beginObject()
	w.field("id", guid(a))
	w.field("url", trimmed(a.URL))
	w.field("external_url", trimmed(a.ExternalURL))
	w.legalField("title", a.legal(a.Title))
	if content := a.legalContent(); content.String != "" {
		w.legalField("content_html", content)
		w.legalField("summary", a.legal(a.Summary))
	} else {
		w.must("content_text", cmp.Or(a.Summary, a.Title))
	}
	w.field("image", trimmed(a.Image.URL))
	w.field("banner_image", trimmed(a.Banner))
	w.time("date_published", a.Published)
	if a.edited() {
		w.time("date_modified", a.Updated)
	}
	w.authors(a.Authors)
	jsonTags(w, f, a)
	if a.Language != f.Language {
		w.field("language", languageOf(a.Language))
	}
	jsonAttachments(w, a.Enclosures)
	w.said = nil
	of := func(ext JSONExtension) (string, any) { return ext.ArticleJSON(a) }
	for _, ext := range f.Extensions {
		w.extension(ext, r, of)
	}
	for _, ext := range a.Extensions {
		w.extension(ext, r, of)
	}
	w.endObject()
}

// manyTags is how many bytes of names are looked through for each name.
const manyTags = 2 << 10

// jsonTags writes the names of the categories and tags, each once.
func jsonTags(w *jsonWriter, f *Feed, a *Article) {
	var some [512]byte // enough for most articles
	seen := append(some[:0], 0)
	var more map[string]bool // in place of seen when that has become long
	add := func(name string) {
		before := len(seen)
		seen = append(appendFolded(seen, name), 0)
		if more == nil && before > manyTags {
			more = map[string]bool{}
			for _, folded := range strings.Split(string(seen[:before]), "\x00") { // a copy, so that some need not outlive this
				more[folded] = true
			}
		}
		said := false
		if more != nil {
			folded := string(seen[before : len(seen)-1])
			said, more[folded], seen = more[folded], true, seen[:before]
		} else {
			// Names hold no zeros: between two of them stands a name in whole.
			said = bytes.Contains(seen[:before], seen[before-1:])
		}
		if !xmltext.IsEmpty(name) && !said {
			w.comma()
			w.dst = xmltext.AppendJSONString(w.dst, name)
		}
	}
	list := w.beginList("tags")
	for i := range a.Categories {
		add(f.label(&a.Categories[i]))
	}
	for i := range a.Tags {
		add(a.Tags[i].Name)
	}
	w.endList(list)
}

// appendFolded appends a name in the form that names are compared in; for one in ASCII that is small letters.
func appendFolded(dst []byte, name string) []byte {
	start := len(dst)
	for i := range len(name) {
		c := name[i]
		if c < 0x20 || c >= 0x7F {
			return append(dst[:start], slug.Fold(xmltext.Legal(name))...)
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}

func jsonAttachments(w *jsonWriter, enclosures []Enclosure) {
	list := w.beginList("attachments")
	for i := range enclosures {
		e := &enclosures[i]
		href := trimmed(e.URL)
		if href == "" {
			continue
		}
		w.beginElement()
		w.field("url", href)
		w.field("mime_type", cmp.Or(mediatype.Of(e.Type, href), mediatype.OctetStream))
		w.field("title", e.Title)
		w.number("size_in_bytes", e.Size)
		w.number("duration_in_seconds", int64(e.Duration.Seconds()))
		w.endObject()
	}
	w.endList(list)
}
