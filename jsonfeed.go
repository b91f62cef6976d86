package syndicate

import (
	"cmp"

	"github.com/syndicate-go/syndicate/xmltext"
)

// appendJSON writes JSON Feed 1.1: head, items, tail; an item a line.
func appendJSON(dst []byte, f *Feed, r *report) []byte {
	f = f.filledIn()
	w := jsonWriter{dst: dst}
	w.dst = append(w.dst, '{')
	jsonHead(&w, f, r)
	w.name("items")
	w.list(len(f.Articles), func(i int) bool {
		a := f.Articles[i]
		if a == nil {
			return false
		}
		item := r.of(a)
		w.dst = append(w.dst, '\n')
		jsonItem(&w, f, a, item)
		r.add(item)
		return true
	})
	return append(w.dst, "}\n"...)
}

// jsonOpening encodes what stands before the items.
func jsonOpening(f *Feed) []byte {
	w := jsonWriter{dst: []byte{'{'}}
	jsonHead(&w, f, nil)
	w.name("items")
	return append(w.dst, '[')
}

const jsonTail = "]}\n"

func jsonHead(w *jsonWriter, f *Feed, r *report) {
	w.field("version", "https://jsonfeed.org/version/1.1")
	w.must("title", f.Title)
	w.field("home_page_url", trimmed(f.URL))
	w.field("feed_url", trimmed(f.Self[JSON]))
	if next := trimmed(f.PrevArchive[JSON]); next != trimmed(f.Self[JSON]) {
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
	seen := map[string]bool{}
	for _, ext := range f.Extensions {
		w.extension(ext, r, seen, func(ext JSONExtension) (string, any) { return ext.FeedJSON(f) })
	}
}

func jsonHubs(w *jsonWriter, given []string) {
	hubs := make([]string, 0, len(given))
	for _, hub := range given {
		if hub = trimmed(hub); hub != "" {
			hubs = append(hubs, hub)
		}
	}
	if len(hubs) == 0 {
		return
	}
	w.name("hubs")
	w.list(len(hubs), func(i int) bool {
		w.object(func() { w.field("type", "WebSub"); w.field("url", hubs[i]) })
		return true
	})
}

func jsonItem(w *jsonWriter, f *Feed, a *Article, r *report) {
	w.object(func() {
		w.field("id", guid(a, f.tagAuthority()))
		w.field("url", trimmed(a.URL))
		w.field("external_url", trimmed(a.ExternalURL))
		w.field("title", a.Title)
		if !isEmpty(a.Content) {
			w.must("content_html", a.Content)
			w.field("summary", a.Summary)
		} else {
			w.must("content_text", cmp.Or(a.Summary, a.Title))
		}
		w.field("image", trimmed(a.Image.URL))
		w.field("banner_image", trimmed(a.Banner))
		w.field("date_published", atomDate(a.Published))
		if a.edited() {
			w.field("date_modified", atomDate(a.Updated))
		}
		w.authors(a.Authors)
		w.tags(jsonTags(f, a))
		if a.Language != f.Language {
			w.field("language", languageOf(a.Language))
		}
		jsonAttachments(w, a.Enclosures)
		seen := map[string]bool{}
		of := func(ext JSONExtension) (string, any) { return ext.ArticleJSON(a) }
		for _, ext := range f.Extensions {
			w.extension(ext, r, seen, of)
		}
		for _, ext := range a.Extensions {
			w.extension(ext, r, seen, of)
		}
	})
}

// jsonTags returns the names of the categories and tags, each once.
func jsonTags(f *Feed, a *Article) []string {
	names := make([]string, 0, len(a.Categories)+len(a.Tags))
	seen := make(map[string]bool, cap(names))
	add := func(name string) {
		name = xmltext.Legal(name)
		if key := foldSlug(name); name != "" && !seen[key] {
			seen[key] = true
			names = append(names, name)
		}
	}
	for _, c := range a.Categories {
		if c != nil {
			add(f.label(c))
		}
	}
	for _, t := range a.Tags {
		add(t.Name)
	}
	return names
}

func jsonAttachments(w *jsonWriter, enclosures []Enclosure) {
	given := make([]Enclosure, 0, len(enclosures))
	for _, e := range enclosures {
		if e.URL = trimmed(e.URL); e.URL != "" {
			given = append(given, e)
		}
	}
	if len(given) == 0 {
		return
	}
	w.name("attachments")
	w.list(len(given), func(i int) bool {
		e := given[i]
		w.object(func() {
			w.field("url", e.URL)
			w.field("mime_type", cmp.Or(typeOf(e.Type, e.URL), octetStream))
			w.field("title", e.Title)
			w.number("size_in_bytes", e.Size)
			w.number("duration_in_seconds", int64(e.Duration.Seconds()))
		})
		return true
	})
}
