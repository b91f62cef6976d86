// Package postgres opens a publication's store in PostgreSQL, which many servers can share.
//
//	store, err := postgres.Open(ctx, "postgres://feeds@db.example.com/feeds", site)
//
// Servers notify each other of changes with LISTEN and NOTIFY. Package sqlstore describes the
// store.
//
// # Schemas and roles
//
// The tables are in the first schema of the search_path, so that a database can have several
// stores, and other tables:
//
//	postgres://feeds@db.example.com/site?search_path=feeds
//
// Open writes nothing if the schema is current. Three roles can share the work:
//
//   - One migrates and owns the tables. Call [sqlstore.Migrate], or print the SQL with
//     fmt.Print(sqlstore.PostgreSQL.Script(0)) and run it with psql -v ON_ERROR_STOP=1.
//   - Servers that write need USAGE on the schema and SELECT, INSERT, UPDATE and DELETE on its
//     tables.
//   - Servers that only read need USAGE on the schema and SELECT on its tables. They can also have
//     default_transaction_read_only. Writing with them fails.
//
// Open a new store first with a role that may write. After a migration that adds a table, grant the
// rights again, or let ALTER DEFAULT PRIVILEGES do it.
//
// # Poolers
//
// A pooler in transaction mode, such as PgBouncer, gives each transaction another connection of the
// server. Set [Database.Pooler], because prepared statements do not survive that. LISTEN does not
// either: set [Database.Listen] to the address of the server itself, or let the store query for
// changes about twice a second.
//
// PgBouncer refuses connections that set a search_path. Set it for the role:
//
//	ALTER ROLE feeds SET search_path = feeds
//
// A pooler in session mode needs no setting.
package postgres

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/internal/oneline"
)

// Database describes the database of a store.
type Database struct {
	// DSN is a connection string of pgx: a URL or "host=… dbname=…". The database and the user must
	// exist. Required, unless DB or Pool is set.
	DSN string
	// DB has connections that the program opened with the driver of package pgx/stdlib. Closing the
	// Store leaves DB open. Default: Open opens connections to DSN.
	DB *sql.DB
	// Pool has connections that the program opened. Closing the Store leaves Pool open. Default:
	// Open opens connections to DSN.
	Pool *pgxpool.Pool
	// Connections is the maximum number of connections. One more listens. It does not apply to DB
	// and Pool. Default: 16.
	Connections int
	// Pooler says that connections pass through a pooler in transaction mode. The Store then
	// prepares no statements and listens only if Listen is set. A DB or a Pool must also have been
	// opened with pgx.QueryExecModeExec. Default: false, or true if the DSN or the Pool has another
	// default_query_exec_mode than pgx's own.
	Pooler bool
	// Listen is the connection string with which the Store listens for changes of other servers.
	// Default: that of DSN, DB or Pool; none with a Pooler.
	Listen string
	// ChangeIDs allows Open to change the ids of all articles: see [sqlstore.Database].
	ChangeIDs bool
}

// Open opens the store in a database and creates its tables if they do not exist. It is
// [Database.Open] with the default settings.
func Open(ctx context.Context, dsn string, site syndicate.Site) (*sqlstore.Store, error) {
	return Database{DSN: dsn}.Open(ctx, site)
}

// Open opens the store. The error names the host and the database, and no password. It is the
// database's, [sqlstore.ErrOtherIDs], or holds the [syndicate.Problems] for which the site was
// refused.
func (d Database) Open(ctx context.Context, site syndicate.Site) (*sqlstore.Store, error) {
	config, err := d.config(ctx)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", oneline.Error(err))
	}
	pooled := d.Pooler || config.DefaultQueryExecMode != pgx.QueryExecModeCacheStatement
	listening := config
	switch {
	case d.Listen != "":
		if listening, err = pgx.ParseConfig(d.Listen); err != nil {
			return nil, fmt.Errorf("postgres: Listen: %w", oneline.Error(err))
		}
	case pooled:
		listening = nil
	}
	database := sqlstore.Database{
		DB: d.DB, Dialect: sqlstore.PostgreSQL, Name: name(config),
		Shared: d.DB != nil, Unprepared: pooled, ChangeIDs: d.ChangeIDs,
	}
	switch {
	case d.DB != nil:
	case d.Pool != nil:
		// This handle is the Store's, and closing it leaves the pool open. It returns a connection
		// after each statement, so that the pool's own cache of statements is the one to use.
		database.DB, database.Unprepared = stdlib.OpenDBFromPool(d.Pool), true
	default:
		if pooled && config.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
			config.DefaultQueryExecMode = pgx.QueryExecModeExec
		}
		database.DB = stdlib.OpenDB(*config)
		// Idle connections stay open: to open one takes longer than to read a feed.
		most := cmp.Or(d.Connections, connections)
		database.DB.SetMaxOpenConns(most)
		database.DB.SetMaxIdleConns(most)
	}
	if listening != nil {
		database.Listen = d.listener(listening)
	}
	store, err := sqlstore.Open(ctx, database, site)
	if err != nil && d.DB == nil {
		database.DB.Close()
	}
	return store, err
}

// config returns the settings of the connections.
func (d Database) config(ctx context.Context) (config *pgx.ConnConfig, err error) {
	switch {
	case d.Pool != nil:
		return d.Pool.Config().ConnConfig, nil
	case d.DB == nil:
		return pgx.ParseConfig(d.DSN)
	}
	conn, err := d.DB.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	err = conn.Raw(func(driver any) error {
		made, ok := driver.(*stdlib.Conn)
		if !ok {
			return errors.New("the DB is not of the driver of package pgx/stdlib")
		}
		config = made.Conn().Config()
		return nil
	})
	return config, err
}

// name returns the host and the database, for errors.
func name(config *pgx.ConnConfig) string {
	host := config.Host
	if config.Port != 5432 {
		host = net.JoinHostPort(host, strconv.Itoa(int(config.Port)))
	}
	return host + "/" + config.Database
}

// connections is the default maximum number of connections, without the one that listens.
const connections = 16

// listener returns a Listener that uses a separate connection.
func (d Database) listener(config *pgx.ConnConfig) sqlstore.Listener {
	return func(ctx context.Context) (func(context.Context) error, error) {
		config := config.Copy()
		// The pool may have passwords that change.
		if d.Pool != nil && d.Listen == "" {
			if before := d.Pool.Config().BeforeConnect; before != nil {
				if err := before(ctx, config); err != nil {
					return nil, err
				}
			}
		}
		// Not one of the pool: LISTEN holds for a connection, which must not be used for anything
		// else.
		conn, err := pgx.ConnectConfig(ctx, config)
		if err != nil {
			return nil, err
		}
		if _, err := conn.Exec(ctx, "LISTEN "+sqlstore.Channel); err != nil {
			conn.Close(context.Background())
			return nil, err
		}
		return func(ctx context.Context) error {
			_, err := conn.WaitForNotification(ctx)
			if err != nil {
				conn.Close(context.Background())
			}
			return err
		}, nil
	}
}
