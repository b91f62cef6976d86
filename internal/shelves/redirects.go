package shelves

import "sync"

// Redirects are keys that lead to others, and keys that are closed for good. Redirects never lead
// in a circle. They are safe for concurrent use: a large change of a [Shared] library excludes no
// readers. The zero Redirects are empty.
type Redirects[K comparable] struct {
	mu    sync.RWMutex
	leads map[K]K // a key that is closed leads to itself
}

// Add makes a key lead to another one. It returns false, and adds nothing, if that would make a
// circle.
func (r *Redirects[K]) Add(from, to K) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for step := to; ; {
		if step == from {
			return false
		}
		next, found := r.leads[step]
		if !found || next == step {
			r.set(from, to)
			return true
		}
		step = next
	}
}

// set makes a key lead to another one, or to itself.
func (r *Redirects[K]) set(from, to K) {
	if r.leads == nil {
		r.leads = map[K]K{}
	}
	r.leads[from] = to
}

// Close closes a key for good.
func (r *Redirects[K]) Close(key K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.set(key, key)
}

// Follow returns where a key leads: to the first key for which stop returns true, or that leads
// nowhere. A key that is closed leads to itself. Follow returns false for a key that was neither
// redirected nor closed. Function stop must not change the redirects.
func (r *Redirects[K]) Follow(key K, stop func(K) bool) (to K, found bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	to, found = r.leads[key]
	for found && to != key && !stop(to) {
		next, more := r.leads[to]
		if !more || next == to {
			break
		}
		to = next
	}
	return to, found
}
