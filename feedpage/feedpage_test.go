// The page that shows people every feed of a publication: complete, in the site's language, harmless
// whatever the names are, usable without a mouse, script or network, and silent about what is not public.
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
	`"><script>alert(1)</script>`, `' onclick='alert(1)`, `</style></title></script><img src=x onerror=alert(1)>`, `javascript:alert(1)`,
	`]]> <!-- & -->`, `&amp; &#x26; &lt;`, `{{.}} ${x} \u003c`, "line\nbreak\ttab", "control \x00\x07 and \xff\xfe", "مرحبا \u202eRTL",
	"Kılıç 👩‍👩‍👧‍👦 日本", strings.Repeat("long ", 300),
}

// newsroom has sections three deep, tags, two authors, and an article without any.
func newsroom(t *testing.T, site syndicate.Site) *syndicate.Archive {
	return feedlisttest.Newsroom(t, site, article(4))
}

func rendered(t *testing.T, page feedpage.Page, source syndicate.Source) string {
	t.Helper()
	text, err := page.Append(ctx, nil, source)
	require.NoError(t, err)
	return string(text)
}

// elements parses a page and yields its elements from top to bottom.
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

// texts returns what stands in all elements of a name.
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
			want = append(want, feed.Self[:]...)
		}
		page := rendered(t, feedpage.Page{}, archive)
		assert.ElementsMatch(t, want, texts(t, page, "code"), "to be copied")
		for _, address := range want {
			assert.Contains(t, page, `href="`+address+`"`, "to be opened")
		}
	}
}

func TestPageNestsCategories(t *testing.T) {
	page := rendered(t, feedpage.Page{}, newsroom(t, nordic))
	assert.Equal(t, []string{"All articles", "Sections", "Tags", "Authors"}, texts(t, page, "h2"))
	assert.Equal(t, []string{"Intelligence", "Military"}, texts(t, page, "h3"))
	assert.Equal(t, []string{"Arms exports"}, texts(t, page, "h4"))
	assert.Equal(t, []string{"Drones"}, texts(t, page, "h5"))
	for n := range elements(t, page) {
		switch attr(n, "id") {
		case "category/military/arms-exports":
			assert.Equal(t, "category/military", attr(n.Parent.Parent, "id"), "inside the card of its parent")
		case "tag/mevlut-cavusoglu":
			assert.Equal(t, "Mevlüt Çavuşoğlu 1 article", text(n.FirstChild.NextSibling))
		}
	}
	assert.Contains(t, page, `<a href="https://www.nordicmonitor.com/spies/" dir="auto">Intelligence</a>`, "a name leads to the page of the term")
}

func TestPageShowsTheNewestTitlesAndHowManyThereAre(t *testing.T) {
	archive := newsroom(t, nordic)
	newest := func(page feedpage.Page) []string { return texts(t, rendered(t, page, archive), "ol") }
	assert.Equal(t, "\nNo. 1 2022-03-29\nNo. 2 2022-03-28\nNo. 3 2022-03-27\n", newest(feedpage.Page{})[0])
	assert.Equal(t, "\nNo. 1 2022-03-29\n", newest(feedpage.Page{Newest: 1})[0])
	assert.Empty(t, newest(feedpage.Page{Newest: -1}))
	page := rendered(t, feedpage.Page{}, archive)
	assert.Contains(t, page, `4 articles · <time datetime="2022-03-29">`)
	assert.Contains(t, page, `1 article · <time datetime="2022-03-29">`)
}

func TestPageOfAnEmptySiteHasItsOneFeed(t *testing.T) {
	page := rendered(t, feedpage.Page{}, archiveOf(t, nordic))
	assert.Equal(t, []string{"All articles"}, texts(t, page, "h2"))
	assert.Len(t, texts(t, page, "code"), 3)
	assert.Contains(t, page, `0 articles</p>`, "and no date")
}

func TestPageLinksToTheListForReadersIfThereIsOne(t *testing.T) {
	archive := newsroom(t, nordic)
	assert.Contains(t, rendered(t, feedpage.Page{OPML: "/feeds.opml?a=1&b=2"}, archive), `href="/feeds.opml?a=1&amp;b=2" download>All feeds as OPML</a>`)
	assert.NotContains(t, rendered(t, feedpage.Page{}, archive), "OPML")
	assert.NotContains(t, rendered(t, feedpage.Page{OPML: "javascript:alert(1)"}, archive), `"javascript:`)
}

