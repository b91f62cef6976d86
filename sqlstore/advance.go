package sqlstore

import (
	"database/sql"
	"slices"

	"github.com/syndicate-go/syndicate/internal/shelves"
	"github.com/syndicate-go/syndicate/sqlstore/internal/limits"
)

// Events: articles appear and expire, and tombstones end.

// event is a change of feeds at a certain time.
type event struct {
	at    int64  // in Unix seconds
	key   string // of the article
	kind  int64  // appears, expires or forgets
	entry *entry // nil if kind is forgets
}

// The kinds of events, as syndicate_agenda has them.
const (
	appears = int64(shelves.Appears) // the publication date of an article
	expires = int64(shelves.Expires) // the Expires of an article
	forgets = int64(shelves.Forgets) // the end of a tombstone
)

// compare orders events as they are run.
func (ev event) compare(other event) int {
	form := func(ev event) shelves.Event {
		return shelves.Event{At: ev.at, Key: ev.key, Kind: shelves.EventKind(ev.kind)}
	}
	return form(ev).Compare(form(other))
}

// schedule writes an event to the agenda, or runs it at the end of the change if it is due already.
func (ch *change) schedule(ev event, claims []claim) {
	// While the first articles are filed, events after until wait on the agenda: articles that
	// are not filed yet may come before them.
	if ev.at <= ch.now && (ch.until == nil || ev.compare(*ch.until) <= 0) {
		ch.due = append(ch.due, ev)
		return
	}
	var n int64
	if ev.entry != nil {
		n = ev.entry.n
		ev.entry.planned = true
	}
	for _, c := range claims {
		// Each scope has its own row, so that the next event of a scope is the smallest of its
		// rows.
		ch.agenda.add(c.shelf.n, ev.at, ev.key, ev.kind, n)
		ch.mark(c.shelf)
	}
}

// plan schedules the events of an entry that is not visible, unless it had expired by the time
// since. In a store that is waiting nothing is scheduled: startSome does it.
func (ch *change) plan(e *entry, since int64) {
	// An article that expires before it appears is never visible, nor is one that had expired
	// when it was added.
	end := int64(shelves.Never)
	if e.expires.Valid {
		end = e.expires.Int64
	}
	if ch.live == waiting || e.draft || !shelves.Appearing(-e.age, end, since) {
		return
	}
	ch.schedule(event{-e.age, e.key, appears, e}, e.claims)
	if e.expires.Valid {
		ch.schedule(event{end, e.key, expires, e}, e.claims)
	}
}

// unplan deletes the events of plan that have not been run.
func (ch *change) unplan(e *entry) error {
	// These have no events: the article has appeared already and stays, or never appears.
	if ch.live == waiting || e.draft || e.visible && !e.expires.Valid {
		return nil
	}
	// Its rows may not be written yet.
	if e.planned {
		if err := ch.agenda.flush(); err != nil {
			return err
		}
	}
	if ch.doomed.planned == nil {
		ch.doomed.planned = map[int64]*entry{}
	}
	ch.doomed.planned[e.n] = e
	ch.doomed.plans = append(ch.doomed.plans, e.key, e.n)
	return ch.flushIfMany()
}

// advance runs the events that are due before the change itself, as many as one transaction should
// have. It returns true if there are more.
func (ch *change) advance() (more bool, err error) {
	if ch.live != live {
		return false, nil
	}
	if shelves.TurnedBack(ch.clock, ch.now) {
		if err := ch.rewind(); err != nil {
			return false, err
		}
	}
	ch.now = max(ch.now, ch.clock)
	ch.most = limits.Events
	err = ch.runEvents()
	more = ch.until != nil
	ch.most, ch.until = 0, nil
	return more, err
}

// rewind undoes the events of a clock that was ahead: it hides future articles and schedules them
// again.
func (ch *change) rewind() error {
	ch.clock = ch.now
	ch.moved = true
	var hide, plan []*entry
	// Articles that are visible and were published after the present time.
	const early = " WHERE l.article IS NOT NULL AND a.age < ?"
	if err := ch.query("SELECT "+briefJoined+visibility+early, []any{-ch.now}, ch.scanEntries(&hide)); err != nil {
		return err
	}
	if err := ch.claim(hide); err != nil {
		return err
	}
	// Their events have been run, so they are planned below like those of all hidden articles.
	for _, e := range hide {
		if err := ch.hide(e, ch.now); err != nil {
			return err
		}
	}
	if err := ch.flushRows(); err != nil {
		return err
	}
	// All articles that are not visible, drafts excepted: an event that was due in between must
	// be run again.
	const unseen = " WHERE l.article IS NULL AND a.draft = 0"
	if err := ch.query("SELECT "+briefJoined+visibility+unseen, nil, ch.scanEntries(&plan)); err != nil {
		return err
	}
	if len(hide)+len(plan) > limits.Short {
		ch.isLong()
	}
	if err := ch.claim(plan); err != nil {
		return err
	}
	for _, e := range plan {
		if err := ch.unplan(e); err != nil {
			return err
		}
		ch.plan(e, ch.now)
	}
	return nil
}

