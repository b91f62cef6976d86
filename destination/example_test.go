package destination_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/destination"
	"github.com/syndicate-go/syndicate/feedhttp"
)

// exampleArchive returns an archive with one article.
func exampleArchive() *syndicate.Archive {
	site := syndicate.Site{URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en"}
	archive, _ := syndicate.NewArchive(site, syndicate.Article{
		URL:       "/2022/03/police/",
		Title:     "Turkey may send its police to Azerbaijan",
		Content:   `<p>Ankara and Baku have amended an agreement.</p>`,
		Published: time.Date(2022, 3, 30, 9, 0, 0, 0, time.UTC),
		Image:     syndicate.Image{URL: "/police.jpg", Width: 400, Height: 300, Credit: "Anadolu"},
		Extensions: []syndicate.Extension{
			destination.Story{ShortTitle: "Police for Azerbaijan"},
		},
	})
	return archive
}

// partners returns a server of the public feeds, and beside them of those for MSN and SmartNews.
func partners(archive *syndicate.Archive) (*feedhttp.Handler, error) {
	msn, err := destination.MSN{Rights: destination.Granted}.Source(archive) // /msn/rss.xml
	if err != nil {
		return nil, err
	}
	smart, err := destination.SmartNews{Logo: "https://www.nordicmonitor.com/logo.png"}.Source(archive) // /smartnews/rss.xml
	if err != nil {
		return nil, err
	}
	return &feedhttp.Handler{Source: archive, Files: []derived.Files{msn, smart}}, nil
}

func Example() {
	handler, err := partners(exampleArchive())
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	for _, path := range []string{"/rss.xml", "/msn/rss.xml", "/smartnews/rss.xml"} {
		answer, err := http.Get(server.URL + path)
		if err != nil {
			fmt.Println(err)
			return
		}
		answer.Body.Close()
		fmt.Println(path, answer.Status)
	}
	// Output:
	// /rss.xml 200 OK
	// /msn/rss.xml 200 OK
	// /smartnews/rss.xml 200 OK
}

func ExampleProfile_Check() {
	feed, _ := exampleArchive().Feed(context.Background(), syndicate.Everything())

	for _, problem := range destination.Flipboard.Check(feed) {
		fmt.Printf("%s %q: %s\n", problem.Field, problem.Value, problem.Rule)
	}
	// Output:
	// Articles "1": too few articles
	// Summary "Ankara and Baku have amended an agreement.": too short
	// Image.Width "400 x 300": image of an unsuitable size
}

func ExampleMSN_Source() {
	msn, _ := destination.MSN{Rights: destination.Granted}.Source(exampleArchive())
	feed, _ := msn.Feed(context.Background(), syndicate.Everything())

	_, item, _ := strings.Cut(string(feed.Append(nil, syndicate.RSS)), "</dc:creator>")
	item, _, _ = strings.Cut(item, "<description>")
	fmt.Println(strings.ReplaceAll(item, "><", ">\n<"))
	// Output:
	// <mi:shortTitle>Police for Azerbaijan</mi:shortTitle>
	// <dcterms:modified>2022-03-30T09:00:00Z</dcterms:modified>
	// <media:content url="https://www.nordicmonitor.com/police.jpg" type="image/jpeg" medium="image" width="400" height="300">
	// <media:credit>Anadolu</media:credit>
	// <mi:hasSyndicationRights>1</mi:hasSyndicationRights>
	// </media:content>
}

func ExampleFeeds_Source() {
	mail, _ := destination.Feeds{LeadImage: true}.Source(exampleArchive(), destination.Mail)
	feed, _ := mail.Feed(context.Background(), syndicate.Everything())

	fmt.Println(feed.Self.RSS)
	fmt.Println(feed.Articles[0].Content)
	// Output:
	// https://www.nordicmonitor.com/mail-services/rss.xml
	// <p><img src="https://www.nordicmonitor.com/police.jpg" alt=""></p><p>Ankara and Baku have amended an agreement.</p>
}

func ExampleRule() {
	noQuizzes := destination.Rule{
		Rule: "a quiz", Requires: "no quizzes", Document: "our contract",
		Article: func(_ *syndicate.Feed, a *syndicate.Article, report destination.Report) {
			if strings.Contains(a.Title, "Quiz") {
				report("Title", a.Title)
			}
		},
	}
	partner := destination.Profile{
		Name: "Partner", Rules: slices.Concat([]destination.Rule{noQuizzes}, destination.NewsBreak.Rules),
	}
	feed := &syndicate.Feed{Language: "en", Articles: []*syndicate.Article{{URL: "https://example.com/", Title: "Quiz"}}}
	fmt.Println(partner.Check(feed)[0])
	// Output: syndicate: article "https://example.com/": Title: "Quiz": a quiz (Partner: no quizzes; our contract)
}
