// All forms of WordPress addresses lead to the feed.
package feedhttp_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

// DISC-6, HTTP-3
func TestWordPressAddressesInEveryFormLeadToTheFeed(t *testing.T) {
	site := exampleSite
	site.Addresses = syndicate.WordPress
	exports := &syndicate.Category{Name: "Arms exports", Parent: &syndicate.Category{Name: "Military"}}
	var articles []syndicate.Article
	for n := range 9 {
		article := numbered(n+1, "Mevlüt Çavuşoğlu", "日本")
		article.Categories = []syndicate.Category{*exports}
		article.Authors = []syndicate.Author{{Name: "Abdullah Bozkurt"}}
		articles = append(articles, article)
	}
	h := &feedhttp.Handler{Source: openArchive(t, site, clockAt(day(31)), articles...),
		Fallback: http.RedirectHandler("/fallback", http.StatusTeapot)}
	client := serving(t, h)
	const (
		found    = ""
		unknown  = "404"
		fallback = "/fallback"
	)
	tests := []struct{ path, want string }{
		{"feed/", found},
		{"feed/atom/", found},
		{"feed/json/", found},
		{"category/military/arms-exports/feed/", found},
		{"tag/mevlut-cavusoglu/feed/atom/", found},
		{"tag/%E6%97%A5%E6%9C%AC/feed/", found},
		{"author/abdullah-bozkurt/feed/json/", found},
		{"page/2/feed/", found},
		{"feed/?feed=atom", found},    // the query means nothing
		{"feed/atom/?paged=2", found}, // nor does this: pages are counted from the oldest

		{"feed", "/news/feed/"},
		{"feed/atom", "/news/feed/atom/"},
		{"feed/rss2/", "/news/feed/"},
		{"feed/rss2", "/news/feed/"},
		{"feed/rss/", "/news/feed/"},
		{"feed/rdf/", "/news/feed/"},
		{"feed/feed/", "/news/feed/"},
		{"rss2/", "/news/feed/"},
		{"rss", "/news/feed/"},
		{"rdf/", "/news/feed/"},
		{"atom/", "/news/feed/atom/"},
		{"wp-rss2.php", "/news/feed/"},
		{"wp-atom.php", "/news/feed/atom/"},
		{"?feed=atom", "/news/feed/atom/"},
		{"?feed=rss2&x=y", "/news/feed/"},
		{"index.php?feed=json", "/news/feed/json/"},
		{"category/military/feed", "/news/category/military/feed/"},
		{"category/military/arms-exports/rss2/", "/news/category/military/arms-exports/feed/"},
		{"category/military/arms-exports/feed/rdf", "/news/category/military/arms-exports/feed/"},
		{"category/military/?feed=atom", "/news/category/military/feed/atom/"},
		{"tag/%E6%97%A5%E6%9C%AC/atom", "/news/tag/%E6%97%A5%E6%9C%AC/feed/atom/"},
		{"page/2/feed", "/news/page/2/feed/"},
		{"tag/mevlut-cavusoglu/page/1/feed/atom", "/news/tag/mevlut-cavusoglu/page/1/feed/atom/"},

		// Escapes that other programs write differently.
		{"f%65ed/", "/news/feed/"},
		{"tag/%e6%97%a5%e6%9c%ac/feed/", "/news/tag/%E6%97%A5%E6%9C%AC/feed/"},
		{"tag/%e6%97%a5%e6%9c%ac/feed/rss2/", "/news/tag/%E6%97%A5%E6%9C%AC/feed/"},
		{"tag%2fmevlut-cavusoglu/feed/", fallback},
		{"tag/mevlut-cavusoglu%2Frss2/", fallback},

		// Queries that select a term.
		{"?feed=rss2&tag=mevlut-cavusoglu", "/news/tag/mevlut-cavusoglu/feed/"},
		{"?tag=mevlut-cavusoglu&feed=atom", "/news/tag/mevlut-cavusoglu/feed/atom/"},
		{"?tag=%E6%97%A5%E6%9C%AC&feed=atom", "/news/tag/%E6%97%A5%E6%9C%AC/feed/atom/"},
		{"?feed=rss2&tag[]=mevlut-cavusoglu", "/news/tag/mevlut-cavusoglu/feed/"},
		{"feed/?tag=mevlut-cavusoglu", "/news/tag/mevlut-cavusoglu/feed/"},
		{"feed/json/?category_name=military", "/news/category/military/feed/json/"},
		{"feed/?category_name=military/arms-exports", "/news/category/military/arms-exports/feed/"},
		{"feed/?category_name=military%2Farms-exports", "/news/category/military/arms-exports/feed/"},
		{"feed/?category_name=arms-exports", "/news/category/military/arms-exports/feed/"},
		{"feed/?category.name=military", "/news/category/military/feed/"},
		{"?feed=rss2&author_name=abdullah-bozkurt", "/news/author/abdullah-bozkurt/feed/"},
		{"rss2/?author_name=abdullah-bozkurt", "/news/author/abdullah-bozkurt/feed/"},
		{"wp-rss2.php?tag=mevlut-cavusoglu", "/news/tag/mevlut-cavusoglu/feed/"},
		{"tag/mevlut-cavusoglu/feed/?tag=mevlut-cavusoglu", found},
		{"category/military/?feed=rss2&category_name=military", "/news/category/military/feed/"},
		{"feed/?Tag=x&utm_source=y&paged=2&orderby=date", found}, // nothing of this selects
		{"?feed=comments-rss2&feed=rss2", "/news/feed/"},         // the last one counts

		// Terms that do not exist, in every form.
		{"tag/nobody/feed/", unknown},
		{"tag/nobody/feed", unknown},
		{"tag/nobody/feed/rss2/", unknown},
		{"tag/nobody/rdf/", unknown},
		{"tag/nobody/?feed=atom", unknown},
		{"category/nobody/rss2/", unknown},
		{"category/military/nobody/atom/", unknown},
		{"author/nobody/feed/rss/", unknown},
		{"page/99/feed", unknown},
		{"?feed=rss2&tag=nobody", unknown},
		{"?feed=rss2&tag=", unknown},
		{"?feed=rss2&category_name=nobody", unknown},
		{"?feed=rss2&author_name=nobody", unknown},
		{"feed/?tag=mevlut-cavusoglu,x", unknown},
		{"feed/?tag=mevlut-cavusoglu+x", unknown},
		{"feed/?tag=../feed", unknown},

		// Two selections at once.
		{"feed/?tag=mevlut-cavusoglu&tag=x", unknown},
		{"feed/?tag=mevlut-cavusoglu&author_name=abdullah-bozkurt", unknown},
		{"tag/mevlut-cavusoglu/feed/?category_name=military", unknown},
		{"page/2/feed/?tag=mevlut-cavusoglu", unknown},
		{"feed/?tag=mevlut-cavusoglu&s=x", unknown},

		// Queries that select what has no feed.
		{"tag/mevlut-cavusoglu/feed/?cat=3", unknown},
		{"tag/mevlut-cavusoglu/rss2/?s=x", unknown},
		{"wp-rss2.php?cat=3", unknown},
		{"feed/?cat[]=3", unknown},
		{"feed/?%63at=3", unknown},
		{"feed/?%20cat=3", unknown},
		{"feed/?s", unknown},
		{"feed/?s=%zz", unknown},

		{"", fallback},
		{"?feed=comments-rss2", fallback},
		{"comments/feed/", fallback},
		{"2022/03/an-article/feed/", fallback},
		{"category/feed/", fallback},
		{"category/rss/", fallback}, // the page of a category of that name
		{"tag/a/b/feed/", fallback},
		{"tag/UPPER/feed/rss2/", fallback},
		{"newsfeed", fallback},
		{"rss.xml", fallback},
	}
	for _, test := range tests {
		got := client.get("/news/"+test.path, "Host: evil.example")
		switch test.want {
		case found:
			assert.Equal(t, 200, got.status, test.path)
		case unknown:
			assert.Equal(t, 404, got.status, test.path)
		case fallback:
			assert.Equal(t, http.StatusTeapot, got.status, test.path)
		default:
			assert.Equal(t, 301, got.status, test.path)
			assert.Equal(t, test.want, got.header.Get("Location"), test.path)
			assert.Equal(t, "public, max-age=600", got.header.Get("Cache-Control"), test.path)
		}
	}
}

