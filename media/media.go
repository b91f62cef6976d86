// Package media adds the lead images of articles to RSS and Atom feeds, in the vocabulary of Media
// RSS 1.5.1 (https://www.rssboard.org/media-rss). JSON Feed has native fields for them.
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

// namespace is the namespace of Media RSS. The slash at the end is part of it.
var namespace = xmltext.Namespace{Prefix: "media", URI: "http://search.yahoo.com/mrss/"}

// Images writes the lead image of each article ([syndicate.Article.Image]) as media:content. It
// writes nothing for an article without an image. Add it to the Extensions of a Site, or of a Feed
// that you fill in by hand.
//
//   - URL, Type, Width, Height and Size become attributes. Unknown ones are left out.
//   - Alt becomes media:title, "the title of the particular media object" (section media:title). It
//     does not become media:description, because widespread parsers use that as the description of
//     the whole article. An Alt with "<" or "&" is written as escaped HTML, since readers decode it
//     as HTML anyway.
//   - Credit becomes media:credit without a role, because it may name a photographer or an agency.
//   - Thumbnail becomes media:thumbnail with its URL, Width and Height.
//
// An image that is an enclosure too is written as both. Readers match the two by URL.
type Images struct{}

var _ syndicate.Extension = Images{}

// Namespaces returns the namespace of Media RSS.
func (Images) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{namespace} }

// WriteFeed writes nothing. The image of a feed is its Logo, which every format has.
func (Images) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes the image of an article.
func (Images) WriteArticle(w *xmltext.Writer, _ syndicate.Format, a *syndicate.Article) {
	image := a.Image
	href := address(image)
	if href == "" {
		return
	}
	w.Start("media:content",
		xmltext.Attr{Name: "url", Value: href},
		xmltext.Attr{Name: "type", Value: strings.TrimSpace(image.Type)},
		xmltext.Attr{Name: "medium", Value: "image"},
		xmltext.Attr{Name: "width", Value: positive(image.Width)},
		xmltext.Attr{Name: "height", Value: positive(image.Height)},
		xmltext.Attr{Name: "fileSize", Value: positive(image.Size)})
	if alt := strings.TrimSpace(image.Alt); strings.ContainsAny(alt, "<&") {
		w.Markup("media:title", escapeHTML.Replace(alt), xmltext.Attr{Name: "type", Value: "html"})
	} else if alt != "" {
		w.Element("media:title", alt, xmltext.Attr{Name: "type", Value: "plain"})
	}
	w.Element("media:credit", strings.TrimSpace(image.Credit))
	if small := image.Thumbnail; small != nil && address(*small) != "" {
		w.Element("media:thumbnail", "",
			xmltext.Attr{Name: "url", Value: address(*small)},
			xmltext.Attr{Name: "width", Value: positive(small.Width)},
			xmltext.Attr{Name: "height", Value: positive(small.Height)})
	}
	w.End()
}

// address returns the URL of an image as it is written, without characters that XML does not allow.
// An image whose address is "" is not written.
func address(i syndicate.Image) string { return strings.TrimSpace(escape.Legal(i.URL)) }

// escapeHTML escapes text as HTML. The writer escapes the result once more, as XML.
var escapeHTML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// positive returns n in decimal, or "" if it is not positive: the writer skips empty attributes.
func positive[T int | int64](n T) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}
