// Tests of the page that shows people every feed of a publication: it is complete, in the site's
// language, harmless for any names, usable without a mouse, a script or a network, and contains
// nothing that is not public.
package feedpage_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"iter"
	"math"
	"math/rand/v2"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/internal/feedlist/feedlisttest"
)

var (
	ctx    = context.Background()
	noon   = feedlisttest.Noon
	nordic = feedlisttest.Nordic

	archiveOf = feedlisttest.Open
	article   = feedlisttest.Article
)

var hostileNames = []string{
	`"><script>alert(1)</script>`, `' onclick='alert(1)`, `javascript:alert(1)`,
	`</style></title></script><img src=x onerror=alert(1)>`, `]]> <!-- & -->`,
	`&amp; &#x26; &lt;`, `{{.}} ${x} \u003c`, "line\nbreak\ttab", "control \x00\x07 and \xff\xfe",
	"مرحبا \u202eRTL", "Kılıç 👩‍👩‍👧‍👦 日本", strings.Repeat("long ", 300),
}

// newsroom has sections three levels deep, tags, two authors, and an article without terms.
func newsroom(t *testing.T, site syndicate.Site) *syndicate.Archive {
	return feedlisttest.Newsroom(t, site, article(4))
}

func rendered(t *testing.T, page feedpage.Index, source syndicate.Source) string {
	t.Helper()
	text, err := page.Append(ctx, nil, source)
	require.NoError(t, err)
	return string(text)
}

// elements parses a page and yields its elements in document order.
func elements(t *testing.T, page string) iter.Seq[*html.Node] {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	return func(yield func(*html.Node) bool) {
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && !yield(n) {
				return
			}
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for below := range n.Descendants() {
		if below.Type == html.TextNode {
			b.WriteString(below.Data)
		}
	}
	return b.String()
}

// texts returns the text of each element with a name.
func texts(t *testing.T, page, element string) (found []string) {
	for n := range elements(t, page) {
		if n.Data == element {
			found = append(found, text(n))
		}
	}
	return found
}

// DISC-3
func TestPageListsEveryFeedWithItsAddresses(t *testing.T) {
	for _, addresses := range []syndicate.Addresses{syndicate.Files, syndicate.WordPress} {
		site := nordic
		site.Addresses = addresses
		archive := newsroom(t, site)
		var want []string
		for info := range archive.Scopes(ctx) {
			feed, err := archive.Feed(ctx, info.Scope)
			require.NoError(t, err)
			want = append(want, feed.Self.RSS, feed.Self.Atom, feed.Self.JSON)
		}
		page := rendered(t, feedpage.Index{}, archive)
		assert.ElementsMatch(t, want, texts(t, page, "code"), "the URL can be copied")
		for _, address := range want {
			assert.Contains(t, page, `href="`+address+`"`, "the URL can be opened")
		}
	}
}

func TestPageListsOnlyWhatTheSitePublishes(t *testing.T) {
	site := nordic
	site.Formats = []syndicate.Format{syndicate.JSON, syndicate.Atom}
	site.Kinds = []syndicate.Kind{syndicate.KindTag}
	page := rendered(t, feedpage.Index{}, newsroom(t, site))
	assert.Equal(t, []string{
		"https://www.nordicmonitor.com/atom.xml", "https://www.nordicmonitor.com/feed.json",
		"https://www.nordicmonitor.com/tag/mevlut-cavusoglu/atom.xml",
		"https://www.nordicmonitor.com/tag/mevlut-cavusoglu/feed.json",
		"https://www.nordicmonitor.com/tag/turkey/atom.xml", "https://www.nordicmonitor.com/tag/turkey/feed.json",
	}, texts(t, page, "code"))
	assert.Equal(t, []string{"All articles", "Tags"}, texts(t, page, "h2"))
	var alternates []string
	for n := range elements(t, page) {
		if n.Data == "link" {
			alternates = append(alternates, attr(n, "title"))
		}
	}
	assert.Equal(t, []string{"Nordic Monitor (Atom)", "Nordic Monitor (JSON)"}, alternates)
}

// unlisted is a Source that does not list the feed of the whole site.
type unlisted struct{ syndicate.Source }

func (u unlisted) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		for info, err := range u.Source.Scopes(ctx) {
			if info.Scope != syndicate.Everything() && !yield(info, err) {
				return
			}
		}
	}
}

