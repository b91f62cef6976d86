// Static writes all that a news site's readers subscribe to into a folder, for any host that serves files: every
// feed in three formats, archive pages, the page that lists the feeds, the same list as OPML, the style sheet in
// which browsers show a feed, and a compressed copy beside each. Running it again writes what has changed, and it
// tells when time alone will change something.
//
//	go run ./examples/static -out public
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
	"github.com/syndicate-go/syndicate/examples/internal/newsroom"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
)

func main() {
	log.SetFlags(0)
	out := flag.String("out", "public", "folder that is written to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := publish(ctx, os.Stdout, *out, bar(os.Stderr)); err != nil {
		log.Fatal(err)
	}
}

// publish writes everything below the folder out, and to w what it did.
func publish(ctx context.Context, w io.Writer, out string, progress func(feeddir.Progress)) error {
	site, articles, err := newsroom.Load()
	if err != nil {
		return err
	}
	site.Stylesheet = "/feeds.css"
	archive, err := syndicate.NewArchive(site, articles...)
	if err := syndicate.Refused(err); err != nil {
		return err
	}
	result, err := feeddir.Publisher{
		Source:   archive,
		Dir:      out,
		Gzip:     true,
		Progress: progress,
		Extra: []feeddir.File{
			{Path: "feeds.opml", Append: opml.Append},
			{Path: "feeds/index.html", Append: feedpage.Page{OPML: "/feeds.opml"}.Append},
			{Path: "feeds.css", Content: []byte(feedpage.Stylesheet)},
		},
	}.Publish(ctx)
	if err != nil && result.Feeds == 0 {
		return err
	}
	fmt.Fprintf(w, "%d feeds below %s: %d files written, %d unchanged, %d removed\n",
		result.Feeds, out, result.Written, result.Unchanged, result.Removed)
	if next := result.NextChange; !next.IsZero() {
		fmt.Fprintln(w, "run again at", next.Format(time.RFC3339))
	}
	return err
}

// bar returns what draws a bar on a terminal, in one line that is drawn again; nothing for a file that is none.
func bar(terminal *os.File) func(feeddir.Progress) {
	if info, err := terminal.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(p feeddir.Progress) { draw(terminal, p) }
}

func draw(w io.Writer, p feeddir.Progress) {
	const width = 40
	filled := strings.Repeat("#", p.Done*width/p.Total)
	fmt.Fprintf(w, "\r[%-*s] %d of %d", width, filled, p.Done, p.Total)
	if p.Done == p.Total {
		fmt.Fprintln(w)
	}
}
