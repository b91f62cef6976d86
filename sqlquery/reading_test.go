package sqlquery_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// store is one that a test fills, delays and breaks.
type store struct {
	mu       sync.Mutex
	articles []syndicate.Article
	err      error // yielded after the articles
	takes    time.Duration
	panics   any
	readings int
	problems []string
}

func (s *store) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *store) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readings
}

func (s *store) told() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.problems...)
}

// all sees what there is when it is called, and yields that after the time that it takes.
func (s *store) all(ctx context.Context) iter.Seq2[syndicate.Article, error] {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readings++
	articles, err, takes, panics := s.articles, s.err, s.takes, s.panics
	return func(yield func(syndicate.Article, error) bool) {
		select {
		case <-time.After(takes):
		case <-ctx.Done():
			yield(syndicate.Article{}, ctx.Err())
			return
		}
		if panics != nil {
			panic(panics)
		}
		for _, article := range articles {
			if !yield(article, nil) {
				return
			}
		}
		if err != nil {
			yield(syndicate.Article{}, err)
		}
	}
}

func (s *store) query(change func(*sqlquery.Query)) *sqlquery.Query {
	q := &sqlquery.Query{
		Site:     courier,
		Articles: s.all,
		OnError:  func(err error) { s.set(func() { s.problems = append(s.problems, err.Error()) }) },
	}
	if change != nil {
		change(q)
	}
	return q
}

// pass lets time pass, and what it starts end.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

var everything = syndicate.Everything()

func TestQueryAsksNothingWhileNothingIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}}
		q := s.query(nil)
		for range 59 {
			assert.Equal(t, "01", titles(q, everything))
			for _, err := range q.Scopes(t.Context()) {
				assert.NoError(t, err)
			}
			_, err := q.Version(t.Context(), everything)
			assert.NoError(t, err)
			pass(time.Second)
		}
		assert.Equal(t, 1, s.count())
	})
}

func TestQueryBeforeItIsAskedReadsNothing(t *testing.T) {
	s := new(store)
	q := s.query(nil)
	assert.Equal(t, "The Courier", q.Publication().Site().Title)
	assert.Zero(t, s.count())
}

func TestAskingAQueryAllocatesNoMoreThanAskingAnArchive(t *testing.T) {
	q := (&store{articles: []syndicate.Article{piece(1)}}).query(func(q *sqlquery.Query) { q.Refresh = -1 })
	archive, err := syndicate.NewArchive(courier, piece(1))
	require.NoError(t, err)
	allocations := func(source syndicate.Versioner) [2]float64 {
		return [2]float64{
			testing.AllocsPerRun(100, func() { _, _ = source.Version(context.Background(), everything) }),
			testing.AllocsPerRun(100, func() { _, _ = source.Feed(context.Background(), everything) }),
		}
	}
	assert.Equal(t, allocations(archive), allocations(q))
}

// What there is is served while it is read again.
func TestQueryReadsAgainInTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}}
		q := s.query(nil)
		assert.Equal(t, "01", titles(q, everything))
		s.set(func() { s.articles, s.takes = []syndicate.Article{piece(1), piece(2)}, 10*time.Second })
		pass(time.Minute)
		start := time.Now()
		for range 9 {
			assert.Equal(t, "01", titles(q, everything))
			pass(time.Second)
		}
		assert.Equal(t, 9*time.Second, time.Since(start), "nobody waits")
		pass(time.Second)
		assert.Equal(t, "02 01", titles(q, everything))
		assert.Equal(t, 2, s.count())
	})
}

func TestAllWhoAskWaitForOneFirstReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}, takes: 5 * time.Second}
		q := s.query(nil)
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { assert.Equal(t, "01", titles(q, everything)) })
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := q.Feed(ctx, everything)
				assert.ErrorIs(t, err, context.DeadlineExceeded, "who leaves does not end it for the others")
			})
		}
		all.Wait()
		assert.Equal(t, 1, s.count())
	})
}

