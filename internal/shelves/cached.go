package shelves

import "sync/atomic"

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
