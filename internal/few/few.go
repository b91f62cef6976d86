// Package few holds sets and memos for values of which there are most often few.
package few

import "sync"

// Set remembers the name that came first with each key, a slug most often: a few in place, as many as most
// articles have, and any number in a map.
type Set[K comparable] struct {
	few [8]struct {
		key  K
		name string
	}
	n    int
	more map[K]string
}

// add takes in a key that is new; of another it returns the name that came first.
func (f *Set[K]) Add(key K, name string) (first string, ok bool) {
	for i := range f.few[:f.n] {
		if f.few[i].key == key {
			return f.few[i].name, false
		}
	}
	if f.n < len(f.few) {
		f.few[f.n].key, f.few[f.n].name = key, name
		f.n++
		return name, true
	}
	if first, found := f.more[key]; found {
		return first, false
	}
	if f.more == nil {
		f.more = map[K]string{}
	}
	f.more[key] = name
	return name, true
}

// Memo remembers what values became, so that they are not worked out twice. It is bounded, whatever is handed in,
// and safe for concurrent use. The zero Memo is empty.
type Memo[K comparable, V any] struct {
	mu    sync.RWMutex
	known map[K]V
}

// The bounds of a Memo: how many entries it has, and how many bytes each of them.
const (
	MaxEntries = 4096
	MaxSize    = 1024
)

// Get returns what was remembered for a key.
func (m *Memo[K, V]) Get(key K) (value V, ok bool) {
	m.mu.RLock()
	value, ok = m.known[key]
	m.mu.RUnlock()
	return value, ok
}

// HasRoom reports whether m can remember an entry more.
func (m *Memo[K, V]) HasRoom() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.known) < MaxEntries
}

// Put remembers a value unless there is no room for it or key and value have more bytes than [MaxSize]. Neither may
// share memory with anything larger.
func (m *Memo[K, V]) Put(key K, value V, size int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= MaxEntries || size > MaxSize {
		return
	}
	if m.known == nil {
		m.known = map[K]V{}
	}
	m.known[key] = value
}
