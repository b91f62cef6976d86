// Package sourcetest tests implementations of [syndicate.Source]. It runs a Source through a story:
// articles are added, updated and removed while time passes, and after each step the test checks
// which scopes have feeds, which articles the feeds contain, in which order and on which pages.
//
// Use it in the tests of your own store:
//
//	func TestStoreIsASource(t *testing.T) {
//		sourcetest.Run(t, func(
//			t *testing.T, site syndicate.Site, clock func() time.Time,
//			articles ...syndicate.Article,
//		) syndicate.Source {
//			store := openStore(t, site, clock)
//			require.NoError(t, store.Import(articles...))
//			return store
//		})
//	}
//
// Every step is checked twice. The story states what the feeds contain; in addition, every feed of
// the Source is compared, byte by byte and in every format, with that of a [syndicate.Archive] to
// which the same happened, and so is the list of scopes.
//
// If the Source is a [syndicate.Versioner], its versions are checked after each step, too.
//
// If the Source has methods of an Archive that change it, they are tested: see [Adder], [Updater],
// [Remover], [Replacer], [Redirector], [ScopeCloser] and package websub's Watcher. The methods may
// take a context as the first argument. The parts of the story that need a missing method are
// skipped.
//
// One part of the story has articles with an extension that a store can keep
// (a Keepable of package sqlstore); the site has the Reviver for it.
package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// Open returns a new Source of a site that contains the given articles and nothing else; the Source
// shares no articles with those of other tests. Open releases its resources when t ends, with
// t.Cleanup. All of the articles can be published, but some of them cause a warning.
//
// The articles count as initial contents, like the arguments of [syndicate.NewArchive]: a feed has
// changed when they were published, updated or expired, not when they were added. The Source must
// take the time from the clock only, and not before it is first used.
type Open = func(
	t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article,
) syndicate.Source

// Run runs Sources through the story, as subtests of t. Each part of the story calls open for a
// separate Source. Some parts let time pass or need a method that not every Source has; the clock
// of open controls the former, and the latter are skipped.
func Run(t *testing.T, open Open) {
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) { s.run(t, open) })
	}
	t.Run("the site is checked", func(t *testing.T) { siteIsChecked(t, open) })
	t.Run("a canceled context ends a call", func(t *testing.T) { contextEnds(t, open) })
	t.Run("changing a feed does not change the Source", func(t *testing.T) { feedIsItsOwn(t, open) })
	t.Run("readers and writers run at the same time", func(t *testing.T) { concurrentUse(t, open) })
	t.Run("changes are yielded", func(t *testing.T) { changesAreYielded(t, open) })
	t.Run("no feed is older than its version", func(t *testing.T) { versionsAreNotAhead(t, open) })
}

// story is one part of the story, with its own Source: what changes exampleSite, the initial
// contents, and what happens.
type story struct {
	name     string
	site     func(*syndicate.Site)
	articles []syndicate.Article
	steps    []step
}

// step is an event of a story and its expected outcome. Every field but name is optional.
type step struct {
	name string
	// when is the new time. Default: the clock is not set.
	when time.Time
	// do changes the Source. Default: no change.
	do action
	// refused is the rule that the error of do must match. Default: do must return no error.
	refused syndicate.Rule
	// scopes is the expected list of scopes, with their number of articles and pages: "site 3/1".
	scopes []string
	// shows maps the text form of a scope to the titles in its feed, or to "not found".
	shows map[string]string
	// claim checks further expectations, for example the title of a feed.
	claim func(t *testing.T, source syndicate.Source)
}

