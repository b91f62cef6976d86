// A brake for clients that download the same feed again and again.
package feedhttp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/feedhttp"
)

// from sends a request from an address.
func from(h http.Handler, address, method, target string, headers ...string) answer {
	request := httptest.NewRequest(method, target, nil)
	request.RemoteAddr = address
	return answered(h, request, headers...)
}

func TestAClientThatDownloadsTooOftenHasToWait(t *testing.T) {
	clock := clockAt(day(20))
	var statuses []int
	h := &feedhttp.Handler{
		Source: openArchive(t, exampleSite, clock, numbered(1)), Clock: clock.now, Pages: pages,
		Brake:   &feedhttp.Brake{Requests: 3, Per: time.Hour},
		Observe: func(_ context.Context, e feedhttp.Event) { statuses = append(statuses, e.Status) },
	}
	const rude, other = "192.0.2.1:1000", "192.0.2.2:1000"
	var tag, modified string
	for range 3 {
		got := from(h, rude, "GET", "/news/rss.xml")
		require.Equal(t, 200, got.status)
		tag, modified = got.header.Get("Etag"), got.header.Get("Last-Modified")
	}
	for _, path := range []string{"/news/rss.xml", "/news/atom.xml", "/news/feeds.opml"} {
		got := from(h, "192.0.2.1:2000", "GET", path, "Range: bytes=0-1")
		assert.Equal(t, 429, got.status, path)
		assert.Equal(t, "1200", got.header.Get("Retry-After"), "a third of an hour")
		assert.Equal(t, "no-store", got.header.Get("Cache-Control"))
		assert.Empty(t, got.header.Get("Etag"))
		assert.Equal(t, "Too Many Requests\n", got.body)
	}
	assert.Equal(t, 429, statuses[len(statuses)-1])
	// Whoever has the feed is not refused, nor is another client.
	assert.Equal(t, 304, from(h, rude, "GET", "/news/rss.xml", "If-None-Match: "+tag).status)
	assert.Equal(t, 304, from(h, rude, "GET", "/news/rss.xml", `If-None-Match: "x", `+tag).status)
	assert.Equal(t, 304, from(h, rude, "GET", "/news/rss.xml", "If-Modified-Since: "+modified).status)
	assert.Equal(t, 429, from(h, rude, "GET", "/news/rss.xml", "If-Modified-Since: Mon, 01 Jan 2001 00:00:00 GMT").status)
	assert.Equal(t, 429, from(h, rude, "GET", "/news/rss.xml", `If-None-Match: "x"`).status)
	assert.Equal(t, 200, from(h, rude, "HEAD", "/news/rss.xml").status)
	assert.Equal(t, 404, from(h, rude, "GET", "/news/tag/none/rss.xml").status)
	assert.Equal(t, 200, from(h, other, "GET", "/news/rss.xml").status)
	clock.forward(20*time.Minute - time.Second)
	assert.Equal(t, 429, from(h, rude, "GET", "/news/rss.xml").status)
	clock.forward(time.Second)
	assert.Equal(t, 200, from(h, rude, "GET", "/news/rss.xml").status)
	assert.Equal(t, 429, from(h, rude, "GET", "/news/rss.xml").status)
	clock.forward(24 * time.Hour)
	for range 3 {
		assert.Equal(t, 200, from(h, rude, "GET", "/news/rss.xml").status)
	}
	assert.Equal(t, 429, from(h, rude, "GET", "/news/rss.xml").status, "no more than three, after however long")
}

func TestAClientIsAnAddressOrANetworkOrAKey(t *testing.T) {
	source := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	brake := func(key func(*http.Request) string) *feedhttp.Handler {
		return &feedhttp.Handler{Source: source, Clock: source.Clock, Brake: &feedhttp.Brake{Requests: 1, Key: key}}
	}
	h := brake(nil)
	for _, row := range []struct {
		address string
		want    int
	}{
		{"[2001:db8::1]:80", 200}, {"[2001:db8::2]:80", 429}, {"[2001:db8:0:1::1]:80", 200}, {"192.0.2.1:80", 200}, {"[::ffff:192.0.2.1]:80", 429}, {"@", 200}, {"@", 429},
	} {
		assert.Equal(t, row.want, from(h, row.address, "GET", "/news/rss.xml").status, row.address)
	}
	h = brake(func(r *http.Request) string { return r.Header.Get("X-Client") })
	assert.Equal(t, 200, from(h, "192.0.2.1:80", "GET", "/news/rss.xml", "X-Client: a").status)
	assert.Equal(t, 429, from(h, "192.0.2.9:80", "GET", "/news/rss.xml", "X-Client: a").status)
	for range 3 {
		assert.Equal(t, 200, from(h, "192.0.2.1:80", "GET", "/news/rss.xml").status, "without a key there is no limit")
	}
	unlimited := &feedhttp.Handler{Source: source, Brake: new(feedhttp.Brake)}
	for range 3 {
		assert.Equal(t, 200, from(unlimited, "192.0.2.1:80", "GET", "/news/rss.xml").status)
	}
}

// A million clients need no more memory than one, and a rude one stops few others.
func TestABrakeNeedsNoMemoryForAClient(t *testing.T) {
	source := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	h := &feedhttp.Handler{Source: source, Clock: source.Clock, Brake: &feedhttp.Brake{Requests: 2}}
	from(h, "192.0.2.1:80", "GET", "/news/rss.xml")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	refused := 0
	for n := range 3_000 {
		if from(h, fmt.Sprintf("10.0.%d.%d:80", n/256, n%256), "GET", "/news/rss.xml").status == 429 {
			refused++
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(1<<20))
	assert.Less(t, refused, 150, "of 3,000 clients that share 16,384 counters")
}

// Concurrent downloads of one client are all counted.
func TestDownloadsAreCountedAtOnce(t *testing.T) {
	source := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	h := &feedhttp.Handler{Source: source, Clock: source.Clock, Brake: &feedhttp.Brake{Requests: 50}}
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() { assert.Equal(t, 200, from(h, "192.0.2.1:80", "GET", "/news/rss.xml").status) })
	}
	all.Wait()
	for range 10 {
		assert.Equal(t, 200, from(h, "192.0.2.1:80", "GET", "/news/rss.xml").status)
	}
	assert.Equal(t, 429, from(h, "192.0.2.1:80", "GET", "/news/rss.xml").status)
}
