// Pages about all feeds, such as the HTML list and OPML, are served like feeds.
package feedhttp_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
)

// pages are the usual pages of a publication.
var pages = map[string]feedhttp.Page{
	"feeds/":     {ContentType: feedpage.ContentType, ContentSecurityPolicy: feedpage.ContentSecurityPolicy(), Append: feedpage.Index{OPML: "/news/feeds.opml"}.Append},
	"feeds.opml": {ContentType: opml.ContentType, Append: opml.Append},
	"feeds.css":  {ContentType: "text/css; charset=utf-8", Content: feedpage.Stylesheet},
}

// DISC-2, DISC-3, HTTP-1 to HTTP-5
func TestPagesAreServedLikeFeeds(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "turkey"), numbered(2, "turkey"))
	client := serving(t, &feedhttp.Handler{Source: archive, Clock: archive.Clock, Pages: pages})
	wanted := map[string]struct{ contentType, policy, holds string }{
		"feeds/":     {feedpage.ContentType, feedpage.ContentSecurityPolicy(), "/news/tag/turkey/atom.xml"},
		"feeds.opml": {opml.ContentType, "", `xmlUrl="https://www.example.com/news/tag/turkey/rss.xml"`},
		"feeds.css":  {"text/css; charset=utf-8", "", "prefers-color-scheme"},
	}
	for path, want := range wanted {
		plain := client.get("/news/" + path)
		packed := client.get("/news/"+path, "Accept-Encoding: gzip", "Sec-Fetch-Dest: document")
		assert.Equal(t, 200, plain.status, path)
		assert.Contains(t, plain.body, want.holds)
		assert.Equal(t, plain.body, unpacked(t, packed.body), path)
		for _, got := range []answer{plain, packed} {
			assert.Equal(t, want.contentType, got.header.Get("Content-Type"))
			assert.Equal(t, "Accept-Encoding", got.header.Get("Vary"))
			assert.Equal(t, "public, max-age=600", got.header.Get("Cache-Control"))
			assert.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"))
			assert.Regexp(t, `^"[\w-]{22}(-gzip)?"$`, got.header.Get("Etag"))
			assert.Contains(t, got.header.Get("Content-Security-Policy"), "default-src 'none'")
			if want.policy != "" {
				assert.Equal(t, want.policy, got.header.Get("Content-Security-Policy"))
			}
			assert.NotContains(t, got.header, "Set-Cookie")
			assert.NotContains(t, got.header, "Last-Modified", "the feeds' dates say nothing of how a page is made")
		}
		assert.NotEqual(t, plain.header.Get("Etag"), packed.header.Get("Etag"))
		assert.Equal(t, 304, client.get("/news/"+path, "If-None-Match: "+plain.header.Get("Etag")).status)
		assert.Equal(t, 304, client.get("/news/"+path, "Accept-Encoding: gzip", "If-None-Match: \"a\", "+packed.header.Get("Etag")).status)
		head := client.ask("HEAD", "/news/"+path)
		assert.Equal(t, plain.header.Get("Content-Length"), head.header.Get("Content-Length"))
		assert.Empty(t, head.body)
		assert.Equal(t, "GET, HEAD, OPTIONS", client.ask("POST", "/news/"+path).header.Get("Allow"))
		assert.Equal(t, 204, client.ask("OPTIONS", "/news/"+path).status)
	}
	assert.Equal(t, "/news/feeds/", client.get("/news/feeds").header.Get("Location"))
	assert.Equal(t, 404, client.get("/news/feeds.opml/").status)
}

