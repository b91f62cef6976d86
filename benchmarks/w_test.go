// W: single feeds, of 20, 200 and 2,000 articles. Every benchmark takes 100 different feeds in turn: one
// feed over and over trains the branch predictor, and looks 2.5 × faster than life.
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

// sizes are how many articles a feed has.
var sizes = []int{20, 200, 2000}

// wFeeds are 100 feeds of a size, in each library's form.
type wFeeds struct {
	archive *syndicate.Archive
	scopes  []syndicate.Scope
	byHand  []*syndicate.Feed
	gorilla []*feeds.Feed
}

func newWFeeds(tb testing.TB, size int) *wFeeds {
	// With 600 tags dealt out evenly, those of the first 100 are feeds without a common article. Of the long
	// feeds each article is in six, or there would be 200,000.
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
		for _, format := range syndicate.Formats { // so that the archive's articles are prepared
			prepared = feed.Append(prepared[:0], format)
		}
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
	archive.NextChange() // the first question puts the articles where they belong, one by one
	return archive
}

func feedOf(tb testing.TB, archive *syndicate.Archive, scope syndicate.Scope) *syndicate.Feed {
	feed, err := archive.Feed(context.Background(), scope)
	if err != nil {
		tb.Fatal(err)
	}
	return feed
}

// byHand returns the feed as a program fills it that has no archive: nothing in it is prepared.
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
	for _, size := range sizes {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			w := newWFeeds(b, size)
			for _, format := range syndicate.Formats {
				benchmarkW(b, w, format)
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
	run := func(library string, write func(dst []byte, i int) []byte) {
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
	run("syndicate", func(dst []byte, i int) []byte {
		return w.byHand[i].Append(dst, format)
	})
	run("syndicate-archive", func(dst []byte, i int) []byte {
		return feedOf(b, w.archive, w.scopes[i]).Append(dst, format)
	})
	run("gorilla", func(dst []byte, i int) []byte {
		return appended(b, dst, func(to io.Writer) error { return WriteGorilla(to, w.gorilla[i], format) })
	})
	run("stdlib", func(dst []byte, i int) []byte {
		return appended(b, dst, func(to io.Writer) error { return WriteStdlib(to, w.byHand[i], format) })
	})
	// The limit: what syndicate writes, copied.
	var documents [][]byte
	run("memcpy", func(dst []byte, i int) []byte {
		for len(documents) < rotation {
			documents = append(documents, feedOf(b, w.archive, w.scopes[len(documents)]).Append(nil, format))
		}
		return append(dst, documents[i]...)
	})
}

// appended returns dst with what write writes.
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
