// A Feed that is filled in by hand is written whatever it lacks. Validate reports what that is.
// Errors make the feed invalid in a format; warnings say what a format cannot hold or a reader
// will miss.
package syndicate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
)

func ExampleFeed_Validate_format() {
	feed := validFeed()
	feed.Articles[0].URL = "a.html"
	feed.Articles[0].Enclosures = []syndicate.Enclosure{{URL: "https://example.com/a.mp3"}, {URL: "https://example.com/b.mp3"}}
	for _, problem := range feed.Validate(syndicate.RSS) {
		fmt.Println(problem)
	}
	// Output:
	// syndicate: article "a.html": URL: "a.html": not an absolute http or https URL
	// syndicate: article "a.html": rss: Enclosures: "2 files": this format cannot hold it (RSS holds one; the others are links) [warning]
}

func TestFeedWithoutProblemsHasNoError(t *testing.T) {
	assert.Empty(t, validFeed().Validate())
}

// RSS-1, ATOM-1, JSON-1
func TestProblemsOfFeeds(t *testing.T) {
	type feed = syndicate.Feed
	const selfSpec = " (RSS profile, atom:link; RFC 4287 section 4.1.1; JSON Feed 1.1, feed_url) [warning]\n"
	tests := []struct {
		why  string
		edit func(*feed)
		want string
	}{
		{"nothing at all", func(f *feed) { *f = feed{} }, "Title: missing (RSS 2.0, required channel elements)\n" +
			"rss: Description: missing (RSS 2.0, required channel elements)\nrss: URL: missing (RSS 2.0, required channel elements)\n" +
			"atom: ID: missing (RFC 4287 section 4.1.1)\natom: Updated: missing (RFC 4287 section 4.1.1) [warning]\nrss: Self.RSS: missing" + selfSpec + "atom: Self.Atom: missing" + selfSpec + "json: Self.JSON: missing" + selfSpec +
			"Language: missing (RSS 2.0, optional channel elements) [warning]"},
		{"blank texts", func(f *feed) { f.Title, f.Description = " ", "\x00" },
			"Title: \" \": missing (RSS 2.0, required channel elements)\nrss: Description: \"\\x00\": holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]\nrss: Description: \"\\x00\": missing (RSS 2.0, required channel elements)"},
		{"control characters", func(f *feed) { f.Title = "A\x00" },
			`Title: "A\x00": holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]`},
		{"an id that is not an IRI", func(f *feed) { f.ID = "feed" }, `atom: ID: "feed": not an absolute IRI (RFC 4287 section 4.2.6)`},
		{"an id in another form", func(f *feed) { f.ID = "HTTP://example.com" },
			`atom: ID: "HTTP://example.com": not in its canonical form, http://example.com/ (RFC 4287 section 4.2.6.1) [warning]`},
		{"addresses", func(f *feed) { f.URL, f.Self.Atom = "/", "https://EXAMPLE.com/ş" },
			`rss: URL: "/": not an absolute http or https URL
atom: Self.Atom: "https://EXAMPLE.com/ş": not in its canonical form, https://example.com/%C5%9F (RFC 3986 section 6) [warning]`},
		{"a bad and an unknown language", func(f *feed) { f.Language = "x" }, `Language: "x": not a BCP 47 language tag (BCP 47)`},
		{"an unknown language", func(f *feed) { f.Language = "qx" }, `Language: "qx": not a BCP 47 language tag (written as it is; not in the registry of BCP 47) [warning]`},
		{"year 10000", func(f *feed) { f.Updated = midday.AddDate(8000, 0, 0) },
			`atom: Updated: "10022-03-01 12:00:00 +0000 UTC": year is not from 1 to 9999 (RFC 3339 section 5.6) [warning]`},
		{"no authors", func(f *feed) { f.Authors = nil }, `atom: Authors: missing (RFC 4287 section 4.1.1)`},
		{"a nameless author", func(f *feed) { f.Authors = []syndicate.Author{{URL: "x", Email: "x"}} },
			`atom: Authors: missing (RFC 4287 section 4.1.1)
Authors[0].Name: missing (RFC 4287 section 3.2.1) [warning]
Authors[0].URL: "x": not an absolute http or https URL
Authors[0].Email: "x": not an e-mail address (RFC 4287 section 3.2.3) [warning]`},
		{"contacts", func(f *feed) { f.ManagingEditor.Name, f.WebMaster.Email = "X", "x" },
			`rss: ManagingEditor.Email: missing (RSS 2.0, managingEditor and webMaster) [warning]
rss: WebMaster.Email: "x": not an e-mail address (RSS 2.0, managingEditor and webMaster)`},
		{"a schedule", func(f *feed) { f.Schedule.UpdatePeriod = "often" },
			`rss: Schedule.UpdatePeriod: "often": not hourly, daily, weekly, monthly or yearly (RSS 1.0 module Syndication)`},
		{"hubs", func(f *feed) { f.Hubs = []string{"", "hub"} },
			`Hubs[0]: missing (WebSub section 4) [warning]
Hubs[1]: "hub": not an absolute http or https URL`},
		{"pictures", func(f *feed) { f.Icon, f.Favicon, f.Logo.URL = "javascript:x", "//", "logo.png" },
			`Icon: "javascript:x": URL scheme is not http or https
Favicon: "//": not a URL
Logo.URL: "logo.png": not an absolute http or https URL`},
		{"tombstones", func(f *feed) { f.Tombstones = []syndicate.Tombstone{{}} },
			`atom: Tombstones[0].ID: missing (RFC 6721 section 3) [warning]
atom: Tombstones[0].When: "0001-01-01 00:00:00 +0000 UTC": year is not from 1 to 9999 (RFC 3339 section 5.6) [warning]`},
		{"a nil article", func(f *feed) { f.Articles = append(f.Articles, nil) }, `Articles[1]: missing (left out) [warning]`},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			feed := validFeed()
			tt.edit(feed)
			assert.Equal(t, tt.want, withoutPrefix(syndicate.Problems(feed.Validate())))
		})
	}
}

