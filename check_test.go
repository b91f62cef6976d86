// Bad input never panics and is never lost silently. An article is accepted, accepted with a
// warning, or refused, and each problem names the article, the field and the rule.
package syndicate_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// LIFE-4, SEL-2, SEL-5
func TestProblemsOfArticles(t *testing.T) {
	type article = syndicate.Article
	tests := []struct {
		why  string
		edit func(*article)
		want string // without `syndicate: article "https://example.com/a/": ` in front
	}{
		{"no title and no text", func(a *article) { a.Title = " \n" }, `Title: missing (RSS 2.0, elements of item: a title or a description)`},
		{"nothing but illegal characters", func(a *article) { a.Title, a.Content = "", "\x00\x01" },
			`Content: "\x00\x01": holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]
Title: missing (RSS 2.0, elements of item: a title or a description)`},
		{"control characters", func(a *article) { a.Title = "A\x0bB" },
			`Title: "A\vB": holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]`},
		{"control characters in the body", func(a *article) { a.Content = "<p>A\x08B" },
			`Content: "<p>A\bB": holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]`},
		{"control characters in the id", func(a *article) { a.ID = "4\x00711" },
			`ID: "4\x00711": holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]`},
		{"a body that is too long", func(a *article) { a.Content = strings.Repeat("x", 262_145) },
			`Content: "262145 bytes": body is longer than MaxBody; feeds show its summary and a link [warning]`},

		{"no date", func(a *article) { a.Published = time.Time{} }, `Published: missing (RFC 4287 section 4.1.2)`},
		{"year 10000", func(a *article) { a.Published = midday.AddDate(7978, 0, 0) },
			`Published: "10000-03-01 12:00:00 +0000 UTC": year is not from 1 to 9999 (RFC 3339 section 5.6)`},
		{"year 0", func(a *article) { a.Updated = midday.AddDate(-2022, 0, 0) },
			`Updated: "0000-03-01 12:00:00 +0000 UTC": year is not from 1 to 9999 (left out; RFC 3339 section 5.6) [warning]`},
		{"updated before it was published", func(a *article) { a.Updated = midday.Add(-time.Hour) },
			`Updated: "2022-03-01T11:00:00Z": before the publication date (RFC 4287 section 4.2.15) [warning]`},
		{"expired before it was published", func(a *article) { a.Expires = midday },
			`Expires: "2022-03-01T12:00:00Z": not after the publication date; no feed will show the article [warning]`},

		{"a nameless author", func(a *article) { a.Authors = []syndicate.Author{{Slug: "x"}} },
			`Authors[0].Name: missing (left out; RFC 4287 section 3.2.1) [warning]`},
		{"an author whose name is invisible", func(a *article) { a.Contributors = []syndicate.Author{{Name: "\u202e\u200f", Slug: "x"}} },
			`Contributors[0].Name: missing (left out; RFC 4287 section 3.2.1) [warning]`},
		{"an author whose name makes no slug", func(a *article) { a.Authors = []syndicate.Author{{Name: "???"}} }, `Authors[0].Slug: "???": name without a letter or digit (slug is "u003f-u003f-u003f") [warning]`},
		{"two names, one slug", func(a *article) { a.Authors = []syndicate.Author{{Name: "Kılıç"}, {Name: "Kilic"}} },
			`Authors[1].Name: "Kilic": two names share one slug (slug "kilic" has other names) [warning]`},
		{"a bad mail address", func(a *article) { a.Authors = []syndicate.Author{{Name: "X", Email: "x at example.com"}} },
			`Authors[0].Email: "x at example.com": not an e-mail address (left out; RFC 4287 section 3.2.3) [warning]`},
		{"a bad page and a bad avatar", func(a *article) {
			a.Authors = []syndicate.Author{{Name: "X", URL: "javascript:alert(1)", Avatar: "http://["}}
		}, `Authors[0].URL: "javascript:alert(1)": URL scheme is not http or https (left out) [warning]
Authors[0].Avatar: "http://[": not a URL (left out) [warning]`},

		{"a nameless category", func(a *article) { a.Categories = []syndicate.Category{{Slug: "x"}} }, `Categories[0].Name: missing (replaced by the slug) [warning]`},
		{"a nameless parent", func(a *article) { a.Categories = []syndicate.Category{{Name: "X", Parent: &syndicate.Category{}}} },
			`Categories[0].Parent.Name: missing (left out) [warning]`},
		{"a category that is its own ancestor", func(a *article) { a.Categories = []syndicate.Category{cyclic()} },
			`Categories[0]: "A": category is its own ancestor, or nested deeper than 50`},

		{"a nameless tag", func(a *article) { a.Tags = syndicate.Tags("ok", " ") }, `Tags[1].Name: missing (left out) [warning]`},
		{"a reserved slug", func(a *article) { a.Categories = syndicate.Categories("News/Feed") }, `Categories[0].Slug: "feed": reserved word (slug is "feed-category") [warning]`},
		{"a slug of dots", func(a *article) { a.Tags = []syndicate.Tag{{Name: "X", Slug: ".."}} }, `Tags[0].Slug: "..": starts with a dot (replaced by the slug of the name) [warning]`},
		{"a slug with a slash", func(a *article) { a.Tags = []syndicate.Tag{{Name: "X", Slug: "a/b"}} },
			`Tags[0].Slug: "a/b": contains / or \ (replaced by the slug of the name) [warning]`},
		{"a slug that is too long", func(a *article) { a.Tags = []syndicate.Tag{{Name: "X", Slug: strings.Repeat("y", 201)}} },
			`Tags[0].Slug: "` + strings.Repeat("y", 200) + `…": longer than 200 bytes (replaced by the slug of the name) [warning]`},

		{"an enclosure without address", func(a *article) { a.Enclosures = []syndicate.Enclosure{{Type: "audio/mpeg"}} },
			`Enclosures[0].URL: missing (left out; RSS 2.0, enclosure) [warning]`},
		{"an enclosure of unknown type", func(a *article) { a.Enclosures = []syndicate.Enclosure{{URL: "/a.xyz"}} },
			`Enclosures[0].Type: missing (application/octet-stream is used; RSS 2.0, enclosure) [warning]`},
		{"an enclosure of negative size and duration", func(a *article) {
			a.Enclosures = []syndicate.Enclosure{{URL: "/a.mp3", Size: -1, Duration: -time.Second}}
		}, `Enclosures[0].Size: "-1": negative (left out; RSS 2.0, enclosure) [warning]
Enclosures[0].Duration: "-1s": negative (left out; JSON Feed 1.1, attachments) [warning]`},
		{"an enclosure of no type", func(a *article) { a.Enclosures = []syndicate.Enclosure{{URL: "/a", Type: "mp3"}} },
			`Enclosures[0].Type: "mp3": not a media type (mended to audio/mpeg) [warning]`},
		{"an enclosure twice", func(a *article) {
			a.Enclosures = []syndicate.Enclosure{{URL: "/a.mp3"}, {URL: "https://example.com/a.mp3"}}
		},
			`Enclosures[1].URL: "https://example.com/a.mp3": listed twice (left out) [warning]`},
		{"an image without address", func(a *article) { a.Image = syndicate.Image{Alt: "x"} }, `Image.URL: missing (left out) [warning]`},
		{"an image of negative size", func(a *article) { a.Image = syndicate.Image{URL: "/a.jpg", Width: -1, Height: 2, Size: -3} },
			`Image.Width: "-1 x 2": negative (left out) [warning]
Image.Size: "-3": negative (left out) [warning]`},
		{"a thumbnail with a bad address", func(a *article) {
			a.Image = syndicate.Image{URL: "/a.jpg", Thumbnail: &syndicate.Image{URL: "ftp://example.com/b.jpg"}}
		}, `Image.Thumbnail.URL: "ftp://example.com/b.jpg": URL scheme is not http or https (left out) [warning]`},

		{"a bad language", func(a *article) { a.Language = "English!" }, `Language: "English!": not a BCP 47 language tag (left out; BCP 47) [warning]`},
		{"an unknown language", func(a *article) { a.Language = "qx" },
			`Language: "qx": not a BCP 47 language tag (left out; not in the registry of BCP 47) [warning]`},
		{"bad addresses of other pages", func(a *article) {
			a.Banner, a.ExternalURL = "//", "mailto:x@example.com"
			a.CommentsURL, a.CommentsFeed, a.CommentCount = "http:///", "data:,x", -1
		}, `Banner: "//": not a URL (left out) [warning]
ExternalURL: "mailto:x@example.com": URL scheme is not http or https (left out) [warning]
CommentsURL: "http:///": not a URL (left out) [warning]
CommentsFeed: "data:,x": URL scheme is not http or https (left out) [warning]
CommentCount: "-1": negative (left out; RSS 1.0 module Slash) [warning]`},
		{"an origin without address", func(a *article) { a.Origin.Title = "Wire" }, `Origin.URL: missing (left out; RSS 2.0, source) [warning]`},
		{"an origin whose id is not an IRI", func(a *article) { a.Origin = syndicate.Origin{ID: "wire", URL: "https://wire.example/feed"} },
			`Origin.ID: "wire": not an absolute IRI (left out; RFC 4287 section 4.2.6) [warning]`},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			site, warned := warningSite(t)
			given := plainArticle()
			tt.edit(&given)
			checked, err := site.Article(given)
			var refused syndicate.Problems
			errors.As(err, &refused)
			assert.Equal(t, len(refused) == 0, checked != nil, "accepted if there are only warnings")
			found := append(*warned, refused...)
			assert.Equal(t, tt.want, strings.ReplaceAll(found.Error(), `syndicate: article "https://example.com/a/": `, ""))
			for i, p := range found {
				assert.Equal(t, i < len(*warned), p.Warning)
			}
		})
	}
}

