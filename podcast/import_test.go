package podcast

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/unicode"

	"github.com/syndicate-go/syndicate"
)

// read imports a feed, and returns its articles and the texts of its problems.
func read(t testing.TB, doc string) (show Show, site syndicate.Site, articles []syndicate.Article, problems []string) {
	t.Helper()
	feed := Import{Input: strings.NewReader(doc), OnProblem: func(p *syndicate.Problem) { problems = append(problems, p.Error()) }}
	site, err := feed.Site()
	require.NoError(t, err)
	for a, err := range feed.Articles() {
		require.NoError(t, err)
		articles = append(articles, a)
	}
	return site.Scopes[syndicate.Everything()].Extensions[0].(Show), site, articles, problems
}

// hosted returns a feed with elements of the channel and items.
func hosted(channel string, items ...string) string {
	var doc strings.Builder
	doc.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
		xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
		xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Field Notes</title><link>https://old.example/</link>` + channel)
	for _, item := range items {
		doc.WriteString("<item>" + item + "</item>")
	}
	return doc.String() + "</channel></rss>"
}

// hostedItem returns the elements of an item, and others with it.
func hostedItem(more string) string {
	return `<title>Part</title><guid isPermaLink="false">tag:1</guid><link>https://old.example/1</link><pubDate>Wed, 30 Mar 2022 12:00:00 GMT</pubDate>
		<enclosure url="https://cdn.example/1.mp3" length="1000" type="audio/mpeg"/>` + more
}

func TestWhatAShowPublishesIsImportedUnchanged(t *testing.T) { // POD-78
	shows := uint64(150)
	if testing.Short() {
		shows = 40
	}
	for seed := range shows {
		g := newGenerator(seed)
		f := g.feed(1 + g.IntN(12))
		got, site, articles, problems := read(t, rss(f))
		require.Empty(t, problems, "seed %d", seed)
		want := f.Extensions[0].(Show)
		want.OnlyNotes = false // is in the texts, not in an element
		require.Len(t, articles, len(f.Articles))
		for i, a := range f.Articles {
			e := a.Extensions[0].(Episode)
			require.Equal(t, withDefaults(e), withDefaults(articles[i].Extensions[0].(Episode)), "seed %d, item %d", seed, i)
			require.Equal(t, [...]any{a.ID, a.URL, a.Title, a.Published, a.Enclosures}, [...]any{articles[i].ID, articles[i].URL, articles[i].Title, articles[i].Published, articles[i].Enclosures})
			if e.Type == TypeTrailer && e.Number == 0 {
				file := a.Enclosures[0]
				want.Trailers = append(slices.Clip(want.Trailers), Trailer{e.Title, file.URL, a.Published, file.Type, file.Size, e.Season})
			}
		}
		want.Live = slices.Clone(want.Live)
		require.Equal(t, want, got, "seed %d", seed)
		assert.Equal(t, []string{f.Title, f.Description, f.URL, f.Language}, []string{site.Title, site.Description, site.URL, site.Language})
	}
}

// withDefaults returns an episode without what is the same as its default, and without the notes,
// which the show derives.
func withDefaults(e Episode) Episode {
	if e.Order == float64(e.Number) {
		e.Order = 0
	}
	e.Notes = ""
	return e
}

