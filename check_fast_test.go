package syndicate

// What comes out of a check is in the one form that a second check leaves alone.

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
		c := Category{Name: name(), Slug: any(), Parent: above, Description: any(), URL: any()}
		if r.IntN(2) == 0 {
			above = &c
		}
		a.Categories = append(a.Categories, c)
	}
	if r.IntN(20) == 0 {
		loop := &Category{Name: name()}
		loop.Parent = loop
		a.Categories = append(a.Categories, *loop)
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
		a.Categories[i].URL, a.Categories[i].Slug = "", fmt.Sprint("c", i%2)
	}
	for i := range a.Tags {
		a.Tags[i].URL, a.Tags[i].Slug = "", fmt.Sprint("t", i%12)
	}
	return a
}

// assertFinal checks an article twice: the form that comes out is final. It reports whether the article was taken.
func assertFinal(t *testing.T, site *Publication, a Article) bool {
	t.Helper()
	once, _ := site.Article(a)
	if once == nil {
		return false
	}
	twice, err := site.Article(*once)
	require.NotNil(t, twice, err)
	once.checked, twice.checked = nil, nil
	assert.Equal(t, once, twice)
	return true
}

func oddSite(t testing.TB) *Publication {
	site, err := Site{URL: "https://example.com/", Title: "Example", Language: "en"}.Check()
	require.NoError(t, err)
	return site
}

func TestCheckedArticlesAreInTheirFinalForm(t *testing.T) {
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
		if assertFinal(t, site, article(r)) {
			taken++
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	assert.Greater(t, taken, int(seeds/10), "some articles are good ones")
}

func FuzzArticle(f *testing.F) {
	f.Add(uint64(1), "https://example.com/a-b/", "Ayşe Öğüt", "x")
	f.Add(uint64(2), "/a.jpg?b=c", "a b  c", "ŉ½µ")
	site := oddSite(f)
	f.Fuzz(func(t *testing.T, seed uint64, a, b, c string) {
		r := rand.New(rand.NewPCG(seed, 1))
		assertFinal(t, site, oddArticle(r, a, b, c, a, b, c, a, b, c, a, b, c, a, b, c))
		assertFinal(t, site, goodArticle(r, a, b, c, a, b, c, a, b, c, a, b, c, a, b, c))
	})
}

// An article's language is not parsed if it is the site's: the site's parses to itself.
func TestLanguageOfASiteIsInItsOneForm(t *testing.T) {
	var r report
	for _, given := range []string{"", "und", "en", "EN-us", "iw", "sh", "zh-hant-TW", "no", "sr-Latn-u-nu-latn-co-phonebk", "art-lojban", "de-1901", "x-private", "en-x-y", "i-klingon"} {
		publication, err := Site{URL: "https://example.com/", Title: "A", Language: given}.Check()
		require.NoError(t, err)
		checked := publication.Site().Language
		assert.Equal(t, checked, r.language("Language", checked), given)
		assertFinal(t, publication, Article{URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Language: checked})
		assertFinal(t, publication, Article{URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Language: given})
	}
	assert.Empty(t, r.problems)
}

func TestATermThatWasEditedIsAnotherOne(t *testing.T) {
	site := oddSite(t)
	military := &Category{Name: "Military"}
	given := Article{
		URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Categories: []Category{{Name: "Exports", Parent: military}},
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

func TestArticlesAreCheckedAtTheSameTime(t *testing.T) {
	site := oddSite(t)
	var all sync.WaitGroup
	for seed := range uint64(8) {
		all.Go(func() {
			for i := range uint64(50) {
				assertFinal(t, site, goodArticle(rand.New(rand.NewPCG(i, seed%2))))
			}
		})
	}
	all.Wait()
}
