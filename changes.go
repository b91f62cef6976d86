package syndicate

import (
	"context"
	"iter"
	"time"
)

// watcher collects the scopes that changed until they are taken.
type watcher struct {
	pending map[Scope]struct{}
	due     time.Time // when it will look by itself; zero is never
	wake    chan struct{}
}

// add joins scopes to what is pending. It wakes the watcher if there are any, or if time changes something
// before the watcher looks again. The archive's lock is held.
func (w *watcher) add(touched []*index, next time.Time) {
	sooner := !next.IsZero() && (w.due.IsZero() || next.Before(w.due))
	if len(touched) == 0 && !sooner {
		return
	}
	for _, ix := range touched {
		w.pending[ix.Key] = struct{}{}
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Changes yields the scopes whose feeds changed, sorted: after Add, Update, Remove and Replace, and when
// time alone changes something. It watches from the call of the iterator until ctx ends or the loop is
// left. Changes that come faster than they are taken are joined.
func (a *Archive) Changes(ctx context.Context) iter.Seq[[]Scope] {
	return func(yield func([]Scope) bool) {
		w := &watcher{pending: map[Scope]struct{}{}, wake: make(chan struct{}, 1)}
		a.read()
		a.mu.RUnlock()
		a.mu.Lock()
		a.watchers[w] = struct{}{}
		a.mu.Unlock()
		defer func() {
			a.mu.Lock()
			delete(a.watchers, w)
			a.mu.Unlock()
		}()
		for {
			scopes, next := a.takeChanges(w)
			if len(scopes) > 0 && !yield(scopes) {
				return
			}
			if !a.await(ctx, w, next) {
				return
			}
		}
	}
}

// takeChanges returns what is pending, after doing what time has brought, and when it will bring more.
func (a *Archive) takeChanges(w *watcher) (scopes []Scope, next time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.library.Advance(a.clock().Unix())
	a.settle()
	scopes = sortedScopes(w.pending)
	clear(w.pending)
	w.due = timeOf(a.library.NextChange())
	return scopes, w.due
}

// await returns true when there is something to take, or when time may have brought something; false when
// ctx has ended.
func (a *Archive) await(ctx context.Context, w *watcher, next time.Time) bool {
	var due <-chan time.Time
	if !next.IsZero() {
		// A clock that stands still must not make this a busy loop, and one that was set ahead, while the
		// machine slept perhaps, is noticed before long.
		timer := time.NewTimer(min(max(next.Sub(a.clock()), 10*time.Millisecond), time.Minute))
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
