package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/benchmarks"
)

// article is what the programs read of a file.
type article struct {
	front
	Content string
}

// front is the front matter of a file: a JSON object, which Hugo, Go and many others read with a
// parser of their standard library. The body follows it as HTML. The names are Hugo's.
type front struct {
	Title      string    `json:"title"`
	Summary    string    `json:"summary"`
	URL        string    `json:"url"`
	Date       time.Time `json:"date"`
	Lastmod    time.Time `json:"lastmod"`
	Categories []string  `json:"categories"`
	Tags       []string  `json:"tags"`
	Authors    []string  `json:"authors"`
}

// generate writes count articles below dir, each to a file in the folder of its month. It returns
// the path and the contents of one more, which is the newest.
func generate(dir string, count int) (path string, contents []byte) {
	list := benchmarks.Generate(benchmarks.Workload{Articles: count, Categories: 12, Tags: 400, Authors: 60})
	for i, a := range list {
		path, contents := file(dir, i, a)
		check(os.MkdirAll(filepath.Dir(path), 0o755))
		check(os.WriteFile(path, contents, 0o644))
	}
	newest := list[count-1]
	newest.URL, newest.Title = "https://news.example.org/breaking/", "Breaking"
	newest.Published, newest.Updated = newest.Published.Add(time.Hour), newest.Published.Add(2*time.Hour)
	return file(dir, count, newest)
}

// file returns the path and the contents of article number i. The order of the paths is that of
// publication.
func file(dir string, i int, a syndicate.Article) (path string, contents []byte) {
	matter := front{Title: a.Title, Summary: a.Summary, Date: a.Published, Lastmod: a.Updated}
	matter.URL = a.URL[len("https://news.example.org"):]
	for _, c := range a.Categories {
		matter.Categories = append(matter.Categories, c.Name)
	}
	for _, t := range a.Tags {
		matter.Tags = append(matter.Tags, t.Name)
	}
	for _, author := range a.Authors {
		matter.Authors = append(matter.Authors, author.Name)
	}
	contents, err := json.MarshalIndent(matter, "", "  ")
	check(err)
	name := fmt.Sprintf("%06d.html", i)
	return filepath.Join(dir, a.Published.Format("2006/01"), name), append(append(contents, "\n\n"...), a.Content...)
}

// read calls do with each article below dir, oldest first.
func read(dir string, do func(article)) {
	check(filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var a article
		matter := json.NewDecoder(bytes.NewReader(data))
		if err := matter.Decode(&a.front); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		a.Content = string(bytes.TrimLeft(data[matter.InputOffset():], "\n"))
		do(a)
		return nil
	}))
}
