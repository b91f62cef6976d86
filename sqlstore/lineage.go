package sqlstore

import (
	"time"

	"github.com/syndicate-go/syndicate"
)

// A database may be replaced under running servers: by a backup that is restored, by a copy of its
// files, or by the loss of the last changes in a crash. The numbers of changes and of rows then
// begin again at smaller ones, and mean something else the second time. So each change has a random
// number too, its lineage, and the database keeps those of the last changes. Whatever a server
// remembers of a database belongs to a line: the changes that follow each other.

// keptChanges is how many changes the database keeps the lineage of. A server that has seen none of
// them drops what it remembers, as if the database had been replaced.
const keptChanges = 1024

// lineageOf is an expression for the lineage of a change, with the number of the change as its
// parameter. It is 0 for a change that the database does not have.
const lineageOf = "coalesce((SELECT h.lineage FROM syndicate_changes h WHERE h.change = ?), 0)"

// point is a change that was made. Two databases that contain the same point have the same contents
// up to it.
type point struct {
	seq     int64 // the number of the change
	lineage int64 // a random number, or 0 for a change by a program that stored none
}

// line has what a server remembers of a database while it is not replaced. Row numbers and change
// numbers are unique in it. A reader that has begun in one line uses and fills the caches of this
// line only, even if the server has another one by then.
type line struct {
	made     cache[int64, *syndicate.Article] // articles that were read, by number
	terms    cache[int64, any]                // terms that were read, by number
	versions cache[syndicate.Scope, version]  // of current scopes, as of known.state
	pages    cache[stretch, pageVersions]     // of archive pages, as of a version of their scope

	// newest is the newest change that this server has made or seen. Its number is negative at
	// first. It is guarded by known.mu.
	newest point
}

// newLine returns a line of which nothing is known.
func newLine() *line {
	l := &line{newest: point{seq: -1}}
	// Bytes in each of two generations: see cache.
	l.made.limit = 32 << 20
	l.terms.limit = 4 << 20
	l.versions.limit = 100_000
	l.pages.limit = 500_000 // versions, of 8 bytes
	return l
}

// last returns the present line and its newest change. A statement that reads from the database
// also reads the lineage that this change has there: see saw.
func (k *known) last() (*line, point) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.line, k.line.newest
}

// saw records the last change of the database, at, as a statement has read it. The statement began
// when last was the newest change of the line, and read the lineage there for its number. If that
// differs, the database has been replaced, and saw begins another line. It returns the line that
// the statement has read, or nil if the statement has to be repeated, because another one has begun
// another line meanwhile.
func (k *known) saw(l *line, last, at point, there int64) *line {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case last.seq < 0 && (l != k.line || l.newest.seq >= 0):
		return nil // it has not been compared with what is known by now
	case last.seq < 0:
		k.advance(l, at)
	case there == last.lineage && at.seq >= last.seq:
		// The statement may belong to a line that has ended. It is consistent all the same.
		k.advance(l, at)
	case l != k.line:
		return nil
	default:
		l = newLine()
		l.newest = at
		k.line = l
		k.stale()
	}
	return l
}

// wrote records a change of this server.
func (k *known) wrote(l *line, at point) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.advance(l, at)
}

// committed records the last change of a Tx. The line is nil if the database was replaced since
// this server last read from it.
func (k *known) committed(l *line, at point) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l == nil {
		k.stale()
		return
	}
	k.advance(l, at)
}

// advance moves the newest change of a line forward. The known state is old then, so that Version
// never returns a version older than a feed that this server returned. The caller holds k.mu.
func (k *known) advance(l *line, at point) {
	if at.seq > l.newest.seq {
		l.newest = at
		k.stale()
	}
}

// stale makes the goroutine look again before versions are taken from memory. The caller holds
// k.mu.
func (k *known) stale() {
	k.asked = time.Time{}
	select {
	case k.poke <- struct{}{}:
	default:
	}
}
