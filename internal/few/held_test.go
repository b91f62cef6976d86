package few

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

type feed struct{ _ [64]byte }

func build() *[64]int { return new([64]int) }

// collected reports whether a condition comes true after the garbage collector has run. The
// functions that it calls run later than the collection.
func collected(condition func() bool) bool {
	for range 1000 {
		if runtime.GC(); condition() {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

func TestAValueIsHeldAsLongAsItHasHolders(t *testing.T) {
	h := new(Held[[64]int])
	assert.Nil(t, h.Value())
	first, second := new(feed), new(feed)
	value := HoldsOf[[64]int](first, 1).Get(h, build)
	assert.Same(t, value, HoldsOf[[64]int](second, 1).Get(h, build))
	one := func() bool { h.mu.Lock(); defer h.mu.Unlock(); return h.holds == 1 }

	runtime.KeepAlive(first)
	assert.True(t, collected(one))
	assert.Same(t, value, h.Value(), "the second holder holds it")
	runtime.KeepAlive(second)
	assert.True(t, collected(func() bool { return h.Value() == nil }))

	assert.NotNil(t, Briefly[[64]int]().Get(h, build))
	assert.True(t, collected(func() bool { return h.Value() == nil }))
}

// An archive holds articles and the feeds that hold the articles' forms, which lead to the archive.
func TestValuesThatLeadToTheirHolderAreFreed(t *testing.T) {
	type archive struct {
		held Held[archive]
		feed *archive
		_    [64]int
	}
	freed := make(chan bool, 1)
	func() {
		a := &archive{feed: new(archive)}
		runtime.AddCleanup(a, func(c chan bool) { c <- true }, freed)
		HoldsOf[archive](a.feed, 1).Get(&a.held, func() *archive { return &archive{feed: a} })
	}()
	assert.True(t, collected(func() bool { return len(freed) == 1 }))
}

// What a holder holds is gone when the Held is gone, for which the holder must not wait.
func TestAHolderThatOutlivesItsValues(t *testing.T) {
	holder := new(feed)
	holds := HoldsOf[[64]int](holder, 1)
	holds.Get(new(Held[[64]int]), build)
	assert.True(t, collected(func() bool { return holds.of[0].Value() == nil }))
	assert.NotPanics(t, holds.release)
	runtime.KeepAlive(holder)
}

func TestAHeldValueThatPanicsIsNotKept(t *testing.T) {
	h, holder := new(Held[[64]int]), new(feed)
	holds := HoldsOf[[64]int](holder, 1)
	assert.Panics(t, func() { holds.Get(h, func() *[64]int { panic("no value") }) })
	assert.Nil(t, holds.Get(h, nil))
	assert.Empty(t, holds.of)
	assert.NotNil(t, holds.Get(h, build))
	runtime.KeepAlive(holder)
}

func TestAHeldMapHasAValueForEachKey(t *testing.T) {
	var m HeldMap[string, [64]int]
	holder, other := new(feed), new(feed)
	holds := HoldsOf[[64]int](holder, 2)
	a := holds.Get(m.Of("a"), build)
	b := HoldsOf[[64]int](other, 1).Get(m.Of("b"), build)
	assert.NotSame(t, a, b)
	assert.Same(t, a, holds.Get(m.Of("a"), func() *[64]int { panic("built again") }))
	runtime.KeepAlive(other)
	assert.True(t, collected(func() bool { return m.Of("b").Value() == nil }))
	m.Of("c")
	assert.Len(t, m.keys, 2, "the key without a value is forgotten")
	assert.Same(t, a, m.Of("a").Value())
	runtime.KeepAlive(holder)
}
