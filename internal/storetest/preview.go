package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// previewer shows what is hidden.
type previewer interface {
	Preview(context.Context, syndicate.Scope) (*syndicate.Feed, error)
}

// randomScopes are those that random articles can be in, some that they cannot, and some that have
// no preview.
var randomScopes = []syndicate.Scope{
	syndicate.Everything(), syndicate.WithTag("a"), syndicate.WithTag("b"), syndicate.WithTag("c"), syndicate.WithTag("kilic"),
	syndicate.InCategory("top"), syndicate.InCategory("top/below"), syndicate.InCategory("top/other"), syndicate.ByAuthor("ann"), syndicate.ByAuthor("bob"),
	syndicate.WithTag("nothing"), syndicate.InCategory("top/nothing"), syndicate.InCategory("to"), syndicate.WithTag("a/b"), syndicate.Everything().AtPage(1),
}

// assertPreviewsAlike claims that two Sources preview the same, to the last byte.
func assertPreviewsAlike(t *testing.T, what string, want, got previewer, scopes ...syndicate.Scope) bool {
	t.Helper()
	for _, scope := range scopes {
		f, err := want.Preview(t.Context(), scope)
		g, err2 := got.Preview(t.Context(), scope)
		if !assert.Equal(t, fmt.Sprint(err), fmt.Sprint(err2), "%s: preview of %s", what, scope) {
			return false
		}
		if err == nil && !assertSame(t, seen(f), seen(g), "%s: preview of %s", what, scope) {
			return false
		}
	}
	return true
}

// previews claims that previews are those of an archive, whatever is hidden and why, and that they
// change nothing.
func previews(t *testing.T, d Database) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, seed))
	site := Site()
	site.Limit = 7
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("b"): {Limit: 2000}, syndicate.ByAuthor("bob"): {Limit: 1}}
	scopes := append(randomScopes, syndicate.WithTag("rare"), syndicate.InCategory("deep"), syndicate.InCategory("deep/er"), syndicate.InCategory("deep/er/most"))
	top := &syndicate.Category{Name: "Deep", Description: "of hidden ones"}
	middle := &syndicate.Category{Name: "Er", Parent: top}
	var articles []syndicate.Article
	count := 5 * 611
	if testing.Short() {
		count = 3 * 61
	}
	for n := range count {
		a := athome(Site().URL, []syndicate.Article{randomArticle(r, day(1))})[0]
		a.ID, a.URL, a.Updated = "", fmt.Sprintf("/%d/", n), time.Time{}
		switch r.IntN(6) {
		case 0:
			a.Published = day(20).AddDate(0, 0, r.IntN(3)) // many of one second
		case 1:
			a.Expires = a.Published.Add(time.Hour)
		case 2:
			a.Draft = true
		case 3:
			a.Tags = syndicate.Tags("!", "C") // one without a slug
		}
		if n%(count/4) == 0 {
			a.Draft = n%2 == 0
			a.Tags = append(a.Tags, syndicate.Tag{Name: "Rare", Description: "or not"})
			a.Categories = []syndicate.Category{{Name: "Most", Parent: middle}, {Name: "Deep", URL: "/deep/"}}
		}
		articles = append(articles, a)
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	store := d.Open(t, site)
	clock := at(day(4))
	archive.Clock, store.Clock = clock.now, clock.now
	for some := range slices.Chunk(articles, 500) {
		require.NoError(t, store.Add(t.Context(), some...))
	}
	require.True(t, assertPreviewsAlike(t, "at first", archive, store, scopes...))
	require.True(t, assertAlike(t, "after the previews", archive, store))
	clock.unix.Store(day(21).Unix()) // what was to come is there, and may have expired
	settle(t, store, clock)
	require.True(t, assertPreviewsAlike(t, "later", archive, store, scopes...))
	for _, change := range []func(changer) error{
		func(c changer) error { return c.Remove("/0/", fmt.Sprintf("/%d/", count/4)) },
		func(c changer) error {
			return c.Update(with(articles[2*(count/4)], func(a *syndicate.Article) { a.Tags = nil }))
		},
		func(c changer) error { return c.Replace() },
	} {
		require.Equal(t, problems(t, change(archive)), problems(t, change(unbound{store, t.Context()})))
		require.True(t, assertPreviewsAlike(t, "changed", archive, store, scopes...))
	}
	d.assertConsistent(t)
	ctx, end := context.WithCancel(t.Context())
	end()
	_, err = store.Preview(ctx, syndicate.Everything())
	assert.ErrorIs(t, err, context.Canceled)
}

// previewsOfOneMoment claims that a preview has every article once while others hide and show them.
func previewsOfOneMoment(t *testing.T, d Database) {
	store, other := d.Open(t, Site()), d.Open(t, Site())
	var articles []syndicate.Article
	for n := 1; n <= 12; n++ {
		articles = append(articles, with(numbered(n, "a"), func(a *syndicate.Article) { a.Draft = n%2 == 0 }))
	}
	require.NoError(t, store.Add(t.Context(), articles...))
	preview, err := store.Preview(t.Context(), syndicate.WithTag("a"))
	require.NoError(t, err)
	want := titlesOf(preview)
	require.Len(t, want, len(articles))
	var writers sync.WaitGroup
	ctx, end := context.WithCancel(t.Context())
	defer writers.Wait()
	defer end()
	writers.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			a := &articles[n%len(articles)]
			a.Draft = !a.Draft
			assert.NoError(t, other.Update(t.Context(), *a))
		}
	})
	for range 100 {
		preview, err := store.Preview(t.Context(), syndicate.WithTag("a"))
		require.NoError(t, err)
		require.Equal(t, want, titlesOf(preview))
	}
}

func with(a syndicate.Article, change func(*syndicate.Article)) syndicate.Article {
	change(&a)
	return a
}

func titlesOf(f *syndicate.Feed) (titles []string) {
	for _, a := range f.Articles {
		titles = append(titles, a.Title)
	}
	return titles
}
