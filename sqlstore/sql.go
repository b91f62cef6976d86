package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/syndicate-go/syndicate"
)

// statements has the prepared statements with which a Store reads. They live as long as the Store.
// Package database/sql prepares each of them on every connection that needs it.
type statements struct {
	none bool                    // nothing is prepared
	mu   sync.Mutex              // guards made
	made map[statement]*sql.Stmt // by text and number of parameters
}

// statement is the text of a statement and the number of parameters that replace {in}.
type statement struct {
	text string
	in   int
}

// each runs a prepared statement and calls scan with each row. There must be few different texts.
func (c *core) each(ctx context.Context, text string, params []any, scan func(*sql.Rows) error) error {
	return c.eachRow(ctx, statement{text, 0}, params, scan)
}

// eachRow is each for a statement that may contain {in}.
func (c *core) eachRow(ctx context.Context, s statement, params []any, scan func(*sql.Rows) error) error {
	return c.again(ctx, func() (begun bool, err error) {
		rows, err := c.rows(ctx, s, params)
		if err != nil {
			return false, err
		}
		err = scanEach(rows, func(rows *sql.Rows) error {
			begun = true
			return scan(rows)
		})
		return begun, err
	})
}

// rows runs a statement.
func (c *core) rows(ctx context.Context, s statement, params []any) (*sql.Rows, error) {
	if c.prepared.none {
		return c.db.QueryContext(ctx, c.translate(s), params...)
	}
	prepared, err := c.statement(ctx, s)
	if err != nil {
		return nil, err
	}
	return prepared.QueryContext(ctx, params...)
}

// translate returns the text of a statement for the database.
func (c *core) translate(s statement) string { return c.dialect.sql(replaceIn(s.text, s.in)) }

// statement returns a prepared statement.
func (c *core) statement(ctx context.Context, s statement) (*sql.Stmt, error) {
	c.prepared.mu.Lock()
	// The lock is not held while the database prepares a statement, which may take long.
	prepared := c.prepared.made[s]
	c.prepared.mu.Unlock()
	if prepared != nil {
		return prepared, nil
	}
	prepared, err := c.db.PrepareContext(ctx, c.translate(s))
	if err != nil {
		return nil, err
	}
	c.prepared.mu.Lock()
	defer c.prepared.mu.Unlock()
	// Another goroutine has prepared the same statement in the meantime.
	if other := c.prepared.made[s]; other != nil {
		prepared.Close()
		return other, nil
	}
	c.prepared.made[s] = prepared
	return prepared, nil
}

// close closes the statements.
func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, made := range s.made {
		errs = append(errs, made.Close())
	}
	clear(s.made)
	return errors.Join(errs...)
}

// eachOf is each for values that replace {in}, many at a time. The parameter before precedes them
// in the statement.
func (c *core) eachOf(ctx context.Context, text string, before any, values []any, scan func(*sql.Rows) error) error {
	most := 128
	if c.dialect.arrays != "" {
		most = 1024 // a message costs more than a long list of parameters
	}
	for some := range slices.Chunk(values, most) {
		n := 1
		for n < len(some) {
			n *= 2 // powers of two, so that there are few statements
		}
		// The list is filled up with its first value, which finds no more rows than it does once.
		if n > len(some) {
			some = append(make([]any, 0, n), some...)
			for len(some) < n {
				some = append(some, some[0])
			}
		}
		params := append(append(make([]any, 0, 1+n), before), some...)
		if err := c.eachRow(ctx, statement{text, n}, params, scan); err != nil {
			return err
		}
	}
	return nil
}

