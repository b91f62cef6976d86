package sqlquery

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
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
// each row. If head returns an error, eachRow returns it without reading rows. The slice passed to
// row is not reused. The names and values are added to the digest.
func eachRow(
	ctx context.Context, db querier, query string, digest *rowHash, head func([]string) error, row func([]any),
) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	// The names of the columns count too: the same values mean something else under other names.
	digest.begin()
	for i, name := range names {
		names[i] = strings.ToLower(name)
		digest.add(names[i])
	}
	// A wrong column is an error of the query, not of a row.
	if err := head(names); err != nil {
		return err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	scan := make([]any, len(names))
	for rows.Next() {
		// A slice for each row, because a row keeps its values.
		values := make([]any, len(names))
		for i := range values {
			scan[i] = &values[i]
		}
		if err := rows.Scan(scan...); err != nil {
			return err
		}
		for i, v := range values {
			digest.add(v)
			values[i] = typed(types[i].DatabaseTypeName(), v)
		}
		row(values)
	}
	return rows.Err()
}

// hashSize is the size of a digest of rows in bytes.
const hashSize = sha256.Size

// rowHash makes a digest of rows, by which two reads are compared.
type rowHash struct {
	hash hash.Hash // of all values so far
	buf  []byte    // the bytes of one value
}

func newRowHash() *rowHash { return &rowHash{hash: sha256.New()} }

// begin separates the rows of one query from those of the next.
func (h *rowHash) begin() { h.hash.Write([]byte{'q'}) }

// add adds a value with its type and length, so that no two lists of values have the same input.
func (h *rowHash) add(v any) {
	// The buffer is used again for every value.
	b := h.buf[:0]
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
		// A type of the driver's own. Its text tells two values apart well enough.
		b = fmt.Appendf(append(b, 'v'), "%T %v;", v, v)
	}
	h.hash.Write(b)
	h.buf = b
}

// sum returns the digest of the values added so far.
func (h *rowHash) sum() (sum [hashSize]byte) {
	h.hash.Sum(sum[:0])
	return sum
}

// readSQL reads articles from the rows of SQL and Lists, in a transaction if there is more than one
// query.
func (q *Query) readSQL(ctx context.Context, result *outcome) error {
	for column := range q.Lists {
		if listKinds[column] == nil {
			return fmt.Errorf("field Lists: there is no list %q; the lists are %s", column, sortedNames(listKinds))
		}
	}
	if len(q.Lists) == 0 {
		return q.readRows(ctx, q.DB, result)
	}
	// Several queries must see one state of the database: a list must not name an article that
	// another query does not know.
	tx, err := q.DB.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return q.readRows(ctx, tx, result)
}

// readRows runs the queries of Lists, then SQL, and collects articles and problems.
func (q *Query) readRows(ctx context.Context, db querier, result *outcome) error {
	digest := newRowHash()
	var lists []listTable
	// Sorted, so that the digest does not depend on the order of a map.
	for _, column := range slices.Sorted(maps.Keys(q.Lists)) {
		table, err := readTable(ctx, db, column, q.Lists[column], digest)
		if err != nil {
			return fmt.Errorf("field Lists: %s: %w", column, err)
		}
		lists = append(lists, table)
	}
	var columns []string
	count := 0
	head := func(names []string) error {
		columns = names
		return q.checkColumns(names)
	}
	err := eachRow(ctx, db, q.SQL, digest, head, func(values []any) {
		count++
		r := row{location: q.Location, separator: q.Separator, lists: lists}
		// An article with a column that cannot be read is left out: without the column it would
		// be another article.
		if r.fill(columns, values); len(r.problems) == 0 {
			result.articles = append(result.articles, r.article)
			return
		}
		for _, problem := range r.problems {
			problem.Row, problem.Article = count, cmp.Or(r.article.ID, r.article.URL)
			result.problems = append(result.problems, problem)
		}
	})
	if err != nil {
		return fmt.Errorf("SQL: %w", err)
	}
	result.digest = digest.sum()
	return nil
}

// checkColumns returns what is wrong with the names of the columns.
func (q *Query) checkColumns(names []string) error {
	var wrong []error
	for i, name := range names {
		switch {
		case columnsByName[name] == nil:
			wrong = append(wrong, fmt.Errorf("there is no column %q; the columns are %s", name, sortedNames(columnsByName)))
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
	article   syndicate.Article // what the columns say
	image     syndicate.Image   // becomes the article's if it has a URL
	key       string            // the value that Lists refers to
	location  *time.Location    // see Query.Location
	separator string            // see Query.Separator
	lists     []listTable       // the lists of all articles
	problems  []*RowError       // one for each column that cannot be read
}

// fill sets the fields of the article from a row's values and from the lists of its key.
func (r *row) fill(columns []string, values []any) {
	for i, column := range columns {
		r.try(column, columnsByName[column](r, values[i]))
	}
	// A row without a picture may still have its width and height.
	if r.image.URL != "" {
		r.article.Image = r.image
	}
	// The value that other tables refer to.
	key := cmp.Or(r.key, r.article.ID, r.article.URL)
	for _, table := range r.lists {
		if list := table.lists[key]; list != nil {
			r.try(table.column, list.err)
			listKinds[table.column].set(&r.article, list)
		}
	}
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
		"key":             func(r *row) any { return &r.key },
		"id":              func(r *row) any { return &r.article.ID },
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
		columns[name] = func(r *row, v any) error { return assign(at(r), v, r.location) }
	}
	for name, kind := range listKinds {
		columns[name] = func(r *row, v any) error {
			list, err := parseList(kind, v, r.separator)
			if err == nil {
				kind.set(&r.article, list)
			}
			return err
		}
	}
	return columns
}()
