// The feeds of views are those of all visible articles, selected and cut to the limit.
package view_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/view"
	"github.com/syndicate-go/syndicate/websub"
)

var (
	_ sqlstore.Keepable = view.Unlisted{}
	_ sqlstore.Reviver  = view.Unlisted{}
)

var (
	noon  = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	site  = syndicate.Everything()
	mixed = syndicate.WithTag("mixed")
)

// newSite returns the settings of the tests.
func newSite(limit int) syndicate.Site {
	return syndicate.Site{URL: "https://example.com/", Title: "Example", Language: "en", Limit: limit, Tombstones: 24 * time.Hour}
}

// article returns an article of an hour, with tags.
func article(hour int, tags ...string) syndicate.Article {
	return syndicate.Article{
		ID: fmt.Sprintf("id-%03d", hour), URL: fmt.Sprintf("/%d/", hour), Title: fmt.Sprint("Hour ", hour), Content: "<p>Text.</p>",
		Published: noon.Add(time.Duration(hour-1000) * time.Hour), Tags: syndicate.Tags(tags...),
	}
}

// archiveOf returns an archive with a clock.
func archiveOf(t testing.TB, limit int, articles ...syndicate.Article) (*syndicate.Archive, *atomic.Int64) {
	t.Helper()
	archive, err := syndicate.NewArchive(newSite(limit), articles...)
	require.NoError(t, err)
	now := new(atomic.Int64)
	now.Store(noon.UnixNano())
	archive.Clock = func() time.Time { return time.Unix(0, now.Load()) }
	return archive, now
}

// ids returns the ids of a scope's feed.
func ids(t testing.TB, source syndicate.Source, scope syndicate.Scope) (ids []string) {
	t.Helper()
	feed, err := source.Feed(t.Context(), scope)
	require.NoError(t, err, scope)
	for _, a := range feed.Articles {
		ids = append(ids, a.ID)
	}
	return ids
}

func newView(t testing.TB, from syndicate.Source, views map[syndicate.Scope]view.View) *view.Source {
	t.Helper()
	source, err := view.New(from, views)
	require.NoError(t, err)
	return source
}

func TestAFeedOfSeveralScopesHasEachArticleOnce(t *testing.T) {
	archive, _ := archiveOf(t, 4, article(1, "a"), article(2, "b"), article(3, "a", "b"), article(4, "c"), article(5, "a"), article(6, "b"))
	source := newView(t, archive, map[syndicate.Scope]view.View{
		mixed: {Name: "A or B", Any: []syndicate.Scope{syndicate.WithTag("a"), syndicate.WithTag("b")}},
	})
	assert.Equal(t, []string{"id-006", "id-005", "id-003", "id-002"}, ids(t, source, mixed))
	feed, err := source.Feed(t.Context(), mixed)
	require.NoError(t, err)
	assert.Equal(t, "#A or B – Example", feed.Title, "as for every tag")
	assert.Equal(t, "https://example.com/tag/mixed/rss.xml", feed.Self.RSS)
	assert.False(t, feed.Complete)
	assert.Empty(t, feed.PrevArchive)
	for _, p := range feed.Validate(syndicate.Formats()...) {
		assert.True(t, p.Warning, p)
	}
	assert.Equal(t, ids(t, archive, syndicate.WithTag("c")), ids(t, source, syndicate.WithTag("c")))
	_, err = source.Feed(t.Context(), mixed.AtPage(1))
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
}

func TestAFeedOfArticlesInAllScopes(t *testing.T) {
	archive, _ := archiveOf(t, 3, article(1, "a"), article(2, "b"), article(3, "a", "b"), article(4, "a"), article(5, "a"), article(6, "a"), article(7, "a", "b"))
	source := newView(t, archive, map[syndicate.Scope]view.View{
		mixed: {Any: []syndicate.Scope{syndicate.WithTag("a")}, All: []syndicate.Scope{syndicate.WithTag("b")}},
	})
	assert.Equal(t, []string{"id-007", "id-003"}, ids(t, source, mixed))
}

