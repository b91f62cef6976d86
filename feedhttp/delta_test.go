// Clients that accept deltas get what is new, and end with the same articles as all others.
package feedhttp_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/internal/feedreader"
)

// long returns an article with a body that is worth a delta.
func long(n int, tags ...string) syndicate.Article {
	a := numbered(n, tags...)
	a.ID = fmt.Sprintf("article-%02d", n)
	return a
}

// deltaSite has room for more articles than the other tests.
func deltaSite() syndicate.Site {
	site := exampleSite
	site.Limit = 6
	return site
}

var feedPaths = []string{"/news/rss.xml", "/news/atom.xml", "/news/feed.json"}

// DEL-1, DEL-2
func TestAClientThatAcceptsDeltasGetsWhatIsNew(t *testing.T) {
	for _, path := range feedPaths {
		clock := clockAt(day(20))
		archive := openArchive(t, deltaSite(), clock, long(1), long(2), long(3))
		h := &feedhttp.Handler{Source: archive, Clock: clock.now}
		first := asked(h, "GET", path, "A-IM: feed")
		require.Equal(t, 200, first.status, path)
		assert.Contains(t, first.header.Get("Vary"), "A-IM, If-None-Match")
		assert.NotContains(t, asked(h, "GET", path).header.Get("Vary"), "A-IM", "other clients share the response of a cache")
		tag := first.header.Get("Etag")
		same := asked(h, "GET", path, "A-IM: feed", "If-None-Match: "+tag)
		assert.Equal(t, 304, same.status)

		require.NoError(t, archive.Add(long(4)))
		changed := long(2)
		changed.Content = "<p>Corrected.</p>"
		require.NoError(t, archive.Update(changed))
		whole := asked(h, "GET", path)
		got := asked(h, "GET", path, "A-IM: feed", "If-None-Match: "+tag)
		require.Equal(t, 226, got.status, path)
		assert.Equal(t, "feed", got.header.Get("IM"))
		assert.Equal(t, "no-store, im", got.header.Get("Cache-Control"))
		assert.Contains(t, got.header.Get("Vary"), "A-IM, If-None-Match")
		assert.Equal(t, tag, got.header.Get("Delta-Base"))
		assert.Equal(t, whole.header.Get("Etag"), got.header.Get("Etag"), "the version that the client has afterwards")
		for _, name := range []string{"Content-Type", "Last-Modified", "Link", "X-Content-Type-Options"} {
			assert.Equal(t, whole.header.Get(name), got.header.Get(name), name)
		}
		assert.Equal(t, fmt.Sprint(len(got.body)), got.header.Get("Content-Length"))
		assert.Less(t, len(got.body), len(whole.body)*2/3)
		feed, err := feedreader.Parse(got.body)
		require.NoError(t, err)
		all, err := feedreader.Parse(whole.body)
		require.NoError(t, err)
		require.Len(t, feed.Items, 2)
		assert.Equal(t, []*feedreader.Item{all.Items[0], all.Items[2]}, feed.Items)
		assert.Equal(t, all.Title, feed.Title)
		assert.Equal(t, all.FeedLink, feed.FeedLink)
		if path != "/news/feed.json" {
			assert.Equal(t, all.UpdatedParsed, feed.UpdatedParsed)
		}

		head := asked(h, "HEAD", path, "A-IM: feed", "If-None-Match: "+tag)
		assert.Equal(t, 226, head.status)
		assert.Empty(t, head.body)
		assert.Equal(t, got.header, head.header)
		now := asked(h, "GET", path, "A-IM: feed", "If-None-Match: "+got.header.Get("Etag"))
		assert.Equal(t, 304, now.status, "with the ETag of the delta")
		both := asked(h, "GET", path, "A-IM: feed", "If-None-Match: "+tag+", "+got.header.Get("Etag"))
		assert.Equal(t, 304, both.status)
	}
}

