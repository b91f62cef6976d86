package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"

	"github.com/syndicate-go/syndicate"
)

// statements are those that a Store reads with, by their text. The database prepares each once for a connection.
type statements struct {
	mu     sync.Mutex
	byText map[string]*sql.Stmt
}

// each gives each row of an answer to scan. The text is one of a few.
func (c *core) each(ctx context.Context, text string, params []any, scan func(*sql.Rows) error) error {
	c.prepared.mu.Lock()
	statement := c.prepared.byText[text]
	c.prepared.mu.Unlock()
	if statement == nil {
		var err error
		if statement, err = c.db.PrepareContext(ctx, c.dialect.sql(text)); err != nil {
			return err
		}
		c.prepared.mu.Lock()
		if other := c.prepared.byText[text]; other != nil {
			statement.Close()
			statement = other
		} else {
			c.prepared.byText[text] = statement
		}
		c.prepared.mu.Unlock()
	}
	rows, err := statement.QueryContext(ctx, params...)
	if err != nil {
		return err
	}
	return scanEach(rows, scan)
}

// eachOf is each for values that stand where the text says {in}, not more than a hundred at a time.
func (c *core) eachOf(ctx context.Context, text string, values []any, scan func(*sql.Rows) error) error {
	for some := range slices.Chunk(values, 128) {
		n := 1
		for n < len(some) {
			n *= 2 // so that the texts are few
		}
		some = append(make([]any, 0, n), some...)
		for len(some) < n {
			some = append(some, some[0])
		}
		if err := c.each(ctx, replaceIn(text, n), some, scan); err != nil {
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
	table, columns, conflict string
	width                    int
	values                   []any
}

func newInserter(table, columns, conflict string) *inserter {
	return &inserter{table: table, columns: columns, conflict: conflict, width: strings.Count(columns, ",") + 1}
}

func (i *inserter) add(values ...any) { i.values = append(i.values, values...) }

// flush writes what was collected. The statement for many rows is prepared once for each change.
func (i *inserter) flush(ch *change) error {
	most := ch.s.dialect.maxParams / i.width
	for len(i.values) >= most*i.width {
		statement, err := ch.prepared(i.statement(ch, most))
		if err != nil {
			return err
		}
		if _, err := statement.ExecContext(ch.ctx, i.values[:most*i.width]...); err != nil {
			return err
		}
		i.values = i.values[most*i.width:]
	}
	if n := len(i.values) / i.width; n > 0 {
		if err := ch.exec(i.statement(ch, n), i.values...); err != nil {
			return err
		}
	}
	i.values = nil
	return nil
}

// statement returns what inserts n rows.
func (i *inserter) statement(ch *change, n int) string {
	insert := "INSERT"
	if i.conflict == "" {
		insert = ch.s.dialect.insert
	}
	return insert + " INTO " + i.table + " (" + i.columns + ") VALUES " +
		strings.TrimSuffix(strings.Repeat("("+marks(i.width)+"), ", n), ", ") + i.conflict
}
