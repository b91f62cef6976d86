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
	"strings"

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
	line   *line           // that the change continues; nil if that is not known to a Tx
	found  []found         // in the articles that were passed
	moved  bool            // the state changed, even if no scope did
	pruned bool            // rows of the book were deleted
	shared bool            // the transaction is the program's: see Tx
	marked []*shelf        // the scopes that must be written

	fresh   []*shelf                   // looked up, but their terms are not loaded yet
	byID    map[string]*entry          // articles by Atom id, as far as they were looked up
	byURL   map[string]map[string]bool // Atom ids by address
	due     []event                    // events to run before the change ends
	until   *event                     // events after this one are not run; nil means no bound
	most    int                        // the number of events to run; 0 means no bound
	long    func()                     // called when the change turns out to take long; may be nil
	pending map[*entry]struct{}        // visible, but not written yet
	buried  bool                       // there are tombstones
	graved  map[string]bool            // keys of the tombstones of this change
	stones  map[string][]stone         // the tombstones that end with due events, by key
	doomed  doomed                     // rows that wait to be deleted
	changed []any                      // scope, age, key, at: see changePage

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
	point       // the last change
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
	more := false
	ch, err := s.transact(ctx, func(ch *change) (err error) {
		if ch.live == starting {
			return errStarting
		}
		more, err = ch.do(f)
		return err
	})
	// Somebody has read a feed for the first time and the articles are still being filed, in
	// several transactions. This change finishes that first, so that articles are not added in
	// the middle.
	if errors.Is(err, errStarting) {
		if err := s.filed(ctx); err != nil {
			return err
		}
		return s.write(ctx, f)
	}
	if err != nil {
		return err
	}
	if more {
		return s.write(ctx, f)
	}
	warnings, refused := ch.problems()
	s.warn(warnings)
	return refused
}

// do runs f after the events that are due, and then the events that f adds. If many events are due,
// it runs a part of them and returns true, without f: the transaction is to end with that part, so
// that it need not be run again if the change fails or its context ends.
func (ch *change) do(f func(*change) error) (more bool, err error) {
	// With other ids this server would not find the articles that it is given.
	if own := ch.s.ids(); ch.ids != own {
		return false, fmt.Errorf("another server has set the ids to %s, this one has %s: open the store again", ch.ids, own)
	}
	if more, err = ch.advance(); err != nil || more {
		return more, err
	}
	if err := f(ch); err != nil {
		return false, err
	}
	return false, ch.runEvents()
}

// problems returns what the change has found, in the order of the articles. The error is nil if
// nothing was refused.
func (ch *change) problems() (warnings []*syndicate.Problem, refused error) {
	slices.SortStableFunc(ch.found, func(a, b found) int { return cmp.Compare(a.number, b.number) })
	var all syndicate.Problems
	for _, p := range ch.found {
		if p.Warning {
			warnings = append(warnings, p.Problem)
		} else {
			all = append(all, p.Problem)
		}
	}
	if len(all) > 0 {
		refused = all
	}
	return warnings, refused
}

// warn passes on warnings.
func (s *Store) warn(warnings []*syndicate.Problem) {
	for _, p := range warnings {
		s.publication.Warn(p)
	}
}

// errStarting reports that the first articles are still being filed.
var errStarting = errors.New("the store is starting")

// errBusy reports that another change is running.
var errBusy = errors.New("another change is running")

// transact runs f in one transaction. It waits for other changes until ctx ends.
func (s *Store) transact(ctx context.Context, f func(*change) error) (ch *change, err error) {
	// Changes of this server wait here, not in the database: a waiting change takes no connection
	// away from readers, and its context can end the wait.
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.turn }()
	tx, err := s.beginTx(ctx)
	if err != nil {
		return nil, s.failed("begin", err)
	}
	return s.do(ctx, tx, s.dialect.lockState, f)
}

