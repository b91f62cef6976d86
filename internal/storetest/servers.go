package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// twoServers claims that what two servers write at once is all there, and that both then show the
// same.
func twoServers(t *testing.T, d Database) {
	site := Site()
	site.Limit = 5
	one, two := d.Open(t, site), d.Open(t, site)
	stays := numbered(1, "shared")
	for n := range 7 {
		stays.Tags = append(stays.Tags, syndicate.Tag{Name: fmt.Sprint("tag ", n)})
	}
	require.NoError(t, one.Add(t.Context(), stays))
	var all sync.WaitGroup
	const each = 20
	for server, store := range []*sqlstore.Store{one, two} {
		for worker := range 2 {
			all.Go(func() {
				for n := range each {
					url := fmt.Sprintf("/%d/%d/%d/", server, worker, n)
					article := syndicate.Article{URL: url, Title: url, Published: day(1 + n%20), Tags: syndicate.Tags("shared", fmt.Sprint("tag ", n%7))}
					assert.NoError(t, store.Add(t.Context(), article))
					if n%3 == 0 {
						article.Title += " changed"
						assert.NoError(t, store.Update(t.Context(), article))
					}
					if n%5 == 0 {
						assert.NoError(t, store.Remove(t.Context(), url))
					}
				}
			})
			all.Go(func() {
				for range each {
					for info, err := range store.Scopes(context.Background()) {
						if !assert.NoError(t, err) {
							return
						}
						feed, err := store.Feed(context.Background(), info.Scope)
						if assert.NoError(t, err) && info.Scope.Kind() != syndicate.KindSite {
							assert.NotEmpty(t, feed.Articles, "no feed is ever empty that is listed")
						}
					}
				}
			})
		}
	}
	all.Wait()
	d.assertConsistent(t)
	assert.Equal(t, 1+4*each*4/5, d.count(t, "syndicate_articles"))
	assertAlike(t, "both servers", one, two)
	for _, info := range infos(t, one) {
		a, err := one.Version(t.Context(), info.Scope)
		require.NoError(t, err)
		b, err := two.Version(t.Context(), info.Scope)
		require.NoError(t, err)
		assert.Equal(t, a, b, "version of %s", info.Scope)
	}
}

// changesOfOthers claims that who watches one server is told what another one changed, scope by
// scope.
func changesOfOthers(t *testing.T, d Database) {
	one, two := d.Open(t, Site()), d.Open(t, Site())
	require.NoError(t, one.Add(t.Context(), numbered(1, "quiet"), numbered(2, "loud")))
	ctx, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	heard := make(chan []syndicate.Scope)
	go func() {
		defer close(heard)
		for scopes := range two.Changes(ctx) {
			select {
			case heard <- scopes:
			case <-ctx.Done():
				return
			}
		}
	}()
	article := numbered(2, "loud")
	for n := 0; ; n++ {
		article.Title = fmt.Sprint("version ", n)
		require.NoError(t, one.Update(t.Context(), article))
		select {
		case scopes := <-heard:
			assert.Equal(t, []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("loud")}, scopes)
			feed, err := two.Feed(t.Context(), syndicate.WithTag("loud"))
			require.NoError(t, err)
			assert.Equal(t, article.Title, feed.Articles[0].Title, "and shows it")
			return
		case <-time.After(50 * time.Millisecond): // it may not have watched yet
		case <-ctx.Done():
			require.Fail(t, "no change was told")
		}
	}
}

// knownVersions claims that a version is another one as soon as the feed is, on the server that
// wrote at once, on another when it is told; and is known without asking in between.
func knownVersions(t *testing.T, d Database) {
	one, two := d.Open(t, Site()), d.Open(t, Site())
	require.NoError(t, one.Add(t.Context(), numbered(1, "a"), numbered(2, "b")))
	a := syndicate.WithTag("a")
	version := func(store syndicate.Versioner, scope syndicate.Scope) string {
		text, err := store.Version(t.Context(), scope)
		require.NoError(t, err)
		return text
	}
	before, other := version(one, a), version(one, syndicate.WithTag("b"))
	assert.Equal(t, before, version(two, a))
	for n := range 20 {
		changed := numbered(1, "a")
		changed.Title = fmt.Sprint("version ", n)
		require.NoError(t, one.Update(t.Context(), changed))
		now := version(one, a)
		assert.NotEqual(t, before, now, "at once where it was written")
		assert.Eventually(t, func() bool { return version(two, a) == now }, time.Minute, 10*time.Millisecond)
		assert.Equal(t, other, version(two, syndicate.WithTag("b")), "what did not change keeps its version")
		before = now
	}
	_, err := one.Version(t.Context(), syndicate.WithTag("nothing"))
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
	_, err = one.Version(t.Context(), a.AtPage(7))
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
}

