// Package media adds the lead images and galleries of articles to RSS and Atom feeds, in the
// vocabulary of Media RSS 1.5.1 (https://www.rssboard.org/media-rss). JSON Feed has a native field
// for a lead image.
//
//	site.Extensions = []syndicate.Extension{media.Images{}}
//	article.Extensions = []syndicate.Extension{media.Gallery{Pictures: pictures}}
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
	Picture{Image: a.Image}.Write(w, nil)
}

// Picture is an image with a caption, for a [Gallery] and for extensions that write images.
type Picture struct {
	syndicate.Image
	// Caption is what readers see below the picture, plain text. Default: none.
	Caption string
}

// Write writes the picture as media:content, as [Images] writes a lead image. A Caption becomes
// media:title; Alt is then written as media:text. If inside is not nil, it is called to write more
// elements into media:content. Write writes nothing for a picture without an address.
func (p Picture) Write(w *xmltext.Writer, inside func()) {
	image := p.Image
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
	if caption := strings.TrimSpace(p.Caption); caption != "" {
		writeText(w, "media:title", caption)
		writeText(w, "media:text", strings.TrimSpace(image.Alt))
	} else {
		writeText(w, "media:title", strings.TrimSpace(image.Alt))
	}
	w.Element("media:credit", strings.TrimSpace(image.Credit))
	if small := image.Thumbnail; small != nil && address(*small) != "" {
		w.Element("media:thumbnail", "",
			xmltext.Attr{Name: "url", Value: address(*small)},
			xmltext.Attr{Name: "width", Value: positive(small.Width)},
			xmltext.Attr{Name: "height", Value: positive(small.Height)})
	}
	if inside != nil {
		inside()
	}
	w.End()
}

// writeText writes a text that is plain, or HTML if it looks like that. It writes no empty text.
func writeText(w *xmltext.Writer, name, text string) {
	if strings.ContainsAny(text, "<&") {
		w.Markup(name, escapeHTML.Replace(text), xmltext.Attr{Name: "type", Value: "html"})
	} else if text != "" {
		w.Element(name, text, xmltext.Attr{Name: "type", Value: "plain"})
	}
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
