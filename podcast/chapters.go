package podcast

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Chapters is the content of a file of chapters (JSON Chapters 1.2 of the podcast namespace). Serve
// it as [TypeChapters], with CORS for players in web pages.
type Chapters struct {
	// Chapters in the order of their Start. Required.
	Chapters []Chapter
	// Author, Title and Description of the episode, PodcastName of the show, and FileName of the
	// audio. Default: none.
	Author, Title, Description, PodcastName, FileName string
	// Waypoints means that the locations are a route. Default: false.
	Waypoints bool
}

// Chapter is a part of an episode.
type Chapter struct {
	// Start of the chapter, and its End. Default: the start of the episode and of the next chapter.
	Start time.Duration `json:",omitzero"`
	End   time.Duration `json:",omitzero"`
	// Title, plain text. Default: none.
	Title string `json:",omitzero"`
	// Image is the URL of a picture, URL that of a page about the topic. Default: none.
	Image string `json:",omitzero"`
	URL   string `json:",omitzero"`
	// Hidden keeps the chapter out of the table of contents. Default: false.
	Hidden bool `json:",omitzero"`
	// Location is the place that the chapter is about. Its Geo is required. Default: none.
	Location Location `json:",omitzero"`
}

// The JSON of the file.
type (
	chaptersJSON struct {
		Version     string        `json:"version"`
		Author      string        `json:"author,omitzero"`
		Title       string        `json:"title,omitzero"`
		PodcastName string        `json:"podcastName,omitzero"`
		Description string        `json:"description,omitzero"`
		FileName    string        `json:"fileName,omitzero"`
		Waypoints   bool          `json:"waypoints,omitzero"`
		Chapters    []chapterJSON `json:"chapters"`
	}
	chapterJSON struct {
		StartTime float64       `json:"startTime"`
		EndTime   float64       `json:"endTime,omitzero"`
		Title     string        `json:"title,omitzero"`
		Image     string        `json:"img,omitzero"`
		URL       string        `json:"url,omitzero"`
		TOC       *bool         `json:"toc,omitempty"` // only false is written
		Location  *locationJSON `json:"location,omitempty"`
	}
	locationJSON struct {
		Name string `json:"name"`
		Geo  string `json:"geo"`
		OSM  string `json:"osm,omitzero"`
	}
)

// AppendChapters appends a file of chapters and returns the extended buffer, and warnings of what
// was mended or left out. Chapters are sorted by their start.
func AppendChapters(dst []byte, c Chapters) ([]byte, []*syndicate.Problem) {
	o := new(output)
	dst = o.appendChapters(dst, c, ".Chapters")
	return dst, o.problems("Chapters", 0)
}

// appendChapters appends a file of chapters. The field is what problems call the list.
func (o *output) appendChapters(dst []byte, c Chapters, field string) []byte {
	const spec = "JSON Chapters 1.2"
	file := chaptersJSON{
		Version: "1.2.0", Author: o.text(".Author", c.Author, appleText), Title: o.text(".Title", c.Title, appleText),
		PodcastName: o.text(".PodcastName", c.PodcastName, appleText), FileName: o.text(".FileName", c.FileName, appleText),
		Description: o.text(".Description", c.Description, maxNotes), Waypoints: c.Waypoints, Chapters: []chapterJSON{},
	}
	// Each chapter is compared with the latest one before it, so that one that is out of place is
	// reported once.
	var latest time.Duration
	for i, chapter := range c.Chapters {
		found := len(o.Found)
		if chapter.Start < 0 {
			o.Warn(".Start", chapter.Start.String(), syndicate.RuleNegative, "left out; "+spec)
		} else {
			if chapter.Start < latest {
				o.Warn(".Start", chapter.Start.String(), RuleOrder, "sorted; "+spec)
			}
			latest = max(latest, chapter.Start)
			file.Chapters = append(file.Chapters, chapter.json(o, spec))
		}
		o.Element(field, i, found)
	}
	o.has(field, yes(len(file.Chapters) > 0, "some"), spec)
	slices.SortStableFunc(file.Chapters, func(a, b chapterJSON) int { return cmp.Compare(a.StartTime, b.StartTime) })
	return appendFile(dst, file)
}

// appendFile appends a value as JSON. It cannot fail: the numbers are finite, the texts UTF-8.
func appendFile(dst []byte, file any) []byte {
	// Signs of HTML stay readable: the file is no part of a page.
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(file)
	return append(dst, bytes.TrimSuffix(text.Bytes(), []byte("\n"))...)
}

// json returns the chapter as it is written.
func (c Chapter) json(o *output, spec string) chapterJSON {
	made := chapterJSON{
		StartTime: c.Start.Seconds(), Title: o.text(".Title", c.Title, appleText),
		Image: o.link(".Image", c.Image), URL: o.link(".URL", c.URL),
	}
	if c.End > c.Start {
		made.EndTime = c.End.Seconds()
	} else if c.End != 0 {
		o.Warn(".End", c.End.String(), RuleOrder, "left out; "+spec)
	}
	// A chapter is in the table of contents unless this says otherwise.
	if c.Hidden {
		made.TOC = new(bool)
	}
	if c.Location == (Location{}) {
		return made
	}
	// Unlike in a feed, the point is required.
	place := locationJSON{Name: o.text(".Location.Name", c.Location.Name, nameText), Geo: o.geo(".Location.Geo", c.Location.Geo)}
	if o.has(".Location.Name", place.Name, spec) && o.has(".Location.Geo", place.Geo, spec) {
		place.OSM = o.osm(".Location.OSM", c.Location.OSM)
		made.Location = &place
	}
	return made
}
