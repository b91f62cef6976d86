package sqlstore

import (
	"database/sql"
	"math/rand/v2"
	"slices"
)

// When archive pages changed last. A page has a version too: a random number, new with each change
// of the page. What a scope's row has for the page that is being filled, a row of syndicate_pages
// has for a closed page.

// The parts of the statement that read when archive pages of a scope changed last: some closed
// pages, by their numbers, and the page that is being filled.
const (
	lookClosed = ` UNION ALL SELECT 5, p.number, p.modified, p.closed, p.version, 0, 0, 0, '', '', ''
	FROM syndicate_pages p WHERE p.scope = (SELECT n FROM syndicate_scopes WHERE kind = ? AND key = ?)
		AND p.number BETWEEN ? AND ?`
	lookOpen = ` UNION ALL SELECT 5, s.pages + 1, s.open_modified, 0, s.open_version, 0, 0, 0, '', '', ''
	FROM syndicate_scopes s WHERE kind = ? AND key = ?`
)

// pageRow is a row that these parts have read.
type pageRow struct {
	modified sql.NullInt64 // the last change of the page itself
	closed   int64         // the time when it was closed
	version  int64
}

// pageModified returns the time of the last change of a page.
func (l *look) pageModified(number int64) sql.NullInt64 {
	modified := l.rows[number].modified
	// When a page is closed, the one before it gets a link to it. So that this does not write a
	// second row, it is computed here.
	if next, found := l.rows[number+1]; found && number < l.pages && next.closed > modified.Int64 {
		modified.Int64 = next.closed
	}
	return modified
}

// changeOpenPage records a change of the page that is being filled.
func (s *shelf) changeOpenPage(at int64) {
	if !s.openModified.Valid || at > s.openModified.Int64 {
		s.openModified = some(at)
	}
	s.openVersion = rand.Int64()
}

// closePage closes the page that is being filled, at the place of the second newest article. The
// newest article is the only one on the next page.
func (ch *change) closePage(s *shelf, at int64) {
	s.pages++
	s.end = &place{s.top[1].age, s.top[1].key}
	// An end never moves: pages that were published stay as they are.
	ch.ends.add(s.n, s.pages, s.end.age, s.end.key, s.openModified.Int64, at, rand.Int64())
	s.open, s.openSize = 1, s.top[0].size
	s.openModified = some(at)
}

// changePage records a change of the closed page that a place is on. The row is written later, many
// with one statement. An error fails the change then.
func (ch *change) changePage(s *shelf, p place, at int64) {
	ch.changed = append(ch.changed, s.n, p.age, p.key, at)
	if len(ch.changed) < valuesAtOnce {
		return
	}
	// The page may be one of this change.
	if err := ch.ends.flush(); err == nil {
		ch.err = ch.flushPages()
	}
}

// changePages updates the pages of places. The page of a place is the oldest one whose end is not
// behind the place: the first one in this order, for which there is an index.
const changePages = `, changed (scope, number, at) AS (
	SELECT scope, number, max(at) FROM (
		SELECT l.scope AS scope, l.at AS at, (SELECT p.number FROM syndicate_pages p
			WHERE p.scope = l.scope AND p.age <= l.age AND (p.age < l.age OR p.key <= l.key)
			ORDER BY p.age DESC, p.number LIMIT 1) AS number
		FROM places l) AS found GROUP BY scope, number)
	UPDATE syndicate_pages SET modified = CASE WHEN modified < c.at THEN c.at ELSE modified END, version = ?
	FROM changed c WHERE syndicate_pages.scope = c.scope AND syndicate_pages.number = c.number`

// flushPages writes the changes of closed pages, which must have rows.
func (ch *change) flushPages() error {
	const width = 4 // values that changePage adds
	most := rowsAtOnce
	if ch.s.dialect.arrays == "" {
		most = max(1, ch.s.dialect.lookUp/width)
	}
	all := ch.changed
	ch.changed = nil
	for some := range slices.Chunk(all, most*width) {
		list, params, err := ch.list(some, width)
		if err == nil {
			// One number for all pages: versions of different pages need not differ.
			query := "WITH places (scope, age, key, at) AS (" + list + ")" + changePages
			err = ch.exec(query, append(params, rand.Int64())...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
