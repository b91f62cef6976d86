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
		Brake:   &feedhttp.Brake{Downloads: 3, Per: time.Hour},
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
		return &feedhttp.Handler{Source: source, Clock: source.Clock, Brake: &feedhttp.Brake{Downloads: 1, Key: key}}
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

// The clients of a busy site are known apart, in bounded memory.
func TestABrakeKnowsManyClientsInBoundedMemory(t *testing.T) {
	source := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	h := &feedhttp.Handler{Source: source, Clock: source.Clock, Brake: &feedhttp.Brake{Downloads: 1}}
	tag := from(h, "192.0.2.1:80", "GET", "/news/rss.xml").header.Get("Etag")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for n := range 40_000 {
		address := fmt.Sprintf("10.%d.%d.%d:80", n>>16, n>>8&255, n&255)
		if from(h, address, "GET", "/news/rss.xml").status != 200 {
			require.Fail(t, address)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(6<<20))
	assert.Equal(t, 429, from(h, "10.0.156.1:80", "GET", "/news/rss.xml").status, "one of the last")
	assert.Equal(t, 304, from(h, "10.0.156.1:80", "GET", "/news/rss.xml", "If-None-Match: "+tag).status)
	assert.Equal(t, 200, from(h, "192.0.2.1:80", "GET", "/news/rss.xml").status, "forgotten")
}

// slow is a client that reads nothing until it is released.
type slow struct {
	*httptest.ResponseRecorder
	begun   chan<- int
	release <-chan struct{}
}

func (s slow) WriteHeader(status int) {
	s.begun <- status
	s.ResponseRecorder.WriteHeader(status)
}

func (s slow) Write(p []byte) (int, error) {
	if s.Code == 200 && len(p) > 100 {
		s.begun <- 200
		<-s.release
	}
	return s.ResponseRecorder.Write(p)
}

// Downloads that take long count from their beginning.
func TestDownloadsAtTheSameTimeAreLimited(t *testing.T) {
	source := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	h := &feedhttp.Handler{Source: source, Clock: source.Clock, Brake: &feedhttp.Brake{Downloads: 2}}
	begun, release := make(chan int, 100), make(chan struct{})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			request := httptest.NewRequest("GET", "/news/rss.xml", nil)
			h.ServeHTTP(slow{httptest.NewRecorder(), begun, release}, request)
		})
	}
	statuses := map[int]int{}
	for range 20 {
		statuses[<-begun]++
	}
	close(release)
	all.Wait()
	assert.Equal(t, map[int]int{200: 2, 429: 18}, statuses)
}

// What is no download is given back, and a condition that net/http ignores is none.
func TestOnlyDownloadsCount(t *testing.T) {
	source := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	h := &feedhttp.Handler{Source: source, Clock: source.Clock, Brake: &feedhttp.Brake{Downloads: 2, Key: func(r *http.Request) string {
		if r.Header.Get("X-Panic") != "" {
			panic("no key")
		}
		return "all"
	}}}
	for range 5 {
		assert.Equal(t, 416, from(h, "", "GET", "/news/rss.xml", "Range: bytes=9999999-").status)
		assert.Equal(t, 412, from(h, "", "GET", "/news/rss.xml", `If-Match: "x"`).status)
	}
	const later = "If-Modified-Since: Mon, 01 Jan 2035 00:00:00 GMT"
	assert.Equal(t, 200, from(h, "", "GET", "/news/rss.xml", later, later).status)
	assert.Equal(t, 200, from(h, "", "GET", "/news/rss.xml", later, later).status)
	assert.Equal(t, 429, from(h, "", "GET", "/news/rss.xml", later, later).status)
	assert.Equal(t, 200, from(h, "", "GET", "/news/rss.xml", "X-Panic: yes").status)
}

// Concurrent downloads of one client are all counted.
func TestDownloadsAreCountedAtOnce(t *testing.T) {
	source := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	h := &feedhttp.Handler{Source: source, Clock: source.Clock, Brake: &feedhttp.Brake{Downloads: 50}}
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
