package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// written is a log that can be read while it is written.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func TestServerServesTheNewsroomUntilItIsStopped(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var log written
	stopped := make(chan error, 1)
	go func() {
		stopped <- serve(ctx, listener, "http://"+listener.Addr().String(), slog.New(slog.NewTextHandler(&log, nil)))
	}()

	site := "http://" + listener.Addr().String()
	get := func(path string, headers ...string) (*http.Response, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), "GET", site+path, nil)
		require.NoError(t, err)
		for _, header := range headers {
			name, value, _ := strings.Cut(header, ": ")
			request.Header.Set(name, value)
		}
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response, string(body)
	}

	_, page := get("/") // which redirects
	for _, path := range []string{"/feed/", "/feed/atom/", "/category/military/arms-exports/feed/json/", "/tag/ibrahim-kalin/feed/", "/author/mevlut-kilic/feed/atom/"} {
		assert.Contains(t, page, `href="`+site+path+`"`, "the page leads there")
		response, body := get(path)
		assert.Equal(t, 200, response.StatusCode, path)
		assert.NotContains(t, body, "nm-test-draft-1", path)
		response, _ = get(path, "If-None-Match: "+response.Header.Get("ETag"))
		assert.Equal(t, 304, response.StatusCode, path)
	}
	assert.Contains(t, page, `href="/feeds.opml"`)
	_, robots := get("/robots.txt")
	for line := range strings.Lines(robots) {
		_, path, _ := strings.Cut(strings.TrimSpace(line), "Sitemap: "+site)
		response, body := get(path)
		assert.Equal(t, 200, response.StatusCode, line)
		assert.Contains(t, body, "http://www.sitemaps.org/schemas/sitemap/0.9", line)
	}
	_, list := get("/feeds.opml")
	assert.Contains(t, list, `xmlUrl="`+site+`/tag/ibrahim-kalin/feed/"`)
	response, feed := get("/?feed=atom") // which redirects too
	assert.Equal(t, "/feed/atom/", response.Request.URL.Path)
	_, styles, found := strings.Cut(feed, `<?xml-stylesheet type="text/css" href="`+site)
	require.True(t, found)
	response, _ = get(styles[:strings.IndexByte(styles, '"')])
	assert.Equal(t, "text/css; charset=utf-8", response.Header.Get("Content-Type"))
	response, _ = get("/category/extremism/feed/")
	assert.Equal(t, 404, response.StatusCode, "only an embargoed article is filed there")
	response, _ = get("/2026/01/")
	assert.Equal(t, 404, response.StatusCode)

	stop()
	select {
	case err := <-stopped:
		assert.NoError(t, err)
	case <-time.After(30 * time.Second):
		require.Fail(t, "it does not stop")
	}
	_, err = http.Get(site)
	assert.Error(t, err)
	assert.Contains(t, log.String(), "method=GET scope=tag/ibrahim-kalin format=rss page=\"\" status=304")
	assert.Contains(t, log.String(), "page=feeds/ status=200")
	assert.NotContains(t, log.String(), "level=ERROR")
}

func TestServerThatCannotServeSaysWhy(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	defer listener.Close()
	assert.ErrorContains(t, serve(t.Context(), listener, "ftp://example.com/", slog.New(slog.DiscardHandler)), "URL scheme")
}