// FEEDS, POD-78: what hosts write for the same value.
func TestFormsThatHostsWrite(t *testing.T) {
	day := time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		item string
		want func(a *syndicate.Article, e *Episode)
	}{
		{"", func(*syndicate.Article, *Episode) {}},
		{"<itunes:explicit>yes</itunes:explicit>", func(_ *syndicate.Article, e *Episode) { e.Rating = RatingExplicit }},
		{"<itunes:explicit>Explicit</itunes:explicit>", func(_ *syndicate.Article, e *Episode) { e.Rating = RatingExplicit }},
		{"<itunes:explicit> TRUE </itunes:explicit>", func(_ *syndicate.Article, e *Episode) { e.Rating = RatingExplicit }},
		{"<itunes:explicit>clean</itunes:explicit>", func(_ *syndicate.Article, e *Episode) { e.Rating = RatingClean }},
		{"<itunes:explicit>no</itunes:explicit>", func(_ *syndicate.Article, e *Episode) { e.Rating = RatingClean }},
		{"<itunes:explicit/>", func(*syndicate.Article, *Episode) {}},
		{"<itunes:duration>1:02:03</itunes:duration>", func(a *syndicate.Article, _ *Episode) { a.Enclosures[0].Duration = time.Hour + 123*time.Second }},
		{"<itunes:duration>62:03</itunes:duration>", func(a *syndicate.Article, _ *Episode) { a.Enclosures[0].Duration = time.Hour + 123*time.Second }},
		{"<itunes:duration>90</itunes:duration>", func(a *syndicate.Article, _ *Episode) { a.Enclosures[0].Duration = 90 * time.Second }},
		{"<itunes:duration>90.5</itunes:duration>", func(a *syndicate.Article, _ *Episode) { a.Enclosures[0].Duration = 90500 * time.Millisecond }},
		{"<itunes:episodeType>Full</itunes:episodeType>", func(*syndicate.Article, *Episode) {}},
		{"<itunes:episodeType>Bonus</itunes:episodeType>", func(_ *syndicate.Article, e *Episode) { e.Type = TypeBonus }},
		{"<itunes:season>2</itunes:season><itunes:episode>007</itunes:episode>", func(_ *syndicate.Article, e *Episode) { e.Season, e.Number = 2, 7 }},
		{`<podcast:season name="Egyptology">2</podcast:season><podcast:episode display="Ch. 3">3</podcast:episode>`,
			func(_ *syndicate.Article, e *Episode) {
				e.Season, e.SeasonName, e.Number, e.Display = 2, "Egyptology", 3, "Ch. 3"
			}},
		{`<podcast:episode>315.5</podcast:episode>`, func(_ *syndicate.Article, e *Episode) { e.Order = 315.5 }},
		{"<itunes:block>YES</itunes:block>", func(_ *syndicate.Article, e *Episode) { e.Block = true }},
		{"<itunes:title>Part</itunes:title>", func(*syndicate.Article, *Episode) {}},
		{`<itunes:image href="/1.jpg"/>`, func(_ *syndicate.Article, e *Episode) { e.Artwork.URL = "https://old.example/1.jpg" }},
		{`<itunes:image>https://old.example/1.jpg</itunes:image>`, func(_ *syndicate.Article, e *Episode) { e.Artwork.URL = "https://old.example/1.jpg" }},
		{"<description>One.\n\nTwo &amp;lt; three.</description>", func(a *syndicate.Article, _ *Episode) { a.Content = "One.\n\nTwo &lt; three." }},
		{"<description>One.\n\nTwo.</description>", func(a *syndicate.Article, _ *Episode) { a.Content = "<p>One.</p>\n<p>Two.</p>" }},
		{"<description>Short.</description><content:encoded><![CDATA[<p>Long.</p>]]></content:encoded>",
			func(a *syndicate.Article, e *Episode) { a.Content, e.Notes = "<p>Long.</p>", "Short." }},
		{"<content:encoded>&lt;p&gt;Long.&lt;/p&gt;</content:encoded><itunes:subtitle>A hint.</itunes:subtitle>",
			func(a *syndicate.Article, _ *Episode) { a.Content, a.Summary = "<p>Long.</p>", "A hint." }},
		{"<itunes:summary>Only this.</itunes:summary>", func(a *syndicate.Article, _ *Episode) { a.Content = "Only this." }},
		{"<itunes:author>Nazlı Ilıcak</itunes:author>", func(a *syndicate.Article, _ *Episode) { a.Authors = []syndicate.Author{{Name: "Nazlı Ilıcak"}} }},
		{"<author>n@old.example (Nazlı Ilıcak)</author>", func(a *syndicate.Article, _ *Episode) {
			a.Authors = []syndicate.Author{{Name: "Nazlı Ilıcak", Email: "n@old.example"}}
		}},
		{"<itunes:author>The Desk</itunes:author>", func(*syndicate.Article, *Episode) {}}, // of the show
		{"<category>Ankara</category><category>Ankara</category>", func(a *syndicate.Article, _ *Episode) { a.Tags = []syndicate.Tag{{Name: "Ankara"}} }},
		{"<comments>/c</comments>", func(a *syndicate.Article, _ *Episode) { a.CommentsURL = "https://old.example/c" }},
		{`<enclosure url="https://cdn.example/2.mp4" length="1,000" type="video/mp4"/>`, func(a *syndicate.Article, _ *Episode) {
			a.Enclosures = append(a.Enclosures, syndicate.Enclosure{URL: "https://cdn.example/2.mp4", Size: 1000, Type: "video/mp4"})
		}},
		{`<podcast:location geo="geo:30.2,-97.7;u=10" osm="R113314">Austin</podcast:location>`, func(_ *syndicate.Article, e *Episode) {
			e.Locations = []Location{{Name: "Austin", Geo: Point{30.2, -97.7, 10}, OSM: "R113314"}}
		}},
		{`<podcast:image aspect-ratio="16:9">https://old.example/w.png</podcast:image>`, func(_ *syndicate.Article, e *Episode) {
			e.Images = []Image{{URL: "https://old.example/w.png", Aspect: Aspect{16, 9}}}
		}},
		{`<podcast:socialInteract platform="ActivityPub">https://social.example/1</podcast:socialInteract>`, func(_ *syndicate.Article, e *Episode) {
			e.Socials = []Social{{Protocol: "activitypub", URI: "https://social.example/1"}}
		}},
		{`<podcast:alternateEnclosure type="audio/opus" default="True"><podcast:source uri="/1.opus"/></podcast:alternateEnclosure>`,
			func(_ *syndicate.Article, e *Episode) {
				e.Alternates = []AlternateEnclosure{{Type: "audio/opus", Default: true, Sources: []Source{{URI: "https://old.example/1.opus"}}}}
			}},
	} {
		want, episode := syndicate.Article{
			ID: "tag:1", URL: "https://old.example/1", Title: "Part", Published: day,
			Enclosures: []syndicate.Enclosure{{URL: "https://cdn.example/1.mp3", Size: 1000, Type: "audio/mpeg"}},
		}, Episode{}
		c.want(&want, &episode)
		want.Extensions = []syndicate.Extension{episode}
		_, _, articles, problems := read(t, hosted("<itunes:author>The Desk</itunes:author>", hostedItem(c.item)))
		assert.Empty(t, problems, c.item)
		assert.Equal(t, []syndicate.Article{want}, articles, c.item)
	}
}

