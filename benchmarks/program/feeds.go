package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/gorilla/feeds"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/benchmarks"
	"github.com/syndicate-go/syndicate/feeddir"
)

// shown is the number of articles in a feed.
const shown = 20

// article is a line of the input.
type article struct {
	URL, Title, Summary, Content string
	Published, Updated           time.Time
	Categories, Tags, Authors    []string
}

// generate writes two inputs, one of count articles and one that has a new article as well.
func generate(count int, articles, more string) {
	list := benchmarks.Generate(benchmarks.Workload{Articles: count, Categories: 12, Tags: 400, Authors: 60})
	newest := list[count-1]
	newest.URL, newest.Title = "https://news.example.org/breaking/", "Breaking"
	newest.Published, newest.Updated = newest.Published.Add(time.Hour), newest.Published.Add(2*time.Hour)
	write(articles, list)
	write(more, append(list, newest))
}

func write(path string, list []syndicate.Article) {
	file, err := os.Create(path)
	check(err)
	out := bufio.NewWriter(file)
	lines := json.NewEncoder(out)
	for _, a := range list {
		line := article{
			URL: a.URL, Title: a.Title, Summary: a.Summary, Content: a.Content, Published: a.Published, Updated: a.Updated,
		}
		for _, c := range a.Categories {
			line.Categories = append(line.Categories, c.Name)
		}
		for _, t := range a.Tags {
			line.Tags = append(line.Tags, t.Name)
		}
		for _, author := range a.Authors {
			line.Authors = append(line.Authors, author.Name)
		}
		check(lines.Encode(line))
	}
	check(out.Flush())
	check(file.Close())
}

// read calls do with each article of an input, oldest first.
func read(path string, do func(article)) {
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	lines := json.NewDecoder(bufio.NewReaderSize(file, 1<<20))
	for {
		var a article
		if err := lines.Decode(&a); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			check(err)
		}
		do(a)
	}
}

// withSyndicate is the program that uses syndicate.
func withSyndicate(input, out string, pages bool) {
	var list []syndicate.Article
	read(input, func(a article) {
		one := syndicate.Article{
			URL: a.URL, Title: a.Title, Summary: a.Summary, Content: a.Content, Published: a.Published, Updated: a.Updated,
			Categories: syndicate.Categories(a.Categories...), Tags: syndicate.Tags(a.Tags...),
		}
		for _, name := range a.Authors {
			one.Authors = append(one.Authors, syndicate.Author{Name: name})
		}
		list = append(list, one)
	})
	archive, err := syndicate.NewArchive(benchmarks.Site(shown), list...)
	check(err)
	_, err = feeddir.Folder{Source: archive, Dir: out, NoPages: !pages}.Publish(context.Background())
	check(err)
}

// withGorilla is the program that uses gorilla/feeds, as its documentation has it: a map from each
// term to its newest articles, and a loop over the formats. It checks and cleans nothing, and
// writes every file each time.
func withGorilla(input, out string) {
	terms := map[string][]article{}
	file := func(scope string, a article) {
		list := append(terms[scope], a)
		if len(list) > shown {
			list = list[1:] // the input is oldest first
		}
		terms[scope] = list
	}
	read(input, func(a article) {
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
	for scope, list := range terms {
		feed := &feeds.Feed{
			Title: "The Example Courier: " + scope, Link: &feeds.Link{Href: "https://news.example.org/" + scope},
			Description: "News, analysis and opinion", Updated: list[len(list)-1].Updated,
		}
		for i := range list {
			a := list[len(list)-1-i]
			feed.Items = append(feed.Items, &feeds.Item{
				Title: a.Title, Link: &feeds.Link{Href: a.URL}, Id: a.URL, Description: a.Summary, Content: a.Content,
				Author: &feeds.Author{Name: a.Authors[0]}, Created: a.Published, Updated: a.Updated,
			})
		}
		folder := filepath.Join(out, filepath.FromSlash(scope))
		check(os.MkdirAll(folder, 0o755))
		for _, format := range syndicate.Formats() {
			name := filepath.Join(folder, format.String())
			encoded, err := os.Create(name)
			check(err)
			buffered := bufio.NewWriterSize(encoded, 1<<16)
			check(benchmarks.WriteGorilla(buffered, feed, format))
			check(buffered.Flush())
			check(encoded.Close())
		}
	}
}
