package sqlstore

import (
	"database/sql"
	"slices"
)

// The counts of scopes, and their newest articles, which decide where a closed page ends.

// put adds an article to the counts of a scope, as a change at a time. A page is closed when there
// are more open articles than fit on one page, so that the current feed always reaches down to a
// closed page.
func (ch *change) put(s *shelf, e *entry, at int64) error {
	s.articles++
	if s.topKnown {
		newest := spot{e.place(), e.size}
		i, _ := slices.BinarySearchFunc(s.top, newest, func(a, b spot) int { return a.compare(b.place) })
		// Behind the last known one there may be others that are not known.
		if i < len(s.top) || int64(len(s.top)) == s.articles-1 {
			s.top = slices.Insert(s.top, i, newest)
			s.top = s.top[:min(len(s.top), s.most())]
		}
	}
	// An article that is backdated belongs to the closed page of its time, which becomes larger.
	if !s.isOpen(e.place()) {
		ch.changePage(s, e.place(), at)
		return nil
	}
	s.open++
	s.openSize += e.size
	s.changeOpenPage(at)
	// The page is closed by the article that no longer fits. The open page then has this one
	// alone, and the closed page ends with the second newest.
	if s.open <= int64(ch.s.publication.FeedLimit(s.scope)) {
		return nil
	}
	if err := ch.findTop(s); err != nil {
		return err
	}
	ch.closePage(s, at)
	return nil
}

// take removes an article from the counts of a scope, as a change at a time.
func (ch *change) take(s *shelf, e *entry, at int64) {
	s.articles--
	if s.topKnown {
		s.top = slices.DeleteFunc(s.top, func(known spot) bool { return known.place == e.place() })
		// The next newest moves up, and it is not known which that is.
		if s.topKnown = int64(len(s.top)) >= min(2, s.articles); !s.topKnown {
			s.top = nil
		}
	}
	if !s.isOpen(e.place()) {
		ch.changePage(s, e.place(), at)
		return
	}
	s.open--
	s.openSize -= e.size
	s.changeOpenPage(at)
}

// maxDepth is the largest number of articles of one scope that findTops reads.
const maxDepth = 1000

// most returns how many of the newest articles of a scope are kept.
func (s *shelf) most() int { return max(2, s.depth) }

// findTop looks up the newest articles of a scope that has at least two.
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
		"JOIN syndicate_articles a ON a.n = l.article WHERE l.scope = ? ORDER BY l.age, l.key LIMIT ?"
	err := ch.query(query, []any{s.n, s.most()}, func(rows *sql.Rows) error {
		var at spot
		err := rows.Scan(&at.age, &at.key, &at.size)
		s.top = append(s.top, at)
		return err
	})
	s.topKnown = true
	return err
}

// findTops looks up the newest articles of all scopes that may close a page when events are run,
// with one statement. As many are read as the events may hide, and two more.
func (ch *change) findTops(events []event) error {
	// How many articles appear in each scope. A page can be closed only by one that appears.
	appear := map[*shelf]int64{}
	for _, ev := range events {
		if ev.entry == nil {
			continue
		}
		for _, c := range ev.entry.claims {
			// Each article that expires may be among the newest, and uncovers another one.
			if ev.kind == appears {
				appear[c.shelf]++
			} else if c.shelf.depth = max(2, c.shelf.depth) + 1; c.shelf.depth > maxDepth {
				c.shelf.depth = maxDepth
			}
		}
	}
	// Without enough articles on no closed page, no page is closed.
	var unknown []*shelf
	for s, n := range appear {
		known := s.topKnown && int64(len(s.top)) >= min(int64(s.most()), s.articles)
		if !known && s.open+n > int64(ch.s.publication.FeedLimit(s.scope)) {
			unknown = append(unknown, s)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	if err := ch.flushRows(); err != nil {
		return err
	}
	for some := range slices.Chunk(unknown, rowsAtOnce) {
		if err := ch.readTops(some); err != nil {
			return err
		}
	}
	return nil
}

// readTops looks up the newest articles of scopes.
func (ch *change) readTops(scopes []*shelf) error {
	if ch.s.dialect.arrays == "" {
		// SQLite has no messages to save.
		for _, s := range scopes {
			s.topKnown = false
			if err := ch.findTop(s); err != nil {
				return err
			}
		}
		return nil
	}
	var params []any
	for _, s := range scopes {
		s.top, s.topKnown = nil, true
		params = append(params, s.n, int64(s.most()))
	}
	if err := ch.useArrays(); err != nil {
		return err
	}
	numbers, _, err := columnArray(params, 0, 2)
	if err != nil {
		return err
	}
	depths, _, err := columnArray(params, 1, 2)
	if err != nil {
		return err
	}
	const query = `SELECT s.n, l.age, l.key, a.size FROM unnest(?::bigint[], ?::bigint[]) AS s (n, depth)
		CROSS JOIN LATERAL (SELECT age, key, article FROM syndicate_article_scopes WHERE scope = s.n
		ORDER BY age, key LIMIT s.depth) AS l JOIN syndicate_articles a ON a.n = l.article`
	err = ch.query(query, []any{numbers, depths}, func(rows *sql.Rows) error {
		var n int64
		var at spot
		err := rows.Scan(&n, &at.age, &at.key, &at.size)
		s := ch.byNumber[n]
		s.top = append(s.top, at)
		return err
	})
	// The join may return the rows in any order.
	for _, s := range scopes {
		slices.SortFunc(s.top, func(a, b spot) int { return a.compare(b.place) })
	}
	return err
}

// forgetTops drops what findTops has read, except for the two newest articles of each scope.
func (ch *change) forgetTops(events []event) {
	for _, ev := range events {
		if ev.entry == nil {
			continue
		}
		for _, c := range ev.entry.claims {
			s := c.shelf
			s.depth = 0
			s.top = slices.Clip(s.top[:min(len(s.top), 2)])
		}
	}
}
