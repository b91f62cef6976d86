package syndicate

// What an archive keeps of scopes: as little as it can, and never what belongs to another.

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

// archiveAt returns an archive whose clock is what now points to.
func archiveAt(t *testing.T, now *time.Time, site Site) *Archive {
	t.Helper()
	site.URL, site.Title = "https://example.com/", "Example"
	archive, err := NewArchive(site)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return *now }
	_ = archive.NextChange()
	return archive
}

func TestScopesThatHaveComeToAnEndTakeNoMemory(t *testing.T) {
	for _, tombstones := range []time.Duration{0, time.Hour} {
		now := march
		archive := archiveAt(t, &now, Site{Tombstones: tombstones})
		for i := range 50 {
			c := &Category{Name: fmt.Sprint("C", i), Parent: &Category{Name: "Parent"}}
			require.NoError(t, archive.Add(Article{URL: "/1/", Title: "x", Published: march, Tags: Tags(fmt.Sprint("tag ", i)), Categories: []*Category{c}}))
			for info, err := range archive.Scopes(context.Background()) {
				require.NoError(t, err)
				_, err = archive.Feed(context.Background(), info.Scope)
				require.NoError(t, err)
			}
			require.NoError(t, archive.Remove("/1/"))
		}
		if tombstones > 0 {
			assert.Len(t, archive.shelves, 1+1+2*50, "what was removed is told of")
			now = now.Add(time.Hour)
			_ = archive.NextChange()
		}
		assert.Len(t, archive.shelves, 1, "the site's")
	}
}

// Archive pages keep their ends for the life of the archive, so that a scope which has some stays; but not its feed.
func TestScopeWithArchivePagesIsKeptWithoutItsFeed(t *testing.T) {
	now := march
	archive := archiveAt(t, &now, Site{Limit: 1, Scopes: map[Scope]FeedOptions{InCategory("parent"): {Limit: 20}}})
	child := &Category{Name: "Child", Parent: &Category{Name: "Parent"}}
	for i := range 3 {
		require.NoError(t, archive.Add(Article{URL: fmt.Sprintf("/%d/", i), Title: "x", Published: march, Categories: []*Category{child}}))
	}
	for _, scope := range []Scope{child.Scope(), child.Parent.Scope()} {
		_, err := archive.Feed(context.Background(), scope)
		require.NoError(t, err)
		_, err = archive.Version(context.Background(), scope)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Remove("/0/", "/1/", "/2/"))
	s := archive.shelves[child.Scope()]
	require.NotNil(t, s)
	assert.NotEmpty(t, s.pageEnds)
	assert.Nil(t, s.feed.Load())
	assert.Nil(t, s.told.Load())
	assert.Same(t, s.parent, archive.shelves[child.Parent.Scope()], "names of categories come from those above")
}

// Whatever happens, each scope hangs below those above it, and none is kept for nothing.
func TestShelvesHangTogether(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		now := march
		archive := archiveAt(t, &now, Site{Limit: 1 + r.IntN(4), Tombstones: time.Duration(r.IntN(2)) * time.Hour})
		stamps := map[Scope]uint64{}
		for range 150 {
			now = now.Add(time.Duration(r.IntN(30)) * time.Minute)
			c := &Category{Name: fmt.Sprint("C", r.IntN(3)), Parent: &Category{Name: fmt.Sprint("P", r.IntN(3))}}
			a := Article{URL: fmt.Sprintf("/%d/", r.IntN(6)), Title: "x", Published: now.Add(time.Duration(r.IntN(60)-30) * time.Minute), Tags: Tags(fmt.Sprint("t", r.IntN(4)))}
			if r.IntN(2) == 0 {
				a.Categories = []*Category{c, c.Parent}[r.IntN(2):]
			}
			switch r.IntN(4) {
			case 0, 1:
				_ = archive.Add(a)
			case 2:
				_ = archive.Update(a)
			default:
				_ = archive.Remove(a.URL)
			}
			children := map[*shelf]int{}
			for scope, s := range archive.shelves {
				require.Equal(t, scope, s.scope)
				require.False(t, s.forgettable(), scope)
				if s.parent != nil {
					require.Same(t, archive.shelves[s.parent.scope], s.parent, scope)
					children[s.parent]++
				}
				require.GreaterOrEqual(t, s.stamp(), stamps[scope], "a scope that comes again is another")
				stamps[scope] = s.stamp()
			}
			for _, s := range archive.shelves {
				require.Equal(t, children[s], s.children, s.scope)
			}
			for _, e := range archive.entries {
				for _, term := range e.terms {
					require.Same(t, archive.shelves[term.scope], term.shelf)
				}
			}
		}
	}
}

