// The cache is never older than the Source: a published article is served at once, and each feed is
// rendered once.
package feedhttp_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

const turkey = "/news/tag/turkey/rss.xml"

// HTTP-2
func TestPublishedArticlesAreServedAtOnce(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(31)), numbered(1, "turkey"))
	h := &feedhttp.Handler{Source: archive, Clock: archive.Clock}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for _, coding := range []string{"identity", "gzip"} {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					asked(h, "GET", turkey, "Accept-Encoding: "+coding)
				}
			}
		})
	}
	for n := range 200 {
		article := numbered(2, "turkey")
		article.URL, article.Title = fmt.Sprintf("/again/%d/", n), fmt.Sprintf("headline %d.", n)
		article.Published = article.Published.Add(time.Duration(n) * time.Second)
		require.NoError(t, archive.Add(article))

		require.Contains(t, asked(h, "GET", turkey).body, article.Title)
		packed := asked(h, "GET", turkey, "Accept-Encoding: gzip")
		require.Contains(t, unpacked(t, packed.body), article.Title)
	}
	close(stop)
	readers.Wait()
}

// HTTP-2, LIFE-3: removing, backdating, expiring and appearing change both validators. Changes of
// other feeds change neither.
func TestEveryChangeOfAFeedChangesItsValidators(t *testing.T) {
	clock := clockAt(day(20))
	expiring, embargoed := numbered(5, "turkey"), numbered(22, "turkey")
	expiring.Expires = day(24)
	archive := openArchive(t, exampleSite, clock, numbered(3, "turkey"), numbered(4, "turkey"), expiring, embargoed)
	client := serving(t, &feedhttp.Handler{Source: archive, Clock: clock.now})
	last := client.get(turkey)
	steps := []struct {
		why     string
		do      func() error
		changes bool
	}{
		{"an article of another tag", func() error { return archive.Add(numbered(19, "other")) }, false},
		{"a draft", func() error { draft := numbered(18, "turkey"); draft.Draft = true; return archive.Add(draft) }, false},
		{"a backdated article, which an archive page shows now", func() error { return archive.Add(numbered(2, "turkey")) }, true},
		{"a backdated article that shows", func() error { a := numbered(4, "turkey"); a.URL = "/b/"; return archive.Add(a) }, true},
		{"a removal", func() error { return archive.Remove("/b/") }, true},
		{"an embargo ends", func() error { clock.set(day(22)); return nil }, true},
		{"an article expires", func() error { clock.set(day(24)); return nil }, true},
		{"an edit", func() error { a := numbered(4, "turkey"); a.Title = "edited"; return archive.Update(a) }, true},
	}
	for _, step := range steps {
		clock.forward(time.Minute)
		require.NoError(t, step.do(), step.why)
		clock.forward(time.Second)
		date := last.header.Get("Last-Modified")
		byETag := client.get(turkey, "If-None-Match: "+last.header.Get("Etag"))
		if step.changes {
			assert.Equal(t, 200, byETag.status, step.why)
			assert.Equal(t, 200, client.get(turkey, "If-Modified-Since: "+date).status, step.why)
			assert.Greater(t, modified(t, byETag), modified(t, last), step.why)
			last = byETag
		} else {
			assert.Equal(t, 304, byETag.status, step.why)
			assert.Equal(t, date, client.get(turkey).header.Get("Last-Modified"), step.why)
		}
	}
}

func modified(t *testing.T, a answer) int64 {
	t.Helper()
	when, err := http.ParseTime(a.header.Get("Last-Modified"))
	require.NoError(t, err)
	return when.Unix()
}

// RFC 9110 section 8.8.2.2: there are two changes in one second, and a client has seen the first.
func TestLastModifiedIsLeftOutInTheSecondOfAChange(t *testing.T) {
	clock := clockAt(day(20))
	archive := openArchive(t, exampleSite, clock, numbered(1, "turkey"))
	client := serving(t, &feedhttp.Handler{Source: archive, Clock: clock.now})
	client.get(turkey)
	require.NoError(t, archive.Add(numbered(2, "turkey")))
	now := clock.now().UTC().Format(http.TimeFormat)
	for range 2 { // made, and kept
		first := client.get(turkey, "If-Modified-Since: "+now)
		assert.Equal(t, 200, first.status)
		assert.NotContains(t, first.header, "Last-Modified")
	}
	clock.forward(time.Second)
	later := client.get(turkey)
	assert.Equal(t, now, later.header.Get("Last-Modified"))
	assert.Equal(t, 304, client.get(turkey, "If-Modified-Since: "+now).status)
}