// A program that asks seldom must not get data as old as its last request.
func TestWhoAsksAfterALongTimeWaitsForTheNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}}
		q := s.query(nil)
		assert.Equal(t, "01", titles(q, everything))
		pass(30 * time.Minute)
		s.set(func() { s.articles, s.takes = []syndicate.Article{piece(2)}, time.Second })
		assert.Equal(t, "02", titles(q, everything))
		pass(30 * time.Minute)
		s.set(func() { s.articles, s.takes = []syndicate.Article{piece(3)}, 10*time.Second })
		start := time.Now()
		assert.Equal(t, "02", titles(q, everything), "but not for ever")
		assert.Equal(t, 2*time.Second, time.Since(start))
		pass(8 * time.Second)
		assert.Equal(t, "03", titles(q, everything))
		assert.Equal(t, 3, s.count())
	})
}

func TestQueryReadsAgainOnlyWhatHasChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}}
		var stamp atomic.Int64
		asked := 0
		q := s.query(func(q *sqlquery.Query) {
			q.Changed = func(context.Context) (string, error) { asked++; return fmt.Sprint(stamp.Load()), nil }
		})
		for range 10 {
			assert.Equal(t, "01", titles(q, everything))
			pass(time.Minute)
		}
		assert.Equal(t, 1, s.count())
		assert.Equal(t, 10, asked, "once each minute")
		s.set(func() { s.articles = []syndicate.Article{piece(2)} })
		assert.NoError(t, q.Reload(t.Context()), "Reload does not mind")
		assert.Equal(t, "02", titles(q, everything))
		s.set(func() { s.articles = []syndicate.Article{piece(3)} })
		stamp.Add(1)
		pass(time.Minute)
		titles(q, everything)
		synctest.Wait()
		assert.Equal(t, "03", titles(q, everything))
		assert.Equal(t, 3, s.count())
	})
}

// What Changed tells is asked before reading, so that what changes meanwhile is not missed.
func TestChangeDuringAReadingIsReadNextTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}, takes: time.Second}
		var stamp atomic.Int64
		q := s.query(func(q *sqlquery.Query) {
			q.Changed = func(context.Context) (string, error) { return fmt.Sprint(stamp.Load()), nil }
		})
		go titles(q, everything)
		pass(time.Millisecond)
		s.set(func() { s.articles = []syndicate.Article{piece(2)} })
		stamp.Add(1)
		pass(time.Second)
		assert.Equal(t, "01", titles(q, everything))
		pass(time.Minute)
		titles(q, everything)
		pass(time.Second)
		assert.Equal(t, "02", titles(q, everything))
	})
}

// A reading that had begun before may not have seen it.
func TestReloadReadsWhatWasChangedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}, takes: 10 * time.Second}
		q := s.query(nil)
		go titles(q, everything)
		pass(5 * time.Second)
		s.set(func() { s.articles = append(s.articles, piece(2)) })
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				assert.NoError(t, q.Reload(t.Context()))
				assert.Equal(t, "02 01", titles(q, everything))
			})
		}
		all.Wait()
		assert.Equal(t, 2, s.count(), "the one that ran, and one for all who came after it")
	})
}

func TestReloadThatIsNotWaitedForGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}, takes: 10 * time.Second}
		q := s.query(func(q *sqlquery.Query) { q.Refresh = -1 })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.ErrorIs(t, q.Reload(ctx), context.DeadlineExceeded)
		assert.ErrorIs(t, q.Reload(ctx), context.DeadlineExceeded)
		pass(9 * time.Second)
		start := time.Now()
		assert.Equal(t, "01", titles(q, everything))
		assert.Zero(t, time.Since(start))
		pass(100 * time.Hour)
		assert.Equal(t, "01", titles(q, everything))
		assert.Equal(t, 1, s.count(), "a negative Refresh leaves it to Reload")
	})
}

