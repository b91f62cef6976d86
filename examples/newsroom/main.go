// Newsroom writes every feed of a news site into a folder: the site's, one for each category, tag and
// author, each as RSS, Atom and JSON Feed, and the archive pages of those that have more articles than a
// feed holds. Writing them again changes nothing.
//
//	go run ./examples/newsroom -out public
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/examples/internal/newsroom"
)

func main() {
	log.SetFlags(0)
	out := flag.String("out", "public", "folder that the feeds are written to")
	flag.Parse()
	if err := publish(context.Background(), os.Stdout, *out); err != nil {
		log.Fatal(err)
	}
}

// publish writes all feeds below the folder out and a table of them to w.
func publish(ctx context.Context, w io.Writer, out string) error {
	site, articles, err := newsroom.Load()
	if err != nil {
		return err
	}
	archive, err := syndicate.NewArchive(site, articles...)
	if err := syndicate.Refused(err); err != nil {
		return err
	}
	if err != nil { // nothing but warnings
		fmt.Fprintln(w, err)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SCOPE\tARTICLES\tPAGES\tRSS\tATOM\tJSON\tCHANGED\tTITLE")
	feeds, files, changed := 0, 0, 0
	for info, err := range archive.Scopes(ctx) {
		if err != nil {
			return err
		}
		var sizes [len(syndicate.Formats)]int
		rewritten := 0
		for page := 0; page <= info.Pages; page++ {
			feed, err := archive.Feed(ctx, info.Scope.AtPage(page))
			if err != nil {
				return err
			}
			for _, format := range syndicate.Formats {
				size, wrote, err := write(out, archive.Site(), feed, format)
				if err != nil {
					return err
				}
				sizes[format] += size
				files++
				if wrote {
					rewritten++
				}
			}
		}
		feeds++
		changed += rewritten
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", info.Scope, info.Count, info.Pages,
			sizes[syndicate.RSS], sizes[syndicate.Atom], sizes[syndicate.JSON], rewritten, info.Title)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d feeds in %d files below %s, %d of them changed\n", feeds, files, out, changed)
	return err
}

// write writes one feed to the file that its address names, unless the file holds these bytes already.
func write(out string, site syndicate.Site, feed *syndicate.Feed, format syndicate.Format) (size int, wrote bool, err error) {
	path := filepath.Join(out, filepath.FromSlash(site.Addresses.FeedPath(feed.Scope, format)))
	data := feed.Append(nil, format)
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return len(data), false, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return 0, false, err
	}
	return len(data), true, os.WriteFile(path, data, 0o644)
}
