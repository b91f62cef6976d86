// Package shelves files articles under keys. The articles of each key are in order, newest first,
// and in pages that close from the oldest. Articles appear and expire by time, and removed ones
// leave tombstones for a while. The package knows nothing of feeds: a key may be anything, and so
// may what an article holds.
//
// All times are Unix seconds.
//
//   - library.go: a [Library] files entries; what changes, and in which indexes
//   - ending.go: how a change ends, so that readers see all of it or nothing
//   - shared.go: a library with a lock, a clock and goroutines that watch it
//   - clock.go: what the passage of time does
//   - index.go: an [Index] holds the articles of one key
//   - timeline.go: the ordered list that an index is made of
//   - terms.go: what articles state about a key
//   - twins.go: entries of one address
//   - cached.go: a value that is made of an index once
//   - redirects.go: keys that lead to others
//   - rules.go: the rules that also apply to indexes that are kept elsewhere, such as in a database
package shelves

import (
	"iter"
	"maps"
	"slices"
	"sync"
)

// Options are the settings of a [Library].
type Options[K comparable, A any] struct {
	// All is the key that every article is filed under. Its index always exists.
	All K
	// Limit returns how many articles a page of a key holds, at least 1. Required.
	Limit func(K) int
	// Above returns the key that contains another one. Its names are part of the names of keys
	// below it. Default: no key contains another.
	Above func(K) (above K, ok bool)
	// Keep is how many seconds tombstones are kept. Default: there are none.
	Keep int64
	// Address returns by what else than its ID an entry is found: see [Library.At]. Default: by
	// nothing else.
	Address func(A) string
}

// Library holds entries and an index for each key. It has no time before [Library.Start]: entries
// wait, and nothing is visible. A change consists of [Library.Begin], [Library.Advance], any number
// of [Library.Insert] and [Library.Remove], and [Library.Settle].
//
// A Library is not safe for concurrent use. Only one goroutine may change it at a time. Others may
// read it meanwhile, if Begin is given a lock: with [Library.Index], [Library.Indexes],
// [Library.Unveiled], [Library.NextChange], [Library.UpToDate] and the methods of indexes. They see
// it as it was when the last change ended. All other methods belong to a change.
//
// The type parameters are the key, what an entry holds, and what the owner keeps with each index.
type Library[K comparable, A, C any] struct {
	options Options[K, A]
	entries map[string]*Entry[K, A, C] // by ID
	twins   twins[*Entry[K, A, C]]
	indexes map[K]*Index[K, A, C]
	fresh   map[K]*Index[K, A, C] // that the change made; not among the others yet
	graves  map[string][]grave    // by the key of a removed article
	agenda  *agenda[K, A, C]      // future events
	due     []event[K, A, C]      // events that are done when the change ends
	hidden  []*Entry[K, A, C]     // entries that may be invisible when the change ends
	edited  []*Index[K, A, C]     // whose views changed
	touched []*Index[K, A, C]     // feeds that changed
	emptied []*Index[K, A, C]     // candidates for removal
	changes uint64                // number of the last change of an index
	serial  uint64                // of the last entry
	started bool
	now     int64 // the latest time; Unset before the first

	readers sync.Locker // for short changes of what others read; nil if they do not read meanwhile
	shown   edition
}

// edition is what readers see of a library beside its indexes.
type edition struct {
	version uint64 // see view
	started bool
	now     int64
	next    int64 // time of the first event
}

// grave is a time when an article was removed, and the number of indexes that have a tombstone of
// that. Graves are kept for the library, not for each index, so that an article that was never
// removed costs one look for all its keys.
type grave struct {
	when int64
	left int
}

// Entry is an article in a library. The exported fields must not change while it is there.
type Entry[K comparable, A, C any] struct {
	// ID identifies the entry. No library holds two entries of one ID.
	ID string
	// Key orders articles that were published in one second, and identifies them in tombstones.
	Key string
	// Published is when the article appears, and orders it.
	Published int64
	// Updated is when the article was last changed; Published if it never was.
	Updated int64
	// Expires is when the article disappears; Never if it stays.
	Expires int64
	// Value is what the owner wants to read from indexes.
	Value A
	// Hidden articles are never visible.
	Hidden bool

	visible bool
	awaited bool // listed in the indexes as invisible
	removed bool
	entered int64            // when it was inserted; Unset if the library had not started
	serial  uint64           // distinguishes entries of one ID, one of which replaced the other
	terms   []*term[K, A, C] // one for each key
}