// do runs f in a transaction and ends it. The caller has the turn. The clause lock is added to the
// statement that reads the state.
func (s *Store) do(ctx context.Context, tx *sql.Tx, lock string, f func(*change) error) (ch *change, err error) {
	// After Commit this has no effect.
	defer tx.Rollback()
	ch = s.newChange(ctx, tx)
	book := s.book
	// A change that fails may leave the book half changed. The next one then starts with an empty
	// book.
	s.book = nil // until the change is done
	if err = ch.begin(book, lock); err == nil {
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
	s.book = ch.keep()
	s.known.wrote(ch.line, ch.point)
	return ch, nil
}

// newChange returns a change in a transaction. It must begin first.
func (s *Store) newChange(ctx context.Context, tx *sql.Tx) *change {
	return &change{
		s: s, ctx: ctx, tx: tx,
		byID: map[string]*entry{}, byURL: map[string]map[string]bool{},
		pending: map[*entry]struct{}{}, statements: map[string]*sql.Stmt{}, graved: map[string]bool{},
	}
}

// begin waits until no other server writes, and reads the state and the time.
func (ch *change) begin(book *book, lock string) error {
	d := ch.s.dialect
	var startAge sql.NullInt64
	var startKey sql.NullString
	// The row of syndicate_state is the lock of all changes: PostgreSQL waits here for other
	// servers (FOR UPDATE), SQLite has waited in BEGIN IMMEDIATE.
	query := "SELECT live, clock, change, last_number, start_age, start_key, id_base, tag_authority, bases, writers " +
		"FROM syndicate_state WHERE one = 1" + lock
	var writers int
	err := ch.tx.QueryRowContext(ch.ctx, query).
		Scan(&ch.live, &ch.clock, &ch.seq, &ch.last, &startAge, &startKey, &ch.ids.base, &ch.ids.authority, &ch.bases, &writers)
	if err == sql.ErrNoRows && lock != d.lockState {
		return errBusy
	}
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
	// Most sites have no tombstones. Then showing an article need not delete any. The lineage is
	// read by this statement and not by the first one, which may have waited: PostgreSQL then
	// returns the newest state, beside other tables as they were when it began to wait.
	const more = "SELECT EXISTS (SELECT 1 FROM syndicate_tombstones), " + lineageOf + ", " + lineageOf
	for ch.line == nil {
		line, last := ch.s.known.last()
		var there int64
		err = ch.tx.QueryRowContext(ch.ctx, d.sql(more), ch.seq, last.seq).Scan(&ch.buried, &ch.lineage, &there)
		if err != nil {
			return err
		}
		// A program may have written to its transaction already. What is not committed is not
		// recorded: see Tx.Committed.
		if ch.shared {
			if there == last.lineage && ch.seq >= last.seq {
				ch.line = line
			}
			break
		}
		ch.line = ch.s.known.saw(line, last, ch.point, there)
	}
	// If another server has written since the last change, the book is out of date. So it is if the
	// database was replaced by another one with the same number of changes.
	if ch.book = book; book == nil || book.at != ch.point {
		ch.book = newBook()
	}
	ch.last = max(ch.last, ch.book.given)
	// A conflict in the first three tables means that somebody else writes to them, and fails the
	// change. Two events or tombstones may be the same, and one row is enough.
	ch.rows = ch.inserter("syndicate_articles", rowColumns, "")
	ch.places = ch.inserter("syndicate_article_scopes", "scope, age, key, article", "")
	ch.ends = ch.inserter("syndicate_pages", "scope, number, age, key, modified, closed, version", "")
	ch.agenda = ch.inserter("syndicate_agenda", "scope, at, key, event, article", " ON CONFLICT DO NOTHING")
	ch.graves = ch.inserter("syndicate_tombstones", "scope, age, key, ends", " ON CONFLICT DO NOTHING")
	return ch.shelvesOf([]syndicate.Scope{syndicate.Everything()})
}

// isLong calls ch.long.
func (ch *change) isLong() {
	if ch.long != nil {
		ch.long()
	}
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

// flushRows deletes and writes the collected rows of all tables except scopes and terms.
func (ch *change) flushRows() error {
	if err := ch.flushDoomed(""); err != nil {
		return err
	}
	ch.flushPending()
	for _, i := range []*inserter{ch.rows, ch.places, ch.ends, ch.agenda, ch.graves} {
		if err := i.flush(); err != nil {
			return err
		}
	}
	return ch.flushPages()
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
	var unused []any
	for _, s := range ch.inOrder() {
		unused = append(unused, ch.dropUnused(s)...)
		for _, t := range s.terms {
			if v := t.value; t.dirty {
				t.dirty = false
				terms.add(t.n, s.n, t.hash, v.parent, v.name, v.slug, v.description, v.url, v.avatar, v.email,
					t.articles, t.visible)
			}
		}
	}
	if err := ch.delete(deleteTerms, unused, nil); err != nil {
		return err
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
	return ch.touchBelow(above)
}

// touchBelow marks the feeds of all categories below others as changed, since the names of the
// latter have changed.
func (ch *change) touchBelow(above []syndicate.Scope) error {
	if len(above) == 0 {
		return nil
	}
	query, params := "SELECT key FROM syndicate_scopes WHERE kind = ?", []any{int64(syndicate.KindCategory)}
	// Ranges of keys instead of LIKE, so that the index of the keys is used. If many categories
	// have other names, all categories are read.
	if len(above) <= few {
		query += " AND (" + strings.TrimSuffix(strings.Repeat("key > ? AND key < ? OR ", len(above)), " OR ") + ")"
		for _, scope := range above {
			params = append(params, scope.Key()+"/", scope.Key()+"0") // "0" follows "/"
		}
	}
	var below []syndicate.Scope
	err := ch.query(query, params, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		scope := syndicate.InCategory(key)
		if slices.ContainsFunc(scope.Ancestors(), func(s syndicate.Scope) bool { return slices.Contains(above, s) }) {
			below = append(below, scope)
		}
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
		modified = excluded.modified, version = excluded.version, changed = excluded.changed, told = excluded.told,
		open_modified = excluded.open_modified, open_version = excluded.open_version`)
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
			s.articles, s.pages, s.open, s.openSize, endAge, endKey, s.modified, s.version, s.changed, s.told,
			s.openModified, s.openVersion)
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
	ch.point = point{ch.seq + 1, rand.Int64()}
	// The clock of the store only runs once feeds have been read.
	if ch.live != waiting { // until then the store has no time
		ch.clock = ch.now
	}
	err := ch.exec("UPDATE syndicate_state SET live = ?, clock = ?, change = ?, last_number = ?, "+
		"start_age = ?, start_key = ? WHERE one = 1",
		ch.live, ch.clock, ch.seq, ch.last, startAge, startKey)
	if err == nil {
		err = ch.exec("INSERT INTO syndicate_changes (change, lineage) VALUES (?, ?)", ch.seq, ch.lineage)
	}
	// Rarely, so that most changes write one row.
	if err == nil && ch.seq%256 == 0 {
		err = ch.exec("DELETE FROM syndicate_changes WHERE change <= ?", ch.seq-keptChanges)
	}
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

// keep returns the book for the next change. It returns nil if the book has grown too large. The
// next change then loads what it needs.
func (ch *change) keep() *book {
	for _, s := range ch.marked {
		s.touched, s.marked = false, false
	}
	// The numbers that the book gave to rows are remembered even if the change wrote no state, so
	// that the next change does not give them again.
	ch.book.at, ch.book.given = ch.point, ch.last
	if len(ch.terms) > maxKept || ch.pruned {
		return nil
	}
	return ch.book
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