// DEL-1
func TestOtherClientsGetTheWholeFeed(t *testing.T) {
	clock := clockAt(day(20))
	archive := openArchive(t, deltaSite(), clock, long(1), long(2), long(3))
	h := &feedhttp.Handler{Source: archive, Clock: clock.now, Pages: pages}
	tag := asked(h, "GET", "/news/rss.xml", "A-IM: feed").header.Get("Etag")
	untracked := asked(h, "GET", "/news/atom.xml").header.Get("Etag")
	require.NoError(t, archive.Add(long(4)))
	for name, headers := range map[string][]string{
		"no A-IM": {"If-None-Match: " + tag}, "another manipulation": {"A-IM: vcdiff, gzip", "If-None-Match: " + tag},
		"weight 0": {"A-IM: feed;q=0", "If-None-Match: " + tag}, "no version": {"A-IM: feed"}, "an unknown version": {"A-IM: feed", `If-None-Match: "x"`},
		"a range": {"A-IM: feed", "If-None-Match: " + tag, "Range: bytes=0-"}, "a broken list": {"A-IM: feed", `If-None-Match: "x, ` + tag},
	} {
		got := asked(h, "GET", "/news/rss.xml", headers...)
		assert.Contains(t, []int{200, 206}, got.status, name)
		assert.Empty(t, got.header.Get("IM"), name)
		assert.Equal(t, 4, strings.Count(got.body, "<item>"), name)
	}
	// The version of a format is not known if no client has accepted deltas of that format.
	assert.Equal(t, 200, asked(h, "GET", "/news/atom.xml", "A-IM: feed", "If-None-Match: "+untracked).status)
	assert.Equal(t, 200, asked(h, "GET", "/news/atom.xml", "A-IM: feed", "If-None-Match: "+tag).status, "of another format")
	assert.Equal(t, 200, asked(h, "GET", "/news/feeds.opml", "A-IM: feed", "If-None-Match: "+tag).status, "a page")
	for name, headers := range map[string][]string{
		"weak": {"A-IM: feed", "If-None-Match: W/" + tag}, "several": {"A-IM: gzip, Feed;q=0.5", `If-None-Match: "x", ` + tag},
		"lines": {"A-IM: gzip", "A-IM: feed", `If-None-Match: "x"`, "If-None-Match: " + tag}, "a proxy's": {"A-IM: feed", "If-None-Match: " + strings.TrimSuffix(tag, `"`) + `-gzip"`},
	} {
		assert.Equal(t, 226, asked(h, "GET", "/news/rss.xml", headers...).status, name)
	}
}

// A client may have any form of a version.
func TestEveryFormOfAVersionIsABase(t *testing.T) {
	clock := clockAt(day(20))
	archive := openArchive(t, deltaSite(), clock, long(1), long(2), long(3))
	h := &feedhttp.Handler{Source: archive, Clock: clock.now}
	plain := asked(h, "GET", "/news/rss.xml", "A-IM: feed")
	packed := asked(h, "GET", "/news/rss.xml", "Accept-Encoding: gzip")
	shown := asked(h, "GET", "/news/rss.xml", "Sec-Fetch-Dest: document")
	require.NoError(t, archive.Add(long(4)))
	for _, base := range []answer{plain, packed, shown} {
		for _, coding := range []string{"", "gzip"} {
			got := asked(h, "GET", "/news/rss.xml", "A-IM: feed", "If-None-Match: "+base.header.Get("Etag"), "Accept-Encoding: "+coding)
			require.Equal(t, 226, got.status)
			assert.Equal(t, coding, got.header.Get("Content-Encoding"))
			text := got.body
			if coding == "gzip" {
				text = unpacked(t, text)
			}
			assert.Equal(t, 1, strings.Count(text, "<item>"))
			assert.Equal(t, asked(h, "GET", "/news/rss.xml", "Accept-Encoding: "+coding).header.Get("Etag"), got.header.Get("Etag"))
		}
	}
}

// DEL-3: only Atom has a word for a removed article.
func TestARemovedArticleIsNotSilentInADelta(t *testing.T) {
	for _, tombstones := range []time.Duration{0, 24 * time.Hour} {
		for _, path := range feedPaths {
			site := deltaSite()
			site.Tombstones = tombstones
			clock := clockAt(day(20))
			archive := openArchive(t, site, clock, long(1), long(2), long(3), long(4), long(5), long(6), long(7))
			h := &feedhttp.Handler{Source: archive, Clock: clock.now}
			tag := asked(h, "GET", path, "A-IM: feed").header.Get("Etag")
			clock.forward(time.Minute)
			require.NoError(t, archive.Add(long(8)))
			require.NoError(t, archive.Remove("article-05"))
			got := asked(h, "GET", path, "A-IM: feed", "If-None-Match: "+tag)
			if path == "/news/atom.xml" && tombstones > 0 {
				require.Equal(t, 226, got.status)
				assert.Contains(t, got.body, "article-05", "announced")
				assert.Contains(t, got.body, "deleted-entry")
				assert.Equal(t, 1, strings.Count(got.body, "<entry>"))
			} else {
				assert.Equal(t, 200, got.status, path)
			}
		}
	}
}

