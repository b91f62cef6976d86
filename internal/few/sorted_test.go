package few

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSorted(t *testing.T) {
	given := []int{3, 1, 3}
	assert.Equal(t, []int{1, 3}, Sorted(given))
	assert.Equal(t, []int{3, 1, 3}, given)
	assert.Nil(t, Sorted[int](nil))
}

func TestInOrder(t *testing.T) {
	one, two, three := new(1), new(2), new(3)
	compare := func(a, b *int) int { return *a - *b }
	sorted := []*int{one, two, three}
	assert.Same(t, &sorted[0], &InOrder(sorted, compare)[0], "no copy")
	given := []*int{three, nil, one, two}
	assert.Equal(t, sorted, InOrder(given, compare))
	assert.Equal(t, []*int{three, nil, one, two}, given)
	assert.Empty(t, InOrder([]*int{nil}, compare))
}
