// An article's life: it waits as a draft or under embargo, appears, changes, expires or is
// retracted. Nothing reveals a hidden article, and an article keeps its id. Changes yields the
// scopes whose feeds changed with it.
package syndicate_test

import (
	"context"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedreader"
)

// LIFE-1
func TestNothingRevealsAHiddenArticle(t *testing.T) {
	secret := func(article syndicate.Article, change func(*syndicate.Article)) syndicate.Article {
		return with(article, func(a *syndicate.Article) {
			a.Title = "Secret"
			a.Updated = january(9)
			a.Categories = []syndicate.Category{{Name: "AA secret", Slug: "open", Description: "AA secret"}, {Name: "Secret"}}
			a.Tags = syndicate.Tags("Secret")
			a.Authors = []syndicate.Author{{Name: "Secret"}}
			change(a)
		})
	}
	visible := with(numbered(1), func(a *syndicate.Article) { a.Categories = []syndicate.Category{{Name: "Open"}} })
	tests := []struct {
		why    string
		hidden syndicate.Article
	}{
		{"draft", secret(numbered(2), isDraft)},
		{"future", secret(numbered(20), func(*syndicate.Article) {})},
		{"expired before it was added", secret(numbered(2), expiring(january(9)))},
		{"expired before it was published", secret(numbered(2), expiring(january(1)))},
	}
	site := plainSite
	site.Limit = 1
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			clock := clockAt(january(10))
			without := openArchive(t, site, clock, visible)
			feeds, times := everyFeed(t, without), timesOfChange(t, without)

			with := openArchive(t, site, clock, visible)
			require.Equal(t, times, timesOfChange(t, with))
			require.NoError(t, with.Add(test.hidden))

			assert.Equal(t, feeds, everyFeed(t, with), "feeds, pages and the list of scopes")
			assert.Equal(t, times, timesOfChange(t, with))
			assert.Equal(t, 1, infoOf(t, with, syndicate.Everything()).Count)
			assert.Equal(t, 0, infoOf(t, with, syndicate.Everything()).Pages)
			for _, scope := range []syndicate.Scope{syndicate.InCategory("secret"), syndicate.WithTag("secret"), syndicate.ByAuthor("secret")} {
				assert.ErrorIs(t, feedError(t, with, scope), syndicate.ErrNotFound)
			}
			require.NoError(t, with.Remove(test.hidden.URL))
			assert.Equal(t, times, timesOfChange(t, with), "nor does its removal")
		})
	}
}

// LIFE-1: this includes a Clock that is set after NewArchive.
func TestOnlyTheClockTellsTheTime(t *testing.T) {
	archive, err := syndicate.NewArchive(plainSite, numberedFromTo(1, 9)...)
	require.NoError(t, err)
	require.NoError(t, archive.Add(numbered(10)))
	archive.Clock = clockAt(january(4)).Now
	assert.Equal(t, []string{"04", "03", "02", "01"}, titles(feedOf(t, archive, syndicate.Everything())))
	assert.True(t, archive.NextChange().Equal(january(5)))
}

// LIFE-2
func TestArticlesAppearAndExpireByTheClock(t *testing.T) {
	clock := clockAt(january(4))
	archive := openArchive(t, plainSite, clock,
		tagged(numbered(1), "old"),
		with(tagged(numbered(5), "new"), expiring(january(8))),
	)
	site, fresh := syndicate.Everything(), syndicate.WithTag("new")
	steps := []struct {
		now      time.Time
		titles   []string
		modified time.Time
	}{
		{january(4), []string{"01"}, january(1)},
		{january(5).Add(-time.Second), []string{"01"}, january(1)},
		{january(5), []string{"05", "01"}, january(5)},
		{january(6), []string{"05", "01"}, january(5)},
		{january(8).Add(-time.Second), []string{"05", "01"}, january(5)},
		{january(8), []string{"01"}, january(8)},
		{january(9), []string{"01"}, january(8)},
	}
	for _, step := range steps {
		clock.Set(step.now)
		feed := feedOf(t, archive, site)
		assert.Equal(t, step.titles, titles(feed), step.now)
		assert.True(t, feed.Modified.Equal(step.modified), "%v: %v", step.now, feed.Modified)
		_, err := archive.Feed(t.Context(), fresh)
		assert.Equal(t, len(step.titles) == 2, err == nil, step.now)
	}
}

