package syndicate

import (
	"cmp"
	"slices"
)

// What the archive's readers are told, gathered under its lock.

// selected gathers under the lock what a feed is made of without it.
func (a *Archive) selected(scope Scope) (Selection, error) {
	a.read()
	defer a.mu.RUnlock()
	s := a.shelves[scope.Current()]
	if s == nil || s.articles.Len() == 0 && scope.kind != KindSite {
		return Selection{}, a.absent(scope)
	}
	sel, ok := selection(a.shelves, s, scope)
	if !ok {
		return Selection{}, &ScopeError{Scope: scope, Err: ErrNotFound}
	}
	return sel, nil
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

// infos lists the scopes that have a feed.
func (a *Archive) infos() []ScopeInfo {
	infos, unsure := a.indexed()
	for i, ask := range unsure {
		if shown := len(a.site.Feed(ask.shelf.scope, ask.sel).Articles); shown < ask.open {
			infos[i].Pages++
			ask.shelf.reaches.Store(ask.version<<1 | 1)
		} else {
			ask.shelf.reaches.Store(ask.version << 1)
		}
	}
	return infos
}

// reach asks whether the current feed reaches down to the closed archive pages. Only the size limit can
// keep it from that, and then the open page is linked too.
type reach struct {
	shelf   *shelf
	sel     Selection
	open    int
	version uint64
}

// indexed lists what the index knows, and of which scopes, by their place in the list, it cannot tell
// how many pages they have.
func (a *Archive) indexed() (infos []ScopeInfo, unsure map[int]reach) {
	a.read()
	defer a.mu.RUnlock()
	unsure = map[int]reach{}
	for _, scope := range sortedScopes(a.shelves) {
		s := a.shelves[scope]
		if s.articles.Len() == 0 && scope.kind != KindSite {
			continue
		}
		info := ScopeInfo{
			Scope:    scope,
			Title:    cmp.Or(a.site.options(scope).Title, a.site.title(scope, names(a.shelves, s))),
			Count:    s.articles.Len(),
			Pages:    len(s.pageEnds),
			Modified: s.modified,
		}
		if known := s.reaches.Load(); s.open > 1 && s.version != known>>1 {
			sel, _ := selection(a.shelves, s, scope)
			unsure[len(infos)] = reach{s, sel, s.open, s.version}
		} else if s.open > 1 {
			info.Pages += int(known & 1)
		}
		infos = append(infos, info)
	}
	return infos, unsure
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
