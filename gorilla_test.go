// Programs that use github.com/gorilla/feeds move over in one line, and back if they must. The
// first half of this file tests the conversion. The second half compares our documents with
// gorilla's: readers see the same, except for the defects of gorilla that are listed one by one.
// Each defect is shown in gorilla's output too, so that the list shrinks when gorilla fixes one.
package syndicate_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/feeds"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedreader"
)

var gorillaDay = time.Date(2022, 3, 30, 9, 0, 0, 0, time.UTC)

// gorillaFeed returns a feed as a careful program fills in gorilla's types.
func gorillaFeed(items ...*feeds.Item) *feeds.Feed {
	return &feeds.Feed{
		Title:       "Nordic Monitor",
		Link:        &feeds.Link{Href: "https://www.nordicmonitor.com/"},
		Description: "Intelligence, terrorism and crime",
		Author:      &feeds.Author{Name: "Nordic Monitor", Email: "desk@nordicmonitor.com"},
		Updated:     gorillaDay.Add(48 * time.Hour),
		Copyright:   "© Nordic Research and Monitoring Network",
		Items:       items,
	}
}

func gorillaItem() *feeds.Item {
	return &feeds.Item{
		Title:       "Turkey may send its police to Azerbaijan",
		Link:        &feeds.Link{Href: "https://www.nordicmonitor.com/2022/03/police/"},
		Description: "Ankara and Baku amended an agreement.",
		Author:      &feeds.Author{Name: "Abdullah Bozkurt"},
		Id:          "https://www.nordicmonitor.com/2022/03/police/",
		IsPermaLink: "true",
		Created:     gorillaDay,
		Content:     "<p>Ankara and Baku have <em>amended</em> an agreement on security.</p>",
	}
}

// gorillaItemWith returns gorillaItem with a change.
func gorillaItemWith(change func(*feeds.Item)) *feeds.Item {
	i := gorillaItem()
	change(i)
	return i
}

func TestGorillaProgramMovesOverInOneLine(t *testing.T) {
	feed := gorillaFeed(gorillaItem())

	var b strings.Builder
	require.NoError(t, syndicate.FromGorilla(feed).Write(&b, syndicate.RSS)) // was: feed.WriteRss(&b)

	read := gofeedReads(t, b.String())
	assert.Equal(t, "Nordic Monitor", read.Title)
	require.Len(t, read.Items, 1)
	assert.Equal(t, feed.Items[0].Title, read.Items[0].Title)
	assert.Equal(t, feed.Items[0].Content, read.Items[0].Content)
}

// ATOM-2: subscribers know the feed by the id that gorilla wrote.
func TestMovedFeedKeepsItsAtomID(t *testing.T) {
	const id = "<id>https://www.nordicmonitor.com/</id>"
	require.Contains(t, gorillaWrites(t, gorillaFeed(), syndicate.Atom), id)

	assert.Contains(t, string(syndicate.FromGorilla(gorillaFeed()).Append(nil, syndicate.Atom)), id)
}

