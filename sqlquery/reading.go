package sqlquery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"time"

	"github.com/syndicate-go/syndicate"
)

// When a Query reads, and what it serves in the meantime. This file uses the machine's time, not
// Query.Clock: a clock that a test or an editor sets decides which articles are visible, not how
// often the database is read.

const (
	defaultRefresh = time.Minute     // see Query.Refresh
	defaultStale   = time.Hour       // see Query.Stale
	defaultTimeout = time.Minute     // see Query.Timeout
	defaultRecheck = time.Hour       // see Query.Recheck
	retryAfter     = 2 * time.Second // the pause after a failed read, unless Refresh is shorter
	maxWait        = 2 * time.Second // how long a request waits that could be served the old data
)

// state describes the last reads. It is immutable: each read replaces it.
type state struct {
	loaded bool      // a read has succeeded
	due    time.Time // when to read again; zero means never, or at once if nothing is loaded
	calm   time.Time // until then a request that can be served does not wait for the read
	stale  time.Time // when the loaded data is too old to be served; zero means never
	err    error     // why the last read failed; nil if it succeeded
}

// isDue reports whether it is time to read.
func (s *state) isDue(now time.Time) bool {
	if s.due.IsZero() {
		return !s.loaded
	}
	return !now.Before(s.due)
}

// serves reports whether there is data that may be served.
func (s *state) serves(now time.Time) bool {
	return s.loaded && (s.stale.IsZero() || now.Before(s.stale))
}

// timing returns Refresh, Stale and Timeout with their defaults. A negative refresh means never.
func (q *Query) timing() (refresh, stale, timeout time.Duration) {
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

// succeeded returns the state after a successful read.
func (q *Query) succeeded(ended time.Time) *state {
	s := &state{loaded: true}
	if refresh, stale, _ := q.timing(); refresh > 0 {
		s.due = ended.Add(refresh)
		s.calm = s.due.Add(refresh)
		s.stale = s.due.Add(stale)
	}
	return s
}

// failed returns the state after a failed read, given the state at its beginning. While reads fail,
// no request that can be served waits for another read.
func (q *Query) failed(last *state, ended time.Time, err error) *state {
	s := &state{loaded: last.loaded, stale: last.stale, err: err}
	refresh, stale, timeout := q.timing()
	retry := retryAfter
	var refused *RetractionError
	if errors.As(err, &refused) {
		// The database works, so another read has the same result until somebody acts.
		retry = max(refresh, retry)
	} else if refresh > 0 {
		retry = min(refresh, retry)
	}
	if refresh <= 0 && s.loaded && s.stale.IsZero() {
		s.stale = ended.Add(stale)
	}
	s.due = ended.Add(retry)
	s.calm = ended.Add(timeout + 2*max(refresh, defaultRefresh))
	return s
}

// ready returns nil if the archive may be read. It starts a read if one is due, and waits for it if
// the present data is too old to be served.
func (q *Query) ready(ctx context.Context) error {
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
			// A request waits only if there is nothing to serve, or if the data is more than
			// twice as old as it should be.
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
		// A read that another goroutine started has ended, and its data is too old already.
	}
}

// attempt is one read, which any number of requests may wait for.
type attempt struct {
	anew  bool // all articles, whatever Changed and Stamps return
	agree bool // the read may retract any number of articles; guarded by Query.mu until it runs
	hangs bool // it has timed out and not returned; guarded by Query.mu
	done  chan struct{}
	ok    bool  // it succeeded; set before done is closed
	err   error // why it failed, or the problems of articles; set before done is closed
}

// wait waits until the read is done, for no longer than maxWait if bounded. It reports whether the
// read succeeded. The error is the context's.
func (r *attempt) wait(ctx context.Context, bounded bool) (ok bool, err error) {
	var enough <-chan time.Time
	if bounded {
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

// start returns the running read. If none runs it starts one if that is due, or else returns nil.
func (q *Query) start(now time.Time) *attempt {
	q.mu.Lock()
	defer q.mu.Unlock()
	// Another request may have started and finished a read since this one looked.
	if q.running == nil && q.state.Load().isDue(now) {
		q.run(&attempt{done: make(chan struct{})})
	}
	return q.running
}

// startAnew returns a read that begins after the call. If agreed is set, it may retract any number
// of articles.
func (q *Query) startAnew(agreed bool) (*attempt, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.running == nil:
		q.run(&attempt{anew: true, agree: agreed, done: make(chan struct{})})
		return q.running, nil
	case q.running.hangs:
		return nil, fmt.Errorf("sqlquery: the last read does not end: %w", q.running.err)
	// The running read may have begun before the change that the caller knows of. All callers
	// that wait share the next one.
	case q.next == nil:
		q.next = &attempt{anew: true, done: make(chan struct{})}
	}
	q.next.agree = q.next.agree || agreed
	return q.next, nil
}

// run starts a read. The caller holds q.mu. No other read starts until this one has returned, even
// if it hangs: after its timeout, requests no longer wait for it.
func (q *Query) run(reading *attempt) {
	q.running = reading
	_, _, timeout := q.timing()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	// The buffer lets the reading goroutine end even if nobody waits for its result any longer.
	returned := make(chan *outcome, 1)
	go func() {
		result := &outcome{err: errors.New("sqlquery: reading the articles: the function has ended its goroutine")}
		// A function of the program may call runtime.Goexit. Then the result is the error above.
		defer func() { returned <- result }()
		result = q.read(ctx, reading.anew)
	}()
	go func() {
		defer cancel()
		select {
		case result := <-returned:
			q.finish(reading, result)
		case <-ctx.Done():
			err := fmt.Errorf("sqlquery: reading the articles: no end within %v: %w", timeout, ctx.Err())
			// Requests get the error now. The function may still be running, and no other read
			// starts before it returns.
			q.finish(reading, &outcome{err: err, hangs: true})
			<-returned
			q.runNext()
		}
	}()
}

// runNext starts the read that Reload waits for, if any, after the running one has returned.
func (q *Query) runNext() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running = nil
	if next := q.next; next != nil {
		q.next = nil
		q.run(next)
	}
}