// LIFE-2: time passes without requests too.
func TestArticleThatCameAndWentUnseenSetsModified(t *testing.T) {
	clock := clockAt(january(4))
	archive := openArchive(t, plainSite, clock, numbered(1), with(numbered(5), expiring(january(8))))
	require.True(t, feedOf(t, archive, syndicate.Everything()).Modified.Equal(january(1)))
	clock.Set(january(20))
	feed := feedOf(t, archive, syndicate.Everything())
	assert.Equal(t, []string{"01"}, titles(feed))
	assert.True(t, feed.Modified.Equal(january(8)))
}

// LIFE-1, HTTP-5: NextChange covers only the events of its scope.
func TestNextChangeIsThatOfTheScope(t *testing.T) {
	site := plainSite
	site.Tombstones = 24 * time.Hour
	clock := clockAt(january(4))
	archive := openArchive(t, site, clock,
		tagged(numbered(1), "quiet"),
		with(tagged(numbered(2), "ending"), expiring(january(9))),
		tagged(numbered(3), "waiting"),
		tagged(numbered(7), "waiting"),
		with(tagged(numbered(6), "quiet"), isDraft),
		with(tagged(numbered(6), "quiet"), func(a *syndicate.Article) { a.URL, a.Expires = "/never/", january(5) }),
	)
	next := func(scope syndicate.Scope) string {
		at := feedOf(t, archive, scope).NextChange
		if at.IsZero() {
			return "never"
		}
		return at.UTC().Format(time.DateOnly)
	}
	assert.Equal(t, "2024-01-07", next(syndicate.Everything()))
	assert.True(t, archive.NextChange().Equal(january(7)))
	assert.Equal(t, "2024-01-07", next(syndicate.WithTag("waiting")))
	assert.Equal(t, "2024-01-09", next(syndicate.WithTag("ending")))
	assert.Equal(t, "never", next(syndicate.WithTag("quiet")))

	require.NoError(t, archive.Remove("/03/"))
	assert.Equal(t, "2024-01-05", next(syndicate.Everything()), "its tombstone is dropped")

	clock.Set(january(9))
	assert.Equal(t, "never", next(syndicate.Everything()))
	assert.True(t, archive.NextChange().IsZero())
}

// LIFE-3, HTTP-2
func TestModifiedNeverMovesBack(t *testing.T) {
	site := plainSite
	site.Tombstones = time.Hour
	clock := clockAt(january(10))
	archive := openArchive(t, site, clock, numbered(1), numbered(2), numbered(12))
	steps := []struct {
		why     string
		now     time.Time
		change  func() error
		changed bool
	}{
		{"nothing", january(10), func() error { return nil }, false},
		{"a backdated article", january(11), func() error { return archive.Add(syndicate.Article{URL: "/b/", Title: "b", Published: january(1)}) }, true},
		{"an embargo's end", january(12), func() error { return nil }, true},
		{"a clock that is set back", january(11), func() error { return nil }, false},
		{"a removal of the newest", january(13), func() error { return archive.Remove("/12/") }, true},
		{"a tombstone's end", january(14), func() error { return nil }, true},
		{"an article that becomes a draft", january(15), func() error { return archive.Update(with(numbered(2), isDraft)) }, true},
		{"the removal of that draft", january(15), func() error { return archive.Remove("/02/") }, false},
		{"new contents", january(16), func() error { return archive.Replace() }, true},
	}
	last := feedOf(t, archive, syndicate.Everything()).Modified
	for _, step := range steps {
		clock.Set(step.now)
		require.NoError(t, step.change(), step.why)
		modified := feedOf(t, archive, syndicate.Everything()).Modified
		assert.False(t, modified.Before(last), step.why)
		assert.Equal(t, step.changed, modified.After(last), step.why)
		last = modified
	}
}

// HTTP-2: a new archive takes the time of change from its articles.
func TestModifiedOfANewArchiveIsTheNewestUpdate(t *testing.T) {
	articles := []syndicate.Article{with(numbered(1), func(a *syndicate.Article) { a.Updated = january(9) }), numbered(5)}
	for now, want := range map[time.Time]time.Time{january(3): january(1), january(7): january(5), january(10): january(9)} {
		archive := openArchive(t, plainSite, clockAt(now), articles...)
		modified := feedOf(t, archive, syndicate.Everything()).Modified
		assert.True(t, modified.Equal(want), "at %v: %v", now, modified)
	}
}

