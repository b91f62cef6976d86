package syndicate_test

// What goes in comes out: parsers that no one here wrote read the same texts, names, dates and addresses
// from every format.

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
)

// assertWellFormed reads a document to its end and finds no element that says nothing (XML-6). An Atom
// title must be there, even without words; fh:archive speaks by its presence.
func assertWellFormed(t testing.TB, doc string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(doc))
	var says []bool // for each open element, whether it has content or attributes
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return
		}
		require.NoError(t, err, doc)
		switch token := token.(type) {
		case xml.StartElement:
			if len(says) > 0 {
				says[len(says)-1] = true
			}
			says = append(says, len(token.Attr) > 0 || token.Name.Local == "title" || token.Name.Local == "archive")
			for _, a := range token.Attr {
				assert.NotEmpty(t, a.Value, a.Name.Local)
			}
		case xml.CharData:
			if len(says) > 0 && len(token) > 0 {
				says[len(says)-1] = true
			}
		case xml.EndElement:
			assert.True(t, says[len(says)-1], "%s is empty", token.Name.Local)
			says = says[:len(says)-1]
		}
	}
}

// readJSON reads a document as any program would.
func readJSON(t testing.TB, doc string) map[string]any {
	t.Helper()
	var read map[string]any
	require.NoError(t, json.Unmarshal([]byte(doc), &read), doc)
	return read
}

