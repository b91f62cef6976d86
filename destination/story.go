package destination

import (
	"encoding/json"
	"image"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/extensions"
	"github.com/syndicate-go/syndicate/media"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Story is what destinations want of an article beyond its fields. Add it to the Extensions of the
// [syndicate.Article]. The public feeds carry nothing of it.
//
// The stores of package sqlstore keep a Story if the site has an empty one among its extensions.
type Story struct {
	// ShortTitle is the title for small places, plain text: mi:shortTitle. MSN requires it if the
	// title has more than 150 characters. Default: none.
	ShortTitle string
	// Written is when the article was written: mi:dateTimeWritten. Default: not stated.
	Written time.Time
	// Caption is that of the lead image, plain text: media:title. Default: the image's Alt.
	Caption string
	// Rights are those in the images. Default: what [MSN.Rights] states.
	Rights []ImageRights

	// Video is shown by SmartNews at the top of the article: snf:video. Default: none.
	Video Video
	// Analytics is a script that SmartNews runs when the article is read, with its script element:
	// snf:analytics. Default: [SmartNews.Analytics].
	Analytics string
	// Sponsored are links below the article, two at most: snf:sponsoredLink. Default: none.
	Sponsored []SponsoredLink
	// Advertisement is the HTML of an advertisement of 300 by 250 pixels: snf:adcontent. Default:
	// none.
	Advertisement string
}

// ImageRights are the rights in one image.
type ImageRights struct {
	// URL of the image as it is written, absolute. Default: every image of the article that has no
	// entry.
	URL string
	// Syndication says whether MSN may syndicate the image: mi:hasSyndicationRights. Default: not
	// stated.
	Syndication Rights
	// LicenseID and LicensorName are those of the image's agency: mi:licenseId, mi:licensorName.
	// Default: none.
	LicenseID, LicensorName string
	// Focus is the part that must stay when the image is cut, in pixels: mi:focalRegion. Default:
	// none.
	Focus image.Rectangle
}

// Rights says whether an image may be syndicated.
type Rights uint8

// The rights in an image.
const (
	NotStated  Rights = iota // nothing is written
	Granted                  // mi:hasSyndicationRights is 1
	NotGranted               // mi:hasSyndicationRights is 0
)

// Video is a film of an article.
type Video struct {
	URL     string // of the file, absolute. Required.
	Caption string // plain text. Default: none.
}

// SponsoredLink is a link of an advertiser.
type SponsoredLink struct {
	Link       string // a page below the domain of the publication, absolute. Required.
	Advertiser string // at most 35 characters. Required.
	Title      string // at most 45 characters. Default: none.
	Thumbnail  string // the URL of a picture, 320 by 240 pixels. Default: none.
}

// silent is an extension that writes nothing.
type silent struct{}

// Namespaces returns none.
func (silent) Namespaces() []xmltext.Namespace { return nil }

// WriteFeed writes nothing.
func (silent) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes nothing.
func (silent) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

// Namespaces returns none.
func (Story) Namespaces() []xmltext.Namespace { return nil }

// WriteFeed writes nothing.
func (Story) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes nothing: the feeds of destinations have what is in a Story.
func (Story) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

// Vocabulary returns the URI that stores keep a Story under, for package sqlstore.
func (Story) Vocabulary() string { return "https://github.com/syndicate-go/syndicate/destination" }

// MarshalText returns the story as text that a store can keep. It implements sqlstore.Keepable.
func (s Story) MarshalText() ([]byte, error) {
	type fields Story // without methods, or else json.Marshal would call this one
	return json.Marshal(fields(s))
}

// UnmarshalText reads what [Story.MarshalText] returned.
func (s *Story) UnmarshalText(text []byte) error {
	type fields Story
	return json.Unmarshal(text, (*fields)(s))
}

// ReviveArticle returns the Story that a store has kept. It implements sqlstore.Reviver.
func (Story) ReviveArticle(text []byte) (syndicate.Extension, error) {
	var s Story
	if err := s.UnmarshalText(text); err != nil {
		return nil, err
	}
	return s, nil
}

// carried holds the extensions of an article of the public feed. In the feed of a destination they
// write nothing, but the extension of the destination reads them.
type carried struct {
	silent
	extensions []syndicate.Extension
	withdrawn  bool // whether the article was removed from the public feed
}

// find returns the last extension of an article that is of a type, the zero value if there is none.
func find[E syndicate.Extension](a *syndicate.Article) (last E) {
	all := extensions.Of[E](a.Extensions)
	for _, c := range extensions.Of[carried](a.Extensions) {
		all = append(all, extensions.Of[E](c.extensions)...)
	}
	if len(all) > 0 {
		last = all[len(all)-1]
	}
	return last
}

// storyOf returns the [Story] of an article, an empty one if it has none.
func storyOf(a *syndicate.Article) Story { return find[Story](a) }

// galleryOf returns the pictures of an article's [media.Gallery].
func galleryOf(a *syndicate.Article) []media.Picture { return find[media.Gallery](a).Pictures }

// isWithdrawn reports whether an article of a destination's feed stands for a removed one.
func isWithdrawn(a *syndicate.Article) bool { return find[carried](a).withdrawn }

// rightsIn returns the rights in an image.
func (s Story) rightsIn(url string) (rights ImageRights) {
	for _, r := range s.Rights {
		switch r.URL {
		case url:
			return r
		case "":
			rights = r
		}
	}
	return rights
}
