// RSS 2.0 as the RSS Advisory Board's specification and profile describe it: one test for each
// element or rule.
package syndicate_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedreader"
)

// rssItem returns the item of a feed that holds one article.
func rssItem(t *testing.T, a syndicate.Article) string {
	t.Helper()
	return between(t, textOf(holding(a), syndicate.RSS), "<item>", "</item>")
}

// RSS-1, RSS-2, RSS-3, RSS-8, RSS-12, RSS-13, XML-2, XML-3
func TestRSSOfASmallFeed(t *testing.T) {
	assert.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>Example</title>
<link>https://example.com/</link>
<description>All of it</description>
<language>en</language>
<lastBuildDate>Tue, 01 Mar 2022 12:00:00 +0000</lastBuildDate>
<docs>http://www.rssboard.org/rss-specification</docs>
<atom:link rel="self" type="application/rss+xml" href="https://example.com/rss.xml"/>
<item><title>A</title><link>https://example.com/a/</link><guid isPermaLink="false">tag:example.com,2015:a</guid>`+
		`<pubDate>Tue, 01 Mar 2022 12:00:00 +0000</pubDate><dc:creator>Example</dc:creator><description>In short.</description></item>
</channel>
</rss>
`, textOf(validFeed(), syndicate.RSS))
}

// RSS-1, RSS-4: an untitled post has a title in every format, or only where one is required.
func TestUntitledPostsAreTheSameInEveryFormat(t *testing.T) {
	long := strings.Repeat("word ", 13)
	for _, post := range []struct {
		article syndicate.Article
		made    string
	}{
		{syndicate.Article{Summary: "Words only."}, "Words only."},
		{syndicate.Article{Content: "<p>" + long + "</p>"}, strings.Repeat("word ", 11) + "word…"},
		{syndicate.Article{Content: `<img src="/a.jpg">`, Image: syndicate.Image{URL: "/a.jpg", Alt: "A cat"}}, "A cat"},
		{syndicate.Article{Content: `<img src="/a.jpg">`, URL: "https://example.com/a/"}, "https://example.com/a/"},
	} {
		for _, makeTitles := range []bool{false, true} {
			feed := holding(post.article)
			feed.MakeTitles = makeTitles
			titles := map[syndicate.Format]string{}
			for _, format := range syndicate.Formats() {
				read, err := feedreader.Parse(textOf(feed, format))
				require.NoError(t, err)
				titles[format] = read.Items[0].Title
			}
			want := map[syndicate.Format]string{syndicate.RSS: "", syndicate.Atom: post.made, syndicate.JSON: ""}
			if makeTitles {
				want[syndicate.RSS], want[syndicate.JSON] = post.made, post.made
			}
			assert.Equal(t, want, titles, "%v %v", post.article, makeTitles)
		}
	}
	assert.Contains(t, rssItem(t, syndicate.Article{URL: "https://example.com/a/"}), "<title>https://example.com/a/</title>", "an item needs something")
}

// RSS-2
func TestRSSGuidIsAPermalinkOnlyIfItIsTheURL(t *testing.T) {
	tests := []struct{ id, want string }{
		{"", `<guid isPermaLink="true">https://example.com/a/</guid>`},
		{"https://example.com/a/", `<guid isPermaLink="true">https://example.com/a/</guid>`},
		{"https://example.com/?p=12", `<guid isPermaLink="false">https://example.com/?p=12</guid>`},
		{"a-1", `<guid isPermaLink="false">a-1</guid>`},
		{"12", `<guid isPermaLink="false">12</guid>`},
		{"123456789", `<guid isPermaLink="false">123456789</guid>`},
		{"http://example.com/a/", `<guid isPermaLink="false">http://example.com/a/</guid>`},
	}
	for _, tt := range tests {
		assert.Contains(t, rssItem(t, syndicate.Article{ID: tt.id, URL: "https://example.com/a/", Title: "A"}), tt.want)
	}
	assert.NotContains(t, rssItem(t, syndicate.Article{Title: "A"}), "guid")
	assert.Contains(t, rssItem(t, syndicate.Article{ID: "4711", URL: "4711", Title: "A"}), `<guid isPermaLink="false">4711</guid>`, "not a URL")
}

