// All forms of WordPress addresses lead to the feed.
package feedhttp_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

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
		case fallback:
			assert.Equal(t, http.StatusTeapot, got.status, test.path)
		default:
			assert.Equal(t, 301, got.status, test.path)
			assert.Equal(t, test.want, got.header.Get("Location"), test.path)
			assert.Equal(t, "public, max-age=600", got.header.Get("Cache-Control"), test.path)
		}
	}
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
func TestOtherPathsAreForOthers(t *testing.T) {
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
