package sqlquery

import (
	"context"
	"database/sql"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Query is a [syndicate.Source] over articles that you keep yourself. It reads all of them with
// one SELECT or one function, and reads again when they change. The package documentation describes
// the columns. Set the fields before the first call of a method. A Query must not be copied. Its
// methods are safe for concurrent use.
type Query struct {
	// Site has the settings of the publication. After a read, its Warn is called with the
	// warnings about articles that the read before did not have. Required.
	Site syndicate.Site

	// Articles yields all articles, including drafts and future ones; the archive decides which are
	// visible. An error ends the read, which has then failed, unless the error is a [RowError] or
	// [syndicate.Problems]: those report a single article. A panic is treated as an error. The
	// context ends after Timeout. Required, unless DB and SQL are set.
	Articles func(ctx context.Context) iter.Seq2[syndicate.Article, error]

	// DB is the database. Required, unless Articles is set.
	DB *sql.DB
	// SQL is the query that returns all articles. Required, unless Articles is set.
	SQL string
	// Lists has a query for each list that is kept in separate tables. Its keys are columns:
	// "tags", "categories", "authors", "contributors", "enclosures". The first column of such a
	// query is the article's key. The other columns have the names of the fields of the list's
	// objects. The rows are in the order of the list. All queries read the same state of the
	// database, in a transaction of isolation level repeatable read. Default: none.
	Lists map[string]string
	// Separator separates the names in a list that is not JSON. Use "," for the result of
	// group_concat. Default: a line break.
	Separator string
	// Location is the time zone of texts that contain a time without a zone. Default: UTC.
	Location *time.Location

	// Changed returns a text that differs from the last one whenever an article has changed. It is
	// called once every Refresh, and the articles are read only if its result has changed.
	// Default: the articles are read every time.
	Changed func(ctx context.Context) (string, error)
	// ChangedSQL does the same as Changed with a query of DB: its rows differ whenever an article
	// has changed, as those of "SELECT max(updated_at), count(*) FROM posts" do. Default: none.
	ChangedSQL string

	// Refresh is the maximum age of the data before a read in the background. Concurrent requests
	// share one read and do not wait for it, except the first request after more than twice that
	// time, which waits up to 2 seconds. A negative Refresh leaves reading to [Query.Reload].
	// Default: 1 minute.
	Refresh time.Duration
	// Stale is how long the last good data is served after it was due to be read again, while reads
	// fail. After that, methods return the error of the last read. If Stale is negative, requests
	// wait for each read that is due. Default: 1 hour.
	Stale time.Duration
	// Timeout is the longest time that a read may take. Default: 1 minute.
	Timeout time.Duration

	// OnError is called with the error of a read: why it failed, or [RowError] values and
	// [syndicate.Problems], joined. It is not called twice in a row with the same text, and must
	// not call the Query. Default: errors are logged with slog.Default.
	OnError func(error)
	// Clock returns the time by which articles appear and expire. Default: time.Now.
	Clock func() time.Time

	opened  sync.Once
	archive *syndicate.Archive // of no site if the site was refused
	refusal error              // why the site was refused
	state   atomic.Pointer[state]

	mu       sync.Mutex // guards the next fields
	running  *attempt
	next     *attempt             // begins after the running one, which may have read too early
	warnings []*syndicate.Problem // of the articles that are being published

	publishing atomic.Bool // the running attempt replaces the articles

	// The fields below are used by the running attempt only.
	changed  string          // the result of Changed before the last successful read
	digest   [hashSize]byte  // of the rows of that read; zero if there are none
	problems error           // of the articles that are published
	reported string          // the last text that report was called with
	warned   map[string]bool // the texts of the warnings of the last read
}

// open creates the archive, which is still empty.
func (q *Query) open() {
	q.opened.Do(func() {
		q.state.Store(new(state))
		site := q.Site
		site.Warn = q.warn
		if q.archive, q.refusal = syndicate.NewArchive(site); q.refusal != nil {
			q.archive = new(syndicate.Archive)
		}
		q.archive.Clock = q.Clock
	})
}

// Publication returns the checked settings. If the site was refused, they are empty, and the other
// methods return the reason.
func (q *Query) Publication() *syndicate.Publication {
	q.open()
	return q.archive.Publication()
}

// Scopes lists the scopes that have a feed, as [syndicate.Archive.Scopes] does.
func (q *Query) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		if err := q.ready(ctx); err != nil {
			yield(syndicate.ScopeInfo{}, err)
			return
		}
		q.archive.Scopes(ctx)(yield)
	}
}

// Feed returns the feed of a scope or of an archive page. The error is a [syndicate.ScopeError] if
// there is no such feed, the context's error, or the error of a read.
func (q *Query) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if err := q.ready(ctx); err != nil {
		return nil, err
	}
	return q.archive.Feed(ctx, scope)
}

// Version returns the version of a feed, as [syndicate.Archive.Version] does.
func (q *Query) Version(ctx context.Context, scope syndicate.Scope) (string, error) {
	if err := q.ready(ctx); err != nil {
		return "", err
	}
	return q.archive.Version(ctx, scope)
}

// Preview returns the feed that a scope would have if nothing were hidden, as
// [syndicate.Archive.Preview] does. Show it to authorized users only.
func (q *Query) Preview(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if err := q.ready(ctx); err != nil {
		return nil, err
	}
	return q.archive.Preview(ctx, scope)
}

// Redirect declares that the feed of one scope has moved to another, as
// [syndicate.Archive.Redirect] does. The Query remembers it as long as it lives; call it each
// time the program starts.
func (q *Query) Redirect(from, to syndicate.Scope) error {
	if q.open(); q.refusal != nil {
		return q.refusal
	}
	return q.archive.Redirect(from, to)
}

// CloseScope declares that the feed of a scope was closed on purpose, as
// [syndicate.Archive.CloseScope] does. The Query remembers it as long as it lives; call it each
// time the program starts.
func (q *Query) CloseScope(scope syndicate.Scope) error {
	if q.open(); q.refusal != nil {
		return q.refusal
	}
	return q.archive.CloseScope(scope)
}

// Changes yields the scopes whose feeds changed, as [syndicate.Archive.Changes] does. While the
// loop runs, the articles are read again whenever a read is due, even if no feed is requested. The
// articles of the first read are not reported as a change.
func (q *Query) Changes(ctx context.Context) iter.Seq[[]syndicate.Scope] {
	return func(yield func([]syndicate.Scope) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var keeper sync.WaitGroup
		defer keeper.Wait()
		defer cancel()
		if q.open(); q.refusal != nil || !q.untilRead(ctx) {
			return
		}
		keeper.Go(func() { q.keepFresh(ctx) })
		q.archive.Changes(ctx)(yield)
	}
}

// Reload reads all articles without calling Changed, and returns after they are published. Call it
// when your CMS has changed an article: every change before the call is included. The error says
// why the read failed, or which articles were left out. If ctx ends, Reload returns and the read
// continues.
func (q *Query) Reload(ctx context.Context) error {
	if q.open(); q.refusal != nil {
		return q.refusal
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	attempt, err := q.startAnew()
	if err != nil {
		return err
	}
	select {
	case <-attempt.done:
		return attempt.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
