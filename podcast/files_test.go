package podcast

// The files beside a feed, and the GUID.

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

func TestGUID(t *testing.T) { // POD-40
	for address, want := range map[string]string{
		"https://podnews.net/rss":                   "9b024349-ccf0-5f69-a609-6b82873eab3c",
		"podnews.net/rss":                           "9b024349-ccf0-5f69-a609-6b82873eab3c",
		"http://podnews.net/rss///":                 "9b024349-ccf0-5f69-a609-6b82873eab3c",
		"https://mp3s.nashownotes.com/pc20rss.xml":  "917393e3-1b1e-5cef-ace4-edaa54e1f810",
		" https://mp3s.nashownotes.com/pc20rss.xml": "917393e3-1b1e-5cef-ace4-edaa54e1f810",
	} {
		assert.Equal(t, want, GUID(address), address)
	}
	assert.NotEqual(t, GUID("podnews.net/rss"), GUID("podnews.net/RSS"))
}

func TestTheGUIDOfAnArchivePageIsTheShows(t *testing.T) { // POD-40
	f := feedOf(fieldNotes())
	f.Self.RSS, f.Current.RSS = "https://example.com/page/1/rss.xml", "https://example.com/rss.xml"
	assert.Equal(t, GUID("example.com/rss.xml"), first(channel(t, f).podcast("guid")))
	f.Self, f.Current = syndicate.Links{}, syndicate.Links{}
	assert.Empty(t, channel(t, f).podcast("guid"), "a feed without an address has none")
	s := fieldNotes()
	s.GUID = "9B024349-CCF0-5F69-A609-6B82873EAB3C"
	assert.Equal(t, "9b024349-ccf0-5f69-a609-6b82873eab3c", first(channel(t, feedOf(s)).podcast("guid")))
}

func TestAppendChapters(t *testing.T) { // POD-70
	doc, problems := AppendChapters([]byte("before "), Chapters{
		Title: "Part 3", PodcastName: "Field <Notes>", Author: "The Desk", Waypoints: true, Chapters: []Chapter{
			{Title: "Intro"},
			{
				Start: 90 * time.Second, End: 100500 * time.Millisecond, Title: "The bell", Image: "https://example.com/bell.jpg",
				URL: "https://example.com/bell", Hidden: true,
				Location: Location{Name: "Eiffel Tower, Paris", Geo: Point{Latitude: 48.858093, Longitude: 2.294694}, OSM: "W5013364"},
			},
		},
	})
	assert.Empty(t, problems)
	assert.Equal(t, `before {"version":"1.2.0","author":"The Desk","title":"Part 3","podcastName":"Field <Notes>","waypoints":true,"chapters":[`+
		`{"startTime":0,"title":"Intro"},{"startTime":90,"endTime":100.5,"title":"The bell","img":"https://example.com/bell.jpg",`+
		`"url":"https://example.com/bell","toc":false,"location":{"name":"Eiffel Tower, Paris","geo":"geo:48.858093,2.294694","osm":"W5013364"}}]}`, string(doc))
}

func TestChaptersThatAreMended(t *testing.T) { // POD-70
	minute := time.Minute
	doc, problems := AppendChapters(nil, Chapters{Chapters: []Chapter{
		{Start: 2 * minute, Title: "Third"}, {Start: minute, Title: "Second"}, {Start: -minute, Title: "Never"}, {Title: "First", End: -1},
		{Start: 3 * minute, Title: "Fourth", End: 3 * minute, Location: Location{Name: "Nowhere"}}, {Start: 3 * minute, Title: "Fifth", Image: "bell.jpg"},
	}})
	assert.Equal(t, []string{
		"Chapters.Chapters[1].Start: " + string(RuleOrder), "Chapters.Chapters[2].Start: negative", "Chapters.Chapters[3].Start: " + string(RuleOrder),
		"Chapters.Chapters[3].End: " + string(RuleOrder), "Chapters.Chapters[4].End: " + string(RuleOrder), "Chapters.Chapters[4].Location.Geo: missing",
		"Chapters.Chapters[5].Image: " + string(syndicate.RuleNotAbsolute),
	}, found(problems))
	var file struct{ Chapters []map[string]any }
	require.NoError(t, json.Unmarshal(doc, &file))
	var titles []string
	for _, c := range file.Chapters {
		titles = append(titles, c["title"].(string))
	}
	assert.Equal(t, []string{"First", "Second", "Third", "Fourth", "Fifth"}, titles, "nothing else is lost")
	for _, p := range problems {
		assert.True(t, p.Warning, p.Error())
	}
	doc, problems = AppendChapters(nil, Chapters{})
	assert.Equal(t, `{"version":"1.2.0","chapters":[]}`, string(doc))
	assert.Equal(t, []string{"Chapters.Chapters: missing"}, found(problems))
}

func TestAppendTranscript(t *testing.T) { // POD-71
	doc, problems := AppendTranscript([]byte("before "), []Cue{
		{End: 5 * time.Second, Speaker: "John & <Co>", Text: "Podcasting 2.0 is --> really\n\nchanging the game, says everybody who has ever made a show."},
		{Start: time.Hour + 2*time.Minute + 3004*time.Millisecond, End: 100 * time.Hour, Text: "Yeah."},
	})
	assert.Empty(t, problems)
	assert.Equal(t, "before WEBVTT\n\n00:00:00.000 --> 00:00:05.000\n<v John &amp; &lt;Co&gt;>Podcasting 2.0 is --&gt; really changing the game, says everybody\n"+
		"who has ever made a show.\n\n01:02:03.004 --> 100:00:00.000\nYeah.\n", string(doc))
	for line := range strings.Lines(string(doc)) {
		assert.LessOrEqual(t, len(line), 120)
	}
}

func TestCuesThatAreMended(t *testing.T) { // POD-71
	second := time.Second
	doc, problems := AppendTranscript(nil, []Cue{
		{Start: 4 * second, End: 3 * second, Text: "ends early"},
		{Start: 6 * second, End: 7 * second, Text: "then"},
		{Start: second, End: 2 * second, Text: "before"},
		{Start: -second, End: second, Text: "never"},
		{Start: 8 * second, End: 9 * second, Text: " \n"},
		{Start: 10 * second, End: 10*second + 100*time.Microsecond, Text: "too short"},
	})
	assert.Equal(t, []string{
		"Cues[0].End: " + string(RuleOrder), "Cues[2].Start: " + string(RuleOrder), "Cues[3].Start: negative", "Cues[4].Text: missing",
		"Cues[5].End: " + string(RuleOrder),
	}, found(problems))
	assert.Equal(t, "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nbefore\n\n00:00:04.000 --> 00:00:06.000\nends early\n\n"+
		"00:00:06.000 --> 00:00:07.000\nthen\n\n00:00:10.000 --> 00:00:11.000\ntoo short\n", string(doc), "nothing else is lost")
	doc, problems = AppendTranscript(nil, nil)
	assert.Equal(t, "WEBVTT\n", string(doc))
	assert.Empty(t, problems)
}

func TestAStoredEpisodeIsShort(t *testing.T) { // STORE-4
	text, err := Episode{Season: 1, Number: 3, License: License{Name: "arr"}}.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, `{"Season":1,"Number":3,"License":{"Name":"arr"}}`, string(text))
	_, err = Show{}.ReviveArticle([]byte("?"))
	assert.Error(t, err)
	assert.Equal(t, Show{}.Vocabulary(), Episode{}.Vocabulary())
}
