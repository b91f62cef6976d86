package syndicate

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/syndicate-go/syndicate/internal/fingerprint"
	"github.com/syndicate-go/syndicate/internal/shelves"
)

// How the archive is read. Articles are selected under its lock; feeds are built without it.

// Feed returns the feed of a scope, or of an archive page of it. The error is a [ScopeError] if
// there is none, or the context's.
func (a *Archive) Feed(ctx context.Context, scope Scope) (*Feed, error) {
	feed, err := a.feed(ctx, scope)
	if err != nil {
		return nil, err
	}
	return feed.copy(), nil // the lists in it are the caller's to change
}

// Preview returns the feed that a scope would have if drafts and future articles were public and
// nothing expired. Show it to authorized users only.
func (a *Archive) Preview(ctx context.Context, scope Scope) (feed *Feed, err error) {
	if err = ctx.Err(); err != nil {
		return nil, err
	}
	var sel Selection
	a.read(func() {
		sel, err = a.selection(a.library.Unveiled(scope.Current(), a.publication.FeedLimit(scope)+1), scope)
	})
	if err != nil || scope.page > 0 {
		return nil, &ScopeError{Scope: scope, Err: ErrNotFound} // not that it has moved, or is gone
	}
	sel.PageOf = nil // the feed has no archive pages
	return a.publication.Feed(scope, sel), nil
}

