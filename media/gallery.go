package media

import (
	"encoding/json"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Gallery is a slide show of an article. Add it to the Extensions of the [syndicate.Article]. It is
// written as media:group (section media:group) with a media:content for each picture, or as one
// media:content if there is a single picture. Pictures without an address are left out.
//
// The stores of package sqlstore keep a Gallery if the site has [Images] among its extensions.
type Gallery struct {
	// Pictures in the order of the slides. Their URLs are absolute. Required.
	Pictures []Picture
}

var _ syndicate.Extension = Gallery{}

// Namespaces returns the namespace of Media RSS.
func (Gallery) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{namespace} }

// WriteFeed writes nothing.
func (Gallery) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes the pictures.
func (g Gallery) WriteArticle(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Article) {
	g.Write(w, nil)
}

// Write writes the pictures and calls inside, unless it is nil, to write more elements into the
// media:content of each.
func (g Gallery) Write(w *xmltext.Writer, inside func(Picture)) {
	var shown []Picture
	for _, p := range g.Pictures {
		if address(p.Image) != "" {
			shown = append(shown, p)
		}
	}
	if len(shown) > 1 { // validators reject a group without alternatives
		w.Start("media:group")
		defer w.End()
	}
	for _, p := range shown {
		p.Write(w, func() {
			if inside != nil {
				inside(p)
			}
		})
	}
}

// Vocabulary returns the URI of Media RSS, for package sqlstore.
func (Gallery) Vocabulary() string { return namespace.URI }

// MarshalText returns the gallery as text that a store can keep. It implements sqlstore.Keepable.
func (g Gallery) MarshalText() ([]byte, error) {
	type fields Gallery // without methods, or else json.Marshal would call this one
	return json.Marshal(fields(g))
}

// UnmarshalText reads what [Gallery.MarshalText] returned.
func (g *Gallery) UnmarshalText(text []byte) error {
	type fields Gallery
	return json.Unmarshal(text, (*fields)(g))
}

// Vocabulary returns the URI of Media RSS, for package sqlstore.
func (Images) Vocabulary() string { return namespace.URI }

// ReviveArticle returns the [Gallery] that a store has kept. It implements sqlstore.Reviver.
func (Images) ReviveArticle(text []byte) (syndicate.Extension, error) {
	var g Gallery
	if err := g.UnmarshalText(text); err != nil {
		return nil, err
	}
	return g, nil
}
