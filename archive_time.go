package syndicate

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/btree"
)

// What time alone does in the archive: articles appear, expire and are forgotten.

// event is a moment at which time alone changes feeds.
type event struct {
	at    time.Time
	kind  eventKind
	entry *entry
}

type eventKind uint8

const (
	appears eventKind = iota // its publication date has come
	expires                  // its Expires has come
	forgets                  // its tombstone has stood long enough
)

// compare gives the order in which events are done. Of articles with one date those that stand last in a
// feed come first, so that pages fill from the oldest.
func (ev event) compare(other event) int {
	if c := ev.at.Compare(other.at); c != 0 {
		return c
	}
	if c := strings.Compare(other.entry.article.key(), ev.entry.article.key()); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(ev.kind, other.kind), cmp.Compare(ev.entry.serial, other.entry.serial))
}

// newEvents returns an empty agenda.
func newEvents() *btree.BTreeG[event] {
	return btree.NewBTreeGOptions(func(a, b event) bool { return a.compare(b) < 0 }, btree.Options{NoLocks: true})
}

// schedule puts an event on the agenda. One that is due already waits for the end of the change at hand
// only: most articles are published when they come, and a million of them are sorted faster than indexed.
func (a *Archive) schedule(ev event) {
	if !ev.at.After(a.now) {
		a.due = append(a.due, ev)
		return
	}
	a.events.Set(ev)
	for _, t := range ev.entry.terms {
		t.shelf.schedule(ev)
	}
}

func (a *Archive) unschedule(ev event) {
	if _, found := a.events.Delete(ev); !found {
		return
	}
	for _, t := range ev.entry.terms {
		t.shelf.unschedule(ev)
	}
}

// read locks the archive for reading, with everything done that time has brought.
func (a *Archive) read() {
	a.begin()
	now := a.clock()
	a.mu.RLock()
	next, due := a.events.Min()
	if a.live && !a.turnedBack(now) && (!due || next.at.After(now)) {
		return
	}
	a.mu.RUnlock()
	a.mu.Lock()
	a.start()
	a.advance()
	a.settle()
	a.mu.Unlock()
	a.mu.RLock()
}

// start lets time begin, when something is asked for first.
func (a *Archive) start() {
	if a.live {
		return
	}
	a.live = true
	a.now = latest(a.now, a.clock())
	for _, e := range a.entries {
		a.plan(e, time.Time{})
	}
}

func (a *Archive) clock() time.Time {
	if a.Clock != nil {
		return a.Clock()
	}
	return time.Now()
}

// advance, in an archive that has been asked for something, takes the time and does what it has brought
// before a change is made.
func (a *Archive) advance() {
	if !a.live {
		return
	}
	now := a.clock()
	if a.turnedBack(now) {
		a.rewind(now)
	}
	a.now = latest(a.now, now)
	a.runEvents()
}

// turnedBack reports whether the clock was ahead when it was last looked at. Less than a second is the
// tremor of clocks.
func (a *Archive) turnedBack(now time.Time) bool { return a.now.Sub(now) > time.Second }

// rewind takes back what a clock that was ahead has brought.
func (a *Archive) rewind(now time.Time) {
	a.now = now
	for _, e := range a.sortedEntries() {
		if e.visible && e.article.Published.After(now) {
			a.hide(e, now)
		}
		if !e.visible {
			a.unplan(e)
			a.plan(e, now)
		}
	}
}

// plan schedules what time will do with an entry that is not visible, unless it had expired by the time
// since. An archive that nothing was asked of yet has no time: its articles wait.
func (a *Archive) plan(e *entry, since time.Time) {
	end := e.article.Expires
	if !a.live || e.article.Draft || !end.IsZero() && !end.After(latest(e.article.Published, since)) {
		return
	}
	a.schedule(event{e.article.Published, appears, e})
	if !end.IsZero() {
		a.schedule(event{end, expires, e})
	}
}

// unplan takes back what plan scheduled and has not been done yet.
func (a *Archive) unplan(e *entry) {
	a.unschedule(event{e.article.Published, appears, e})
	a.unschedule(event{e.article.Expires, expires, e})
}

// settle does what has become due, tells the watchers and forgets what has come to an end.
func (a *Archive) settle() {
	a.runEvents()
	next, _ := a.events.Min()
	for w := range a.watchers {
		w.add(a.touched, next.at)
	}
	for _, s := range a.touched {
		s.touched = false
	}
	a.touched = nil
	a.forget()
}

// touch notes that a scope's feeds changed, for the watchers.
func (a *Archive) touch(s *shelf) {
	if !s.touched {
		s.touched = true
		a.touched = append(a.touched, s)
	}
}

// runEvents does what is due, in the order of time; so an archive that starts late comes to the same
// pages as one that was there all along.
func (a *Archive) runEvents() {
	for ev, ok := a.events.Min(); ok && !ev.at.After(a.now); ev, ok = a.events.Min() {
		a.unschedule(ev)
		a.due = append(a.due, ev)
	}
	slices.SortFunc(a.due, event.compare)
	for _, ev := range a.due {
		a.run(ev)
	}
	a.due = nil
}

func (a *Archive) run(ev event) {
	switch ev.kind {
	case appears:
		a.show(ev.entry, ev.at)
	case expires:
		a.hide(ev.entry, ev.at)
	case forgets:
		for _, t := range ev.entry.terms {
			if t.shelf.unbury(ev.entry.article.key(), ev.at.Add(-a.publication.site.Tombstones)) {
				t.shelf.change(ev.at)
				a.touch(t.shelf)
			}
			a.leave(t.shelf)
		}
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
