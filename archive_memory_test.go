package syndicate

// What an archive holds in memory: indexes, and the cached feeds of scopes.

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scopesHeld returns how many scopes an archive has an index of.
func scopesHeld(archive *Archive) (n int) {
	for range archive.library.Indexes() {
		n++
	}
	return n
}

func TestScopesThatHaveComeToAnEndTakeNoMemory(t *testing.T) {
	for _, tombstones := range []time.Duration{0, time.Hour} {
		now := march
		archive := archiveAt(t, &now, Site{Tombstones: tombstones})
		for i := range 50 {
			c := Category{Name: fmt.Sprint("C", i), Parent: &Category{Name: "Parent"}}
			require.NoError(t, archive.Add(Article{
				URL: "/1/", Title: "x", Published: march, Tags: Tags(fmt.Sprint("tag ", i)), Categories: []Category{c},
			}))
			for info, err := range archive.Scopes(context.Background()) {
				require.NoError(t, err)
				_, err = archive.Feed(context.Background(), info.Scope)
				require.NoError(t, err)
			}
			require.NoError(t, archive.Remove("/1/"))
		}
		if tombstones > 0 {
			assert.Equal(t, 1+1+2*50, scopesHeld(archive), "what was removed is told of")
			now = now.Add(time.Hour)
			_ = archive.NextChange()
		}
		assert.Equal(t, 1, scopesHeld(archive), "the site's")
	}
}

// Archive pages keep their ends for the life of the archive. So the index of a scope that has
// pages stays, but its cached feed does not.
func TestScopeWithArchivePagesIsKeptWithoutItsFeed(t *testing.T) {
	now := march
	archive := archiveAt(t, &now, Site{Limit: 1, Scopes: map[Scope]FeedOptions{InCategory("parent"): {Limit: 20}}})
	child := Category{Name: "Child", Parent: &Category{Name: "Parent"}}
	for i := range 3 {
		article := Article{URL: fmt.Sprintf("/%d/", i), Title: "x", Published: march, Categories: []Category{child}}
		require.NoError(t, archive.Add(article))
	}
	for _, scope := range []Scope{child.Scope(), child.Parent.Scope()} {
		_, err := archive.Feed(context.Background(), scope)
		require.NoError(t, err)
		_, err = archive.Version(context.Background(), scope)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Remove("/0/", "/1/", "/2/"))
	ix := archive.library.Index(child.Scope())
	require.NotNil(t, ix)
	assert.NotEmpty(t, ix.Ends())
	assert.Nil(t, ix.Cache.feed.Load())
	assert.Nil(t, ix.Cache.version.Load())
	assert.NotNil(t, archive.library.Index(child.Parent.Scope()), "names of categories come from those above")
}

// A feed shows the names of the categories above, and nothing else of them.
func TestArticleOfACategoryDoesNotTouchThoseBelow(t *testing.T) {
	now := march
	archive := archiveAt(t, &now, Site{})
	parent := Category{Name: "Parent"}
	child := Category{Name: "Child", Parent: &parent}
	article := func(url string, c Category) Article {
		return Article{URL: url, Title: "x", Published: march, Categories: []Category{c}}
	}
	made := func() *Feed {
		_, err := archive.Feed(context.Background(), child.Scope())
		require.NoError(t, err)
		return archive.library.Index(child.Scope()).Cache.feed.Load().value
	}
	require.NoError(t, archive.Add(article("/1/", child)))
	before := made()
	require.NoError(t, archive.Add(article("/2/", parent)))
	assert.Same(t, before, made())
	_ = archive.Add(article("/3/", Category{Name: "A parent", Slug: "parent"}))
	assert.Equal(t, "A parent / Child – Example", made().Title)
	require.NoError(t, archive.Remove("/3/"))
	assert.Equal(t, before.Title, made().Title)
}

// A feed is not cached if its scope was emptied while the feed was built.
func TestFeedOfAScopeThatWasEmptiedMeanwhileIsNotKept(t *testing.T) {
	now := march
	archive := archiveAt(t, &now, Site{Limit: 1})
	for i := range 2 {
		require.NoError(t, archive.Add(Article{URL: fmt.Sprintf("/%d/", i), Title: "x", Published: march, Tags: Tags("a")}))
	}
	shown := func(c *caches) *cached[[]*Article] { return &c.shown }
	ix := archive.library.Index(WithTag("a"))
	_, err := cachedOr(archive, WithTag("a"), shown, func(sel Selection) []*Article {
		require.NoError(t, archive.Remove("/0/", "/1/"))
		return sel.Articles
	})
	require.NoError(t, err)
	assert.Nil(t, shown(&ix.Cache).Load())
}

// The oracle of claimsOf, which looks at everything for each scope.
func TestScopesOfAnArticleAreListedOnce(t *testing.T) {
	p := oddSite(t)
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 9))
		var given []Category
		for i := range r.IntN(40) {
			c := Category{Name: fmt.Sprint("N", i), Slug: fmt.Sprint("s", r.IntN(12))}
			if i > 0 && r.IntN(3) > 0 {
				parent := given[r.IntN(i)]
				c.Parent = &parent
			}
			given = append(given, c)
		}
		r.Shuffle(len(given), func(i, j int) { given[i], given[j] = given[j], given[i] })
		checked, err := p.Article(Article{URL: "/a/", Title: "A", Published: march, Categories: given})
		require.NoError(t, err)
		want := []Scope{Everything()}
		for i := range checked.Categories {
			for c := &checked.Categories[i]; c != nil; c = c.Parent {
				if !slices.Contains(want, c.Scope()) {
					want = append(want, c.Scope())
				}
			}
		}
		var scopes []Scope
		for _, c := range p.claimsOf(checked) {
			scopes = append(scopes, c.Key)
		}
		assert.Equal(t, want, scopes)
	}
}

// Kinds that are not published have no index.
func TestArticleIsFiledUnderPublishedKinds(t *testing.T) {
	article := Article{URL: "/a/", Title: "A", Published: march,
		Categories: Categories("News/Local"), Tags: Tags("Turkey"), Authors: []Author{{Name: "A. Writer"}}}
	all := []Scope{Everything(), InCategory("news/local"), InCategory("news"), WithTag("turkey"), ByAuthor("a-writer")}
	for _, kinds := range [][]Kind{nil, {KindSite}, {KindCategory}, {KindTag}, {KindAuthor}, {KindAuthor, KindTag}} {
		p, err := Site{URL: "https://example.com/", Title: "Example", Kinds: kinds}.Check()
		require.NoError(t, err)
		checked, err := p.Article(article)
		require.NoError(t, err)
		var got, want []Scope
		for _, c := range p.claimsOf(checked) {
			got = append(got, c.Key)
		}
		for _, scope := range all {
			if kinds == nil || scope.kind == KindSite || slices.Contains(kinds, scope.kind) {
				want = append(want, scope)
			}
		}
		assert.Equal(t, want, got, kinds)
	}
}
