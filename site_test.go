// A Site describes the whole publication. Two fields are enough, the others have defaults.
package syndicate_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
)

func ExampleSite_Check() {
	publication, err := syndicate.Site{URL: "https://www.nordicmonitor.com", Title: "Nordic Monitor"}.Check()
	site := publication.Site()
	fmt.Println(site.URL, site.Description, site.Language, site.Limit, err)

	_, err = syndicate.Site{URL: "nordicmonitor.com"}.Check()
	fmt.Println(err)
	// Output:
	// https://www.nordicmonitor.com/ Nordic Monitor und 20 <nil>
	// syndicate: URL: "nordicmonitor.com": not an absolute http or https URL
	// syndicate: Title: missing (RSS 2.0, required channel elements)
}

func ExamplePublication_FeedURL() {
	publication, _ := syndicate.Site{URL: "https://example.com/news", Title: "News", Addresses: syndicate.WordPress}.Check()
	fmt.Println(publication.FeedURL(syndicate.InCategory("military"), syndicate.Atom))
	fmt.Println(publication.PageURL(syndicate.InCategory("military")))
	// Output:
	// https://example.com/news/category/military/feed/atom/
	// https://example.com/news/category/military/
}

func TestSiteHasDefaults(t *testing.T) {
	publication, err := syndicate.Site{URL: "https://example.com", Title: " The\nExample "}.Check()
	require.NoError(t, err)
	site := publication.Site()
	assert.Equal(t, "https://example.com/", site.URL)
	assert.Equal(t, "The Example", site.Title)
	assert.Equal(t, "The Example", site.Description)
	assert.Equal(t, "und", site.Language)
	assert.Equal(t, syndicate.Author{Name: "The Example", URL: "https://example.com/"}, site.Author)
	assert.Equal(t, syndicate.Files, site.Addresses)
	assert.Equal(t, "example.com,2026", site.TagAuthority)
	assert.Equal(t, syndicate.Formats(), site.Formats)
	assert.Equal(t, syndicate.Kinds(), site.Kinds)
	assert.Equal(t, 20, site.Limit)
	assert.Equal(t, 1_000_000, site.MaxBytes)
	assert.Equal(t, 262_144, site.MaxBody)
}

// The publication as an author has no scope, so its title need not make a slug.
func TestSiteTitleMayMakeNoSlug(t *testing.T) {
	for _, title := range []string{"Feed", "Page", "???", "Con", "🙂"} {
		_, err := syndicate.Site{URL: "https://example.com/", Title: title}.Check()
		assert.NoError(t, err, title)
	}
}

func TestCheckNormalizesASite(t *testing.T) {
	publication, err := syndicate.Site{
		URL: "HTTPS://Example.com/news?x#y", Title: "Example", Language: "EN-gb",
		Logo: syndicate.Image{URL: "logo.png"}, Icon: "/icon.png", Favicon: "//cdn.example.com/f.ico",
		Hubs:     []string{"https://hub.example.com", "https://HUB.example.com/"},
		Author:   syndicate.Author{Name: " Desk ", URL: "about"},
		Schedule: syndicate.Schedule{SkipHours: []int{5, 3, 5}, SkipDays: []time.Weekday{time.Sunday, time.Saturday, time.Sunday}},
		Formats:  []syndicate.Format{syndicate.JSON, syndicate.RSS, syndicate.JSON}, Kinds: []syndicate.Kind{syndicate.KindTag, syndicate.KindCategory},
	}.Check()
	require.NoError(t, err)
	site := publication.Site()
	assert.Equal(t, []syndicate.Format{syndicate.RSS, syndicate.JSON}, site.Formats)
	assert.Equal(t, []syndicate.Kind{syndicate.KindSite, syndicate.KindCategory, syndicate.KindTag}, site.Kinds)
	assert.Equal(t, "https://example.com/news?x#y", site.URL)
	assert.Equal(t, "en-GB", site.Language)
	assert.Equal(t, syndicate.Image{URL: "https://example.com/news/logo.png", Type: "image/png"}, site.Logo)
	assert.Equal(t, "https://example.com/icon.png", site.Icon)
	assert.Equal(t, "https://cdn.example.com/f.ico", site.Favicon)
	assert.Equal(t, []string{"https://hub.example.com/"}, site.Hubs)
	assert.Equal(t, syndicate.Author{Name: "Desk", URL: "https://example.com/news/about"}, site.Author)
	assert.Equal(t, []int{3, 5}, site.Schedule.SkipHours)
	assert.Equal(t, []time.Weekday{time.Sunday, time.Saturday}, site.Schedule.SkipDays)
}

