package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/podcast"
)

// keptEpisodes claims that an episode is kept if a show is an extension of one of the scopes, and
// that shows and episodes, with the chapters and transcripts in them, give the same bytes as in
// memory.
func keptEpisodes(t *testing.T, d Database) {
	site := Site()
	show := syndicate.InCategory("field-notes")
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{show: {
		Title: "Field Notes", Language: "en",
		Extensions: []syndicate.Extension{podcast.Show{
			Categories: []podcast.Category{"Daily News"}, Serial: true, People: []podcast.Person{{Name: "Ann"}},
			Artwork: syndicate.Image{URL: "/a.jpg", Width: 1400, Height: 1400},
			Owner:   podcast.Owner{Email: "desk@example.com"}, Files: site.URL + "episodes/",
		}},
	}}
	episodes := []podcast.Episode{
		{Type: podcast.TypeTrailer},
		{Season: 1, Number: 1, Rating: podcast.RatingExplicit, Order: 1.5, Notes: "<p>İ & \u2028</p>"},
		{
			Number: 2, People: []podcast.Person{{Name: "Bob", Role: "guest"}}, Chapters: podcast.File{URL: "/2.json"},
			Soundbites:  []podcast.Soundbite{{Start: 1500 * time.Millisecond, Duration: time.Minute}},
			Transcripts: []podcast.Transcript{{URL: "/2.vtt", Captions: true}, {Text: "Hello.\x00", Type: "text/plain", Language: "tr"}},
			Values: []podcast.Value{{
				Type: "lightning", Method: "keysend", Suggested: 0.00000005,
				Recipients: []podcast.Recipient{{Type: "node", Address: "02d5", Split: 1}},
			}},
		},
		{
			Number: 3, ChapterList: []podcast.Chapter{{Title: "Intro"}, {
				Start: 1500 * time.Millisecond, End: time.Minute, Title: "İ & <b>", Image: "/b.jpg", Hidden: true,
				Location: podcast.Location{Name: "Ankara", Geo: podcast.Point{Latitude: 39.93, Longitude: 32.86}},
			}},
			Transcripts: []podcast.Transcript{{Cues: []podcast.Cue{{
				Start: 250 * time.Millisecond, End: 2 * time.Second, Speaker: "Bob & <Co>", Text: "Hello.",
			}}}},
		},
	}
	var articles []syndicate.Article
	for i, episode := range episodes {
		a := numbered(i + 1)
		a.Categories = syndicate.Categories("Field Notes")
		a.Enclosures = []syndicate.Enclosure{{URL: a.URL + ".mp3", Size: 48_000_000, Duration: time.Hour}}
		a.Extensions = []syndicate.Extension{episode}
		articles = append(articles, a)
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	store := d.Open(t, site)
	clock := at(day(9))
	archive.Clock, store.Clock = clock.now, clock.now
	require.NoError(t, store.Add(t.Context(), articles...))
	assertAlike(t, "episodes", archive, store)
	// A show has every episode in both, where other feeds of this site have few.
	var more []syndicate.Article
	for i := range 2 * max(20, site.Limit) {
		a := numbered(100 + i)
		a.Published, a.Categories = day(1).Add(-time.Duration(i)*time.Hour), syndicate.Categories("Field Notes")
		a.Extensions = []syndicate.Extension{podcast.Episode{Number: 100 + i}}
		more = append(more, a)
	}
	require.NoError(t, archive.Add(more...))
	require.NoError(t, store.Add(t.Context(), more...))
	assertAlike(t, "a long show", archive, store)
	whole, err := store.Feed(t.Context(), show)
	require.NoError(t, err)
	assert.Len(t, whole.Articles, len(episodes)+len(more))
	assert.True(t, whole.Complete)
	// The files that are made of them.
	want, got := derivedFiles(t, archive), derivedFiles(t, store)
	assert.Len(t, want, 3)
	assert.Equal(t, want, got)
	feed, err := store.Feed(t.Context(), show)
	require.NoError(t, err)
	for i, a := range feed.Articles[:len(episodes)] { // newest first
		assert.Equal(t, []syndicate.Extension{episodes[len(episodes)-1-i]}, a.Extensions)
	}
}

// derivedFiles returns the contents of the chapters and transcripts that episodes of a source keep,
// by path, each of which is found as it is listed.
func derivedFiles(t *testing.T, source syndicate.Source) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for file, err := range (podcast.Files{}).List(t.Context(), source) {
		require.NoError(t, err)
		found, err := podcast.Files{}.Find(t.Context(), source, file.Path)
		require.NoError(t, err)
		text, err := found.Append(t.Context(), nil)
		require.NoError(t, err)
		texts[file.Path] = found.ContentType + "\n" + string(text)
	}
	return texts
}
