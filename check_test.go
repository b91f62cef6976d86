package syndicate_test

// Bad input never panics and is never lost silently: an article is taken, taken with a warning, or refused,
// and each problem says where, what and which rule. All of them are listed at once.

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

var midday = time.Date(2022, 3, 1, 12, 0, 0, 0, time.UTC)

// checkedSite returns a small publication, ready to use.
func checkedSite(t testing.TB) *syndicate.Publication {
	site, err := syndicate.Site{URL: "https://example.com/", Title: "Example", Language: "en"}.Check()
	require.NoError(t, err)
	return site
}

// warningSite is [checkedSite] with what it warns about.
func warningSite(t testing.TB) (*syndicate.Publication, *syndicate.Problems) {
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", Language: "en"}
	warned := collectWarnings(&site)
	checked, err := site.Check()
	require.NoError(t, err)
	return checked, warned
}

// plainArticle is an article that nothing is wrong with.
func plainArticle() syndicate.Article {
	return syndicate.Article{URL: "/a/", Title: "A", Published: midday}
}

func cyclic() syndicate.Category {
	a := &syndicate.Category{Name: "A"}
	a.Parent = &syndicate.Category{Name: "B", Parent: a}
	return *a
}

// LIFE-4, SEL-2, SEL-5
func TestProblemsOfArticles(t *testing.T) {
	type article = syndicate.Article
	tests := []struct {
		why  string
		edit func(*article)
		want string // without `syndicate: article "https://example.com/a/": ` in front
	}{
		{"no title and no text", func(a *article) { a.Title = " \n" }, `Title: missing (RSS 2.0, elements of item: a title or a description)`},
		{"nothing but characters that are none", func(a *article) { a.Title, a.Content = "", "\x00\x01" },
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
		{"an author whose name shows nothing", func(a *article) { a.Contributors = []syndicate.Author{{Name: "\u202e\u200f", Slug: "x"}} },
			`Contributors[0].Name: missing (left out; RFC 4287 section 3.2.1) [warning]`},
		{"an author whose name makes no slug", func(a *article) { a.Authors = []syndicate.Author{{Name: "???"}} }, `Authors[0].Slug: "???": empty (give it a Slug of its own; without one it has no feed) [warning]`},
		{"two names, one slug", func(a *article) { a.Authors = []syndicate.Author{{Name: "Kılıç"}, {Name: "Kilic"}} },
			`Authors[1].Name: "Kilic": two names share one slug (left out; "Kılıç" has slug "kilic") [warning]`},
		{"a bad mail address", func(a *article) { a.Authors = []syndicate.Author{{Name: "X", Email: "x at example.com"}} },
			`Authors[0].Email: "x at example.com": not an e-mail address (left out; RFC 4287 section 3.2.3) [warning]`},
		{"a bad page and a bad avatar", func(a *article) {
			a.Authors = []syndicate.Author{{Name: "X", URL: "javascript:alert(1)", Avatar: "http://["}}
		}, `Authors[0].URL: "javascript:alert(1)": URL scheme is not http or https (left out) [warning]
Authors[0].Avatar: "http://[": not a URL (left out) [warning]`},

		{"a nameless category", func(a *article) { a.Categories = []syndicate.Category{{Slug: "x"}} }, `Categories[0].Name: missing (replaced by the slug) [warning]`},
		{"a nameless parent", func(a *article) { a.Categories = []syndicate.Category{{Name: "X", Parent: &syndicate.Category{}}} },
			`Categories[0].Parent.Name: missing (left out) [warning]`},
		{"a category among its own ancestors", func(a *article) { a.Categories = []syndicate.Category{cyclic()} },
			`Categories[0]: "A": category is its own ancestor, or nested deeper than 50`},

		{"a nameless tag", func(a *article) { a.Tags = syndicate.Tags("ok", " ") }, `Tags[1].Name: missing (left out) [warning]`},
		{"a reserved slug", func(a *article) { a.Tags = syndicate.Tags("Feed") }, `Tags[0].Slug: "feed": reserved word (give it a Slug of its own; without one it has no feed) [warning]`},
		{"a slug that climbs", func(a *article) { a.Tags = []syndicate.Tag{{Name: "X", Slug: ".."}} }, `Tags[0].Slug: "..": starts with a dot (replaced by the slug of the name) [warning]`},
		{"a slug with a slash", func(a *article) { a.Tags = []syndicate.Tag{{Name: "X", Slug: "a/b"}} },
			`Tags[0].Slug: "a/b": contains one of / \ ? # % : * " < > | (replaced by the slug of the name) [warning]`},
		{"a Windows device", func(a *article) { a.Tags = syndicate.Tags("NUL") }, `Tags[0].Slug: "nul": Windows device name (give it a Slug of its own; without one it has no feed) [warning]`},
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
			`Enclosures[0].Type: "mp3": not a media type (left out; RFC 2045 section 5.1) [warning]`},
		{"an enclosure twice", func(a *article) {
			a.Enclosures = []syndicate.Enclosure{{URL: "/a.mp3"}, {URL: "https://example.com/a.mp3"}}
		},
			`Enclosures[1].URL: "https://example.com/a.mp3": listed twice; left out [warning]`},
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
		{"an origin whose id is none", func(a *article) { a.Origin = syndicate.Origin{ID: "wire", URL: "https://wire.example/feed"} },
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
			assert.Equal(t, len(refused) == 0, checked != nil, "taken unless there is more than warnings")
			found := append(*warned, refused...)
			assert.Equal(t, tt.want, strings.ReplaceAll(found.Error(), `syndicate: article "https://example.com/a/": `, ""))
			for i, p := range found {
				assert.Equal(t, i < len(*warned), p.Warning)
			}
		})
	}
}

