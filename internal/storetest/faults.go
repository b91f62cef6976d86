package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// Fault is a store whose database fails, and an archive that got the operations that the store has
// acknowledged. The operations are numbered and always the same, so that another process can go on
// with them.
type Fault struct {
	Store   *sqlstore.Store // writes
	Other   *sqlstore.Store // another server, which reads
	d       Database
	archive *syndicate.Archive
	n       int  // the next operation
	doubt   bool // the operation n failed, so that it may have been done or not
}

// faultTime is the time of the stores and the archive.
func faultTime() time.Time { return day(28) }

// NewFault opens the stores in an empty database.
func NewFault(t *testing.T, d Database) *Fault {
	t.Helper()
	f := &Fault{Store: d.Open(t, Site()), Other: d.Open(t, Site()), d: d}
	f.Store.Clock, f.Other.Clock = faultTime, faultTime
	f.archive = newArchive(t)
	infos(t, f.Store) // articles that are added later are not the first ones
	return f
}

// newArchive returns an archive that has been read.
func newArchive(t *testing.T) *syndicate.Archive {
	archive, err := syndicate.NewArchive(Site())
	require.NoError(t, err)
	archive.Clock = faultTime
	infos(t, archive)
	return archive
}

// faultArticles returns the articles of one of the two series of a round of four operations.
func faultArticles(round int, series string) (articles []syndicate.Article) {
	for i := range 6 {
		articles = append(articles, syndicate.Article{
			URL: fmt.Sprintf("/%s/%d/%d/", series, round, i), Title: fmt.Sprintf("%s %d %d", series, round, i),
			Content: "<p>Body</p>", Published: day(1).Add(time.Duration(10*round+i) * time.Minute),
			Tags:       syndicate.Tags("all", fmt.Sprint("tag ", round%3)),
			Categories: syndicate.Categories(fmt.Sprint("World/Part ", i%2)),
			Authors:    []syndicate.Author{{Name: "Author " + series}},
		})
	}
	return articles
}

// operation does the operation n.
func operation(c changer, n int) error {
	switch round := n / 4; n % 4 {
	case 0:
		return c.Add(faultArticles(round, "a")...)
	case 1:
		return c.Add(faultArticles(round, "b")...)
	case 2:
		articles := faultArticles(round, "a")
		for i := range articles {
			articles[i].Title += " changed"
			articles[i].Tags = syndicate.Tags("all", "moved")
		}
		return c.Update(articles...)
	default:
		return c.Remove(fmt.Sprintf("/b/%d/0/", round), fmt.Sprintf("/b/%d/3/", round))
	}
}

// applied reports whether the store has the operation n.
func applied(ctx context.Context, store *sqlstore.Store, n int) (bool, error) {
	// The second of the series b is not removed later.
	name := fmt.Sprintf([]string{"/a/%d/0/", "/b/%d/1/", "/a/%d/0/", "/b/%d/0/"}[n%4], n/4)
	entry, err := store.Article(ctx, name)
	found := err == nil
	if err != nil && !errors.Is(err, syndicate.ErrNotFound) {
		return false, err
	}
	switch n % 4 {
	case 2:
		return found && entry.Article.Title == fmt.Sprintf("a %d 0 changed", n/4), nil
	case 3:
		return !found, nil
	}
	return found, nil
}

// acknowledged gives the archive the operation that the store has done.
func (f *Fault) acknowledged(t *testing.T) {
	t.Helper()
	require.NoError(t, operation(f.archive, f.n))
	f.n, f.doubt = f.n+1, false
}

// settle finds out what has become of the operation that failed.
func (f *Fault) settle(t *testing.T, ctx context.Context) error {
	t.Helper()
	if !f.doubt {
		return nil
	}
	done, err := applied(ctx, f.Store, f.n)
	if err == nil && done {
		f.acknowledged(t)
	}
	f.doubt = f.doubt && err != nil
	return err
}

// Write does the next operation.
func (f *Fault) Write(t *testing.T, ctx context.Context) error {
	t.Helper()
	if err := f.settle(t, ctx); err != nil {
		return err
	}
	err := operation(unbound{f.Store, ctx}, f.n)
	if err == nil {
		f.acknowledged(t)
	}
	f.doubt = err != nil
	return err
}

// Refused claims that writing fails with an error that names the database and has the text, and
// that nothing of the operation is stored if the store can be read.
func (f *Fault) Refused(t *testing.T, ctx context.Context, text string) {
	t.Helper()
	f.refused(t, ctx, text, 1)
}

// RefusedSoon claims the same of one of the next writes: a full disk has pages with space left.
func (f *Fault) RefusedSoon(t *testing.T, ctx context.Context, text string) {
	t.Helper()
	f.refused(t, ctx, text, 2000)
}

