package sqlquery

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/fingerprint"
)

// One read of the articles.

// outcome is the result of a read.
type outcome struct {
	err        error // why the read failed
	hangs      bool  // the read has timed out and has not returned yet
	began      time.Time
	changed    string // the result of Changed before the read
	differs    bool   // from the last result
	*collector        // what the read found; nil if the articles were not read
}

// RowError reports an error in one row of a [Query]'s query, or in one article. A function that
// yields articles may return a RowError to leave out one article and continue.
type RowError struct {
	Row     int    // counted from 1; 0 if unknown
	Article string // its id or URL, if either could be read
	Column  string // "" if the error concerns the whole row
	Err     error  // what is wrong
}

// Error returns where the error is and what it is, as in
// `sqlquery: row 17: article "4711": published: "soon" is not a time`.
func (e *RowError) Error() string {
	var b strings.Builder
	b.WriteString("sqlquery: ")
	if e.Row > 0 {
		fmt.Fprintf(&b, "row %d: ", e.Row)
	}
	if e.Article != "" {
		fmt.Fprintf(&b, "article %q: ", e.Article)
	}
	if e.Column != "" {
		b.WriteString(e.Column + ": ")
	}
	fmt.Fprint(&b, e.Err)
	return b.String()
}

// Unwrap returns Err.
func (e *RowError) Unwrap() error { return e.Err }

// read reads the articles that changed, or all of them. Panics of a function or a driver become
// errors.
func (q *Query) read(ctx context.Context, anew bool) (result *outcome) {
	result = &outcome{began: time.Now()}
	defer func() {
		if p := recover(); p != nil {
			result.err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if result.err == nil {
			return
		}
		// A driver's error that wraps one of these must not look like an answer about a scope.
		for _, absent := range []error{syndicate.ErrNotFound, syndicate.ErrMoved, syndicate.ErrGone} {
			if errors.Is(result.err, absent) {
				result.err = errors.New(result.err.Error())
			}
		}
		result.err = fmt.Errorf("sqlquery: reading the articles: %w", result.err)
	}()
	// The fields of a Query are checked at each read, because a program may have set them in any
	// order.
	bySQL := q.DB != nil && q.SQL != ""
	if bySQL == (q.Articles != nil) || len(q.Lists)+len(q.Stamps) > 0 && !bySQL ||
		q.ChangedSQL != "" && (q.Changed != nil || q.DB == nil) {
		result.err = errConfig
		return result
	}
	loaded := q.state.Load().loaded
	whole := anew || !loaded || q.recheckDue(result.began)
	if q.Changed != nil || q.ChangedSQL != "" {
		// Before the articles are read: a change that happens in between is found by the next
		// call.
		if result.changed, result.err = q.askChanged(ctx); result.err != nil {
			return result
		}
		result.differs = result.changed != q.changed || !loaded
		whole = whole || result.differs || q.echoDue(result.began)
		if !whole && len(q.Stamps) == 0 {
			return result
		}
	}
	c := q.collect(result.began, whole || len(q.Stamps) == 0, !loaded)
	if bySQL {
		result.err = q.readSQL(ctx, c)
	} else {
		result.err = q.readFunc(ctx, c)
	}
	if result.err == nil {
		c.finish()
		result.collector = c
	}
	return result
}

var errConfig = errors.New("set either Articles, or DB and SQL, and Lists and Stamps only with SQL; " +
	"set at most one of Changed and ChangedSQL, and ChangedSQL only with DB")

// recheckDue reports whether it is time to read all articles, whatever Changed and Stamps say.
func (q *Query) recheckDue(now time.Time) bool {
	recheck := q.Recheck
	if recheck == 0 {
		recheck = defaultRecheck
	}
	return recheck > 0 && now.Sub(q.lastWhole) >= recheck
}

// echoDue reports whether it is time to read all articles once more after ChangedSQL returned
// another result. Its times may have whole seconds: a second change within the second returns the
// same result.
func (q *Query) echoDue(now time.Time) bool {
	return q.ChangedSQL != "" && !q.echo.IsZero() && now.Sub(q.echo) >= settling
}

// readFunc collects the articles that the function yields.
func (q *Query) readFunc(ctx context.Context, c *collector) error {
	for article, err := range q.Articles(ctx) {
		switch {
		case err == nil:
			// An article that has no id is told apart from others by its position.
			digest := fingerprint.Of(&article)
			c.add(q.identify(&article), change{article: article, digest: binary.BigEndian.Uint64(digest[:])})
		case ofOneArticle(err):
			c.loose = append(c.loose, err)
		default:
			return err
		}
	}
	return ctx.Err() // a function that stops because its context ended has not yielded all articles
}

// ofOneArticle reports whether an error concerns one article and not the whole read.
func ofOneArticle(err error) bool {
	var row *RowError
	var problem *syndicate.Problem
	return errors.As(err, &row) || errors.As(err, &problem)
}

// askChanged returns the result of Changed, or a digest of the rows of ChangedSQL.
func (q *Query) askChanged(ctx context.Context) (string, error) {
	if q.Changed != nil {
		return q.Changed(ctx)
	}
	hash := rowHash{seed: q.seed}
	var sum uint64
	err := q.eachRow(ctx, q.DB, q.ChangedSQL, nil, func([]string) error { return nil }, func(_ []any, digest uint64) error {
		hash.begin(sum)
		hash.add(int64(digest))
		sum = hash.sum()
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("ChangedSQL: %w", err)
	}
	return strconv.FormatUint(sum, 16), nil
}
