// Newsdesk is a newsroom in one process. It serves the feeds, sitemaps, the license, feeds for MSN
// and SmartNews, and a page for people. A second address, for the editors alone, lists the
// articles, each with a button that retracts it.
//
//	go run ./examples/newsdesk
//
// Then open http://localhost:8080/ as a reader and http://localhost:8081/ as an editor. After an
// article is retracted, no address serves any part of it. Feeds in Atom and SmartNews's feed say
// that it was removed.
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/examples/internal/newsroom"
	"github.com/syndicate-go/syndicate/examples/internal/webserver"
	"github.com/syndicate-go/syndicate/media"
	"github.com/syndicate-go/syndicate/rsl"
	"github.com/syndicate-go/syndicate/websub"
)

// main serves until the program is interrupted.
func main() {
	listen := flag.String("listen", "localhost:8080", "`address` to listen on")
	desk := flag.String("desk", "localhost:8081", "`address` that editors use; keep it private")
	url := flag.String("url", "", "URL of the site for its readers (default: http:// and -listen)")
	hub := flag.String("hub", "", "`URL` of the WebSub hub to notify (default: none)")
	flag.Parse()
	// Without -url the site is at the address that the program listens on.
	if *url == "" {
		*url = "http://" + *listen + "/"
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	// The context ends with an interrupt, or when the system asks the program to terminate.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, *desk, *url, *hub, log); err != nil {
		log.Error("newsdesk", "err", err)
		os.Exit(1)
	}
}

// run serves readers and editors until ctx ends.
func run(ctx context.Context, listen, desk, url, hub string, log *slog.Logger) error {
	archive, err := open(url, hub, log)
	if err != nil {
		return err
	}
	// The handler for readers fails only if the site lacks what a destination requires.
	readers, err := public(archive, log)
	if err != nil {
		return err
	}
	// Both addresses are reserved before anything is served.
	forReaders, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	defer forReaders.Close()
	forEditors, err := net.Listen("tcp", desk)
	if err != nil {
		return err
	}
	defer forEditors.Close()

	// The archive is ready before the first request.
	log.Info("serving", "readers", url, "editors", "http://"+forEditors.Addr().String()+"/")
	// If one part fails, the others end too.
	ctx, cancel := context.WithCancel(ctx)
	parts := []func() error{
		func() error { return webserver.Serve(ctx, forReaders, readers, log) },
		func() error { return webserver.Serve(ctx, forEditors, editors(archive, hostOf(desk), log), log) },
		func() error { return notify(ctx, archive) },
	}
	// The channel has room for all of them, so none waits to report its end.
	ended := make(chan error, len(parts))
	for _, part := range parts {
		go func() {
			err := part()
			if err != nil {
				cancel()
			}
			ended <- err
		}()
	}
	// Each server finishes the requests that are running.
	var failed error
	for range parts {
		failed = errors.Join(failed, <-ended)
	}
	cancel()
	return failed
}

// open returns an archive of the newsroom's articles.
func open(url, hub string, log *slog.Logger) (*syndicate.Archive, error) {
	site, articles, err := newsroom.Load()
	if err != nil {
		return nil, err
	}
	// The settings that differ from the newsroom's.
	site.URL = url
	site.Addresses = syndicate.WordPress
	site.Stylesheet = "/feeds.css"
	// Feeds announce removed articles for a month.
	site.Tombstones = 30 * 24 * time.Hour
	if hub != "" {
		site.Hubs = []string{hub}
	}
	// Every item states its license and has its pictures.
	site.Extensions = []syndicate.Extension{media.Images{}, license(url)}
	site.Warn = func(p *syndicate.Problem) { log.Warn("newsroom", "problem", p) }
	return syndicate.NewArchive(site, articles...)
}

// license returns the terms under which machines may use the articles: search engines may index
// them, and AI systems need a license.
func license(url string) rsl.Site {
	ask := rsl.Payment{Type: rsl.PaySubscription, Custom: strings.TrimSuffix(url, "/") + "/license/"}
	return rsl.Site{
		URL:       url,
		Addresses: syndicate.WordPress,
		Terms: rsl.Terms{Licenses: []rsl.License{
			{Permits: rsl.Rights{Usage: []rsl.Usage{rsl.Search}}},
			{Permits: rsl.Rights{Usage: []rsl.Usage{rsl.AIAll}}, Payment: ask},
		}},
	}
}

// notify notifies the hub about each feed that changes, until ctx ends. It returns at once if there
// is no hub.
func notify(ctx context.Context, archive *syndicate.Archive) error {
	// It notifies hubs about changes from now on.
	publisher := websub.Publisher{Source: archive}
	if err := publisher.Run(ctx); ctx.Err() == nil {
		return err
	}
	return nil
}
