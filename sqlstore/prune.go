package sqlstore

import (
	"context"
	"database/sql"
	"slices"
)

// Names that no article uses are deleted.

// dropUnused removes the terms of a scope from the book if no article is in the scope. It returns
// their numbers. An article that has two terms of a scope counts for one of them, so a term without
// articles may be one that an article has; but not if the whole scope has none. The scopes above a
// category have its articles too, so no other term has one of these as its parent.
func (ch *change) dropUnused(s *shelf) (numbers []any) {
	for _, t := range s.terms {
		if t.articles > 0 {
			return nil
		}
	}
	for _, t := range s.terms {
		numbers = append(numbers, t.n)
		delete(ch.terms, t.n)
	}
	s.terms = nil
	return numbers
}

// Prune deletes names that no article uses: forms of an author, category or tag that were updated
// in all articles, such as an author with a former e-mail address, and scopes without archive pages
// that have been empty for a day. It returns the number of deleted rows. Feeds stay the same. A
// scope with archive pages keeps its slug, because the pages keep their numbers.
//
// Removing articles deletes the names, URLs and e-mail addresses of an author without articles at
// once. Prune reads the names of all articles, so call it once in a while, such as daily.
func (s *Store) Prune(ctx context.Context) (rows int, err error) {
	ctx, done := s.measure(ctx, "Prune")
	defer func() { done(0, err) }()
	err = s.write(ctx, func(ch *change) error {
		terms, err := ch.unusedTerms()
		if err != nil {
			return err
		}
		if err := ch.delete(deleteTerms, terms, nil); err != nil {
			return err
		}
		rows, ch.pruned = len(terms), true
		scopes, err := ch.unusedScopes()
		if err != nil {
			return err
		}
		rows += len(scopes)
		// Other servers may have the rows in memory. They load them again after a change.
		ch.moved = ch.moved || rows > 0
		return ch.delete(deleteScopes, scopes, nil)
	})
	return rows, err
}

// unusedTerms returns the numbers of the terms that no article has, not even as the parents of its
// categories.
func (ch *change) unusedTerms() (numbers []any, err error) {
	if err := ch.flushRows(); err != nil {
		return nil, err
	}
	used := map[int64]bool{}
	const lists = "SELECT authors, categories, tags FROM syndicate_articles"
	err = ch.query(lists, nil, func(rows *sql.Rows) error {
		var r row
		var raw rawRow
		err := rows.Scan(&raw.authors, &raw.categories, &raw.tags)
		r.parse(&raw)
		for _, list := range [][]int64{r.authors, r.categories, r.tags} {
			for _, n := range list {
				used[n] = true
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	// Terms that articles count for are kept, even if another program has damaged the lists.
	var all []int64
	parents := map[int64]int64{}
	err = ch.query("SELECT n, parent, articles FROM syndicate_terms ORDER BY n", nil, func(rows *sql.Rows) error {
		var n, articles int64
		var parent sql.NullInt64
		err := rows.Scan(&n, &parent, &articles)
		parents[n] = parent.Int64
		if articles > 0 {
			used[n] = true
		}
		all = append(all, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	// The categories above a category are stored before it, so that a chain of parents ends.
	for _, n := range slices.Backward(all) {
		if used[n] {
			used[parents[n]] = true
		}
	}
	for _, n := range all {
		if !used[n] {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// unusedScopes returns the numbers of scopes that nothing depends on. Other servers have noticed
// long ago that they are empty.
func (ch *change) unusedScopes() (numbers []any, err error) {
	const query = `SELECT n FROM syndicate_scopes s WHERE n <> 1 AND articles = 0 AND pages = 0
		AND (modified IS NULL OR modified < ?)
		AND NOT EXISTS (SELECT 1 FROM syndicate_terms t WHERE t.scope = s.n)
		AND NOT EXISTS (SELECT 1 FROM syndicate_tombstones t WHERE t.scope = s.n)
		AND NOT EXISTS (SELECT 1 FROM syndicate_agenda g WHERE g.scope = s.n)`
	err = ch.query(query, []any{ch.now - 24*3600}, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		numbers = append(numbers, n)
		return err
	})
	return numbers, err
}

// isGone reports whether the article with a number was removed or replaced.
func (c *core) isGone(ctx context.Context, n int64) (bool, error) {
	found := false
	err := c.each(ctx, "SELECT n FROM syndicate_articles WHERE n = ?", []any{n}, func(*sql.Rows) error {
		found = true
		return nil
	})
	return !found, err
}
