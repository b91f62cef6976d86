package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/syndicate-go/syndicate"
)

// change is one transaction that writes. The database runs one at a time, for all servers, and
// readers see it only after it has been committed.
type change struct {
	s      *Store          // that the change is of
	ctx    context.Context // ends the change
	tx     *sql.Tx         // of the change
	*book                  // the scopes and terms that were looked up
	state                  // as it will be after the change
	found  []found         // in the articles that were passed
	moved  bool            // the state changed, even if no scope did
	marked []*shelf        // the scopes that must be written

	fresh   []*shelf                   // looked up, but their terms are not loaded yet
	byID    map[string]*entry          // articles by Atom id, as far as they were looked up
	byURL   map[string]map[string]bool // Atom ids by address
	due     []event                    // events to run before the change ends
	until   *event                     // events after this one are not run; nil means no bound
	pending map[*entry]struct{}        // visible, but not written yet
	buried  bool                       // there are tombstones

	err        error                // the first error; after it nothing else is done
	ready      bool                 // the transaction is prepared for arrays
	statements map[string]*sql.Stmt // prepared ones, by their text
	// The rows to be inserted into the tables of articles, articles' scopes, pages, agenda and
	// tombstones.
	rows, places, ends, agenda, graves *inserter
}

// state is the row of syndicate_state, with the time.
type state struct {
	live  int64 // waiting, starting or live
	clock int64 // the time of the last change
	seq   int64 // the number of the last change
	last  int64 // the last number that a row was given
	start *place
	ids   ids // of the row; a reader does not read them
	bases int // how often the IDBase has changed; a reader does not read it

	now  int64         // the time
	next sql.NullInt64 // the time of the next event
}

// The stages of a store. Until the first read, articles are only stored. Then they are filed in
// order of time, so that archive pages are the same as if the store had existed all the time.
const (
	waiting  = 0 // no feed has been read yet
	starting = 1 // articles are being filed, from the oldest up to state.start
	live     = 2 // all articles are filed
)

// write runs f in one transaction, after the events that are due. The error is what was refused,
// or another error, and then nothing was written. Warnings are passed on after the transaction,
// so that Site.Warn may use the store and never hears of an article that was not added.
func (s *Store) write(ctx context.Context, f func(*change) error) error {
	ch, err := s.transact(ctx, func(ch *change) error {
		if ch.live == starting {
			return errStarting
		}
		// With other ids this server would not find the articles that it is given.
		if own := s.ids(); ch.ids != own {
			return fmt.Errorf("another server has set the ids to %s, this one has %s: open the store again", ch.ids, own)
		}
		if err := ch.advance(); err != nil {
			return err
		}
		if err := f(ch); err != nil {
			return err
		}
		return ch.runEvents()
	})
	// Somebody has read a feed for the first time and the articles are still being filed, in
	// several transactions. This change finishes that first, so that articles are not added in
	// the middle.
	if errors.Is(err, errStarting) {
		if err := s.advance(ctx); err != nil {
			return err
		}
		return s.write(ctx, f)
	}
	if err != nil {
		return err
	}
	slices.SortStableFunc(ch.found, func(a, b found) int { return cmp.Compare(a.number, b.number) })
	var refused syndicate.Problems
	for _, p := range ch.found {
		if p.Warning {
			s.publication.Warn(p.Problem)
		} else {
			refused = append(refused, p.Problem)
		}
	}
	if len(refused) > 0 {
		return refused
	}
	return nil
}

// errStarting reports that the first articles are still being filed.
var errStarting = errors.New("the store is starting")

