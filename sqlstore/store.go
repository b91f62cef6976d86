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
	// error names the row and the reason. Set OnError before the first call of a method. Default:
	// errors are logged with slog.Default.
	OnError func(error)

	*core
}

// core has the state of a Store.
type core struct {
	checked
	db      *sql.DB                          // for reading and writing
	dialect *Dialect                         // of db
	listen  Listener                         // nil if there is none
	print   string                           // differs between programs that make different feeds of the same articles
	turn    chan struct{}                    // holds a value while a change is running: one at a time
	book    *book                            // of the last change; used by the running change only
	terms   terms                            // terms that were read, by number
	made    cache[int64, *syndicate.Article] // articles that were read, by number
	known   known                            // the last state that was seen, for versions and watchers

	prepared statements
}

// Database describes the database of a Store.
type Database struct {
	// DB has the connections. The Store closes it. Required.
	DB *sql.DB
	// Dialect is [SQLite] or [PostgreSQL]. Required.
	Dialect *Dialect
	// Listen reports changes of other servers sooner than the Store would notice them. Default: the
	// Store queries the database about twice a second.
	Listen Listener
}

// Listener starts to listen for changes. The function that it returns waits until the database has
// changed, and may be called again. It returns an error when ctx ends or the connection is lost. It
// has released its resources by then and must not be called again.
type Listener func(ctx context.Context) (wait func(ctx context.Context) error, err error)

// Open opens a store for the site and migrates the database to the current schema. The error is the
// database's, or the [syndicate.Problems] for which the site was refused. Warnings go to
// [syndicate.Site.Warn].
func Open(ctx context.Context, d Database, site syndicate.Site) (*Store, error) {
	checked, err := check(site)
	if err != nil {
		return nil, err
	}
	s := &Store{core: &core{checked: checked, db: d.DB, dialect: d.Dialect, listen: d.Listen}}
	// One value, so that one change runs at a time.
	s.turn = make(chan struct{}, 1)
	s.print = s.fingerprint()
	s.terms.s = s.core
	// Bytes in each of two generations: see cache.
	s.made.limit = 32 << 20
	s.terms.values.limit = 4 << 20
	s.known.init()
	s.prepared.made = map[statement]*sql.Stmt{}
	// From here on the tables are those that this program knows.
	if err := s.dialect.schema().Up(ctx, s.db); err != nil {
		return nil, s.failed("open", err)
	}
	if err := s.rename(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Close stops the store's background work and closes the database.
func (s *Store) Close() error {
	s.known.close()
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

// rename updates the Atom ids of stored articles if the site's tag authority has changed.
func (s *Store) rename(ctx context.Context) error {
	_, err := s.transact(ctx, func(ch *change) error {
		// Most often nothing has to be done, and the transaction writes nothing.
		if ch.authority == s.site().TagAuthority {
			return nil
		}
		ch.moved = true
		// The ids below and the authority change in one transaction, so that no server sees one
		// without the other.
		const authority = "UPDATE syndicate_state SET tag_authority = ? WHERE one = 1"
		if err := ch.exec(authority, s.site().TagAuthority); err != nil {
			return err
		}
		// Some thousand articles at a time, so that a large store does not have to fit into
		// memory.
		ids := map[int64]string{}
		for last := int64(0); ; {
			clear(ids)
			const query = "SELECT n, key, atom_id FROM syndicate_articles WHERE n > ? ORDER BY n LIMIT 5000"
			err := ch.query(query, []any{last}, func(rows *sql.Rows) error {
				var key, id string
				if err := rows.Scan(&last, &key, &id); err != nil {
					return err
				}
				// An entry for each article tells that there are more, even if none of them
				// changes its id.
				ids[last] = ""
				if now := s.publication.ArticleID(key); now != id {
					ids[last] = now
				}
				return nil
			})
			if err != nil || len(ids) == 0 {
				return err
			}
			for n, id := range ids {
				if id == "" {
					continue
				}
				if err := ch.exec("UPDATE syndicate_articles SET atom_id = ? WHERE n = ?", id, n); err != nil {
					return err
				}
			}
		}
	})
	return err
}

// report calls OnError, or logs the error if that is nil.
func (s *Store) report(err error) {
	if s.OnError != nil {
		s.OnError(err)
		return
	}
	slog.Error("sqlstore", "err", err)
}
