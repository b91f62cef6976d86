package shelves

import (
	"iter"
	"slices"

	"github.com/tidwall/btree"
)

// Index holds the visible articles of one key in order, and everything else that a feed of them
// shows.
type Index[K comparable, A, C any] struct {
	// Key is the key that the articles are filed under.
	Key K
	// Cache belongs to the library's owner. It is set to its zero value when the last article
	// leaves.
	Cache C

	above    *Index[K, A, C] // of the key above
	below    int             // how many indexes have this one above them
	limit    int             // articles on a page
	articles timeline[*Entry[K, A, C]]
	agenda   *agenda[K, A, C] // future events; nil before the first
	terms    []*term[K, A, C] // sorted
	modified int64            // time of the newest change; never moves back

	// ends holds the first place of each closed page, oldest page first. An end never moves: what
	// is added behind one belongs to its page, what is removed leaves a gap. Ends are only
	// appended, so that copies of the slice stay valid.
	ends []Place
	open int // visible articles on the page that is being filled; at most limit

	tombstones []Tombstone // sorted
	touched    bool        // listed in Library.touched

	// Changes have numbers that are unique in the library, so that an index that replaces another
	// one has other stamps.
	changes *uint64 // the library's counter
	changed uint64  // number of the last change
	renamed uint64  // number of the last change of the terms that have visible articles
}

// agenda is a sorted list of events.
type agenda[K comparable, A, C any] = btree.BTreeG[event[K, A, C]]

// term holds facts about a key, with the number of articles that state them.
type term[K comparable, A, C any] struct {
	Facts
	index        *Index[K, A, C]
	all, visible int
}

// Len returns the number of visible articles.
func (ix *Index[K, A, C]) Len() int { return ix.articles.size }

// Ends returns the first place of each closed page, oldest page first (see [PageOf]). The slice
// may be kept.
func (ix *Index[K, A, C]) Ends() []Place { return slices.Clip(ix.ends) }

// Open returns the number of visible articles that are not on a closed page.
func (ix *Index[K, A, C]) Open() int { return ix.open }

// Modified returns the time of the last change of the feed; [Unset] before the first.
func (ix *Index[K, A, C]) Modified() int64 { return ix.modified }

// Tombstones returns the articles that were removed, newest removal first. The slice is the
// index's own.
func (ix *Index[K, A, C]) Tombstones() []Tombstone { return ix.tombstones }

// NextChange returns when the passage of time next changes the feed; [Never] if it does not.
func (ix *Index[K, A, C]) NextChange() int64 { return next(ix.agenda) }

// Stamp returns a number that grows with every change of what the feed shows. The names of the
// keys above are part of that, their articles are not.
func (ix *Index[K, A, C]) Stamp() (stamp uint64) {
	stamp = ix.changed
	for above := ix.above; above != nil; above = above.above {
		stamp = max(stamp, above.renamed)
	}
	return stamp
}

// Facts returns the facts that the key is shown with (see [Best]): those of visible articles
// alone.
func (ix *Index[K, A, C]) Facts() Facts { return Best(ix.facts(true)) }

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
	articles := make([]A, 0, max(0, min(n, ix.articles.size)))
	for m := range ix.articles.newest {
		if len(articles) >= n {
			break
		}
		articles = append(articles, m.entry.Value)
	}
	return articles
}

// Page returns the articles of a page, newest first. Pages are numbered from the oldest, which is
// 1; the one that is being filled counts if there is something on it. Page returns false if there
// is no such page.
func (ix *Index[K, A, C]) Page(number int) (articles []A, ok bool) {
	closed := len(ix.ends)
	if number < 1 || number > closed+1 || number == closed+1 && ix.open == 0 {
		return nil, false
	}
	moments := iter.Seq[moment[*Entry[K, A, C]]](ix.articles.newest)
	if number <= closed {
		moments = ix.articles.from(ix.ends[number-1])
	}
	for m := range moments {
		if number > 1 && !m.place().Before(ix.ends[number-2]) {
			break
		}
		articles = append(articles, m.entry.Value)
	}
	return articles, true
}

