// Package few holds sets and caches for values of which there are usually few: the categories of
// an article, the slugs of a site's names.
package few

import "sync"

// Set remembers the first name of each key. The key is usually a slug, so that two names with the
// same slug can be found. The first eight keys are stored in place, which is enough for most
// articles and needs no memory; more go into a map. The zero Set is empty.
type Set[K comparable] struct {
	few [8]struct {
		key  K
		name string
	}
	n    int
	more map[K]string
}

// Add adds a new key and returns its name and true. For a key that is in the set it returns the
// first name and false.
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

// Memo is a cache of computed values. It stops growing at [MaxEntries] and never evicts, so that
// hostile input cannot fill the memory. It is safe for concurrent use. The zero Memo is empty. A
// nil Memo has no entry, and no room for one.
type Memo[K comparable, V any] struct {
	mu    sync.RWMutex
	known map[K]V
}

// The bounds of a Memo.
const (
	MaxEntries = 4096 // entries
	MaxSize    = 1024 // bytes of the key and value of one entry
)

// Get returns the value of a key.
func (m *Memo[K, V]) Get(key K) (value V, ok bool) {
	if m == nil {
		return value, false
	}
	m.mu.RLock()
	value, ok = m.known[key]
	m.mu.RUnlock()
	return value, ok
}

// HasRoom reports whether m can take another entry. Concurrent calls of Put may take the room,
// and then the next Put does nothing. A caller that has to copy a value before Put can skip the
// copy.
func (m *Memo[K, V]) HasRoom() bool {
	if m == nil {
		return false
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.known) < MaxEntries
}

// Put stores a value, unless m is full or size, the bytes of key and value, is more than
// [MaxSize]. Neither key nor value may share memory with a larger text, which the Memo would keep
// alive.
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
