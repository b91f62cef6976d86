package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// How a change looks up rows, many at a time.

// in runs a query that contains IN ({in}) for the values, many at a time, and calls scan with each
// row. The values are all numbers or all texts. The parameters before precede them in the query.
func (ch *change) in(query string, values []any, scan func(*sql.Rows) error, before ...any) error {
	for some := range slices.Chunk(values, ch.s.dialect.lookUp) {
		var text string
		params := before[:len(before):len(before)]
		// With few values, a parameter for each. With many, one array, so that the statement has
		// the same text for any number.
		if isMany, err := ch.many(len(some)); err != nil {
			return err
		} else if isMany {
			array, kind, err := columnArray(some, 0, 1)
			if err != nil {
				return err
			}
			text, params = strings.Replace(query, "IN ({in})", "= ANY (?::"+kind+")", 1), append(params, array)
		} else {
			text, params = replaceIn(query, len(some)), append(params, some...)
		}
		if err := ch.query(text, params, scan); err != nil {
			return err
		}
	}
	return nil
}

// query runs a query and calls scan with each row.
func (ch *change) query(query string, params []any, scan func(*sql.Rows) error) error {
	if ch.err != nil {
		return ch.err
	}
	rows, err := ch.tx.QueryContext(ch.ctx, ch.s.dialect.sql(query), params...)
	if err != nil {
		return err
	}
	return scanEach(rows, scan)
}

// shelfColumns are the columns of syndicate_scopes that scanShelf scans.
const shelfColumns = "n, kind, key, names, description, url, articles, pages, open, open_size, " +
	"end_age, end_key, modified, version, changed, told, open_modified, open_version"

// scanShelf adds a row of syndicate_scopes to the book, unless the book has it.
func (ch *change) scanShelf(rows *sql.Rows) error {
	s := &shelf{}
	var kind int64
	var key, names string
	var endAge sql.NullInt64
	var endKey sql.NullString
	err := rows.Scan(&s.n, &kind, &key, &names, &s.facts.Description, &s.url,
		&s.articles, &s.pages, &s.open, &s.openSize,
		&endAge, &endKey, &s.modified, &s.version, &s.changed, &s.told, &s.openModified, &s.openVersion)
	if err != nil {
		return err
	}
	// The book is newer than the row: it has the changes that are not written yet.
	if ch.byNumber[s.n] != nil {
		return nil
	}
	s.scope = scopeOf(kind, key)
	if err := json.Unmarshal([]byte(names), &s.names); err != nil {
		return err
	}
	s.facts.URL = ch.s.now.resolve(s.url)
	if len(s.names) > 0 {
		s.facts.Name = s.names[len(s.names)-1]
	}
	if endAge.Valid {
		s.end = &place{endAge.Int64, endKey.String}
	}
	// Nothing is known of the newest articles, unless there are none.
	s.topKnown = s.articles == 0
	ch.addShelf(s)
	// Its terms are loaded with those of the other scopes, by one statement.
	ch.fresh = append(ch.fresh, s)
	return nil
}

// shelvesOf loads scopes and the scopes above them into the book. It creates those that do not
// exist.
func (ch *change) shelvesOf(scopes []syndicate.Scope) error {
	var wanted []syndicate.Scope
	keys := map[syndicate.Kind][]any{}
	want := func(scope syndicate.Scope) {
		if _, known := ch.shelves[scope]; !known {
			// Marks the scope as looked up, so that it is looked up once.
			ch.shelves[scope] = nil
			wanted = append(wanted, scope)
			keys[scope.Kind()] = append(keys[scope.Kind()], scope.Key())
		}
	}
	for _, scope := range scopes {
		for _, above := range scope.Ancestors() {
			want(above)
		}
		want(scope)
	}
	// The index of scopes begins with the kind.
	for kind, keys := range keys {
		const query = "SELECT " + shelfColumns + " FROM syndicate_scopes WHERE kind = ? AND key IN ({in})"
		if err := ch.in(query, keys, ch.scanShelf, int64(kind)); err != nil {
			return err
		}
	}
	if err := ch.loadTerms(); err != nil {
		return err
	}
	for _, scope := range wanted {
		// There is no such scope yet. It is written only if something in it is marked.
		if ch.shelves[scope] == nil {
			ch.addShelf(&shelf{n: ch.next(), scope: scope, topKnown: true})
		}
		// The scopes above are in the list before this one, so they have shelves by now.
		if above := scope.Ancestors(); len(above) > 0 {
			ch.shelves[scope].parent = ch.shelves[above[len(above)-1]]
		}
	}
	return nil
}

