package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/benchmarks"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// results are those of one store.
type results struct {
	name, setting string
	filled        filled
	kinds         []kind
	plans         []plan
	list, pages   walk
}

// kind is what the newest 20 of one kind of scopes take.
type kind struct {
	name      string
	feeds     int
	p50, p99  time.Duration // of Feed, nothing of it in the store's memory
	bare      time.Duration // p50 of the driver's
	ratio     float64       // median of Feed over the driver, for the same scope
	cpu       time.Duration // of this process for a feed, on average: what else the machine does matters less to it
	bareCPU   time.Duration // the same of the driver
	questions []question
}

// measure fills a store, unless it is filled already, and measures it.
func measure(ctx context.Context, b *backend, h home, w benchmarks.Workload, samples int) (*results, error) {
	r := &results{name: b.name, setting: b.setting}
	store, err := b.open(ctx)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	db := sql.OpenDB(b.connector)
	defer db.Close()
	took, already, err := h.filled()
	if err != nil {
		return nil, err
	}
	if !already {
		if took, err = fill(ctx, store, w, progress(b.name+": articles")); err != nil {
			return nil, err
		}
		if _, err := db.ExecContext(ctx, b.tidy); err != nil {
			return nil, err
		}
		if err := h.keep(took); err != nil {
			return nil, err
		}
	}
	r.filled = took
	scopes, err := chosen(ctx, store, samples)
	if err != nil {
		return nil, err
	}
	for _, s := range scopes {
		k, err := b.time(ctx, s)
		if err != nil {
			return nil, err
		}
		r.kinds = append(r.kinds, k)
	}
	if r.plans, err = b.explained(ctx, db, r.kinds); err != nil {
		return nil, err
	}
	store.Close() // with what it knows, which is not to be counted below
	if r.list, err = listAll(ctx, b); err != nil {
		return nil, err
	}
	r.pages, err = pageAll(ctx, b, w.Articles)
	return r, err
}

// some are scopes of one kind.
type some struct {
	name   string
	scopes []syndicate.Scope
}

// chosen returns the scopes that are timed.
func chosen(ctx context.Context, store *sqlstore.Store, samples int) ([]some, error) {
	byKind := map[syndicate.Kind][]syndicate.Scope{}
	var parent, popular syndicate.ScopeInfo
	for info, err := range store.Scopes(ctx) {
		if err != nil {
			return nil, err
		}
		kind := info.Scope.Kind()
		byKind[kind] = append(byKind[kind], info.Scope)
		if kind == syndicate.KindCategory {
			if info.Count > parent.Count { // it has what those below it have
				parent, popular = info, parent
			} else if info.Count > popular.Count {
				popular = info
			}
		}
	}
	r := rand.New(rand.NewPCG(2, 2))
	tags, authors := byKind[syndicate.KindTag], byKind[syndicate.KindAuthor]
	r.Shuffle(len(tags), func(i, j int) { tags[i], tags[j] = tags[j], tags[i] })
	return []some{
		{"the site", slices.Repeat([]syndicate.Scope{syndicate.Everything()}, samples/5)},
		{fmt.Sprintf("a category with %d articles", popular.Count), slices.Repeat([]syndicate.Scope{popular.Scope}, samples/5)},
		{fmt.Sprintf("a category with %d articles in it and below", parent.Count), slices.Repeat([]syndicate.Scope{parent.Scope}, samples/5)},
		{"random tags", tags[:min(samples, len(tags))]},
		{"authors", slices.Repeat(authors, samples/5/len(authors)+1)[:samples/5]},
	}, nil
}

// time times the feeds of some scopes. Each is asked of a store that was opened for it, has
// answered for a few tags, so that its statements are prepared, and has nothing of the feed in
// memory.
func (b *backend) time(ctx context.Context, s some) (k kind, err error) {
	k = kind{name: s.name, feeds: len(s.scopes)}
	record := &recorder{Connector: b.connector}
	recorded, plain := sql.OpenDB(record), sql.OpenDB(b.connector)
	defer recorded.Close()
	defer plain.Close()
	// One connection each, on which everything is prepared; the database's own memory is the same
	// for all.
	plain.SetMaxOpenConns(1) // the other one is limited when the store is open, which needs several
	driver := &bare{plain, map[string]*sql.Stmt{}}
	say := progress(b.name + ": " + s.name)
	var times, bares []time.Duration
	var ratios []float64
	for i, scope := range s.scopes {
		say(i)
		listener, err := b.warm(ctx, recorded)
		if err != nil {
			return k, err
		}
		record.asked = nil
		feed, err := listener.Feed(ctx, scope)
		if err != nil {
			return k, err
		}
		k.questions = record.asked
		store, err := b.warm(ctx, plain)
		if err != nil {
			return k, err
		}
		if _, err := driver.ask(ctx, k.questions); err != nil { // prepares
			return k, err
		}
		var ours, theirs time.Duration
		ask := func() error {
			start, used := time.Now(), cpu()
			got, err := store.Feed(ctx, scope)
			ours, k.cpu = time.Since(start), k.cpu+cpu()-used
			if err == nil && len(got.Articles) != len(feed.Articles) {
				err = fmt.Errorf("%v: %d articles, and %d before", scope, len(got.Articles), len(feed.Articles))
			}
			return err
		}
		askDriver := func() error {
			start, used := time.Now(), cpu()
			_, err := driver.ask(ctx, k.questions)
			theirs, k.bareCPU = time.Since(start), k.bareCPU+cpu()-used
			return err
		}
		order := []func() error{ask, askDriver}
		if i%2 == 1 { // so that each is second half of the time
			slices.Reverse(order)
		}
		for _, f := range order {
			if err := f(); err != nil {
				return k, err
			}
		}
		times, bares = append(times, ours), append(bares, theirs)
		ratios = append(ratios, float64(ours)/float64(theirs))
	}
	slices.Sort(times)
	slices.Sort(bares)
	slices.Sort(ratios)
	k.p50, k.p99, k.bare, k.ratio = times[len(times)/2], times[len(times)*99/100], bares[len(bares)/2], ratios[len(ratios)/2]
	k.cpu /= time.Duration(len(times))
	k.bareCPU /= time.Duration(len(times))
	return k, nil
}

// cpu returns the processor time that this process has used.
func cpu() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// warming is how many tags a store answers for first: so many that its statements, of which there
// is one for each power of two of terms to be read, are prepared, as the driver's are. It knows
// some 2,800 terms then; with 1,800 every feed that is timed would meet the moment at which Go
// splits the tables of a map, of which there are a few in the life of a store.
const warming = 24

// warm returns a store with nothing in memory but a few terms and its statements. It is not to be
// closed: that would close db.
func (b *backend) warm(ctx context.Context, db *sql.DB) (*sqlstore.Store, error) {
	db.SetMaxOpenConns(0) // an earlier call has limited them
	store, err := sqlstore.Open(ctx, sqlstore.Database{DB: db, Dialect: b.dialect}, benchmarks.Site(20))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	n := 0
	for info, err := range store.Scopes(ctx) { // the site, all categories, then tags
		if err != nil {
			return nil, err
		}
		if info.Scope.Kind() != syndicate.KindTag {
			continue
		}
		if _, err := store.Feed(ctx, info.Scope); err != nil {
			return nil, err
		}
		if n++; n == warming {
			break
		}
	}
	return store, nil
}