// HTTP-3: a store that is away is neither empty nor without that feed.
func TestStoreThatIsAwayAtFirstIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{err: io.ErrUnexpectedEOF}
		q := s.query(nil)
		_, err := q.Feed(t.Context(), syndicate.WithTag("a"))
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.NotErrorIs(t, err, syndicate.ErrNotFound)
		_, err = q.Version(t.Context(), everything)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		for _, err := range q.Scopes(t.Context()) {
			assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		}
		assert.Equal(t, 1, s.count(), "requests do not each try again")
		pass(2 * time.Second)
		_, err = q.Feed(t.Context(), everything)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Equal(t, 2, s.count())
		assert.Equal(t, []string{"sqlquery: reading the articles: unexpected EOF"}, s.told(), "once")

		s.set(func() { s.err, s.articles = nil, []syndicate.Article{piece(1, "a")} })
		pass(2 * time.Second)
		assert.Equal(t, "01", titles(q, syndicate.WithTag("a")), "it comes back by itself")
	})
}

func TestWhatIsKnownIsServedWhileTheStoreIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}}
		q := s.query(nil)
		assert.Equal(t, "01", titles(q, everything))
		s.set(func() { s.err, s.articles = io.ErrUnexpectedEOF, nil })
		for range 60 {
			pass(time.Minute)
			start := time.Now()
			assert.Equal(t, "01", titles(q, everything))
			assert.LessOrEqual(t, time.Since(start), time.Duration(0), "nobody waits")
		}
		pass(time.Minute)
		_, err := q.Feed(t.Context(), everything)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "a minute and an hour after it was read")
		s.set(func() { s.err, s.articles = nil, []syndicate.Article{piece(2)} })
		pass(2 * time.Second)
		assert.Equal(t, "02", titles(q, everything))
	})
}

// An embargo ends though the store is away.
func TestTimePassesWhileTheStoreIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		later := piece(1)
		later.Published = start.Add(10 * time.Minute)
		s := &store{articles: []syndicate.Article{later}}
		q := s.query(nil)
		assert.Equal(t, "", titles(q, everything))
		s.set(func() { s.err = io.ErrUnexpectedEOF })
		for range 10 {
			pass(time.Minute)
			titles(q, everything)
		}
		assert.Equal(t, "01", titles(q, everything))
	})
}

func TestStaleAndRefreshCanBeLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}, takes: time.Second}
		q := s.query(func(q *sqlquery.Query) { q.Refresh, q.Stale = time.Millisecond, -1 })
		assert.Equal(t, "01", titles(q, everything))
		pass(time.Millisecond)
		s.set(func() { s.articles = []syndicate.Article{piece(2)} })
		assert.Equal(t, "02", titles(q, everything), "nothing old is served")
		pass(time.Millisecond)
		s.set(func() { s.err = io.ErrUnexpectedEOF })
		assert.Contains(t, titles(q, everything), "unexpected EOF")

		s = &store{articles: []syndicate.Article{piece(1)}}
		q = s.query(func(q *sqlquery.Query) { q.Refresh = -1 })
		assert.Equal(t, "01", titles(q, everything))
		pass(48 * time.Hour)
		s.set(func() { s.err = io.ErrUnexpectedEOF })
		assert.ErrorIs(t, q.Reload(t.Context()), io.ErrUnexpectedEOF)
		assert.Equal(t, "01", titles(q, everything), "it is old from then on only")
		s.set(func() { s.err, s.articles = nil, []syndicate.Article{piece(3)} })
		pass(2 * time.Second)
		titles(q, everything)
		synctest.Wait()
		assert.Equal(t, "03", titles(q, everything), "a Reload that failed is made up for")
		s.set(func() { s.err = io.ErrUnexpectedEOF })
		assert.Error(t, q.Reload(t.Context()))
		pass(time.Hour)
		assert.Contains(t, titles(q, everything), "unexpected EOF")
	})
}

