// Addresses map feeds to paths and back. Every feed has one path, and no other path is a feed.
package syndicate_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

func ExampleAddresses_parse() {
	scope := syndicate.InCategory("military")
	for _, addresses := range []syndicate.Addresses{syndicate.Files, syndicate.WordPress} {
		path := addresses.FeedPath(scope, syndicate.Atom)
		back, format, ok := addresses.Parse(path)
		fmt.Println(path, addresses.PagePath(scope), back, format, ok)
	}
	// Output:
	// category/military/atom.xml  category/military atom true
	// category/military/feed/atom/ category/military/ category/military atom true
}

var presets = map[string]syndicate.Addresses{
	"Files": syndicate.Files, "WordPress": syndicate.WordPress, "Below": syndicate.Below("feeds", syndicate.Files),
}

// DISC-6
func TestEachFeedHasItsPath(t *testing.T) {
	arms, tag, author := syndicate.InCategory("military/arms-exports"), syndicate.WithTag("türkiye"), syndicate.ByAuthor("abdullah-bozkurt")
	tests := []struct {
		scope            syndicate.Scope
		format           syndicate.Format
		files, wordPress string
	}{
		{syndicate.Everything(), syndicate.RSS, "rss.xml", "feed/"},
		{syndicate.Everything(), syndicate.Atom, "atom.xml", "feed/atom/"},
		{syndicate.Everything(), syndicate.JSON, "feed.json", "feed/json/"},
		{syndicate.Everything().AtPage(2), syndicate.RSS, "page/2/rss.xml", "page/2/feed/"},
		{arms, syndicate.RSS, "category/military/arms-exports/rss.xml", "category/military/arms-exports/feed/"},
		{arms, syndicate.JSON, "category/military/arms-exports/feed.json", "category/military/arms-exports/feed/json/"},
		{arms.AtPage(3), syndicate.Atom, "category/military/arms-exports/page/3/atom.xml", "category/military/arms-exports/page/3/feed/atom/"},
		{tag, syndicate.Atom, "tag/türkiye/atom.xml", "tag/türkiye/feed/atom/"},
		{author, syndicate.RSS, "author/abdullah-bozkurt/rss.xml", "author/abdullah-bozkurt/feed/"},
	}
	for _, tt := range tests {
		for addresses, path := range map[syndicate.Addresses]string{syndicate.Files: tt.files, syndicate.WordPress: tt.wordPress} {
			assert.Equal(t, path, addresses.FeedPath(tt.scope, tt.format))
			scope, format, ok := addresses.Parse(path)
			assert.True(t, ok, path)
			assert.Equal(t, tt.scope, scope)
			assert.Equal(t, tt.format, format)
		}
	}
}

func TestOnlyWordPressHasHTMLPages(t *testing.T) {
	pages := map[syndicate.Scope]string{
		syndicate.Everything(): "", syndicate.InCategory("military").AtPage(3): "category/military/",
		syndicate.WithTag("turkey"): "tag/turkey/", syndicate.ByAuthor("a"): "author/a/",
	}
	for scope, page := range pages {
		assert.Equal(t, page, syndicate.WordPress.PagePath(scope))
		assert.Equal(t, page, syndicate.Below("feeds", syndicate.WordPress).PagePath(scope), "HTML pages stay where they are")
		assert.Empty(t, syndicate.Files.PagePath(scope), "Files has no HTML pages")
	}
}

func TestBelowPutsFeedsUnderAPrefix(t *testing.T) {
	scope := syndicate.InCategory("military").AtPage(3)
	for _, prefix := range []string{"feeds/xml", "/feeds/xml", "feeds/xml/"} {
		addresses := syndicate.Below(prefix, syndicate.Files)
		assert.Equal(t, "feeds/xml/rss.xml", addresses.FeedPath(syndicate.Everything(), syndicate.RSS))
		path := addresses.FeedPath(scope, syndicate.Atom)
		assert.Equal(t, "feeds/xml/category/military/page/3/atom.xml", path)
		back, format, ok := addresses.Parse(path)
		assert.True(t, ok)
		assert.Equal(t, scope, back)
		assert.Equal(t, syndicate.Atom, format)
		for _, other := range []string{"rss.xml", "feeds/rss.xml", "feeds/xml", "feeds/xml/", "feeds/xml/feeds/xml/rss.xml", "feeds/xmlrss.xml"} {
			_, _, ok = addresses.Parse(other)
			assert.False(t, ok, other)
		}
		assert.Empty(t, addresses.FeedPath(scope, syndicate.Format(9)))
	}
	assert.Equal(t, syndicate.Files, syndicate.Below("/", syndicate.Files))
}