// Scopes lists the scopes that have a feed; the whole site's is listed even if it is empty. To
// count the pages it builds the feeds, so the first call cleans their articles.
func (a *Archive) Scopes(ctx context.Context) iter.Seq2[ScopeInfo, error] {
	return func(yield func(ScopeInfo, error) bool) {
		for _, info := range a.infos(ctx) {
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

// Articles returns all articles, newest first, including drafts, future and expired ones.
func (a *Archive) Articles() (all []Article) {
	a.read(func() {
		for article := range a.library.Index(Everything()).Filed() {
			all = append(all, *article)
		}
	})
	slices.SortFunc(all, func(a, b Article) int { return newestFirst(&a, &b) })
	return all
}

// NextChange returns when the passage of time next changes a feed: an embargo ends, an article
// expires or a tombstone is dropped. It returns the zero time if nothing is going to change.
func (a *Archive) NextChange() (next time.Time) {
	a.read(func() { next = shelves.TimeOf(a.library.NextChange()) })
	return next
}

// Changes yields the scopes whose feeds changed, sorted: after Add, Update, Remove and Replace,
// and when the passage of time changes something. It watches from the start of the loop until ctx
// ends or the loop is left. Changes that happen while the loop's body runs are yielded together.
func (a *Archive) Changes(ctx context.Context) iter.Seq[[]Scope] {
	a.begin()
	return a.library.Changes(ctx, Scope.Compare)
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
	cache := func(c *caches) *shelves.Cached[string] { return &c.version }
	return made(ctx, a, scope, cache, func(p picked) string { return p.archive.versionOf(p.scope, p.Selection) })
}

// versionOf returns the version of a selection for a scope: the digest of all that
// [Publication.Feed] makes a feed of, and of nothing else, so that a feed that stays the same keeps
// its version. Articles and settings count by their own digests, which are computed once.
func (a *Archive) versionOf(scope Scope, sel Selection) string {
	parts := struct {
		Publication, Options fingerprint.Digest
		Scope                Scope
		Articles             []fingerprint.Digest
		Pages                []int     // that the articles are on
		Rest                 Selection // without articles and functions
	}{Publication: a.digest, Options: a.digests[scope.Current()], Scope: scope}
	shown := sel.Articles
	if scope.page > 0 {
		// Of the number of pages it only matters whether this one is closed, and whether another
		// one follows. What time brings next to the scope need not concern this page.
		sel.Pages, sel.NextChange = min(sel.Pages-scope.Page(), 1), time.Time{}
	} else {
		// The feed links to the page of the first article that it has no room for. Which one that
		// is depends on their sizes, which are not known before the feed is made.
		for _, article := range sel.Articles {
			parts.Pages = append(parts.Pages, sel.PageOf(article))
		}
		sel.Pages = 0
		shown = shown[:min(len(shown), a.publication.FeedLimit(scope))]
	}
	for _, article := range shown {
		parts.Articles = append(parts.Articles, article.fingerprint())
	}
	sel.Articles, sel.PageOf = nil, nil
	parts.Rest = sel
	return fingerprint.Of(&parts).String()
}

// digest returns the digest of the settings that all feeds of the publication share.
func (p *Publication) digest() fingerprint.Digest {
	shared := p.site
	shared.Scopes, shared.Warn = nil, nil
	return fingerprint.Of(&shared)
}

// fingerprint returns the digest of an article that has been checked. The first call computes it.
func (a *Article) fingerprint() fingerprint.Digest {
	c := a.checked
	if known := c.digest.Load(); known != nil {
		return *known
	}
	bare := *a
	bare.checked = nil
	digest := fingerprint.Of(&bare)
	c.digest.CompareAndSwap(nil, &digest) // concurrent first calls all return the same digest
	return *c.digest.Load()
}

// feed returns the feed of a scope or page. Its readers get copies.
func (a *Archive) feed(ctx context.Context, scope Scope) (*Feed, error) {
	cache := func(c *caches) *shelves.Cached[*Feed] { return &c.feed }
	return made(ctx, a, scope, cache, func(p picked) *Feed { return p.archive.publication.Feed(p.scope, p.Selection) })
}

// caches holds what was last made for the current feed of a scope. The library keeps it with the
// scope's index and clears it when the last article leaves.
type caches struct {
	feed    shelves.Cached[*Feed]
	version shelves.Cached[string]
}

// picked is what a feed or version is made of, with everything that making it needs: a function
// that needs no more costs no memory where the result is cached.
type picked struct {
	archive *Archive
	scope   Scope
	Selection
}

// made returns what build makes of a scope or page. The value is cached for a current feed until
// the index changes. The lock is held while articles are selected, but not while build runs:
// cleaning and encoding articles takes a thousand times as long, and calls the program's code.
func made[T any](
	ctx context.Context, a *Archive, scope Scope, cache func(*caches) *shelves.Cached[T], build func(picked) T,
) (T, error) {
	a.begin()
	if scope.page > 0 {
		cache = nil // a page is requested once in a while by a reader that wants the past
	}
	pick := func(ix *index) (picked, error) {
		sel, err := a.selection(ix, scope)
		return picked{a, scope, sel}, err
	}
	return shelves.Make(ctx, a.library, scope.Current(), cache, pick, build)
}

// infos lists the scopes that have a feed, in order. The page that is being filled counts if the
// size limit keeps the current feed above the closed pages: then the feed links to it.
func (a *Archive) infos(ctx context.Context) (infos []ScopeInfo) {
	open := map[Scope]int{} // articles of each scope that are on no closed page
	a.read(func() {
		for ix := range a.library.Indexes() {
			if ix.Len() == 0 && ix.Key.kind != KindSite {
				continue
			}
			infos = append(infos, ScopeInfo{
				Scope:    ix.Key,
				Title:    a.publication.FeedTitle(ix.Key, namesOf(ix)),
				Count:    ix.Len(),
				Pages:    len(ix.Ends()),
				Modified: shelves.TimeOf(ix.Modified()),
			})
			if n := ix.Open(); n > 1 { // a feed shows at least one article
				open[ix.Key] = n
			}
		}
	})
	slices.SortFunc(infos, func(a, b ScopeInfo) int { return a.Scope.Compare(b.Scope) })
	// The size of a feed is not known before the feed is made. Feeds are made without the lock, and
	// are cached: a program that lists the scopes usually reads the feeds next.
	for i, info := range infos {
		if n := open[info.Scope]; n > 1 {
			if feed, err := a.feed(ctx, info.Scope); err == nil && len(feed.Articles) < n {
				infos[i].Pages++
			}
		}
	}
	return infos
}

// selection returns what the publication makes a feed of. The error is a [ScopeError] if the index
// is nil, empty or has no such page. The whole site has a feed even if it is empty.
func (a *Archive) selection(ix *index, scope Scope) (Selection, error) {
	if ix == nil || ix.Len() == 0 && scope.kind != KindSite {
		return Selection{}, a.absent(scope)
	}
	facts, ends := ix.Facts(), ix.Ends()
	// Ends of pages are only ever appended, so PageOf may be called without the lock.
	sel := Selection{
		Names:       namesOf(ix),
		Description: facts.Description,
		URL:         facts.URL,
		Pages:       len(ends),
		PageOf: func(article *Article) int {
			return shelves.PageOf(ends, shelves.Place{Published: article.Published.Unix(), Key: article.key()})
		},
		Modified:   shelves.TimeOf(ix.PageModified(scope.Page())),
		NextChange: shelves.TimeOf(ix.NextChange()),
	}
	if scope.page > 0 { // archive pages announce no removals
		var ok bool
		if sel.Articles, ok = ix.Page(scope.Page()); !ok {
			return Selection{}, &ScopeError{Scope: scope, Err: ErrNotFound}
		}
		return sel, nil
	}
	// More than fit into a quarter of the feed: each takes 50 bytes at least.
	for stone := range ix.Tombstones(a.publication.options(scope).MaxBytes / 200) {
		sel.Tombstones = append(sel.Tombstones, Tombstone{ID: stone.Key, When: shelves.TimeOf(stone.When)})
	}
	// One more than the feed shows: if it is on an older page, the feed links to that page.
	sel.Articles = ix.Newest(a.publication.FeedLimit(scope) + 1)
	return sel, nil
}

// namesOf returns the names that a scope is shown with, for [Selection]. If articles spell a name
// differently, the library decides for the smallest in byte order. The whole site has none:
// its feed goes by the site's title.
func namesOf(ix *index) []string {
	if ix.Key.kind == KindSite {
		return nil
	}
	return ix.Names()
}

// absent returns the error for a scope without articles. A page of a scope that was redirected
// leads to the page of the same number, if there is one.
func (a *Archive) absent(scope Scope) error {
	to, found := a.redirects.Follow(scope.Current(), func(to Scope) bool {
		ix := a.library.Index(to)
		return ix != nil && ix.Len() > 0
	})
	switch {
	case !found:
		return &ScopeError{Scope: scope, Err: ErrNotFound}
	case to == scope.Current():
		return &ScopeError{Scope: scope, Err: ErrGone}
	}
	if ix := a.library.Index(to); ix != nil && scope.Page() <= len(ix.Ends()) {
		to = to.AtPage(scope.Page())
	}
	return &ScopeError{Scope: scope, Moved: to, Err: ErrMoved}
}