func TestProblemsOfSites(t *testing.T) {
	tests := []struct {
		why  string
		edit func(*syndicate.Site)
		want string // without "syndicate: " in front
	}{
		{"nothing at all", func(s *syndicate.Site) { *s = syndicate.Site{} }, "URL: missing\nTitle: missing (RSS 2.0, required channel elements)"},
		{"no web address", func(s *syndicate.Site) { s.URL = "file:///srv/www" }, `URL: "file:///srv/www": URL scheme is not http or https`},
		{"a broken address", func(s *syndicate.Site) { s.URL = "http://[" }, `URL: "http://[": not a URL`},
		{"a bad language", func(s *syndicate.Site) { s.Language = "english-language" }, `Language: "english-language": not a BCP 47 language tag (BCP 47)`},
		{"contacts without mail", func(s *syndicate.Site) {
			s.ManagingEditor.Name, s.WebMaster = "X", syndicate.Author{Name: "Y", Email: "y"}
		},
			`ManagingEditor.Email: missing (RSS 2.0, managingEditor and webMaster)
WebMaster.Email: "y": not an e-mail address (RSS 2.0, managingEditor and webMaster)`},
		{"bad pictures", func(s *syndicate.Site) { s.Logo.Width, s.Icon, s.Favicon = 88, "javascript:x", "http://[" },
			`Logo.URL: missing
Icon: "javascript:x": URL scheme is not http or https
Favicon: "http://[": not a URL`},
		{"bad hubs", func(s *syndicate.Site) { s.Hubs = []string{" ", "ws://hub.example.com/"} },
			`Hubs[1]: "ws://hub.example.com/": URL scheme is not http or https`},
		{"a schedule", func(s *syndicate.Site) {
			s.Schedule = syndicate.Schedule{TTL: -time.Hour, UpdatePeriod: "often", UpdateFrequency: -1, SkipHours: []int{24, -1}, SkipDays: []time.Weekday{7}}
		}, `Schedule.TTL: "-1h0m0s": negative (RSS 2.0, optional channel elements)
Schedule.UpdatePeriod: "often": not hourly, daily, weekly, monthly or yearly (RSS 1.0 module Syndication)
Schedule.UpdateFrequency: "-1": negative (RSS 1.0 module Syndication)
Schedule.SkipHours: "-1": not an hour from 0 to 23 (RSS 2.0, optional channel elements)
Schedule.SkipHours: "24": not an hour from 0 to 23 (RSS 2.0, optional channel elements)
Schedule.SkipDays: "7": not a day of the week (RSS 2.0, optional channel elements)`},
		{"no tag authority", func(s *syndicate.Site) { s.TagAuthority = "example.com" },
			`TagAuthority: "example.com": not a domain or mail address, a comma and a date (RFC 4151 section 2.1)`},
		{"negative limits", func(s *syndicate.Site) { s.Limit, s.MaxBytes, s.MaxBody, s.Tombstones = -1, -2, -3, -time.Second },
			`Limit: "-1": negative
MaxBytes: "-2": negative
MaxBody: "-3": negative
Tombstones: "-1s": negative`},
		{"no format and no kind", func(s *syndicate.Site) { s.Formats, s.Kinds = []syndicate.Format{9}, []syndicate.Kind{8} },
			`Formats: "9": unknown
Kinds: "8": unknown`},
		{"options of a scope", func(s *syndicate.Site) {
			s.Scopes = map[syndicate.Scope]syndicate.FeedOptions{
				syndicate.WithTag("a").AtPage(2): {}, syndicate.WithTag(".."): {}, syndicate.ByAuthor("a"): {Limit: -1},
				syndicate.WithTag("b"): {
					ID: "b", Language: "english-language", Logo: syndicate.Image{URL: "javascript:x"}, Icon: "http://[",
					Author: syndicate.Author{Name: "X", Email: "x"}, Schedule: syndicate.Schedule{TTL: -time.Hour}, MaxBytes: -1,
				},
			}
		}, `Scopes[tag/..]: not the scope of a current feed
Scopes[tag/a/page/2]: not the scope of a current feed
Scopes[tag/b].ID: "b": not an absolute IRI (RFC 4287 section 4.2.6)
Scopes[tag/b].Language: "english-language": not a BCP 47 language tag (BCP 47)
Scopes[tag/b].Logo.URL: "javascript:x": URL scheme is not http or https
Scopes[tag/b].Icon: "http://[": not a URL
Scopes[tag/b].Author.Email: "x": not an e-mail address (RFC 4287 section 3.2.3)
Scopes[tag/b].Schedule.TTL: "-1h0m0s": negative (RSS 2.0, optional channel elements)
Scopes[tag/b].MaxBytes: "-1": negative
Scopes[author/a].Limit: "-1": negative`},
		{"one id for two feeds", func(s *syndicate.Site) { // ATOM-2
			s.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("a"): {ID: "tag:e.org,2020:x"}, syndicate.WithTag("b"): {ID: " tag:e.org,2020:x"}}
		}, `Scopes[tag/b].ID: "tag:e.org,2020:x": another feed has this id (tag/a)`},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			site := syndicate.Site{URL: "https://example.com/", Title: "Example"}
			tt.edit(&site)
			_, err := site.Check()
			require.Error(t, err)
			assert.Equal(t, tt.want, withoutPrefix(err))
		})
	}
}

