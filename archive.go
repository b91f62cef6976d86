package syndicate

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/tidwall/btree"
)

// Archive is the embedded [Source]: a publication's articles in memory, safe for concurrent use. Time
// is looked at when something is asked for, so embargoes end and articles expire by themselves. It is
// made with [NewArchive]; the zero Archive is that of a site without an address.
//
// Archive pages (RFC 5005) are counted from the oldest article and, once closed, keep their ends for the
// life of the archive: one that is published later with an older date belongs to the page of its time,
// which grows by it, and one that is removed leaves a gap. So load what there is with NewArchive or
// [Archive.Replace], or before anything is asked of the archive; pages then hold Limit articles each.
//
// In memory are the articles as they were given, an index of some 100 bytes for each scope that an article is in, and for
// each scope whose current feed was asked for, or counted by [Archive.Scopes], the articles in it, cleaned, and encoded if
// bytes were asked for: once for all feeds that show them. What no current feed shows any more goes with the last reader, and so does what archive pages show.
type Archive struct {
	// Clock tells the time. Set it before anything is asked of the archive, which it must not ask in
	// turn. Optional; default time.Now.
	Clock func() time.Time

	made     sync.Once
	mu       sync.RWMutex
	site     Site
	print    print             // of site
	entries  map[string]*entry // by id
	urls     map[string]*entry // the last of those that have an address, the first of its twins
	filed    map[*Category]*filing
	shelves  map[Scope]*shelf
	events   *btree.BTreeG[event] // what time will bring
	due      []event              // what it has brought, to be done before the lock is given up
	touched  []*shelf             // what changed since the lock was taken
	left     []*shelf             // what may have become needless since then
	changes  uint64               // how many there were, of all shelves
	closed   map[Scope]closedScope
	checked  uint64    // how many articles have been
	live     bool      // something was asked for
	now      time.Time // the latest that Clock has said; zero before
	watchers map[*watcher]struct{}
}

// closedScope is what a scope without articles answers: moved, or gone when to is the scope itself.
type closedScope struct{ to Scope }

// NewArchive returns an archive of the site with the articles that can be published. The error holds
// [Problems], warnings among them: with [Refused] being nil all articles are in. The archive is nil only
// if the site itself was refused.
func NewArchive(site Site, articles ...Article) (*Archive, error) {
	checked, err := site.Check()
	if Refused(err) != nil {
		return nil, err
	}
	a := new(Archive)
	a.made.Do(func() { a.make(checked) })
	var r report
	r.take(err)
	r.take(a.Add(articles...))
	return a, r.problems.err()
}

func (a *Archive) make(site Site) {
	a.site = site
	a.print = site.print()
	a.entries = map[string]*entry{}
	a.urls = map[string]*entry{}
	a.filed = map[*Category]*filing{}
	a.shelves = map[Scope]*shelf{}
	a.events = newEvents()
	a.closed = map[Scope]closedScope{}
	a.watchers = map[*watcher]struct{}{}
	a.shelf(Everything())
}

// begin makes an archive that NewArchive has not made: it is empty, and of a site without an address.
func (a *Archive) begin() {
	a.made.Do(func() { a.make(*new(Site).ready()) })
}

// lock locks the archive for changes.
func (a *Archive) lock() {
	a.begin()
	a.mu.Lock()
}

func (r *report) take(err error) {
	if ps, ok := err.(Problems); ok {
		r.problems = append(r.problems, ps...)
	}
}

// Site returns the publication, checked. Its fields may be changed, for a site of one's own (see [Site.Check]); what is
// behind its slices, maps and pointers is read-only.
func (a *Archive) Site() Site {
	a.begin()
	return a.site
}

// Add takes in articles. The good ones enter and the bad ones are refused; the error holds [Problems]
// that tell of both what was refused and what was accepted with a warning.
func (a *Archive) Add(articles ...Article) error {
	a.lock()
	defer a.mu.Unlock()
	a.advance()
	var r report
	for _, given := range articles {
		if e := a.check(&r, given); e != nil {
			if other := a.entries[e.id]; other != nil {
				r.article = e.article.URL
				r.refuse("ID", e.article.key(), RuleDuplicateID, "RFC 4287 section 4.2.6")
				continue
			}
			if a.file(&r, e) {
				a.insert(&r, e)
			}
		}
	}
	a.settle()
	return r.problems.err()
}

// Update replaces articles by new versions of them, found by ID (or URL, if they have none). One that
// the archive does not have is refused. An article that becomes a draft or private is retracted. A
// category that has moved or been renamed comes with all of its articles, or is refused.
func (a *Archive) Update(articles ...Article) error {
	a.lock()
	defer a.mu.Unlock()
	a.advance()
	var r report
	versions := map[string]*entry{} // the last of each article
	var order []*entry
	for _, given := range articles {
		e := a.check(&r, given)
		switch {
		case e == nil:
		case a.entries[e.id] == nil:
			r.article = e.article.URL
			r.refuse("ID", e.article.key(), RuleUnknownID, "")
		default:
			versions[e.id] = e
			order = append(order, e)
		}
	}
	// A category that moved or was renamed may do so with all of its articles.
	for id := range versions {
		a.unfile(a.entries[id])
	}
	for _, e := range order {
		old := a.entries[e.id]
		switch {
		case versions[e.id] != e: // a later version follows
		case !a.file(&r, e):
			a.refile(old)
		case sameArticle(old.article, e.article):
			old.links = e.links
		default:
			a.remove(old, e.article.Draft || e.article.Private)
			a.insert(&r, e)
		}
	}
	a.settle()
	return r.problems.err()
}

