package syndicate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/xmltext"
)

var (
	ctx  = context.Background()
	site = syndicate.Site{URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en"}
	noon = time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)
)

// An archive has a feed for the site and for every category, tag and author that its articles name.
func Example() {
	archive, err := syndicate.NewArchive(site, syndicate.Article{
		URL:        "/2022/03/police-to-azerbaijan/",
		Title:      "Turkey may send its police to Azerbaijan",
		Content:    `<p>Ankara and Baku have <a href="/2022/02/agreement/">amended an agreement</a>.</p>`,
		Published:  noon,
		Authors:    []syndicate.Author{{Name: "Abdullah Bozkurt"}},
		Categories: []syndicate.Category{{Name: "Military"}},
		Tags:       syndicate.Tags("Azerbaijan", "Mevlüt Çavuşoğlu"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for info := range archive.Scopes(ctx) {
		fmt.Println(info.Scope, "|", info.Title)
	}
	// Output:
	// site | Nordic Monitor
	// category/military | Military – Nordic Monitor
	// tag/azerbaijan | #Azerbaijan – Nordic Monitor
	// tag/mevlut-cavusoglu | #Mevlüt Çavuşoğlu – Nordic Monitor
	// author/abdullah-bozkurt | Abdullah Bozkurt – Nordic Monitor
}

// A bad article is refused, the others are published, and the error says all of it.
func ExampleNewArchive_refused() {
	archive, err := syndicate.NewArchive(site,
		syndicate.Article{URL: "/a/", Title: "Good", Published: noon},
		syndicate.Article{URL: "javascript:alert(1)", Title: "Bad"},
		syndicate.Article{URL: "/a/", Title: "Another", Published: noon},
	)
	fmt.Println(err)
	fmt.Println("duplicate:", errors.Is(err, syndicate.RuleDuplicateID))
	feed, _ := archive.Feed(ctx, syndicate.Everything())
	fmt.Println("published:", len(feed.Articles))
	// Output:
	// syndicate: article "javascript:alert(1)": URL: "javascript:alert(1)": URL scheme is not http or https
	// syndicate: article "javascript:alert(1)": Published: missing (RFC 4287 section 4.1.2)
	// syndicate: article "https://www.nordicmonitor.com/a/": ID: "https://www.nordicmonitor.com/a/": another article has this id (RFC 4287 section 4.2.6)
	// duplicate: true
	// published: 1
}

// A warning keeps nothing out.
func ExampleSite_warn() {
	site := site
	site.Warn = func(p *syndicate.Problem) { fmt.Println(p) }
	_, err := syndicate.NewArchive(site,
		syndicate.Article{URL: "/a/", Title: "A", Published: noon, Tags: syndicate.Tags("Kılıç")},
		syndicate.Article{URL: "/b/", Title: "B", Published: noon, Tags: syndicate.Tags("Kilic")},
	)
	fmt.Println("refused:", err)
	// Output:
	// syndicate: article "https://www.nordicmonitor.com/b/": Tags: "Kilic": two names share one slug ("Kılıç" has slug "kilic" too) [warning]
	// refused: <nil>
}

// An article appears when its time has come. The clock can be set.
func ExampleArchive_embargo() {
	archive, _ := syndicate.NewArchive(site, syndicate.Article{URL: "/a/", Title: "At noon", Published: noon})
	now := noon.Add(-time.Hour)
	archive.Clock = func() time.Time { return now }

	feed, _ := archive.Feed(ctx, syndicate.Everything())
	fmt.Println(len(feed.Articles), "article; next change", feed.NextChange.Format(time.TimeOnly))
	now = noon
	feed, _ = archive.Feed(ctx, syndicate.Everything())
	fmt.Println(len(feed.Articles), "article")
	// Output:
	// 0 article; next change 12:00:00
	// 1 article
}

func ExampleArchive_Redirect() {
	archive, _ := syndicate.NewArchive(site)
	_ = archive.Redirect(syndicate.WithTag("türkiye"), syndicate.WithTag("turkey"))
	_, err := archive.Feed(ctx, syndicate.WithTag("türkiye"))
	fmt.Println(err)
	var moved *syndicate.ScopeError
	if errors.As(err, &moved) {
		fmt.Println(moved.Moved)
	}
	// Output:
	// syndicate: scope "tag/türkiye": feed has moved to "tag/turkey"
	// tag/turkey
}

// A program with an editor's queue takes changes as they come.
func ExampleArchive_Update() {
	archive, _ := syndicate.NewArchive(site, syndicate.Article{ID: "4711", URL: "/a/", Title: "A tpyo", Published: noon})
	err := archive.Update(syndicate.Article{ID: "4711", URL: "/a/", Title: "A typo", Published: noon, Updated: noon.Add(time.Hour)})
	feed, _ := archive.Feed(ctx, syndicate.Everything())
	fmt.Println(feed.Articles[0].Title, err)
	fmt.Println(archive.Remove("4712"))
	// Output:
	// A typo <nil>
	// syndicate: article "4712": ID: "4712": no article has this id
}

func ExampleCategory() {
	military := syndicate.Category{Name: "Military"}
	exports := syndicate.Category{Name: "Arms exports", Parent: &military}
	fmt.Println(exports.Path())
	fmt.Println(exports.Scope())
	// Output:
	// military/arms-exports
	// category/military/arms-exports
}

func ExampleCategories() {
	for _, c := range syndicate.Categories("News", "World/Europe") {
		fmt.Println(c.Scope())
	}
	// Output:
	// category/news
	// category/world/europe
}

func ExampleSlug() {
	fmt.Println(syndicate.InCategory(syndicate.Slug("Foreign Policy")))
	// Output:
	// category/foreign-policy
}

func ExampleTags() {
	for _, tag := range syndicate.Tags("IĞDIR", "Mevlüt Çavuşoğlu", "Türkiye–Suriye", "日本") {
		fmt.Println(tag.Scope())
	}
	// Output:
	// tag/igdir
	// tag/mevlut-cavusoglu
	// tag/turkiye-suriye
	// tag/日本
}

func ExampleFeed_Append() {
	feed := syndicate.Feed{
		Title: "By hand",
		URL:   "https://a.example/",
		Articles: []*syndicate.Article{
			{URL: "https://a.example/b/", Title: "Q&A", Summary: "5 < 6", Published: noon},
		},
	}
	fmt.Printf("%s", feed.Append(nil, syndicate.JSON))
	// Output:
	// {"version":"https://jsonfeed.org/version/1.1","title":"By hand","home_page_url":"https://a.example/","items":[
	// {"id":"https://a.example/b/","url":"https://a.example/b/","title":"Q&A","content_text":"5 < 6","date_published":"2022-03-30T12:00:00Z"}]}
}

func ExampleFeed_Validate() {
	feed := syndicate.Feed{Title: "By hand", URL: "/", ID: "https://a.example/feed", Language: "en", Updated: noon}
	for _, p := range feed.Validate(syndicate.RSS) {
		if !p.Warning {
			fmt.Println(p)
		}
	}
	// Output:
	// syndicate: rss: Description: missing (RSS 2.0, required channel elements)
	// syndicate: rss: URL: "/": not an absolute http or https URL
}

func ExampleAddresses() {
	scope := syndicate.InCategory("military").AtPage(3)
	for _, addresses := range []syndicate.Addresses{syndicate.Files, syndicate.WordPress} {
		path := addresses.FeedPath(scope, syndicate.Atom)
		back, format, ok := addresses.Parse(path)
		fmt.Println(path, "|", back, format, ok)
	}
	// Output:
	// category/military/page/3/atom.xml | category/military/page/3 atom true
	// category/military/page/3/feed/atom/ | category/military/page/3 atom true
}

// readingTime writes the minutes that an article takes to read.
type readingTime struct{}

func (readingTime) Namespaces() []xmltext.Namespace {
	return []xmltext.Namespace{{Prefix: "nm", URI: "https://www.nordicmonitor.com/ns/"}}
}

func (readingTime) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

func (readingTime) WriteArticle(w *xmltext.Writer, _ syndicate.Format, a *syndicate.Article) {
	words := len(strings.Fields(cleanhtml.Text(a.Content)))
	w.Element("nm:readingTime", strconv.Itoa(words/250+1))
}

// A user's own vocabulary, on every article of a feed.
func ExampleExtension() {
	feed := syndicate.Feed{
		Title:      "By hand",
		Extensions: []syndicate.Extension{readingTime{}},
		Articles:   []*syndicate.Article{{URL: "https://a.example/b/", Title: "A note", Content: "<p>Short.</p>"}},
	}
	_ = feed.Write(os.Stdout, syndicate.RSS)
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <rss version="2.0" xmlns:nm="https://www.nordicmonitor.com/ns/">
	// <channel>
	// <title>By hand</title>
	// <lastBuildDate>Sat, 01 Jan 2000 00:00:00 +0000</lastBuildDate>
	// <docs>http://www.rssboard.org/rss-specification</docs>
	// <item><title>A note</title><link>https://a.example/b/</link><guid isPermaLink="true">https://a.example/b/</guid><nm:readingTime>1</nm:readingTime><description><![CDATA[<p>Short.</p>]]></description></item>
	// </channel>
	// </rss>
}

// An extension finds the pinned articles in its WriteFeed.
func ExampleFeed_Select() {
	feed := &syndicate.Feed{Articles: []*syndicate.Article{
		{Title: "A note"}, {Title: "How to subscribe", Tags: syndicate.Tags("Pinned")},
	}}
	isPinned := func(a *syndicate.Article) bool {
		return slices.ContainsFunc(a.Tags, func(t syndicate.Tag) bool { return t.Name == "Pinned" })
	}
	for _, a := range feed.Select("example.com: pinned", isPinned) {
		fmt.Println(a.Title)
	}
	// Output: How to subscribe
}
