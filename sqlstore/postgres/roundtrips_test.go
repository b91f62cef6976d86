package postgres_test

import (
	"fmt"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/internal/limits"
)

// network is a proxy in front of a server that delays what passes in either direction and counts
// how often a client waits for an answer.
type network struct {
	address string       // of the server, as seen through the proxy
	delay   atomic.Int64 // nanoseconds, for each direction
	trips   atomic.Int64 // round trips so far
}

// through returns the network to the server of a dsn, and the dsn of the server behind it.
func through(t *testing.T, dsn string) (*network, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	n := &network{address: u.Host}
	var serving sync.WaitGroup
	t.Cleanup(func() {
		listener.Close()
		serving.Wait()
	})
	serving.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { n.serve(client) })
		}
	})
	u.Host = listener.Addr().String()
	return n, u.String()
}

// serve connects a client to the server until either of them ends.
func (n *network) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", n.address)
	if err != nil {
		return
	}
	defer server.Close()
	var asking atomic.Bool // the client has sent something since the server last did
	var both sync.WaitGroup
	pass := func(from, to net.Conn, asks bool) {
		defer from.Close()
		defer to.Close()
		buf := make([]byte, 1<<20)
		for {
			size, err := from.Read(buf)
			if asking.Swap(asks) != asks && asks {
				n.trips.Add(1)
			}
			if delay := time.Duration(n.delay.Load()); delay > 0 && size > 0 {
				time.Sleep(delay) // this is the network
			}
			if _, failed := to.Write(buf[:size]); failed != nil || err != nil {
				return
			}
		}
	}
	both.Go(func() { pass(client, server, true) })
	both.Go(func() { pass(server, client, false) })
	both.Wait()
}

// during returns the round trips and the time that f takes.
func (n *network) during(f func()) (trips int64, d time.Duration) {
	before, began := n.trips.Load(), time.Now()
	f()
	return n.trips.Load() - before, time.Since(began)
}

// calls are calls of a store that concern n articles each, in this order.
var calls = []struct {
	name string
	do   func(t *testing.T, store *sqlstore.Store, clock *atomic.Int64, n int) error
}{
	{"Add", func(t *testing.T, store *sqlstore.Store, _ *atomic.Int64, n int) error {
		return store.Add(t.Context(), versions(n, 0)...)
	}},
	{"the first Feed", func(t *testing.T, store *sqlstore.Store, _ *atomic.Int64, _ int) error {
		_, err := store.Feed(t.Context(), syndicate.Everything())
		return err
	}},
	{"Update", func(t *testing.T, store *sqlstore.Store, _ *atomic.Int64, n int) error {
		return store.Update(t.Context(), versions(n, 1)...)
	}},
	{"Feed when all expire", func(t *testing.T, store *sqlstore.Store, clock *atomic.Int64, _ int) error {
		clock.Add(int64(2000 * 24 * 3600)) // see versions
		_, err := store.Feed(t.Context(), syndicate.Everything())
		return err
	}},
	{"Replace", func(t *testing.T, store *sqlstore.Store, _ *atomic.Int64, n int) error {
		return store.Replace(t.Context(), versions(n, 2)...)
	}},
	{"Remove", func(t *testing.T, store *sqlstore.Store, _ *atomic.Int64, n int) error {
		ids := make([]string, n)
		for i := range ids {
			ids[i] = fmt.Sprintf("/%d/", i)
		}
		return store.Remove(t.Context(), ids...)
	}},
	{"Feed when the tombstones end", func(t *testing.T, store *sqlstore.Store, clock *atomic.Int64, _ int) error {
		clock.Add(2 * 3600)
		_, err := store.Feed(t.Context(), syndicate.Everything())
		return err
	}},
}

// versions returns n articles under n tags. Those of an odd version expire in the future.
func versions(n, version int) []syndicate.Article {
	articles := make([]syndicate.Article, n)
	for i := range articles {
		published := time.Date(2024, time.January, 1, 0, i, 0, 0, time.UTC)
		articles[i] = syndicate.Article{
			URL: fmt.Sprintf("/%d/", i), Title: fmt.Sprint("Version ", version), Content: "<p>Body</p>", Published: published,
			Tags:    syndicate.Tags(fmt.Sprint("tag ", i), fmt.Sprint("tag ", i/3), "common"),
			Authors: []syndicate.Author{{Name: fmt.Sprint("Author ", i%40)}}, Categories: syndicate.Categories("World/Europe"),
		}
		if version == 1 {
			articles[i].Expires = published.AddDate(1, 0, 0)
		}
	}
	return articles
}

// run makes the calls in a new store behind a network, and reports what each took.
func run(t *testing.T, n int, delay time.Duration, report func(call string, trips int64, d time.Duration)) {
	t.Helper()
	// The limits of the package: other tests reduce them. A reader waits for all events, so that
	// each call is measured with what it causes.
	atOnce, events, short := limits.AtOnce, limits.Events, limits.Short
	defer func() { limits.AtOnce, limits.Events, limits.Short = atOnce, events, short }()
	limits.AtOnce, limits.Events, limits.Short = 20_000, 1000, 1000
	network, address := through(t, dsn(t))
	site := storetest.Site()
	site.Tombstones = time.Hour
	site.Limit = 3
	store := open(t, address, site)
	var clock atomic.Int64
	clock.Store(time.Date(2024, time.June, 1, 0, 0, 0, 0, time.UTC).Unix())
	store.Clock = func() time.Time { return time.Unix(clock.Load(), 0) }
	network.delay.Store(int64(delay))
	for _, call := range calls {
		trips, d := network.during(func() { require.NoError(t, call.do(t, store, &clock, n), call.name) })
		report(call.name, trips, d)
	}
}

// STORE-2: what is done while the lock is held takes as many messages for a hundred articles as for
// nine hundred.
func TestRoundTripsDoNotGrowWithArticles(t *testing.T) {
	few := map[string]int64{}
	run(t, 100, 0, func(call string, trips int64, _ time.Duration) { few[call] = trips })
	run(t, 900, 0, func(call string, trips int64, _ time.Duration) {
		t.Logf("%s: %d round trips for 100 articles, %d for 900", call, few[call], trips)
		assert.LessOrEqual(t, trips, few[call]+20, call)
		assert.LessOrEqual(t, trips, int64(80), call)
	})
}

// The figures of the documentation: what calls take over a network of 2 and 20 ms.
func TestWritesOverANetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("reports times and claims nothing")
	}
	for _, delay := range []time.Duration{2 * time.Millisecond, 20 * time.Millisecond} {
		run(t, 500, delay/2, func(call string, trips int64, d time.Duration) {
			t.Logf("%s of 500 articles over a network of %s: %d round trips, %s", call, delay, trips, d.Round(time.Millisecond))
		})
	}
}
