package sqlquery

import (
	"context"
	"errors"
	"fmt"
	"log"
	"runtime/debug"
	"time"

	"github.com/syndicate-go/syndicate"
)

// When a Query reads, and what it serves meanwhile. Time here is the machine's, not that of Query.Clock: a clock
// that a test or an editor sets decides what is visible, not how often a database is asked.

const (
	defaultRefresh = time.Minute
	defaultStale   = time.Hour
	defaultTimeout = time.Minute
	retryAfter     = 2 * time.Second // after a reading that failed, unless Refresh is shorter
	maxWait        = 2 * time.Second // of those who could be served what there is
)

// state is what is known of the last readings. It is never changed, but replaced.
type state struct {
	loaded bool      // a reading has succeeded
	due    time.Time // when it is to be read again; zero is never, or at once if nothing is loaded
	calm   time.Time // until when nobody who can be served needs to wait for that
	stale  time.Time // from when on what is loaded is not served any more; zero is never
	err    error     // why the last reading failed; nil if it did not
}

func (s *state) isDue(now time.Time) bool {
	if s.due.IsZero() {
		return !s.loaded
	}
	return !now.Before(s.due)
}

func (s *state) serves(now time.Time) bool {
	return s.loaded && (s.stale.IsZero() || now.Before(s.stale))
}

// timing is Refresh, Stale and Timeout with their defaults. A negative refresh is never.
func (q *Source) timing() (refresh, stale, timeout time.Duration) {
	refresh, stale, timeout = q.Refresh, max(q.Stale, 0), q.Timeout
	if refresh == 0 {
		refresh = defaultRefresh
	}
	if q.Stale == 0 {
		stale = defaultStale
	}
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	return refresh, stale, timeout
}

// succeeded returns the state after a reading that ended well.
func (q *Source) succeeded(ended time.Time) *state {
	s := &state{loaded: true}
	if refresh, stale, _ := q.timing(); refresh > 0 {
		s.due = ended.Add(refresh)
		s.calm = s.due.Add(refresh)
		s.stale = s.due.Add(stale)
	}
	return s
}

// failed returns the state after a reading that failed when this was the state. While readings fail nobody who can be
// served waits for another.
func (q *Source) failed(last *state, ended time.Time, err error) *state {
	s := &state{loaded: last.loaded, stale: last.stale, err: err}
	refresh, stale, timeout := q.timing()
	retry := retryAfter
	if refresh > 0 {
		retry = min(refresh, retry)
	} else if s.loaded && s.stale.IsZero() {
		s.stale = ended.Add(stale)
	}
	s.due = ended.Add(retry)
	s.calm = ended.Add(timeout + 2*max(refresh, defaultRefresh))
	return s
}

// ready returns nil when the archive may be asked. It starts a reading if one is due, and waits for it where what
// there is is too old to be served meanwhile.
func (q *Source) ready(ctx context.Context) error {
	q.open()
	if err := ctx.Err(); err != nil {
		return err
	}
	if q.refusal != nil {
		return q.refusal
	}
	for {
		now := time.Now()
		s := q.state.Load()
		if s.isDue(now) {
			if reading := q.start(now); reading != nil && !(s.serves(now) && now.Before(s.calm)) {
				if ok, err := reading.wait(ctx, s.serves(now)); ok || err != nil {
					return err
				}
			}
			s, now = q.state.Load(), time.Now()
		}
		switch {
		case s.serves(now):
			return nil
		case s.err != nil:
			return s.err
		}
		// What another has just read has become too old since.
	}
}

// attempt is one reading, that any number may wait for.
type attempt struct {
	anew  bool // whatever Changed says
	hangs bool // it has not ended in time; q.mu guards it
	done  chan struct{}
	ok    bool  // it succeeded; once done
	err   error // why it did not, or what is wrong with articles; once done
}

