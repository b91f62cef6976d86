package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore/internal/oneline"
)

// What a Store needs of its connections, and what it does when it loses one.

// again calls f until its error does not pass, at most once for each connection of the pool and
// once more: when a server restarts, all idle connections are lost. The function f returns whether
// something has begun that must not be done twice.
func (c *core) again(ctx context.Context, f func() (begun bool, err error)) error {
	for tries := 0; ; tries++ {
		begun, err := f()
		if begun || !passes(err) || ctx.Err() != nil || tries > c.db.Stats().MaxOpenConnections {
			return err
		}
	}
}

// transaction begins a transaction, with another connection if one was lost.
func (c *core) transaction(ctx context.Context, options *sql.TxOptions) (tx *sql.Tx, err error) {
	err = c.again(ctx, func() (begun bool, err error) {
		tx, err = c.db.BeginTx(ctx, options)
		return false, err
	})
	return tx, err
}

// closedScope is the function closedScope for a reader.
func (s *Store) closedScope(ctx context.Context, scope syndicate.Scope) (to syndicate.Scope, found bool, err error) {
	err = s.again(ctx, func() (begun bool, err error) {
		to, found, err = closedScope(ctx, s.dialect, s.db, scope)
		return false, err
	})
	return to, found, err
}

// passes reports whether an error says that a connection ended, so that another one may work, or
// that the database ended a statement because of others that ran at the same time. It is false if
// no connection could be made.
func passes(err error) bool {
	// Drivers of PostgreSQL have errors with its SQLSTATE.
	var failure interface{ SQLState() string }
	if errors.As(err, &failure) {
		switch code := failure.SQLState(); code {
		case "57P01", "57P02", "57P05": // ended by an administrator, a crash or a timeout
			return true
		// Readers are ended by programs that lock many tables, such as pg_restore --clean, and on a
		// replica by what it replays.
		case "40P01", "40001":
			return true
		default:
			return strings.HasPrefix(code, "08") // connection exception
		}
	}
	var network *net.OpError
	if errors.As(err, &network) {
		return network.Op != "dial" && !network.Timeout()
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// failed adds the name of an operation and of the database to an error.
func (s *Store) failed(what string, err error) error { return failed(what, s.name, err) }

// failed returns an error of one line that names the operation and the database.
func failed(what, name string, err error) error {
	if name != "" {
		what += " " + name
	}
	err = oneline.Error(err)
	// A prepared statement is missing, or is there already: connections are not what they seem.
	var failure interface{ SQLState() string }
	if errors.As(err, &failure) && (failure.SQLState() == "26000" || failure.SQLState() == "42P05") {
		err = fmt.Errorf("%w: behind a pooler in transaction mode set Unprepared, or Pooler of package postgres", err)
	}
	return fmt.Errorf("sqlstore: %s: %w", what, err)
}

// The connections of SQLite that a Store needs at once: one writes, one reads, and one may listen.
const fewestSQLite = 3

// inspectSQLite returns an error if a pool has settings with which a Store would fail later or do
// damage. Foreign keys and triggers may be on or off: the tables have none.
func inspectSQLite(ctx context.Context, db *sql.DB) error {
	if most := db.Stats().MaxOpenConnections; most > 0 && most < fewestSQLite {
		return fmt.Errorf("at most %d connections, and a store needs %d: see SetMaxOpenConns", most, fewestSQLite)
	}
	var file, encoding, locking string
	var uncommitted, timeout int
	const query = "SELECT file, encoding, locking_mode, read_uncommitted, timeout FROM pragma_database_list, " +
		"pragma_encoding, pragma_locking_mode, pragma_read_uncommitted, pragma_busy_timeout WHERE name = 'main'"
	err := db.QueryRowContext(ctx, query).Scan(&file, &encoding, &locking, &uncommitted, &timeout)
	switch {
	case err != nil:
		return err
	case file == "":
		return errors.New("a database in memory belongs to one connection, and a store has several: " +
			"use a file, or a syndicate.Archive")
	case encoding != "UTF-8":
		return fmt.Errorf("PRAGMA encoding is %s: the order of feeds needs UTF-8", encoding)
	case locking != "normal":
		return fmt.Errorf("PRAGMA locking_mode is %s: a store needs normal, because it has several connections", locking)
	case uncommitted != 0:
		return errors.New("PRAGMA read_uncommitted is on: feeds would show changes that are not committed")
	case timeout == 0:
		return errors.New("PRAGMA busy_timeout is 0: a change would fail while another one is running; " +
			"set it for every connection")
	}
	return nil
}

// inspectWritesSQLite returns an error if changes of a pool would make readers wait, or fail after
// another program has written. A pool that can only read passes.
func inspectWritesSQLite(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var journal string
	var timeout int
	if err := conn.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&timeout); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprint("PRAGMA busy_timeout = ", timeout))
	// Needs the lock of writers, does not wait for it, and changes no row.
	const probe = "UPDATE syndicate_state SET one = 1 WHERE one = 0"
	_, busy := conn.ExecContext(ctx, probe)
	// Every driver has SQLite's own text. Other errors mean that another program is writing.
	if busy != nil && strings.Contains(busy.Error(), "readonly database") {
		return nil
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal); err != nil {
		return err
	}
	if journal != "wal" {
		return fmt.Errorf("PRAGMA journal_mode is %s: a store needs WAL, so that readers do not wait for changes", journal)
	}
	// Another program has the lock. To begin a transaction would wait for it.
	if busy != nil {
		return nil
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := conn.ExecContext(ctx, probe); err == nil {
		return errors.New("transactions begin with BEGIN: a store needs BEGIN IMMEDIATE, " +
			"for which drivers have the setting _txlock=immediate")
	}
	return nil
}