// LIFE-3
func TestRetractedArticleLeavesATombstoneForAWhile(t *testing.T) {
	site := plainSite
	site.Tombstones = 24 * time.Hour
	retract := map[string]func(*syndicate.Archive) error{
		"Remove":             func(a *syndicate.Archive) error { return a.Remove("/02/") },
		"Replace without it": func(a *syndicate.Archive) error { return a.Replace(tagged(numbered(1), "a")) },
		"Update to a draft":  func(a *syndicate.Archive) error { return a.Update(with(tagged(numbered(2), "a"), isDraft)) },
		"Replace with a draft of it": func(a *syndicate.Archive) error {
			return a.Replace(tagged(numbered(1), "a"), with(tagged(numbered(2), "a"), isDraft))
		},
	}
	for name, retract := range retract {
		t.Run(name, func(t *testing.T) {
			clock := clockAt(january(10))
			archive := openArchive(t, site, clock, tagged(numbered(1), "a"), tagged(numbered(2), "a"), tagged(numbered(3), "b"))
			require.Empty(t, feedOf(t, archive, syndicate.WithTag("a")).Tombstones)
			require.NoError(t, retract(archive))

			feed := feedOf(t, archive, syndicate.WithTag("a"))
			require.Len(t, feed.Tombstones, 1)
			assert.Equal(t, "https://www.example.com/02/", feed.Tombstones[0].ID)
			assert.True(t, feed.Tombstones[0].When.Equal(january(10)))
			assert.Contains(t, textOf(feed, syndicate.Atom),
				`<at:deleted-entry ref="https://www.example.com/02/" when="2024-01-10T12:00:00Z"/>`)
			assert.True(t, feed.NextChange.Equal(january(11)))

			clock.Set(january(11).Add(-time.Second))
			assert.Len(t, feedOf(t, archive, syndicate.WithTag("a")).Tombstones, 1)
			clock.Set(january(11))
			feed = feedOf(t, archive, syndicate.WithTag("a"))
			assert.Empty(t, feed.Tombstones)
			assert.True(t, feed.Modified.Equal(january(11)))
			assert.True(t, feed.NextChange.IsZero())
		})
	}
}

// LIFE-3
func TestTombstonesAreOnlyForArticlesThatAFeedShowed(t *testing.T) {
	site := plainSite
	site.Tombstones = 24 * time.Hour
	clock := clockAt(january(10))
	archive := openArchive(t, site, clock,
		numbered(1), tagged(numbered(2), "a"), tagged(numbered(3), "a"), tagged(numbered(4), "b"), with(numbered(5), isDraft), numbered(20))
	require.Len(t, scopeNames(t, archive), 3)

	require.NoError(t, archive.Remove("/05/", "/20/"))
	assert.Empty(t, feedOf(t, archive, syndicate.Everything()).Tombstones, "hidden articles leave no tombstone")
	require.NoError(t, archive.Update(with(tagged(numbered(1), "new"), func(a *syndicate.Article) { a.Title = "One" })))
	assert.Empty(t, feedOf(t, archive, syndicate.Everything()).Tombstones, "an update is not a removal")
	require.NoError(t, archive.Remove("/03/"))
	assert.Len(t, feedOf(t, archive, syndicate.WithTag("a")).Tombstones, 1)
	assert.Empty(t, feedOf(t, archive, syndicate.WithTag("b")).Tombstones)

	require.NoError(t, archive.Add(with(tagged(numbered(3), "a"), isDraft)))
	assert.Len(t, feedOf(t, archive, syndicate.WithTag("a")).Tombstones, 1, "it is still removed")
	require.NoError(t, archive.Update(tagged(numbered(3), "a")))
	assert.Empty(t, feedOf(t, archive, syndicate.WithTag("a")).Tombstones, "it is back")
	changed := timesOfChange(t, archive)
	clock.Set(january(12))
	assert.Equal(t, changed, timesOfChange(t, archive), "so there is no tombstone to drop")

	silent := openArchive(t, plainSite, clock, numbered(1))
	require.Len(t, scopeNames(t, silent), 1)
	require.NoError(t, silent.Remove("/01/"))
	assert.Empty(t, feedOf(t, silent, syndicate.Everything()).Tombstones, "no tombstones by default")
}