func TestPageSpeaksTheLanguageOfTheSite(t *testing.T) {
	for _, test := range []struct{ site, page, heading, inSite string }{
		{"en", "en", "All articles", ""},
		{"en-GB", "en-GB", "All articles", ""},
		{"tr", "tr", "Bütün yazılar", ""},
		{"de-AT", "de-AT", "Alle Artikel", ""},
		{"", "en", "All articles", ""},
		{"is", "en", "All articles", "is"}, // its words are English, its titles are not
	} {
		site := nordic
		site.Language = test.site
		page := rendered(t, feedpage.Page{}, newsroom(t, site))
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

func TestPageTakesWordsOfOnesOwn(t *testing.T) {
	words := feedpage.Texts{
		Feeds: "Straumar", Everything: "Allt efni", Categories: "Flokkar", Tags: "Merki", Authors: "Höfundar",
		Article: "grein", Articles: "greinar", Newest: "Nýjast", Copy: "Afrita", Copied: "Afritað", OPML: "OPML",
	}
	site := nordic
	site.Language = "is"
	page := rendered(t, feedpage.Page{Texts: words}, newsroom(t, site))
	assert.Contains(t, page, `<html lang="is">`)
	assert.Equal(t, []string{"Allt efni", "Flokkar", "Merki", "Höfundar"}, texts(t, page, "h2"))
	assert.Contains(t, page, "4 greinar")
	assert.NotContains(t, page, "articles", "nothing is left in English")
	words.Language = "fo"
	assert.Contains(t, rendered(t, feedpage.Page{Texts: words}, newsroom(t, site)), `<html lang="fo">`)
}

func TestPageAsksSearchEnginesNotToListIt(t *testing.T) {
	assert.Contains(t, rendered(t, feedpage.Page{}, newsroom(t, nordic)), `<meta name="robots" content="noindex">`)
}

// HTTP-6, DISC-3: whatever is in names and titles stays text.
func TestHostileNamesStayText(t *testing.T) {
	named := func(name string) *syndicate.Archive {
		a := article(1)
		a.Title, a.Summary = name, name
		a.Categories = []*syndicate.Category{{Name: name, Slug: "c", Parent: &syndicate.Category{Name: name, Slug: "p"}}}
		a.Tags = []syndicate.Tag{{Name: name, Slug: "t"}}
		a.Authors = []syndicate.Author{{Name: name, Slug: "a"}}
		site := nordic
		site.Title, site.Description, site.Language = name, name+" and more", "en"
		return archiveOf(t, site, a)
	}
	skeleton := func(page string) (tags []string) {
		for n := range elements(t, page) {
			tag := n.Data
			for _, a := range n.Attr {
				if tag += " " + a.Key; a.Key == "href" {
					u, err := url.Parse(a.Val)
					require.NoError(t, err)
					assert.Contains(t, []string{"", "https"}, u.Scheme, a.Val)
				}
			}
			tags = append(tags, tag)
		}
		return tags
	}
	harmless := skeleton(rendered(t, feedpage.Page{}, named("Harmless")))
	for _, name := range hostileNames {
		page := rendered(t, feedpage.Page{}, named(name))
		assert.Equal(t, harmless, skeleton(page), "%q", name)
		assert.Equal(t, named(name).Site().Title, texts(t, page, "h1")[0], "%q", name)
	}
}

func TestPageLoadsNothingAndAllowsNothingButItsOwnStyleAndScript(t *testing.T) {
	page := rendered(t, feedpage.Page{OPML: "/feeds.opml"}, newsroom(t, nordic))
	header := feedpage.ContentSecurityPolicy()
	assert.Contains(t, header, "default-src 'none'")
	assert.NotContains(t, header, "unsafe")
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
				assert.True(t, strings.HasPrefix(header, attr(n, "content")), "the page says the same as the header")
			}
		}
	}
}

