package sitemap

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

// The namespaces of the extensions.
var (
	imageSpace = xmlwriter.Namespace{Prefix: "image", URI: "http://www.google.com/schemas/sitemap-image/1.1"}
	newsSpace  = xmlwriter.Namespace{Prefix: "news", URI: "http://www.google.com/schemas/sitemap-news/0.9"}
	videoSpace = xmlwriter.Namespace{Prefix: "video", URI: "http://www.google.com/schemas/sitemap-video/1.1"}
)

const (
	// imageBytes is how much of a file pictures may take. The rest is enough for every URL of an
	// article.
	imageBytes    = 25_000_000
	maxImages     = 1_000  // of an article (Image sitemaps)
	maxTitle      = 100    // characters in the title of a video
	maxText       = 2_048  // characters in the description of a video (Video sitemaps)
	maxDuration   = 28_800 // seconds of a video
	protocol      = "sitemaps.org protocol"
	imageSitemaps = "Google Search, Image sitemaps"
	videoSitemaps = "Google Search, Video sitemaps"
	newsSitemaps  = "Google Search, News sitemaps"
)

// document is a sitemap or an index that is being written. Its text is written with the escapes
// that the protocol lists, such as "&amp;": widespread readers know no numeric ones.
type document struct {
	publication *syndicate.Publication
	origin      string // scheme and host of the site
	writer      *xmlwriter.Writer
	root        string
	start       int // length of the buffer before the document

	// The articles before the first skip are not written, nor are more than most after them. 0
	// means no limit.
	skip, most int
	found      int                 // articles that could be listed
	listed     map[string]struct{} // their URLs
	images     int                 // bytes that pictures have taken
	full       bool                // something was left out for want of room, and reported
	silent     bool                // the document is only counted
}

// newDocument begins a document behind dst.
func newDocument(dst []byte, publication *syndicate.Publication, root string, spaces ...xmlwriter.Namespace) *document {
	d := &document{publication: publication, root: root, start: len(dst), listed: map[string]struct{}{}}
	d.origin = originOf(publication.Site().URL)
	dst = append(append(append(dst, xmlwriter.Declaration...), '<'), root...)
	dst = append(dst, ` xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"`...)
	for _, space := range spaces {
		dst = append(dst, ` xmlns:`+space.Prefix+`="`+space.URI+`"`...)
	}
	d.writer = xmlwriter.New(append(dst, ">\n"...), spaces...)
	return d
}

// bytes ends the document and returns the buffer.
func (d *document) bytes() []byte {
	d.writer.Break()
	return append(d.writer.Bytes(), "</"+d.root+">\n"...)
}

// size returns the length of the document so far.
func (d *document) size() int { return len(d.writer.Bytes()) - d.start }