// run applies the story to a Source and to an Archive and compares them after each step. If only
// time has passed, it also compares the Source with a new one that is opened at the end. The story
// ends with the first step that fails, because the next ones would fail for the same reason.
func (s story) run(t *testing.T, open Open) {
	site := exampleSite
	if s.site != nil {
		s.site(&site)
	}
	clock := newClock(day(1))
	// The Archive is the model: the same actions have the same effects on it.
	archive, err := syndicate.NewArchive(site, s.articles...)
	require.NoError(t, err)
	archive.Clock = clock.now
	source := open(t, site, clock.now, s.articles...)

	seen := versions{}
	untouched := true
	for _, step := range s.steps {
		if !step.when.IsZero() {
			clock.set(step.when)
		}
		if step.do != nil {
			untouched = false
			// Read first: a Source that keeps what it has read must notice the change.
			list(t, source)
			list(t, archive)
			ok, err := step.do(t.Context(), source)
			if !ok {
				t.Skipf("%s: the Source has no such method", step.name)
			}
			_, archiveErr := step.do(t.Context(), archive)
			step.assertRefused(t, err)
			step.assertRefused(t, archiveErr)
		}
		step.assertSeen(t, source)
		assertAlike(t, step.name, archive, source)
		seen.assertTrue(t, step.name, source)
		if t.Failed() {
			return
		}
	}
	// What a feed contains depends on the time only, not on when the Source was opened.
	if untouched {
		assertAlike(t, "opened at the end", source, open(t, site, clock.now, s.articles...))
	}
}

// assertRefused asserts that err reports the rule that the step expects, or nothing.
func (s step) assertRefused(t *testing.T, err error) {
	t.Helper()
	if s.refused == "" {
		assert.NoError(t, err, s.name)
		return
	}
	assert.ErrorIs(t, err, s.refused, s.name)
}

// assertSeen asserts that the Source shows what the step expects.
func (s step) assertSeen(t *testing.T, source syndicate.Source) {
	t.Helper()
	if s.scopes != nil {
		var scopes []string
		for _, info := range list(t, source) {
			scopes = append(scopes, fmt.Sprintf("%s %d/%d", info.Scope, info.Count, info.Pages))
		}
		assert.Equal(t, s.scopes, scopes, "%s: scopes with their articles and pages", s.name)
	}
	for text, want := range s.shows {
		scope, err := syndicate.ParseScope(text)
		require.NoError(t, err)
		assert.Equal(t, want, shown(source, scope), "%s: feed of %s", s.name, scope)
	}
	if s.claim != nil {
		s.claim(t, source)
	}
}

// shown returns the titles in the feed of a scope, in its order and with spaces between them. If
// the scope has no feed, it returns the reason: "not found", "gone", or "moved to" the new scope.
func shown(source syndicate.Source, scope syndicate.Scope) string {
	feed, err := source.Feed(context.Background(), scope)
	var absent *syndicate.ScopeError
	switch {
	case err == nil:
	case !errors.As(err, &absent) || absent.Scope != scope: // the Source failed
		return err.Error()
	case errors.Is(err, syndicate.ErrNotFound):
		return "not found"
	case errors.Is(err, syndicate.ErrGone):
		return "gone"
	case errors.Is(err, syndicate.ErrMoved):
		return "moved to " + absent.Moved.String()
	default:
		return err.Error()
	}
	var titles []string
	for _, article := range feed.Articles {
		titles = append(titles, article.Title)
	}
	return strings.Join(titles, " ")
}

// list returns the scopes of a Source and checks their order.
func list(t *testing.T, source syndicate.Source) (infos []syndicate.ScopeInfo) {
	t.Helper()
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		infos = append(infos, info)
	}
	// A fixed order makes the lists of two Sources comparable, and documents made of them stable.
	byScope := func(a, b syndicate.ScopeInfo) int { return a.Scope.Compare(b.Scope) }
	assert.True(t, slices.IsSortedFunc(infos, byScope), "scopes are ordered by Scope.Compare")
	return infos
}

