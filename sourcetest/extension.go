package sourcetest

import (
	"strconv"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// ratings is an extension of a site: it revives the ratings of articles that a store has kept.
type ratings struct{}

// rating is an extension of an article: a number of stars. A store keeps it as text; all three
// formats show it.
type rating struct{ Stars int }

var _ syndicate.JSONExtension = rating{}

// ratingVocabulary is the URI of the vocabulary and of its XML namespace.
const ratingVocabulary = "https://www.example.com/ns/rating#"

// ratingNamespaces returns the namespace of the vocabulary with its prefix.
func ratingNamespaces() []xmltext.Namespace {
	return []xmltext.Namespace{{Prefix: "rating", URI: ratingVocabulary}}
}

// Namespaces returns the namespace of the vocabulary.
func (ratings) Namespaces() []xmltext.Namespace { return ratingNamespaces() }

// WriteFeed writes nothing.
func (ratings) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes nothing: the extensions of the articles write their own elements.
func (ratings) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

// Vocabulary returns the URI that connects the extension to those of the articles.
func (ratings) Vocabulary() string { return ratingVocabulary }

// ReviveArticle parses the text of MarshalText.
func (ratings) ReviveArticle(text []byte) (syndicate.Extension, error) {
	stars, err := strconv.Atoi(string(text))
	return rating{stars}, err
}

// Namespaces returns the namespace of the vocabulary.
func (rating) Namespaces() []xmltext.Namespace { return ratingNamespaces() }

// WriteFeed writes nothing: feeds have no rating.
func (rating) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes the stars as an element, in RSS and Atom.
func (r rating) WriteArticle(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Article) {
	w.Element("rating:stars", strconv.Itoa(r.Stars))
}

// FeedJSON returns no object.
func (rating) FeedJSON(*syndicate.Feed) (string, any) { return "", nil }

// ArticleJSON returns the stars as an object, for JSON Feed.
func (r rating) ArticleJSON(*syndicate.Article) (string, any) {
	return "_rating", map[string]int{"stars": r.Stars}
}

// Vocabulary returns the URI that connects the extension to that of the site.
func (rating) Vocabulary() string { return ratingVocabulary }

// MarshalText returns the number of stars.
func (r rating) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(r.Stars), 10), nil }

// rated returns an article with a number of stars.
func rated(article syndicate.Article, stars int) syndicate.Article {
	article.Extensions = []syndicate.Extension{rating{stars}}
	return article
}