// LIFE-4: a problem in an optional field drops only that field, or the element of the list.
func TestFaultsOfOptionalFieldsAreMended(t *testing.T) {
	site, warned := warningSite(t)
	given := plainArticle()
	given.Updated, given.Expires = midday.Add(-time.Hour), midday.AddDate(8000, 0, 0)
	given.Authors = []syndicate.Author{{}, {Name: "Ann", Slug: "../ann", URL: "javascript:x", Avatar: "//", Email: "@"}, {Name: "???"}, {Name: "!!!"}, {Name: "???"}}
	given.Contributors = []syndicate.Author{{Slug: "x"}, {Name: "Bob"}}
	given.Categories = []syndicate.Category{
		{Slug: "x"}, {Name: "Lost", Parent: &syndicate.Category{}}, {Name: "Feed"}, {Name: "Below", Parent: &syndicate.Category{Name: "Page"}}, {Name: "Y", Slug: "a/b", URL: "ftp://a/"},
	}
	given.Tags = []syndicate.Tag{{}, {Name: "NUL"}, {Name: "Z", Slug: "..", URL: "//"}}
	given.Image = syndicate.Image{URL: "/a.jpg", Type: "picture", Width: -1, Height: 2, Size: -3, Thumbnail: &syndicate.Image{Alt: "x"}}
	given.Enclosures = []syndicate.Enclosure{{}, {URL: "data:,x"}, {URL: "/b.mp3", Type: "mp3", Size: -1, Duration: -1}, {URL: "/b.mp3"}, {URL: "/c.xyz"}}
	given.Banner, given.ExternalURL, given.CommentsURL, given.CommentsFeed, given.CommentCount = "//", "mailto:x@example.com", "http:///", "data:,x", -1
	given.Language = "English!"
	given.Origin = syndicate.Origin{ID: "wire", Title: "Wire", URL: "https://wire.example/feed", Updated: midday.AddDate(8000, 0, 0)}

	got, err := site.Article(given)
	require.NoError(t, err)
	for _, p := range *warned {
		assert.True(t, p.Warning, p.Error())
	}
	assert.Equal(t, midday, got.Updated)
	assert.Zero(t, got.Expires)
	assert.Equal(t, []syndicate.Author{{Name: "Ann", Slug: "ann"}, {Name: "???", Slug: "u003f-u003f-u003f"}, {Name: "!!!", Slug: "!!!"}}, got.Authors)
	assert.Equal(t, []syndicate.Author{{Name: "Bob"}}, got.Contributors)
	assert.Equal(t, []syndicate.Category{
		{Name: "x", Slug: "x"}, {Name: "Feed", Slug: "feed"},
		{Name: "Below", Slug: "below", Parent: &syndicate.Category{Name: "Page", Slug: "page"}}, {Name: "Y", Slug: "y"},
	}, got.Categories)
	assert.Equal(t, []syndicate.Tag{{Name: "NUL", Slug: "nul"}, {Name: "Z", Slug: "z"}}, got.Tags)
	assert.Equal(t, syndicate.Image{URL: "https://example.com/a.jpg", Type: "image/jpeg"}, got.Image)
	assert.Equal(t, []syndicate.Enclosure{
		{URL: "https://example.com/b.mp3", Type: "audio/mpeg"}, {URL: "https://example.com/c.xyz", Type: "application/octet-stream"},
	}, got.Enclosures)
	assert.Empty(t, got.Banner+got.ExternalURL+got.CommentsURL+got.CommentsFeed+got.Language)
	assert.Zero(t, got.CommentCount)
	assert.Equal(t, syndicate.Origin{Title: "Wire", URL: "https://wire.example/feed"}, got.Origin)

	again, err := site.Article(*got)
	require.NoError(t, err)
	assert.Equal(t, got.Authors, again.Authors)
	assert.Equal(t, got.Categories, again.Categories)
}

