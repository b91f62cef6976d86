// Server serves the newsroom's feeds over HTTP, at the addresses that WordPress would give them. It
// also serves a page that lists them, an OPML file and sitemaps, and logs each response.
//
//	go run ./examples/server
//
// Then open http://localhost:8080/ in a browser, or subscribe to one of the feeds that it lists.
package main

import (
	"context"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/examples/internal/newsroom"
	"github.com/syndicate-go/syndicate/examples/internal/webserver"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
	"github.com/syndicate-go/syndicate/sitemap"
)

// main serves until the program is interrupted.
func main() {
	listen := flag.String("listen", "localhost:8080", "address to listen on")
	url := flag.String("url", "", "URL of the site for its readers (default: http:// and -listen)")
	flag.Parse()
	// Without -url the site is at the address that the server listens on. ":8080" and
	// "0.0.0.0:8080" listen on all interfaces, and a local browser calls them "localhost:8080".
	if *url == "" {
		*url = "http://" + strings.TrimPrefix(*listen, "0.0.0.0") + "/"
		*url = strings.Replace(*url, "//:", "//localhost:", 1)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	// The context ends with an interrupt, or when the system asks the program to terminate.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	listener, err := net.Listen("tcp", *listen)
	if err == nil {
		err = serve(ctx, listener, *url, log)
	}
	if err != nil {
		log.Error("server", "err", err)
		os.Exit(1)
	}
}

// serve serves the newsroom until ctx ends.
func serve(ctx context.Context, listener net.Listener, url string, log *slog.Logger) error {
	archive, err := open(url, log)
	if err != nil {
		return err
	}
	log.Info("serving", "open", url)
	// The archive is ready before the first request. Feeds are rendered when they are requested.
	return webserver.Serve(ctx, listener, handler(archive, log), log)
}

// open returns an archive of the newsroom's articles.
func open(url string, log *slog.Logger) (*syndicate.Archive, error) {
	site, articles, err := newsroom.Load()
	if err != nil {
		return nil, err
	}
	// The settings that differ from the newsroom's own: where the site is, the layout of its
	// addresses, and how browsers display a feed.
	site.URL = url
	site.Addresses = syndicate.WordPress
	site.Stylesheet = "/feeds.css"
	site.Warn = func(p *syndicate.Problem) { log.Warn("newsroom", "problem", p) }
	return syndicate.NewArchive(site, articles...)
}

// handler serves all feeds, the page and the OPML file that list them, their style sheet, and the
// sitemaps of their articles.
func handler(source syndicate.Source, log *slog.Logger) http.Handler {
	// Search engines find the sitemaps through it.
	robots := sitemap.Files{}.Robots(source.Publication()) + sitemap.News{}.Robots(source.Publication())
	return &feedhttp.Handler{
		Source: source,
		// The feeds need no entries here. These are the documents about all of them.
		Pages: map[string]feedhttp.Page{
			"feeds/": {
				ContentType:           feedpage.ContentType,
				ContentSecurityPolicy: feedpage.ContentSecurityPolicy(),
				Append:                feedpage.Index{OPML: "/feeds.opml"}.Append,
			},
			// Subscribers can import it, with every feed at once.
			"feeds.opml": {ContentType: opml.ContentType, Append: opml.Append},
			"feeds.css":  {ContentType: "text/css; charset=utf-8", Content: feedpage.Stylesheet},
			"robots.txt": {ContentType: "text/plain; charset=utf-8", Content: robots},
		},
		// Sitemaps show the articles that the feeds show.
		Files: []derived.Files{sitemap.Files{}, sitemap.News{}},
		// Everything else would be the site itself.
		Fallback: http.HandlerFunc(frontPage),
		// Observe is called for each response, OnError for each failure. The log has no address of
		// the client, and for private feeds no token.
		Observe: func(ctx context.Context, e feedhttp.Event) {
			log.InfoContext(ctx, "response", "method", e.Method, "scope", e.Scope, "format", e.Format, "page", e.Page,
				"status", e.Status, "bytes", e.Bytes, "coding", e.Coding, "cached", e.Cached, "took", e.Duration)
		},
		OnError: func(err error) { log.Error("feeds", "err", err) },
	}
}

// frontPage stands in for the rest of the site, which has nothing to show but its feeds.
func frontPage(w http.ResponseWriter, r *http.Request) {
	// A temporary redirect, because a real site has a front page.
	if r.URL.Path == "/" {
		http.Redirect(w, r, "/feeds/", http.StatusFound)
		return
	}
	http.NotFound(w, r)
}
