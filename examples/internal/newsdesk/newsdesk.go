// Package newsdesk accepts articles over HTTP and serves their feeds. The examples with a database
// share it.
//
// Everybody may read the feeds. Only clients with the token may publish: they send it as
// "Authorization: Bearer TOKEN". The desk trusts no address, because behind a proxy every request
// comes from the proxy's.
//
// An article is a [syndicate.Article] as JSON, with the names of the Go fields. A Duration is in
// nanoseconds.
//
//	POST   /articles         a new article: 201
//	PUT    /articles         a new version of an article, known by its ID or URL: 200
//	DELETE /articles?id=ID   retracts the article with this ID or URL: 200
//
// The response is JSON: {"problems": [{"article", "field", "value", "rule", "spec"}]}, or
// {"error": "…"} for other errors. Warnings are logged. The status is
//
//   - 400 if the body is not an article,
//   - 401 if the token is missing or wrong,
//   - 404 if an article does not exist,
//   - 409 if another article has the id,
//   - 405 and 415 for other methods and media types,
//   - 413 if the body is too large,
//   - 422 if an article is refused, or larger in some part than the desk accepts,
//   - 503 if the store fails; the same request may succeed later.
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
	"net/http"
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
	// Token is required of clients that publish. Nobody may publish if it is empty. Required.
	Token string
	// Log receives the errors of the store. Required.
	Log *slog.Logger
}

const (
	maxBody = 4 << 20         // bytes of a request
	patient = 8 * time.Second // how long a change may take; less than the server waits when it stops
)

// answer is the JSON of a response.
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
}

// ServeHTTP adds, replaces or removes an article.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/articles" {
		http.NotFound(w, r)
		return
	}
	if !d.mayPublish(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, http.StatusUnauthorized, "publishing needs the token: Authorization: Bearer TOKEN")
		return
	}
	// A change continues if the client disconnects.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), patient)
	defer cancel()
	switch r.Method {
	case http.MethodPost, http.MethodPut:
		article, status, err := read(w, r)
		large := oversized(&article)
		switch {
		case err != nil:
			refuse(w, status, err.Error())
		case large != nil:
			write(w, http.StatusUnprocessableEntity, answer{Problems: &large})
		case r.Method == http.MethodPost:
			d.answer(w, http.StatusCreated, d.Store.Add(ctx, article))
		default:
			d.answer(w, http.StatusOK, d.Store.Update(ctx, article))
		}
	case http.MethodDelete:
		id := r.URL.Query().Get("id")
		if id == "" {
			refuse(w, http.StatusBadRequest, "no id: use /articles?id=ID")
			return
		}
		d.answer(w, http.StatusOK, d.Store.Remove(ctx, id))
	default:
		w.Header().Set("Allow", "POST, PUT, DELETE")
		refuse(w, http.StatusMethodNotAllowed, "articles are posted, put and deleted; their feeds are read")
	}
}

// mayPublish reports whether a request has the token. The name of the scheme may be in upper or
// lower case (RFC 9110 section 11.1).
func (d *Desk) mayPublish(r *http.Request) bool {
	headers := r.Header.Values("Authorization")
	if d.Token == "" || len(headers) != 1 {
		return false
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	// Digests have the same length, so that the time of the comparison says nothing about the
	// token.
	given, wanted := sha256.Sum256([]byte(strings.Trim(token, " "))), sha256.Sum256([]byte(d.Token))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(given[:], wanted[:]) == 1
}

// read reads the article of a request. The status belongs to the error.
func read(w http.ResponseWriter, r *http.Request) (article syndicate.Article, status int, err error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return article, http.StatusUnsupportedMediaType, errors.New("an article is application/json")
	}
	from := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	// A misspelled field must not be lost silently.
	from.DisallowUnknownFields()
	err = from.Decode(&article)
	if err == nil {
		// Decode stops after the first value.
		if _, more := from.Token(); more != io.EOF {
			err = errors.New("text after the article")
		}
	}
	var limit *http.MaxBytesError
	switch {
	case errors.As(err, &limit):
		return article, http.StatusRequestEntityTooLarge, fmt.Errorf("an article has %d bytes at most", limit.Limit)
	case err != nil:
		return article, http.StatusBadRequest, fmt.Errorf("not an article: %w", err)
	}
	return article, 0, nil
}

// answer writes the result of a change. The status is done if nothing was refused.
func (d *Desk) answer(w http.ResponseWriter, done int, err error) {
	// Problems are the client's fault, other errors the store's. The latter may name hosts and
	// users, so the client does not get them.
	problems, ok := err.(syndicate.Problems)
	if err != nil && !ok {
		d.Log.Error("store", "err", err)
		w.Header().Set("Retry-After", "5") // seconds
		refuse(w, http.StatusServiceUnavailable, "the store has failed; it is not known whether anything was done")
		return
	}
	list := []problem{}
	for _, p := range problems {
		list = append(list, problem{p.Article, p.Field, p.Value, string(p.Rule), p.Spec})
	}
	write(w, statusOf(problems, done), answer{Problems: &list})
}

// statusOf returns the HTTP status for refused articles, or done if no article was refused.
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

// refuse writes an error.
func refuse(w http.ResponseWriter, status int, why string) { write(w, status, answer{Error: why}) }

// write writes a response as JSON.
func write(w http.ResponseWriter, status int, a answer) {
	w.Header().Set("Content-Type", "application/json")
	// A response is about one request.
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(a) // fails only if the client has disconnected
}
