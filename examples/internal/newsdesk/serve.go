package newsdesk

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/examples/internal/webserver"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
)

// Site returns the settings of the examples' publication. All replicas must use the same URL.
// Faults of articles that are published all the same are logged.
func Site(url string) syndicate.Site {
	return syndicate.Site{
		URL:        url,
		Title:      "Nordic Monitor",
		Language:   "en",
		Author:     syndicate.Author{Name: "Nordic Research and Monitoring Network"},
		Stylesheet: "/feeds.css",
		Warn:       func(p *syndicate.Problem) { slog.Warn("article", "problem", p) },
	}
}

// Main calls run with a context that ends with SIGINT or SIGTERM. It exits with status 1 if run
// fails.
func Main(run func(ctx context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		slog.Error("server", "err", err)
		os.Exit(1)
	}
}

// Serve accepts articles and serves their feeds on an address until ctx ends. Then it finishes the
// requests that are running and returns.
//
// Clients that publish need the token in the environment variable SYNDICATE_TOKEN. Serve makes one
// and prints it if there is none. Servers over the same database need the same token, so set it
// for them. It is no flag, because every user of the machine can list the flags of a program.
func Serve(ctx context.Context, listen string, store Store) error {
	log := slog.Default()
	// An address that is in use is reported before anything else happens.
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	handler := &feedhttp.Handler{
		Source: store,
		Pages: map[string]feedhttp.Page{
			"feeds/": {
				ContentType:           feedpage.ContentType,
				ContentSecurityPolicy: feedpage.ContentSecurityPolicy(),
				Append:                feedpage.Index{OPML: "/feeds.opml"}.Append,
			},
			"feeds.opml": {ContentType: opml.ContentType, Append: opml.Append},
			"feeds.css":  {ContentType: "text/css; charset=utf-8", Content: feedpage.Stylesheet},
		},
		// Requests for /articles are for no feed and no page, so they reach the desk.
		Fallback: &Desk{Store: store, Token: publishingToken(os.Stdout, log), Log: log},
	}
	log.Info("serving", "listen", listener.Addr().String(), "feeds", "/feeds/", "articles", "/articles")
	return webserver.Serve(ctx, listener, handler, log)
}

// publishingToken returns the token that clients need to publish. A new token goes to out and not
// to the log, which more people read.
func publishingToken(out io.Writer, log *slog.Logger) string {
	token := os.Getenv(tokenVariable)
	switch {
	case token == "":
		token = rand.Text() // 128 random bits
		fmt.Fprintf(out, "%s=%s\n", tokenVariable, token)
	case len(token) < minToken:
		log.Warn("the token for publishing can be guessed", "variable", tokenVariable, "bytes", len(token), "recommended", minToken)
	}
	return token
}

const (
	tokenVariable = "SYNDICATE_TOKEN"
	minToken      = 16 // bytes; a shorter token can be guessed
)
