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

	made        sync.Once
	mu          sync.RWMutex
	publication *Publication
	print       print             // of site
	entries     map[string]*entry // by id
	urls        map[string]*entry // the last of those that have an address, the first of its twins
	shelves     map[Scope]*shelf
	events      *btree.BTreeG[event] // what time will bring
	due         []event              // what it has brought, to be done before the lock is given up
	touched     []*shelf             // what changed since the lock was taken
	left        []*shelf             // what may have become needless since then
	changes     uint64               // how many there were, of all shelves
	closed      map[Scope]closedScope
	checked     uint64    // how many articles have been
	live        bool      // something was asked for
	now         time.Time // the latest that Clock has said; zero before
	watchers    map[*watcher]struct{}
}

// closedScope is what a scope without articles answers: moved, or gone when to is the scope itself.
type closedScope struct{ to Scope }

// NewArchive returns an archive with the articles that can be published. The error is a [Problems] that
// names the articles that were refused; the archive holds the others. It is nil only if the site itself
// was refused. Warnings go to [Site.Warn].
func NewArchive(site Site, articles ...Article) (*Archive, error) {
	publication, err := site.Check()
	if err != nil {
		return nil, err
	}
	a := new(Archive)
	a.made.Do(func() { a.make(publication) })
	return a, a.Add(articles...)
}

func (a *Archive) make(publication *Publication) {
	a.publication = publication
	a.print = publication.print()
	a.entries = map[string]*entry{}
	a.urls = map[string]*entry{}
	a.shelves = map[Scope]*shelf{}
	a.events = newEvents()
	a.closed = map[Scope]closedScope{}
	a.watchers = map[*watcher]struct{}{}
	a.shelf(Everything())
}

// begin initializes an archive that NewArchive did not make: it is empty, and its site has no address.
func (a *Archive) begin() {
	a.made.Do(func() { a.make(addressless()) })
}

// lock locks the archive for changes.
func (a *Archive) lock() {
	a.begin()
	a.mu.Lock()
}

// change runs a change of the articles under the lock. Warnings are passed on after it, so that
// [Site.Warn] may call the archive.
func (a *Archive) change(do func(*report)) error {
	var r report
	func() {
		a.lock()
		defer a.mu.Unlock()
		a.advance()
		do(&r)
		a.settle()
	}()
	a.publication.warn(r.problems)
	return r.err()
}

// Publication returns the checked settings.
func (a *Archive) Publication() *Publication {
	a.begin()
	return a.publication
}

// Add adds articles. The error is a [Problems] that names the articles that were refused; the others are
// added. Warnings go to [Site.Warn].
func (a *Archive) Add(articles ...Article) error {
	return a.change(func(r *report) {
		for _, given := range articles {
			e := a.check(r, given)
			if e == nil {
				continue
			}
			if a.entries[e.id] != nil {
				r.refuse("ID", e.article.key(), RuleDuplicateID, "RFC 4287 section 4.2.6")
				continue
			}
			a.insert(r, e)
		}
	})
}

// Update replaces articles with new versions, found by ID (or by URL, if they have none). It refuses
// an article that the archive does not have. An article that becomes a draft is retracted.
func (a *Archive) Update(articles ...Article) error {
	return a.change(func(r *report) {
		versions := map[string]*entry{} // the last of each article
		var order []*entry
		for _, given := range articles {
			e := a.check(r, given)
			switch {
			case e == nil:
			case a.entries[e.id] == nil:
				r.refuse("ID", e.article.key(), RuleUnknownID, "")
			default:
				versions[e.id] = e
				order = append(order, e)
			}
		}
		for _, e := range order {
			if old := a.entries[e.id]; versions[e.id] == e && !sameArticle(old.article, e.article) {
				a.remove(old, e.article.Draft)
				a.insert(r, e)
			}
		}
	})
}

// Remove retracts articles, each named by its ID or URL. The error names the ids that the archive does
// not have. If [Site.Tombstones] is set, Atom feeds announce the removal.
func (a *Archive) Remove(ids ...string) error {
	return a.change(func(r *report) {
		for _, id := range ids {
			if e := a.find(id); e != nil {
				a.remove(e, true)
			} else {
				r.article = id
				r.refuse("ID", id, RuleUnknownID, "")
			}
		}
	})
}

// Replace makes articles the whole contents of the archive, at once: no reader sees a mixture. It
// retracts an article that was in the archive and is now missing or refused. Feeds that are equal
// before and after do not count as changed.
func (a *Archive) Replace(articles ...Article) error {
	return a.change(func(r *report) {
		next := make(map[string]*entry, len(articles))
		order := make([]*entry, 0, len(articles))
		for _, given := range articles {
			e := a.check(r, given)
			switch {
			case e == nil:
			case next[e.id] != nil:
				r.refuse("ID", e.article.key(), RuleDuplicateID, "RFC 4287 section 4.2.6")
			default:
				next[e.id] = e
				order = append(order, e)
			}
		}
		for _, old := range a.sortedEntries() {
			if e := next[old.id]; e == nil {
				a.remove(old, true)
			} else if !sameArticle(old.article, e.article) {
				a.remove(old, e.article.Draft)
			}
		}
		for _, e := range order {
			if a.entries[e.id] == nil {
				a.insert(r, e)
			}
		}
	})
}

// Redirect moves the feed of a scope: [Archive.Feed] returns [ErrMoved] for from and its pages, as long
// as no article is in it.
func (a *Archive) Redirect(from, to Scope) error {
	from, to = from.Current(), to.Current()
	if !from.valid() || !to.valid() || from.kind == KindSite {
		return fmt.Errorf("syndicate: redirect %q to %q: not scopes that can be redirected", from, to)
	}
	a.lock()
	defer a.mu.Unlock()
	for step, next := to, (closedScope{}); ; step = next.to {
		if step == from {
			return fmt.Errorf("syndicate: redirect %q to %q: redirects in a circle", from, to)
		}
		found := false
		if next, found = a.closed[step]; !found || next.to == step {
			break
		}
	}
	a.closed[from] = closedScope{to}
	return nil
}

// CloseScope closes the feed of a scope for good: [Archive.Feed] returns [ErrGone] for it, as long as no
// article is in it.
func (a *Archive) CloseScope(scope Scope) error {
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

// Preview returns the feed that a scope would have if drafts and future articles were public
// and nothing expired. It is for eyes that may see them.
func (a *Archive) Preview(ctx context.Context, scope Scope) (*Feed, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sel, ok := a.previewed(scope)
	if !ok || len(sel.Articles) == 0 && scope.kind != KindSite {
		return nil, &ScopeError{Scope: scope, Err: ErrNotFound}
	}
	return a.publication.Feed(scope, sel), nil
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
