// Package media puts the pictures of articles into RSS and Atom, in the vocabulary of Media RSS 1.5.1
// (https://www.rssboard.org/media-rss). JSON Feed carries them without it.
//
//	site.Extensions = []syndicate.Extension{media.Images{}}
package media

import (
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/xmltext"
)

// namespace is that of Media RSS; the slash at its end belongs to it.
var namespace = xmltext.Namespace{Prefix: "media", URI: "http://search.yahoo.com/mrss/"}

// Images writes the lead image of each article ([syndicate.Article.Image]) as media:content, and
// nothing for an article without one. Put it on a Site, or on a Feed that is filled by hand.
//
//   - URL, Type, Width, Height and Size become attributes, where they are known.
//   - Alt becomes media:title, "the title of the particular media object" (section media:title), and
//     not media:description, which widespread parsers take for the description of the whole article.
//     Text that looks like markup is written as HTML that means it: readers take it for that anyway.
//   - Credit becomes media:credit without a role, for it may name a photographer or an agency.
//   - Thumbnail becomes media:thumbnail with its URL, Width and Height.
//
// An image that is also an enclosure is written as both; readers match them by URL.
type Images struct{}

var _ syndicate.Extension = Images{}

// Namespaces returns that of Media RSS.
func (Images) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{namespace} }

// WriteFeed writes nothing: the feed's own picture is its Logo.
func (Images) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes the article's image.
func (Images) WriteArticle(w *xmltext.Writer, _ syndicate.Format, a *syndicate.Article) {
	image := a.Image
	href := address(image)
	if href == "" {
		return
	}
	w.Start("media:content", xmltext.Attr{Name: "url", Value: href},
		xmltext.Attr{Name: "type", Value: strings.TrimSpace(image.Type)}, xmltext.Attr{Name: "medium", Value: "image"},
		xmltext.Attr{Name: "width", Value: positive(image.Width)}, xmltext.Attr{Name: "height", Value: positive(image.Height)},
		xmltext.Attr{Name: "fileSize", Value: positive(image.Size)})
	if alt := strings.TrimSpace(image.Alt); strings.ContainsAny(alt, "<&") {
		w.Markup("media:title", escapeHTML.Replace(alt), xmltext.Attr{Name: "type", Value: "html"})
	} else if alt != "" {
		w.Element("media:title", alt, xmltext.Attr{Name: "type", Value: "plain"})
	}
	w.Element("media:credit", strings.TrimSpace(image.Credit))
	if small := image.Thumbnail; small != nil && address(*small) != "" {
		w.Element("media:thumbnail", "", xmltext.Attr{Name: "url", Value: address(*small)},
			xmltext.Attr{Name: "width", Value: positive(small.Width)}, xmltext.Attr{Name: "height", Value: positive(small.Height)})
	}
	w.End()
}

// address returns the picture's URL as it is written; "" when nothing of it can be.
func address(i syndicate.Image) string { return strings.TrimSpace(escape.Legal(i.URL)) }

var escapeHTML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// positive is a number that is known; "" for one that is not.
func positive[T int | int64](n T) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}
