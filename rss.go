package syndicate

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/htmltext"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
	"github.com/syndicate-go/syndicate/xmltext"
)

// ownNamespaces are those of RSS and Atom. An extension can use the same prefixes for the same URIs
// only.
var ownNamespaces = []xmlwriter.Namespace{
	{Prefix: "atom", URI: "http://www.w3.org/2005/Atom"},
	{Prefix: "content", URI: "http://purl.org/rss/1.0/modules/content/"},
	{Prefix: "dc", URI: "http://purl.org/dc/elements/1.1/"},
	{Prefix: "fh", URI: "http://purl.org/syndication/history/1.0"},
	{Prefix: "slash", URI: "http://purl.org/rss/1.0/modules/slash/"},
	{Prefix: "sy", URI: "http://purl.org/rss/1.0/modules/syndication/"},
	{Prefix: "wfw", URI: "http://wellformedweb.org/CommentAPI/"},
	{Prefix: "at", URI: "http://purl.org/atompub/tombstones/1.0"},
	{Prefix: "thr", URI: "http://purl.org/syndication/thread/1.0"},
}

// RSS 2.0, by the RSS Advisory Board's specification (https://www.rssboard.org/rss-specification)
// and profile. The order of the elements is part of the output: readers that stop early, or that
// show what they read last, get the metadata first and the body last.

// appendRSSOpen appends what follows the declarations.
func appendRSSOpen(dst []byte, _ *Feed) []byte { return append(dst, ">\n<channel>"...) }

// rssHead writes the elements of the channel, each on a line, without the items.
func rssHead(w *xmlwriter.Writer, f *Feed, r *report) {
	line := func(name, text string) { w.Break(); w.Element(name, text) }
	line("title", f.Title)
	line("link", trimmed(f.URL))
	line("description", f.Description)
	line("language", languageOf(f.Language))
	line("copyright", f.Copyright)
	line("managingEditor", contact(f.ManagingEditor, f.Title))
	line("webMaster", contact(f.WebMaster, f.Title))
	w.Break()
	rssTime(w, "lastBuildDate", atomUpdated(f.updated()))
	line("generator", f.Generator)
	line("docs", "http://www.rssboard.org/rss-specification")
	minutes := int64(f.Schedule.TTL / time.Minute)
	if f.Schedule.TTL%time.Minute > 0 {
		minutes++
	}
	if minutes > 0 {
		line("ttl", strconv.FormatInt(minutes, 10))
	}
	if f.Logo.URL != "" && rssImageType(f.Logo) {
		w.Break()
		rssImage(w, f)
	}
	rssSkips(w, f.Schedule)
	if f.Schedule.UpdatePeriod != "" {
		line("sy:updatePeriod", f.Schedule.UpdatePeriod)
		line("sy:updateFrequency", strconv.Itoa(max(1, f.Schedule.UpdateFrequency)))
	}
	headLink(w, "atom:link", "self", RSS.MediaType(), f.Self.RSS)
	for _, hub := range f.Hubs {
		headLink(w, "atom:link", "hub", "", hub)
	}
	headLink(w, "atom:link", "current", RSS.MediaType(), f.Current.RSS)
	headLink(w, "atom:link", "prev-archive", RSS.MediaType(), f.PrevArchive.RSS)
	headLink(w, "atom:link", "next-archive", RSS.MediaType(), f.NextArchive.RSS)
	if f.linkedArchive(RSS) {
		w.Break()
		w.Empty("fh:archive")
	}
	writeExtensions(w, f.Extensions, r, func(ext Extension, w *xmltext.Writer) { ext.WriteFeed(w, RSS, f) })
}

// rssImage writes the logo. RSS has upper limits for its width and height; larger ones are left
// out.
func rssImage(w *xmlwriter.Writer, f *Feed) {
	w.Start("image")
	w.Element("url", trimmed(f.Logo.URL))
	w.Element("title", f.Title)
	w.Element("link", trimmed(f.URL))
	if f.Logo.Width > 0 && f.Logo.Width <= 144 && f.Logo.Height > 0 && f.Logo.Height <= 400 {
		rssNumber(w, "width", f.Logo.Width)
		rssNumber(w, "height", f.Logo.Height)
	}
	w.End()
}

// rssNumber writes an element whose text is n.
func rssNumber(w *xmlwriter.Writer, name string, n int) {
	var buf [20]byte
	w.Element(name, string(strconv.AppendInt(buf[:0], int64(n), 10)))
}

// rssImageType reports whether RSS allows the type of an image: GIF, JPEG, PNG, or unknown.
func rssImageType(i Image) bool {
	switch strings.ToLower(mediatype.Of(i.Type, i.URL)) {
	case "", "image/gif", "image/jpeg", "image/png":
		return true
	}
	return false
}

// rssSkips writes the hours and days at which readers need not ask for the feed.
func rssSkips(w *xmlwriter.Writer, s Schedule) {
	if len(s.SkipHours) > 0 {
		w.Break()
		w.Start("skipHours")
		for _, h := range sortedUnique(s.SkipHours) {
			w.Element("hour", strconv.Itoa(h))
		}
		w.End()
	}
	if len(s.SkipDays) > 0 {
		w.Break()
		w.Start("skipDays")
		for _, d := range sortedUnique(s.SkipDays) {
			w.Element("day", d.String())
		}
		w.End()
	}
}

