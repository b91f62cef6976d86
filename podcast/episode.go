package podcast

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/xmltext"
)

// EpisodeType says what part an episode has in its show.
type EpisodeType string

// The types of episodes.
const (
	TypeFull    EpisodeType = ""        // a whole episode
	TypeTrailer EpisodeType = "trailer" // introduces the show, its Season, or the episode Number
	TypeBonus   EpisodeType = "bonus"   // extra content
)

// Rating says whether an episode has content that is not for children.
type Rating string

// The ratings.
const (
	RatingShow     Rating = ""         // that of the show
	RatingClean    Rating = "clean"    // no strong language, nothing adult
	RatingExplicit Rating = "explicit" // strong language or adult content
)

// Episode is an extension of an article that is an episode of a show:
//
//	article.Extensions = []syndicate.Extension{podcast.Episode{Season: 1, Number: 3}}
//
// The article has what is no matter of podcasts: title, text, dates, and the file as its first
// enclosure, with type, size and duration. Feeds without a [Show] have the elements of an episode
// too. An article without an Episode is one without further details. The zero Episode is useful.
//
// URLs may be relative to the article's.
type Episode struct {
	// Title without a number, if the article's title has one. Default: the article's.
	Title string `json:",omitzero"`
	// Season and Number order the episodes. Default: 0, not written. Serial shows require a Number.
	Season int `json:",omitzero"`
	Number int `json:",omitzero"`
	// Order is the number of podcast:episode, which may have a fraction: 315.5. Default: Number.
	Order float64 `json:",omitzero"`
	// SeasonName and Display are shown instead of the numbers: "Egyptology", "Ch. 3". Default:
	// none.
	SeasonName string `json:",omitzero"`
	Display    string `json:",omitzero"`
	// Type is full, trailer or bonus. Default: full.
	Type EpisodeType `json:",omitzero"`
	// Rating is clean or explicit. Default: that of the show.
	Rating Rating `json:",omitzero"`
	// Block keeps the episode out of directories. Default: false.
	Block bool `json:",omitzero"`
	// Artwork is the episode's square picture. Default: the article's image if it is one.
	Artwork syndicate.Image `json:",omitzero"`
	// Notes is the HTML of the show notes, for the description. Default: the article's content.
	Notes string `json:",omitzero"`

	// People replace the hosts of the show for this episode. If none of them is a host, the authors
	// of the article, or else the hosts of the show, are listed before them. Default: the authors
	// of the article; without any, the people of the show.
	People []Person `json:",omitzero"`
	// Chapters is a file as [AppendChapters] writes it. Default: ChapterList.
	Chapters File `json:",omitzero"`
	// ChapterList are the chapters themselves, of which [Files] makes the file. Default: none.
	ChapterList []Chapter `json:",omitzero"`
	// Transcripts of the episode, in one or several types and languages: addresses of files, or the
	// transcripts themselves, of which [Files] makes the files. Default: none.
	Transcripts []Transcript `json:",omitzero"`
	// Soundbites introduce the episode. Default: none.
	Soundbites []Soundbite `json:",omitzero"`
	// Alternates are other versions of the file. The article's second enclosure and those after it
	// are added. Default: those alone.
	Alternates []AlternateEnclosure `json:",omitzero"`
	// Locations, Funding, License, Values, ContentLinks, Socials, Txts, Chat and Images are
	// described at their types. Default: none.
	Locations    []Location    `json:",omitzero"`
	Funding      []Funding     `json:",omitzero"`
	License      License       `json:",omitzero"`
	Values       []Value       `json:",omitzero"`
	ContentLinks []ContentLink `json:",omitzero"`
	Socials      []Social      `json:",omitzero"`
	Txts         []Txt         `json:",omitzero"`
	Chat         Chat          `json:",omitzero"`
	Images       []Image       `json:",omitzero"`
}

var _ syndicate.Checker = Episode{}

// Namespaces returns those of Apple and of the podcast namespace.
func (Episode) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{itunes, podcast2} }

// WriteFeed writes nothing.
func (Episode) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes the episode in RSS. In Atom, the feed's [Show] does, if it is told to.
func (e Episode) WriteArticle(w *xmltext.Writer, format syndicate.Format, a *syndicate.Article) {
	if format == syndicate.RSS {
		e.write(newOutput(w, a.URL), a)
	}
}

// CheckFeed returns nil.
func (Episode) CheckFeed(*syndicate.Feed) []*syndicate.Problem { return nil }

// CheckArticle returns what is mended or left out of the episode. No problem refuses the article.
func (e Episode) CheckArticle(a *syndicate.Article) []*syndicate.Problem {
	// The elements are written to find the problems, and thrown away.
	o := newOutput(xmltext.NewWriter(e.Namespaces()...), a.URL)
	if file, ok := episodeFile(a); ok {
		o.checkFile("Enclosures[0]", file)
	} else {
		o.Warn("Enclosures", "", RuleNoSound, "kept; podcast apps do not show it; Apple, Podcast requirements")
	}
	e.write(o, a)
	e.checkKept(o)
	return o.problems("Episode", syndicate.RSS)
}