func (f *Fault) refused(t *testing.T, ctx context.Context, text string, tries int) {
	t.Helper()
	var n int
	var err error
	for ; err == nil && tries > 0; tries-- {
		n = f.n
		err = f.Write(t, ctx)
	}
	require.Error(t, err)
	assert.Regexp(t, text, err.Error())
	assert.Contains(t, err.Error(), f.d.Name)
	assert.NotContains(t, err.Error(), "\n")
	if f.settle(t, ctx) == nil {
		assert.Equal(t, n, f.n, "an operation that failed was done")
	}
}

// Read reads all feeds of the archive from both stores, and one of a new store. It claims that each
// is that of the archive, or fails with an error that is not one of a scope. It returns how many
// did not fail, and the last error.
func (f *Fault) Read(t *testing.T, ctx context.Context) (feeds int, failed error) {
	t.Helper()
	if err := f.settle(t, ctx); err != nil {
		return 0, err
	}
	for _, info := range infos(t, f.archive) {
		for page := range info.Pages + 1 {
			scope := info.Scope.AtPage(page)
			want, err := f.archive.Feed(t.Context(), scope)
			require.NoError(t, err)
			for _, store := range []*sqlstore.Store{f.Store, f.Other} {
				got, err := store.Feed(ctx, scope)
				if err != nil {
					var absent *syndicate.ScopeError
					assert.False(t, errors.As(err, &absent), "%s: %v", scope, err)
					failed = err
					continue
				}
				feeds++
				assertSame(t, seen(want), seen(got), "%s", scope)
			}
		}
	}
	return feeds, failed
}

// Rewind is for a database that was replaced by a backup: it returns how many operations the
// database has, and goes on from there.
func (f *Fault) Rewind(t *testing.T) (operations int) {
	t.Helper()
	f.n, f.doubt = 0, false
	f.archive = newArchive(t)
	for {
		var done bool
		insist(t, func() (err error) { done, err = applied(t.Context(), f.Store, f.n); return err })
		if !done {
			return f.n
		}
		f.acknowledged(t)
	}
}

// Operations returns how many operations were acknowledged.
func (f *Fault) Operations() int { return f.n }

// During writes while it calls a function, and claims that nothing fails.
func (f *Fault) During(t *testing.T, do func()) {
	t.Helper()
	require.NoError(t, f.Write(t, t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	for running := true; running; {
		require.NoError(t, f.Write(t, t.Context()))
		select {
		case <-done:
			running = false
		default:
		}
	}
}

// ReadDuring reads feeds while it calls a function, and claims that nothing fails.
func (f *Fault) ReadDuring(t *testing.T, do func()) {
	t.Helper()
	done := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				_, err := f.Other.Feed(t.Context(), syndicate.WithTag("all"))
				assert.NoError(t, err)
			}
		}
	})
	do()
	close(done)
	all.Wait()
}

// Recovered claims that the same stores, and a new one, work again, and have every operation that
// was acknowledged.
func (f *Fault) Recovered(t *testing.T) {
	t.Helper()
	for range 4 {
		insist(t, func() error { return f.Write(t, t.Context()) })
	}
	f.Same(t)
}

// Same claims that the stores have the feeds of a new archive.
func (f *Fault) Same(t *testing.T) {
	t.Helper()
	archive := newArchive(t)
	for n := range f.n {
		require.NoError(t, operation(archive, n))
	}
	fresh := f.d.Open(t, Site())
	fresh.Clock = faultTime
	for name, store := range map[string]*sqlstore.Store{"the writer": f.Store, "the reader": f.Other, "a new one": fresh} {
		insist(t, func() error { _, err := store.Feed(t.Context(), syndicate.Everything()); return err })
		assertAlike(t, name, archive, store)
	}
	f.d.assertConsistent(t)
}

// Variables that make a test binary a server that does operations from a number on.
const (
	serverOf   = "SYNDICATE_TEST_SERVER"
	serverFrom = "SYNDICATE_TEST_SERVER_FROM"
)

