package few

import (
	"slices"
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

// WeakMap is a [Weak] for each of a few keys. It forgets the keys whose values are gone when it
// remembers another one. The zero WeakMap is empty.
type WeakMap[K comparable, T any] struct {
	mu      sync.Mutex
	entries []weakEntry[K, T]
}

// weakEntry is a value of a WeakMap.
type weakEntry[K comparable, T any] struct {
	key     K // may be there twice, once without a value
	pointer weak.Pointer[T]
}

// Or returns the value of a key, or a new one if there is none. Concurrent calls get the same one.
// If build panics nothing is remembered.
func (w *WeakMap[K, T]) Or(key K, build func() *T) *T {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.entries {
		if e := &w.entries[i]; e.key == key {
			if value := e.pointer.Value(); value != nil {
				return value
			}
		}
	}
	// The values that are gone make room.
	value := build()
	w.entries = slices.DeleteFunc(w.entries, func(e weakEntry[K, T]) bool { return e.pointer.Value() == nil })
	w.entries = append(slices.Clip(w.entries), weakEntry[K, T]{key, weak.Make(value)})
	return value
}