// RSS-3
func TestRSSDatesHaveEnglishNamesAndANumericZone(t *testing.T) {
	tests := []struct {
		date time.Time
		want string
	}{
		{time.Date(2022, 2, 6, 23, 30, 5, 999, time.FixedZone("EST", -5*3600)), "<pubDate>Mon, 07 Feb 2022 04:30:05 +0000</pubDate>"},
		{time.Date(987, 12, 31, 0, 0, 0, 0, time.UTC), "<pubDate>Mon, 31 Dec 0987 00:00:00 +0000</pubDate>"},
	}
	for _, tt := range tests {
		assert.Contains(t, rssItem(t, syndicate.Article{Title: "A", Published: tt.date}), tt.want)
	}
	for _, none := range []time.Time{{}, midday.AddDate(8000, 0, 0), midday.AddDate(-3000, 0, 0)} {
		assert.NotContains(t, rssItem(t, syndicate.Article{Title: "A", Published: none}), "pubDate")
	}
}

// RSS-3
func TestRSSLastBuildDateIsTheNewestVisibleChange(t *testing.T) {
	feed := fullFeed()
	assert.Contains(t, textOf(feed, syndicate.RSS), "<lastBuildDate>Tue, 01 Mar 2022 14:00:00 +0000</lastBuildDate>")
	feed.Articles = feed.Articles[1:]
	assert.Contains(t, textOf(feed, syndicate.RSS), "<lastBuildDate>Tue, 01 Mar 2022 12:00:00 +0000</lastBuildDate>")
	feed.Updated = midday.Add(24 * time.Hour)
	assert.Contains(t, textOf(feed, syndicate.RSS), "<lastBuildDate>Wed, 02 Mar 2022 12:00:00 +0000</lastBuildDate>")
}

// RSS-4
func TestRSSNamesAuthorsAndPublishesMailOnlyWhenAsked(t *testing.T) {
	one := []syndicate.Author{{Name: "Abdullah Bozkurt", Email: "ab@example.com"}}
	two := append(one, syndicate.Author{Name: "Levent Kenez", Email: "lk@example.com"})
	tests := []struct {
		why     string
		authors []syndicate.Author
		mails   bool
		want    string
	}{
		{"one", one, false, "<dc:creator>Abdullah Bozkurt</dc:creator>"},
		{"an element each", two, false, "<dc:creator>Abdullah Bozkurt</dc:creator><dc:creator>Levent Kenez</dc:creator>"},
		{"asked for", one, true, "<author>ab@example.com (Abdullah Bozkurt)</author>"},
		{"one address is all it can hold", two, true, "<dc:creator>Abdullah Bozkurt</dc:creator><dc:creator>Levent Kenez</dc:creator>"},
		{"no address", []syndicate.Author{{Name: "X"}}, true, "<dc:creator>X</dc:creator>"},
		{"the feed's author where an item names none", nil, false, "<dc:creator>Example</dc:creator>"},
		{"an address in a name", []syndicate.Author{{Name: "Jane Roe <jane@example.com>"}, {Name: "joe@example.com"}}, false, "<dc:creator>Jane Roe</dc:creator><dc:creator>joe</dc:creator>"},
	}
	for _, tt := range tests {
		feed := holding(syndicate.Article{Title: "A", Authors: tt.authors})
		feed.AuthorEmails = tt.mails
		assert.Equal(t, "<title>A</title>"+tt.want, between(t, textOf(feed, syndicate.RSS), "<item>", "</item>"), tt.why)
	}
}

// RSS-4
func TestRSSContactsHaveAddressAndName(t *testing.T) {
	feed := validFeed()
	feed.ManagingEditor = syndicate.Author{Name: "The Editor", Email: "editor@example.com"}
	feed.WebMaster = syndicate.Author{Email: "web@example.com"}
	feed.Authors = []syndicate.Author{{Name: "Example Desk"}}
	doc := textOf(feed, syndicate.RSS)
	assert.Contains(t, doc, "<managingEditor>editor@example.com (The Editor)</managingEditor>\n<webMaster>web@example.com (Example)</webMaster>")
	assert.Contains(t, doc, "<dc:creator>Example Desk</dc:creator>", "otherwise readers treat the editor as the author")

	feed.ManagingEditor.Email = ""
	assert.NotContains(t, textOf(feed, syndicate.RSS), "managingEditor")
}

