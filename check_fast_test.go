package syndicate

// What is recognised without being parsed comes out as if it had been: each short cut beside the long way.

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/xmltext"
)

// pool are values for any field of an article: good ones, ones to be mended and ones to be refused.
var pool = []string{
	"", "", "", " ", "Turkey", "Mevlüt Çavuşoğlu", "Kılıç", "Kilic", "IĞDIR'da İŞÇİ", "Arms  exports", " Military\n", "ΟΔΟΣ", "Ａ", "е\u0306",
	"a\u00a0b", "a\u2009b", "\u202eA\u202c", "\ufeff", "A\x00B", "\xff", "a\r\nb", "S\u0085", "–", "???", "feed", "NUL", "..", "a/b", "military", "Military",
	"https://example.com/", "https://example.com/2022/03/a-b/?p=1&q=%C3%A7", "http://EXAMPLE.com:80/a", "https://xn--mnchen-3ya.de/", "https://a--b.example/",
	"https://u:p@example.com/", "https://example.com/a/../b//c/.d", "https://example.com/%zz|[]", "https://example.com", "https://example.com/#x",
	"/a/", "/a/../b", "//cdn.example.com/a.PNG", "a.mp3", "?x", "javascript:x", "http://[", "ftp://example.com/", "https://-a.b-./", "/a b/ü.jpg?x#y",
	"https://a..b.example/", "https://xn--a.example/", "https://-a.example/", "https://a-.example/", "https://.a/", "https://a./", "https://1.2.3/", "https://example.com/a.jp%67",
	"4711", "urn:x", "en", "EN", "tr", "tr-Latn-u-nu-latn", "qx", "English!", "audio/mpeg", "text/html; charset=utf-8", "text/ü", "x@example.com", "x at y",
}

// oddArticle returns an article made of values of the pool and of those given.
func oddArticle(r *rand.Rand, own ...string) Article {
	choices := append(own, pool...)
	any := func() string {
		if r.IntN(4) == 0 {
			return choices[r.IntN(len(choices))]
		}
		return ""
	}
	name := func() string { return choices[r.IntN(len(choices))] }
	number := func() int { return max(-1, r.IntN(20)) - r.IntN(2) }
	date := func() time.Time {
		return []time.Time{{}, time.Unix(1646136000, int64(r.IntN(2))), time.Unix(1646136000+r.Int64N(99), 5), time.Unix(r.Int64N(1<<38), 0)}[r.IntN(4)]
	}
	author := func() Author { return Author{Name: name(), Slug: any(), URL: any(), Avatar: any(), Email: any()} }
	image := func() Image {
		return Image{URL: any(), Type: any(), Width: number(), Size: int64(number()), Alt: any(), Credit: any()}
	}
	a := Article{
		ID: any(), URL: name(), Title: name(), Summary: any(), Content: any(), Published: date(), Updated: date(), Expires: date(),
		Image: image(), Banner: any(), Language: any(), ExternalURL: any(), CommentsURL: any(), CommentsFeed: any(), CommentCount: number(),
		Rights: any(), Origin: Origin{ID: any(), Title: any(), URL: any(), Updated: date()},
	}
	thumbnail := image()
	a.Image.Thumbnail = &thumbnail
	for range r.IntN(3) {
		a.Authors = append(a.Authors, author())
		a.Contributors = append(a.Contributors, author())
		a.Enclosures = append(a.Enclosures, Enclosure{URL: name(), Type: any(), Size: int64(number()), Duration: time.Duration(number()), Title: any()})
	}
	for range r.IntN(30) {
		a.Tags = append(a.Tags, Tag{Name: name(), Slug: any(), Description: any(), URL: any()})
	}
	var above *Category
	for range r.IntN(5) {
		c := &Category{Name: name(), Slug: any(), Parent: above, Description: any(), URL: any()}
		if r.IntN(2) == 0 {
			above = c
		}
		a.Categories = append(a.Categories, c)
	}
	switch r.IntN(20) {
	case 0:
		a.Categories = append(a.Categories, nil)
	case 1:
		loop := &Category{Name: name()}
		loop.Parent = loop
		a.Categories = append(a.Categories, loop)
	}
	return a
}