func TestPageWorksWithoutAFeedOfTheWholeSite(t *testing.T) {
	page := rendered(t, feedpage.Index{}, unlisted{newsroom(t, nordic)})
	assert.Equal(t, []string{"Sections", "Tags", "Authors"}, texts(t, page, "h2"))
	assert.NotContains(t, page, "<link")
}

func TestPageNestsCategories(t *testing.T) {
	page := rendered(t, feedpage.Index{}, newsroom(t, nordic))
	assert.Equal(t, []string{"All articles", "Sections", "Tags", "Authors"}, texts(t, page, "h2"))
	assert.Equal(t, []string{"Intelligence", "Military"}, texts(t, page, "h3"))
	assert.Equal(t, []string{"Arms exports"}, texts(t, page, "h4"))
	assert.Equal(t, []string{"Drones"}, texts(t, page, "h5"))
	deep := article(1)
	deep.Categories = syndicate.Categories("3/4/5/6/7/8")
	page = rendered(t, feedpage.Index{}, archiveOf(t, nordic, deep))
	assert.Equal(t, []string{"6", "7", "8"}, texts(t, page, "h6"), "HTML has six levels")
	page = rendered(t, feedpage.Index{}, newsroom(t, nordic))
	for n := range elements(t, page) {
		switch attr(n, "id") {
		case "category/military/arms-exports":
			assert.Equal(t, "category/military", attr(n.Parent.Parent, "id"), "a subcategory is inside the card of its parent")
		case "tag/mevlut-cavusoglu":
			assert.Equal(t, "Mevlüt Çavuşoğlu 1 article", text(n.FirstChild.NextSibling))
		}
	}
	assert.Contains(t, page, `<a href="https://www.nordicmonitor.com/spies/" dir="auto">Intelligence</a>`,
		"a name links to the page of the term")
	for n := range elements(t, page) {
		if n.Data == "a" && attr(n, "href") == nordic.URL {
			assert.Contains(t, []string{"Nordic Monitor", "All articles"}, text(n), "a term without a page has no link")
		}
	}
}

func TestPageShowsTheNewestTitlesAndHowManyThereAre(t *testing.T) {
	archive := newsroom(t, nordic)
	newest := func(page feedpage.Index) []string { return texts(t, rendered(t, page, archive), "ol") }
	assert.Equal(t, "\nNo. 1 2022-03-29\nNo. 2 2022-03-28\nNo. 3 2022-03-27\n", newest(feedpage.Index{})[0])
	assert.Equal(t, "\nNo. 1 2022-03-29\n", newest(feedpage.Index{Newest: 1})[0])
	assert.Empty(t, newest(feedpage.Index{Newest: -1}))
	page := rendered(t, feedpage.Index{}, archive)
	assert.Contains(t, page, `4 articles · <time datetime="2022-03-29">`)
	assert.Contains(t, page, `1 article · <time datetime="2022-03-29">`)
}

func TestHeaderShowsWhatTheDescriptionAddsToTheTitle(t *testing.T) {
	site := nordic
	about := func() []string {
		var found []string
		for n := range elements(t, rendered(t, feedpage.Index{}, newsroom(t, site))) {
			if attr(n, "class") == "about" {
				found = append(found, text(n))
			}
		}
		return found
	}
	assert.Empty(t, about(), "the default description is the title")
	site.Description = "News & <analysis>"
	assert.Equal(t, []string{"News & <analysis>"}, about())
}

func TestPageOfAnEmptySiteHasItsOneFeed(t *testing.T) {
	page := rendered(t, feedpage.Index{}, archiveOf(t, nordic))
	assert.Equal(t, []string{"All articles"}, texts(t, page, "h2"))
	assert.Len(t, texts(t, page, "code"), 3)
	assert.Contains(t, page, `0 articles</p>`, "there is no date")
}

func TestPageLinksToTheOPMLListIfThereIsOne(t *testing.T) {
	archive := newsroom(t, nordic)
	page := rendered(t, feedpage.Index{OPML: "/feeds.opml?a=1&b=2"}, archive)
	assert.Contains(t, page, `href="/feeds.opml?a=1&amp;b=2" download>All feeds as OPML</a>`)
	assert.NotContains(t, rendered(t, feedpage.Index{}, archive), "OPML")
	assert.NotContains(t, rendered(t, feedpage.Index{OPML: "javascript:alert(1)"}, archive), `"javascript:`)
}

