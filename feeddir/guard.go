package feeddir

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// errTimeout is the cause of a context whose time [guarded] has limited.
var errTimeout = errors.New("time is up")

// guarded calls f, a function of the user's. It returns a panic as [ErrPanic]. It returns at the
// latest when limit has passed or ctx ends, even if f ignores its context. In that case f keeps
// running, so f must not change anything that its caller uses afterwards.
func guarded[T any](ctx context.Context, limit time.Duration, f func(context.Context) (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	limited, cancel := context.WithTimeoutCause(ctx, limit, errTimeout)
	defer cancel()
	answered := make(chan answer, 1) // buffered, so that a late f can end
	go func() {
		var a answer
		defer func() {
			if p := recover(); p != nil {
				a.err = fmt.Errorf("%w: %v", ErrPanic, p)
			}
			answered <- a
		}()
		a.value, a.err = f(limited)
	}()
	var a answer
	select {
	case a = <-answered:
	case <-limited.Done():
		a.err = limited.Err()
	}
	// Distinguish the end of the limit from the end of ctx.
	if a.err != nil && context.Cause(limited) == errTimeout {
		a.err = fmt.Errorf("no answer within %v: %w", limit, a.err)
	}
	return a.value, a.err
}

// guardedSeq yields what f, a function of the user's, yields. The limit applies to each step: to
// the time that the sequence takes from one value to the next. A panic is yielded as [ErrPanic].
// After an error the sequence ends. A sequence that ignores its context may keep running, as in
// [guarded].
func guardedSeq[T any](
	ctx context.Context, limit time.Duration, f func(context.Context) iter.Seq2[T, error],
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		type step struct {
			value T
			err   error
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		steps := make(chan step)
		send := func(s step) bool {
			select {
			case steps <- s:
				return s.err == nil
			case <-ctx.Done():
				return false
			}
		}
		go func() {
			defer close(steps)
			defer func() {
				if p := recover(); p != nil {
					send(step{err: fmt.Errorf("%w: %v", ErrPanic, p)})
				}
			}()
			for value, err := range f(ctx) {
				if !send(step{value, err}) {
					return
				}
			}
		}()
		for {
			s, ok, err := step{}, true, error(nil)
			late := time.NewTimer(limit)
			select {
			case s, ok = <-steps:
				err = s.err
			case <-ctx.Done():
				err = ctx.Err()
			case <-late.C:
				err = fmt.Errorf("no answer within %v: %w", limit, context.DeadlineExceeded)
			}
			late.Stop()
			if !ok || !yield(s.value, err) || err != nil {
				return
			}
		}
	}
}
