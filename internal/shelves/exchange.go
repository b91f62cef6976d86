package shelves

import (
	"slices"
	"strings"
)

// Leave removes the entries of old that next, by id, does not keep: those that are not in it, which
// are retracted, and those whose version in it differs. A version that is hidden retracts the old
// one too. The order of removals does not depend on that of old, which Leave sorts, so that
// libraries of one history are equal. Entries in old may be nil or occur twice.
func (l *Library[K, A, C]) Leave(
	old []*Entry[K, A, C], next map[string]*Entry[K, A, C], differs func(*Entry[K, A, C]) bool,
) {
	old = slices.DeleteFunc(old, func(e *Entry[K, A, C]) bool { return e == nil })
	slices.SortFunc(old, func(a, b *Entry[K, A, C]) int { return strings.Compare(a.ID, b.ID) })
	for _, e := range slices.Compact(old) {
		if n := next[e.ID]; n == nil || differs(n) {
			l.Remove(e, n == nil || n.Hidden)
		}
	}
}
