// Which articles are in which feed, in what order and how many, how a feed is titled, and what
// feeds show of an article's body: cleaned once, under the site's policy, and never too long.
package syndicate_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/syndicate-go/syndicate/cleanhtml"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// sectioned is an archive with a category below another, tags and authors.
func sectioned(t *testing.T, change func(*syndicate.Site)) *syndicate.Archive {
	t.Helper()
	military := syndicate.Category{Name: "Military", Description: "Armies & arms", URL: "/military.html"}
	exports := syndicate.Category{Name: "Arms exports", Parent: &military}
	bozkurt := syndicate.Author{Name: "Abdullah Bozkurt", URL: "/staff/bozkurt/"}
	site := plainSite
	site.Description = "All of it"
	if change != nil {
		change(&site)
	}
	return openArchive(t, site, clockAt(january(31)),
		with(numbered(1), func(a *syndicate.Article) { a.Categories = []syndicate.Category{exports} }),
		with(tagged(numbered(2), "Mevlüt Çavuşoğlu"), func(a *syndicate.Article) {
			a.Categories = []syndicate.Category{military, exports}
			a.Authors = []syndicate.Author{bozkurt}
			a.Summary, a.Content = "In short", "<p>The whole story</p>"
		}),
		with(numbered(3), func(a *syndicate.Article) { a.Categories = []syndicate.Category{military} }),
		with(numbered(4), func(a *syndicate.Article) { a.Tags = []syndicate.Tag{{Name: "Military"}} }),
	)
}

// SEL-1
func TestEachFeedHasItsOwnTitleAndAddresses(t *testing.T) {
	archive := sectioned(t, nil)
	tests := []struct {
		scope                         syndicate.Scope
		title, description, url, path string
	}{
		{syndicate.Everything(), "The Example", "All of it", "", ""},
		{syndicate.InCategory("military"), "Military – The Example", "Armies & arms", "military.html", "category/military/"},
		{syndicate.InCategory("military/arms-exports"), "Military / Arms exports – The Example", "Military / Arms exports – All of it", "", "category/military/arms-exports/"},
		{syndicate.WithTag("military"), "#Military – The Example", "Military – All of it", "", "tag/military/"},
		{syndicate.WithTag("mevlut-cavusoglu"), "#Mevlüt Çavuşoğlu – The Example", "Mevlüt Çavuşoğlu – All of it", "", "tag/mevlut-cavusoglu/"},
		{syndicate.ByAuthor("abdullah-bozkurt"), "Abdullah Bozkurt – The Example", "Abdullah Bozkurt – All of it", "staff/bozkurt/", "author/abdullah-bozkurt/"},
	}
	const home = "https://www.example.com/"
	ids := map[string]bool{}
	for _, test := range tests {
		feed := feedOf(t, archive, test.scope)
		assert.Equal(t, test.title, feed.Title, test.scope)
		assert.Equal(t, test.title, infoOf(t, archive, test.scope).Title, test.scope)
		assert.Equal(t, test.description, feed.Description, test.scope)
		assert.Equal(t, home+test.url, feed.URL, test.scope)
		assert.Equal(t, syndicate.Links{RSS: home + test.path + "rss.xml", Atom: home + test.path + "atom.xml", JSON: home + test.path + "feed.json"}, feed.Self, test.scope)
		assert.Equal(t, test.scope, feed.Scope)
		assert.True(t, feed.Modified.Equal(feed.Articles[0].Published), test.scope)
		assert.NotContains(t, ids, feed.ID, "ids are distinct")
		ids[feed.ID] = true
	}
	assert.Len(t, scopeNames(t, archive), len(tests))
}

// SEL-2
func TestCategoryFeedHasEachArticleOnce(t *testing.T) {
	archive := sectioned(t, nil)
	assert.Equal(t, []string{"03", "02", "01"}, titles(feedOf(t, archive, syndicate.InCategory("military"))))
	assert.Equal(t, []string{"02", "01"}, titles(feedOf(t, archive, syndicate.InCategory("military/arms-exports"))))
	assert.Equal(t, 3, infoOf(t, archive, syndicate.InCategory("military")).Count)
}

