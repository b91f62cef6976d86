package few

import (
	"runtime"
	"sync"
	"weak"
)

// Held is a cache of one value. It keeps the value as long as there are holders, and a little
// longer: see [HoldsOf]. It is safe for concurrent use. The zero Held is empty. A Held must not be
// copied.
type Held[T any] struct {
	mu    sync.Mutex
	value *T // nil if there are no holders
	holds int
	self  weak.Pointer[Held[T]] // made once, by the first holder
}

// Holds are the values that one holder holds. It must be used by one goroutine.
//
// A holder does not use weak pointers to the values, because [weak.Pointer.Value] can wait for the
// garbage collection to end, which takes as long as the heap is large: half a second for a
// gigabyte. A reader must not wait for that. The weak pointers in a Holds are used when the holder
// is gone, where waiting harms nobody. They lead from the holder to the values, so that values
// which refer to their holder can be freed.
type Holds[T any] struct{ of []weak.Pointer[Held[T]] }

// HoldsOf returns the list of a holder's values, with room for n. When the garbage collector frees
// the holder, the values have one holder less. Those that no holder is left for are freed by the
// collection after that. The holder must point to the beginning of an allocation.
func HoldsOf[T, H any](holder *H, n int) *Holds[T] {
	h := &Holds[T]{make([]weak.Pointer[Held[T]], 0, n)}
	runtime.AddCleanup(holder, (*Holds[T]).release, h)
	return h
}

// Briefly returns the list of a holder that the next garbage collection frees.
func Briefly[T any]() *Holds[T] { return HoldsOf[T](new([16]byte), 1) }

// Get returns the value of a Held, or a new one if it is empty, and holds it. Concurrent calls get
// the same one. If build panics nothing is kept.
func (h *Holds[T]) Get(from *Held[T], build func() *T) *T {
	from.mu.Lock()
	defer from.mu.Unlock()
	if from.value == nil {
		from.value = build()
	}
	if from.self == (weak.Pointer[Held[T]]{}) {
		from.self = weak.Make(from)
	}
	from.holds++
	h.of = append(h.of, from.self)
	return from.value
}

// release gives up all values.
func (h *Holds[T]) release() {
	for _, pointer := range h.of {
		if held := pointer.Value(); held != nil {
			held.release()
		}
	}
}

// release counts one holder less.
func (h *Held[T]) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.holds--; h.holds == 0 {
		h.value = nil
	}
}

// Value returns the value, nil if there is none.
func (h *Held[T]) Value() *T {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.value
}
