package websub

import "sync"

// queue holds the feeds that one hub must be notified about: each feed once, in the order in
// which they changed. Its length is bounded by the number of feeds.
type queue struct {
	mu      sync.Mutex
	order   []string       // URLs of feeds
	waiting map[string]int // failed tries of each feed in order
	wake    chan struct{}  // receives a value after feeds were added
}

// notice is a feed that a hub must be notified about.
type notice struct {
	url   string
	tries int // failed tries so far
}

func newQueue() *queue {
	return &queue{waiting: map[string]int{}, wake: make(chan struct{}, 1)}
}

// add queues the URLs of changed feeds. A feed that is queued already keeps its place; its failed
// tries are forgotten.
func (q *queue) add(urls []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, url := range urls {
		q.insert(notice{url: url})
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// insert queues one feed. The caller holds the lock.
func (q *queue) insert(n notice) {
	if _, queued := q.waiting[n.url]; !queued {
		q.order = append(q.order, n.url)
	}
	q.waiting[n.url] = n.tries
}

// take removes and returns everything in the queue.
func (q *queue) take() []notice {
	q.mu.Lock()
	defer q.mu.Unlock()
	round := make([]notice, len(q.order))
	for i, url := range q.order {
		round[i] = notice{url, q.waiting[url]}
	}
	q.order = nil
	clear(q.waiting)
	return round
}

// putBack counts a failed try for each feed of round. It queues the feeds that have fewer than
// limit failed tries again and returns the URLs of the others. A feed that changed in the
// meantime is queued already, as new; putBack leaves it alone.
func (q *queue) putBack(round []notice, limit int) (gaveUp []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, n := range round {
		if _, queued := q.waiting[n.url]; queued {
			continue
		}
		if n.tries++; n.tries >= limit {
			gaveUp = append(gaveUp, n.url)
			continue
		}
		q.insert(n)
	}
	return gaveUp
}
