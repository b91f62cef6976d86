package main

import (
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/podcast"
)

// The paths below the URL of the show.
const (
	artworkPath = "artwork.png" // a square of 1400 pixels
	stylesPath  = "feeds.css"   // makes the feed readable in a browser
	soundFolder = "sounds/"     // of the enclosures
	filesFolder = "files/"      // of the chapters and transcripts
)

// entry is what an editor writes about an episode. The size, type and duration of the sound and the
// transcript come from files.
type entry struct {
	slug      string // names the episode in addresses, and makes its guid
	sound     string // the name of the file
	title     string
	notes     string // HTML
	published time.Time
	episode   podcast.Episode // everything that only episodes have
}

// entries are the episodes and the trailer. A real show keeps them in a database or in files.
var entries = []entry{{
	slug: "trailer", sound: "trailer.mp3", title: "Listen to a small port",
	notes:     "<p>Short recordings from a small port. A new one every Sunday.</p>",
	published: time.Date(2026, 11, 1, 7, 0, 0, 0, time.UTC),
	// An episode of this type without a number is the trailer of the whole show. The feed names it
	// in podcast:trailer too.
	episode: podcast.Episode{Type: podcast.TypeTrailer},
}, {
	slug: "bell", sound: "bell.mp3", title: "The bell",
	notes: `<p>Why the fishermen set their watches by a bell. <a href="https://en.wikipedia.org/wiki/Bell">More ` +
		`about bells</a>.</p>`,
	published: time.Date(2026, 11, 15, 7, 0, 0, 0, time.UTC),
	episode: podcast.Episode{
		Season: 1, Number: 1,
		// A file of chapters is made of this list, and lives as long as the episode.
		ChapterList: []podcast.Chapter{
			{Title: "In the morning"},
			{Start: 7055 * time.Millisecond, Title: "In fog"},
		},
	},
}, {
	slug: "ferry", sound: "ferry.m4a", title: "The last ferry",
	notes:     "<p>At midnight the ropes are cast off. With Ada Lind, who sells the tickets.</p>",
	published: time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC),
	episode: podcast.Episode{
		Season: 1, Number: 2,
		// The host of the show is added, because none of these people is one.
		People: []podcast.Person{{Name: "Ada Lind", Role: "guest"}},
		ChapterList: []podcast.Chapter{
			{Title: "The ropes"},
			{Start: 6511 * time.Millisecond, Title: "Silence"},
		},
	},
}}

// newArchive returns the articles of the show at the given URL. In a private show, the addresses of
// sounds, chapters, transcripts and pages contain the token of the subscriber.
func newArchive(url string, sounds map[string]*sound, private bool) (*syndicate.Archive, error) {
	folder, soundURL := url, url+soundFolder
	if private {
		// Package feedhttp replaces the placeholder by the token that a request was made with.
		folder, soundURL = url+privateFolder, soundURL+feedhttp.TokenPlaceholder+"/"
	}
	articles := make([]syndicate.Article, 0, len(entries))
	for _, e := range entries {
		// The feed names the address of the transcript, and the file is made of the text.
		sound := sounds[e.sound]
		e.episode.Transcripts = []podcast.Transcript{{Type: "text/vtt", Text: sound.transcript}}
		articles = append(articles, syndicate.Article{
			// The id is the guid of the episode. It must never change, so it is no URL.
			ID: idOf(e.slug), URL: folder + episodePath(e.slug),
			// The notes become the description, in the HTML that apps show.
			Title: e.title, Content: e.notes, Published: e.published,
			// The first enclosure is the sound. Further ones would be other versions of it.
			Enclosures: []syndicate.Enclosure{{
				URL: soundURL + e.sound, Type: sound.mediaType,
				Size: sound.size, Duration: sound.duration,
			}},
			Extensions: []syndicate.Extension{e.episode},
		})
	}
	return syndicate.NewArchive(syndicate.Site{
		URL: url, Title: "Harbour Sounds", Description: "Short recordings from a small port", Language: "en",
		Author: syndicate.Author{Name: "Harbour Radio"}, Copyright: "Harbour Radio",
		Stylesheet: "/" + stylesPath,
		// Podcast apps read RSS. One feed is enough for a site that is a single show.
		Formats: []syndicate.Format{syndicate.RSS},
		Kinds:   []syndicate.Kind{syndicate.KindSite},
		// The feed of the whole site is the show. Several shows are categories of one site.
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{syndicate.Everything(): {
			Extensions: []syndicate.Extension{podcast.Show{
				Categories: []podcast.Category{"Documentary", "Places & Travel"},
				// Give the picture another name when it changes, because apps keep it.
				Artwork: syndicate.Image{URL: url + artworkPath, Width: 1400, Height: 1400},
				// Spotify and YouTube send a code to this address, which the feed publishes.
				Owner:  podcast.Owner{Email: "radio@podcast.example"},
				People: []podcast.Person{{Name: "Mara Holm"}},
				Files:  folder + filesFolder,
				Block:  private, // no directory lists a private show
			}},
		}},
	}, articles...)
}

// episodePath returns the path of the page of an episode.
func episodePath(slug string) string { return "episodes/" + slug + "/" }

// idOf returns the guid of an episode.
func idOf(slug string) string { return "harbour-sounds:" + slug }
