package shelves

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
)

// Cached holds the last value that was made of an index, and the index's stamp. It may be part of
// what the owner keeps with an index, and is safe for concurrent use. The zero Cached is empty.
type Cached[T any] struct {
	last atomic.Pointer[stamped[T]]
}

type stamped[T any] struct {
	stamp uint64
	value T
}

// Load returns the value if it was made of the index as it was at the stamp.
func (c *Cached[T]) Load(stamp uint64) (value T, ok bool) {
	if last := c.last.Load(); last != nil && last.stamp == stamp {
		return last.value, true
	}
	return value, false
}

// Store replaces the value.
func (c *Cached[T]) Store(stamp uint64, value T) { c.last.Store(&stamped[T]{stamp, value}) }

// Make returns what build makes of what pick takes from the index of a key, which is nil if there
// is none. The value is cached with the index until the index changes, unless cache is nil. The
// library is locked for reading while pick runs, but not while build does, which may take long. If
// ctx ends meanwhile, Make returns its error at once, and the value is cached later.
func Make[K comparable, A, C, S, T any](
	ctx context.Context, s *Shared[K, A, C], key K, cache func(*C) *Cached[T],
	pick func(*Index[K, A, C]) (S, error), build func(S) T,
) (value T, err error) {
	var (
		ix     *Index[K, A, C]
		stamp  uint64
		known  bool
		picked S
	)
	if err = ctx.Err(); err != nil {
		return value, err
	}
	s.Read(func() {
		if ix = s.Index(key); ix != nil && cache != nil {
			stamp = ix.Stamp()
			value, known = cache(&ix.Cache).Load(stamp)
		}
		if !known {
			picked, err = pick(ix)
		}
	})
	if known || err != nil {
		return value, err
	}
	if cache == nil {
		ix = nil
	}
	return within(ctx, building[K, A, C, S, T]{s, ix, stamp, cache, picked, build})
}

// building is a value that is to be built, and to be cached unless ix is nil. The value that pick
// returned says what to build. It is a type because the variables of a closure would cost memory
// where the value is cached.
type building[K comparable, A, C, S, T any] struct {
	s      *Shared[K, A, C]
	ix     *Index[K, A, C]
	stamp  uint64
	cache  func(*C) *Cached[T]
	picked S
	build  func(S) T
}

// run builds the value and caches it.
func (b building[K, A, C, S, T]) run() T {
	value := b.build(b.picked)
	if b.ix != nil {
		// What is due does not matter here, so the library is not brought up to date.
		b.s.readers.RLock()
		defer b.s.readers.RUnlock()
		if b.ix.Stamp() == b.stamp { // otherwise the index has changed, and may be empty or gone
			b.cache(&b.ix.Cache).Store(b.stamp, value)
		}
	}
	return value
}

// within runs b in a goroutine and returns its value, or the error of ctx if that ends first. The
// caller panics if building panics, and ends as building does if that calls runtime.Goexit, as
// tests do that fail. Nothing happens to a caller that has returned.
func within[T any](ctx context.Context, b interface{ run() T }) (value T, err error) {
	if ctx.Done() == nil { // it never ends
		return b.run(), nil
	}
	type result struct {
		value    T
		finished bool
		panicked any // with the stack of the goroutine
	}
	built := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r.panicked = fmt.Errorf("%v\n%s", p, debug.Stack())
			}
			built <- r
		}()
		r.value = b.run()
		r.finished = true
	}()
	select {
	case r := <-built:
		switch {
		case r.panicked != nil:
			panic(r.panicked)
		case !r.finished:
			runtime.Goexit()
		}
		return r.value, nil
	case <-ctx.Done():
		return value, ctx.Err()
	}
}