// LIFE-4: an article without a usable URL is named by its ID, title or given URL.
func TestProblemsNameTheArticle(t *testing.T) {
	tests := []struct {
		given syndicate.Article
		want  string
	}{
		{syndicate.Article{Title: "A", Published: midday}, `syndicate: article "A": URL: missing`},
		{syndicate.Article{ID: "4711", Title: "A", Published: midday}, `syndicate: article "4711": URL: missing`},
		{syndicate.Article{URL: "javascript:x", Title: "A", Published: midday}, `syndicate: article "javascript:x": URL: "javascript:x": URL scheme is not http or https`},
		{syndicate.Article{URL: "//", Title: "A", Published: midday}, `syndicate: article "//": URL: "//": not a URL`},
		{syndicate.Article{URL: "http://[", Title: "A", Published: midday}, `syndicate: article "http://[": URL: "http://[": not a URL`},
		{syndicate.Article{}, "syndicate: URL: missing\n" +
			"syndicate: Title: missing (RSS 2.0, elements of item: a title or a description)\n" +
			"syndicate: Published: missing (RFC 4287 section 4.1.2)"},
	}
	site := checkedSite(t)
	for _, tt := range tests {
		checked, err := site.Article(tt.given)
		assert.EqualError(t, err, tt.want)
		assert.Nil(t, checked)
	}
}