// transact runs f in one transaction.
func (s *Store) transact(ctx context.Context, f func(*change) error) (ch *change, err error) {
	// Changes of this server wait here, not in the database: a waiting change takes no connection
	// away from readers, and its context can end the wait.
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.turn }()
	tx, err := s.transaction(ctx, &sql.TxOptions{Isolation: s.dialect.isolation})
	if err != nil {
		return nil, s.failed("begin", err)
	}
	// After Commit this has no effect.
	defer tx.Rollback()
	ch = &change{
		s: s, ctx: ctx, tx: tx,
		byID: map[string]*entry{}, byURL: map[string]map[string]bool{},
		pending: map[*entry]struct{}{}, statements: map[string]*sql.Stmt{},
	}
	book := s.book
	// A change that fails may leave the book half changed. The next one then starts with an empty
	// book.
	s.book = nil // until the change is done
	if err = ch.begin(book); err == nil {
		err = f(ch)
	}
	if err == nil {
		err = ch.flush()
	}
	if err != nil {
		return nil, s.failed("write", err)
	}
	if err = tx.Commit(); err != nil {
		return nil, s.failed("commit", err)
	}
	ch.keep()
	return ch, nil
}

// begin waits until no other server writes, and reads the state and the time.
func (ch *change) begin(book *book) error {
	d := ch.s.dialect
	var startAge sql.NullInt64
	var startKey sql.NullString
	// The row of syndicate_state is the lock of all changes: PostgreSQL waits here for other
	// servers (FOR UPDATE), SQLite has waited in BEGIN IMMEDIATE.
	query := "SELECT live, clock, change, last_number, start_age, start_key, id_base, tag_authority, bases, writers " +
		"FROM syndicate_state WHERE one = 1" + d.lockState
	var writers int
	err := ch.tx.QueryRowContext(ch.ctx, query).
		Scan(&ch.live, &ch.clock, &ch.seq, &ch.last, &startAge, &startKey, &ch.ids.base, &ch.ids.authority, &ch.bases, &writers)
	if err == nil {
		// A newer program may have migrated the database while this one was running.
		err = d.schema().Allows(writers, writers, "write")
	}
	if err != nil {
		return err
	}
	if startAge.Valid {
		ch.start = &place{startAge.Int64, startKey.String}
	}
	// The time is read after the lock, so that changes are in the order of their times.
	if ch.now, err = ch.s.time(ch.ctx, ch.tx); err != nil {
		return err
	}
	// If another server has written since the last change, the book is out of date.
	if ch.book = book; book == nil || book.change != ch.seq {
		ch.book = newBook()
	}
	ch.last = max(ch.last, ch.book.given)
	// A conflict in the first three tables means that somebody else writes to them, and fails the
	// change. Two events or tombstones may be the same, and one row is enough.
	ch.rows = ch.inserter("syndicate_articles", rowColumns, "")
	ch.places = ch.inserter("syndicate_article_scopes", "scope, age, key, article", "")
	ch.ends = ch.inserter("syndicate_pages", "scope, number, age, key", "")
	ch.agenda = ch.inserter("syndicate_agenda", "scope, at, key, event, article", " ON CONFLICT DO NOTHING")
	ch.graves = ch.inserter("syndicate_tombstones", "scope, age, key, ends", " ON CONFLICT DO NOTHING")
	// Most sites have no tombstones. Then showing an article need not delete any.
	const tombstones = "SELECT EXISTS (SELECT 1 FROM syndicate_tombstones)"
	if err := ch.tx.QueryRowContext(ch.ctx, tombstones).Scan(&ch.buried); err != nil {
		return err
	}
	return ch.shelvesOf([]syndicate.Scope{syndicate.Everything()})
}

// next returns an unused number for a row.
func (ch *change) next() int64 {
	ch.last++
	return ch.last
}

// exec runs a statement of the change.
func (ch *change) exec(query string, params ...any) error {
	if ch.err != nil {
		return ch.err
	}
	_, err := ch.tx.ExecContext(ch.ctx, ch.s.dialect.sql(query), params...)
	return err
}

// prepared returns a prepared statement, which is kept until the end of the change.
func (ch *change) prepared(query string) (*sql.Stmt, error) {
	if ch.err != nil {
		return nil, ch.err
	}
	// Package database/sql closes these with the transaction.
	if s := ch.statements[query]; s != nil {
		return s, nil
	}
	s, err := ch.tx.PrepareContext(ch.ctx, ch.s.dialect.sql(query))
	if err == nil {
		ch.statements[query] = s
	}
	return s, err
}

// flushRows writes the collected rows of all tables except scopes and terms.
func (ch *change) flushRows() error {
	ch.flushPending()
	for _, i := range []*inserter{ch.rows, ch.places, ch.ends, ch.agenda, ch.graves} {
		if err := i.flush(); err != nil {
			return err
		}
	}
	return nil
}

