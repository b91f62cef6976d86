// Sitemaps measures package sitemap with a large publication in SQLite: what it takes to list and
// write all sitemaps, to make one file, and to write what changes when an article is added, and how
// much memory that needs.
//
//	go run ./benchmarks/stores/sitemaps -articles 1000000 -limit 100
package main

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/sitemap"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

func main() {
	articles := flag.Int("articles", 1_000_000, "number of articles")
	limit := flag.Int("limit", 100, "articles on an archive page")
	flag.Parse()
	dir, err := os.MkdirTemp("", "sitemaps")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := run(context.Background(), dir, *articles, *limit); err != nil {
		log.Fatal(err)
	}
}

// article returns the article with a number.
func article(i int) syndicate.Article {
	return syndicate.Article{
		URL: fmt.Sprintf("2020/article-%08d/", i), Title: fmt.Sprintf("Article %d of a large publication", i),
		Summary: "A summary of one sentence.", Content: fmt.Sprintf("<p>The body of article %d.</p><p><img src=\"/media/%d.jpg\"></p>", i, i),
		Published: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Minute),
		Image:     syndicate.Image{URL: fmt.Sprintf("/media/%d-lead.jpg", i)},
	}
}

// all yields so many articles.
func all(count int) iter.Seq2[syndicate.Article, error] {
	return func(yield func(syndicate.Article, error) bool) {
		for i := range count {
			if !yield(article(i), nil) {
				return
			}
		}
	}
}

// run fills a database and measures.
func run(ctx context.Context, dir string, count, limit int) error {
	site := syndicate.Site{
		URL: "https://news.example.org/", Title: "The Example", Language: "en", Limit: limit,
		Formats: []syndicate.Format{syndicate.RSS}, Kinds: []syndicate.Kind{syndicate.KindSite},
	}
	store, err := sqlite.Open(ctx, filepath.Join(dir, "feeds.db"), site)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := measure("fill", func() error { _, err := store.Import(ctx, all(count)); return err }); err != nil {
		return err
	}
	files := sitemap.Files{}
	folder := feeddir.Folder{Source: store, Dir: filepath.Join(dir, "public"), Files: []derived.Files{files, sitemap.News{}}, NoPages: true}
	// publish writes what has changed and prints how much that is.
	publish := func() error {
		result, err := folder.Publish(ctx)
		fmt.Printf("  %d files written, %d unchanged, %d bytes\n", result.Written, result.Unchanged, result.Bytes)
		return err
	}
	one := func(path string) func() error {
		return func() error {
			file, err := files.Find(ctx, store, path)
			if err != nil {
				return err
			}
			text, err := file.Append(ctx, nil)
			fmt.Printf("  %s: %d bytes\n", path, len(text))
			return err
		}
	}
	version := func() error {
		file, err := files.Find(ctx, store, "sitemap/site/page/1.xml")
		if err != nil {
			return err
		}
		begun := time.Now()
		_, err = file.Version(ctx, store)
		fmt.Printf("  the version alone: %v\n", time.Since(begun))
		return err
	}
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"the index", one("sitemap.xml")}, {"one file", one("sitemap/site/page/1.xml")}, {"the version of a file", version},
		{"all files", publish}, {"nothing changed", publish},
		{"an article is added", func() error { return store.Add(ctx, article(count)) }}, {"after it", publish},
		{"an old article is removed", func() error { return store.Remove(ctx, "https://news.example.org/2020/article-00000010/") }}, {"after it", publish},
	} {
		if err := measure(step.what, step.do); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// measure prints how long a step takes, and the largest heap in it.
func measure(what string, do func() error) error {
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				done <- most
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	runtime.GC()
	begun := time.Now()
	err := do()
	took := time.Since(begun)
	close(stop)
	fmt.Printf("%-28s %10v  heap at most %4d MB\n", what, took.Round(time.Millisecond), <-done>>20)
	return err
}
