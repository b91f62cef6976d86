package main

import (
	"context"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/benchmarks"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// atATime is how many articles are handed over with one call of Add, which is one transaction.
const atATime = 20000

// fill takes the articles of a workload into an empty store.
func fill(ctx context.Context, store *sqlstore.Store, w benchmarks.Workload, progress func(done int)) (took filled, err error) {
	start := time.Now()
	some := make([]syndicate.Article, 0, atATime)
	done := 0
	for article := range benchmarks.Short(w) {
		if some = append(some, article); len(some) < atATime && done+len(some) < w.Articles {
			continue
		}
		if err := store.Add(ctx, some...); err != nil {
			return took, err
		}
		done += len(some)
		progress(done)
		some = some[:0]
	}
	took.Add = time.Since(start)
	start = time.Now()
	_, err = store.Feed(ctx, syndicate.Everything())
	took.File = time.Since(start)
	return took, err
}
