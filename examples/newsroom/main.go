// Newsroom writes every feed of a news site to a folder: one for the site and one for each
// category, tag and author, each as RSS, Atom and JSON Feed. Feeds with more articles than fit in
// one document also get archive pages. Another run changes nothing.
//
//	go run ./examples/newsroom -out public
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"text/tabwriter"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/examples/internal/newsroom"
	"github.com/syndicate-go/syndicate/feeddir"
)

// main parses the command line. The summary goes to the standard output, errors to the standard
// error.
func main() {
	log.SetFlags(0)
	out := flag.String("out", "public", "folder to write the feeds to")
	flag.Parse()
	if err := publish(context.Background(), os.Stdout, *out); err != nil {
		log.Fatal(err)
	}
}

// publish writes all feeds to the folder out, and a table of them to w.
func publish(ctx context.Context, w io.Writer, out string) error {
	// A program of your own converts its articles here; see newsroom.Load.
	site, articles, err := newsroom.Load()
	if err != nil {
		return err
	}
	// The archive checks the articles. It reports details that it has mended as warnings.
	site.Warn = func(p *syndicate.Problem) { fmt.Fprintln(w, p) }
	archive, err := syndicate.NewArchive(site, articles...)
	if err != nil {
		return err
	}
	// The table has a row for each feed. Progress provides its numbers: the total size in each
	// format, archive pages included, and how many of its files have changed. It is called for each
	// feed and each archive page, one after the other.
	type row struct {
		sizes   map[syndicate.Format]int64
		changed int
	}
	rows := map[syndicate.Scope]*row{}
	// Publish writes the files that differ and removes those of feeds that no longer exist.
	result, err := feeddir.Folder{Source: archive, Dir: out, Progress: func(p feeddir.Progress) {
		r := rows[p.Scope.Current()] // the feed that an archive page belongs to
		if r == nil {
			r = &row{sizes: map[syndicate.Format]int64{}}
			rows[p.Scope.Current()] = r
		}
		// One file for each format.
		for _, file := range p.Files {
			r.sizes[file.Format] += file.Size
			if file.Written {
				r.changed++
			}
		}
	}}.Publish(ctx)
	if err != nil {
		return err
	}
	// The Source lists the feeds in a fixed order, with their titles and numbers of articles: first
	// the site, then the categories, tags and authors.
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SCOPE\tARTICLES\tPAGES\tRSS\tATOM\tJSON\tCHANGED\tTITLE")
	for info, err := range archive.Scopes(ctx) {
		if err != nil {
			return err
		}
		r := rows[info.Scope]
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", info.Scope, info.Count, info.Pages,
			r.sizes[syndicate.RSS], r.sizes[syndicate.Atom], r.sizes[syndicate.JSON], r.changed, info.Title)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	// A second run shows that the output is deterministic: nothing has changed.
	_, err = fmt.Fprintf(w, "%d feeds in %d files below %s, %d of them changed\n",
		len(rows), result.Written+result.Unchanged, out, result.Written)
	return err
}
