package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/syndicate-go/syndicate/benchmarks"
	"github.com/syndicate-go/syndicate/benchmarks/stores/internal/pgserver"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/postgres"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

// backend is a database that is measured.
type backend struct {
	name, setting string                                             // for the report
	dialect       *sqlstore.Dialect                                  // of the database
	connector     driver.Connector                                   // opens connections below the store
	open          func(ctx context.Context) (*sqlstore.Store, error) // as programs do
	tidy          string                                             // what an operator's database does by itself after a while
	explain       string                                             // the words before a statement that ask for its plan
}

// inSQLite returns the backend of a file in a folder.
func inSQLite(dir string) *backend {
	file := filepath.Join(dir, "feeds.db")
	db, _ := sql.Open("sqlite", sqlite.DSN(file)) // to get at the driver, which package sqlite brings
	defer db.Close()
	return &backend{
		name:      "SQLite",
		setting:   "modernc.org/sqlite as package sqlite opens it: journal_mode WAL, synchronous FULL, cache_size 32 MB",
		dialect:   sqlstore.SQLite,
		connector: dsn{db.Driver(), sqlite.DSN(file)},
		open: func(ctx context.Context) (*sqlstore.Store, error) {
			return sqlite.Open(ctx, file, benchmarks.Site(20))
		},
		tidy:    "ANALYZE",
		explain: "EXPLAIN QUERY PLAN ",
	}
}

// inPostgreSQL returns the backend of a server at an address.
func inPostgreSQL(address string) (*backend, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	return &backend{
		name:      "PostgreSQL",
		setting:   "PostgreSQL 15 on the same machine, " + pgserver.Settings() + "; pgx's stdlib",
		dialect:   sqlstore.PostgreSQL,
		connector: stdlib.GetConnector(*config),
		open: func(ctx context.Context) (*sqlstore.Store, error) {
			return postgres.Open(ctx, address, benchmarks.Site(20))
		},
		tidy:    "VACUUM ANALYZE",
		explain: "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ",
	}, nil
}

// dsn opens connections with a driver that knows them by a text.
type dsn struct {
	driver driver.Driver // opens connections
	text   string        // the data source name
}

// Connect opens a connection.
func (d dsn) Connect(context.Context) (driver.Conn, error) { return d.driver.Open(d.text) }

// Driver returns the driver.
func (d dsn) Driver() driver.Driver { return d.driver }
