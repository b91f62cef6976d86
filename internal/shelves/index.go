package shelves

import (
	"iter"
	"slices"
	"sync/atomic"

	"github.com/tidwall/btree"
)

// Index holds the visible articles of one key in order, and everything else that a feed of them
// shows. Its methods read it as it was when the last change ended.
type Index[K comparable, A, C any] struct {
	// Key is the key that the articles are filed under.
	Key K
	// Cache belongs to the library's owner. It is set to its zero value when the last article has
	// left.
	Cache C

	library *Library[K, A, C]
	above   *Index[K, A, C] // of the key above
	limit   int             // articles on a page

	// head is the view that changes are made to. Readers read it too, unless the change of which it
	// is part has not ended: see [Index.view].
	head atomic.Pointer[view[K, A, C]]

	// The rest is read by changes alone.
	agenda  *agenda[K, A, C] // future events; nil before the first
	terms   terms[K, A, C]
	below   int  // how many indexes have this one above them
	edited  bool // listed in Library.edited
	touched bool // listed in Library.touched
	removed bool // from the library
}

// view is what readers see of an index.
type view[K comparable, A, C any] struct {
	// version is that of the library that shows the view first. Until then readers see the one
	// before; an index that is new has none.
	version uint64
	before  *view[K, A, C]

	articles timeline[*Entry[K, A, C]]
	waiting  *timeline[*Entry[K, A, C]] // articles that are not visible; nil before the first
	stones   *timeline[buried]          // of removed articles, by time of removal; nil before the first
	facts    [2]*Facts                  // the best of each set of terms
	modified int64                      // time of the newest change; never moves back
	next     int64                      // time of the first event

	// ends holds the first place of each closed page, oldest page first. An end never moves: what
	// is added behind one belongs to its page, what is removed leaves a gap. Ends are only
	// appended, so that copies of the slice stay valid.
	ends []Place
	open int // visible articles on the page that is being filled; at most limit
	// times holds when each page changed last: each closed one, parallel to ends, and the one that
	// is being filled. They never move back.
	times pageTimes

	// Changes have numbers that are unique in the library, so that an index that replaces another
	// one has other stamps.
	changed uint64 // number of the last change
	renamed uint64 // number of the last change of the terms that have visible articles
}

// pageTimes are the times when pages changed last. Several views may share those of closed pages. A
// change copies them before it alters one, unless their owner is the number of the change: see
// [timeline.own]. They may be appended to without a copy.
type pageTimes struct {
	closed []int64
	open   int64
	owner  uint64
}

// modify records a change of a closed page, given its number.
func (p *pageTimes) modify(number int, at int64, owner uint64) {
	if at <= p.closed[number-1] {
		return
	}
	if owner != inPlace && p.owner != owner {
		p.closed, p.owner = slices.Clone(p.closed), owner
	}
	p.closed[number-1] = at
}

// close records that the page that was being filled is closed, and that another one begins. The
// page before it changes too: from now on it links to an archive document.
func (p *pageTimes) close(at int64, owner uint64) {
	p.closed = append(p.closed, p.open)
	if before := len(p.closed) - 1; before > 0 {
		p.modify(before, at, owner)
	}
	p.open = at
}

// buried is the key of an article that was removed, in a timeline of the times of removal. Most
// leave it in the order in which they came, and some because their article is back.
type buried string

func (b buried) key() string { return string(b) }

// agenda is a sorted list of events.
type agenda[K comparable, A, C any] = btree.BTreeG[event[K, A, C]]

// view returns what readers see; nil before the change that made the index has ended. Until a large
// change ends, the head is the next view and the one before it is read. No view before that is
// needed, because changes are made one after the other.
func (ix *Index[K, A, C]) view() *view[K, A, C] {
	v := ix.head.Load()
	if v.version > ix.library.shown.version {
		return v.before
	}
	return v
}

// edit returns the view to change. If the change is made beside what readers see, that is a copy,
// made the first time. The copy shares the runs of timelines, which are copied when they change.
// The ends of pages may be shared for good: what is appended to them stands behind all that readers
// of the original see. See [pageTimes] for their times.
func (ix *Index[K, A, C]) edit() *view[K, A, C] {
	v := ix.head.Load()
	if ix.edited {
		return v
	}
	ix.edited = true
	ix.library.edited = append(ix.library.edited, ix)
	owner := ix.library.owner()
	if owner == inPlace || v.version == owner {
		return v
	}
	next := *v
	next.version, next.before = owner, v
	next.articles = v.articles.copy()
	next.waiting, next.stones = copied(v.waiting), copied(v.stones)
	ix.head.Store(&next)
	return &next
}