// DISC-6. What WordPress would narrow is never the whole site.
func TestNoQueryThatNarrowsLeadsToTheWholeSite(t *testing.T) {
	site := exampleSite
	site.Addresses = syndicate.WordPress
	h := &feedhttp.Handler{Source: openArchive(t, site, clockAt(day(31)), numbered(1))}
	for _, name := range []string{
		"attachment", "attachment_id", "author", "author_name", "cat", "category_name", "comments_popup", "day", "embed", "error", "favicon",
		"hour", "m", "minute", "monthnum", "name", "p", "page_id", "pagename", "pb", "post_format", "post_type", "posts", "preview", "rest_route",
		"robots", "s", "search", "second", "sitemap", "static", "subpost", "subpost_id", "tag", "taxonomy", "tb", "term", "w",
		"withcomments", "year",
	} {
		for _, path := range []string{"?feed=rss2&", "feed/?", "feed/rss2/?", "index.php?feed=atom&", "wp-rss2.php?"} {
			assert.Equal(t, 404, asked(h, "GET", "/news/"+path+name+"=1").status, path+name)
		}
		got := asked(h, "GET", "/news/feed/")
		assert.Equal(t, 200, got.status)
		again := asked(h, "GET", "/news/feed/?"+name+"=1", "If-None-Match: "+got.header.Get("Etag"))
		assert.Equal(t, 404, again.status, "not from the cache either: %s", name)
	}
	site.Addresses = syndicate.Files
	h = &feedhttp.Handler{Source: openArchive(t, site, clockAt(day(31)), numbered(1))}
	assert.Equal(t, 200, asked(h, "GET", "/news/rss.xml?cat=3").status, "elsewhere a query means nothing")
}

