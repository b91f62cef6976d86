package syndicate

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/syndicate-go/syndicate/internal/fingerprint"
	"github.com/syndicate-go/syndicate/internal/shelves"
)

// Archive is a [Source] that holds a publication's articles in memory. It is safe for concurrent
// use. Create one with [NewArchive]; the zero Archive has no site URL and rejects relative URLs.
// Embargoes and expiry are evaluated on each call.
//
// Archive pages (RFC 5005) are counted from the oldest article. Once closed, a page keeps its
// ends for the life of the archive: an article that is added with an older date makes the page of
// its time larger, and one that is removed leaves a gap. To get pages of exactly Limit articles,
// add the articles that exist with NewArchive or [Archive.Replace], or before the first feed is
// requested.
//
// Memory holds the articles, about 100 bytes of index per article and scope, and the cleaned and
// encoded form of the articles in current feeds. That form is made when a feed or
// [Archive.Scopes] is first requested, shared by all feeds, and freed when no feed or reader uses
// it.
type Archive struct {
	// Clock returns the time. Set it before first use. It must not call the Archive. Default:
	// time.Now.
	Clock func() time.Time

	once        sync.Once
	publication *Publication
	digest      fingerprint.Digest           // of the publication
	digests     map[Scope]fingerprint.Digest // of the settings of scopes that have their own

	mu       sync.RWMutex // guards what follows
	library  *library
	urls     map[string]*entry   // by URL; the last one if several articles have it
	twins    map[string][]*entry // the others that have the URL, in the order in which they were added
	closed   map[Scope]closedScope
	watchers map[*watcher]struct{}
}

// closedScope is a scope that was redirected; closed for good if to is the scope itself.
type closedScope struct{ to Scope }

// NewArchive returns an archive with the articles that can be published. The error is a
// [Problems] that names the articles that were refused; the archive holds the others. It is nil
// only if the site itself was refused. Warnings go to [Site.Warn].
func NewArchive(site Site, articles ...Article) (*Archive, error) {
	publication, err := site.Check()
	if err != nil {
		return nil, err
	}
	a := new(Archive)
	a.once.Do(func() { a.init(publication) })
	return a, a.Add(articles...)
}

func (a *Archive) init(publication *Publication) {
	a.publication = publication
	a.digest = publication.digest()
	a.digests = make(map[Scope]fingerprint.Digest, len(publication.feeds))
	for scope, options := range publication.feeds {
		a.digests[scope] = fingerprint.Of(&options)
	}
	a.library = newLibrary(publication)
	a.urls = map[string]*entry{}
	a.twins = map[string][]*entry{}
	a.closed = map[Scope]closedScope{}
	a.watchers = map[*watcher]struct{}{}
}

// begin initializes an archive that NewArchive did not make: it is empty, and its site has no
// address.
func (a *Archive) begin() {
	a.once.Do(func() { a.init(addressless()) })
}

// change runs a change of the articles under the lock. Warnings are passed on after it, so that
// [Site.Warn] may call the archive.
func (a *Archive) change(do func(*report)) error {
	a.begin()
	var r report
	func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.library.Advance(a.clock().Unix())
		do(&r)
		a.settle()
	}()
	a.publication.warn(r.problems)
	return r.err()
}

// read locks the archive for reading, after doing what the passage of time has brought. The first
// call starts the library's clock.
func (a *Archive) read() {
	a.begin()
	now := a.clock().Unix()
	a.mu.RLock()
	if a.library.UpToDate(now) {
		return
	}
	a.mu.RUnlock()
	a.mu.Lock()
	now = a.clock().Unix()
	a.library.Start(now)
	a.library.Advance(now)
	a.settle()
	a.mu.Unlock()
	a.mu.RLock()
}

// settle ends a change of the library and notifies the watchers.
func (a *Archive) settle() {
	changed := a.library.Settle()
	next := timeOf(a.library.NextChange())
	for w := range a.watchers {
		w.add(changed, next)
	}
}

func (a *Archive) clock() time.Time {
	if a.Clock != nil {
		return a.Clock()
	}
	return time.Now()
}

// timeOf returns the time that a library means, the zero time for none.
func timeOf(seconds int64) time.Time {
	if seconds == shelves.Never || seconds == shelves.Unset {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// Publication returns the checked settings.
func (a *Archive) Publication() *Publication {
	a.begin()
	return a.publication
}

// Add adds articles. The error is a [Problems] that names the articles that were refused; the
// others are added. Warnings go to [Site.Warn].
func (a *Archive) Add(articles ...Article) error {
	return a.change(func(r *report) {
		for _, given := range articles {
			e := a.check(r, given)
			switch {
			case e == nil:
			case a.library.Entry(e.ID) != nil:
				r.refuse("ID", e.Key, RuleDuplicateID, "RFC 4287 section 4.2.6")
			default:
				a.insert(r, e)
			}
		}
	})
}

// Update replaces articles with new versions, found by ID (or by URL, if they have none). It
// refuses an article that the archive does not have. An article that becomes a draft is
// retracted.
func (a *Archive) Update(articles ...Article) error {
	return a.change(func(r *report) {
		versions := map[string]*entry{} // the last of each article
		var order []*entry
		for _, given := range articles {
			e := a.check(r, given)
			switch {
			case e == nil:
			case a.library.Entry(e.ID) == nil:
				r.refuse("ID", e.Key, RuleUnknownID, "")
			default:
				versions[e.ID] = e
				order = append(order, e)
			}
		}
		for _, e := range order {
			old := a.library.Entry(e.ID)
			if versions[e.ID] == e && !sameArticle(old.Value, e.Value) {
				a.remove(old, e.Hidden)
				a.insert(r, e)
			}
		}
	})
}

// Remove retracts articles, each named by its ID or URL. The error names the ids that the archive
// does not have. If [Site.Tombstones] is set, Atom feeds announce the removal.
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
			case next[e.ID] != nil:
				r.refuse("ID", e.Key, RuleDuplicateID, "RFC 4287 section 4.2.6")
			default:
				next[e.ID] = e
				order = append(order, e)
			}
		}
		byID := func(a, b *entry) int { return strings.Compare(a.ID, b.ID) }
		for _, old := range slices.SortedFunc(a.library.Entries(), byID) {
			if e := next[old.ID]; e == nil {
				a.remove(old, true)
			} else if !sameArticle(old.Value, e.Value) {
				a.remove(old, e.Hidden)
			}
		}
		for _, e := range order {
			if a.library.Entry(e.ID) == nil {
				a.insert(r, e)
			}
		}
	})
}

// Redirect moves the feed of a scope: [Archive.Feed] returns [ErrMoved] for from and its pages,
// as long as no article is in it.
func (a *Archive) Redirect(from, to Scope) error {
	from, to = from.Current(), to.Current()
	if !from.valid() || !to.valid() || from.kind == KindSite {
		return fmt.Errorf("syndicate: redirect %q to %q: not scopes that can be redirected", from, to)
	}
	a.begin()
	a.mu.Lock()
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

// CloseScope closes the feed of a scope for good: [Archive.Feed] returns [ErrGone] for it, as
// long as no article is in it.
func (a *Archive) CloseScope(scope Scope) error {
	scope = scope.Current()
	if !scope.valid() || scope.kind == KindSite {
		return fmt.Errorf("syndicate: close %q: not a scope that can be closed", scope)
	}
	a.begin()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed[scope] = closedScope{scope}
	return nil
}