// Whatever is mended is reported as a warning.
func TestWarningsOfSites(t *testing.T) {
	var warnings []string
	_, err := syndicate.Site{
		URL: "https://example.com/", Title: "A\x00B", Hubs: []string{" "},
		Warn: func(p *syndicate.Problem) { warnings = append(warnings, p.Error()) },
	}.Check()
	require.NoError(t, err)
	assert.Equal(t, []string{
		`syndicate: Title: "A\x00B": holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]`,
		`syndicate: Hubs[0]: missing (left out) [warning]`,
	}, warnings)
}

// LIFE-5, ATOM-2, RSS-2
func TestIDsSurviveAChangeOfDomain(t *testing.T) {
	of := func(address string) *syndicate.Feed {
		archive, err := syndicate.NewArchive(syndicate.Site{URL: address, Title: "Example", TagAuthority: "example.com,2015"},
			syndicate.Article{ID: "4711", URL: "/a/", Title: "A", Published: midday})
		require.NoError(t, err)
		feed, err := archive.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		return feed
	}
	before, after := of("http://example.com/"), of("https://example.org/blog/")
	assert.Equal(t, "tag:example.com,2015:feed:site", before.ID)
	assert.Equal(t, before.ID, after.ID)
	for _, feed := range []*syndicate.Feed{before, after} {
		assert.Contains(t, textOf(feed, syndicate.Atom), "<id>tag:example.com,2015:4711</id>")
		assert.Contains(t, textOf(feed, syndicate.RSS), `<guid isPermaLink="false">4711</guid>`)
		assert.Contains(t, textOf(feed, syndicate.JSON), `"id":"4711"`)
	}
}

// RSS-8, HTTP-6
func TestFeedURLsAreUnderTheSitesURL(t *testing.T) {
	tests := []struct{ site, want string }{
		{"https://example.com", "https://example.com/category/arms-exports/rss.xml"},
		{"https://example.com/", "https://example.com/category/arms-exports/rss.xml"},
		{"https://example.com/a/b", "https://example.com/a/b/category/arms-exports/rss.xml"},
		{"https://example.com/a%20b/", "https://example.com/a%20b/category/arms-exports/rss.xml"},
		{"https://example.com/a%2Fb/", "https://example.com/a%2Fb/category/arms-exports/rss.xml"},
		{"https://example.com/?lang=tr#top", "https://example.com/category/arms-exports/rss.xml"},
		{"https://example.com/?", "https://example.com/category/arms-exports/rss.xml"},
		{"http://müzik.example:8080/ş", "http://xn--mzik-0ra.example:8080/%C5%9F/category/arms-exports/rss.xml"},
	}
	for _, tt := range tests {
		site, err := syndicate.Site{URL: tt.site, Title: "Example"}.Check()
		require.NoError(t, err)
		assert.Equal(t, tt.want, site.FeedURL(syndicate.InCategory("arms-exports"), syndicate.RSS))
	}
}

