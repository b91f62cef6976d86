package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/rsl"
	"github.com/syndicate-go/syndicate/sitemap"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

// SM-3 to SM-8, RSL-3: a store has the sitemaps of an archive, and keeps the licenses of articles.
func TestSitemapsOfAStoreAreThoseOfAnArchive(t *testing.T) {
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	terms := rsl.Terms{Licenses: []rsl.License{{Prohibits: rsl.Rights{Usage: []rsl.Usage{rsl.AIAll}}}}}
	site := syndicate.Site{
		URL: "https://www.example.com/", Title: "Example", Language: "en", Limit: 7,
		Extensions: []syndicate.Extension{rsl.Site{URL: "https://www.example.com/", Terms: terms}},
	}
	var articles []syndicate.Article
	for i := range 100 {
		a := syndicate.Article{
			URL: fmt.Sprintf("/%d/", i), Title: fmt.Sprint(i), Published: now.Add(time.Duration(i-99) * time.Hour),
			Categories: syndicate.Categories([]string{"A", "B/C"}[i%2]), Image: syndicate.Image{URL: "/a.jpg"},
			Draft: i == 5,
		}
		if i == 20 {
			a.Expires = now.Add(time.Hour)
			a.Extensions = []syndicate.Extension{rsl.Terms{Licenses: []rsl.License{{Payment: rsl.Payment{Type: rsl.PayAttribution}}}}}
		}
		articles = append(articles, a)
	}
	articles[99].Published = now.Add(time.Hour)
	archive, err := syndicate.NewArchive(site)
	require.NoError(t, err)
	archive.Clock = clock
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "feeds.db"), site)
	require.NoError(t, err)
	defer store.Close()
	store.Clock = clock
	require.NoError(t, archive.Add(articles...))
	require.NoError(t, store.Add(t.Context(), articles...))
	tree := func(source syndicate.Source) map[string]string {
		all := map[string]string{}
		for _, set := range []derived.Files{sitemap.Files{Categories: true}, sitemap.News{Clock: clock, Categories: true}} {
			for file, err := range set.List(t.Context(), source) {
				require.NoError(t, err)
				text, err := file.Append(t.Context(), nil)
				require.NoError(t, err)
				all[file.Path] = fmt.Sprint(file.NextChange, string(text))
			}
		}
		for page := 1; page <= 14; page++ {
			if feed, err := source.Feed(t.Context(), syndicate.Everything().AtPage(page)); assert.NoError(t, err) {
				all[fmt.Sprint("page ", page)] = string(feed.Append(nil, syndicate.RSS))
			}
		}
		return all
	}
	assert.Equal(t, tree(archive), tree(store))
	assert.Contains(t, tree(store)["page 3"], `<rsl:payment type="attribution"/>`)
	now = now.Add(time.Hour)
	assert.Equal(t, tree(archive), tree(store))
	require.NoError(t, archive.Remove("https://www.example.com/30/"))
	require.NoError(t, store.Remove(t.Context(), "https://www.example.com/30/"))
	got := tree(store)
	assert.Equal(t, tree(archive), got)
	assert.NotContains(t, got["sitemap/site/page/1.xml"], "/30/")
	assert.NotContains(t, got["sitemap/site/page/1.xml"], "/20/")
	assert.Contains(t, got["sitemap/site/page/1.xml"], "/99/")
}
