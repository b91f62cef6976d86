// Rivals publishes a show with github.com/eduncan911/podcast, as completely as it can. The folder
// that it is called with has show.json, as for rivals.mjs.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/eduncan911/podcast"
)

// facts are lists of records by their keys.
type facts map[string][][]string

// first returns a value of the first record of a key.
func (f facts) first(key string, i int) string {
	if len(f[key]) == 0 || len(f[key][0]) <= i {
		return ""
	}
	return f[key][0][i]
}

// number returns a value that is a whole number.
func (f facts) number(key string, i int) int64 {
	n, _ := strconv.ParseInt(f.first(key, i), 10, 64)
	return n
}

func main() {
	log.SetFlags(0)
	folder := os.Args[1]
	text, err := os.ReadFile(filepath.Join(folder, "show.json"))
	if err != nil {
		log.Fatal(err)
	}
	var show struct {
		Channel facts
		Items   []facts
	}
	if err := json.Unmarshal(text, &show); err != nil {
		log.Fatal(err)
	}
	c := show.Channel
	p := podcast.New(c.first("title", 0), c.first("link", 0), c.first("description", 0), nil, nil)
	p.Language, p.Copyright, p.Generator = c.first("language", 0), "The Desk", ""
	p.AddAtomLink("https://example.com/rss.xml")
	p.AddImage(c.first("image", 0))
	p.AddAuthor(c.first("owner", 0), c.first("owner", 1))
	p.IAuthor, p.IExplicit, p.INewFeedURL = c.first("author", 0), c.first("explicit", 0), c.first("newFeedURL", 0)
	for _, category := range c["category"] {
		var subs []string
		if category[1] != "" {
			subs = []string{category[1]}
		}
		p.AddCategory(category[0], subs)
	}
	for _, f := range show.Items {
		published := time.Unix(f.number("published", 0), 0).UTC()
		item := podcast.Item{
			Title: f.first("title", 0), Link: f.first("link", 0), Description: f.first("content", 0), GUID: f.first("guid", 0),
			PubDate: &published, IExplicit: f.first("explicit", 0),
		}
		kind := podcast.MP3
		if f.first("enclosure", 1) == "video/mp4" {
			kind = podcast.MP4
		}
		item.AddEnclosure(f.first("enclosure", 0), kind, f.number("enclosure", 2))
		item.AddDuration(f.number("duration", 0))
		if image := f.first("image", 0); image != "" {
			item.AddImage(image)
		}
		if _, err := p.AddItem(item); err != nil {
			log.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "eduncan911 podcast 1.xml"), p.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
