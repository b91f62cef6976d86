package sqlstore

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/syndicate-go/syndicate"
)

// What a program measures of a store.

// Call describes a call of a method of a [Store], for metrics.
type Call struct {
	// Method is the name of the method, such as "Feed". There are about a dozen names.
	Method string
	// Duration is how long the call took.
	Duration time.Duration
	// Articles is the number of articles or ids that were given to the method, or of the articles
	// that it returned.
	Articles int
	// Hits and Misses are the numbers of articles that were cached and that were read from the
	// database.
	Hits, Misses int
	// Err is the error that the method returned, or nil.
	Err error
}

// calling counts what a call reads.
type calling struct{ hits, misses atomic.Int64 }

// callKey is the key of the calling of a context.
type callKey struct{}

// measure returns the context of a call and a function to call at its end. It measures nothing if
// there is no OnCall.
func (s *Store) measure(ctx context.Context, method string) (context.Context, func(articles int, err error)) {
	observe := s.OnCall
	if observe == nil {
		return ctx, func(int, error) {}
	}
	// The counts are in the context, because concurrent calls share the cache.
	c := new(calling)
	began := time.Now()
	return context.WithValue(ctx, callKey{}, c), func(articles int, err error) {
		observe(Call{method, time.Since(began), articles, int(c.hits.Load()), int(c.misses.Load()), err})
	}
}

// call runs f as [Store.write] does, for a method that was given n articles or ids.
func (s *Store) call(ctx context.Context, method string, n int, f func(*change) error) (err error) {
	ctx, done := s.measure(ctx, method)
	defer func() { done(n, err) }()
	return s.write(ctx, f)
}

// counted counts articles that a call has found in the cache, and others that it reads.
func counted(ctx context.Context, hits, misses int) {
	if c, ok := ctx.Value(callKey{}).(*calling); ok {
		c.hits.Add(int64(hits))
		c.misses.Add(int64(misses))
	}
}

// articlesOf returns the number of articles of a feed, which may be nil.
func articlesOf(feed *syndicate.Feed) int {
	if feed == nil {
		return 0
	}
	return len(feed.Articles)
}
