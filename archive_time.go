package syndicate

import (
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

// newEvents returns an empty agenda. Of articles with one date those that stand last in a feed come first,
// so that pages fill from the oldest.
func newEvents() *btree.BTreeG[event] {
	return btree.NewBTreeGOptions(func(a, b event) bool {
		if c := a.at.Compare(b.at); c != 0 {
			return c < 0
		}
		if c := strings.Compare(a.entry.article.key(), b.entry.article.key()); c != 0 {
			return c > 0
		}
		if a.kind != b.kind {
			return a.kind < b.kind
		}
		return a.entry.serial < b.entry.serial
	}, btree.Options{NoLocks: true})
}

func (a *Archive) schedule(ev event) {
	a.events.Set(ev)
	for _, t := range ev.entry.terms {
		s := a.shelf(t.scope)
		s.events.Set(ev)
		s.version++
	}
}

func (a *Archive) unschedule(ev event) {
	a.events.Delete(ev)
	for _, t := range ev.entry.terms {
		s := a.shelf(t.scope)
		s.events.Delete(ev)
		s.version++
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
	a.live = true
	a.settle(a.advance())
	a.mu.Unlock()
	a.mu.RLock()
}

func (a *Archive) clock() time.Time {
	if a.Clock != nil {
		return a.Clock()
	}
	return time.Now()
}

// advance, in an archive that has been asked for something, takes the time and does what it has brought
// before a change is made. It returns the scopes that it touched.
func (a *Archive) advance() map[Scope]struct{} {
	touched := map[Scope]struct{}{}
	if !a.live {
		return touched
	}
	now := a.clock()
	if a.turnedBack(now) {
		a.rewind(now, touched)
	}
	a.now = latest(a.now, now)
	a.runEvents(touched)
	return touched
}

// turnedBack reports whether the clock was ahead when it was last looked at. Less than a second is the
// tremor of clocks.
func (a *Archive) turnedBack(now time.Time) bool { return a.now.Sub(now) > time.Second }

// rewind takes back what a clock that was ahead has brought.
func (a *Archive) rewind(now time.Time, touched map[Scope]struct{}) {
	a.now = now
	for _, e := range a.sortedEntries() {
		if e.visible && e.article.Published.After(now) {
			a.hide(e, now, touched)
		}
		if !e.visible {
			a.unplan(e)
			a.plan(e)
		}
	}
}

// plan schedules what time will do with an entry that is not visible.
func (a *Archive) plan(e *entry) {
	end := e.article.Expires
	if e.article.Draft || e.article.Private || !end.IsZero() && !end.After(latest(e.article.Published, a.now)) {
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

// settle does what has become due and tells the watchers. An archive that nothing was asked of yet has
// no time: its articles wait.
func (a *Archive) settle(touched map[Scope]struct{}) {
	if a.live {
		a.runEvents(touched)
	}
	next, _ := a.events.Min()
	for w := range a.watchers {
		w.add(touched, next.at)
	}
}

// runEvents does what is due, in the order of time; so an archive that starts late comes to the same
// pages as one that was there all along.
func (a *Archive) runEvents(touched map[Scope]struct{}) {
	for {
		ev, ok := a.events.Min()
		if !ok || ev.at.After(a.now) {
			return
		}
		a.unschedule(ev)
		switch ev.kind {
		case appears:
			a.show(ev.entry, ev.at, touched)
		case expires:
			a.hide(ev.entry, ev.at, touched)
		case forgets:
			for _, t := range ev.entry.terms {
				s := a.shelf(t.scope)
				if s.unbury(ev.entry.article.key(), ev.at.Add(-a.site.Tombstones)) {
					s.change(ev.at)
					touched[t.scope] = struct{}{}
				}
			}
		}
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
