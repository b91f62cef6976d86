package syndicate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sorted is a timeline in its simplest form.
type sorted []*entry

func (s sorted) find(e *entry) (int, bool) {
	return slices.BinarySearchFunc(s, e, func(a, b *entry) int {
		switch {
		case Newer(b.article, a.article):
			return -1
		case Newer(a.article, b.article):
			return 1
		}
		return 0
	})
}

func (s sorted) upTo(p place) (up []*entry) {
	for _, e := range slices.Backward(s) {
		if !placeOf(e.article).newer(p) {
			up = append(up, e)
		}
	}
	return up
}

func entryAt(second, number int) *entry {
	return &entry{article: &Article{ID: fmt.Sprint(number), Published: time.Unix(int64(second), 0)}}
}

func TestTimelineKeepsTheOrderOfFeeds(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 0))
		var line timeline
		var want sorted
		add := func(e *entry) {
			line.add(e)
			i, _ := want.find(e)
			want = slices.Insert(want, i, e)
		}
		seconds := 1 + r.IntN(3*runLength) // few make many articles of one second
		for i := range r.IntN(5 * runLength) {
			add(entryAt(i*seconds/runLength, i)) // as an archive is filled
		}
		growing := true
		for i := range 20 * runLength {
			if i%(4*runLength) == 0 {
				growing = !growing // so that runs are split, joined and empty
			}
			if e := entryAt(r.IntN(seconds), 1_000_000+i); growing || r.IntN(4) == 0 || len(want) == 0 {
				add(e)
			} else {
				i := r.IntN(len(want))
				line.remove(want[i])
				want = slices.Delete(want, i, i+1)
			}
			line.remove(entryAt(r.IntN(seconds), -1)) // is not there
			if i%runLength != 0 && len(want) > 5 {
				continue
			}
			require.Equal(t, len(want), line.size)
			require.True(t, slices.Equal(slices.Collect(line.newest), want.upTo(place{published: 1 << 40})), "seed %d", seed)
			p := place{int64(r.IntN(seconds)), fmt.Sprint(1_000_000 + r.IntN(1+i))}
			require.True(t, slices.Equal(slices.Collect(line.upTo(p)), want.upTo(p)), "seed %d, %v", seed, p)
		}
		for _, run := range line.runs {
			require.LessOrEqual(t, len(run), runLength)
			require.NotEmpty(t, run)
		}
	}
}

func TestTimelineFilledInOrderIsFull(t *testing.T) {
	var line timeline
	for i := range 10 * runLength {
		line.add(entryAt(i, i))
	}
	assert.Len(t, line.runs, 10)
}

func TestTimelineOfWhichLittleIsLeftHasFewRuns(t *testing.T) {
	var line timeline
	var all []*entry
	for i := range 10 * runLength {
		all = append(all, entryAt(i, i))
		line.add(all[i])
	}
	for i, e := range all {
		if i%(runLength/4) != 0 {
			line.remove(e)
		}
	}
	assert.Equal(t, 40, line.size)
	assert.LessOrEqual(t, len(line.runs), 3)
}