// SEL-2: an article in a grandchild is in the feeds of all its ancestors.
func TestScopesAreListedInOrder(t *testing.T) {
	leaf := syndicate.Category{Name: "C", Parent: &syndicate.Category{Name: "B", Parent: &syndicate.Category{Name: "A"}}}
	archive := openArchive(t, plainSite, clockAt(january(31)), with(tagged(numbered(1), "z", "a"), func(a *syndicate.Article) {
		a.Categories = []syndicate.Category{{Name: "A b"}, leaf}
		a.Authors = []syndicate.Author{{Name: "A"}}
	}))
	assert.Equal(t, []string{"site", "category/a", "category/a-b", "category/a/b", "category/a/b/c", "tag/a", "tag/z", "author/a"}, scopeNames(t, archive))
	assert.Equal(t, "A / B / C – The Example", infoOf(t, archive, syndicate.InCategory("a/b/c")).Title)
}

// SEL-3
func TestArticlesAreSortedByTimeThenID(t *testing.T) {
	same := func(id string) syndicate.Article {
		return syndicate.Article{ID: id, URL: "/" + id, Title: id, Published: january(2).Add(time.Duration(len(id)) * time.Millisecond)}
	}
	want := []string{"03", "10", "9", "B", "a", "01"}
	archive := openArchive(t, plainSite, clockAt(january(31)), same("a"), numbered(1), same("9"), same("B"), numbered(3), same("10"))
	assert.Equal(t, want, titles(feedOf(t, archive, syndicate.Everything())))
	for _, article := range []syndicate.Article{same("9"), same("a"), same("10"), same("B")} {
		require.NoError(t, archive.Remove(article.ID))
		require.NoError(t, archive.Add(article))
	}
	assert.Equal(t, want, titles(feedOf(t, archive, syndicate.Everything())), "in whatever order they came")
}

// SEL-3
func TestFeedHas20ArticlesByDefault(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(31)), numberedFromTo(1, 31)...)
	assert.Len(t, feedOf(t, archive, syndicate.Everything()).Articles, 20)
	archive = openArchive(t, limited(25), clockAt(january(31)), numberedFromTo(1, 31)...)
	assert.Len(t, feedOf(t, archive, syndicate.Everything()).Articles, 25)
}

// SEL-3
func TestFeedKeepsWithinTheSizeLimitInEveryFormat(t *testing.T) {
	body := strings.Repeat(`<p>"Quoted" & <b>bold</b> — ü]]></p>`, 100)
	var articles []syndicate.Article
	for _, article := range numberedFromTo(1, 20) {
		article.Summary, article.Content = "Short", body
		articles = append(articles, article)
	}
	for _, limit := range []int{10_000, 25_000, 60_000} {
		site := plainSite
		site.MaxBytes = limit
		archive := openArchive(t, site, clockAt(january(31)), articles...)
		feed := feedOf(t, archive, syndicate.Everything())
		assert.Greater(t, len(feed.Articles), 0)
		assert.Less(t, len(feed.Articles), 20)
		for _, format := range syndicate.Formats() {
			assert.LessOrEqual(t, len(feed.Append(nil, format)), limit, "%s", format)
		}
	}
}

// SEL-3, RSS-5
func TestExcerptsLeaveOutTheBodies(t *testing.T) {
	archive := sectioned(t, func(s *syndicate.Site) { s.Excerpts = true })
	feed := feedOf(t, archive, syndicate.ByAuthor("abdullah-bozkurt"))
	assert.Empty(t, feed.Articles[0].Content)
	for _, format := range syndicate.Formats() {
		doc := textOf(feed, format)
		assert.NotContains(t, doc, "The whole story")
		assert.NotContains(t, doc, "content:encoded")
		assert.Contains(t, doc, "In short")
	}
}

// SEL-6
func TestUnknownScopesAreNotFound(t *testing.T) {
	archive := sectioned(t, nil)
	for _, scope := range []syndicate.Scope{
		syndicate.InCategory("nothing"), syndicate.InCategory("arms-exports"), syndicate.InCategory("military/"), syndicate.InCategory(""),
		syndicate.WithTag("arms-exports"), syndicate.WithTag("../military"), syndicate.ByAuthor("military"),
		syndicate.Everything().AtPage(2), syndicate.InCategory("military").AtPage(1 << 30),
	} {
		feed, err := archive.Feed(t.Context(), scope)
		assert.Nil(t, feed, scope)
		assert.ErrorIs(t, err, syndicate.ErrNotFound, scope)
		assert.Contains(t, err.Error(), fmt.Sprintf("%q", scope))
	}
}

// SEL-6: the whole site always has a feed.
func TestSiteWithoutArticlesHasAnEmptyFeed(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(1)))
	assert.Empty(t, feedOf(t, archive, syndicate.Everything()).Articles)
	assert.Equal(t, []string{"site"}, scopeNames(t, archive))
}

