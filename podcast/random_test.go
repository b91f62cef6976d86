package podcast

// A generator of random shows and episodes. Everything that it makes is in the form that is
// written, so that what is read back from a feed must be equal.

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// generator makes random values. Every optional field is set in about half of them.
type generator struct {
	*rand.Rand
	n    int  // of addresses, which are unique
	kept bool // episodes may have their chapters and transcripts themselves
}

func newGenerator(seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 15))}
}

func (g *generator) flag() bool { return g.IntN(2) == 0 }

// maybe returns a value or, as often, the zero value.
func maybe[T any](g *generator, make func() T) (v T) {
	if g.flag() {
		v = make()
	}
	return v
}

// some returns up to three values, often none.
func some[T any](g *generator, make func() T) (list []T) {
	for range max(0, g.IntN(6)-2) {
		list = append(list, make())
	}
	return list
}

// pick returns one of the values.
func pick[T any](g *generator, values ...T) T { return values[g.IntN(len(values))] }

// words returns plain text that has to be escaped, in several scripts.
func (g *generator) words() string {
	all := []string{
		"Ankara", "İstanbul", "a < b", "&amp;", "\"quoted\"", "O'Hara", "]]>", "日本語", "🎙️", "naïve", "R&D", "<b>", "x > y",
		"100 %", "Çağlar", "עברית", "--", "é",
	}
	picked := make([]string, 1+g.IntN(4))
	for i := range picked {
		picked[i] = pick(g, all...)
	}
	return strings.Join(picked, " ")
}

func (g *generator) url(ending string) string {
	g.n++
	return fmt.Sprintf("https://media.example.com/%d/file%s%s", g.n, ending, maybe(g, func() string { return "?a=1&b=%20" }))
}

func (g *generator) page() string      { return g.url("") }
func (g *generator) number() int       { return 1 + g.IntN(400) }
func (g *generator) size() int64       { return 1 + g.Int64N(1<<31) }
func (g *generator) language() string  { return pick(g, "en", "tr", "de-AT", "pt-BR", "ja") }
func (g *generator) guid() string      { return GUID(g.page()) }
func (g *generator) fraction() float64 { return float64(1+g.IntN(100_000)) / 100 }
func (g *generator) span() time.Duration {
	return time.Duration(1+g.IntN(400)) * 250 * time.Millisecond
}
func (g *generator) mail() string   { return fmt.Sprintf("owner%d@example.com", g.n) }
func (g *generator) day() time.Time { return time.Date(2022, 3, 1, 0, g.IntN(1<<20), 0, 0, time.UTC) }
func (g *generator) mediumOfItem() Medium {
	return pick(g, MediumPodcast, MediumMusic, MediumMixed, MediumFilm.List())
}
func (g *generator) contentLink() ContentLink { return ContentLink{g.page(), g.words()} }
func (g *generator) funding() Funding         { return Funding{g.page(), maybe(g, g.words)} }

func (g *generator) person() Person {
	line := pick(g, strings.Split(roles, "\n")...)
	group, list, _ := strings.Cut(line, ": ")
	p := Person{Name: g.words(), Image: maybe(g, g.page), URL: maybe(g, g.page)}
	if g.flag() {
		if p.Role = pick(g, strings.Split(list, ", ")...); group != "cast" {
			p.Group = group
		}
	}
	return p
}

func (g *generator) point() Point {
	return Point{
		Latitude: float64(g.IntN(1_800_000)-900_000) / 1e4, Longitude: float64(g.IntN(3_600_000)-1_800_000) / 1e4,
		Uncertainty: maybe(g, g.fraction),
	}
}

func (g *generator) location() Location {
	return Location{
		Name: g.words(), Relation: pick(g, RelationSubject, RelationCreator), Geo: maybe(g, g.point),
		OSM:     maybe(g, func() string { return pick(g, "N1", "W5013364", "R7444#188") }),
		Country: maybe(g, func() string { return pick(g, "US", "GB", "TR") }),
	}
}

func (g *generator) license() License {
	return pick(g, License{Name: pick(g, licenses...)}, License{Name: "house licence", URL: g.page()})
}

func (g *generator) transcript() Transcript {
	ending := pick(g, ".vtt", ".srt", ".json", ".html", ".txt")
	if g.kept && g.flag() {
		return Transcript{Type: transcriptTypes[ending], Language: maybe(g, g.language), Cues: some(g, g.cue), Text: g.words()}
	}
	return Transcript{URL: g.url(ending), Type: transcriptTypes[ending], Language: maybe(g, g.language), Captions: g.flag()}
}

func (g *generator) cue() Cue {
	return Cue{Start: maybe(g, g.span), End: g.span(), Speaker: maybe(g, g.words), Text: g.words()}
}

func (g *generator) chapter() Chapter {
	return Chapter{
		Start: maybe(g, g.span), End: maybe(g, g.span), Title: maybe(g, g.words), Image: maybe(g, g.page), URL: maybe(g, g.page),
		Hidden: g.flag(), Location: maybe(g, g.location),
	}
}