// originOf returns scheme and host of a URL.
func originOf(address string) string {
	u, err := url.Parse(address)
	// Articles of a Publication have no such URL.
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// sitemap lists a file in an index.
func (d *document) sitemap(path string, changed time.Time) {
	if d.found++; d.found > maxIndex {
		d.warnFull(maxIndex, "files")
		return
	}
	d.writer.Break()
	d.writer.Start("sitemap")
	d.writer.Markup("loc", address(d.publication, path))
	if changed.Unix() > 0 {
		d.writer.RFC3339("lastmod", changed)
	}
	d.writer.End()
}

// orElse lists the page at an address if nothing else was listed: the format has no empty sitemap.
// It is the front page, or that of the category.
func (d *document) orElse(page string) {
	if len(d.listed) > 0 {
		return
	}
	// Categories may have a page on another host.
	if originOf(page) != d.origin {
		page = d.publication.Site().URL
	}
	d.writer.Start("url")
	d.writer.Markup("loc", page)
	d.writer.End()
}

// article lists an article with its pictures and videos, unless a sitemap must not list it.
func (d *document) article(a *syndicate.Article) {
	loc := d.location(a)
	if loc == "" {
		return
	}
	// The schema wants loc and lastmod first.
	w := d.writer
	w.Break()
	w.Start("url")
	w.Markup("loc", loc)
	w.RFC3339("lastmod", date.Later(a.Published, a.Updated))
	before := d.size()
	d.imagesOf(a)
	d.videosOf(a)
	d.images += d.size() - before
	w.End()
}

// location returns the URL of an article in the form in which a sitemap lists it, "" if it is not
// listed here. A page is listed once, whatever the fragment.
func (d *document) location(a *syndicate.Article) string {
	loc, _, _ := strings.Cut(strings.TrimSpace(a.URL), "#")
	if originOf(loc) != d.origin {
		d.warn(a, "URL", loc, RuleOtherHost, "left out; "+protocol+`, "Sitemap file location"`)
		return ""
	}
	if len(loc) > maxURL {
		d.warn(a, "URL", loc, RuleLongURL, "left out; "+protocol+", loc")
		return ""
	}
	if _, twice := d.listed[loc]; twice {
		return ""
	}
	// Every part counts all articles of its file, so that they agree about which is whose.
	switch d.found++; {
	case d.found <= d.skip || d.most > 0 && d.found > d.skip+d.most:
		return "" // in another part
	case d.size() > maxBytes-3*maxURL:
		d.warnFull(maxBytes, "bytes")
		return ""
	}
	d.listed[loc] = struct{}{}
	return loc
}

// warn reports something about an article.
func (d *document) warn(a *syndicate.Article, field, value string, rule syndicate.Rule, spec string) {
	if d.silent {
		return
	}
	d.publication.Warn(&syndicate.Problem{
		Warning: true, Article: cmp.Or(a.URL, a.ID), Field: field, Value: findings.Shorten(value), Rule: rule, Spec: spec,
	})
}

// warnFull reports, once, that a file has no more room.
func (d *document) warnFull(most int, of string) {
	if !d.full {
		d.full = true
		d.publication.Warn(&syndicate.Problem{
			Warning: true, Value: strconv.Itoa(most) + " " + of, Rule: RuleTooMany, Spec: "the rest is left out; " + protocol,
		})
	}
}

// imagesOf writes the pictures of an article.
func (d *document) imagesOf(a *syndicate.Article) {
	count := 0
	for address := range picturesOf(a) {
		if count++; count > maxImages {
			d.warn(a, "Content", strconv.Itoa(maxImages), RuleTooMany, "other pictures left out; "+imageSitemaps)
			return
		}
		// The URLs of articles must not want for room.
		if d.images > imageBytes {
			d.warnFull(imageBytes, "bytes of pictures")
			return
		}
		d.writer.Start("image:image")
		d.writer.Markup("image:loc", address)
		d.writer.End()
	}
}

// picturesOf yields the URLs of an article's pictures, each of them once.
func picturesOf(a *syndicate.Article) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		var seen map[string]bool
		// It returns false when no more are wanted. A picture that a search engine cannot fetch is
		// passed over, and so is one of the page's own data.
		show := func(address string) bool {
			if address = strings.TrimSpace(address); !isWeb(address) || seen[address] || len(address) > maxURL {
				return true
			}
			if seen == nil {
				seen = map[string]bool{}
			}
			seen[address] = true
			return yield(address)
		}
		if !show(a.Image.URL) {
			return
		}
		for _, e := range a.Enclosures {
			if strings.HasPrefix(e.Type, "image/") && !show(e.URL) {
				return
			}
		}
		// The body is clean HTML, in which "<img" is nothing but a tag.
		for body := a.Content; ; {
			i := strings.Index(body, "<img")
			if i < 0 {
				return
			}
			body = body[i:]
			if !show(sourceOf(body)) {
				return
			}
			body = body[len("<img"):]
		}
	}
}

// isWeb reports whether a URL is one of http or https.
func isWeb(address string) bool {
	return strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
}

// sourceOf returns the attribute src of the tag that HTML begins with, "" if it has none.
func sourceOf(body string) string {
	// A ">" in an attribute is escaped.
	end := strings.IndexByte(body, '>') + 1
	if end == 0 {
		return ""
	}
	tokens := html.NewTokenizer(strings.NewReader(body[:end]))
	if tokens.Next(); tokens.Err() != nil {
		return ""
	}
	for _, attribute := range tokens.Token().Attr {
		if attribute.Key == "src" {
			return attribute.Val
		}
	}
	return ""
}

// videosOf writes the videos of an article, with the elements in the order of the schema. A title
// and a description are required; a video without an own title has that of the article.
func (d *document) videosOf(a *syndicate.Article) {
	thumbnail := a.Image.URL
	if small := a.Image.Thumbnail; small != nil && isWeb(small.URL) {
		thumbnail = small.URL
	}
	for i, e := range a.Enclosures {
		if !strings.HasPrefix(e.Type, "video/") || !isWeb(e.URL) {
			continue
		}
		// Problems name the enclosure.
		field := "Enclosures[" + strconv.Itoa(i) + "]"
		title := cmp.Or(e.Title, a.Title, a.Summary)
		switch {
		case !isWeb(thumbnail):
			d.warn(a, "Image", "", syndicate.RuleMissing, field+" left out; "+videoSitemaps+", video:thumbnail_loc")
			continue
		case title == "":
			d.warn(a, "Title", "", syndicate.RuleMissing, field+" left out; "+videoSitemaps+", video:title")
			continue
		}
		w := d.writer
		w.Start("video:video")
		w.Markup("video:thumbnail_loc", thumbnail)
		w.Markup("video:title", cut(title, maxTitle))
		w.Markup("video:description", cut(cmp.Or(a.Summary, title), maxText))
		w.Markup("video:content_loc", e.URL)
		if seconds := int64(e.Duration.Round(time.Second) / time.Second); seconds <= maxDuration {
			w.Number("video:duration", seconds)
		}
		w.RFC3339("video:expiration_date", a.Expires)
		w.RFC3339("video:publication_date", a.Published)
		w.End()
	}
}

// cut returns the beginning of a text, of at most so many characters. It ends with a word and an
// ellipsis if something is missing.
func cut(text string, most int) string {
	characters := []rune(text)
	if len(characters) <= most {
		return text
	}
	text = string(characters[:most-1])
	if i := strings.LastIndexByte(text, ' '); i > 0 {
		text = text[:i]
	}
	return text + "…"
}
