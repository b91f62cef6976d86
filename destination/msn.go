package destination

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/media"
	"github.com/syndicate-go/syndicate/xmltext"
)

// The namespaces of MSN's feeds.
var (
	ingestion = xmltext.Namespace{Prefix: "mi", URI: "http://schemas.ingestion.microsoft.com/common/"}
	dcterms   = xmltext.Namespace{Prefix: "dcterms", URI: "http://purl.org/dc/terms/"}
	mediaRSS  = xmltext.Namespace{Prefix: "media", URI: "http://search.yahoo.com/mrss/"}
)

// msnBodies is the HTML that MSN accepts.
var msnBodies = cleanhtml.Policy{Sanitizer: tags{}}

// MSN makes the feeds of MSN's Partner Hub, with [MSN.Source]. They have what the public RSS feeds
// have, and:
//
//   - the lead image and the pictures of a [media.Gallery] with their title, text, credit and
//     rights (media:content, media:group);
//   - mi:shortTitle and mi:dateTimeWritten of a [Story];
//   - dcterms:modified in every item, because MSN reads an item again only if that changes;
//   - dcterms:valid of an article that expires;
//   - bodies with the elements of MSN's list: see [MSN.Profile].
type MSN struct {
	Feeds
	// Rights is what the feeds state of images without [ImageRights]. Default: nothing.
	Rights Rights
}

var _ syndicate.Checker = MSN{}

// Check returns what MSN would refuse of a feed, as [Profile.Check] does.
func (m MSN) Check(feed *syndicate.Feed) []*syndicate.Problem { return m.Profile().Check(feed) }

// Source returns the feeds of a Source for MSN. They are at separate addresses, by default
// below "msn/". The error is that of [syndicate.Site.Check]: the site lacks what MSN requires of a
// feed.
func (m MSN) Source(from syndicate.Source) (*Source, error) {
	return m.Feeds.source(from, m.Profile(), "msn/", MSN{Rights: m.Rights}, nil)
}

// Namespaces returns those of Microsoft, Media RSS and Dublin Core.
func (MSN) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{ingestion, mediaRSS, dcterms} }

// WriteFeed writes nothing.
func (MSN) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes the elements of an item. Atom feeds of MSN have no galleries.
func (m MSN) WriteArticle(w *xmltext.Writer, format syndicate.Format, a *syndicate.Article) {
	story := storyOf(a)
	w.Element("mi:shortTitle", story.ShortTitle)
	if format == syndicate.RSS && a.Updated.Unix() <= a.Published.Unix() { // otherwise the item has it
		w.Element("dcterms:modified", utc(a.Published))
	}
	w.Element("mi:dateTimeWritten", utc(story.Written))
	if !a.Expires.IsZero() {
		w.Element("dcterms:valid", "start="+utc(a.Published)+";end="+utc(a.Expires)+";scheme=W3C-DTF")
	}
	lead := titled(media.Picture{Image: a.Image, Caption: story.Caption})
	lead.Write(w, func() { m.rights(w, story.rightsIn(lead.URL)) })
	if format == syndicate.Atom {
		return
	}
	var gallery media.Gallery
	for _, p := range galleryOf(a) {
		gallery.Pictures = append(gallery.Pictures, titled(p))
	}
	gallery.Write(w, func(p media.Picture) { m.rights(w, story.rightsIn(p.URL)) })
}

// titled returns a picture with a caption, so that its Alt is written as media:text too.
func titled(p media.Picture) media.Picture {
	p.Caption = cmp.Or(strings.TrimSpace(p.Caption), p.Alt)
	return p
}

// rights writes what MSN wants to have stated of an image.
func (m MSN) rights(w *xmltext.Writer, r ImageRights) {
	switch cmp.Or(r.Syndication, m.Rights) {
	case Granted:
		w.Element("mi:hasSyndicationRights", "1")
	case NotGranted:
		w.Element("mi:hasSyndicationRights", "0")
	}
	w.Element("mi:licenseId", r.LicenseID)
	w.Element("mi:licensorName", r.LicensorName)
	if r.Focus.Empty() {
		return
	}
	w.Start("mi:focalRegion")
	w.Element("mi:x1", strconv.Itoa(r.Focus.Min.X))
	w.Element("mi:x2", strconv.Itoa(r.Focus.Max.X))
	w.Element("mi:y1", strconv.Itoa(r.Focus.Min.Y))
	w.Element("mi:y2", strconv.Itoa(r.Focus.Max.Y))
	w.End()
}

// CheckFeed reports what MSN requires of a feed, without its articles.
func (m MSN) CheckFeed(feed *syndicate.Feed) []*syndicate.Problem {
	return checkFeed(m.Profile(), feed)
}

// CheckArticle reports what MSN requires of an article, as warnings.
func (m MSN) CheckArticle(a *syndicate.Article) []*syndicate.Problem {
	return checkArticle(m.Profile(), a)
}

// utc returns a time as RFC 3339 has it, "" for the zero time.
func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// checkFeed checks a feed of a destination without its articles. An http address is a warning, so
// that a program can run on the computer of a developer.
func checkFeed(p Profile, feed *syndicate.Feed) []*syndicate.Problem {
	bare := *feed
	bare.Articles = nil
	found := p.Check(&bare)
	for _, problem := range found {
		problem.Warning = problem.Warning || problem.Rule == RuleNotHTTPS
	}
	return found
}

// checkArticle checks an article of a destination's feed. A feed for one article has its language:
// what an article has to have in common with its feed is for [Profile.Check].
func checkArticle(p Profile, a *syndicate.Article) []*syndicate.Problem {
	if isWithdrawn(a) {
		return nil
	}
	c := checking{profile: p, feed: &syndicate.Feed{Language: a.Language, URL: a.URL}}
	c.article(a)
	return softened(c.found)
}
