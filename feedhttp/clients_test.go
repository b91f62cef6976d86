// Feed readers of other authors that accept deltas. .ci/clients installs them.
package feedhttp_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/internal/clients"
)

// polled is a server whose feed changes between two polls.
type polled struct {
	*httptest.Server
	archive *syndicate.Archive
	clock   *clock

	mu       sync.Mutex
	statuses []int
	bytes    int64
}

func newPolled(t *testing.T) *polled {
	p := &polled{clock: clockAt(day(20))}
	site := deltaSite()
	site.URL, site.Limit, site.Tombstones = "http://feeds.example/news/", 10, 0
	var articles []syndicate.Article
	for n := range 10 {
		articles = append(articles, long(n+1))
	}
	p.archive = openArchive(t, site, p.clock, articles...)
	p.Server = httptest.NewServer(&feedhttp.Handler{Source: p.archive, Clock: p.clock.now, Observe: func(_ context.Context, e feedhttp.Event) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.statuses = append(p.statuses, e.Status)
		p.bytes += e.Bytes
	}})
	t.Cleanup(p.Close)
	return p
}

// seen returns the statuses and the bytes since the last call.
func (p *polled) seen() (statuses []int, bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	statuses, bytes = p.statuses, p.bytes
	p.statuses, p.bytes = nil, 0
	return statuses, bytes
}

// change adds two articles and corrects one.
func (p *polled) change(t *testing.T, n int) {
	t.Helper()
	corrected := long(9)
	corrected.Title = "09, corrected"
	require.NoError(t, p.archive.Add(long(n), long(n+1)))
	require.NoError(t, p.archive.Update(corrected))
}

// DEL-5: feedparser sends A-IM with every request, and reads a delta as any other feed.
func TestFeedparserReadsDeltas(t *testing.T) {
	python := clients.Feedparser(t, "deltas")
	const program = `
import feedparser, json, sys
feed = feedparser.parse(sys.argv[1], etag=sys.argv[2])
assert not feed.bozo, feed.bozo_exception
print(json.dumps({"Status": feed.status, "Tag": feed.get("etag", ""), "Items": {e.id: e.title for e in feed.entries}}))`
	type read struct {
		Status int
		Tag    string
		Items  map[string]string
	}
	for _, path := range feedPaths[:2] { // it does not read JSON Feed
		p := newPolled(t)
		poll := func(tag string) (got read) {
			command := exec.Command(python, "-c", program, p.URL+path, tag)
			command.Stderr = os.Stderr
			out, err := command.Output()
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(out, &got))
			return got
		}
		first := poll("")
		require.Equal(t, 200, first.Status)
		require.Equal(t, 304, poll(first.Tag).Status)
		p.change(t, 11)
		delta, whole := poll(first.Tag), poll("")
		require.Equal(t, 226, delta.Status, path)
		assert.Len(t, delta.Items, 3)
		assert.Equal(t, whole.Tag, delta.Tag)
		have := map[string]string{}
		for _, got := range []read{first, delta} {
			maps.Copy(have, got.Items)
		}
		assert.Len(t, have, 12)
		for id, title := range whole.Items {
			assert.Equal(t, title, have[id])
		}
	}
}

// DEL-5: newsboat has the same articles with deltas as without them.
func TestNewsboatReadsDeltas(t *testing.T) {
	clients.Newsboat(t, "deltas")
	for _, path := range feedPaths[:2] { // it does not read JSON Feed
		p := newPolled(t)
		home := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(home, "config"), []byte("cleanup-on-quit no\n"), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(home, "urls"), []byte(p.URL+path+"\n"), 0o600))
		// reload polls the feed and returns how many articles newsboat has.
		reload := func() string {
			command := exec.Command("newsboat", "-C", filepath.Join(home, "config"), "-u", filepath.Join(home, "urls"),
				"-c", filepath.Join(home, "cache"), "-x", "reload", "print-unread")
			command.Env = append(os.Environ(), "HOME="+home)
			out, err := command.CombinedOutput()
			require.NoError(t, err, "%s", out)
			return strings.TrimSpace(string(out))
		}
		reload() // newsboat keeps no ETag of a feed that is new to it
		reload()
		_, whole := p.seen()
		assert.Equal(t, "10 unread articles", reload()) // the first request with A-IM
		p.change(t, 11)
		assert.Equal(t, "12 unread articles", reload())
		statuses, bytes := p.seen()
		assert.Equal(t, []int{304, 226}, statuses, path)
		assert.Less(t, bytes, whole)
		p.change(t, 13)
		assert.Equal(t, "14 unread articles", reload())
		reload()
		statuses, _ = p.seen()
		assert.True(t, slices.Equal([]int{226, 304}, statuses), "%v", statuses)
	}
}