func TestPageIsInTheLanguageOfTheSite(t *testing.T) {
	for _, test := range []struct{ site, page, heading, inSite string }{
		{"en", "en", "All articles", ""},
		{"en-GB", "en-GB", "All articles", ""},
		{"tr", "tr", "Bütün yazılar", ""},
		{"de-AT", "de-AT", "Alle Artikel", ""},
		{"", "en", "All articles", ""},
		{"is", "en", "All articles", "is"}, // English texts, Icelandic titles
	} {
		site := nordic
		site.Language = test.site
		page := rendered(t, feedpage.Index{}, newsroom(t, site))
		assert.Equal(t, test.heading, texts(t, page, "h2")[0], test.site)
		for n := range elements(t, page) {
			switch n.Data {
			case "html":
				assert.Equal(t, test.page, attr(n, "lang"), test.site)
			case "h1":
				assert.Equal(t, test.inSite, attr(n, "lang"), test.site)
			}
		}
	}
}

func TestBuiltInTextsAreComplete(t *testing.T) {
	intros := map[string]bool{}
	for _, language := range []string{"de", "en", "es", "fr", "tr"} {
		site := nordic
		site.Language = language
		page := rendered(t, feedpage.Index{OPML: "/feeds.opml"}, newsroom(t, site))
		words := map[string]bool{}
		for n := range elements(t, page) {
			class := attr(n, "class")
			switch {
			case class == "intro":
				intros[text(n)] = true
			case class == "kicker", class == "newest", class == "opml", n.Data == "h2", n.Parent.Data == "button":
				assert.NotEmpty(t, strings.Trim(text(n), " –"), "%s: %s %s", language, n.Data, class)
			case class == "aside" && n.Parent.Data == "span", class == "meta":
				unit := regexp.MustCompile(`[0-9 ]+(.*)`).FindStringSubmatch(text(n))
				words[strings.TrimSpace(strings.Split(unit[1], "·")[0])] = true
			case attr(n, "id") == "status":
				assert.NotEmpty(t, attr(n, "data-copy"), language)
				assert.NotEmpty(t, attr(n, "data-copied"), language)
				assert.NotEqual(t, attr(n, "data-copy"), attr(n, "data-copied"), language)
			case n.Data == "title":
				assert.False(t, strings.HasPrefix(text(n), " "), language)
			}
		}
		assert.NotContains(t, words, "", language)
	}
	assert.Len(t, intros, 5)
	assert.NotContains(t, intros, "")
}

func TestURLsMayBreakAfterTheHostAndEachSlash(t *testing.T) {
	page := rendered(t, feedpage.Index{}, newsroom(t, nordic))
	assert.Contains(t, page, `<a class="format" href="https://www.nordicmonitor.com/tag/turkey/feed.json">JSON</a>`+
		`<code>https://www.nordicmonitor.com/<wbr>tag/<wbr>turkey/<wbr>feed.json<wbr></code>`)
}

func TestPageUsesCustomTexts(t *testing.T) {
	words := feedpage.Texts{
		Feeds: "Straumar", Everything: "Allt efni", Categories: "Flokkar", Tags: "Merki", Authors: "Höfundar",
		Article: "grein", Articles: "greinar", Newest: "Nýjast", Copy: "Afrita", Copied: "Afritað", OPML: "OPML",
	}
	site := nordic
	site.Language = "is"
	page := rendered(t, feedpage.Index{Texts: words}, newsroom(t, site))
	assert.Contains(t, page, `<html lang="is">`)
	assert.Equal(t, []string{"Allt efni", "Flokkar", "Merki", "Höfundar"}, texts(t, page, "h2"))
	assert.Contains(t, page, "4 greinar")
	assert.NotContains(t, page, "articles", "no English text remains")
	words.Language = "fo"
	assert.Contains(t, rendered(t, feedpage.Index{Texts: words}, newsroom(t, site)), `<html lang="fo">`)
}

func TestPageAsksSearchEnginesNotToIndexIt(t *testing.T) {
	assert.Contains(t, rendered(t, feedpage.Index{}, newsroom(t, nordic)), `<meta name="robots" content="noindex">`)
}