// wait waits until the reading is done; with patience, no longer than that. It returns whether the reading succeeded.
// The error is the context's.
func (r *attempt) wait(ctx context.Context, patience bool) (ok bool, err error) {
	var enough <-chan time.Time
	if patience {
		timer := time.NewTimer(maxWait)
		defer timer.Stop()
		enough = timer.C
	}
	select {
	case <-r.done:
		return r.ok, nil
	case <-enough:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// start returns the reading that runs, or starts one that is due; nil if none is.
func (q *Source) start(now time.Time) *attempt {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running == nil && q.state.Load().isDue(now) {
		q.run(&attempt{done: make(chan struct{})})
	}
	return q.running
}

// startAnew returns a reading that has not begun before the call.
func (q *Source) startAnew() (*attempt, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.running == nil:
		q.run(&attempt{anew: true, done: make(chan struct{})})
		return q.running, nil
	case q.running.hangs:
		return nil, fmt.Errorf("sqlquery: the last reading does not end: %w", q.running.err)
	case q.next == nil:
		q.next = &attempt{anew: true, done: make(chan struct{})}
	}
	return q.next, nil
}

// run lets a reading begin; q.mu is held. No other begins before it has returned, even if it hangs for longer
// than its time-out, after which nobody waits for it any more.
func (q *Source) run(reading *attempt) {
	q.running = reading
	_, _, timeout := q.timing()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	returned := make(chan *outcome, 1)
	go func() {
		result := &outcome{err: errors.New("sqlquery: reading the articles: the function has ended its goroutine")}
		defer func() { returned <- result }()
		result = q.read(ctx, reading.anew)
	}()
	go func() {
		defer cancel()
		select {
		case result := <-returned:
			q.finish(reading, result)
		case <-ctx.Done():
			q.finish(reading, &outcome{err: fmt.Errorf("sqlquery: reading the articles: no end within %v: %w", timeout, ctx.Err()), hangs: true})
			<-returned
			q.runNext()
		}
	}()
}

// runNext lets go of the reading that ran, and begins the one that somebody waits for.
func (q *Source) runNext() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running = nil
	if next := q.next; next != nil {
		q.next = nil
		q.run(next)
	}
}

// finish publishes what was read, and lets go those who wait for it.
func (q *Source) finish(reading *attempt, result *outcome) {
	if reading.ok = result.err == nil; reading.ok {
		q.publish(result)
		reading.err = q.problems
		q.state.Store(q.succeeded(time.Now()))
	} else {
		reading.err = result.err
		q.state.Store(q.failed(q.state.Load(), time.Now(), result.err))
	}
	q.report(reading.err)
	if result.hangs {
		q.mu.Lock()
		reading.hangs = true
		q.mu.Unlock()
	} else {
		q.runNext()
	}
	close(reading.done)
}

func (q *Source) publish(result *outcome) {
	q.changed, q.digest = result.changed, result.digest
	if !result.same {
		q.problems = errors.Join(append(result.problems, q.archive.Replace(result.articles...))...)
	}
}

// report tells of what is wrong, unless it has just done so.
func (q *Source) report(err error) {
	text := ""
	if err != nil {
		text = err.Error()
	}
	if text == q.reported {
		return
	}
	q.reported = text
	if q.OnError == nil {
		if err = syndicate.Refused(err); err != nil {
			log.Print(err)
		}
		return
	}
	defer func() {
		if p := recover(); p != nil {
			log.Printf("sqlquery: OnError: panic: %v\n%s", p, debug.Stack())
		}
	}()
	if err != nil {
		q.OnError(err)
	}
}

// untilRead waits until there is something to serve; false when ctx has ended.
func (q *Source) untilRead(ctx context.Context) bool {
	for q.ready(ctx) != nil {
		if !q.untilDue(ctx) {
			return false
		}
	}
	return true
}

// keepFresh reads again whenever it is due, until ctx ends.
func (q *Source) keepFresh(ctx context.Context) {
	for q.untilDue(ctx) {
		if reading := q.start(time.Now()); reading != nil {
			reading.wait(ctx, false)
		}
	}
}

// untilDue waits until it may be read again; false when ctx has ended.
func (q *Source) untilDue(ctx context.Context) bool {
	s := q.state.Load()
	pause := time.Until(s.due)
	switch {
	case s.due.IsZero(): // not before a Reload has failed
		pause = defaultRefresh
	case s.err != nil: // one that hangs is overdue all the time
		pause = max(pause, retryAfter)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
