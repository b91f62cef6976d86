// Static writes the feeds of a news site to a folder, for any host that serves files. It writes
// every feed in three formats, the archive pages, a page that lists the feeds, an OPML file, the
// style sheet with which browsers display a feed, sitemaps, and a compressed copy of each file.
//
// Another run writes only what has changed. The program prints when it should run again because
// the passing of time changes a feed.
//
//	go run ./examples/static -out public
//
// Upload everything but the folder ".syndicate", which only the next run needs:
//
//	rsync -a --delete --exclude=/.syndicate/ public/ host:/var/www/feeds/
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/examples/internal/newsroom"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
	"github.com/syndicate-go/syndicate/sitemap"
)

// main publishes until it is done or interrupted.
func main() {
	log.SetFlags(0)
	out := flag.String("out", "public", "folder to write to")
	flag.Parse()
	// An interrupted run leaves every file complete, and the next one finishes the work.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := publish(ctx, os.Stdout, *out, bar(os.Stderr)); err != nil {
		log.Fatal(err)
	}
}

// publish writes all files to the folder out, and a summary to w.
func publish(ctx context.Context, w io.Writer, out string, progress func(feeddir.Progress)) error {
	site, articles, err := newsroom.Load()
	if err != nil {
		return err
	}
	// Every feed refers to this style sheet, which is among the extra files below.
	site.Stylesheet = "/feeds.css"
	archive, err := syndicate.NewArchive(site, articles...)
	if err != nil {
		return err
	}
	// The result counts the files, and has the time of the next change.
	result, err := feeddir.Folder{
		Source:   archive,
		Dir:      out,
		Gzip:     true,
		Progress: progress,
		// Extra files are kept up to date like the feeds. The first two list the feeds, for feed
		// readers and for people.
		Extra: []feeddir.File{
			{Path: "feeds.opml", Append: opml.Append},
			{Path: "feeds/index.html", Append: feedpage.Index{OPML: "/feeds.opml"}.Append},
			{Path: "feeds.css", Content: []byte(feedpage.Stylesheet)},
			{Path: "robots.txt", Content: []byte(robots(archive.Publication()))},
		},
		// Sitemaps change with the feeds, and that of news with time.
		Files: []derived.Files{sitemap.Files{}, sitemap.News{}},
	}.Publish(ctx)
	// An error can concern single feeds. The result still describes what was published.
	if err != nil && result.Feeds == 0 {
		return err
	}
	fmt.Fprintf(w, "%d feeds below %s: %d files written, %d unchanged, %d removed\n",
		result.Feeds, out, result.Written, result.Unchanged, result.Removed)
	// For example, an embargo ends or an article expires then.
	if next := result.NextChange; !next.IsZero() {
		fmt.Fprintln(w, "run again at", next.Format(time.RFC3339))
	}
	return err
}

// robots returns a robots.txt that allows everything and names the sitemaps.
func robots(publication *syndicate.Publication) string {
	return "User-agent: *\nAllow: /\n\n" + sitemap.Files{}.Robots(publication) + sitemap.News{}.Robots(publication)
}

// bar returns a function that draws a progress bar on a terminal. It returns nil, which is no
// progress at all, if the file is not a terminal.
func bar(terminal *os.File) func(feeddir.Progress) {
	if info, err := terminal.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(p feeddir.Progress) { draw(terminal, p) }
}

// draw draws the bar. The carriage return puts it over the previous one.
func draw(w io.Writer, p feeddir.Progress) {
	const width = 40
	filled := strings.Repeat("#", p.Done*width/p.Total)
	fmt.Fprintf(w, "\r[%-*s] %d of %d", width, filled, p.Done, p.Total)
	if p.Done == p.Total {
		fmt.Fprintln(w)
	}
}