// endedWrites claims that an ended context ends a write, of which nothing is left, unless it ends
// while the database commits.
func endedWrites(t *testing.T, d Database) {
	store := d.Open(t, Site())
	require.NoError(t, store.Add(t.Context(), numbered(1)))
	ctx, end := context.WithCancel(t.Context())
	end()
	assert.ErrorIs(t, store.Add(ctx, numbered(2)), context.Canceled)
	assert.ErrorIs(t, store.Replace(ctx), context.Canceled)
	var articles []syndicate.Article
	for n := range 3000 {
		a := numbered(3)
		a.URL = fmt.Sprintf("/many/%d/", n)
		articles = append(articles, a)
	}
	for _, after := range []time.Duration{5 * time.Millisecond, 50 * time.Millisecond, 300 * time.Millisecond} {
		ctx, end := context.WithTimeout(t.Context(), after)
		err := store.Add(ctx, articles...)
		end()
		stored := d.count(t, "syndicate_articles")
		switch {
		case err != nil && strings.Contains(err.Error(), "sqlstore: commit") && stored > 1:
			// The database had committed before its answer came.
			assert.Equal(t, 1+len(articles), stored)
		case err != nil:
			assert.Equal(t, 1, stored)
		}
		require.NoError(t, store.Replace(t.Context(), numbered(1)))
	}
	d.assertConsistent(t)
	assert.NoError(t, store.Add(t.Context(), numbered(4)), "others go on")
	assert.Equal(t, 2, d.count(t, "syndicate_articles"))
}

// anotherAuthority claims that bare ids follow the site's tag authority, as an archive's do.
func anotherAuthority(t *testing.T, d Database) {
	articles := []syndicate.Article{numbered(1), numbered(2)}
	articles[0].ID = "4711"
	first := d.Open(t, Site())
	require.NoError(t, first.Add(t.Context(), articles...))
	site := Site()
	site.TagAuthority = "example.org,2024"
	store, err := d.Change(t, site)
	require.NoError(t, err)
	again := articles[0]
	again.ID, again.URL = "tag:example.org,2024:4711", "/again/"
	assert.ErrorIs(t, store.Add(t.Context(), again), syndicate.RuleDuplicateID)
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	assertAlike(t, "under another authority", archive, store)
}

// closedScopes claims that Move and Gone answer as those of an archive.
func closedScopes(t *testing.T, d Database) {
	archive, err := syndicate.NewArchive(Site(), numbered(1, "here"))
	require.NoError(t, err)
	store := d.Open(t, Site())
	require.NoError(t, store.Add(t.Context(), numbered(1, "here")))
	tag := syndicate.WithTag
	for _, move := range [][2]syndicate.Scope{
		{tag("a"), tag("b")}, {tag("b"), tag("here")}, {tag("here"), tag("c")}, {tag("c"), tag("a")}, {tag("x"), tag("x")},
		{tag("y"), tag("nowhere")}, {syndicate.Everything(), tag("a")}, {tag("a/b"), tag("a")}, {tag("z").AtPage(3), syndicate.InCategory("z/y")},
	} {
		want, got := archive.Redirect(move[0], move[1]), store.Redirect(t.Context(), move[0], move[1])
		assert.Equal(t, want == nil, got == nil, "%v: %v and %v", move, want, got)
	}
	for _, scope := range []syndicate.Scope{tag("gone"), syndicate.Everything(), tag("here"), tag("b")} {
		want, got := archive.CloseScope(scope), store.CloseScope(t.Context(), scope)
		assert.Equal(t, want == nil, got == nil, "%v: %v and %v", scope, want, got)
	}
	for _, key := range []string{"a", "b", "c", "x", "y", "z", "here", "gone", "nowhere"} {
		for page := range 3 {
			scope := tag(key).AtPage(page)
			_, want := archive.Feed(t.Context(), scope)
			_, got := store.Feed(t.Context(), scope)
			assert.Equal(t, fmt.Sprint(want), fmt.Sprint(got), scope)
			var wanted, given *syndicate.ScopeError
			assert.Equal(t, errors.As(want, &wanted), errors.As(got, &given), scope)
		}
	}
}

