package shelves

import (
	"iter"
	"math/bits"
	"slices"
	"sort"
)

// timeline keeps entries in the order of feeds. Libraries are filled from the oldest article to
// the newest, most changes are near the newest, and most keys have few articles. So a timeline is
// a list of sorted runs of bounded length: what arrives in order is appended and leaves no run
// half empty, and an insertion elsewhere moves at most one run. It takes less memory than a tree.
// Each moment holds its time, because reading it from the entry would take longer than the rest
// of a search.
//
// A timeline may be copied (see [timeline.copy]). Copies share their runs until one changes.
type timeline[E keyed] struct {
	runs []run[E] // oldest first; none is empty
	size int
}

// run is a part of a timeline. Several timelines may share its moments. A change copies them first,
// unless the run's owner is the number of the change: then the change has copied them already.
type run[E keyed] struct {
	moments []moment[E]
	owner   uint64
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

// copy returns a copy that may be changed while others read the original. It costs the list of
// runs.
func (t *timeline[E]) copy() timeline[E] { return timeline[E]{slices.Clone(t.runs), t.size} }

// own returns the moments of a run, which the timeline may change: those of another owner are
// copied first. Owner [inPlace] changes every run where it is.
func (t *timeline[E]) own(at int, owner uint64) []moment[E] {
	r := &t.runs[at]
	if owner != inPlace && r.owner != owner {
		room := min(runLength, 1<<bits.Len(uint(len(r.moments))))
		*r = run[E]{append(make([]moment[E], 0, room), r.moments...), owner}
	}
	return r.moments
}

// inPlace is the owner of every run while nobody reads a copy of the timeline at the same time. No
// change has this number.
const inPlace = 0

// find returns where the oldest moment is that does not stand behind a place: its run and its
// index there.
func (t *timeline[E]) find(p Place) (run, index int) {
	newest := func(run int) moment[E] { return t.runs[run].moments[len(t.runs[run].moments)-1] }
	if len(t.runs) == 0 || newest(len(t.runs)-1).behind(p) {
		return len(t.runs), 0
	}
	run = sort.Search(len(t.runs), func(i int) bool { return !newest(i).behind(p) })
	moments := t.runs[run].moments
	return run, sort.Search(len(moments), func(i int) bool { return !moments[i].behind(p) })
}

// has reports whether there is an entry at a place.
func (t *timeline[E]) has(p Place) bool {
	run, index := t.find(p)
	return run < len(t.runs) && t.runs[run].moments[index].place() == p
}

// add inserts an entry at a place, which must be free. See [timeline.own] for the owner.
func (t *timeline[E]) add(published int64, e E, owner uint64) {
	t.size++
	m := moment[E]{published, e}
	at, index := t.find(m.place())
	switch {
	case at < len(t.runs):
		if len(t.runs[at].moments) == runLength {
			t.split(at, owner)
			if older := len(t.runs[at].moments); index > older {
				at, index = at+1, index-older
			}
		}
		t.runs[at].moments = slices.Insert(t.own(at, owner), index, m)
	case at > 0 && len(t.runs[at-1].moments) < runLength:
		t.runs[at-1].moments = append(t.own(at-1, owner), m)
	default:
		t.runs = append(t.runs, run[E]{[]moment[E]{m}, owner})
	}
}

// split makes two runs of one.
func (t *timeline[E]) split(at int, owner uint64) {
	whole := t.own(at, owner)
	newer := append(make([]moment[E], 0, runLength), whole[runLength/2:]...)
	clear(whole[runLength/2:])
	t.runs[at].moments = whole[:runLength/2]
	t.runs = slices.Insert(t.runs, at+1, run[E]{newer, owner})
}

// remove removes an entry, and reports whether it was there. See [timeline.own] for the owner.
func (t *timeline[E]) remove(published int64, e E, owner uint64) bool {
	at, index := t.find(Place{published, e.key()})
	if at == len(t.runs) || t.runs[at].moments[index] != (moment[E]{published, e}) {
		return false
	}
	t.size--
	moments := slices.Delete(t.own(at, owner), index, index+1)
	t.runs[at].moments = moments
	switch left := len(moments); {
	case left == 0:
		t.runs = slices.Delete(t.runs, at, at+1)
	case at > 0 && left+len(t.runs[at-1].moments) <= runLength/2:
		t.runs[at-1].moments = append(t.own(at-1, owner), moments...)
		t.runs = slices.Delete(t.runs, at, at+1)
	}
	return true
}

// newest yields all moments, newest first.
func (t *timeline[E]) newest(yield func(moment[E]) bool) { t.below(len(t.runs), 0, yield) }

// from yields the moments that do not stand before a place, newest first.
func (t *timeline[E]) from(p Place) iter.Seq[moment[E]] {
	run, index := t.find(p)
	if run < len(t.runs) && t.runs[run].moments[index].place() == p {
		index++
	}
	return func(yield func(moment[E]) bool) { t.below(run, index, yield) }
}

// below yields the moments that are older than the one at a position, newest first.
func (t *timeline[E]) below(run, index int, yield func(moment[E]) bool) {
	for {
		for index > 0 {
			if index--; !yield(t.runs[run].moments[index]) {
				return
			}
		}
		if run == 0 {
			return
		}
		run--
		index = len(t.runs[run].moments)
	}
}