type readRSS struct {
	Title string `xml:"channel>title"`
	Items []struct {
		Title string `xml:"title"`
		Links []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:"link"`
		GUID        string   `xml:"guid"`
		Description string   `xml:"description"`
		Content     string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
		Creators    []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
		Categories  []string `xml:"category"`
		Rights      string   `xml:"http://purl.org/dc/elements/1.1/ rights"`
	} `xml:"channel>item"`
}

type readAtom struct {
	Title   string `xml:"title"`
	Entries []struct {
		ID         string   `xml:"id"`
		Title      string   `xml:"title"`
		Summary    string   `xml:"summary"`
		Content    string   `xml:"content"`
		Authors    []string `xml:"author>name"`
		Rights     string   `xml:"rights"`
		Categories []struct {
			Label string `xml:"label,attr"`
		} `xml:"category"`
	} `xml:"entry"`
}

// nonEmpty drops empty strings: an empty element is never written (XML-6).
func nonEmpty(values ...string) (kept []string) {
	for _, v := range values {
		if v != "" {
			kept = append(kept, v)
		}
	}
	return kept
}

func fuzzArticles(f *testing.F) {
	f.Add("Example", "4711", "https://example.com/a/", "A < B & C", "In short: ]]>", "<p>]]>\x00]]]]>></p>", "Mevlüt Çavuşoğlu", "Military", "Turkey", int64(1646136000), int64(1))
	f.Add("\ufeffx\uffff", " id\n", "http://[", "\x0b\u0085", "👩‍👩‍👧", "\r\n\r<![CDATA[", "\xff\xfe", "a&amp;b", "</category>", int64(-1), int64(-1))
	f.Add("", "", "", "", "", "", "", "", "", int64(1<<62), int64(1<<62))
}

func fuzzedFeed(title, id, address, name, summary, content, author, category, tag string, seconds, n int64) *syndicate.Feed {
	return &syndicate.Feed{
		ID: id, Title: title, URL: address, Language: tag, Copyright: name, Authors: []syndicate.Author{{Name: author, URL: address, Email: id}},
		Self: syndicate.Links{RSS: address, Atom: address, JSON: address}, Hubs: []string{address}, Icon: address, Logo: syndicate.Image{URL: address},
		Updated: time.Unix(n, seconds), Generator: name, TagAuthority: tag,
		ManagingEditor: syndicate.Author{Name: name, Email: id}, Schedule: syndicate.Schedule{TTL: time.Duration(n), UpdatePeriod: tag, SkipHours: []int{int(n)}},
		Tombstones: []syndicate.Tombstone{{ID: id, When: time.Unix(seconds, 0)}},
		Articles: []*syndicate.Article{nil, {
			ID: id, URL: address, Title: name, Summary: summary, Content: content, Published: time.Unix(seconds, n), Updated: time.Unix(n, 0),
			Authors: []syndicate.Author{{Name: author, URL: address, Avatar: address}, {}}, Contributors: []syndicate.Author{{Name: summary}},
			Categories: []syndicate.Category{{Name: category, Slug: "c"}}, Tags: []syndicate.Tag{{Name: tag, Slug: "t"}},
			Enclosures: []syndicate.Enclosure{{URL: address, Type: tag, Size: n, Title: name, Duration: time.Duration(n)}, {URL: id}},
			Image:      syndicate.Image{URL: address, Alt: name}, Banner: address, Language: category, ExternalURL: address, Rights: author,
			CommentsURL: address, CommentsFeed: id, CommentCount: int(n), Origin: syndicate.Origin{ID: id, Title: name, URL: address},
		}},
	}
}

// XML-1, XML-4, XML-5, XML-6: texts come back as they were but for characters that XML does not have; what
// is a URL or an id is trimmed; what is empty is not written.
func FuzzArticleToXML(f *testing.F) {
	fuzzArticles(f)
	f.Fuzz(func(t *testing.T, title, id, address, name, summary, content, author, category, tag string, seconds, n int64) {
		feed := fuzzedFeed(title, id, address, name, summary, content, author, category, tag, seconds, n)
		legal := escape.Legal

		doc := textOf(feed, syndicate.RSS)
		assertWellFormed(t, doc)
		var rss readRSS
		require.NoError(t, xml.Unmarshal([]byte(doc), &rss))
		require.Len(t, rss.Items, 1)
		item := rss.Items[0]
		assert.Equal(t, legal(title), rss.Title)
		if strings.TrimSpace(legal(name)) != "" { // else the first words stand for it
			assert.Equal(t, legal(name), item.Title)
		}
		link := ""
		for _, l := range item.Links {
			if l.XMLName.Space == "" { // not an atom:link
				link = l.Text
			}
		}
		assert.Equal(t, strings.TrimSpace(legal(address)), link)
		assert.Equal(t, nonEmpty(legal(author)), item.Creators)
		assert.Equal(t, nonEmpty(legal(category), legal(tag)), item.Categories)
		assert.Equal(t, legal(author), item.Rights)
		if want := strings.TrimSpace(legal(id)); len(want) >= 9 {
			assert.Equal(t, want, item.GUID, "byte for byte (ATOM-2)")
		}
		if legal(summary) != "" {
			assert.Equal(t, legal(summary), plainText(item.Description))
			assert.Equal(t, legal(content), item.Content)
		} else {
			assert.Equal(t, legal(content), item.Description)
			assert.Empty(t, item.Content)
		}

		doc = textOf(feed, syndicate.Atom)
		assertWellFormed(t, doc)
		var atom readAtom
		require.NoError(t, xml.Unmarshal([]byte(doc), &atom))
		require.Len(t, atom.Entries, 1)
		entry := atom.Entries[0]
		assert.Equal(t, legal(title), atom.Title)
		if strings.TrimSpace(legal(name)) != "" {
			assert.Equal(t, legal(name), entry.Title)
		}
		if legal(summary) != "" || legal(content) != "" {
			assert.Equal(t, legal(summary), entry.Summary)
		} else if strings.TrimSpace(legal(name)) != "" {
			assert.Equal(t, legal(name), entry.Summary, "an entry without content has a summary (ATOM-6)")
		}
		assert.Equal(t, legal(content), entry.Content)
		assert.Equal(t, nonEmpty(legal(author)), entry.Authors)
		assert.Equal(t, legal(author), entry.Rights)
		var labels []string
		for _, c := range entry.Categories {
			labels = append(labels, c.Label)
		}
		assert.Equal(t, nonEmpty(legal(category), legal(tag)), nonEmpty(labels...))
	})
}

// plainText undoes HTML's escapes, as a reader of a description does.
func plainText(html string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(html)
}

// JSON-1, JSON-2: the same for JSON Feed.
func FuzzArticleToJSON(f *testing.F) {
	fuzzArticles(f)
	f.Fuzz(func(t *testing.T, title, id, address, name, summary, content, author, category, tag string, seconds, n int64) {
		feed := fuzzedFeed(title, id, address, name, summary, content, author, category, tag, seconds, n)
		doc := textOf(feed, syndicate.JSON)
		legal := escape.Legal
		read := readJSON(t, doc)
		assertSaysSomething(t, read)
		assert.Equal(t, legal(title), read["title"])
		require.Len(t, read["items"], 1)
		item := read["items"].([]any)[0].(map[string]any)
		for key, value := range item {
			assert.True(t, value != "" || key == "content_text", key)
		}
		assert.Equal(t, legal(name), texts(item["title"]))
		if legal(content) != "" {
			assert.Equal(t, legal(content), item["content_html"])
			assert.Equal(t, legal(summary), texts(item["summary"]))
		} else if legal(summary) != "" {
			assert.Equal(t, legal(summary), item["content_text"])
		}
		if want := strings.TrimSpace(legal(id)); len(want) >= 9 {
			assert.Equal(t, want, item["id"], "byte for byte (ATOM-2)")
		}
		if legal(author) != "" {
			assert.Equal(t, legal(author), item["authors"].([]any)[0].(map[string]any)["name"])
		} else {
			assert.NotContains(t, item, "authors")
		}
		var tags []any
		for _, name := range nonEmpty(legal(category), legal(tag)) {
			tags = append(tags, name)
		}
		if got, _ := item["tags"].([]any); len(got) != 1 || len(tags) != 2 { // two that are one slug
			assert.ElementsMatch(t, tags, got)
		}
	})
}

// assertSaysSomething finds no null and no empty object.
func assertSaysSomething(t *testing.T, value any) {
	t.Helper()
	assert.NotNil(t, value)
	switch value := value.(type) {
	case map[string]any:
		assert.NotEmpty(t, value)
		for _, v := range value {
			assertSaysSomething(t, v)
		}
	case []any:
		for _, v := range value {
			assertSaysSomething(t, v)
		}
	}
}

func texts(value any) string { s, _ := value.(string); return s }

// fullFeed is a feed with everything that the formats share.
func fullFeed() *syndicate.Feed {
	feed := validFeed()
	military := &syndicate.Category{Name: "Military"}
	feed.Articles = []*syndicate.Article{
		{
			ID: "https://example.com/?p=12", URL: "https://example.com/b/", Title: `Using <code> & "quotes" 👩‍👩‍👧`, Summary: "1 < 2 & 3", Content: "<p>Çavuşoğlu &amp; co ]]&gt; <b>said</b></p>",
			Published: midday.Add(time.Hour), Updated: midday.Add(2 * time.Hour),
			Authors:    []syndicate.Author{{Name: "Abdullah Bozkurt", URL: "https://example.com/author/ab/"}, {Name: "Levent Kenez"}},
			Categories: []syndicate.Category{{Name: "Arms exports", Parent: military}}, Tags: syndicate.Tags("Türkiye", "R&D"),
			Enclosures: []syndicate.Enclosure{{URL: "https://example.com/b.mp3", Size: 5_000_000_000}},
		},
		feed.Articles[0],
	}
	return feed
}

func TestAllFormatsReadTheSame(t *testing.T) {
	feed := fullFeed()
	for _, format := range syndicate.Formats() {
		t.Run(format.String(), func(t *testing.T) {
			read, err := gofeed.NewParser().ParseString(textOf(feed, format))
			require.NoError(t, err)
			assert.Equal(t, feed.Title, read.Title)
			assert.Equal(t, feed.Description, read.Description)
			assert.Equal(t, feed.URL, read.Link)
			assert.Equal(t, feed.Self.For(format), read.FeedLink)
			assert.Equal(t, feed.Language, read.Language)
			require.Len(t, read.Items, len(feed.Articles))
			for i, item := range read.Items {
				a := feed.Articles[i]
				assert.Equal(t, a.ID, item.GUID)
				assert.Equal(t, a.URL, item.Link)
				assert.Equal(t, a.Title, item.Title)
				if a.Content != "" { // JSON Feed's text without HTML is content
					assert.Equal(t, a.Content, item.Content)
					assert.Equal(t, a.Summary, readText(format, item.Description))
				}
				assert.Equal(t, a.Published, item.PublishedParsed.UTC())
				if format != syndicate.RSS && !a.Updated.IsZero() {
					assert.Equal(t, a.Updated, item.UpdatedParsed.UTC())
				}
				var names, categories []string
				for _, author := range item.Authors {
					names = append(names, author.Name)
				}
				if format == syndicate.RSS && item.DublinCoreExt != nil { // of which this parser takes the first
					names = item.DublinCoreExt.Creator
				}
				var want []string
				for _, author := range a.Authors {
					want = append(want, author.Name)
				}
				assert.Equal(t, want, names)
				for _, c := range a.Categories {
					categories = append(categories, c.Name)
				}
				for _, tag := range a.Tags {
					categories = append(categories, tag.Name)
				}
				assert.Equal(t, categories, item.Categories)
				for n, e := range a.Enclosures {
					require.Len(t, item.Enclosures, len(a.Enclosures))
					assert.Equal(t, gofeed.Enclosure{URL: e.URL, Length: "5000000000", Type: "audio/mpeg"}, *item.Enclosures[n])
				}
			}
		})
	}
}

// readText returns a summary as people see it: in RSS it is HTML.
func readText(format syndicate.Format, description string) string {
	if format == syndicate.RSS {
		return plainText(description)
	}
	return description
}
