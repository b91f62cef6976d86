package syndicate

import (
	"cmp"
	"strconv"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/slug"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Atom 1.0 (RFC 4287), with archive links (RFC 5005), tombstones (RFC 6721) and threads (RFC 4685).

// appendAtomOpen appends what follows the declarations: the feed's language and the end of the tag.
func appendAtomOpen(dst []byte, f *Feed) []byte {
	language := escape.Legal(languageOf(f.Language))
	if language == "" {
		return append(dst, '>')
	}
	return append(escape.AppendAttr(append(dst, ` xml:lang="`...), language), `">`...)
}

// atomHead writes the elements of the feed, each on a line, without the entries.
func atomHead(w *xmlwriter.Writer, f *Feed, r *report) {
	line := func(name, text string, attrs ...xmlwriter.Attr) { w.Break(); w.Element(name, text, attrs...) }
	line("id", uri.IRIOr(trimmed(f.ID)))
	line("title", f.Title)
	w.Break()
	atomTime(w, "updated", atomUpdated(f.updated()))
	line("subtitle", f.Description)
	headLink(w, "link", "self", Atom.MediaType(), f.Self.Atom)
	headLink(w, "link", "alternate", "text/html", f.URL)
	for _, hub := range f.Hubs {
		headLink(w, "link", "hub", "", hub)
	}
	headLink(w, "link", "current", Atom.MediaType(), f.Current.Atom)
	headLink(w, "link", "prev-archive", Atom.MediaType(), f.PrevArchive.Atom)
	headLink(w, "link", "next-archive", Atom.MediaType(), f.NextArchive.Atom)
	if f.linkedArchive(Atom) {
		w.Break()
		w.Empty("fh:archive")
	}
	for _, a := range f.Authors {
		w.Break()
		atomPerson(w, "author", a, f.AuthorEmails)
	}
	line("rights", f.Copyright)
	line("icon", trimmed(f.Icon))
	line("logo", trimmed(f.Logo.URL))
	line("generator", f.Generator)
	writeExtensions(w, f.Extensions, r, func(ext Extension, w *xmltext.Writer) { ext.WriteFeed(w, Atom, f) })
	for _, t := range f.Tombstones {
		when := string(date.AppendRFC3339(nil, t.When))
		if id := f.atomID(&Article{ID: t.ID}); id != "" && when != "" {
			line("at:deleted-entry", "", xmlwriter.Attr{Name: "ref", Value: id}, xmlwriter.Attr{Name: "when", Value: when})
		}
	}
}

// headLink writes a link of the feed itself, unless it has no address. RSS has it as atom:link.
func headLink(w *xmlwriter.Writer, element, rel, mediaType, href string) {
	if href = trimmed(href); href != "" {
		w.Break()
		w.Element(element, "", xmlwriter.Attr{Name: "rel", Value: rel},
			xmlwriter.Attr{Name: "type", Value: mediaType}, xmlwriter.Attr{Name: "href", Value: href})
	}
}

// atomPerson writes an author or contributor, unless the person has no name.
func atomPerson(w *xmlwriter.Writer, element string, a Author, withMail bool) {
	if escape.IsEmpty(a.Name) {
		return
	}
	w.Start(element)
	w.Element("name", a.Name)
	w.Element("uri", trimmed(a.URL))
	if withMail {
		w.Element("email", trimmed(a.Email))
	}
	w.End()
}

// atomEntry writes an entry, the metadata before the texts.
func atomEntry(w *xmlwriter.Writer, f *Feed, a *Article, known []encodedTag, r *report) {
	w.Break()
	if language := languageOf(a.Language); language != "" && language != f.Language {
		w.Start("entry", xmlwriter.Attr{Name: "xml:lang", Value: language})
	} else {
		w.Start("entry")
	}
	w.Element("id", f.atomID(a))
	atomTitle(w, a)
	atomTime(w, "published", a.Published)
	atomTime(w, "updated", atomUpdated(a.updated()))
	if href := trimmed(a.URL); href != "" {
		w.Element("link", "", xmlwriter.Attr{Name: "rel", Value: "alternate"},
			xmlwriter.Attr{Name: "type", Value: "text/html"}, xmlwriter.Attr{Name: "href", Value: href})
	}
	if href := trimmed(a.ExternalURL); href != "" {
		w.Element("link", "", xmlwriter.Attr{Name: "rel", Value: "related"}, xmlwriter.Attr{Name: "href", Value: href})
	}
	for _, e := range a.Enclosures {
		atomEnclosure(w, "link", e)
	}
	atomReplies(w, a)
	for _, author := range a.Authors {
		atomPerson(w, "author", author, f.AuthorEmails)
	}
	for _, c := range a.Contributors {
		atomPerson(w, "contributor", c, f.AuthorEmails)
	}
	var terms [64]byte
	for i := range a.Categories {
		c := &a.Categories[i]
		if path, ok := appendPath(terms[:0], c, 1); ok {
			atomCategory(w, string(path), f.scheme(KindCategory), f.label(c))
		}
	}
	f.writeTags(w, Atom, a, known)
	w.Element("rights", a.Rights)
	atomSource(w, a)
	extensions := func(ext Extension, w *xmltext.Writer) { ext.WriteArticle(w, Atom, a) }
	writeExtensions(w, f.Extensions, r, extensions)
	writeExtensions(w, a.Extensions, r, extensions)
	w.LegalElement("summary", a.legal(atomSummary(a)))
	// A CDATA section is one way of escaping (XML 1.0 section 2.7).
	if content := a.legalContent(); content != "" {
		w.LegalCDATA("content", content, xmlwriter.Attr{Name: "type", Value: "html"})
	}
	w.End()
}

// atomTitle writes the title, which an entry must have: the first words of an article without a
// title.
func atomTitle(w *xmlwriter.Writer, a *Article) {
	if title := titleOf(a); title != "" {
		w.LegalElement("title", a.legal(title))
		return
	}
	w.Empty("title")
}

// atomSummary returns the summary. An entry without content must have one (RFC 4287 section
// 4.1.1.1).
func atomSummary(a *Article) string {
	if escape.IsEmpty(a.Summary) && escape.IsEmpty(a.Content) {
		return titleOf(a)
	}
	return a.Summary
}

// atomEnclosure writes a link to an enclosure. RSS has it as atom:link.
func atomEnclosure(w *xmlwriter.Writer, element string, e Enclosure) {
	href := trimmed(e.URL)
	if href == "" {
		return
	}
	size := ""
	if e.Size > 0 {
		size = strconv.FormatInt(e.Size, 10)
	}
	mediaType := cmp.Or(mediatype.Of(e.Type, href), mediatype.OctetStream)
	w.Element(element, "", xmlwriter.Attr{Name: "rel", Value: "enclosure"},
		xmlwriter.Attr{Name: "type", Value: mediaType}, xmlwriter.Attr{Name: "length", Value: size},
		xmlwriter.Attr{Name: "title", Value: e.Title}, xmlwriter.Attr{Name: "href", Value: href})
}

// atomReplies writes links to the comments of an entry and to their feed (RFC 4685 section 4).
func atomReplies(w *xmlwriter.Writer, a *Article) {
	count := ""
	if a.CommentCount > 0 {
		count = strconv.Itoa(a.CommentCount)
	}
	if href := trimmed(a.CommentsURL); href != "" {
		w.Element("link", "", xmlwriter.Attr{Name: "rel", Value: "replies"}, xmlwriter.Attr{Name: "type", Value: "text/html"},
			xmlwriter.Attr{Name: "href", Value: href}, xmlwriter.Attr{Name: "thr:count", Value: count})
	}
	if href := trimmed(a.CommentsFeed); href != "" {
		w.Element("link", "", xmlwriter.Attr{Name: "rel", Value: "replies"},
			xmlwriter.Attr{Name: "href", Value: href}, xmlwriter.Attr{Name: "thr:count", Value: count})
	}
}

// atomCategory writes a category or tag, unless it has no term.
func atomCategory(w *xmlwriter.Writer, term, scheme, label string) {
	if term == "" {
		return
	}
	w.Element("category", "", xmlwriter.Attr{Name: "term", Value: term},
		xmlwriter.Attr{Name: "scheme", Value: scheme}, xmlwriter.Attr{Name: "label", Value: label})
}

// atomTag writes a tag of an entry.
func atomTag(w *xmlwriter.Writer, f *Feed, t *Tag) {
	var term [64]byte
	atomCategory(w, string(slug.Append(term[:0], t.Name, t.Slug)), f.scheme(KindTag), t.Name)
}

// atomSource writes the feed that an entry was copied from (RFC 4287 section 4.2.11).
func atomSource(w *xmlwriter.Writer, a *Article) {
	if a.Origin == (Origin{}) {
		return
	}
	updated := a.Origin.Updated
	if updated.IsZero() {
		updated = a.updated()
	}
	w.Start("source")
	w.Element("id", uri.IRIOr(trimmed(cmp.Or(a.Origin.ID, a.Origin.URL))))
	w.Element("title", cmp.Or(a.Origin.Title, a.Origin.URL))
	atomTime(w, "updated", atomUpdated(updated))
	if href := trimmed(a.Origin.URL); href != "" {
		w.Element("link", "", xmlwriter.Attr{Name: "rel", Value: "self"}, xmlwriter.Attr{Name: "href", Value: href})
	}
	w.End()
}

// atomTime writes a date, unless Atom cannot represent it.
func atomTime(w *xmlwriter.Writer, name string, t time.Time) {
	var buf [len(date.RFC3339)]byte
	w.Element(name, string(date.AppendRFC3339(buf[:0], t)))
}

// atomUpdated returns a date for an element that is required (RFC 4287 sections 4.1.1 and 4.1.2).
func atomUpdated(t time.Time) time.Time {
	if !date.Representable(t.UTC()) {
		return never
	}
	return t
}

// never is the date of a feed or article that has none. Readers distrust dates from before feeds
// existed.
var never = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
