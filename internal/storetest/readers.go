package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// patience is for tests that would wait for ever.
const patience = time.Minute

// lock holds the lock of all who write until the returned function is called.
func (d Database) lock(t *testing.T) (unlock func()) {
	t.Helper()
	tx, err := d.SQL.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "UPDATE syndicate_state SET live = live WHERE one = 1")
	require.NoError(t, err)
	return func() { require.NoError(t, tx.Rollback()) }
}

// settle waits until a store has run what is due.
func settle(t *testing.T, store *sqlstore.Store, clock *clock) {
	t.Helper()
	require.Eventually(t, func() bool { return !overdue(store, clock.now()) }, patience, time.Millisecond)
}

// overdue reports whether events are due at a time that the store has not run.
func overdue(store *sqlstore.Store, now time.Time) bool {
	next := store.NextChange()
	return !next.IsZero() && !next.After(now)
}

// contents collects what each version stood for.
type contents map[string]string

// read returns a feed, and claims that its version never stood for anything else. The version is
// asked before and after the feed, as a server does.
func (c contents) read(t *testing.T, ctx context.Context, source syndicate.Versioner, scope syndicate.Scope) (string, error) {
	t.Helper()
	before, err := source.Version(ctx, scope)
	feed, err2 := source.Feed(ctx, scope)
	after, _ := source.Version(ctx, scope)
	if err2 != nil || before != after {
		return "", err2
	}
	require.NoError(t, err)
	text := seen(feed)
	key := fmt.Sprint(scope, " ", before)
	if known, found := c[key]; found {
		assertSame(t, known, text, "version %s", key)
	}
	c[key] = text
	return text, nil
}

// STORE-2
//
// readersDoNotWait claims that while another server holds the lock of those who write, every reader
// gets what is committed, without what has expired.
func readersDoNotWait(t *testing.T, d Database) {
	site := Site()
	site.Limit = 3
	site.Tombstones = 90 * time.Hour
	clock := at(day(10))
	store := d.Open(t, site)
	store.Clock = clock.now
	var articles []syndicate.Article
	for n := 1; n <= 9; n++ {
		articles = append(articles, numbered(n, "a"))
	}
	articles[8].Expires = day(12)
	articles[7].Expires = day(13)
	coming := numbered(11, "a", "coming")
	only := with(numbered(5, "only"), func(a *syndicate.Article) { a.URL, a.Expires = "/only/", day(12) })
	articles = append(articles, coming, only)
	require.NoError(t, store.Add(t.Context(), articles...))
	scopes := []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("a"), syndicate.WithTag("a").AtPage(1), syndicate.WithTag("only")}
	known := contents{}
	for _, scope := range scopes {
		_, err := known.read(t, t.Context(), store, scope)
		require.NoError(t, err)
	}
	require.NoError(t, store.Remove(t.Context(), "/01/"))

	ctx, end := context.WithTimeout(t.Context(), patience)
	defer end()
	titles := func(scope syndicate.Scope) []string {
		feed, err := store.Feed(ctx, scope)
		require.NoError(t, err)
		assert.False(t, feed.NextChange.IsZero() || feed.NextChange.After(clock.now()), "it may change now: %s", feed.NextChange)
		return titlesOf(feed)
	}
	unlock := d.lock(t)
	for _, moment := range []struct {
		day  int
		want []string
	}{{12, []string{"08", "07", "06"}}, {13, []string{"07", "06", "05"}}} {
		clock.unix.Store(day(moment.day).Unix())
		assert.Equal(t, moment.want, titles(syndicate.WithTag("a"))[:3])
		_, err := known.read(t, ctx, store, syndicate.WithTag("only"))
		assert.ErrorIs(t, err, syndicate.ErrNotFound)
		for _, scope := range scopes[:3] {
			text, err := known.read(t, ctx, store, scope)
			require.NoError(t, err)
			assert.NotContains(t, text, "only", "what has expired")
		}
		for _, err := range store.Scopes(ctx) {
			require.NoError(t, err)
		}
		preview, err := store.Preview(ctx, syndicate.WithTag("coming"))
		require.NoError(t, err)
		assert.Len(t, preview.Articles, 1)
		assert.False(t, store.NextChange().After(clock.now()))
	}
	// A tombstone ends too.
	clock.unix.Store(day(20).Unix())
	feed, err := store.Feed(ctx, syndicate.WithTag("a"))
	require.NoError(t, err)
	assert.Empty(t, feed.Tombstones)
	// One who writes waits, as long as its context.
	short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	assert.ErrorIs(t, store.Add(short, numbered(14)), context.DeadlineExceeded)
	unlock()

	settle(t, store, clock)
	for _, scope := range scopes[:3] {
		_, err := known.read(t, t.Context(), store, scope)
		require.NoError(t, err)
	}
	archive, err := syndicate.NewArchive(site)
	require.NoError(t, err)
	clock.unix.Store(day(10).Unix())
	archive.Clock = clock.now
	require.NoError(t, archive.Replace(articles...))
	infos(t, archive)
	require.NoError(t, archive.Remove("/01/"))
	clock.unix.Store(day(20).Unix())
	assertAlike(t, "after the lock", archive, store)
	d.assertConsistent(t)
}