// RSS-5, RSS-6, XML-4
func TestRSSSummaryIsEscapedTwiceAndTheBodyIsInCDATA(t *testing.T) {
	tests := []struct{ why, summary, content, want string }{
		{"both", "1 < 2 & 3", "<p>a ]]> b ]]> c</p>",
			"<description>1 &amp;lt; 2 &amp;amp; 3</description><content:encoded><![CDATA[<p>a ]]]]><![CDATA[> b ]]]]><![CDATA[> c</p>]]></content:encoded>"},
		{"an excerpt", "In short.", "", "<description>In short.</description>"},
		{"a body alone", "", "<p>a</p>", "<description><![CDATA[<p>a</p>]]></description>"},
	}
	for _, tt := range tests {
		assert.Equal(t, "<title>A</title><dc:creator>Example</dc:creator>"+tt.want, rssItem(t, syndicate.Article{Title: "A", Summary: tt.summary, Content: tt.content}), tt.why)
	}
}

// RSS-6
func TestRSSPlainTextHasTheNumericEscapes(t *testing.T) {
	feed := holding(syndicate.Article{Title: "Using <code> & co", Tags: []syndicate.Tag{{Name: "R&D", Slug: "rd"}}})
	feed.Title, feed.Copyright = "A & B", "© <me>"
	doc := textOf(feed, syndicate.RSS)
	for _, want := range []string{
		"<title>Using &#x3C;code&gt; &#x26; co</title>", "<title>A &#x26; B</title>", "<copyright>© &#x3C;me&gt;</copyright>", ">R&#x26;D</category>",
	} {
		assert.Contains(t, doc, want)
	}
}

// RSS-8, DISC-4, DISC-5
func TestRSSLinksToItselfItsHubsAndItsArchives(t *testing.T) {
	feed := validFeed()
	feed.Hubs = []string{"https://hub.example.com/", "", " https://hub.example.net/ "}
	feed.Archived = true
	feed.Current.RSS, feed.PrevArchive.RSS = "https://example.com/rss.xml", "https://example.com/page/1/rss.xml"
	feed.Self.RSS = "https://example.com/page/2/rss.xml"
	assert.Contains(t, textOf(feed, syndicate.RSS), `<atom:link rel="self" type="application/rss+xml" href="https://example.com/page/2/rss.xml"/>
<atom:link rel="hub" href="https://hub.example.com/"/>
<atom:link rel="hub" href="https://hub.example.net/"/>
<atom:link rel="current" type="application/rss+xml" href="https://example.com/rss.xml"/>
<atom:link rel="prev-archive" type="application/rss+xml" href="https://example.com/page/1/rss.xml"/>
<fh:archive/>
`)
}

// RSS-9
func TestRSSDomainsTellCategoriesFromTags(t *testing.T) {
	military := syndicate.Category{Name: "Military"}
	feed := holding(syndicate.Article{Title: "A", Categories: []syndicate.Category{{Name: "Arms exports", Parent: &military}, military}, Tags: syndicate.Tags("Military")})
	assert.Equal(t, `<title>A</title><dc:creator>Example</dc:creator><category domain="https://example.com/#category">Arms exports</category>`+
		`<category domain="https://example.com/#category">Military</category><category domain="https://example.com/#tag">Military</category>`,
		between(t, textOf(feed, syndicate.RSS), "<item>", "</item>"))

	feed.CategoryPaths, feed.CategoryScheme, feed.TagScheme = true, "https://example.com/category/", "https://example.com/tag/"
	assert.Equal(t, `<title>A</title><dc:creator>Example</dc:creator><category domain="https://example.com/category/">Military/Arms exports</category>`+
		`<category domain="https://example.com/category/">Military</category><category domain="https://example.com/tag/">Military</category>`,
		between(t, textOf(feed, syndicate.RSS), "<item>", "</item>"))
}

