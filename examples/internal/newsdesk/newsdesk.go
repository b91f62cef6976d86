// Package newsdesk takes articles in over HTTP and serves their feeds: what the examples with a database share.
//
// An article is the JSON of [syndicate.Article], by the names of its fields; a Duration is in nanoseconds.
//
//	POST   /articles         a new article: 201
//	PUT    /articles         a new version of an article, known by its ID or URL: 200
//	DELETE /articles?id=ID   retracts the article with this ID or URL: 200
//
// The answer is JSON too: {"problems": [{"article", "field", "value", "rule", "spec", "warning"}]}, warnings among them
// and empty if there are none, or {"error": "…"} for what is not about an article. A refused article is 422, one whose
// id is taken 409, one that is not there 404, a body that is no article 400; 503 is that the store has failed, and that the
// same request may do later.
package newsdesk

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Store is what the desk needs of a store of package sqlstore.
type Store interface {
	syndicate.Source
	Add(ctx context.Context, articles ...syndicate.Article) error
	Update(ctx context.Context, articles ...syndicate.Article) error
	Remove(ctx context.Context, ids ...string) error
}

// Desk serves /articles, and 404 for everything else.
type Desk struct {
	// Store keeps the articles. Required.
	Store Store
	// Token is what a writer sends as "Authorization: Bearer TOKEN". Optional; without one only programs on the same
	// machine may write, so give one where a proxy on it passes on what others ask.
	Token string
	// Log is told why the store failed. Required.
	Log *slog.Logger
}

const (
	maxBody = 4 << 20          // bytes of a request
	patient = 20 * time.Second // how long a change may take
)

// answer is the JSON of an answer.
type answer struct {
	Error    string     `json:"error,omitempty"`
	Problems *[]problem `json:"problems,omitempty"`
}

type problem struct {
	Article string `json:"article,omitempty"`
	Field   string `json:"field,omitempty"`
	Value   string `json:"value,omitempty"`
	Rule    string `json:"rule"`
	Spec    string `json:"spec,omitempty"`
	Warning bool   `json:"warning,omitempty"`
}

func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/articles" {
		http.NotFound(w, r)
		return
	}
	if status := d.stranger(r); status != 0 {
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		refuse(w, status, "you may not write here")
		return
	}
	// A change that was begun is not given up because the client hangs up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), patient)
	defer cancel()
	switch r.Method {
	case http.MethodPost, http.MethodPut:
		article, status, err := read(w, r)
		switch {
		case err != nil:
			refuse(w, status, err.Error())
		case r.Method == http.MethodPost:
			d.answer(w, http.StatusCreated, d.Store.Add(ctx, article))
		default:
			d.answer(w, http.StatusOK, d.Store.Update(ctx, article))
		}
	case http.MethodDelete:
		id := r.URL.Query().Get("id")
		if id == "" {
			refuse(w, http.StatusBadRequest, "which article? /articles?id=ID names it")
			return
		}
		d.answer(w, http.StatusOK, d.Store.Remove(ctx, id))
	default:
		w.Header().Set("Allow", "POST, PUT, DELETE")
		refuse(w, http.StatusMethodNotAllowed, "articles are posted, put and deleted; their feeds are read")
	}
}

// stranger returns the status for who may not write; 0 for who may.
func (d *Desk) stranger(r *http.Request) int {
	if d.Token != "" {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		given, wanted := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(d.Token))
		if subtle.ConstantTimeCompare(given[:], wanted[:]) != 1 {
			return http.StatusUnauthorized
		}
		return 0
	}
	// Nor through a proxy on this machine, if it says that it is one, nor by a page in a browser on it whose host leads here.
	proxied := r.Header.Get("Forwarded") + r.Header.Get("X-Forwarded-For")
	if !isLoopback(r.RemoteAddr) || !isLoopback(r.Host) || proxied != "" {
		return http.StatusForbidden
	}
	return 0
}

// isLoopback reports whether an address, with or without a port, is this machine's.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// read reads the article of a request. The status is that of the error.
func read(w http.ResponseWriter, r *http.Request) (article syndicate.Article, status int, err error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return article, http.StatusUnsupportedMediaType, errors.New("an article is application/json")
	}
	from := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	from.DisallowUnknownFields()
	err = from.Decode(&article)
	if err == nil {
		if _, more := from.Token(); more != io.EOF {
			err = errors.New("something follows it")
		}
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return article, http.StatusRequestEntityTooLarge, fmt.Errorf("an article has %d bytes at most", tooLarge.Limit)
	case err != nil:
		return article, http.StatusBadRequest, fmt.Errorf("not an article: %w", err)
	}
	return article, 0, nil
}

// answer tells what became of a change, whose status is done if nothing was refused.
func (d *Desk) answer(w http.ResponseWriter, done int, err error) {
	problems, ok := err.(syndicate.Problems)
	if err != nil && !ok {
		d.Log.Error("store", "err", err)
		w.Header().Set("Retry-After", "5") // seconds
		refuse(w, http.StatusServiceUnavailable, "the store has failed; it is not known whether anything was done")
		return
	}
	list := []problem{}
	for _, p := range problems {
		list = append(list, problem{p.Article, p.Field, p.Value, string(p.Rule), p.Spec, p.Warning})
	}
	write(w, statusOf(problems.Errors(), done), answer{Problems: &list})
}

// statusOf returns the status for what was refused; done if nothing was.
func statusOf(refused syndicate.Problems, done int) int {
	switch {
	case len(refused) == 0:
		return done
	case errors.Is(refused, syndicate.RuleUnknownID):
		return http.StatusNotFound
	case errors.Is(refused, syndicate.RuleDuplicateID):
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

func refuse(w http.ResponseWriter, status int, why string) { write(w, status, answer{Error: why}) }

func write(w http.ResponseWriter, status int, a answer) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(a) // the client has gone if this fails
}
