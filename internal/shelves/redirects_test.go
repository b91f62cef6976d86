package shelves

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRedirectsLeadToTheFirstThatIsOpen(t *testing.T) {
	var r Redirects[string]
	open := map[string]bool{}
	follow := func(key string) string {
		to, found := r.Follow(key, func(key string) bool { return open[key] })
		assert.Equal(t, to != "", found)
		return to
	}
	assert.Empty(t, follow("a"))
	assert.True(t, r.Add("a", "b"))
	assert.Equal(t, "b", follow("a"))
	assert.Empty(t, follow("b"))
	assert.True(t, r.Add("b", "c"))
	assert.Equal(t, "c", follow("a"))
	open["b"] = true
	assert.Equal(t, "b", follow("a"), "it is open")
	assert.Equal(t, "c", follow("b"), "the key itself is not asked about")
	delete(open, "b")

	r.Close("c")
	assert.Equal(t, "c", follow("c"))
	assert.Equal(t, "c", follow("a"))
	assert.True(t, r.Add("d", "c"), "one may lead to what is closed")
	assert.True(t, r.Add("c", "e"), "what was closed may lead elsewhere")
	assert.Equal(t, "e", follow("d"))
}

func TestRedirectsDoNotLeadInACircle(t *testing.T) {
	var r Redirects[int]
	assert.False(t, r.Add(1, 1))
	assert.True(t, r.Add(1, 2))
	assert.True(t, r.Add(2, 3))
	assert.False(t, r.Add(2, 1))
	assert.False(t, r.Add(3, 1))
	assert.Equal(t, map[int]int{1: 2, 2: 3}, r.leads)
	assert.True(t, r.Add(2, 4), "in place of the other")
	assert.True(t, r.Add(3, 1))
	assert.Equal(t, map[int]int{1: 2, 2: 4, 3: 1}, r.leads)
}

// The race detector reports what this test is about.
func TestRedirectsAreSafeForConcurrentUse(t *testing.T) {
	var r Redirects[int]
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { r.Add(i, i+1) })
		all.Go(func() { r.Close(20 + i) })
		all.Go(func() { r.Follow(i, func(int) bool { return false }) })
	}
	all.Wait()
	to, found := r.Follow(0, func(int) bool { return false })
	assert.Equal(t, 20, to)
	assert.True(t, found)
}
