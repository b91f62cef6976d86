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
