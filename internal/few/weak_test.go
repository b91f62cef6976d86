package few

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAWeakValueLivesAsLongAsItIsUsed(t *testing.T) {
	var w Weak[[64]int]
	assert.Nil(t, w.Value())
	build := func() *[64]int { return new([64]int) }
	held := w.Or(build)
	runtime.GC()
	assert.Same(t, held, w.Or(build))
	assert.Same(t, held, w.Value())
	runtime.KeepAlive(held)
	held = nil
	runtime.GC()
	assert.Nil(t, w.Value())
}

func TestAWeakValueThatPanicsIsNotRemembered(t *testing.T) {
	var w Weak[[64]int]
	assert.Panics(t, func() { w.Or(func() *[64]int { panic("no value") }) })
	value := w.Or(func() *[64]int { return new([64]int) })
	assert.NotNil(t, value)
	runtime.KeepAlive(value)
}

func TestAWeakMapHasAValueForEachKey(t *testing.T) {
	var w WeakMap[string, [64]int]
	build := func() *[64]int { return new([64]int) }
	a, b := w.Or("a", build), w.Or("b", build)
	assert.NotSame(t, a, b)
	assert.Same(t, a, w.Or("a", func() *[64]int { panic("built again") }))
	assert.Same(t, b, w.Or("b", func() *[64]int { panic("built again") }))
	assert.Panics(t, func() { w.Or("c", func() *[64]int { panic("failed") }) })
	c := w.Or("c", build)
	runtime.KeepAlive(a)
	runtime.KeepAlive(b)
	for range 3 {
		runtime.GC()
	}
	d := w.Or("d", build)
	assert.Len(t, w.entries, 2, "the keys without a value are forgotten")
	assert.Same(t, c, w.Or("c", build))
	runtime.KeepAlive(c)
	runtime.KeepAlive(d)
}
