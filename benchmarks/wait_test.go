// Wait: how long readers wait while an archive of 100,000 short articles changes. One operation
// replaces every article, or adds 1,000 articles in the course of a second. Meanwhile one reader
// requests the site's feed, one its version, and one the feed over HTTP, one request after the
// other with a short pause. The metrics are the median, the 99th percentile and the longest of
// their waits, in milliseconds. A request of a feed that has changed makes the feed, which counts.
package benchmarks

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

func BenchmarkWait(b *testing.B) {
	const size = 100_000
	w := Workload{Articles: size, Categories: 12, Tags: 400, Authors: 60}
	versions := [2][]syndicate.Article{slices.Collect(Short(w)), slices.Collect(Short(w))}
	for i := range versions[1] {
		versions[1][i].Title += ", corrected"
	}
	archive, err := syndicate.NewArchive(Site(20), versions[0]...)
	must(b, err)
	archive.Clock = func() time.Time { return Now }
	b.Run("replace", func(b *testing.B) {
		n := 0
		waits(b, archive, func() {
			n++
			must(b, archive.Replace(versions[n%2]...))
		})
	})
	g, n, r := newGenerator(w), 0, rand.New(rand.NewPCG(seed, seed))
	b.Run("add", func(b *testing.B) {
		waits(b, archive, func() {
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for range 1000 {
				a := bare(size+n, Now.Add(time.Duration(n-1_000_000)*time.Second))
				a.Title = "Breaking"
				g.give(&a, r, n)
				must(b, archive.Add(a))
				n++
				<-tick.C
			}
		})
	})
}

// BenchmarkNewArchive makes an archive of 20,000 articles of 4 KB, which a program waits for when
// it starts. Articles are checked on all processors. The metric is the time for each article.
func BenchmarkNewArchive(b *testing.B) {
	articles := Generate(Workload{Articles: 20_000, Categories: 12, Tags: 400, Authors: 60})
	for b.Loop() {
		_, err := syndicate.NewArchive(Site(20), articles...)
		must(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(articles))/1e3, "µs/article")
}

// waits reports how long readers wait while change runs, once for each operation.
func waits(b *testing.B, archive *syndicate.Archive, change func()) {
	ctx := context.Background()
	handler := &feedhttp.Handler{Source: archive, Clock: archive.Clock}
	address := archive.Publication().FeedURL(syndicate.Everything(), syndicate.Atom)
	readers := map[string]func(){
		"feed": func() {
			_, err := archive.Feed(ctx, syndicate.Everything())
			must(b, err)
		},
		"version": func() {
			_, err := archive.Version(ctx, syndicate.Everything())
			must(b, err)
			archive.NextChange()
		},
		"http": func() {
			answer := httptest.NewRecorder()
			handler.ServeHTTP(answer, httptest.NewRequest("GET", address, nil))
			if answer.Code != 200 {
				panic(fmt.Sprint("status ", answer.Code))
			}
		},
	}
	all := map[string]*[]time.Duration{}
	var done atomic.Bool
	var running sync.WaitGroup
	for name, read := range readers {
		took := &[]time.Duration{}
		all[name] = took
		read()
		running.Go(func() {
			for !done.Load() {
				start := time.Now()
				read()
				*took = append(*took, time.Since(start))
				time.Sleep(200 * time.Microsecond)
			}
		})
	}
	for b.Loop() {
		change()
	}
	done.Store(true)
	running.Wait()
	for name, took := range all {
		slices.Sort(*took)
		at := func(share float64) float64 {
			return float64((*took)[int(share*float64(len(*took)-1))]) / float64(time.Millisecond)
		}
		for label, share := range map[string]float64{"p50": 0.5, "p99": 0.99, "longest": 1} {
			b.ReportMetric(at(share), fmt.Sprint(name, "-", label, "-ms"))
		}
	}
}
