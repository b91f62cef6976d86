package few

import (
	"runtime"
	"slices"
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
// the same one. If build panics nothing is kept. If build is nil, Get returns nil for an empty
// Held.
func (h *Holds[T]) Get(from *Held[T], build func() *T) *T {
	from.mu.Lock()
	defer from.mu.Unlock()
	if from.value == nil && build == nil {
		return nil
	}
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

// HeldMap is a [Held] for each of a few keys. It forgets the keys whose values are gone when it
// gets another one. It is safe for concurrent use. The zero HeldMap is empty.
type HeldMap[K comparable, T any] struct {
	mu   sync.Mutex
	keys []*keyed[K, T]
}

// keyed is an element of a HeldMap.
type keyed[K comparable, T any] struct {
	key  K
	held Held[T]
}

// Of returns the Held of a key. If it stays empty the map may forget it.
func (m *HeldMap[K, T]) Of(key K) *Held[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.keys {
		if k.key == key {
			return &k.held
		}
	}
	m.keys = slices.DeleteFunc(m.keys, func(k *keyed[K, T]) bool { return k.held.Value() == nil })
	k := &keyed[K, T]{key: key}
	m.keys = append(slices.Clip(m.keys), k)
	return &k.held
}
