package shelves

import (
	"cmp"
	"iter"
	"math"
	"sort"
	"strings"
	"time"
)

// The rules that do not depend on where an index is kept. A store whose index is in database
// tables calls them too, so that it publishes the same pages and names as a [Library].

const (
	// Never is a time that does not come.
	Never = math.MaxInt64
	// Unset is a time that is before all others.
	Unset = math.MinInt64
)

// TimeOf returns the time of a number of Unix seconds, the zero time for Never and Unset.
func TimeOf(seconds int64) time.Time {
	if seconds == Never || seconds == Unset {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// Place is a position in the order of a feed: newest first, and articles of one second by key.
type Place struct {
	Published int64
	Key       string
}

// Compare returns a negative number if p stands before q in a feed, a positive one if it stands
// behind it, and 0 if both are equal.
func (p Place) Compare(q Place) int {
	switch {
	case p.Published > q.Published:
		return -1
	case p.Published < q.Published:
		return 1
	}
	return strings.Compare(p.Key, q.Key)
}

// Before reports whether p stands before q in a feed.
func (p Place) Before(q Place) bool { return p.Compare(q) < 0 }

// PageOf returns the number of the page that a place is on. Ends holds the first place of each
// closed page, oldest page first. A place before all of them is on the page that is being filled,
// which has the number len(ends)+1.
func PageOf(ends []Place, p Place) int {
	return 1 + sort.Search(len(ends), func(i int) bool { return !p.Before(ends[i]) })
}

// Facts are what articles state about a key that they are filed under.
type Facts struct{ Name, Description, URL string }

// Compare orders facts by name, then description, then URL, in byte order.
func (f Facts) Compare(g Facts) int {
	return cmp.Or(
		strings.Compare(f.Name, g.Name),
		strings.Compare(f.Description, g.Description),
		strings.Compare(f.URL, g.URL),
	)
}

// Best returns the facts that a key is shown with: the smallest name, and among the facts with
// this name the smallest description and the smallest URL that are not empty. The facts must be
// sorted by name.
func Best(sorted iter.Seq[Facts]) (best Facts) {
	found := false
	for f := range sorted {
		switch {
		case !found:
			best, found = f, true
		case f.Name != best.Name:
			return best
		default:
			best.Description = Smallest(best.Description, f.Description)
			best.URL = Smallest(best.URL, f.URL)
		}
	}
	return best
}

// OtherName returns the first name that differs from name; "" if all facts have this name.
func OtherName(facts iter.Seq[Facts], name string) string {
	for f := range facts {
		if f.Name != name {
			return f.Name
		}
	}
	return ""
}

// Smallest returns the smaller of two strings in byte order. An empty string is larger than all
// others.
func Smallest(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// EventKind says what an [Event] does to an article.
type EventKind uint8

// The kinds of events, in the order in which those of one article and second are done.
const (
	Appears EventKind = iota // the article is published
	Expires                  // the article expires
	Forgets                  // the article's tombstone has been kept long enough
)

// Event is a change that is due at a certain time without anyone making a change.
type Event struct {
	At   int64
	Key  string // of the article
	Kind EventKind
}

// Compare returns a negative number if e is done before f. Events of one second are done in
// descending order of keys: the article that stands last in a feed appears first, so that pages
// fill from the oldest article.
func (e Event) Compare(f Event) int {
	return cmp.Or(cmp.Compare(e.At, f.At), strings.Compare(f.Key, e.Key), cmp.Compare(e.Kind, f.Kind))
}

// TurnedBack reports whether a clock has been set back, given the latest time it has shown.
// Clocks that are adjusted all the time may step back by one second.
func TurnedBack(latest, now int64) bool { return now+1 < latest }

// Appearing reports whether an article can appear: it does not expire before it is published, nor
// by the time since.
func Appearing(published, expires, since int64) bool { return expires > max(published, since) }

// ChangedAt returns the time of the change that an article makes to feeds when it appears at a
// time: the time of its last update, unless that is in the future, but not before the time it
// entered, which is [Unset] for an article that was there before the clock was first read.
func ChangedAt(at, updated, entered, now int64) int64 {
	if updated <= now {
		at = max(at, updated)
	}
	return max(at, entered)
}

// Tombstone records that an article was removed.
type Tombstone struct {
	Key  string
	When int64
}

// Compare orders tombstones by time, newest first, then by key.
func (t Tombstone) Compare(u Tombstone) int {
	return Place{t.When, t.Key}.Compare(Place{u.When, u.Key})
}