// The main feed has as many articles as without the view, and its pages continue it.
func TestTheMainFeedIsNotShorterForWhatItLeavesOut(t *testing.T) {
	var articles []syndicate.Article
	for n := range 30 {
		a := article(n, []string{"news", "sponsored"}[n%2])
		if n == 26 {
			a.Extensions = []syndicate.Extension{view.Unlisted{}}
		}
		articles = append(articles, a)
	}
	archive, _ := archiveOf(t, 5, articles...)
	source := newView(t, archive, map[syndicate.Scope]view.View{site: {None: []syndicate.Scope{syndicate.WithTag("sponsored")}}})
	assert.Equal(t, []string{"id-028", "id-024", "id-022", "id-020", "id-018"}, ids(t, source, site))
	assert.Contains(t, ids(t, source, syndicate.WithTag("news")), "id-026")
	assert.Contains(t, ids(t, source, syndicate.WithTag("sponsored")), "id-029")
	// A reader that follows the links has every article once.
	feed, err := source.Feed(t.Context(), site)
	require.NoError(t, err)
	assert.Equal(t, "Example", feed.Title)
	read := map[string]bool{}
	for {
		for _, a := range feed.Articles {
			read[a.ID] = true
		}
		if feed.PrevArchive.RSS == "" {
			break
		}
		path := strings.TrimPrefix(feed.PrevArchive.RSS, "https://example.com/")
		scope, _, ok := syndicate.Files.Parse(path)
		require.True(t, ok, path)
		feed, err = source.Feed(t.Context(), scope)
		require.NoError(t, err)
	}
	assert.Len(t, read, 14)
	only := newView(t, archive, nil)
	assert.NotContains(t, ids(t, only, site), "id-026")
	assert.Contains(t, ids(t, only, site), "id-029")
}

func TestWhatCannotBeAView(t *testing.T) {
	settings := newSite(5)
	settings.Kinds = []syndicate.Kind{syndicate.KindSite, syndicate.KindTag}
	archive, err := syndicate.NewArchive(settings)
	require.NoError(t, err)
	for want, views := range map[string]map[syndicate.Scope]view.View{
		"Views: ":                               {site.AtPage(1): {}},
		"Views[tag/mixed].Any[1]: ":             {mixed: {Any: []syndicate.Scope{site, syndicate.WithTag("a/b")}}},
		"Views[tag/mixed].None[0]: ":            {mixed: {None: []syndicate.Scope{syndicate.WithTag("a").AtPage(2)}}},
		"Views[tag/mixed].Any[0]: \"author/x\"": {mixed: {Any: []syndicate.Scope{syndicate.ByAuthor("x")}}},
		"Views[tag/mixed].All[0]: ":             {mixed: {All: []syndicate.Scope{syndicate.WithTag("")}}},
		"a view with Keep has no Rule":          {mixed: {Keep: func(*syndicate.Article) bool { return true }}},
	} {
		_, err := view.New(archive, views)
		assert.ErrorContains(t, err, want)
	}
	source := newView(t, archive, map[syndicate.Scope]view.View{mixed: {Any: []syndicate.Scope{site}}})
	_, err = source.Feed(t.Context(), mixed)
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
	assert.Empty(t, ids(t, source, site))
}

// unversioned is a Source without versions.
type unversioned struct{ syndicate.Source }

