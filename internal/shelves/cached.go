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

// Make returns what build makes of what pick takes from the index of a key, which is nil if there
// is none. The value is cached with the index until the index changes, unless cache is nil. The
// library is locked for reading while pick runs, but not while build does, which may take long.
func Make[K comparable, A, C, S, T any](
	s *Shared[K, A, C], key K, cache func(*C) *Cached[T], pick func(*Index[K, A, C]) (S, error), build func(S) T,
) (value T, err error) {
	var (
		ix     *Index[K, A, C]
		stamp  uint64
		known  bool
		picked S
	)
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
	value = build(picked)
	if ix != nil && cache != nil {
		s.Read(func() {
			if ix.Stamp() == stamp { // otherwise the index has changed, and may be empty or gone
				cache(&ix.Cache).Store(stamp, value)
			}
		})
	}
	return value, nil
}