// copied returns a copy of a timeline that may be nil.
func copied[E keyed](t *timeline[E]) *timeline[E] {
	if t == nil {
		return nil
	}
	c := t.copy()
	return &c
}

// Len returns the number of visible articles.
func (ix *Index[K, A, C]) Len() int { return ix.view().articles.size }

// Ends returns the first place of each closed page, oldest page first (see [PageOf]). The slice
// may be kept.
func (ix *Index[K, A, C]) Ends() []Place { return slices.Clip(ix.view().ends) }

// Open returns the number of visible articles that are not on a closed page.
func (ix *Index[K, A, C]) Open() int { return ix.view().open }

// Modified returns the time of the last change of the feed; [Unset] before the first.
func (ix *Index[K, A, C]) Modified() int64 { return ix.view().modified }

// PageModified returns the time of the last change of a page, numbered as for [Index.Page]: an
// article on it appeared, disappeared or was replaced, the page was closed, or the next one was.
// Page 0 is the feed: see [Index.Modified]. PageModified returns [Unset] for a page that there
// never was.
func (ix *Index[K, A, C]) PageModified(number int) int64 {
	v := ix.view()
	switch closed := len(v.ends); {
	case number == 0:
		return v.modified
	case number > 0 && number <= closed:
		return v.times.closed[number-1]
	case number == closed+1:
		return v.times.open
	}
	return Unset
}

// Tombstones yields the n articles that were removed last, newest removal first, or all if there
// are fewer.
func (ix *Index[K, A, C]) Tombstones(n int) iter.Seq[Tombstone] {
	return func(yield func(Tombstone) bool) {
		stones := ix.view().stones
		if stones == nil {
			return
		}
		left := n
		for m := range stones.newest {
			if left--; left < 0 || !yield(Tombstone{Key: m.entry.key(), When: m.published}) {
				return
			}
		}
	}
}

// NextChange returns when the passage of time next changes the feed; [Never] if it does not.
func (ix *Index[K, A, C]) NextChange() int64 { return ix.view().next }

// Stamp returns a number that grows with every change of what the feed shows. The names of the
// keys above are part of that, their articles are not.
func (ix *Index[K, A, C]) Stamp() (stamp uint64) {
	stamp = ix.view().changed
	for above := ix.above; above != nil; above = above.above {
		stamp = max(stamp, above.view().renamed)
	}
	return stamp
}

// Facts returns the facts that the key is shown with (see [Best]): those of visible articles
// alone.
func (ix *Index[K, A, C]) Facts() Facts {
	if best := ix.view().facts[shown]; best != nil {
		return *best
	}
	return Facts{}
}

// Names returns the names of the keys above, outermost first, and of the key itself.
func (ix *Index[K, A, C]) Names() (names []string) {
	for ; ix != nil; ix = ix.above {
		names = append(names, ix.Facts().Name)
	}
	slices.Reverse(names)
	return names
}

// Newest returns the newest n articles, or all if there are fewer.
func (ix *Index[K, A, C]) Newest(n int) []A {
	timeline := &ix.view().articles
	articles := make([]A, 0, max(0, min(n, timeline.size)))
	for m := range timeline.newest {
		if len(articles) >= n {
			break
		}
		articles = append(articles, m.entry.Value)
	}
	return articles
}

// Filed yields all articles of the key, first the visible ones, then the others. It yields nothing
// before [Library.Start].
func (ix *Index[K, A, C]) Filed() iter.Seq[A] {
	return func(yield func(A) bool) {
		v := ix.view()
		for _, t := range []*timeline[*Entry[K, A, C]]{&v.articles, v.waiting} {
			if t == nil {
				continue
			}
			for m := range t.newest {
				if !yield(m.entry.Value) {
					return
				}
			}
		}
	}
}

// Page returns the articles of a page, newest first. Pages are numbered from the oldest, which is
// 1; the one that is being filled counts if there is something on it. Page returns false if there
// is no such page.
func (ix *Index[K, A, C]) Page(number int) (articles []A, ok bool) {
	v := ix.view()
	closed := len(v.ends)
	if number < 1 || number > closed+1 || number == closed+1 && v.open == 0 {
		return nil, false
	}
	moments := iter.Seq[moment[*Entry[K, A, C]]](v.articles.newest)
	if number <= closed {
		moments = v.articles.from(v.ends[number-1])
	}
	for m := range moments {
		if number > 1 && !m.place().Before(v.ends[number-2]) {
			break
		}
		articles = append(articles, m.entry.Value)
	}
	return articles, true
}

// change counts a change, and returns the view to make it in.
func (ix *Index[K, A, C]) change() *view[K, A, C] {
	v := ix.edit()
	ix.library.changes++
	v.changed = ix.library.changes
	return v
}

