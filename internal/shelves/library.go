// Package shelves files articles under keys. The articles of each key are in order, newest first,
// and in pages that close from the oldest. Articles appear and expire by time, and removed ones
// leave tombstones for a while. The package knows nothing of feeds: a key may be anything, and so
// may what an article holds.
//
// All times are Unix seconds.
//
//   - library.go: a [Library] files entries; what changes, and in which indexes
//   - shared.go: a library with a lock, a clock and goroutines that watch it
//   - clock.go: what the passage of time does
//   - index.go: an [Index] holds the articles of one key
//   - timeline.go: the ordered list that an index is made of
//   - cached.go: a value that is made of an index once
//   - redirects.go: keys that lead to others
//   - rules.go: the rules that also apply to indexes that are kept elsewhere, such as in a database
package shelves

import (
	"iter"
	"maps"
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
// wait, and nothing is visible. A change consists of [Library.Advance], any number of
// [Library.Insert] and [Library.Remove], and [Library.Settle].
//
// A Library is not safe for concurrent use. Its owner must lock it for writing during a change,
// and for reading otherwise.
//
// The type parameters are the key, what an entry holds, and what the owner keeps with each index.
type Library[K comparable, A, C any] struct {
	options Options[K, A]
	entries map[string]*Entry[K, A, C]          // by ID
	at      map[string]*Entry[K, A, C]          // by address; the last one if several have it
	twins   map[*Entry[K, A, C]]*Entry[K, A, C] // the one before with the same address
	indexes map[K]*Index[K, A, C]
	agenda  *agenda[K, A, C]  // future events
	due     []event[K, A, C]  // events that are done when the change ends
	touched []*Index[K, A, C] // feeds that changed
	emptied []*Index[K, A, C] // candidates for removal
	changes uint64            // number of the last change of an index
	serial  uint64            // of the last entry
	started bool
	now     int64 // the latest time; Unset before the first
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
		at:      map[string]*Entry[K, A, C]{},
		twins:   map[*Entry[K, A, C]]*Entry[K, A, C]{},
		indexes: map[K]*Index[K, A, C]{},
		agenda:  newAgenda[K, A, C](),
		now:     Unset,
	}
	l.index(l.indexes, options.All, &l.changes)
	return l
}

func (e *Entry[K, A, C]) key() string { return e.Key }

func (e *Entry[K, A, C]) place() Place { return Place{e.Published, e.Key} }

// Conflicts yields the claims of an entry that state another name than claims of other entries
// do, each with the smallest of the other names.
func (e *Entry[K, A, C]) Conflicts() iter.Seq2[Claim[K], string] {
	return func(yield func(Claim[K], string) bool) {
		for _, t := range e.terms {
			other := OtherName(t.index.facts(false), t.Name)
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
	e = l.at[address]
	return e, l.twins[e] != nil
}

// Entries yields all entries in no particular order.
func (l *Library[K, A, C]) Entries() iter.Seq[*Entry[K, A, C]] { return maps.Values(l.entries) }

// Index returns the index of a key; nil if there is none. An index may be empty.
func (l *Library[K, A, C]) Index(key K) *Index[K, A, C] { return l.indexes[key] }

// Indexes yields all indexes in no particular order.
func (l *Library[K, A, C]) Indexes() iter.Seq[*Index[K, A, C]] { return maps.Values(l.indexes) }

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
		e.terms[i] = l.index(l.indexes, c.Key, &l.changes).term(c.Facts)
		e.terms[i].count(1, 0)
	}
	l.entries[e.ID] = e
	if l.options.Address != nil {
		l.address(e, l.options.Address(e.Value))
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
	l.unplan(e)
	e.removed = true
	delete(l.entries, e.ID)
	if l.options.Address != nil {
		l.unaddress(e, l.options.Address(e.Value))
	}
	for _, t := range e.terms {
		t.count(-1, 0)
		l.leave(t.index)
	}
	if !retracted || !visible || l.options.Keep <= 0 {
		return
	}
	for _, t := range e.terms {
		t.index.bury(Tombstone{e.Key, l.now})
	}
	l.schedule(event[K, A, C]{l.now + l.options.Keep, Forgets, e})
}

// address makes an entry the last one with its address.
func (l *Library[K, A, C]) address(e *Entry[K, A, C], address string) {
	if twin := l.at[address]; twin != nil {
		l.twins[e] = twin
	}
	l.at[address] = e
}

// unaddress removes an entry from those with its address.
func (l *Library[K, A, C]) unaddress(e *Entry[K, A, C], address string) {
	twin := l.twins[e]
	delete(l.twins, e)
	switch at := l.at[address]; {
	case at != e:
		for l.twins[at] != e {
			at = l.twins[at]
		}
		if l.twins[at] = twin; twin == nil {
			delete(l.twins, at)
		}
	case twin != nil:
		l.at[address] = twin
	default:
		delete(l.at, address)
	}
}

// Settle ends a change: it does what is due and returns the indexes whose feeds changed. The
// slice is valid until the next change.
func (l *Library[K, A, C]) Settle() []*Index[K, A, C] {
	l.run()
	touched := l.touched
	for _, ix := range touched {
		ix.touched = false
	}
	l.touched = nil
	l.dispose()
	return touched
}

// Unveiled returns the index that a key would have if every article were visible. Such an index
// has neither pages nor events.
func (l *Library[K, A, C]) Unveiled(key K) *Index[K, A, C] {
	indexes := map[K]*Index[K, A, C]{}
	unveiled := l.index(indexes, key, new(uint64))
	for _, e := range l.entries {
		for _, t := range e.terms {
			if ix := indexes[t.index.Key]; ix != nil {
				ix.articles.add(e.Published, e)
				ix.term(t.Facts).count(1, 1)
			}
		}
	}
	return unveiled
}

// index returns the index of a key among others, a new one if there is none.
func (l *Library[K, A, C]) index(indexes map[K]*Index[K, A, C], key K, changes *uint64) *Index[K, A, C] {
	if ix := indexes[key]; ix != nil {
		return ix
	}
	ix := &Index[K, A, C]{Key: key, limit: l.options.Limit(key), modified: Unset, changes: changes}
	if l.options.Above != nil {
		if above, ok := l.options.Above(key); ok {
			ix.above = l.index(indexes, above, changes)
			ix.above.below++
		}
	}
	ix.change()
	indexes[key] = ix
	return ix
}

// show makes an entry visible, and removes its tombstones.
func (l *Library[K, A, C]) show(e *Entry[K, A, C], at int64) {
	e.visible = true
	at = ChangedAt(at, e.Updated, e.entered, l.now)
	for _, t := range e.terms {
		t.index.put(e)
		t.index.unbury(e.Key, l.now)
		t.count(0, 1)
		t.index.modify(at)
		l.touch(t.index)
	}
}

// hide makes an entry invisible.
func (l *Library[K, A, C]) hide(e *Entry[K, A, C], at int64) {
	e.visible = false
	for _, t := range e.terms {
		t.index.take(e)
		t.count(0, -1)
		t.index.modify(at)
		l.touch(t.index)
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
	if len(ix.terms) == 0 {
		l.emptied = append(l.emptied, ix)
	}
}

// dispose removes disposable indexes, and those above that existed for their sake.
func (l *Library[K, A, C]) dispose() {
	for _, ix := range l.emptied {
		for ; ix != nil && ix.Key != l.options.All && ix.disposable() && l.indexes[ix.Key] == ix; ix = ix.above {
			delete(l.indexes, ix.Key)
			if ix.above != nil {
				ix.above.below--
			}
		}
	}
	l.emptied = nil
}