// LIFE-4: what is wrong with an optional field costs that field, and of a list the element.
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
	assert.Equal(t, []syndicate.Author{{Name: "Ann", Slug: "ann"}, {Name: "???"}, {Name: "!!!"}}, got.Authors)
	assert.Equal(t, []syndicate.Author{{Name: "Bob"}}, got.Contributors)
	assert.Equal(t, []syndicate.Category{
		{Name: "x", Slug: "x"}, {Name: "Feed"}, {Name: "Below", Slug: "below", Parent: &syndicate.Category{Name: "Page"}}, {Name: "Y", Slug: "y"},
	}, got.Categories)
	assert.Equal(t, []syndicate.Tag{{Name: "NUL"}, {Name: "Z", Slug: "z"}}, got.Tags)
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

// SEL-4: a term whose name makes no slug is on its articles and has no feed.
func TestTermsWithoutASlugHaveNoFeed(t *testing.T) {
	given := plainArticle()
	given.Authors, given.Tags = []syndicate.Author{{Name: "???"}}, syndicate.Tags("Feed", "!!!")
	given.Categories = syndicate.Categories("Page", "Page/Below")
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example", Addresses: syndicate.WordPress}, given)
	require.NoError(t, err)
	assert.Equal(t, []string{"site"}, scopeNames(t, archive))
	feed := feedOf(t, archive, syndicate.Everything())
	assert.Empty(t, errorsIn(feed.Validate()))
	doc := textOf(feed, syndicate.RSS)
	assert.Contains(t, doc, ">Page</category>")
	assert.Contains(t, doc, ">Below</category>")
	assert.Contains(t, doc, ">Feed</category>")
	assert.Contains(t, doc, ">!!!</category>")
	assert.Contains(t, doc, "<dc:creator>???</dc:creator>")
	assert.NotContains(t, textOf(feed, syndicate.Atom), "https://example.com/author/")
}

// LIFE-4: an article without a good address is named by what was given.
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

// LIFE-4
func TestDuplicateIDsAreRefusedAndTheFirstStays(t *testing.T) {
	one, two, three := plainArticle(), plainArticle(), plainArticle()
	one.ID, two.ID, two.URL = "4711", "4711", "/b/"
	three.ID, three.URL = "4712", "/c/"
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example"}, one, two, three)
	assert.EqualError(t, err, `syndicate: article "https://example.com/b/": ID: "4711": another article has this id (RFC 4287 section 4.2.6)`)
	assert.ErrorIs(t, err, syndicate.RuleDuplicateID)
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Len(t, feed.Articles, 2)
}

func TestProblemsCanBeAskedForByRule(t *testing.T) {
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
func TestAcceptedArticlesAreInTheirOneForm(t *testing.T) {
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
	assert.Equal(t, "S…", got.Summary, "a C1 control is the Windows-1252 character it stands for")
	assert.Equal(t, "<p>a\nb</p>", got.Content)
	assert.Equal(t, midday, got.Published, "UTC, whole seconds")
	assert.Equal(t, []syndicate.Author{{Name: "Mevlüt Çavuşoğlu", Slug: "mevlut-cavusoglu", URL: "https://example.com/team/mc"}}, got.Authors)
	require.Len(t, got.Categories, 1)
	assert.Equal(t, "military/arms-exports", got.Categories[0].Path())
	assert.Equal(t, "Military", got.Categories[0].Parent.Name)
	assert.Equal(t, []syndicate.Tag{{Name: "Turkey", Slug: "turkey"}}, got.Tags)
	assert.Equal(t, syndicate.Image{URL: "https://cdn.example.com/a.PNG", Type: "image/png"}, got.Image)
	assert.Equal(t, []syndicate.Enclosure{{URL: "https://example.com/a.mp3", Type: "audio/mpeg"}}, got.Enclosures)
	assert.Empty(t, got.Language, "the site's own is not repeated")
}

func TestWhatIsHandedInIsCopied(t *testing.T) {
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

// LIFE-4, RSS-7, XML-6, XML-7: whatever is in the fields, either the article is refused with a reason, or its
// URLs are absolute and ASCII and its dates in UTC and whole seconds.
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
			assert.NotContains(t, err.Error(), ": : ", "each problem has its rule")
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
			if c.Slug != "" && (c.Parent == nil || c.Parent.Slug != "") {
				assertScopeReadsBack(t, c.Scope())
			}
		}
		for _, tag := range got.Tags {
			urls = append(urls, tag.URL)
			if tag.Slug != "" {
				assertScopeReadsBack(t, tag.Scope())
			}
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

// withoutPrefix returns an error's text without the package's name on each line.
func withoutPrefix(err error) string {
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), "syndicate: ", "")
}

// textOf returns a feed as it is written.
func textOf(feed *syndicate.Feed, format syndicate.Format) string {
	return string(feed.Append(nil, format))
}