// LIFE-4
func TestProblemsOfArticlesInAFeed(t *testing.T) {
	type article = syndicate.Article
	tests := []struct {
		why  string
		edit func(*article)
		want string // without the article's name in front
	}{
		{"no title and no text", func(a *article) { a.Title, a.Summary = " ", "" }, `Title: missing (RSS 2.0, elements of item: a title or a description)`},
		{"control characters", func(a *article) { a.Title, a.Summary, a.Rights = "A\x00", "B\x01", "C\x02" },
			`Title: "A\x00": holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]
Summary: "B\x01": holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]
Rights: "C\x02": holds characters that XML cannot; they are dropped or mended (XML 1.0 section 2.2) [warning]
json: Rights: "C\x02": this format cannot hold it (JSON Feed has no rights) [warning]`},
		{"no date", func(a *article) { a.Published, a.Updated = time.Time{}, midday },
			`Published: missing (RSS 2.0, pubDate) [warning]`},
		{"updated before it was published", func(a *article) { a.Updated = midday.Add(-time.Hour) },
			`Updated: "2022-03-01T11:00:00Z": before the publication date (RFC 4287 section 4.2.15) [warning]`},
		{"authors", func(a *article) { a.Authors = []syndicate.Author{{Avatar: "x"}} },
			`Authors[0].Name: missing (RFC 4287 section 3.2.1) [warning]
Authors[0].Avatar: "x": not an absolute http or https URL`},
		{"categories", func(a *article) { a.Categories = []syndicate.Category{cyclic(), {Slug: "x"}} },
			`Categories[0]: "A": category is its own ancestor, or nested deeper than 50 [warning]
Categories[1].Name: missing [warning]`},
		{"tags", func(a *article) { a.Tags = syndicate.Tags("ok", "") }, `Tags[1].Name: missing [warning]`},
		{"an enclosure", func(a *article) { a.Enclosures = []syndicate.Enclosure{{URL: "a", Size: -1}} },
			`Enclosures[0].URL: "a": not an absolute http or https URL
Enclosures[0].Type: missing (application/octet-stream is used; RSS 2.0, enclosure) [warning]
Enclosures[0].Size: "-1": negative (RSS 2.0, enclosure) [warning]`},
		{"other addresses", func(a *article) { a.Image.URL, a.Banner, a.ExternalURL = "a", "b", "c" },
			`Image.URL: "a": not an absolute http or https URL
Banner: "b": not an absolute http or https URL
ExternalURL: "c": not an absolute http or https URL`},
		{"comments", func(a *article) { a.CommentsFeed, a.CommentCount = "c", -1 },
			`CommentsFeed: "c": not an absolute http or https URL
CommentCount: "-1": negative (RSS 1.0 module Slash) [warning]
json: CommentsURL: "c": this format cannot hold it (JSON Feed has no comments) [warning]`},
		{"an origin", func(a *article) { a.Origin = syndicate.Origin{ID: "wire"} },
			`Origin.URL: missing (RSS 2.0, source) [warning]
Origin.ID: "wire": not an absolute IRI (RFC 4287 section 4.2.6)
json: Origin: this format cannot hold it (JSON Feed has no source) [warning]`},
		{"a bad language", func(a *article) { a.Language = "??" },
			`Language: "??": not a BCP 47 language tag (BCP 47)
rss: Language: "??": this format cannot hold it (RSS has one language for all items) [warning]`},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			feed := validFeed()
			tt.edit(feed.Articles[0])
			assert.Equal(t, tt.want, strings.ReplaceAll(withoutPrefix(syndicate.Problems(feed.Validate())), `article "https://example.com/a/": `, ""))
		})
	}
}

