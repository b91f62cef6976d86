package sqlquery

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Reading the articles with certain keys: which ones, and with which queries.

// keysPerQuery is the number of keys in one query. Every database accepts as many parameters.
const keysPerQuery = 500

// The markers that stand for the keys of articles in a query.
const (
	marker         = "{?}" // becomes ?, ?, ?
	numberedMarker = "{$}" // becomes $1, $2, $3
)

// checkMarker returns an error if a query has no marker although it must have one, or has one
// although no keys are going to replace it.
func checkMarker(name, query string, needed bool) error {
	has := strings.Contains(query, marker) || strings.Contains(query, numberedMarker)
	switch {
	case needed && !has:
		return fmt.Errorf("%s: with Stamps, the query must select the articles whose keys are in (%s), or in (%s) for PostgreSQL",
			name, marker, numberedMarker)
	case has && !needed:
		return fmt.Errorf("%s: the query has %s or %s, but there are no Stamps", name, marker, numberedMarker)
	}
	return nil
}

// batch is a number of articles that are read together. The nil batch stands for all articles.
type batch struct {
	marks map[string]*mark
	order []*mark
	found map[*mark]bool
}

// newBatch returns a batch of articles.
func newBatch(marks []*mark) *batch {
	b := &batch{make(map[string]*mark, len(marks)), marks, make(map[*mark]bool, len(marks))}
	for _, m := range marks {
		b.marks[m.key] = m
	}
	return b
}

// query returns a query with parameters in place of its markers, and their values.
func (b *batch) query(text string) (string, []any) {
	if b == nil {
		return text, nil
	}
	args := make([]any, len(b.order))
	var numbered strings.Builder
	for i, m := range b.order {
		args[i] = m.arg
		if i > 0 {
			numbered.WriteString(", ")
		}
		numbered.WriteString("$" + strconv.Itoa(i+1))
	}
	text = strings.ReplaceAll(text, numberedMarker, numbered.String())
	// Each ? needs its value, even if it repeats the keys of another marker.
	var all []any
	for range strings.Count(text, marker) {
		all = append(all, args...)
	}
	if all == nil {
		all = args
	}
	return strings.ReplaceAll(text, marker, strings.Repeat("?, ", len(args)-1)+"?"), all
}

// unknown returns the error of a row whose key was not requested. Its article would be retracted,
// or would lose a list, if the row were ignored.
func (b *batch) unknown(key string) error {
	return fmt.Errorf("the key %s is not one of those that were requested, such as %s; "+
		"select the same value as in the first column of Stamps", quoted(key), quoted(b.order[0].key))
}

// add collects an article of the batch.
func (b *batch) add(c *collector, key string, ch change) error {
	m := b.marks[key]
	if m == nil {
		return b.unknown(key)
	}
	if b.found[m] {
		return fmt.Errorf("two rows have the key %s", quoted(key))
	}
	b.found[m] = true
	c.put(m, ch)
	return nil
}

// finish retracts the articles that the query did not return.
func (b *batch) finish(c *collector) error {
	for _, m := range b.order {
		if !b.found[m] {
			c.put(m, change{absent: true})
		}
	}
	return c.flush()
}

// readStamps runs the queries of Stamps and returns the articles to read. It marks those that are
// gone. The stamp of an article is the sum of the digests of its rows, so their order is of no
// importance.
func (q *Query) readStamps(ctx context.Context, db querier, c *collector) ([]*mark, error) {
	var all []*mark
	fresh := map[string]*mark{} // articles that the last read did not have
	for i, query := range q.Stamps {
		count := 0
		head := func([]string) error { return nil }
		err := q.eachRow(ctx, db, query, nil, head, func(values []any, digest uint64) error {
			count++
			key, err := keyOf(values[0])
			if err == nil && key == "" && i == 0 {
				err = errNoKey
			}
			if err != nil {
				return fmt.Errorf("row %d: %w", count, err)
			}
			m := q.marks[key]
			if m == nil {
				m = fresh[key]
			}
			switch {
			// The first query says which articles there are.
			case i > 0 && (m == nil || m.seen != q.reads):
				return nil
			case i == 0 && m == nil:
				m = &mark{key: strings.Clone(key)}
				fresh[m.key] = m
			case i == 0 && m.seen == q.reads:
				return fmt.Errorf("row %d: the key %s occurs twice; put rows of other tables into another query", count, quoted(key))
			}
			if i == 0 {
				m.seen, m.fresh, m.arg = q.reads, 0, values[0]
				all = append(all, m)
			}
			m.fresh += digest * uint64(2*i+1) // rows of different queries do not cancel each other
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("field Stamps: query %d: %w", i+1, err)
		}
	}
	c.findGone()
	if c.whole {
		return all, nil
	}
	var changed, refused []*mark
	for _, m := range all {
		switch {
		case m.fresh != m.stamp, !m.noticed.IsZero() && c.began.Sub(m.noticed) >= settling:
			changed = append(changed, m)
		case m.refused:
			refused = append(refused, m)
		}
	}
	// An article that was refused can be published when another one leaves its id.
	if len(changed)+len(c.gone) > 0 {
		changed = append(changed, refused...)
	}
	return changed, nil
}

// textLimit is the length at which MySQL cuts the results of group_concat and JSON_ARRAYAGG.
type textLimit struct {
	known bool
	bytes int // 0 if the database has no such limit
}

// findTextLimit reads the limit of the database once. Other databases than MySQL and MariaDB return
// an error, which is why those with a driver that is known are not queried.
func (q *Query) findTextLimit(ctx context.Context) {
	if q.limit.known {
		return
	}
	if t := reflect.TypeOf(q.DB.Driver()); t != nil {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		for _, other := range [...]string{"pgx", "lib/pq", "sqlite", "mssql"} {
			q.limit.known = q.limit.known || strings.Contains(t.PkgPath(), other)
		}
	}
	if q.limit.known {
		return
	}
	var bytes int
	err := q.DB.QueryRowContext(ctx, "SELECT @@group_concat_max_len").Scan(&bytes)
	if ctx.Err() == nil {
		// If the database is unavailable, so are the articles, and the next read tries again.
		q.limit.known, q.limit.bytes = err == nil, max(bytes, 0)
	}
}

// isCut reports whether MySQL may have cut a text. It cuts before a character that does not fit,
// and MariaDB closes a JSON array that it has cut.
func (q *Query) isCut(text string) bool {
	const character, brackets = 4, 2
	return q.limit.bytes > 0 && len(text) > q.limit.bytes-character && len(text) <= q.limit.bytes+brackets
}

// errCut returns the error for a text that may have been cut.
func (q *Query) errCut(text string) error {
	return fmt.Errorf("the list has %d bytes and group_concat_max_len is %d: the database may have cut it; "+
		"set group_concat_max_len=1000000 in the address of the database, or read the list with Query.Lists",
		len(text), q.limit.bytes)
}