func TestPageCanBeUsedWithoutEyesMouseOrScript(t *testing.T) {
	page := rendered(t, feedpage.Page{}, newsroom(t, nordic))
	level, ids, names := 1, map[string]bool{}, map[string]bool{}
	for n := range elements(t, page) {
		if id := attr(n, "id"); id != "" {
			assert.False(t, ids[id], "%s twice", id)
			ids[id] = true
		}
		switch n.Data {
		case "h1", "h2", "h3", "h4", "h5", "h6":
			next := int(n.Data[1] - '0')
			assert.LessOrEqual(t, next, level+1, "no level of headings is skipped")
			level = next
		case "button":
			assert.False(t, names[text(n)], "%s: each button says what it copies", text(n))
			names[text(n)] = true
			assert.True(t, slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" }), "there only when a script can do it")
		case "a":
			if target := attr(n, "href"); strings.HasPrefix(target, "#") {
				assert.Contains(t, page, `id="`+target[1:]+`"`)
			}
		}
	}
	assert.Contains(t, names, "Copy – RSS, Military")
	assert.Equal(t, []string{"Nordic Monitor"}, texts(t, page, "h1"))
}

// WCAG 2.2, success criterion 1.4.3: 4.5 to 1 for text.
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
			for _, pair := range []string{"text/page", "text/card", "text/sunk", "text/tint", "soft/page", "soft/card", "soft/sunk", "accent/page", "accent/card", "accent/sunk", "on-accent/accent"} {
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

// luminance is the relative luminance of WCAG 2.2.
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
	assert.Contains(t, feedpage.Stylesheet, "* { display: none; }", "nothing shows by surprise")
	assert.Equal(t, strings.Count(feedpage.Stylesheet, "{"), strings.Count(feedpage.Stylesheet, "}"))
	for _, request := range []string{"url(", "@import", "@font-face", "image("} {
		assert.NotContains(t, feedpage.Stylesheet, request)
	}
}

// Nothing hidden leaks: no name, no title, no count and no date.
func TestHiddenArticlesChangeNoByteOfThePage(t *testing.T) {
	archive := newsroom(t, nordic)
	before := rendered(t, feedpage.Page{}, archive)
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 100 {
		hidden := article(-1000 - n)
		hidden.Published = noon.Add(time.Duration(n) * time.Minute)
		hidden.Title, hidden.Tags = "Secret", syndicate.Tags("Secret", "Turkey")
		hidden.Categories = []*syndicate.Category{{Name: "Secret"}, {Name: "Intelligence", URL: "/spies/"}}
		hidden.Authors = []syndicate.Author{{Name: "Secret"}, {Name: "Levent Kenez"}}
		switch random.IntN(4) {
		case 0:
			hidden.Draft = true
		case 1:
			hidden.Private = true
		case 2:
			hidden.Published = noon.AddDate(2, 0, n)
		case 3:
			hidden.Expires = hidden.Published.Add(time.Second)
		}
		require.NoError(t, syndicate.Refused(archive.Add(hidden)))
		if random.IntN(2) == 0 {
			require.NoError(t, archive.Remove(hidden.URL))
		}
		require.Equal(t, before, rendered(t, feedpage.Page{}, archive))
	}
	archive.Clock = func() time.Time { return noon.AddDate(10, 0, 0) }
	assert.Contains(t, rendered(t, feedpage.Page{}, archive), "Secret", "the embargoes have ended")
}

func TestSameFeedsGiveTheSamePage(t *testing.T) {
	first := rendered(t, feedpage.Page{}, newsroom(t, nordic))
	var written bytes.Buffer
	require.NoError(t, feedpage.Page{}.Write(ctx, &written, newsroom(t, nordic)))
	assert.Equal(t, first, written.String())
}

func TestPageFailsWithTheSource(t *testing.T) {
	source := failing{newsroom(t, nordic)}
	text, err := feedpage.Page{}.Append(ctx, []byte("before"), source)
	assert.ErrorIs(t, err, errAway)
	assert.Equal(t, "before", string(text))
	var written bytes.Buffer
	assert.ErrorIs(t, feedpage.Page{}.Write(ctx, &written, source), errAway)
	assert.Empty(t, written.String(), "no half of a page is written")
}
