// A Source that fails, hangs or panics affects only the requested feed, and only as long as it
// lasts.
package feedhttp_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/xmltext"
)

// faulty is a Source that fails for one tag while it is on.
type faulty struct {
	syndicate.Versioner
	on           atomic.Bool
	feed         func(context.Context) (*syndicate.Feed, error)
	whileVersion bool
}

var sick = syndicate.WithTag("sick")

func (f *faulty) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if scope == sick && f.on.Load() {
		return f.feed(ctx)
	}
	return f.Versioner.Feed(ctx, scope)
}

func (f *faulty) Version(ctx context.Context, scope syndicate.Scope) (string, error) {
	if scope == sick && f.on.Load() && f.whileVersion {
		_, err := f.feed(ctx)
		return "", err
	}
	return f.Versioner.Version(ctx, scope)
}

// HTTP-3
func TestSourceThatFailsIsTemporarilyUnavailable(t *testing.T) {
	lost := errors.New("connection to the database lost")
	faults := []struct {
		why   string
		feed  func(context.Context) (*syndicate.Feed, error)
		names string // part of the error
	}{
		{"an error", func(context.Context) (*syndicate.Feed, error) { return nil, lost }, "database lost"},
		{"a panic", func(context.Context) (*syndicate.Feed, error) { panic("index out of range") }, "panic: index out of range"},
		{"neither feed nor error", func(context.Context) (*syndicate.Feed, error) { return nil, nil }, "neither a feed nor an error"},
		{"a context that ends", func(ctx context.Context) (*syndicate.Feed, error) { <-ctx.Done(); return nil, ctx.Err() }, "deadline exceeded"},
	}
	for _, fault := range faults {
		for _, whileVersion := range []bool{false, true} {
			if whileVersion && fault.why == "neither feed nor error" {
				continue // a version may be ""
			}
			t.Run(fault.why, func(t *testing.T) {
				archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "sick"), numbered(2, "well"))
				source := &faulty{Versioner: archive, feed: fault.feed, whileVersion: whileVersion}
				source.on.Store(true)
				var events []feedhttp.Event
				var failures []error
				h := &feedhttp.Handler{Source: source, Timeout: 50 * time.Millisecond,
					Observe: func(_ context.Context, e feedhttp.Event) { events = append(events, e) },
					OnError: func(err error) { failures = append(failures, err) }}

				for _, coding := range []string{"", "gzip"} {
					got := asked(h, "GET", "/news/tag/sick/rss.xml", "Accept-Encoding: "+coding)
					assert.Equal(t, 503, got.status)
					assert.Equal(t, "30", got.header.Get("Retry-After"))
					assert.Equal(t, "no-store", got.header.Get("Cache-Control"))
					assert.Equal(t, "text/plain; charset=utf-8", got.header.Get("Content-Type"))
					assert.NotContains(t, got.header, "Etag")
					assert.Equal(t, "Service Unavailable\n", got.body, "and not a word of why")
				}
				require.Len(t, events, 2)
				assert.ErrorContains(t, events[0].Err, fault.names)
				assert.ErrorContains(t, events[0].Err, "feedhttp: tag/sick rss: ", "the feed is named")
				assert.Equal(t, []error{events[0].Err, events[1].Err}, failures, "OnError is called with the same errors")
				assert.Equal(t, sick, events[0].Scope)
				assert.Equal(t, 200, asked(h, "GET", "/news/tag/well/rss.xml").status, "others are not affected")

				source.on.Store(false)
				well := func() bool { return asked(h, "GET", "/news/tag/sick/rss.xml").status == 200 }
				assert.Eventually(t, well, 5*time.Second, time.Millisecond, "when what was begun has ended")
			})
		}
	}
}

// touchy panics on one article, as a sanitizer and as an extension.
type touchy struct{}

func (touchy) Sanitize(html string) string {
	if strings.Contains(html, "sick") {
		panic("sick article")
	}
	return html
}

func (touchy) Namespaces() []xmltext.Namespace {
	return []xmltext.Namespace{{Prefix: "x", URI: "https://example.net/x"}}
}

func (touchy) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

func (touchy) WriteArticle(w *xmltext.Writer, _ syndicate.Format, a *syndicate.Article) {
	w.Element("x:half", "yes")
	if strings.Contains(a.Title, "sick") {
		panic("sick article")
	}
}

