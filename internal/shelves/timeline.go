package shelves

import (
	"iter"
	"slices"
	"sort"
)

// timeline keeps entries in the order of feeds. Libraries are filled from the oldest article to
// the newest, most changes are near the newest, and most keys have few articles. So a timeline is
// a list of sorted runs of bounded length: what arrives in order is appended and leaves no run
// half empty, and an insertion elsewhere moves at most one run. It takes less memory than a tree.
// Each moment holds its time, because reading it from the entry would take longer than the rest
// of a search.
type timeline[E keyed] struct {
	runs [][]moment[E] // oldest first; none is empty
	size int
}

// keyed is an entry of a timeline.
type keyed interface {
	comparable
	key() string
}

// moment is an entry with its time.
type moment[E keyed] struct {
	published int64
	entry     E
}

// runLength is how many moments a run holds at most: 2 KB.
const runLength = 128

func (m moment[E]) place() Place { return Place{m.published, m.entry.key()} }

// behind reports whether the moment stands behind a place in a feed. It reads the entry only if
// both are of one second.
func (m moment[E]) behind(p Place) bool {
	if m.published != p.Published {
		return m.published < p.Published
	}
	return m.entry.key() > p.Key
}

// find returns where the oldest moment is that does not stand behind a place: its run and its
// index there.
func (t *timeline[E]) find(p Place) (run, index int) {
	newest := func(run int) moment[E] { return t.runs[run][len(t.runs[run])-1] }
	if len(t.runs) == 0 || newest(len(t.runs)-1).behind(p) {
		return len(t.runs), 0
	}
	run = sort.Search(len(t.runs), func(i int) bool { return !newest(i).behind(p) })
	return run, sort.Search(len(t.runs[run]), func(i int) bool { return !t.runs[run][i].behind(p) })
}

// add inserts an entry at a place, which must be free.
func (t *timeline[E]) add(published int64, e E) {
	t.size++
	m := moment[E]{published, e}
	run, index := t.find(m.place())
	switch {
	case run < len(t.runs):
		if len(t.runs[run]) == runLength {
			t.split(run)
			if index > len(t.runs[run]) {
				run, index = run+1, index-len(t.runs[run])
			}
		}
		t.runs[run] = slices.Insert(t.runs[run], index, m)
	case run > 0 && len(t.runs[run-1]) < runLength:
		t.runs[run-1] = append(t.runs[run-1], m)
	default:
		t.runs = append(t.runs, []moment[E]{m})
	}
}

// split makes two runs of one.
func (t *timeline[E]) split(run int) {
	whole := t.runs[run]
	newer := append(make([]moment[E], 0, runLength), whole[runLength/2:]...)
	clear(whole[runLength/2:])
	t.runs[run] = whole[:runLength/2]
	t.runs = slices.Insert(t.runs, run+1, newer)
}

// remove removes an entry, if it is there.
func (t *timeline[E]) remove(published int64, e E) {
	run, index := t.find(Place{published, e.key()})
	if run == len(t.runs) || t.runs[run][index].entry != e {
		return
	}
	t.size--
	t.runs[run] = slices.Delete(t.runs[run], index, index+1)
	switch left := len(t.runs[run]); {
	case left == 0:
		t.runs = slices.Delete(t.runs, run, run+1)
	case run > 0 && left+len(t.runs[run-1]) <= runLength/2:
		t.runs[run-1] = append(t.runs[run-1], t.runs[run]...)
		t.runs = slices.Delete(t.runs, run, run+1)
	}
}

// newest yields all moments, newest first.
func (t *timeline[E]) newest(yield func(moment[E]) bool) { t.below(len(t.runs), 0, yield) }

// from yields the moments that do not stand before a place, newest first.
func (t *timeline[E]) from(p Place) iter.Seq[moment[E]] {
	run, index := t.find(p)
	if run < len(t.runs) && t.runs[run][index].place() == p {
		index++
	}
	return func(yield func(moment[E]) bool) { t.below(run, index, yield) }
}

// below yields the moments that are older than the one at a position, newest first.
func (t *timeline[E]) below(run, index int, yield func(moment[E]) bool) {
	for {
		for index > 0 {
			if index--; !yield(t.runs[run][index]) {
				return
			}
		}
		if run == 0 {
			return
		}
		run--
		index = len(t.runs[run])
	}
}
