// Package parallel distributes work over the processors. It is for loops whose steps do not depend
// on each other, and whose results have their places in a slice.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	// enough is how many calls are worth more than one goroutine. Starting and awaiting goroutines
	// takes longer than a few calls of some microseconds.
	enough = 64
	// atOnce is how many calls a goroutine makes before it looks for more.
	atOnce = 16
)

// Each calls do with the numbers from 0 to n-1 and returns when all calls have returned. If there
// are many, as many goroutines as there are processors call it at the same time, in no particular
// order; otherwise the calls are made one after the other, in their order. A panic in do ends
// the program if it happens in one of these, so do must recover from what callers are to handle.
func Each(n int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/atOnce)
	if n < enough || workers < 2 {
		for i := range n {
			do(i)
		}
		return
	}
	// The goroutines take what is next, so that one that is slowed down takes less.
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for {
				end := int(next.Add(atOnce))
				if end-atOnce >= n {
					return
				}
				for i := end - atOnce; i < min(end, n); i++ {
					do(i)
				}
			}
		})
	}
	all.Wait()
}