// loadTerms loads the terms of the scopes in ch.fresh.
func (ch *change) loadTerms() error {
	var fresh []any
	for _, s := range ch.fresh {
		fresh = append(fresh, s.n)
	}
	ch.fresh = nil
	const query = "SELECT n, scope, hash, parent, name, slug, description, url, avatar, email, articles, visible " +
		"FROM syndicate_terms WHERE scope IN ({in})"
	return ch.in(query, fresh, func(rows *sql.Rows) error {
		t := &term{}
		var scope int64
		v := &t.value
		err := rows.Scan(&t.n, &scope, &t.hash, &v.parent, &v.name, &v.slug, &v.description, &v.url,
			&v.avatar, &v.email, &t.articles, &t.visible)
		if err != nil {
			return err
		}
		// All terms of a scope are loaded, because its name and the warnings about other names
		// depend on all of them.
		t.shelf = ch.byNumber[scope]
		t.facts = v.facts(ch.s.now)
		ch.add(t)
		return nil
	})
}

// shelvesNumbered loads the scopes with these numbers into the book.
func (ch *change) shelvesNumbered(numbers []int64) error {
	var unknown []any
	for _, n := range numbers {
		if ch.byNumber[n] == nil {
			unknown = append(unknown, n)
		}
	}
	var scopes []syndicate.Scope
	err := ch.in("SELECT kind, key FROM syndicate_scopes WHERE n IN ({in})", unknown, func(rows *sql.Rows) error {
		var kind int64
		var key string
		if err := rows.Scan(&kind, &key); err != nil {
			return err
		}
		scopes = append(scopes, scopeOf(kind, key))
		return nil
	})
	if err != nil {
		return err
	}
	return ch.shelvesOf(scopes)
}

// termsOf loads the terms of stored articles and their scopes into the book.
func (ch *change) termsOf(rows []*row) error {
	// Most terms are in the book already.
	unknown := map[int64]bool{}
	for _, r := range rows {
		for _, list := range [][]int64{r.authors, r.categories, r.tags} {
			for _, n := range list {
				if ch.terms[n] == nil {
					unknown[n] = true
				}
			}
		}
	}
	var scopes []int64
	err := ch.in("SELECT scope FROM syndicate_terms WHERE n IN ({in})", keysOf(unknown), func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		scopes = append(scopes, n)
		return err
	})
	if err != nil {
		return err
	}
	return ch.shelvesNumbered(scopes) // includes the scopes above, and so the terms of all parents
}

// entry is an article that a change adds, shows, hides or removes.
type entry struct {
	*row
	claims   []claim // its scopes and terms
	visible  bool    // it is listed in its scopes
	number   int     // in the call that adds it
	inserted bool    // by this change
	planned  bool    // events of it were added to the agenda by this change
}

// keepKey gives the entry the key of the version that it replaces, unless the ID has changed. The
// key and the ID differ if the site was given another IDBase.
func (e *entry) keepKey(old *entry) {
	if e.name == old.name {
		e.key = old.key
	}
}

// place returns the position of the article in feeds.
func (e *entry) place() place { return place{e.age, e.key} }

// visibility joins articles with their rows in the scope of the site, which exist if they are
// visible.
const visibility = " FROM syndicate_articles a LEFT JOIN syndicate_article_scopes l" +
	" ON l.scope = 1 AND l.age = a.age AND l.key = a.key"

// briefJoined are the columns that scanEntries scans.
var briefJoined = prefixed("a.", briefColumns) + ", l.article IS NOT NULL"

// scanEntries returns a function that scans briefJoined and appends an entry.
func (ch *change) scanEntries(to *[]*entry) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		e := &entry{}
		var err error
		// The last column tells whether the article is listed in the scope of the site.
		if e.row, err = scanBrief(rows, &e.visible); err == nil {
			e.address, e.name = ch.s.now.resolve(e.url), ch.s.named(e.id, e.url)
			*to = append(*to, e)
		}
		return err
	}
}

// claim sets the claims of entries.
func (ch *change) claim(entries []*entry) error {
	rows := make([]*row, len(entries))
	for i, e := range entries {
		rows[i] = e.row
	}
	if err := ch.termsOf(rows); err != nil {
		return err
	}
	for _, e := range entries {
		for _, n := range slices.Concat(e.authors, e.categories, e.tags) {
			if ch.terms[n] == nil {
				// The article can still be removed: see hide.
				e.broken = fmt.Errorf("there is no term %d", n)
			}
		}
		// What the terms say, as far as there are any.
		e.claims = ch.claims(e.row)
	}
	return nil
}

// entriesBy returns the articles with one of the values in a column, with their claims.
func (ch *change) entriesBy(column string, values []any) (entries []*entry, err error) {
	// The articles of this change may be among those that are looked up.
	if err = ch.flushRows(); err != nil {
		return nil, err
	}
	err = ch.in("SELECT "+briefJoined+visibility+" WHERE a."+column+" IN ({in})", values, ch.scanEntries(&entries))
	if err != nil {
		return nil, err
	}
	return entries, ch.claim(entries)
}
