package sqlquery

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// One read of all articles.

// outcome is the result of a read.
type outcome struct {
	err      error // why the read failed
	hangs    bool  // the read has timed out and has not returned yet
	same     bool  // the articles are those that are published already
	articles []syndicate.Article
	problems []error        // of articles that are left out
	changed  string         // the result of Changed before the read
	digest   [hashSize]byte // of all rows; zero if the articles came from a function
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

// read reads all articles, unless Changed returns the same text as before. Panics of a function or
// a driver become errors.
func (q *Query) read(ctx context.Context, anew bool) (result *outcome) {
	result = new(outcome)
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
	if bySQL == (q.Articles != nil) || len(q.Lists) > 0 && !bySQL ||
		q.ChangedSQL != "" && (q.Changed != nil || q.DB == nil) {
		result.err = errConfig
		return result
	}
	asks := q.Changed != nil || q.ChangedSQL != ""
	if asks {
		// Before the articles are read: a change that happens in between is found by the next
		// call.
		if result.changed, result.err = q.askChanged(ctx); result.err != nil {
			return result
		}
	}
	switch {
	case asks && !anew && q.state.Load().loaded && result.changed == q.changed:
		result.same, result.digest = true, q.digest
	case bySQL:
		result.err = q.readSQL(ctx, result)
		result.same = result.digest == q.digest && q.state.Load().loaded
	default:
		result.err = q.readFunc(ctx, result)
	}
	return result
}

var errConfig = errors.New("set either Articles, or DB and SQL, and Lists only with SQL; " +
	"set at most one of Changed and ChangedSQL, and ChangedSQL only with DB")

// readFunc collects the articles that the function yields.
func (q *Query) readFunc(ctx context.Context, result *outcome) error {
	for article, err := range q.Articles(ctx) {
		switch {
		case err == nil:
			result.articles = append(result.articles, article)
		case ofOneArticle(err):
			result.problems = append(result.problems, err)
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
	digest := newRowHash()
	err := eachRow(ctx, q.DB, q.ChangedSQL, digest, func([]string) error { return nil }, func([]any) {})
	if err != nil {
		return "", fmt.Errorf("ChangedSQL: %w", err)
	}
	sum := digest.sum()
	return string(sum[:]), nil
}
