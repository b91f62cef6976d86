package podcast

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Columns reads episodes from the columns of a query of package sqlquery:
//
//	query := &sqlquery.Query{
//		Site: site, DB: db,
//		SQL: `SELECT url, title, notes AS content, published, audio, bytes AS audio_size,
//			seconds AS duration, season, number AS episode, explicit, vtt AS transcript
//			FROM episodes`,
//		Columns: func() sqlquery.Columns { return new(podcast.Columns) },
//	}
//
// The columns, all of which may be missing or NULL:
//
//   - audio (the URL), audio_type, audio_size, duration: the first enclosure. The duration is a
//     number of seconds or a text such as "1:02:03"; without audio it is that of the enclosure that
//     the article has from elsewhere;
//   - season, episode: whole numbers; season_name, episode_display, episode_title: texts;
//     episode_order: a number;
//   - episode_type: "full", "trailer" or "bonus";
//   - explicit: a boolean, or "clean" or "explicit"; NULL is the rating of the show;
//   - block: a boolean;
//   - notes: HTML;
//   - artwork (the URL), artwork_width, artwork_height; the others are ignored where it is empty;
//   - chapters: the URL of a file, or the chapters as JSON: a file of JSON Chapters, or its array
//     alone;
//   - transcript: the URL of a file, or the transcript itself, in WebVTT or in transcript_type;
//     transcript_type, transcript_language: of both;
//   - transcripts, people, soundbites, locations, funding: JSON arrays of objects, whose names are
//     those of the fields of [Transcript], [Person], [Soundbite], [Location] and [Funding] in any
//     case, with numbers of seconds as times; a text alone is the name of a person or location;
//   - license, license_url: texts;
//   - episode_json: everything else, as [Episode.MarshalText] writes it. The other columns replace
//     its fields.
//
// A name in the JSON that is not the name of a field is a warning, which names the nearest field.
// Chapters may have names that other programs have added.
type Columns struct {
	unread                         unread
	episode                        Episode
	kind                           string
	rating                         ratingColumn
	duration                       durationColumn
	whole                          wholeColumn
	audio                          syndicate.Enclosure
	chapters                       chaptersColumn
	transcript                     transcriptColumn
	transcriptType, transcriptLang string
}

// Places returns where the values of the columns are stored.
func (c *Columns) Places() map[string]any {
	e := &c.episode
	return map[string]any{
		"audio": &c.audio.URL, "audio_type": &c.audio.Type, "audio_size": &c.audio.Size, "duration": &c.duration,
		"season": &e.Season, "episode": &e.Number, "season_name": &e.SeasonName, "episode_display": &e.Display,
		"episode_title": &e.Title, "episode_order": &e.Order, "episode_type": &c.kind, "explicit": &c.rating,
		"block": &e.Block, "notes": &e.Notes, "artwork": &e.Artwork.URL, "artwork_width": &e.Artwork.Width,
		"artwork_height": &e.Artwork.Height, "chapters": &c.chapters, "transcript": &c.transcript,
		"transcript_type": &c.transcriptType, "transcript_language": &c.transcriptLang,
		"transcripts": listOf(c, "transcripts", &e.Transcripts), "people": listOf(c, "people", &e.People),
		"soundbites": listOf(c, "soundbites", &e.Soundbites), "locations": listOf(c, "locations", &e.Locations),
		"funding": listOf(c, "funding", &e.Funding), "license": &e.License.Name, "license_url": &e.License.URL,
		"episode_json": &c.whole,
	}
}