// LIFE-3: removed, back and removed again within a second, and under another tag.
func TestTombstonesEndEvenIfAnArticleComesAndGoesQuickly(t *testing.T) {
	site := plainSite
	site.Tombstones = 24 * time.Hour
	clock := clockAt(january(10))
	archive := openArchive(t, site, clock, tagged(numbered(1), "a", "b"), tagged(numbered(2), "a"))
	require.Len(t, scopeNames(t, archive), 3)
	require.NoError(t, archive.Remove("/02/"))
	require.NoError(t, archive.Add(tagged(numbered(2), "b")))
	require.NoError(t, archive.Remove("/02/"))

	clock.Set(january(11))
	for info := range archive.Scopes(t.Context()) {
		feed := feedOf(t, archive, info.Scope)
		assert.Empty(t, feed.Tombstones, info.Scope)
		assert.True(t, feed.NextChange.IsZero(), info.Scope)
	}
}

// XML-7: tombstones are ordered by time, newest first, then by id.
func TestTombstonesAreSortedByTimeThenID(t *testing.T) {
	site := plainSite
	site.Tombstones = 48 * time.Hour
	clock := clockAt(january(10))
	archive := openArchive(t, site, clock, numberedFromTo(1, 5)...)
	require.Len(t, scopeNames(t, archive), 1)
	require.NoError(t, archive.Remove("/02/", "/03/", "/01/"))
	clock.Set(january(11))
	require.NoError(t, archive.Remove("/04/"))
	var ids []string
	for _, tombstone := range feedOf(t, archive, syndicate.Everything()).Tombstones {
		ids = append(ids, tombstone.ID[len("https://www.example.com"):])
	}
	assert.Equal(t, []string{"/04/", "/01/", "/02/", "/03/"}, ids)
}

// LIFE-5
func TestRedirectedAndClosedScopesReturnTheirErrors(t *testing.T) {
	tag := syndicate.WithTag
	archive := openArchive(t, plainSite, clockAt(january(10)), tagged(numbered(1), "d"))
	require.NoError(t, archive.Redirect(tag("a"), tag("b")))
	require.NoError(t, archive.Redirect(tag("b"), tag("c")))
	require.NoError(t, archive.Redirect(tag("c"), tag("d")))
	require.NoError(t, archive.CloseScope(tag("e")))
	require.NoError(t, archive.Redirect(syndicate.InCategory("old/sub"), syndicate.Everything()))

	tests := []struct {
		scope syndicate.Scope
		why   error
		to    syndicate.Scope
	}{
		{tag("a"), syndicate.ErrMoved, tag("d")},
		{tag("b"), syndicate.ErrMoved, tag("d")},
		{tag("a").AtPage(3), syndicate.ErrMoved, tag("d")}, // which has no such page
		{tag("e"), syndicate.ErrGone, syndicate.Scope{}},
		{tag("e").AtPage(2), syndicate.ErrGone, syndicate.Scope{}},
		{syndicate.InCategory("old/sub"), syndicate.ErrMoved, syndicate.Everything()},
		{syndicate.InCategory("old"), syndicate.ErrNotFound, syndicate.Scope{}},
		{tag("f"), syndicate.ErrNotFound, syndicate.Scope{}},
	}
	for _, test := range tests {
		absent := feedError(t, archive, test.scope)
		assert.ErrorIs(t, absent, test.why, test.scope)
		assert.Equal(t, test.scope, absent.Scope)
		assert.Equal(t, test.to, absent.Moved, test.scope)
	}
	assert.Equal(t, []string{"site", "tag/d"}, scopeNames(t, archive))
}

