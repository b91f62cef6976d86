package syndicate

import (
	"cmp"
	"slices"
)

// What the archive's readers are told, gathered under its lock.

// feed returns the feed of a scope or page, for its readers to copy. A current feed is made anew only when
// something about it has changed.
func (a *Archive) feed(scope Scope) (*Feed, error) {
	s, sel, stamp, err := a.selected(scope)
	if err != nil {
		return nil, err
	}
	if made := s.made.Load(); scope.page == 0 && made != nil && made.stamp == stamp {
		return made.feed, nil
	}
	feed := a.site.Feed(scope, sel)
	if scope.page == 0 {
		s.made.Store(&madeFeed{stamp, feed})
	}
	return feed, nil
}

// selected gathers under the lock what a feed is made of without it; nothing where it is made already.
func (a *Archive) selected(scope Scope) (s *shelf, sel Selection, stamp uint64, err error) {
	a.read()
	defer a.mu.RUnlock()
	s = a.shelves[scope.Current()]
	if s == nil || s.articles.Len() == 0 && scope.kind != KindSite {
		return nil, sel, 0, a.absent(scope)
	}
	stamp = a.stamp(s)
	if made := s.made.Load(); scope.page == 0 && made != nil && made.stamp == stamp {
		return s, sel, stamp, nil
	}
	sel, ok := selection(a.shelves, s, scope)
	if !ok {
		return nil, sel, 0, &ScopeError{Scope: scope, Err: ErrNotFound}
	}
	return s, sel, stamp, nil
}

// stamp changes whenever anything changes that the scope's feeds are made of: its own shelf, and for a
// category the names of those above.
func (a *Archive) stamp(s *shelf) uint64 {
	stamp := s.version
	if s.scope.kind == KindCategory {
		for _, above := range s.scope.Ancestors() {
			if up := a.shelves[above]; up != nil {
				stamp += up.version
			}
		}
	}
	return stamp
}

func (a *Archive) previewed(scope Scope) (Selection, bool) {
	a.read()
	defer a.mu.RUnlock()
	shelves := map[Scope]*shelf{}
	for _, above := range append(scope.Ancestors(), scope) {
		shelves[above] = newShelf(above, a.site.FeedLimit(above))
	}
	for _, e := range a.entries {
		for _, t := range e.terms {
			if s := shelves[t.scope]; s != nil {
				s.articles.Set(e)
				s.count(t, 1, 1)
			}
		}
	}
	sel, ok := selection(shelves, shelves[scope], scope)
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
		if feed, err := a.feed(infos[i].Scope); err == nil && len(feed.Articles) < open[i] {
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
		if s.articles.Len() == 0 && scope.kind != KindSite {
			continue
		}
		infos = append(infos, ScopeInfo{
			Scope:    scope,
			Title:    cmp.Or(a.site.options(scope).Title, a.site.title(scope, names(a.shelves, s))),
			Count:    s.articles.Len(),
			Pages:    len(s.pageEnds),
			Modified: s.modified,
		})
		open = append(open, s.open)
	}
	return infos, open
}

// selection gathers what the site needs to make a feed of a shelf; false when it has no such page.
func selection(shelves map[Scope]*shelf, s *shelf, scope Scope) (Selection, bool) {
	facts := s.facts()
	ends := s.pageEnds[:len(s.pageEnds):len(s.pageEnds)]
	sel := Selection{
		Names:       names(shelves, s),
		Description: facts.description,
		URL:         facts.url,
		Pages:       len(ends),
		PageOf:      func(article *Article) int { return pageOf(ends, placeOf(article)) },
		Tombstones:  slices.Clone(s.tombstones),
		Modified:    s.modified,
	}
	if next, ok := s.events.Min(); ok {
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

// names returns the names that a scope goes by: for a category those of its ancestors first.
func names(shelves map[Scope]*shelf, s *shelf) []string {
	if s.scope.kind == KindSite {
		return nil
	}
	var names []string
	for _, above := range s.scope.Ancestors() {
		if up := shelves[above]; up != nil {
			names = append(names, up.facts().name)
		}
	}
	return append(names, s.facts().name)
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
		if s := a.shelves[to]; !found || next.to == to || s != nil && s.articles.Len() > 0 {
			break
		}
		to = next.to
	}
	if s := a.shelves[to]; s != nil && scope.Page() <= len(s.pageEnds) {
		to = to.AtPage(scope.Page())
	}
	return &ScopeError{Scope: scope, Moved: to, Err: ErrMoved}
}
