// Package sourcetest runs a [syndicate.Source] through the story that all of them tell: which scopes there
// are, which articles their feeds hold, in which order and on which pages, as time passes and as articles
// come, change and go. A store of one's own is right when it passes:
//
//	func TestStoreIsASource(t *testing.T) {
//		sourcetest.Run(t, func(t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article) syndicate.Source {
//			store := openStore(t, site, clock)
//			require.NoError(t, store.Import(articles...))
//			return store
//		})
//	}
//
// What is claimed is claimed twice. Each step of the story says in words what feeds show; and after each,
// every feed of the Source is compared, byte by byte in every format, with that of a [syndicate.Archive] to
// which the same happened, and so is the list of scopes.
//
// A Source that is a [syndicate.Versioner] must tell the truth after each step too.
//
// A Source that can be changed does so by the methods of an Archive: see [Adder], [Updater], [Remover],
// [Replacer] and [syndicate.Watcher]. Parts of the story that need what it has not are skipped.
package sourcetest

import (
	"context"
	"errors"
	"fmt"
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

// Adder is a Source that takes in articles, as [syndicate.Archive.Add] does.
type Adder interface {
	Add(articles ...syndicate.Article) error
}

// Updater is a Source that replaces articles by new versions, as [syndicate.Archive.Update] does.
type Updater interface {
	Update(articles ...syndicate.Article) error
}

// Remover is a Source that retracts articles, as [syndicate.Archive.Remove] does.
type Remover interface {
	Remove(ids ...string) error
}

// Replacer is a Source whose whole contents can be replaced, as with [syndicate.Archive.Replace].
type Replacer interface {
	Replace(articles ...syndicate.Article) error
}

// Open returns a new Source of a site that holds the articles and nothing else. It is empty of other
// tests' articles, and what it needs ends with t. All of the articles can be published, though some come
// with a warning.
//
// The articles were there from the beginning, as those that [syndicate.NewArchive] is given: a feed
// changed when they were published, updated or expired, and not when they were handed over. Nothing may
// be looked at before the Source is asked for something, and then by the clock alone.
type Open = func(t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article) syndicate.Source

// Run runs the Source that open returns through the story, each part of it with one of its own.
func Run(t *testing.T, open Open) {
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) { s.run(t, open) })
	}
	t.Run("the site is checked", func(t *testing.T) { siteIsChecked(t, open) })
	t.Run("an ended context ends what it was given to", func(t *testing.T) { contextEnds(t, open) })
	t.Run("a feed may be rearranged without harm", func(t *testing.T) { feedIsItsOwn(t, open) })
	t.Run("readers and writers do not disturb each other", func(t *testing.T) { concurrentUse(t, open) })
	t.Run("changes are told", func(t *testing.T) { changesAreTold(t, open) })
	t.Run("no feed is older than its version", func(t *testing.T) { versionsAreNotAhead(t, open) })
}

// story is one part of the whole, told with a Source of its own.
type story struct {
	name     string
	site     func(*syndicate.Site)
	articles []syndicate.Article
	steps    []step
}

// step is what happens next and what is to be seen then.
type step struct {
	name string
	when time.Time // where the clock stands. Optional; where it stood.
	do   action    // Optional.
	// refused is the rule that something was refused by. Optional; nothing is refused.
	refused syndicate.Rule
	// scopes is the list of scopes with their numbers of articles and of pages: "site 3/1". Optional.
	scopes []string
	// shows holds for a scope, in its text form, the titles in its feed, or the error there is
	// instead: "not found". Optional.
	shows map[string]string
	// claim looks at what is more. Optional.
	claim func(t *testing.T, source syndicate.Source)
}

// action changes a Source; ok is false when it cannot be changed so.
type action func(syndicate.Source) (ok bool, err error)

func add(articles ...syndicate.Article) action {
	return func(source syndicate.Source) (bool, error) {
		s, ok := source.(Adder)
		if !ok {
			return false, nil
		}
		return true, s.Add(articles...)
	}
}

func update(articles ...syndicate.Article) action {
	return func(source syndicate.Source) (bool, error) {
		s, ok := source.(Updater)
		if !ok {
			return false, nil
		}
		return true, s.Update(articles...)
	}
}

