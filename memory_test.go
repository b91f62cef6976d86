// What an archive keeps in memory, and for how long. Only these tests look inside the package.
package syndicate

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/shelves"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// scopesHeld returns how many scopes an archive has an index of.
func scopesHeld(archive *Archive) (n int) {
	for range archive.library.Indexes() {
		n++
	}
	return n
}

func TestScopesWithoutArticlesTakeNoMemory(t *testing.T) {
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
			assert.Equal(t, 1+1+2*50, scopesHeld(archive), "tombstones announce the removals")
			now = now.Add(time.Hour)
			_ = archive.NextChange()
		}
		assert.Equal(t, 1, scopesHeld(archive), "the site's")
	}
}

// Archive pages keep their ends for the life of the archive. So the index of a scope that has
// pages stays, but its cached feed does not.
func TestIndexOfAScopeWithPagesIsKeptWithoutItsFeed(t *testing.T) {
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
	assert.Equal(t, new(caches), &ix.Cache)
	assert.NotNil(t, archive.library.Index(child.Parent.Scope()), "names of categories come from those above")
}

// A feed shows the names of the categories above, and nothing else of them.
func TestArticleOfACategoryLeavesCachedFeedsBelow(t *testing.T) {
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
		ix := archive.library.Index(child.Scope())
		feed, ok := ix.Cache.feed.Load(ix.Stamp())
		require.True(t, ok)
		return feed
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
func TestFeedOfAScopeThatWasEmptiedMeanwhileIsNotCached(t *testing.T) {
	now := march
	archive := archiveAt(t, &now, Site{Limit: 1})
	for i := range 2 {
		require.NoError(t, archive.Add(Article{URL: fmt.Sprintf("/%d/", i), Title: "x", Published: march, Tags: Tags("a")}))
	}
	cache := func(c *caches) *shelves.Cached[string] { return &c.version }
	ix := archive.library.Index(WithTag("a"))
	_, err := made(t.Context(), archive, WithTag("a"), cache, func(picked) string {
		require.NoError(t, archive.Remove("/0/", "/1/"))
		return "made too late"
	})
	require.NoError(t, err)
	assert.Equal(t, new(caches), &ix.Cache)
}

func shownWith(t *testing.T, content string, trusted bool) *Feed {
	t.Helper()
	archive, err := NewArchive(Site{URL: "https://example.com/", Title: "Example", Bodies: cleanhtml.Policy{Trusted: trusted}}, Article{URL: "/1/", Title: "x", Summary: "x", Content: content, Published: march})
	require.NoError(t, err)
	feed, err := archive.Feed(t.Context(), Everything())
	require.NoError(t, err)
	return feed
}

// RSS and Atom share one copy of a body, wherever both hold it as it is.
func TestRSSAndAtomShareOneCopyOfABody(t *testing.T) {
	content := "<p>" + strings.Repeat("long ", 1000) + "</p>"
	feed := shownWith(t, content, false)
	feed.Append(nil, RSS)
	pieces := feed.Articles[0].shown.pieces
	assert.Contains(t, pieces.of[RSS].Head, content)
	assert.Equal(t, content, pieces.of[Atom].Body)
	assert.Less(t, len(pieces.of[Atom].Head)+len(pieces.of[Atom].Tail), 1000)
	first := unsafe.StringData(pieces.of[RSS].Head[strings.Index(pieces.of[RSS].Head, content):])
	assert.True(t, first == unsafe.StringData(pieces.of[Atom].Body), "not the same memory")
}

// A feed that was cut to MaxBytes must not keep the whole feed in memory.
func TestCutFeedKeepsNothingOfTheWholeOne(t *testing.T) {
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

var march = time.Date(2022, time.March, 1, 12, 0, 0, 0, time.UTC)

// shownNow counts the articles of an archive whose encoding is kept, until there are at most n.
// Feeds give up what they hold some time after the garbage collector has run.
func shownNow(archive *Archive, n int) (shown int) {
	for try := 0; try == 0 || shown > n && try < 1000; try++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
		shown = 0
		for e := range archive.library.Entries() {
			if e.Value.checked.full.Value() != nil {
				shown++
			}
		}
	}
	return shown
}

func TestOnlyArticlesInCurrentFeedsAreKeptEncoded(t *testing.T) {
	const limit = 5
	now := march
	archive := archiveAt(t, &now, Site{Limit: limit})
	var first *Feed
	var before string
	for i := range 10 * limit {
		now = now.Add(time.Hour)
		require.NoError(t, archive.Add(Article{URL: fmt.Sprintf("/%d/", i), Title: fmt.Sprint("T", i), Published: now, Content: "<p>Body</p>"}))
		feed, err := archive.Feed(context.Background(), Everything())
		require.NoError(t, err)
		if i == limit {
			first, before = feed, string(feed.Append(nil, Atom))
		}
	}
	assert.LessOrEqual(t, shownNow(archive, 2*limit), 2*limit, "those of the current feed, and of a feed that is in use")
	assert.Equal(t, before, string(first.Append(nil, Atom)), "a feed in use can still be written")
	first = nil
	assert.Equal(t, limit, shownNow(archive, limit))
	for page := range 9 {
		feed, err := archive.Feed(context.Background(), Everything().AtPage(page+1))
		require.NoError(t, err)
		assert.NotEmpty(t, feed.AppendGzip(nil, RSS))
	}
	assert.Equal(t, limit, shownNow(archive, limit), "archive pages keep nothing")
	runtime.KeepAlive(archive)
}

// A caller that lists the scopes and then requests their feeds cleans each article once.
func TestListedFeedsKeepTheirArticlesEncoded(t *testing.T) {
	now := march
	archive := archiveAt(t, &now, Site{Limit: 5})
	for i := range 7 {
		require.NoError(t, archive.Add(Article{URL: fmt.Sprintf("/%d/", i), Title: "x", Published: march.Add(time.Duration(i-9) * time.Hour)}))
	}
	for _, err := range archive.Scopes(context.Background()) {
		require.NoError(t, err)
	}
	assert.Positive(t, shownNow(archive, 5))
	runtime.KeepAlive(archive)
}

// archiveAt returns an archive whose clock reads *now.
func archiveAt(t *testing.T, now *time.Time, site Site) *Archive {
	t.Helper()
	site.URL, site.Title = "https://example.com/", "Example"
	archive, err := NewArchive(site)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return *now }
	_ = archive.NextChange()
	return archive
}