// HTTP-5, LIFE-2
func TestLifetimeEndsWhenTimeAloneChangesTheFeed(t *testing.T) {
	clock := clockAt(day(20))
	later := numbered(20, "turkey")
	later.URL, later.Published = "/later/", day(20).Add(time.Hour)
	archive := openArchive(t, exampleSite, clock, numbered(1, "turkey"), later)
	client := serving(t, &feedhttp.Handler{Source: archive, Clock: clock.now, MaxAge: 30 * time.Minute})
	tests := []struct {
		after time.Duration
		want  string
		shows bool
	}{
		{0, "public, max-age=1800", false},
		{30 * time.Minute, "public, max-age=1800", false},
		{31 * time.Minute, "public, max-age=1740", false},
		{time.Hour - time.Second, "public, max-age=1", false},
		{time.Hour - time.Nanosecond, "public, max-age=0", false},
		{time.Hour, "public, max-age=1800", true},
	}
	for _, test := range tests {
		clock.set(day(20).Add(test.after))
		got := client.get(turkey)
		assert.Equal(t, test.want, got.header.Get("Cache-Control"), test.after)
		assert.Equal(t, test.shows, strings.Contains(got.body, "/later/"), test.after)
	}
}

// HTTP-7
func TestAFeedIsMadeOnceHoweverManyAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "turkey"))
		slow := &delaying{Versioner: archive, delay: time.Second}
		h := &feedhttp.Handler{Source: slow}
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 5 * time.Millisecond)
				coding := []string{"identity", "gzip"}[i%2]
				assert.Equal(t, 200, asked(h, "GET", turkey, "Accept-Encoding: "+coding).status)
			})
		}
		all.Wait()
		assert.EqualValues(t, 1, slow.asked.Load())
		require.NoError(t, archive.Add(numbered(2, "turkey")))
		asked(h, "GET", turkey)
		asked(h, "GET", turkey, "Accept-Encoding: gzip")
		assert.EqualValues(t, 2, slow.asked.Load())
	})
}

// The handler does not wait for a client that disconnects; the rendering serves the next client.
func TestClientThatLeavesDoesNotTakeTheFeedWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "turkey"))
		slow := &delaying{Versioner: archive, delay: time.Second}
		h := &feedhttp.Handler{Source: slow}
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		assert.Equal(t, 503, askedWith(ctx, h, turkey).status, "the client has left")
		assert.Equal(t, 100*time.Millisecond, time.Since(begun))
		assert.Equal(t, 200, asked(h, "GET", turkey).status)
		assert.Equal(t, time.Second, time.Since(begun))
		assert.EqualValues(t, 1, slow.asked.Load())
	})
}

// A Source without versions is called again after Refresh.
func TestSourceThatTellsNoVersionsIsAskedNowAndThen(t *testing.T) {
	tests := []struct {
		fresh time.Duration
		want  int // how often it is asked in a minute of one request each second
	}{
		{0, 12},
		{30 * time.Second, 2},
		{-1, 60},
	}
	for _, test := range tests {
		clock := clockAt(day(20))
		archive := openArchive(t, exampleSite, clock, numbered(1, "turkey"))
		count := &counting{Source: archive}
		h := &feedhttp.Handler{Source: count, Refresh: test.fresh, Clock: clock.now}
		for range 60 {
			require.Equal(t, 200, asked(h, "GET", turkey).status)
			clock.forward(time.Second)
		}
		assert.EqualValues(t, test.want, count.feeds.Load(), test.fresh)
	}
}

