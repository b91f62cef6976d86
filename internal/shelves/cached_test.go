package shelves

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestACachedValueIsThatOfItsStamp(t *testing.T) {
	var c Cached[string]
	load := func(stamp uint64) string {
		value, ok := c.Load(stamp)
		assert.Equal(t, value != "", ok)
		return value
	}
	assert.Empty(t, load(0))
	c.Store(1, "one")
	assert.Equal(t, "one", load(1))
	assert.Empty(t, load(0))
	assert.Empty(t, load(2))
	c.Store(2, "two")
	assert.Equal(t, "two", load(2))
	assert.Empty(t, load(1))
	assert.Zero(t, testing.AllocsPerRun(10, func() { c.Load(2) }))
}
