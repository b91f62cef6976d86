// Shows and their episodes on the page.
package feedpage_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/podcast"
)

// broadcaster has a show of five episodes, one of them a video and one without sound, and news.
func broadcaster(t *testing.T, title string) *syndicate.Archive {
	t.Helper()
	site := syndicate.Site{
		URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en",
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{syndicate.InCategory("field-notes"): {
			Title: "Field Notes", Extensions: []syndicate.Extension{podcast.Show{
				Categories: []podcast.Category{"Daily News"}, Artwork: syndicate.Image{URL: "/a.jpg", Width: 1400, Height: 1400},
				Files: "https://www.nordicmonitor.com/episodes/",
			}},
		}},
	}
	var articles []syndicate.Article
	for n := range 5 {
		a := syndicate.Article{
			URL: fmt.Sprintf("/%d/", n), Title: fmt.Sprintf("%s %d", title, n), Published: noon.Add(-time.Duration(n) * time.Hour),
			Categories: syndicate.Categories("Field Notes"), Tags: syndicate.Tags("Ankara"),
			Enclosures: []syndicate.Enclosure{{URL: fmt.Sprintf("https://cdn.example.com/%d.mp3?a=1&b=2", n), Type: "audio/mpeg"}},
			Extensions: []syndicate.Extension{podcast.Episode{
				ChapterList: []podcast.Chapter{{Title: "Intro"}}, Transcripts: []podcast.Transcript{
					{Cues: []podcast.Cue{{End: time.Second, Text: "Hello."}}}, {URL: "/tr.srt", Language: "tr"},
				},
			}},
		}
		switch n {
		case 1:
			a.Enclosures[0] = syndicate.Enclosure{URL: "/1.mp4", Type: "video/mp4"}
			a.Extensions = []syndicate.Extension{podcast.Episode{Chapters: podcast.File{URL: "/1.json"}}}
		case 2:
			a.Enclosures[0] = syndicate.Enclosure{URL: "/2.pdf", Type: "application/pdf"}
		case 3:
			a.Extensions = nil
		}
		articles = append(articles, a)
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return noon.Add(time.Hour) }
	return archive
}

func TestEpisodesOfShowsHavePlayers(t *testing.T) {
	archive := broadcaster(t, "Part")
	page := rendered(t, feedpage.Index{Newest: 4}, archive)
	var players, files, marked []string
	for n := range elements(t, page) {
		switch n.Data {
		case "audio", "video":
			assert.Equal(t, "none", attr(n, "preload"), "nothing is loaded before it is asked for")
			assert.NotEmpty(t, attr(n, "aria-label"))
			require.Equal(t, html.Attribute{Key: "controls"}, n.Attr[0], "no script is needed")
			players = append(players, n.Data+" "+attr(n.FirstChild, "src")+" "+attr(n.FirstChild, "type"))
		case "a":
			if attr(n, "type") != "" {
				files = append(files, attr(n, "type")+" "+text(n))
				if strings.Contains(attr(n, "href"), "/episodes/") { // and it is served
					h := &feedhttp.Handler{Source: archive, Files: []derived.Files{podcast.Files{}}}
					answer := httptest.NewRecorder()
					h.ServeHTTP(answer, httptest.NewRequest("GET", attr(n, "href"), nil))
					assert.Equal(t, 200, answer.Code, attr(n, "href"))
				}
			}
		case "span":
			if attr(n, "class") == "show" {
				marked = append(marked, text(n))
			}
		}
	}
	assert.Equal(t, []string{
		"audio https://cdn.example.com/0.mp3?a=1&b=2 audio/mpeg", "video https://www.nordicmonitor.com/1.mp4 video/mp4",
		"audio https://cdn.example.com/3.mp3?a=1&b=2 audio/mpeg",
	}, players, "in the feed of the show alone")
	assert.Equal(t, []string{
		"application/json+chapters Chapters", "text/vtt Transcript", "application/x-subrip Transcript (tr)", "application/json+chapters Chapters",
	}, files)
	assert.Equal(t, []string{"Podcast"}, marked)
	policy := "media-src https: http:;"
	assert.Contains(t, page, policy)
	assert.Contains(t, feedpage.ContentSecurityPolicy(), policy)
	assert.NotContains(t, rendered(t, feedpage.Index{Newest: -1}, archive), "<audio")
	assert.NotContains(t, rendered(t, feedpage.Index{}, newsroom(t, nordic)), "<audio")
	// A player has a line below the title. Other titles share their line with the date.
	assert.Equal(t, strings.Count(page, "<audio")+strings.Count(page, "<video"), strings.Count(page, `<li class="episode">`))
	assert.NotContains(t, rendered(t, feedpage.Index{}, newsroom(t, nordic)), `<li class="episode">`)
}

func TestTextsOfEpisodes(t *testing.T) {
	own := feedpage.Texts{Feeds: "F", Everything: "E", Categories: "C", Tags: "T", Authors: "A", Article: "a", Articles: "as", Newest: "N", Copy: "C", Copied: "D", OPML: "O"}
	assert.Contains(t, rendered(t, feedpage.Index{Texts: own}, broadcaster(t, "Part")), ">Transcript</a>")
	own.Transcript, own.Podcast = "Words", "Show"
	page := rendered(t, feedpage.Index{Texts: own}, broadcaster(t, "Part"))
	assert.Contains(t, page, ">Words</a>")
	assert.Contains(t, page, `class="show">Show<`)
}

func TestHostileTitlesOfEpisodesStayText(t *testing.T) {
	for _, title := range hostileNames {
		page := rendered(t, feedpage.Index{}, broadcaster(t, title))
		for n := range elements(t, page) {
			assert.NotEqual(t, "img", n.Data)
			for _, a := range n.Attr {
				assert.False(t, strings.HasPrefix(a.Key, "on"), a.Key)
			}
			if n.Data == "source" {
				assert.True(t, strings.HasPrefix(attr(n, "src"), "https://"))
			}
		}
	}
}