// Whatever a function does, it is an error that changes nothing.
func TestReadingThatFailsChangesNothing(t *testing.T) {
	for name, fault := range map[string]struct {
		do   func(*store, *sqlquery.Query)
		says string
	}{
		"cut off":            {func(s *store, _ *sqlquery.Query) { s.err = io.ErrUnexpectedEOF }, "unexpected EOF"},
		"a panic":            {func(s *store, _ *sqlquery.Query) { s.panics = "no such table" }, "panic: no such table"},
		"a panic of Changed": {func(_ *store, q *sqlquery.Query) { q.Changed = func(context.Context) (string, error) { panic("no") } }, "panic: no"},
		"Changed fails": {func(_ *store, q *sqlquery.Query) {
			q.Changed = func(context.Context) (string, error) { return "", io.EOF }
		}, "EOF"},
		"no iterator": {func(_ *store, q *sqlquery.Query) {
			q.Articles = func(context.Context) iter.Seq2[syndicate.Article, error] { return nil }
		}, "panic"},
		"the goroutine ends": {func(_ *store, q *sqlquery.Query) {
			q.Articles = func(context.Context) iter.Seq2[syndicate.Article, error] { runtime.Goexit(); return nil }
		}, "ended its goroutine"},
		"it stops when its time is over": {func(_ *store, q *sqlquery.Query) {
			q.Articles = func(ctx context.Context) iter.Seq2[syndicate.Article, error] { <-ctx.Done(); return yielding() }
		}, "no end within 1m0s"},
		"an error that is said of scopes": {func(s *store, _ *sqlquery.Query) {
			s.err = fmt.Errorf("posts: %w", &syndicate.ScopeError{Scope: everything, Err: syndicate.ErrNotFound})
		}, "no such feed"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &store{articles: []syndicate.Article{piece(1), piece(2)}}
				q := s.query(nil)
				assert.Equal(t, "02 01", titles(q, everything))
				s.set(func() { s.articles = s.articles[:1]; fault.do(s, q) })
				err := q.Reload(t.Context())
				assert.ErrorContains(t, err, fault.says)
				assert.ErrorContains(t, err, "sqlquery: reading the articles: ")
				assert.Equal(t, "02 01", titles(q, everything))

				first := s.query(func(other *sqlquery.Query) { other.Articles, other.Changed = q.Articles, q.Changed })
				_, err = first.Feed(t.Context(), everything)
				assert.ErrorContains(t, err, fault.says)
				assert.NotErrorIs(t, err, syndicate.ErrNotFound)
			})
		})
	}
}

// A function that heeds no context holds one goroutine, but no request.
func TestReadingThatHangsIsWaitedForNoLongerThanItsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}}
		q := s.query(func(q *sqlquery.Query) { q.Timeout = 5 * time.Second })
		assert.Equal(t, "01", titles(q, everything))
		hanging := make(chan struct{})
		began := 0
		q.Articles = func(context.Context) iter.Seq2[syndicate.Article, error] {
			began++
			<-hanging
			return yielding(piece(2))
		}
		start := time.Now()
		assert.ErrorIs(t, q.Reload(t.Context()), context.DeadlineExceeded)
		assert.Equal(t, 5*time.Second, time.Since(start))
		assert.ErrorContains(t, q.Reload(t.Context()), "does not end")
		for range 10 {
			pass(time.Minute)
			assert.Equal(t, "01", titles(q, everything))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		for range q.Changes(ctx) {
			assert.Fail(t, "nothing has changed")
		}
		assert.Equal(t, 1, began)
		_, err := q.Feed(t.Context(), everything)
		assert.ErrorIs(t, err, context.DeadlineExceeded, "stale by now")
		close(hanging)
		synctest.Wait()
		assert.Equal(t, "02", titles(q, everything), "what came too late is read once more")
		assert.Equal(t, 2, began)
	})
}