func TestArticleWithoutAddressAndID(t *testing.T) {
	feed := validFeed()
	feed.Articles = []*syndicate.Article{{Title: "A", Published: midday}}
	assert.EqualError(t, syndicate.Problems(feed.Validate()), `syndicate: article "A": ID: missing (RFC 4287 section 4.1.2)
syndicate: article "A": URL: missing (RFC 4287 section 4.1.2)`)
}

// RSS-2, ATOM-1: an id occurs once in a feed, in whatever form it is written.
func TestDuplicateIDsInAFeed(t *testing.T) {
	feed := validFeed()
	for _, id := range []string{"tag:example.com,2015:a", "http://example.com", "HTTP://EXAMPLE.COM/"} {
		copied := *feed.Articles[0]
		copied.ID = id
		feed.Articles = append(feed.Articles, &copied)
	}
	assert.Equal(t, `article "https://example.com/a/": ID: "tag:example.com,2015:a": another article has this id (RFC 4287 section 4.1.1)
article "https://example.com/a/": ID: "HTTP://EXAMPLE.COM/": another article has this id (RFC 4287 section 4.1.1)`, withoutPrefix(syndicate.Problems(feed.Validate())))
}

// RSS-4, RSS-10, RSS-11, JSON-2
func TestWhatAFormatCannotHoldIsAWarning(t *testing.T) {
	type feed = syndicate.Feed
	tests := []struct {
		why  string
		edit func(*feed, *syndicate.Article)
		want string
	}{
		{"two enclosures", func(_ *feed, a *syndicate.Article) {
			a.Enclosures = []syndicate.Enclosure{{URL: "https://example.com/a.mp3"}, {URL: "https://example.com/b.mp3"}}
		}, `rss: Enclosures: "2 files": this format cannot hold it (RSS holds one; the others are links)`},
		{"contributors", func(_ *feed, a *syndicate.Article) { a.Contributors = []syndicate.Author{{Name: "Y"}} },
			`Contributors: "Y": this format cannot hold it (only Atom has contributors)`},
		{"another language", func(_ *feed, a *syndicate.Article) { a.Language = "tr" },
			`rss: Language: "tr": this format cannot hold it (RSS has one language for all items)`},
		{"an origin", func(_ *feed, a *syndicate.Article) { a.Origin.URL = "https://wire.example/feed" },
			`json: Origin: "https://wire.example/feed": this format cannot hold it (JSON Feed has no source)`},
		{"rights", func(_ *feed, a *syndicate.Article) { a.Rights = "©" }, `json: Rights: "©": this format cannot hold it (JSON Feed has no rights)`},
		{"comments", func(_ *feed, a *syndicate.Article) { a.CommentsURL = "https://example.com/a/#c" },
			`json: CommentsURL: "https://example.com/a/#c": this format cannot hold it (JSON Feed has no comments)`},
		{"an author without mail", func(f *feed, a *syndicate.Article) { f.AuthorEmails, a.Authors = true, []syndicate.Author{{Name: "X"}} },
			`rss: Authors[0].Email: missing (dc:creator is written instead; RSS 2.0, author)`},
		{"two authors with mail", func(f *feed, a *syndicate.Article) {
			f.AuthorEmails, a.Authors = true, []syndicate.Author{{Name: "X", Email: "x@example.com"}, {Name: "Y", Email: "y@example.com"}}
		}, `rss: Authors: "2 authors": this format cannot hold it (RSS holds one e-mail address; names are written instead)`},
		{"an SVG logo", func(f *feed, _ *syndicate.Article) { f.Logo.URL = "https://example.com/logo.svg" },
			`rss: Logo.Type: "image/svg+xml": this format cannot hold it (left out; RSS takes GIF, JPEG or PNG)`},
		{"a WebP logo", func(f *feed, _ *syndicate.Article) {
			f.Logo = syndicate.Image{URL: "https://example.com/logo", Type: "image/webp"}
		}, `rss: Logo.Type: "image/webp": this format cannot hold it (left out; RSS takes GIF, JPEG or PNG)`},
		{"a wide logo", func(f *feed, _ *syndicate.Article) {
			f.Logo = syndicate.Image{URL: "https://example.com/logo.png", Width: 600, Height: 300}
		}, `rss: Logo.Width: "600 x 300": this format cannot hold it (size left out; RSS allows 144 x 400)`},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			feed := validFeed()
			tt.edit(feed, feed.Articles[0])
			err := feed.Validate()
			assert.Len(t, err, 1)
			got := strings.ReplaceAll(withoutPrefix(syndicate.Problems(err)), `article "https://example.com/a/": `, "")
			assert.Equal(t, tt.want+" [warning]", got)
		})
	}
}