// Every Source calls Publication.Feed. It need not sort its selection.
func TestPublicationMakesAFeedOfAnySelection(t *testing.T) {
	site, err := limited(3).Check()
	require.NoError(t, err)
	var articles []*syndicate.Article
	for _, given := range append(numberedFromTo(2, 3), numberedFromTo(1, 1)...) {
		article, err := site.Article(given)
		require.NoError(t, err)
		articles = append(articles, article, nil)
	}
	given := append([]*syndicate.Article(nil), articles...)

	feed := site.Feed(syndicate.WithTag("kilic"), syndicate.Selection{Names: []string{"Kılıç"}, Articles: articles, Modified: january(4)})
	assert.Equal(t, []string{"03", "02", "01"}, titles(feed))
	assert.Equal(t, "#Kılıç – The Example", feed.Title)
	assert.True(t, feed.Modified.Equal(january(4)))
	assert.Equal(t, given, articles, "the selection is left as it was")

	assert.Empty(t, site.Feed(syndicate.Everything(), syndicate.Selection{}).Articles)
	assert.Empty(t, site.Feed(syndicate.Everything(), syndicate.Selection{Articles: []*syndicate.Article{nil}}).Articles)
}

// A caller may change a feed's fields and slices. Its articles are shared.
func TestChangesToAFeedLeaveTheArchiveAlone(t *testing.T) {
	archive := sectioned(t, nil)
	before := everyFeed(t, archive)
	feed := feedOf(t, archive, syndicate.Everything())
	edited := *feed.Articles[0]
	edited.Title = "Edited"
	feed.Articles[0], feed.Articles[1] = nil, &edited
	feed.Title, feed.Authors[0].Name = "Edited", "Edited"
	feed.Articles = append(feed.Articles[:2], &edited)
	assert.Contains(t, textOf(feed, syndicate.RSS), "<title>Edited</title>")
	assert.Equal(t, before, everyFeed(t, archive))
}

// manyNamespaces is an extension that uses many namespaces in an article.
type manyNamespaces struct{ n int }

func (m manyNamespaces) Namespaces() (all []xmltext.Namespace) {
	for i := range m.n {
		all = append(all, xmltext.Namespace{Prefix: fmt.Sprint("n", i), URI: "https://namespaces.example/" + strings.Repeat("long/", 10) + fmt.Sprint(i)})
	}
	return all
}

func (manyNamespaces) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

func (m manyNamespaces) WriteArticle(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Article) {
	for i := range m.n {
		w.Element(fmt.Sprintf("n%d:x", i), "1")
	}
}

func TestPagesThatAFeedLinksToAreListed(t *testing.T) {
	var category *syndicate.Category
	for i := range 10 {
		category = &syndicate.Category{Name: strings.Repeat("军", 60) + fmt.Sprint(i), Parent: category}
	}
	for name, test := range map[string]struct {
		article         syndicate.Article
		from, to, steps int
	}{
		"long paths":      {syndicate.Article{Categories: []syndicate.Category{*category}, Content: strings.Repeat("&amp;", 200)}, 24_000, 34_000, 300},
		"many namespaces": {syndicate.Article{Extensions: []syndicate.Extension{manyNamespaces{12}}, Content: strings.Repeat("&amp;", 200)}, 6_000, 14_000, 400},
	} {
		cut := 0
		if testing.Short() {
			test.steps *= 16
		}
		for maxBytes := test.from; maxBytes < test.to; maxBytes += test.steps {
			var articles []syndicate.Article
			for i := range 7 {
				a := test.article
				a.URL, a.Title, a.Published = fmt.Sprintf("/%d/", i), fmt.Sprint(i), midday.Add(time.Duration(i)*time.Hour)
				articles = append(articles, a)
			}
			archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example", Limit: 5, MaxBytes: maxBytes}, articles...)
			require.NoError(t, err)
			for info, err := range archive.Scopes(t.Context()) {
				require.NoError(t, err)
				feed, err := archive.Feed(t.Context(), info.Scope)
				require.NoError(t, err)
				older := ""
				if info.Pages > 0 {
					older = archive.Publication().FeedURL(info.Scope.AtPage(info.Pages), syndicate.Atom)
				}
				require.Equal(t, older, feed.PrevArchive.Atom, "%s: MaxBytes %d, %s", name, maxBytes, info.Scope.Kind())
				shown := map[string]bool{}
				for page := range info.Pages + 1 {
					for _, title := range titles(feedOf(t, archive, info.Scope.AtPage(page))) {
						shown[title] = true
					}
				}
				require.Len(t, shown, 7, "%s: MaxBytes %d, %s", name, maxBytes, info.Scope.Kind())
				if len(feed.Articles) < 5 {
					cut++
				}
				for _, format := range syndicate.Formats() {
					if len(feed.Articles) > 1 {
						require.LessOrEqual(t, len(feed.Append(nil, format)), maxBytes, "%s: %s as %s", name, info.Scope.Kind(), format)
					}
				}
			}
		}
		assert.Positive(t, cut, name)
	}
}