// oddPaths are custom Addresses with characters that URLs must escape.
type oddPaths struct{ syndicate.Addresses }

func (oddPaths) FeedPath(scope syndicate.Scope, format syndicate.Format) string {
	return "feeds: 100%/" + scope.String() + "?#." + format.String()
}

func (oddPaths) PagePath(syndicate.Scope) string { return "" }

func TestCustomAddressesAreEscaped(t *testing.T) {
	site, err := syndicate.Site{URL: "https://example.com/", Title: "Example", Addresses: oddPaths{}}.Check()
	require.NoError(t, err)
	assert.Equal(t, "https://example.com/feeds:%20100%25/tag/a%3F%23.atom", site.FeedURL(syndicate.WithTag("a"), syndicate.Atom))
	assert.Equal(t, "", site.PageURL(syndicate.WithTag("a")))
	assert.Equal(t, "https://example.com/", site.PageURL(syndicate.Everything()))
}

// SEL-3
func TestOptionsApplyToTheirScopeOnly(t *testing.T) {
	site := syndicate.Site{
		URL: "https://example.com/", Title: "Example", Description: "All of it", Limit: 3,
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{
			syndicate.WithTag("turkey"): {Title: " Turkey\nwatch ", Description: "What happens there", Limit: 1, Excerpts: true},
		},
	}
	var articles []syndicate.Article
	for i := range 4 {
		articles = append(articles, syndicate.Article{
			URL: fmt.Sprintf("/%d/", i), Title: "T", Summary: "S", Content: "<p>Body</p>", Published: midday.Add(time.Duration(i) * time.Hour), Tags: syndicate.Tags("Turkey", "Syria"),
		})
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	tests := []struct {
		scope              syndicate.Scope
		title, description string
		count              int
		content            string
	}{
		{syndicate.Everything(), "Example", "All of it", 3, "<p>Body</p>"},
		{syndicate.WithTag("turkey"), "Turkey watch", "What happens there", 1, ""},
		{syndicate.WithTag("syria"), "#Syria – Example", "Syria – All of it", 3, "<p>Body</p>"},
	}
	for _, tt := range tests {
		feed, err := archive.Feed(t.Context(), tt.scope)
		require.NoError(t, err)
		assert.Equal(t, tt.title, feed.Title)
		assert.Equal(t, tt.title, infoOf(t, archive, tt.scope).Title)
		assert.Equal(t, tt.description, feed.Description)
		assert.Len(t, feed.Articles, tt.count)
		assert.Equal(t, tt.content, feed.Articles[0].Content)
	}
	assert.Equal(t, "Turkey watch", feedOf(t, archive, syndicate.WithTag("turkey").AtPage(1)).Title, "its archive pages too")
	assert.Equal(t, 3, infoOf(t, archive, syndicate.WithTag("turkey")).Pages)
	assert.Equal(t, 1, infoOf(t, archive, syndicate.WithTag("syria")).Pages)
	checked := archive.Publication()
	assert.Equal(t, 1, checked.FeedLimit(syndicate.WithTag("turkey").AtPage(2)), "archive pages have the limit of the feed")
	assert.Equal(t, 3, checked.FeedLimit(syndicate.WithTag("syria")))
}

// This site publishes sections but no tags or authors, in RSS only, under /feeds/.
func TestOnlyPublishedFormatsAndKindsExist(t *testing.T) {
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://example.com/", Title: "Example", Addresses: syndicate.Below("/feeds", syndicate.Files),
		Formats: []syndicate.Format{syndicate.RSS}, Kinds: []syndicate.Kind{syndicate.KindCategory},
	}, syndicate.Article{
		URL: "/a/", Title: "A", Published: midday, Categories: syndicate.Categories("World/Europe"), Tags: syndicate.Tags("Turkey"), Authors: []syndicate.Author{{Name: "Ayşe"}},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"site", "category/world", "category/world/europe"}, scopeNames(t, archive))
	for _, absent := range []syndicate.Scope{syndicate.WithTag("turkey"), syndicate.ByAuthor("ayse")} {
		_, err := archive.Feed(t.Context(), absent)
		assert.ErrorIs(t, err, syndicate.ErrNotFound)
		_, err = archive.Preview(t.Context(), absent)
		assert.ErrorIs(t, err, syndicate.ErrNotFound)
		_, err = archive.Version(t.Context(), absent)
		assert.ErrorIs(t, err, syndicate.ErrNotFound)
		assert.Empty(t, archive.Publication().FeedURL(absent, syndicate.RSS))
	}
	feed, err := archive.Feed(t.Context(), syndicate.InCategory("world/europe"))
	require.NoError(t, err)
	assert.Equal(t, syndicate.Links{RSS: "https://example.com/feeds/category/world/europe/rss.xml"}, feed.Self)
	assert.Equal(t, "https://example.com/", feed.URL, "Files has no HTML pages")
	assert.Contains(t, textOf(feed, syndicate.RSS), ">Turkey</category>", "the article keeps its tags")
	assert.Empty(t, archive.Publication().FeedURL(syndicate.Everything(), syndicate.Atom))
	assert.Empty(t, feed.Validate(), "Validate does not check Atom and JSON Feed")
	assert.NotEmpty(t, feed.Validate(syndicate.Atom))
}