// Remove retracts articles, each named by its ID or URL. Ids that the archive does not have are
// reported. With [Site.Tombstones] set Atom feeds tell of the removal.
func (a *Archive) Remove(ids ...string) error {
	a.lock()
	defer a.mu.Unlock()
	a.advance()
	var r report
	for _, id := range ids {
		e := a.find(id)
		if e == nil {
			r.article = id
			r.refuse("ID", id, RuleUnknownID, "")
			continue
		}
		a.unfile(e)
		a.remove(e, true)
	}
	a.settle()
	return r.problems.err()
}

// Replace makes articles the archive's whole contents, at once: no reader sees a mixture. What was there
// before and is refused now is retracted. Feeds without a difference do not count as changed.
func (a *Archive) Replace(articles ...Article) error {
	a.lock()
	defer a.mu.Unlock()
	a.advance()
	var r report
	next := make(map[string]*entry, len(articles))
	order := make([]*entry, 0, len(articles))
	for _, old := range a.entries {
		a.unfile(old)
	}
	for _, given := range articles {
		e := a.check(&r, given)
		if e == nil {
			continue
		}
		if next[e.id] != nil {
			r.article = e.article.URL
			r.refuse("ID", e.article.key(), RuleDuplicateID, "RFC 4287 section 4.2.6")
			continue
		}
		if a.file(&r, e) {
			next[e.id] = e
			order = append(order, e)
		}
	}
	for _, old := range a.sortedEntries() {
		if e := next[old.id]; e == nil {
			a.remove(old, true)
		} else if sameArticle(old.article, e.article) {
			old.links = e.links
		} else {
			a.remove(old, e.article.Draft || e.article.Private)
		}
	}
	for _, e := range order {
		if a.entries[e.id] == nil {
			a.insert(&r, e)
		}
	}
	a.settle()
	return r.problems.err()
}

// Move tells that the feed of a scope has another address now: [Archive.Feed] answers [ErrMoved] for
// from and its pages, as long as no article is in it.
func (a *Archive) Move(from, to Scope) error {
	from, to = from.Current(), to.Current()
	if !from.valid() || !to.valid() || from.kind == KindSite {
		return fmt.Errorf("syndicate: move %q to %q: not scopes that can be moved", from, to)
	}
	a.lock()
	defer a.mu.Unlock()
	for step, next := to, (closedScope{}); ; step = next.to {
		if step == from {
			return fmt.Errorf("syndicate: move %q to %q: moves in a circle", from, to)
		}
		found := false
		if next, found = a.closed[step]; !found || next.to == step {
			break
		}
	}
	a.closed[from] = closedScope{to}
	return nil
}

// Gone tells that the feed of a scope was closed on purpose: [Archive.Feed] answers [ErrGone] for it, as
// long as no article is in it.
func (a *Archive) Gone(scope Scope) error {
	scope = scope.Current()
	if !scope.valid() || scope.kind == KindSite {
		return fmt.Errorf("syndicate: close %q: not a scope that can be closed", scope)
	}
	a.lock()
	defer a.mu.Unlock()
	a.closed[scope] = closedScope{scope}
	return nil
}

// Feed returns the feed of a scope, or of an archive page of it. The error is a [ScopeError]: not found,
// moved or gone; or the context's.
func (a *Archive) Feed(ctx context.Context, scope Scope) (*Feed, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	feed, err := a.feed(scope)
	if err != nil {
		return nil, err
	}
	return feed.copy(), nil
}

// Preview returns the feed that a scope would have if drafts, private and future articles were public
// and nothing expired. It is for eyes that may see them.
func (a *Archive) Preview(ctx context.Context, scope Scope) (*Feed, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sel, ok := a.previewed(scope)
	if !ok || len(sel.Articles) == 0 && scope.kind != KindSite {
		return nil, &ScopeError{Scope: scope, Err: ErrNotFound}
	}
	return a.site.make(scope, sel), nil
}

// Scopes lists the scopes that have a feed, and the site's even while it is empty. To count the pages it
// measures what feeds show, so that the first call cleans those articles.
func (a *Archive) Scopes(ctx context.Context) iter.Seq2[ScopeInfo, error] {
	return func(yield func(ScopeInfo, error) bool) {
		for _, info := range a.infos() {
			if err := ctx.Err(); err != nil {
				yield(ScopeInfo{}, err)
				return
			}
			if !yield(info, nil) {
				return
			}
		}
	}
}

// NextChange returns when time alone changes some feed next: an embargo ends, an article expires, a
// tombstone has stood long enough. The zero time is never.
func (a *Archive) NextChange() time.Time {
	a.read()
	defer a.mu.RUnlock()
	next, _ := a.events.Min()
	return next.at
}