func TestErrorsIsFindsRules(t *testing.T) {
	site, warned := warningSite(t)
	_, err := site.Article(syndicate.Article{Title: "A", Language: "qx"})
	assert.ErrorIs(t, err, syndicate.RuleMissing)
	assert.NotErrorIs(t, err, syndicate.RuleCycle)

	var problem *syndicate.Problem
	require.ErrorAs(t, err, &problem)
	assert.Equal(t, syndicate.Problem{Article: "A", Field: "URL", Rule: syndicate.RuleMissing}, *problem)

	var problems syndicate.Problems
	require.ErrorAs(t, err, &problems)
	assert.Len(t, problems, 2)
	assert.ErrorIs(t, *warned, syndicate.RuleBadLanguage)
	assert.NotErrorIs(t, *warned, syndicate.RuleMissing)
}

// XML-6, XML-7, HTML-7, SEL-4
func TestAcceptedArticlesAreNormalized(t *testing.T) {
	military := &syndicate.Category{Name: "  Military\n", Description: " d "}
	given := syndicate.Article{
		ID: " 4711 ", URL: " /a b/ ", Title: " A \u202eTitle\u202c\r\n of\ttwo  lines ", Summary: "S\u0085", Content: "<p>a\r\nb</p>",
		Published: time.Date(2022, 3, 1, 15, 0, 0, 999, time.FixedZone("TRT", 3*3600)),
		Authors:   []syndicate.Author{{Name: " Mevlüt Çavuşoğlu ", URL: "team/mc"}},
		Categories: []syndicate.Category{
			{Name: "Arms exports", Parent: military}, {Name: "ARMS EXPORTS", Slug: "Arms-Exports", Parent: military},
		},
		Tags:       syndicate.Tags("Turkey", "Turkey"),
		Image:      syndicate.Image{URL: "//cdn.example.com/a.PNG"},
		Enclosures: []syndicate.Enclosure{{URL: "a.mp3"}},
		Language:   "EN",
	}
	site, warned := warningSite(t)
	got, err := site.Article(given)
	require.NoError(t, err)
	assert.EqualError(t, *warned, `syndicate: article "https://example.com/a%20b/": Summary: "S\u0085": `+
		"holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]\n"+
		`syndicate: article "https://example.com/a%20b/": Categories[1].Name: "ARMS EXPORTS": `+
		`two names share one slug (left out; "Arms exports" has slug "military/arms-exports") [warning]`)

	assert.Equal(t, "4711", got.ID)
	assert.Equal(t, "https://example.com/a%20b/", got.URL)
	assert.Equal(t, "A Title of two lines", got.Title)
	assert.Equal(t, "S…", got.Summary, "a C1 control becomes the Windows-1252 character of its number")
	assert.Equal(t, "<p>a\nb</p>", got.Content)
	assert.Equal(t, midday, got.Published, "UTC, whole seconds")
	assert.Equal(t, []syndicate.Author{{Name: "Mevlüt Çavuşoğlu", Slug: "mevlut-cavusoglu", URL: "https://example.com/team/mc"}}, got.Authors)
	require.Len(t, got.Categories, 1)
	assert.Equal(t, "military/arms-exports", got.Categories[0].Path())
	assert.Equal(t, "Military", got.Categories[0].Parent.Name)
	assert.Equal(t, []syndicate.Tag{{Name: "Turkey", Slug: "turkey"}}, got.Tags)
	assert.Equal(t, syndicate.Image{URL: "https://cdn.example.com/a.PNG", Type: "image/png"}, got.Image)
	assert.Equal(t, []syndicate.Enclosure{{URL: "https://example.com/a.mp3", Type: "audio/mpeg"}}, got.Enclosures)
	assert.Equal(t, "en", got.Language, "in its canonical form")
}

func TestArticlesAreCopied(t *testing.T) {
	given := plainArticle()
	given.Authors = []syndicate.Author{{Name: "X"}}
	given.Categories = []syndicate.Category{{Name: "Military"}}
	given.Tags = syndicate.Tags("Turkey")
	given.Enclosures = []syndicate.Enclosure{{URL: "/a.mp3"}}
	given.Image = syndicate.Image{URL: "/a.jpg", Thumbnail: &syndicate.Image{URL: "/t.jpg"}}
	site := checkedSite(t)
	got, err := site.Article(given)
	require.NoError(t, err)

	given.Authors[0].Name, given.Categories[0].Name, given.Tags[0].Name = "Y", "Y", "Y"
	given.Enclosures[0].URL, given.Image.Thumbnail.URL = "/y", "/y"
	assert.Equal(t, "X Military Turkey https://example.com/a.mp3 https://example.com/t.jpg",
		strings.Join([]string{got.Authors[0].Name, got.Categories[0].Name, got.Tags[0].Name, got.Enclosures[0].URL, got.Image.Thumbnail.URL}, " "))
}

