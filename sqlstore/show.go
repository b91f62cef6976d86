package sqlstore

import (
	"database/sql"

	"github.com/syndicate-go/syndicate/internal/shelves"
	"github.com/syndicate-go/syndicate/sqlstore/internal/limits"
)

// Articles become visible and invisible.

// show makes an entry visible in its scopes and removes its tombstones there. The feeds changed at
// the time at, or later if the article was updated or added later.
func (ch *change) show(e *entry, at int64) error {
	e.visible = true
	// A feed has changed when an article appears. If the article was updated or added after its
	// publication, that is when.
	updated, entered := -e.age, int64(shelves.Unset)
	if e.updated.Valid {
		updated = max(updated, e.updated.Int64)
	}
	if e.entered.Valid {
		entered = e.entered.Int64
	}
	at = shelves.ChangedAt(at, updated, entered, ch.now)
	// The rows are written later, many at a time and in the order of the table's key.
	ch.pending[e] = struct{}{}
	for _, c := range e.claims {
		if err := ch.put(c.shelf, e, at); err != nil {
			return err
		}
		ch.count(c, 0, 1)
		ch.touch(c.shelf, at)
	}
	// But no more than these are kept in memory.
	if len(ch.pending) >= limits.AtOnce {
		if err := ch.flushRows(); err != nil {
			return err
		}
	}
	return ch.unbury(e)
}

// hide makes an entry invisible in its scopes at a time.
func (ch *change) hide(e *entry, at int64) error {
	e.visible = false
	// The article became visible in the same change, and its rows were never written.
	if _, waits := ch.pending[e]; waits {
		delete(ch.pending, e)
	} else if e.broken != nil { // its terms do not say where it is listed
		if err := ch.findListed(e); err != nil {
			return err
		}
	} else {
		for _, c := range e.claims {
			ch.doomed.places = append(ch.doomed.places, c.shelf.n, e.age, e.key)
		}
		if err := ch.flushIfMany(); err != nil {
			return err
		}
	}
	for _, c := range e.claims {
		ch.take(c.shelf, e, at)
		ch.count(c, 0, -1)
		ch.touch(c.shelf, at)
	}
	return nil
}

// findListed removes an entry with damaged terms from every scope that lists it. These become its
// claims.
func (ch *change) findListed(e *entry) error {
	var numbers []int64
	// Without an index for this, because it happens only after another program has damaged rows.
	const query = "DELETE FROM syndicate_article_scopes WHERE age = ? AND key = ? RETURNING scope"
	err := ch.query(query, []any{e.age, e.key}, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		numbers = append(numbers, n)
		return err
	})
	if err == nil {
		err = ch.shelvesNumbered(numbers)
	}
	if err != nil {
		return err
	}
	known := map[*shelf]*term{}
	for _, c := range e.claims {
		known[c.shelf] = c.term
	}
	// What the terms say about scopes that do not list the article does not count.
	e.claims = nil
	for _, n := range numbers {
		e.claims = append(e.claims, claim{ch.byNumber[n], known[ch.byNumber[n]]})
	}
	return nil
}