// Whatever happens to the articles, a view has the newest of those that it selects, and its version
// changes if and only if its bytes do.
func TestViewsAreTheSelectionOfAllArticles(t *testing.T) {
	stories := 40
	if testing.Short() {
		stories = 10
	}
	categories := []string{"News", "News/Local", "Sport"}
	for seed := range uint64(stories) {
		random := rand.New(rand.NewPCG(seed, 7))
		limit := 1 + random.IntN(6)
		archive, now := archiveOf(t, limit)
		list := func() (scopes []syndicate.Scope) {
			for range random.IntN(3) {
				scopes = append(scopes, []syndicate.Scope{
					site, syndicate.WithTag("a"), syndicate.WithTag("b"), syndicate.InCategory("news"), syndicate.InCategory("news/local"), syndicate.ByAuthor("ann"),
				}[random.IntN(6)])
			}
			return scopes
		}
		views := map[syndicate.Scope]view.View{
			mixed: {Name: "Mixed", Any: append(list(), syndicate.WithTag("a")), All: list()[:0], None: list()},
			site:  {All: list(), None: list(), Keep: func(a *syndicate.Article) bool { return a.Title != "Hidden" }, Rule: "not hidden"},
		}
		// The site's view never excludes everything by a list that has the whole site in it.
		both := []*view.Source{newView(t, archive, views), newView(t, unversioned{archive}, views)}
		known := map[string]string{} // documents by version
		for range 60 {
			n := random.IntN(25)
			a := article(990+n, []string{"a", "b", "c"}[random.IntN(3)])
			a.Categories = syndicate.Categories(categories[random.IntN(3)])
			if random.IntN(2) == 0 {
				a.Authors = []syndicate.Author{{Name: "Ann"}}
			}
			if random.IntN(4) == 0 {
				a.Title = "Hidden"
			}
			if random.IntN(4) == 0 {
				a.Extensions = []syndicate.Extension{view.Unlisted{}}
			}
			if random.IntN(4) == 0 {
				a.Expires = time.Unix(0, now.Load()).Add(time.Duration(random.IntN(9)) * time.Hour)
			}
			switch random.IntN(4) {
			case 0, 1:
				_ = archive.Add(a)
			case 2:
				_ = archive.Update(a)
			case 3:
				_ = archive.Remove(a.ID)
			}
			now.Add(int64(random.IntN(2)) * int64(time.Hour))
			for _, scope := range []syndicate.Scope{mixed, site} {
				want := selected(archive, time.Unix(0, now.Load()), scope, views[scope], limit)
				version, err := both[0].Version(t.Context(), scope)
				if len(want) == 0 && scope == mixed {
					require.ErrorIs(t, err, syndicate.ErrNotFound)
					continue
				}
				require.NoError(t, err)
				for _, source := range both {
					require.Equal(t, want, ids(t, source, scope), "story %d, %s, %+v", seed, scope, views[scope])
				}
				var documents strings.Builder
				feed, err := both[0].Feed(t.Context(), scope)
				require.NoError(t, err)
				for _, format := range syndicate.Formats() {
					documents.WriteString(string(feed.Append(nil, format)))
				}
				documents.WriteString(fmt.Sprint(feed.Modified, feed.NextChange))
				require.NotEmpty(t, version)
				if before, found := known[version+scope.String()]; found {
					require.Equal(t, before, documents.String(), "one version, one document")
				}
				known[version+scope.String()] = documents.String()
				next := feed.NextChange
				require.True(t, next.IsZero() || next.After(time.Unix(0, now.Load())), "%s", next)
			}
		}
	}
}

