package syndicate

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"iter"
	"slices"
	"sync/atomic"
	"time"

	"github.com/syndicate-go/syndicate/internal/fingerprint"
	"github.com/syndicate-go/syndicate/internal/scratch"
	"github.com/syndicate-go/syndicate/internal/shelves"
)

// How the archive is read. Articles are selected under its lock; feeds are built without it.

// Feed returns the feed of a scope, or of an archive page of it. The error is a [ScopeError] if
// there is none, or the context's.
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

// Preview returns the feed that a scope would have if drafts and future articles were public and
// nothing expired. Show it to authorized users only.
func (a *Archive) Preview(ctx context.Context, scope Scope) (*Feed, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sel := a.previewed(scope)
	if scope.page > 0 || len(sel.Articles) == 0 && scope.kind != KindSite {
		return nil, &ScopeError{Scope: scope, Err: ErrNotFound}
	}
	return a.publication.Feed(scope, sel), nil
}

// Scopes lists the scopes that have a feed; the whole site's is listed even if it is empty. To
// count the pages it builds the feeds, so the first call cleans their articles.
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

// NextChange returns when the passage of time next changes a feed: an embargo ends, an article
// expires or a tombstone is dropped. It returns the zero time if nothing is going to change.
func (a *Archive) NextChange() time.Time {
	a.read()
	defer a.mu.RUnlock()
	return timeOf(a.library.NextChange())
}

// Version returns a string that changes whenever the feed of a scope, or an archive page,
// changes. It is made of what the feed is made of: equal contents have equal versions in every
// archive and in every process of the program. For a current feed that has not changed it costs a
// look at the clock and a comparison. The error is that of [Archive.Feed].
//
// Extensions, a cleanhtml.Sanitizer and your own [Addresses] are taken to behave like other
// values of their type that hold the same. What their pointers, maps and functions refer to is
// not compared: where a site or an article has such values, its versions are unique to this
// archive, and an article that is added again has a new one.
func (a *Archive) Version(ctx context.Context, scope Scope) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	cache := func(c *caches) *cached[string] { return &c.version }
	return cachedOr(a, scope, cache, func(sel Selection) string { return a.versionOf(scope, sel) })
}

// versionOf returns the version of a selection for a scope, made of all that [Publication.Feed]
// uses.
func (a *Archive) versionOf(scope Scope, sel Selection) string {
	buffer := scratch.Get()
	defer scratch.Put(buffer)
	dst := append((*buffer)[:0], a.digest[:]...)
	dst = fingerprint.AppendText(dst, scope.String())
	if digest, own := a.digests[scope.Current()]; own {
		dst = append(dst, digest[:]...)
	}
	for _, part := range []any{&sel.Names, &sel.Description, &sel.URL, &sel.Modified, &sel.NextChange} {
		dst, _ = fingerprint.Append(dst, part)
	}
	shown := sel.Articles
	if scope.page > 0 {
		// Whether the page is closed, and whether another one follows.
		dst = binary.AppendVarint(dst, int64(min(sel.Pages-scope.Page(), 1)))
	} else {
		dst, _ = fingerprint.Append(dst, &sel.Tombstones)
		for _, article := range sel.Articles { // the feed links to the page of the first that it has no room for
			dst = binary.AppendUvarint(dst, uint64(sel.PageOf(article)))
		}
		shown = shown[:min(len(shown), a.publication.FeedLimit(scope))]
	}
	for _, article := range shown {
		dst = append(dst, article.fingerprint()[:]...)
	}
	*buffer = dst
	sum := sha256.Sum256(dst)
	return base64.RawURLEncoding.EncodeToString(sum[:len(fingerprint.Digest{})])
}

// digest returns the digest of the settings that all feeds of the publication share.
func (p *Publication) digest() fingerprint.Digest {
	shared := p.site
	shared.Scopes, shared.Warn = nil, nil
	return fingerprint.Of(&shared)
}

// fingerprint returns the digest of an article that has been checked. The first call computes it.
func (a *Article) fingerprint() *fingerprint.Digest {
	c := a.checked
	if known := c.digest.Load(); known != nil {
		return known
	}
	bare := *a
	bare.checked = nil
	digest := fingerprint.Of(&bare)
	c.digest.CompareAndSwap(nil, &digest) // concurrent first calls all return the same pointer
	return c.digest.Load()
}

// feed returns the feed of a scope or page. Its readers get copies.
func (a *Archive) feed(scope Scope) (*Feed, error) {
	cache := func(c *caches) *cached[*Feed] { return &c.feed }
	return cachedOr(a, scope, cache, func(sel Selection) *Feed { return a.publication.Feed(scope, sel) })
}

// caches holds what was last made for the current feed of a scope.
type caches struct {
	feed    cached[*Feed]
	shown   cached[[]*Article] // its articles, so that they are still in memory when the feed is requested
	version cached[string]
}

// cached holds a value that was made of an index, and the index's stamp.
type cached[T any] struct{ atomic.Pointer[stamped[T]] }

type stamped[T any] struct {
	stamp uint64
	value T
}

