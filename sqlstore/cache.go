package sqlstore

import "sync"

// cache keeps what was used last, in two generations: what is used is young, and when the young ones are as
// many as the limit allows, those that were not used since the last time are dropped.
type cache[K comparable, V any] struct {
	mu         sync.Mutex
	limit      int // of what a generation weighs
	weight     int
	young, old map[K]weighed[V]
}

type weighed[V any] struct {
	value  V
	weight int
}

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

func (c *cache[K, V]) put(key K, value V, weight int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(key, weighed[V]{value, weight})
}

func (c *cache[K, V]) add(key K, w weighed[V]) {
	if before, found := c.young[key]; found {
		c.weight -= before.weight
	}
	if c.young == nil || c.weight+w.weight > c.limit {
		c.old, c.young, c.weight = c.young, map[K]weighed[V]{}, 0
	}
	c.young[key] = w
	c.weight += w.weight
}

// drop takes out a key.
func (c *cache[K, V]) drop(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w, found := c.young[key]; found {
		c.weight -= w.weight
	}
	delete(c.young, key)
	delete(c.old, key)
}
