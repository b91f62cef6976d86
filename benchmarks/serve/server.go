package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/benchmarks"
	"github.com/syndicate-go/syndicate/feedhttp"
)

// path is the path of the feed that is requested. It has 20 articles of 4 KB each.
const path = "/rss.xml"

// newArchive returns an archive with n articles.
func newArchive(n int) *syndicate.Archive {
	articles := benchmarks.Generate(benchmarks.Workload{Articles: n, Categories: 5, Tags: 40, Authors: 20})
	archive, err := syndicate.NewArchive(benchmarks.Site(20), articles...)
	if err != nil {
		log.Fatal(err)
	}
	return archive
}

// handler returns the handler that is measured, with its defaults.
func handler(archive *syndicate.Archive) http.Handler { return &feedhttp.Handler{Source: archive} }

// serve serves the feed on a free port, whose address it prints, until it is killed.
func serve(kind string) {
	archive := newArchive(2000)
	ours := handler(archive)
	h := ours
	switch kind {
	case "bare":
		h = newBare(ours)
	case "churn":
		go churn(archive)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	err = http.Serve(listener, h)
	// The bare handler has the same articles and feeds in memory. With a smaller heap, it would
	// collect garbage six times as often.
	runtime.KeepAlive(ours)
	log.Fatal(err)
}

// churn adds or removes an article of the feed ten times a second.
func churn(archive *syndicate.Archive) {
	article := syndicate.Article{
		URL: "/churn/", Title: "Churn", Content: "<p>Here now.</p>", Published: time.Now().Add(-time.Hour),
	}
	for tick, there := time.Tick(100*time.Millisecond), false; ; there = !there {
		<-tick
		change := func() error { return archive.Add(article) }
		if there {
			change = func() error { return archive.Remove(article.URL) }
		}
		if err := change(); err != nil {
			log.Fatal(err)
		}
	}
}

// bare is the least work that a net/http handler can do. For each of the three requests it writes
// the same bytes and headers as feedhttp, all of them prepared in advance. It looks at no path, no
// method and no version, and compares no ETags.
type bare struct {
	plain, packed, same answer
	etag                string // of packed
}

// answer is a prepared response.
type answer struct {
	status int
	header []field
	body   []byte
}

// etag returns the value of the ETag header.
func (a answer) etag() string {
	for _, f := range a.header {
		if f.name == "Etag" {
			return f.values[0]
		}
	}
	return ""
}

// field is a header. A slice of fields is faster to copy than a map.
type field struct {
	name   string
	values []string
}

// newBare records the responses of h to the three requests.
func newBare(h http.Handler) *bare {
	ask := func(headers ...string) answer {
		r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		a := answer{status: w.Code, body: w.Body.Bytes()}
		for name, values := range w.Result().Header {
			a.header = append(a.header, field{name, values})
		}
		return a
	}
	b := &bare{plain: ask(), packed: ask("Accept-Encoding", "gzip")}
	// A feed that is requested often is compressed once more, in the background. The bare handler
	// has those bytes from the beginning.
	_, prepared := h.(*bare)
	for first := b.packed.etag(); b.packed.etag() == first && !prepared; runtime.Gosched() {
		b.packed = ask("Accept-Encoding", "gzip")
	}
	b.etag = b.packed.etag()
	b.same = ask("Accept-Encoding", "gzip", "If-None-Match", b.etag)
	return b
}

// ServeHTTP chooses the response by the presence of two headers.
func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := &b.plain
	switch {
	case r.Header["If-None-Match"] != nil:
		a = &b.same
	case r.Header["Accept-Encoding"] != nil:
		a = &b.packed
	}
	header := w.Header()
	for _, f := range a.header {
		header[f.name] = f.values
	}
	if a.status != http.StatusOK {
		w.WriteHeader(a.status)
		return
	}
	_, _ = w.Write(a.body)
}
