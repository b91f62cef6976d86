package sqlstore

import (
	"context"
	"database/sql"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// queryer is a database or a transaction.
type queryer interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// each gives each row of an answer to scan.
func each(ctx context.Context, q queryer, query string, params []any, scan func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, params...)
	if err != nil {
		return err
	}
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

// flush writes what was collected.
func (i *inserter) flush(ch *change) error {
	most := ch.s.dialect.maxParams / i.width
	for len(i.values) > 0 {
		n := min(len(i.values)/i.width, most)
		query := "INSERT INTO " + i.table + " (" + i.columns + ") VALUES " +
			strings.TrimSuffix(strings.Repeat("("+marks(i.width)+"), ", n), ", ") + i.conflict
		if err := ch.exec(query, i.values[:n*i.width]...); err != nil {
			return err
		}
		i.values = i.values[n*i.width:]
	}
	i.values = nil
	return nil
}