func TestGUIDsStayByteForByte(t *testing.T) { // POD-21
	for _, c := range []struct{ guid, link, id, url string }{
		{`<guid>https://old.example/?p=1&amp;x=%2f</guid>`, "<link>https://old.example/1</link>", "https://old.example/?p=1&x=%2f", "https://old.example/1"},
		{`<guid>AbC dEf/07</guid>`, "<link>https://old.example/1</link>", "AbC dEf/07", "https://old.example/1"},
		{`<guid>https://old.example/2</guid>`, "", "https://old.example/2", "https://old.example/2"},
		{`<guid isPermaLink="false">https://old.example/2</guid>`, "", "https://old.example/2", "https://cdn.example/1.mp3"},
		{`<guid isPermaLink="false">7</guid>`, "<link>2.html</link>", "7", "https://old.example/2.html"},
		{`<guid isPermaLink="false">7</guid>`, "<link>http://[</link>", "7", "https://cdn.example/1.mp3"},
		{"", "<link>https://old.example/1</link>", "https://cdn.example/1.mp3", "https://old.example/1"},
	} {
		_, _, articles, _ := read(t, hosted("", c.guid+c.link+`<title>x</title><pubDate>30 Mar 2022</pubDate><enclosure url="https://cdn.example/1.mp3"/>`))
		require.Len(t, articles, 1)
		assert.Equal(t, []string{c.id, c.url}, []string{articles[0].ID, articles[0].URL}, c.guid)
	}
}