// selected returns the ids that a view has to show, by a search through all articles.
func selected(archive *syndicate.Archive, now time.Time, scope syndicate.Scope, v view.View, limit int) (ids []string) {
	in := func(a syndicate.Article, scope syndicate.Scope) bool {
		switch scope.Kind() {
		case syndicate.KindTag:
			return slices.ContainsFunc(a.Tags, func(t syndicate.Tag) bool { return syndicate.Slug(t.Name) == scope.Key() })
		case syndicate.KindAuthor:
			return slices.ContainsFunc(a.Authors, func(by syndicate.Author) bool { return syndicate.Slug(by.Name) == scope.Key() })
		case syndicate.KindCategory:
			return slices.ContainsFunc(a.Categories, func(c syndicate.Category) bool {
				return c.Path() == scope.Key() || strings.HasPrefix(c.Path(), scope.Key()+"/")
			})
		}
		return true
	}
	for _, a := range archive.Articles() {
		visible := !a.Draft && !a.Published.After(now) && (a.Expires.IsZero() || a.Expires.After(now))
		any := len(v.Any) == 0 || slices.ContainsFunc(v.Any, func(s syndicate.Scope) bool { return in(a, s) })
		all := !slices.ContainsFunc(v.All, func(s syndicate.Scope) bool { return !in(a, s) })
		none := !slices.ContainsFunc(v.None, func(s syndicate.Scope) bool { return in(a, s) })
		kept := v.Keep == nil || v.Keep(&a)
		listed := scope != site || len(a.Extensions) == 0
		if visible && any && all && none && kept && listed && len(ids) < limit {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

func TestServersAndFoldersHaveTheFeedsOfViews(t *testing.T) {
	archive, now := archiveOf(t, 4, article(1, "a"), article(2, "b"), article(3, "c"), article(4, "sponsored"))
	source := newView(t, archive, map[syndicate.Scope]view.View{
		mixed: {Name: "A or B", Any: []syndicate.Scope{syndicate.WithTag("a"), syndicate.WithTag("b")}},
		site:  {None: []syndicate.Scope{syndicate.WithTag("sponsored")}},
	})
	h := &feedhttp.Handler{Source: source, Clock: archive.Clock}
	get := func(path string) string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return fmt.Sprint(w.Code, " ", w.Body)
	}
	folder := feeddir.Folder{Source: source, Dir: t.TempDir()}
	publish := func() {
		_, err := folder.Publish(t.Context())
		require.NoError(t, err)
	}
	publish()
	for _, path := range []string{"rss.xml", "tag/mixed/atom.xml", "tag/c/feed.json"} {
		data, err := os.ReadFile(filepath.Join(folder.Dir, path))
		require.NoError(t, err)
		assert.Equal(t, "200 "+string(data), get("/"+path))
	}
	assert.NotContains(t, get("/rss.xml"), "Hour 4<")
	assert.Contains(t, get("/tag/sponsored/rss.xml"), "Hour 4<")
	soon := article(1001, "a")
	require.NoError(t, archive.Add(soon))
	assert.NotContains(t, get("/tag/mixed/rss.xml"), "Hour 1001")
	now.Store(soon.Published.UnixNano())
	assert.Contains(t, get("/tag/mixed/rss.xml"), "Hour 1001")
	require.NoError(t, archive.Remove("id-001", "id-002", "id-1001"))
	assert.Equal(t, "404 Not Found\n", get("/tag/mixed/rss.xml"))
	publish()
	assert.NoFileExists(t, filepath.Join(folder.Dir, "tag/mixed/rss.xml"))
}

// scopesOf lists the scopes of a Source.
func scopesOf(t testing.TB, source syndicate.Source) (all []string) {
	t.Helper()
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		all = append(all, fmt.Sprint(info.Scope, " ", info.Count, " ", info.Title))
	}
	return all
}

func TestTheListOfScopesHasTheViewsInOrder(t *testing.T) {
	archive, _ := archiveOf(t, 4, article(1, "a"), article(2, "b"), article(3, "z"))
	source := newView(t, archive, map[syndicate.Scope]view.View{
		mixed:                     {Name: "A or B", Any: []syndicate.Scope{syndicate.WithTag("a"), syndicate.WithTag("b")}},
		syndicate.WithTag("zz"):   {Name: "Last", Any: []syndicate.Scope{site}},
		syndicate.WithTag("none"): {Any: []syndicate.Scope{syndicate.WithTag("none")}},
		syndicate.WithTag("b"):    {None: []syndicate.Scope{syndicate.WithTag("b")}},
	})
	assert.Equal(t, []string{
		"site 3 Example", "tag/a 1 #a – Example", "tag/mixed 2 #A or B – Example", "tag/z 1 #z – Example", "tag/zz 3 #Last – Example",
	}, scopesOf(t, source))
}

var _ websub.Watcher = (*view.Source)(nil)

func TestAViewChangesWithItsScopes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, _ := archiveOf(t, 4, article(1, "a"), article(2, "b"), article(3, "c"))
		source := newView(t, archive, map[syndicate.Scope]view.View{mixed: {Any: []syndicate.Scope{syndicate.WithTag("a"), syndicate.WithTag("b")}}})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go func() {
			for _, a := range []syndicate.Article{article(4, "c"), article(5, "b")} {
				synctest.Wait() // for the next change
				assert.NoError(t, archive.Add(a))
			}
		}()
		var got [][]syndicate.Scope
		for scopes := range source.Changes(ctx) {
			if got = append(got, scopes); len(got) == 2 {
				stop()
			}
		}
		assert.Equal(t, [][]syndicate.Scope{{site, syndicate.WithTag("c")}, {site, syndicate.WithTag("b"), mixed}}, got)
		for range newView(t, unversioned{archive}, nil).Changes(ctx) {
			assert.Fail(t, "it reports no changes")
		}
	})
}

