package postgres

import (
	"context"
	"database/sql/driver"
	"io"

	"github.com/jackc/pgx/v5"

	"github.com/syndicate-go/syndicate/sqlstore"
)

// Tx is [sqlstore.Store.Tx] for a transaction of pgx, of a connection or a pool. The transaction
// must be one of the database and schema that the store is in. Your program ends it.
func Tx(store *sqlstore.Store, tx pgx.Tx) *sqlstore.Tx { return store.DriverTx(txConn{tx}) }

// txConn is a driver.Conn that runs statements in a transaction of pgx.
type txConn struct{ tx pgx.Tx }

// Begin implements driver.Conn. The transaction has begun.
func (c txConn) Begin() (driver.Tx, error) { return c, nil }

// Commit and Rollback implement driver.Tx. The transaction ends with the program's.
func (c txConn) Commit() error   { return nil }
func (c txConn) Rollback() error { return nil }

// Close implements driver.Conn.
func (c txConn) Close() error { return nil }

// Prepare implements driver.Conn. Pgx itself prepares statements when they are run.
func (c txConn) Prepare(query string) (driver.Stmt, error) { return txStatement{c, query}, nil }

// ExecContext implements driver.ExecerContext.
func (c txConn) ExecContext(ctx context.Context, query string, params []driver.NamedValue) (driver.Result, error) {
	tag, err := c.tx.Exec(ctx, query, values(params)...)
	return driver.RowsAffected(tag.RowsAffected()), err
}

// QueryContext implements driver.QueryerContext.
func (c txConn) QueryContext(ctx context.Context, query string, params []driver.NamedValue) (driver.Rows, error) {
	// An error of the statement may come with the first row.
	rows, err := c.tx.Query(ctx, query, values(params)...)
	if err != nil {
		return nil, err
	}
	return txRows{rows}, nil
}

// values returns parameters as pgx takes them.
func values(params []driver.NamedValue) []any {
	// The store passes parameters by position.
	all := make([]any, len(params))
	for i, p := range params {
		all[i] = p.Value
	}
	return all
}

// txStatement is a statement of a txConn.
type txStatement struct {
	conn  txConn
	query string
}

// Close implements driver.Stmt.
func (s txStatement) Close() error { return nil }

// NumInput implements driver.Stmt. The number of parameters is not known.
func (s txStatement) NumInput() int { return -1 }

// Exec and Query implement driver.Stmt. Package database/sql calls ExecContext and QueryContext.
func (s txStatement) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }
func (s txStatement) Query([]driver.Value) (driver.Rows, error)  { return nil, driver.ErrSkip }

// ExecContext implements driver.StmtExecContext.
func (s txStatement) ExecContext(ctx context.Context, params []driver.NamedValue) (driver.Result, error) {
	return s.conn.ExecContext(ctx, s.query, params)
}

// QueryContext implements driver.StmtQueryContext.
func (s txStatement) QueryContext(ctx context.Context, params []driver.NamedValue) (driver.Rows, error) {
	return s.conn.QueryContext(ctx, s.query, params)
}

// txRows are rows of pgx as package database/sql reads them.
type txRows struct{ pgx.Rows }

// Columns implements driver.Rows.
func (r txRows) Columns() []string {
	// Pgx knows them as soon as the statement is described.
	fields := r.FieldDescriptions()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// Close implements driver.Rows.
func (r txRows) Close() error {
	r.Rows.Close()
	return r.Err()
}

// Next implements driver.Rows.
func (r txRows) Next(dest []driver.Value) error {
	if !r.Rows.Next() {
		if err := r.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	// The types are those of the columns: integers, texts and booleans.
	row, err := r.Values()
	if err != nil {
		return err
	}
	for i, v := range row {
		// Package database/sql knows integers of 64 bits only.
		switch v := v.(type) {
		case int32:
			dest[i] = int64(v)
		case int16:
			dest[i] = int64(v)
		default:
			dest[i] = v
		}
	}
	return nil
}