// finish publishes the articles of a read and wakes the requests that wait for it.
func (q *Query) finish(reading *attempt, result *outcome) {
	if result.err == nil && result.collector != nil && !reading.agree {
		if err := q.excess(result.collector); err != nil {
			result.err = fmt.Errorf("sqlquery: reading the articles: %w", err)
		}
	}
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
	if reading.ok && result.collector != nil {
		// Before Reload returns, so that its caller knows of them, and after the new state is there
		// and the next read can start: Site.Warn may use the Query.
		q.passWarnings(result.collector)
	}
	close(reading.done)
}

// publish changes the articles of the archive as a read found them.
func (q *Query) publish(result *outcome) {
	c := result.collector
	q.changed = result.changed
	switch {
	case result.differs:
		q.echo = result.began
	case c != nil && c.whole && result.began.Sub(q.echo) >= settling:
		q.echo = time.Time{}
	}
	if c == nil {
		return
	}
	q.apply(c)
	if c.whole {
		q.lastWhole, q.loose = result.began, c.loose
	} else {
		q.loose = append(q.loose, c.loose...)
	}
	q.problems = q.leftOut()
}

// warn is called with each warning of the archive. Those of a read are collected until it has
// published its articles.
func (q *Query) warn(p *syndicate.Problem) {
	if p.Article != "" && q.publishing.Load() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.warnings = append(q.warnings, p)
	} else if q.Site.Warn != nil {
		q.Site.Warn(p)
	}
}

// passWarnings passes on the warnings about the articles of a read that the read before did not
// have.
func (q *Query) passWarnings(c *collector) {
	var fresh []*syndicate.Problem
	q.mu.Lock()
	before := q.warned
	q.warned = maps.Clone(before)
	if q.warned == nil {
		q.warned = map[string]string{}
	}
	// A warning about an article that was read again holds only if it was repeated.
	again := map[string]bool{}
	for i := range c.changes {
		if address, err := q.namer.Resolve(c.changes[i].article.URL); err == nil {
			again[address] = true
		}
	}
	maps.DeleteFunc(q.warned, func(_, article string) bool { return again[article] })
	for _, p := range q.warnings {
		text := p.Error()
		if _, repeated := before[text]; !repeated && q.warned[text] == "" {
			fresh = append(fresh, p)
		}
		q.warned[text] = p.Article
	}
	q.warnings = nil
	q.mu.Unlock()
	if q.Site.Warn == nil {
		return
	}
	for _, p := range fresh {
		q.Site.Warn(p)
	}
}

// report calls OnError, unless the text is the same as the last time.
func (q *Query) report(err error) {
	text := ""
	if err != nil {
		text = err.Error()
	}
	// A failure that lasts is reported once, and not once a minute.
	if text == q.reported {
		return
	}
	q.reported = text
	if q.OnError == nil {
		if err != nil {
			slog.Error("sqlquery: reading articles", "err", err)
		}
		return
	}
	defer func() {
		if p := recover(); p != nil {
			slog.Error("sqlquery: OnError panicked", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	if err != nil {
		q.OnError(err)
	}
}

// untilRead waits until there is data to serve. It returns false if ctx has ended.
func (q *Query) untilRead(ctx context.Context) bool {
	for q.ready(ctx) != nil {
		if !q.untilDue(ctx) {
			return false
		}
	}
	return true
}

// keepFresh reads whenever a read is due, until ctx ends.
func (q *Query) keepFresh(ctx context.Context) {
	for q.untilDue(ctx) {
		if reading := q.start(time.Now()); reading != nil {
			reading.wait(ctx, false)
		}
	}
}

// untilDue waits until the next read is due. It returns false if ctx has ended.
func (q *Query) untilDue(ctx context.Context) bool {
	s := q.state.Load()
	// This may be negative: then the timer fires at once.
	pause := time.Until(s.due)
	switch {
	case s.due.IsZero(): // with a negative Refresh, until a Reload fails
		pause = defaultRefresh
	case s.err != nil: // a read that hangs is always overdue
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