// HTTP-6, DISC-3: names and titles are shown as text, whatever they contain.
func TestHostileNamesStayText(t *testing.T) {
	named := func(name string) *syndicate.Archive {
		a := article(1)
		a.Title, a.Summary = name, name
		a.Categories = []syndicate.Category{{Name: name, Slug: "c", Parent: &syndicate.Category{Name: name, Slug: "p"}}}
		a.Tags = []syndicate.Tag{{Name: name, Slug: "t"}}
		a.Authors = []syndicate.Author{{Name: name, Slug: "a"}}
		site := nordic
		site.Title, site.Description, site.Language = name, name+" and more", "en"
		return archiveOf(t, site, a)
	}
	skeleton := func(page string) (tags []string) {
		for n := range elements(t, page) {
			var tag strings.Builder
			tag.WriteString(n.Data)
			for _, a := range n.Attr {
				if tag.WriteString(" " + a.Key); a.Key == "href" {
					u, err := url.Parse(a.Val)
					require.NoError(t, err)
					assert.Contains(t, []string{"", "https"}, u.Scheme, a.Val)
				}
			}
			tags = append(tags, tag.String())
		}
		return tags
	}
	harmless := skeleton(rendered(t, feedpage.Index{}, named("Harmless")))
	for _, name := range hostileNames {
		page := rendered(t, feedpage.Index{}, named(name))
		assert.Equal(t, harmless, skeleton(page), "%q", name)
		assert.Equal(t, named(name).Publication().Site().Title, texts(t, page, "h1")[0], "%q", name)
	}
}

