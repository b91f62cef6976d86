package feedhttp

import (
	"cmp"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/syndicate-go/syndicate"
)

// This file remembers the past versions of feeds that clients with deltas may have.

const (
	// mostEditions is how many versions of a feed are known.
	mostEditions = 64
	// mostHistories bounds the number of feeds whose versions are known, and historyBytes the
	// memory that they take.
	mostHistories = 10_000
	historyBytes  = 32 << 20
)

// edition is one version of a feed in a format. It is immutable.
type edition struct {
	sum     string   // the digest of its bytes
	tags    []string // the ETags of its forms
	entries []entry  // its articles, in order
}

// entry is an article in a version of a feed.
type entry struct {
	id        uint64 // the hash of its id
	text      uint64 // the hash of its item
	published int64  // in seconds
}

// size returns what e counts for, in bytes.
func (e *edition) size() int64 { return overhead + 24*int64(len(e.entries)) }

// feedKey identifies a feed in a format.
type feedKey struct {
	scope  syndicate.Scope
	format syndicate.Format
}

// feedKey returns the key of the feed that rep is of.
func (rep *representation) feedKey() feedKey { return feedKey{rep.scope, rep.format} }

// editions are the known versions of the feeds for which clients accept deltas, bounded in number
// and in bytes. They are gone when the process ends; clients then get whole feeds once more. It is
// safe for concurrent use.
type editions struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[feedKey, *history]
	bytes int64 // the sizes of all histories
	seed  maphash.Seed
}

// history is the known versions of one feed, the newest last.
type history struct {
	editions []*edition
	bytes    int64
}

// newEditions returns an empty list.
func newEditions() *editions {
	e := &editions{seed: maphash.MakeSeed()}
	evicted := func(_ feedKey, old *history) { e.bytes -= old.bytes }
	e.lru, _ = simplelru.NewLRU(mostHistories, evicted) // fails only for a count below 1
	return e
}

// find returns the version of a feed that has an ETag in one of its forms, nil if it is not known.
func (e *editions) find(k feedKey, tag string) *edition {
	e.mu.Lock()
	defer e.mu.Unlock()
	known, _ := e.lru.Get(k)
	if known == nil {
		return nil
	}
	for _, edition := range slices.Backward(known.editions) {
		for _, form := range edition.tags {
			if tag == form || isCodingOf(tag, form) {
				return edition
			}
		}
	}
	return nil
}

// tracks reports whether versions of a feed are known: a client has asked for a delta of it.
func (e *editions) tracks(k feedKey) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lru.Contains(k)
}

// add adds a version as the newest one, unless it is known, and drops the oldest ones that no
// longer fit.
func (e *editions) add(k feedKey, now *edition) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known, found := e.lru.Get(k)
	if !found {
		known = new(history)
		e.lru.Add(k, known)
	}
	if slices.ContainsFunc(known.editions, func(old *edition) bool { return old.sum == now.sum }) {
		return
	}
	known.editions = append(known.editions, now)
	size := now.size()
	for len(known.editions) > mostEditions {
		size -= known.editions[0].size()
		known.editions = slices.Delete(known.editions, 0, 1)
	}
	known.bytes += size
	e.bytes += size
	for e.bytes > historyBytes && e.lru.Len() > 0 {
		e.lru.RemoveOldest()
	}
}

// of returns a feed as a version, given the digest of its bytes.
func (e *editions) of(feed *syndicate.Feed, format syndicate.Format, sum string) *edition {
	now := &edition{sum: sum}
	for _, suffix := range []string{"", "-xml"} { // the second for browsers that display it
		for _, form := range tagsOf(suffix, formsOf(sum)...) {
			now.tags = append(now.tags, form[0])
		}
	}
	// Each item is encoded in a feed whose head changes with the settings only.
	one := *feed
	one.Updated, one.Complete, one.Tombstones = time.Unix(0, 0), false, nil
	one.PrevArchive, one.NextArchive, one.Current = syndicate.Links{}, syndicate.Links{}, syndicate.Links{}
	var text []byte
	for _, a := range feed.Articles {
		one.Articles = []*syndicate.Article{a}
		text = one.Append(text[:0], format)
		now.entries = append(now.entries, entry{
			id: e.hash(cmp.Or(a.ID, a.URL)), text: maphash.Bytes(e.seed, text), published: a.Published.Unix(),
		})
	}
	return now
}

// hash returns the hash of an id.
func (e *editions) hash(id string) uint64 { return maphash.String(e.seed, id) }

// since returns the indexes of the articles of now that base does not have, or has in another form.
// It returns false if a client that has base would be left with an article that was removed, or
// with another order: a delta cannot say so, but for the tombstones of Atom. A feed is complete if
// it has every article.
func (e *edition) since(base *edition, complete bool, isRemoved func(id uint64) bool) (fresh []int, ok bool) {
	before := make(map[uint64]int, len(base.entries))
	for i, old := range base.entries {
		before[old.id] = i
	}
	last, oldest, added := -1, int64(0), 0
	for i, article := range e.entries {
		at, known := before[article.id]
		switch {
		case !known:
			added++
		case at < last:
			return nil, false // the order differs
		default:
			last = at
			delete(before, article.id)
		}
		if !known || base.entries[at].text != article.text {
			fresh = append(fresh, i)
		}
		oldest = article.published
	}
	// The articles that are left were in base only. New articles push the oldest ones out of the
	// feed: these have not been removed.
	pushed := 0
	for id, at := range before {
		if isRemoved(id) {
			continue
		}
		if pushed++; complete || pushed > added || base.entries[at].published >= oldest {
			return nil, false
		}
	}
	return fresh, true
}

// removed returns a function that reports whether a feed announces the removal of an article.
func (e *editions) removed(feed *syndicate.Feed, format syndicate.Format) func(id uint64) bool {
	announced := map[uint64]bool{}
	if format == syndicate.Atom {
		for _, t := range feed.Tombstones {
			announced[e.hash(t.ID)] = true
		}
	}
	return func(id uint64) bool { return announced[id] }
}
