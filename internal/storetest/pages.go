package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// pageVersions returns the versions of all archive pages, closed or not.
func pageVersions(t *testing.T, source syndicate.Versioner) map[syndicate.Scope]string {
	t.Helper()
	versions := map[syndicate.Scope]string{}
	for _, info := range infos(t, source) {
		for page := 1; page <= info.Pages+1; page++ {
			scope := info.Scope.AtPage(page)
			version, err := source.Version(t.Context(), scope)
			if page > info.Pages && err != nil {
				assert.ErrorIs(t, err, syndicate.ErrNotFound)
				continue
			}
			require.NoError(t, err)
			versions[scope] = version
		}
	}
	return versions
}

// differing returns the scopes whose versions differ, sorted.
func differing(before, after map[syndicate.Scope]string) (scopes []syndicate.Scope) {
	for scope, version := range after {
		if before[scope] != version {
			scopes = append(scopes, scope)
		}
	}
	slices.SortFunc(scopes, syndicate.Scope.Compare)
	return scopes
}

// versionsOfPages claims that what changes the version of an archive page is what changes that of
// an archive's, and nothing else, on every server. DISC-4, DISC-7.
func versionsOfPages(t *testing.T, d Database) {
	const count = 600 // so that the pages are read in several parts
	site := Site()
	site.Limit = 2
	site.Tombstones = time.Hour
	clock := at(day(20))
	article := func(n int, change ...func(*syndicate.Article)) syndicate.Article {
		a := numbered(1, "all", fmt.Sprint("tag ", n%3))
		a.URL, a.Title, a.Published = fmt.Sprintf("/%d/", n), fmt.Sprint(n), day(1).Add(time.Duration(n)*time.Minute)
		a.Categories = syndicate.Categories("Top/Below")
		if n > 5 {
			a.Categories = nil
		}
		for _, do := range change {
			do(&a)
		}
		return a
	}
	renamed := func(a *syndicate.Article) {
		a.Categories = []syndicate.Category{{Name: "Below", Parent: &syndicate.Category{Name: "Renamed", Slug: "top"}}}
	}
	var articles []syndicate.Article
	for n := range count {
		articles = append(articles, article(n))
	}
	articles = append(articles,
		article(count, func(a *syndicate.Article) { a.Expires = day(22) }),
		article(300, func(a *syndicate.Article) { a.URL, a.Expires = "/ends/", day(23) }),
		article(count, func(a *syndicate.Article) { a.URL, a.Published = "/soon/", day(24) }))
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = clock.now
	store, other := d.Open(t, site), d.Open(t, site)
	store.Clock, other.Clock = clock.now, clock.now
	require.NoError(t, store.Add(t.Context(), articles...))
	wanted, got := pageVersions(t, archive), pageVersions(t, store)
	require.Greater(t, len(got), count/2)
	for _, step := range []struct {
		what  string
		do    func(changer) error
		pages int // how many have another version; -1 for some
	}{
		{"nothing", func(changer) error { return nil }, 0},
		{"a draft", func(c changer) error {
			return c.Add(article(count+1, func(a *syndicate.Article) { a.Draft = true }))
		}, 0},
		{"an article is published", func(c changer) error { return c.Add(article(count + 2)) }, -1},
		{"another one", func(c changer) error { return c.Add(article(count + 3)) }, -1},
		{"an old one is edited", func(c changer) error {
			return c.Update(article(9, func(a *syndicate.Article) { a.Title = "edited" }))
		}, 3},
		{"one is backdated", func(c changer) error {
			return c.Add(article(200, func(a *syndicate.Article) { a.URL = "/backdated/" }))
		}, 3},
		{"some are removed", func(c changer) error { return c.Remove("/20/", "/500/") }, 6},
		{"the newest one is removed", func(c changer) error { return c.Remove(fmt.Sprintf("/%d/", count+3)) }, -1},
		{"a category above has another name", func(c changer) error {
			return c.Update(article(0, renamed), article(1, renamed), article(2, renamed),
				article(3, renamed), article(4, renamed), article(5, renamed))
		}, -1},
		{"an article elsewhere gives the category another name", func(c changer) error {
			return c.Add(article(count+4, func(a *syndicate.Article) {
				a.Categories = []syndicate.Category{{Name: "A name that comes first", Slug: "top"}}
			}))
		}, -1},
		{"the newest one expires", func(changer) error { clock.unix.Store(day(22).Unix()); return nil }, -1},
		{"an old one expires", func(changer) error { clock.unix.Store(day(23).Unix()); return nil }, 3},
		{"tombstones end", func(changer) error { clock.unix.Add(2 * 3600); return nil }, 0},
		{"an embargo ends", func(changer) error { clock.unix.Store(day(24).Unix()); return nil }, -1},
		{"all others are edited", func(c changer) error {
			var edited []syndicate.Article
			for n := 6; n < count; n += 2 {
				if n != 20 && n != 500 {
					edited = append(edited, article(n, func(a *syndicate.Article) { a.Title = "again" }))
				}
			}
			return c.Update(edited...)
		}, -1},
		{"the clock is set back", func(changer) error { clock.unix.Store(day(21).Unix()); return nil }, -1},
	} {
		clock.unix.Add(60)
		require.NoError(t, step.do(archive), step.what)
		require.NoError(t, step.do(unbound{store, t.Context()}), step.what)
		settle(t, store, clock)
		// Feeds are compared rarely with -short, the versions each time.
		if (!testing.Short() || step.pages > 3) && !assertAlike(t, step.what, archive, store) {
			return
		}
		before, had := wanted, got
		wanted, got = pageVersions(t, archive), pageVersions(t, store)
		changed := differing(before, wanted)
		assert.Equal(t, changed, differing(had, got), step.what)
		if step.pages >= 0 {
			assert.Len(t, changed, step.pages, step.what)
		} else {
			assert.NotEmpty(t, changed, step.what)
		}
		assert.Eventually(t, func() bool { return len(differing(pageVersions(t, other), got)) == 0 },
			time.Minute, 10*time.Millisecond, "%s: the other server", step.what)
	}
	d.assertConsistent(t)
}

// migratedPagesChange claims that a store which did not keep the times of pages does so from then
// on. STORE-5.
func migratedPagesChange(t *testing.T, d Database) {
	require.NoError(t, d.Migrate(t.Context(), tablesOf(version1), tablesOf(version2), version3, version4))
	clock := at(day(11))
	store := d.Open(t, oldSite())
	store.Clock = clock.now
	modified := func() (times []time.Time) {
		for page := range 4 {
			feed, err := store.Feed(t.Context(), syndicate.Everything().AtPage(page))
			require.NoError(t, err)
			times = append(times, feed.Modified.UTC())
		}
		return times
	}
	ten, eleven := day(10), day(11)
	require.Equal(t, []time.Time{ten, ten, ten, ten}, modified())
	before := pageVersions(t, store)
	edited := oldArticles()[2]
	edited.Title = "edited"
	require.NoError(t, store.Update(t.Context(), edited))
	assert.Equal(t, []time.Time{eleven, ten, eleven, ten}, modified())
	everything := syndicate.Everything()
	changed := []syndicate.Scope{everything.AtPage(2), syndicate.WithTag("a").AtPage(2), syndicate.WithTag("b").AtPage(2)}
	assert.Equal(t, changed, differing(before, pageVersions(t, store)))
}
