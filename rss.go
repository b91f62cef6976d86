package syndicate

import (
	"cmp"
	"strconv"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/htmltext"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

// RSS 2.0, by the RSS Advisory Board's specification (https://www.rssboard.org/rss-specification)
// and profile. The order of the elements is part of the output: readers that stop early, or that
// show what they read last, get the metadata first and the body last.

// rssHead writes the elements of the channel, each on a line, without the items: the required ones
// (title, link, description), the optional ones of RSS 2.0, sy:updatePeriod and sy:updateFrequency
// (RSS 1.0 module Syndication), the feed's links, and the extensions' elements. The profile asks
// for dates of four-digit years and for a lastBuildDate; ttl is in whole minutes.
func rssHead(w *xmlwriter.Writer, f *Feed, r *report) {
	w.Line("title", f.Title)
	w.Line("link", trimmed(f.URL))
	w.Line("description", f.Description)
	// Optional, in the order of the specification.
	w.Line("language", languageOf(f.Language))
	w.Line("copyright", f.Copyright)
	w.Line("managingEditor", rssPerson(f.ManagingEditor, f.Title))
	w.Line("webMaster", rssPerson(f.WebMaster, f.Title))
	w.Break()
	w.RFC822("lastBuildDate", date.OrEarly(f.updated()))
	w.Line("generator", f.Generator)
	w.Line("docs", "http://www.rssboard.org/rss-specification")
	w.Break()
	minutes := f.Schedule.TTL / time.Minute
	if f.Schedule.TTL%time.Minute > 0 {
		minutes++ // a begun one counts
	}
	w.Number("ttl", int64(minutes))
	rssImage(w, f)
	// When readers need not ask, in GMT, each hour and day once and in order.
	xmlwriter.List(w, "skipHours", "hour", few.Sorted(f.Schedule.SkipHours))
	xmlwriter.List(w, "skipDays", "day", few.Sorted(f.Schedule.SkipDays))
	if period := trimmed(f.Schedule.UpdatePeriod); period != "" {
		w.Line("sy:updatePeriod", period)
		w.Line("sy:updateFrequency", strconv.Itoa(max(1, f.Schedule.UpdateFrequency)))
	}
	// RSS has no element for the feed's own address. The profile recommends Atom's link for it.
	writeHeadLinks(w, "atom:link", f, RSS, "")
	writeExtensions(w, f, nil, RSS, r)
}

// rssImage writes the logo, unless RSS does not allow its type. Its title and link are those of the
// channel, as the specification asks. RSS has upper limits for its width (144) and height (400);
// larger ones are left out, and readers then scale the image themselves.
func rssImage(w *xmlwriter.Writer, f *Feed) {
	logo := f.Logo
	if logo.URL == "" || !rssImageType(logo) {
		return
	}
	w.Break()
	w.Start("image")
	w.Element("url", trimmed(logo.URL))
	w.Element("title", f.Title)
	w.Element("link", trimmed(f.URL))
	if logo.Width > 0 && logo.Width <= 144 && logo.Height > 0 && logo.Height <= 400 {
		w.Number("width", int64(logo.Width))
		w.Number("height", int64(logo.Height))
	}
	w.End()
}

// rssImageType reports whether RSS allows the type of an image, or does not know it ("image").
func rssImageType(i Image) bool { return mediatype.IsOldImage(mediatype.Of(i.Type, i.URL)) }

// rssItem writes an item on a separate line, the metadata before the texts.
//
// The guid is a permalink only if it is the article's address byte for byte. pubDate is the first
// publication. RSS has no element for later changes, so Dublin Core's modified has them.
// wfw:commentRss and slash:comments are those of the vocabularies Well-Formed Web and Slash, which
// WordPress writes too.
func rssItem(w *xmlwriter.Writer, f *Feed, a *Article, known *Publication, r *report) {
	w.Break()
	w.Start("item")
	link := trimmed(a.URL)
	// An item has a title or a description (RSS 2.0, elements of item).
	w.LegalElement("title", a.legal(f.titleOf(a, escape.IsEmpty(a.Summary) && escape.IsEmpty(a.Content))))
	w.Element("link", link)
	if id := guid(a); id != "" {
		w.Element("guid", id, attr("isPermaLink", strconv.FormatBool(uri.IsPermalink(id, link))))
	}
	w.RFC822("pubDate", a.Published)
	if a.edited() { // never dc:date, which is the date of publication to some readers
		w.RFC3339("dcterms:modified", a.Updated)
	}
	rssAuthors(w, f, a)
	for i := range a.Categories {
		rssCategory(w, f.label(&a.Categories[i]), f.CategoryScheme)
	}
	writeTags(w, f, a, RSS, known)
	// The page of the comments, their number, and the feed of them.
	w.Element("comments", trimmed(a.CommentsURL))
	w.Number("slash:comments", int64(a.CommentCount))
	w.Element("wfw:commentRss", trimmed(a.CommentsFeed))
	if from := a.Origin; from.URL != "" {
		w.Element("source", cmp.Or(from.Title, from.URL), attr("url", trimmed(from.URL)))
	}
	// What RSS has no element for is written in other vocabularies.
	rssEnclosures(w, a.Enclosures)
	w.Link("atom:link", xmlwriter.Link{Rel: "related", Href: a.ExternalURL})
	w.Element("dc:rights", a.Rights)
	start := len(w.Bytes())
	writeExtensions(w, f, a, RSS, r)
	// A description is HTML: the summary escaped, with the body beside it in content:encoded (RSS
	// 1.0 module Content), or the body if there is no summary. An extension may write both.
	if !xmlwriter.HasElement(w.Bytes()[start:], "description") {
		body := "description"
		if summary := a.legal(a.Summary); summary != "" {
			w.LegalMarkup("description", htmltext.Escape(summary))
			body = "content:encoded"
		}
		w.LegalCDATA(body, a.legalContent())
	}
	w.End()
}

// rssCategory writes a category or tag, unless it has no name. Its domain is the URI that tells
// categories and tags of the same name apart ("category").
func rssCategory(w *xmlwriter.Writer, name, scheme string) {
	if !escape.IsEmpty(name) {
		w.Element("category", name, attr("domain", scheme))
	}
}

// rssTag writes a tag of an item.
func rssTag(w *xmlwriter.Writer, f *Feed, t *Tag) { rssCategory(w, t.Name, f.TagScheme) }

// rssAuthors writes a dc:creator for each author: the feed's where an item names none, because RSS
// has no author of a channel. RSS itself has one author element, which needs an e-mail address. It
// is written instead for a single author if the site publishes e-mail addresses.
func rssAuthors(w *xmlwriter.Writer, f *Feed, a *Article) {
	authors := a.Authors
	switch { // an item has author or dc:creator, never both
	case f.AuthorEmails && len(authors) == 1 && authors[0].Email != "":
		w.Element("author", uri.Mailbox(trimmed(authors[0].Email), authors[0].Name))
		return
	case len(authors) == 0:
		authors = f.Authors
	}
	for _, author := range authors {
		w.Element("dc:creator", uri.MaskMail(author.Name))
	}
}

// rssEnclosures writes the first enclosure that has an address, and atom:link for the others: RSS
// allows one per item. The attribute length is required; 0 means that the size is not known.
func rssEnclosures(w *xmlwriter.Writer, enclosures []Enclosure) {
	first := true
	for i := range enclosures {
		e := &enclosures[i]
		href := trimmed(e.URL)
		switch {
		case href == "":
		case first:
			w.Element("enclosure", "", attr("url", href),
				attr("length", strconv.FormatInt(max(0, e.Size), 10)), attr("type", e.mediaType(href)))
			first = false
		default:
			atomEnclosure(w, "atom:link", e)
		}
	}
}

// rssPerson returns a person as managingEditor and webMaster have it, "mail@host (Name)", under the
// feed's title if the person has no name. It returns "" for a person without an e-mail address.
func rssPerson(a Author, title string) string {
	if trimmed(a.Name) == "" {
		a.Name = title
	}
	return uri.Mailbox(trimmed(a.Email), a.Name)
}