func (g *generator) alternate() AlternateEnclosure {
	a := AlternateEnclosure{
		Type: pick(g, "audio/opus", "video/mp4", "application/x-mpegURL"), Size: maybe(g, g.size), Bitrate: maybe(g, g.fraction),
		Height: maybe(g, g.number), Language: maybe(g, g.language), Title: maybe(g, func() string { return "High <quality>" }),
		Rel: maybe(g, func() string { return "commentary" }), Codecs: maybe(g, func() string { return "avc1.64001f" }), Default: g.flag(),
		Sources: []Source{{URI: g.url(".opus")}},
	}
	if a.Type == "application/x-mpegURL" {
		a.Type = "application/x-mpegurl" // types are written in lower case
	}
	if g.flag() {
		a.Sources = append(a.Sources, Source{URI: "ipfs://QmX33FYehk6ckGQ6g1D9D3FqZPix5JpKstKQKbaS8quUFb", Type: "application/x-bittorrent"})
	}
	a.Integrity = maybe(g, func() Integrity {
		return pick(g, Integrity{IntegritySRI, "sha384-ExVqijgYHm15PqQqdXfW95x+Rs6C+d6E/ICxyQOeFevnxNLR/wtJNrNYTjIysUBo"},
			Integrity{IntegrityPGP, "iQEzBAABCAAdFiEE"})
	})
	return a
}

func (g *generator) recipient() Recipient {
	r := Recipient{Name: maybe(g, g.words), Type: pick(g, "node", "lnaddress"), Address: "02d5c1bf8b940dc9cadca86d1b0a", Split: g.number(), Fee: g.flag()}
	if g.flag() {
		r.CustomKey, r.CustomValue = "696969", maybe(g, g.words)
	}
	return r
}

func (g *generator) timeSplit() TimeSplit {
	t := TimeSplit{Start: maybe(g, g.span), Duration: g.span()}
	if g.flag() {
		t.Recipients = []Recipient{g.recipient()}
		return t
	}
	t.Remote, t.RemoteStart, t.RemotePercentage = g.remoteItem(), maybe(g, g.span), maybe(g, func() float64 { return 12.5 })
	return t
}

func (g *generator) value() Value {
	return Value{
		Type: "lightning", Method: pick(g, "keysend", "lnaddress"), Suggested: maybe(g, func() float64 { return 0.00000005 }),
		Recipients: append(some(g, g.recipient), g.recipient()), TimeSplits: some(g, g.timeSplit),
	}
}

func (g *generator) remoteItem() RemoteItem {
	return RemoteItem{
		FeedGUID: g.guid(), FeedURL: maybe(g, g.page), ItemGUID: maybe(g, g.words), Medium: maybe(g, g.mediumOfItem), Title: maybe(g, g.words),
	}
}

func (g *generator) social() Social {
	return Social{
		Protocol: pick(g, socialProtocols[1:]...), URI: g.page(), AccountID: maybe(g, g.words), AccountURL: maybe(g, g.page), Priority: maybe(g, g.number),
	}
}

func (g *generator) socials() []Social {
	if g.IntN(5) == 0 {
		return []Social{{Protocol: "disabled"}}
	}
	return some(g, g.social)
}

func (g *generator) chat() Chat {
	return Chat{Server: "irc.example.com", Protocol: pick(g, "irc", "xmpp", "nostr", "matrix"), AccountID: maybe(g, g.words), Space: maybe(g, g.words)}
}

func (g *generator) txt() Txt {
	return pick(g, Txt{Text: g.words()}, Txt{"verify", g.words()}, Txt{"ai-content", "true"})
}

func (g *generator) image() Image {
	i := Image{
		URL: g.url(".png"), Alt: maybe(g, g.words), Aspect: Aspect{16, 9}, Type: maybe(g, func() string { return "video/mp4" }),
		Purposes: maybe(g, func() []string { return []string{"artwork", "truefans/hero"} }),
	}
	if g.flag() {
		i.Width, i.Height = 320, 180
	}
	return i
}

func (g *generator) artwork() syndicate.Image {
	return syndicate.Image{URL: g.url(pick(g, ".jpg", ".png"))}
}

func (g *generator) trailer() Trailer {
	return Trailer{
		Title: g.words(), URL: g.url(".mp3"), Published: g.day(), Type: pick(g, "audio/mpeg", "video/mp4"), Size: maybe(g, g.size), Season: maybe(g, g.number),
	}
}

func (g *generator) live() LiveItem {
	l := LiveItem{
		Status: pick(g, LivePending, LiveNow, LiveEnded), Start: g.day(), Title: g.words(), Description: maybe(g, g.words), URL: g.page(), GUID: g.guid(),
		Enclosures: []syndicate.Enclosure{{URL: g.page(), Type: "audio/mpeg", Size: maybe(g, g.size)}},
		Episode: Episode{
			People: some(g, g.person), ContentLinks: []ContentLink{g.contentLink()}, Alternates: some(g, g.alternate),
			Locations: some(g, g.location), Funding: some(g, g.funding), Chat: maybe(g, g.chat), Images: some(g, g.image),
		},
	}
	if g.flag() {
		l.End = l.Start.Add(time.Hour)
	}
	return l
}

