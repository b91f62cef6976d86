package websub

import "sync"

// queue holds what one hub must be told of, each feed once, the one that waits longest first. It never
// holds more than there are feeds.
type queue struct {
	mu      sync.Mutex
	order   []string       // addresses of feeds
	waiting map[string]int // how often the hub was told of them in vain
	wake    chan struct{}
}

// told is a feed that a hub is being told of.
type told struct {
	url   string
	tries int // in vain, before
}

func newQueue() *queue {
	return &queue{waiting: map[string]int{}, wake: make(chan struct{}, 1)}
}

// add queues feeds that have changed. One that waits already keeps its place and has all its tries again.
func (q *queue) add(urls []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, url := range urls {
		q.insert(told{url: url})
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// insert queues a feed; the lock is held.
func (q *queue) insert(t told) {
	if _, waits := q.waiting[t.url]; !waits {
		q.order = append(q.order, t.url)
	}
	q.waiting[t.url] = t.tries
}

// take empties the queue.
func (q *queue) take() []told {
	q.mu.Lock()
	defer q.mu.Unlock()
	round := make([]told, len(q.order))
	for i, url := range q.order {
		round[i] = told{url, q.waiting[url]}
	}
	q.order = nil
	clear(q.waiting)
	return round
}

// putBack counts a try in vain and queues again what has tries left; it returns the others. What has
// changed in the meantime waits already, as new.
func (q *queue) putBack(round []told, tries int) (gaveUp []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, t := range round {
		if _, waits := q.waiting[t.url]; waits {
			continue
		}
		if t.tries++; t.tries >= tries {
			gaveUp = append(gaveUp, t.url)
			continue
		}
		q.insert(t)
	}
	return gaveUp
}
