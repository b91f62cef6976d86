package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/podcast"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// A show whose episodes are in a program's table has the same bytes as one of articles in memory.
func TestQueryOfEpisodes(t *testing.T) { // POD-23, POD-24, POD-42, POD-44
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "shows.db"))
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	_, err = db.Exec(`CREATE TABLE episodes (id INTEGER PRIMARY KEY, slug TEXT, title TEXT, notes TEXT, published TEXT, audio TEXT,
			bytes INTEGER, seconds REAL, season INTEGER, number INTEGER, kind TEXT, explicit BOOLEAN, vtt TEXT);
		CREATE TABLE chapters (episode INTEGER, start REAL, title TEXT);
		INSERT INTO episodes VALUES
			(1, 'bell', 'The bell', '<p>Notes</p>', '2022-03-01 09:00:00', '/1.mp3', 1000, 3000.5, 1, 1, 'full', 1, '/1.vtt'),
			(2, 'door', 'The door', '<p>Notes</p>', '2022-03-02 09:00:00', '/2.mp3', 2000, NULL, NULL, 2, 'bonus', 0, 'WEBVTT'),
			(3, 'news', 'No sound', '<p>News</p>', '2022-03-03 09:00:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
		INSERT INTO chapters VALUES (1, 0, 'Intro'), (1, 94.5, 'İstanbul'), (2, 0, 'Intro')`)
	require.NoError(t, err)
	site := syndicate.Site{
		URL: "https://www.example.com/", Title: "Field Notes", Language: "en",
		Extensions: []syndicate.Extension{podcast.Show{
			Categories: []podcast.Category{"Daily News"}, Artwork: syndicate.Image{URL: "/a.jpg", Width: 1400, Height: 1400},
			Files: "https://www.example.com/episodes/",
		}},
	}
	q := &sqlquery.Query{
		Site: site, DB: db, OnError: func(error) {}, Columns: func() sqlquery.Columns { return new(podcast.Columns) },
		SQL: `SELECT id, '/' || slug || '/' AS url, title, notes AS content, published, audio, bytes AS audio_size, seconds AS duration,
			season, number AS episode, kind AS episode_type, explicit, vtt AS transcript,
			(SELECT json_group_array(json_object('startTime', start, 'title', title)) FROM chapters WHERE episode = id) AS chapters
			FROM episodes`,
	}
	day := func(n int) time.Time { return time.Date(2022, 3, n, 9, 0, 0, 0, time.UTC) }
	archive, err := syndicate.NewArchive(site, syndicate.Article{
		ID: "1", URL: "/bell/", Title: "The bell", Content: "<p>Notes</p>", Published: day(1),
		Enclosures: []syndicate.Enclosure{{URL: "/1.mp3", Size: 1000, Duration: 3000*time.Second + 500*time.Millisecond}},
		Extensions: []syndicate.Extension{podcast.Episode{
			Season: 1, Number: 1, Rating: podcast.RatingExplicit, Transcripts: []podcast.Transcript{{URL: "/1.vtt"}},
			ChapterList: []podcast.Chapter{{Title: "Intro"}, {Start: 94500 * time.Millisecond, Title: "İstanbul"}},
		}},
	}, syndicate.Article{
		ID: "2", URL: "/door/", Title: "The door", Content: "<p>Notes</p>", Published: day(2),
		Enclosures: []syndicate.Enclosure{{URL: "/2.mp3", Size: 2000}},
		Extensions: []syndicate.Extension{podcast.Episode{
			Number: 2, Type: podcast.TypeBonus, Rating: podcast.RatingClean, ChapterList: []podcast.Chapter{{Title: "Intro"}},
			Transcripts: []podcast.Transcript{{Text: "WEBVTT", Type: podcast.TypeVTT}},
		}},
	}, syndicate.Article{ID: "3", URL: "/news/", Title: "No sound", Content: "<p>News</p>", Published: day(3)})
	require.NoError(t, err)
	require.NoError(t, q.Reload(t.Context()))
	want, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	got, err := q.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	for _, format := range syndicate.Formats() {
		assert.Equal(t, string(want.Append(nil, format)), string(got.Append(nil, format)))
	}
	assert.Contains(t, string(got.Append(nil, syndicate.RSS)), "/chapters.json")
	files := 0
	for file, err := range (podcast.Files{}).List(t.Context(), q) {
		require.NoError(t, err)
		_, err = podcast.Files{}.Find(t.Context(), archive, file.Path)
		require.NoError(t, err)
		files++
	}
	assert.Equal(t, 3, files)
}
