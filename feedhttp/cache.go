package feedhttp

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// cache holds the most recently requested representations, bounded in number and in bytes. It is
// safe for concurrent use.
type cache struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[key, *representation]
	bytes int64 // the sizes of all entries
	limit int64 // the most that bytes may be
}

// key identifies a representation: the path names the feed and its format, or the page.
type key struct {
	path string
	coding
}

// overhead is a generous estimate of what a representation occupies besides its body, in bytes.
const overhead = 1 << 10

// newCache returns an empty cache. A count or limit of 0 or less means the default.
func newCache(count int, limit int64) *cache {
	if count <= 0 {
		count = defaultCacheEntries
	}
	if limit <= 0 {
		limit = defaultCacheBytes
	}
	c := &cache{limit: limit}
	evicted := func(_ key, old *representation) { c.bytes -= old.size() }
	c.lru, _ = simplelru.NewLRU(count, evicted) // fails only for a count below 1
	return c
}

// get returns the representation of k, or nil.
func (c *cache) get(k key) *representation {
	c.mu.Lock()
	defer c.mu.Unlock()
	rep, _ := c.lru.Get(k)
	return rep
}

// put stores rep under k and evicts the least recently used entries that no longer fit. A
// representation larger than the whole cache is not stored.
func (c *cache) put(k key, rep *representation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.store(k, rep)
}

// improve stores a better form of what is stored under k: in place of it, or beside it if the
// coding differs. It stores nothing if the contents under k have changed or are gone.
func (c *cache) improve(k key, better *representation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if there, found := c.lru.Peek(k); found && there.popular == better.popular {
		c.store(key{k.path, better.coding}, better)
	}
}

// store is put, with the cache locked.
func (c *cache) store(k key, rep *representation) {
	c.lru.Remove(k)
	if rep.size() > c.limit {
		return
	}
	c.lru.Add(k, rep)
	c.bytes += rep.size()
	for c.bytes > c.limit {
		c.lru.RemoveOldest()
	}
}

// remove deletes the entry of k.
func (c *cache) remove(k key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lru.Remove(k)
}