// SEL-1, DISC-2, DISC-3, DISC-6, HTTP-8: the addresses in pages and feeds are those that are
// served.
func TestPagesNameTheAddressesThatAreServed(t *testing.T) {
	addresses := regexp.MustCompile(`(?:href|xmlUrl)="https://www\.example\.com([^"]*(?:rss|atom)\.xml|[^"]*feed\.json|[^"]*/feed/[^"]*)"`)
	for name, preset := range map[string]syndicate.Addresses{"Files": syndicate.Files, "WordPress": syndicate.WordPress} {
		t.Run(name, func(t *testing.T) {
			site := exampleSite
			site.Addresses = preset
			article := numbered(1, "日本", "turkey")
			article.Authors = []syndicate.Author{{Name: "Abdullah Bozkurt"}}
			article.Categories = []syndicate.Category{{Name: "Arms & exports", Parent: &syndicate.Category{Name: "Military"}}}
			archive := openArchive(t, site, clockAt(day(20)), article)
			client := serving(t, &feedhttp.Handler{Source: archive, Pages: pages})
			for page, want := range map[string]int{"feeds/": 3 * 6, "feeds.opml": 6} {
				named := map[string]bool{}
				for _, match := range addresses.FindAllStringSubmatch(client.get("/news/"+page).body, -1) {
					named[match[1]] = true
				}
				assert.Len(t, named, want, page)
				for path := range named {
					got := client.get(path)
					assert.Equal(t, 200, got.status, path)
					assert.Contains(t, got.header.Get("Link"), "<https://www.example.com"+path+`>; rel="self"`)
					assert.Contains(t, strings.ReplaceAll(got.body, `\/`, "/"), `"https://www.example.com`+path+`"`, "and in the body")
				}
			}
		})
	}
}

// countedPage is a page that counts how often it was rendered.
func countedPage(made *atomic.Int64) map[string]feedhttp.Page {
	return map[string]feedhttp.Page{"feeds.opml": {ContentType: opml.ContentType,
		Append: func(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error) {
			made.Add(1)
			return opml.Append(ctx, dst, source)
		}}}
}

const opmlPage = "/news/feeds.opml"

// HTTP-7, LIFE-2
func TestPageIsMadeOnceUntilSomethingChanges(t *testing.T) {
	clock := clockAt(day(20))
	later := numbered(20, "later")
	later.Published = day(20).Add(2 * time.Minute)
	old := numbered(1, "old")
	old.URL = "/old/"
	archive := openArchive(t, exampleSite, clock, numbered(1, "turkey"), later)
	var made atomic.Int64
	client := serving(t, &feedhttp.Handler{Source: archive, Clock: clock.now, Pages: countedPage(&made)})
	steps := []struct {
		why   string
		do    func()
		made  int64
		holds string
	}{
		{"first", func() {}, 1, "tag/turkey"},
		{"again", func() {}, 1, "tag/turkey"},
		{"something new", func() { require.NoError(t, archive.Add(numbered(2, "new"))) }, 2, "tag/new"},
		{"another feed than the site's shows it", func() { require.NoError(t, archive.Add(numbered(3), numbered(4), numbered(5))) }, 3, "tag/new"},
		{"backdated", func() { clock.forward(time.Second); require.NoError(t, archive.Add(old)) }, 4, "tag/old"},
		{"time alone", func() { clock.set(later.Published) }, 5, "tag/later"},
		{"a removal", func() { clock.forward(time.Second); require.NoError(t, archive.Remove("/01/")) }, 6, "tag/later"},
		{"after max-age", func() { clock.forward(10 * time.Minute) }, 7, "tag/later"},
	}
	for _, step := range steps {
		step.do()
		for range 3 {
			assert.Contains(t, client.get(opmlPage).body, step.holds, step.why)
			assert.Equal(t, 200, client.get(opmlPage, "Accept-Encoding: gzip").status)
		}
		assert.Equal(t, step.made, made.Load(), step.why)
	}
	assert.NotContains(t, client.get(opmlPage).body, "tag/turkey")
}

// HTTP-5
func TestLifetimeOfAPageEndsWithThatOfTheSitesFeed(t *testing.T) {
	clock := clockAt(day(20))
	later := numbered(20, "later")
	later.Published = day(20).Add(2 * time.Minute)
	archive := openArchive(t, exampleSite, clock, numbered(1, "turkey"), later)
	h := &feedhttp.Handler{Source: archive, Clock: clock.now, Pages: pages}
	assert.Equal(t, "public, max-age=120", asked(h, "GET", opmlPage).header.Get("Cache-Control"))
	assert.Equal(t, "public, max-age=600", asked(h, "GET", "/news/feeds.css").header.Get("Cache-Control"))
}