func TestFeedsOfEncodedArticlesKeepWithinTheSizeLimit(t *testing.T) {
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example", MaxBytes: 500_000})
	require.NoError(t, err)
	for i := range 12 {
		require.NoError(t, archive.Add(syndicate.Article{URL: fmt.Sprintf("/%d/", i), Title: "x", Summary: "x", Published: midday, Tags: syndicate.Tags(fmt.Sprint("tag ", i)),
			Content: "<p>" + strings.Repeat("x", 100_000) + "</p>"}))
	}
	for i := range 12 {
		_, err := archive.Feed(t.Context(), syndicate.WithTag(fmt.Sprint("tag-", i)))
		require.NoError(t, err)
	}
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	for _, format := range syndicate.Formats() {
		assert.Less(t, len(feed.Append(nil, format)), 500_000, format)
	}
	assert.Greater(t, len(feed.Articles), 2)
}

// shownBody returns the first article of the site's feed, and the feed.
func shownBody(t *testing.T, change func(*syndicate.Site), a syndicate.Article) (*syndicate.Article, *syndicate.Feed) {
	t.Helper()
	publication := site
	change(&publication)
	a.URL, a.Published = "/a/", noon
	archive, err := syndicate.NewArchive(publication, a)
	require.NoError(t, err)
	feed := feedOf(t, archive, syndicate.Everything())
	return feed.Articles[0], feed
}

func asItIs(*syndicate.Site) {}

// A body over the limit becomes its summary and a link, with a warning. A body at the limit stays
// whole. // HTML-8
func TestLongBodyBecomesSummaryAndLink(t *testing.T) {
	short := func(s *syndicate.Site) { s.MaxBody = 20 }
	whole, _ := shownBody(t, short, syndicate.Article{Title: "A", Content: "<p>12345678901</p>xx"})
	assert.Equal(t, "<p>12345678901</p>xx", whole.Content)

	long, _ := shownBody(t, short, syndicate.Article{Title: "A & B", Content: "<p>12345678901</p>xxx"})
	assert.Equal(t, `<p>12345678901 xxx</p><p><a href="https://www.nordicmonitor.com/a/">A &amp; B</a></p>`, long.Content)

	given, _ := shownBody(t, short, syndicate.Article{Title: "A", Summary: "5 < 6", Content: strings.Repeat("<p>x", 10)})
	assert.Equal(t, `<p>5 &lt; 6</p><p><a href="https://www.nordicmonitor.com/a/">A</a></p>`, given.Content)

	small := site
	small.MaxBody = 20
	warned := collectWarnings(&small)
	_, err := syndicate.NewArchive(small, syndicate.Article{URL: "/a/", Title: "A", Published: noon, Content: strings.Repeat("x", 21)})
	require.NoError(t, err)
	assert.EqualError(t, *warned, `syndicate: article "https://www.nordicmonitor.com/a/": Content: "21 bytes": `+
		`body is longer than MaxBody; feeds show its summary and a link [warning]`)
}

// The default limit is 256 KB. // HTML-8
func TestDefaultLimitOfBodies(t *testing.T) {
	at, _ := shownBody(t, asItIs, syndicate.Article{Title: "A", Content: strings.Repeat("x", 256<<10)})
	assert.Len(t, at.Content, 256<<10)
	over, _ := shownBody(t, asItIs, syndicate.Article{Title: "A", Content: strings.Repeat("x", 256<<10+1)})
	assert.Less(t, len(over.Content), 1000)
}

