// What goes in comes out: independent parsers read the same texts, names, dates and addresses from
// every format, even from the nastiest newsroom, which holds everything that feeds have stumbled
// over. With -feeds its feeds are written to a folder, for other validators and readers.
package syndicate_test

import (
	"context"
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/feedreader"
	"github.com/syndicate-go/syndicate/media"
)

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

func seedArticles(f *testing.F) {
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

// XML-1, XML-4, XML-5, XML-6: texts come back unchanged, except for characters that XML cannot
// hold. URLs and ids are trimmed. Empty elements are not written.
func FuzzArticleToXML(f *testing.F) {
	seedArticles(f)
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
			assert.Equal(t, want, item.GUID, "the id is written byte for byte (ATOM-2)")
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

// plainText decodes HTML escapes, as a feed reader does in a description.
func plainText(html string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(html)
}

// JSON-1, JSON-2: the same for JSON Feed.
func FuzzArticleToJSON(f *testing.F) {
	seedArticles(f)
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
		if strings.TrimSpace(legal(name)) != "" {
			assert.Equal(t, legal(name), texts(item["title"]))
		} else { // a title without text is left out, as in RSS and Atom
			assert.NotContains(t, item, "title")
		}
		switch hasText := func(s string) bool { return strings.TrimSpace(legal(s)) != "" }; {
		case hasText(content):
			assert.Equal(t, legal(content), item["content_html"])
			assert.Equal(t, legal(summary), texts(item["summary"]))
		case hasText(summary):
			assert.Equal(t, strings.TrimSpace(legal(summary)), item["content_text"])
		case hasText(name): // an item has a body
			assert.Equal(t, legal(name), item["content_text"])
		}
		if want := strings.TrimSpace(legal(id)); len(want) >= 9 {
			assert.Equal(t, want, item["id"], "the id is written byte for byte (ATOM-2)")
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

// assertSaysSomething asserts that there is no null and no empty object.
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

func TestAllFormatsReadTheSame(t *testing.T) {
	feed := fullFeed()
	for _, format := range syndicate.Formats() {
		t.Run(format.String(), func(t *testing.T) {
			read, err := feedreader.Parse(textOf(feed, format))
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
				var want []string
				for _, author := range a.Authors {
					want = append(want, author.Name)
				}
				if want == nil && format == syndicate.RSS { // which has no author of a feed
					want = []string{feed.Authors[0].Name}
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
					assert.Equal(t, feedreader.Enclosure{URL: e.URL, Length: "5000000000", Type: "audio/mpeg"}, *item.Enclosures[n])
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

var feedsFolder = flag.String("feeds", "", "folder that the nastiest newsroom's feeds are written to")

func nastiestNewsroom(t *testing.T, warn func(*syndicate.Problem)) (*syndicate.Archive, error) {
	t.Helper()
	day := time.Date(2024, 2, 29, 23, 59, 59, 999_999_999, time.FixedZone("odd", 5*3600+45*60))
	section := syndicate.Category{Name: `<Military> & "Arms"`, Description: "a\x00b ]]> c"}
	below := syndicate.Category{Name: "İstihbarat ]]>", Parent: &section}
	var authors []syndicate.Author
	var enclosures []syndicate.Enclosure
	for i := range 10 {
		authors = append(authors, syndicate.Author{Name: fmt.Sprintf("Yazar <%d> Kılıçoğlu", i), Email: fmt.Sprintf("a%d@example.com", i)})
		enclosures = append(enclosures, syndicate.Enclosure{URL: fmt.Sprintf("/audio/ bölüm [%d].mp3", i), Size: int64(i) << 32})
	}
	texts := []string{
		`AT&T <b>bold</b>`, `]]>`, `]]]]>><![CDATA[`, `&amp; &lt; &#x26; %26`, "control \x00\x01\x08\x0b\x1f\x7f chars", "C1 \u0085 \u0092 \u009f",
		"invalid \xff\xfe UTF-8 \xe2\x28", "\ufffe\uffff nonchars", "emoji 👩‍👩‍👧‍👦 🏳️‍🌈 𝒳", "مرحبا \u202eRTL\u202c שלום", "   spaces\t\n\r\nand lines   ",
		`Using <code> and </code>`, `"quotes" 'single'`, "IĞDIR'da İŞÇİ ığüşöç", strings.Repeat("long ", 500), "<!-- comment --> <?xml version='1.0'?> <!DOCTYPE x>",
		"Kılıç", "日本語の見出し", "a\u0301 ǻ ﬁ Å", "\ufeffBOM",
	}
	var articles []syndicate.Article
	for i, text := range texts {
		articles = append(articles, syndicate.Article{
			ID: fmt.Sprint(i), URL: fmt.Sprintf("/2024/ığdır %d?a=1&b=<c>#ü", i), Title: text, Summary: text, Published: day,
			Content:    "<p>" + text + "</p><script>alert(1)</script><p><a href='javascript:x'>x</a><img src='//cdn.example/ü.png' onerror=x alt='&quot;'>",
			Categories: []syndicate.Category{below, section}, Tags: syndicate.Tags("Kılıç", "C & D"),
		})
	}
	articles = append(articles,
		syndicate.Article{URL: "/5mb", Title: "5 MB", Content: strings.Repeat("<p>çok uzun &amp; ]]></p>\n", 5<<20/26), Published: day, Tags: syndicate.Tags("Kilic")},
		syndicate.Article{URL: "/limit", Title: "Just below the limit", Content: strings.Repeat("<p>a & b</p>", 21000), Published: day},
		syndicate.Article{URL: "/ten", Title: "Ten authors, ten enclosures", Published: day.Add(time.Second), Authors: authors, Enclosures: enclosures},
		syndicate.Article{URL: "/nested", Title: "Nested", Content: strings.Repeat("<div><b>", 3000) + "deep", Published: day},
		syndicate.Article{URL: "/only-title", Title: "Nothing but a title", Published: day},
		syndicate.Article{URL: "/only-summary", Summary: "Nothing but a summary", Published: day},
		syndicate.Article{URL: "/only-content", Content: "Nothing but <i>content", Published: day},
		syndicate.Article{URL: "/blank", Title: " ", Content: "<script>x</script>", Published: day, Language: "tr"},
		syndicate.Article{
			URL: "/everything", ID: "https://old.example/?p=42", Title: "Everything", Content: "<p>x", Summary: "s", Published: day, Updated: day.AddDate(1, 0, 0),
			Language: "ar", ExternalURL: "http://other.example", Rights: "© <me> & you", Banner: "/b.png",
			Contributors: []syndicate.Author{{Name: "Helper & Co"}},
			CommentsURL:  "/everything#comments", CommentsFeed: "/everything/feed/", CommentCount: 3,
			Origin: syndicate.Origin{Title: "Old & older", URL: "https://old.example/feed"},
			Image: syndicate.Image{
				URL: "/i [1].webp", Width: 1200, Height: 675, Size: 1, Alt: `"<alt>" & ]]>`, Credit: "Ağ & Co",
				Thumbnail: &syndicate.Image{URL: "t.jpg", Width: 100, Height: 100},
			},
		},
		// These are refused.
		syndicate.Article{URL: "javascript:alert(1)", Title: "script", Published: day},
		syndicate.Article{URL: "//", Title: "slashes", Published: day},
		syndicate.Article{URL: "http://[", Title: "bracket", Published: day},
		syndicate.Article{URL: "/no-date", Title: "no date"},
		syndicate.Article{URL: "/5mb", Title: "again", Published: day},
	)
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://örnek.example/haber", Title: "En <kötü> haber & \x07 ]]> site", Description: "Ağır & ]]> <3", Language: "tr-TR",
		Copyright: "© 2024 <Ajans> & Ortakları", Logo: syndicate.Image{URL: "/logo.svg"}, Icon: "/icon.png", Favicon: "/favicon.ico", Stylesheet: "/feeds.css?a=1&b=2",
		Hubs: []string{"https://hub.example/?a=1&b=2"}, ManagingEditor: syndicate.Author{Name: "Ed (Şef)", Email: "ed@example.com"},
		Schedule: syndicate.Schedule{
			TTL: time.Hour, UpdatePeriod: "daily", UpdateFrequency: 4, SkipHours: []int{3, 2, 2}, SkipDays: []time.Weekday{time.Sunday},
		},
		Warn: warn, Limit: 12, CategoryPaths: true, Extensions: []syndicate.Extension{media.Images{}},
	}, articles...)
	if archive != nil {
		archive.Clock = func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	}
	return archive, err
}

// Five articles are refused, each with its reason. All others are accepted.
func TestNastiestNewsroomReportsEveryRefusal(t *testing.T) {
	var warned syndicate.Problems
	archive, err := nastiestNewsroom(t, func(p *syndicate.Problem) { warned = append(warned, p) })
	require.NotNil(t, archive)
	var refused []string
	for _, p := range err.(syndicate.Problems) {
		refused = append(refused, p.Error())
	}
	assert.Equal(t, []string{
		`syndicate: article "javascript:alert(1)": URL: "javascript:alert(1)": URL scheme is not http or https`,
		`syndicate: article "//": URL: "//": not a URL`,
		`syndicate: article "http://[": URL: "http://[": not a URL`,
		`syndicate: article "https://xn--rnek-4qa.example/no-date": Published: missing (RFC 4287 section 4.1.2)`,
		`syndicate: article "https://xn--rnek-4qa.example/5mb": ID: "https://xn--rnek-4qa.example/5mb": another article has this id (RFC 4287 section 4.2.6)`,
	}, refused)
	assert.ErrorIs(t, warned, syndicate.RuleSlugTaken, "Kılıç and Kilic")
	assert.ErrorIs(t, warned, syndicate.RuleBodyTooLong)
	assert.ErrorIs(t, warned, syndicate.RuleIllegalText)
}

// Every feed and archive page is well-formed, valid and within its size limit, and an independent
// parser reads the same from all three formats.
func TestNastiestNewsroomIsReadAlikeInEveryFormat(t *testing.T) {
	archive, _ := nastiestNewsroom(t, nil)
	site := archive.Publication().Site()
	for info, err := range archive.Scopes(context.Background()) {
		require.NoError(t, err)
		for page := 0; page <= info.Pages; page++ {
			feed := feedOf(t, archive, info.Scope.AtPage(page))
			assert.Empty(t, errorsIn(feed.Validate()), "%s", feed.Scope)
			for _, format := range syndicate.Formats() {
				doc := feed.Append(nil, format)
				writeFeed(t, site.Addresses.FeedPath(feed.Scope, format), doc)
				assert.LessOrEqual(t, len(doc), 1_000_000)
				if format == syndicate.JSON {
					readJSON(t, string(doc))
				} else {
					assert.NoError(t, wellFormedXML(string(doc)))
				}
				readAlike(t, feed, format, doc)
			}
		}
	}
}

// readAlike compares what an independent parser reads with what the feed holds.
func readAlike(t *testing.T, feed *syndicate.Feed, format syndicate.Format, doc []byte) {
	t.Helper()
	read, err := feedreader.Parse(string(doc))
	require.NoError(t, err)
	assert.Equal(t, feed.Title, read.Title)
	require.Len(t, read.Items, len(feed.Articles))
	for i, a := range feed.Articles {
		item := read.Items[i]
		if a.Title != "" {
			assert.Equal(t, a.Title, item.Title, "%s", format)
		}
		assert.Equal(t, a.URL, item.Link)
		switch {
		case a.Content == "":
		case format == syndicate.RSS && a.Summary == "":
			assert.Equal(t, a.Content, item.Description)
		default:
			assert.Equal(t, a.Content, item.Content, "%s as %s", a.URL, format)
		}
		if assert.NotNil(t, item.PublishedParsed) {
			assert.True(t, a.Published.Equal(*item.PublishedParsed))
		}
		if len(a.Authors) > 0 && format != syndicate.RSS { // of which gofeed reads one creator
			assert.Len(t, item.Authors, len(a.Authors))
		}
	}
}

func writeFeed(t *testing.T, path string, doc []byte) {
	t.Helper()
	if *feedsFolder == "" {
		return
	}
	file := filepath.Join(*feedsFolder, filepath.FromSlash(path))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, doc, 0o644))
}
