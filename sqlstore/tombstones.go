package sqlstore

import (
	"database/sql"
	"slices"
)

// Tombstones: the removals that Atom feeds announce.

// stone is a row of syndicate_tombstones.
type stone struct {
	scope, age, ends int64
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
	ch.graved[e.name] = true
	ch.schedule(event{when + keep, e.name, forgets, nil}, e.claims)
}

// unbury deletes the tombstones of an entry that is visible again.
func (ch *change) unbury(e *entry) error {
	if !ch.buried {
		return nil
	}
	// The tombstones may be of this change and not written yet.
	if ch.graved[e.name] {
		if err := ch.graves.flush(); err != nil {
			return err
		}
	}
	if all, found := ch.stones[e.name]; found {
		// The same as deleteGraves deletes.
		ch.stones[e.name] = slices.DeleteFunc(all, func(s stone) bool { return s.age >= -ch.now && e.isIn(s.scope) })
	}
	for _, c := range e.claims {
		ch.doomed.graves = append(ch.doomed.graves, e.name, c.shelf.n)
	}
	return ch.flushIfMany()
}

// isIn reports whether the entry belongs to the scope with a number.
func (e *entry) isIn(n int64) bool {
	return slices.ContainsFunc(e.claims, func(c claim) bool { return c.shelf.n == n })
}

// findStones reads the tombstones with the keys of events that end them. The scopes with these
// numbers had the events.
func (ch *change) findStones(keys []string, scopes []int64) error {
	ch.stones = nil
	if len(keys) == 0 {
		return nil
	}
	if err := ch.graves.flush(); err != nil {
		return err
	}
	ch.stones = map[string][]stone{}
	planned := len(scopes)
	values := make([]any, len(keys))
	for i, key := range keys {
		values[i] = key
	}
	// The events are run in order, and an article that appears in between removes its tombstones.
	const query = "SELECT key, scope, age, ends FROM syndicate_tombstones WHERE key IN ({in})"
	err := ch.in(query, values, func(rows *sql.Rows) error {
		var key string
		var s stone
		err := rows.Scan(&key, &s.scope, &s.age, &s.ends)
		ch.stones[key] = append(ch.stones[key], s)
		scopes = append(scopes, s.scope)
		return err
	})
	if err == nil {
		err = ch.shelvesNumbered(scopes)
	}
	if err != nil {
		return err
	}
	// The next event of these scopes has changed, but their feeds are the same.
	for _, n := range scopes[:planned] {
		ch.mark(ch.byNumber[n])
	}
	return nil
}

// forget deletes the tombstones that end with an event.
func (ch *change) forget(ev event) {
	var kept []stone
	for _, s := range ch.stones[ev.key] {
		if s.ends > ev.at {
			kept = append(kept, s)
			continue
		}
		// These feeds have lost a tombstone.
		ch.touch(ch.byNumber[s.scope], ev.at)
		ch.doomed.ended = append(ch.doomed.ended, s.scope, s.age, ev.key)
	}
	ch.stones[ev.key] = kept
}
