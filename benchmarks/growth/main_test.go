package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The allocations of each unit do not grow, whatever the machine does meanwhile: from the first to
// the second size of each row, and to the third where that is quick.
func TestAllocationsOfAUnitDoNotGrow(t *testing.T) {
	for _, r := range rows {
		t.Run(r.what, func(t *testing.T) {
			sizes := r.sizes[:3]
			if sizes[2] > 20_000 || strings.HasPrefix(r.what, "feeddir") {
				sizes = r.sizes[:2]
			}
			least := r.at(sizes[0], 1, time.Nanosecond)
			for _, size := range sizes[1:] {
				most := r.at(size, 1, time.Nanosecond)
				// Less than one allocation for each unit belongs to the whole, such as a buffer.
				grown := growth(max(least.allocations, 1), max(most.allocations, 1), least.size, size)
				assert.LessOrEqual(t, grown, limit, "%d: %.2f allocations, %d: %.2f", least.size, least.allocations, size, most.allocations)
			}
		})
	}
}

func TestGrowthIsPerStepOfTen(t *testing.T) {
	assert.InDelta(t, 1, growth(5, 5, 100, 100_000), 1e-9)
	assert.InDelta(t, 10, growth(1, 100, 10, 1000), 1e-9, "quadratic")
	r := row{what: "things", unit: "thing"}
	line := r.line([]figure{{100, 2000, 3}, {1000, 3000, 3}, {10_000, 8000, 3}})
	assert.Equal(t, "| things (thing) | 100, 1000, 10000 | 2, 3, 8 | 2.00 (above the limit) | 2.67 | 1.00 | 3.0 |", line)
}

func TestLeavesShowTheTextThatGrowsMost(t *testing.T) {
	assert.Equal(t, "| uri | 2 | 10.00 | 10.00 (above the limit) | `dots` |", leaf("uri", `
BenchmarkHostile/dots/1024-2        100     1000 ns/op
BenchmarkHostile/dots/1024-2        100     2000 ns/op
BenchmarkHostile/dots/102400-2      1    10000000 ns/op
BenchmarkHostile/letters/1024-2     100     1000 ns/op   7 MB/s
BenchmarkHostile/letters/102400-2   100     100000 ns/op
`))
	assert.Equal(t, "| uri | 0 | | | |", leaf("uri", "PASS"))
}