// goodArticle returns an odd article without what got it refused.
func goodArticle(r *rand.Rand, own ...string) Article {
	a := oddArticle(r, own...)
	a.URL, a.Title, a.Published = "https://example.com/a/", "A", time.Unix(1646136000, 0)
	a.Origin, a.Enclosures, a.Image, a.CommentCount = Origin{}, nil, Image{}, 0
	a.Language, a.Banner, a.ExternalURL, a.CommentsURL, a.CommentsFeed = "", "", "", "", ""
	if a.Updated.Year() > 9999 || a.Expires.Year() > 9999 {
		a.Updated, a.Expires = time.Time{}, time.Time{}
	}
	a.Authors, a.Contributors = nil, nil
	for i := range a.Categories {
		if a.Categories[i] != nil {
			a.Categories[i].URL, a.Categories[i].Slug = "", fmt.Sprint("c", i%2)
		}
	}
	for i := range a.Tags {
		a.Tags[i].URL, a.Tags[i].Slug = "", fmt.Sprint("t", i%12)
	}
	return a
}

// assertCheckedAsSimply compares Site.Article with its oracle, and reports whether the article was taken.
func assertCheckedAsSimply(t *testing.T, site *Site, a Article) bool {
	t.Helper()
	got, err := site.Article(a)
	want, wantErr := simpleArticle(site, a)
	assert.Equal(t, wantErr, err)
	if want == nil || got == nil {
		return assert.Equal(t, want == nil, got == nil) && got != nil
	}
	got.prepared, want.prepared = nil, nil
	assert.Equal(t, want, got)
	return true
}

func oddSite(t testing.TB) *Site {
	site, err := Site{URL: "https://example.com/", Title: "Example", Language: "en"}.Check()
	require.NoError(t, err)
	return &site
}

func TestArticlesAreCheckedAsTheyWouldBeSimply(t *testing.T) {
	site := oddSite(t)
	taken, seeds := 0, uint64(3000)
	if testing.Short() {
		seeds = 300
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 1))
		article := oddArticle
		if seed%2 == 0 {
			article = goodArticle
		}
		if assertCheckedAsSimply(t, site, article(r)) {
			taken++
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	assert.Greater(t, taken, int(seeds/10), "some articles are good ones")
}

func FuzzArticleAsSimply(f *testing.F) {
	f.Add(uint64(1), "https://example.com/a-b/", "Ayşe Öğüt", "x")
	f.Add(uint64(2), "/a.jpg?b=c", "a b  c", "ŉ½µ")
	site := oddSite(f)
	f.Fuzz(func(t *testing.T, seed uint64, a, b, c string) {
		r := rand.New(rand.NewPCG(seed, 1))
		assertCheckedAsSimply(t, site, oddArticle(r, a, b, c, a, b, c, a, b, c, a, b, c, a, b, c))
		assertCheckedAsSimply(t, site, goodArticle(r, a, b, c, a, b, c, a, b, c, a, b, c, a, b, c))
	})
}

// assertShortCuts compares every short cut with the long way for one string.
func assertShortCuts(t *testing.T, s string) {
	t.Helper()
	bases := []string{"https://www.example.com/news/", "http://example.com:8080/", "http://[::1]/", "https://u:p@example.com/", "https://xn--mnchen-3ya.de/"}
	for _, b := range bases {
		base, err := url.Parse(b)
		require.NoError(t, err)
		want, wantRule := resolveAnyURL(base, s)
		got, rule := resolveURL(base, s)
		assert.Equal(t, want, got, "%q at %s", s, b)
		assert.Equal(t, wantRule, rule, "%q at %s", s, b)
	}
	want, wantRule := resolveAnyURL(nil, s)
	got, rule := resolveURL(nil, s)
	assert.Equal(t, want, got, "%q", s)
	assert.Equal(t, wantRule, rule, "%q", s)
	assert.Equal(t, typeOfAny(s), typeOf("", s), "%q", s)
	assert.Equal(t, simpleIsToken(s), isToken(s), "%q", s)

	assert.Equal(t, simpleSlugOf(s, ""), slugify(s), "%q", s)
	assert.Equal(t, simpleSlugOf("", s), foldSlug(s), "%q", s)
	if s != "" {
		assert.Equal(t, simpleCheckSlug(s), checkSlug(s), "%q", s)
	}
	if isPlainText(s) {
		assert.Equal(t, s, xmltext.Legal(s))
		assert.Equal(t, s, plainText(s))
	}
}

