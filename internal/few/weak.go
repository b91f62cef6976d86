package few

import (
	"sync"
	"weak"
)

// Weak is a cache of one value that lives as long as something else refers to it. The garbage
// collector frees the value, and the next call builds it again. It is safe for concurrent use.
// The zero Weak is empty.
type Weak[T any] struct {
	mu      sync.Mutex
	pointer weak.Pointer[T]
}

// Or returns the value, or a new one if there is none. Concurrent calls get the same one. If
// build panics nothing is remembered.
func (w *Weak[T]) Or(build func() *T) *T {
	w.mu.Lock()
	defer w.mu.Unlock()
	value := w.pointer.Value()
	if value == nil {
		value = build()
		w.pointer = weak.Make(value)
	}
	return value
}

// Value returns the value, nil if there is none.
func (w *Weak[T]) Value() *T {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pointer.Value()
}
