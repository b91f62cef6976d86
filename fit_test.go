package syndicate

// Feeds keep within MaxBytes, and everybody agrees on how many articles that are.

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/xmltext"
)

// manyNamespaces is an extension that uses many namespaces in an article.
type manyNamespaces struct{ n int }

func (m manyNamespaces) Namespaces() (all []xmltext.Namespace) {
	for i := range m.n {
		all = append(all, xmltext.Namespace{Prefix: fmt.Sprint("n", i), URI: "https://namespaces.example/" + strings.Repeat("long/", 10) + fmt.Sprint(i)})
	}
	return all
}
func (manyNamespaces) WriteFeed(*xmltext.Writer, Format, *Feed) {}
func (m manyNamespaces) WriteArticle(w *xmltext.Writer, _ Format, _ *Article) {
	for i := range m.n {
		w.Element(fmt.Sprintf("n%d:x", i), "1")
	}
}

func TestPagesThatAFeedLinksToAreListed(t *testing.T) {
	var category *Category
	for i := range 10 {
		category = &Category{Name: strings.Repeat("军", 60) + fmt.Sprint(i), Parent: category}
	}
	for name, test := range map[string]struct {
		article         Article
		from, to, steps int
	}{
		"long paths":      {Article{Categories: []Category{*category}, Content: strings.Repeat("&amp;", 200)}, 24_000, 34_000, 150},
		"many namespaces": {Article{Extensions: []Extension{manyNamespaces{12}}, Content: strings.Repeat("&amp;", 200)}, 6_000, 14_000, 400},
	} {
		cut := 0
		if testing.Short() {
			test.steps *= 8
		}
		for maxBytes := test.from; maxBytes < test.to; maxBytes += test.steps {
			var articles []Article
			for i := range 7 {
				a := test.article
				a.URL, a.Title, a.Published = fmt.Sprintf("/%d/", i), "x", march.Add(time.Duration(i)*time.Hour)
				articles = append(articles, a)
			}
			archive, err := NewArchive(Site{URL: "https://example.com/", Title: "Example", Limit: 5, MaxBytes: maxBytes}, articles...)
			require.NoError(t, err)
			for info, err := range archive.Scopes(context.Background()) {
				require.NoError(t, err)
				feed, err := archive.Feed(context.Background(), info.Scope)
				require.NoError(t, err)
				ix := archive.library.Index(info.Scope)
				if n := ix.Cache.shown.Load(); n != nil {
					require.Equal(t, len(n.value), len(feed.Articles), "%s: MaxBytes %d, %s", name, maxBytes, info.Scope.Kind())
				}
				pages := len(ix.Ends())
				if len(feed.Articles) < ix.Open() {
					pages++
					cut++
				}
				require.Equal(t, pages, info.Pages, "%s: MaxBytes %d, %s", name, maxBytes, info.Scope.Kind())
				for _, format := range Formats() {
					if len(feed.Articles) > 1 {
						require.LessOrEqual(t, len(feed.Append(nil, format)), maxBytes, "%s: %s as %s", name, info.Scope.Kind(), format)
					}
				}
			}
		}
		assert.Positive(t, cut, name)
	}
}

// A feed that was cut keeps nothing of what it was before.
func TestFeedThatWasCutKeepsNothingOfTheWholeOne(t *testing.T) {
	site, err := Site{URL: "https://example.com/", Title: "Example", MaxBytes: 20_000}.Check()
	require.NoError(t, err)
	var sel Selection
	for i := range 20 {
		a, err := site.Article(Article{URL: fmt.Sprintf("/%d/", i), Title: "x", Published: march.Add(time.Duration(-i) * time.Hour), Content: "<p>" + strings.Repeat("x", 3000) + "</p>"})
		require.NoError(t, err)
		sel.Articles = append(sel.Articles, a)
	}
	feed := site.Feed(Everything(), sel)
	require.Less(t, len(feed.Articles), 20)
	assert.True(t, feed.original.feed.original == nil)
}

// What is remembered of an article's size holds for the feeds that are made after.
func TestRememberedSizesKeepFeedsWithinTheirLimit(t *testing.T) {
	archive, err := NewArchive(Site{URL: "https://example.com/", Title: "Example", MaxBytes: 500_000})
	require.NoError(t, err)
	for i := range 12 {
		require.NoError(t, archive.Add(Article{URL: fmt.Sprintf("/%d/", i), Title: "x", Summary: "x", Published: march, Tags: Tags(fmt.Sprint("tag ", i)),
			Content: "<p>" + strings.Repeat("x", 100_000) + "</p>"}))
	}
	for i := range 12 {
		_, err := archive.Feed(context.Background(), WithTag(fmt.Sprint("tag-", i)))
		require.NoError(t, err)
	}
	feed, err := archive.Feed(context.Background(), Everything())
	require.NoError(t, err)
	for _, format := range Formats() {
		assert.Less(t, len(feed.Append(nil, format)), 500_000, format)
	}
	assert.Greater(t, len(feed.Articles), 2)
}
