package syndicate

import (
	"slices"
	"sync/atomic"
)

// What the archive's readers are told, gathered under its lock.

// feed returns the feed of a scope or page, for its readers to copy.
func (a *Archive) feed(scope Scope) (*Feed, error) {
	return made(a, scope, func(s *shelf) *keeper[*Feed] { return &s.feed }, func(sel Selection) *Feed { return a.publication.Feed(scope, sel) })
}

// keeper keeps what was made of a shelf last, for the current feed.
type keeper[T any] struct{ atomic.Pointer[kept[T]] }

type kept[T any] struct {
	stamp uint64 // see [shelf.stamp]
	value T
}

// made returns what build makes of a scope or page; of a current feed only when something about it has changed since it
// was made last. What build needs is gathered under the lock, and it runs without.
func made[T any](a *Archive, scope Scope, keeperOf func(*shelf) *keeper[T], build func(Selection) T) (value T, err error) {
	s, sel, stamp, last, err := selected(a, scope, keeperOf)
	switch {
	case err != nil:
		return value, err
	case last != nil:
		return last.value, nil
	}
	value = build(sel)
	if scope.page == 0 {
		a.mu.RLock()
		defer a.mu.RUnlock()
		if s.stamp() == stamp { // it may have become another while this was made, or empty
			keeperOf(s).Store(&kept[T]{stamp, value})
		}
	}
	return value, nil
}

// selected gathers what a feed is made of, unless what was made last is right still.
func selected[T any](a *Archive, scope Scope, keeperOf func(*shelf) *keeper[T]) (s *shelf, sel Selection, stamp uint64, last *kept[T], err error) {
	a.read()
	defer a.mu.RUnlock()
	s = a.shelves[scope.Current()]
	if s == nil || s.articles.size == 0 && scope.kind != KindSite {
		return nil, sel, 0, nil, a.absent(scope)
	}
	stamp = s.stamp()
	if last = keeperOf(s).Load(); scope.page == 0 && last != nil && last.stamp == stamp {
		return s, sel, stamp, last, nil
	}
	sel, ok := selection(s, scope)
	if !ok {
		err = &ScopeError{Scope: scope, Err: ErrNotFound}
	}
	return s, sel, stamp, nil, err
}

// stamp changes whenever anything changes that the scope's feeds are made of: its own shelf, and for a
// category the names of those above.
func (s *shelf) stamp() (stamp uint64) {
	stamp = s.version
	for above := s.parent; above != nil; above = above.parent {
		stamp = max(stamp, above.named)
	}
	return stamp
}

func (a *Archive) previewed(scope Scope) (Selection, bool) {
	a.read()
	defer a.mu.RUnlock()
	shelves := map[Scope]*shelf{}
	var s *shelf
	changes := new(uint64) // none that count
	for _, at := range append(scope.Ancestors(), scope) {
		s = newShelf(at, s, a.publication.FeedLimit(at), changes)
		shelves[at] = s
	}
	for _, e := range a.entries {
		for _, t := range e.terms {
			if s := shelves[t.scope]; s != nil {
				s.articles.add(e)
				s.term(t.claim).count(1, 1)
			}
		}
	}
	sel, ok := selection(s, scope)
	sel.PageOf = nil
	return sel, ok && scope.page == 0
}

// infos lists the scopes that have a feed. The page that is being filled counts where the size limit keeps
// the current feed from reaching down to the closed ones: then it is linked.
func (a *Archive) infos() []ScopeInfo {
	infos, open := a.indexed()
	for i := range infos {
		if open[i] < 2 {
			continue
		}
		scope := infos[i].Scope
		shown, err := made(a, scope, func(s *shelf) *keeper[[]*Article] { return &s.shown }, func(sel Selection) []*Article { return a.publication.Feed(scope, sel).Articles })
		if err == nil && len(shown) < open[i] {
			infos[i].Pages++
		}
	}
	return infos
}

// indexed lists what the index knows, and how many articles of each scope are on no closed page.
func (a *Archive) indexed() (infos []ScopeInfo, open []int) {
	a.read()
	defer a.mu.RUnlock()
	for _, scope := range sortedScopes(a.shelves) {
		s := a.shelves[scope]
		if s.articles.size == 0 && scope.kind != KindSite {
			continue
		}
		infos = append(infos, ScopeInfo{
			Scope:    scope,
			Title:    a.publication.FeedTitle(scope, s.goesBy()),
			Count:    s.articles.size,
			Pages:    len(s.pageEnds),
			Modified: s.modified,
		})
		open = append(open, s.open)
	}
	return infos, open
}

// selection gathers what the site needs to make a feed of a shelf; false when it has no such page.
func selection(s *shelf, scope Scope) (Selection, bool) {
	facts := s.facts()
	ends := s.pageEnds[:len(s.pageEnds):len(s.pageEnds)]
	sel := Selection{
		Names:       s.goesBy(),
		Description: facts.description,
		URL:         facts.url,
		Pages:       len(ends),
		PageOf:      func(article *Article) int { return pageOf(ends, placeOf(article)) },
		Tombstones:  slices.Clone(s.tombstones),
		Modified:    s.modified,
	}
	if s.events != nil {
		next, _ := s.events.Min()
		sel.NextChange = next.at
	}
	if scope.page == 0 {
		sel.Articles = s.newest(s.size + 1)
		return sel, true
	}
	var ok bool
	sel.Articles, ok = s.page(int(scope.page))
	return sel, ok
}

// goesBy returns the names that a scope goes by: for a category those of its ancestors first.
func (s *shelf) goesBy() (names []string) {
	if s.scope.kind == KindSite {
		return nil
	}
	for ; s != nil; s = s.parent {
		names = append(names, s.facts().name)
	}
	slices.Reverse(names)
	return names
}

// absent says what became of a scope without articles.
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
		if s := a.shelves[to]; !found || next.to == to || s != nil && s.articles.size > 0 {
			break
		}
		to = next.to
	}
	if s := a.shelves[to]; s != nil && scope.Page() <= len(s.pageEnds) {
		to = to.AtPage(scope.Page())
	}
	return &ScopeError{Scope: scope, Moved: to, Err: ErrMoved}
}