// RSS-10
func TestRSSHasOneEnclosureAndLinksToTheOthers(t *testing.T) {
	assert.Equal(t, `<title>A</title><dc:creator>Example</dc:creator><enclosure url="https://example.com/a.mp3" length="5000000000" type="audio/mpeg"/>`+
		`<atom:link rel="enclosure" type="video/mp4" length="7" title="Film" href="https://example.com/b.mp4"/>`+
		`<atom:link rel="enclosure" type="application/octet-stream" href="https://example.com/c"/>`,
		rssItem(t, syndicate.Article{Title: "A", Enclosures: []syndicate.Enclosure{
			{}, {URL: "https://example.com/a.mp3", Size: 5_000_000_000}, {URL: "https://example.com/b.mp4", Size: 7, Title: "Film"}, {URL: "https://example.com/c"},
		}}))
	assert.Contains(t, rssItem(t, syndicate.Article{Title: "A", Enclosures: []syndicate.Enclosure{{URL: "https://example.com/a", Type: "audio/ogg"}}}),
		`<enclosure url="https://example.com/a" length="0" type="audio/ogg"/>`, "0 is unknown")
}

// RSS-11
func TestRSSImageHasOnlyOldTypesAndSmallSizes(t *testing.T) {
	const start = "<image><url>https://example.com/logo</url><title>Example</title><link>https://example.com/</link>"
	tests := []struct {
		kind          string
		width, height int
		want          string
	}{
		{"image/png", 144, 400, start + "<width>144</width><height>400</height></image>"},
		{"", 0, 0, ""},
		{"image/x-icon", 16, 16, ""},
		{"image/jpg", 0, 0, start + "</image>"},
		{"Image/JPEG", 145, 100, start + "</image>"},
		{"image/gif", 88, 401, start + "</image>"},
		{"image/gif", 88, 0, start + "</image>"},
		{"image/svg+xml", 88, 31, ""},
		{"image/webp", 88, 31, ""},
	}
	for _, tt := range tests {
		feed := validFeed()
		feed.Logo = syndicate.Image{URL: "https://example.com/logo", Type: tt.kind, Width: tt.width, Height: tt.height}
		doc := textOf(feed, syndicate.RSS)
		if tt.want == "" {
			assert.NotContains(t, doc, "<image>", tt.kind)
		} else {
			assert.Contains(t, doc, tt.want)
		}
	}
}

// RSS-12
func TestRSSSchedule(t *testing.T) {
	feed := validFeed()
	feed.Schedule = syndicate.Schedule{
		TTL: 90*time.Minute + 59*time.Second, UpdatePeriod: "daily", UpdateFrequency: 4,
		SkipHours: []int{23, 0, 23}, SkipDays: []time.Weekday{time.Saturday, time.Sunday},
	}
	doc := textOf(feed, syndicate.RSS)
	for _, want := range []string{
		"<ttl>91</ttl>", "<skipHours><hour>0</hour><hour>23</hour></skipHours>", "<skipDays><day>Sunday</day><day>Saturday</day></skipDays>",
		"<sy:updatePeriod>daily</sy:updatePeriod>\n<sy:updateFrequency>4</sy:updateFrequency>",
	} {
		assert.Contains(t, doc, want)
	}
	feed.Schedule = syndicate.Schedule{UpdatePeriod: "hourly"}
	doc = textOf(feed, syndicate.RSS)
	assert.Contains(t, doc, "<sy:updateFrequency>1</sy:updateFrequency>")
	assert.NotContains(t, doc, "<ttl>")
}

// RSS-12
func TestRSSGeneratorIsNamedUnlessTurnedOff(t *testing.T) {
	feed := validFeed()
	feed.Generator = "Press 1.2 (https://example.com/press)"
	assert.Contains(t, textOf(feed, syndicate.RSS), "<generator>Press 1.2 (https://example.com/press)</generator>")
	feed.Generator = ""
	assert.NotContains(t, textOf(feed, syndicate.RSS), "generator")

	for _, hide := range []bool{false, true} {
		site, err := syndicate.Site{URL: "https://example.com/", Title: "Example", HideGenerator: hide}.Check()
		require.NoError(t, err)
		doc := textOf(site.Feed(syndicate.Everything(), syndicate.Selection{}), syndicate.RSS)
		assert.Equal(t, !hide, strings.Contains(doc, "<generator>syndicate (https://github.com/syndicate-go/syndicate)</generator>"))
	}
}

