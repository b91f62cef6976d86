package destination

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/xmltext"
)

// The namespaces of SmartFormat and Dublin Core.
var (
	smartNamespace = xmltext.Namespace{Prefix: "snf", URI: "http://www.smartnews.be/snf"}
	dublinCore     = xmltext.Namespace{Prefix: "dc", URI: "http://purl.org/dc/elements/1.1/"}
)

// SmartNews makes feeds in SmartFormat 2.1, with [SmartNews.Source]. They have what the public RSS
// feeds have, and:
//
//   - a description of the length that SmartNews accepts, pubDate, ttl and logos in the channel;
//   - media:thumbnail and media:status in every item;
//   - an item with the status "deleted" for each article that was removed while
//     [syndicate.Site.Tombstones] announces it;
//   - snf:video, snf:analytics and snf:advertisement of a [Story].
type SmartNews struct {
	Feeds
	// Description is that of all feeds, plain text: at most 30 characters, in Japanese 15. Default:
	// the feed's, shortened.
	Description string
	// TTL is how often SmartNews reads the feeds, 1 to 15 minutes. Default: the site's
	// [syndicate.Schedule], or 15 minutes.
	TTL time.Duration
	// Logo and DarkLogo are the URLs of the publication's logo on a light and on a dark ground, PNG
	// files of 700 by 100 pixels: snf:logo, snf:darkModeLogo. Default: none.
	Logo, DarkLogo string
	// Analytics is the script, with its script element, of articles without a [Story] that has one:
	// snf:analytics. Default: none.
	Analytics string
}

var _ syndicate.Checker = SmartNews{}

// maxTTL is the longest time between two readings that SmartNews accepts.
const maxTTL = 15 * time.Minute

// Check returns what SmartNews would refuse of a feed, as [Profile.Check] does. The public feed of
// a site has a longer description than the feeds of [SmartNews.Source].
func (s SmartNews) Check(feed *syndicate.Feed) []*syndicate.Problem { return s.Profile().Check(feed) }

// Source returns the feeds of a Source for SmartNews. They are at separate addresses, by
// default below "smartnews/". The error is that of [syndicate.Site.Check]: the site lacks what
// SmartNews requires of a feed.
func (s SmartNews) Source(from syndicate.Source) (*Source, error) {
	ext := s
	ext.Feeds = Feeds{}
	return s.Feeds.source(from, s.Profile(), "smartnews/", ext, &s)
}

// Namespaces returns those of SmartFormat, Media RSS and Dublin Core.
func (SmartNews) Namespaces() []xmltext.Namespace {
	return []xmltext.Namespace{smartNamespace, mediaRSS, dublinCore}
}

// WriteFeed writes the elements of the channel. SmartNews requires its pubDate.
func (s SmartNews) WriteFeed(w *xmltext.Writer, format syndicate.Format, feed *syndicate.Feed) {
	if newest := changed(feed); format == syndicate.RSS && !newest.IsZero() {
		w.Element("pubDate", string(date.AppendRFC822(nil, newest)))
	}
	for _, logo := range []struct{ name, url string }{{"snf:logo", s.Logo}, {"snf:darkModeLogo", s.DarkLogo}} {
		w.Start(logo.name)
		w.Element("url", strings.TrimSpace(logo.url))
		w.End()
	}
}

// changed returns the time of the newest change in a feed.
func changed(feed *syndicate.Feed) time.Time {
	newest := feed.Updated
	for _, a := range feed.Articles {
		for _, at := range []time.Time{a.Published, a.Updated} {
			if feed.Updated.IsZero() && at.After(newest) {
				newest = at
			}
		}
	}
	return newest
}

// WriteArticle writes the elements of an item.
func (s SmartNews) WriteArticle(w *xmltext.Writer, _ syndicate.Format, a *syndicate.Article) {
	if isWithdrawn(a) {
		w.Element("media:status", "deleted")
		return
	}
	story, small := storyOf(a), a.Image.URL
	if a.Image.Thumbnail != nil {
		small = cmp.Or(a.Image.Thumbnail.URL, small)
	}
	w.Element("dc:language", a.Language)
	w.Element("media:thumbnail", "", attr("url", small))
	w.Element("media:status", "active")
	if story.Video.URL != "" {
		w.Element("snf:video", "", attr("url", story.Video.URL), attr("caption", story.Video.Caption))
	}
	w.CDATA("snf:analytics", cmp.Or(story.Analytics, s.Analytics))
	w.Start("snf:advertisement")
	for _, link := range story.Sponsored[:min(len(story.Sponsored), maxSponsored)] {
		if link.Link != "" && link.Advertiser != "" {
			w.Element("snf:sponsoredLink", "", attr("link", link.Link), attr("title", link.Title),
				attr("thumbnail", link.Thumbnail), attr("advertiser", link.Advertiser))
		}
	}
	w.CDATA("snf:adcontent", story.Advertisement)
	w.End()
}

// attr returns an attribute.
func attr(name, value string) xmltext.Attr { return xmltext.Attr{Name: name, Value: value} }

// CheckFeed reports what SmartNews requires of a feed, without its articles.
func (s SmartNews) CheckFeed(feed *syndicate.Feed) []*syndicate.Problem {
	return checkFeed(s.Profile(), feed)
}

// CheckArticle reports what SmartNews requires of an article, as warnings.
func (s SmartNews) CheckArticle(a *syndicate.Article) []*syndicate.Problem {
	return checkArticle(s.Profile(), a)
}

// The rules about what only SmartNews has.

// maxSponsored is the number of sponsored links that SmartNews shows.
const maxSponsored = 2

// smartLength returns the number of characters of a channel's description.
func smartLength(language string) int {
	if primary(language) == "ja" {
		return 15
	}
	return 30
}

// smartTTL reports a ttl that is outside of the range, and none: then SmartNews decides.
func smartTTL(f *syndicate.Feed, report Report) {
	if ttl := f.Schedule.TTL; ttl < time.Minute || ttl > maxTTL {
		report("Schedule.TTL", ttl.String())
	}
}

// fewSponsored reports more sponsored links than SmartNews shows.
func fewSponsored(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	if n := len(storyOf(a).Sponsored); n > maxSponsored {
		report("Story.Sponsored", fmt.Sprintf("%d links", n))
	}
}

// wholeSponsored reports sponsored links that lack what is required.
func wholeSponsored(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	for i, link := range storyOf(a).Sponsored {
		missing(report, fmt.Sprintf("Story.Sponsored[%d].Link", i), link.Link)
		missing(report, fmt.Sprintf("Story.Sponsored[%d].Advertiser", i), link.Advertiser)
	}
}

// shortSponsored reports texts of sponsored links that are too long.
func shortSponsored(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	for i, link := range storyOf(a).Sponsored {
		longest(report, fmt.Sprintf("Story.Sponsored[%d].Advertiser", i), link.Advertiser, 35)
		longest(report, fmt.Sprintf("Story.Sponsored[%d].Title", i), link.Title, 45)
	}
}

// ownSponsored reports sponsored links to other domains than that of the feed.
func ownSponsored(f *syndicate.Feed, a *syndicate.Article, report Report) {
	for i, link := range storyOf(a).Sponsored {
		target, own := hostOf(link.Link), hostOf(f.URL)
		if target != "" && own != "" && target != own && !strings.HasSuffix(target, "."+own) {
			report(fmt.Sprintf("Story.Sponsored[%d].Link", i), link.Link)
		}
	}
}