// movedCategory claims that articles whose category moved are listed where it is now, and above it,
// and nowhere else.
func movedCategory(t *testing.T, d Database) {
	store := d.Open(t, Site())
	filed := func(path ...string) (articles []syndicate.Article) {
		var c *syndicate.Category
		for _, name := range path {
			c = &syndicate.Category{Name: name, Parent: c}
		}
		for n := 1; n <= 5; n++ {
			a := numbered(n)
			a.Categories = []syndicate.Category{*c}
			articles = append(articles, a)
		}
		return articles
	}
	require.NoError(t, store.Add(t.Context(), filed("Old", "Sub", "Leaf")...))
	require.Len(t, infos(t, store), 4)
	require.NoError(t, store.Update(t.Context(), filed("New", "Leaf")...))
	var scopes []string
	for _, info := range infos(t, store) {
		scopes = append(scopes, fmt.Sprint(info.Scope, " ", info.Count))
	}
	assert.Equal(t, []string{"site 5", "category/new 5", "category/new/leaf 5"}, scopes)
	d.assertConsistent(t)
	// A parent's name is part of its descendants' titles.
	other := numbered(9)
	other.Categories = []syndicate.Category{{Name: "NEW"}}
	before, err := store.Version(t.Context(), syndicate.InCategory("new/leaf"))
	require.NoError(t, err)
	require.NoError(t, store.Add(t.Context(), other))
	feed, err := store.Feed(t.Context(), syndicate.InCategory("new/leaf"))
	require.NoError(t, err)
	assert.Equal(t, "NEW / Leaf – The Example", feed.Title)
	after, err := store.Version(t.Context(), syndicate.InCategory("new/leaf"))
	require.NoError(t, err)
	assert.NotEqual(t, before, after)
}

// startsTogether claims that servers that are asked first at the same time, of many more articles
// than are shown at once, fill the same pages as an archive.
func startsTogether(t *testing.T, d Database) {
	site := Site()
	var articles []syndicate.Article
	for n := range 6*AtOnce + 100 {
		a := syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: fmt.Sprint(n), Published: day(1).Add(-time.Duration(n*7919%5000) * time.Minute), Tags: syndicate.Tags(fmt.Sprint("tag ", n%3))}
		if n%50 == 0 {
			a.Expires = a.Published.Add(time.Duration(n) * time.Minute)
		}
		articles = append(articles, a)
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	one, two := d.Open(t, site), d.Open(t, site)
	clock := at(day(2))
	archive.Clock, one.Clock, two.Clock = clock.now, clock.now, clock.now
	for some := range slices.Chunk(articles, 1000) {
		require.NoError(t, one.Add(t.Context(), some...))
	}
	var all sync.WaitGroup
	for _, store := range []syndicate.Source{one, two} {
		all.Go(func() {
			_, err := store.Feed(context.Background(), syndicate.Everything())
			assert.NoError(t, err)
		})
	}
	all.Wait()
	d.assertConsistent(t)
	assert.Equal(t, infos(t, archive)[0].Pages, infos(t, two)[0].Pages)
	for _, info := range infos(t, archive) {
		for _, page := range []int{0, 1, 2, info.Pages / 2, info.Pages, info.Pages + 1} {
			f, err := archive.Feed(t.Context(), info.Scope.AtPage(page))
			g, err2 := two.Feed(t.Context(), info.Scope.AtPage(page))
			require.Equal(t, fmt.Sprint(err), fmt.Sprint(err2))
			if err == nil {
				assertSame(t, seen(f), seen(g), "%s page %d", info.Scope, page)
			}
		}
	}
}
