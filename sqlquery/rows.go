package sqlquery

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// From rows to articles, by the names of the columns.

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// eachRow runs a query and calls head with the names of the columns in lower case, then row with
// the values of each row and their digest. The digest is of the names too: the same values mean
// something else under other names. The slice passed to row is used again. If head or row returns
// an error, eachRow returns it without reading further.
func (q *Query) eachRow(
	ctx context.Context, db querier, query string, args []any, head func([]string) error, row func([]any, uint64) error,
) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	hash := rowHash{seed: q.seed}
	for i, name := range names {
		names[i] = strings.ToLower(name)
		hash.add(names[i])
	}
	header := hash.sum()
	// A wrong column is an error of the query, not of a row.
	if err := head(names); err != nil {
		return err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	kinds := make([]string, len(types))
	for i, t := range types {
		kinds[i] = t.DatabaseTypeName()
	}
	values, scan := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		scan[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(scan...); err != nil {
			return err
		}
		hash.begin(header)
		for i, v := range values {
			hash.add(v)
			values[i] = typed(kinds[i], v)
		}
		if err := row(values, hash.sum()); err != nil {
			return err
		}
	}
	return rows.Err()
}

// rowHash makes digests of rows, by which two reads are compared. Digests of one process and seed
// can be compared.
type rowHash struct {
	seed maphash.Seed
	buf  []byte // the bytes of the values so far
}

// begin starts a row after the digest of what precedes it.
func (h *rowHash) begin(before uint64) { h.buf = binary.BigEndian.AppendUint64(h.buf[:0], before) }

// add adds a value with its type and length, so that no two lists of values have the same input.
func (h *rowHash) add(v any) {
	b := h.buf
	switch v := v.(type) {
	case nil:
		b = append(b, 'n')
	case string:
		b = append(binary.AppendUvarint(append(b, 's'), uint64(len(v))), v...)
	case []byte:
		b = append(binary.AppendUvarint(append(b, 'b'), uint64(len(v))), v...)
	case int64:
		b = binary.AppendVarint(append(b, 'i'), v)
	case float64:
		b = binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(v))
	case time.Time:
		b = binary.AppendVarint(binary.AppendVarint(append(b, 't'), v.Unix()), int64(v.Nanosecond()))
	default:
		// Another type of the driver. Its text tells two values apart well enough.
		b = fmt.Appendf(append(b, 'v'), "%T %v;", v, v)
	}
	h.buf = b
}

// sum returns the digest of the values since begin. It is never 0.
func (h *rowHash) sum() uint64 { return max(maphash.Bytes(h.seed, h.buf), 1) }

// readSQL reads articles from the rows of SQL and Lists: all of them, or those that Stamps report
// as changed. Several queries run in one transaction.
func (q *Query) readSQL(ctx context.Context, c *collector) error {
	if err := q.checkQueries(); err != nil {
		return err
	}
	q.findTextLimit(ctx)
	if len(q.Lists) == 0 && len(q.Stamps) == 0 {
		return q.readRows(ctx, q.DB, c, nil)
	}
	// Several queries must see one state of the database: a list must not name an article that
	// another query does not know.
	tx, err := q.DB.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if len(q.Stamps) == 0 {
		return q.readRows(ctx, tx, c, nil)
	}
	marks, err := q.readStamps(ctx, tx, c)
	if err != nil {
		return err
	}
	for marks := range slices.Chunk(marks, keysPerQuery) {
		if err := q.readRows(ctx, tx, c, newBatch(marks)); err != nil {
			return err
		}
	}
	return nil
}

// checkQueries returns what is wrong with the names of Lists and with the markers in queries.
func (q *Query) checkQueries() error {
	for column := range q.Lists {
		if listKinds[column] == nil {
			return fmt.Errorf("field Lists: there is no list %q; the lists are %s", column, sortedNames(listKinds))
		}
	}
	wrong := checkMarker("SQL", q.SQL, len(q.Stamps) > 0)
	for _, column := range slices.Sorted(maps.Keys(q.Lists)) {
		wrong = cmp.Or(wrong, checkMarker("field Lists: "+column, q.Lists[column], len(q.Stamps) > 0))
	}
	return wrong
}