// DISC-7, SEL-5
func TestOtherPathsAreNotFeeds(t *testing.T) {
	for _, path := range []string{
		"", "/", "index.html", "rss.xm", "RSS.xml", "rss.xml/", "/rss.xml", "//rss.xml", "./rss.xml", "../rss.xml", "xrss.xml",
		"site/rss.xml", "site/page/2/rss.xml", "page/rss.xml", "page/0/rss.xml", "page/02/rss.xml", "page/2/page/3/rss.xml",
		"category/rss.xml", "category//rss.xml", "category/../rss.xml", "category/a/../b/rss.xml", "category/%2e%2e/rss.xml",
		"category/a//rss.xml", "category/military/feed/rss.xml", "category/Military/rss.xml", "category/a\\b/rss.xml",
		"tag/a/b/rss.xml", "tag/../rss.xml", "tag/\x00/rss.xml", "tag/\xff/rss.xml", "tag/ab /rss.xml", "category/page/rss.xml/rss.xml",
	} {
		for name, addresses := range presets {
			wordPress := strings.Replace(path, "rss.xml", "feed/", 1)
			_, _, ok := addresses.Parse(path)
			assert.False(t, ok, "%s %q", name, path)
			if wordPress != "feed/" {
				_, _, ok = addresses.Parse(wordPress)
				assert.False(t, ok, "%s %q", name, wordPress)
			}
		}
	}
}

// SEL-5
func TestACategoryPageMayHaveCategories(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(31)), with(numbered(1), func(a *syndicate.Article) {
		a.Categories = syndicate.Categories("Page/Arms", "Page/2a", "Page/3", "Page")
	}))
	assert.Equal(t, []string{"site", "category/page", "category/page/2a", "category/page/3-category", "category/page/arms"}, scopeNames(t, archive))
	for _, info := range infosOf(t, archive) {
		for _, addresses := range presets {
			scope, _, ok := addresses.Parse(addresses.FeedPath(info.Scope.AtPage(2), syndicate.Atom))
			assert.True(t, ok)
			assert.Equal(t, info.Scope.AtPage(2), scope)
		}
		assertScopeReadsBack(t, info.Scope)
	}
}

func TestUnknownFormatHasNoPath(t *testing.T) {
	assert.Equal(t, "", syndicate.WordPress.FeedPath(syndicate.Everything(), syndicate.Format(9)))
	assert.Equal(t, "", syndicate.Files.FeedPath(syndicate.Everything(), syndicate.Format(9)))
	assert.Equal(t, "", syndicate.Files.FeedPath(syndicate.Everything(), 0))
}

// SEL-4, RSS-7
func TestSlugsOfOtherScriptsArePercentEncodedInURLs(t *testing.T) {
	site, err := syndicate.Site{URL: "https://example.com/haber", Title: "Haber"}.Check()
	require.NoError(t, err)
	scope := syndicate.WithTag("الشرق-الأوسط")

	address := site.FeedURL(scope, syndicate.RSS)
	assert.Equal(t, "https://example.com/haber/tag/%D8%A7%D9%84%D8%B4%D8%B1%D9%82-%D8%A7%D9%84%D8%A3%D9%88%D8%B3%D8%B7/rss.xml", address)

	u, err := url.Parse(address)
	require.NoError(t, err)
	back, format, ok := syndicate.Files.Parse(strings.TrimPrefix(u.Path, "/haber/"))
	assert.True(t, ok)
	assert.Equal(t, scope, back)
	assert.Equal(t, syndicate.RSS, format)
}

// FeedPath and Parse are each other's reverse, and different feeds have different paths.
func FuzzAddresses(f *testing.F) {
	f.Add("category/military/page/3/rss.xml", "military", "arms", uint16(3))
	f.Add("tag/a/feed/atom/", "a/page/3", "a", uint16(0))
	f.Add("../feed/", "../a", "site", uint16(1))
	f.Add("tag/%2e%2e/feed.json", "feed", "page", uint16(1))
	f.Fuzz(func(t *testing.T, path, one, two string, page uint16) {
		for _, addresses := range presets {
			if scope, format, ok := addresses.Parse(path); ok {
				assert.Equal(t, path, addresses.FeedPath(scope, format))
				for element := range strings.SplitSeq(strings.TrimSuffix(path, "/"), "/") {
					assert.NotContains(t, []string{"", ".", ".."}, element)
					assert.NotRegexp(t, "%[0-9A-Fa-f]{2}", element)
				}
			}
			paths := map[string]string{}
			for _, slug := range []string{one, two} {
				for _, scope := range []syndicate.Scope{{}, syndicate.InCategory(slug), syndicate.WithTag(slug), syndicate.ByAuthor(slug)} {
					if same, err := syndicate.ParseScope(scope.String()); err != nil || same != scope {
						continue
					}
					for _, scope := range []syndicate.Scope{scope, scope.AtPage(int(page)), scope.AtPage(int(page) + 1)} {
						for _, format := range syndicate.Formats() {
							path, feed := addresses.FeedPath(scope, format), scope.String()+" "+format.String()
							if other, taken := paths[path]; taken {
								assert.Equal(t, other, feed, path)
							}
							paths[path] = feed
							back, backFormat, ok := addresses.Parse(path)
							assert.True(t, ok, path)
							assert.Equal(t, scope, back)
							assert.Equal(t, format, backFormat)
						}
					}
				}
			}
		}
	})
}