// counting is a Source that counts the feeds that are requested.
type counting struct {
	syndicate.Versioner
	feeds atomic.Int64
}

func (c *counting) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	c.feeds.Add(1)
	return c.Versioner.Feed(ctx, scope)
}

// A search through many pages is bounded, is done once for all requests, and is remembered, also if
// it found nothing.
func TestASearchIsBoundedAndShared(t *testing.T) {
	var articles []syndicate.Article
	for n := range 900 {
		articles = append(articles, article(n, "a"))
	}
	archive, _ := archiveOf(t, 3, articles...)
	source := &counting{Versioner: archive}
	none := func(*syndicate.Article) bool { return false }
	views := newView(t, source, map[syndicate.Scope]view.View{mixed: {Any: []syndicate.Scope{syndicate.WithTag("a")}, Keep: none, Rule: "nothing"}})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, err := views.Version(t.Context(), mixed)
			assert.ErrorIs(t, err, syndicate.ErrNotFound)
		})
	}
	all.Wait()
	for range 20 {
		_, err := views.Feed(t.Context(), mixed)
		assert.ErrorIs(t, err, syndicate.ErrNotFound)
	}
	assert.LessOrEqual(t, source.feeds.Load(), int64(200))
	// A search that ended early does not claim to have found everything.
	rare := newView(t, archive, map[syndicate.Scope]view.View{site: {Keep: func(a *syndicate.Article) bool { return a.ID == "id-890" }, Rule: "one"}})
	feed, err := rare.Feed(t.Context(), site)
	require.NoError(t, err)
	assert.Len(t, feed.Articles, 1)
	assert.False(t, feed.Complete)
	assert.Contains(t, feed.PrevArchive.RSS, "/page/")
	require.NoError(t, archive.Add(article(950, "a")))
	_, err = views.Feed(t.Context(), mixed)
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
	assert.Greater(t, source.feeds.Load(), int64(200), "something has changed")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err = views.Feed(ctx, mixed)
	assert.Error(t, err)
}

// failing is a Source that fails.
type failing struct {
	syndicate.Versioner
	err error
}

func (f failing) Feed(context.Context, syndicate.Scope) (*syndicate.Feed, error) { return nil, f.err }

func (f failing) Scopes(context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) { yield(syndicate.ScopeInfo{}, f.err) }
}

func TestAFailureOfTheSourceIsThatOfTheView(t *testing.T) {
	archive, _ := archiveOf(t, 4, article(1, "a"))
	source := newView(t, failing{archive, context.DeadlineExceeded}, map[syndicate.Scope]view.View{mixed: {Any: []syndicate.Scope{site}}})
	for _, scope := range []syndicate.Scope{mixed, site, syndicate.WithTag("a")} {
		_, err := source.Feed(t.Context(), scope)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	}
	for _, err := range source.Scopes(t.Context()) {
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	}
}
