package view_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/view"
)

// fromFeeds is a Source of which each feed is changed before it is returned.
type fromFeeds struct {
	syndicate.Versioner
	change func(*syndicate.Feed)
}

func (f fromFeeds) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	feed, err := f.Versioner.Feed(ctx, scope)
	if err == nil {
		f.change(feed)
	}
	return feed, err
}

// An older article that takes a place in the feed may expire before anything changes in the feeds
// of the Source.
func TestAViewChangesWhenOneOfItsArticlesExpires(t *testing.T) {
	older := article(1, "a")
	older.Expires = noon.Add(time.Hour)
	archive, now := archiveOf(t, 1, older, article(2, "a", "sponsored"))
	source := newView(t, fromFeeds{archive, func(f *syndicate.Feed) { f.NextChange = time.Time{} }}, map[syndicate.Scope]view.View{
		site: {None: []syndicate.Scope{syndicate.WithTag("sponsored")}},
	})
	feed, err := source.Feed(t.Context(), site)
	require.NoError(t, err)
	require.Len(t, feed.Articles, 1)
	assert.True(t, feed.NextChange.Equal(older.Expires), "%s", feed.NextChange)
	now.Store(older.Expires.UnixNano())
	assert.Empty(t, ids(t, source, site))
}

// What is removed from one of the scopes of a view is announced in its feed, once.
func TestAViewAnnouncesTheRemovalsOfItsScopes(t *testing.T) {
	archive, _ := archiveOf(t, 4, article(0, "b"), article(1, "a"), article(2, "b"), article(3, "a", "b"), article(4, "c"))
	source := newView(t, archive, map[syndicate.Scope]view.View{
		mixed: {Any: []syndicate.Scope{syndicate.WithTag("a"), syndicate.WithTag("b")}},
	})
	assert.Len(t, ids(t, source, mixed), 4)
	require.NoError(t, archive.Remove("id-003", "id-004"))
	require.NoError(t, archive.Remove("id-002"))
	feed, err := source.Feed(t.Context(), mixed)
	require.NoError(t, err)
	var removed []string
	for _, stone := range feed.Tombstones {
		removed = append(removed, stone.ID)
	}
	assert.ElementsMatch(t, []string{"id-003", "id-002"}, removed)
	atom := string(feed.Append(nil, syndicate.Atom))
	assert.Equal(t, 2, strings.Count(atom, "<at:deleted-entry"))
	assert.NotContains(t, string(feed.Append(nil, syndicate.RSS)), "deleted-entry")
}

// A feed of parts that changed while they were read has no version: another mixture could get the
// same one.
func TestAMixtureOfTwoStatesHasNoVersion(t *testing.T) {
	archive, _ := archiveOf(t, 4, article(1, "a"), article(2, "b"))
	changes := 0
	source := newView(t, fromFeeds{archive, func(f *syndicate.Feed) {
		if f.Scope == syndicate.WithTag("b") && changes < 1 { // tag a has been read
			changes++
			a := article(1, "a")
			a.Title = "Changed meanwhile"
			require.NoError(t, archive.Update(a))
		}
	}}, map[syndicate.Scope]view.View{mixed: {Any: []syndicate.Scope{syndicate.WithTag("a"), syndicate.WithTag("b")}}})
	version, err := source.Version(t.Context(), mixed)
	require.NoError(t, err)
	assert.Empty(t, version)
	version, err = source.Version(t.Context(), mixed)
	require.NoError(t, err)
	assert.NotEmpty(t, version)
	feed, err := source.Feed(t.Context(), mixed)
	require.NoError(t, err)
	assert.True(t, strings.Contains(string(feed.Append(nil, syndicate.RSS)), "Changed meanwhile"))
}
