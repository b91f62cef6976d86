package sqlquery_test

// Columns of extensions: the episodes of podcasts, and a program's own.

import (
	"database/sql/driver"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/podcast"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// queriedEpisode is queried for the columns of an episode.
func queriedEpisode(t *testing.T, columns map[string]driver.Value) *sqlquery.Query {
	q := queried(t, columns)
	q.Columns = func() sqlquery.Columns { return new(podcast.Columns) }
	return q
}

func TestColumnsOfAnEpisode(t *testing.T) { // POD-20, POD-23, POD-24, POD-25, POD-42, POD-44
	q := queriedEpisode(t, map[string]driver.Value{
		"AUDIO": "/a.mp3", "audio_type": "audio/mpeg", "audio_size": int64(48_000_000), "duration": "1:02:03.5",
		"season": int64(2), "episode": "12", "season_name": "Egyptology", "episode_display": "Ch. 3", "episode_title": "Bells",
		"episode_order": 12.5, "episode_type": "Bonus", "explicit": true, "block": int64(1), "notes": []byte("<p>Notes</p>"),
		"artwork": "/a.jpg", "artwork_width": int64(1400), "artwork_height": 1400.0,
		"chapters": `{"version":"1.2.0","chapters":[{"startTime":0,"title":"Intro"},{"startTime":90.5,"endTime":100,"title":"The bell",
			"img":"/b.jpg","url":"/b/","toc":false,"location":{"name":"Ankara","geo":"geo:39.93,32.86;u=350","osm":"R1"}}]}`,
		"transcript": "WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n", "transcript_language": "tr",
		"transcripts": `[{"url":"/a.srt","type":"application/x-subrip","captions":true},{"cues":[{"start":1.5,"end":2,"text":"Hello."}]},null,{}]`,
		"people":      `["Ann",{"name":"Bob","role":"guest","image":"/bob.jpg","url":"/bob/"}]`,
		"soundbites":  `[{"start":90,"duration":30.25,"title":"Listen"}]`, "locations": `[{"name":"Ankara","geo":{"latitude":39.93,"longitude":32.86}}]`,
		"funding": `[{"url":"/give/","text":"Give"}]`, "license": "cc-by-4.0", "license_url": "/license/",
		"episode_json": `{"Season":9,"Txts":[{"Purpose":"verify","Text":"S6lpp"}]}`,
		"enclosures":   `["/b.mp4"]`,
	})
	a, err := article(t, q)
	require.NoError(t, err)
	assert.Equal(t, []syndicate.Enclosure{
		{URL: "https://www.example.com/a.mp3", Type: "audio/mpeg", Size: 48_000_000, Duration: time.Hour + 2*time.Minute + 3*time.Second + 500*time.Millisecond},
		{URL: "https://www.example.com/b.mp4", Type: "video/mp4"},
	}, a.Enclosures)
	assert.Equal(t, []syndicate.Extension{podcast.Episode{
		Season: 2, Number: 12, SeasonName: "Egyptology", Display: "Ch. 3", Title: "Bells", Order: 12.5, Type: podcast.TypeBonus,
		Rating: podcast.RatingExplicit, Block: true, Notes: "<p>Notes</p>",
		Artwork: syndicate.Image{URL: "/a.jpg", Width: 1400, Height: 1400},
		ChapterList: []podcast.Chapter{{Title: "Intro"}, {
			Start: 90500 * time.Millisecond, End: 100 * time.Second, Title: "The bell", Image: "/b.jpg", URL: "/b/", Hidden: true,
			Location: podcast.Location{Name: "Ankara", Geo: podcast.Point{Latitude: 39.93, Longitude: 32.86, Uncertainty: 350}, OSM: "R1"},
		}},
		Transcripts: []podcast.Transcript{
			{Text: "WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n", Type: podcast.TypeVTT, Language: "tr"},
			{URL: "/a.srt", Type: podcast.TypeSRT, Captions: true},
			{Cues: []podcast.Cue{{Start: 1500 * time.Millisecond, End: 2 * time.Second, Text: "Hello."}}},
		},
		People:     []podcast.Person{{Name: "Ann"}, {Name: "Bob", Role: "guest", Image: "/bob.jpg", URL: "/bob/"}},
		Soundbites: []podcast.Soundbite{{Start: 90 * time.Second, Duration: 30250 * time.Millisecond, Title: "Listen"}},
		Locations:  []podcast.Location{{Name: "Ankara", Geo: podcast.Point{Latitude: 39.93, Longitude: 32.86}}},
		Funding:    []podcast.Funding{{URL: "/give/", Text: "Give"}}, License: podcast.License{Name: "cc-by-4.0", URL: "/license/"},
		Txts: []podcast.Txt{{Purpose: "verify", Text: "S6lpp"}},
	}}, a.Extensions)
}

func TestValuesOfAnEpisode(t *testing.T) {
	none := []syndicate.Extension(nil)
	for name, c := range map[string]struct {
		columns map[string]driver.Value
		want    []syndicate.Extension
	}{
		"NULL":             {map[string]driver.Value{"season": nil, "explicit": nil, "chapters": nil, "transcript": nil, "people": nil, "duration": nil}, none},
		"empty":            {map[string]driver.Value{"season": "", "explicit": "", "chapters": "", "transcript": " ", "people": "", "duration": "", "episode_type": "full"}, none},
		"false is clean":   {map[string]driver.Value{"explicit": false}, []syndicate.Extension{podcast.Episode{Rating: podcast.RatingClean}}},
		"0 is clean":       {map[string]driver.Value{"explicit": int64(0)}, []syndicate.Extension{podcast.Episode{Rating: podcast.RatingClean}}},
		"a word":           {map[string]driver.Value{"explicit": "Explicit"}, []syndicate.Extension{podcast.Episode{Rating: podcast.RatingExplicit}}},
		"addresses":        {map[string]driver.Value{"chapters": "/c.json", "transcript": "/t.vtt"}, []syndicate.Extension{podcast.Episode{Chapters: podcast.File{URL: "/c.json"}, Transcripts: []podcast.Transcript{{URL: "/t.vtt"}}}}},
		"an API's address": {map[string]driver.Value{"transcript": "https://example.com/t?id=1", "transcript_type": "text/vtt"}, []syndicate.Extension{podcast.Episode{Transcripts: []podcast.Transcript{{URL: "https://example.com/t?id=1", Type: "text/vtt"}}}}},
		"a word is no URL": {map[string]driver.Value{"transcript": "Hello.", "transcript_type": "text/plain"}, []syndicate.Extension{podcast.Episode{Transcripts: []podcast.Transcript{{Text: "Hello.", Type: "text/plain"}}}}},
		"an array":         {map[string]driver.Value{"chapters": []byte(`[{"startTime":1}]`)}, []syndicate.Extension{podcast.Episode{ChapterList: []podcast.Chapter{{Start: time.Second}}}}},
		"artwork's size":   {map[string]driver.Value{"artwork_width": int64(1400)}, none},
	} {
		a, err := article(t, queriedEpisode(t, c.columns))
		require.NoError(t, err, name)
		assert.Equal(t, c.want, a.Extensions, name)
		assert.Empty(t, a.Enclosures, name)
	}
	a, err := article(t, queriedEpisode(t, map[string]driver.Value{"enclosures": "/a.mp3", "duration": 90.5}))
	require.NoError(t, err)
	assert.Equal(t, 90500*time.Millisecond, a.Enclosures[0].Duration, "of an enclosure from elsewhere")
}

func TestWrongValuesOfAnEpisode(t *testing.T) {
	for column, values := range map[string][]driver.Value{
		"season": {"two", 1.5, time.Now()}, "episode_order": {"x", "NaN", "Inf"}, "explicit": {"perhaps", int64(2)}, "block": {"perhaps"},
		"duration": {"an hour", "1:2:3:4", "-5", "1e300", "NaN"}, "chapters": {"[", "{}]", `[{"startTime":"x"}]`}, "people": {"Ann", "[1]", "{}"},
		"episode_json": {"?"}, "transcripts": {`[{"url":1}]`, `["/t.vtt"]`}, "funding": {`["/give/"]`}, "soundbites": {`["90"]`},
	} {
		for _, value := range values {
			_, err := article(t, queriedEpisode(t, map[string]driver.Value{column: value}))
			var row *sqlquery.RowError
			if assert.ErrorAs(t, err, &row, "%s: %v", column, value) {
				assert.Equal(t, column, row.Column)
			}
		}
	}
}

// ownColumns is a program's reader of columns.
type ownColumns struct {
	places map[string]any
	extend func(*syndicate.Article) error
}

func (c ownColumns) Places() map[string]any                  { return c.places }
func (c ownColumns) Extend(article *syndicate.Article) error { return c.extend(article) }

func TestColumnsOfAProgram(t *testing.T) {
	type values struct {
		text    string
		flag    bool
		number  int
		large   int64
		rate    float64
		when    time.Time
		seconds time.Duration
	}
	q := queried(t, map[string]driver.Value{
		"my_text": "x", "my_flag": "t", "my_number": "5", "my_large": int64(1 << 40), "my_rate": "0.5", "my_time": "2020-01-02", "my_seconds": 1.5,
		"my_default": nil,
	})
	q.Columns = func() sqlquery.Columns {
		v, preset := new(values), "preset"
		return ownColumns{map[string]any{
			"my_text": &v.text, "my_flag": &v.flag, "my_number": &v.number, "my_large": &v.large, "my_rate": &v.rate, "my_time": &v.when, "my_seconds": &v.seconds,
			"my_default": &preset,
		}, func(a *syndicate.Article) error {
			assert.Equal(t, values{"x", true, 5, 1 << 40, 0.5, time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC), 1500 * time.Millisecond}, *v)
			assert.Equal(t, "preset", preset, "NULL is not stored")
			a.Summary = v.text
			return nil
		}}
	}
	a, err := article(t, q)
	require.NoError(t, err)
	assert.Equal(t, "x", a.Summary)
}

