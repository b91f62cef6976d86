package shelves

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"
)

// Shared is a library with a clock, a lock, and goroutines that watch it. The methods of its
// Library may be called in functions that [Shared.Change] and [Shared.Read] run, and nowhere else.
type Shared[K comparable, A, C any] struct {
	*Library[K, A, C]

	clock    func() time.Time
	mu       sync.RWMutex // guards the library, the watchers and what they hold
	watchers map[*watcher[K]]struct{}
}

// Share returns a library to be used by many goroutines. The clock may be called under the lock.
func Share[K comparable, A, C any](l *Library[K, A, C], clock func() time.Time) *Shared[K, A, C] {
	return &Shared[K, A, C]{Library: l, clock: clock, watchers: map[*watcher[K]]struct{}{}}
}

// Change runs a change, locked for writing: the library is brought up to date, then do is called,
// and what changed is reported to the watchers.
func (s *Shared[K, A, C]) Change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change(do)
}

// Read brings the library up to date and calls do, locked for reading. The first call starts the
// library's clock.
func (s *Shared[K, A, C]) Read(do func()) {
	now := s.clock().Unix()
	s.mu.RLock()
	if !s.UpToDate(now) {
		s.mu.RUnlock()
		s.Change(func() { s.Start(s.clock().Unix()) })
		s.mu.RLock()
	}
	defer s.mu.RUnlock()
	do()
}

// change is [Shared.Change] for a caller that has the lock.
func (s *Shared[K, A, C]) change(do func()) {
	s.Advance(s.clock().Unix())
	do()
	changed, next := s.Settle(), s.NextChange()
	for w := range s.watchers {
		for _, ix := range changed {
			w.pending[ix.Key] = struct{}{}
		}
		if len(changed) > 0 || next < w.due {
			w.call()
		}
	}
}

// watcher collects the keys whose feeds changed until they are taken.
type watcher[K comparable] struct {
	pending map[K]struct{}
	due     int64         // when the watcher looks again without being woken
	wake    chan struct{} // holds one call at most
}

// call wakes the watcher.
func (w *watcher[K]) call() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Changes yields the keys whose feeds changed, sorted, because of a change or of time. It watches
// from the start of the loop until ctx ends or the loop is left. What changes while the loop's
// body runs is yielded together.
func (s *Shared[K, A, C]) Changes(ctx context.Context, compare func(K, K) int) iter.Seq[[]K] {
	return func(yield func([]K) bool) {
		w := &watcher[K]{pending: map[K]struct{}{}, wake: make(chan struct{}, 1)}
		s.Read(func() {}) // what time has brought so far was not watched
		s.mu.Lock()
		s.watchers[w] = struct{}{}
		s.mu.Unlock()
		defer func() {
			s.mu.Lock()
			delete(s.watchers, w)
			s.mu.Unlock()
		}()
		for {
			keys := s.take(w)
			slices.SortFunc(keys, compare)
			if len(keys) > 0 && !yield(keys) || !s.await(ctx, w) {
				return
			}
		}
	}
}

// take returns what is pending, after doing what is due.
func (s *Shared[K, A, C]) take(w *watcher[K]) []K {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change(func() {})
	keys := slices.Collect(maps.Keys(w.pending))
	clear(w.pending)
	w.due = s.NextChange()
	return keys
}

// await waits until there is something to take, or the time has come. It returns false if ctx has
// ended.
func (s *Shared[K, A, C]) await(ctx context.Context, w *watcher[K]) bool {
	var due <-chan time.Time
	if w.due != Never { // only take sets it
		// At least 10 ms, because a clock that stands still must not make this a busy loop. At
		// most a minute, because the clock may be set ahead, as after the machine was asleep.
		left := time.Unix(w.due, 0).Sub(s.clock())
		timer := time.NewTimer(min(max(left, 10*time.Millisecond), time.Minute))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
	case <-w.wake:
	case <-due:
	}
	return ctx.Err() == nil
}
