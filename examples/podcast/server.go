package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/podcast"
)

// newServer returns the handler of the show. With names it serves subscribers only, and prints the
// address of each one's feed to stdout.
func newServer(
	stdout io.Writer, url string, library *library, log *slog.Logger, names ...string,
) (http.Handler, error) {
	// One archive has the articles of the show, the same for all subscribers.
	private := len(names) > 0
	archive, err := newArchive(url, library.sounds, private)
	if err != nil {
		return nil, err
	}
	player := &soundServer{library: library, log: log}
	feeds := &feedhttp.Handler{
		Source: archive,
		// In a private show these are below the folder of the subscriber too.
		Pages: pages(private),
		Files: []derived.Files{podcast.Files{}},
		// Any other path is that of a sound, or there is nothing.
		Fallback: player.routes(private),
		OnError:  func(err error) { log.Error("feeds", "err", err) },
		Observe: func(ctx context.Context, e feedhttp.Event) {
			log.InfoContext(ctx, "response", "format", e.Format, "page", e.Page, "file", e.File, "status", e.Status)
		},
	}
	if private {
		// The program keeps the digests of the tokens, so that nobody can read them there.
		subscribers := map[[sha256.Size]byte]*feedhttp.Subscriber{}
		for _, name := range names {
			// Give the address to the subscriber only. A real program stores the digest.
			token := feedhttp.NewToken()
			subscribers[feedhttp.TokenDigest(token)] = &feedhttp.Subscriber{Name: name}
			address := feedhttp.PrivateURL(archive.Publication(), token, syndicate.Everything(), syndicate.RSS)
			fmt.Fprintf(stdout, "%s: %s\n", name, address)
		}
		// The same function decides about feeds and sounds. An end of a subscription ends both.
		player.allow = func(_ context.Context, digest [sha256.Size]byte) (*feedhttp.Subscriber, error) {
			return subscribers[digest], nil
		}
		feeds.Allow = player.allow
	} else {
		fmt.Fprintf(stdout, "open %s, or subscribe to %srss.xml\n", url, url)
	}
	return feeds, nil
}

// privateFolder stands before the paths of pages, chapters and transcripts in a private feed. The
// handler serves them there to the subscriber.
const privateFolder = "private/" + feedhttp.TokenPlaceholder + "/"

// soundServer serves the sounds and the artwork. Directories and players require that it answers
// HEAD and requests for a range of bytes, as net/http does for all that it can seek in.
type soundServer struct {
	library *library
	log     *slog.Logger // without tokens
	// allow returns the subscriber whose token has a digest. Nil if the show is public.
	allow func(ctx context.Context, digest [sha256.Size]byte) (*feedhttp.Subscriber, error)
}

// routes returns the paths. The patterns of GET match HEAD too.
func (s *soundServer) routes(private bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /"+artworkPath, func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, s.library.files, artworkPath)
	})
	if private {
		mux.HandleFunc("GET /"+soundFolder+"{token}/{name}", s.serve)
	} else {
		mux.HandleFunc("GET /"+soundFolder+"{name}", s.serve)
	}
	return mux
}

// serve serves a sound, to subscribers only if the show is private.
func (s *soundServer) serve(w http.ResponseWriter, r *http.Request) {
	if s.allow != nil {
		subscriber, err := s.allow(r.Context(), feedhttp.TokenDigest(r.PathValue("token")))
		if err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		if subscriber == nil {
			http.NotFound(w, r) // as for a sound that does not exist
			return
		}
		w.Header().Set("Cache-Control", "private")
	}
	name := r.PathValue("name")
	sound := s.library.sounds[name]
	if sound == nil { // a transcript is no sound either
		http.NotFound(w, r)
		return
	}
	// Every request reads the file by itself, from where the player wants it.
	file, err := s.library.files.Open(name)
	if err != nil {
		s.log.Error("sound", "err", err)
		http.Error(w, "try again later", http.StatusServiceUnavailable)
		return
	}
	defer file.Close()
	w.Header().Set("Content-Type", sound.mediaType)
	w.Header().Set("ETag", `"`+sound.digest+`"`)
	// An episode takes longer to download than a feed. Without support the server's limit stays.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Hour))
	// The log has the name of the sound, and not its path, which may contain a token.
	s.log.Info("sound", "name", name, "method", r.Method, "range", r.Header.Get("Range"))
	// ServeContent answers HEAD, If-Range and If-None-Match, and a range with 206 or 416.
	http.ServeContent(w, r, "", time.Time{}, file.(io.ReadSeeker))
}