// episodeOf returns the episode that an article has, and whether it has one.
func episodeOf(a *syndicate.Article) (Episode, bool) {
	for _, ext := range a.Extensions {
		switch e := ext.(type) {
		case Episode:
			return e, true
		case *Episode:
			if e != nil {
				return *e, true
			}
		}
	}
	return Episode{}, false
}

// write writes the elements of the episode that an article is.
func (e Episode) write(o *output, a *syndicate.Article) {
	if len(a.Enclosures) > 0 {
		o.duration = a.Enclosures[0].Duration
	}
	e.writeApple(o, a)
	e.writeNumbers(o)
	each(o, ".Transcripts", e.Transcripts)
	one(o, ".Chapters", e.Chapters)
	each(o, ".Soundbites", e.Soundbites)
	e.writePeople(o, a)
	each(o, ".Locations", e.Locations)
	each(o, ".Funding", e.Funding)
	one(o, ".License", e.License)
	each(o, ".Alternates", e.Alternates)
	e.writeEnclosures(o, a)
	each(o, ".Values", e.Values)
	each(o, ".ContentLinks", e.ContentLinks)
	o.socials(".Socials", e.Socials)
	each(o, ".Txts", e.Txts)
	one(o, ".Chat", e.Chat)
	each(o, ".Images", e.Images)
}

// writeApple writes Apple's elements. Durations are in whole seconds, numbers above 0.
func (e Episode) writeApple(o *output, a *syndicate.Article) {
	if title := o.text(".Title", e.Title, appleText); title != plaintext.Of(a.Title) {
		o.w.Element("itunes:title", title)
	}
	// An unknown type is left out, which makes a full episode of it.
	kind := o.among(".Type", string(e.Type), apple+"itunes:episodeType", "full", string(TypeTrailer), string(TypeBonus))
	if kind != "full" { // the default
		o.w.Element("itunes:episodeType", kind)
	}
	o.w.Element("itunes:season", o.positive(".Season", int64(e.Season), apple+"itunes:season"))
	o.w.Element("itunes:episode", o.positive(".Number", int64(e.Number), apple+"itunes:episode"))
	if o.duration > 0 {
		whole := max(1, int64((o.duration+time.Second/2)/time.Second))
		o.w.Element("itunes:duration", strconv.FormatInt(whole, 10))
	}
	// Written only where it was set: apps take the rating of the show otherwise.
	rating := o.among(".Rating", string(e.Rating), apple+"itunes:explicit", string(RatingClean), string(RatingExplicit))
	if rating != "" {
		o.w.Element("itunes:explicit", strconv.FormatBool(rating == string(RatingExplicit)))
	}
	o.episodeArtwork(e.Artwork, a.Image)
	o.w.Element("itunes:block", yes(e.Block, "Yes"))
}

// writeNumbers writes the season and the number with their names (podcast:season,
// podcast:episode). A name needs a number.
func (e Episode) writeNumbers(o *output) {
	name, display := o.text(".SeasonName", e.SeasonName, nameText), o.text(".Display", e.Display, shortText)
	if e.Season > 0 {
		o.w.Element("podcast:season", strconv.Itoa(e.Season), attr("name", name))
	} else if name != "" {
		o.has(".Season", "", podspec+"season")
	}
	// Apps sort by this number, and show the display instead of it.
	order := o.finite(".Order", e.Order, podspec+"episode")
	if order == "" && e.Number > 0 {
		order = strconv.Itoa(e.Number)
	}
	if order != "" {
		o.w.Element("podcast:episode", order, attr("display", display))
	} else if display != "" {
		o.has(".Number", "", podspec+"episode")
	}
}

// writePeople writes the people of the episode, a host first.
func (e Episode) writePeople(o *output, a *syndicate.Article) {
	if !slices.ContainsFunc(e.People, Person.isHost) {
		each(o, "Authors", byline(a.Authors))
	}
	each(o, ".People", e.People)
}

// lacksHosts reports whether the episode lists people without a host. They replace those of the
// show in apps, so the show repeats its hosts then.
func (e Episode) lacksHosts(a *syndicate.Article) bool {
	return len(e.People) > 0 && !slices.ContainsFunc(e.People, Person.isHost) && len(byline(a.Authors)) == 0
}

// writeEnclosures writes the enclosures for which RSS has no room as alternate enclosures, unless
// the episode lists them itself.
func (e Episode) writeEnclosures(o *output, a *syndicate.Article) {
	for i, file := range a.Enclosures {
		listed := slices.ContainsFunc(e.Alternates, func(alternate AlternateEnclosure) bool {
			return slices.ContainsFunc(alternate.Sources, func(s Source) bool { return o.fileURI(s.URI) == file.URL })
		})
		if i == 0 || listed || strings.TrimSpace(file.URL) == "" {
			continue
		}
		// Titles are cut without a warning here: the enclosure itself has the whole.
		found := len(o.Found)
		AlternateEnclosure{
			Sources: []Source{{URI: file.URL}}, Type: mediatype.Of(file.Type, file.URL), Size: file.Size,
			Title: cut(plaintext.Of(file.Title), shortText),
		}.write(o)
		o.Within(fmt.Sprintf("Enclosures[%d]", i), found)
	}
}