// Articles that new ones push out of the feed are not removed; a correction of a date moves one.
func TestWhatADeltaCannotSayIsAWholeFeed(t *testing.T) {
	clock := clockAt(day(20))
	var articles []syndicate.Article
	for n := range 9 {
		articles = append(articles, long(n+1))
	}
	archive := openArchive(t, deltaSite(), clock, articles...)
	h := &feedhttp.Handler{Source: archive, Clock: clock.now}
	poll := func(tag string) answer { return asked(h, "GET", "/news/rss.xml", "A-IM: feed", "If-None-Match: "+tag) }
	tag := poll(`"x"`).header.Get("Etag")
	require.NoError(t, archive.Add(long(10), long(11)))
	got := poll(tag)
	assert.Equal(t, 226, got.status)
	assert.Equal(t, 2, strings.Count(got.body, "<item>"))
	tag = got.header.Get("Etag")

	moved := long(7)
	moved.Published = day(10).Add(time.Hour)
	require.NoError(t, archive.Update(moved))
	got = poll(tag)
	assert.Equal(t, 200, got.status, "another order")
	tag = got.header.Get("Etag")

	require.NoError(t, archive.Remove("article-06")) // the oldest; an older one takes its place
	got = poll(tag)
	assert.Equal(t, 200, got.status, "an older article appears")
	tag = got.header.Get("Etag")

	for n := range 9 {
		_ = archive.Remove(fmt.Sprintf("article-%02d", n+1))
	}
	got = poll(tag)
	assert.Equal(t, 200, got.status)
	tag = got.header.Get("Etag")
	require.NoError(t, archive.Add(long(12)))
	require.NoError(t, archive.Remove("article-10"))
	assert.Equal(t, 200, poll(tag).status, "a feed that has all articles pushes none out")
}

// DEL-4: what is known of past versions is bounded.
func TestOldVersionsAreForgotten(t *testing.T) {
	clock := clockAt(day(31))
	archive := openArchive(t, deltaSite(), clock, long(1), long(2), long(3))
	h := &feedhttp.Handler{Source: archive, Clock: clock.now}
	first := asked(h, "GET", "/news/rss.xml", "A-IM: feed").header.Get("Etag")
	poll := func() int {
		return asked(h, "GET", "/news/rss.xml", "A-IM: feed", "If-None-Match: "+first).status
	}
	change := func(n int) {
		a := long(3)
		a.Summary = fmt.Sprint(n)
		require.NoError(t, archive.Update(a))
	}
	for n := range 63 {
		change(n)
		require.Equal(t, 226, poll(), n)
	}
	change(64)
	asked(h, "GET", "/news/rss.xml", "A-IM: feed")
	assert.Equal(t, 200, poll())
	restarted := &feedhttp.Handler{Source: archive, Clock: clock.now}
	last := asked(h, "GET", "/news/rss.xml", "A-IM: feed").header.Get("Etag")
	change(65)
	assert.Equal(t, 200, asked(restarted, "GET", "/news/rss.xml", "A-IM: feed", "If-None-Match: "+last).status)
}

