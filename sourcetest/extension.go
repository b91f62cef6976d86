package sourcetest

import (
	"strconv"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// ratings is an extension of a site: it revives the ratings of articles that a store has kept.
type ratings struct{}

// rating is an extension of an article: a number of stars.
type rating struct{ Stars int }

var (
	_ syndicate.Reviver       = ratings{}
	_ syndicate.Keepable      = rating{}
	_ syndicate.JSONExtension = rating{}
)

const ratingVocabulary = "https://www.example.com/ns/rating#"

// ratingNamespaces returns the namespace of the vocabulary with its prefix.
func ratingNamespaces() []xmltext.Namespace {
	return []xmltext.Namespace{{Prefix: "rating", URI: ratingVocabulary}}
}

func (ratings) Namespaces() []xmltext.Namespace { return ratingNamespaces() }

func (ratings) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

func (ratings) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

func (ratings) Vocabulary() string { return ratingVocabulary }

func (ratings) ReviveArticle(text []byte) (syndicate.Extension, error) {
	stars, err := strconv.Atoi(string(text))
	return rating{stars}, err
}

func (rating) Namespaces() []xmltext.Namespace { return ratingNamespaces() }

func (rating) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

func (r rating) WriteArticle(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Article) {
	w.Element("rating:stars", strconv.Itoa(r.Stars))
}

func (rating) FeedJSON(*syndicate.Feed) (string, any) { return "", nil }

func (r rating) ArticleJSON(*syndicate.Article) (string, any) {
	return "_rating", map[string]int{"stars": r.Stars}
}

func (rating) Vocabulary() string { return ratingVocabulary }

func (r rating) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(r.Stars), 10), nil }

// rated returns an article with a number of stars.
func rated(article syndicate.Article, stars int) syndicate.Article {
	article.Extensions = []syndicate.Extension{rating{stars}}
	return article
}
