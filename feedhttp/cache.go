package feedhttp

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// cache keeps what was asked for last, bounded in number and bytes.
type cache struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[key, *representation]
	bytes int64
	limit int64
}

// key is what a representation is kept by: the feed's path, which names scope and format, and the coding.
type key struct {
	path string
	gzip bool
}

// overhead is what a representation takes in memory besides its body, generously.
const overhead = 1 << 10

func newCache(count int, limit int64) *cache {
	if count <= 0 {
		count = defaultCacheFeeds
	}
	if limit <= 0 {
		limit = defaultCacheBytes
	}
	c := &cache{limit: limit}
	c.lru, _ = simplelru.NewLRU(count, func(_ key, old *representation) { c.bytes -= old.size() }) // fails for a count below 1
	return c
}

// get returns what is kept; nil if nothing is.
func (c *cache) get(k key) *representation {
	c.mu.Lock()
	defer c.mu.Unlock()
	rep, _ := c.lru.Get(k)
	return rep
}

// put keeps rep in place of what k had, and lets go of what was not asked for longest.
func (c *cache) put(k key, rep *representation) {
	c.mu.Lock()
	defer c.mu.Unlock()
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

// remove lets go of what k had.
func (c *cache) remove(k key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lru.Remove(k)
}