// LIFE-4: the good ones are published, and nothing is lost silently.
func TestWhatIsWrongWithOneArticleIsReportedAndTheOthersArePublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1), {URL: "/x/", Title: "without a date"}, piece(1), piece(2, "Kılıç", "Kilic")}}
		unread := &sqlquery.RowError{Row: 17, Article: "4711", Column: "body", Err: io.ErrUnexpectedEOF}
		q := s.query(nil)
		q.Articles = func(ctx context.Context) iter.Seq2[syndicate.Article, error] {
			return func(yield func(syndicate.Article, error) bool) {
				_ = yield(syndicate.Article{}, unread) && yield(syndicate.Article{}, fmt.Errorf("row 18: %w", syndicate.Problems{{Field: "URL", Rule: syndicate.RuleMissing}}))
				s.all(ctx)(yield)
			}
		}
		assert.Equal(t, "02 01", titles(q, everything))
		require.Len(t, s.told(), 1)
		for _, what := range []string{
			`sqlquery: row 17: article "4711": body: unexpected EOF`, "row 18: syndicate: URL: missing",
			`article "https://www.example.com/x/": Published: missing`, "another article has this id",
		} {
			assert.Contains(t, s.told()[0], what)
		}
		err := q.Reload(t.Context())
		assert.ErrorIs(t, err, syndicate.RuleDuplicateID)
		var row *sqlquery.RowError
		assert.ErrorAs(t, err, &row)
		assert.Len(t, s.told(), 1, "not the same again")
		s.set(func() { s.articles = s.articles[:2] })
		assert.Error(t, q.Reload(t.Context()))
		assert.Len(t, s.told(), 2)
	})
}

func TestProblemsAreLoggedUnlessSomebodyIsToldOfThem(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	defer log.SetOutput(os.Stderr)
	s := &store{articles: []syndicate.Article{piece(1, "Kılıç", "Kilic")}}
	q := s.query(func(q *sqlquery.Query) { q.OnError = nil })
	assert.NoError(t, q.Reload(t.Context()), "warnings are no errors")
	assert.Empty(t, logged.String())
	s.articles = append(s.articles, syndicate.Article{})
	assert.Error(t, q.Reload(t.Context()))
	assert.Contains(t, logged.String(), "Published: missing")
	assert.NotContains(t, logged.String(), "warning")

	q = s.query(func(q *sqlquery.Query) { q.OnError = func(error) { panic("at once") } })
	assert.Equal(t, "01", titles(q, everything))
	assert.Contains(t, logged.String(), `OnError panicked panic="at once"`)
}

// Each read checks all articles, but the site is warned of each fault once.
func TestWarningsArePassedOnWhenTheyAreNew(t *testing.T) {
	s := &store{articles: []syndicate.Article{piece(1, "Kılıç", "Kilic"), piece(2)}}
	s.articles[1].CommentCount = -1
	var warned []string
	q := s.query(func(q *sqlquery.Query) {
		q.Site.Warn = func(p *syndicate.Problem) { warned = append(warned, p.Field) }
	})
	require.NoError(t, q.Reload(t.Context()))
	assert.Equal(t, []string{"Tags[1].Name", "CommentCount"}, warned)
	require.NoError(t, q.Reload(t.Context()))
	assert.Len(t, warned, 2, "not the same again")
	s.articles[1].Image.URL = "javascript:alert(1)"
	require.NoError(t, q.Reload(t.Context()))
	assert.Equal(t, "Image.URL", warned[2])
	assert.Len(t, warned, 3)
	s.articles[1] = piece(2)
	require.NoError(t, q.Reload(t.Context()))
	s.articles[1].CommentCount = -1
	require.NoError(t, q.Reload(t.Context()))
	assert.Len(t, warned, 4, "again, after it was put right")
}

// Site.Warn may use the Query that calls it, in the first read too.
func TestWarnMayUseTheQuery(t *testing.T) {
	s := &store{articles: []syndicate.Article{piece(1), piece(2)}}
	s.articles[1].CommentCount = -1
	var seen []int
	q := s.query(nil)
	q.Site.Warn = func(*syndicate.Problem) {
		feed, err := q.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		seen = append(seen, len(feed.Articles))
	}
	_, err := q.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	require.NoError(t, q.Reload(t.Context()))
	assert.Equal(t, []int{2}, seen)
}