// flushPending adds rows to syndicate_article_scopes for the entries that became visible, in the
// order of the table's key: rows of one scope are next to each other.
func (ch *change) flushPending() {
	type listing struct {
		scope int64
		entry *entry
	}
	var all []listing
	for e := range ch.pending {
		for _, c := range e.claims {
			all = append(all, listing{c.shelf.n, e})
		}
	}
	clear(ch.pending)
	// Rows in the order of the primary key fill the pages of its index one after the other.
	slices.SortFunc(all, func(a, b listing) int {
		if c := cmp.Compare(a.scope, b.scope); c != 0 {
			return c
		}
		return a.entry.place().compare(b.entry.place())
	})
	for _, l := range all {
		ch.places.add(l.scope, l.entry.age, l.entry.key, l.entry.n)
	}
}

// flush writes everything that changed.
func (ch *change) flush() error {
	if err := ch.flushRows(); err != nil {
		return err
	}
	// Names are decided at the end, by the articles that are visible then. The order of the
	// changes has no influence.
	if err := ch.renameShelves(); err != nil {
		return err
	}
	if err := ch.flushTerms(); err != nil {
		return err
	}
	// Nothing has changed. The number of the change stays, so that other servers keep what they
	// know.
	if len(ch.marked) == 0 && !ch.moved {
		return nil
	}
	if err := ch.flushShelves(); err != nil {
		return err
	}
	return ch.flushState()
}

// flushTerms writes the terms that changed.
func (ch *change) flushTerms() error {
	terms := ch.inserter("syndicate_terms",
		"n, scope, hash, parent, name, slug, description, url, avatar, email, articles, visible",
		// A term is inserted once. Later only its counts change: another form of the term is
		// another row.
		" ON CONFLICT (n) DO UPDATE SET articles = excluded.articles, visible = excluded.visible")
	for _, s := range ch.inOrder() {
		for _, t := range s.terms {
			if v := t.value; t.dirty {
				t.dirty = false
				terms.add(t.n, s.n, t.hash, v.parent, v.name, v.slug, v.description, v.url, v.avatar, v.email,
					t.articles, t.visible)
			}
		}
	}
	return terms.flush()
}

// renameShelves updates the names of scopes. The name of a category is part of the names below it.
func (ch *change) renameShelves() error {
	var above []syndicate.Scope
	for _, s := range ch.marked {
		if !s.renamed {
			continue
		}
		s.renamed = false
		name := s.facts.Name
		s.rename()
		// The titles of the feeds of all categories below begin with this name.
		if s.facts.Name != name && s.scope.Kind() == syndicate.KindCategory {
			above = append(above, s.scope)
		}
	}
	for _, scope := range above {
		if err := ch.touchBelow(scope); err != nil {
			return err
		}
	}
	return nil
}

// touchBelow marks the feeds of all categories below one as changed, since its name has changed.
func (ch *change) touchBelow(scope syndicate.Scope) error {
	var below []syndicate.Scope
	const query = "SELECT key FROM syndicate_scopes WHERE kind = ? AND key > ? AND key < ?"
	// A range of keys instead of LIKE, so that the index of the keys is used.
	params := []any{int64(scope.Kind()), scope.Key() + "/", scope.Key() + "0"} // "0" follows "/"
	err := ch.query(query, params, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		below = append(below, syndicate.InCategory(key))
		return err
	})
	if err != nil {
		return err
	}
	// The feeds below say something else now, although none of their articles has changed.
	if err := ch.shelvesOf(below); err != nil {
		return err
	}
	for _, scope := range below {
		ch.mark(ch.shelves[scope])
		ch.shelves[scope].touched = true
	}
	return nil
}

// fullNames returns the name of a scope. For a category, the names of its ancestors come first.
func (s *shelf) fullNames() (names []string) {
	if s.scope.Kind() == syndicate.KindSite || s.facts.Name == "" {
		return []string{}
	}
	for ; s != nil; s = s.parent {
		names = append(names, s.facts.Name)
	}
	slices.Reverse(names)
	return names
}

