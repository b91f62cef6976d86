package shelves

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tidwall/btree"
)

// What the passage of time does to a library.

// event is an [Event] of an entry.
type event[K comparable, A, C any] struct {
	at    int64
	kind  EventKind
	entry *Entry[K, A, C]
}

// compare is [Event.Compare]. It reads the entries only if both events are of one second.
func (ev event[K, A, C]) compare(other event[K, A, C]) int {
	if ev.at != other.at {
		return cmp.Compare(ev.at, other.at)
	}
	return cmp.Or(
		Event{ev.at, ev.entry.Key, ev.kind}.Compare(Event{other.at, other.entry.Key, other.kind}),
		cmp.Compare(ev.entry.serial, other.entry.serial),
	)
}

func newAgenda[K comparable, A, C any]() *agenda[K, A, C] {
	less := func(a, b event[K, A, C]) bool { return a.compare(b) < 0 }
	return btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})
}

// next returns the time of the first event; Never if there is none.
func next[K comparable, A, C any](a *agenda[K, A, C]) int64 {
	if a != nil {
		if ev, ok := a.Min(); ok {
			return ev.at
		}
	}
	return Never
}

// NextChange returns when the passage of time next changes an index; [Never] if it does not.
func (l *Library[K, A, C]) NextChange() int64 { return l.shown.next }

// UpToDate reports whether the library shows what it should at a time. If not, the owner has to
// make a change of [Library.Start] and [Library.Advance].
func (l *Library[K, A, C]) UpToDate(now int64) bool {
	return l.shown.started && !TurnedBack(l.shown.now, now) && l.shown.next > now
}

// brings returns how many events are due at a time, at most so many. If the clock was turned back,
// every entry may be concerned, so it returns their number.
func (l *Library[K, A, C]) brings(now int64, most int) (n int) {
	if !l.started {
		return 0
	}
	if TurnedBack(l.now, now) {
		return len(l.entries)
	}
	l.agenda.Scan(func(ev event[K, A, C]) bool {
		if ev.at > now || n == most {
			return false
		}
		n++
		return true
	})
	return n
}

// Start starts the clock; later calls have no effect. What the passage of time would have done
// until now to the entries that are there is done as if the clock had been running, so articles
// that have expired appear first.
func (l *Library[K, A, C]) Start(now int64) {
	if l.started {
		return
	}
	l.started = true
	l.now = now
	for _, e := range l.entries {
		l.hidden = append(l.hidden, e)
		l.plan(e, Unset)
	}
}

// Advance sets the time and does what is due by then. It has no effect before [Library.Start]. If
// the clock was turned back, articles that are no longer published disappear, and may appear
// again.
func (l *Library[K, A, C]) Advance(now int64) {
	if !l.started {
		return
	}
	if TurnedBack(l.now, now) {
		l.rewind(now)
	}
	l.now = max(l.now, now)
	l.run()
}

// rewind undoes what a clock that was ahead has done.
func (l *Library[K, A, C]) rewind(now int64) {
	l.now = now
	for _, id := range slices.Sorted(maps.Keys(l.entries)) {
		e := l.entries[id]
		if e.visible && e.Published > now {
			l.hide(e, now)
		}
		if !e.visible {
			l.unplan(e)
			l.plan(e, now)
		}
	}
}

// plan schedules the events of an entry that is not visible, unless it expired by the time since.
func (l *Library[K, A, C]) plan(e *Entry[K, A, C], since int64) {
	if !l.started || e.Hidden || !Appearing(e.Published, e.Expires, since) {
		return
	}
	l.schedule(event[K, A, C]{e.Published, Appears, e})
	if e.Expires != Never {
		l.schedule(event[K, A, C]{e.Expires, Expires, e})
	}
}

// unplan removes the scheduled events of an entry.
func (l *Library[K, A, C]) unplan(e *Entry[K, A, C]) {
	l.unschedule(event[K, A, C]{e.Published, Appears, e})
	l.unschedule(event[K, A, C]{e.Expires, Expires, e})
}

// schedule adds an event to the agenda. One that is due waits for the end of the change instead:
// most articles are published when they are inserted, and to sort a million of them takes less
// time than to index them.
func (l *Library[K, A, C]) schedule(ev event[K, A, C]) {
	if ev.at <= l.now {
		l.due = append(l.due, ev)
		return
	}
	l.agenda.Set(ev)
	for _, t := range ev.entry.terms {
		t.index.schedule(ev)
	}
}

func (l *Library[K, A, C]) unschedule(ev event[K, A, C]) {
	if _, found := l.agenda.Delete(ev); !found {
		return
	}
	for _, t := range ev.entry.terms {
		t.index.unschedule(ev)
	}
}

// run does what is due, in the order of time, so that a library that starts late has the same
// pages as one that has been running all along.
func (l *Library[K, A, C]) run() {
	for ev, ok := l.agenda.Min(); ok && ev.at <= l.now; ev, ok = l.agenda.Min() {
		l.unschedule(ev)
		l.due = append(l.due, ev)
	}
	slices.SortFunc(l.due, event[K, A, C].compare)
	for _, ev := range l.due {
		l.do(ev)
	}
	l.due = nil
}

func (l *Library[K, A, C]) do(ev event[K, A, C]) {
	switch {
	case ev.kind == Forgets:
		l.forget(ev)
	case ev.entry.removed: // in the change that inserted it
	case ev.kind == Appears:
		l.show(ev.entry, ev.at)
	default:
		l.hide(ev.entry, ev.at)
	}
}

// forget removes tombstones that have been kept long enough.
func (l *Library[K, A, C]) forget(ev event[K, A, C]) {
	l.unbury(ev.entry, ev.at-l.options.Keep, func(ix *Index[K, A, C]) {
		ix.modify(ev.at)
		l.touch(ix)
	})
	for _, t := range ev.entry.terms {
		l.leave(t.index)
	}
}