// LIFE-4, RSS-7, XML-6, XML-7: whatever the fields hold, the article is refused with a reason, or
// its URLs are absolute and ASCII and its dates in UTC and whole seconds.
func FuzzArticleCheck(f *testing.F) {
	f.Add("", "/a/", "T", "javascript:x", "Military", "feed", "en", "audio/mpeg", int64(0), int64(0), -1)
	f.Add("4711", "http://[", "\x00", "//", "", "..", "xx-", "x", int64(1646136000), int64(999), 1)
	f.Add("\xff", "?", "\u202e", "http://ü.example:99999/%", "???", "a/b", "qx", "a/b;c", int64(253402300800), int64(-1), 0)
	site := checkedSite(f)
	f.Fuzz(func(t *testing.T, id, address, text, ref, name, slug, language, mediaType string, seconds, nanos int64, n int) {
		date := time.Unix(seconds, nanos)
		category := syndicate.Category{Name: name, Slug: slug, URL: ref, Description: text}
		if n < 0 {
			category.Parent = &category
		}
		image := syndicate.Image{URL: ref, Type: mediaType, Width: n, Size: int64(n), Alt: text, Credit: name}
		got, err := site.Article(syndicate.Article{
			ID: id, URL: address, Title: text, Summary: name, Content: text + ref, Published: date, Updated: date.Add(time.Duration(n)), Expires: date,
			Authors: []syndicate.Author{{}, {Name: name, Slug: slug, URL: ref, Avatar: ref, Email: text}}, Contributors: []syndicate.Author{{Name: text}},
			Categories: []syndicate.Category{{}, category, {Name: text, Parent: &syndicate.Category{Name: slug}}}, Tags: []syndicate.Tag{{}, {Name: name, Slug: slug, URL: ref}}, Image: image, Banner: ref,
			Enclosures: []syndicate.Enclosure{{URL: ref, Type: mediaType, Size: int64(n), Title: text}}, Language: language, ExternalURL: ref,
			CommentsURL: ref, CommentsFeed: address, CommentCount: n, Rights: text, Origin: syndicate.Origin{ID: id, Title: name, URL: ref, Updated: date},
		})
		if got == nil {
			assert.Error(t, err)
			assert.NotContains(t, err.Error(), ": : ", "each problem has a rule")
			return
		}
		assert.NoError(t, err)
		urls := []string{got.Image.URL, got.Banner, got.ExternalURL, got.CommentsURL, got.CommentsFeed, got.Origin.URL}
		for _, a := range append(got.Authors, got.Contributors...) {
			urls = append(urls, a.URL, a.Avatar)
			assert.NotEmpty(t, a.Name)
		}
		for _, c := range got.Categories {
			urls = append(urls, c.URL)
			assert.NotEmpty(t, c.Name)
			assertScopeReadsBack(t, c.Scope())
		}
		for _, tag := range got.Tags {
			urls = append(urls, tag.URL)
			assertScopeReadsBack(t, tag.Scope())
		}
		for _, e := range got.Enclosures {
			urls = append(urls, e.URL)
			assert.NotEmpty(t, e.URL)
			assert.NotEmpty(t, e.Type)
		}
		assertAbsolute(t, got.URL)
		for _, u := range urls {
			if u != "" {
				assertAbsolute(t, u)
			}
		}
		assert.False(t, got.Published.IsZero())
		for _, date := range []time.Time{got.Published, got.Updated, got.Expires, got.Origin.Updated} {
			assert.Equal(t, time.UTC, date.Location())
			assert.Zero(t, date.Nanosecond())
		}
	})
}

func assertAbsolute(t *testing.T, address string) {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	assert.Contains(t, []string{"http", "https"}, u.Scheme)
	assert.NotEmpty(t, u.Host)
	assert.NotContains(t, address, " ")
	for _, c := range []byte(address) {
		assert.True(t, c > ' ' && c < 0x7F, "%q", address)
	}
}

func assertScopeReadsBack(t *testing.T, scope syndicate.Scope) {
	t.Helper()
	back, err := syndicate.ParseScope(scope.String())
	assert.NoError(t, err)
	assert.Equal(t, scope, back)
}