// LIFE-2: even if Refresh is longer.
func TestNothingIsKeptBeyondTheNextChange(t *testing.T) {
	clock := clockAt(day(20))
	later := numbered(20, "turkey")
	later.URL, later.Published = "/later/", day(20).Add(time.Minute)
	archive := openArchive(t, exampleSite, clock, numbered(1, "turkey"), later)
	h := &feedhttp.Handler{Source: &counting{Source: archive}, Refresh: 24 * time.Hour, Clock: clock.now}
	assert.NotContains(t, asked(h, "GET", turkey).body, "/later/")
	clock.forward(time.Minute)
	assert.Contains(t, asked(h, "GET", turkey).body, "/later/")
}

// HTTP-7: the cache stays within its bounds, and an evicted feed is rendered again.
func TestCacheIsBounded(t *testing.T) {
	var articles []syndicate.Article
	for n := range 20 {
		articles = append(articles, numbered(n+1, fmt.Sprintf("t%d", n)))
	}
	sizes := []struct {
		why  string
		h    feedhttp.Handler
		made int64 // in two rounds of 20 feeds
	}{
		{"all are kept", feedhttp.Handler{}, 20},
		{"a few are kept, and gone when they are asked for again", feedhttp.Handler{CacheEntries: 5}, 40},
		{"a few thousand bytes are kept", feedhttp.Handler{CacheBytes: 20_000}, 40},
		{"nothing is kept", feedhttp.Handler{CacheBytes: 1}, 40},
	}
	for i := range sizes {
		test := &sizes[i]
		count := &counted{Versioner: openArchive(t, exampleSite, clockAt(day(31)), articles...)}
		test.h.Source = count
		for range 2 {
			for n := range 20 {
				require.Equal(t, 200, asked(&test.h, "GET", fmt.Sprintf("/news/tag/t%d/rss.xml", n)).status)
			}
		}
		assert.Equal(t, test.made, count.feeds.Load(), test.why)
	}
}

// A feed that was closed or removed is no longer served, although its bytes were cached.
func TestFeedThatEndsIsNotServedAnyMore(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "turkey"))
	client := serving(t, &feedhttp.Handler{Source: archive})
	require.Equal(t, 200, client.get(turkey).status)
	require.NoError(t, archive.Remove("/01/"))
	assert.Equal(t, 404, client.get(turkey).status)
	require.NoError(t, archive.CloseScope(syndicate.WithTag("turkey")))
	assert.Equal(t, 410, client.get(turkey).status)
	require.NoError(t, archive.Add(numbered(2, "turkey")))
	assert.Contains(t, client.get(turkey).body, "/02/")
}

// scripted is a Source that returns the versions of a script.
type scripted struct {
	*syndicate.Archive
	versions []string
}

func (s *scripted) Version(context.Context, syndicate.Scope) (version string, err error) {
	version, s.versions = s.versions[0], s.versions[1:]
	return version, nil
}

// HTTP-2: a feed that was rendered during a change is not cached, because its version is unknown.
func TestFeedThatChangesWhileItIsMadeIsMadeAgain(t *testing.T) {
	clock := clockAt(day(20))
	archive := openArchive(t, exampleSite, clock, numbered(1, "turkey"))
	h := &feedhttp.Handler{Source: &scripted{archive, []string{"a", "b", "a", "a"}}, Clock: clock.now} // before and after
	asked(h, "GET", turkey)
	require.NoError(t, archive.Add(numbered(2, "turkey")))
	assert.Contains(t, asked(h, "GET", turkey).body, "<title>02</title>")
}

// If a Versioner returns "", Feed is called again after Refresh.
func TestFeedsWithoutAVersionAreRefreshedAfterATime(t *testing.T) {
	clock := clockAt(day(20))
	archive := openArchive(t, exampleSite, clock, numbered(1, "turkey"))
	h := &feedhttp.Handler{Source: &scripted{archive, make([]string, 100)}, Clock: clock.now}
	asked(h, "GET", turkey)
	require.NoError(t, archive.Add(numbered(2, "turkey")))
	assert.NotContains(t, asked(h, "GET", turkey).body, "<title>02</title>")
	clock.forward(5 * time.Second)
	assert.Contains(t, asked(h, "GET", turkey).body, "<title>02</title>")
}