// By default Validate checks the formats in which the feed has an address, or else all of them.
func TestValidateChecksTheFormatsThatAreAskedFor(t *testing.T) {
	feed := validFeed()
	feed.Authors, feed.Articles[0].Rights, feed.Articles[0].Contributors = nil, "©", []syndicate.Author{{Name: "Y"}}
	const rss, atom, json = syndicate.RSS, syndicate.Atom, syndicate.JSON
	found := func(formats ...syndicate.Format) (found []string) {
		for _, p := range feed.Validate(formats...) {
			found = append(found, fmt.Sprintf("%s %s %v", p.Format, p.Field, p.Warning))
		}
		return found
	}
	noAuthor, noRights := "atom Authors false", "json Rights true"
	assert.ElementsMatch(t, []string{noAuthor, noRights, "none Contributors true"}, found())
	assert.ElementsMatch(t, []string{noAuthor}, found(atom))
	assert.ElementsMatch(t, []string{noRights, "json Contributors true"}, found(json))
	assert.ElementsMatch(t, []string{"rss Contributors true"}, found(rss))
	assert.ElementsMatch(t, []string{noAuthor, "rss Contributors true"}, found(rss, atom))

	feed.Self = syndicate.Links{Atom: feed.Self.Atom}
	assert.ElementsMatch(t, []string{noAuthor}, found())
	feed.Self = syndicate.Links{}
	assert.Subset(t, found(), []string{noAuthor, noRights, "rss Self.RSS true", "atom Self.Atom true", "json Self.JSON true"})
}

// RSS-2: some readers treat a short number as an index.
func TestShortNumberAsIDIsAWarning(t *testing.T) {
	for id, warned := range map[string]bool{"4711": true, "12345678": true, "123456789": false, "471a": false} {
		feed := validFeed()
		feed.Articles[0].ID, feed.TagAuthority = id, "example.com,2015"
		problems := feed.Validate()
		if !warned {
			assert.Empty(t, problems, id)
			continue
		}
		assert.ErrorIs(t, syndicate.Problems(problems), syndicate.RuleNumericID, id)
		assert.Empty(t, errorsIn(problems), id)
		assert.Empty(t, feed.Validate(syndicate.Atom), "Atom has a tag: URI instead")
	}
}

