package syndicate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/jsontext"
	"github.com/syndicate-go/syndicate/internal/slug"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). Names in quotes are headings there.
// Members without a value are not written, except for the title of a feed, which is required. Each
// item is on a separate line, so that feeds can be compared line by line.

// appendJSONHead appends the feed's own members ("Top-level"). The list of items stays open.
// next_url is the archive document with the next older articles, which must not be the feed itself.
func appendJSONHead(dst []byte, f *Feed, r *report) []byte {
	w := jsontext.New(dst)
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
	jsonAuthors(&w, f.Authors)
	if f.Expired {
		w.True("expired")
	}
	jsonHubs(&w, f.Hubs)
	jsonExtensions(&w, f, nil, r)
	w.BeginList("items")
	return w.Bytes()
}

// jsonAuthors writes the authors that have a name ("authors"). The format has no e-mail addresses.
func jsonAuthors(w *jsontext.Writer, authors []Author) {
	w.Objects("authors", len(authors), func(i int) bool {
		a := &authors[i]
		named := w.Field("name", uri.MaskMail(a.Name))
		w.Field("url", trimmed(a.URL))
		w.Field("avatar", trimmed(a.Avatar))
		return named
	})
}

// jsonHubs writes the addresses that notify subscribers of changes ("Subscribing to Real-time
// Notifications").
func jsonHubs(w *jsontext.Writer, hubs []string) {
	w.Objects("hubs", len(hubs), func(i int) bool {
		w.Field("type", "WebSub")
		return w.Field("url", trimmed(hubs[i]))
	})
}

// appendJSONItem appends an item ("Items"). It has content_html or content_text, one of which is
// required: the text of an article without a body is its summary, or its title. date_modified is
// written for articles that were changed after their publication, and language for those in another
// language than the feed's.
func appendJSONItem(dst []byte, f *Feed, a *Article, r *report) []byte {
	w := jsontext.New(append(dst, '\n'))
	w.BeginObject()
	// "id" is a string, and the same as RSS's guid, so that readers recognise the article when a
	// subscriber changes from one format to the other.
	w.Field("id", guid(a))
	w.Field("url", trimmed(a.URL))
	w.Field("external_url", trimmed(a.ExternalURL))
	w.LegalField("title", a.legal(f.titleOf(a, false)))
	if content := a.legalContent(); strings.TrimSpace(content) != "" {
		w.LegalField("content_html", content)
		w.LegalField("summary", a.legal(a.Summary))
	} else {
		w.String("content_text", cmp.Or(trimmed(a.Summary), a.Title))
	}
	// Readers may use "image" as a preview, and show "banner_image" above the text.
	w.Field("image", trimmed(a.Image.URL))
	w.Field("banner_image", trimmed(a.Banner))
	w.Time("date_published", a.Published)
	if a.edited() {
		w.Time("date_modified", a.Updated)
	}
	jsonAuthors(&w, a.Authors)
	jsonTags(&w, f, a)
	if a.Language != f.Language {
		w.Field("language", languageOf(a.Language))
	}
	jsonAttachments(&w, a.Enclosures)
	jsonExtensions(&w, f, a, r)
	w.EndObject()
	return w.Bytes()
}

// jsonTags writes the names of the categories and tags ("tags"), each of them once: JSON Feed does
// not distinguish them. Names that differ in case only are the same.
func jsonTags(w *jsontext.Writer, f *Feed, a *Article) {
	var names slug.Names
	list := w.BeginList("tags")
	add := func(name string) {
		if !escape.IsEmpty(name) && names.Add(name) {
			w.Element(name)
		}
	}
	for i := range a.Categories {
		add(f.label(&a.Categories[i]))
	}
	for i := range a.Tags {
		add(a.Tags[i].Name)
	}
	w.EndList(list)
}

// jsonAttachments writes the enclosures that have an address ("attachments"). Sizes and durations
// that are not known are left out.
func jsonAttachments(w *jsontext.Writer, enclosures []Enclosure) {
	w.Objects("attachments", len(enclosures), func(i int) bool {
		e := &enclosures[i]
		href := trimmed(e.URL)
		w.Field("url", href)
		w.Field("mime_type", e.mediaType(href))
		w.Field("title", e.Title)
		w.Number("size_in_bytes", e.Size)
		w.Number("duration_in_seconds", int64(e.Duration.Seconds()))
		return href != ""
	})
}

// jsonExtensions writes the objects of those extensions that write JSON ("Extensions"): into the
// feed, or into an article if that is not nil. An extension that panics or returns an invalid name,
// a name that another one has used, or an object that cannot be encoded is reported to r, and
// writes nothing.
func jsonExtensions(w *jsontext.Writer, f *Feed, a *Article, r *report) {
	var used []string
	// Of two members with one name, a reader keeps either (RFC 8259 section 4).
	for _, ext := range f.extensionsOf(a) {
		speaker, ok := ext.(JSONExtension)
		if !ok {
			continue
		}
		var name string
		var value any
		var object []byte
		var err error
		panicked := findings.Recovered(func() {
			if a == nil {
				name, value = speaker.FeedJSON(f)
			} else {
				name, value = speaker.ArticleJSON(a)
			}
			object, err = jsontext.Custom(name, value)
		})
		if object != nil && slices.Contains(used, name) {
			err = fmt.Errorf("name %q: written by another extension", name)
		}
		switch err = cmp.Or(panicked, err); {
		case err != nil:
			r.extension(ext, err, `JSON Feed 1.1, "Extensions"`)
		case object != nil:
			used = append(used, name)
			w.Raw(name, object)
		}
	}
}