func remove(ids ...string) action {
	return func(source syndicate.Source) (bool, error) {
		s, ok := source.(Remover)
		if !ok {
			return false, nil
		}
		return true, s.Remove(ids...)
	}
}

func replace(articles ...syndicate.Article) action {
	return func(source syndicate.Source) (bool, error) {
		s, ok := source.(Replacer)
		if !ok {
			return false, nil
		}
		return true, s.Replace(articles...)
	}
}

// run tells the story to a Source and to an Archive, and compares them at each step. Where nothing but
// time happened, one that is opened at the end must be as the one that was there all along.
func (s story) run(t *testing.T, open Open) {
	site := exampleSite
	if s.site != nil {
		s.site(&site)
	}
	clock := newClock(day(1))
	archive, err := syndicate.NewArchive(site, s.articles...)
	require.NoError(t, err)
	archive.Clock = clock.now
	source := open(t, site, clock.now, s.articles...)

	told := versions{}
	untouched := true
	for _, step := range s.steps {
		if !step.when.IsZero() {
			clock.set(step.when)
		}
		if step.do != nil {
			untouched = false
			list(t, source)
			list(t, archive)
			ok, err := step.do(source)
			if !ok {
				t.Skipf("%s: not a Source that can be changed so", step.name)
			}
			_, archiveErr := step.do(archive)
			step.assertRefused(t, err)
			step.assertRefused(t, archiveErr)
		}
		step.assertSeen(t, source)
		assertAlike(t, step.name, archive, source)
		told.assertTrue(t, step.name, source)
		if t.Failed() {
			return
		}
	}
	if untouched {
		assertAlike(t, "opened at the end", source, open(t, site, clock.now, s.articles...))
	}
}

func (s step) assertRefused(t *testing.T, err error) {
	t.Helper()
	if s.refused == "" {
		assert.NoError(t, err, s.name)
		return
	}
	assert.ErrorIs(t, err, s.refused, s.name)
}

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

// shown returns the titles in the feed of a scope, or why there is none.
func shown(source syndicate.Source, scope syndicate.Scope) string {
	feed, err := source.Feed(context.Background(), scope)
	var absent *syndicate.ScopeError
	switch {
	case errors.As(err, &absent) && absent.Scope == scope && errors.Is(err, syndicate.ErrNotFound):
		return "not found"
	case err != nil:
		return err.Error()
	}
	var titles []string
	for _, article := range feed.Articles {
		titles = append(titles, article.Title)
	}
	return strings.Join(titles, " ")
}

// list returns the scopes of a Source, which are in their order.
func list(t *testing.T, source syndicate.Source) (infos []syndicate.ScopeInfo) {
	t.Helper()
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		infos = append(infos, info)
	}
	ordered := slices.IsSortedFunc(infos, func(a, b syndicate.ScopeInfo) int { return a.Scope.Compare(b.Scope) })
	assert.True(t, ordered, "scopes are ordered by Scope.Compare")
	return infos
}

// assertAlike asserts that two Sources show the same, in every feed and on every page, to the last byte.
func assertAlike(t *testing.T, step string, want, got syndicate.Source) {
	t.Helper()
	infos := list(t, want)
	if !assert.Equal(t, described(infos), described(list(t, got)), "%s: list of scopes", step) {
		return
	}
	for _, info := range infos {
		for page := range info.Pages + 1 {
			scope := info.Scope.AtPage(page)
			a, b := feedOf(t, want, scope), feedOf(t, got, scope)
			for _, format := range syndicate.Formats() {
				assert.Equal(t, string(a.Append(nil, format)), string(b.Append(nil, format)), "%s: %s as %s", step, scope, format)
			}
			assert.Equal(t, dated(a.Modified), dated(b.Modified), "%s: %s: Modified", step, scope)
			assert.Equal(t, dated(a.NextChange), dated(b.NextChange), "%s: %s: NextChange", step, scope)
			assert.Equal(t, scope, b.Scope, "%s: Scope", step)
			assert.Equal(t, dated(info.Modified), dated(b.Modified), "%s: %s: Modified in the list", step, scope)
			assert.Equal(t, a.Title, b.Title, "%s: %s: Title", step, scope)
		}
	}
}

