package feedhttp

import (
	"context"
	"sync"
	"time"
)

// timeLimit is a context that ends after a while, or with its parent. Unlike the context of
// [context.WithTimeout] it costs nothing but its own memory until something waits for it or asks
// for its deadline. Version is called for every request, and an Archive in memory answers it
// without a look at its context.
type timeLimit struct {
	context.Context // the parent
	limit           time.Duration

	once    sync.Once
	limited context.Context // the parent with the limit; set by once
	cancel  context.CancelFunc
}

// start returns the context with the limit, which counts from the first call.
func (c *timeLimit) start() context.Context {
	c.once.Do(func() { c.limited, c.cancel = context.WithTimeout(c.Context, c.limit) })
	return c.limited
}

// stop ends the context. What it holds is freed.
func (c *timeLimit) stop() {
	c.once.Do(func() { c.limited, c.cancel = ended, func() {} })
	c.cancel()
}

func (c *timeLimit) Deadline() (time.Time, bool) { return c.start().Deadline() }

func (c *timeLimit) Done() <-chan struct{} { return c.start().Done() }

func (c *timeLimit) Err() error { return c.start().Err() }

// ended is a context that has ended.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()