func FuzzShortCuts(f *testing.F) {
	for _, s := range pool {
		f.Add(s)
	}
	f.Fuzz(assertShortCuts)
}

func TestShortCuts(t *testing.T) {
	for _, s := range pool {
		assertShortCuts(t, s)
	}
}

// Each character of most scripts, alone, within a word and between words; and those that short cuts know in each
// part of an address too.
func TestShortCutsForEveryCharacter(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through most of Unicode")
	}
	words := []string{"%s", "a%sb", "A %s b"}
	addresses := []string{"l%sl", "https://example.com/%s", "https://ex%sample.com/a", "/a%s.jpg", "https://example.com/a?%s"}
	for c := range rune(0x10010) {
		if c >= 0x3100 && c < 0xFE00 {
			continue // ideographs, Hangul and others that are treated alike
		}
		forms := words
		if c < 2*latinEnd {
			forms = append(forms, addresses...)
		}
		for _, form := range forms {
			assertShortCuts(t, strings.Replace(form, "%s", string(c), 1))
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	for c := range 256 {
		assertShortCuts(t, "a"+string([]byte{byte(c)})+"b")
		assertShortCuts(t, "https://example.com/a"+string([]byte{byte(c)})+".mp3")
	}
}

// The short cuts are taken: what most articles hold does not go the long way.
func TestOrdinaryValuesAreRecognised(t *testing.T) {
	for _, s := range []string{"https://www.nordicmonitor.com/2022/03/turkey-may-send-its-police/", "http://a.example/?p=1", "https://a.example/%C3%A7.jpg"} {
		assert.True(t, isPlainURL(s), s)
	}
	for _, s := range []string{"", "Turkey", "Ayşe said: “no” – and left.", "日本語"} {
		assert.True(t, isPlainText(s) && utf8.ValidString(s), s)
	}
	for _, s := range []string{"Mevlüt Çavuşoğlu", "Terrorism & Crime", "IĞDIR'da İŞÇİ"} {
		assert.NotEmpty(t, slugifyLatin(s), s)
	}
}

// An article's language is not parsed when it is the site's: the site's parses to itself.
func TestLanguageOfASiteIsInItsOneForm(t *testing.T) {
	var r report
	for _, given := range []string{"", "und", "en", "EN-us", "iw", "sh", "zh-hant-TW", "no", "sr-Latn-u-nu-latn-co-phonebk", "art-lojban", "de-1901", "x-private", "en-x-y", "i-klingon"} {
		site, err := Site{URL: "https://example.com/", Title: "A", Language: given}.Check()
		require.NoError(t, Refused(err))
		assert.Equal(t, site.Language, r.language("Language", site.Language), given)
		assertCheckedAsSimply(t, &site, Article{URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Language: site.Language})
		assertCheckedAsSimply(t, &site, Article{URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Language: given})
	}
	assert.Empty(t, r.problems)
}

// What a site remembers of terms.

func TestATermThatWasEditedIsAnotherOne(t *testing.T) {
	site := oddSite(t)
	military := &Category{Name: "Military"}
	given := Article{
		URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Categories: []*Category{{Name: "Exports", Parent: military}},
		Tags: []Tag{{Name: "Turkey"}}, Authors: []Author{{Name: "Ayşe"}},
	}
	describe := func() string {
		a, err := site.Article(given)
		require.NoError(t, err)
		c := a.Categories[0]
		return strings.Join([]string{c.Path(), c.Parent.Name, c.Parent.Description, a.Tags[0].Slug, a.Tags[0].URL, a.Authors[0].Slug, a.Authors[0].Email}, " ")
	}
	assert.Equal(t, "military/exports Military  turkey  ayse ", describe())
	military.Name, military.Slug, military.Description = "Defence", "defence", "d"
	given.Tags[0].URL, given.Authors[0].Email = "/t/", "a@example.com"
	assert.Equal(t, "defence/exports Defence d turkey https://example.com/t/ ayse a@example.com", describe())
	military.Name, military.Slug, military.Description = "Military", "", ""
	assert.Equal(t, "military/exports Military  turkey https://example.com/t/ ayse a@example.com", describe())
}

func TestArticlesShareTheirTerms(t *testing.T) {
	site := oddSite(t)
	check := func() *Article {
		a, err := site.Article(Article{
			URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Tags: Tags("Mevlüt Çavuşoğlu"),
			Categories: []*Category{{Name: "Exports", Parent: &Category{Name: "Military"}}},
		})
		require.NoError(t, err)
		return a
	}
	one, two := check(), check()
	assert.Same(t, one.Categories[0], two.Categories[0])
}

// A problem is told each time.
func TestTermsWithProblemsAreNotRemembered(t *testing.T) {
	site := oddSite(t)
	given := Article{
		URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Tags: []Tag{{Name: "A\x00"}}, Authors: []Author{{Name: "A\x00"}},
		Categories: []*Category{{Name: "B", Parent: &Category{Name: "A\x00"}}},
	}
	for range 2 {
		_, err := site.Article(given)
		assert.Len(t, err, 3)
		assertCheckedAsSimply(t, site, given)
	}
}

// Whatever is handed in: so many terms of so many bytes.
func TestWhatASiteRemembersIsBounded(t *testing.T) {
	site := oddSite(t)
	long := &Category{Name: "Long", Description: strings.Repeat("d", maxKnownSize)}
	given := Article{URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0)}
	for i := range 2 * maxKnown {
		name := fmt.Sprint("N", i)
		given.Tags = []Tag{{Name: name}, {Name: "Long", Description: long.Description}}
		given.Authors = []Author{{Name: name}, {Name: name + strings.Repeat(" ", maxKnownSize), Slug: "long"}}
		given.Categories = []*Category{{Name: name}, {Name: name, Parent: long}}
		a, err := site.Article(given)
		require.NoError(t, err)
		require.Equal(t, "long/n"+fmt.Sprint(i), a.Categories[1].Path())
	}
	known := &site.compiled.known
	assert.Len(t, known.tags.known, maxKnown)
	assert.Len(t, known.authors.known, maxKnown)
	assert.Len(t, known.categories.known, maxKnown)
	for tag := range known.tags.known {
		assert.LessOrEqual(t, tag.size(), maxKnownSize)
	}
	var deep *Category
	given.Categories = nil
	site = oddSite(t)
	for i := range maxDepth {
		deep = &Category{Name: fmt.Sprint("N", i), Description: strings.Repeat("d", 100), Parent: deep}
		given.Categories = append(given.Categories, deep)
	}
	_, err := site.Article(given)
	require.NoError(t, err)
	assert.NotEmpty(t, site.compiled.known.categories.known)
	for c := range site.compiled.known.categories.known {
		held := c.size()
		for up := c.Parent; up != nil; up = up.Parent {
			held += up.size()
		}
		assert.LessOrEqual(t, held, maxKnownSize, "a category holds its ancestors")
	}
}

func TestArticlesAreCheckedAtTheSameTime(t *testing.T) {
	site := oddSite(t)
	var all sync.WaitGroup
	for seed := range uint64(8) {
		all.Go(func() {
			for i := range uint64(50) {
				assertCheckedAsSimply(t, site, goodArticle(rand.New(rand.NewPCG(i, seed%2))))
			}
		})
	}
	all.Wait()
}