// One feed of a site, such as a podcast's, can have its own settings.
func TestEveryOptionOfAFeed(t *testing.T) {
	episode := syndicate.Article{URL: "/a/", Title: "A", Published: midday, Tags: syndicate.Tags("Show", "News")}
	options := syndicate.FeedOptions{
		ID: "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", Language: "TR", Logo: syndicate.Image{URL: "/show.png"}, Icon: "/show-icon.png",
		Author: syndicate.Author{Name: "The Desk"}, Copyright: "© The Desk", Schedule: syndicate.Schedule{TTL: time.Hour}, Extensions: []syndicate.Extension{deskExtension{"show"}},
	}
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en", Icon: "/icon.png", Extensions: []syndicate.Extension{deskExtension{"site"}},
		ManagingEditor: syndicate.Author{Name: "Ed", Email: "ed@example.com"},
		Scopes:         map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("show"): options},
	}, episode)
	require.NoError(t, err)
	for range 2 { // whichever feed is written first
		show, news := feedOf(t, archive, syndicate.WithTag("show")), feedOf(t, archive, syndicate.WithTag("news"))
		assert.Equal(t, options.ID, show.ID)
		assert.Equal(t, "tr", show.Language)
		assert.Equal(t, "https://example.com/show.png", show.Logo.URL)
		assert.Equal(t, "https://example.com/show-icon.png", show.Icon)
		assert.Equal(t, "© The Desk", show.Copyright)
		assert.Equal(t, time.Hour, show.Schedule.TTL)
		assert.Equal(t, []syndicate.Extension{deskExtension{"site"}, deskExtension{"show"}}, show.Extensions)
		assert.Contains(t, textOf(show, syndicate.RSS), "<dc:creator>The Desk</dc:creator>")

		assert.Equal(t, "en", news.Language)
		assert.Equal(t, "https://example.com/icon.png", news.Icon)
		assert.Equal(t, []syndicate.Extension{deskExtension{"site"}}, news.Extensions)
		assert.Contains(t, textOf(news, syndicate.RSS), "<dc:creator>Example</dc:creator>")
	}
}