// LIFE-5
func TestImpossibleRedirectsAreRefused(t *testing.T) {
	tag := syndicate.WithTag
	archive := openArchive(t, plainSite, clockAt(january(10)))
	require.NoError(t, archive.Redirect(tag("a"), tag("b")))
	require.NoError(t, archive.Redirect(tag("b"), tag("c")))
	assert.Error(t, archive.Redirect(tag("c"), tag("a")), "a circle")
	assert.Error(t, archive.Redirect(tag("c"), tag("c")), "to itself")
	assert.Error(t, archive.Redirect(tag("c").AtPage(1), tag("c").AtPage(2)), "pages are not moved singly")
	assert.Error(t, archive.Redirect(syndicate.Everything(), tag("c")), "the site stays")
	assert.Error(t, archive.Redirect(tag("a/b"), tag("c")), "no scope")
	assert.Error(t, archive.CloseScope(syndicate.Everything()))
	assert.Error(t, archive.CloseScope(tag("")))
	assert.Equal(t, tag("c"), feedError(t, archive, tag("a")).Moved, "earlier redirects still hold")
}

// LIFE-5
func TestScopeThatGetsArticlesAgainHasAFeed(t *testing.T) {
	tag := syndicate.WithTag
	clock := clockAt(january(1))
	archive := openArchive(t, plainSite, clock, tagged(numbered(2), "a"), tagged(numbered(4), "b"))
	require.NoError(t, archive.Redirect(tag("a"), tag("b")))
	require.NoError(t, archive.Redirect(tag("b"), tag("c")))
	require.ErrorIs(t, feedError(t, archive, tag("a")), syndicate.ErrMoved)

	clock.Set(january(2))
	assert.Equal(t, []string{"02"}, titles(feedOf(t, archive, tag("a"))))
	require.NoError(t, archive.Remove("/02/"))
	assert.Equal(t, tag("c"), feedError(t, archive, tag("a")).Moved)
	clock.Set(january(4))
	assert.Equal(t, tag("b"), feedError(t, archive, tag("a")).Moved, "the redirects end where there are articles")
}

// LIFE-6
func TestPreviewShowsHiddenArticles(t *testing.T) {
	clock := clockAt(january(10))
	archive := openArchive(t, plainSite, clock,
		tagged(numbered(1), "a"),
		with(tagged(numbered(2), "a"), isDraft),
		with(tagged(numbered(3), "secret"), isDraft),
		with(tagged(numbered(4), "a"), expiring(january(5))),
		with(tagged(numbered(20), "a"), func(a *syndicate.Article) {
			a.Categories = []syndicate.Category{{Name: "Arms", Parent: &syndicate.Category{Name: "Military"}}}
		}),
	)
	before := everyFeed(t, archive)
	previewed := func(scope syndicate.Scope) (*syndicate.Feed, []string) {
		feed, err := archive.Preview(t.Context(), scope)
		require.NoError(t, err)
		return feed, titles(feed)
	}
	_, all := previewed(syndicate.Everything())
	assert.Equal(t, []string{"20", "04", "03", "02", "01"}, all)
	_, tag := previewed(syndicate.WithTag("a"))
	assert.Equal(t, []string{"20", "04", "02", "01"}, tag)
	_, secret := previewed(syndicate.WithTag("secret"))
	assert.Equal(t, []string{"03"}, secret)
	arms, _ := previewed(syndicate.InCategory("military/arms"))
	assert.Equal(t, "Military / Arms – The Example", arms.Title)

	for _, scope := range []syndicate.Scope{syndicate.WithTag("nobody"), syndicate.Everything().AtPage(1)} {
		_, err := archive.Preview(t.Context(), scope)
		assert.ErrorIs(t, err, syndicate.ErrNotFound, scope)
	}
	assert.Equal(t, before, everyFeed(t, archive), "a preview publishes nothing")
}

// LIFE-5, RSS-2: an article with an ID stays the same article when its URL, title or terms
// change.
func TestRenamingAndMovingChangesNoID(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(10)), with(tagged(numbered(1), "Old"), func(a *syndicate.Article) {
		a.ID = "4711"
		a.Categories = []syndicate.Category{{Name: "Old"}}
	}))
	rss := `<guid isPermaLink="false">4711</guid>`
	atom := `<id>tag:www.example.com,2026:4711</id>`
	json := `"id":"4711"`
	check := func(scope syndicate.Scope) {
		feed := feedOf(t, archive, scope)
		assert.Equal(t, "4711", feed.Articles[0].ID)
		assert.Contains(t, textOf(feed, syndicate.RSS), rss)
		assert.Contains(t, textOf(feed, syndicate.Atom), atom)
		assert.Contains(t, textOf(feed, syndicate.JSON), json)
	}
	check(syndicate.InCategory("old"))
	require.NoError(t, archive.Update(with(tagged(numbered(1), "New"), func(a *syndicate.Article) {
		a.ID, a.URL, a.Title = "4711", "/somewhere/else/", "Another title"
		a.Categories = []syndicate.Category{{Name: "New", Parent: &syndicate.Category{Name: "Newer"}}}
	})))
	check(syndicate.InCategory("newer/new"))
	check(syndicate.Everything())
	assert.ErrorIs(t, feedError(t, archive, syndicate.InCategory("old")), syndicate.ErrNotFound)
}