// cachedOr returns what build makes of a scope or page. For a current feed it returns the cached
// value unless the index has changed. The lock is held while articles are selected, but not while
// build runs.
func cachedOr[T any](a *Archive, scope Scope, cache func(*caches) *cached[T], build func(Selection) T) (T, error) {
	value, from, err := lookUp(a, scope, cache)
	if from == nil {
		return value, err
	}
	value = build(from.Selection)
	if scope.page == 0 {
		a.mu.RLock()
		defer a.mu.RUnlock()
		if from.index.Stamp() == from.stamp { // otherwise the index has changed, and may be empty
			cache(&from.index.Cache).Store(&stamped[T]{from.stamp, value})
		}
	}
	return value, nil
}

// selected is what a feed is made of, with the index that it comes from.
type selected struct {
	Selection
	index *index
	stamp uint64
}

// lookUp returns the cached value if it is up to date, or else what to build a new one from.
func lookUp[T any](a *Archive, scope Scope, cache func(*caches) *cached[T]) (value T, from *selected, err error) {
	a.read()
	defer a.mu.RUnlock()
	ix := a.library.Index(scope.Current())
	if ix == nil || ix.Len() == 0 && scope.kind != KindSite {
		return value, nil, a.absent(scope)
	}
	stamp := ix.Stamp()
	if last := cache(&ix.Cache).Load(); scope.page == 0 && last != nil && last.stamp == stamp {
		return last.value, nil, nil
	}
	sel, ok := a.selection(ix, scope)
	if !ok {
		return value, nil, &ScopeError{Scope: scope, Err: ErrNotFound}
	}
	return value, &selected{sel, ix, stamp}, nil
}

// previewed returns what a current feed would be made of if every article were visible.
func (a *Archive) previewed(scope Scope) Selection {
	a.read()
	defer a.mu.RUnlock()
	sel, _ := a.selection(a.library.Unveiled(scope.Current()), scope.Current())
	sel.PageOf = nil
	return sel
}

// infos lists the scopes that have a feed. The page that is being filled counts if the size limit
// keeps the current feed from reaching down to the closed pages: then the feed links to it.
func (a *Archive) infos() []ScopeInfo {
	infos, open := a.listed()
	for i := range infos {
		if open[i] < 2 {
			continue
		}
		scope := infos[i].Scope
		cache := func(c *caches) *cached[[]*Article] { return &c.shown }
		shown, err := cachedOr(a, scope, cache, func(sel Selection) []*Article {
			return a.publication.Feed(scope, sel).Articles
		})
		if err == nil && len(shown) < open[i] {
			infos[i].Pages++
		}
	}
	return infos
}

// listed lists the scopes that have a feed, with their closed pages, and how many articles of
// each are on no closed page.
func (a *Archive) listed() (infos []ScopeInfo, open []int) {
	a.read()
	defer a.mu.RUnlock()
	indexes := slices.SortedFunc(a.library.Indexes(), func(a, b *index) int { return a.Key.Compare(b.Key) })
	for _, ix := range indexes {
		if ix.Len() == 0 && ix.Key.kind != KindSite {
			continue
		}
		infos = append(infos, ScopeInfo{
			Scope:    ix.Key,
			Title:    a.publication.FeedTitle(ix.Key, namesOf(ix)),
			Count:    ix.Len(),
			Pages:    len(ix.Ends()),
			Modified: timeOf(ix.Modified()),
		})
		open = append(open, ix.Open())
	}
	return infos, open
}

// selection returns what the site makes a feed of; false if the index has no such page.
func (a *Archive) selection(ix *index, scope Scope) (Selection, bool) {
	facts, ends := ix.Facts(), ix.Ends()
	sel := Selection{
		Names:       namesOf(ix),
		Description: facts.Description,
		URL:         facts.URL,
		Pages:       len(ends),
		PageOf: func(article *Article) int {
			return shelves.PageOf(ends, shelves.Place{Published: article.Published.Unix(), Key: article.key()})
		},
		Modified:   timeOf(ix.Modified()),
		NextChange: timeOf(ix.NextChange()),
	}
	for _, stone := range ix.Tombstones() {
		sel.Tombstones = append(sel.Tombstones, Tombstone{ID: stone.Key, When: timeOf(stone.When)})
	}
	if scope.page == 0 {
		sel.Articles = ix.Newest(a.publication.FeedLimit(scope) + 1)
		return sel, true
	}
	var ok bool
	sel.Articles, ok = ix.Page(scope.Page())
	return sel, ok
}

// namesOf returns the names that a scope is shown with, for [Selection].
func namesOf(ix *index) []string {
	if ix.Key.kind == KindSite {
		return nil
	}
	return ix.Names()
}

// absent returns the error for a scope without articles.
func (a *Archive) absent(scope Scope) error {
	closed, found := a.closed[scope.Current()]
	switch {
	case !found:
		return &ScopeError{Scope: scope, Err: ErrNotFound}
	case closed.to == scope.Current():
		return &ScopeError{Scope: scope, Err: ErrGone}
	}
	to := closed.to
	for {
		next, found := a.closed[to]
		if ix := a.library.Index(to); !found || next.to == to || ix != nil && ix.Len() > 0 {
			break
		}
		to = next.to
	}
	if ix := a.library.Index(to); ix != nil && scope.Page() <= len(ix.Ends()) {
		to = to.AtPage(scope.Page())
	}
	return &ScopeError{Scope: scope, Moved: to, Err: ErrMoved}
}
