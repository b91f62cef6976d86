// A: the cost of a change as the archive grows, with 10,000, 100,000 and (with -million) 1,000,000
// short articles and 50,000 tags. The largest archive takes about 5 GB and a minute to load. One
// operation adds an article with a random date in the past, updates it and removes it again, while
// readers hold feeds. In between it requests feeds that the change affects and feeds that it does
// not. Each part is timed separately.
package benchmarks

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/syndicate-go/syndicate"
)

var million = flag.Bool("million", false, "run A with 1,000,000 articles too")

func BenchmarkA(b *testing.B) {
	for _, size := range []int{10_000, 100_000, 1_000_000} {
		if size < 1_000_000 || *million {
			b.Run(strconv.Itoa(size), func(b *testing.B) { benchmarkA(b, size) })
		}
	}
}

func benchmarkA(b *testing.B, size int) {
	w := Workload{Articles: size, Categories: 12, Tags: 50_000, Authors: 60}
	archive := bigArchive(b, w)
	// Category feeds have 20 articles in an archive of any size.
	sections := newTerms(w)
	held := []*syndicate.Feed{feedOf(b, archive, syndicate.Everything())}
	for _, c := range sections.categories {
		held = append(held, feedOf(b, archive, c.Scope()))
	}

	b.Run("syndicate", func(b *testing.B) {
		var add, update, remove, touched, untouched stopwatch
		var buf []byte
		ask := func(s *stopwatch, c syndicate.Category) {
			s.time(func() { buf = feedOf(b, archive, c.Scope()).Append(buf[:0], syndicate.RSS) })
		}
		r := rand.New(rand.NewPCG(seed, uint64(size)))
		for n := 0; b.Loop(); n++ {
			a := bare(size+n, first.Add(time.Duration(r.Int64N(int64(Now.Sub(first))))))
			a.Title = fmt.Sprintf("Late notice %d", n)
			sections.give(&a, r, n)
			in, out := a.Categories[0], sections.other(a.Categories)
			ask(new(stopwatch), out)

			add.time(func() { must(b, archive.Add(a)) })
			ask(&touched, in)
			ask(&untouched, out)
			a.Title += ", corrected"
			update.time(func() { must(b, archive.Update(a)) })
			ask(&touched, in)
			remove.time(func() { must(b, archive.Remove(a.ID)) })
			ask(&touched, in)
			held[1+n%len(sections.categories)] = feedOf(b, archive, in.Scope())
		}
		both := stopwatch{touched.total/time.Duration(touched.count) + add.total/time.Duration(add.count), 1}
		for name, s := range map[string]stopwatch{
			"add": add, "update": update, "remove": remove, "touched": touched, "untouched": untouched,
			"add-touched": both,
		} {
			b.ReportMetric(float64(s.total.Nanoseconds())/float64(s.count), name+"-ns")
		}
	})
}

// bigArchive returns an archive of articles that have only a title and a summary. They are added in
// batches, because a slice of all of them would take as much memory as the archive itself.
func bigArchive(b *testing.B, w Workload) *syndicate.Archive {
	const atATime = 10_000
	archive, err := syndicate.NewArchive(Site(20))
	must(b, err)
	archive.Clock = func() time.Time { return Now }
	g := newGenerator(w)
	articles := make([]syndicate.Article, 0, atATime)
	for i := range w.Articles {
		if articles = append(articles, g.short(i)); len(articles) == atATime || i == w.Articles-1 {
			must(b, archive.Add(articles...))
			clear(articles)
			articles = articles[:0]
		}
	}
	archive.NextChange() // the first query files the articles
	runtime.GC()         // the garbage of loading is not part of the changes
	return archive
}

// other returns a category that differs from the two given ones.
func (t *terms) other(given []syndicate.Category) syndicate.Category {
	for _, c := range t.categories {
		if c != given[0] && c != given[1] {
			return c
		}
	}
	return syndicate.Category{}
}

type stopwatch struct {
	total time.Duration
	count int
}

func (s *stopwatch) time(f func()) {
	start := time.Now()
	f()
	s.total += time.Since(start)
	s.count++
}

func must(tb testing.TB, err error) {
	if err != nil {
		tb.Fatal(err)
	}
}
