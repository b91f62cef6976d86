// Podcast publishes a show: its feed with artwork, chapters, transcripts and a trailer, the sound
// files, and pages with players for people. It serves all of it:
//
//	go run ./examples/podcast
//
// or writes it to a folder, for any host that serves files:
//
//	go run ./examples/podcast -out public -url https://podcast.example/
//
// With -private it serves the show to subscribers only, and prints the address of each one's feed.
// The sound files then have secret addresses too.
//
// The example is a separate module, because it needs a library for the progress bar. The script
// sounds/make has made the sounds and says how.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/examples/internal/webserver"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/podcast"
)

// main serves until the program is interrupted, or writes the folder.
func main() {
	log.SetFlags(0)
	out := flag.String("out", "", "folder to write to, instead of serving")
	listen := flag.String("listen", "localhost:8080", "address to listen on")
	url := flag.String("url", "", "URL of the show for its listeners (default: http:// and -listen)")
	private := flag.Bool("private", false, "serve the show to the subscribers Ada and Grace only")
	flag.Parse()
	// The context ends with an interrupt, or when the system asks the program to terminate.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	site := cmp.Or(*url, "http://"+*listen+"/")
	run := func() error { return serve(ctx, *listen, site, *private) }
	if *out != "" {
		run = func() error { return publish(ctx, os.Stdout, *out, site) }
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// serve serves the show until ctx ends.
func serve(ctx context.Context, listen, site string, private bool) error {
	// An address that is in use is reported before any token is printed.
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	library, err := newLibrary(sounds(), os.Stderr)
	if err != nil {
		return err
	}
	// The log has no address of a listener, and no token.
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	// A real program reads its subscribers from a database.
	var names []string
	if private {
		names = []string{"Ada", "Grace"}
	}
	handler, err := newServer(os.Stdout, site, library, logger, names...)
	if err != nil {
		return err
	}
	return webserver.Serve(ctx, listener, handler, logger)
}

// publish writes the feed, the pages, the sounds and what belongs to them to the folder out, and a
// summary to w.
func publish(ctx context.Context, w io.Writer, out, site string) error {
	library, err := newLibrary(sounds(), os.Stderr)
	if err != nil {
		return err
	}
	archive, err := newArchive(site, library.sounds, false)
	if err != nil {
		return err
	}
	// Extra files are kept up to date like the feed, and removed with their episodes.
	var extra []feeddir.File
	for path, page := range pages(false) {
		// A host of files shows this file at the address of a folder.
		if path == "" || strings.HasSuffix(path, "/") {
			path += "index.html"
		}
		extra = append(extra, feeddir.File{Path: path, Append: page.Append, Content: []byte(page.Content)})
	}
	// These files are small enough to be in memory. Copy larger ones to the host yourself.
	for name := range library.sounds {
		content, err := fs.ReadFile(library.files, name)
		if err != nil {
			return err
		}
		extra = append(extra, feeddir.File{Path: soundFolder + name, Content: content})
	}
	picture, err := fs.ReadFile(library.files, artworkPath)
	if err != nil {
		return err
	}
	extra = append(extra, feeddir.File{Path: artworkPath, Content: picture})
	result, err := feeddir.Folder{
		Source: archive,
		Dir:    out,
		Extra:  extra,
		// The chapters and transcripts that the episodes keep.
		Files: []derived.Files{podcast.Files{}},
	}.Publish(ctx)
	if err != nil {
		return err
	}
	// A second run shows that nothing changes without a reason.
	fmt.Fprintf(w, "%d files below %s, %d of them changed\n", result.Written+result.Unchanged, out, result.Written)
	return nil
}
