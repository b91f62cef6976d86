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
// Embargoes and expiry are evaluated on each call; those due during a large change, after it.
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

	once        sync.Once // for what follows, none of which is replaced
	publication *Publication
	digest      fingerprint.Digest           // of the publication
	digests     map[Scope]fingerprint.Digest // of the settings of scopes that have their own

	// The library files articles under their scopes and finds them by ID and URL. Its locks guard
	// it, its indexes and the redirects. Checked articles do not change, so they are read without.
	library   *library
	redirects shelves.Redirects[Scope]
}

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

// init makes an empty archive. Settings do not change, so what versions need of them is computed
// once.
func (a *Archive) init(publication *Publication) {
	a.publication = publication
	a.digest = publication.digest()
	a.digests = make(map[Scope]fingerprint.Digest, len(publication.feeds))
	for scope, options := range publication.feeds {
		a.digests[scope] = fingerprint.Of(&options)
	}
	a.library = newLibrary(publication, a.clock)
	a.redirects = shelves.Redirects[Scope]{}
}

// begin initializes an archive that NewArchive did not make: it is empty, and its site has no
// address.
func (a *Archive) begin() { a.once.Do(func() { a.init(addressless()) }) }

// read runs do with the library locked for reading. It is up to date then: what the passage of
// time has brought has been done.
func (a *Archive) read(do func()) {
	a.begin()
	a.library.Read(do)
}

// clock is the library's clock. [Archive.Clock] may be set after NewArchive, so it is read each
// time.
func (a *Archive) clock() time.Time {
	if a.Clock != nil {
		return a.Clock()
	}
	return time.Now()
}

// Publication returns the checked settings.
func (a *Archive) Publication() *Publication {
	a.begin()
	return a.publication
}

// Add adds articles. The error is a [Problems] that names the articles that were refused; the
// others are added. Warnings go to [Site.Warn].
func (a *Archive) Add(articles ...Article) error {
	return a.change(len(articles), articles, func(arrivals []arrival) {
		for _, n := range arrivals {
			if a.library.Entry(n.ID) != nil {
				n.duplicate()
			} else {
				a.insert(n)
			}
		}
	})
}

// Update replaces articles with new versions, found by ID (or by URL, if they have none). It
// refuses an article that the archive does not have. An article that becomes a draft is
// retracted.
func (a *Archive) Update(articles ...Article) error {
	return a.change(len(articles), articles, func(arrivals []arrival) {
		last := map[string]*entry{} // the version of each article that counts
		for _, n := range arrivals {
			if a.library.Entry(n.ID) == nil {
				n.Refuse("ID", n.Key, RuleUnknownID, "")
			} else {
				last[n.ID] = n.entry
			}
		}
		// An old version goes without a tombstone, unless the article is a draft now.
		for _, n := range arrivals {
			if last[n.ID] == n.entry && a.differs(n.entry) {
				a.library.Remove(a.library.Entry(n.ID), n.Hidden)
				a.insert(n)
			}
		}
	})
}

// Remove retracts articles, each named by its ID or URL. The error names the ids that the archive
// does not have. If [Site.Tombstones] is set, Atom feeds announce the removal.
func (a *Archive) Remove(ids ...string) error {
	var r report
	a.begin()
	a.library.Change(len(ids), func() {
		for _, id := range ids {
			if e := a.find(id); e != nil {
				a.library.Remove(e, true)
			} else {
				r.Article = id
				r.Refuse("ID", id, RuleUnknownID, "")
			}
		}
	})
	return r.err()
}

// Replace makes articles the whole contents of the archive, at once: no reader sees a mixture, and
// none waits. It retracts an article that was in the archive and is now missing or refused. Feeds
// that are equal before and after do not count as changed.
func (a *Archive) Replace(articles ...Article) error {
	return a.change(1<<30, articles, func(arrivals []arrival) {
		next := make(map[string]*entry, len(arrivals))
		for _, n := range arrivals {
			if next[n.ID] != nil {
				n.duplicate()
			} else {
				next[n.ID] = n.entry
			}
		}
		// What leaves the archive leaves it first, so that no warning says that an address or a
		// slug is taken by an article that is gone. The order makes archives of one history equal.
		byID := func(a, b *entry) int { return strings.Compare(a.ID, b.ID) }
		for _, old := range slices.SortedFunc(a.library.Entries(), byID) {
			if e := next[old.ID]; e == nil || a.differs(e) {
				a.library.Remove(old, e == nil || e.Hidden)
			}
		}
		for _, n := range arrivals {
			if a.library.Entry(n.ID) == nil {
				a.insert(n)
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
	added := false // a redirect into a circle would have no end
	a.library.Change(0, func() { added = a.redirects.Add(from, to) })
	if !added {
		return fmt.Errorf("syndicate: redirect %q to %q: redirects in a circle", from, to)
	}
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
	a.library.Change(0, func() { a.redirects.Close(scope) })
	return nil
}