// RSS-12
func TestRSSComments(t *testing.T) {
	assert.Equal(t, "<title>A</title><dc:creator>Example</dc:creator><comments>https://example.com/a/#c</comments><slash:comments>3</slash:comments><wfw:commentRss>https://example.com/a/feed/</wfw:commentRss>",
		rssItem(t, syndicate.Article{Title: "A", CommentsURL: "https://example.com/a/#c", CommentsFeed: "https://example.com/a/feed/", CommentCount: 3}))
}

// RSS-12: the tag that means "not known" is not written.
func TestUndeterminedLanguageIsNotWritten(t *testing.T) {
	feed := validFeed()
	feed.Language, feed.Articles[0].Language = "und", "und"
	for _, format := range syndicate.Formats() {
		assert.NotContains(t, textOf(feed, format), "und", format)
		assert.NotContains(t, textOf(feed, format), "lang", format)
	}
}

// RSS-13
func TestRSSSourceHasItsAddress(t *testing.T) {
	assert.Contains(t, rssItem(t, syndicate.Article{Title: "A", Origin: syndicate.Origin{Title: "Wire", URL: "https://wire.example/feed"}}),
		`<source url="https://wire.example/feed">Wire</source>`)
	assert.Contains(t, rssItem(t, syndicate.Article{Title: "A", Origin: syndicate.Origin{URL: "https://wire.example/feed"}}),
		`<source url="https://wire.example/feed">https://wire.example/feed</source>`)
	assert.NotContains(t, rssItem(t, syndicate.Article{Title: "A", Origin: syndicate.Origin{Title: "Wire"}}), "source")
}

// RSS-13: no fact in two vocabularies, metadata before the texts.
func TestRSSStatesEachFactOnce(t *testing.T) {
	item := rssItem(t, *fullFeed().Articles[0])
	for _, never := range []string{"dc:date", "dc:title", "<author>", "dc:subject", "atom:updated"} {
		assert.NotContains(t, item, never)
	}
	assert.Less(t, strings.Index(item, "<enclosure"), strings.Index(item, "<description>"))
	assert.Less(t, strings.Index(item, "<description>"), strings.Index(item, "<content:encoded>"))
}

func TestRSSRightsAndRelatedPages(t *testing.T) {
	assert.Equal(t, `<title>A</title><dc:creator>Example</dc:creator><atom:link rel="related" href="https://other.example/x"/><dc:rights>© X</dc:rights>`,
		rssItem(t, syndicate.Article{Title: "A", ExternalURL: "https://other.example/x", Rights: "© X"}))
}

// XML-2
func TestXMLBeginsWithItsDeclaration(t *testing.T) {
	for _, feed := range []*syndicate.Feed{validFeed(), fullFeed(), {}} {
		for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
			doc := textOf(feed, format)
			assert.True(t, strings.HasPrefix(doc, `<?xml version="1.0" encoding="UTF-8"?>`+"\n<"))
			assert.NotContains(t, doc, "<!DOCTYPE")
			assert.NotContains(t, doc, "&nbsp;")
		}
	}
}

// XML-3
func TestPrefixesAreDeclaredOnceOnTheRootAndOnlyWhenUsed(t *testing.T) {
	small, full := validFeed(), fullFeed()
	small.Self, small.Authors = syndicate.Links{}, nil
	assert.Contains(t, textOf(small, syndicate.RSS), "<rss version=\"2.0\">\n")
	assert.Contains(t, textOf(small, syndicate.Atom), "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n")

	full.Schedule.UpdatePeriod = "daily"
	full.Articles[0].CommentsURL, full.Articles[0].CommentCount = "https://example.com/a/#c", 3
	assert.Contains(t, textOf(full, syndicate.RSS), `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"`+
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">`)
	assert.Contains(t, textOf(full, syndicate.Atom), `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="en">`)
	for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
		assert.Equal(t, 1, strings.Count(textOf(full, format), `"http://www.w3.org/2005/Atom"`))
	}
}

