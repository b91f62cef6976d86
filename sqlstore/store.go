package sqlstore

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Store is a [syndicate.Source] over a database. Its methods are safe for concurrent use, and any
// number of servers may open the same database. Create a Store with [Open].
type Store struct {
	// Clock returns the current time. Set it before the first call of a method. All servers must
	// use the same clock. Default: the database's clock.
	Clock func() time.Time
	// OnError is called for each stored article that a feed leaves out because another program has
	// damaged its row, and for each extension of a stored article that the site cannot revive. The
	// error names the row and the reason. OnError is also called if the Store cannot write what the
	// passage of time changes, unless it may only read. Set OnError before the first call of a
	// method. Default: errors are logged with slog.Default.
	OnError func(error)
	// OnCall is called after each call of a method that reads or writes articles. Use it for
	// metrics. It runs in the goroutine of the call, so it should return soon. Set OnCall before
	// the first call of a method. Default: none.
	OnCall func(Call)

	*core
}

// core has the state of a Store.
type core struct {
	checked
	db      *sql.DB       // for reading and writing
	dialect *Dialect      // of db
	listen  Listener      // nil if there is none
	name    string        // of the database, for errors
	shared  bool          // db is the program's: Close leaves it open
	print   string        // differs between programs that make different feeds of the same articles
	turn    chan struct{} // holds a value while a change is running: one at a time
	book    *book         // of the last change; used by the running change only
	known   known         // the last state that was seen, and what was read
	upkeep  upkeep        // what time brings

	prepared statements
}

// Database describes the database of a Store.
type Database struct {
	// DB has the connections. The Store closes it, unless it is Shared. The Dialect says what the
	// Store needs of it. Required.
	DB *sql.DB
	// Dialect is [SQLite] or [PostgreSQL]. Required.
	Dialect *Dialect
	// Listen reports changes of other servers sooner than the Store would notice them. Default: the
	// Store queries the database about twice a second.
	Listen Listener
	// Name is how errors name the database, such as a host or a file. Default: they do not.
	Name string
	// Shared says that the program goes on using DB: closing the Store leaves it open.
	Shared bool
	// Unprepared says that DB prepares and caches statements itself, or that its connections pass
	// through a pooler that cannot keep prepared statements, such as PgBouncer in transaction mode.
	// The Store then prepares none.
	Unprepared bool
	// ChangeIDs allows Open to change the ids of all stored articles and feeds: the site sets
	// another IDBase or TagAuthority than the store has. Feed readers then show every article as
	// unread, and servers that run with the former ids cannot write until they are opened again.
	// Set it for one start. Default: such a site is refused with [ErrOtherIDs].
	ChangeIDs bool
}

// Listener starts to listen for changes. The function that it returns waits until the database has
// changed, and may be called again. It returns an error when ctx ends or the connection is lost. It
// has released its resources by then and must not be called again.
type Listener func(ctx context.Context) (wait func(ctx context.Context) error, err error)

// Open opens a store for the site and migrates the database to the current schema. It writes
// nothing if the schema is current and has the ids of the site. An IDBase or TagAuthority that the
// site leaves empty is that of the store. The error is the database's, [ErrOtherIDs], or the
// [syndicate.Problems] for which the site was refused. Warnings go to [syndicate.Site.Warn].
func Open(ctx context.Context, d Database, site syndicate.Site) (*Store, error) {
	// A site that is refused never reaches the database. Its warnings are passed on once.
	if _, err := silent(site).Check(); err != nil {
		_, err = site.Check()
		return nil, err
	}
	s := &Store{core: &core{db: d.DB, dialect: d.Dialect, listen: d.Listen, name: d.Name, shared: d.Shared}}
	// One value, so that one change runs at a time.
	s.turn = make(chan struct{}, 1)
	s.known.init()
	s.upkeep.init()
	s.prepared.made = map[statement]*sql.Stmt{}
	s.prepared.none = d.Unprepared
	// After the second step the tables are those that this program knows.
	for _, step := range []func(context.Context, *sql.DB) error{
		s.dialect.inspect, s.dialect.schema().Up, s.dialect.inspectWrites,
	} {
		if step == nil {
			continue
		}
		if err := step(ctx, s.db); err != nil {
			return nil, s.failed("open", err)
		}
	}
	if err := s.agree(ctx, site, d.ChangeIDs); err != nil {
		return nil, err
	}
	s.print = s.fingerprint()
	return s, nil
}

// Close stops the store's background work and closes the database, unless it is shared.
func (s *Store) Close() error {
	s.upkeep.close()
	s.known.close()
	if s.shared {
		// Otherwise they would stay prepared on the program's connections.
		return s.prepared.close()
	}
	return s.db.Close()
}

// Publication returns the checked settings.
func (s *Store) Publication() *syndicate.Publication { return s.publication }

// time returns the time of Clock or else of the database, in Unix seconds.
func (s *Store) time(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (unix int64, err error) {
	if s.Clock != nil {
		return s.Clock().Unix(), nil
	}
	err = q.QueryRowContext(ctx, "SELECT "+s.dialect.clock).Scan(&unix)
	return unix, err
}

// report calls OnError, or logs the error if that is nil.
func (s *Store) report(err error) {
	if s.OnError != nil {
		s.OnError(err)
		return
	}
	slog.Error("sqlstore", "err", err)
}