// runEvents runs the events that are due, in order of time. A store that was not used for a while
// gets the same pages as one that was.
func (ch *change) runEvents() error {
	if ch.live == waiting {
		return nil
	}
	if err := ch.takeAgenda(); err != nil {
		return err
	}
	// The order decides which articles share a page.
	slices.SortStableFunc(ch.due, event.compare)
	if err := ch.findTops(ch.due); err != nil {
		return err
	}
	for _, ev := range ch.due {
		if err := ch.run(ev); err != nil {
			return err
		}
	}
	ch.forgetTops(ch.due)
	ch.due = nil
	return nil
}

// takeAgenda moves the events that are due from the agenda to ch.due, the first ch.most of them. If
// there are more, it sets ch.until to the last of these.
func (ch *change) takeAgenda() error {
	if err := ch.flushDoomed(""); err != nil {
		return err
	}
	if err := ch.agenda.flush(); err != nil {
		return err
	}
	at := ch.now
	if ch.until != nil {
		at = min(at, ch.until.at)
	}
	var events []event
	articles := map[int64][]int{} // indexes of the events of each article
	// Every event has a row in the scope of the site.
	query, params := "SELECT at, key, event, article FROM syndicate_agenda WHERE scope = 1 AND at <= ?", []any{at}
	if ch.most > 0 {
		// In the order in which events are run: see event.compare. The last one is only counted.
		query, params = query+" ORDER BY at, key DESC, event LIMIT ?", append(params, ch.most+1)
	}
	err := ch.query(query, params, func(rows *sql.Rows) error {
		var ev event
		var n int64
		if err := rows.Scan(&ev.at, &ev.key, &ev.kind, &n); err != nil {
			return err
		}
		if ch.until != nil && ev.compare(*ch.until) > 0 {
			return nil
		}
		if ch.most > 0 && len(events) == ch.most {
			ch.until = &events[len(events)-1]
			return nil
		}
		if ev.kind != forgets {
			articles[n] = append(articles[n], len(events))
		}
		events = append(events, ev)
		return nil
	})
	if err != nil || len(events) == 0 {
		return err
	}
	if len(events) > limits.Short {
		ch.isLong()
	}
	// All articles of the events are read with a few statements. One that other programs have
	// deleted has no entry.
	entries, err := ch.entriesBy("n", keysOf(articles))
	if err != nil {
		return err
	}
	for _, e := range entries {
		for _, i := range articles[e.n] {
			events[i].entry = e
		}
	}
	// The rows of every scope are deleted. Those of tombstones return the scopes, whose next event
	// may have changed: no other table has them, because the article is gone.
	var rows []any
	var ended []string
	for _, ev := range events {
		rows = append(rows, ev.key, ev.at, ev.kind)
		switch {
		case ev.kind == forgets:
			ended = append(ended, ev.key)
		case ev.entry == nil:
			continue
		default:
			for _, c := range ev.entry.claims {
				ch.mark(c.shelf)
			}
		}
		ch.due = append(ch.due, ev)
	}
	var scopes []int64
	err = ch.delete(deleteEvents, rows, func(rows *sql.Rows) error {
		var kind, n int64
		err := rows.Scan(&kind, &n)
		if kind == forgets {
			scopes = append(scopes, n)
		}
		return err
	})
	if err != nil {
		return err
	}
	return ch.findStones(ended, scopes)
}

// run runs an event.
func (ch *change) run(ev event) error {
	switch ev.kind {
	case appears:
		return ch.show(ev.entry, ev.at)
	case expires:
		return ch.hide(ev.entry, ev.at)
	}
	ch.forget(ev)
	return ch.flushIfMany()
}

// startSome files up to limits.AtOnce of the first articles, from the oldest on. The store is live
// when none is left.
func (ch *change) startSome() error {
	if ch.live == live {
		return nil
	}
	ch.moved = true
	ch.live = starting
	ch.now = max(ch.now, ch.clock)
	// From the oldest article on. A pair of values is compared as one, and the index in the order
	// of feeds is read backwards.
	query, params := "SELECT "+briefJoined+visibility, []any{}
	if ch.start != nil {
		query += " WHERE (a.age, a.key) < (?, ?)"
		params = append(params, ch.start.age, ch.start.key)
	}
	var entries []*entry
	query += " ORDER BY a.age DESC, a.key DESC LIMIT ?"
	if err := ch.query(query, append(params, limits.AtOnce), ch.scanEntries(&entries)); err != nil {
		return err
	}
	if err := ch.claim(entries); err != nil {
		return err
	}
	// There may be more: these events are run up to the last of these articles, which is where
	// the next transaction goes on.
	if len(entries) == limits.AtOnce {
		last := entries[len(entries)-1]
		ch.start = &place{last.age, last.key}
		ch.until = &event{-last.age, last.key, appears, last}
	} else {
		ch.start, ch.live = nil, live
	}
	for _, e := range entries {
		// As if each had been added when it was published, so that one that has expired since has
		// had its place on a page.
		ch.plan(e, -e.age)
	}
	return ch.runEvents()
}
