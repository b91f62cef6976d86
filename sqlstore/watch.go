package sqlstore

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/fingerprint"
	"github.com/syndicate-go/syndicate/internal/shelves"
)

// Changes of the database, and the versions of scopes while it does not change.

const (
	// period is how often the database is queried for changes. A Listener reports them sooner.
	period = 400 * time.Millisecond
	// holds is how long an answer of the database is used to return versions.
	holds = time.Second
)

// known has the last state of the database that this server has seen, and the time of that query.
// One goroutine keeps it current, from the first call of Changes or Version.
type known struct {
	asking   sync.Mutex            // held during a query, so that an older answer never replaces a newer one
	mu       sync.Mutex            // guards the fields below
	begun    bool                  // the goroutine was started, or must not be
	end      context.CancelFunc    // ends the goroutine
	done     chan struct{}         // closed when the goroutine has ended
	looked   bool                  // the database was queried once
	state    state                 // the state at the last query
	line     *line                 // what was read, and the newest change
	of       *line                 // the line of state
	asked    time.Time             // the time of the query; zero if the state is known to be old
	watchers map[*watcher]struct{} // the loops over Changes
	poke     chan struct{}         // wakes the goroutine
}

// version has the version of a scope, and what the versions of its archive pages have in common.
type version struct {
	number, pages, open int64
	openPage            int64              // the version of the page that is being filled
	facts               fingerprint.Digest // of the names, the description and the URL, which pages show
}

// stretch is a part of the archive pages of a scope: as many as are read together.
type stretch struct {
	scope syndicate.Scope
	index int64 // 0 for the oldest pages
}

// stretchLength is the number of pages of a stretch. To read them takes a database about as long as
// to read the articles of a feed.
const stretchLength = 128

// pageVersions has the versions of the closed pages of a stretch, as of a version of the scope.
type pageVersions struct {
	of      int64 // the number of the scope's version
	numbers []int64
}

// stretchOf returns the stretch of an archive page, and the index of the page there.
func stretchOf(scope syndicate.Scope) (part stretch, index int64) {
	before := int64(scope.Page() - 1)
	return stretch{scope.Current(), before / stretchLength}, before % stretchLength
}

// watcher collects the scopes that changed until its loop takes them.
type watcher struct {
	pending map[syndicate.Scope]struct{} // changed, and not taken yet
	wake    chan struct{}                // has a value when pending is not empty
}

// init sets the limits and makes the maps and channels.
func (k *known) init() {
	k.line = newLine()
	k.watchers = map[*watcher]struct{}{}
	k.poke = make(chan struct{}, 1)
	k.done = make(chan struct{})
}

// close ends the goroutine.
func (k *known) close() {
	k.mu.Lock()
	begun, end := k.begun, k.end
	k.begun = true
	k.asked = time.Time{}
	k.mu.Unlock()
	// The goroutine may be in the middle of a query. The database is closed after it has ended.
	if end != nil {
		end()
		<-k.done
	} else if !begun {
		close(k.done)
	}
}

// watch starts the goroutine that keeps known current, if it is not running.
func (s *Store) watch() {
	k := &s.known
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.begun {
		return
	}
	k.begun = true
	var ctx context.Context
	ctx, k.end = context.WithCancel(context.Background())
	go func() {
		defer close(k.done)
		if s.listen != nil {
			var listening sync.WaitGroup
			defer listening.Wait()
			// The listener only makes the next query earlier. Its failure delays news by the
			// period, and loses nothing.
			listening.Go(func() { s.hear(ctx) })
		}
		for ctx.Err() == nil {
			s.ask(ctx)
			timer := time.NewTimer(period)
			select {
			case <-ctx.Done():
			case <-k.poke:
			case <-timer.C:
			}
			timer.Stop()
		}
	}()
}