// BenchmarkPublicationArticle checks 100 articles in rotation, each in two of 12 categories and
// with six of 400 tags.
func BenchmarkPublicationArticle(b *testing.B) {
	for _, size := range []int{0, 4 << 10} {
		articles := newsArticles(100, size)
		b.Run(fmt.Sprintf("body=%d", size), func(b *testing.B) {
			site := checkedSite(b)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := site.Article(articles[i%len(articles)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPublicationArticleOfManyTags has 50,000 tags and URLs without a host.
func BenchmarkPublicationArticleOfManyTags(b *testing.B) {
	articles := newsArticles(10_000, 0)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range articles {
		a := &articles[i]
		a.URL, a.Image.URL, a.Image.Type = a.URL[len("https://example.com"):], a.Image.URL[len("https://example.com"):], ""
		for j := range a.Tags {
			a.Tags[j].Name = fmt.Sprintf("Konu Çalışma %d", r.IntN(50_000))
		}
	}
	site := checkedSite(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := site.Article(articles[i%len(articles)]); err != nil {
			b.Fatal(err)
		}
	}
}

// The allocations are the article, the place for its encodings, and its lists of categories, tags
// and authors.
func TestCheckingAnArticleAllocatesLittle(t *testing.T) {
	articles := newsArticles(100, 4<<10)
	site := checkedSite(t)
	check := func() {
		for _, a := range articles {
			if _, err := site.Article(a); err != nil {
				t.Fatal(err)
			}
		}
	}
	check() // the site sees its terms
	assert.LessOrEqual(t, testing.AllocsPerRun(10, check)/float64(len(articles)), 20.0)
}

// newsArticles returns valid articles for the site of [checkedSite].
func newsArticles(count, bodySize int) []syndicate.Article {
	words := strings.Fields(`the of minister said after a meeting in which parliament court police border report
		according to documents published on Monday officials denied that any agreement had been signed Çavuşoğlu
		görüşmeler büyükelçiliği İstanbul güvenliği`)
	r := rand.New(rand.NewPCG(2, 2))
	text := func(size int) string {
		var b strings.Builder
		for b.Len() < size {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		return strings.TrimSpace(b.String())
	}
	categories := make([]syndicate.Category, 12)
	for i := range categories {
		categories[i].Name = fmt.Sprintf("Section %d", i)
		if i%3 == 2 {
			categories[i].Parent = &categories[i-1]
		}
	}
	articles := make([]syndicate.Article, count)
	for i := range articles {
		published := midday.AddDate(0, 0, i%1000)
		a := syndicate.Article{
			ID:    fmt.Sprintf("https://example.com/?p=%d", i),
			URL:   fmt.Sprintf("https://example.com/%s/article-number-%d/", published.Format("2006/01"), i),
			Title: text(70), Summary: text(300), Published: published, Updated: published.Add(time.Hour),
			Authors:    []syndicate.Author{{Name: fmt.Sprintf("Ayşe Yılmaz %d", i%60)}},
			Categories: []syndicate.Category{categories[i%12], categories[(i+5)%12]},
			Image:      syndicate.Image{URL: fmt.Sprintf("https://example.com/media/%d.jpg", i), Type: "image/jpeg", Width: 1200, Height: 675},
		}
		for j := range 6 {
			n := (i + j*400/6) % 400
			a.Tags = append(a.Tags, syndicate.Tag{Name: fmt.Sprintf("%s %d", words[n%len(words)], n)})
		}
		if bodySize > 0 {
			a.Content = "<p>" + text(bodySize) + "</p>"
		}
		articles[i] = a
	}
	return articles
}

// pool holds values for any field of an article: valid ones, some to be mended and some to be
// refused.
var pool = []string{
	"", "", "", " ", "Turkey", "Mevlüt Çavuşoğlu", "Kılıç", "Kilic", "IĞDIR'da İŞÇİ", "Arms  exports", " Military\n", "ΟΔΟΣ", "Ａ", "е\u0306",
	"a\u00a0b", "a\u2009b", "\u202eA\u202c", "\ufeff", "A\x00B", "\xff", "a\r\nb", "S\u0085", "–", "???", "feed", "NUL", "..", "a/b", "military", "Military",
	"https://example.com/", "https://example.com/2022/03/a-b/?p=1&q=%C3%A7", "http://EXAMPLE.com:80/a", "https://xn--mnchen-3ya.de/", "https://a--b.example/",
	"https://u:p@example.com/", "https://example.com/a/../b//c/.d", "https://example.com/%zz|[]", "https://example.com", "https://example.com/#x",
	"/a/", "/a/../b", "//cdn.example.com/a.PNG", "a.mp3", "?x", "javascript:x", "http://[", "ftp://example.com/", "https://-a.b-./", "/a b/ü.jpg?x#y",
	"https://a..b.example/", "https://xn--a.example/", "https://-a.example/", "https://a-.example/", "https://.a/", "https://a./", "https://1.2.3/", "https://example.com/a.jp%67",
	"4711", "urn:x", "en", "EN", "tr", "tr-Latn-u-nu-latn", "qx", "English!", "audio/mpeg", "text/html; charset=utf-8", "text/ü", "x@example.com", "x at y",
}

// oddArticle returns an article made of the values in pool and own.
func oddArticle(r *rand.Rand, own ...string) syndicate.Article {
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
	author := func() syndicate.Author {
		return syndicate.Author{Name: name(), Slug: any(), URL: any(), Avatar: any(), Email: any()}
	}
	image := func() syndicate.Image {
		return syndicate.Image{URL: any(), Type: any(), Width: number(), Size: int64(number()), Alt: any(), Credit: any()}
	}
	a := syndicate.Article{
		ID: any(), URL: name(), Title: name(), Summary: any(), Content: any(), Published: date(), Updated: date(), Expires: date(),
		Image: image(), Banner: any(), Language: any(), ExternalURL: any(), CommentsURL: any(), CommentsFeed: any(), CommentCount: number(),
		Rights: any(), Origin: syndicate.Origin{ID: any(), Title: any(), URL: any(), Updated: date()},
	}
	thumbnail := image()
	a.Image.Thumbnail = &thumbnail
	for range r.IntN(3) {
		a.Authors = append(a.Authors, author())
		a.Contributors = append(a.Contributors, author())
		a.Enclosures = append(a.Enclosures, syndicate.Enclosure{URL: name(), Type: any(), Size: int64(number()), Duration: time.Duration(number()), Title: any()})
	}
	for range r.IntN(30) {
		a.Tags = append(a.Tags, syndicate.Tag{Name: name(), Slug: any(), Description: any(), URL: any()})
	}
	var above *syndicate.Category
	for range r.IntN(5) {
		c := syndicate.Category{Name: name(), Slug: any(), Parent: above, Description: any(), URL: any()}
		if r.IntN(2) == 0 {
			above = &c
		}
		a.Categories = append(a.Categories, c)
	}
	if r.IntN(20) == 0 {
		loop := &syndicate.Category{Name: name()}
		loop.Parent = loop
		a.Categories = append(a.Categories, *loop)
	}
	return a
}

// goodArticle returns an odd article that is not refused.
func goodArticle(r *rand.Rand, own ...string) syndicate.Article {
	a := oddArticle(r, own...)
	a.URL, a.Title, a.Published = "https://example.com/a/", "A", time.Unix(1646136000, 0)
	a.Origin, a.Enclosures, a.Image, a.CommentCount = syndicate.Origin{}, nil, syndicate.Image{}, 0
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

// assertFinal asserts that checking an article a second time changes nothing. It reports whether
// the article was accepted.
func assertFinal(t *testing.T, site *syndicate.Publication, a syndicate.Article) bool {
	t.Helper()
	once, _ := site.Article(a)
	if once == nil {
		return false
	}
	twice, err := site.Article(*once)
	require.NotNil(t, twice, err)
	assert.Equal(t, syndicate.Bare(once), syndicate.Bare(twice))
	return true
}

func TestCheckingTwiceChangesNothing(t *testing.T) {
	site := checkedSite(t)
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
	assert.Greater(t, taken, int(seeds/10), "enough articles are accepted")
}

func FuzzArticle(f *testing.F) {
	f.Add(uint64(1), "https://example.com/a-b/", "Ayşe Öğüt", "x")
	f.Add(uint64(2), "/a.jpg?b=c", "a b  c", "ŉ½µ")
	site := checkedSite(f)
	f.Fuzz(func(t *testing.T, seed uint64, a, b, c string) {
		r := rand.New(rand.NewPCG(seed, 1))
		assertFinal(t, site, oddArticle(r, a, b, c, a, b, c, a, b, c, a, b, c, a, b, c))
		assertFinal(t, site, goodArticle(r, a, b, c, a, b, c, a, b, c, a, b, c, a, b, c))
	})
}

// An article's language is not parsed if it equals the site's, so that one must be normalized
// already.
func TestLanguageIsNormalized(t *testing.T) {
	for _, given := range []string{"", "und", "en", "EN-us", "iw", "sh", "zh-hant-TW", "no", "sr-Latn-u-nu-latn-co-phonebk", "art-lojban", "de-1901", "x-private", "en-x-y", "i-klingon"} {
		publication, err := syndicate.Site{URL: "https://example.com/", Title: "A", Language: given}.Check()
		require.NoError(t, err)
		checked := publication.Site().Language
		again, err := syndicate.Site{URL: "https://example.com/", Title: "A", Language: checked}.Check()
		require.NoError(t, err)
		assert.Equal(t, checked, again.Site().Language, given)
		assertFinal(t, publication, syndicate.Article{URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Language: checked})
		assertFinal(t, publication, syndicate.Article{URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Language: given})
	}
}

func TestEditedTermsAreCheckedAgain(t *testing.T) {
	site := checkedSite(t)
	military := &syndicate.Category{Name: "Military"}
	given := syndicate.Article{
		URL: "/a/", Title: "A", Published: time.Unix(1646136000, 0), Categories: []syndicate.Category{{Name: "Exports", Parent: military}},
		Tags: []syndicate.Tag{{Name: "Turkey"}}, Authors: []syndicate.Author{{Name: "Ayşe"}},
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

func TestArticlesCanBeCheckedConcurrently(t *testing.T) {
	site := checkedSite(t)
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

// Slices that are handed out have no spare capacity, so that two callers who append do not share
// memory.
func TestCheckedListsHaveNoSpareCapacity(t *testing.T) {
	extensions := make([]syndicate.Extension, 17, 40)
	site, err := syndicate.Site{
		URL: "https://example.com/", Title: "Example", Extensions: extensions,
		Hubs:     []string{"https://a.example/", "https://b.example/", "https://c.example/", "https://a.example/"},
		Schedule: syndicate.Schedule{SkipHours: []int{1, 1, 2}, SkipDays: []time.Weekday{time.Monday, time.Monday}},
	}.Check()
	require.NoError(t, err)
	checked := site.Site()
	assert.Equal(t, len(checked.Extensions), cap(checked.Extensions))
	assert.Equal(t, len(checked.Hubs), cap(checked.Hubs))
	assert.Equal(t, len(checked.Schedule.SkipHours), cap(checked.Schedule.SkipHours))
	assert.Equal(t, len(checked.Schedule.SkipDays), cap(checked.Schedule.SkipDays))
	article, err := site.Article(syndicate.Article{URL: "/a/", Title: "A", Published: midday, Extensions: extensions})
	require.NoError(t, err)
	assert.Equal(t, len(article.Extensions), cap(article.Extensions))
	f, g := site.Feed(syndicate.Everything(), syndicate.Selection{}), site.Feed(syndicate.Everything(), syndicate.Selection{})
	f.Schedule.SkipHours = append(f.Schedule.SkipHours, 3)
	g.Schedule.SkipHours = append(g.Schedule.SkipHours, 4)
	assert.Equal(t, []int{1, 2, 3}, f.Schedule.SkipHours)
}

// LIFE-4, RSS-4: what people type in optional fields, in every format and with a warning for each.
func TestADetailNeverCostsAnArticle(t *testing.T) {
	site, warned := warningSite(t)
	given := plainArticle()
	given.URL = "https://jane:secret@example.com/a/"
	given.Title, given.Summary = "<i>Title</i>", strings.Repeat("word ", 1_000_000)
	given.Published = time.Date(1890, 1, 1, 0, 0, 0, 0, time.UTC)
	given.Authors = []syndicate.Author{{Name: "Jane Roe <jane@example.org>"}, {Name: "Joe", URL: "mailto:joe@example.org"}, {Name: "max@example.org"}}
	given.Tags = syndicate.Tags(strings.Repeat("tag ", 1000))
	given.Enclosures = []syndicate.Enclosure{{URL: "/a.mp3", Type: "audio/mp3"}, {URL: "https://me:pw@example.com/b", Type: "mp4"}}
	given.Image = syndicate.Image{URL: "/a\n.jpg", Type: "image/jpg"}
	given.Language, given.Content = "en_US", `<a href="https://me:pw@example.com/c">c</a>`
	got, err := site.Article(given)
	require.NoError(t, err)
	feed := site.Feed(syndicate.Everything(), syndicate.Selection{Articles: []*syndicate.Article{got}})
	for _, format := range syndicate.Formats() {
		doc := textOf(feed, format)
		assert.Less(t, len(doc), 200_000)
		for _, want := range []string{"Jane Roe", "Joe", "max", "audio/mpeg", "video/mp4", "https://example.com/a/", "https://example.com/b", "https://example.com/c"} {
			assert.Contains(t, doc, want)
		}
		for _, unwanted := range []string{"@example", "secret", "audio/mp3"} {
			assert.NotContains(t, doc, unwanted)
		}
	}
	assert.Equal(t, "https://example.com/a.jpg", got.Image.URL)
	assert.Equal(t, "en-US", got.Language)
	var fields []string
	for _, p := range *warned {
		assert.True(t, p.Warning)
		assert.NotContains(t, p.Error(), "secret")
		fields = append(fields, p.Field)
	}
	assert.ElementsMatch(t, []string{
		"URL", "Title", "Summary", "Published", "Authors[0].Name", "Authors[1].URL", "Authors[2].Name", "Tags[0].Name", "Image.URL", "Image.Type",
		"Enclosures[0].Type", "Enclosures[1].URL", "Enclosures[1].Type", "Language",
	}, fields)
	assert.Empty(t, errorsIn(feed.Validate()))
}

// DISC-3
func TestXSLTIsNotAnnouncedAsCSS(t *testing.T) {
	site := plainSite
	site.Stylesheet = "/feed.xsl"
	warned := collectWarnings(&site)
	archive, err := syndicate.NewArchive(site, numbered(1))
	require.NoError(t, err)
	assert.NotContains(t, textOf(feedOf(t, archive, syndicate.Everything()), syndicate.RSS), "xml-stylesheet")
	assert.Equal(t, []string{"|Stylesheet|XSLT, which browsers do not apply"}, problemLines(*warned))
}
