// The nastiest newsroom: everything that a publication can hold and that feeds have stumbled over. It
// must come out well-formed, complete and the same for every reader. With -feeds its feeds are written
// to a folder, for validators and readers outside to judge.
package syndicate_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/media"
)

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

// What is wrong with it is said in full: five articles are refused, everything else is in.
func TestNastiestNewsroomSaysWhatItRefuses(t *testing.T) {
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

// Every feed and archive page of it is well-formed, within its size, valid, and read alike in all three
// formats by a parser that is not ours.
func TestNastiestNewsroomComesOutWhole(t *testing.T) {
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
					parsedJSON(t, doc)
				} else {
					wellFormed(t, doc)
				}
				readAlike(t, feed, format, doc)
			}
		}
	}
}

// readAlike compares what an independent parser reads with what the feed holds.
func readAlike(t *testing.T, feed *syndicate.Feed, format syndicate.Format, doc []byte) {
	t.Helper()
	read, err := gofeed.NewParser().ParseString(string(doc))
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
