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