func TestPageLoadsNothingAndAllowsNothingButItsOwnStyleAndScript(t *testing.T) {
	page := rendered(t, feedpage.Index{OPML: "/feeds.opml"}, newsroom(t, nordic))
	header := feedpage.ContentSecurityPolicy()
	assert.Contains(t, header, "default-src 'none'")
	assert.NotContains(t, header, "unsafe")
	assert.Contains(t, header, "frame-ancestors 'none'", "no other site can embed the page")
	assert.Equal(t, "text/html; charset=utf-8", feedpage.ContentType)
	for n := range elements(t, page) {
		for _, a := range n.Attr {
			assert.NotContains(t, []string{"src", "srcset", "style", "background"}, a.Key, n.Data)
			assert.False(t, strings.HasPrefix(a.Key, "on"), a.Key)
		}
		switch n.Data {
		case "script", "style":
			sum := sha256.Sum256([]byte(text(n)))
			assert.Contains(t, header, n.Data+"-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
			assert.NotContains(t, text(n), "url(")
			assert.NotContains(t, text(n), "@import")
		case "link":
			assert.Equal(t, "alternate", attr(n, "rel"))
		case "meta":
			if attr(n, "http-equiv") != "" {
				assert.True(t, strings.HasPrefix(header, attr(n, "content")), "the meta element and the header agree")
			}
		}
	}
}

func TestPageCanBeUsedWithoutEyesMouseOrScript(t *testing.T) {
	page := rendered(t, feedpage.Index{}, newsroom(t, nordic))
	level, ids, names := 1, map[string]bool{}, map[string]bool{}
	for n := range elements(t, page) {
		if id := attr(n, "id"); id != "" {
			assert.False(t, ids[id], "%s twice", id)
			ids[id] = true
		}
		switch n.Data {
		case "h1", "h2", "h3", "h4", "h5", "h6":
			next := int(n.Data[1] - '0')
			assert.LessOrEqual(t, next, level+1, "headings skip no level")
			level = next
		case "button":
			assert.False(t, names[text(n)], "%s: each button names the URL that it copies", text(n))
			names[text(n)] = true
			hidden := slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" })
			assert.True(t, hidden, "the button is visible only if the script runs")
		case "a":
			if target := attr(n, "href"); strings.HasPrefix(target, "#") {
				assert.Contains(t, page, `id="`+target[1:]+`"`)
			}
		}
	}
	assert.Contains(t, names, "Copy – RSS, Military")
	assert.Equal(t, []string{"Nordic Monitor"}, texts(t, page, "h1"))
}

// WCAG 2.2, success criterion 1.4.3, requires a contrast of 4.5 to 1 for text.
func TestColoursHaveEnoughContrast(t *testing.T) {
	for _, file := range []string{"page.css", "feed.css"} {
		css, err := os.ReadFile(file)
		require.NoError(t, err)
		light, dark, ok := strings.Cut(string(css), "prefers-color-scheme: dark")
		require.True(t, ok, file)
		for scheme, block := range map[string]string{"light": light, "dark": dark} {
			colours := map[string]float64{}
			for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{3,6});`).FindAllStringSubmatch(block, -1) {
				if _, ok := colours[m[1]]; !ok {
					colours[m[1]] = luminance(t, m[2])
				}
			}
			for _, pair := range []string{
				"text/page", "text/card", "text/sunk", "text/tint", "soft/page", "soft/card", "soft/sunk",
				"accent/page", "accent/card", "accent/sunk", "on-accent/accent",
			} {
				front, back, _ := strings.Cut(pair, "/")
				a, ok := colours[front]
				b, ok2 := colours[back]
				if ok && ok2 {
					assert.GreaterOrEqual(t, (max(a, b)+.05)/(min(a, b)+.05), 4.5, "%s, %s: %s", file, scheme, pair)
				}
			}
			assert.GreaterOrEqual(t, len(colours), 6, "%s, %s", file, scheme)
		}
	}
}

// luminance returns the relative luminance as WCAG 2.2 defines it.
func luminance(t *testing.T, colour string) (sum float64) {
	hex := colour[1:]
	if len(hex) == 3 {
		hex = strings.Repeat(hex[:1], 2) + strings.Repeat(hex[1:2], 2) + strings.Repeat(hex[2:], 2)
	}
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		require.NoError(t, err, colour)
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func TestStylesheetLoadsNothing(t *testing.T) {
	assert.Contains(t, feedpage.Stylesheet, "* { display: none; }", "unknown elements are hidden")
	assert.Equal(t, strings.Count(feedpage.Stylesheet, "{"), strings.Count(feedpage.Stylesheet, "}"))
	for _, request := range []string{"url(", "@import", "@font-face", "image("} {
		assert.NotContains(t, feedpage.Stylesheet, request)
	}
}

// Hidden articles leave no trace in the page: no name, no title, no count, no date.
func TestHiddenArticlesChangeNoByteOfThePage(t *testing.T) {
	archive := newsroom(t, nordic)
	before := rendered(t, feedpage.Index{}, archive)
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 100 {
		hidden := article(-1000 - n)
		hidden.Published = noon.Add(time.Duration(n) * time.Minute)
		hidden.Title, hidden.Tags = "Secret", syndicate.Tags("Secret", "Turkey")
		hidden.Categories = []syndicate.Category{{Name: "Secret"}, {Name: "Intelligence", URL: "/spies/"}}
		hidden.Authors = []syndicate.Author{{Name: "Secret"}, {Name: "Levent Kenez"}}
		switch random.IntN(3) {
		case 0:
			hidden.Draft = true
		case 1:
			hidden.Published = noon.AddDate(2, 0, n)
		case 2:
			hidden.Expires = hidden.Published.Add(time.Second)
		}
		require.NoError(t, archive.Add(hidden))
		if random.IntN(2) == 0 {
			require.NoError(t, archive.Remove(hidden.URL))
		}
		require.Equal(t, before, rendered(t, feedpage.Index{}, archive))
	}
	archive.Clock = func() time.Time { return noon.AddDate(10, 0, 0) }
	assert.Contains(t, rendered(t, feedpage.Index{}, archive), "Secret", "the embargoes have ended")
}

func TestSameFeedsGiveTheSamePage(t *testing.T) {
	first := rendered(t, feedpage.Index{}, newsroom(t, nordic))
	var written bytes.Buffer
	require.NoError(t, feedpage.Index{}.Write(ctx, &written, newsroom(t, nordic)))
	assert.Equal(t, first, written.String())
}

func TestPageFailsWithTheSource(t *testing.T) {
	source := failing{newsroom(t, nordic)}
	text, err := feedpage.Index{}.Append(ctx, []byte("before"), source)
	assert.ErrorIs(t, err, errUnavailable)
	assert.Equal(t, "before", string(text))
	var written bytes.Buffer
	assert.ErrorIs(t, feedpage.Index{}.Write(ctx, &written, source), errUnavailable)
	assert.Empty(t, written.String(), "a partial page is never written")
}