// flushShelves writes the scopes that changed.
func (ch *change) flushShelves() error {
	scopes := ch.inserter("syndicate_scopes", shelfColumns, ` ON CONFLICT (n) DO UPDATE SET names = excluded.names,
		description = excluded.description, url = excluded.url, articles = excluded.articles, pages = excluded.pages,
		open = excluded.open, open_size = excluded.open_size, end_age = excluded.end_age, end_key = excluded.end_key,
		modified = excluded.modified, version = excluded.version, changed = excluded.changed, told = excluded.told`)
	for _, s := range ch.inOrder() {
		// Random versions stay unique when a database is restored from a copy and changed in
		// another way. A counter would repeat versions with other contents.
		s.version, s.changed = rand.Int64(), ch.seq+1
		if s.touched {
			s.told = s.changed
		}
		// The names are stored with the scope, so that reading a feed needs no other scope.
		s.names = s.fullNames()
		names, _ := json.Marshal(s.names)
		var endAge sql.NullInt64
		var endKey sql.NullString
		if s.end != nil {
			endAge, endKey = some(s.end.age), sql.NullString{String: s.end.key, Valid: true}
		}
		scopes.add(s.n, int64(s.scope.Kind()), s.scope.Key(), string(names), s.facts.Description, s.url,
			s.articles, s.pages, s.open, s.openSize, endAge, endKey, s.modified, s.version, s.changed, s.told)
	}
	return scopes.flush()
}

// flushState writes the state and notifies the other servers, which takes effect with the commit.
func (ch *change) flushState() error {
	var startAge sql.NullInt64
	var startKey sql.NullString
	if ch.start != nil {
		startAge, startKey = some(ch.start.age), sql.NullString{String: ch.start.key, Valid: true}
	}
	ch.seq++
	// The clock of the store only runs once feeds have been read.
	if ch.live != waiting { // until then the store has no time
		ch.clock = ch.now
	}
	err := ch.exec("UPDATE syndicate_state SET live = ?, clock = ?, change = ?, last_number = ?, "+
		"start_age = ?, start_key = ? WHERE one = 1",
		ch.live, ch.clock, ch.seq, ch.last, startAge, startKey)
	if err == nil && ch.s.dialect.wake != "" {
		err = ch.exec(ch.s.dialect.wake)
	}
	return err
}

// inOrder returns the marked scopes by number, so that rows that are neighbours in the database are
// written one after the other.
func (ch *change) inOrder() []*shelf {
	slices.SortFunc(ch.marked, func(a, b *shelf) int { return cmp.Compare(a.n, b.n) })
	return ch.marked
}

// keep keeps the book for the next change and lets this server's readers know of the change.
func (ch *change) keep() {
	for _, s := range ch.marked {
		s.touched, s.marked = false, false
	}
	// The numbers that the book gave to rows are remembered even if the change wrote no state, so
	// that the next change does not give them again.
	ch.book.change, ch.book.given = ch.seq, ch.last
	// A book that has grown too large is dropped. The next change loads what it needs.
	if len(ch.terms) <= maxKept {
		ch.s.book = ch.book
	}
	ch.s.known.saw(ch.seq)
}

// mark adds a scope to those that must be written.
func (ch *change) mark(s *shelf) {
	if !s.marked {
		s.marked = true
		ch.marked = append(ch.marked, s)
	}
}

// touch records that the feed of a scope changed, and when.
func (ch *change) touch(s *shelf, at int64) {
	ch.mark(s)
	s.touched = true
	if !s.modified.Valid || at > s.modified.Int64 {
		// The time of the last change never moves back, even if a clock does: readers compare it.
		s.modified = some(at)
	}
}

// count changes the numbers of articles, all and visible ones, that make a claim.
func (ch *change) count(c claim, all, visible int64) {
	ch.mark(c.shelf)
	if c.term == nil {
		return
	}
	before := c.term.visible
	c.term.articles += all
	c.term.visible += visible
	c.term.dirty = true
	// The scope goes by the names of visible articles alone. One has come or gone.
	if (before == 0) != (c.term.visible == 0) {
		c.shelf.renamed = true
	}
}
