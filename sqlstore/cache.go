package sqlstore

import (
	"maps"
	"slices"
	"sync"
)

// cache keeps the values that were used last, in two generations. A value that is used becomes
// young. When the young values reach the limit, the old ones are dropped and the young ones become
// old.
type cache[K comparable, V any] struct {
	mu         sync.Mutex // guards the fields below
	limit      int        // the largest weight of a generation
	weight     int
	young, old map[K]weighed[V] // a key may be in both; then young has the newer value
}

// weighed is a value with its weight.
type weighed[V any] struct {
	value  V
	weight int
}

// get returns the value of a key and makes it young.
func (c *cache[K, V]) get(key K) (value V, found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w, found := c.young[key]; found {
		return w.value, true
	}
	w, found := c.old[key]
	if found {
		delete(c.old, key)
		c.add(key, w)
	}
	return w.value, found
}

// put adds a value with a weight.
func (c *cache[K, V]) put(key K, value V, weight int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(key, weighed[V]{value, weight})
}

// add adds a young value. The caller holds c.mu.
func (c *cache[K, V]) add(key K, w weighed[V]) {
	// The value replaces one that counts already.
	if before, found := c.young[key]; found {
		c.weight -= before.weight
	}
	// The values of two generations may be in memory, so the cache has up to twice the limit.
	if c.young == nil || c.weight+w.weight > c.limit {
		c.old, c.young, c.weight = c.young, map[K]weighed[V]{}, 0
	}
	c.young[key] = w
	c.weight += w.weight
}

// keys returns the keys of all values.
func (c *cache[K, V]) keys() []K {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append(slices.Collect(maps.Keys(c.young)), slices.Collect(maps.Keys(c.old))...)
}

// drop removes a key.
func (c *cache[K, V]) drop(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w, found := c.young[key]; found {
		c.weight -= w.weight
	}
	delete(c.young, key)
	delete(c.old, key)
}