// If an extension panics on an article, the feeds lose only what the extension would have written.
func TestArticleThatPanicsIsTheOnlyOneMissing(t *testing.T) {
	site := exampleSite
	site.Bodies.Sanitizer, site.Extensions = touchy{}, []syndicate.Extension{touchy{}}
	sick := numbered(2, "turkey")
	sick.Title, sick.Content = "A sick title", "<p>sick</p>"
	h := &feedhttp.Handler{Source: openArchive(t, site, clockAt(day(20)), numbered(1, "turkey"), sick, numbered(3, "turkey")), Pages: pages}
	for path, wants := range map[string]string{turkey: "<x:half>yes</x:half>", "/news/tag/turkey/atom.xml": "<x:half>yes</x:half>", "/news/feed.json": ""} {
		got := asked(h, "GET", path)
		assert.Equal(t, 200, got.status, path)
		for _, title := range []string{"01", "A sick title", "03"} {
			assert.Contains(t, got.body, title, path)
		}
		assert.NotContains(t, got.body, "<p>sick", path)
		if wants != "" {
			assert.Equal(t, 2, strings.Count(got.body, wants), path)
		}
	}
	assert.Equal(t, 200, asked(h, "GET", "/news/feeds/").status)
}

// HTTP-3: a cached feed that is up to date needs no call of Feed.
func TestFreshBytesAreServedWhileTheSourceFails(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "sick"))
	source := &faulty{Versioner: archive, feed: func(context.Context) (*syndicate.Feed, error) { return nil, io.EOF }}
	h := &feedhttp.Handler{Source: source}
	require.Equal(t, 200, asked(h, "GET", "/news/tag/sick/rss.xml").status)
	source.on.Store(true)
	assert.Equal(t, 200, asked(h, "GET", "/news/tag/sick/rss.xml").status)
	require.NoError(t, archive.Add(numbered(2, "sick")))
	assert.Equal(t, 503, asked(h, "GET", "/news/tag/sick/rss.xml").status, "old bytes would be a lie")
}

// If a Source ignores its context, no request waits longer than Timeout, and the Source is not
// called a second time while it hangs.
func TestSourceThatHangsDelaysNoOtherFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "sick"), numbered(2, "well"))
		release := make(chan struct{})
		var hanging atomic.Int64
		source := &faulty{Versioner: archive}
		source.feed = func(ctx context.Context) (*syndicate.Feed, error) {
			hanging.Add(1)
			<-release
			return source.Versioner.Feed(context.Background(), sick)
		}
		source.on.Store(true)
		h := &feedhttp.Handler{Source: source}
		for range 3 {
			begun := time.Now()
			assert.Equal(t, 503, asked(h, "GET", "/news/tag/sick/rss.xml").status)
			assert.Equal(t, 10*time.Second, time.Since(begun))
			assert.Equal(t, 200, asked(h, "GET", "/news/tag/well/rss.xml").status)
		}
		assert.EqualValues(t, 1, hanging.Load())
		close(release)
		synctest.Wait()
		assert.Equal(t, 200, asked(h, "GET", "/news/tag/sick/rss.xml").status)
	})
}

// If Publication fails, the next request calls it again. A missing Source does not cause a panic.
func TestHandlerWithoutASourceIsUnavailable(t *testing.T) {
	assert.Equal(t, 503, asked(&feedhttp.Handler{}, "GET", "/rss.xml").status)
	var archive *syndicate.Archive // whose Site panics
	assert.Equal(t, 503, asked(&feedhttp.Handler{Source: archive}, "GET", "/rss.xml").status)
	assert.Equal(t, 200, asked(&feedhttp.Handler{Source: new(syndicate.Archive)}, "GET", "/rss.xml").status, "an empty one is a Source")
}

// HTTP-7: clients that read slowly or disconnect early leave nothing behind.
func TestSlowAndAbortedClientsLeaveNothingBehind(t *testing.T) {
	site := exampleSite
	site.Limit = 200
	var articles []syndicate.Article
	for n := range 200 {
		article := numbered(1, "turkey")
		article.URL = article.URL + time.Duration(n).String() + "/"
		articles = append(articles, article)
	}
	h := &feedhttp.Handler{Source: openArchive(t, site, clockAt(day(20)), articles...)}
	client := serving(t, h)
	whole := client.get(turkey).body
	require.Greater(t, len(whole), 200_000)
	before := runtime.NumGoroutine()
	for i := range 40 {
		conn, err := net.Dial("tcp", client.server.Listener.Addr().String())
		require.NoError(t, err)
		require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(1<<10))
		_, err = io.WriteString(conn, "GET "+turkey+" HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		if i%2 == 0 {
			_, err = io.ReadFull(conn, make([]byte, 100))
			require.NoError(t, err)
		}
		assert.Equal(t, 200, client.get(turkey, "If-None-Match: \"\"").status, "others are served meanwhile")
		conn.Close()
	}
	assert.Equal(t, whole, client.get(turkey).body)
	assert.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+2 }, 10*time.Second, 10*time.Millisecond)
}

