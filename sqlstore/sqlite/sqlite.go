// Package sqlite opens a publication's store in a file, with SQLite in pure Go: the database for
// one machine.
//
//	store, err := sqlite.Open(ctx, "feeds.db", site)
//
// Several processes may open the same file. Each sees the changes of the others. A process that may
// not write the file can read the store if it may write the folder, where SQLite keeps the files of
// the write-ahead log. If another file takes the place of one that Open has opened, the store
// returns [ErrReplaced]. Package sqlstore describes the store.
//
// If your program keeps other tables in the file, or needs other settings, use [Database].
package sqlite

import (
	"cmp"
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

// Database describes the file of a store.
type Database struct {
	// File is the name of the file. Open creates the file if it does not exist. Required, unless DB
	// is set; it is then only the name that errors have.
	File string
	// DB has connections that the program opened, with [DSN] or with other settings. Open
	// refuses settings with which the store would fail later. Closing the Store leaves DB open. Its
	// connections do not notice that the file is replaced: with DB there is no [ErrReplaced], and
	// what is written after that is lost.
	// Default: Open opens the file.
	DB *sql.DB
	// Connections is the maximum number of connections, each with its own cache. One more waits for
	// changes of other processes. It does not apply to DB. Default: 8.
	Connections int
	// ChangeIDs allows Open to change the ids of all articles: see [sqlstore.Database].
	ChangeIDs bool
}

// Open opens the store in a file and creates the file if it does not exist. It is
// [Database.Open] with the default settings.
func Open(ctx context.Context, file string, site syndicate.Site) (*sqlstore.Store, error) {
	return Database{File: file}.Open(ctx, site)
}

// Open opens the store. The error names the file. It is the database's, [sqlstore.ErrOtherIDs], or
// holds the [syndicate.Problems] for which the site was refused. A database in memory is refused,
// because it would belong to one connection; tests can use a file in a temporary folder, or a
// [syndicate.Archive].
func (d Database) Open(ctx context.Context, site syndicate.Site) (*sqlstore.Store, error) {
	db := d.DB
	if db == nil {
		var err error
		if db, err = d.connect(ctx); err != nil {
			return nil, err
		}
	}
	store, err := sqlstore.Open(ctx, sqlstore.Database{
		DB: db, Dialect: sqlstore.SQLite, Listen: listener(db),
		Name: d.File, Shared: d.DB != nil, ChangeIDs: d.ChangeIDs,
	}, site)
	if err != nil && d.DB == nil {
		db.Close()
	}
	return store, err
}

// connect opens the file.
func (d Database) connect(ctx context.Context) (*sql.DB, error) {
	switch d.File {
	case "":
		return nil, errors.New("sqlite: no File")
	case ":memory:":
		return nil, errors.New("sqlite: :memory: is a database of one connection, and a store has several: " +
			"use a file in a temporary folder, or a syndicate.Archive")
	}
	inner, err := driver.NewConnector(DSN(d.File))
	if err != nil {
		return nil, fmt.Errorf("sqlite: %q: %w", d.File, err)
	}
	db := sql.OpenDB(&connector{Connector: inner, file: d.File})
	// One writes, one reads, and one listens.
	most := max(cmp.Or(d.Connections, connections), 2) + 1
	// Idle connections stay open, with their caches and prepared statements.
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	if err := ping(ctx, db); err != nil {
		db.Close()
		return nil, fmt.Errorf("sqlite: %q: %w", d.File, err)
	}
	return db, nil
}

// ping opens the first connection, which changes a new file to a write-ahead log. Of several
// programs that change a file at the same time, SQLite lets one through and returns SQLITE_BUSY to
// the others at once, because none of them could give way. So they try again.
func ping(ctx context.Context, db *sql.DB) error {
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

// pause is the time between two tries of ping, of which there are at most mostTries. SQLite
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

// connections is the default maximum number of connections, without the one that listens.
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
