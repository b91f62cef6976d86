package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// Which statements a store asks for a feed is found out by listening to what it asks of the driver.

// question is a statement with its parameters.
type question struct {
	text   string
	params []any
}

// recorder is a driver.Connector whose connections write down what is asked with prepared
// statements.
type recorder struct {
	driver.Connector
	asked []question
}

// Connect opens a connection that is listened to.
func (r *recorder) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := r.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{c, r}, nil
}

// conn passes everything on.
type conn struct {
	driver.Conn
	r *recorder
}

// PrepareContext returns a statement that writes down what it is asked.
func (c *conn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	s, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return &stmt{s, text, c.r}, nil
}

// BeginTx begins a transaction.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
}

// QueryContext runs a query that was not prepared.
func (c *conn) QueryContext(ctx context.Context, text string, params []driver.NamedValue) (driver.Rows, error) {
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, text, params)
}

// ExecContext runs a statement that was not prepared.
func (c *conn) ExecContext(ctx context.Context, text string, params []driver.NamedValue) (driver.Result, error) {
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, text, params)
}

// stmt is a prepared statement that writes down its parameters.
type stmt struct {
	driver.Stmt
	text string
	r    *recorder
}

// QueryContext writes the question down and asks it.
func (s *stmt) QueryContext(ctx context.Context, params []driver.NamedValue) (driver.Rows, error) {
	q := question{text: s.text}
	for _, p := range params {
		q.params = append(q.params, p.Value)
	}
	s.r.asked = append(s.r.asked, q)
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, params)
}

// ExecContext runs a statement that writes.
func (s *stmt) ExecContext(ctx context.Context, params []driver.NamedValue) (driver.Result, error) {
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, params)
}

// bare asks the same again, and takes every column of every row.
type bare struct {
	db       *sql.DB
	prepared map[string]*sql.Stmt
}

// ask asks questions and returns the number of rows.
func (b *bare) ask(ctx context.Context, questions []question) (rows int, err error) {
	for _, q := range questions {
		n, err := b.one(ctx, q)
		if err != nil {
			return rows, err
		}
		rows += n
	}
	return rows, nil
}

// one asks a question with a statement that is prepared once.
func (b *bare) one(ctx context.Context, q question) (n int, err error) {
	statement := b.prepared[q.text]
	if statement == nil {
		if statement, err = b.db.PrepareContext(ctx, q.text); err != nil {
			return 0, err
		}
		b.prepared[q.text] = statement
	}
	rows, err := statement.QueryContext(ctx, q.params...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	to := make([]any, len(columns))
	values := make([]any, len(columns))
	for i := range to {
		to[i] = &values[i]
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(to...); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}