// modify records when the feed changed.
func (ix *Index[K, A, C]) modify(at int64) {
	if at > ix.edit().modified {
		ix.change().modified = at
	}
}

// put makes an article visible, as a change of that time. A page is closed when more articles than
// its limit are newer than the last closed page, so that the newest articles always reach down to a
// closed page.
func (ix *Index[K, A, C]) put(e *Entry[K, A, C], at int64) {
	v := ix.change()
	v.articles.add(e.Published, e, ix.library.owner())
	if !ix.modifyPage(v, e, at) {
		return
	}
	if v.open++; v.open <= ix.limit {
		return
	}
	v.ends = append(v.ends, v.second())
	v.open = 1
	v.times.close(at, ix.library.owner())
}

// modifyPage records a change of the page that an article is on, and reports whether that is the
// page that is being filled.
func (ix *Index[K, A, C]) modifyPage(v *view[K, A, C], e *Entry[K, A, C], at int64) (open bool) {
	if open = v.isOpen(e.place()); open {
		v.times.open = max(v.times.open, at)
	} else {
		v.times.modify(PageOf(v.ends, e.place()), at, ix.library.owner())
	}
	return open
}

// second returns the place of the second newest article.
func (v *view[K, A, C]) second() (p Place) {
	i := 0
	for m := range v.articles.newest {
		if i++; i == 2 {
			return m.place()
		}
	}
	return p
}

// take makes an article invisible, as a change of that time.
func (ix *Index[K, A, C]) take(e *Entry[K, A, C], at int64) {
	v := ix.change()
	v.articles.remove(e.Published, e, ix.library.owner())
	if ix.modifyPage(v, e, at) {
		v.open--
	}
}

// isOpen reports whether a place is on the page that is being filled.
func (v *view[K, A, C]) isOpen(p Place) bool {
	closed := len(v.ends)
	return closed == 0 || p.Before(v.ends[closed-1])
}

// await adds an article to those that are not visible. That is no change of the feed.
func (ix *Index[K, A, C]) await(e *Entry[K, A, C]) {
	v := ix.edit()
	if v.waiting == nil {
		v.waiting = new(timeline[*Entry[K, A, C]])
	}
	v.waiting.add(e.Published, e, ix.library.owner())
}

// unawait removes an article from those that are not visible.
func (ix *Index[K, A, C]) unawait(e *Entry[K, A, C]) {
	v := ix.edit()
	if v.waiting.remove(e.Published, e, ix.library.owner()); v.waiting.size == 0 {
		v.waiting = nil
	}
}

// schedule adds a future event.
func (ix *Index[K, A, C]) schedule(ev event[K, A, C]) {
	if ix.agenda == nil {
		ix.agenda = newAgenda[K, A, C]()
	}
	ix.agenda.Set(ev)
	ix.change()
}

// unschedule removes a future event.
func (ix *Index[K, A, C]) unschedule(ev event[K, A, C]) {
	ix.agenda.Delete(ev)
	ix.change()
}

// bury adds a tombstone, and reports whether there was no equal one.
func (ix *Index[K, A, C]) bury(stone Tombstone) bool {
	v := ix.edit()
	if v.stones == nil {
		v.stones = new(timeline[buried])
	}
	if v.stones.has(Place{stone.When, stone.Key}) {
		return false
	}
	v.stones.add(stone.When, buried(stone.Key), ix.library.owner())
	ix.change()
	return true
}

// unbury removes a tombstone, and reports whether it was there.
func (ix *Index[K, A, C]) unbury(stone Tombstone) bool {
	v := ix.edit()
	if v.stones == nil || !v.stones.remove(stone.When, buried(stone.Key), ix.library.owner()) {
		return false
	}
	if v.stones.size == 0 {
		v.stones = nil
	}
	ix.change()
	return true
}

// refresh computes what the view shows of the index's terms and events. Readers get the results,
// because they must not read what a change alters where it is.
func (ix *Index[K, A, C]) refresh() {
	v := ix.edit()
	v.next = next(ix.agenda)
	v.facts = [2]*Facts{stated: ix.terms.facts(stated), shown: ix.terms.facts(shown)}
}

// disposable reports whether a new index would be as good: this one is empty, nothing is
// scheduled, and it has no pages, whose ends are kept for good.
func (ix *Index[K, A, C]) disposable() bool {
	v := ix.head.Load()
	return v.articles.size == 0 && ix.terms.len() == 0 && len(v.ends) == 0 && v.stones == nil &&
		(ix.agenda == nil || ix.agenda.Len() == 0) && ix.below == 0
}