// SEL-3
func TestMaxBytesOfOneFeed(t *testing.T) {
	site := plainSite
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("a"): {MaxBytes: 10_000}}
	var articles []syndicate.Article
	for day := 1; day <= 4; day++ {
		articles = append(articles, tagged(heavy(day, 3500), "a", "b"))
	}
	archive := openArchive(t, site, clockAt(january(31)), articles...)
	assert.Equal(t, []string{"04", "03"}, titles(feedOf(t, archive, syndicate.WithTag("a"))))
	assert.Len(t, feedOf(t, archive, syndicate.WithTag("b")).Articles, 4)
	assertSizes(t, archive, syndicate.WithTag("a"), 10_000)
}

func TestURLsAreResolvedAgainstTheSite(t *testing.T) {
	publication := checkedSite(t)
	for ref, want := range map[string]string{
		"/a b/": "https://example.com/a%20b/", "a/../b": "https://example.com/b", "//CDN.example.com/x": "https://cdn.example.com/x",
		"https://example.com/ş": "https://example.com/%C5%9F",
	} {
		absolute, err := publication.Resolve(ref)
		require.NoError(t, err)
		assert.Equal(t, want, absolute)
	}
	for ref, rule := range map[string]syndicate.Rule{"javascript:x": syndicate.RuleBadScheme, "http://[": syndicate.RuleBadURL} {
		absolute, err := publication.Resolve(ref)
		assert.ErrorIs(t, err, rule)
		assert.Empty(t, absolute)
	}
}

func TestPublicationPassesWarningsOn(t *testing.T) {
	publication, warned := warningSite(t)
	problem := &syndicate.Problem{Warning: true, Rule: "found by a Source"}
	publication.Warn(problem)
	require.Len(t, *warned, 1)
	assert.Same(t, problem, (*warned)[0])
	checkedSite(t).Warn(problem) // without Site.Warn it is dropped
}

// Articles and bodies that are left out because of MaxBytes are reported to Site.Warn.
func TestArticlesOverMaxBytesAreAWarning(t *testing.T) {
	var warnings []string
	site := syndicate.Site{
		URL: "https://example.com/", Title: "Example", MaxBytes: 10_000, Limit: 3,
		Warn: func(p *syndicate.Problem) {
			assert.True(t, p.Warning)
			assert.ErrorIs(t, p, syndicate.RuleTooLarge)
			warnings = append(warnings, p.Error())
		},
	}
	archive := openArchive(t, site, clockAt(january(31)), heavy(1, 3500), heavy(2, 3500), heavy(3, 3500), heavy(4, 3500))
	feedOf(t, archive, syndicate.Everything())
	feedOf(t, archive, syndicate.Everything().AtPage(1))
	assert.Equal(t, []string{
		`syndicate: MaxBytes: "site": feed is larger than MaxBytes (shows 2 of 3 articles) [warning]`,
		`syndicate: MaxBytes: "site/page/1": feed is larger than MaxBytes (shows 1 of 3 articles without their bodies) [warning]`,
	}, warnings)
}

func TestEmailAddressesStayPrivateInAnotherPublication(t *testing.T) {
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", AuthorEmails: true}
	open, err := site.Check()
	require.NoError(t, err)
	article, err := open.Article(syndicate.Article{URL: "/1/", Title: "x", Published: noon, Authors: []syndicate.Author{{Name: "X", Email: "secret@example.com"}}})
	require.NoError(t, err)
	selection := syndicate.Selection{Articles: []*syndicate.Article{article}}
	shown := open.Feed(syndicate.Everything(), selection)
	require.Contains(t, textOf(shown, syndicate.RSS), "secret@")
	site.AuthorEmails = false
	discreet, err := site.Check()
	require.NoError(t, err)
	feeds := map[string]*syndicate.Feed{
		"an article that the other publication has checked":         discreet.Feed(syndicate.Everything(), selection),
		"an article that a feed of the other publication has shown": discreet.Feed(syndicate.Everything(), syndicate.Selection{Articles: shown.Articles}),
	}
	for why, feed := range feeds {
		for _, format := range syndicate.Formats() {
			assert.NotContains(t, textOf(feed, format), "secret@", why)
		}
	}
}