func TestGorillaFeedComesBackAsItWas(t *testing.T) {
	for name, g := range map[string]*feeds.Feed{
		"nothing":                    {},
		"items":                      gorillaFeed(gorillaItem()),
		"no items, not nil":          {Items: []*feeds.Item{}},
		"an empty item":              {Items: []*feeds.Item{{}}},
		"empty authors":              {Author: &feeds.Author{}, Items: []*feeds.Item{{Author: &feeds.Author{}}}},
		"an id that is not the link": {Id: "tag:nordicmonitor.com,2015:feed", Link: &feeds.Link{Href: "https://www.nordicmonitor.com/"}},
		"an id and no link":          {Id: "tag:nordicmonitor.com,2015:feed"},
		"a feed's image":             {Title: "T", Link: &feeds.Link{Href: "https://h/"}, Image: &feeds.Image{Url: "https://h/l.png", Title: "The logo", Link: "https://h/", Width: 88, Height: 31}},
		"a bare key as id":           gorillaFeed(gorillaItemWith(func(i *feeds.Item) { i.Id, i.IsPermaLink = "4711", "false" })),
		"no id":                      gorillaFeed(gorillaItemWith(func(i *feeds.Item) { i.Id, i.IsPermaLink = "", "" })),
		"a source":                   gorillaFeed(gorillaItemWith(func(i *feeds.Item) { i.Source = &feeds.Link{Href: "https://elsewhere.org/rss"} })),
		"5 GB of enclosure": gorillaFeed(gorillaItemWith(func(i *feeds.Item) {
			i.Enclosure = &feeds.Enclosure{Url: "https://h/a.mp4", Length: "5000000000", Type: "video/mp4"}
		})),
		"a picture": gorillaFeed(gorillaItemWith(func(i *feeds.Item) {
			i.Enclosure = &feeds.Enclosure{Url: "https://h/a.png", Length: "0", Type: "image/png"}
		})),
		"dates with zones":    gorillaFeed(gorillaItemWith(func(i *feeds.Item) { i.Created = time.Date(2022, 1, 2, 3, 4, 5, 6, time.FixedZone("TRT", 3*3600)) })),
		"description alone":   gorillaFeed(gorillaItemWith(func(i *feeds.Item) { i.Content = "" })),
		"an HTML description": gorillaFeed(gorillaItemWith(func(i *feeds.Item) { i.Description, i.Content = i.Content, "" })),
		"content alone":       gorillaFeed(gorillaItemWith(func(i *feeds.Item) { i.Description = "" })),
		"nothing but a link":  {Items: []*feeds.Item{{Link: &feeds.Link{Href: "https://h/"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, g, syndicate.FromGorilla(g).Gorilla())
		})
	}
}

func TestRandomGorillaFeedsComeBackAsTheyWere(t *testing.T) {
	r := rand.New(rand.NewPCG(2022, 3))
	for n := range 1000 {
		g := randomGorilla(r)
		require.Equal(t, g, syndicate.FromGorilla(g).Gorilla(), "feed %d", n)
	}
}

func TestRandomFeedsKeepWhatGorillaHasFieldsFor(t *testing.T) {
	r := rand.New(rand.NewPCG(2022, 4))
	for n := range 1000 {
		f := randomFeedForGorilla(r)
		require.Equal(t, f, syndicate.FromGorilla(f.Gorilla()), "feed %d", n)
	}
}

// FromGorilla's comment lists what is filled in and what is lost.
func TestGorillaFieldsWithoutACounterpartAreFilledInOrLost(t *testing.T) {
	later := gorillaDay.Add(time.Hour)
	const home = "https://www.nordicmonitor.com/"
	for name, c := range map[string]struct{ given, back feeds.Feed }{
		"rel, type and length of links": {
			feeds.Feed{Link: &feeds.Link{Href: home, Rel: "self", Type: "text/html", Length: "1"}},
			feeds.Feed{Link: &feeds.Link{Href: home}},
		},
		"empty links and images": {
			feeds.Feed{Link: &feeds.Link{}, Image: &feeds.Image{}, Items: []*feeds.Item{{Link: &feeds.Link{}, Source: &feeds.Link{}}}},
			feeds.Feed{Items: []*feeds.Item{{}}},
		},
		"nil items": {
			feeds.Feed{Items: []*feeds.Item{nil, {Title: "A"}, nil}},
			feeds.Feed{Items: []*feeds.Item{{Title: "A"}}},
		},
		"an id that is the link":      {feeds.Feed{Id: home, Link: &feeds.Link{Href: home}}, feeds.Feed{Link: &feeds.Link{Href: home}}},
		"subtitle beside description": {feeds.Feed{Description: "D", Subtitle: "S"}, feeds.Feed{Description: "D"}},
		"subtitle alone":              {feeds.Feed{Subtitle: "S"}, feeds.Feed{Description: "S"}},
		"created, and nothing else":   {feeds.Feed{Created: gorillaDay}, feeds.Feed{Updated: gorillaDay}},
		"created beside updated":      {feeds.Feed{Created: gorillaDay, Updated: later}, feeds.Feed{Updated: later}},
		"created beside dated items": {
			feeds.Feed{Created: gorillaDay, Items: []*feeds.Item{{Created: later}}},
			feeds.Feed{Items: []*feeds.Item{{Created: later}}},
		},
		"an item that was only updated": {
			feeds.Feed{Items: []*feeds.Item{{Updated: later}}},
			feeds.Feed{Items: []*feeds.Item{{Updated: later, Created: later}}},
		},
		"the image's title and link": {
			feeds.Feed{Title: "T", Link: &feeds.Link{Href: home}, Image: &feeds.Image{Url: "https://h/l.png", Link: "https://h/"}},
			feeds.Feed{Title: "T", Link: &feeds.Link{Href: home}, Image: &feeds.Image{Url: "https://h/l.png", Link: home, Title: "T"}},
		},
		"which ids are permalinks": {
			feeds.Feed{Items: []*feeds.Item{{Id: "4711", IsPermaLink: "true"}, {IsPermaLink: "true"}}},
			feeds.Feed{Items: []*feeds.Item{{Id: "4711", IsPermaLink: "false"}, {}}},
		},
		"lengths that are no numbers": {
			feeds.Feed{Items: []*feeds.Item{{Enclosure: &feeds.Enclosure{Length: "abc"}}, {Enclosure: &feeds.Enclosure{}}, {Enclosure: &feeds.Enclosure{Length: " 007"}}}},
			feeds.Feed{Items: []*feeds.Item{{Enclosure: &feeds.Enclosure{Length: "0"}}, {Enclosure: &feeds.Enclosure{Length: "0"}}, {Enclosure: &feeds.Enclosure{Length: "7"}}}},
		},
		"markup of a description beside content": {
			feeds.Feed{Items: []*feeds.Item{{Description: "<b>A</b> &amp; B", Content: "<p>C</p>"}}},
			feeds.Feed{Items: []*feeds.Item{{Description: "A & B", Content: "<p>C</p>"}}},
		},
		"a description that only begins the content": {
			feeds.Feed{Items: []*feeds.Item{{Description: "C", Content: "<p>C</p>"}}},
			feeds.Feed{Items: []*feeds.Item{{Description: "<p>C</p>"}}},
		},
		"a description that is a picture": {
			feeds.Feed{Items: []*feeds.Item{{Description: `<img src="https://h/a.png">`}}},
			feeds.Feed{Items: []*feeds.Item{{Content: `<img src="https://h/a.png">`}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, &c.back, syndicate.FromGorilla(&c.given).Gorilla())
		})
	}
}

// Readers treat gorilla's descriptions as HTML. A Summary is plain text.
func TestGorillaDescriptionReadsTheSameInASummary(t *testing.T) {
	for _, c := range []struct{ description, content, summary, body string }{
		{description: "Plain words, 5 < 6 & I <3 it", summary: "Plain words, 5 < 6 & I <3 it"},
		{description: "What &lt;code&gt; means", summary: "What <code> means"},
		{description: "What &lt;code&gt; means", content: "<p>C</p>", summary: "What <code> means", body: "<p>C</p>"},
		{description: "<p>All of it</p>", summary: "All of it", body: "<p>All of it</p>"},
		{description: "cut off</p>", summary: "cut off", body: "cut off</p>"},
		{description: "<!-- note -->Words", summary: "Words", body: "<!-- note -->Words"},
		{description: "<?php ?>Words", summary: "Words", body: "<?php ?>Words"},
		{description: "Fish &copy; chips", summary: "Fish © chips", body: "Fish &copy; chips"},
		{description: "<p>The <b>start</b></p>", content: "<p>C</p>", summary: "The start", body: "<p>C</p>"},
	} {
		f := syndicate.FromGorilla(&feeds.Feed{Items: []*feeds.Item{{Description: c.description, Content: c.content}}})
		assert.Equal(t, c.summary, f.Articles[0].Summary, c.description)
		assert.Equal(t, c.body, f.Articles[0].Content, c.description)
	}
}

func TestPlainSummaryIsEscapedForGorilla(t *testing.T) {
	f := syndicate.Feed{Articles: []*syndicate.Article{{Summary: "Using <code> & such"}}}

	rss, err := f.Gorilla().ToRss()
	require.NoError(t, err)

	assert.Equal(t, "Using &lt;code&gt; &amp; such", gofeedReads(t, rss).Items[0].Description, "HTML, once XML is read")
}

func TestNilAndEmptyGorillaFeedsAreEmptyFeeds(t *testing.T) {
	assert.Equal(t, &syndicate.Feed{}, syndicate.FromGorilla(nil))
	assert.Equal(t, &feeds.Feed{}, (*syndicate.Feed)(nil).Gorilla())
	assert.Equal(t, &feeds.Feed{}, (&syndicate.Feed{}).Gorilla())
	assert.Empty(t, (&syndicate.Feed{Articles: []*syndicate.Article{nil}}).Gorilla().Items)
}

func TestNothingIsSharedWithGorilla(t *testing.T) {
	g := gorillaFeed(gorillaItem())
	f := syndicate.FromGorilla(g)
	again := f.Gorilla()
	f.Articles[0].Authors[0].Name = "changed"
	f.Articles[0].Title = "changed"
	again.Items[0].Title = "changed"
	again.Link.Href = "changed"

	assert.Equal(t, gorillaFeed(gorillaItem()), g)
	assert.NotEqual(t, "changed", f.URL)
}

// RSS-4: gorilla's Atom publishes e-mail addresses. Ours does so only if AuthorEmails is set.
func TestMailAddressesFromGorillaAreKeptButNotPublished(t *testing.T) {
	f := syndicate.FromGorilla(gorillaFeed(gorillaItemWith(func(i *feeds.Item) { i.Author.Email = "bozkurt@nordicmonitor.com" })))
	assert.Equal(t, "bozkurt@nordicmonitor.com", f.Articles[0].Authors[0].Email)
	for _, format := range syndicate.Formats() {
		assert.NotContains(t, textOf(f, format), "@nordicmonitor.com", format)
	}

	f.AuthorEmails, f.ManagingEditor = true, f.Authors[0]

	assert.Contains(t, textOf(f, syndicate.Atom), "<email>bozkurt@nordicmonitor.com</email>")
	assert.Contains(t, textOf(f, syndicate.RSS), "<managingEditor>desk@nordicmonitor.com (Nordic Monitor)</managingEditor>")
}

// JSON-4: gorilla's JSON writes an item's source feed as if it were the page that the item is
// about.
func TestGorillaSourceIsAFeedNotAPage(t *testing.T) {
	f := syndicate.FromGorilla(gorillaFeed(gorillaItemWith(func(i *feeds.Item) { i.Source = &feeds.Link{Href: "https://elsewhere.org/rss"} })))

	assert.Equal(t, syndicate.Origin{URL: "https://elsewhere.org/rss"}, f.Articles[0].Origin)
	assert.NotContains(t, textOf(f, syndicate.JSON), "elsewhere.org")
}

func TestGorillaFeedOfAnArchiveSaysWhatItsFormatsSay(t *testing.T) {
	article := syndicate.Article{
		URL: "/2022/03/police/", Title: "Police", Content: "<p>Ankara and Baku.</p>", Published: gorillaDay,
		Authors: []syndicate.Author{{Name: "Abdullah Bozkurt", Email: "bozkurt@nordicmonitor.com"}},
		Tags:    syndicate.Tags("Turkey"),
	}
	for _, asked := range []bool{false, true} {
		site := syndicate.Site{URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en", AuthorEmails: asked}
		archive, err := syndicate.NewArchive(site, article)
		require.NoError(t, err)
		feed, err := archive.Feed(t.Context(), syndicate.WithTag("turkey"))
		require.NoError(t, err)

		atom, err := feed.Gorilla().ToAtom()

		require.NoError(t, err)
		assert.Equal(t, asked, strings.Contains(atom, "bozkurt@nordicmonitor.com"), "e-mail address, asked for: %v", asked)
		read := gofeedReads(t, atom)
		assert.Equal(t, "#Turkey – Nordic Monitor", read.Title)
		require.NotNil(t, read.UpdatedParsed, "a feed's time is worked out for gorilla")
		assert.Equal(t, gorillaDay, read.UpdatedParsed.UTC())
		require.Len(t, read.Items, 1)
		assert.Equal(t, "https://www.nordicmonitor.com/2022/03/police/", read.Items[0].Link)
		assert.Equal(t, "Ankara and Baku.", read.Items[0].Description)
		assert.Equal(t, "<p>Ankara and Baku.</p>", read.Items[0].Content)
	}
}

func FuzzTextsSurviveGorilla(f *testing.F) {
	f.Add("A & B", "<p>A &amp; B</p>")
	f.Add("A &lt;b&gt;", "")
	f.Add("", "<p>alone</p>")
	f.Add("<![CDATA[", "x")
	f.Fuzz(func(t *testing.T, text, body string) {
		feed := &syndicate.Feed{Articles: []*syndicate.Article{{Summary: text, Content: body}}}
		assert.Equal(t, feed, syndicate.FromGorilla(feed.Gorilla()), "an article")

		g := &feeds.Feed{Items: []*feeds.Item{{Description: body}}}
		back := syndicate.FromGorilla(g).Gorilla().Items[0]
		assert.Equal(t, body, back.Description+back.Content, "a description")
	})
}

// Gorilla is the oracle: an independent parser reads the same from its feeds and from ours.
func TestReadersSeeTheSameAsWithGorilla(t *testing.T) {
	r := rand.New(rand.NewPCG(2022, 5))
	for n := range 200 {
		g := gorillaFeed(randomGoodItems(r)...)
		f := syndicate.FromGorilla(g)
		f.ManagingEditor = f.Authors[0]
		for _, format := range syndicate.Formats() {
			theirs := readingOf(format, gofeedReads(t, gorillaWrites(t, g, format)))
			ours := readingOf(format, gofeedReads(t, textOf(f, format)))
			require.Equal(t, theirs, ours, "feed %d as %v", n, format)
		}
	}
}

// readingOf returns what can be compared: everything but what the listed defects affect.
func readingOf(format syndicate.Format, read *feedreader.Feed) (lines []string) {
	say := func(name string, value any) { lines = append(lines, fmt.Sprintf("%s: %v", name, value)) }
	date := func(t *time.Time) string {
		if t == nil {
			return "none"
		}
		return t.UTC().Format(time.RFC3339)
	}
	names := func(people []*feedreader.Person) (names []string) {
		for _, p := range people {
			names = append(names, p.Name)
		}
		return names
	}
	say("title", read.Title)
	say("link", read.Link)
	say("description", read.Description)
	say("copyright", read.Copyright)
	say("authors", names(read.Authors))
	say("updated", date(read.UpdatedParsed))
	for _, i := range read.Items {
		say("  title", i.Title)
		say("  link", i.Link)
		say("  guid", i.GUID)
		if len(i.Authors) == 0 { // then it is by the feed's author: beside a managing editor ours says so
			i.Authors = read.Authors
		}
		say("  authors", names(i.Authors))
		say("  updated", date(i.UpdatedParsed))
		if format != syndicate.Atom { // no published in gorilla's
			say("  published", date(i.PublishedParsed))
		}
		if format == syndicate.JSON { // an item without content in gorilla's, an attachment lost
			if i.Image != nil {
				say("  image", i.Image.URL)
			}
			say("  text", strings.TrimSpace(i.Description+"\n"+i.Content))
			continue
		}
		say("  description", i.Description)
		say("  content", i.Content)
		for _, e := range i.Enclosures {
			say("  enclosure", *e)
		}
	}
	return lines
}

// The defects of gorilla/feeds 1.2.0. Each function finds the defect in gorilla's document and not
// in ours.
func TestDefectsOfGorillaAreNotOurs(t *testing.T) {
	has := func(parts ...string) func(string) bool {
		return func(document string) bool {
			for _, part := range parts {
				if !strings.Contains(document, part) {
					return false
				}
			}
			return true
		}
	}
	lacks := func(part string) func(string) bool {
		return func(document string) bool { return !strings.Contains(document, part) }
	}
	complete := func(f *syndicate.Feed) {
		f.Self = syndicate.Links{RSS: "https://www.nordicmonitor.com/rss.xml", Atom: "https://www.nordicmonitor.com/atom.xml", JSON: "https://www.nordicmonitor.com/feed.json"}
	}
	one := func(change func(*feeds.Item)) *feeds.Feed { return gorillaFeed(gorillaItemWith(change)) }
	undated := &feeds.Feed{Title: "T", Link: &feeds.Link{Href: "https://h/"}, Description: "D", Items: []*feeds.Item{{Title: "A", Link: &feeds.Link{Href: "https://h/a"}}}}
	bareKey := one(func(i *feeds.Item) { i.Id, i.IsPermaLink = "4711-bare-key", "" })
	withImage := gorillaFeed(gorillaItem())
	withImage.Image = &feeds.Image{Url: "https://h/logo.png", Title: "Nordic Monitor", Link: "https://www.nordicmonitor.com/"}
	withID := gorillaFeed()
	withID.Id = "tag:nordicmonitor.com,2015:feed"
	withSubtitle := gorillaFeed()
	withSubtitle.Description, withSubtitle.Subtitle = "", "News of intelligence"
	createdAtRender := gorillaFeed(gorillaItem())
	createdAtRender.Updated, createdAtRender.Created = time.Time{}, gorillaDay.AddDate(1, 0, 0)
	in := time.FixedZone("TRT", 3*3600)

	for _, c := range []struct {
		name   string // of the defect
		id     string // of the requirement
		feed   *feeds.Feed
		format syndicate.Format
		shown  func(document string) bool
	}{
		{"malformed XML, and no error, for a control character in content", "XML-1",
			one(func(i *feeds.Item) { i.Content = "<p>a\x01b</p>" }), syndicate.RSS, func(document string) bool { return wellFormedXML(document) != nil }},
		{"no self link in RSS", "RSS-8", gorillaFeed(), syndicate.RSS, lacks(`rel="self"`)},
		{"no self link in Atom", "ATOM-4", gorillaFeed(), syndicate.Atom, lacks(`rel="self"`)},
		{"no feed_url in JSON", "JSON-1", gorillaFeed(), syndicate.JSON, lacks(`"feed_url"`)},
		{"Feed.Id is ignored", "ATOM-1", withID, syndicate.Atom, lacks("<id>tag:nordicmonitor.com,2015:feed</id>")},
		{"Feed.Subtitle is ignored", "ATOM-6", withSubtitle, syndicate.Atom, lacks("<subtitle>News of intelligence</subtitle>")},
		{"Feed.Image is ignored in Atom", "ATOM-6", withImage, syndicate.Atom, lacks("<logo>https://h/logo.png</logo>")},
		{"a feed's Created is written as its update", "ATOM-3", createdAtRender, syndicate.Atom, has("<updated>2023-")},
		{"no published in Atom", "ATOM-3", gorillaFeed(gorillaItem()), syndicate.Atom, lacks("<published>2022-03-30T09:00:00Z</published>")},
		{"an empty updated in Atom", "XML-6", undated, syndicate.Atom, has("<updated></updated>")},
		{"no guid for an item without Id", "RSS-2", undated, syndicate.RSS, lacks("<guid")},
		{"a key is written as a permalink", "RSS-2", bareKey, syndicate.RSS, has("<guid>4711-bare-key</guid>")},
		{"a key is written as an IRI", "ATOM-2", bareKey, syndicate.Atom, has("<id>4711-bare-key</id>")},
		{"a bare name as RSS author", "RSS-4", gorillaFeed(gorillaItem()), syndicate.RSS, has("<author>Abdullah Bozkurt</author>")},
		{"a person without a name", "ATOM-1",
			one(func(i *feeds.Item) { i.Author = &feeds.Author{Email: "a@nordicmonitor.com"} }), syndicate.Atom,
			regexp.MustCompile(`<author>\s*<email>`).MatchString},
		{"e-mail addresses are published by default", "RSS-4", gorillaFeed(), syndicate.Atom, has("desk@nordicmonitor.com")},
		{"a source without url", "RSS-13",
			one(func(i *feeds.Item) { i.Source = &feeds.Link{Href: "https://elsewhere.org/rss"} }), syndicate.RSS, lacks("<source url=")},
		{"no source in Atom", "ATOM-8",
			one(func(i *feeds.Item) { i.Source = &feeds.Link{Href: "https://elsewhere.org/rss"} }), syndicate.Atom, lacks("<source>")},
		{"an enclosure without length is dropped", "RSS-10",
			one(func(i *feeds.Item) { i.Enclosure = &feeds.Enclosure{Url: "https://h/a.mp3", Type: "audio/mpeg"} }), syndicate.RSS, lacks("https://h/a.mp3")},
		{"attachments are lost in JSON", "JSON-3",
			one(func(i *feeds.Item) {
				i.Enclosure = &feeds.Enclosure{Url: "https://h/a.mp3", Type: "audio/mpeg", Length: "1"}
			}), syndicate.JSON, lacks("https://h/a.mp3")},
		{"a JSON item without id", "JSON-1", undated, syndicate.JSON, has(`"id": ""`)},
		{"a JSON item without content", "JSON-1", one(func(i *feeds.Item) { i.Content = "" }), syndicate.JSON, lacks(`"content_`)},
		{"HTML in the JSON summary", "JSON-1",
			one(func(i *feeds.Item) { i.Description, i.Content = "<p>Body</p>", "" }), syndicate.JSON, has(`"summary": "\u003cp\u003e`)},
		{"no items list in JSON for a feed without items", "JSON-1", gorillaFeed(), syndicate.JSON, lacks(`"items"`)},
		{"the caller's zone in RSS", "XML-7", one(func(i *feeds.Item) { i.Created = gorillaDay.In(in) }), syndicate.RSS, has("+0300")},
		{"the caller's zone in Atom", "XML-7", one(func(i *feeds.Item) { i.Created = gorillaDay.In(in) }), syndicate.Atom, has("+03:00")},
		{"fractions of seconds in JSON", "XML-7", one(func(i *feeds.Item) { i.Created = gorillaDay.Add(123456789) }), syndicate.JSON, has(".123456789Z")},
		{"an empty link in RSS", "XML-6", gorillaFeed(&feeds.Item{Title: "A"}), syndicate.RSS, has("<link></link>")},
		{"an empty href in Atom", "XML-6", gorillaFeed(&feeds.Item{Title: "A", Created: gorillaDay}), syndicate.Atom, has(`href=""`)},
	} {
		t.Run(c.id+" "+c.name, func(t *testing.T) {
			assert.True(t, c.shown(gorillaWrites(t, c.feed, c.format)), "gorilla has fixed it: remove it from the list")

			f := syndicate.FromGorilla(c.feed)
			complete(f)
			document := textOf(f, c.format)
			assert.False(t, c.shown(document), document)
		})
	}
}

// ATOM-2: an entry's id must not change. Gorilla makes it of the day of the change and the path,
// or at random.
func TestEntryIDsAreNeitherRandomNorDatedAsGorillasAre(t *testing.T) {
	atomOf := map[string]func(*feeds.Feed) string{
		"gorilla": func(g *feeds.Feed) string { return gorillaWrites(t, g, syndicate.Atom) },
		"ours":    func(g *feeds.Feed) string { return textOf(syndicate.FromGorilla(g), syndicate.Atom) },
	}
	page := func(href string, created, updated time.Time) *feeds.Item {
		return &feeds.Item{Title: "A", Link: &feeds.Link{Href: href}, Created: created, Updated: updated}
	}
	for who, atom := range atomOf {
		id := func(i *feeds.Item) string { return gofeedReads(t, atom(gorillaFeed(i))).Items[0].GUID }
		defect := who == "gorilla"

		first, second := id(page("https://h/a", time.Time{}, time.Time{})), id(page("https://h/a", time.Time{}, time.Time{}))
		assert.Equal(t, defect, first != second, "%s: a random id on each rendering of an item without dates", who)

		moved := id(page("https://h/a", gorillaDay, time.Time{})) != id(page("https://h/a", gorillaDay, gorillaDay.AddDate(0, 0, 1)))
		assert.Equal(t, defect, moved, "%s: an update changes the id", who)

		collided := id(page("https://h/?p=1", gorillaDay, time.Time{})) == id(page("https://h/?p=2", gorillaDay, time.Time{}))
		assert.Equal(t, defect, collided, "%s: addresses that differ in their query alone share an id", who)
	}
}

// RSS-9, JSON-2, JSON-3: what gorilla's types for single formats get wrong.
func TestGorillaFormatTypesLackWhatOursWrite(t *testing.T) {
	f := syndicate.FromGorilla(gorillaFeed(gorillaItem()))
	a := f.Articles[0]
	a.Banner = "https://h/wide.jpg"
	a.Categories = []syndicate.Category{{Name: "Military"}}
	a.Tags = syndicate.Tags("Azerbaijan", "Turkey")
	a.Enclosures = []syndicate.Enclosure{{URL: "https://h/a.mp4", Size: 5_000_000_000}}
	rss, ours := textOf(f, syndicate.RSS), textOf(f, syndicate.JSON)

	t.Run("one untyped category", func(t *testing.T) {
		theirs, err := xml.Marshal(&feeds.RssItem{Category: "Military"})
		require.NoError(t, err)
		assert.Contains(t, string(theirs), "<category>Military</category>")
		_, generic := reflect.TypeFor[feeds.Item]().FieldByName("Category")
		assert.False(t, generic, "the types for all formats have no category at all")

		assert.Equal(t, 3, strings.Count(rss, "<category domain="))
	})
	t.Run("banner_ for banner_image", func(t *testing.T) {
		theirs, err := json.Marshal(feeds.JSONItem{BannerImage: "https://h/wide.jpg"})
		require.NoError(t, err)
		assert.Contains(t, string(theirs), `"banner_":"https://h/wide.jpg"`)

		assert.Contains(t, ours, `"banner_image":"https://h/wide.jpg"`)
	})
	t.Run("size of 32 bits, and not as size_in_bytes", func(t *testing.T) {
		theirs, err := json.Marshal(&feeds.JSONAttachment{Size: 5})
		require.NoError(t, err)
		assert.Contains(t, string(theirs), `"size":5`)
		assert.Equal(t, reflect.Int32, reflect.TypeFor[int32]().Kind())

		assert.Contains(t, ours, `"size_in_bytes":5000000000`)
	})
}

func TestNilItemPanicsOnlyInGorilla(t *testing.T) {
	g := gorillaFeed(nil, gorillaItem())
	for _, format := range syndicate.Formats() {
		assert.Panics(t, func() { gorillaWrites(t, g, format) }, "gorilla has fixed it: remove it from the list")

		assert.Len(t, gofeedReads(t, textOf(syndicate.FromGorilla(g), format)).Items, 1, format)
	}
}

func gorillaWrites(t *testing.T, g *feeds.Feed, format syndicate.Format) string {
	t.Helper()
	write := map[syndicate.Format]func() (string, error){syndicate.RSS: g.ToRss, syndicate.Atom: g.ToAtom, syndicate.JSON: g.ToJSON}
	document, err := write[format]()
	require.NoError(t, err)
	return document
}

func gofeedReads(t *testing.T, document string) *feedreader.Feed {
	t.Helper()
	read, err := feedreader.Parse(document)
	require.NoError(t, err, document)
	return read
}

// The texts of random feeds. Each has broken some program.
var (
	gorillaNames = []string{"Mevlüt Çavuşoğlu", "İbrahim Kalın", "R&D", "O'Brien <desk>", "日本 👩‍👩‍👧"}
	gorillaTexts = []string{"A budget for R&D", "Using <code>", "«Kılıç»", "5 < 6 & 7 > 6", "]]>", "AT&amp;T", "\"quoted\" 'text'", "a\nb"}
	gorillaHTML  = []string{"<p>Body</p>", "<p>a ]]> b</p>", "<em>çok</em> güzel &amp; <b>iyi</b>", "<!-- c --><p>x &lt; y</p>", "<p>👩‍👩‍👧</p>"}
)

func anyOf[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// orZero returns value, or the zero value one time in three.
func orZero[T any](r *rand.Rand, value T) (v T) {
	if r.IntN(3) == 0 {
		return v
	}
	return value
}

func randomGorillaDate(r *rand.Rand) time.Time {
	return gorillaDay.Add(time.Duration(r.IntN(1e6)) * time.Second).In(anyOf(r, []*time.Location{time.UTC, time.FixedZone("TRT", 3*3600)}))
}

// randomGoodItems returns items that both libraries write correctly.
func randomGoodItems(r *rand.Rand) (items []*feeds.Item) {
	for n := range r.IntN(4) {
		link := fmt.Sprintf("https://www.nordicmonitor.com/%d/?p=%d", r.IntN(1000), n)
		i := &feeds.Item{
			Title:       anyOf(r, gorillaTexts) + anyOf(r, gorillaNames),
			Link:        &feeds.Link{Href: link},
			Description: anyOf(r, []string{"Ankara and Baku.", "Kılıç, «çok» güzel", `"5 GB" 👩‍👩‍👧`}),
			Id:          link,
			IsPermaLink: "true",
			Created:     randomGorillaDate(r),
			Content:     orZero(r, anyOf(r, gorillaHTML)),
			Author:      orZero(r, &feeds.Author{Name: anyOf(r, gorillaNames[:2])}),
			Enclosure:   orZero(r, &feeds.Enclosure{Url: "https://h/a?x=1&y=2", Type: anyOf(r, []string{"audio/mpeg", "image/png"}), Length: fmt.Sprint(1 + r.Int64N(1e12))}),
		}
		if r.IntN(2) == 0 {
			i.Id, i.IsPermaLink = fmt.Sprintf("tag:nordicmonitor.com,2022:%d", n), "false"
		}
		i.Updated = orZero(r, i.Created.Add(time.Hour))
		items = append(items, i)
	}
	return items
}

// randomGorilla returns a feed of everything that survives [syndicate.FromGorilla] and back.
func randomGorilla(r *rand.Rand) *feeds.Feed {
	g := &feeds.Feed{
		Title:       anyOf(r, gorillaTexts),
		Link:        orZero(r, &feeds.Link{Href: "https://www.nordicmonitor.com/" + anyOf(r, gorillaNames)}),
		Description: orZero(r, anyOf(r, gorillaTexts)),
		Author:      orZero(r, &feeds.Author{Name: orZero(r, anyOf(r, gorillaNames)), Email: orZero(r, "desk@h.org")}),
		Updated:     orZero(r, randomGorillaDate(r)),
		Id:          orZero(r, "tag:nordicmonitor.com,2015:feed"),
		Copyright:   orZero(r, "© <us> & them"),
		Items:       orZero(r, []*feeds.Item{}),
	}
	if r.IntN(2) == 0 {
		g.Image = &feeds.Image{Url: "https://h/logo.png", Title: anyOf(r, []string{g.Title, "The logo"}), Width: r.IntN(200), Height: r.IntN(200)}
		if g.Link != nil {
			g.Image.Link = g.Link.Href
		}
	}
	for range r.IntN(4) {
		g.Items = append(g.Items, randomGorillaItem(r))
	}
	return g
}

func randomGorillaItem(r *rand.Rand) *feeds.Item {
	plain := gorillaTexts[0]
	i := &feeds.Item{
		Title:       orZero(r, anyOf(r, gorillaTexts)),
		Link:        orZero(r, &feeds.Link{Href: "https://h/" + anyOf(r, gorillaNames)}),
		Source:      orZero(r, &feeds.Link{Href: "https://elsewhere.org/rss"}),
		Author:      orZero(r, &feeds.Author{Name: orZero(r, anyOf(r, gorillaNames)), Email: orZero(r, "a@h.org")}),
		Description: orZero(r, anyOf(r, []string{plain, "What &lt;code&gt; is", "I <3 it & you"})),
		Created:     orZero(r, randomGorillaDate(r)),
		Content:     orZero(r, anyOf(r, gorillaHTML)),
		Enclosure:   orZero(r, &feeds.Enclosure{Url: "https://h/a", Type: orZero(r, anyOf(r, []string{"audio/mpeg", "image/png"})), Length: fmt.Sprint(r.Int64N(1e12))}),
	}
	if i.Content == "" && r.IntN(2) == 0 {
		i.Description = anyOf(r, gorillaHTML)
	}
	if !i.Created.IsZero() {
		i.Updated = orZero(r, randomGorillaDate(r))
	}
	switch {
	case r.IntN(3) == 0:
		i.Id, i.IsPermaLink = anyOf(r, gorillaNames), "false"
	case i.Link != nil && r.IntN(2) == 0:
		i.Id, i.IsPermaLink = i.Link.Href, "true"
	}
	return i
}

// randomFeedForGorilla returns a feed of everything that gorilla has a field for.
func randomFeedForGorilla(r *rand.Rand) *syndicate.Feed {
	author := func() []syndicate.Author {
		return orZero(r, []syndicate.Author{{Name: anyOf(r, gorillaNames), Email: orZero(r, "a@h.org")}})
	}
	f := &syndicate.Feed{
		ID:          "tag:nordicmonitor.com,2015:feed",
		Title:       orZero(r, anyOf(r, gorillaTexts)),
		Description: orZero(r, anyOf(r, gorillaTexts)),
		URL:         orZero(r, "https://www.nordicmonitor.com/"),
		Copyright:   orZero(r, "© us"),
		Authors:     author(),
		Updated:     orZero(r, randomGorillaDate(r)),
		Logo:        orZero(r, syndicate.Image{URL: "https://h/l.png", Alt: orZero(r, "The logo"), Width: r.IntN(9), Height: r.IntN(9)}),
		Articles:    orZero(r, []*syndicate.Article{}),
	}
	for range r.IntN(4) {
		a := &syndicate.Article{
			ID:         orZero(r, anyOf(r, gorillaNames)),
			URL:        orZero(r, "https://h/"+anyOf(r, gorillaNames)),
			Title:      orZero(r, anyOf(r, gorillaTexts)),
			Summary:    orZero(r, anyOf(r, append(gorillaTexts, gorillaHTML...))),
			Content:    orZero(r, anyOf(r, append(gorillaTexts, gorillaHTML...))),
			Published:  orZero(r, randomGorillaDate(r)),
			Authors:    author(),
			Origin:     orZero(r, syndicate.Origin{URL: "https://elsewhere.org/rss"}),
			Enclosures: orZero(r, []syndicate.Enclosure{{URL: "https://h/a.mp3", Type: orZero(r, "audio/mpeg"), Size: r.Int64N(1e12)}}),
		}
		if !a.Published.IsZero() {
			a.Updated = orZero(r, randomGorillaDate(r))
		}
		f.Articles = append(f.Articles, a)
	}
	return f
}
