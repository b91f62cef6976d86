package few

import (
	"cmp"
	"slices"
)

// Sorted returns a copy of a list in order, with each value once. The copy has no spare capacity,
// so that two programs that append to it do not write into the same memory.
func Sorted[T cmp.Ordered](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Clip(slices.Compact(list))
}

// InOrder returns a list of pointers in the order of compare, without nil ones. A list that is in
// order already is returned as it is; another one is copied, because it is the caller's.
func InOrder[T any](list []*T, compare func(a, b *T) int) []*T {
	if !slices.Contains(list, nil) && slices.IsSortedFunc(list, compare) {
		return list
	}
	// Equal elements stay in the order in which they were given.
	list = slices.DeleteFunc(slices.Clone(list), func(v *T) bool { return v == nil })
	slices.SortStableFunc(list, compare)
	return list
}