func TestWhatChannelsSay(t *testing.T) {
	show, site, _, problems := read(t, hosted(`
		<atom:link rel="self" href="https://old.example/feed.xml"/><description>&lt;p&gt;Reports &amp;amp; more&lt;/p&gt;</description>
		<language>en_US</language><copyright>The Desk</copyright><ttl>60</ttl><managingEditor>d@old.example (The Desk)</managingEditor>
		<image><url>/logo.png</url><title>Field Notes</title><link>https://old.example/</link></image>
		<itunes:type>Serial</itunes:type><itunes:explicit>clean</itunes:explicit><itunes:complete>yes</itunes:complete>
		<itunes:owner><itunes:name>The Desk</itunes:name><itunes:email>d@old.example</itunes:email></itunes:owner>
		<itunes:category text="News"><itunes:category text="Daily News"/></itunes:category>
		<podcast:locked owner="d@old.example">no</podcast:locked><podcast:medium>podcast</podcast:medium>
		<podcast:block>yes</podcast:block><podcast:block id="amazon">no</podcast:block>`))
	assert.Empty(t, problems)
	assert.Equal(t, Show{
		Serial: true, Complete: true, Owner: Owner{"The Desk", "d@old.example"}, Categories: []Category{"Daily News"}, Unlocked: true,
		GUID: GUID("old.example/feed.xml"), Block: true, Blocks: []Block{{"amazon", true}},
	}, show)
	site.Scopes = nil
	assert.Equal(t, syndicate.Site{
		URL: "https://old.example/", Title: "Field Notes", Description: "Reports & more", Language: "en-US", Copyright: "The Desk",
		Logo: syndicate.Image{URL: "https://old.example/logo.png"}, Schedule: syndicate.Schedule{TTL: time.Hour},
		ManagingEditor: syndicate.Author{Name: "The Desk", Email: "d@old.example"},
	}, site)
}

func TestCategoriesOfOldFeedsAreMended(t *testing.T) { // POD-3
	for given, want := range map[string]string{
		`<itunes:category text="News &amp;amp; Politics"/>`:                                                                                                     "", // escaped twice
		`<itunes:category text="News &amp; Politics"/>`:                                                                                                         "News",
		`<itunes:category text="Technology"><itunes:category text="Tech News"/></itunes:category>`:                                                              "Tech News",
		`<itunes:category text="Technology"><itunes:category text="Podcasting"/></itunes:category>`:                                                             "Technology",
		`<itunes:category text="Society &amp; Culture"><itunes:category text="Nonsense"/></itunes:category>`:                                                    "Society & Culture",
		`<itunes:category text="society and culture"/>`:                                                                                                         "Society & Culture",
		`<itunes:category text="Comedy"/><itunes:category text="News"><itunes:category text="Politics"/><itunes:category text="Daily News"/></itunes:category>`: "Comedy,Politics,Daily News",
	} {
		show, _, _, _ := read(t, hosted(given))
		names := make([]string, len(show.Categories))
		for i, c := range show.Categories {
			names[i] = string(c)
		}
		assert.Equal(t, want, strings.Join(names, ","), given)
	}
}

// The address in the old feed that leads to the old feed would take its subscribers back.
func TestTheOldAddressIsNotTheNewOne(t *testing.T) { // POD-9
	self := `<atom:link rel="self" href="http://old.example/feed/"/>`
	show, _, _, problems := read(t, hosted(self+"<itunes:new-feed-url>https://old.example/feed</itunes:new-feed-url>"))
	assert.Empty(t, show.NewFeedURL)
	assert.Equal(t, []string{`syndicate: itunes:new-feed-url: "https://old.example/feed": the address of the old feed (left out; set Show.NewFeedURL to the new address) [warning]`}, problems)
	show, _, _, problems = read(t, hosted(self+"<itunes:new-feed-url>https://new.example/feed</itunes:new-feed-url>"))
	assert.Equal(t, "https://new.example/feed", show.NewFeedURL)
	assert.Empty(t, problems)
}