// readRows runs the queries of Lists, then SQL, and collects articles and problems. The batch is
// nil if the queries return all articles.
func (q *Query) readRows(ctx context.Context, db querier, c *collector, keys *batch) error {
	var lists []listTable
	// Sorted, so that the digest does not depend on the order of a map.
	for _, column := range slices.Sorted(maps.Keys(q.Lists)) {
		table, err := q.readTable(ctx, db, column, keys)
		if err != nil {
			return fmt.Errorf("field Lists: %s: %w", column, err)
		}
		lists = append(lists, table)
	}
	var columns []string
	head := func(names []string) error {
		columns = names
		return q.checkColumns(names)
	}
	count := 0
	query, args := keys.query(q.SQL)
	err := q.eachRow(ctx, db, query, args, head, func(values []any, digest uint64) error {
		count++
		r := row{query: q, lists: lists}
		if q.Columns != nil {
			r.further = q.Columns()
			r.places = r.further.Places()
		}
		r.fill(columns, values)
		name := cmp.Or(r.article.ID, r.article.URL)
		var problems []error
		for _, problem := range r.problems {
			// A row of a batch has no number that anybody could count.
			if problem.Article = name; keys == nil {
				problem.Row = count
			}
			problems = append(problems, problem)
		}
		change := change{article: r.article, digest: r.digest(digest)}
		// An article with a column that cannot be read is left out: without the column it would
		// be another article.
		if len(problems) > 0 {
			change.err = errors.Join(problems...)
		}
		if keys == nil {
			c.add(cmp.Or(r.key, name), change)
			return nil
		}
		return keys.add(c, cmp.Or(r.key, name), change)
	})
	if err != nil {
		return fmt.Errorf("SQL: %w", err)
	}
	if keys != nil {
		return keys.finish(c)
	}
	for _, table := range lists {
		if count > 0 && !table.used && len(table.lists) > 0 {
			c.loose = append(c.loose, table.mismatch())
		}
	}
	return nil
}

// checkColumns returns what is wrong with the names of the columns.
func (q *Query) checkColumns(names []string) error {
	var wrong []error
	known := map[string]bool{}
	for name := range columnsByName {
		known[name] = true
	}
	if q.Columns != nil {
		for name := range q.Columns().Places() {
			if known[name] {
				wrong = append(wrong, fmt.Errorf("field Columns: %q is a column of articles", name))
			}
			known[name] = true
		}
	}
	for i, name := range names {
		switch {
		case !known[name]:
			wrong = append(wrong, fmt.Errorf("there is no column %q; the columns are %s", name, sortedNames(known)))
		case slices.Contains(names[:i], name):
			wrong = append(wrong, fmt.Errorf("column %q occurs twice", name))
		case q.Lists[name] != "":
			wrong = append(wrong, fmt.Errorf("column %q is also in Lists", name))
		}
	}
	for _, name := range []string{"url", "published"} {
		if !slices.Contains(names, name) {
			wrong = append(wrong, fmt.Errorf("column %q is missing", name))
		}
	}
	return errors.Join(wrong...)
}

// sortedNames returns the keys of a map as a list for error texts.
func sortedNames[V any](m map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}

// row is a row that is being read into an article.
type row struct {
	article  syndicate.Article // what the columns say
	image    syndicate.Image   // becomes the article's if it has a URL
	key      string            // the value that Lists and Stamps refer to
	query    *Query            // how values are read
	lists    []listTable       // the lists of all articles
	further  Columns           // reads the columns that are not the article's; nil for none
	places   map[string]any    // where those are stored
	problems []*RowError       // one for each column that cannot be read
}

