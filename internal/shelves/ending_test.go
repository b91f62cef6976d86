package shelves

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// countingLock notes how much of what readers see changes while they are locked out.
type countingLock struct {
	library        *testLibrary
	before         int
	times, longest int
}

func (c *countingLock) Lock() { c.before = len(c.library.indexes) }

func (c *countingLock) Unlock() {
	c.times++
	c.longest = max(c.longest, len(c.library.indexes)-c.before, c.before-len(c.library.indexes))
}

func file(l *testLibrary, i int, keys ...string) *testEntry {
	e := &testEntry{ID: fmt.Sprint(i), Key: fmt.Sprint(i), Value: fmt.Sprint(i), Expires: Never}
	claims := []Claim[string]{{}}
	for _, key := range keys {
		claims = append(claims, Claim[string]{Key: key})
	}
	l.Insert(e, claims)
	return e
}

// However much a change concerns, others wait for a few hundred steps of it at a time.
func TestLargeChangeLocksReadersOutForShortTimes(t *testing.T) {
	const n = 10_000
	l := New[string, string, int](Options[string, string]{Limit: func(string) int { return 5 }, Keep: 10})
	lock := &countingLock{library: l}
	change := func(now int64, do func()) {
		l.Begin(lock)
		l.Advance(now)
		do()
		l.Settle()
	}
	change(0, func() { l.Start(0) })
	var all []*testEntry
	change(1, func() {
		for i := range n {
			all = append(all, file(l, i, fmt.Sprint("tag ", i)))
		}
		assert.Zero(t, l.Index("").Len())
		assert.Nil(t, l.Index("tag 7"))
	})
	require.Nil(t, l.fresh, "a small change must not clear a large map")
	require.Equal(t, n, l.Index("").Len())
	require.Equal(t, 1, l.Index("tag 7").Len())
	change(2, func() {
		for _, e := range all {
			l.Remove(e, true)
		}
		assert.Equal(t, n, l.Index("").Len())
		assert.Equal(t, []string{"7"}, l.Index("tag 7").Newest(9))
	})
	require.Zero(t, l.Index("").Len())
	require.Len(t, slices.Collect(l.Index("").Tombstones(math.MaxInt)), n)
	require.Len(t, slices.Collect(l.Index("").Tombstones(3)), 3)
	change(12, func() {})
	require.Len(t, l.indexes, 1, "nothing but the index of all is left")
	require.Empty(t, l.graves)
	assert.LessOrEqual(t, lock.longest, 500)
	assert.Greater(t, lock.times, 2*n/500)
}

// A change beside what readers see copies what it touches, and nothing else.
func TestSmallChangeBesideALargeIndexCopiesLittle(t *testing.T) {
	var line timeline[*piece]
	for i := range 100 * runLength {
		line.add(int64(i), pieceAt(i, i), inPlace)
	}
	copied := line.copy()
	copied.add(1000, pieceAt(1000, -1), 1)
	copied.remove(5000, line.runs[5000/runLength].moments[5000%runLength].entry, 1)
	own := 0
	for _, r := range copied.runs {
		if r.owner == 1 {
			own++
		}
	}
	assert.Equal(t, 3, own, "one run was split, another one copied")
	assert.Equal(t, 100*runLength, line.size)
	for i, m := range slices.Backward(collect(line.newest)) {
		require.Equal(t, int64(100*runLength-1-i), m.Published)
	}
}

// 30,000 removed articles come back. To search the tombstones of all for each would take minutes.
func TestRemovedArticlesComeBack(t *testing.T) {
	const n = 30_000
	l := New[string, string, int](Options[string, string]{Limit: func(string) int { return 5 }, Keep: 1000})
	l.Start(0)
	var all []*testEntry
	for i := range n {
		all = append(all, file(l, i, "tag"))
	}
	l.Settle()
	for i, e := range all {
		l.Advance(int64(i / 1000))
		l.Remove(e, true)
	}
	l.Settle()
	require.Len(t, slices.Collect(l.Index("tag").Tombstones(math.MaxInt)), n)
	for i := range n {
		file(l, i, "tag")
	}
	l.Settle()
	require.Empty(t, slices.Collect(l.Index("tag").Tombstones(1)))
	require.Empty(t, slices.Collect(l.Index("").Tombstones(1)))
	require.Empty(t, l.graves)
}

// An article that was removed several times has a tombstone for each in indexes it does not come
// back to.
func TestTombstonesOfOneArticleInDifferentIndexes(t *testing.T) {
	l := New[string, string, int](Options[string, string]{Limit: func(string) int { return 5 }, Keep: 100})
	l.Start(0)
	for i := range 10 {
		l.Advance(int64(i / 2)) // twice in each second
		e := file(l, 7, fmt.Sprint(i))
		l.Settle()
		l.Remove(e, true)
		l.Settle()
	}
	require.Len(t, l.graves["7"], 5)
	assert.Len(t, slices.Collect(l.Index("").Tombstones(9)), 1)
	assert.Len(t, slices.Collect(l.Index("3").Tombstones(9)), 1)
	l.Advance(200)
	l.Settle()
	require.Empty(t, l.graves)
	require.Nil(t, l.Index("3"))
}
