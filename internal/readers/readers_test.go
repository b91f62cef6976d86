package readers_test

// An established reader as the oracle of internal/feedreader: over feeds with everything that feeds
// have stumbled over, in all formats, written by syndicate and by gorilla/feeds.

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/feeds"
	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedreader"
	"github.com/syndicate-go/syndicate/media"
)

var (
	formats = []syndicate.Format{syndicate.RSS, syndicate.Atom, syndicate.JSON}
	day     = time.Date(2024, 2, 29, 23, 59, 59, 0, time.FixedZone("odd", 5*3600+45*60))
)

// nastyTexts are titles, summaries and bodies.
var nastyTexts = []string{
	`AT&T <b>bold</b>`, `]]>`, `]]]]>><![CDATA[`, `&amp; &lt; &#x26; %26`, "control \x00\x01\x08\x0b\x1f\x7f chars",
	"C1 \u0085 \u0092 \u009f", "invalid \xff\xfe UTF-8 \xe2\x28", "\ufffe\uffff nonchars", "emoji 👩‍👩‍👧‍👦 🏳️‍🌈 𝒳",
	"مرحبا \u202eRTL\u202c שלום", "   spaces\t\n\r\nand lines   ", `Using <code> and </code>`, `"quotes" 'single'`,
	"IĞDIR'da İŞÇİ ığüşöç", strings.Repeat("long ", 500), "<!-- comment --> <?xml version='1.0'?> <!DOCTYPE x>",
	"Kılıç", "日本語の見出し", "a\u0301 ǻ ﬁ Å", "\ufeffBOM",
}

// articles has one article for each nasty text, and some with much or with little.
func articles() []syndicate.Article {
	var all []syndicate.Article
	for i, text := range nastyTexts {
		all = append(all, syndicate.Article{
			URL: fmt.Sprintf("/2024/ığdır %d?a=1&b=<c>#ü", i), Title: text, Summary: text, Published: day.Add(-time.Duration(i) * time.Hour),
			Content: "<p>" + text + "</p><script>alert(1)</script><p><a href='javascript:x'>x</a><img src='//cdn.example/ü.png' alt='&quot;'>",
			Tags:    syndicate.Tags("Kılıç", "C & D"),
			Image:   syndicate.Image{URL: "/lead.jpg", Type: "image/jpeg", Alt: `"A" & <b>`, Credit: "Anadolu"},
		})
	}
	ten := syndicate.Article{URL: "/ten", Title: "Ten authors, ten enclosures", Published: day.Add(time.Second), Updated: day.Add(time.Hour)}
	for i := range 10 {
		ten.Authors = append(ten.Authors, syndicate.Author{Name: fmt.Sprintf("Yazar <%d> Kılıçoğlu", i)})
		ten.Enclosures = append(ten.Enclosures, syndicate.Enclosure{URL: fmt.Sprintf("/audio/ bölüm [%d].mp3", i), Size: int64(i) << 32})
	}
	return append(all, ten,
		syndicate.Article{URL: "/only-title", Title: "Nothing but a title", Published: day},
		syndicate.Article{URL: "/only-summary", Summary: "Nothing but a summary", Published: day},
		syndicate.Article{URL: "/only-content", Content: "Nothing but <i>content", Published: day})
}

func TestFeedreaderReadsWhatGofeedReads(t *testing.T) {
	site := syndicate.Site{
		URL: "https://www.nordicmonitor.com/", Title: `Nordic & "Monitor" <x>`, Description: "News ]]> & more", Language: "en",
		Copyright: "© 2024", Limit: 10, Extensions: []syndicate.Extension{media.Images{}},
	}
	archive, _ := syndicate.NewArchive(site, articles()...) // warnings are expected
	require.NotNil(t, archive)
	documents := 0
	for info, err := range archive.Scopes(context.Background()) {
		require.NoError(t, err)
		for page := range info.Pages + 1 {
			scope := info.Scope.AtPage(page)
			feed, err := archive.Feed(context.Background(), scope)
			require.NoError(t, err)
			for _, format := range formats {
				items := readAlike(t, format, string(feed.Append(nil, format)))
				assert.Len(t, items, len(feed.Articles), "%s as %s", scope, format)
				documents++
			}
		}
	}
	assert.Greater(t, documents, 50)
}

