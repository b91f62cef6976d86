// Package postgres opens a publication's store in PostgreSQL: many servers over one database.
//
//	store, err := postgres.Open(ctx, "postgres://feeds@db.example.com/feeds", site)
//
// What one server writes the others are told of by LISTEN and NOTIFY. See package sqlstore for what a store is.
package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// Open returns the store in the database that a connection string tells: a URL or "host=… dbname=…", with the
// settings of pgx and libpq. The database and its user must be there; the tables are made. The error is the
// database's, or holds [syndicate.Problems] of the site.
func Open(ctx context.Context, dsn string, site syndicate.Site) (*sqlstore.Store, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	store, err := sqlstore.Open(ctx, sqlstore.Database{DB: db, Dialect: sqlstore.PostgreSQL, Listen: listener(config)}, site)
	if err != nil {
		db.Close()
		return nil, err
	}
	return store, nil
}

// connections is how many a store has open at most, but for the one that it listens on. Who wants another number opens
// the database himself, and calls [sqlstore.Open].
const connections = 16

// listener listens on a connection of its own.
func listener(config *pgx.ConnConfig) sqlstore.Listener {
	return func(ctx context.Context) (func(context.Context) error, error) {
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
