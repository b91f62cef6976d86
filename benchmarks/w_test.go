// W: single feeds of 20, 200 and 2,000 articles. Every benchmark writes 100 different feeds in
// turn. A single feed would train the branch predictor and look 2.5 times faster than in practice.
package benchmarks

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"testing"
	"time"

	"github.com/gorilla/feeds"

	"github.com/syndicate-go/syndicate"
)

const rotation = 100

// lengths are the numbers of articles in a feed.
var lengths = []int{20, 200, 2000}

// wFeeds are 100 feeds of one length, in the form of each library.
type wFeeds struct {
	archive     *syndicate.Archive
	scopes      []syndicate.Scope
	fromArchive []*syndicate.Feed
	byHand      []*syndicate.Feed
	gorilla     []*feeds.Feed
}

func newWFeeds(tb testing.TB, size int) *wFeeds {
	// With 600 evenly distributed tags, the feeds of the first 100 have no article in common. In
	// the longest feeds each article is in six of them, because otherwise 200,000 would be needed.
	tags := 6 * rotation
	if size > 200 {
		tags = rotation
	}
	load := Workload{Articles: (size*tags + 5) / 6, Categories: 12, Tags: tags, Authors: 60, Even: true}
	w := &wFeeds{archive: newArchive(tb, size, Generate(load))}
	var prepared []byte
	for _, tag := range newTerms(load).tags[:rotation] {
		feed := feedOf(tb, w.archive, tag.Scope())
		if len(feed.Articles) != size {
			tb.Fatalf("%s has %d articles, want %d", tag.Scope(), len(feed.Articles), size)
		}
		w.scopes = append(w.scopes, tag.Scope())
		for _, format := range syndicate.Formats() { // encodes the archive's articles
			prepared = feed.Append(prepared[:0], format)
		}
		w.fromArchive = append(w.fromArchive, feed)
		w.byHand = append(w.byHand, byHand(feed))
		w.gorilla = append(w.gorilla, Gorilla(feed))
	}
	return w
}

func newArchive(tb testing.TB, limit int, articles []syndicate.Article) *syndicate.Archive {
	archive, err := syndicate.NewArchive(Site(limit), articles...)
	if err != nil {
		tb.Fatal(err)
	}
	archive.Clock = func() time.Time { return Now }
	archive.NextChange() // the first query files the articles
	return archive
}

func feedOf(tb testing.TB, archive *syndicate.Archive, scope syndicate.Scope) *syndicate.Feed {
	feed, err := archive.Feed(context.Background(), scope)
	if err != nil {
		tb.Fatal(err)
	}
	return feed
}

// byHand returns the feed as a program without an archive fills it in. Nothing in it is encoded.
func byHand(f *syndicate.Feed) *syndicate.Feed {
	filled := &syndicate.Feed{
		ID: f.ID, Title: f.Title, Description: f.Description, URL: f.URL, Self: f.Self, Language: f.Language,
		Copyright: f.Copyright, Authors: f.Authors, Logo: f.Logo, Icon: f.Icon,
		CategoryScheme: f.CategoryScheme, TagScheme: f.TagScheme,
	}
	for _, a := range f.Articles {
		filled.Articles = append(filled.Articles, &syndicate.Article{
			ID: a.ID, URL: a.URL, Title: a.Title, Summary: a.Summary, Content: a.Content,
			Published: a.Published, Updated: a.Updated,
			Authors: a.Authors, Categories: a.Categories, Tags: a.Tags, Image: a.Image, Language: a.Language,
		})
	}
	return filled
}

func BenchmarkW(b *testing.B) {
	for _, size := range lengths {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			w := newWFeeds(b, size)
			var npm *npmRivals
			if *npmDir != "" && size <= 200 {
				npm = startNPM(b, w.byHand)
			}
			for _, format := range syndicate.Formats() {
				benchmarkW(b, w, format)
				if npm != nil {
					benchmarkNPM(b, npm, format)
				}
			}
			b.Run("syndicate-archive/Feed", func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					feedOf(b, w.archive, w.scopes[i%rotation])
				}
			})
		})
	}
}

func benchmarkW(b *testing.B, w *wFeeds, format syndicate.Format) {
	w.run(b, "syndicate", format, func(dst []byte, i int) []byte {
		return w.byHand[i].Append(dst, format)
	})
	w.run(b, "syndicate-archive", format, func(dst []byte, i int) []byte {
		return feedOf(b, w.archive, w.scopes[i]).Append(dst, format)
	})
	w.run(b, "gorilla", format, func(dst []byte, i int) []byte {
		return appended(b, dst, func(to io.Writer) error { return WriteGorilla(to, w.gorilla[i], format) })
	})
	w.run(b, "stdlib", format, func(dst []byte, i int) []byte {
		return appended(b, dst, func(to io.Writer) error { return WriteStdlib(to, w.byHand[i], format) })
	})
	// The lower limit: copying syndicate's documents.
	documents := w.documents(b, format)
	w.run(b, "memcpy", format, func(dst []byte, i int) []byte { return append(dst, documents[i]...) })
}

func benchmarkNPM(b *testing.B, npm *npmRivals, format syndicate.Format) {
	for _, library := range npmLibraries {
		size := npm.write(b, library, format, npm.warmUp()) / npm.warmUp()
		b.Run(fmt.Sprintf("%s/%s", library, format), func(b *testing.B) {
			b.SetBytes(int64(size))
			npm.write(b, library, format, b.N)
		})
	}
}

// run times writing the feeds one after another into a buffer that is large enough.
func (w *wFeeds) run(b *testing.B, library string, format syndicate.Format, write func(dst []byte, i int) []byte) {
	b.Run(fmt.Sprintf("%s/%s", library, format), func(b *testing.B) {
		var buf []byte
		total := 0
		const some = 5
		for i := range some { // grows the buffer
			buf = write(buf[:0], i)
			total += len(buf)
		}
		b.SetBytes(int64(total / some))
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			buf = write(buf[:0], i%rotation)
		}
	})
}

// documents returns the document that syndicate writes for each feed.
func (w *wFeeds) documents(tb testing.TB, format syndicate.Format) [][]byte {
	documents := make([][]byte, rotation)
	for i, scope := range w.scopes {
		documents[i] = feedOf(tb, w.archive, scope).Append(nil, format)
	}
	return documents
}

// Allocations while writing a feed of 20. They are the same in every run, so a few runs are enough.
func BenchmarkAllocations(b *testing.B) {
	w := newWFeeds(b, 20)
	for _, format := range syndicate.Formats() {
		run := func(source string, feeds []*syndicate.Feed) {
			w.run(b, "Append/"+source, format, func(dst []byte, i int) []byte { return feeds[i].Append(dst, format) })
			w.run(b, "Write/"+source, format, func(dst []byte, i int) []byte {
				must(b, feeds[i].Write(io.Discard, format))
				return dst
			})
		}
		run("syndicate", w.byHand)
		run("syndicate-archive", w.fromArchive)
	}
	b.Run("Feed/syndicate-archive/all", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			feedOf(b, w.archive, w.scopes[i%rotation])
		}
	})
}

// appended appends the output of write to dst.
func appended(tb testing.TB, dst []byte, write func(io.Writer) error) []byte {
	s := sink(dst)
	if err := write(&s); err != nil {
		tb.Fatal(err)
	}
	return s
}

type sink []byte

func (s *sink) Write(p []byte) (int, error) {
	*s = append(*s, p...)
	return len(p), nil
}
