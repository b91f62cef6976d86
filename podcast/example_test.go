package podcast_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/podcast"
)

var site = syndicate.Site{
	URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en",
	Scopes: map[syndicate.Scope]syndicate.FeedOptions{syndicate.InCategory("field-notes"): {
		Title: "Field Notes", Description: "Reports from the field",
		Extensions: []syndicate.Extension{podcast.Show{
			Categories: []podcast.Category{"Daily News", "Documentary"},
			Artwork:    syndicate.Image{URL: "/field-notes.jpg", Width: 3000, Height: 3000},
			Owner:      podcast.Owner{Email: "desk@nordicmonitor.com"},
		}},
	}},
}

var episode = syndicate.Article{
	URL: "/field-notes/3/", Title: "The bell", Content: "<p>What the bell of Ankara means.</p>",
	Published:  time.Date(2022, 3, 30, 9, 0, 0, 0, time.UTC),
	Authors:    []syndicate.Author{{Name: "Abdullah Bozkurt"}},
	Categories: syndicate.Categories("Field Notes"),
	Enclosures: []syndicate.Enclosure{{URL: "/field-notes/3.mp3", Size: 48_000_000, Duration: 50 * time.Minute}},
	Extensions: []syndicate.Extension{podcast.Episode{
		Season: 1, Number: 3,
		People:      []podcast.Person{{Name: "Nazlı Ilıcak", Role: "guest"}},
		Transcripts: []podcast.Transcript{{URL: "/field-notes/3.vtt"}},
	}},
}

