package shelves

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestACachedValueIsThatOfItsStamp(t *testing.T) {
	var c Cached[string]
	load := func(stamp uint64) string {
		value, ok := c.Load(stamp)
		assert.Equal(t, value != "", ok)
		return value
	}
	assert.Empty(t, load(0))
	c.Store(1, "one")
	assert.Equal(t, "one", load(1))
	assert.Empty(t, load(0))
	assert.Empty(t, load(2))
	c.Store(2, "two")
	assert.Equal(t, "two", load(2))
	assert.Empty(t, load(1))
	assert.Zero(t, testing.AllocsPerRun(10, func() { c.Load(2) }))
}

// counted is what an owner keeps with an index.
type counted struct{ made Cached[int] }

func TestAValueIsMadeOncePerChange(t *testing.T) {
	options := Options[string, string]{Limit: func(string) int { return 5 }}
	s := Share(New[string, string, counted](options), time.Now)
	insert := func(id string) {
		s.Change(1, func() {
			s.Insert(&Entry[string, string, counted]{ID: id, Key: id, Expires: Never}, []Claim[string]{{}})
		})
	}
	cache := func(c *counted) *Cached[int] { return &c.made }
	pick := func(ix *Index[string, string, counted]) (length int, err error) {
		if ix == nil {
			return 0, errors.New("no index")
		}
		return ix.Len(), nil
	}
	times := 0
	during := func() {}
	build := func(length int) int { times++; during(); return 10 * length }
	expect := func(value, made int) {
		t.Helper()
		got, err := Make(t.Context(), s, "", cache, pick, build)
		assert.NoError(t, err)
		assert.Equal(t, []int{value, made}, []int{got, times})
	}
	expect(0, 1)
	expect(0, 1)
	assert.Zero(t, testing.AllocsPerRun(10, func() { _, _ = Make(t.Context(), s, "", cache, pick, build) }))
	insert("a")
	expect(10, 2)
	expect(10, 2)

	during = func() { during = func() {}; insert("b") }
	insert("c")
	expect(20, 3)
	expect(30, 4) // the other value was made of less than there is

	during = func() { during = func() {}; s.Change(1, func() { remove(s) }) }
	insert("d")
	expect(40, 5)
	s.Read(func() { assert.Equal(t, new(counted), &s.Index("").Cache, "an empty index keeps nothing") })

	got, err := Make(t.Context(), s, "other", cache, pick, build)
	assert.EqualError(t, err, "no index")
	assert.Zero(t, got)
	for range 2 {
		before := times
		got, err = Make(t.Context(), s, "", nil, pick, build)
		assert.NoError(t, err)
		assert.Equal(t, []int{0, before + 1}, []int{got, times}, "without a cache")
	}
	whole := func(*Index[string, string, counted]) (int, error) { return 1, nil }
	got, err = Make(t.Context(), s, "other", cache, whole, build)
	assert.NoError(t, err)
	assert.Equal(t, 10, got, "of no index")
}

// remove removes all entries.
func remove(s *Shared[string, string, counted]) {
	for _, e := range slices.Collect(s.Entries()) {
		s.Remove(e, false)
	}
}

func TestMakeHeedsItsContext(t *testing.T) {
	s := Share(New[string, string, counted](Options[string, string]{All: "", Limit: func(string) int { return 1 }}), time.Now)
	cache := func(c *counted) *Cached[int] { return &c.made }
	pick := func(*Index[string, string, counted]) (int, error) { return 7, nil }
	ctx, cancel := context.WithCancel(t.Context())
	started, finish, stored := make(chan bool), make(chan bool), make(chan bool)
	go func() {
		<-started
		cancel()
	}()
	_, err := Make(ctx, s, "", cache, pick, func(n int) int {
		started <- true
		<-finish
		defer close(stored)
		return n
	})
	assert.ErrorIs(t, err, context.Canceled, "while the value is built")
	close(finish)
	<-stored
	assert.Eventually(t, func() bool {
		got, err := Make(t.Context(), s, "", cache, pick, func(int) int { return 8 })
		return err == nil && got == 7
	}, time.Minute, time.Millisecond, "what was built is cached")
	_, err = Make(ctx, s, "", cache, pick, func(int) int { return 0 })
	assert.ErrorIs(t, err, context.Canceled, "from the start")
	defer func() {
		assert.Contains(t, fmt.Sprint(recover()), "boom")
		ended := make(chan bool)
		go func() {
			defer close(ended)
			_, err := Make(t.Context(), s, "", nil, pick, func(int) int { runtime.Goexit(); return 0 })
			assert.Fail(t, "goes on", err)
		}()
		<-ended
	}()
	_, _ = Make(t.Context(), s, "", nil, pick, func(int) int { panic("boom") })
}