// LIFE-1, LIFE-2: articles that a wrong clock published disappear when the clock is corrected.
func TestArticlesPublishedByAWrongClockDisappear(t *testing.T) {
	now := noon.AddDate(10, 0, 0)
	archive, err := syndicate.NewArchive(site,
		syndicate.Article{URL: "/a/", Title: "A", Published: noon},
		syndicate.Article{URL: "/b/", Title: "B", Published: noon.AddDate(1, 0, 0)},
		syndicate.Article{URL: "/c/", Title: "C", Published: noon.AddDate(-1, 0, 0), Expires: noon.AddDate(2, 0, 0)})
	require.NoError(t, err)
	archive.Clock = func() time.Time { return now }
	require.Equal(t, []string{"B", "A"}, titles(feedOf(t, archive, syndicate.Everything())))
	now = noon.Add(time.Hour)
	require.NoError(t, archive.Add(syndicate.Article{URL: "/d/", Title: "D", Published: noon.AddDate(5, 0, 0)}))
	assert.Equal(t, []string{"A", "C"}, titles(feedOf(t, archive, syndicate.Everything())))
	assert.True(t, archive.NextChange().Equal(noon.AddDate(1, 0, 0)))
	now = noon.AddDate(1, 0, 0)
	assert.Equal(t, []string{"B", "A", "C"}, titles(feedOf(t, archive, syndicate.Everything())))
}

// JSON-1, RSS-1: a picture without a text still has content in every format.
func TestExcerptOfAnUntitledPictureIsALink(t *testing.T) {
	short := site
	short.Excerpts = true
	archive, err := syndicate.NewArchive(short, syndicate.Article{URL: "/a/", Content: `<img src="x.jpg">`, Published: noon})
	require.NoError(t, err)
	feed := feedOf(t, archive, syndicate.Everything())
	assert.Empty(t, feed.Validate())
	assert.Equal(t, `<p><a href="https://www.nordicmonitor.com/a/">https://www.nordicmonitor.com/a/</a></p>`, feed.Articles[0].Content)
}

// yielded is what the iterator yielded, and when.
type yielded struct {
	after  time.Duration
	scopes []string
}

// watched runs a script while a loop reads the archive's changes, and returns what the loop was
// given. The clock only moves while everything waits.
func watched(t *testing.T, script func(t *testing.T, archive *syndicate.Archive)) (heard []yielded) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite, tagged(written(0, "start"), "start"))
		require.NoError(t, err)
		begun := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for scopes := range archive.Changes(ctx) {
				names := make([]string, len(scopes))
				for i, scope := range scopes {
					names[i] = scope.String()
				}
				heard = append(heard, yielded{time.Since(begun), names})
			}
		}()
		synctest.Wait()
		script(t, archive)
		synctest.Wait()
		cancel()
		<-ended
	})
	return heard
}

// written is an article that is published after a delay.
func written(after time.Duration, name string) syndicate.Article {
	return syndicate.Article{URL: "/" + name + "/", Title: name, Published: time.Now().Add(after)}
}