// A show is the feed of a category. Everything that is not about podcasts is the feed's and the
// article's.
func Example() {
	archive, err := syndicate.NewArchive(site, episode)
	if err != nil {
		fmt.Println(err)
		return
	}
	feed, err := archive.Feed(context.Background(), syndicate.InCategory("field-notes"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(strings.ReplaceAll(string(feed.Append(nil, syndicate.RSS)), "><", ">\n<")) {
		if strings.HasPrefix(line, "<podcast:") || strings.HasPrefix(line, "<itunes:") {
			fmt.Print(line)
		}
	}
	// Output:
	// <itunes:author>Nordic Monitor</itunes:author>
	// <itunes:image href="https://www.nordicmonitor.com/field-notes.jpg"/>
	// <itunes:category text="News">
	// <itunes:category text="Daily News"/>
	// <itunes:category text="Society &amp; Culture">
	// <itunes:category text="Documentary"/>
	// <itunes:explicit>false</itunes:explicit>
	// <itunes:owner>
	// <itunes:name>Nordic Monitor</itunes:name>
	// <itunes:email>desk@nordicmonitor.com</itunes:email>
	// <podcast:guid>9afbbf84-cc81-5e3f-a3ec-667a4fb9d18b</podcast:guid>
	// <podcast:locked owner="desk@nordicmonitor.com">yes</podcast:locked>
	// <itunes:season>1</itunes:season>
	// <itunes:episode>3</itunes:episode>
	// <itunes:duration>3000</itunes:duration>
	// <podcast:season>1</podcast:season>
	// <podcast:episode>3</podcast:episode>
	// <podcast:transcript url="https://www.nordicmonitor.com/field-notes/3.vtt" type="text/vtt"/>
	// <podcast:person>Abdullah Bozkurt</podcast:person>
	// <podcast:person role="guest">Nazlı Ilıcak</podcast:person>
}

// A mistake in a show is an error before anything is published.
func ExampleShow() {
	site := syndicate.Site{
		URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en",
		Icon: "/square.png",
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{syndicate.Everything(): {
			Extensions: []syndicate.Extension{podcast.Show{Categories: []podcast.Category{"Documentry"}}},
		}},
	}
	_, err := site.Check()
	var problems syndicate.Problems
	errors.As(err, &problems)
	for _, p := range problems {
		fmt.Printf("%s %q: %s\n  %s\n", p.Field, p.Value, p.Rule, p.Spec)
	}
	// Output:
	// Scopes[site].Show.Categories[0] "Documentry": not a category of Apple Podcasts
	//   perhaps "Documentary"; Apple, A Podcaster's Guide to RSS, itunes:category
	// Scopes[site].Show.Categories "": missing
	//   Apple, A Podcaster's Guide to RSS, itunes:category
}

func ExampleAppendChapters() {
	file, problems := podcast.AppendChapters(nil, podcast.Chapters{Chapters: []podcast.Chapter{
		{Title: "Intro"},
		{Start: 94 * time.Second, Title: "The bell", URL: "https://www.nordicmonitor.com/bell/"},
	}})
	os.Stdout.Write(file)
	fmt.Println(problems)
	// Output:
	// {"version":"1.2.0","chapters":[{"startTime":0,"title":"Intro"},{"startTime":94,"title":"The bell","url":"https://www.nordicmonitor.com/bell/"}]}[]
}

func ExampleAppendTranscript() {
	file, _ := podcast.AppendTranscript(nil, []podcast.Cue{
		{End: 5 * time.Second, Speaker: "Abdullah Bozkurt", Text: "Do you hear it?"},
		{Start: 5 * time.Second, End: 10 * time.Second, Speaker: "Nazlı Ilıcak", Text: "All the time."},
	})
	os.Stdout.Write(file)
	// Output:
	// WEBVTT
	//
	// 00:00:00.000 --> 00:00:05.000
	// <v Abdullah Bozkurt>Do you hear it?
	//
	// 00:00:05.000 --> 00:00:10.000
	// <v Nazlı Ilıcak>All the time.
}

func ExampleGUID() {
	fmt.Println(podcast.GUID("https://podnews.net/rss"))
	// Output: 9b024349-ccf0-5f69-a609-6b82873eab3c
}

func ExampleCategory_Parent() {
	fmt.Println(podcast.Category("Tech News").Parent())
	// Output: News
}

func publish(archive *syndicate.Archive, dir string) (*feedhttp.Handler, feeddir.Folder) {
	files := []derived.Files{podcast.Files{}}
	return &feedhttp.Handler{Source: archive, Files: files}, feeddir.Folder{Source: archive, Dir: dir, Files: files}
}

// Chapters and transcripts that an episode keeps are served and written as files.
func ExampleFiles() {
	site := syndicate.Site{
		URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en",
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{syndicate.InCategory("field-notes"): {
			Extensions: []syndicate.Extension{podcast.Show{
				Categories: []podcast.Category{"Daily News"},
				Artwork:    syndicate.Image{URL: "/field-notes.jpg", Width: 3000, Height: 3000},
				Files:      "https://www.nordicmonitor.com/episodes/",
			}},
		}},
	}
	kept := episode
	kept.Extensions = []syndicate.Extension{podcast.Episode{
		ChapterList: []podcast.Chapter{{Title: "Intro"}, {Start: 94 * time.Second, Title: "The bell"}},
		Transcripts: []podcast.Transcript{{Cues: []podcast.Cue{{End: 5 * time.Second, Text: "Do you hear it?"}}}},
	}}
	archive, _ := syndicate.NewArchive(site, kept)
	dir, _ := os.MkdirTemp("", "public")
	defer os.RemoveAll(dir)
	handler, folder := publish(archive, dir)
	_, err := folder.Publish(context.Background())
	fmt.Println(err)
	for file := range (podcast.Files{}).List(context.Background(), archive) {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest("GET", "https://www.nordicmonitor.com/"+file.Path, nil))
		written, _ := os.ReadFile(dir + "/" + file.Path)
		fmt.Println(path.Base(file.Path), answer.Header().Get("Content-Type"), string(written) == answer.Body.String())
	}
	// Output:
	// <nil>
	// chapters.json application/json+chapters true
	// transcript.vtt text/vtt; charset=utf-8 true
}

// oldFeed is what a host published so far.
const oldFeed = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Field Notes</title><link>https://www.nordicmonitor.com/field-notes/</link><description>Reports from the field</description>
<language>en-us</language><itunes:author>Nordic Monitor</itunes:author><itunes:explicit>clean</itunes:explicit>
<itunes:image href="https://host.example/field-notes.jpg"/><itunes:category text="News &amp; Politics"/>
<item><title>The bell</title><guid isPermaLink="false">ep:3/AbC</guid><pubDate>Wed, 30 Mar 2022 02:00:00 PDT</pubDate>
<description>What the bell of Ankara means.</description><itunes:duration>50:00</itunes:duration><itunes:episode>three</itunes:episode>
<enclosure url="https://host.example/3.mp3" length="48000000" type="audio/mpeg"/></item>
</channel></rss>`

// A show moves here from a host. The feed of the host is read into articles; what of it cannot be
// held is reported.
func ExampleImport() {
	feed := podcast.Import{
		Input: strings.NewReader(oldFeed), Address: "https://host.example/field-notes.xml",
		OnProblem: func(p *syndicate.Problem) { fmt.Println(p) },
	}
	for article, err := range feed.Articles() {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(article.ID, article.Title, article.Published, article.Enclosures[0].Duration)
	}
	// Output:
	// syndicate: itunes:category: "News & Politics": not a category of Apple Podcasts (mended to News; Apple, A Podcaster's Guide to RSS, itunes:category) [warning]
	// syndicate: article "ep:3/AbC": itunes:episode: "three": not in the required form (left out; a number is required) [warning]
	// ep:3/AbC The bell 2022-03-30 09:00:00 +0000 UTC 50m0s
}

// newAddress is where the feed of a show that moved is served.
const newAddress = "https://www.nordicmonitor.com/field-notes/rss.xml"

// move returns the archive of a show that moves to a new address.
func move(old io.Reader, oldAddress string) (*syndicate.Archive, error) {
	feed := podcast.Import{Input: old, Address: oldAddress}
	site, err := feed.Site()
	if err != nil {
		return nil, err
	}
	site.URL = "https://www.nordicmonitor.com/"
	site.Addresses = syndicate.Below("field-notes/", syndicate.Files)
	options := site.Scopes[syndicate.Everything()]
	show := options.Extensions[0].(podcast.Show)
	show.NewFeedURL = newAddress // directories follow it, in the old feed and in the new one
	options.Extensions = []syndicate.Extension{show}
	site.Scopes[syndicate.Everything()] = options
	return feed.Archive(site)
}

// The old address redirects to the new one for at least four weeks, and the feed names the new
// address, so that apps and directories follow. They recognize the episodes by their guids.
func ExampleImport_move() {
	archive, err := move(strings.NewReader(oldFeed), "https://host.example/field-notes.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	http.Handle("www.nordicmonitor.com/", &feedhttp.Handler{Source: archive})
	http.Handle("host.example/field-notes.xml", http.RedirectHandler(newAddress, http.StatusMovedPermanently))

	// The responses to an app that requests the old address, and then the new one:
	for _, address := range []string{"https://host.example/field-notes.xml", newAddress} {
		response := httptest.NewRecorder()
		http.DefaultServeMux.ServeHTTP(response, httptest.NewRequest(http.MethodGet, address, nil))
		fmt.Println("status", response.Code)
		if location := response.Header().Get("Location"); location != "" {
			fmt.Println("to", location)
		}
		for line := range strings.Lines(strings.ReplaceAll(response.Body.String(), "><", ">\n<")) {
			if strings.HasPrefix(line, "<itunes:new-feed-url") || strings.HasPrefix(line, "<guid") || strings.HasPrefix(line, "<podcast:guid") {
				fmt.Print(line)
			}
		}
	}
	// Output:
	// status 301
	// to https://www.nordicmonitor.com/field-notes/rss.xml
	// status 200
	// <itunes:new-feed-url>https://www.nordicmonitor.com/field-notes/rss.xml</itunes:new-feed-url>
	// <podcast:guid>e13b5e83-663e-5c8d-8420-a8a12973d1a4</podcast:guid>
	// <guid isPermaLink="false">ep:3/AbC</guid>
}