// Each fault is a problem that names the item, the element and the rule, and nothing else is lost.
func TestBadInputCostsOneValue(t *testing.T) {
	for given, want := range map[string]string{
		"<itunes:season>two</itunes:season>":                                       `itunes:season: "two": not in the required form`,
		"<itunes:episode>1.5</itunes:episode>":                                     `itunes:episode: "1.5": not in the required form`,
		"<itunes:duration>1:2:3:4</itunes:duration>":                               `itunes:duration: "1:2:3:4": not in the required form`,
		"<itunes:duration>-5</itunes:duration>":                                    `itunes:duration: "-5": not in the required form`,
		"<itunes:duration>NaN</itunes:duration>":                                   `itunes:duration: "NaN": not in the required form`,
		"<itunes:explicit>maybe</itunes:explicit>":                                 `itunes:explicit: "maybe": not one of the known values`,
		"<guid>second</guid>":                                                      `guid: "second": there more than once`,
		"<enclosure length='5'/>":                                                  `enclosure/@url: missing`,
		`<enclosure url="https://a.example/2.mp3" length="-5"/>`:                   `enclosure/@length: "-5": negative`,
		`<enclosure url="https://a.example/2.mp3" length="5 MB"/>`:                 `enclosure/@length: "5 MB": not in the required form`,
		"<itunes:keywords>a, b</itunes:keywords>":                                  `item/itunes:keywords: "a, b": no field holds it`,
		`<psc:chapters xmlns:psc="http://podlove.org/simple-chapters"/>`:           `item/psc:chapters: no field holds it`,
		`<podcast:chapters url="https://a.example/c.json" lang="en"/>`:             `podcast:chapters/@lang: "en": no field holds it`,
		`<podcast:soundbite startTime="x" duration="30"/>`:                         `podcast:soundbite/@startTime: "x": not in the required form`,
		`<podcast:location geo="here">A</podcast:location>`:                        `podcast:location/@geo: "here": not in the required form`,
		`<podcast:location geo="geo:1,2,3">A</podcast:location>`:                   `podcast:location/@geo, height: "geo:1,2,3": no field holds it`,
		`<podcast:image href="https://a.example/i.png" aspect-ratio="x"/>`:         `podcast:image/@aspect-ratio: "x": not in the required form`,
		`<podcast:license>a</podcast:license><podcast:license>b</podcast:license>`: `podcast:license: "b": there more than once`,
		"<description><p>Not escaped</p></description>":                            `description: not well-formed XML`,
		"<atom:link rel='replies' href='https://a.example/'/>":                     `item/atom:link rel=replies: "https://a.example/": no field holds it`,
	} {
		_, _, articles, problems := read(t, hosted("", hostedItem(given), strings.ReplaceAll(hostedItem(""), "tag:1", "tag:2")))
		require.Len(t, articles, 2, given)
		require.Len(t, problems, 1, given)
		assert.True(t, strings.HasPrefix(strings.TrimPrefix(problems[0], `syndicate: article "https://old.example/1": `), want), "%s\n%s", problems[0], want)
		assert.Equal(t, "https://cdn.example/1.mp3", articles[0].Enclosures[0].URL)
	}
}

