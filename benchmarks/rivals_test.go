package benchmarks

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"testing"

	"github.com/syndicate-go/syndicate"
)

// All libraries are timed at writing whole documents of the same articles.
func TestRivalsWriteTheSameArticles(t *testing.T) {
	archive := newArchive(t, 20, Generate(Workload{Articles: 20, Categories: 12, Tags: 400, Authors: 60}))
	feed := feedOf(t, archive, syndicate.Everything())
	for _, format := range syndicate.Formats {
		for library, write := range map[string]func(io.Writer) error{
			"syndicate":         func(w io.Writer) error { return byHand(feed).Write(w, format) },
			"syndicate-archive": func(w io.Writer) error { return feed.Write(w, format) },
			"gorilla":           func(w io.Writer) error { return WriteGorilla(w, Gorilla(feed), format) },
			"stdlib":            func(w io.Writer) error { return WriteStdlib(w, feed, format) },
		} {
			doc := appended(t, nil, write)
			if err := wellFormed(doc, format); err != nil {
				t.Errorf("%s/%s: %v", library, format, err)
			}
			for _, a := range feed.Articles {
				if !bytes.Contains(doc, []byte(a.ID)) {
					t.Errorf("%s/%s has no article %s", library, format, a.ID)
				}
			}
			if size := len(doc); size < 20*body {
				t.Errorf("%s/%s has %d bytes, which hold no 20 bodies", library, format, size)
			}
		}
	}
}

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
