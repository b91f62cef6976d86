package newsdesk

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
)

// Site returns the publication that the examples are of, at an address that all replicas have in common.
func Site(url string) syndicate.Site {
	return syndicate.Site{
		URL:        url,
		Title:      "Nordic Monitor",
		Language:   "en",
		Author:     syndicate.Author{Name: "Nordic Research and Monitoring Network"},
		Stylesheet: "/feeds.css",
	}
}

// Main runs a program until it is interrupted or told to end, and exits with 1 if it fails.
func Main(run func(ctx context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		slog.Error("server", "err", err)
		os.Exit(1)
	}
}

// Serve takes articles in and serves their feeds on an address until ctx ends; then it answers those who have asked, and
// returns. The environment's SYNDICATE_TOKEN is the token of those who may write.
func Serve(ctx context.Context, listen string, source syndicate.Source, write func(context.Context) Store) error {
	log := slog.Default()
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: &feedhttp.Handler{
			Source: source,
			Pages: map[string]feedhttp.Page{
				"feeds/":     {ContentType: feedpage.ContentType, ContentSecurityPolicy: feedpage.ContentSecurityPolicy(), Append: feedpage.Page{OPML: "/feeds.opml"}.Append},
				"feeds.opml": {ContentType: opml.ContentType, Append: opml.Append},
				"feeds.css":  {ContentType: "text/css; charset=utf-8", Content: feedpage.Stylesheet},
			},
			Fallback: &Desk{Store: write, Token: os.Getenv("SYNDICATE_TOKEN"), Log: log},
			Observe: func(ctx context.Context, e feedhttp.Event) {
				if e.Err != nil {
					log.ErrorContext(ctx, "feed", "scope", e.Scope, "format", e.Format, "page", e.Page, "status", e.Status, "err", e.Err)
				}
			},
		},
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
		ctx, cancel := context.WithTimeout(context.Background(), patient)
		defer cancel()
		stopped <- server.Shutdown(ctx)
	}()
	log.Info("serving", "listen", listener.Addr().String(), "feeds", "/feeds/", "articles", "/articles")
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
