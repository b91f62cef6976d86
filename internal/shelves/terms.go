package shelves

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/tidwall/btree"
)

// term holds facts about a key, with the number of articles that state them.
type term[K comparable, A, C any] struct {
	Facts
	index        *Index[K, A, C]
	all, visible int
}

// count adds to the numbers of articles that state the facts. A term enters the terms of its key
// with its first article and leaves them with its last.
func (t *term[K, A, C]) count(all, visible int) {
	ix := t.index
	v := ix.change()
	was := *t
	t.all += all
	t.visible += visible
	if (was.visible == 0) != (t.visible == 0) {
		v.renamed = v.changed
	}
	ix.terms.update(t, was.all > 0, was.visible > 0)
}

// terms are the terms of one key. Most keys have one or two, so they are in a sorted slice, which
// takes little memory. Those of a key with many, such as an author with another URL in each
// article, are in trees, so that what is done for one article does not take longer for each of the
// others. Once there are trees they stay.
type terms[K comparable, A, C any] struct {
	few  []*term[K, A, C] // sorted; nil if there are trees
	many *[2]tree[K, A, C]
	// best are the facts of all terms, and of the visible ones; nil if they are to be computed.
	best [2]*Facts
}

// The two sets of terms.
const (
	stated = iota // by any article
	shown         // by a visible one
)

// noFacts are the facts of a key without terms.
var noFacts Facts

// fewTerms is how many terms are kept in a slice at most.
const fewTerms = 16

// len returns the number of terms.
func (ts *terms[K, A, C]) len() int {
	if ts.many != nil {
		return ts.many[stated].byFacts.Len()
	}
	return len(ts.few)
}

// find returns the term with these facts, nil if there is none.
func (ts *terms[K, A, C]) find(f Facts) *term[K, A, C] {
	if ts.many != nil {
		t, _ := ts.many[stated].byFacts.Get(&term[K, A, C]{Facts: f})
		return t
	}
	if i, found := ts.search(f); found {
		return ts.few[i]
	}
	return nil
}

func (ts *terms[K, A, C]) search(f Facts) (int, bool) {
	return slices.BinarySearchFunc(ts.few, f, func(t *term[K, A, C], f Facts) int { return t.Compare(f) })
}

// update files a term whose numbers have changed, given whether it was in the two sets. Most
// changes move no term into a set or out of one, and cost a comparison.
func (ts *terms[K, A, C]) update(t *term[K, A, C], wasStated, wasShown bool) {
	was, is := [2]bool{wasStated, wasShown}, [2]bool{t.all > 0, t.visible > 0}
	if was == is {
		return
	}
	ts.best = [2]*Facts{}
	if ts.many == nil && len(ts.few) == fewTerms && !wasStated {
		ts.grow()
	}
	if ts.many != nil {
		for set := range ts.many {
			ts.many[set].put(t, was[set], is[set])
		}
		return
	}
	switch i, found := ts.search(t.Facts); {
	case is[stated] && !found:
		ts.few = slices.Insert(ts.few, i, t)
	case !is[stated] && found:
		ts.few = slices.Delete(ts.few, i, i+1)
	}
}

// grow moves the terms into trees.
func (ts *terms[K, A, C]) grow() {
	ts.many = &[2]tree[K, A, C]{newTree[K, A, C](), newTree[K, A, C]()}
	for _, t := range ts.few {
		ts.many[stated].put(t, false, true)
		ts.many[shown].put(t, false, t.visible > 0)
	}
	ts.few = nil
}

// facts returns the facts of a set that the key is shown with (see [Best]). The result is shared
// and does not change. It is kept until a term enters or leaves a set.
func (ts *terms[K, A, C]) facts(set int) *Facts {
	if ts.best[set] != nil {
		return ts.best[set]
	}
	var best Facts
	if ts.many != nil {
		best = ts.many[set].best()
	} else {
		best = Best(ts.ofFew(set))
	}
	// Most often they are those of one term, whose facts are in memory already.
	if t := ts.find(best); t != nil {
		ts.best[set] = &t.Facts
	} else if best == (Facts{}) {
		ts.best[set] = &noFacts
	} else {
		ts.best[set] = &best
	}
	return ts.best[set]
}

// ofFew yields the facts of a set, sorted, if there are no trees.
func (ts *terms[K, A, C]) ofFew(set int) iter.Seq[Facts] {
	return func(yield func(Facts) bool) {
		for _, t := range ts.few {
			if (set == stated || t.visible > 0) && !yield(t.Facts) {
				return
			}
		}
	}
}

// otherName returns the first name that differs from name (see [OtherName]).
func (ts *terms[K, A, C]) otherName(name string) string {
	if ts.many == nil {
		return OtherName(ts.ofFew(stated), name)
	}
	byFacts := ts.many[stated].byFacts
	if first, _ := byFacts.Min(); first.Name != name {
		return first.Name
	}
	// The string that follows name in byte order ends in a zero byte.
	if next := from(byFacts, Facts{Name: name + "\x00"}); next != nil {
		return next.Name
	}
	return ""
}

// tree holds terms in two orders, because the smallest description and the smallest URL of a name
// may be those of different terms. In the first order, those with the smallest description follow
// those without one; in the second order the same is true of URLs.
type tree[K comparable, A, C any] struct {
	byFacts *btree.BTreeG[*term[K, A, C]]
	byURL   *btree.BTreeG[*term[K, A, C]]
}

func newTree[K comparable, A, C any]() tree[K, A, C] {
	byURL := func(f, g Facts) int {
		return cmp.Or(
			strings.Compare(f.Name, g.Name), strings.Compare(f.URL, g.URL),
			strings.Compare(f.Description, g.Description),
		)
	}
	sorted := func(compare func(f, g Facts) int) *btree.BTreeG[*term[K, A, C]] {
		less := func(t, u *term[K, A, C]) bool { return compare(t.Facts, u.Facts) < 0 }
		return btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})
	}
	return tree[K, A, C]{sorted(Facts.Compare), sorted(byURL)}
}

// put adds a term or removes it, given whether it was there and whether it is to be.
func (tr *tree[K, A, C]) put(t *term[K, A, C], was, is bool) {
	switch {
	case is && !was:
		tr.byFacts.Set(t)
		tr.byURL.Set(t)
	case was && !is:
		tr.byFacts.Delete(t)
		tr.byURL.Delete(t)
	}
}

// best is [Best] without reading every term of the name.
func (tr *tree[K, A, C]) best() (best Facts) {
	first, ok := tr.byFacts.Min()
	if !ok {
		return best
	}
	// The smallest string that is not empty is a zero byte.
	best.Name = first.Name
	if t := from(tr.byFacts, Facts{Name: best.Name, Description: "\x00"}); t != nil && t.Name == best.Name {
		best.Description = t.Description
	}
	if t := from(tr.byURL, Facts{Name: best.Name, URL: "\x00"}); t != nil && t.Name == best.Name {
		best.URL = t.URL
	}
	return best
}

// from returns the first term that is not before some facts, nil if there is none.
func from[K comparable, A, C any](sorted *btree.BTreeG[*term[K, A, C]], f Facts) (first *term[K, A, C]) {
	sorted.Ascend(&term[K, A, C]{Facts: f}, func(t *term[K, A, C]) bool {
		first = t
		return false
	})
	return first
}
