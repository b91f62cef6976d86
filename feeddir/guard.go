package feeddir

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errTimeout is the cause of a context that [guarded] has ended.
var errTimeout = errors.New("time is up")

// guarded calls f, which is not ours and may do anything. A panic comes back as [ErrPanic], and it does not wait
// longer than limit or than ctx lasts, even if f does not heed its context; f is left to itself then, so it
// must own all that it changes.
func guarded[T any](ctx context.Context, limit time.Duration, f func(context.Context) (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	limited, cancel := context.WithTimeoutCause(ctx, limit, errTimeout)
	defer cancel()
	answered := make(chan answer, 1)
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
	if a.err != nil && context.Cause(limited) == errTimeout {
		a.err = fmt.Errorf("no answer within %v: %w", limit, a.err)
	}
	return a.value, a.err
}