// What does not differ has not changed: neither bytes, nor times, nor what watchers are told.
func TestOnlyFeedsThatDifferChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1, "quiet"), piece(2, "loud")}}
		q := s.query(nil)
		quiet, loud := syndicate.WithTag("quiet"), syndicate.WithTag("loud")
		before, err := q.Feed(t.Context(), quiet)
		require.NoError(t, err)
		version, err := q.Version(t.Context(), quiet)
		require.NoError(t, err)
		louder, err := q.Version(t.Context(), loud)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		var told [][]syndicate.Scope
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			for scopes := range q.Changes(ctx) {
				told = append(told, scopes)
			}
		}()
		pass(10 * time.Minute)
		assert.Empty(t, told)
		assert.Equal(t, 11, s.count(), "it reads though nobody asks")

		changed := piece(2, "loud")
		changed.Title = "changed"
		s.set(func() { s.articles = []syndicate.Article{piece(1, "quiet"), changed} })
		pass(time.Minute)
		assert.Equal(t, [][]syndicate.Scope{{everything, loud}}, told)
		after, err := q.Feed(t.Context(), quiet)
		require.NoError(t, err)
		assert.Equal(t, string(before.Append(nil, syndicate.Atom)), string(after.Append(nil, syndicate.Atom)))
		assert.Equal(t, before.Modified, after.Modified)
		assert.Same(t, before.Articles[0], after.Articles[0])
		again, err := q.Version(t.Context(), quiet)
		assert.NoError(t, err)
		assert.Equal(t, version, again)
		again, err = q.Version(t.Context(), loud)
		assert.NoError(t, err)
		assert.NotEqual(t, louder, again)
		_, err = q.Version(t.Context(), syndicate.WithTag("unknown"))
		assert.ErrorIs(t, err, syndicate.ErrNotFound)
		cancel()
		<-watched
	})
}

func TestWatcherWaitsForAStoreThatIsAwayAtFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{err: io.ErrUnexpectedEOF}
		q := s.query(nil)
		go func() {
			time.Sleep(5 * time.Minute)
			s.set(func() { s.err, s.articles = nil, []syndicate.Article{piece(1)} })
			time.Sleep(5 * time.Minute)
			s.set(func() { s.articles = append(s.articles, piece(2)) })
		}()
		for scopes := range q.Changes(t.Context()) {
			assert.Equal(t, []syndicate.Scope{everything}, scopes)
			assert.Equal(t, "02 01", titles(q, everything))
			break // and it may be left
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range q.Changes(ctx) {
			assert.Fail(t, "nothing is told when the context has ended")
		}
		other := (&store{err: io.ErrUnexpectedEOF}).query(nil)
		ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for range other.Changes(ctx) {
			assert.Fail(t, "nothing is told of a store that is away")
		}
	})
}

// Readers, reloads, watchers and faults at once; the race detector looks on.
func TestQueryIsSafeForConcurrentUse(t *testing.T) {
	s := &store{articles: []syndicate.Article{piece(1, "a")}}
	q := s.query(func(q *sqlquery.Query) { q.Refresh = time.Millisecond })
	require.NoError(t, q.Reload(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	var all, watcher sync.WaitGroup
	watcher.Go(func() {
		for range q.Changes(ctx) {
		}
	})
	for i := range 4 {
		all.Go(func() {
			for n := range 300 {
				feed, err := q.Feed(context.Background(), syndicate.WithTag("a"))
				if assert.NoError(t, err) {
					assert.NotEmpty(t, feed.Articles)
				}
				for _, err := range q.Scopes(context.Background()) {
					assert.NoError(t, err)
				}
				if i == 0 {
					s.set(func() {
						s.articles = append(s.articles[:1:1], piece(2+n%20, "a", fmt.Sprint(n)))
						if s.err = nil; n%3 == 0 {
							s.err = errors.New("away")
						}
					})
					_ = q.Reload(ctx)
				}
			}
		})
	}
	all.Wait()
	cancel()
	watcher.Wait()
}
