// Command waits measures how long readers of a store wait while the articles of the store are
// replaced, in SQLite and in PostgreSQL:
//
//	go run ./benchmarks/stores/waits                    100,000 articles, some minutes
//	go run ./benchmarks/stores/waits -articles 5000     quick and rough
//	go run ./benchmarks/stores/waits -most 50ms         exits with 1 if a reader waits longer
//
// Each second during the measurement some articles appear and others expire, so that every reader
// finds events that are due. The report has one row for each of these:
//
//   - nobody writes
//   - another process replaces all articles
//   - the process of the readers replaces all articles
//   - another process holds the lock of those who write, and does nothing
//
// Beside the readers, a connection of the driver runs "SELECT 1" every 5 ms. Its waits are those of
// the processors and of the database, without a store. The other process stands in for another
// machine, so it has the lowest priority.
//
// With -replace the command is the other process.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver for the lock

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/benchmarks"
	"github.com/syndicate-go/syndicate/benchmarks/stores/internal/pgserver"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/postgres"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

// options are the flags.
type options struct {
	articles, readers, port int
	calm, most              time.Duration
	stores                  string
}

func main() {
	var o options
	flag.IntVar(&o.articles, "articles", 100_000, "how many articles")
	flag.IntVar(&o.readers, "readers", 2, "how many readers")
	flag.IntVar(&o.port, "port", 27021, "port of the PostgreSQL server")
	flag.DurationVar(&o.calm, "calm", 5*time.Second, "how long is measured while nobody writes, and while a lock is held")
	flag.DurationVar(&o.most, "most", 0, "the longest wait that is no failure; 0 is any")
	flag.StringVar(&o.stores, "stores", "sqlite,postgres", "which stores")
	replace := flag.String("replace", "", "replace the articles of this `database`, and end")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if *replace != "" {
		err = replaceIn(ctx, *replace, o)
	} else {
		err = run(ctx, o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes the results, as Markdown.
func run(ctx context.Context, o options, out io.Writer) error {
	fmt.Fprintf(out, "%d articles, %d readers, each with a feed and its version every 5 ms.\n\n", o.articles, o.readers)
	fmt.Fprintf(out, "| | meanwhile | takes | feeds | p50 | p99 | longest | SELECT 1: p99 | longest |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	var errs error
	for name := range strings.SplitSeq(o.stores, ",") {
		errs = errors.Join(errs, one(ctx, o, name, out))
	}
	return errs
}

// one measures one store.
func one(ctx context.Context, o options, name string, out io.Writer) (err error) {
	var address string
	switch name {
	case "sqlite":
		dir, err := os.MkdirTemp("", "waits")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		address = filepath.Join(dir, "feeds.db")
	case "postgres":
		server, err := pgserver.Start(o.port)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		address = server.DSN()
	default:
		return fmt.Errorf("no store %q: sqlite, postgres", name)
	}
	store, err := open(ctx, address)
	if err != nil {
		return err
	}
	defer store.Close()
	bare, err := connect(address)
	if err != nil {
		return err
	}
	defer bare.Close()
	for some := range slices.Chunk(articles(o, "first", time.Now()), 20_000) {
		if err := store.Add(ctx, some...); err != nil {
			return err
		}
	}
	if _, err := store.Feed(ctx, syndicate.Everything()); err != nil { // files them
		return err
	}
	for _, m := range []struct {
		meanwhile string
		do        func() error
	}{
		{"nobody writes", func() error { return sleep(ctx, o.calm) }},
		{"another process replaces all", func() error { return elsewhere(ctx, address, o) }},
		{"the same process replaces all", func() error {
			return store.Replace(ctx, articles(o, "third", time.Now())...)
		}},
		{"another process holds the lock", func() error { return hold(ctx, address, o.calm) }},
	} {
		// Some events are due in each second from here on.
		if err := store.Update(ctx, timed("now", time.Now())...); err != nil {
			return err
		}
		w, control, took, err := measure(ctx, store, bare, o.readers, m.do)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", name, m.meanwhile, err)
		}
		longest := at(w, 100)
		fmt.Fprintf(out, "| %s | %s | %v | %d | %v | %v | %v | %v | %v |\n", name, m.meanwhile, took.Round(10*time.Millisecond), len(w),
			at(w, 50), at(w, 99), longest, at(control, 99), at(control, 100))
		if o.most > 0 && longest > o.most {
			err = fmt.Errorf("%s, while %s: a reader waited %v", name, m.meanwhile, longest)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// open opens the store at an address: that of a server or the name of a file.
func open(ctx context.Context, address string) (*sqlstore.Store, error) {
	if strings.Contains(address, "://") {
		return postgres.Open(ctx, address, benchmarks.Site(20))
	}
	return sqlite.Open(ctx, address, benchmarks.Site(20))
}

// articles returns a version of all articles.
func articles(o options, version string, now time.Time) []syndicate.Article {
	all := slices.Collect(benchmarks.Short(benchmarks.Workload{Articles: o.articles, Categories: 12, Below: 5, Tags: 2000, Authors: 60}))
	for i := range all {
		all[i].Title += ", " + version
	}
	return append(all, timed(version, now)...)
}

// timed returns articles of which one appears and another one expires in each of the next seconds.
func timed(version string, now time.Time) (all []syndicate.Article) {
	for n := range 300 {
		a := syndicate.Article{
			URL: fmt.Sprintf("/timed/%d/", n), Title: version, Published: now.Add(time.Duration(n) * time.Second), Tags: syndicate.Tags("timed"),
		}
		if n%2 == 0 {
			a.Published, a.Expires = now.Add(-time.Hour), a.Published
		}
		all = append(all, a)
	}
	return all
}

// at returns the wait that so many per cent of sorted waits do not exceed.
func at(waits []time.Duration, percent int) time.Duration {
	return waits[min(len(waits)-1, len(waits)*percent/100)].Round(10 * time.Microsecond)
}

// every calls do every 5 ms until done is closed or do fails. It returns how long each call took.
func every(done <-chan struct{}, do func() error) (waits []time.Duration, err error) {
	ticks := time.NewTicker(5 * time.Millisecond)
	defer ticks.Stop()
	for {
		start := time.Now()
		if err := do(); err != nil {
			return waits, err
		}
		waits = append(waits, time.Since(start))
		select {
		case <-done:
			return waits, nil
		case <-ticks.C:
		}
	}
}

// measure lets readers read while it calls do. It returns how long each feed and version took, and
// each "SELECT 1", both sorted.
func measure(ctx context.Context, store *sqlstore.Store, bare *sql.DB, readers int, do func() error) (
	waits, control []time.Duration, took time.Duration, err error,
) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	scopes := []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("timed")}
	for info, err := range store.Scopes(ctx) {
		if err != nil {
			return nil, nil, 0, err
		}
		if scopes = append(scopes, info.Scope); len(scopes) == 20 {
			break
		}
	}
	var mu sync.Mutex
	var reading sync.WaitGroup
	done := make(chan struct{})
	for r := range readers {
		reading.Go(func() {
			n := r
			some, err := every(done, func() error {
				scope := scopes[n%len(scopes)]
				n++
				_, err := store.Version(ctx, scope)
				if err == nil {
					_, err = store.Feed(ctx, scope)
				}
				if absent := (*syndicate.ScopeError)(nil); errors.As(err, &absent) {
					return nil
				}
				return err
			})
			if err != nil {
				end(err)
			}
			mu.Lock()
			defer mu.Unlock()
			waits = append(waits, some...)
		})
	}
	reading.Go(func() {
		var err error
		control, err = every(done, func() error {
			var one int
			return bare.QueryRowContext(ctx, "SELECT 1").Scan(&one)
		})
		if err != nil {
			end(err)
		}
	})
	start := time.Now()
	err = do()
	took = time.Since(start)
	close(done)
	reading.Wait()
	slices.Sort(waits)
	slices.Sort(control)
	return waits, control, took, errors.Join(err, context.Cause(ctx))
}

// elsewhere replaces all articles in another process, at the lowest priority if the system has
// nice.
func elsewhere(ctx context.Context, address string, o options) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{program, "-replace", address, "-articles", fmt.Sprint(o.articles)}
	if nice, err := exec.LookPath("nice"); err == nil {
		args = append([]string{nice, "-n", "19"}, args...)
	}
	child := exec.CommandContext(ctx, args[0], args[1:]...)
	child.Stderr = os.Stderr
	return child.Run()
}

// replaceIn replaces all articles of a database.
func replaceIn(ctx context.Context, address string, o options) error {
	store, err := open(ctx, address)
	if err != nil {
		return err
	}
	defer store.Close()
	return store.Replace(ctx, articles(o, "second", time.Now())...)
}

// connect opens the database at an address with its driver, without a store.
func connect(address string) (*sql.DB, error) {
	if strings.Contains(address, "://") {
		return sql.Open("pgx", address)
	}
	return sql.Open("sqlite", sqlite.DSN(address))
}

// hold holds the lock of those who write.
func hold(ctx context.Context, address string, long time.Duration) error {
	db, err := connect(address)
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "UPDATE syndicate_state SET live = live WHERE one = 1"); err != nil {
		return err
	}
	return sleep(ctx, long)
}

// sleep waits.
func sleep(ctx context.Context, long time.Duration) error {
	select {
	case <-time.After(long):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
