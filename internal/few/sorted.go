package few

import (
	"cmp"
	"slices"
)

// Sorted returns a copy of a list in order, with each value once.
func Sorted[T cmp.Ordered](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Clip(slices.Compact(list))
}
