package shelves

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Shared is a library with a clock, locks, and goroutines that watch it. The methods of its Library
// may be called in functions that [Shared.Change] and [Shared.Read] run, and nowhere else.
//
// Readers do not wait for large changes, nor for what waits for these. They see the library as it
// was when the last change ended.
type Shared[K comparable, A, C any] struct {
	*Library[K, A, C]

	clock   func() time.Time
	turn    chan struct{}                 // holds one element during a change; the next one waits
	large   atomic.Pointer[chan struct{}] // closed while a large change is made
	readers sync.RWMutex                  // guards what readers see of the library

	watching sync.Mutex // guards the watchers and what they hold
	watchers map[*watcher[K]]struct{}
}

// few is how many articles a change may concern that is made while readers wait. Such a change
// takes some microseconds for each key of the articles. To copy what readers see first would take
// longer if an index is large.
const few = 8

// Share returns a library to be used by many goroutines. The clock may be called during a change.
func Share[K comparable, A, C any](l *Library[K, A, C], clock func() time.Time) *Shared[K, A, C] {
	s := &Shared[K, A, C]{
		Library: l, clock: clock, turn: make(chan struct{}, 1), watchers: map[*watcher[K]]struct{}{},
	}
	s.large.Store(new(make(chan struct{})))
	return s
}

// Change makes a change that concerns about so many articles: the library is brought up to date,
// then do is called, and what changed is reported to the watchers. Changes are made one after the
// other. Readers wait for a small one, but not for a large one; they see all of it or nothing.
func (s *Shared[K, A, C]) Change(articles int, do func()) {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.change(articles, do)
}

// Read brings the library up to date and calls do, locked for reading. The first call starts the
// library's clock. During a large change, do sees what the last change has left, even if something
// is due.
func (s *Shared[K, A, C]) Read(do func()) {
	now := s.clock().Unix()
	s.readers.RLock()
	if !s.UpToDate(now) {
		started := s.shown.started
		s.readers.RUnlock()
		s.catchUp(started)
		s.readers.RLock()
	}
	defer s.readers.RUnlock()
	do()
}

// catchUp brings the library up to date, unless it has been started and a large change is made. It
// may wait for small changes. A large one that begins meanwhile ends the wait, so that a reader
// never queues behind one.
func (s *Shared[K, A, C]) catchUp(started bool) {
	var large chan struct{} // blocks
	if started {
		large = *s.large.Load()
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		s.bringUpToDate()
	case <-large:
	}
}

// bringUpToDate makes a change of nothing but time, for a caller whose turn it is. The first one
// starts the clock: then every entry may become visible.
func (s *Shared[K, A, C]) bringUpToDate() {
	if s.started {
		s.change(0, func() {})
	} else {
		s.change(len(s.entries), func() { s.Start(s.clock().Unix()) })
	}
}

// change is [Shared.Change] for a caller whose turn it is. What time brings counts too: a thousand
// articles may appear in one second. An error of the estimate costs time alone, because both ways
// follow the same rules and only differ in what they alter.
func (s *Shared[K, A, C]) change(articles int, do func()) {
	now := s.clock().Unix()
	if articles > few || articles+s.brings(now, few+1) > few {
		close(*s.large.Load())
		defer func() { s.large.Store(new(make(chan struct{}))) }()
		s.Begin(&s.readers)
	} else {
		s.readers.Lock()
		defer s.readers.Unlock()
		s.Begin(nil)
	}
	defer func() { s.report(s.Settle()) }() // also if do panics, so that the change ends
	s.Advance(now)
	do()
}

// report reports the indexes that changed to the watchers. Watchers have a lock that no reader
// takes, because their lists may be long.
func (s *Shared[K, A, C]) report(changed []*Index[K, A, C]) {
	s.watching.Lock()
	defer s.watching.Unlock()
	for w := range s.watchers {
		for _, ix := range changed {
			w.pending[ix.Key] = struct{}{}
		}
		if len(changed) > 0 || s.NextChange() < w.due {
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
		s.watching.Lock()
		s.watchers[w] = struct{}{}
		s.watching.Unlock()
		defer func() {
			s.watching.Lock()
			delete(s.watchers, w)
			s.watching.Unlock()
		}()
		for {
			keys := s.take(ctx, w)
			slices.SortFunc(keys, compare)
			if len(keys) > 0 && !yield(keys) || !s.await(ctx, w) {
				return
			}
		}
	}
}

// take returns what is pending, after doing what is due. It may wait for a large change, unlike
// readers, because the change is what it waits for. It returns nothing if ctx has ended.
func (s *Shared[K, A, C]) take(ctx context.Context, w *watcher[K]) []K {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil
	}
	defer func() { <-s.turn }()
	s.bringUpToDate()
	s.watching.Lock()
	defer s.watching.Unlock()
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
