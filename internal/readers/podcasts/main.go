// Podcasts prints what github.com/mmcdole/gofeed reads in podcast feeds, in the form of
// .ci/readers/podcasts.mjs: a feed in JSON on each line of the input, and what it says on the same
// line of the output.
//
// Gofeed shows how far a general reader gets. It has fields for Apple's elements, and keeps those
// of any other vocabulary as they are: with their attributes, texts and children. What it loses is
// the order of elements of different names, and the text of an element that has children.
//
// The test that runs the program compares the records with those of the show. It does so for each
// key that the program prints, so that a key is left out here if gofeed cannot hold its values:
// time splits, for one, whose recipients are children of children.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"
)

// facts are lists of records by their keys. The keys and the order of the values are those of
// podcast/judges_test.go. A key that gofeed cannot hold is missing.
type facts map[string][][]string

// main reads feeds from the standard input and writes what they say to the standard output.
func main() {
	log.SetFlags(0)
	in, out := bufio.NewReaderSize(os.Stdin, 1<<20), json.NewEncoder(os.Stdout)
	// Gofeed has no state, so feeds are read one after the other until the input ends. A feed that
	// it cannot read ends the program, which fails the test.
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 {
			return
		}
		var given struct{ Body []byte }
		if err := json.Unmarshal(line, &given); err != nil {
			log.Fatal(err)
		}
		feed, parseErr := gofeed.NewParser().Parse(bytes.NewReader(given.Body))
		if parseErr != nil {
			log.Fatal(parseErr)
		}
		items := []facts{} // a list in JSON, even without items
		for _, item := range feed.Items {
			items = append(items, itemFacts(item))
		}
		// The test closes the input, or the output if it has failed.
		if encodeErr := out.Encode(map[string]any{"channel": channelFacts(feed), "items": items}); encodeErr != nil || err != nil {
			return
		}
	}
}

// optional returns a record with a text, none if it is empty: then the feed does not have the
// element.
func optional(text string) [][]string {
	if text == "" {
		return nil
	}
	return [][]string{{text}}
}

// isTrue returns how a flag is written, which Apple's elements have as words. A missing element
// means no.
func isTrue(text string) [][]string {
	return [][]string{{strconv.FormatBool(strings.EqualFold(text, "yes") || strings.EqualFold(text, "true"))}}
}

// elements returns a record for each element of a name in the podcast namespace: its text as "",
// and its attributes. Gofeed keeps elements of any vocabulary as extensions, with their attributes
// and children.
func elements(found ext.Extensions, name string, values ...string) [][]string {
	records := [][]string{}
	for _, e := range found["podcast"][name] {
		records = append(records, recordOf(e, values))
	}
	return records
}

// children is elements for those in other elements. The children of all parents are in one list.
func children(found ext.Extensions, parent, name string, values ...string) [][]string {
	records := [][]string{}
	for _, p := range found["podcast"][parent] {
		for _, e := range p.Children[name] {
			records = append(records, recordOf(e, values))
		}
	}
	return records
}

// recordOf returns the values of an element. A name may have a default, "role=host".
func recordOf(e ext.Extension, values []string) (record []string) {
	for _, value := range values {
		name, missing, _ := strings.Cut(value, "=")
		// The text of the element, or the value of an attribute.
		text := e.Value
		if name != "" {
			text = cmp.Or(e.Attrs[name], missing)
		}
		// Dates are compared as seconds, whatever their form.
		if name == "pubdate" || name == "start" || name == "end" || name == "dtstart" {
			text = unix(text)
		}
		record = append(record, text)
	}
	return record
}

// unix returns a date as the number of its second, in the form of RSS or of Atom. Any other text
// becomes "", which differs from every date.
func unix(text string) string {
	for _, layout := range []string{time.RFC1123Z, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return strconv.FormatInt(t.Unix(), 10)
		}
	}
	return ""
}

// shared adds what a channel and an item have in common: people, places, money, links, texts and
// pictures. Their elements have the same attributes in both.
func shared(f facts, found ext.Extensions) {
	// The role and the group of a person have defaults in the namespace.
	f["person"] = elements(found, "person", "", "role=host", "group=cast", "img", "href")
	f["location"] = elements(found, "location", "", "rel", "geo", "osm", "country")
	f["funding"] = elements(found, "funding", "url", "")
	f["license"] = elements(found, "license", "", "url")
	// The recipients of all value blocks follow each other.
	f["value"] = elements(found, "value", "type", "method", "suggested")
	f["recipient"] = children(found, "value", "valueRecipient", "name", "type", "address", "split", "customKey", "customValue", "fee=false")
	f["social"] = elements(found, "socialInteract", "protocol", "uri", "accountId", "accountUrl", "priority")
	f["txt"] = elements(found, "txt", "purpose", "")
	f["chat"] = elements(found, "chat", "server", "protocol", "accountId", "space")
	f["podcastImage"] = elements(found, "image", "href", "alt", "aspect-ratio", "width", "height", "type", "purpose")
}

