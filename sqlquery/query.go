package sqlquery

import (
	"context"
	"database/sql"
	"hash/maphash"
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
	// Columns returns a reader of further columns of SQL, for extensions of articles. It is called
	// for each row. For episodes of podcasts, return new(podcast.Columns). Default: none.
	Columns func() Columns
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
	// has changed. The package documentation says what it must include. After a change the articles
	// are read once more, 2 seconds later or more: times of whole seconds do not show a second
	// change within the second. Default: none.
	ChangedSQL string
	// Stamps are queries that say which articles have changed, so that only those are read again.
	// The first column of each is the article's key, as in Lists. The other columns differ whenever
	// the article does; the time of its last change is enough, since an article that changed is
	// read once more, 2 seconds later or more. The first query returns one row for each article,
	// the others any number, in any order. SQL and each query of Lists then contain the marker {?},
	// which stands for the keys of the articles to read, as in "WHERE id IN ({?})". Write {$} if
	// the driver's parameters are $1, $2, as in PostgreSQL. The articles are read 500 at a time,
	// and all of them if Changed or ChangedSQL return another result. Default: all articles are
	// read.
	Stamps []string
	// Recheck is how long Changed and Stamps are trusted: the first read after that time reads all
	// articles. A negative Recheck trusts them forever. Default: 1 hour.
	Recheck time.Duration

	// MaxRetracted and MaxRetractedShare are how many articles, and which share of the visible
	// ones, a read may retract: articles that have left the result, have become drafts, or cannot
	// be read any longer. A read that would retract more than both, or all visible articles, fails
	// with a [RetractionError]. [Query.ReloadRetracting] agrees once. A negative MaxRetracted
	// allows any number. Defaults: 10, and 0.1.
	MaxRetracted      int
	MaxRetractedShare float64

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
	namer   *syndicate.Publication // checks the URL and id of an article alone
	checker *syndicate.Publication // checks articles without warnings

	mu       sync.Mutex // guards the next fields
	running  *attempt
	next     *attempt             // begins after the running one, which may have read too early
	warnings []*syndicate.Problem // of the articles that are being published

	publishing atomic.Bool // the running attempt replaces the articles

	// The fields below are used by the running attempt only.
	changed   string            // the result of Changed before the last successful read
	echo      time.Time         // when ChangedSQL returned another result; zero after an echo
	lastWhole time.Time         // when all articles were last read
	seed      maphash.Seed      // of digests
	limit     textLimit         // of the database
	reads     uint64            // the number of reads
	marks     map[string]*mark  // the articles of the last read, by their keys
	owners    map[string]bool   // the ids in the archive, as feeds show them
	faults    map[*mark]fault   // of articles that are left out
	loose     []error           // errors of the last read of all articles that belong to none
	problems  error             // why articles are left out
	reported  string            // the last text that report was called with
	warned    map[string]string // the texts of warnings and the articles that they are about
}

// Columns reads columns of SQL that are no fields of an article into an extension. A new value is
// made for each row.
type Columns interface {
	// Places returns where the values are stored, by the names of the columns in lower case: a
	// pointer to a string, bool, int, int64, float64, [time.Time] or [time.Duration] (from a number
	// of seconds), or an [encoding.TextUnmarshaler]. Values are converted as those of other columns
	// are. NULL is not stored.
	Places() map[string]any
	// Extend adds what was stored to the article, which has all of its other fields. An error is
	// that of the row.
	Extend(article *syndicate.Article) error
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
		q.checker, q.namer = q.archive.Publication(), q.archive.Publication()
		if q.refusal == nil {
			// The archive passes on the warnings that these two would repeat.
			site.Warn = nil
			q.checker, _ = site.Check()
			site.Extensions = nil
			q.namer, _ = site.Check()
		}
		q.seed = maphash.MakeSeed()
		q.marks, q.owners, q.faults = map[string]*mark{}, map[string]bool{}, map[*mark]fault{}
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

// Reload reads all articles, whatever Changed and Stamps return, and returns after they are
// published. Call it when your CMS has changed an article: every change before the call is
// included. The error says why the read failed, or which articles were left out. If ctx ends,
// Reload returns and the read continues.
func (q *Query) Reload(ctx context.Context) error { return q.reload(ctx, false) }

// ReloadRetracting does the same as Reload and agrees, once, that the read retracts any number of
// articles. Let an operator call it, by a signal or an administration page, after a
// [RetractionError] that is no fault.
func (q *Query) ReloadRetracting(ctx context.Context) error { return q.reload(ctx, true) }

// reload reads all articles. If agreed is set, the read may retract any number of them.
func (q *Query) reload(ctx context.Context, agreed bool) error {
	if q.open(); q.refusal != nil {
		return q.refusal
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	attempt, err := q.startAnew(agreed)
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
