package few

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestASetReturnsTheFirstName(t *testing.T) {
	var s Set[int]
	for key := range 20 { // more than stand in place
		first, added := s.Add(key, fmt.Sprint("first ", key))
		assert.True(t, added)
		assert.Equal(t, fmt.Sprint("first ", key), first)
	}
	for key := range 20 {
		first, added := s.Add(key, "second")
		assert.False(t, added)
		assert.Equal(t, fmt.Sprint("first ", key), first)
	}
}

func TestASmallSetCostsNoMemory(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		var s Set[int]
		for key := range 8 {
			s.Add(key, "")
		}
	}))
}

func TestAMemoIsBounded(t *testing.T) {
	var m Memo[int, string]
	_, ok := m.Get(1)
	assert.False(t, ok)
	m.Put(-1, "long", MaxSize+1)
	_, ok = m.Get(-1)
	assert.False(t, ok)
	for key := range MaxEntries {
		assert.True(t, m.HasRoom())
		m.Put(key, fmt.Sprint(key), MaxSize)
	}
	assert.False(t, m.HasRoom())
	m.Put(MaxEntries, "one more", 1)
	_, ok = m.Get(MaxEntries)
	assert.False(t, ok)
	value, ok := m.Get(MaxEntries - 1)
	assert.True(t, ok)
	assert.Equal(t, fmt.Sprint(MaxEntries-1), value)
}