func TestItemsThatCannotBePublishedAreSkipped(t *testing.T) {
	rest := strings.ReplaceAll(hostedItem(""), "tag:1", "tag:2")
	for given, want := range map[string]string{
		`<title>x</title><guid>1</guid>`:                                          `syndicate: article "1": Published: missing (skipped; RSS 2.0, pubDate)`,
		`<title>x</title><guid>1</guid><pubDate>yesterday</pubDate>`:              `syndicate: article "1": Published: "yesterday": missing (skipped; RSS 2.0, pubDate)`,
		`<guid>1</guid><pubDate>30 Mar 2022 00:00 GMT</pubDate>`:                  `syndicate: article "1": Title: missing (skipped; RSS 2.0, elements of item)`,
		`<title>a</title><guid>1</guid><a><b></a></b>`:                            `syndicate: article "1": Input: "unexpected end tag </a>": not well-formed XML (skipped; line 3)`,
		`<title>a < b</title>`:                                                    `syndicate: Input: "expected element name after <": not well-formed XML (skipped; line 3)`,
		`<guid>1</guid>` + strings.Repeat("<a>", 60) + strings.Repeat("</a>", 60): `syndicate: article "1": Input: "too deep": more than the limit (skipped; line 3)`,
		`<guid>1</guid>` + strings.Repeat("<podcast:txt/>", 10_000):               `syndicate: article "1": Input: "more elements than the limit": more than the limit (skipped; line 3)`,
	} {
		_, _, articles, problems := read(t, hosted("", given, rest))
		require.Len(t, articles, 1, given)
		assert.Equal(t, "tag:2", articles[0].ID)
		assert.Equal(t, want, problems[len(problems)-1])
	}
}

func TestFeedsThatAreNone(t *testing.T) {
	for given, want := range map[string]string{
		"":                     "syndicate: Input: not an RSS feed",
		"no XML":               "syndicate: Input: not an RSS feed",
		"<html><body/></html>": `syndicate: Input: "html": not an RSS feed`,
		`<feed xmlns="http://www.w3.org/2005/Atom"/>`: `syndicate: Input: "feed": not an RSS feed`,
		"<rss><channel": "syndicate: Input: not an RSS feed",
		`<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel/></rss>`: "syndicate: Input: declares entities",
	} {
		feed := Import{Input: strings.NewReader(given)}
		_, err := feed.Site()
		require.Error(t, err, given)
		assert.Contains(t, err.Error(), want)
		_, err = feed.Archive(syndicate.Site{URL: "https://new.example/", Title: "x"})
		require.Error(t, err)
		for _, err := range feed.Articles() {
			require.Error(t, err)
		}
	}
	_, err := new(Import).Options()
	require.EqualError(t, err, "podcast: Import.Input is missing")
}

// An error ends the reading; the articles before it are complete.
func TestReadingEnds(t *testing.T) {
	whole := hosted("", hostedItem(""), hostedItem(""), hostedItem(""))
	failure := errors.New("the line is cut")
	for _, c := range []struct {
		feed Import
		want string
		n    int
	}{
		{Import{Input: strings.NewReader(whole[:len(whole)-50])}, "Input: the feed ends early (line 6)", 2},
		{Import{Input: strings.NewReader(whole), MaxItems: 1}, `syndicate: Import.MaxItems: "1": more than the limit`, 1},
		{Import{Input: io.MultiReader(strings.NewReader(whole[:len(whole)-50]), iotest.ErrReader(failure))}, "podcast: reading the feed: the line is cut", 2},
	} {
		var n int
		var last error
		for _, err := range c.feed.Articles() {
			if err == nil {
				n++
			}
			last = err
		}
		require.Error(t, last)
		assert.Contains(t, last.Error(), c.want)
		assert.Equal(t, c.n, n)
	}
}

// The limit is that of all texts of an item together.
func TestTextsAreLimited(t *testing.T) {
	part := func(name string) string { return "<" + name + ">" + strings.Repeat("x", 300) + "</" + name + ">" }
	half := part("description") + part("itunes:summary")
	for long, skipped := range map[string]bool{"<description>" + strings.Repeat("x", 2000) + "</description>": true, half: false, half + part("content:encoded"): true} {
		var problems []string
		feed := Import{
			MaxText: 1000, Input: strings.NewReader(hosted("", hostedItem(long), hostedItem(""))),
			OnProblem: func(p *syndicate.Problem) { problems = append(problems, p.Error()) },
		}
		want := 2
		if skipped {
			want = 1
		}
		var n int
		for _, err := range feed.Articles() {
			require.NoError(t, err)
			n++
		}
		assert.Equal(t, want, n)
		assert.Len(t, problems, 2-want)
		for _, p := range problems {
			assert.Equal(t, `syndicate: article "https://old.example/1": Import.MaxText: "longer than the limit": more than the limit (skipped; line 3)`, p)
		}
	}
}

