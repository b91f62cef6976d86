// Names in a list of feeds are short, because the list shows the rest.
package feedlist_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedlist"
	"github.com/syndicate-go/syndicate/internal/feedlist/feedlisttest"
)

var ctx = context.Background()

func TestNamesLeaveOutWhatTheirPlaceTells(t *testing.T) {
	military := &syndicate.Category{Name: "Military"}
	site := syndicate.Site{URL: "https://a.example/", Title: "A – B", Scopes: map[syndicate.Scope]syndicate.FeedOptions{
		syndicate.WithTag("gas"): {Title: "#gas, our own words"},
	}}
	archive, err := syndicate.NewArchive(site, syndicate.Article{
		URL: "/a/", Title: "A", Published: time.Date(2022, 3, 30, 0, 0, 0, 0, time.UTC),
		Categories: []syndicate.Category{{Name: "Military / Arms", Slug: "arms", Parent: military}, {Name: "Military"}},
		Tags:       syndicate.Tags("#MeToo", "Turkey", "gas"),
		Authors:    []syndicate.Author{{Name: "#1 – A – B"}},
	})
	require.NoError(t, err)
	list, err := feedlist.Read(ctx, archive, 0)
	require.NoError(t, err)
	assert.Equal(t, "A – B", list.Main.Name)
	assert.Equal(t, []string{"Military"}, names(list.Categories))
	assert.Equal(t, []string{"Military / Arms"}, names(list.Categories[0].Entries))
	assert.Equal(t, []string{"#gas, our own words", "#MeToo", "Turkey"}, names(list.Tags))
	assert.Equal(t, []string{"#1 – A – B"}, names(list.Authors))
}

func names(entries []*feedlist.Entry) (names []string) {
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return names
}

func TestNewestAreAsManyAsAskedForAndHaveTheirTitles(t *testing.T) {
	day := time.Date(2022, 3, 30, 0, 0, 0, 0, time.UTC)
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://a.example/", Title: "A", Language: "en"},
		syndicate.Article{URL: "/1/", Title: "One", Published: day.AddDate(0, 0, -1)},
		syndicate.Article{URL: "/2/", Summary: "No title, a note", Published: day, Language: "tr"},
		syndicate.Article{URL: "/3/", Title: "Three", Published: day.AddDate(0, 0, -2)},
	)
	require.NoError(t, err)
	list, err := feedlist.Read(ctx, archive, 2)
	require.NoError(t, err)
	assert.Equal(t, []feedlist.Headline{
		{Title: "No title, a note", URL: "https://a.example/2/", Language: "tr", Published: day},
		{Title: "One", URL: "https://a.example/1/", Language: "en", Published: day.AddDate(0, 0, -1)},
	}, list.Main.Newest)
	assert.Equal(t, 3, list.Main.Count)
}

func TestKindsThatAreNotPublishedAreNotListed(t *testing.T) {
	site := feedlisttest.Nordic
	site.Kinds = []syndicate.Kind{syndicate.KindTag}
	site.Formats = []syndicate.Format{syndicate.Atom}
	list, err := feedlist.Read(ctx, feedlisttest.Newsroom(t, site), 0)
	require.NoError(t, err)
	assert.Empty(t, list.Categories)
	assert.Empty(t, list.Authors)
	assert.Equal(t, []string{"Mevlüt Çavuşoğlu", "Turkey"}, names(list.Tags))
	assert.Equal(t, syndicate.Links{Atom: "https://www.nordicmonitor.com/tag/turkey/atom.xml"}, list.Tags[1].Self)
}

// without is a Source that leaves out some feeds, and fails with err.
type without struct {
	syndicate.Source
	unlisted, vanished syndicate.Scope
	err                error
}

func (w without) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		for info, err := range w.Source.Scopes(ctx) {
			if info.Scope != w.unlisted && !yield(info, err) {
				return
			}
		}
		if w.err != nil {
			yield(syndicate.ScopeInfo{}, w.err)
		}
	}
}

func (w without) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if scope == w.vanished {
		return nil, &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
	}
	return w.Source.Feed(ctx, scope)
}

func TestCategoryWithoutAFeedGroupsThoseBelowIt(t *testing.T) {
	archive := feedlisttest.Newsroom(t, feedlisttest.Nordic)
	source := without{Source: archive, unlisted: syndicate.InCategory("military/arms-exports"), vanished: syndicate.WithTag("turkey")}
	list, err := feedlist.Read(ctx, source, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"Intelligence", "Military"}, names(list.Categories))
	group := list.Categories[1].Entries[0]
	assert.Equal(t, &feedlist.Entry{
		Scope: syndicate.InCategory("military/arms-exports"), Title: "arms-exports", Name: "arms-exports", Entries: group.Entries,
	}, group, "its slug is its name")
	require.Len(t, group.Entries, 1)
	assert.True(t, group.Entries[0].IsFeed)
	assert.Equal(t, []string{"Mevlüt Çavuşoğlu"}, names(list.Tags), "a feed that disappears is left out")

	lost := errors.New("connection lost")
	source.err = lost
	_, err = feedlist.Read(ctx, source, 0)
	assert.ErrorIs(t, err, lost)
}

// forgetful is a Source whose site feed has an earlier Modified than its tags.
type forgetful struct{ syndicate.Source }

func (f forgetful) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		for info, err := range f.Source.Scopes(ctx) {
			if info.Scope == syndicate.Everything() {
				info.Modified = info.Modified.AddDate(-1, 0, 0)
			}
			if !yield(info, err) {
				return
			}
		}
	}
}

func TestListIsAsOldAsItsNewestFeed(t *testing.T) {
	day := time.Date(2022, 3, 30, 0, 0, 0, 0, time.UTC)
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://a.example/", Title: "A", Language: "en"},
		syndicate.Article{URL: "/1/", Title: "One", Published: day, Tags: syndicate.Tags("a")},
		syndicate.Article{URL: "/2/", Title: "Two", Published: day.AddDate(0, -1, 0), Tags: syndicate.Tags("b")},
	)
	require.NoError(t, err)
	list, err := feedlist.Read(ctx, forgetful{archive}, 0)
	require.NoError(t, err)
	assert.Equal(t, day, list.Modified)
}