func (g *generator) frequency() UpdateFrequency {
	return pick(g, UpdateFrequency{Text: g.words(), Rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=10", Start: g.day()},
		UpdateFrequency{Rule: "FREQ=YEARLY;BYDAY=+4TH;BYMONTH=11"}, UpdateFrequency{Text: g.words()})
}

// show returns a show in which every field of the type may be set.
func (g *generator) show() Show {
	s := Show{
		Artwork: g.artwork(), Explicit: g.flag(), Author: g.words(), Serial: g.flag(), Complete: g.flag(), Block: g.flag(),
		NewFeedURL: maybe(g, g.page), OnlyNotes: g.flag(), GUID: g.guid(), Unlocked: g.flag(),
		Medium: maybe(g, func() Medium { return pick(g, MediumMusic, MediumVideo, MediumFilm, MediumAudiobook, MediumCourse) }),
		People: some(g, g.person), Trailers: some(g, g.trailer), Live: some(g, g.live),
		Blocks:          some(g, func() Block { return Block{pick(g, services...), g.flag()} }),
		UpdateFrequency: maybe(g, g.frequency), Podping: g.flag(), Podroll: some(g, g.remoteItem), RemoteItems: some(g, g.remoteItem),
		Locations: some(g, g.location), Funding: some(g, g.funding), License: maybe(g, g.license), Values: some(g, g.value),
		Socials: g.socials(), Txts: some(g, g.txt), Chat: maybe(g, g.chat), Images: some(g, g.image),
	}
	if g.flag() {
		s.Owner = Owner{g.words(), g.mail()}
	}
	if s.Publisher = maybe(g, g.remoteItem); s.Publisher != (RemoteItem{}) {
		s.Publisher.Medium = MediumPublisher
	}
	for range 1 + g.IntN(3) {
		if c := pick(g, Categories()...); !slices.Contains(s.Categories, c) {
			s.Categories = append(s.Categories, c)
		}
	}
	return s
}

// episode returns an episode in which every field of the type may be set.
func (g *generator) episode() Episode {
	e := Episode{
		Title: g.words() + " (short)", Season: maybe(g, g.number), Number: g.number(), Type: pick(g, TypeFull, TypeFull, TypeTrailer, TypeBonus),
		Order: g.fraction(), Rating: pick(g, RatingShow, RatingClean, RatingExplicit), Block: g.flag(), Artwork: maybe(g, g.artwork),
		Display:  maybe(g, func() string { return "Ch. 3" }),
		People:   append(some(g, g.person), Person{Name: g.words()}), // a host, so that no others are added
		Chapters: maybe(g, func() File { return File{g.url(".json"), TypeChapters} }), Transcripts: some(g, g.transcript),
		Soundbites: some(g, func() Soundbite {
			return Soundbite{Start: maybe(g, g.span), Duration: g.span(), Title: maybe(g, g.words)}
		}),
		Alternates: some(g, g.alternate), Locations: some(g, g.location), Funding: some(g, g.funding), License: maybe(g, g.license),
		Values: some(g, g.value), ContentLinks: some(g, g.contentLink), Socials: g.socials(), Txts: some(g, g.txt), Chat: maybe(g, g.chat),
		Images: some(g, g.image),
	}
	if g.kept {
		e.ChapterList = some(g, g.chapter)
	}
	if e.Season > 0 {
		e.SeasonName = maybe(g, g.words)
	}
	if e.Type == TypeTrailer && g.flag() { // of the show or a season
		e.Number, e.Order, e.Display = 0, 0, ""
	}
	return e
}

// article returns an article with an episode.
func (g *generator) article() *syndicate.Article {
	return &syndicate.Article{
		URL: g.page(), ID: g.guid(), Title: g.words(), Content: "<h2>Notes</h2><p>With a <a href=\"https://example.com/\">link</a>.</p>",
		Published:  g.day(),
		Enclosures: []syndicate.Enclosure{{URL: g.url(".mp3"), Type: "audio/mpeg", Size: g.size(), Duration: time.Duration(3600+g.IntN(99)) * time.Second}},
		Extensions: []syndicate.Extension{g.episode()},
	}
}

// feed returns a feed with a random show of so many random episodes.
func (g *generator) feed(episodes int) *syndicate.Feed {
	f := &syndicate.Feed{
		ID: "https://example.com/", Title: "Example", Description: "News", URL: "https://example.com/", Language: "en-us",
		Self: syndicate.Links{RSS: "https://example.com/rss.xml"}, Authors: []syndicate.Author{{Name: "Example"}},
		Extensions: []syndicate.Extension{g.show()},
	}
	for range episodes {
		f.Articles = append(f.Articles, g.article())
	}
	return f
}
