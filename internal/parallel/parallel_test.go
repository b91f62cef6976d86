package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEachNumberIsCalledOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for _, n := range []int{0, 1, enough - 1, enough, enough + 1, 10*atOnce - 1, 10 * atOnce, 1000} {
		calls := make([]atomic.Int32, n)
		Each(n, func(i int) { calls[i].Add(1) })
		for i := range calls {
			assert.Equal(t, int32(1), calls[i].Load(), "%d of %d", i, n)
		}
	}
}

// Two calls run at the same time if there are two processors: each waits for the other.
func TestManyCallsRunOnSeveralProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	var both sync.WaitGroup
	both.Add(2)
	Each(enough, func(i int) {
		if i == 0 || i == atOnce {
			both.Done()
			both.Wait()
		}
	})
}

func TestFewCallsAreMadeInOrder(t *testing.T) {
	var order []int
	Each(3, func(i int) { order = append(order, i) })
	assert.Equal(t, []int{0, 1, 2}, order)
}