// DISC-6. A name that several categories have at the end of their paths is no category's.
func TestAmbiguousCategoriesOfQueriesAreUnknown(t *testing.T) {
	site := exampleSite
	site.Addresses = syndicate.WordPress
	a, b := numbered(1), numbered(2)
	a.Categories = syndicate.Categories("Military/Exports", "Other/News", "News")
	b.Categories = syndicate.Categories("Trade/Exports")
	h := &feedhttp.Handler{Source: openArchive(t, site, clockAt(day(31)), a, b)}
	assert.Equal(t, 404, asked(h, "GET", "/news/feed/?category_name=exports").status)
	assert.Equal(t, "/news/category/news/feed/", asked(h, "GET", "/news/feed/?category_name=news").header.Get("Location"))
	assert.Equal(t, "/news/category/trade/exports/feed/", asked(h, "GET", "/news/feed/?category_name=trade/exports").header.Get("Location"))
}

// HTTP-7. Requests with random names do not list all scopes each time. The list is kept for the
// time of Refresh. A category that is named exactly needs no list, so it is found at once.
func TestCategoriesAreListedOncePerPeriod(t *testing.T) {
	site := exampleSite
	site.Addresses = syndicate.WordPress
	now := clockAt(day(20))
	a := numbered(1)
	a.Categories = syndicate.Categories("Military/Exports", "Trade/Imports/Turkey", "Sports/Turkey")
	archive := openArchive(t, site, now, a)
	source := listed{archive, new(atomic.Int64)}
	h := &feedhttp.Handler{Source: source, Clock: now.now}
	location := func(name string) string {
		return asked(h, "GET", "/news/feed/?category_name="+name).header.Get("Location")
	}
	for i := range 100 {
		assert.Empty(t, location(fmt.Sprint("random-", i)))
	}
	assert.Equal(t, "/news/category/military/exports/feed/", location("exports"))
	assert.Equal(t, "/news/category/trade/imports/turkey/feed/", location("imports/turkey"))
	assert.Empty(t, location("turkey"), "of two categories")
	assert.EqualValues(t, 1, source.lists.Load())

	b := numbered(2)
	b.Categories = syndicate.Categories("News", "Other/Harbour", "Exports")
	require.NoError(t, archive.Add(b))
	assert.Equal(t, "/news/category/news/feed/", location("news"))
	assert.Equal(t, "/news/category/exports/feed/", location("exports"), "the exact name takes precedence")
	assert.Empty(t, location("harbour"))
	now.set(day(20).Add(5 * time.Second))
	assert.Equal(t, "/news/category/other/harbour/feed/", location("harbour"))
	assert.EqualValues(t, 2, source.lists.Load())

	h = &feedhttp.Handler{Source: source, Refresh: -1}
	location("harbour")
	location("harbour")
	assert.EqualValues(t, 4, source.lists.Load())
}

// listed is a Source that counts how often its scopes are listed.
type listed struct {
	syndicate.Versioner
	lists *atomic.Int64
}

func (c listed) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	c.lists.Add(1)
	return c.Versioner.Scopes(ctx)
}

// HTTP-3. A Source that cannot list its scopes does not make a category unknown.
func TestCategoriesOfQueriesNeedTheSource(t *testing.T) {
	site := exampleSite
	site.Addresses = syndicate.WordPress
	h := &feedhttp.Handler{Source: scopeless{openArchive(t, site, clockAt(day(31)), numbered(1))}, OnError: func(error) {}}
	assert.Equal(t, 503, asked(h, "GET", "/news/feed/?category_name=military").status)
	assert.Equal(t, 404, asked(h, "GET", "/news/feed/?tag=nobody").status)
}