// LIFE-2, DISC-5
func TestChangesYieldsTheFeedsThatChanged(t *testing.T) {
	tests := []struct {
		why    string
		script func(*testing.T, *syndicate.Archive)
		want   []yielded
	}{
		{"nothing happens", func(*testing.T, *syndicate.Archive) { time.Sleep(time.Hour) }, nil},
		{"Add", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(tagged(written(0, "one"), "b", "a")))
		}, []yielded{{0, []string{"site", "tag/a", "tag/b"}}}},
		{"Update", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Update(tagged(written(0, "start"), "end")))
		}, []yielded{{0, []string{"site", "tag/end", "tag/start"}}}},
		{"Update without a difference", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Update(tagged(written(0, "start"), "start")))
		}, nil},
		{"Remove", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Remove("/start/"))
		}, []yielded{{0, []string{"site", "tag/start"}}}},
		{"Replace", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Replace(tagged(written(0, "start"), "start"), tagged(written(0, "one"), "new")))
		}, []yielded{{0, []string{"site", "tag/new"}}}},
		{"hidden articles", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(with(written(0, "draft"), isDraft), with(written(-2*time.Hour, "late"), expiring(time.Now().Add(-time.Hour)))))
			require.NoError(t, a.Remove("/draft/", "/late/"))
		}, nil},
		{"an embargo ends", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(tagged(written(time.Hour, "one"), "a")))
			time.Sleep(2 * time.Hour)
		}, []yielded{{time.Hour, []string{"site", "tag/a"}}}},
		{"a nearer embargo is added while a later one is waited for", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(tagged(written(3*time.Hour, "later"), "later")))
			synctest.Wait()
			require.NoError(t, a.Add(tagged(written(time.Hour, "sooner"), "sooner")))
			time.Sleep(4 * time.Hour)
		}, []yielded{{time.Hour, []string{"site", "tag/sooner"}}, {3 * time.Hour, []string{"site", "tag/later"}}}},
		{"an embargo is lifted", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(written(time.Hour, "one")))
			synctest.Wait()
			require.NoError(t, a.Remove("/one/"))
			time.Sleep(2 * time.Hour)
		}, nil},
		{"an article expires", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(with(tagged(written(0, "one"), "a"), expiring(time.Now().Add(time.Hour)))))
			time.Sleep(2 * time.Hour)
		}, []yielded{{0, []string{"site", "tag/a"}}, {time.Hour, []string{"site", "tag/a"}}}},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) { assert.Equal(t, test.want, watched(t, test.script)) })
	}
}

func TestChangesDuringTheLoopAreYieldedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite)
		require.NoError(t, err)
		var heard [][]syndicate.Scope
		go func() {
			for scopes := range archive.Changes(t.Context()) {
				heard = append(heard, scopes)
				time.Sleep(time.Minute)
				if len(heard) == 2 {
					return
				}
			}
		}()
		synctest.Wait()
		for _, tag := range []string{"a", "c", "b", "a"} {
			archive.Add(tagged(written(0, tag), tag))
			time.Sleep(time.Second)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Equal(t, [][]syndicate.Scope{
			{syndicate.Everything(), syndicate.WithTag("a")},
			{syndicate.Everything(), syndicate.WithTag("b"), syndicate.WithTag("c")},
		}, heard)
	})
}

func TestEveryWatcherSeesTheChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite)
		require.NoError(t, err)
		heard := make(chan int, 3)
		for watcher := range 3 {
			go func() {
				for range archive.Changes(t.Context()) {
					heard <- watcher
					return
				}
			}()
		}
		synctest.Wait()
		require.NoError(t, archive.Add(written(time.Minute, "one")))
		for range 3 {
			<-heard
		}
	})
}

// A loop over changes may use the archive and change it.
func TestChangesHoldsNoLockInTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite, written(0, "0"))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			synctest.Wait()
			archive.Add(written(0, "1"))
		}()
		loops := 0
		for range archive.Changes(ctx) {
			if loops++; loops == 3 {
				break
			}
			feedOf(t, archive, syndicate.Everything())
			scopeNames(t, archive)
			require.NoError(t, archive.Update(with(written(0, "0"), func(a *syndicate.Article) { a.Title = time.Now().String() + string(rune('a'+loops)) })))
		}
		assert.Equal(t, 3, loops)
	})
}

// Package synctest fails if a goroutine or timer is left behind.
func TestChangesEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite, written(time.Hour, "waiting"))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		loops := 0
		go func() {
			synctest.Wait()
			archive.Add(written(0, "one"))
		}()
		for range archive.Changes(ctx) {
			loops++
			archive.Add(written(0, "two")) // pending when the context ends
			cancel()
		}
		assert.Equal(t, 1, loops, "nothing is yielded after the end")

		for range archive.Changes(ctx) {
			assert.Fail(t, "nothing is yielded after the end")
		}
	})
}

