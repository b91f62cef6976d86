package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gorilla/feeds"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/benchmarks"
	"github.com/syndicate-go/syndicate/feeddir"
)

// shown is the number of articles in a feed.
const shown = 20

// names are the names of the files of a feed, in all programs.
var names = map[syndicate.Format]string{syndicate.RSS: "rss.xml", syndicate.Atom: "atom.xml", syndicate.JSON: "feed.json"}

// withSyndicate is the program that uses syndicate.
func withSyndicate(content, out string, pages bool) {
	_, err := feeddir.Folder{Source: load(content), Dir: out, NoPages: !pages}.Publish(context.Background())
	check(err)
}

// load returns an archive of the articles below a folder.
func load(content string) *syndicate.Archive {
	var list []syndicate.Article
	read(content, func(a article) {
		one := syndicate.Article{
			URL: a.URL, Title: a.Title, Summary: a.Summary, Content: a.Content, Published: a.Date, Updated: a.Lastmod,
			Categories: syndicate.Categories(a.Categories...), Tags: syndicate.Tags(a.Tags...),
		}
		for _, name := range a.Authors {
			one.Authors = append(one.Authors, syndicate.Author{Name: name})
		}
		list = append(list, one)
	})
	archive, err := syndicate.NewArchive(benchmarks.Site(shown), list...)
	check(err)
	return archive
}

// again is what a program that keeps running spends each time that it publishes.
type again struct {
	Unchanged, Added cost
}

// keepRunning publishes to a folder, then twice more: with nothing changed, and after one article
// was added. It prints what these two calls of Publish took.
func keepRunning(content, out string, pages bool) {
	archive := load(content)
	folder := feeddir.Folder{Source: archive, Dir: out, NoPages: !pages}
	publish := func() { _, err := folder.Publish(context.Background()); check(err) }
	publish()
	runtime.GC() // the garbage of the start is not part of the calls
	var a again
	a.Unchanged = spent(publish)
	check(archive.Add(syndicate.Article{
		URL: "/breaking/", Title: "Breaking", Content: "<p>Just in.</p>", Published: time.Now().Add(-time.Minute),
		Categories: syndicate.Categories("Section 1", "Section 2"), Authors: []syndicate.Author{{Name: "Ayşe THE 0"}},
		Tags: syndicate.Tags("the 0", "of 1", "minister 2", "said 3", "after 4", "a 5"),
	}))
	a.Added = spent(publish)
	check(json.NewEncoder(os.Stdout).Encode(a))
}

// withGorilla is the program that uses gorilla/feeds, as its documentation has it: a map from each
// term to its newest articles, and a loop over the formats. It checks and cleans nothing, and
// writes every file each time.
func withGorilla(content, out string) {
	terms := map[string][]article{}
	file := func(scope string, a article) {
		list := append(terms[scope], a)
		if len(list) > shown {
			list = list[1:] // the input is oldest first
		}
		terms[scope] = list
	}
	read(content, func(a article) {
		file("", a)
		for _, name := range a.Categories {
			file("category/"+name, a)
		}
		for _, name := range a.Tags {
			file("tag/"+name, a)
		}
		for _, name := range a.Authors {
			file("author/"+name, a)
		}
	})
	const site = "https://news.example.org"
	for scope, list := range terms {
		feed := &feeds.Feed{
			Title: "The Example Courier: " + scope, Link: &feeds.Link{Href: site + "/" + scope},
			Description: "News, analysis and opinion", Updated: list[len(list)-1].Lastmod,
		}
		for i := range list {
			a := list[len(list)-1-i]
			feed.Items = append(feed.Items, &feeds.Item{
				Title: a.Title, Link: &feeds.Link{Href: site + a.URL}, Id: site + a.URL, Description: a.Summary, Content: a.Content,
				Author: &feeds.Author{Name: a.Authors[0]}, Created: a.Date, Updated: a.Lastmod,
			})
		}
		folder := filepath.Join(out, filepath.FromSlash(scope))
		check(os.MkdirAll(folder, 0o755))
		for _, format := range syndicate.Formats() {
			encoded, err := os.Create(filepath.Join(folder, names[format]))
			check(err)
			buffered := bufio.NewWriterSize(encoded, 1<<16)
			check(benchmarks.WriteGorilla(buffered, feed, format))
			check(buffered.Flush())
			check(encoded.Close())
		}
	}
}