// ATOM-2: a site in a local network is valid, and so are the tag: URIs that are made of its host.
func TestSitesInLocalNetworksAreValid(t *testing.T) {
	for _, home := range []string{"http://localhost:1313/", "http://intranet/news/", "http://[::1]/", "http://[2001:db8::1]:8080/", "http://192.168.0.1/", "https://my_site.example/", "https://müzik.example/"} {
		article := plainArticle()
		article.ID, article.Tags, article.Categories = "post 12", syndicate.Tags("X"), syndicate.Categories("Y")
		archive := openArchive(t, syndicate.Site{URL: home, Title: "A", Language: "en"}, clockAt(midday), article)
		assert.Empty(t, feedOf(t, archive, syndicate.Scope{}).Validate(), home)
	}
}

// A format is invalid only by what it carries, in the form in which it is written.
func TestWhatNoFormatWritesIsNoError(t *testing.T) {
	feed := validFeed()
	feed.Icon, feed.Favicon, feed.Articles[0].Banner, feed.Articles[0].CommentCount = "x", "x", "x", -1
	assert.Empty(t, errorsIn(feed.Validate(syndicate.RSS)))
	assert.Empty(t, errorsIn(feed.Validate(syndicate.Atom)), "Atom allows a relative icon")
	assert.Len(t, errorsIn(feed.Validate(syndicate.JSON)), 3)
	assert.Len(t, feed.Validate(syndicate.RSS), 4, "as warnings")
	feed = validFeed()
	feed.Logo = syndicate.Image{URL: "logo.svg"}
	assert.Empty(t, errorsIn(feed.Validate(syndicate.RSS)), "RSS leaves out such a logo")
	feed.Logo.URL = "logo.png"
	assert.Len(t, errorsIn(feed.Validate(syndicate.RSS)), 1)
}

func TestWhatTheValidatorReportsIsReported(t *testing.T) {
	type feed = syndicate.Feed
	const old = "before 1990 (kept; some readers misread such dates)"
	tests := []struct {
		why  string
		edit func(*feed)
		want string
	}{
		{"an icon as logo", func(f *feed) {
			f.Logo = syndicate.Image{URL: "https://example.com/favicon.ico", Type: "image/png"}
		}, `rss: Logo.URL: "https://example.com/favicon.ico": this format cannot hold it (kept; readers expect a name that ends in .gif, .jpg or .png) [warning]`},
		{"old and future dates", func(f *feed) {
			f.Updated, f.Articles[0].Published = midday.AddDate(-40, 0, 0), midday.AddDate(-41, 0, 0)
		}, `atom: Updated: "1982-03-01T12:00:00Z": ` + old + ` [warning]
Published: "1981-03-01T12:00:00Z": ` + old + ` [warning]`},
		{"HTML in texts", func(f *feed) { f.Copyright, f.Generator = "&copy; E", "<b>G</b>" },
			`Copyright: "&copy; E": looks like HTML (kept; this is plain text) [warning]
Generator: "<b>G</b>": looks like HTML (kept; this is plain text) [warning]`},
		{"a wrong encoding", func(f *feed) { f.Articles[0].Content, f.Title = "<p>CafÃ©</p>", "CafÃ©" },
			`Title: "CafÃ©": looks wrongly decoded (kept; decode the text in its encoding) [warning]
Content: "<p>CafÃ©</p>": looks wrongly decoded (kept; decode the text in its encoding) [warning]`},
		{"links between archive documents", func(f *feed) {
			f.Archived, f.PrevArchive.Atom, f.NextArchive.RSS = true, "https://example.com/a b", "page"
		}, `atom: PrevArchive.Atom: "https://example.com/a b": not in its canonical form, https://example.com/a%20b (RFC 3986 section 6) [warning]
atom: Current.Atom: missing (RFC 5005 section 4) [warning]
rss: NextArchive.RSS: "page": not an absolute http or https URL [warning]
rss: Current.RSS: missing (RFC 5005 section 4) [warning]`},
		{"schemes and an authority", func(f *feed) {
			f.CategoryScheme, f.TagScheme, f.TagAuthority = "categories", "https://example.com/ş", "example.com"
			f.Articles[0].Categories, f.Articles[0].Tags, f.Articles[0].ID = syndicate.Categories("X"), syndicate.Tags("Y"), "post 12"
		}, `atom: CategoryScheme: "categories": not an absolute IRI (RFC 4287 section 4.2.6)
atom: TagScheme: "https://example.com/ş": not in its canonical form, https://example.com/%C5%9F (RFC 4287 section 4.2.6.1) [warning]
atom: TagAuthority: "example.com": not a domain or mail address, a comma and a date (RFC 4151 section 2.1)`},
		{"a blank language", func(f *feed) { f.Language, f.Articles[0].Language = " ", "en" },
			`Language: " ": missing (BCP 47) [warning]
rss: Language: "en": this format cannot hold it (RSS has one language for all items) [warning]`},
		{"an origin without an id", func(f *feed) { f.Articles[0].Origin.URL = "https://wire.example/é/" },
			`atom: Origin.ID: "https://wire.example/é/": not in its canonical form, https://wire.example/%C3%A9/ (RFC 4287 section 4.2.6.1) [warning]
Origin.URL: "https://wire.example/é/": not in its canonical form, https://wire.example/%C3%A9/ (RFC 3986 section 6) [warning]
json: Origin: "https://wire.example/é/": this format cannot hold it (JSON Feed has no source) [warning]`},
		{"no page", func(f *feed) { f.Articles[0].URL, f.Articles[0].Content = "", "<p>A</p>" },
			`URL: missing (readers have nothing to open) [warning]`},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			feed := validFeed()
			tt.edit(feed)
			var found []string
			for _, p := range feed.Validate() {
				p.Article = ""
				found = append(found, strings.TrimPrefix(p.Error(), "syndicate: "))
			}
			assert.ElementsMatch(t, strings.Split(tt.want, "\n"), found)
		})
	}
}

