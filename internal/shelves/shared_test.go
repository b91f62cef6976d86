package shelves

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type testShared = Shared[string, string, int]

func share(clock func() time.Time) *testShared {
	options := Options[string, string]{Limit: func(string) int { return 5 }}
	return Share(New[string, string, int](options), clock)
}

// put inserts an article that is published and expires so many seconds after a time.
func put(s *testShared, key string, start time.Time, published, expires int64) {
	claims := []Claim[string]{{}}
	if key != "" {
		claims = append(claims, Claim[string]{Key: key})
	}
	s.Insert(&testEntry{
		ID: key, Key: key, Value: key, Published: start.Unix() + published, Expires: start.Unix() + expires,
	}, claims)
}

func TestSharedLibraryIsUpToDateWhenItIsRead(t *testing.T) {
	start := time.Unix(1000, 0)
	now := start
	s := share(func() time.Time { return now })
	s.Change(1, func() { put(s, "a", start, 2, 5) })
	lengths := map[int64]int{0: 0, 1: 0, 2: 1, 4: 1, 5: 0}
	for _, after := range []int64{0, 1, 2, 4, 5} {
		now = start.Add(time.Duration(after) * time.Second)
		s.Read(func() { assert.Equal(t, lengths[after], s.Index("").Len(), "after %d seconds", after) })
	}
	now = start.Add(3 * time.Second)
	s.Change(1, func() { assert.Equal(t, 1, s.Index("").Len(), "the clock was set back") })
}

func TestSharedLibraryIsUnlockedAfterAPanic(t *testing.T) {
	s := share(time.Now)
	assert.Panics(t, func() { s.Change(1, func() { panic("in a change") }) })
	assert.Panics(t, func() { s.Read(func() { panic("while reading") }) })
	s.Change(1, func() {})
}

func TestReadersDoNotWaitForEachOther(t *testing.T) {
	s := share(time.Now)
	s.Read(func() { s.Read(func() {}) })
}

func TestSharedLibraryIsSafeForConcurrentUse(t *testing.T) {
	s := share(time.Now)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { s.Change(1, func() { put(s, fmt.Sprint(i), time.Unix(0, 0), 0, Never) }) })
		all.Go(func() { s.Read(func() { _ = s.Index("").Len() }) })
	}
	all.Wait()
	s.Read(func() { assert.Equal(t, 20, s.Index("").Len()) })
}

// watch collects what a library yields, with the seconds since the start of the test. The function
// that it returns returns what there is when nothing happens.
func watch(ctx context.Context, s *testShared, start time.Time) func() []string {
	var mu sync.Mutex
	var seen []string
	add := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, text)
	}
	go func() {
		for keys := range s.Changes(ctx, cmp.Compare) {
			add(fmt.Sprintf("%vs %v", time.Since(start).Seconds(), keys))
		}
		add("end")
	}()
	all := func() []string {
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
	all()
	return all
}

func TestChangesAreYieldedWhenTheyHappen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		s := share(time.Now)
		s.Change(1, func() { put(s, "old", start, -1, Never-start.Unix()) })
		seen := watch(ctx, s, start)
		assert.Empty(t, seen(), "nothing changed since the loop began")
		s.Change(1, func() { put(s, "c", start, 7, 200) })
		s.Change(1, func() { put(s, "b", start, 5, 500) }) // sooner than what the loop waits for
		s.Change(1, func() { put(s, "a", start, 5, 500) })
		time.Sleep(1000 * time.Second)
		s.Change(1, func() { s.Remove(s.Entry("old"), true) })
		seen()
		s.Change(1, func() { put(s, "", start, 0, Never-start.Unix()) })
		assert.Equal(t, []string{"5s [ a b]", "7s [ c]", "200s [ c]", "500s [ a b]", "1000s [ old]", "1000s []"}, seen())
		cancel()
		assert.Equal(t, "end", seen()[6])
		assert.Empty(t, s.watchers)
	})
}

func TestChangesDuringTheLoopsBodyAreYieldedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := share(time.Now)
		times := 0
		next := func() { s.Change(1, func() { times++; put(s, fmt.Sprint(times), time.Unix(0, 0), 0, Never) }) }
		var yielded [][]string
		go func() { time.Sleep(time.Second); next() }()
		for keys := range s.Changes(t.Context(), cmp.Compare) {
			yielded = append(yielded, keys)
			if len(yielded) == 2 {
				break
			}
			next()
			next()
		}
		assert.Equal(t, [][]string{{"", "1"}, {"", "2", "3"}}, yielded)
		assert.Empty(t, s.watchers)
	})
}

