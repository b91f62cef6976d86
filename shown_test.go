package syndicate

// What an archive remembers of how feeds show articles: as long as a feed shows them.

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shownNow counts the articles of an archive of which it is remembered how feeds show them.
func shownNow(archive *Archive) (n int) {
	runtime.GC()
	for e := range archive.library.Entries() {
		if e.Value.checked.full.Value() != nil {
			n++
		}
	}
	return n
}

func TestOnlyWhatCurrentFeedsShowIsRemembered(t *testing.T) {
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
	assert.LessOrEqual(t, shownNow(archive), 2*limit, "the current feed's, and those of a feed that somebody holds")
	assert.Equal(t, before, string(first.Append(nil, Atom)), "which can be written still")
	first = nil
	assert.Equal(t, limit, shownNow(archive))
	for page := range 9 {
		feed, err := archive.Feed(context.Background(), Everything().AtPage(page+1))
		require.NoError(t, err)
		assert.NotEmpty(t, feed.AppendGzip(nil, RSS))
	}
	assert.Equal(t, limit, shownNow(archive), "archive pages are made for their readers")
	runtime.KeepAlive(archive)
}

// Who lists the scopes and then asks for their feeds has each article cleaned once.
func TestListedFeedsAreRemembered(t *testing.T) {
	now := march
	archive := archiveAt(t, &now, Site{Limit: 5})
	for i := range 7 {
		require.NoError(t, archive.Add(Article{URL: fmt.Sprintf("/%d/", i), Title: "x", Published: march.Add(time.Duration(i-9) * time.Hour)}))
	}
	for _, err := range archive.Scopes(context.Background()) {
		require.NoError(t, err)
	}
	assert.Positive(t, shownNow(archive))
	runtime.KeepAlive(archive)
}

// failing are addresses that panic while they are armed.
type failing struct {
	Addresses
	armed *bool
}

func (f failing) PagePath(scope Scope) string {
	if *f.armed && scope.Kind() == KindAuthor {
		panic("no page")
	}
	return f.Addresses.PagePath(scope)
}

func TestAddressesThatPanickedOnceDoNoHarmLater(t *testing.T) {
	armed := true
	archive, err := NewArchive(Site{URL: "https://example.com/", Title: "Example", Addresses: failing{WordPress, &armed}},
		Article{URL: "/1/", Title: "x", Published: march, Authors: []Author{{Name: "X"}}})
	require.NoError(t, err)
	assert.Panics(t, func() { _, _ = archive.Feed(context.Background(), Everything()) })
	armed = false
	feed, err := archive.Feed(context.Background(), Everything())
	require.NoError(t, err)
	assert.Equal(t, "https://example.com/author/x/", feed.Articles[0].Authors[0].URL)
}

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