// Extend adds the enclosure and the episode. An article without a value in any of the columns
// becomes no episode.
func (c *Columns) Extend(a *syndicate.Article) error {
	if c.audio.URL != "" {
		a.Enclosures = append([]syndicate.Enclosure{c.audio}, a.Enclosures...)
	}
	if c.duration > 0 && len(a.Enclosures) > 0 {
		// The list may be shared with the caller.
		a.Enclosures = append([]syndicate.Enclosure(nil), a.Enclosures...)
		a.Enclosures[0].Duration = time.Duration(c.duration)
	}
	e := c.episode
	if e.Artwork.URL == "" {
		e.Artwork = syndicate.Image{}
	}
	if kind := strings.ToLower(strings.TrimSpace(c.kind)); kind != "full" {
		e.Type = EpisodeType(kind) // an unknown one is reported when the article is checked
	}
	e.Rating = Rating(c.rating)
	e.Chapters.URL, e.ChapterList = c.chapters.url, c.chapters.list
	if t := c.transcript; t != (transcriptColumn{}) {
		made := Transcript{URL: t.url, Text: t.text, Type: c.transcriptType, Language: c.transcriptLang}
		if made.Type == "" && strings.HasPrefix(made.Text, "WEBVTT") {
			made.Type = TypeVTT
		}
		e.Transcripts = append([]Transcript{made}, e.Transcripts...)
	}
	// The fields that are set replace those of the whole.
	whole := c.whole.episode
	from, to := reflect.ValueOf(e), reflect.ValueOf(&whole).Elem()
	for i := range from.NumField() {
		if !from.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
	if !to.IsZero() {
		a.Extensions = append(a.Extensions, whole)
	}
	if found := append(c.whole.unread, c.unread...); len(found) > 0 {
		a.Extensions = append(a.Extensions, found)
	}
	return nil
}

// ratingColumn reads a rating.
type ratingColumn Rating

// UnmarshalText reads a boolean or a rating. A byte of 0 or 1 is MySQL's BIT(1).
func (r *ratingColumn) UnmarshalText(text []byte) error {
	switch word := strings.ToLower(strings.TrimSpace(string(text))); word {
	case "":
		*r = ratingColumn(RatingShow)
	case "1", "\x01", "t", "true", "y", "yes", string(RatingExplicit):
		*r = ratingColumn(RatingExplicit)
	case "0", "\x00", "f", "false", "n", "no", string(RatingClean):
		*r = ratingColumn(RatingClean)
	default:
		return fmt.Errorf("%q is not a boolean, clean or explicit", cut(word, shortText))
	}
	return nil
}

// durationColumn reads the length of an episode.
type durationColumn time.Duration

// UnmarshalText reads a number of seconds, or hours, minutes and seconds with colons between them.
func (d *durationColumn) UnmarshalText(text []byte) error {
	var total float64
	clock := strings.TrimSpace(string(text))
	parts := strings.Split(clock, ":")
	for _, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if clock == "" {
			n, err = 0, nil
		}
		if err != nil || !(n >= 0) || len(parts) > 3 {
			return fmt.Errorf("%q is not a number of seconds or a time such as 1:02:03", cut(clock, shortText))
		}
		total = total*60 + n
	}
	if total >= math.MaxInt64/float64(time.Second) {
		return fmt.Errorf("%q is too long", cut(clock, shortText))
	}
	*d = durationColumn(total * float64(time.Second))
	return nil
}

// chaptersColumn reads chapters.
type chaptersColumn struct {
	url  string
	list []Chapter
}

// UnmarshalText reads a URL, a file of JSON Chapters, or its array.
func (c *chaptersColumn) UnmarshalText(text []byte) (err error) {
	trimmed := strings.TrimSpace(string(text))
	var file struct{ Chapters []chapterJSON }
	switch {
	case strings.HasPrefix(trimmed, "["):
		err = json.Unmarshal([]byte(trimmed), &file.Chapters)
	case strings.HasPrefix(trimmed, "{"):
		err = json.Unmarshal([]byte(trimmed), &file)
	default:
		c.url = trimmed
	}
	for _, chapter := range file.Chapters {
		c.list = append(c.list, chapter.chapter())
	}
	return err
}

// chapter returns the chapter that a file has.
func (c chapterJSON) chapter() Chapter {
	made := Chapter{
		Start: duration(c.StartTime), End: duration(c.EndTime), Title: c.Title, Image: c.Image, URL: c.URL,
		Hidden: c.TOC != nil && !*c.TOC,
	}
	if c.Location != nil {
		made.Location = Location{Name: c.Location.Name, Geo: pointOf(c.Location.Geo), OSM: c.Location.OSM}
	}
	return made
}

// duration returns a number of seconds as a time, in whole milliseconds.
func duration(seconds float64) time.Duration {
	return time.Duration(math.Round(min(max(seconds, -1e9), 1e9)*1000)) * time.Millisecond
}