// XML-1: Append cannot fail, and its output is always well-formed.
func TestAnyFeedCanBeWritten(t *testing.T) {
	nasty := &syndicate.Article{
		ID: "\x00", URL: "http://[", Title: "\xff\x00]]>", Summary: "\x0b", Content: "]]>", Published: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), Updated: midday.AddDate(9000, 0, 0),
		Authors: []syndicate.Author{{}, {Name: "\x00", URL: "x"}}, Contributors: []syndicate.Author{{}}, Categories: []syndicate.Category{cyclic(), {}, {Name: "\x00"}},
		Tags: []syndicate.Tag{{}, {Name: "\x00"}}, Enclosures: []syndicate.Enclosure{{}, {URL: "\x00", Size: -1, Duration: -1}}, Extensions: []syndicate.Extension{nil},
		Origin: syndicate.Origin{Title: "\x00"}, CommentCount: -1, Language: "\x00",
	}
	feeds := map[string]*syndicate.Feed{
		"zero":         {},
		"nil articles": {Articles: []*syndicate.Article{nil, nil}},
		"zero article": {Articles: []*syndicate.Article{{}}},
		"nasty": {
			ID: "\x00", Title: "\x00", URL: "http://[", Language: "\x00", Updated: midday.AddDate(9000, 0, 0), CategoryPaths: true, AuthorEmails: true, Hubs: []string{"", "\x00"},
			Schedule: syndicate.Schedule{TTL: -1, UpdatePeriod: "\x00", SkipHours: []int{-1, 99}, SkipDays: []time.Weekday{-1, 99}}, Logo: syndicate.Image{URL: "\x00"},
			Authors: []syndicate.Author{{Name: "\x00"}}, Tombstones: []syndicate.Tombstone{{}, {ID: "\x00", When: midday}}, Extensions: []syndicate.Extension{nil},
			Articles: []*syndicate.Article{nasty, nil, nasty}, Generator: "\x00",
		},
	}
	for name, feed := range feeds {
		assert.NotPanics(t, func() {
			assertWellFormed(t, textOf(feed, syndicate.RSS))
			assertWellFormed(t, textOf(feed, syndicate.Atom))
			readJSON(t, textOf(feed, syndicate.JSON))
			assert.NotEmpty(t, feed.Validate(), name)
		}, name)
		for _, format := range syndicate.Formats() {
			assert.NotContains(t, textOf(feed, format), "\x00")
		}
	}
}
