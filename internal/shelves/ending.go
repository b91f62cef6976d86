package shelves

import (
	"maps"
	"slices"
	"sync"
)

// How a change ends. A small change is made where readers see it, while they wait. A large one is
// made beside what they see: views of indexes are copied when they first change, and carry the
// number of the library's next version. The change ends by counting the version up, which makes
// readers see all of it at once. New indexes are added before and removed ones are taken away
// after, a few at a time, because they may be as many as the articles.

// Begin starts a change. If readers is nil, nobody reads the library during the change. Otherwise
// others may read it while they hold a lock that excludes readers; the change takes readers when it
// changes what they read, for a short time.
func (l *Library[K, A, C]) Begin(readers sync.Locker) { l.readers = readers }

// owner returns the owner of the runs that the change may alter where they are: all of them if
// nobody reads, otherwise those that it has made.
func (l *Library[K, A, C]) owner() uint64 {
	if l.readers == nil {
		return inPlace
	}
	return l.shown.version + 1
}

// Settle ends a change: it does what is due and returns the indexes whose feeds changed. The
// slice is valid until the next change.
//
// Whatever the number of indexes, one assignment makes readers see the change. It is the only step
// that must be done at once. New indexes have no view until then, so it does not matter that they
// are found earlier. Those that are to be removed are empty, so it does not matter that they are
// found longer.
func (l *Library[K, A, C]) Settle() []*Index[K, A, C] {
	l.run()
	l.await()
	touched, edited, disposable := l.touched, l.edited, l.disposable()
	// While readers still see what the last change has left, the views are completed.
	for _, ix := range touched {
		ix.touched = false
	}
	for _, ix := range edited {
		ix.refresh()
	}
	l.inPieces(slices.Collect(maps.Values(l.fresh)), func(ix *Index[K, A, C]) {
		if !ix.removed {
			l.indexes[ix.Key] = ix
		}
	})
	l.locked(func() {
		l.shown = edition{max(l.owner(), l.shown.version), l.started, l.now, next(l.agenda)}
	})
	// From here on readers see the change. What is left is to free memory.
	empty := disposable
	for _, ix := range edited {
		ix.edited = false
		v := ix.head.Load()
		v.before = nil // nobody reads it any longer
		if v.articles.size == 0 {
			empty = append(empty, ix)
		}
	}
	l.inPieces(empty, func(ix *Index[K, A, C]) {
		ix.Cache = *new(C)
		if ix.removed {
			delete(l.indexes, ix.Key)
		}
	})
	// A map that was large takes long to clear and to read, so the next change gets a new one.
	l.touched, l.edited, l.fresh, l.readers = nil, nil, nil, nil
	return touched
}

// locked calls do while others do not read.
func (l *Library[K, A, C]) locked(do func()) {
	if l.readers != nil {
		l.readers.Lock()
		defer l.readers.Unlock()
	}
	do()
}

// inPieces calls do with each index. Others do not read during a call, but between some of them.
func (l *Library[K, A, C]) inPieces(indexes []*Index[K, A, C], do func(*Index[K, A, C])) {
	const atOnce = 500 // which takes less than a millisecond
	for piece := range slices.Chunk(indexes, atOnce) {
		l.locked(func() {
			for _, ix := range piece {
				do(ix)
			}
		})
	}
}

// await lists the entries that are invisible in their indexes, for [Library.Unveiled]. It does so
// at the end of the change, because most entries become visible in the change that inserts them.
func (l *Library[K, A, C]) await() {
	for _, e := range l.hidden {
		if e.removed || e.visible || e.awaited {
			continue
		}
		e.awaited = true
		for _, t := range e.terms {
			t.index.await(e)
		}
	}
	l.hidden = nil
}

// disposable marks the indexes that are to be removed, and returns them: those that are disposable,
// and those above that existed for their sake.
func (l *Library[K, A, C]) disposable() (all []*Index[K, A, C]) {
	for _, ix := range l.emptied {
		for ; ix != nil && ix.Key != l.options.All && !ix.removed && ix.disposable(); ix = ix.above {
			ix.removed = true
			all = append(all, ix)
			if ix.above != nil {
				ix.above.below--
			}
		}
	}
	l.emptied = nil
	return all
}

// Unveiled returns the index that a key would have if every article were visible, with the newest
// n articles. Such an index has neither pages nor events. Before [Library.Start] it has no
// articles.
func (l *Library[K, A, C]) Unveiled(key K, n int) *Index[K, A, C] {
	unveiled := &Index[K, A, C]{Key: key, library: l}
	if l.options.Above != nil {
		if above, ok := l.options.Above(key); ok {
			unveiled.above = l.Unveiled(above, 0)
		}
	}
	v := &view[K, A, C]{modified: Unset, next: Never}
	unveiled.head.Store(v)
	ix := l.Index(key)
	if ix == nil {
		return unveiled
	}
	v.facts[shown] = ix.view().facts[stated]
	var newest []*Entry[K, A, C]
	for _, t := range []*timeline[*Entry[K, A, C]]{&ix.view().articles, ix.view().waiting} {
		if t == nil {
			continue
		}
		left := n
		for m := range t.newest {
			if left--; left < 0 {
				break
			}
			newest = append(newest, m.entry)
		}
	}
	slices.SortFunc(newest, func(d, e *Entry[K, A, C]) int { return d.place().Compare(e.place()) })
	for _, e := range slices.Backward(newest[:min(n, len(newest))]) {
		v.articles.add(e.Published, e, inPlace)
	}
	return unveiled
}
