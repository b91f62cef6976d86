package podcast

// A reader of podcast feeds made of encoding/xml alone. It shares no code with the writer.

import (
	"encoding/xml"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

const (
	itunesURI  = "http://www.itunes.com/dtds/podcast-1.0.dtd"
	podcastURI = "https://podcastindex.org/namespace/1.0"
)

// node is an element.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

func parse(t testing.TB, doc []byte) node {
	t.Helper()
	var root node
	require.NoError(t, xml.Unmarshal(doc, &root), string(doc))
	require.Len(t, root.Children, 1)
	return root.Children[0]
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

func (n node) all(space, name string) (found []node) {
	for _, c := range n.Children {
		if c.XMLName == (xml.Name{Space: space, Local: name}) {
			found = append(found, c)
		}
	}
	return found
}

func (n node) itunes(name string) []node  { return n.all(itunesURI, name) }
func (n node) podcast(name string) []node { return n.all(podcastURI, name) }
func (n node) plain(name string) []node   { return n.all("", name) }

// first returns the text of the first of the elements.
func first(nodes []node) string { return single(nodes).Text }

func single(nodes []node) node {
	if len(nodes) == 0 {
		return node{}
	}
	return nodes[0]
}

func mapped[T any](nodes []node, read func(node) T) (list []T) {
	for _, n := range nodes {
		list = append(list, read(n))
	}
	return list
}

func (n node) int(name string) int         { return int(n.float(name)) }
func (n node) float(name string) float64   { f, _ := strconv.ParseFloat(n.attr(name), 64); return f }
func (n node) is(name, value string) bool  { return n.attr(name) == value }
func (n node) time(name string) time.Time  { return readTime(time.RFC3339, n.attr(name)) }
func (n node) link(name string) [2]string  { return [2]string{n.attr(name), n.Text} }
func number(s string) (f float64)          { f, _ = strconv.ParseFloat(s, 64); return f }
func (n node) span(s string) time.Duration { return time.Duration(n.float(s)*1000) * time.Millisecond }

func readTime(layout, text string) time.Time {
	t, err := time.Parse(layout, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

func readPerson(n node) Person {
	return Person{Name: n.Text, Role: n.attr("role"), Group: n.attr("group"), Image: n.attr("img"), URL: n.attr("href")}
}

func readPoint(text string) (p Point) {
	coordinates, uncertainty, _ := strings.Cut(strings.TrimPrefix(text, "geo:"), ";u=")
	latitude, longitude, _ := strings.Cut(coordinates, ",")
	return Point{number(latitude), number(longitude), number(uncertainty)}
}

func readLocation(n node) Location {
	return Location{
		Name: n.Text, Relation: Relation(n.attr("rel")), Geo: readPoint(n.attr("geo")), OSM: n.attr("osm"), Country: n.attr("country"),
	}
}

func readFunding(n node) Funding         { return Funding(asFunding(n.link("url"))) }
func readContentLink(n node) ContentLink { return ContentLink(asFunding(n.link("href"))) }
func asFunding(l [2]string) Funding      { return Funding{l[0], l[1]} }
func readLicense(n node) License         { return License{n.Text, n.attr("url")} }
func readTxt(n node) Txt                 { return Txt{n.attr("purpose"), n.Text} }
func readFile(n node) File               { return File{n.attr("url"), n.attr("type")} }

func readTranscript(n node) Transcript {
	return Transcript{URL: n.attr("url"), Type: n.attr("type"), Language: n.attr("language"), Captions: n.is("rel", "captions")}
}

func readSoundbite(n node) Soundbite {
	return Soundbite{n.span("startTime"), n.span("duration"), n.Text}
}

func readAlternate(n node) AlternateEnclosure {
	integrity := single(n.podcast("integrity"))
	return AlternateEnclosure{
		Sources: mapped(n.podcast("source"), func(n node) Source { return Source{n.attr("uri"), n.attr("contentType")} }),
		Type:    n.attr("type"), Size: int64(n.int("length")), Bitrate: n.float("bitrate"), Height: n.int("height"), Language: n.attr("lang"),
		Title: n.attr("title"), Rel: n.attr("rel"), Codecs: n.attr("codecs"), Default: n.is("default", "true"),
		Integrity: Integrity{IntegrityType(integrity.attr("type")), integrity.attr("value")},
	}
}

func readRecipient(n node) Recipient {
	return Recipient{
		Name: n.attr("name"), Type: n.attr("type"), Address: n.attr("address"), Split: n.int("split"), CustomKey: n.attr("customKey"),
		CustomValue: n.attr("customValue"), Fee: n.is("fee", "true"),
	}
}

func readRemoteItem(n node) RemoteItem {
	return RemoteItem{n.attr("feedGuid"), n.attr("feedUrl"), n.attr("itemGuid"), Medium(n.attr("medium")), n.attr("title")}
}

func readTimeSplit(n node) TimeSplit {
	return TimeSplit{
		Start: n.span("startTime"), Duration: n.span("duration"), Recipients: mapped(n.podcast("valueRecipient"), readRecipient),
		Remote: readRemoteItem(single(n.podcast("remoteItem"))), RemoteStart: n.span("remoteStartTime"), RemotePercentage: n.float("remotePercentage"),
	}
}

func readValue(n node) Value {
	return Value{
		Type: n.attr("type"), Method: n.attr("method"), Suggested: n.float("suggested"), Recipients: mapped(n.podcast("valueRecipient"), readRecipient),
		TimeSplits: mapped(n.podcast("valueTimeSplit"), readTimeSplit),
	}
}

func readSocial(n node) Social {
	return Social{n.attr("protocol"), n.attr("uri"), n.attr("accountId"), n.attr("accountUrl"), n.int("priority")}
}

func readChat(n node) Chat {
	return Chat{n.attr("server"), n.attr("protocol"), n.attr("accountId"), n.attr("space")}
}

func readImage(n node) Image {
	width, height, _ := strings.Cut(n.attr("aspect-ratio"), "/")
	return Image{
		URL: n.attr("href"), Alt: n.attr("alt"), Width: n.int("width"), Height: n.int("height"), Type: n.attr("type"),
		Aspect: Aspect{int(number(width)), int(number(height))}, Purposes: append([]string(nil), strings.Fields(n.attr("purpose"))...),
	}
}

func readTrailer(n node) Trailer {
	return Trailer{
		Title: n.Text, URL: n.attr("url"), Published: readTime(time.RFC1123Z, n.attr("pubdate")), Type: n.attr("type"), Size: int64(n.int("length")),
		Season: n.int("season"),
	}
}

func readLive(n node) LiveItem {
	file := single(n.plain("enclosure"))
	l := LiveItem{
		Status: LiveStatus(n.attr("status")), Start: n.time("start"), End: n.time("end"), Title: first(n.plain("title")),
		Description: unescapeHTML(first(n.plain("description"))), URL: first(n.plain("link")), GUID: first(n.plain("guid")),
		Enclosures: []syndicate.Enclosure{{URL: file.attr("url"), Type: file.attr("type"), Size: int64(file.int("length"))}},
		Episode:    readEpisode(n),
	}
	return l
}

func unescapeHTML(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&#34;", `"`, "&quot;", `"`, "&#39;", "'").Replace(s)
}

// readEpisode reads the elements of an item that an Episode writes.
func readEpisode(n node) Episode {
	episode := single(n.podcast("episode"))
	e := Episode{
		Title: first(n.itunes("title")), Season: int(number(first(n.itunes("season")))), Number: int(number(first(n.itunes("episode")))),
		Order: number(episode.Text), SeasonName: single(n.podcast("season")).attr("name"), Display: episode.attr("display"),
		Type: EpisodeType(first(n.itunes("episodeType"))), Block: first(n.itunes("block")) == "Yes",
		Rating:  map[string]Rating{"true": RatingExplicit, "false": RatingClean}[first(n.itunes("explicit"))],
		Artwork: syndicate.Image{URL: single(n.itunes("image")).attr("href")},
		People:  mapped(n.podcast("person"), readPerson), Chapters: readFile(single(n.podcast("chapters"))),
		Transcripts: mapped(n.podcast("transcript"), readTranscript), Soundbites: mapped(n.podcast("soundbite"), readSoundbite),
		Alternates: mapped(n.podcast("alternateEnclosure"), readAlternate), Locations: mapped(n.podcast("location"), readLocation),
		Funding: mapped(n.podcast("funding"), readFunding), License: readLicense(single(n.podcast("license"))),
		Values: mapped(n.podcast("value"), readValue), ContentLinks: mapped(n.podcast("contentLink"), readContentLink),
		Socials: mapped(n.podcast("socialInteract"), readSocial), Txts: mapped(n.podcast("txt"), readTxt),
		Chat: readChat(single(n.podcast("chat"))), Images: mapped(n.podcast("image"), readImage),
	}
	return e
}

// readShow reads the elements of a channel that a Show writes.
func readShow(n node) Show {
	owner, locked := single(n.itunes("owner")), single(n.podcast("locked"))
	frequency := single(n.podcast("updateFrequency"))
	s := Show{
		Categories: mapped(n.itunes("category"), func(n node) Category {
			if sub := n.itunes("category"); len(sub) > 0 {
				return Category(sub[0].attr("text"))
			}
			return Category(n.attr("text"))
		}),
		Artwork:  syndicate.Image{URL: single(n.itunes("image")).attr("href")},
		Explicit: first(n.itunes("explicit")) == "true", Author: first(n.itunes("author")),
		Owner:  Owner{first(owner.itunes("name")), first(owner.itunes("email"))},
		Serial: first(n.itunes("type")) == "serial", Complete: first(n.itunes("complete")) == "Yes", Block: first(n.itunes("block")) == "Yes",
		NewFeedURL: first(n.itunes("new-feed-url")), GUID: first(n.podcast("guid")), Unlocked: locked.Text == "no",
		Medium: Medium(first(n.podcast("medium"))), People: mapped(n.podcast("person"), readPerson),
		Trailers: mapped(n.podcast("trailer"), readTrailer), Live: mapped(n.podcast("liveItem"), readLive),
		Blocks:          mapped(n.podcast("block"), func(n node) Block { return Block{n.attr("id"), n.Text == "no"} }),
		UpdateFrequency: UpdateFrequency{frequency.Text, frequency.attr("rrule"), frequency.time("dtstart")},
		Podping:         single(n.podcast("podping")).is("usesPodping", "true"),
		Publisher:       readRemoteItem(single(single(n.podcast("publisher")).podcast("remoteItem"))),
		Podroll:         mapped(single(n.podcast("podroll")).podcast("remoteItem"), readRemoteItem),
		RemoteItems:     mapped(n.podcast("remoteItem"), readRemoteItem), Locations: mapped(n.podcast("location"), readLocation),
		Funding: mapped(n.podcast("funding"), readFunding), License: readLicense(single(n.podcast("license"))),
		Values: mapped(n.podcast("value"), readValue), Socials: mapped(n.podcast("socialInteract"), readSocial),
		Txts: mapped(n.podcast("txt"), readTxt), Chat: readChat(single(n.podcast("chat"))), Images: mapped(n.podcast("image"), readImage),
	}
	return s
}

// elements adds the names of the elements of both vocabularies to a set, with their parents'.
func (n node) elements(set map[string]bool) {
	for _, c := range n.Children {
		if c.XMLName.Space == itunesURI || c.XMLName.Space == podcastURI {
			prefix := map[string]string{itunesURI: "itunes:", podcastURI: "podcast:"}[c.XMLName.Space]
			set[n.XMLName.Local+"/"+prefix+c.XMLName.Local] = true
		}
		c.elements(set)
	}
}
