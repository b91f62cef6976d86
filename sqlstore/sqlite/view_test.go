package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/licenses"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
	"github.com/syndicate-go/syndicate/view"
)

// STORE-4: the views of a store are those of an archive, also after it was opened again, with what
// single articles state.
func TestViewsOfAStoreAreThoseOfAnArchive(t *testing.T) {
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	site := syndicate.Site{
		URL: "https://www.example.com/", Title: "Example", Language: "en", Limit: 6, Tombstones: time.Hour,
		Extensions: []syndicate.Extension{view.Unlisted{}, licenses.Site{URL: licenses.CCBY}},
	}
	var articles []syndicate.Article
	for i := range 60 {
		a := syndicate.Article{
			ID: fmt.Sprintf("id-%d", i), URL: fmt.Sprintf("/%d/", i), Title: fmt.Sprint(i), Content: "<p>Text</p>",
			Published: now.Add(time.Duration(i-58) * time.Hour), Tags: syndicate.Tags([]string{"a", "b", "c"}[i%3]),
			Categories: syndicate.Categories([]string{"News", "News/Local"}[i%2]),
		}
		switch {
		case i%5 == 0:
			a.Extensions = []syndicate.Extension{view.Unlisted{}}
		case i%7 == 0:
			a.Extensions = []syndicate.Extension{licenses.License{URL: licenses.CC0}}
		}
		articles = append(articles, a)
	}
	mixed := syndicate.WithTag("mixed")
	views := map[syndicate.Scope]view.View{
		mixed:                  {Name: "Mixed", Any: []syndicate.Scope{syndicate.WithTag("a"), syndicate.InCategory("news/local")}, None: []syndicate.Scope{syndicate.WithTag("c")}},
		syndicate.Everything(): {None: []syndicate.Scope{syndicate.WithTag("b")}},
		syndicate.WithTag("a"): {All: []syndicate.Scope{syndicate.InCategory("news/local")}},
	}
	file := filepath.Join(t.TempDir(), "feeds.db")
	archive, err := syndicate.NewArchive(site)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return now }
	store, err := sqlite.Open(t.Context(), file, site)
	require.NoError(t, err)
	store.Clock = archive.Clock
	require.NoError(t, archive.Add(articles...))
	require.NoError(t, store.Add(t.Context(), articles...))
	documents := func(source syndicate.Source) map[string]string {
		viewed, err := view.New(source, views)
		require.NoError(t, err)
		all := map[string]string{}
		for info, err := range viewed.Scopes(t.Context()) {
			require.NoError(t, err)
			for page := range info.Pages + 1 {
				scope := info.Scope.AtPage(page)
				feed, err := viewed.Feed(t.Context(), scope)
				require.NoError(t, err, scope)
				for _, format := range syndicate.Formats() {
					all[fmt.Sprint(scope, " ", format)] = string(feed.Append(nil, format))
				}
				version, err := viewed.Version(t.Context(), scope)
				require.NoError(t, err)
				assert.NotEmpty(t, version, scope)
			}
		}
		return all
	}
	want := documents(archive)
	assert.Len(t, want[mixed.String()+" rss"], len(want["tag/mixed rss"]))
	assert.NotEmpty(t, want["tag/mixed rss"])
	assert.NotEmpty(t, want["site/page/1 rss"])
	assert.Equal(t, want, documents(store))
	require.NoError(t, store.Close())
	store, err = sqlite.Open(t.Context(), file, site)
	require.NoError(t, err)
	defer store.Close()
	store.Clock = archive.Clock
	assert.Equal(t, want, documents(store), "opened again")
	now = now.Add(2 * time.Hour) // another article appears
	require.NoError(t, archive.Remove("id-57"))
	require.NoError(t, store.Remove(t.Context(), "id-57"))
	changed := documents(archive)
	assert.NotEqual(t, want, changed)
	assert.Equal(t, changed, documents(store))
}
