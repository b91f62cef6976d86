// S: all feeds of a site with 20,000 articles, 12 categories, 400 tags and 60 authors. These are
// 473 scopes in three formats, so 1,419 documents with the newest 20 articles each. One operation
// writes all of them.
package benchmarks

import (
	"context"
	"io"
	"runtime"
	"sync"
	"testing"

	"github.com/gorilla/feeds"

	"github.com/syndicate-go/syndicate"
)

var site = Workload{Articles: 20_000, Categories: 12, Tags: 400, Authors: 60}

const siteScopes = 1 + 12 + 400 + 60

func BenchmarkS(b *testing.B) {
	articles := Generate(site)
	scopes, size := surveySite(b, articles)

	run := func(name string, render func(b *testing.B)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			render(b)
		})
	}
	// From the articles to the last document: checked, cleaned, encoded.
	run("syndicate/cold", func(b *testing.B) {
		for b.Loop() {
			render(b, newArchive(b, 20, articles), scopes)
		}
	})
	// The archive exists, but no feed of it has been requested.
	run("syndicate/first", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			archive := newArchive(b, 20, articles)
			runtime.GC()
			b.StartTimer()
			render(b, archive, scopes)
		}
	})
	run("syndicate/first-2-goroutines", func(b *testing.B) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
		for b.Loop() {
			b.StopTimer()
			archive := newArchive(b, 20, articles)
			runtime.GC()
			b.StartTimer()
			var both sync.WaitGroup
			for _, half := range halves(scopes) {
				both.Go(func() { render(b, archive, half) })
			}
			both.Wait()
		}
	})
	// Every feed has been requested before.
	run("syndicate/warm", func(b *testing.B) {
		archive := newArchive(b, 20, articles)
		render(b, archive, scopes)
		for b.Loop() {
			render(b, archive, scopes)
		}
	})
	// Selecting the articles of each feed is not part of gorilla's time.
	run("gorilla/warm", func(b *testing.B) {
		archive := newArchive(b, 20, articles)
		var selected []*feeds.Feed
		for _, scope := range scopes {
			selected = append(selected, Gorilla(feedOf(b, archive, scope)))
		}
		var buf []byte
		for b.Loop() {
			for _, feed := range selected {
				for _, format := range syndicate.Formats() {
					buf = appended(b, buf[:0], func(w io.Writer) error { return WriteGorilla(w, feed, format) })
				}
			}
		}
	})
	// The memory of the archive after every feed was written, over the size of its text.
	b.Run("syndicate/memory", func(b *testing.B) {
		text := 0
		for _, a := range articles {
			text += len(a.ID) + len(a.URL) + len(a.Title) + len(a.Summary) + len(a.Content)
		}
		for b.Loop() {
			before := heap() - text // the archive shares the text of the articles
			archive := newArchive(b, 20, articles)
			render(b, archive, scopes)
			b.ReportMetric(float64(heap()-before)/float64(text), "heap/text")
			runtime.KeepAlive(archive)
		}
		runtime.KeepAlive(articles)
	})
}

// render writes each feed in all formats.
func render(tb testing.TB, archive *syndicate.Archive, scopes []syndicate.Scope) (size int) {
	var buf []byte
	eachDocument(tb, archive, scopes, func(feed *syndicate.Feed, format syndicate.Format) {
		buf = feed.Append(buf[:0], format)
		size += len(buf)
	})
	return size
}

// eachDocument requests each feed once and calls write for every format.
func eachDocument(tb testing.TB, archive *syndicate.Archive, scopes []syndicate.Scope, write func(*syndicate.Feed, syndicate.Format)) {
	for _, scope := range scopes {
		feed, err := archive.Feed(context.Background(), scope)
		if err != nil {
			tb.Error(err)
			return
		}
		for _, format := range syndicate.Formats() {
			write(feed, format)
		}
	}
}

// surveySite returns the scopes of the site and the size of all its documents in bytes.
func surveySite(tb testing.TB, articles []syndicate.Article) (scopes []syndicate.Scope, size int) {
	archive := newArchive(tb, 20, articles)
	scopes = scopesOf(tb, archive)
	if len(scopes) != siteScopes {
		tb.Fatalf("%d scopes, want %d", len(scopes), siteScopes)
	}
	return scopes, render(tb, archive, scopes)
}

// scopesOf returns the scopes with a feed.
func scopesOf(tb testing.TB, archive *syndicate.Archive) (scopes []syndicate.Scope) {
	for info, err := range archive.Scopes(context.Background()) {
		if err != nil {
			tb.Fatal(err)
		}
		scopes = append(scopes, info.Scope)
	}
	return scopes
}

// halves splits scopes into two lists.
func halves(scopes []syndicate.Scope) (dealt [2][]syndicate.Scope) {
	for i, scope := range scopes {
		dealt[i%2] = append(dealt[i%2], scope)
	}
	return dealt
}

// heap returns how many bytes are in use.
func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // the second frees what pools held
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
