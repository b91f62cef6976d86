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