// HTTP-7. A Source that never lists its scopes holds no request longer than the time-out.
func TestCategoriesOfQueriesDoNotWaitForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site := exampleSite
		site.Addresses = syndicate.WordPress
		source := stuck{openArchive(t, site, clockAt(day(31)), numbered(1)), make(chan struct{}), new(atomic.Int64)}
		h := &feedhttp.Handler{Source: source, OnError: func(error) {}}
		var requests sync.WaitGroup
		for range 10 {
			requests.Go(func() { assert.Equal(t, 503, asked(h, "GET", "/news/feed/?category_name=military").status) })
		}
		requests.Wait()
		assert.EqualValues(t, 1, source.asked.Load(), "once for all requests")
		close(source.end)
	})
}

// stuck is a Source that lists no scope before the end.
type stuck struct {
	syndicate.Versioner
	end   chan struct{}
	asked *atomic.Int64
}

func (s stuck) Scopes(context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	s.asked.Add(1)
	<-s.end
	return func(func(syndicate.ScopeInfo, error) bool) {}
}

// scopeless is a Source that fails to list its scopes.
type scopeless struct{ syndicate.Versioner }

func (scopeless) Scopes(context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) { yield(syndicate.ScopeInfo{}, io.ErrUnexpectedEOF) }
}

// HTTP-6, HTTP-10. A page has one address, a private feed has one, and so has a site whose own
// address has escapes.
func TestEveryAddressHasOneSpelling(t *testing.T) {
	site := exampleSite
	pages := map[string]feedhttp.Page{"feeds/": {Content: "list"}, "feeds.opml": {Content: "list"}}
	tests := []struct {
		site     string
		allow    bool
		path     string
		location string // "" for 200
		status   int
	}{
		{"https://www.example.com/news/", false, "/news/feeds/", "", 200},
		{"https://www.example.com/news/", false, "/news/feeds", "/news/feeds/", 301},
		{"https://www.example.com/news/", false, "/news/f%65eds/", "/news/feeds/", 301},
		{"https://www.example.com/news/", false, "/news/feeds%2Eopml", "/news/feeds.opml", 301},
		{"https://www.example.com/news/", false, "/news/feeds%2f", "", 404},
		{"https://www.example.com/news/", false, "/n%65ws/rss.xml", "/news/rss.xml", 301},
		{"https://www.example.com/news/", false, "/news%2Frss.xml", "", 404},
		{"https://www.example.com/news/", false, "//news/rss.xml", "", 404},
		{"https://www.example.com/news/", false, "/news//rss.xml", "", 404},
		{"https://www.example.com/news/", false, "/news/../news/rss.xml", "", 404},
		{"https://www.example.com/news/", false, "/news/%2e/rss.xml", "", 404},
		{"https://www.example.com/news/", false, "/news/rss.xml%00", "", 404},
		{"https://www.example.com/news/", false, "/NEWS/rss.xml", "", 404},
		{"https://www.example.com/(news)/", false, "/(news)/rss.xml", "", 200},
		{"https://www.example.com/(news)/", false, "/%28news%29/rss.xml", "", 200},
		{"https://www.example.com/haber%C3%A7/", false, "/haber%C3%A7/rss.xml", "", 200},
		{"https://www.example.com/haber%C3%A7/", false, "/haber%c3%a7/rss.xml", "/haber%C3%A7/rss.xml", 301},
		{"https://www.example.com/a%2Fb/", false, "/a%2Fb/rss.xml", "", 200},
		{"https://www.example.com/a%2Fb/", false, "/a%2fb/rss.xml", "/a%2Fb/rss.xml", 301},
		{"https://www.example.com/a%2Fb/", false, "/a/b/rss.xml", "", 404},
		{"https://www.example.com/", false, "//evil.example/%72ss.xml", "", 404},
		{"https://www.example.com/", false, "/%2Fevil.example/rss.xml", "", 404},
		{"https://www.example.com/", false, "/%5Cevil.example/rss.xml", "", 404},
		{"https://www.example.com//evil.example/", false, "//evil.example/%72ss.xml", "/.//evil.example/rss.xml", 301},
		{"https://www.example.com//evil.example/", false, "//evil.example/rss.xml", "", 200},
		{"https://www.example.com/news/", true, "/news/" + private + "rss.xml", "", 200},
		{"https://www.example.com/news/", true, "/news/" + private + "%72ss.xml", "/news/" + private + "rss.xml", 301},
		{"https://www.example.com/news/", true, "/news/" + strings.Replace(private, "A", "%41", 1) + "rss.xml", "/news/" + private + "rss.xml", 301},
		{"https://www.example.com/news/", true, "/news/" + strings.Replace(private, "/", "%2f", 1) + "rss.xml", "", 404},
		{"https://www.example.com/news/", true, "/news/" + strings.TrimSuffix(private, "/") + "%2Frss.xml", "", 404},
	}
	for _, test := range tests {
		site.URL = test.site
		h := &feedhttp.Handler{Source: openArchive(t, site, clockAt(day(31)), numbered(1))}
		if test.allow {
			h.Allow = feedhttp.AllowTokens(token)
		} else {
			h.Pages = pages
		}
		got := serving(t, h).get(test.path, "Host: evil.example")
		assert.Equal(t, test.status, got.status, test.path)
		assert.Equal(t, test.location, got.header.Get("Location"), test.path)
	}
}

