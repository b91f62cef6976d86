// Private serves feeds that only subscribers can read. Each subscriber has a secret token, which
// is part of the feed's address, because feed readers do not reliably send cookies or passwords.
//
//	go run ./examples/private
//
// prints the address of each subscriber's feed and serves it. Any other address is 404. The feeds
// contain neither the token nor their own address. In production, serve them over HTTPS only, and
// keep their paths out of access logs.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/examples/internal/webserver"
	"github.com/syndicate-go/syndicate/feedhttp"
)

// main serves until the program is interrupted.
func main() {
	log.SetFlags(0)
	// The context ends with an interrupt, or when the system asks the program to terminate.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// An address that is in use is reported before any token is printed.
	listener, err := net.Listen("tcp", "localhost:8080")
	if err != nil {
		log.Fatal(err)
	}
	server, err := newServer(os.Stdout, "Ada", "Grace")
	if err != nil {
		log.Fatal(err)
	}
	// The server has time-outs, which http.ListenAndServe has not.
	if err := webserver.Serve(ctx, listener, server, slog.Default()); err != nil {
		log.Fatal(err)
	}
}

// newServer returns the handler, and prints the address of each subscriber's feed.
func newServer(stdout io.Writer, names ...string) (http.Handler, error) {
	// Private feeds come from the same kind of archive as public ones.
	archive, err := syndicate.NewArchive(
		syndicate.Site{URL: "http://localhost:8080/", Title: "The Letter", Language: "en"},
		syndicate.Article{
			URL:       "/letters/1/",
			Title:     "The first letter",
			Content:   "<p>For subscribers.</p>",
			Published: time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC),
		})
	if err != nil {
		return nil, err
	}
	var all subscribers
	for _, name := range names {
		// Give the address to the subscriber only; the program keeps the digest.
		token := feedhttp.NewToken()
		all.add(name, token)
		address := feedhttp.PrivateURL(archive.Publication(), token, syndicate.Everything(), syndicate.RSS)
		fmt.Fprintf(stdout, "%s: %s\n", name, address)
	}
	// With Allow set, no feed is public.
	return &feedhttp.Handler{Source: archive, Allow: all.allow}, nil
}

// subscribers holds the digest of each subscriber's token. In a real program it is a table of the
// database. Nobody who reads the table can read the feeds, because the tokens are not in it.
type subscribers struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]*feedhttp.Subscriber
}

// add adds a subscriber. To end a subscription, delete the digest: the next request gets 404.
func (s *subscribers) add(name, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[[sha256.Size]byte]*feedhttp.Subscriber{}
	}
	s.known[feedhttp.TokenDigest(token)] = &feedhttp.Subscriber{Name: name}
}

// allow returns the subscriber whose token has this digest, nil if there is none. The handler calls
// it for every request.
func (s *subscribers) allow(_ context.Context, digest [sha256.Size]byte) (*feedhttp.Subscriber, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[digest], nil
}
