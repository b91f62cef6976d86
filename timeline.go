package syndicate

import (
	"iter"
	"slices"
	"sort"
)

// timeline keeps entries in the order of feeds, for an index of one scope. Archives are filled from the
// oldest article to the newest, most changes are near the newest, and most scopes have few articles: so it
// is a list of sorted runs that are bounded in length. What comes in order is appended and leaves no run
// half empty, what comes in between moves at most a run. Each moment carries its time, since looking it up
// in an article costs more than all else a search does.
type timeline struct {
	runs [][]moment // oldest first; none is empty
	size int
}

// moment is an entry at its time, in Unix seconds.
type moment struct {
	published int64
	entry     *entry
}

// runLength is how many moments a run holds: 2 KB.
const runLength = 128

func momentOf(e *entry) moment { return moment{e.article.Published.Unix(), e} }

// before reports whether the moment comes before a place: it is older, or last of one second.
func (m moment) before(p place) bool {
	if m.published != p.published {
		return m.published < p.published
	}
	return m.entry.article.key() > p.key
}

// find returns where the first moment is that does not come before p: its run and its index there.
func (t *timeline) find(p place) (run, index int) {
	last := func(run int) moment { return t.runs[run][len(t.runs[run])-1] }
	if len(t.runs) == 0 || last(len(t.runs)-1).before(p) {
		return len(t.runs), 0
	}
	run = sort.Search(len(t.runs), func(i int) bool { return !last(i).before(p) })
	return run, sort.Search(len(t.runs[run]), func(i int) bool { return !t.runs[run][i].before(p) })
}

// add puts an entry in its place, which is free.
func (t *timeline) add(e *entry) {
	t.size++
	run, index := t.find(placeOf(e.article))
	switch {
	case run < len(t.runs):
		if len(t.runs[run]) == runLength {
			t.split(run)
			if index > len(t.runs[run]) {
				run, index = run+1, index-len(t.runs[run])
			}
		}
		t.runs[run] = slices.Insert(t.runs[run], index, momentOf(e))
	case run > 0 && len(t.runs[run-1]) < runLength:
		t.runs[run-1] = append(t.runs[run-1], momentOf(e))
	default:
		t.runs = append(t.runs, []moment{momentOf(e)})
	}
}

// split makes two runs of one.
func (t *timeline) split(run int) {
	whole := t.runs[run]
	newer := append(make([]moment, 0, runLength), whole[runLength/2:]...)
	clear(whole[runLength/2:])
	t.runs[run] = whole[:runLength/2]
	t.runs = slices.Insert(t.runs, run+1, newer)
}

// remove takes an entry out, if it is there.
func (t *timeline) remove(e *entry) {
	run, index := t.find(placeOf(e.article))
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

// newest yields the entries, newest first.
func (t *timeline) newest(yield func(*entry) bool) { t.below(len(t.runs), 0, yield) }

// upTo yields the entries that are not newer than p, newest first.
func (t *timeline) upTo(p place) iter.Seq[*entry] {
	run, index := t.find(p)
	if run < len(t.runs) && placeOf(t.runs[run][index].entry.article) == p {
		index++
	}
	return func(yield func(*entry) bool) { t.below(run, index, yield) }
}

// below yields the entries before a moment, newest first.
func (t *timeline) below(run, index int, yield func(*entry) bool) {
	for {
		for index > 0 {
			if index--; !yield(t.runs[run][index].entry) {
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