// Claim files an article under a key, and states facts about the key.
type Claim[K comparable] struct {
	Key K
	Facts
}

// New returns an empty library.
func New[K comparable, A, C any](options Options[K, A]) *Library[K, A, C] {
	l := &Library[K, A, C]{
		options: options,
		entries: map[string]*Entry[K, A, C]{},
		twins:   newTwins[*Entry[K, A, C]](),
		indexes: map[K]*Index[K, A, C]{},
		graves:  map[string][]grave{},
		agenda:  newAgenda[K, A, C](),
		now:     Unset,
	}
	l.index(options.All)
	l.Settle()
	return l
}

func (e *Entry[K, A, C]) key() string { return e.Key }

func (e *Entry[K, A, C]) place() Place { return Place{e.Published, e.Key} }

// Conflicts yields the claims of an entry that state another name than claims of other entries
// do, each with the smallest of the other names.
func (e *Entry[K, A, C]) Conflicts() iter.Seq2[Claim[K], string] {
	return func(yield func(Claim[K], string) bool) {
		for _, t := range e.terms {
			other := t.index.terms.otherName(t.Name)
			if other != "" && !yield(Claim[K]{t.index.Key, t.Facts}, other) {
				return
			}
		}
	}
}

// Entry returns the entry with an ID; nil if there is none.
func (l *Library[K, A, C]) Entry(id string) *Entry[K, A, C] { return l.entries[id] }

// At returns an entry with an address, nil if there is none, and whether several have it.
func (l *Library[K, A, C]) At(address string) (e *Entry[K, A, C], several bool) {
	return l.twins.last(address)
}

// Entries yields all entries in no particular order. It belongs to a change: see [Index.Filed].
func (l *Library[K, A, C]) Entries() iter.Seq[*Entry[K, A, C]] { return maps.Values(l.entries) }

// Index returns the index of a key; nil if there is none. An index may be empty.
func (l *Library[K, A, C]) Index(key K) *Index[K, A, C] {
	if ix := l.indexes[key]; ix != nil && ix.view() != nil {
		return ix
	}
	return nil
}

// Indexes yields all indexes in no particular order.
func (l *Library[K, A, C]) Indexes() iter.Seq[*Index[K, A, C]] {
	return func(yield func(*Index[K, A, C]) bool) {
		for _, ix := range l.indexes {
			if ix.view() != nil && !yield(ix) {
				return
			}
		}
	}
}

// Insert adds an entry and files it under the keys of its claims, which must differ. It becomes
// visible when its time has come, at the end of the change at the earliest; never if it has
// expired.
func (l *Library[K, A, C]) Insert(e *Entry[K, A, C], claims []Claim[K]) {
	l.serial++
	e.serial, e.entered = l.serial, Unset
	if l.started {
		e.entered = l.now
	}
	e.terms = make([]*term[K, A, C], len(claims))
	for i, c := range claims {
		e.terms[i] = l.index(c.Key).term(c.Facts)
		e.terms[i].count(1, 0)
	}
	l.entries[e.ID] = e
	if l.options.Address != nil {
		l.twins.add(l.options.Address(e.Value), e)
	}
	if l.started {
		l.hidden = append(l.hidden, e)
	}
	l.plan(e, l.now)
}

// Remove removes an entry. If the article was visible and is retracted, rather than replaced by a
// new version, its indexes keep a tombstone.
func (l *Library[K, A, C]) Remove(e *Entry[K, A, C], retracted bool) {
	visible := e.visible
	if visible {
		l.hide(e, l.now)
	}
	l.unawait(e)
	l.unplan(e)
	e.removed = true
	delete(l.entries, e.ID)
	if l.options.Address != nil {
		l.twins.remove(l.options.Address(e.Value), e)
	}
	for _, t := range e.terms {
		t.count(-1, 0)
		l.leave(t.index)
	}
	if !retracted || !visible || l.options.Keep <= 0 {
		return
	}
	buried := 0
	for _, t := range e.terms {
		if t.index.bury(Tombstone{e.Key, l.now}) {
			buried++
		}
	}
	if buried > 0 {
		l.dig(e.Key, l.now).left += buried
	}
	l.schedule(event[K, A, C]{l.now + l.options.Keep, Forgets, e})
}

