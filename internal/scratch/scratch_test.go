package scratch_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/internal/scratch"
)

func TestLargeBuffersAreNotKept(t *testing.T) {
	large := make([]byte, 3<<20)
	scratch.Put(&large)
	for range 100 {
		b := scratch.Get()
		assert.LessOrEqual(t, cap(*b), 2<<20)
		*b = append((*b)[:0], "used"...)
		scratch.Put(b)
	}
}
