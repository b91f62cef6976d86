package feedhttp

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// timeLimit is a context that ends at its deadline, or with its parent. Unlike the context of
// [context.WithDeadline] it starts no timer until something waits for it. Version is called for
// every request, and an Archive in memory never waits.
type timeLimit struct {
	context.Context // the parent
	deadline        time.Time

	once    sync.Once
	started atomic.Pointer[limited] // nil until something waits
}

// limited is a context with a timer.
type limited struct {
	context.Context
	cancel context.CancelFunc
}

// start returns the context that has the timer. The first call starts it.
func (c *timeLimit) start() *limited {
	c.once.Do(func() {
		ctx, cancel := context.WithDeadline(c.Context, c.deadline)
		c.started.Store(&limited{ctx, cancel})
	})
	return c.started.Load()
}

// stop ends the context and releases its timer.
func (c *timeLimit) stop() {
	c.once.Do(func() { c.started.Store(ended) })
	c.started.Load().cancel()
}

// Deadline returns the earlier deadline, that of the parent or of c.
func (c *timeLimit) Deadline() (time.Time, bool) {
	if earlier, ok := c.Context.Deadline(); ok && earlier.Before(c.deadline) {
		return earlier, true
	}
	return c.deadline, true
}

// Done starts the timer.
func (c *timeLimit) Done() <-chan struct{} { return c.start().Done() }

// Err needs no timer before the deadline.
func (c *timeLimit) Err() error {
	if started := c.started.Load(); started != nil {
		return started.Err()
	}
	if time.Now().Before(c.deadline) {
		return c.Context.Err()
	}
	return c.start().Err()
}

// ended is a context that has ended.
var ended = func() *limited {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return &limited{ctx, cancel}
}()