func TestFeedreaderReadsWhatGofeedReadsOfGorillas(t *testing.T) {
	g := &feeds.Feed{
		Title: "A & B", Description: "<b>News</b>", Link: &feeds.Link{Href: "https://example.com/"}, Created: day, Copyright: "©",
		Author: &feeds.Author{Name: "Desk", Email: "desk@example.com"},
		Items: []*feeds.Item{
			{
				Title: "A & <b>", Link: &feeds.Link{Href: "https://example.com/a?b=1&c=2"}, Id: "https://example.com/a", Created: day,
				Updated: day.Add(time.Hour), Description: "Using <code> & such", Content: "<p>A &amp; B</p>",
				Author:    &feeds.Author{Name: "Abdullah Bozkurt", Email: "ab@example.com"},
				Enclosure: &feeds.Enclosure{Url: "https://example.com/a.mp3", Length: "5000", Type: "audio/mpeg"},
			},
			{Title: "B", Link: &feeds.Link{Href: "https://example.com/b"}, Id: "b", Description: "]]>", Author: &feeds.Author{Name: "Ada"}},
		},
	}
	for format, write := range map[syndicate.Format]func() (string, error){syndicate.RSS: g.ToRss, syndicate.Atom: g.ToAtom, syndicate.JSON: g.ToJSON} {
		document, err := write()
		require.NoError(t, err)
		assert.Len(t, readAlike(t, format, document), 2)
	}
}

func TestFeedreaderRefusesWhatIsNoFeed(t *testing.T) {
	for _, document := range []string{"", "x", "{", "{}", `{"version":"2"}`, "<rss>", "<rss><channel></rss></channel>", "<html/>", "<rss/><rss/>"} {
		_, err := feedreader.Parse(document)
		assert.Error(t, err, document)
	}
}

// readAlike fails unless both readers read the same in the document, and returns the items.
func readAlike(t *testing.T, format syndicate.Format, document string) []*feedreader.Item {
	t.Helper()
	theirs, err := gofeed.NewParser().ParseString(document)
	require.NoError(t, err, document)
	ours, err := feedreader.Parse(document)
	require.NoError(t, err, document)

	assert.Equal(t,
		[]any{theirs.Title, theirs.Description, theirs.Link, theirs.FeedLink, theirs.Language, theirs.Copyright, people(theirs.Authors), date(theirs.UpdatedParsed)},
		[]any{ours.Title, ours.Description, ours.Link, ours.FeedLink, ours.Language, ours.Copyright, ourPeople(ours.Authors), date(ours.UpdatedParsed)}, format)
	require.Len(t, ours.Items, len(theirs.Items))
	for n, i := range ours.Items {
		their := theirs.Items[n]
		authors := ourPeople(i.Authors)
		if format == syndicate.RSS && len(authors) > 1 { // of which gofeed reads the first
			authors = authors[:1]
		}
		assert.Equal(t, item(their, people(their.Authors)), item(&gofeed.Item{
			GUID: i.GUID, Link: i.Link, Title: i.Title, Description: i.Description, Content: i.Content,
			PublishedParsed: i.PublishedParsed, UpdatedParsed: i.UpdatedParsed, Categories: i.Categories,
		}, authors), "%s: %s", format, their.Link)
		require.Len(t, i.Enclosures, len(their.Enclosures))
		for k, e := range i.Enclosures {
			assert.Equal(t, *their.Enclosures[k], gofeed.Enclosure(*e))
		}
		assert.Equal(t, theirContent(their.Extensions["media"]["content"]), ourContent(i.Extensions["media"]["content"]))
		if format == syndicate.JSON && their.Image != nil {
			require.NotNil(t, i.Image)
			assert.Equal(t, their.Image.URL, i.Image.URL)
		}
	}
	return ours.Items
}

func item(i *gofeed.Item, authors []string) []any {
	return []any{i.GUID, i.Link, i.Title, i.Description, i.Content, date(i.PublishedParsed), date(i.UpdatedParsed), strings.Join(i.Categories, "|"), authors}
}

func people(people []*gofeed.Person) (names []string) {
	for _, p := range people {
		names = append(names, p.Name+" "+p.Email)
	}
	return names
}

func ourPeople(people []*feedreader.Person) (names []string) {
	for _, p := range people {
		names = append(names, p.Name+" "+p.Email)
	}
	return names
}

func date(t *time.Time) string {
	if t == nil {
		return "none"
	}
	return t.UTC().Format(time.RFC3339)
}

func theirContent(elements []ext.Extension) (lines []string) {
	for _, e := range elements {
		lines = append(lines, fmt.Sprint(e.Name, e.Value, e.Attrs, slices.Sorted(maps.Keys(e.Children))))
		for _, name := range slices.Sorted(maps.Keys(e.Children)) {
			lines = append(lines, theirContent(e.Children[name])...)
		}
	}
	return lines
}

func ourContent(elements []feedreader.Extension) (lines []string) {
	for _, e := range elements {
		lines = append(lines, fmt.Sprint(e.Name, e.Value, e.Attrs, slices.Sorted(maps.Keys(e.Children))))
		for _, name := range slices.Sorted(maps.Keys(e.Children)) {
			lines = append(lines, ourContent(e.Children[name])...)
		}
	}
	return lines
}
