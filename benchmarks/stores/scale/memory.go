package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// walk is what it takes to go through everything that a store has.
type walk struct {
	what   string
	count  int
	took   time.Duration
	heap   []uint64 // bytes in use after a collection: at a quarter of the way, at half of it, at three quarters, at the end
	peakKB int      // the greatest that the process has been meanwhile, resident; 0 where that is not known
}

// flat reports whether the memory in use was about the same from a quarter of the way on, or no
// more than a store may keep: 64 MB of articles and 8 MB of terms that were read, and what is there
// besides.
func (w walk) flat() bool {
	const kept = 128 << 20
	if len(w.heap) == 0 {
		return true
	}
	most := slices.Max(w.heap)
	return most < kept || most < w.heap[0]+w.heap[0]/4
}

// step notes the heap at each quarter of the way.
func (w *walk) step(of int) {
	if w.count++; of >= 4 && w.count%(of/4) == 0 {
		w.heap = append(w.heap, heapInUse())
	}
}

// heapInUse returns the bytes in use after a collection.
func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// resetPeak makes the kernel forget how large the process has been (proc(5), clear_refs).
func resetPeak() bool { return os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) == nil }

// peak returns VmHWM in KB.
func peak() int {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			kb, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return kb
		}
	}
	return 0
}

// through walks with a store that was opened for it.
func (w *walk) through(ctx context.Context, b *backend, f func(syndicate.Source) error) error {
	store, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	heapInUse()
	known := resetPeak()
	start := time.Now()
	err = f(store)
	w.took = time.Since(start)
	if known {
		w.peakKB = peak()
	}
	return err
}

// listAll lists all scopes.
func listAll(ctx context.Context, b *backend) (walk, error) {
	total := 0
	count := walk{}
	err := count.through(ctx, b, func(source syndicate.Source) error {
		for _, err := range source.Scopes(ctx) {
			if err != nil {
				return err
			}
			total++
		}
		return nil
	})
	if err != nil {
		return count, err
	}
	w := walk{what: "listing all scopes"}
	err = w.through(ctx, b, func(source syndicate.Source) error {
		for _, err := range source.Scopes(ctx) {
			if err != nil {
				return err
			}
			w.step(total)
		}
		return nil
	})
	w.took = count.took // without the collections
	return w, err
}

// pageAll goes through all archive pages of the site, each by the link of the one before, and
// claims that every article is there.
func pageAll(ctx context.Context, b *backend, articles int) (walk, error) {
	w := walk{what: "paging through the archive of the site"}
	say := progress(b.name + ": archive pages")
	err := w.through(ctx, b, func(source syndicate.Source) error {
		publication := source.Publication()
		site := publication.Site()
		scope := syndicate.Everything()
		seen := 0
		var last *syndicate.Article
		for {
			feed, err := source.Feed(ctx, scope)
			if err != nil {
				return err
			}
			for _, a := range feed.Articles {
				if last == nil || syndicate.Newer(last, a) { // the page that is being filled begins with what the feed has
					seen, last = seen+1, a
				}
			}
			w.step(articles / publication.FeedLimit(syndicate.Everything()))
			say(w.count)
			older := feed.PrevArchive.Atom
			if older == "" {
				break
			}
			path, _ := strings.CutPrefix(older, site.URL)
			var ok bool
			if scope, _, ok = site.Addresses.Parse(path); !ok {
				return fmt.Errorf("%q is no feed's address", older)
			}
		}
		if seen != articles {
			return fmt.Errorf("%d of %d articles are on the archive's pages", seen, articles)
		}
		return nil
	})
	return w, err
}
