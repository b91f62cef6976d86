package sqlquery

import (
	"errors"
	"fmt"
	"time"
)

// A read that would retract many articles at once is refused: a fault of the database or of a query
// is more likely than an editor's wish, and subscribers delete what an Atom feed retracts.

// The defaults of [Query].
const (
	defaultMaxRetracted      = 10
	defaultMaxRetractedShare = 0.1
)

// RetractionError is the error of a read that is refused because it would retract too many
// articles, or all of them. Nothing changes then.
type RetractionError struct {
	Retracted int // articles that feeds show and that the read would retract
	Visible   int // articles that feeds show
	Max       int // as many may be retracted
	// Err says why articles would be left out that the database still has. It is nil if their rows
	// are gone or if they are hidden.
	Err error
}

// Error returns the numbers, and what to do.
func (e *RetractionError) Error() string {
	text := fmt.Sprintf("%d of %d visible articles would be retracted, at most %d may be at once; nothing was changed: "+
		"if they are to go, call Query.ReloadRetracting once, or set Query.MaxRetracted", e.Retracted, e.Visible, e.Max)
	if e.Retracted == e.Visible && e.Retracted <= e.Max {
		text = fmt.Sprintf("all %d visible articles would be retracted; nothing was changed: "+
			"if they are to go, call Query.ReloadRetracting once, or set Query.MaxRetracted to -1", e.Visible)
	}
	if e.Err != nil {
		text += "\n" + e.Err.Error()
	}
	return text
}

// Unwrap returns Err.
func (e *RetractionError) Unwrap() error { return e.Err }

// excess returns an error if a read would retract too much. An article that has another key, but
// the same id, is not retracted.
func (q *Query) excess(c *collector) error {
	if q.MaxRetracted < 0 || c.first || len(c.gone)+len(c.changes) == 0 {
		return nil
	}
	now := q.now().Unix()
	visible := 0
	for _, m := range q.marks {
		if m.visible(now) {
			visible++
		}
	}
	// The articles that may be retracted.
	var touched []*mark
	for _, m := range c.gone {
		if m.visible(now) {
			touched = append(touched, m)
		}
	}
	for i := range c.changes {
		if m := c.changes[i].mark; m.visible(now) {
			touched = append(touched, m)
		}
	}
	limit := q.maxRetracted(visible)
	if len(touched) <= limit && len(touched) < visible || len(touched) == 0 {
		return nil
	}
	// Only many changes are checked here, and once more when they are published.
	kept := map[string]bool{}
	var reasons []error
	for i := range c.changes {
		ch := &c.changes[i]
		err := ch.err
		if !ch.out() {
			if _, err = q.checker.Article(ch.article); err == nil {
				if from, until := times(&ch.article); from <= now && now < until {
					kept[q.identify(&ch.article)] = true
				}
			}
		}
		if err != nil && len(reasons) < 3 {
			reasons = append(reasons, err)
		}
	}
	retracted := 0
	for _, m := range touched {
		if !kept[m.id] {
			retracted++
		}
	}
	if retracted > limit || retracted == visible && len(kept) == 0 {
		return &RetractionError{Retracted: retracted, Visible: visible, Max: limit, Err: errors.Join(reasons...)}
	}
	return nil
}

// maxRetracted returns how many of the visible articles a read may retract.
func (q *Query) maxRetracted(visible int) int {
	number, share := q.MaxRetracted, q.MaxRetractedShare
	if number == 0 {
		number = defaultMaxRetracted
	}
	if share == 0 {
		share = defaultMaxRetractedShare
	}
	return max(number, int(share*float64(visible)))
}

// now returns the time by which articles are visible.
func (q *Query) now() time.Time {
	if q.Clock != nil {
		return q.Clock()
	}
	return time.Now()
}
