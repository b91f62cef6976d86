package syndicate

import (
	"cmp"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/slug"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

// Atom 1.0 (RFC 4287), with archive links (RFC 5005), tombstones (RFC 6721) and threads (RFC 4685).
// Sections without another RFC's number are those of RFC 4287. An id has to be an absolute IRI in
// canonical form (section 4.2.6): others become tag: URIs (RFC 4151).

// atomHead writes the elements of the feed (section 4.1.1), each on a line, without the entries:
// the required ones (id, title, updated), the optional ones, the feed's links, the extensions'
// elements, and a tombstone for each article that was removed (RFC 6721 section 3).
func atomHead(w *xmlwriter.Writer, f *Feed, r *report) {
	// Required. A feed without any date gets one that readers take for old, never the current time:
	// the same feed has the same bytes.
	w.Line("id", uri.IRIOr(trimmed(f.ID)))
	w.Line("title", f.Title)
	w.Break()
	w.RFC3339("updated", date.OrEarly(f.updated()))
	// Optional. The author stands for entries that name none (section 4.2.1).
	w.Line("subtitle", f.Description)
	writeHeadLinks(w, "link", f, Atom, f.URL)
	for i := range f.Authors {
		w.Break()
		atomPerson(w, "author", &f.Authors[i], f.AuthorEmails)
	}
	w.Line("rights", f.Copyright)
	w.Line("icon", trimmed(f.Icon))
	w.Line("logo", trimmed(f.Logo.URL))
	w.Line("generator", f.Generator)
	writeExtensions(w, f, nil, Atom, r)
	for _, t := range f.Tombstones {
		when := string(date.AppendRFC3339(nil, t.When))
		if id := f.atomID(&Article{ID: t.ID}); id != "" && when != "" {
			w.Line("at:deleted-entry", "", attr("ref", id), attr("when", when))
		}
	}
}

// writeHeadLinks writes the links of the feed itself: to its own address, in Atom to its page, to
// its hubs (WebSub section 4) and to its archive (RFC 5005 section 4). RSS has them as atom:link.
func writeHeadLinks(w *xmlwriter.Writer, element string, f *Feed, format Format, page string) {
	line := func(rel, mediaType, href string) {
		w.Break()
		w.Link(element, xmlwriter.Link{Rel: rel, Type: mediaType, Href: href})
	}
	// Links without an address are left out.
	line("self", format.MediaType(), f.Self.For(format))
	line("alternate", "text/html", page)
	for _, hub := range f.Hubs {
		line("hub", "", hub)
	}
	line("current", format.MediaType(), f.Current.For(format))
	line("prev-archive", format.MediaType(), f.PrevArchive.For(format))
	line("next-archive", format.MediaType(), f.NextArchive.For(format))
	if f.linkedArchive(format) {
		w.Break()
		w.Empty("fh:archive")
	}
}

// atomPerson writes an author or contributor (section 3.2), unless the person has no name, which is
// required. It writes the e-mail address only if the site publishes such addresses.
func atomPerson(w *xmlwriter.Writer, element string, a *Author, withMail bool) {
	if escape.IsEmpty(a.Name) {
		return
	}
	w.Start(element)
	w.Element("name", uri.MaskMail(a.Name))
	w.Element("uri", trimmed(a.URL))
	if withMail {
		w.Element("email", trimmed(a.Email))
	}
	w.End()
}

// atomEntry writes an entry (section 4.1.2) on a separate line, the metadata before the texts.
//
// Its xml:lang is written where the language is not the feed's. updated is the last change that
// matters to readers, or the publication. The body is HTML (section 3.1.1.2), titles and summaries
// are plain text.
func atomEntry(w *xmlwriter.Writer, f *Feed, a *Article, known *Publication, r *report) {
	language := languageOf(a.Language)
	if language == f.Language {
		language = ""
	}
	w.Break()
	w.Start("entry", attr("xml:lang", language))
	w.Element("id", f.atomID(a))
	if title := f.titleOf(a, true); title != "" {
		w.LegalElement("title", a.legal(title))
	} else {
		w.Empty("title") // an entry must have one
	}
	w.RFC3339("published", a.Published) // section 4.2.9: the first publication
	w.RFC3339("updated", date.OrEarly(a.updated()))
	// The page is the entry's alternate version (section 4.2.7.2). Other links follow it.
	w.Link("link", xmlwriter.Link{Rel: "alternate", Type: "text/html", Href: a.URL})
	w.Link("link", xmlwriter.Link{Rel: "related", Href: a.ExternalURL})
	for i := range a.Enclosures {
		atomEnclosure(w, "link", &a.Enclosures[i])
	}
	count := int64(a.CommentCount) // thr:count, on links to the comments and to their feed (RFC 4685)
	w.Link("link", xmlwriter.Link{Rel: "replies", Type: "text/html", Href: a.CommentsURL, Count: count})
	w.Link("link", xmlwriter.Link{Rel: "replies", Href: a.CommentsFeed, Count: count})
	// An entry without authors is by those of the feed.
	for i := range a.Authors {
		atomPerson(w, "author", &a.Authors[i], f.AuthorEmails)
	}
	for i := range a.Contributors {
		atomPerson(w, "contributor", &a.Contributors[i], f.AuthorEmails)
	}
	// Categories before tags, as in the other formats.
	var terms [64]byte
	for i := range a.Categories {
		c := &a.Categories[i]
		if path, ok := appendPath(terms[:0], c, 1); ok {
			atomCategory(w, string(path), f.CategoryScheme, f.label(c))
		}
	}
	writeTags(w, f, a, Atom, known)
	w.Element("rights", a.Rights)
	if a.Origin != (Origin{}) {
		atomSource(w, a)
	}
	writeExtensions(w, f, a, Atom, r)
	summary := a.Summary
	if escape.IsEmpty(summary) && escape.IsEmpty(a.Content) {
		summary = f.titleOf(a, true) // an entry without content must have one (section 4.1.1.1)
	}
	w.LegalElement("summary", a.legal(summary))
	// A CDATA section is one way of escaping (XML 1.0 section 2.7).
	if content := a.legalContent(); content != "" {
		w.LegalCDATA("content", content, attr("type", "html"))
	}
	w.End()
}

// atomEnclosure writes a link to an enclosure (section 4.2.7.2). RSS has it as atom:link. The size
// is left out if it is not known: the attribute length is a hint.
func atomEnclosure(w *xmlwriter.Writer, element string, e *Enclosure) {
	href := trimmed(e.URL)
	w.Link(element, xmlwriter.Link{
		Rel: "enclosure", Type: e.mediaType(href), Length: e.Size, Title: e.Title, Href: href,
	})
}

// atomCategory writes a category or tag (section 4.2.2), unless it has no term. The term is its
// path or slug, the label its name. The scheme tells categories and tags of the same term apart.
func atomCategory(w *xmlwriter.Writer, term, scheme, label string) {
	if !escape.IsEmpty(term) {
		w.Element("category", "", attr("term", term), attr("scheme", scheme), attr("label", label))
	}
}

// atomTag writes a tag of an entry. Its slug is the term, and most slugs need no memory.
func atomTag(w *xmlwriter.Writer, f *Feed, t *Tag) {
	var term [64]byte
	atomCategory(w, string(slug.Append(term[:0], t.Name, t.Slug)), f.TagScheme, t.Name)
}

// atomSource writes the feed that an entry was copied from (section 4.2.11), with the elements that
// identify it: id, title, updated, and a link to the feed itself.
func atomSource(w *xmlwriter.Writer, a *Article) {
	from, updated := a.Origin, a.Origin.Updated
	if updated.IsZero() {
		updated = a.updated()
	}
	w.Start("source")
	w.Element("id", uri.IRIOr(cmp.Or(trimmed(from.ID), trimmed(from.URL))))
	w.Element("title", cmp.Or(from.Title, from.URL))
	w.RFC3339("updated", date.OrEarly(updated))
	w.Link("link", xmlwriter.Link{Rel: "self", Href: from.URL})
	w.End()
}
