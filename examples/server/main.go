// Server is the newsroom, live: every feed at the address that WordPress would give it, a page that lists them, OPML, and a
// line in the log for each answer.
//
//	go run ./examples/server
//
// Then open http://localhost:8080/ in a browser, or subscribe to what it lists.
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/examples/internal/newsroom"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
)

func main() {
	listen := flag.String("listen", "localhost:8080", "address to listen on")
	url := flag.String("url", "", "address of the site, as readers have it (default http:// and -listen)")
	flag.Parse()
	if *url == "" {
		*url = "http://" + strings.TrimPrefix(*listen, "0.0.0.0") + "/"
		*url = strings.Replace(*url, "//:", "//localhost:", 1)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
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

// serve serves the newsroom until ctx ends; then it answers those who have asked, and returns.
func serve(ctx context.Context, listener net.Listener, url string, log *slog.Logger) error {
	archive, err := open(url, log)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: handler(archive, log),
		// Who sends slowly is not waited for. A feed has 10 seconds to be made and the rest to be sent.
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		stopped <- server.Shutdown(ctx)
	}()
	log.Info("serving", "open", url)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// open returns the newsroom's articles as a Source of feeds.
func open(url string, log *slog.Logger) (*syndicate.Archive, error) {
	site, articles, err := newsroom.Load()
	if err != nil {
		return nil, err
	}
	site.URL = url
	site.Addresses = syndicate.WordPress
	site.Stylesheet = "/feeds.css"
	archive, err := syndicate.NewArchive(site, articles...)
	if err := syndicate.Refused(err); err != nil {
		return nil, err
	}
	if err != nil { // nothing but warnings
		log.Warn("newsroom", "err", err)
	}
	return archive, nil
}

// handler serves all feeds, and what shows them to people and readers.
func handler(source syndicate.Source, log *slog.Logger) http.Handler {
	return &feedhttp.Handler{
		Source: source,
		Pages: map[string]feedhttp.Page{
			"feeds/":     {ContentType: feedpage.ContentType, ContentSecurityPolicy: feedpage.ContentSecurityPolicy(), Append: feedpage.Page{OPML: "/feeds.opml"}.Append},
			"feeds.opml": {ContentType: opml.ContentType, Append: opml.Append},
			"feeds.css":  {ContentType: "text/css; charset=utf-8", Content: feedpage.Stylesheet},
		},
		Fallback: http.HandlerFunc(frontPage),
		Observe: func(ctx context.Context, e feedhttp.Event) {
			level := slog.LevelInfo
			if e.Err != nil {
				level = slog.LevelError
			}
			log.Log(ctx, level, "answered", "method", e.Method, "scope", e.Scope, "format", e.Format, "page", e.Page,
				"status", e.Status, "bytes", e.Bytes, "gzip", e.Gzip, "cached", e.Cached, "took", e.Duration, "err", e.Err)
		},
	}
}

// frontPage stands for the rest of the site, which has nothing to show but its feeds.
func frontPage(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" {
		http.Redirect(w, r, "/feeds/", http.StatusFound)
		return
	}
	http.NotFound(w, r)
}
