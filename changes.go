package syndicate

import (
	"context"
	"iter"
	"time"
)

// watcher collects the scopes that changed until they are taken.
type watcher struct {
	pending map[Scope]struct{}
	wake    chan struct{}
}

// add joins scopes to what is pending. The archive's lock is held.
func (w *watcher) add(scopes map[Scope]struct{}) {
	for scope := range scopes {
		w.pending[scope] = struct{}{}
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
		w := &watcher{map[Scope]struct{}{}, make(chan struct{}, 1)}
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
			if scopes := a.takeChanges(w); len(scopes) > 0 && !yield(scopes) {
				return
			}
			if !a.await(ctx, w) {
				return
			}
		}
	}
}

// takeChanges returns what is pending, after doing what time has brought.
func (a *Archive) takeChanges(w *watcher) []Scope {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.advance())
	scopes := sortedScopes(w.pending)
	clear(w.pending)
	return scopes
}

// await returns true when there is something to take, or when time may have brought something.
func (a *Archive) await(ctx context.Context, w *watcher) bool {
	var due <-chan time.Time
	if next := a.NextChange(); !next.IsZero() {
		// A clock that stands still must not make this a busy loop.
		timer := time.NewTimer(max(next.Sub(a.clock()), 10*time.Millisecond))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
		return false
	case <-w.wake:
		return true
	case <-due:
		return true
	}
}
