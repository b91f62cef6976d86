package feeddir

import (
	"context"
	"errors"
	"fmt"
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