// change counts a change.
func (ix *Index[K, A, C]) change() {
	*ix.changes++
	ix.changed = *ix.changes
}

// modify records when the feed changed.
func (ix *Index[K, A, C]) modify(at int64) {
	if at > ix.modified {
		ix.modified = at
		ix.change()
	}
}

// put makes an article visible. A page is closed when more articles than its limit are newer than
// the last closed page, so that the newest articles always reach down to a closed page.
func (ix *Index[K, A, C]) put(e *Entry[K, A, C]) {
	ix.articles.add(e.Published, e)
	ix.change()
	if !ix.isOpen(e.place()) {
		return
	}
	if ix.open++; ix.open <= ix.limit {
		return
	}
	ix.ends = append(ix.ends, ix.second())
	ix.open = 1
}

// second returns the place of the second newest article.
func (ix *Index[K, A, C]) second() (p Place) {
	i := 0
	for m := range ix.articles.newest {
		if i++; i == 2 {
			return m.place()
		}
	}
	return p
}

// take makes an article invisible.
func (ix *Index[K, A, C]) take(e *Entry[K, A, C]) {
	ix.articles.remove(e.Published, e)
	ix.change()
	if ix.articles.size == 0 {
		ix.Cache = *new(C)
	}
	if ix.isOpen(e.place()) {
		ix.open--
	}
}

// isOpen reports whether a place is on the page that is being filled.
func (ix *Index[K, A, C]) isOpen(p Place) bool {
	closed := len(ix.ends)
	return closed == 0 || p.Before(ix.ends[closed-1])
}

// term returns the term with these facts, a new one if there is none.
func (ix *Index[K, A, C]) term(f Facts) *term[K, A, C] {
	i, found := slices.BinarySearchFunc(ix.terms, f, func(t *term[K, A, C], f Facts) int { return t.Compare(f) })
	if !found {
		ix.terms = slices.Insert(ix.terms, i, &term[K, A, C]{Facts: f, index: ix})
	}
	return ix.terms[i]
}

// count adds to the numbers of articles that state the facts.
func (t *term[K, A, C]) count(all, visible int) {
	t.index.change()
	t.all += all
	before := t.visible
	if t.visible += visible; (before == 0) != (t.visible == 0) {
		t.index.renamed = t.index.changed
	}
	if t.all == 0 {
		t.index.terms = slices.DeleteFunc(t.index.terms, func(u *term[K, A, C]) bool { return u == t })
	}
}

// facts yields what articles state about the key, sorted: all of them, or the visible ones alone.
func (ix *Index[K, A, C]) facts(visible bool) iter.Seq[Facts] {
	return func(yield func(Facts) bool) {
		for _, t := range ix.terms {
			if (t.visible > 0 || !visible) && !yield(t.Facts) {
				return
			}
		}
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

// bury adds a tombstone.
func (ix *Index[K, A, C]) bury(stone Tombstone) {
	i, found := slices.BinarySearchFunc(ix.tombstones, stone, Tombstone.Compare)
	if !found {
		ix.tombstones = slices.Insert(ix.tombstones, i, stone)
		ix.change()
	}
}

// unbury removes the tombstones that an article got until a time. It reports whether there were
// any.
func (ix *Index[K, A, C]) unbury(key string, until int64) bool {
	ix.change()
	before := len(ix.tombstones)
	ix.tombstones = slices.DeleteFunc(ix.tombstones, func(stone Tombstone) bool {
		return stone.Key == key && stone.When <= until
	})
	return len(ix.tombstones) < before
}

// disposable reports whether a new index would be as good: this one is empty, nothing is
// scheduled, and it has no pages, whose ends are kept for good.
func (ix *Index[K, A, C]) disposable() bool {
	return ix.articles.size == 0 && len(ix.terms) == 0 && len(ix.ends) == 0 && len(ix.tombstones) == 0 &&
		(ix.agenda == nil || ix.agenda.Len() == 0) && ix.below == 0
}
