package shelves

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// piece is an entry of a timeline.
type piece struct{ Place }

func (p *piece) key() string { return p.Key }

func pieceAt(second, number int) *piece { return &piece{Place{int64(second), fmt.Sprint(number)}} }

// sortedPieces is a timeline in its simplest form: newest first.
type sortedPieces []*piece

func (s sortedPieces) find(p Place) (int, bool) {
	return slices.BinarySearchFunc(s, p, func(e *piece, p Place) int { return e.Compare(p) })
}

func (s sortedPieces) from(p Place) sortedPieces {
	i, _ := s.find(p)
	return s[i:]
}

func collect(moments func(func(moment[*piece]) bool)) (all sortedPieces) {
	for m := range moments {
		all = append(all, m.entry)
	}
	return all
}

func TestTimelineKeepsTheOrderOfFeeds(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 0))
		var line timeline[*piece]
		var want sortedPieces
		add := func(e *piece) {
			line.add(e.Published, e, inPlace)
			i, _ := want.find(e.Place)
			want = slices.Insert(want, i, e)
		}
		seconds := 1 + r.IntN(3*runLength) // few make many articles of one second
		for i := range r.IntN(5 * runLength) {
			add(pieceAt(i*seconds/runLength, i)) // as a library is filled
		}
		growing := true
		for i := range 20 * runLength {
			if i%(4*runLength) == 0 {
				growing = !growing // so that runs are split, joined and empty
			}
			if e := pieceAt(r.IntN(seconds), 1_000_000+i); growing || r.IntN(4) == 0 || len(want) == 0 {
				add(e)
			} else {
				i := r.IntN(len(want))
				line.remove(want[i].Published, want[i], inPlace)
				want = slices.Delete(want, i, i+1)
			}
			line.remove(0, pieceAt(0, -1-i), inPlace) // is not there
			if i%runLength != 0 && len(want) > 5 {
				continue
			}
			require.Equal(t, len(want), line.size)
			require.True(t, slices.Equal(collect(line.newest), want), "seed %d", seed)
			p := Place{int64(r.IntN(seconds)), fmt.Sprint(1_000_000 + r.IntN(1+i))}
			require.True(t, slices.Equal(collect(line.from(p)), want.from(p)), "seed %d, %v", seed, p)
			if len(want) > 0 {
				p = want[r.IntN(len(want))].Place
				require.True(t, slices.Equal(collect(line.from(p)), want.from(p)), "seed %d, %v", seed, p)
			}
		}
		for _, run := range line.runs {
			require.LessOrEqual(t, len(run.moments), runLength)
			require.NotEmpty(t, run.moments)
		}
	}
}

// Another entry may have the place of one that is to be removed.
func TestTimelineRemovesNothingButTheEntry(t *testing.T) {
	var line timeline[*piece]
	there := pieceAt(1, 1)
	line.add(1, there, inPlace)
	line.remove(1, pieceAt(1, 1), inPlace)
	line.remove(2, pieceAt(2, 1), inPlace)
	assert.Equal(t, sortedPieces{there}, collect(line.newest))
	assert.Equal(t, 1, line.size)
}

func TestTimelineStopsWhenToldTo(t *testing.T) {
	var line timeline[*piece]
	for i := range 3 * runLength {
		line.add(int64(i), pieceAt(i, i), inPlace)
	}
	for n := range 2 * runLength {
		met := 0
		for range line.newest {
			if met++; met > n {
				break
			}
		}
		require.Equal(t, n+1, met)
	}
}

func TestTimelineFilledInOrderIsFull(t *testing.T) {
	var line timeline[*piece]
	for i := range 10 * runLength {
		line.add(int64(i), pieceAt(i, i), inPlace)
	}
	assert.Len(t, line.runs, 10)
}

func TestTimelineFilledInTheMiddleIsHalfFull(t *testing.T) {
	var line timeline[*piece]
	line.add(1<<40, pieceAt(1<<40, -1), inPlace)
	for i := range 10*runLength - 1 {
		line.add(int64(i), pieceAt(i, i), inPlace)
	}
	assert.LessOrEqual(t, len(line.runs), 20)
	for _, run := range line.runs {
		assert.GreaterOrEqual(t, len(run.moments), runLength/2)
	}
}

func TestTimelineOfWhichLittleIsLeftHasFewRuns(t *testing.T) {
	var line timeline[*piece]
	var all []*piece
	for i := range 10 * runLength {
		all = append(all, pieceAt(i, i))
		line.add(all[i].Published, all[i], inPlace)
	}
	for i, e := range all {
		if i%(runLength/4) != 0 {
			line.remove(e.Published, e, inPlace)
		}
	}
	assert.Equal(t, 40, line.size)
	assert.LessOrEqual(t, len(line.runs), 3)
}