// A missing summary becomes the beginning of the body's visible text. // HTML-6
func TestMissingSummaryIsDerived(t *testing.T) {
	a, _ := shownBody(t, asItIs, syndicate.Article{Content: "<style>p{}</style><p>Ankara &amp; Baku</p><ul><li>one<li>two</ul>" + strings.Repeat(" word", 60)})
	assert.Equal(t, "Ankara & Baku one two"+strings.Repeat(" word", 50)+"…", a.Summary)
}

// With Policy.Trusted the HTML is kept. URLs become absolute all the same. // HTML-2
func TestTrustedBodiesKeepTheirHTML(t *testing.T) {
	content := `<p style="color:red">See <a href="b">B</a></p>`
	safe, _ := shownBody(t, asItIs, syndicate.Article{Title: "A", Content: content})
	assert.Equal(t, `<p>See <a href="https://www.nordicmonitor.com/a/b">B</a></p>`, safe.Content)
	trusted, _ := shownBody(t, func(s *syndicate.Site) { s.Bodies.Trusted = true }, syndicate.Article{Title: "A", Content: content})
	assert.Equal(t, `<p style="color:red">See <a href="https://www.nordicmonitor.com/a/b">B</a></p>`, trusted.Content)
}

// shouting is a custom sanitizer.
type shouting struct{}

func (shouting) Sanitize(html string) string {
	if strings.Contains(html, "panic") {
		panic("shouted too loud")
	}
	return strings.ReplaceAll(html, "secret", "") + `<p><a href="c">C`
}

// A custom sanitizer replaces the allow-list. Its output is still balanced and its URLs made
// absolute, and no text that it removed appears in a summary. // HTML-2
func TestSanitizerReplacesTheAllowList(t *testing.T) {
	own := func(s *syndicate.Site) { s.Bodies = cleanhtml.Policy{Sanitizer: shouting{}} }
	a, feed := shownBody(t, own, syndicate.Article{Title: "A", Content: "<p>secret text</p>"})
	assert.Equal(t, `<p> text</p><p><a href="https://www.nordicmonitor.com/a/c">C</a></p>`, a.Content)
	assert.Equal(t, "text C", a.Summary)
	assert.Empty(t, feed.Validate())

	long, _ := shownBody(t, func(s *syndicate.Site) { own(s); s.MaxBody = 30 }, syndicate.Article{Title: "A", Content: "<p>secret text</p>" + strings.Repeat("x", 20)})
	assert.NotContains(t, long.Content+long.Summary, "secret")
}

// A sanitizer that panics loses the body, not the feed, and is reported.
func TestSanitizerThatPanicsDropsOnlyTheBody(t *testing.T) {
	own := func(s *syndicate.Site) { s.Bodies = cleanhtml.Policy{Sanitizer: shouting{}} }
	a, feed := shownBody(t, own, syndicate.Article{Title: "A", Summary: "S", Content: "panic"})
	assert.Equal(t, `<p>S</p><p><a href="https://www.nordicmonitor.com/a/">A</a></p>`, a.Content)
	assert.EqualError(t, syndicate.Problems(feed.Validate()), `syndicate: article "https://www.nordicmonitor.com/a/": Content: "shouted too loud": sanitizer panicked; feeds show a link instead`)
}

// Players become links unless KeepPlayers is set. Validate reports players that were kept. //
// HTML-3
func TestPlayersAreLinksUnlessKept(t *testing.T) {
	content := `<iframe src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="Film"></iframe>`
	link, feed := shownBody(t, asItIs, syndicate.Article{Title: "A", Content: content})
	assert.NotContains(t, link.Content, "<iframe")
	assert.Contains(t, link.Content, `<a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ">Film</a>`)
	assert.Empty(t, feed.Validate())

	kept, feed := shownBody(t, func(s *syndicate.Site) { s.Bodies.KeepPlayers = true }, syndicate.Article{Title: "A", Content: content})
	assert.Contains(t, kept.Content, "<iframe")
	assert.EqualError(t, syndicate.Problems(feed.Validate()), `syndicate: article "https://www.nordicmonitor.com/a/": Content: "https://www.youtube.com/embed/aqz-KE-bpKQ": player kept [warning]`)
}

// HTML-3c: what cleaning removed and a reader may miss is a warning. What the page hides is not.
func TestRemovedElementsThatReadersMayMissAreReported(t *testing.T) {
	content := `<p>Chart: <svg><path d="M0 0"/></svg></p><p hidden><button>x</button></p><svg aria-label="x"></svg>`
	_, feed := shownBody(t, asItIs, syndicate.Article{Title: "A", Content: content})
	assert.EqualError(t, syndicate.Problems(feed.Validate()), `syndicate: article "https://www.nordicmonitor.com/a/": Content: "svg": element removed that readers may miss [warning]`)
}