// assertAlike asserts that every feed and every page of two Sources has the same bytes.
func assertAlike(t *testing.T, step string, want, got syndicate.Source) {
	t.Helper()
	infos := list(t, want)
	if !assert.Equal(t, described(infos), described(list(t, got)), "%s: list of scopes", step) {
		return
	}
	for _, info := range infos {
		for page := range info.Pages + 1 { // page 0 is the current feed
			scope := info.Scope.AtPage(page)
			a, b := feedOf(t, want, scope), feedOf(t, got, scope)
			for _, format := range syndicate.Formats() {
				wanted, got := string(a.Append(nil, format)), string(b.Append(nil, format))
				assert.Equal(t, wanted, got, "%s: %s as %s", step, scope, format)
			}
			// A Source may give a page the time of the current feed. A time before the last change
			// of the page would keep readers from noticing it.
			if page == 0 {
				assert.Equal(t, dated(a.Modified), dated(b.Modified), "%s: %s: Modified", step, scope)
				assert.Equal(t, dated(info.Modified), dated(b.Modified), "%s: %s: Modified in the list", step, scope)
			} else {
				assert.False(t, b.Modified.Before(a.Modified), "%s: %s: Modified is too early", step, scope)
				assert.False(t, b.Modified.After(info.Modified), "%s: %s: Modified is too late", step, scope)
			}
			assert.Equal(t, dated(a.NextChange), dated(b.NextChange), "%s: %s: NextChange", step, scope)
			assert.Equal(t, scope, b.Scope, "%s: Scope", step)
			assert.Equal(t, a.Title, b.Title, "%s: %s: Title", step, scope)
		}
	}
}

// described returns one line for each scope, with everything that the list says about it.
func described(infos []syndicate.ScopeInfo) (lines []string) {
	for _, i := range infos {
		lines = append(lines, fmt.Sprintf("%s %q: %d articles, %d pages, changed %s",
			i.Scope, i.Title, i.Count, i.Pages, dated(i.Modified)))
	}
	return lines
}

// dated returns the text form of a time to the second, "never" for the zero time. Feeds contain no
// fractions, so Sources need not agree about them.
func dated(when time.Time) string {
	if when.IsZero() {
		return "never"
	}
	return when.UTC().Format(time.DateTime)
}

// feedOf returns the feed of a scope that must have one. It ends the test if the scope has none.
func feedOf(t *testing.T, source syndicate.Source, scope syndicate.Scope) *syndicate.Feed {
	t.Helper()
	feed, err := source.Feed(t.Context(), scope)
	require.NoError(t, err)
	return feed
}

// siteIsChecked tests that the Source has checked its site: URLs are normalized, and the addresses
// of feeds are made of the normalized URL.
func siteIsChecked(t *testing.T, open Open) {
	given := exampleSite
	given.URL = "HTTPS://WWW.example.com:443"
	source := open(t, given, newClock(day(9)).now, numbered(1))
	publication := source.Publication()
	assert.Equal(t, "https://www.example.com/", publication.Site().URL)
	assert.Equal(t, "https://www.example.com/tag/a/rss.xml", publication.FeedURL(syndicate.WithTag("a"), syndicate.RSS))
	assert.Equal(t, "01", shown(source, syndicate.Everything()))
}