func TestEndedWatchersTakeNoMemory(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(1)))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	watch := func() {
		for range 10_000 {
			for range archive.Changes(ended) {
			}
		}
	}
	inUse := func() int64 {
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		return int64(memory.HeapAlloc)
	}
	watch()
	goroutines, before := runtime.NumGoroutine(), inUse()
	watch()
	assert.Less(t, inUse()-before, int64(500_000), "bytes kept by 10,000 watchers")
	assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines)
	runtime.KeepAlive(archive)
}

// LIFE-2: machines sleep, and clocks are corrected.
func TestChangesNoticesAClockThatWasSetAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := clockAt(january(1))
		archive := openArchive(t, plainSite, clock, numbered(20))
		begun := time.Now()
		go func() {
			time.Sleep(time.Hour)
			clock.Set(january(20))
		}()
		for scopes := range archive.Changes(t.Context()) {
			assert.Equal(t, []syndicate.Scope{syndicate.Everything()}, scopes)
			break
		}
		assert.LessOrEqual(t, time.Since(begun), time.Hour+time.Minute)
	})
}

func TestChangesIsNotBusyWhenTheClockStandsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite, numbered(2))
		require.NoError(t, err)
		looks := 0
		archive.Clock = func() time.Time { looks++; return january(2).Add(-time.Millisecond) }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range archive.Changes(ctx) {
			assert.Fail(t, "nothing has changed")
		}
		assert.Less(t, looks, 1000)
	})
}

// LIFE-5: readers recognise articles by their ids, so none changes when the site moves.
func TestASiteThatMovesKeepsItsIDs(t *testing.T) {
	articles := []syndicate.Article{
		{URL: "/a/", Title: "A", Published: january(1), Content: `<a href="?x">x</a>`},
		{URL: "b/?u=http://x/", Title: "B", Published: january(2), Image: syndicate.Image{URL: "b.jpg"}},
		{URL: "c/", Title: "C", ID: "4711", Published: january(3)},
		{URL: "d/", Title: "D", ID: "http://old.example.org/blog/d-as-it-was", Published: january(4)},
		{URL: "https://elsewhere.example/e/", Title: "E", Published: january(5)},
	}
	// ids returns the ids that RSS and Atom carry, of the feed and its articles.
	ids := func(site syndicate.Site) (all []string) {
		archive := openArchive(t, site, clockAt(january(10)), articles...)
		feed := feedOf(t, archive, syndicate.Everything())
		for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
			doc, err := feedreader.Parse(textOf(feed, format))
			require.NoError(t, err)
			for _, item := range doc.Items {
				all = append(all, item.GUID)
			}
		}
		assert.NoError(t, archive.Update(articles...), "the addresses name the same articles")
		assert.ErrorIs(t, archive.Add(articles[0]), syndicate.RuleDuplicateID)
		assert.NoError(t, archive.Remove("/a/"))
		assert.Empty(t, errorsIn(feed.Validate()))
		return append(all, feed.ID)
	}
	const old = "http://old.example.org/blog/"
	want := ids(syndicate.Site{URL: old, Title: "Example"})
	for _, home := range []string{"https://old.example.org/blog/", "https://new.example.com/", "http://old.example.org/"} {
		site := syndicate.Site{URL: home, Title: "Example", IDBase: old}
		assert.Equal(t, want, ids(site), home)

		base, err := url.Parse(home)
		require.NoError(t, err)
		feed := feedOf(t, openArchive(t, site, clockAt(january(10)), articles...), syndicate.Everything())
		for _, ref := range []string{"/a/", "/a/?x", "b/?u=http://x/", "b.jpg", "c/"} {
			follows, err := base.Parse(ref)
			require.NoError(t, err)
			assert.Contains(t, textOf(feed, syndicate.JSON), `"`+strings.ReplaceAll(follows.String(), "?x", `?x\`)+`"`, "%s follows the site", ref)
		}
		// The same articles with the new addresses written out.
		moved := slices.Clone(articles)
		for i := range moved[1:4] {
			moved[i+1].URL = home + moved[i+1].URL
		}
		archive := openArchive(t, site, clockAt(january(10)), articles...)
		assert.NoError(t, archive.Update(moved...))
	}
	_, err := syndicate.Site{URL: "https://new.example.com/", Title: "Example", IDBase: "old.example.org"}.Check()
	assert.ErrorContains(t, err, "IDBase: ")
}