// hear wakes the goroutine whenever the Listener reports a change. If listening fails it tries
// again after a pause, which grows: a replica never listens. The goroutine queries the database in
// any case.
func (s *Store) hear(ctx context.Context) {
	for pause := period; ctx.Err() == nil; pause = min(2*pause, time.Minute) {
		wait, err := s.listen(ctx)
		for err == nil {
			pause = period
			if err = wait(ctx); err == nil {
				select {
				case s.known.poke <- struct{}{}:
				default:
				}
			}
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// ask queries the database for changes and passes them to the watchers. While the database is
// unavailable it changes nothing.
func (s *Store) ask(ctx context.Context) {
	ctx, end := context.WithTimeout(ctx, 10*time.Second)
	defer end()
	k := &s.known
	k.asking.Lock()
	defer k.asking.Unlock()
	// The answer is as old as the beginning of the query.
	asked := time.Now()
	l, err := s.lookAt(ctx, lookTime, nil)
	if err != nil {
		return
	}
	k.mu.Lock()
	// Only this goroutine and the first call of Changes ask, one at a time, so that the state
	// does not change meanwhile.
	since, before, first := k.state.seq, k.of, !k.looked
	k.mu.Unlock()
	var told []syndicate.Scope
	if first {
		since = l.seq
	} else if l.line != before {
		// Another database, such as a restored copy: everything may differ, and scopes may be gone.
		since = -1
		told = before.versions.keys()
	}
	if l.seq != since {
		// The index on the column changed finds the rows. Their versions are dropped even if
		// their feeds are the same.
		const query = "SELECT kind, key, told FROM syndicate_scopes WHERE changed > ?"
		err = s.each(ctx, query, []any{since}, func(rows *sql.Rows) error {
			var kind, when int64
			var key string
			if err := rows.Scan(&kind, &key, &when); err != nil {
				return err
			}
			scope := scopeOf(kind, key)
			// Version reads it again.
			l.line.versions.drop(scope)
			if when > since && s.publication.Publishes(scope) {
				told = append(told, scope)
			}
			return nil
		})
		if err != nil {
			return
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.looked = true
	// A look that began before this server's last write is not news: the versions are queried
	// until a newer look arrives.
	if k.state, k.of = l.state, l.line; l.line == k.line && l.seq >= k.line.newest.seq {
		k.asked = asked
	}
	if len(told) == 0 {
		return
	}
	// A watcher that has not taken its last scopes yet gets these with them.
	for w := range k.watchers {
		for _, scope := range told {
			w.pending[scope] = struct{}{}
		}
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// Changes yields the scopes whose feeds changed, sorted: changes of all servers, and articles that
// appear or expire. It watches from the beginning of the loop until ctx ends or the loop is left.
// Changes that occur while the loop is busy are joined. Changes made while the database is
// unavailable are reported when it is back.
func (s *Store) Changes(ctx context.Context) iter.Seq[[]syndicate.Scope] {
	return func(yield func([]syndicate.Scope) bool) {
		k := &s.known
		s.watch()
		w := &watcher{pending: map[syndicate.Scope]struct{}{}, wake: make(chan struct{}, 1)}
		k.mu.Lock()
		k.watchers[w] = struct{}{}
		looked := k.looked
		k.mu.Unlock()
		// Without a first look there would be no state from which changes could be counted.
		if !looked {
			s.ask(ctx) // changes before this are not reported
		}
		defer func() {
			k.mu.Lock()
			delete(k.watchers, w)
			k.mu.Unlock()
		}()
		for {
			select {
			case <-ctx.Done():
				return
			case <-k.done:
				return
			case <-w.wake:
			}
			if scopes := k.take(w); ctx.Err() != nil || len(scopes) > 0 && !yield(scopes) {
				return
			}
		}
	}
}

// take returns the scopes that a watcher has collected, sorted, and clears them.
func (k *known) take(w *watcher) (scopes []syndicate.Scope) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for scope := range w.pending {
		scopes = append(scopes, scope)
	}
	clear(w.pending)
	slices.SortFunc(scopes, syndicate.Scope.Compare)
	return scopes
}

// Version returns a text that changes whenever the scope's feed changes: see [syndicate.Versioner].
// It queries the database only if the last answer is older than a second. The error is the same as
// that of [Store.Feed].
func (s *Store) Version(ctx context.Context, scope syndicate.Scope) (text string, err error) {
	ctx, done := s.measure(ctx, "Version")
	defer func() { done(0, err) }()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if !legal(scope) {
		return "", &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
	}
	s.watch()
	if text, known := s.knownVersion(scope); known {
		return text, nil
	}
	l, err := s.lookAtVersion(ctx, scope)
	if err != nil {
		return "", err
	}
	if err := s.absent(ctx, scope, l); err != nil {
		return "", err
	}
	v, page := l.versionOf(), int64(scope.Page())
	text = s.versionText(v, page, l.rows[page].version)
	if l.overdue != "" {
		return text + "-" + l.overdue, nil
	}
	k := &s.known
	k.mu.Lock()
	defer k.mu.Unlock()
	// The version is kept only if nothing was written since the look. Otherwise the goroutine may
	// have dropped the old version already, and would not drop this one.
	if k.looked && l.line == k.line && l.seq >= k.line.newest.seq {
		l.line.versions.put(scope.Current(), v, 1)
		if page > 0 {
			part, _ := stretchOf(scope)
			known := l.pageVersions(part)
			l.line.pages.put(part, known, 1+len(known.numbers)) // a stretch without closed pages counts too
		}
	}
	return text, nil
}

// lookAtVersion reads the version of a scope. For an archive page it reads those of the pages of
// the same stretch too, which will probably be requested next.
func (s *Store) lookAtVersion(ctx context.Context, scope syndicate.Scope) (*look, error) {
	kind, key := int64(scope.Kind()), scope.Key()
	if scope.Page() == 0 {
		return s.lookAt(ctx, lookVersion, []any{kind, key, kind, key})
	}
	part, _ := stretchOf(scope)
	first, last := part.index*stretchLength+1, (part.index+1)*stretchLength
	return s.lookAt(ctx, lookOfPages, []any{kind, key, kind, key, kind, key, first, last})
}

// versionOf returns the version of the scope that was looked at.
func (l *look) versionOf() version {
	facts := struct {
		Names []string
		shelves.Facts
	}{l.names, l.facts}
	return version{l.version, l.pages, l.open, l.rows[l.pages+1].version, fingerprint.Of(&facts)}
}

// pageVersions returns the versions of the closed pages of a stretch.
func (l *look) pageVersions(part stretch) pageVersions {
	first := part.index*stretchLength + 1
	numbers := make([]int64, 0, max(0, min(stretchLength, l.pages-first+1)))
	for number := first; number <= l.pages && len(numbers) < stretchLength; number++ {
		numbers = append(numbers, l.rows[number].version)
	}
	return pageVersions{l.version, numbers}
}

// knownVersion returns the version of a scope or page as text, if it is known to be current.
func (s *Store) knownVersion(scope syndicate.Scope) (text string, known bool) {
	k := &s.known
	k.mu.Lock()
	defer k.mu.Unlock()
	// The answer of the database is used for a second. Another server's change may be missed for
	// that long, as the package documentation says.
	age := time.Since(k.asked)
	if k.asked.IsZero() || age > holds {
		return "", false
	}
	st := k.state
	if s.Clock != nil {
		st.now = s.Clock().Unix()
	} else {
		// The database's clock has gone on since the answer. Rounding up makes events due rather
		// early than late.
		st.now = max(st.now+int64((age+time.Second-1)/time.Second), st.clock)
	}
	if !st.upToDate() {
		return "", false
	}
	v, known := k.line.versions.get(scope.Current())
	page := int64(scope.Page())
	if !known || page == 0 {
		return s.versionText(v, 0, 0), known
	}
	if page > v.pages {
		return s.versionText(v, page, v.openPage), page == v.pages+1 && v.open > 0
	}
	part, index := stretchOf(scope)
	pages, known := k.line.pages.get(part)
	if !known || pages.of != v.number {
		return "", false
	}
	return s.versionText(v, page, pages.numbers[index]), true
}

// versionText returns the version of a scope as text, or that of a page, given the number of the
// page's version. Pages show the facts of the scope. Of the number of pages it only matters whether
// the page is closed, and whether another one follows.
func (s *Store) versionText(v version, page, ofPage int64) string {
	if page == 0 {
		return strconv.FormatUint(uint64(v.number), 36) + "-" + s.print
	}
	of := struct {
		Number, Pages int64
		Facts         fingerprint.Digest
	}{ofPage, min(v.pages-page, 1), v.facts}
	return fingerprint.Of(&of).String() + "-" + s.print
}
