package syndicate

import (
	"context"
	"iter"
	"time"
)

// watcher collects the scopes that changed until the loop over [Archive.Changes] takes them.
type watcher struct {
	pending map[Scope]struct{}
	due     time.Time // when the watcher looks again without being woken; zero if never
	wake    chan struct{}
}

// add joins scopes to what is pending. It wakes the watcher if there are any, or if time changes
// something before the watcher looks again. The archive's lock is held.
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

// Changes yields the scopes whose feeds changed, sorted: after Add, Update, Remove and Replace,
// and when the passage of time changes something. It watches from the start of the loop until ctx
// ends or the loop is left. Changes that happen while the loop's body runs are yielded together.
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

// takeChanges returns what is pending, after doing what the passage of time has brought, and when
// that next changes something.
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

// await waits until there is something to take, or the time has come. It returns false if ctx has
// ended.
func (a *Archive) await(ctx context.Context, w *watcher, next time.Time) bool {
	var due <-chan time.Time
	if !next.IsZero() {
		// At least 10 ms, because a clock that stands still must not make this a busy loop. At
		// most a minute, because the clock may be set ahead, as after the machine was asleep.
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