// dig returns the grave of an article that is removed at a time, a new one if there is none.
func (l *Library[K, A, C]) dig(key string, when int64) *grave {
	graves := l.graves[key]
	i := slices.IndexFunc(graves, func(g grave) bool { return g.when == when })
	if i < 0 {
		i, graves = len(graves), append(graves, grave{when: when})
		l.graves[key] = graves
	}
	return &graves[i]
}

// unbury removes the tombstones that the article of an entry got until a time, and calls each with
// the indexes that had one. Only those of the entry are searched: an article that comes back under
// other keys stays announced as removed under the old ones. Each tombstone is found by its time, so
// the number of others does not matter.
func (l *Library[K, A, C]) unbury(e *Entry[K, A, C], until int64, each func(*Index[K, A, C])) {
	graves, found := l.graves[e.Key]
	if !found {
		return
	}
	for i := range graves {
		g := &graves[i]
		for _, t := range e.terms {
			if g.when <= until && t.index.unbury(Tombstone{e.Key, g.when}) {
				g.left--
				each(t.index)
			}
		}
	}
	graves = slices.DeleteFunc(graves, func(g grave) bool { return g.left == 0 })
	if l.graves[e.Key] = graves; len(graves) == 0 {
		delete(l.graves, e.Key)
	}
}

// index returns the index of a key, a new one if there is none. Readers find a new one when the
// change ends.
func (l *Library[K, A, C]) index(key K) *Index[K, A, C] {
	if ix := l.indexes[key]; ix != nil {
		return ix
	}
	if ix := l.fresh[key]; ix != nil {
		return ix
	}
	ix := &Index[K, A, C]{Key: key, library: l, limit: l.options.Limit(key)}
	if l.options.Above != nil {
		if above, ok := l.options.Above(key); ok {
			ix.above = l.index(above)
			ix.above.below++
		}
	}
	ix.head.Store(&view[K, A, C]{
		version: max(l.owner(), l.shown.version), modified: Unset, times: pageTimes{open: Unset}, next: Never,
	})
	ix.change()
	if l.fresh == nil {
		l.fresh = map[K]*Index[K, A, C]{}
	}
	l.fresh[key] = ix
	return ix
}

// term returns the term with these facts, a new one if there is none.
func (ix *Index[K, A, C]) term(f Facts) *term[K, A, C] {
	if t := ix.terms.find(f); t != nil {
		return t
	}
	return &term[K, A, C]{Facts: f, index: ix}
}

// show makes an entry visible, and removes its tombstones.
func (l *Library[K, A, C]) show(e *Entry[K, A, C], at int64) {
	e.visible = true
	l.unawait(e)
	at = ChangedAt(at, e.Updated, e.entered, l.now)
	for _, t := range e.terms {
		t.index.put(e, at)
		t.count(0, 1)
		t.index.modify(at)
		l.touch(t.index)
	}
	l.unbury(e, l.now, func(*Index[K, A, C]) {})
}

// hide makes an entry invisible.
func (l *Library[K, A, C]) hide(e *Entry[K, A, C], at int64) {
	e.visible = false
	l.hidden = append(l.hidden, e)
	for _, t := range e.terms {
		t.index.take(e, at)
		t.count(0, -1)
		t.index.modify(at)
		l.touch(t.index)
	}
}

// unawait removes an entry from those that are listed as invisible. Most entries never are.
func (l *Library[K, A, C]) unawait(e *Entry[K, A, C]) {
	if e.awaited {
		e.awaited = false
		for _, t := range e.terms {
			t.index.unawait(e)
		}
	}
}

// touch notes that a feed changed.
func (l *Library[K, A, C]) touch(ix *Index[K, A, C]) {
	if !ix.touched {
		ix.touched = true
		l.touched = append(l.touched, ix)
	}
}

// leave notes that an index may be disposable when the change ends.
func (l *Library[K, A, C]) leave(ix *Index[K, A, C]) {
	if ix.terms.len() == 0 {
		l.emptied = append(l.emptied, ix)
	}
}
