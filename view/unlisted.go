package view

import (
	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/extensions"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Unlisted leaves an article out of the feed of the whole site and its archive pages. Add it to the
// Extensions of the [syndicate.Article]. It writes nothing into any feed.
//
// The stores of package sqlstore keep it if the site has one among its extensions, which leaves
// nothing out.
type Unlisted struct{}

// isUnlisted reports whether an article has an Unlisted.
func isUnlisted(a *syndicate.Article) bool {
	return len(extensions.Of[Unlisted](a.Extensions)) > 0
}

// Namespaces returns none.
func (Unlisted) Namespaces() []xmltext.Namespace { return nil }

// WriteFeed writes nothing.
func (Unlisted) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes nothing.
func (Unlisted) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

// Vocabulary returns the URI that stores keep an Unlisted under, for package sqlstore.
func (Unlisted) Vocabulary() string { return "https://github.com/syndicate-go/syndicate/view#unlisted" }

// MarshalText returns the text that a store keeps. It implements sqlstore.Keepable.
func (Unlisted) MarshalText() ([]byte, error) { return []byte("unlisted"), nil }

// ReviveArticle returns the Unlisted that a store has kept. It implements sqlstore.Reviver.
func (Unlisted) ReviveArticle([]byte) (syndicate.Extension, error) { return Unlisted{}, nil }