func described(infos []syndicate.ScopeInfo) (lines []string) {
	for _, i := range infos {
		lines = append(lines, fmt.Sprintf("%s %q: %d articles, %d pages, changed %s", i.Scope, i.Title, i.Count, i.Pages, dated(i.Modified)))
	}
	return lines
}

func dated(when time.Time) string {
	if when.IsZero() {
		return "never"
	}
	return when.UTC().Format(time.DateTime)
}

func feedOf(t *testing.T, source syndicate.Source, scope syndicate.Scope) *syndicate.Feed {
	t.Helper()
	feed, err := source.Feed(t.Context(), scope)
	require.NoError(t, err)
	return feed
}

func siteIsChecked(t *testing.T, open Open) {
	given := exampleSite
	given.URL = "HTTPS://WWW.example.com:443"
	source := open(t, given, newClock(day(9)).now, numbered(1))
	publication := source.Publication()
	assert.Equal(t, "https://www.example.com/", publication.Site().URL)
	assert.Equal(t, "https://www.example.com/tag/a/rss.xml", publication.FeedURL(syndicate.WithTag("a"), syndicate.RSS))
	assert.Equal(t, "01", shown(source, syndicate.Everything()))
}

func contextEnds(t *testing.T, open Open) {
	source := open(t, exampleSite, newClock(day(9)).now, tagged(numbered(1), "a"), tagged(numbered(2), "b"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var failure error
	for _, failure = range source.Scopes(ctx) {
		cancel()
	}
	assert.ErrorIs(t, failure, context.Canceled, "Scopes")
	_, err := source.Feed(ctx, syndicate.Everything())
	assert.ErrorIs(t, err, context.Canceled, "Feed")
	for range source.Scopes(t.Context()) {
		break // and one may leave a list early
	}
	assert.Equal(t, "02 01", shown(source, syndicate.Everything()), "others go on")
}

func feedIsItsOwn(t *testing.T, open Open) {
	source := open(t, exampleSite, newClock(day(9)).now, numbered(1), numbered(2))
	feed := feedOf(t, source, syndicate.Everything())
	edited := *feed.Articles[0]
	edited.Title = "edited"
	feed.Articles[0], feed.Articles[1] = feed.Articles[1], &edited
	feed.Title = "edited"
	assert.Equal(t, "02 01", shown(source, syndicate.Everything()))
	assert.Equal(t, "The Example", feedOf(t, source, syndicate.Everything()).Title)
}

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
	if adder, ok := source.(Adder); ok {
		all.Go(func() {
			for n := 3; n <= 12; n++ {
				assert.NoError(t, adder.Add(tagged(numbered(n), "a")))
			}
		})
	}
	all.Wait()
	if _, ok := source.(Adder); ok {
		assert.Equal(t, "12 11", shown(source, syndicate.WithTag("a")))
		assert.Equal(t, "10 09", shown(source, syndicate.WithTag("a").AtPage(5)))
	}
}

// changesAreTold adds articles until the watcher, of which one cannot know when it begins, tells of one.
func changesAreTold(t *testing.T, open Open) {
	source := open(t, exampleSite, newClock(day(28)).now, tagged(numbered(1), "quiet"))
	watcher, watches := source.(syndicate.Watcher)
	adder, adds := source.(Adder)
	if !watches || !adds {
		t.Skip("not a Source that tells of additions")
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
	for n := 2; n < 1000; n++ {
		article := tagged(numbered(2), "loud")
		article.URL = fmt.Sprintf("/again/%d/", n)
		require.NoError(t, adder.Add(article))
		select {
		case scopes, ok := <-heard:
			assert.True(t, ok, "it watches until its context ends")
			assert.Equal(t, []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("loud")}, scopes)
			cancel()
			assertEnds(t, heard)
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
	assert.Fail(t, "no change was told")
}

// assertEnds asserts that a channel is closed, after what was on its way.
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

// clock is set by the story.
type clock struct{ unix atomic.Int64 }

func newClock(when time.Time) *clock {
	c := new(clock)
	c.set(when)
	return c
}

func (c *clock) set(when time.Time) { c.unix.Store(when.Unix()) }
func (c *clock) now() time.Time     { return time.Unix(c.unix.Load(), 0) }

// day is noon of a day of January 2024.
func day(n int) time.Time { return time.Date(2024, time.January, n, 12, 0, 0, 0, time.UTC) }
