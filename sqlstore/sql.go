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

// statements are those that a Store reads with. The database prepares each once for a connection.
type statements struct {
	mu   sync.Mutex
	made map[statement]*sql.Stmt
}

// statement is a text with so many parameters where it says {in}.
type statement struct {
	text string
	in   int
}

// each gives each row of an answer to scan. The text is one of a few.
func (c *core) each(ctx context.Context, text string, params []any, scan func(*sql.Rows) error) error {
	return c.eachRow(ctx, statement{text, 0}, params, scan)
}

func (c *core) eachRow(ctx context.Context, s statement, params []any, scan func(*sql.Rows) error) error {
	prepared, err := c.statement(ctx, s)
	if err != nil {
		return err
	}
	rows, err := prepared.QueryContext(ctx, params...)
	if err != nil {
		return err
	}
	return scanEach(rows, scan)
}

// statement returns a statement, prepared.
func (c *core) statement(ctx context.Context, s statement) (*sql.Stmt, error) {
	c.prepared.mu.Lock()
	prepared := c.prepared.made[s]
	c.prepared.mu.Unlock()
	if prepared != nil {
		return prepared, nil
	}
	prepared, err := c.db.PrepareContext(ctx, c.dialect.sql(replaceIn(s.text, s.in)))
	if err != nil {
		return nil, err
	}
	c.prepared.mu.Lock()
	defer c.prepared.mu.Unlock()
	if other := c.prepared.made[s]; other != nil {
		prepared.Close()
		return other, nil
	}
	c.prepared.made[s] = prepared
	return prepared, nil
}

// eachOf is each for values that stand where the text says {in}, not more than a hundred at a time.
func (c *core) eachOf(ctx context.Context, text string, values []any, scan func(*sql.Rows) error) error {
	for some := range slices.Chunk(values, 128) {
		n := 1
		for n < len(some) {
			n *= 2 // so that the statements are few
		}
		if n > len(some) {
			some = append(make([]any, 0, n), some...)
			for len(some) < n {
				some = append(some, some[0])
			}
		}
		if err := c.eachRow(ctx, statement{text, n}, some, scan); err != nil {
			return err
		}
	}
	return nil
}

func scanEach(rows *sql.Rows, scan func(*sql.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// integer is a number to scan into. What drivers give it takes as it is; package database/sql would reflect on it.
type integer int64

func (i *integer) Scan(v any) error {
	if n, ok := v.(int64); ok {
		*i = integer(n)
		return nil
	}
	var n sql.NullInt64
	err := n.Scan(v)
	if err == nil && !n.Valid {
		err = errors.New("NULL is no number")
	}
	*i = integer(n.Int64)
	return err
}

// nullable is an integer that may be NULL.
type nullable sql.NullInt64

func (i *nullable) Scan(v any) error {
	if n, ok := v.(int64); ok {
		*i = nullable{Int64: n, Valid: true}
		return nil
	}
	return (*sql.NullInt64)(i).Scan(v)
}

// replaceIn writes n parameters where a query says {in}.
func replaceIn(query string, n int) string { return strings.Replace(query, "{in}", marks(n), 1) }

// prefixed puts a prefix before each of a list of columns.
func prefixed(prefix, columns string) string {
	return prefix + strings.ReplaceAll(columns, ", ", ", "+prefix)
}

func keysOf[K comparable, V any](m map[K]V) []any {
	keys := make([]any, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

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

// inserter collects rows of one table, to write many with one statement.
type inserter struct {
	ch                       *change
	table, columns, conflict string
	width                    int
	most                     int   // rows of a statement
	values                   []any // row by row
	bytes                    int   // of the texts in them
}

// Of rows whose columns are arrays, this many are written with one statement, and about so many bytes.
const (
	rowsAtOnce  = 1000
	bytesAtOnce = 4 << 20
)

func (ch *change) inserter(table, columns, conflict string) *inserter {
	i := &inserter{ch: ch, table: table, columns: columns, conflict: conflict, width: strings.Count(columns, ",") + 1}
	if i.most = rowsAtOnce; ch.s.dialect.arrays == "" {
		i.most = max(1, ch.s.dialect.maxParams/i.width)
	}
	return i
}

// add takes in a row, and writes those that wait when they are many. If that fails, so does the change.
func (i *inserter) add(values ...any) {
	i.values = append(i.values, values...)
	for _, v := range values {
		if s, ok := v.(string); ok {
			i.bytes += len(s)
		}
	}
	if len(i.values) >= i.most*i.width || i.bytes >= bytesAtOnce {
		i.write()
	}
}

// flush writes what waits. The error may be of rows before, of any table.
func (i *inserter) flush() error {
	i.write()
	return i.ch.err
}

func (i *inserter) write() {
	if rows := len(i.values) / i.width; rows > 0 && i.ch.err == nil {
		isMany, err := i.ch.many(rows)
		switch {
		case err != nil:
		case isMany:
			err = i.writeArrays()
		default:
			err = i.writeRows(rows)
		}
		i.ch.err = err
	}
	clear(i.values)
	i.values, i.bytes = i.values[:0], 0
}

// writeRows writes with a parameter for each value. The statement for many rows is prepared once for each change.
func (i *inserter) writeRows(rows int) error {
	text := i.into() + " VALUES " + strings.TrimSuffix(strings.Repeat("("+marks(i.width)+"), ", rows), ", ") + i.conflict
	if rows < i.most {
		return i.ch.exec(text, i.values...)
	}
	statement, err := i.ch.prepared(text)
	if err == nil {
		_, err = statement.ExecContext(i.ch.ctx, i.values...)
	}
	return err
}

// writeArrays writes with a parameter for each column.
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
	return i.ch.exec(i.into()+" SELECT * FROM unnest("+strings.Join(columns, ", ")+")"+i.conflict, arrays...)
}

func (i *inserter) into() string {
	insert := "INSERT"
	if i.conflict == "" {
		insert = i.ch.s.dialect.insert
	}
	return insert + " INTO " + i.table + " (" + i.columns + ")"
}

// few is how many values or rows are a parameter each, where there are arrays: their plans are made once. Those of arrays are made
// each time, which takes longer than to look up a few.
const few = 16

// many reports whether so many values or rows are to be arrays.
func (ch *change) many(n int) (bool, error) {
	arrays := ch.s.dialect.arrays
	if arrays == "" || n <= few {
		return false, nil
	}
	if ch.ready {
		return true, nil
	}
	ch.ready = true
	return true, ch.exec(arrays)
}

// columnArray writes every width-th of values as PostgreSQL writes arrays, which no driver has to know, and tells its type.
func columnArray(values []any, from, width int) (array, kind string, err error) {
	b := []byte{'{'}
	for at := from; at < len(values); at += width {
		if at > from {
			b = append(b, ',')
		}
		switch v := values[at].(type) {
		case int64:
			b, kind = strconv.AppendInt(b, v, 10), "bigint[]"
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
			return "", "", fmt.Errorf("no array has a %T", v)
		}
	}
	return string(append(b, '}')), kind, nil
}

// appendElement appends a text as it stands in an array.
func appendElement(b []byte, text string) []byte {
	b = append(b, '"')
	for {
		i := strings.IndexAny(text, `"\`)
		if i < 0 {
			return append(append(b, text...), '"')
		}
		b = append(append(b, text[:i]...), '\\', text[i])
		text = text[i+1:]
	}
}