// A clock that is set ahead is noticed within a minute, and one that stands still is not asked
// all the time.
func TestWatchersLookAtTheClockNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var ahead, still, asked atomic.Int64
		s := share(func() time.Time {
			asked.Add(1)
			if at := still.Load(); at != 0 {
				return time.Unix(0, at)
			}
			return time.Now().Add(time.Duration(ahead.Load()))
		})
		s.Change(1, func() { put(s, "a", start, 7200, 9000) })
		seen := watch(t.Context(), s, start)
		ahead.Store(int64(2 * time.Hour))
		time.Sleep(59 * time.Second)
		assert.Empty(t, seen())
		time.Sleep(2 * time.Second)
		assert.Equal(t, []string{"60s [ a]"}, seen())

		still.Store(start.Add(9000*time.Second - time.Millisecond).UnixNano())
		time.Sleep(time.Minute) // until the loop looks again
		asked.Store(0)
		time.Sleep(time.Second)
		assert.InDelta(t, 200, asked.Load(), 10) // twice in 10 ms
	})
}

func TestNothingIsYieldedOnceTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range share(time.Now).Changes(ctx, cmp.Compare) {
		require.Fail(t, "nothing has changed")
	}
}

// large is a number of articles that makes a change a large one.
const large = few + 1

func TestReadersDoNotWaitForALargeChange(t *testing.T) {
	start := time.Unix(1000, 0)
	now := start
	s := share(func() time.Time { return now })
	length := func() (n int) {
		s.Read(func() { n = s.Index("").Len() })
		return n
	}
	s.Change(large, func() { put(s, "a", start, 0, 60) })
	assert.Equal(t, 1, length())
	s.Change(large, func() {
		put(s, "b", start, 0, 60)
		s.Remove(s.Entry("a"), true)
		put(s, "c", start, 0, 60)
		assert.Equal(t, 1, length(), "what was there before")
		s.Read(func() {
			assert.Equal(t, []string{"a"}, s.Index("").Newest(9))
			assert.Nil(t, s.Index("c"))
		})
		now = now.Add(time.Hour)
		assert.Equal(t, 1, length(), "what is due waits for the change")
		s.Read(func() { assert.Equal(t, start.Unix()+60, s.NextChange()) })
	})
	assert.Zero(t, length(), "everything has expired")
	s.Change(few, func() {
		assert.False(t, s.readers.TryRLock(), "readers wait for a small change")
	})
}

func TestWhatTimeBringsMayBeALargeChange(t *testing.T) {
	start := time.Unix(1000, 0)
	now := start
	s := share(func() time.Time { return now })
	s.Read(func() {})
	beside := func() (is bool) {
		s.Change(0, func() {
			if is = s.readers.TryRLock(); is {
				s.readers.RUnlock()
			}
		})
		return is
	}
	for i := range large {
		s.Change(1, func() { put(s, fmt.Sprint(i), start, 60, 120) })
	}
	assert.False(t, beside(), "nothing is due")
	now = start.Add(60 * time.Second)
	assert.True(t, beside(), "articles appear")
	assert.False(t, beside())
	now = start
	assert.True(t, beside(), "the clock was set back")
}

func TestFirstReaderWaitsForWhatThereIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := share(time.Now)
		finish := make(chan bool)
		go s.Change(large, func() {
			put(s, "a", time.Now(), 0, 60)
			<-finish
		})
		synctest.Wait()
		var read atomic.Bool
		go s.Read(func() { read.Store(s.Index("").Len() == 1) })
		synctest.Wait()
		assert.False(t, read.Load())
		close(finish)
		synctest.Wait()
		assert.True(t, read.Load())
	})
}

// A reader that waits for its turn does not wait for a large change that gets its turn first.
func TestReadersDoNotQueueBehindALargeChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := share(time.Now)
		s.Change(1, func() { put(s, "a", time.Now(), 5, 60) })
		s.Read(func() {})
		next, finish := make(chan bool), make(chan bool)
		var read atomic.Bool
		s.turn <- struct{}{} // a small change
		go s.Change(large, func() { close(next); <-finish })
		synctest.Wait()
		time.Sleep(10 * time.Second) // something is due
		go s.Read(func() { read.Store(true) })
		synctest.Wait()
		assert.False(t, read.Load(), "the turn is taken by a change that does not take long")
		<-s.turn
		<-next
		synctest.Wait()
		assert.True(t, read.Load())
		close(finish)
		synctest.Wait()
	})
}

func TestLargeChangeThatPanicsEnds(t *testing.T) {
	s := share(time.Now)
	s.Read(func() {})
	for range 2 {
		assert.Panics(t, func() {
			s.Change(large, func() {
				put(s, "a", time.Unix(0, 0), 0, Never)
				panic("in a change")
			})
		})
		s.Read(func() { assert.Equal(t, 1, s.Index("").Len()) })
		s.Change(1, func() { s.Remove(s.Entry("a"), false) })
	}
}

func TestEndOfAContextIsNotHeldUpByALargeChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := share(time.Now)
		seen := watch(ctx, s, time.Now())
		s.Change(large, func() {
			put(s, "a", time.Now(), 0, Never-time.Now().Unix())
			cancel()
			assert.Equal(t, []string{"end"}, seen())
		})
	})
}