// XML-6
func TestURLsAndIDsAreTrimmed(t *testing.T) {
	feed := holding(syndicate.Article{ID: " \x00 a-1 \n", URL: "\x00 https://example.com/a/ \n", Title: "A"})
	feed.ID, feed.URL, feed.Self.Atom = " tag:example.com,2015:feed ", "\thttps://example.com/\n", " https://example.com/atom.xml "
	for _, want := range []string{"<link>https://example.com/</link>", "<link>https://example.com/a/</link>", `<guid isPermaLink="false">a-1</guid>`} {
		assert.Contains(t, textOf(feed, syndicate.RSS), want)
	}
	for _, want := range []string{"<id>tag:example.com,2015:feed</id>", "<id>tag:example.com,2026:a-1</id>", `href="https://example.com/a/"`, `href="https://example.com/atom.xml"`} {
		assert.Contains(t, textOf(feed, syndicate.Atom), want)
	}
	for _, want := range []string{`"home_page_url":"https://example.com/"`, `"id":"a-1"`, `"url":"https://example.com/a/"`} {
		assert.Contains(t, textOf(feed, syndicate.JSON), want)
	}
}

// XML-7
func TestSameFeedGivesTheSameBytes(t *testing.T) {
	for _, format := range syndicate.Formats() {
		first := textOf(fullFeed(), format)
		assert.Equal(t, first, textOf(fullFeed(), format))

		moved := fullFeed() // the same moments elsewhere, a little later in the second
		for _, a := range moved.Articles {
			a.Published = a.Published.In(time.FixedZone("TRT", 3*3600)).Add(time.Millisecond)
		}
		assert.Equal(t, first, textOf(moved, format))
	}
}

// A browser shows an XML feed with its stylesheet. JSON Feed has none. // DISC-3
func TestStylesheetIsNamedBeforeTheRoot(t *testing.T) {
	publication := site
	publication.Stylesheet = "feeds.css?<v>&\"w\""
	archive, err := syndicate.NewArchive(publication, syndicate.Article{URL: "/a/", Title: "A", Published: noon})
	require.NoError(t, err)
	feed := feedOf(t, archive, syndicate.Everything())
	const instruction = `<?xml-stylesheet type="text/css" href="https://www.nordicmonitor.com/feeds.css?%3Cv%3E&amp;%22w%22"?>`
	for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
		doc := textOf(feed, format)
		assert.NoError(t, wellFormedXML(doc))
		lines := strings.SplitN(doc, "\n", 3)
		require.Len(t, lines, 3)
		assert.Equal(t, instruction, lines[1], format)
		assert.Equal(t, encodedAnew(feed, format), doc)
	}
	assert.NotContains(t, textOf(feed, syndicate.JSON), "feeds.css")
}

// A Stylesheet that a program sets in a Feed is not checked, but it is escaped.
func TestStylesheetCannotEndItsInstruction(t *testing.T) {
	feed := &syndicate.Feed{Title: "A", Stylesheet: "a?>\"<b\x01"}
	assert.Contains(t, textOf(feed, syndicate.RSS), "\n<?xml-stylesheet type=\"text/css\" href=\"a?&gt;&quot;&lt;b\"?>\n<rss")
}

func TestRSSRoundsTTLUpToMinutes(t *testing.T) {
	for ttl, want := range map[time.Duration]string{
		-time.Minute: "", 0: "", 1: "<ttl>1</ttl>", time.Minute: "<ttl>1</ttl>", time.Minute + 1: "<ttl>2</ttl>", math.MaxInt64: "<ttl>153722868</ttl>",
	} {
		feed := &syndicate.Feed{Schedule: syndicate.Schedule{TTL: ttl}}
		doc := textOf(feed, syndicate.RSS)
		if want == "" {
			assert.NotContains(t, doc, "<ttl>", ttl)
		} else {
			assert.Contains(t, doc, want, ttl)
		}
	}
}