// HTTP-6. The address in a feed's self link is the one without a redirect.
func TestSelfLinksAreNotRedirected(t *testing.T) {
	article := numbered(1)
	for _, slug := range []string{"a(b)", "it's!", "a[b]", "a~b", "a&b=c", "a@b", "a+b", "a,b;c", "日本", "ç", "$1", "a b"} {
		article.Tags = append(article.Tags, syndicate.Tag{Name: slug, Slug: slug})
	}
	archive := openArchive(t, exampleSite, clockAt(day(31)), article)
	client := serving(t, &feedhttp.Handler{Source: archive})
	count := 0
	for info, err := range archive.Scopes(t.Context()) {
		require.NoError(t, err)
		self, err := url.Parse(archive.Publication().FeedURL(info.Scope, syndicate.RSS))
		require.NoError(t, err)
		assert.Equal(t, 200, client.get(self.EscapedPath()).status, self)
		unescaping := strings.NewReplacer("%28", "(", "%29", ")", "%27", "'", "%21", "!", "%5B", "[", "%5D", "]")
		assert.Equal(t, 200, client.get(unescaping.Replace(self.EscapedPath())).status, "as a proxy can write it: %s", self)
		count++
	}
	assert.Greater(t, count, 8)
}

// With other Addresses, the forms of WordPress are not recognized.
func TestOnlyWordPressAddressesRedirect(t *testing.T) {
	h := &feedhttp.Handler{Source: openArchive(t, exampleSite, clockAt(day(31)), numbered(1))}
	for _, path := range []string{"feed/", "feed/rss2/", "rss2/", "?feed=atom"} {
		assert.Equal(t, 404, asked(h, "GET", "/news/"+path).status, path)
	}
}

// lenient are Addresses whose Parse also accepts upper case.
type lenient struct{ syndicate.Addresses }

func (l lenient) Parse(path string) (syndicate.Scope, syndicate.Format, bool) {
	if path == "RSS.XML" {
		path = "rss.xml"
	}
	return l.Addresses.Parse(path)
}

// HTTP-7: a feed has one address. Others that Parse accepts redirect to it and are not cached.
func TestOtherAddressesOfAFeedRedirect(t *testing.T) {
	site := exampleSite
	site.URL, site.Addresses = "https://www.example.com//evil.example/", lenient{syndicate.Files}
	h := &feedhttp.Handler{Source: openArchive(t, site, clockAt(day(31)), numbered(1))}
	got := asked(h, "GET", "https://www.example.com//evil.example/RSS.XML")
	assert.Equal(t, 301, got.status)
	assert.Equal(t, "/.//evil.example/rss.xml", got.header.Get("Location"), "which is no other host")
}

// Pages and the fallback are served in addition to the feeds.
func TestOtherPathsGoToPagesAndFallback(t *testing.T) {
	says := func(text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) })
	}
	h := &feedhttp.Handler{
		Source:   openArchive(t, exampleSite, clockAt(day(31)), numbered(1)),
		Pages:    map[string]feedhttp.Page{"feeds.opml": {Content: "list"}, "rss.xml": {Content: "hidden by the feed"}},
		Fallback: says("site"),
	}
	assert.Equal(t, "list", asked(h, "GET", "/news/feeds.opml").body)
	assert.Equal(t, "site", asked(h, "POST", "/news/feeds.opml/").body)
	assert.Equal(t, "site", asked(h, "GET", "/rss.xml").body, "beside the site's path")
	assert.Contains(t, asked(h, "GET", "/news/rss.xml").body, "<rss")
	assert.Equal(t, 404, asked(&feedhttp.Handler{Source: h.Source}, "GET", "/").status)
}