// contextEnds tests that Scopes and Feed respect their context.
func contextEnds(t *testing.T, open Open) {
	source := open(t, exampleSite, newClock(day(9)).now, tagged(numbered(1), "a"), tagged(numbered(2), "b"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var failure error
	for _, failure = range source.Scopes(ctx) {
		cancel() // at the first scope; the last iteration has the error
	}
	assert.ErrorIs(t, failure, context.Canceled, "Scopes")
	_, err := source.Feed(ctx, syndicate.Everything())
	assert.ErrorIs(t, err, context.Canceled, "Feed")
	for range source.Scopes(t.Context()) {
		break // leaving the loop early must be possible
	}
	assert.Equal(t, "02 01", shown(source, syndicate.Everything()), "other contexts are not affected")
}

// feedIsItsOwn tests that a caller may change the feed that it received, even if the Source keeps
// feeds: the next caller gets the feed as it was.
func feedIsItsOwn(t *testing.T, open Open) {
	source := open(t, exampleSite, newClock(day(9)).now, numbered(1), numbered(2))
	feed := feedOf(t, source, syndicate.Everything())
	// The articles may be shared, so a caller replaces them and does not change them.
	edited := *feed.Articles[0]
	edited.Title = "edited"
	feed.Articles[0], feed.Articles[1] = feed.Articles[1], &edited
	feed.Title = "edited"
	assert.Equal(t, "02 01", shown(source, syndicate.Everything()))
	assert.Equal(t, "The Example", feedOf(t, source, syndicate.Everything()).Title)
}

// concurrentUse reads from several goroutines while another adds articles. It finds the most when
// the tests run with the race detector.
func concurrentUse(t *testing.T, open Open) {
	site := exampleSite
	site.Limit = 2
	source := open(t, site, newClock(day(28)).now, tagged(numbered(1), "a"), tagged(numbered(2), "a"))
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for range 10 {
				for info, err := range source.Scopes(context.Background()) {
					assert.NoError(t, err)
					_, err = source.Feed(context.Background(), info.Scope.AtPage(info.Pages))
					assert.NoError(t, err)
				}
			}
		})
	}
	adds := add().possible(t.Context(), source)
	if adds {
		all.Go(func() {
			for n := 3; n <= 12; n++ {
				_, err := add(tagged(numbered(n), "a"))(context.Background(), source)
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
	// Twelve articles, two on each page: the reads must not have left anything old behind.
	if adds {
		assert.Equal(t, "12 11", shown(source, syndicate.WithTag("a")))
		assert.Equal(t, "10 09", shown(source, syndicate.WithTag("a").AtPage(5)))
	}
}

// changesAreYielded adds articles until the watcher yields a change. It adds more than one because
// nothing shows when the watcher starts to watch.
func changesAreYielded(t *testing.T, open Open) {
	source := open(t, exampleSite, newClock(day(28)).now, tagged(numbered(1), "quiet"))
	watcher, watches := source.(watcher)
	if !watches || !add().possible(t.Context(), source) {
		t.Skip("the Source has no Changes or no Add method")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	heard := make(chan []syndicate.Scope)
	go func() {
		defer close(heard)
		for scopes := range watcher.Changes(ctx) {
			select {
			case heard <- scopes:
			case <-ctx.Done():
			}
		}
	}()
	// The loop ends with the first change. Only scopes whose feeds have changed are yielded: not
	// the tag of the article that was there before.
	for n := 2; n < 1000; n++ {
		article := tagged(numbered(2), "loud")
		article.URL = fmt.Sprintf("/again/%d/", n)
		_, err := add(article)(t.Context(), source)
		require.NoError(t, err)
		select {
		case scopes, ok := <-heard:
			assert.True(t, ok, "Changes goes on until its context ends")
			assert.Equal(t, []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("loud")}, scopes)
			cancel() // must end the loop over Changes
			assertEnds(t, heard)
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
	assert.Fail(t, "no change was yielded")
}

// assertEnds asserts that a channel is closed, within some seconds. Pending values may come first.
func assertEnds(t *testing.T, heard <-chan []syndicate.Scope) {
	t.Helper()
	for late := time.After(10 * time.Second); ; {
		select {
		case _, ok := <-heard:
			if !ok {
				return
			}
		case <-late:
			assert.Fail(t, "Changes goes on after its context has ended")
			return
		}
	}
}

// clock is a clock that the story sets, to the second. It is safe for concurrent use.
type clock struct{ unix atomic.Int64 }

// newClock returns a clock that shows a time until it is set.
func newClock(when time.Time) *clock {
	c := new(clock)
	c.set(when)
	return c
}

func (c *clock) set(when time.Time) { c.unix.Store(when.Unix()) }
func (c *clock) now() time.Time     { return time.Unix(c.unix.Load(), 0) }

// watcher is a Source that reports changes, as package websub needs it. Changes yields the scopes
// whose feeds have changed, until its context ends.
type watcher interface {
	syndicate.Source
	Changes(ctx context.Context) iter.Seq[[]syndicate.Scope]
}

// day returns noon of a day in January 2024.
func day(n int) time.Time { return time.Date(2024, time.January, n, 12, 0, 0, 0, time.UTC) }