// pointOf returns the point of a geo: URI (RFC 5870), the zero point for another text.
func pointOf(text string) (p Point) {
	place, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(text)), "geo:")
	place, parameters, _ := strings.Cut(place, ";")
	numbers := strings.Split(place, ",")
	if !ok || len(numbers) < 2 {
		return Point{}
	}
	latitude, err1 := strconv.ParseFloat(numbers[0], 64)
	longitude, err2 := strconv.ParseFloat(numbers[1], 64)
	if err1 != nil || err2 != nil {
		return Point{}
	}
	p = Point{Latitude: latitude, Longitude: longitude}
	if u, found := strings.CutPrefix(parameters, "u="); found {
		p.Uncertainty, _ = strconv.ParseFloat(u, 64)
	}
	return p
}

// transcriptColumn reads a transcript.
type transcriptColumn struct{ url, text string }

// UnmarshalText reads a URL or the transcript itself, which has more than one line or no address.
func (t *transcriptColumn) UnmarshalText(text []byte) error {
	given := string(text)
	trimmed := strings.TrimSpace(given)
	absolute := strings.HasPrefix(trimmed, "http://") || strings.HasPrefix(trimmed, "https://")
	if !strings.ContainsAny(trimmed, " \t\r\n") && (absolute || transcriptTypes[ending(trimmed)] != "") {
		t.url = trimmed
	} else if trimmed != "" {
		t.text = given
	}
	return nil
}

// wholeColumn reads an episode as it is stored.
type wholeColumn struct {
	episode Episode
	unread  unread
}

// UnmarshalText reads what [Episode.MarshalText] returned.
func (w *wholeColumn) UnmarshalText(text []byte) error {
	if err := w.episode.UnmarshalText(text); err != nil {
		return err
	}
	var object any
	if err := json.Unmarshal(text, &object); err != nil {
		return err
	}
	w.unread.look("episode_json", object, reflect.TypeFor[Episode]())
	return nil
}

// listColumn reads a JSON array into a list.
type listColumn[T any] struct {
	name   string // of the column
	list   *[]T
	unread *unread
}

// listOf returns the reader of a column that stores into a list.
func listOf[T any](c *Columns, name string, list *[]T) listColumn[T] {
	return listColumn[T]{name, list, &c.unread}
}

// UnmarshalText reads objects with the names of the fields in any case. Times are numbers of
// seconds. A text alone is the name of a person or location.
func (c listColumn[T]) UnmarshalText(text []byte) error {
	if strings.TrimSpace(string(text)) == "" {
		return nil
	}
	var elements []any
	if err := json.Unmarshal(text, &elements); err != nil {
		return err
	}
	for i, element := range elements {
		switch v := element.(type) {
		case nil:
			continue // an outer join without a partner
		case string:
			// What has no name, such as a transcript, would be lost.
			if _, named := reflect.TypeFor[T]().FieldByName("Name"); !named {
				return fmt.Errorf("%q is not an object", cut(v, shortText))
			}
			elements[i] = map[string]any{"Name": v}
		case map[string]any:
			c.unread.look(fmt.Sprintf("%s[%d]", c.name, i), v, reflect.TypeFor[T]())
			inNanoseconds(v)
		}
		object, err := json.Marshal(elements[i])
		if err != nil {
			return err
		}
		var one T
		if err := json.Unmarshal(object, &one); err != nil {
			return err
		}
		if !reflect.ValueOf(one).IsZero() {
			*c.list = append(*c.list, one)
		}
	}
	return nil
}

// inNanoseconds turns the seconds of an object, and of those in it, into what package json reads as
// a time.Duration.
func inNanoseconds(object map[string]any) {
	for name, value := range object {
		switch v := value.(type) {
		case float64:
			switch strings.ToLower(name) {
			case "start", "end", "duration":
				object[name] = int64(duration(v))
			}
		case map[string]any:
			inNanoseconds(v)
		case []any:
			for _, element := range v {
				if inner, ok := element.(map[string]any); ok {
					inNanoseconds(inner)
				}
			}
		}
	}
}