// HTML-3b: the title and the summary of an article without them are made of what the page shows.
func TestHiddenTextIsNeitherTitleNorSummary(t *testing.T) {
	shown, _ := shownBody(t, asItIs, syndicate.Article{Content: `<div hidden>embargoed</div><p>Body.</p>`})
	assert.Equal(t, "<p>Body.</p>", shown.Content)
	assert.Equal(t, "Body.", shown.Summary)
}

// A body is cleaned once, no matter how many feeds show it.
func TestBodyIsCleanedOnce(t *testing.T) {
	counted := &counter{}
	publication := site
	publication.Bodies.Sanitizer = counted
	archive, err := syndicate.NewArchive(publication, syndicate.Article{URL: "/a/", Title: "A", Content: "x", Published: noon, Tags: syndicate.Tags("t")})
	require.NoError(t, err)
	assert.Zero(t, counted.calls, "not before a feed shows it")
	for range 3 {
		feedOf(t, archive, syndicate.Everything())
		feedOf(t, archive, syndicate.WithTag("t"))
	}
	assert.Equal(t, 1, counted.calls)
}

type counter struct{ calls int }

func (c *counter) Sanitize(html string) string {
	c.calls++
	return html
}

// HTML-3c
func TestWhatIsFoundInABodyIsAWarningOnce(t *testing.T) {
	site := plainSite
	site.Limit = 1
	site.Bodies.Sanitizer = sanitizing(func(html string) string {
		if strings.Contains(html, "panic") {
			panic("boom")
		}
		return html
	})
	var archive *syndicate.Archive
	var warned []string
	site.Warn = func(p *syndicate.Problem) {
		warned = append(warned, p.Article+" "+string(p.Rule))
		_, err := archive.Feed(t.Context(), syndicate.Everything()) // which waits for no lock
		assert.NoError(t, err)
	}
	archive = openArchive(t, site, clockAt(january(31)), with(numbered(1), func(a *syndicate.Article) { a.Content = "<p>panic</p>" }),
		with(numbered(2), func(a *syndicate.Article) { a.Content = "<p>good</p>" }))
	for range 3 {
		for page := range 3 {
			_, _ = archive.Feed(t.Context(), syndicate.Everything().AtPage(page))
			_, _ = archive.Feed(t.Context(), syndicate.WithTag("none"))
			runtime.GC() // forms that no feed shows are made again
		}
	}
	assert.Equal(t, []string{"https://www.example.com/01/ sanitizer panicked; feeds show a link instead"}, warned)
}

func TestAWarningThatAsksForItsFeedEnds(t *testing.T) {
	site := plainSite
	site.MaxBytes = 1000
	var archive *syndicate.Archive
	warnings := 0
	site.Warn = func(p *syndicate.Problem) {
		warnings++
		_, err := archive.Feed(t.Context(), syndicate.Everything())
		assert.NoError(t, err)
	}
	archive = openArchive(t, site, clockAt(january(31)), numbered(1), numbered(2), numbered(3), numbered(4), numbered(5))
	feed := feedOf(t, archive, syndicate.Everything())
	assert.Less(t, len(feed.Articles), 5)
	assert.Equal(t, 1, warnings)
}

// A page that is too large is cleaned once, whatever the number of articles that are tried.
func TestATooLargePageIsCleanedOnce(t *testing.T) {
	site := plainSite
	site.Limit, site.MaxBytes = 20, 20_000
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.Everything(): {Language: "tr"}}
	cleaned := 0
	site.Bodies.Sanitizer = sanitizing(func(html string) string { cleaned++; return html })
	var articles []syndicate.Article
	for day := range 21 {
		articles = append(articles, with(numbered(day+1), func(a *syndicate.Article) { a.Content = "<p>" + strings.Repeat("x", 2000) + "</p>" }))
	}
	archive := openArchive(t, site, clockAt(january(31)), articles...)
	page := feedOf(t, archive, syndicate.Everything().AtPage(1))
	assert.Len(t, page.Articles, 20)
	assert.Empty(t, page.Articles[19].Content)
	assert.NotEmpty(t, page.Articles[0].Content)
	assert.LessOrEqual(t, cleaned, 2*20, "the bodies, and their summaries")
	assert.LessOrEqual(t, len(textOf(page, syndicate.JSON)), 20_000)
}