// Of the categories above, a feed shows the names alone.
func TestArticleOfACategoryDoesNotTouchThoseBelow(t *testing.T) {
	now := march
	archive := archiveAt(t, &now, Site{})
	parent := &Category{Name: "Parent"}
	child := &Category{Name: "Child", Parent: parent}
	article := func(url string, c *Category) Article {
		return Article{URL: url, Title: "x", Published: march, Categories: []*Category{c}}
	}
	made := func() *Feed {
		_, err := archive.Feed(context.Background(), child.Scope())
		require.NoError(t, err)
		return archive.shelves[child.Scope()].feed.Load().value
	}
	require.NoError(t, archive.Add(article("/1/", child)))
	before := made()
	require.NoError(t, archive.Add(article("/2/", parent)))
	assert.Same(t, before, made())
	_ = archive.Add(article("/3/", &Category{Name: "A parent", Slug: "parent"}))
	assert.Equal(t, "A parent / Child – Example", made().Title)
	require.NoError(t, archive.Remove("/3/"))
	assert.Equal(t, before.Title, made().Title)
}

// A feed that was being made while its scope was emptied is not kept.
func TestFeedOfAScopeThatWasEmptiedMeanwhileIsNotKept(t *testing.T) {
	now := march
	archive := archiveAt(t, &now, Site{Limit: 1})
	for i := range 2 {
		require.NoError(t, archive.Add(Article{URL: fmt.Sprintf("/%d/", i), Title: "x", Published: march, Tags: Tags("a")}))
	}
	s := archive.shelves[WithTag("a")]
	_, err := made(archive, WithTag("a"), func(s *shelf) *keeper[[]*Article] { return &s.shown }, func(sel Selection) []*Article {
		require.NoError(t, archive.Remove("/0/", "/1/"))
		return sel.Articles
	})
	require.NoError(t, err)
	assert.Nil(t, s.shown.Load())
}

// The oracle of claimsOf and linksOf, which looks at all for each.
func TestScopesOfAnArticleAreListedOnce(t *testing.T) {
	site := oddSite(t)
	archive := new(Archive)
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 9))
		var given []*Category
		for i := range r.IntN(40) {
			c := &Category{Name: fmt.Sprint("N", i), Slug: fmt.Sprint("s", r.IntN(12))}
			if i > 0 && r.IntN(3) > 0 {
				c.Parent = given[r.IntN(i)]
			}
			given = append(given, c)
		}
		r.Shuffle(len(given), func(i, j int) { given[i], given[j] = given[j], given[i] })
		checked, err := site.Article(Article{URL: "/a/", Title: "A", Published: march, Categories: given})
		require.NoError(t, Refused(err))
		var scopes, wantScopes []Scope
		for _, c := range claimsOf(checked) {
			scopes = append(scopes, c.scope)
		}
		wantScopes = append(wantScopes, Everything())
		for _, c := range checked.Categories {
			for ; c != nil; c = c.Parent {
				if !slices.Contains(wantScopes, c.Scope()) {
					wantScopes = append(wantScopes, c.Scope())
				}
			}
		}
		assert.Equal(t, wantScopes, scopes)
		var links, wantLinks []*Category
		for _, l := range archive.linksOf(given) {
			links = append(links, l.category)
			assert.Equal(t, l.category.Path(), l.path)
		}
		for _, c := range given {
			for ; c != nil; c = c.Parent {
				if !slices.Contains(wantLinks, c) {
					wantLinks = append(wantLinks, c)
				}
			}
		}
		assert.Equal(t, wantLinks, links)
	}
}