// changesOfASite returns a change for every field of a site, and some for lists and maps.
func changesOfASite(t *testing.T) map[string]func(*syndicate.Site) {
	t.Helper()
	changes := map[string]func(*syndicate.Site){
		"no hub":       func(s *syndicate.Site) { s.Hubs = nil },
		"other hub":    func(s *syndicate.Site) { s.Hubs = []string{"https://other.example/"} },
		"hours":        func(s *syndicate.Site) { s.Schedule.SkipHours = []int{5} },
		"days":         func(s *syndicate.Site) { s.Schedule.SkipDays = nil },
		"scopes":       func(s *syndicate.Site) { s.Scopes = map[syndicate.Scope]syndicate.FeedOptions{{}: {Excerpts: true}} },
		"formats":      func(s *syndicate.Site) { s.Formats = []syndicate.Format{syndicate.Atom} },
		"kinds":        func(s *syndicate.Site) { s.Kinds = []syndicate.Kind{syndicate.KindTag} },
		"extension":    func(s *syndicate.Site) { s.Extensions = []syndicate.Extension{deskExtension{"b"}} },
		"no extension": func(s *syndicate.Site) { s.Extensions = nil },
		"a function":   func(s *syndicate.Site) { s.Bodies.Sanitizer = sanitizing(strings.ToUpper) },
		"a policy":     func(s *syndicate.Site) { s.Bodies = cleanhtml.Policy{} },
	}
	for _, path := range fields(t, fullSite) {
		if !strings.ContainsAny(path, "[") && !strings.Contains(path, "Thumbnail.") {
			changes[path] = func(s *syndicate.Site) {
				eachField(t, "", reflect.ValueOf(s).Elem(), func(at string, field reflect.Value) {
					if at == path {
						change(t, path, field)
					}
				})
			}
		}
	}
	return changes
}

type sanitizing func(string) string

func (s sanitizing) Sanitize(html string) string { return s(html) }

func TestArticlesOfAnotherPublicationFollowThisOnesSettings(t *testing.T) {
	given := with(fullArticle(), func(a *syndicate.Article) { a.URL = "https://www.example.com/a/" })
	check := func(s syndicate.Site) (*syndicate.Publication, *syndicate.Article) {
		publication, err := s.Check()
		require.NoError(t, err)
		article, err := publication.Article(given)
		require.NoError(t, err)
		return publication, article
	}
	feedOf := func(p *syndicate.Publication, a *syndicate.Article) *syndicate.Feed {
		return p.Feed(syndicate.WithTag("turkey"), syndicate.Selection{Articles: []*syndicate.Article{a}})
	}
	changes := changesOfASite(t)
	require.Greater(t, len(changes), 40)
	for name, change := range changes {
		one, article := check(fullSite())
		before := feedOf(one, article)
		site := fullSite()
		change(&site)
		other, own := check(site)
		for range 2 {
			got, want := feedOf(other, article), feedOf(other, own)
			for _, format := range syndicate.Formats() {
				assert.Equal(t, textOf(want, format), textOf(got, format), "%s as %s", name, format)
			}
		}
		assert.Same(t, before.Articles[0], feedOf(one, article).Articles[0], "%s: the first publication keeps its encoding", name)
		assert.NotSame(t, before.Articles[0], feedOf(other, article).Articles[0], name)
	}
}

func TestChangesToACopyOfTheSiteChangeNoFeed(t *testing.T) {
	archive := newsroom(t)
	before := everyFeed(t, archive)
	site := archive.Publication().Site()
	site.Title, site.AuthorEmails, site.Hubs = "Other", true, slices.Concat(site.Hubs, []string{"https://other.example/"})
	site.Extensions = append(site.Extensions, deskExtension{"a"})
	assert.Equal(t, before, everyFeed(t, archive))
}

func TestOptionsOfAFeedThatIsNotPublishedAreAWarning(t *testing.T) {
	site := plainSite
	site.Kinds = []syndicate.Kind{syndicate.KindTag}
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("a"): {}, syndicate.ByAuthor("a"): {}, syndicate.Everything(): {}}
	warned := collectWarnings(&site)
	_, err := site.Check()
	require.NoError(t, err)
	assert.Equal(t, []string{"|Scopes[author/a]|not a feed that is published"}, problemLines(*warned))
}