// A hostile channel cannot exhaust the memory: its texts and elements have limits together.
func TestTheChannelIsLimited(t *testing.T) {
	text := "<podcast:txt>" + strings.Repeat("x", 300) + "</podcast:txt>"
	for name, c := range map[string]struct {
		given       string
		least, most int // texts that are read
		isCut       bool
	}{
		"few texts":           {strings.Repeat(text, 3), 3, 3, false},
		"many texts":          {strings.Repeat(text, 50) + "<itunes:block>Yes</itunes:block>", 3, 3, true},
		"many short texts":    {strings.Repeat("<podcast:txt>x</podcast:txt>", 500), 500, 500, false},
		"many empty elements": {strings.Repeat("<podcast:txt/>", 20_000) + "<ttl>60</ttl>", importElements - 20, importElements, true},
	} {
		var problems []string
		feed := Import{
			MaxText: 1200, Input: strings.NewReader(hosted(c.given, hostedItem(""))),
			OnProblem: func(p *syndicate.Problem) { problems = append(problems, p.Error()) },
		}
		options, err := feed.Options()
		require.NoError(t, err, name)
		show := options.Extensions[0].(Show)
		assert.GreaterOrEqual(t, len(show.Txts), c.least, name)
		assert.LessOrEqual(t, len(show.Txts), c.most, name)
		assert.False(t, show.Block, name)
		assert.Zero(t, options.Schedule.TTL, name)
		if !c.isCut {
			assert.Empty(t, problems, name)
			continue
		}
		require.Len(t, problems, 1, name)
		assert.Contains(t, problems[0], `channel: "podcast:txt": more than the limit (left out, with what follows it; `)
	}
}

// A feed that cannot seek is read once.
func TestStreamsAreReadOnce(t *testing.T) {
	late := strings.Replace(hosted("<language>en</language>", hostedItem("")), "</channel>", "<itunes:type>serial</itunes:type></channel>", 1)
	var problems []string
	feed := Import{Input: iotest.OneByteReader(strings.NewReader(late)), OnProblem: func(p *syndicate.Problem) { problems = append(problems, p.Field) }}
	options, err := feed.Options()
	require.NoError(t, err)
	assert.Equal(t, "en", options.Language)
	assert.False(t, options.Extensions[0].(Show).Serial)
	for _, err := range feed.Articles() {
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"itunes:type"}, problems)
	for _, err := range feed.Articles() {
		assert.EqualError(t, err, "podcast: an Input that is not an io.Seeker can be read only once")
	}
	show, _, _, _ := read(t, late) // a file is read twice
	assert.True(t, show.Serial)
}

func TestEncodingsAndIllegalCharacters(t *testing.T) {
	doc := strings.Replace(hosted("", hostedItem("<description>Çağlar – naïve</description>")), `encoding="UTF-8"`, `encoding="%s"`, 1)
	utf16, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(fmt.Sprintf(doc, "UTF-16"))
	require.NoError(t, err)
	for name, given := range map[string]string{
		"UTF-8": fmt.Sprintf(doc, "UTF-8"), "a wrong declaration": fmt.Sprintf(doc, "ISO-8859-1"), "UTF-16": utf16,
		"Windows-1254":       strings.NewReplacer("Ç", "\xc7", "ğ", "\xf0", "–", "\x96", "ï", "\xef").Replace(fmt.Sprintf(doc, "windows-1254")),
		"a byte order mark":  "\ufeff" + fmt.Sprintf(doc, "UTF-8"),
		"text before it":     "\nWarning: something in /var/www\n" + fmt.Sprintf(doc, "UTF-8"),
		"control characters": strings.ReplaceAll(fmt.Sprintf(doc, "UTF-8"), "<description>", "<description>\x00\x0b"),
		"entities of HTML":   strings.ReplaceAll(fmt.Sprintf(doc, "UTF-8"), "–", "&ndash;"),
	} {
		_, _, articles, problems := read(t, given)
		assert.Empty(t, problems, name)
		require.Len(t, articles, 1, name)
		assert.Equal(t, "Çağlar – naïve", articles[0].Content, name)
	}
}

