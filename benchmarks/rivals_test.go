package benchmarks

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"testing"

	"github.com/syndicate-go/syndicate"
)

// Every library is timed while it writes complete documents with the same articles.
func TestRivalsWriteTheSameArticles(t *testing.T) {
	feed := someFeed(t)
	for _, format := range syndicate.Formats() {
		for library, write := range map[string]func(io.Writer) error{
			"syndicate":         func(w io.Writer) error { return byHand(feed).Write(w, format) },
			"syndicate-archive": func(w io.Writer) error { return feed.Write(w, format) },
			"gorilla":           func(w io.Writer) error { return WriteGorilla(w, Gorilla(feed), format) },
			"stdlib":            func(w io.Writer) error { return WriteStdlib(w, feed, format) },
		} {
			checkDocument(t, library, feed, format, appended(t, nil, write))
		}
	}
}

func TestNPMRivalsWriteTheSameArticles(t *testing.T) {
	if *npmDir == "" {
		t.Skip("npm's libraries are left out: no -npm")
	}
	feed := someFeed(t)
	npm := startNPM(t, []*syndicate.Feed{feed})
	for _, format := range syndicate.Formats() {
		for _, library := range npmLibraries {
			checkDocument(t, library, feed, format, npm.document(t, library, format))
		}
	}
}

// someFeed returns a feed of 20 articles.
func someFeed(t *testing.T) *syndicate.Feed {
	archive := newArchive(t, 20, Generate(Workload{Articles: 20, Categories: 12, Tags: 400, Authors: 60}))
	return feedOf(t, archive, syndicate.Everything())
}

// checkDocument fails the test if the document lacks an article of the feed or its body.
func checkDocument(t *testing.T, library string, feed *syndicate.Feed, format syndicate.Format, doc []byte) {
	if err := wellFormed(doc, format); err != nil {
		t.Errorf("%s/%s: %v", library, format, err)
	}
	for _, a := range feed.Articles {
		if !bytes.Contains(doc, []byte(a.ID)) {
			t.Errorf("%s/%s has no article %s", library, format, a.ID)
		}
	}
	if items := bytes.Count(doc, []byte(itemStart[format])); items != len(feed.Articles) {
		t.Errorf("%s/%s has %d items, want %d", library, format, items, len(feed.Articles))
	}
	if size := len(doc); size < 20*body {
		t.Errorf("%s/%s has %d bytes, which hold no 20 bodies", library, format, size)
	}
}

// itemStart is a text that each article contains once, by format.
var itemStart = map[syndicate.Format]string{syndicate.RSS: "<item>", syndicate.Atom: "<entry>", syndicate.JSON: `"content_html":`}

func wellFormed(doc []byte, format syndicate.Format) error {
	if format == syndicate.JSON {
		return json.Unmarshal(doc, new(any))
	}
	for d := xml.NewDecoder(bytes.NewReader(doc)); ; {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
