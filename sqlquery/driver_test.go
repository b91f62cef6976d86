package sqlquery_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
)

// scripted is a database that answers each query as the test says: with values of any type that
// drivers hand over, and with faults that are hard to have of a real one. What real ones do is
// tested beside their drivers.
type scripted map[string]*answer

// answer is what a query is answered with.
type answer struct {
	columns []string
	types   map[string]string // of columns, as far as the driver knows
	rows    [][]driver.Value
	err     error                 // instead of the columns
	cut     error                 // instead of the end
	keys    [][]driver.NamedValue // the parameters of each query; rows are those with them in the first column

	mu    sync.Mutex
	asked int
	level sql.IsolationLevel // of the transaction it was asked in; -1 without one
}

func (s scripted) open(t *testing.T) *sql.DB {
	db := sql.OpenDB(connector{s})
	t.Cleanup(func() { db.Close() })
	return db
}

func (a *answer) times() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

type connector struct{ scripted scripted }

func (c connector) Connect(context.Context) (driver.Conn, error) { return &conn{c.scripted, -1}, nil }
func (c connector) Driver() driver.Driver                        { return nil }

type conn struct {
	scripted scripted
	level    sql.IsolationLevel
}

func (c *conn) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("no statements are prepared")
}
func (c *conn) Close() error                             { return nil }
func (c *conn) Begin() (driver.Tx, error)                { return nil, errors.New("BeginTx is there") }
func (c *conn) CheckNamedValue(*driver.NamedValue) error { return nil }
func (c *conn) Commit() error                            { c.level = -1; return nil }
func (c *conn) Rollback() error                          { c.level = -1; return nil }

func (c *conn) BeginTx(_ context.Context, options driver.TxOptions) (driver.Tx, error) {
	c.level = sql.IsolationLevel(options.Isolation)
	return c, nil
}

func (c *conn) QueryContext(_ context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	query, _, _ = strings.Cut(query, " (")
	a := c.scripted[query]
	if a == nil {
		return nil, errors.New("no such query: " + query)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	a.level = c.level
	if a.err != nil {
		return nil, a.err
	}
	rows := a.rows
	if len(args) > 0 {
		rows = slices.DeleteFunc(slices.Clone(rows), func(row []driver.Value) bool {
			return !slices.ContainsFunc(args, func(arg driver.NamedValue) bool { return arg.Value == row[0] })
		})
		a.keys = append(a.keys, args)
	}
	return &answerRows{a.columns, a.types, rows, a.cut}, nil
}

type answerRows struct {
	columns []string
	types   map[string]string
	rest    [][]driver.Value
	cut     error
}

func (r *answerRows) Columns() []string { return append([]string(nil), r.columns...) }
func (r *answerRows) Close() error      { return nil }

func (r *answerRows) ColumnTypeDatabaseTypeName(i int) string { return r.types[r.columns[i]] }

func (r *answerRows) Next(values []driver.Value) error {
	if len(r.rest) == 0 {
		if r.cut != nil {
			return r.cut
		}
		return io.EOF
	}
	copy(values, r.rest[0])
	r.rest = r.rest[1:]
	return nil
}