func TestObserveIsCalledWithResponses(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "turkey"))
	require.NoError(t, archive.Redirect(syndicate.WithTag("old"), syndicate.WithTag("turkey")))
	var events []feedhttp.Event
	h := &feedhttp.Handler{Source: archive,
		Observe: func(_ context.Context, e feedhttp.Event) { e.Duration = 0; events = append(events, e) }}
	tag, old := syndicate.WithTag("turkey"), syndicate.WithTag("old")

	plain := asked(h, "GET", turkey)
	packed := asked(h, "GET", turkey, "Accept-Encoding: gzip")
	asked(h, "GET", turkey, "If-None-Match: "+plain.header.Get("Etag"))
	asked(h, "GET", turkey, "Range: bytes=0-9")
	asked(h, "HEAD", turkey)
	asked(h, "POST", turkey)
	asked(h, "GET", "/news/tag/old/atom.xml")
	asked(h, "GET", "/news/tag/nobody/atom.xml")
	asked(h, "GET", "/news/") // not about a feed

	assert.Equal(t, []feedhttp.Event{
		{Method: "GET", Scope: tag, Format: syndicate.RSS, Status: 200, Bytes: int64(len(plain.body))},
		{Method: "GET", Scope: tag, Format: syndicate.RSS, Status: 200, Bytes: int64(len(packed.body)), Coding: "gzip"},
		{Method: "GET", Scope: tag, Format: syndicate.RSS, Status: 304, Cached: true},
		{Method: "GET", Scope: tag, Format: syndicate.RSS, Status: 206, Bytes: 10, Cached: true},
		{Method: "HEAD", Scope: tag, Format: syndicate.RSS, Status: 200, Cached: true},
		{Method: "POST", Scope: tag, Format: syndicate.RSS, Status: 405},
		{Method: "GET", Scope: old, Format: syndicate.Atom, Status: 301},
		{Method: "GET", Scope: syndicate.WithTag("nobody"), Format: syndicate.Atom, Status: 404},
	}, events)

	events = nil
	h.ServeHTTP(brokenPipe{http.Header{}}, httptest.NewRequest("GET", turkey, nil))
	require.Len(t, events, 1)
	assert.ErrorIs(t, events[0].Err, io.ErrClosedPipe)
}

// brokenPipe is the ResponseWriter of a client that has disconnected.
type brokenPipe struct{ header http.Header }

func (w brokenPipe) Header() http.Header       { return w.header }
func (w brokenPipe) WriteHeader(int)           {}
func (w brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// Failures are logged with slog unless there is an OnError. A disconnected client is no failure.
func TestFailuresAreLoggedByDefault(t *testing.T) {
	var log bytes.Buffer
	previous := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(previous)
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "sick"))
	source := &faulty{Versioner: archive, feed: func(ctx context.Context) (*syndicate.Feed, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return nil, errors.New("no such table")
	}, whileVersion: true}
	source.on.Store(true)
	h := &feedhttp.Handler{Source: source}
	assert.Equal(t, 503, asked(h, "GET", "/news/tag/sick/atom.xml").status)
	assert.Contains(t, log.String(), `err="feedhttp: tag/sick atom: no such table"`)
	assert.Equal(t, 404, asked(h, "GET", "/news/tag/nobody/atom.xml").status)
	assert.Equal(t, 1, strings.Count(log.String(), "\n"), "a feed that does not exist is no failure")

	log.Reset()
	panics := &feedhttp.Handler{Source: source, OnError: func(error) { panic("broken") }}
	assert.Equal(t, 503, asked(panics, "GET", "/news/tag/sick/atom.xml").status)
	assert.Contains(t, log.String(), "OnError: panic: broken")
	assert.Contains(t, log.String(), "no such table")

	log.Reset()
	left, leave := context.WithCancel(t.Context())
	leave()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(left, "GET", "/news/tag/sick/atom.xml", nil))
	assert.Empty(t, log.String())
}