// serve is that server: it reads feeds all the time, does one operation after the other, and prints
// the number of each that was acknowledged.
func serve(store *sqlstore.Store) error {
	store.Clock = faultTime
	n, err := strconv.Atoi(os.Getenv(serverFrom))
	if err != nil {
		return err
	}
	ctx := context.Background()
	go func() {
		for {
			for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("all")} {
				store.Feed(ctx, scope)
				store.Version(ctx, scope)
			}
		}
	}()
	for ; ; n++ {
		if err := operation(unbound{store, ctx}, n); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// killedRounds is how often a test kills something: usually, or as SYNDICATE_KILLS says.
func killedRounds(t *testing.T, usually int) int {
	t.Helper()
	if kills := os.Getenv("SYNDICATE_KILLS"); kills != "" {
		n, err := strconv.Atoi(kills)
		require.NoError(t, err)
		return n
	}
	if testing.Short() {
		return 5
	}
	return usually
}

// STORE-1
//
// KilledServers kills a server with SIGKILL again and again while it serves and writes, and claims
// that the feeds are those of an archive that got the acknowledged operations.
func KilledServers(t *testing.T, d Database, address string) {
	f := NewFault(t, d)
	r := rand.New(rand.NewPCG(1, 2))
	unacknowledged := 0
	for round := range killedRounds(t, 50) {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), serverOf+"="+address, serverFrom+"="+strconv.Itoa(f.n))
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		scanner := bufio.NewScanner(out)
		for range 1 + round%4 {
			require.True(t, scanner.Scan(), "the server ended by itself")
			require.Equal(t, strconv.Itoa(f.n), scanner.Text())
			f.acknowledged(t)
		}
		// Any moment will do, so there is nothing to wait for.
		time.Sleep(time.Duration(r.IntN(4000)) * time.Microsecond)
		require.NoError(t, child.Process.Kill())
		for scanner.Scan() {
			require.Equal(t, strconv.Itoa(f.n), scanner.Text())
			f.acknowledged(t)
		}
		child.Wait()
		before := f.n
		f.doubt = true
		require.NoError(t, f.settle(t, t.Context()))
		unacknowledged += f.n - before
		_, err = f.Other.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err, "others go on")
		if round%10 == 9 {
			_, err := f.Read(t, t.Context())
			require.NoError(t, err)
		}
	}
	t.Logf("%d operations, %d of them stored before the acknowledgement could be read", f.n, unacknowledged)
	f.Recovered(t)
}

// STORE-1
//
// KilledDatabase calls crash, which kills the processes of a database, while a server writes, and
// claims the same as KilledServers.
func KilledDatabase(t *testing.T, d Database, crash func(t *testing.T)) {
	f := NewFault(t, d)
	failures := 0
	for round := range killedRounds(t, 10) {
		insist(t, func() error { return f.Write(t, t.Context()) })
		crashed := make(chan struct{})
		go func() {
			defer close(crashed)
			crash(t)
		}()
		for running := true; running; {
			select {
			case <-crashed:
				running = false
			default:
				if f.Write(t, t.Context()) != nil {
					failures++
				}
			}
		}
		insist(t, func() error { return f.settle(t, t.Context()) })
		if round%10 == 9 {
			insist(t, func() error { _, err := f.Read(t, t.Context()); return err })
		}
	}
	t.Logf("%d operations, %d failed", f.n, failures)
	f.Recovered(t)
}

// STORE-2
//
// FastClock claims that a server whose clock is an hour fast shows an article an hour early, that
// the others never do, and that all of them agree when the clock is right again.
func FastClock(t *testing.T, d Database) {
	now := at(day(10))
	fast, right := at(day(10).Add(time.Hour)), now
	one, two := d.Open(t, Site()), d.Open(t, Site())
	one.Clock, two.Clock = fast.now, right.now
	kept, coming, leaving := numbered(1, "a"), numbered(2, "a"), numbered(3, "a")
	coming.Published = day(10).Add(30 * time.Minute)
	leaving.Expires = day(10).Add(30 * time.Minute)
	require.NoError(t, two.Add(t.Context(), kept, coming, leaving))
	for range 3 {
		feed, err := two.Feed(t.Context(), syndicate.WithTag("a"))
		require.NoError(t, err)
		assert.Equal(t, []string{"03", "01"}, titlesOf(feed))
		feed, err = one.Feed(t.Context(), syndicate.WithTag("a"))
		require.NoError(t, err)
		assert.Equal(t, []string{"02", "01"}, titlesOf(feed))
	}
	fast.unix.Store(day(10).Unix())
	archive, err := syndicate.NewArchive(Site(), kept, coming, leaving)
	require.NoError(t, err)
	archive.Clock = right.now
	for _, store := range []*sqlstore.Store{one, two} {
		settle(t, store, right)
		feed, err := store.Feed(t.Context(), syndicate.WithTag("a"))
		require.NoError(t, err)
		assert.Equal(t, []string{"03", "01"}, titlesOf(feed))
	}
	d.assertConsistent(t)
	// All clocks reach the hour.
	fast.unix.Add(2 * 3600)
	right.unix.Store(fast.unix.Load())
	for _, store := range []*sqlstore.Store{one, two} {
		settle(t, store, right)
		want, err := archive.Feed(t.Context(), syndicate.WithTag("a"))
		require.NoError(t, err)
		got, err := store.Feed(t.Context(), syndicate.WithTag("a"))
		require.NoError(t, err)
		assert.Equal(t, titlesOf(want), titlesOf(got))
	}
	d.assertConsistent(t)
}
