// Package postgres opens a publication's store in PostgreSQL, which many servers can share.
//
//	store, err := postgres.Open(ctx, "postgres://feeds@db.example.com/feeds", site)
//
// Servers notify each other of changes with LISTEN and NOTIFY. Package sqlstore describes the
// store.
package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// Open opens the store in a database. The dsn is a connection string of pgx: a URL or "host=…
// dbname=…". The database and the user must exist; Open creates the tables. The error is the
// database's, or holds the [syndicate.Problems] for which the site was refused.
func Open(ctx context.Context, dsn string, site syndicate.Site) (*sqlstore.Store, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	// Idle connections stay open: to open one takes longer than to read a feed.
	db.SetMaxIdleConns(connections)
	database := sqlstore.Database{DB: db, Dialect: sqlstore.PostgreSQL, Listen: listener(config)}
	store, err := sqlstore.Open(ctx, database, site)
	if err != nil {
		db.Close()
		return nil, err
	}
	return store, nil
}

// connections is the maximum number of open connections, without the one that listens. For another
// number, open the database yourself and call [sqlstore.Open].
const connections = 16

// listener returns a Listener that uses a separate connection.
func listener(config *pgx.ConnConfig) sqlstore.Listener {
	return func(ctx context.Context) (func(context.Context) error, error) {
		// Not one of the pool: LISTEN holds for a connection, which must not be used for anything
		// else.
		conn, err := pgx.ConnectConfig(ctx, config.Copy())
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
