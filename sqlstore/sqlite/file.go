package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"sync"
)

// ErrReplaced is the error for a file that was replaced or removed while connections to it were
// open, as mv does: what was written since would be lost. The store works again when the file has
// no write-ahead log of the former file beside it: remove the files that end with "-wal" and "-shm"
// if no program uses them. To put back a backup under a running program, use SQLite's own restore.
var ErrReplaced = errors.New("the file was replaced while it was open")

// connector opens connections to a file that notice when it is replaced. A connection has the file
// open, and would go on with the former one.
type connector struct {
	driver.Connector
	file string

	mu  sync.Mutex  // guards the fields below
	now os.FileInfo // the file to which the last connection was opened
	log os.FileInfo // its write-ahead log; nil if none was seen
}

// Connect opens a connection. It returns an error if the write-ahead log beside the file is that of
// another file: SQLite would read both as one, and what it reads would be neither. It compares
// devices and inodes, because a file may be replaced by one of the same size and time.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := c.fit(); err != nil {
		return nil, err
	}
	before, _ := os.Stat(c.file) // nil for a new file
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	// All connections of this driver have these methods.
	inner, ok := opened.(inner)
	if !ok {
		opened.Close()
		return nil, fmt.Errorf("sqlite: the driver's %T lacks a method", opened)
	}
	info, err := os.Stat(c.file)
	if err != nil || before != nil && !os.SameFile(before, info) {
		opened.Close()
		return nil, c.replaced() // while it was opened
	}
	c.mu.Lock()
	if c.now != nil && !os.SameFile(c.now, info) {
		c.log = nil
	}
	c.now = info
	c.mu.Unlock()
	return &conn{inner, c, info}, nil
}

// fit returns an error if the file was replaced and the write-ahead log is still that of the former
// file.
func (c *connector) fit() error {
	info, err := os.Stat(c.file)
	log, logErr := os.Stat(c.file + "-wal")
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now == nil || err == nil && os.SameFile(c.now, info) {
		return nil
	}
	// A file that was removed must not be made again, empty, while programs still use it. A log
	// must be known to be another one.
	if err != nil || logErr == nil && (c.log == nil || os.SameFile(c.log, log)) {
		return c.replaced()
	}
	return nil
}

// check returns an error if the file is not the one that a connection has open.
func (c *connector) check(opened os.FileInfo) error {
	info, err := os.Stat(c.file)
	if err != nil || !os.SameFile(opened, info) {
		return c.replaced()
	}
	log, err := os.Stat(c.file + "-wal")
	if err != nil {
		return nil // nothing was written since the file was opened
	}
	c.mu.Lock()
	c.log = log
	c.mu.Unlock()
	return nil
}

// replaced returns the error, with the name of the file.
func (c *connector) replaced() error { return fmt.Errorf("sqlite: %q: %w", c.file, ErrReplaced) }

// inner is a connection of the driver.
type inner interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// conn is a connection that checks its file.
type conn struct {
	inner
	connector *connector
	opened    os.FileInfo
}

// Unwrap returns the connection of the driver, for the functions of its package.
func (c *conn) Unwrap() driver.Conn { return c.inner }

// ResetSession is called before the connection is used again. If the file was replaced, package
// database/sql drops the connection and opens another one.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.connector.check(c.opened) != nil {
		return driver.ErrBadConn
	}
	return c.inner.ResetSession(ctx)
}

// QueryContext is for callers that keep the connection, such as the listener.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.connector.check(c.opened); err != nil {
		return nil, err
	}
	return c.inner.QueryContext(ctx, query, args)
}

// BeginTx begins a transaction that is not reported as committed if the file was replaced.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	began, err := c.inner.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	return &tx{began, c}, nil
}

// tx is a transaction.
type tx struct {
	driver.Tx
	conn *conn
}

// Commit commits the transaction. If the file was replaced, the error says so: what was written is
// in the former file.
func (t *tx) Commit() error {
	if err := t.conn.connector.check(t.conn.opened); err != nil {
		return errors.Join(err, t.Tx.Rollback())
	}
	if err := t.Tx.Commit(); err != nil {
		return err
	}
	return t.conn.connector.check(t.conn.opened)
}
