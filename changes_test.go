// Changes yields the scopes whose feeds changed: after a change of the archive, and by the passage
// of time.
package syndicate_test

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// yielded is what the iterator yielded, and when.
type yielded struct {
	after  time.Duration
	scopes []string
}

// watched runs a script while a loop reads the archive's changes, and returns what the loop was
// given. The clock only moves while everything waits.
func watched(t *testing.T, script func(t *testing.T, archive *syndicate.Archive)) (heard []yielded) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite, tagged(written(0, "start"), "start"))
		require.NoError(t, err)
		begun := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for scopes := range archive.Changes(ctx) {
				names := make([]string, len(scopes))
				for i, scope := range scopes {
					names[i] = scope.String()
				}
				heard = append(heard, yielded{time.Since(begun), names})
			}
		}()
		synctest.Wait()
		script(t, archive)
		synctest.Wait()
		cancel()
		<-ended
	})
	return heard
}

// written is an article that is published after a delay.
func written(after time.Duration, name string) syndicate.Article {
	return syndicate.Article{URL: "/" + name + "/", Title: name, Published: time.Now().Add(after)}
}

// LIFE-2, DISC-5
func TestChangesYieldsTheFeedsThatChanged(t *testing.T) {
	tests := []struct {
		why    string
		script func(*testing.T, *syndicate.Archive)
		want   []yielded
	}{
		{"nothing happens", func(*testing.T, *syndicate.Archive) { time.Sleep(time.Hour) }, nil},
		{"Add", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(tagged(written(0, "one"), "b", "a")))
		}, []yielded{{0, []string{"site", "tag/a", "tag/b"}}}},
		{"Update", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Update(tagged(written(0, "start"), "end")))
		}, []yielded{{0, []string{"site", "tag/end", "tag/start"}}}},
		{"Update without a difference", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Update(tagged(written(0, "start"), "start")))
		}, nil},
		{"Remove", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Remove("/start/"))
		}, []yielded{{0, []string{"site", "tag/start"}}}},
		{"Replace", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Replace(tagged(written(0, "start"), "start"), tagged(written(0, "one"), "new")))
		}, []yielded{{0, []string{"site", "tag/new"}}}},
		{"hidden articles", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(with(written(0, "draft"), isDraft), with(written(-2*time.Hour, "late"), expiring(time.Now().Add(-time.Hour)))))
			require.NoError(t, a.Remove("/draft/", "/late/"))
		}, nil},
		{"an embargo ends", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(tagged(written(time.Hour, "one"), "a")))
			time.Sleep(2 * time.Hour)
		}, []yielded{{time.Hour, []string{"site", "tag/a"}}}},
		{"a nearer embargo is added while a later one is waited for", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(tagged(written(3*time.Hour, "later"), "later")))
			synctest.Wait()
			require.NoError(t, a.Add(tagged(written(time.Hour, "sooner"), "sooner")))
			time.Sleep(4 * time.Hour)
		}, []yielded{{time.Hour, []string{"site", "tag/sooner"}}, {3 * time.Hour, []string{"site", "tag/later"}}}},
		{"an embargo is lifted", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(written(time.Hour, "one")))
			synctest.Wait()
			require.NoError(t, a.Remove("/one/"))
			time.Sleep(2 * time.Hour)
		}, nil},
		{"an article expires", func(t *testing.T, a *syndicate.Archive) {
			require.NoError(t, a.Add(with(tagged(written(0, "one"), "a"), expiring(time.Now().Add(time.Hour)))))
			time.Sleep(2 * time.Hour)
		}, []yielded{{0, []string{"site", "tag/a"}}, {time.Hour, []string{"site", "tag/a"}}}},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) { assert.Equal(t, test.want, watched(t, test.script)) })
	}
}

func TestChangesDuringTheLoopAreYieldedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite)
		require.NoError(t, err)
		var heard [][]syndicate.Scope
		go func() {
			for scopes := range archive.Changes(t.Context()) {
				heard = append(heard, scopes)
				time.Sleep(time.Minute)
				if len(heard) == 2 {
					return
				}
			}
		}()
		synctest.Wait()
		for _, tag := range []string{"a", "c", "b", "a"} {
			archive.Add(tagged(written(0, tag), tag))
			time.Sleep(time.Second)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Equal(t, [][]syndicate.Scope{
			{syndicate.Everything(), syndicate.WithTag("a")},
			{syndicate.Everything(), syndicate.WithTag("b"), syndicate.WithTag("c")},
		}, heard)
	})
}

func TestEveryWatcherSeesTheChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite)
		require.NoError(t, err)
		heard := make(chan int, 3)
		for watcher := range 3 {
			go func() {
				for range archive.Changes(t.Context()) {
					heard <- watcher
					return
				}
			}()
		}
		synctest.Wait()
		require.NoError(t, archive.Add(written(time.Minute, "one")))
		for range 3 {
			<-heard
		}
	})
}

// A loop over changes may use the archive and change it.
func TestChangesHoldsNoLockInTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite, written(0, "0"))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			synctest.Wait()
			archive.Add(written(0, "1"))
		}()
		loops := 0
		for range archive.Changes(ctx) {
			if loops++; loops == 3 {
				break
			}
			feedOf(t, archive, syndicate.Everything())
			scopeNames(t, archive)
			require.NoError(t, archive.Update(with(written(0, "0"), func(a *syndicate.Article) { a.Title = time.Now().String() + string(rune('a'+loops)) })))
		}
		assert.Equal(t, 3, loops)
	})
}

// Package synctest fails if a goroutine or timer is left behind.
func TestChangesEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite, written(time.Hour, "waiting"))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		loops := 0
		go func() {
			synctest.Wait()
			archive.Add(written(0, "one"))
		}()
		for range archive.Changes(ctx) {
			loops++
			archive.Add(written(0, "two")) // pending when the context ends
			cancel()
		}
		assert.Equal(t, 1, loops, "nothing is yielded after the end")

		for range archive.Changes(ctx) {
			assert.Fail(t, "nothing is yielded after the end")
		}
	})
}

func TestEndedWatchersTakeNoMemory(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(1)))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	watch := func() {
		for range 10_000 {
			for range archive.Changes(ended) {
			}
		}
	}
	inUse := func() int64 {
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		return int64(memory.HeapAlloc)
	}
	watch()
	goroutines, before := runtime.NumGoroutine(), inUse()
	watch()
	assert.Less(t, inUse()-before, int64(500_000), "bytes kept by 10,000 watchers")
	assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines)
	runtime.KeepAlive(archive)
}

// LIFE-2: machines sleep, and clocks are corrected.
func TestChangesNoticesAClockThatWasSetAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := clockAt(january(1))
		archive := openArchive(t, plainSite, clock, numbered(20))
		begun := time.Now()
		go func() {
			time.Sleep(time.Hour)
			clock.Set(january(20))
		}()
		for scopes := range archive.Changes(t.Context()) {
			assert.Equal(t, []syndicate.Scope{syndicate.Everything()}, scopes)
			break
		}
		assert.LessOrEqual(t, time.Since(begun), time.Hour+time.Minute)
	})
}

func TestChangesIsNotBusyWhenTheClockStandsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(plainSite, numbered(2))
		require.NoError(t, err)
		looks := 0
		archive.Clock = func() time.Time { looks++; return january(2).Add(-time.Millisecond) }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range archive.Changes(ctx) {
			assert.Fail(t, "nothing has changed")
		}
		assert.Less(t, looks, 1000)
	})
}