// scanEach calls scan with each row and closes the rows.
func scanEach(rows *sql.Rows, scan func(*sql.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// integer scans a number without the reflection of package database/sql.
type integer int64

// Scan implements sql.Scanner.
func (i *integer) Scan(v any) error {
	if n, ok := v.(int64); ok {
		*i = integer(n)
		return nil
	}
	var n sql.NullInt64
	err := n.Scan(v)
	if err == nil && !n.Valid {
		err = errors.New("NULL is not a number")
	}
	*i = integer(n.Int64)
	return err
}

// nullable scans a number that may be NULL, without reflection.
type nullable sql.NullInt64

// Scan implements sql.Scanner.
func (i *nullable) Scan(v any) error {
	if n, ok := v.(int64); ok {
		*i = nullable{Int64: n, Valid: true}
		return nil
	}
	return (*sql.NullInt64)(i).Scan(v)
}

// replaceIn replaces {in} with n parameters.
func replaceIn(query string, n int) string { return strings.Replace(query, "{in}", marks(n), 1) }

// prefixed adds a prefix to each of a list of columns.
func prefixed(prefix, columns string) string {
	return prefix + strings.ReplaceAll(columns, ", ", ", "+prefix)
}

// keysOf returns the keys of a map as parameters.
func keysOf[K comparable, V any](m map[K]V) []any {
	keys := make([]any, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

// scopeOf returns the scope of a row of syndicate_scopes.
func scopeOf(kind int64, key string) syndicate.Scope {
	switch syndicate.Kind(kind) {
	case syndicate.KindCategory:
		return syndicate.InCategory(key)
	case syndicate.KindTag:
		return syndicate.WithTag(key)
	case syndicate.KindAuthor:
		return syndicate.ByAuthor(key)
	}
	return syndicate.Everything()
}

// inserter collects rows of one table and writes many with one statement.
type inserter struct {
	ch                       *change // that writes the rows
	table, columns, conflict string
	width                    int   // the number of columns
	most                     int   // rows per statement
	values                   []any // row by row
	bytes                    int   // of the texts in values
}

// The limits of a statement whose columns are arrays.
const (
	rowsAtOnce  = 5000
	bytesAtOnce = 4 << 20
)

// inserter returns an inserter. The conflict clause follows the values.
func (ch *change) inserter(table, columns, conflict string) *inserter {
	i := &inserter{ch: ch, table: table, columns: columns, conflict: conflict, width: strings.Count(columns, ",") + 1}
	// With arrays there are as many parameters as columns. Without, the number of parameters
	// limits the rows.
	if i.most = rowsAtOnce; ch.s.dialect.arrays == "" {
		i.most = max(1, ch.s.dialect.maxParams/i.width)
	}
	return i
}

// add adds a row and writes the collected rows if there are many. An error fails the change later.
func (i *inserter) add(values ...any) {
	i.values = append(i.values, values...)
	for _, v := range values {
		if s, ok := v.(string); ok {
			i.bytes += len(s)
		}
	}
	// Bodies may be long: a statement is written when it has many bytes, too.
	if len(i.values) >= i.most*i.width || i.bytes >= bytesAtOnce {
		i.write()
	}
}

// flush writes the collected rows. The error may be one of earlier rows, of any table.
func (i *inserter) flush() error {
	i.write()
	return i.ch.err
}

// write writes the collected rows and keeps an error in ch.err.
func (i *inserter) write() {
	if rows := len(i.values) / i.width; rows > 0 && i.ch.err == nil {
		// A row may have the key of one that was deleted before it.
		err := i.ch.flushDoomed(i.table)
		isMany := false
		if err == nil {
			isMany, err = i.ch.many(rows)
		}
		switch {
		case err != nil:
		case isMany:
			err = i.writeArrays()
		default:
			err = i.writeRows(rows)
		}
		i.ch.err = err
	}
	// The values are released, and the slice is used again.
	clear(i.values)
	i.values, i.bytes = i.values[:0], 0
}

// writeRows writes rows with a parameter for each value. The statement for the most rows is
// prepared.
func (i *inserter) writeRows(rows int) error {
	text := i.into() + " VALUES " + strings.TrimSuffix(strings.Repeat("("+marks(i.width)+"), ", rows), ", ") + i.conflict
	// Fewer rows are written once for each table, at the end of the change.
	if rows < i.most || i.ch.s.prepared.none {
		return i.ch.exec(text, i.values...)
	}
	// A statement with many rows takes long to parse.
	statement, err := i.ch.prepared(text)
	if err == nil {
		_, err = statement.ExecContext(i.ch.ctx, i.values...)
	}
	return err
}

// writeArrays writes rows with a parameter for each column.
func (i *inserter) writeArrays() error {
	columns := make([]string, i.width)
	arrays := make([]any, i.width)
	for c := range i.width {
		array, kind, err := columnArray(i.values, c, i.width)
		if err != nil {
			return err
		}
		arrays[c], columns[c] = array, "?::"+kind
	}
	// unnest makes rows of arrays of the same length.
	return i.ch.exec(i.into()+" SELECT * FROM unnest("+strings.Join(columns, ", ")+")"+i.conflict, arrays...)
}

// into returns the beginning of the statement.
func (i *inserter) into() string {
	insert := "INSERT"
	if i.conflict == "" && !i.ch.shared {
		// Without a conflict clause a conflict ends the transaction, so SQLite need not be able
		// to undo the statement alone. A transaction of the program is not the store's to end.
		insert = i.ch.s.dialect.insert
	}
	return insert + " INTO " + i.table + " (" + i.columns + ")"
}

// few is the largest number of values or rows for which arrays are not used. The plan of a
// statement with an array is made each time, which takes longer than looking up a few values.
const few = 16

// many reports whether to pass n values or rows as arrays, and prepares the transaction for that.
func (ch *change) many(n int) (bool, error) {
	if ch.s.dialect.arrays == "" || n <= few {
		return false, nil
	}
	return true, ch.useArrays()
}

// useArrays prepares the transaction for parameters that are arrays.
func (ch *change) useArrays() error {
	// The setting lasts until the end of the transaction.
	if ch.ready {
		return nil
	}
	ch.ready = true
	return ch.exec(ch.s.dialect.arrays)
}

// columnArray returns every width-th value as the text of a PostgreSQL array, which any driver can
// pass, and its type.
func columnArray(values []any, from, width int) (array, kind string, err error) {
	b := []byte{'{'}
	for at := from; at < len(values); at += width {
		if at > from {
			b = append(b, ',')
		}
		switch v := values[at].(type) {
		case int64:
			b, kind = strconv.AppendInt(b, v, 10), "bigint[]"
		// NULL without quotes is no text.
		case sql.NullInt64:
			if kind = "bigint[]"; v.Valid {
				b = strconv.AppendInt(b, v.Int64, 10)
			} else {
				b = append(b, "NULL"...)
			}
		case string:
			b, kind = appendElement(b, v), "text[]"
		case sql.NullString:
			if kind = "text[]"; v.Valid {
				b = appendElement(b, v.String)
			} else {
				b = append(b, "NULL"...)
			}
		default:
			return "", "", fmt.Errorf("no array of %T", v)
		}
	}
	return string(append(b, '}')), kind, nil
}

// appendElement appends a text in quotes, as an element of an array.
func appendElement(b []byte, text string) []byte {
	b = append(b, '"')
	for {
		// Quotation marks and backslashes are escaped with a backslash.
		i := strings.IndexAny(text, `"\`)
		if i < 0 {
			return append(append(b, text...), '"')
		}
		b = append(append(b, text[:i]...), '\\', text[i])
		text = text[i+1:]
	}
}
