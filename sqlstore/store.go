package sqlstore

import (
	"context"
	"database/sql"
	"hash/fnv"
	"log/slog"
	"strconv"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Store is a [syndicate.Source] over a database, safe for concurrent use by any number of servers. It is made
// with [Open].
type Store struct {
	// Clock tells the time. Set it before anything is asked of the store, and to the same for every server.
	// Optional; default the database's own clock, which is the same for all of them.
	Clock func() time.Time
	// Report is told of stored articles that feeds leave out, because somebody else has written there what no
	// article is; the error names row and reason. Set it before anything is asked of the store. Optional.
	OnError func(error)

	*core
}

// core is what all copies of a Store share.
type core struct {
	site    syndicate.Site
	db      *sql.DB
	dialect *Dialect
	listen  Listener
	print   string        // tells from each other programs that make different feeds of the same
	turn    chan struct{} // who is in it may write
	book    *book         // of the last change; whose turn it is has it
	terms   terms
	made    cache[int64, *syndicate.Article] // by number
	known   known

	prepared statements
}

// Database is a database that a Store can be opened over.
type Database struct {
	// DB is the connections; the Store closes it. Required.
	DB *sql.DB
	// Dialect is [SQLite] or [PostgreSQL]. Required.
	Dialect *Dialect
	// Listen tells of what other servers write, sooner than the Store would find out by looking twice a second.
	// Optional.
	Listen Listener
}

// Listener begins to listen. What it returns waits until there is something new, and can wait again after that. Its
// error, when ctx ends or nothing can be heard any more, is final: it has cleaned up by then.
type Listener func(ctx context.Context) (wait func(ctx context.Context) error, err error)

// Open returns a store of the site over a database, whose schema it brings up to date. The error is the
// database's, or holds [syndicate.Problems] of the site; warnings are not told.
func Open(ctx context.Context, d Database, site syndicate.Site) (*Store, error) {
	checked, err := site.Check()
	if err := syndicate.Refused(err); err != nil {
		return nil, err
	}
	s := &Store{core: &core{site: checked, db: d.DB, dialect: d.Dialect, listen: d.Listen, turn: make(chan struct{}, 1)}}
	s.print = fingerprint(&s.site)
	s.terms.s = s.core
	s.made.limit = 32 << 20
	s.terms.values.limit = 4 << 20
	s.known.init()
	s.prepared.made = map[statement]*sql.Stmt{}
	if err := s.dialect.schema().Up(ctx, s.db); err != nil {
		return nil, s.failed("open", err)
	}
	if err := s.rename(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Close ends what the store does by itself, and closes the database.
func (s *Store) Close() error {
	s.known.close()
	return s.db.Close()
}

// Site returns the publication, checked. What is behind its slices and maps is read-only.
func (s *Store) Site() syndicate.Site { return s.site }

// time returns the time in Unix seconds.
func (s *Store) time(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (unix int64, err error) {
	if s.Clock != nil {
		return s.Clock().Unix(), nil
	}
	err = q.QueryRowContext(ctx, "SELECT "+s.dialect.clock).Scan(&unix)
	return unix, err
}

// fingerprint tells sites from each other whose feeds differ in what stands around the articles.
func fingerprint(site *syndicate.Site) string {
	h := fnv.New64a()
	var buf []byte
	for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("a"), syndicate.InCategory("a/b").AtPage(1)} {
		feed := site.Feed(scope, syndicate.Selection{Names: []string{"a"}})
		for _, format := range syndicate.Formats {
			buf = feed.Append(buf[:0], format)
			h.Write(buf)
		}
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// rename gives articles the ids that they have under the site's tag authority, when that is another one.
func (s *Store) rename(ctx context.Context) error {
	_, err := s.transact(ctx, func(ch *change) error {
		if ch.authority == s.site.TagAuthority {
			return nil
		}
		ch.moved = true
		if err := ch.exec("UPDATE syndicate_state SET tag_authority = ? WHERE one = 1", s.site.TagAuthority); err != nil {
			return err
		}
		ids := map[int64]string{}
		for last := int64(0); ; {
			clear(ids)
			err := ch.query("SELECT n, key, atom_id FROM syndicate_articles WHERE n > ? ORDER BY n LIMIT 5000", []any{last}, func(rows *sql.Rows) error {
				var key, id string
				if err := rows.Scan(&last, &key, &id); err != nil {
					return err
				}
				ids[last] = ""
				if now := s.site.ArticleID(key); now != id {
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