// fill sets the fields of the article from a row's values and from the lists of its key.
func (r *row) fill(columns []string, values []any) {
	for i, column := range columns {
		if read := columnsByName[column]; read != nil {
			r.try(column, read(r, values[i]))
		} else if values[i] != nil {
			r.try(column, r.store(r.places[column], values[i]))
		}
	}
	// A row without a picture may still have its width and height.
	if r.image.URL != "" {
		r.article.Image = r.image
	}
	// The value that other tables refer to.
	key := cmp.Or(r.key, r.article.ID, r.article.URL)
	for i := range r.lists {
		table := &r.lists[i]
		if list := table.lists[key]; list != nil {
			table.used = true
			r.try(table.column, list.err)
			listKinds[table.column].set(&r.article, list)
		}
	}
	if r.further != nil {
		r.try("", r.further.Extend(&r.article))
	}
}

// store stores the value of a further column.
func (r *row) store(place, v any) error {
	// An array that the database has cut would lose elements.
	if text, _ := textOf(v); strings.HasPrefix(text, "[") && r.query.isCut(text) {
		return r.query.errCut(text)
	}
	return assign(place, v, r.query.Location)
}

// digest returns the digest of a row together with those of its lists.
func (r *row) digest(row uint64) uint64 {
	hash := rowHash{seed: r.query.seed}
	hash.begin(row)
	for _, table := range r.lists {
		if list := table.lists[cmp.Or(r.key, r.article.ID, r.article.URL)]; list != nil {
			hash.add(int64(list.digest))
		} else {
			hash.add(nil)
		}
	}
	return hash.sum()
}

// try records the error of a column, if there is one.
func (r *row) try(column string, err error) {
	if err != nil {
		r.problems = append(r.problems, &RowError{Column: column, Err: err})
	}
}

// columnsByName has a function for each column that SQL may have, which stores a value in a row.
var columnsByName = func() map[string]func(*row, any) error {
	columns := map[string]func(*row, any) error{}
	for name, at := range map[string]func(*row) any{
		"url":             func(r *row) any { return &r.article.URL },
		"title":           func(r *row) any { return &r.article.Title },
		"summary":         func(r *row) any { return &r.article.Summary },
		"content":         func(r *row) any { return &r.article.Content },
		"published":       func(r *row) any { return &r.article.Published },
		"updated":         func(r *row) any { return &r.article.Updated },
		"expires":         func(r *row) any { return &r.article.Expires },
		"draft":           func(r *row) any { return &r.article.Draft },
		"image":           func(r *row) any { return &r.image.URL },
		"image_type":      func(r *row) any { return &r.image.Type },
		"image_width":     func(r *row) any { return &r.image.Width },
		"image_height":    func(r *row) any { return &r.image.Height },
		"image_size":      func(r *row) any { return &r.image.Size },
		"image_alt":       func(r *row) any { return &r.image.Alt },
		"image_credit":    func(r *row) any { return &r.image.Credit },
		"image_thumbnail": func(r *row) any { return &r.image.Thumbnail },
		"banner":          func(r *row) any { return &r.article.Banner },
		"language":        func(r *row) any { return &r.article.Language },
		"external_url":    func(r *row) any { return &r.article.ExternalURL },
		"comments_url":    func(r *row) any { return &r.article.CommentsURL },
		"comments_feed":   func(r *row) any { return &r.article.CommentsFeed },
		"comment_count":   func(r *row) any { return &r.article.CommentCount },
		"rights":          func(r *row) any { return &r.article.Rights },
		"origin_id":       func(r *row) any { return &r.article.Origin.ID },
		"origin_title":    func(r *row) any { return &r.article.Origin.Title },
		"origin_url":      func(r *row) any { return &r.article.Origin.URL },
		"origin_updated":  func(r *row) any { return &r.article.Origin.Updated },
	} {
		columns[name] = func(r *row, v any) error { return assign(at(r), v, r.query.Location) }
	}
	columns["id"] = func(r *row, v any) (err error) { r.article.ID, err = idOf(v); return err }
	columns["key"] = func(r *row, v any) (err error) { r.key, err = keyOf(v); return err }
	for name, kind := range listKinds {
		columns[name] = func(r *row, v any) error {
			list, err := parseList(kind, v, r.query.Separator)
			if text, _ := textOf(v); err == nil && r.query.isCut(text) {
				err = r.query.errCut(text)
			}
			if err == nil {
				kind.set(&r.article, list)
			}
			return err
		}
	}
	return columns
}()