// The archive has what a feed of the package has; the second import is equal to the first.
func TestArchiveOfAnImportedShow(t *testing.T) {
	f := newGenerator(7).feed(300)
	feed := Import{Input: strings.NewReader(rss(f)), Address: "https://old.example/feed.xml"}
	site, err := feed.Site()
	require.NoError(t, err)
	archive, err := feed.Archive(site)
	require.NoError(t, err)
	published, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Len(t, published.Articles, 300) // no episode is left out
	assert.GreaterOrEqual(t, archive.Publication().FeedLimit(syndicate.Everything()), importItems, "nor one of the most that are read")
	guids := map[string]bool{}
	for _, item := range parse(t, published.Append(nil, syndicate.RSS)).plain("item") {
		guids[first(item.plain("guid"))] = true
	}
	for _, a := range f.Articles {
		assert.True(t, guids[a.ID], a.ID)
	}
	_, err = feed.Archive(syndicate.Site{})
	require.Error(t, err)
}

// endless is a feed of so many items, made while it is read.
type endless struct {
	items int
	left  []byte
	begun bool
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.left) == 0 {
		whole := hosted("", "@")
		head, tail, _ := strings.Cut(whole, "<item>@</item>")
		switch {
		case !e.begun:
			e.begun, e.left = true, []byte(head)
		case e.items > 0:
			e.items--
			item := hostedItem("<description>" + strings.Repeat("Words of the notes. ", 500) + "</description>")
			e.left = []byte("<item>" + strings.Replace(item, "tag:1", fmt.Sprint("tag:", e.items), 1) + "</item>")
		case e.items == 0:
			e.items, e.left = -1, []byte(tail)
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, e.left)
	e.left = e.left[n:]
	return n, nil
}

func TestMemoryDoesNotGrowWithTheFeed(t *testing.T) {
	items := 20_000 // 200 MB
	if testing.Short() {
		items = 500
	}
	feed := Import{Input: &endless{items: items}}
	var n int
	var before, after runtime.MemStats
	for _, err := range feed.Articles() {
		require.NoError(t, err)
		if n++; n == items/10 || n == items {
			runtime.GC()
			if runtime.ReadMemStats(&after); n < items {
				before = after
			}
		}
	}
	assert.Equal(t, items, n)
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(1<<20))
}

func FuzzImport(f *testing.F) {
	for _, seed := range []string{hosted("", hostedItem("")), rss(newGenerator(1).feed(2)), "<rss><channel><item><guid>", "\xff\xfe<\x00", `<rss><channel><image><url/>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		feed := Import{Input: strings.NewReader(doc), MaxItems: 100, MaxText: 1 << 16, OnProblem: func(p *syndicate.Problem) { _ = p.Error() }}
		site, err := feed.Site()
		if err != nil {
			return
		}
		// What is imported can be written, whether a directory accepts it or not.
		show := site.Scopes[syndicate.Everything()].Extensions[0].(Show)
		written := feedOf(show)
		for a := range feed.Articles() {
			written.Articles = append(written.Articles, &a)
		}
		var root node
		require.NoError(t, xml.Unmarshal(written.Append(nil, syndicate.RSS), &root))
		for _, p := range written.Validate(syndicate.RSS) {
			require.NotEqual(t, syndicate.RuleExtension, p.Rule, p.Error())
		}
	})
}