// setBackWhileLocked claims that a clock that is set back hides what is still to come, even if that
// cannot be written.
func setBackWhileLocked(t *testing.T, d Database) {
	clock := at(day(10))
	store := d.Open(t, Site())
	store.Clock = clock.now
	require.NoError(t, store.Add(t.Context(), numbered(1, "a"), numbered(5, "a"), numbered(9, "a")))
	known := contents{}
	_, err := known.read(t, t.Context(), store, syndicate.WithTag("a"))
	require.NoError(t, err)
	unlock := d.lock(t)
	ctx, end := context.WithTimeout(t.Context(), patience)
	defer end()
	for _, moment := range []struct {
		day  int
		want []string
	}{{7, []string{"05", "01"}}, {3, []string{"01"}}, {8, []string{"05", "01"}}} {
		clock.unix.Store(day(moment.day).Unix())
		feed, err := store.Feed(ctx, syndicate.WithTag("a"))
		require.NoError(t, err)
		assert.Equal(t, moment.want, titlesOf(feed))
		_, err = known.read(t, ctx, store, syndicate.WithTag("a"))
		require.NoError(t, err)
	}
	unlock()
	require.Eventually(t, func() bool {
		feed, err := store.Feed(t.Context(), syndicate.WithTag("a"))
		return err == nil && feed.NextChange.Equal(day(9)) && len(feed.Articles) == 2
	}, patience, time.Millisecond)
	d.assertConsistent(t)
}

// STORE-2
//
// startsWithoutReaders claims that the first articles of a store are filed even if every reader
// goes away at once.
func startsWithoutReaders(t *testing.T, d Database) {
	store := d.Open(t, Site())
	var articles []syndicate.Article
	for n := range 3 * AtOnce {
		articles = append(articles, syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: fmt.Sprint(n), Published: day(1).Add(time.Duration(n) * time.Minute)})
	}
	require.NoError(t, store.Add(t.Context(), articles...))
	unlock := d.lock(t) // so that it cannot be done at once
	ctx, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer end()
	_, err := store.Feed(ctx, syndicate.Everything())
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	unlock()
	assert.Eventually(t, func() bool { return d.count(t, "syndicate_state WHERE live = 2") == 1 }, patience, 5*time.Millisecond)
	d.assertConsistent(t)
	assert.Equal(t, 3*AtOnce, infos(t, store)[0].Count)
}

// eventsInParts claims that many events at once are run in several transactions, each of which
// stays done, and have the same result as one by one.
func eventsInParts(t *testing.T, d Database) {
	site := Site()
	site.Limit = 7
	clock := at(day(1))
	store := d.Open(t, site)
	archive, err := syndicate.NewArchive(site)
	require.NoError(t, err)
	store.Clock, archive.Clock = clock.now, clock.now
	infos(t, store)
	infos(t, archive)
	var articles []syndicate.Article
	for n := range 5 * Events {
		a := syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: fmt.Sprint(n), Published: day(2).Add(time.Duration(n%7) * time.Hour), Tags: syndicate.Tags(fmt.Sprint("tag ", n%3))}
		if n%4 == 0 {
			a.Expires = a.Published.Add(time.Duration(n%5) * time.Hour)
		}
		articles = append(articles, a)
	}
	require.NoError(t, store.Add(t.Context(), articles...))
	require.NoError(t, archive.Add(articles...))
	change := func() (n int) {
		require.NoError(t, d.SQL.QueryRowContext(t.Context(), "SELECT change FROM syndicate_state").Scan(&n))
		return n
	}
	before := change()
	clock.unix.Store(day(3).Unix())
	settle(t, store, clock)
	assert.Greater(t, change(), before+4, "several transactions")
	assertAlike(t, "after many events", archive, store)
	// One who writes runs them in parts, too, before its own change.
	clock.unix.Store(day(1).Unix())
	settle(t, store, clock)
	infos(t, archive)
	before = change()
	clock.unix.Store(day(3).Unix())
	require.NoError(t, store.Add(t.Context(), numbered(2)))
	require.NoError(t, archive.Add(numbered(2)))
	assert.Greater(t, change(), before+4)
	assertAlike(t, "after a change among many events", archive, store)
	d.assertConsistent(t)
}
