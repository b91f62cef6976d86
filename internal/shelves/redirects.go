package shelves

// Redirects are keys that lead to others, and keys that are closed for good. Redirects never lead
// in a circle.
type Redirects[K comparable] map[K]K // a key that is closed leads to itself

// Add makes a key lead to another one. It returns false, and adds nothing, if that would make a
// circle.
func (r Redirects[K]) Add(from, to K) bool {
	for step := to; ; {
		if step == from {
			return false
		}
		next, found := r[step]
		if !found || next == step {
			r[from] = to
			return true
		}
		step = next
	}
}

// Close closes a key for good.
func (r Redirects[K]) Close(key K) { r[key] = key }

// Follow returns where a key leads: to the first key for which stop returns true, or that leads
// nowhere. A key that is closed leads to itself. Follow returns false for a key that was neither
// redirected nor closed.
func (r Redirects[K]) Follow(key K, stop func(K) bool) (to K, found bool) {
	to, found = r[key]
	for found && to != key && !stop(to) {
		next, more := r[to]
		if !more || next == to {
			break
		}
		to = next
	}
	return to, found
}