// HTTP-10
func TestADeltaOfAPrivateFeedHasTheTokenOfItsReader(t *testing.T) {
	clock := clockAt(day(20))
	archive := openArchive(t, deltaSite(), clock, episode(1), episode(2), episode(3))
	var all members
	all.set(ada, &feedhttp.Subscriber{Name: "Ada"})
	all.set("the-token-of-Grace-Hopper", &feedhttp.Subscriber{Name: "Grace"})
	h := &feedhttp.Handler{Source: archive, Clock: clock.now, Allow: all.allow}
	tag := asked(h, "GET", "/news/private/"+ada+"/rss.xml", "A-IM: feed").header.Get("Etag")
	require.NoError(t, archive.Add(episode(4)))
	for _, token := range []string{ada, "the-token-of-Grace-Hopper"} {
		for _, coding := range []string{"", "gzip"} {
			got := asked(h, "GET", "/news/private/"+token+"/rss.xml", "A-IM: feed", "If-None-Match: "+tag, "Accept-Encoding: "+coding)
			require.Equal(t, 226, got.status)
			text := got.body
			if coding != "" {
				text = unpacked(t, text)
			}
			assert.Equal(t, 1, strings.Count(text, "<item>"))
			assert.Equal(t, 1, strings.Count(text, token))
			assert.NotContains(t, text, "atom:link", "addresses of the feed")
		}
	}
}

// reader is a client that keeps what it has read.
type reader struct {
	tag   string
	items map[string]*feedreader.Item
}

var deleted = regexp.MustCompile(`<at:deleted-entry ref="([^"]+)"`)

// poll reads the feed, and returns the status.
func (r *reader) poll(t *testing.T, h *feedhttp.Handler, path string) int {
	got := asked(h, "GET", path, "A-IM: feed", "If-None-Match: "+r.tag)
	if got.status == 304 {
		return 304
	}
	feed, err := feedreader.Parse(got.body)
	require.NoError(t, err)
	if r.tag = got.header.Get("Etag"); got.status == 200 {
		clear(r.items)
	}
	for _, tombstone := range deleted.FindAllStringSubmatch(got.body, -1) {
		delete(r.items, tombstone[1])
	}
	for _, item := range feed.Items {
		r.items[item.GUID] = item
	}
	return got.status
}

// newest returns as many of the items as a feed has.
func (r *reader) newest(n int) (items []*feedreader.Item) {
	for _, item := range r.items {
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b *feedreader.Item) int {
		return 2*b.PublishedParsed.Compare(*a.PublishedParsed) + strings.Compare(a.GUID, b.GUID)
	})
	return items[:min(n, len(items))]
}

// DEL-1, DEL-3: whatever happens, a reader with deltas has what the whole feed has.
func TestReadersWithDeltasHaveTheArticlesOfTheFeed(t *testing.T) {
	stories := 60
	if testing.Short() {
		stories = 15
	}
	statuses := map[int]int{}
	for seed := range uint64(stories) {
		random := rand.New(rand.NewPCG(seed, 5))
		site := deltaSite()
		site.Limit = 2 + random.IntN(6)
		if random.IntN(2) == 0 {
			site.Tombstones = 12 * time.Hour
		}
		clock := clockAt(day(20))
		archive := openArchive(t, site, clock)
		h := &feedhttp.Handler{Source: archive, Clock: clock.now}
		path := feedPaths[random.IntN(3)]
		var readers []*reader
		for range 3 {
			readers = append(readers, &reader{items: map[string]*feedreader.Item{}})
		}
		for range 60 {
			n := random.IntN(30)
			a := long(n)
			a.Published = day(19).Add(time.Duration(random.IntN(30)) * time.Hour) // some are in the future
			a.Title = fmt.Sprintf("%02d, version %d", n, random.IntN(4))
			if random.IntN(4) == 0 {
				a.Expires = clock.now().Add(time.Duration(random.IntN(10)) * time.Hour)
			}
			switch random.IntN(6) {
			case 0, 1:
				_ = archive.Add(a)
			case 2:
				_ = archive.Update(a)
			case 3:
				_ = archive.Remove(a.ID)
			}
			clock.forward(time.Duration(random.IntN(90)) * time.Minute)
			whole, err := feedreader.Parse(asked(h, "GET", path).body)
			require.NoError(t, err)
			for _, r := range readers {
				if random.IntN(3) > 0 {
					continue
				}
				status := r.poll(t, h, path)
				statuses[status]++
				have := r.newest(len(whole.Items))
				require.Len(t, have, len(whole.Items), "%s, story %d, %d", path, seed, status)
				for i, item := range have {
					require.Equal(t, whole.Items[i], item, "%s, story %d, %d", path, seed, status)
				}
			}
		}
	}
	for _, status := range []int{200, 226, 304} {
		assert.Greater(t, statuses[status], stories, status)
	}
	t.Log(statuses)
}