// channelFacts returns what gofeed reads of a show. Apple's elements have fields of gofeed, and
// those of the podcast namespace are extensions.
func channelFacts(feed *gofeed.Feed) facts {
	apple, found := feed.ITunesExt, feed.Extensions
	// In the order in which a show writes them.
	f := facts{
		"title": {{feed.Title}}, "description": {{feed.Description}}, "link": {{feed.Link}}, "language": {{feed.Language}},
		"author": {{apple.Author}}, "image": {{apple.Image}}, "explicit": isTrue(apple.Explicit), "block": isTrue(apple.Block),
		"complete": isTrue(apple.Complete), "type": {{cmp.Or(apple.Type, "episodic")}}, "newFeedURL": optional(apple.NewFeedURL),
		"guid": elements(found, "guid", ""), "locked": elements(found, "locked", "", "owner"),
		"podcastBlock": elements(found, "block", "id", ""), "podping": elements(found, "podping", "usesPodping"),
		"trailer":         elements(found, "trailer", "", "url", "pubdate", "length", "type", "season"),
		"updateFrequency": elements(found, "updateFrequency", "", "rrule", "dtstart"),
		"podroll":         children(found, "podroll", "remoteItem", "feedGuid", "feedUrl", "itemGuid", "medium=podcast", "title"),
		"publisher":       children(found, "publisher", "remoteItem", "feedGuid", "feedUrl", "itemGuid", "medium=podcast", "title"),
		"remoteItem":      elements(found, "remoteItem", "feedGuid", "feedUrl", "itemGuid", "medium=podcast", "title"),
		"live":            elements(found, "liveItem", "status", "start", "end"),
	}
	// A category without a subcategory has an empty second value.
	for _, c := range apple.Categories {
		record := []string{c.Text, ""}
		if c.Subcategory != nil {
			record[1] = c.Subcategory.Text
		}
		f["category"] = append(f["category"], record)
	}
	if apple.Owner != nil {
		f["owner"] = [][]string{{apple.Owner.Name, apple.Owner.Email}}
	}
	shared(f, found)
	return f
}

// itemFacts returns what gofeed reads of an episode. An element that is not in the feed has no
// record, except for those with a default.
func itemFacts(item *gofeed.Item) facts {
	apple, found := item.ITunesExt, item.Extensions
	// The general fields first, then Apple's, then the elements of the podcast namespace.
	f := facts{
		"guid": {{item.GUID}}, "title": {{item.Title}}, "link": {{item.Link}},
		"published": {{strconv.FormatInt(item.PublishedParsed.Unix(), 10)}}, "duration": {{apple.Duration}},
		"episodeType": {{cmp.Or(apple.EpisodeType, "full")}}, "season": optional(apple.Season), "episode": optional(apple.Episode),
		"image": optional(apple.Image), "block": isTrue(apple.Block),
		"podcastSeason":  elements(found, "season", "", "name"),
		"podcastEpisode": elements(found, "episode", "", "display"),
		"transcript":     elements(found, "transcript", "url", "type", "language", "rel"),
		"chapters":       elements(found, "chapters", "url", "type"),
		"soundbite":      elements(found, "soundbite", "startTime", "duration", ""),
		"alternate":      elements(found, "alternateEnclosure", "type", "length", "bitrate", "height", "lang", "title", "rel", "codecs", "default=false"),
		"integrity":      children(found, "alternateEnclosure", "integrity", "type", "value"),
		"contentLink":    elements(found, "contentLink", "href", ""),
	}
	// Without the element, an episode has the rating of its show.
	if apple.Explicit != "" {
		f["explicit"] = isTrue(apple.Explicit)
	}
	// RSS allows one enclosure. The others of an article are alternate enclosures.
	for _, e := range item.Enclosures {
		f["enclosure"] = append(f["enclosure"], []string{e.URL, e.Type, e.Length})
	}
	shared(f, found)
	return f
}
