// Package sqlite opens a publication's store in a file, with SQLite in pure Go: the database for
// one machine.
//
//	store, err := sqlite.Open(ctx, "feeds.db", site)
//
// Several processes may open the same file. Each sees the changes of the others. Package sqlstore
// describes the store.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// Open opens the store in a file and creates the file if it does not exist. The error is the
// database's, or holds the [syndicate.Problems] for which the site was refused.
func Open(ctx context.Context, file string, site syndicate.Site) (*sqlstore.Store, error) {
	db, err := sql.Open("sqlite", DSN(file))
	if err != nil {
		return nil, fmt.Errorf("sqlite: %q: %w", file, err)
	}
	// Idle connections stay open, with their caches and prepared statements.
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if err := connect(ctx, db); err != nil {
		db.Close()
		return nil, fmt.Errorf("sqlite: %q: %w", file, err)
	}
	store, err := sqlstore.Open(ctx, sqlstore.Database{DB: db, Dialect: sqlstore.SQLite, Listen: listener(db)}, site)
	if err != nil {
		db.Close()
		return nil, err
	}
	return store, nil
}

// connect opens the first connection, which changes a new file to a write-ahead log. Of several
// programs that change a file at the same time, SQLite lets one through and returns SQLITE_BUSY to
// the others at once, because none of them could give way. So they try again.
func connect(ctx context.Context, db *sql.DB) error {
	for tries := 0; ; tries++ {
		err := db.PingContext(ctx)
		var failed *driver.Error
		if !errors.As(err, &failed) || failed.Code()&0xff != sqlite3.SQLITE_BUSY || tries == mostTries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// pause is the time between two tries of connect, of which there are at most mostTries. SQLite
// cannot report when a file is free.
const (
	pause     = 10 * time.Millisecond
	mostTries = 500
)

// DSN returns the data source name with which Open opens a file: with a write-ahead log, so that
// others can read during a write, and with transactions that wait up to 30 seconds for others that
// write.
func DSN(file string) string {
	settings := url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(30000)", "journal_mode(WAL)", "cache_size(-32000)"},
	}
	// Escaped, because "?" and "#" are legal in the name of a file.
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + settings.Encode()
}

// connections is the maximum number of open connections. Each has its own cache.
const connections = 8

// interval is how often the listener queries SQLite for changes.
const interval = 200 * time.Millisecond

// listener returns a Listener that queries SQLite's data_version, which changes when another
// connection has written.
func listener(db *sql.DB) sqlstore.Listener {
	return func(ctx context.Context) (func(context.Context) error, error) {
		// The number is per connection: it does not count the connection's own changes, of which
		// there are none on this one.
		conn, err := db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		var seen int64
		look := func() (news bool, err error) {
			before := seen
			if err = conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&seen); err != nil {
				conn.Close()
			}
			return seen != before, err
		}
		if _, err := look(); err != nil {
			return nil, err
		}
		return func(ctx context.Context) error {
			ticks := time.NewTicker(interval)
			defer ticks.Stop()
			for {
				select {
				case <-ctx.Done():
					conn.Close()
					return ctx.Err()
				// Each tick reads a number of the file's header, which takes some microseconds.
				case <-ticks.C:
				}
				if news, err := look(); news || err != nil {
					return err
				}
			}
		}, nil
	}
}
