package sqlstore

import (
	"database/sql"
	"slices"
	"strings"
)

// Rows that a change deletes, many with one statement.

// deletion deletes rows of one table. The rows are given by the values of some of their columns.
type deletion struct {
	table, columns string // "a, b"
	also           string // a further condition, as in " AND c < ?"
	returning      string // the columns that are returned, if any
}

// The deletions of a change. The columns begin those of an index.
var (
	deleteArticles = deletion{table: "syndicate_articles", columns: "n"}
	deletePlaces   = deletion{table: "syndicate_article_scopes", columns: "scope, age, key"}
	// The key has an index. The tombstones of an earlier article with the same key stay, because
	// their article is 0.
	deletePlans = deletion{
		table: "syndicate_agenda", columns: "key, article", also: " AND event < 2", returning: "article",
	}
	deleteEvents = deletion{table: "syndicate_agenda", columns: "key, at, event", returning: "event, scope"}
	// A tombstone of the future is kept: it was made by a clock that was ahead, and its removal is
	// still to come.
	deleteGraves = deletion{table: "syndicate_tombstones", columns: "key, scope", also: " AND age >= ?"}
	deleteEnded  = deletion{table: "syndicate_tombstones", columns: "scope, age, key"}
	deleteTerms  = deletion{table: "syndicate_terms", columns: "n"}
	deleteScopes = deletion{table: "syndicate_scopes", columns: "n"}
)

// delete runs a deletion for rows of values, and calls scan with each row that it returns. The
// parameters are those of the further condition.
func (ch *change) delete(d deletion, values []any, scan func(*sql.Rows) error, params ...any) error {
	width := strings.Count(d.columns, ",") + 1
	most := rowsAtOnce
	if ch.s.dialect.arrays == "" {
		most = max(1, ch.s.dialect.lookUp/width)
	}
	for some := range slices.Chunk(values, most*width) {
		// A row of values, so that one index finds each row.
		list, listed, err := ch.list(some, width)
		if err != nil {
			return err
		}
		query := "DELETE FROM " + d.table + " WHERE (" + d.columns + ") IN (" + list + ")" + d.also
		all := append(listed, params...)
		if d.returning == "" {
			err = ch.exec(query, all...)
		} else {
			err = ch.query(query+" RETURNING "+d.returning, all, scan)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// list returns a query that yields rows of values, with its parameters.
func (ch *change) list(values []any, width int) (query string, params []any, err error) {
	// As for rows that are inserted: a parameter for each value, or an array for each column.
	rows := len(values) / width
	isMany, err := ch.many(rows)
	if err != nil {
		return "", nil, err
	}
	// The types are named: the database could not infer them from a list.
	row := make([]string, width)
	for c := range row {
		array, kind, err := columnArray(values[:min(len(values), rows*width)], c, width)
		if err != nil {
			return "", nil, err
		}
		switch {
		case isMany:
			row[c] = "?::" + kind
			params = append(params, array)
		case ch.s.dialect.numbered:
			row[c] = "?::" + strings.TrimSuffix(kind, "[]")
		default:
			row[c] = "?"
		}
	}
	text := strings.Join(row, ", ")
	if isMany {
		return "SELECT * FROM unnest(" + text + ")", params, nil
	}
	return "VALUES " + strings.TrimSuffix(strings.Repeat("("+text+"), ", rows), ", "), slices.Clone(values), nil
}

// doomed has the rows that a change deletes later, many with one statement: when rows are inserted
// or looked up, and at the end of the change. Rows of the change that are inserted afterwards may
// have the same keys.
type doomed struct {
	articles []any            // n
	places   []any            // scope, age, key
	plans    []any            // key, article
	planned  map[int64]*entry // of plans, by number
	graves   []any            // key, scope
	ended    []any            // scope, age, key
}

// flushDoomed deletes the collected rows of a table, or of all tables if it is "".
func (ch *change) flushDoomed(table string) error {
	d := &ch.doomed
	for _, part := range []struct {
		deletion
		rows   *[]any
		scan   func(*sql.Rows) error
		params []any
	}{
		{deletion: deletePlaces, rows: &d.places},
		{deletion: deletePlans, rows: &d.plans, scan: ch.scanPlan},
		{deletion: deleteArticles, rows: &d.articles},
		{deletion: deleteGraves, rows: &d.graves, params: []any{-ch.now}},
		{deletion: deleteEnded, rows: &d.ended},
	} {
		if len(*part.rows) == 0 || table != "" && part.table != table {
			continue
		}
		// The list is empty before the statement runs, so that nothing is deleted twice.
		rows := *part.rows
		*part.rows = nil
		if err := ch.delete(part.deletion, rows, part.scan, part.params...); err != nil {
			return err
		}
	}
	return nil
}

// scanPlan scans the number of an article with an event that was deleted. The next event of its
// scopes may have changed.
func (ch *change) scanPlan(rows *sql.Rows) error {
	var n int64
	err := rows.Scan(&n)
	if e := ch.doomed.planned[n]; e != nil {
		for _, c := range e.claims {
			ch.mark(c.shelf)
		}
	}
	return err
}

// flushIfMany deletes the collected rows if there are many.
func (ch *change) flushIfMany() error {
	d := &ch.doomed
	if max(len(d.articles), len(d.places), len(d.plans), len(d.graves), len(d.ended)) < valuesAtOnce {
		return nil
	}
	return ch.flushDoomed("")
}

// valuesAtOnce is the largest number of values that wait in one list of doomed.
const valuesAtOnce = 30_000