func TestColumnsThatCannotBeRead(t *testing.T) {
	fine := func(*syndicate.Article) error { return nil }
	for want, c := range map[string]ownColumns{
		"field Columns: \"title\" is a column of articles": {map[string]any{"title": new(string), "mine": new(string)}, fine},
		"there is no column \"mine\"":                      {map[string]any{"other": new(string)}, fine},
		"mine: no value can be stored in a chan int":       {map[string]any{"mine": make(chan int)}, fine},
		"article \"/a/\": no room":                         {map[string]any{"mine": new(string)}, func(*syndicate.Article) error { return errors.New("no room") }},
		"panic":                                            {map[string]any{"mine": new(string)}, func(*syndicate.Article) error { panic("no luck") }},
	} {
		q := queried(t, map[string]driver.Value{"mine": "x"})
		q.Columns = func() sqlquery.Columns { return c }
		_, err := article(t, q)
		assert.ErrorContains(t, err, want)
	}
	_, err := article(t, queried(t, map[string]driver.Value{"season": int64(1)}))
	assert.ErrorContains(t, err, "there is no column \"season\"", "without Columns")
}

// A misspelt name loses its own value and nothing else, and the warning names the nearest field.
func TestNamesThatNoFieldOfAnEpisodeHas(t *testing.T) { // POD-20, POD-25
	q := queriedEpisode(t, map[string]driver.Value{
		"people":      `[null,{"name":"Ann","rolle":"guest"}]`,
		"locations":   `[{"name":"Ankara","geo":{"latitude":39.93,"longitud":32.86}}]`,
		"transcripts": `[{"URL":"/a.srt","cues":[{"start":1,"stop":2}],"x":1}]`,
		"chapters":    `[{"startTime":1,"title":"Intro","_mine":1}]`, "episode_json": `{"Season":9,"Numbr":3}`,
	})
	var warned []string
	q.Site.Warn = func(p *syndicate.Problem) {
		if errors.Is(p, podcast.RuleUnknown) && strings.Contains(p.Spec, "fields of package podcast") {
			warned = append(warned, p.Field+": "+p.Spec)
		}
	}
	a, err := article(t, q)
	require.NoError(t, err)
	const rest = "the names of the fields of package podcast"
	assert.ElementsMatch(t, []string{
		`people[1].rolle: left out; perhaps "role"; ` + rest, `locations[0].geo.longitud: left out; perhaps "longitude"; ` + rest,
		"transcripts[0].cues[0].stop: left out; " + rest, "transcripts[0].x: left out; " + rest,
		`episode_json.Numbr: left out; perhaps "number"; ` + rest,
	}, warned)
	e := a.Extensions[0].(podcast.Episode)
	assert.Equal(t, 9, e.Season)
	assert.Equal(t, []podcast.Person{{Name: "Ann"}}, e.People)
	assert.Equal(t, []podcast.Location{{Name: "Ankara", Geo: podcast.Point{Latitude: 39.93}}}, e.Locations)
}
