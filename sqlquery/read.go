package sqlquery

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// What one reading of a Query does.

// outcome is what came of a reading.
type outcome struct {
	err      error // why it failed
	hangs    bool  // it has not returned yet
	same     bool  // what it would have read is what is published
	articles []syndicate.Article
	problems []error        // with articles that are not among them
	changed  string         // what Changed told before
	digest   [hashSize]byte // of all rows; zero where there are none to be digested
}

// RowError tells what is wrong with one row of a [Source], or with one article that its function could not make.
type RowError struct {
	Row     int    // counted from 1; 0 is not known
	Article string // its id or URL, as far as they could be read
	Column  string // "" is the whole row
	Err     error  // what is wrong
}

// Error says where and what: `sqlquery: row 17: article "4711": published: "soon" is not a time`.
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

// read reads all articles, unless Changed tells that nothing has. It returns an error whatever a function or driver
// does.
func (q *Source) read(ctx context.Context, anew bool) (result *outcome) {
	result = new(outcome)
	defer func() {
		if p := recover(); p != nil {
			result.err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if result.err == nil {
			return
		}
		// An error that happens to wrap one of these must not be taken for the answer about a scope.
		for _, absent := range []error{syndicate.ErrNotFound, syndicate.ErrMoved, syndicate.ErrGone} {
			if errors.Is(result.err, absent) {
				result.err = errors.New(result.err.Error())
			}
		}
		result.err = fmt.Errorf("sqlquery: reading the articles: %w", result.err)
	}()
	bySQL := q.DB != nil && q.SQL != ""
	if bySQL == (q.Articles != nil) || len(q.Lists) > 0 && !bySQL || q.ChangedSQL != "" && (q.Changed != nil || q.DB == nil) {
		result.err = errConfig
		return result
	}
	asks := q.Changed != nil || q.ChangedSQL != ""
	if asks {
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

var errConfig = errors.New("a Query has either Articles, or DB and SQL with or without Lists; and at most one of Changed and ChangedSQL, which needs DB")

// readFunc takes the articles that the function yields.
func (q *Source) readFunc(ctx context.Context, result *outcome) error {
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
	return ctx.Err() // a function that only stops when its context ends has not yielded all
}

// ofOneArticle reports whether an error tells of one article, and not of the reading.
func ofOneArticle(err error) bool {
	var row *RowError
	var problem *syndicate.Problem
	return errors.As(err, &row) || errors.As(err, &problem)
}

// askChanged returns what Changed or ChangedSQL tells.
func (q *Source) askChanged(ctx context.Context) (string, error) {
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
