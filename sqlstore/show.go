package sqlstore

import (
	"database/sql"
	"slices"

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
		if err := ch.put(c.shelf, e); err != nil {
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
		numbers := make([]any, len(e.claims))
		for i, c := range e.claims {
			numbers[i] = c.shelf.n
		}
		query := "DELETE FROM syndicate_article_scopes WHERE age = ? AND key = ? AND scope IN (" + marks(len(numbers)) + ")"
		err := ch.exec(query, append([]any{e.age, e.key}, numbers...)...)
		if err != nil {
			return err
		}
	}
	for _, c := range e.claims {
		ch.take(c.shelf, e)
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

// put adds an article to the counts of a scope. A page is closed when there are more open articles
// than fit on one page, so that the current feed always reaches down to a closed page.
func (ch *change) put(s *shelf, e *entry) error {
	s.articles++
	if s.topKnown {
		at := spot{e.place(), e.size}
		i, _ := slices.BinarySearchFunc(s.top, at, func(a, b spot) int { return a.compare(b.place) })
		s.top = slices.Insert(s.top, i, at)
		s.top = s.top[:min(len(s.top), 2)]
	}
	// An article that is backdated belongs to the closed page of its time, which becomes larger.
	if !s.isOpen(e.place()) {
		return nil
	}
	s.open++
	s.openSize += e.size
	// The page is closed by the article that no longer fits. The open page then has this one
	// alone, and the closed page ends with the second newest.
	if s.open <= int64(ch.s.publication.FeedLimit(s.scope)) {
		return nil
	}
	if err := ch.findTop(s); err != nil {
		return err
	}
	s.pages++
	s.end = &place{s.top[1].age, s.top[1].key}
	// An end never moves: pages that were published stay as they are.
	ch.ends.add(s.n, s.pages, s.end.age, s.end.key)
	s.open, s.openSize = 1, s.top[0].size
	return nil
}

// take removes an article from the counts of a scope.
func (ch *change) take(s *shelf, e *entry) {
	s.articles--
	if s.topKnown && slices.ContainsFunc(s.top, func(at spot) bool { return at.place == e.place() }) {
		// The third newest moves up, and it is not known which that is.
		s.top, s.topKnown = nil, s.articles == 0
	}
	if s.isOpen(e.place()) {
		s.open--
		s.openSize -= e.size
	}
}

// findTop looks up the two newest articles of a scope that has at least two.
func (ch *change) findTop(s *shelf) error {
	if s.topKnown {
		return nil
	}
	if err := ch.flushRows(); err != nil {
		return err
	}
	// All rows have been written, so the table has every visible article.
	s.top = nil
	const query = "SELECT l.age, l.key, a.size FROM syndicate_article_scopes l " +
		"JOIN syndicate_articles a ON a.n = l.article WHERE l.scope = ? ORDER BY l.age, l.key LIMIT 2"
	err := ch.query(query, []any{s.n}, func(rows *sql.Rows) error {
		var at spot
		err := rows.Scan(&at.age, &at.key, &at.size)
		s.top = append(s.top, at)
		return err
	})
	s.topKnown = true
	return err
}

// bury adds tombstones to the scopes in which an entry was visible.
func (ch *change) bury(e *entry) {
	when := ch.now
	keep := ch.s.tombstoneAge()
	for _, c := range e.claims {
		// In each scope, because each feed announces the removals of its articles.
		ch.graves.add(c.shelf.n, -when, e.name, when+keep)
		ch.mark(c.shelf)
	}
	// From here on, articles that appear have to look for tombstones.
	ch.buried = true
	ch.schedule(event{when + keep, e.name, forgets, nil}, e.claims)
}

// unbury deletes the tombstones of an entry that is visible again.
func (ch *change) unbury(e *entry) error {
	if !ch.buried {
		return nil
	}
	if err := ch.graves.flush(); err != nil {
		return err
	}
	numbers := make([]any, len(e.claims))
	for i, c := range e.claims {
		numbers[i] = c.shelf.n
	}
	// A tombstone of the future is kept: a clock that was ahead has made it, and its removal is
	// still to come.
	query := "DELETE FROM syndicate_tombstones WHERE key = ? AND age >= ? AND scope IN (" + marks(len(numbers)) + ")"
	return ch.exec(query, append([]any{e.name, -ch.now}, numbers...)...)
}

// forget deletes the tombstones that end with an event.
func (ch *change) forget(ev event) error {
	if err := ch.graves.flush(); err != nil {
		return err
	}
	scopes := func(query string, params ...any) (numbers []int64, err error) {
		err = ch.query(query, params, func(rows *sql.Rows) error {
			var n int64
			err := rows.Scan(&n)
			numbers = append(numbers, n)
			return err
		})
		return numbers, err
	}
	const done = "DELETE FROM syndicate_agenda WHERE key = ? AND at = ? AND event = ? RETURNING scope"
	// RETURNING tells which scopes had the event or the tombstone. No other table does: the
	// article is gone.
	planned, err := scopes(done, ev.key, ev.at, ev.kind)
	if err != nil {
		return err
	}
	graves, err := scopes("DELETE FROM syndicate_tombstones WHERE key = ? AND ends <= ? RETURNING scope", ev.key, ev.at)
	if err != nil {
		return err
	}
	if err := ch.shelvesNumbered(append(planned, graves...)); err != nil {
		return err
	}
	// The next event of these scopes is another one now, but their feeds are the same.
	for _, n := range planned {
		ch.mark(ch.byNumber[n])
	}
	// These feeds have lost a tombstone.
	for _, n := range graves {
		ch.touch(ch.byNumber[n], ev.at)
	}
	return nil
}