// With a Source without versions.
func TestPageIsRenderedAgainAfterATime(t *testing.T) {
	clock := clockAt(day(20))
	archive := openArchive(t, exampleSite, clock, numbered(1, "turkey"))
	var made atomic.Int64
	h := &feedhttp.Handler{Source: &counting{Source: archive}, Clock: clock.now, Pages: countedPage(&made)}
	for range 60 {
		require.Equal(t, 200, asked(h, "GET", opmlPage).status)
		clock.forward(time.Second)
	}
	assert.EqualValues(t, 12, made.Load())
}

// HTTP-3
func TestPageThatCannotBeMadeIsTemporarilyUnavailable(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "sick"), numbered(2, "well"))
	lost := errors.New("connection to the database lost")
	faults := map[string]func(context.Context, []byte, syndicate.Source) ([]byte, error){
		"an error": func(context.Context, []byte, syndicate.Source) ([]byte, error) { return nil, lost },
		"half of it": func(_ context.Context, dst []byte, _ syndicate.Source) ([]byte, error) {
			return append(dst, "<opml>"...), lost
		},
		"a panic": func(context.Context, []byte, syndicate.Source) ([]byte, error) { panic("index out of range") },
		"never an answer": func(ctx context.Context, _ []byte, _ syndicate.Source) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}
	for why, fault := range faults {
		var events []feedhttp.Event
		h := &feedhttp.Handler{Source: archive, Timeout: 20 * time.Millisecond, Pages: map[string]feedhttp.Page{"feeds.opml": {Append: fault}},
			Observe: func(_ context.Context, e feedhttp.Event) { events = append(events, e) }}
		got := asked(h, "GET", opmlPage)
		assert.Equal(t, 503, got.status, why)
		assert.Equal(t, "no-store", got.header.Get("Cache-Control"))
		assert.Equal(t, "Service Unavailable\n", got.body)
		require.Len(t, events, 1)
		assert.Error(t, events[0].Err)
		assert.Equal(t, "feeds.opml", events[0].Page)
		assert.Equal(t, 200, asked(h, "GET", "/news/rss.xml").status, "feeds are not affected")
	}

	source := &faulty{Versioner: archive, feed: func(context.Context) (*syndicate.Feed, error) { return nil, lost }}
	source.on.Store(true)
	h := &feedhttp.Handler{Source: source, Pages: pages}
	for _, path := range []string{opmlPage, "/news/feeds/"} {
		assert.Equal(t, 503, asked(h, "GET", path).status, "one feed that cannot be had")
	}
	assert.Equal(t, 200, asked(h, "GET", "/news/feeds.css").status)
	source.on.Store(false)
	assert.Equal(t, 200, asked(h, "GET", opmlPage).status)
}

// absentSite is a Source without a feed of the whole site.
type absentSite struct{ *syndicate.Archive }

func (a absentSite) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if scope == syndicate.Everything() {
		return nil, &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
	}
	return a.Archive.Feed(ctx, scope)
}

func (a absentSite) Version(ctx context.Context, scope syndicate.Scope) (string, error) {
	if scope == syndicate.Everything() {
		return "", &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
	}
	return a.Archive.Version(ctx, scope)
}

func TestPagesNeedNoFeedOfTheSite(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "turkey"))
	h := &feedhttp.Handler{Source: absentSite{archive}, Pages: pages}
	assert.Equal(t, 404, asked(h, "GET", "/news/rss.xml").status)
	assert.Contains(t, asked(h, "GET", opmlPage).body, "tag/turkey")
}

// HTTP-10
func TestPagesOfPrivateFeedsNeedATokenToo(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "turkey"))
	h := &feedhttp.Handler{Source: archive, Pages: pages, Allow: feedhttp.AllowTokens(token)}
	got := asked(h, "GET", "/news/"+private+"feeds.opml")
	assert.Equal(t, 200, got.status)
	assert.Equal(t, "private, max-age=600", got.header.Get("Cache-Control"))
	assert.Equal(t, "noindex", got.header.Get("X-Robots-Tag"))
	assert.NotContains(t, got.body, token)
	assert.Equal(t, 404, asked(h, "GET", opmlPage).status)
	assert.Equal(t, 404, asked(h, "GET", "/news/private/AAAAAAAAAAAAAAAAAAAAAAAAAA/feeds.opml").status)
}