// rssItem writes an item, the metadata before the texts.
func rssItem(w *xmlwriter.Writer, f *Feed, a *Article, known []encodedTag, r *report) {
	w.Break()
	w.Start("item")
	link := trimmed(a.URL)
	w.LegalElement("title", a.legal(titleOf(a))) // without a title readers show the address
	w.Element("link", link)
	if id := guid(a); id != "" {
		w.Element("guid", id, xmlwriter.Attr{Name: "isPermaLink", Value: strconv.FormatBool(isPermalink(id, link))})
	}
	rssTime(w, "pubDate", a.Published)
	rssAuthors(w, f, a)
	for i := range a.Categories {
		label := f.label(&a.Categories[i])
		w.Element("category", label, xmlwriter.Attr{Name: "domain", Value: termScheme(f.scheme(KindCategory), label)})
	}
	f.writeTags(w, RSS, a, known)
	w.Element("comments", trimmed(a.CommentsURL))
	if a.CommentCount > 0 {
		w.Element("slash:comments", strconv.Itoa(a.CommentCount))
	}
	w.Element("wfw:commentRss", trimmed(a.CommentsFeed))
	if a.Origin.URL != "" {
		w.Element("source", cmp.Or(a.Origin.Title, a.Origin.URL), xmlwriter.Attr{Name: "url", Value: trimmed(a.Origin.URL)})
	}
	rssEnclosures(w, a.Enclosures)
	if related := trimmed(a.ExternalURL); related != "" {
		w.Element("atom:link", "",
			xmlwriter.Attr{Name: "rel", Value: "related"}, xmlwriter.Attr{Name: "href", Value: related})
	}
	w.Element("dc:rights", a.Rights)
	extensions := func(ext Extension, w *xmltext.Writer) { ext.WriteArticle(w, RSS, a) }
	writeExtensions(w, f.Extensions, r, extensions)
	writeExtensions(w, a.Extensions, r, extensions)
	body := "content:encoded"
	if summary := a.legal(a.Summary); summary == "" {
		body = "description"
	} else {
		w.LegalMarkup("description", htmltext.Escape(summary))
	}
	w.LegalCDATA(body, a.legalContent())
	w.End()
}

// rssTag writes a tag of an item.
func rssTag(w *xmlwriter.Writer, f *Feed, t *Tag) {
	w.Element("category", t.Name, xmlwriter.Attr{Name: "domain", Value: termScheme(f.scheme(KindTag), t.Name)})
}

// creators returns the authors to write for items that name none: the feed's, if it has a managing
// editor, whom readers would take for the author.
func (f *Feed) creators() []Author {
	if f.ManagingEditor.Email == "" {
		return nil
	}
	return f.Authors
}

// termScheme returns scheme, or "" if the term has no name and must not be written.
func termScheme(scheme, name string) string {
	if escape.IsEmpty(name) {
		return ""
	}
	return scheme
}

// rssAuthors writes a dc:creator for each author. RSS has one author element of its own, which
// needs an e-mail address: it is written instead for a single author, if the site publishes e-mail
// addresses.
func rssAuthors(w *xmlwriter.Writer, f *Feed, a *Article) {
	if f.AuthorEmails && len(a.Authors) == 1 && a.Authors[0].Email != "" {
		w.Element("author", mailAndName(a.Authors[0]))
		return
	}
	authors := a.Authors
	if len(authors) == 0 {
		authors = f.creators()
	}
	for _, author := range authors {
		w.Element("dc:creator", author.Name)
	}
}

// rssEnclosures writes the first enclosure, and atom:link for the others: RSS allows one per item.
func rssEnclosures(w *xmlwriter.Writer, enclosures []Enclosure) {
	first := true
	for _, e := range enclosures {
		href := trimmed(e.URL)
		if href == "" {
			continue
		}
		kind := cmp.Or(mediatype.Of(e.Type, href), mediatype.OctetStream)
		size := strconv.FormatInt(max(0, e.Size), 10)
		if first {
			w.Element("enclosure", "", xmlwriter.Attr{Name: "url", Value: href},
				xmlwriter.Attr{Name: "length", Value: size}, xmlwriter.Attr{Name: "type", Value: kind})
			first = false
			continue
		}
		atomEnclosure(w, "atom:link", e)
	}
}

// trimmed returns URLs, ids and e-mail addresses as they are written: legal, without space around
// them.
func trimmed(s string) string { return strings.TrimSpace(escape.Legal(s)) }

// languageOf returns the language to write: "" if it is not known.
func languageOf(tag string) string {
	if tag == undetermined {
		return ""
	}
	return tag
}

// mailAndName returns a person in the form of RSS: "mail@host (Name)".
func mailAndName(a Author) string {
	mail := trimmed(a.Email)
	if mail == "" || a.Name == "" {
		return mail
	}
	return mail + " (" + a.Name + ")"
}

// contact is mailAndName with the feed's title for a person without a name.
func contact(a Author, title string) string {
	if trimmed(a.Name) == "" {
		a.Name = title
	}
	return mailAndName(a)
}

// rssTime writes a date, unless RSS cannot represent it.
func rssTime(w *xmlwriter.Writer, name string, t time.Time) {
	var buf [len(date.RFC822)]byte
	w.Element(name, string(date.AppendRFC822(buf[:0], t)))
}
