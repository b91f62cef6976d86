package syndicate

import (
	"fmt"
	"slices"
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
	// it and its indexes. Checked articles do not change, so they are read without.
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

// init makes an empty archive, and the digests of the settings, which do not change.
func (a *Archive) init(publication *Publication) {
	a.publication, a.digest = publication, publication.digest()
	a.digests = make(map[Scope]fingerprint.Digest, len(publication.feeds))
	for scope, options := range publication.feeds {
		a.digests[scope] = fingerprint.Of(&options)
	}
	a.library = newLibrary(publication, a.clock)
}

// begin initializes an archive that NewArchive did not make: empty, and of a site without a URL.
func (a *Archive) begin() { a.once.Do(func() { a.init(addressless()) }) }

// read runs do with the library locked for reading and up to date with the clock.
func (a *Archive) read(do func()) {
	a.begin()
	a.library.Read(do)
}

// clock is the library's clock. [Archive.Clock] may be set after NewArchive.
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
				n.Refuse("ID", n.Key, RuleDuplicateID, "RFC 4287 section 4.2.6")
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
		a.exchange(nil, slices.DeleteFunc(arrivals, func(n arrival) bool { return last[n.ID] != n.entry }))
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
		a.exchange(slices.Collect(a.library.Entries()), arrivals)
	})
}

// Patch removes the articles named by ids, each an ID or URL, and adds articles, at once. An
// article replaces the one with its ID. Ids that the archive does not have are ignored.
func (a *Archive) Patch(ids []string, articles ...Article) error {
	return a.change(len(ids)+len(articles), articles, func(arrivals []arrival) {
		var old []*entry
		for _, id := range ids {
			old = append(old, a.find(id))
		}
		a.exchange(old, arrivals)
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
	if !a.redirects.Add(from, to) { // a redirect into a circle would have no end
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
	a.redirects.Close(scope)
	return nil
}
