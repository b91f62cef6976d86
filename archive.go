package syndicate

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/btree"
)

// Archive is the embedded [Source]: a publication's articles in memory, safe for concurrent use. Time
// is looked at when something is asked for, so embargoes end and articles expire by themselves.
type Archive struct {
	// Clock tells the time. Set it before anything is asked of the archive. Optional; default time.Now.
	Clock func() time.Time

	mu       sync.RWMutex
	site     Site
	entries  map[string]*entry // by id
	urls     map[string]int    // how many articles have the address
	filed    map[*Category]*filing
	shelves  map[Scope]*shelf
	events   *btree.BTreeG[event]
	closed   map[Scope]closedScope
	checked  uint64    // how many articles have been
	live     bool      // something was asked for
	now      time.Time // the latest that Clock has said; zero before
	watchers map[*watcher]struct{}
}

// filing is where a Category stood when articles were filed under it.
type filing struct {
	path  string
	count int
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
	a := &Archive{
		site:     checked,
		entries:  map[string]*entry{},
		urls:     map[string]int{},
		filed:    map[*Category]*filing{},
		shelves:  map[Scope]*shelf{},
		events:   newEvents(),
		closed:   map[Scope]closedScope{},
		watchers: map[*watcher]struct{}{},
	}
	a.shelf(Everything())
	var r report
	r.take(err)
	r.take(a.Add(articles...))
	return a, r.problems.err()
}

func (r *report) take(err error) {
	if ps, ok := err.(Problems); ok {
		r.problems = append(r.problems, ps...)
	}
}

// Site returns the publication, checked.
func (a *Archive) Site() Site { return a.site }

// Add takes in articles. The good ones enter and the bad ones are refused; the error holds [Problems]
// that tell of both what was refused and what was accepted with a warning.
func (a *Archive) Add(articles ...Article) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	touched := a.advance()
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
	a.settle(touched)
	return r.problems.err()
}

// Update replaces articles by new versions of them, found by ID (or URL, if they have none). One that
// the archive does not have is refused. An article that becomes a draft or private is retracted.
func (a *Archive) Update(articles ...Article) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	touched := a.advance()
	var r report
	for _, given := range articles {
		e := a.check(&r, given)
		if e == nil {
			continue
		}
		old := a.entries[e.id]
		if old == nil {
			r.article = e.article.URL
			r.refuse("ID", e.article.key(), RuleUnknownID, "")
			continue
		}
		a.unfile(old)
		if !a.file(&r, e) {
			a.file(&r, old)
			continue
		}
		if sameArticle(old.article, e.article) {
			old.links = e.links
			continue
		}
		a.remove(old, e.article.Draft || e.article.Private, touched)
		a.insert(&r, e)
	}
	a.settle(touched)
	return r.problems.err()
}

// Remove retracts articles, each named by its ID or URL. Ids that the archive does not have are
// reported. With [Site.Tombstones] set Atom feeds tell of the removal.
func (a *Archive) Remove(ids ...string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	touched := a.advance()
	var r report
	for _, id := range ids {
		e := a.find(id)
		if e == nil {
			r.article = id
			r.refuse("ID", id, RuleUnknownID, "")
			continue
		}
		a.unfile(e)
		a.remove(e, true, touched)
	}
	a.settle(touched)
	return r.problems.err()
}

// Replace makes articles the archive's whole contents, at once: no reader sees a mixture. What was there
// before and is refused now is retracted. Feeds without a difference do not count as changed.
func (a *Archive) Replace(articles ...Article) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	touched := a.advance()
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
			a.remove(old, true, touched)
		} else if sameArticle(old.article, e.article) {
			old.links = e.links
		} else {
			a.remove(old, e.article.Draft || e.article.Private, touched)
		}
	}
	for _, e := range order {
		if a.entries[e.id] == nil {
			a.insert(&r, e)
		}
	}
	a.settle(touched)
	return r.problems.err()
}

// Move tells that the feed of a scope has another address now: [Archive.Feed] answers [ErrMoved] for
// from and its pages, as long as no article is in it.
func (a *Archive) Move(from, to Scope) error {
	from, to = from.Current(), to.Current()
	if !from.valid() || !to.valid() || from.kind == KindSite {
		return fmt.Errorf("syndicate: move %q to %q: not scopes that can be moved", from, to)
	}
	a.mu.Lock()
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
	a.mu.Lock()
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
	sel, err := a.selected(scope)
	if err != nil {
		return nil, err
	}
	return a.site.Feed(scope, sel), nil
}

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
	return a.site.Feed(scope, sel), nil
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

// Scopes lists the scopes that have a feed, and the site's even while it is empty.
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
			Title:    firstOf(a.site.options(scope).Title, a.site.title(scope, names(a.shelves, s))),
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
	return &ScopeError{Scope: scope, Moved: to.AtPage(scope.Page()), Err: ErrMoved}
}

// check brings an article into the archive's form; nil when it is refused.
func (a *Archive) check(r *report, given Article) *entry {
	checked, err := a.site.Article(given)
	r.take(err)
	if checked == nil {
		return nil
	}
	a.checked++
	e := &entry{
		article: checked,
		id:      atomID(checked, a.site.TagAuthority),
		serial:  a.checked,
		terms:   termsOf(checked),
		links:   linksOf(given.Categories),
	}
	if a.live {
		e.entered = a.now
	}
	return e
}

// find returns the entry with an ID or URL.
func (a *Archive) find(id string) *entry {
	id = strings.TrimSpace(id)
	if e := a.entries[atomID(&Article{ID: id}, a.site.TagAuthority)]; e != nil {
		return e
	}
	if absolute, rule := resolveURL(a.site.compiled.base, id); rule == "" {
		return a.entries[atomID(&Article{URL: absolute}, a.site.TagAuthority)]
	}
	return nil
}

// insert takes in an entry that has been filed, invisible until its time has come. One whose time is over
// stays invisible.
func (a *Archive) insert(r *report, e *entry) {
	r.article = e.article.URL
	if a.urls[e.article.URL]++; a.urls[e.article.URL] > 1 {
		r.warn("URL", e.article.URL, "another article has this address", "")
	}
	for _, t := range e.terms {
		s := a.shelf(t.scope)
		if other := s.otherName(t.name); other != "" && t.scope.kind != KindSite {
			r.warn(termFields[t.scope.kind], t.name, RuleSlugTaken, fmt.Sprintf("%q has slug %q too", other, t.scope.Key()))
		}
		s.count(t, 1, 0)
	}
	a.entries[e.id] = e
	end := e.article.Expires
	if e.article.Draft || e.article.Private || !end.IsZero() && !end.After(latest(e.article.Published, a.now)) {
		return
	}
	a.schedule(event{e.article.Published, appears, e})
	if !end.IsZero() {
		a.schedule(event{end, expires, e})
	}
}

// termFields are the fields of an Article that the kinds of scopes come from.
var termFields = [...]string{KindCategory: "Categories", KindTag: "Tags", KindAuthor: "Authors"}

// file notes where the article's categories stand; false when it is refused, because one has moved to
// another parent while articles are filed under it.
func (a *Archive) file(r *report, e *entry) bool {
	for _, l := range e.links {
		if f := a.filed[l.category]; f != nil && f.path != l.path {
			r.article = e.article.URL
			r.refuse("Categories", l.path, RuleTwoParents, fmt.Sprintf("articles are filed under it as %q", f.path))
			return false
		}
	}
	for _, l := range e.links {
		if a.filed[l.category] == nil {
			a.filed[l.category] = &filing{path: l.path}
		}
		a.filed[l.category].count++
	}
	return true
}

// unfile takes back what file noted.
func (a *Archive) unfile(e *entry) {
	for _, l := range e.links {
		if a.filed[l.category].count--; a.filed[l.category].count == 0 {
			delete(a.filed, l.category)
		}
	}
}

// remove takes an entry that is filed no longer out of everything, leaving tombstones where it was visible
// if it is retracted.
func (a *Archive) remove(e *entry, retracted bool, touched map[Scope]struct{}) {
	visible := e.visible
	if visible {
		a.hide(e, a.now, touched)
	}
	a.unschedule(event{e.article.Published, appears, e})
	a.unschedule(event{e.article.Expires, expires, e})
	delete(a.entries, e.id)
	if a.urls[e.article.URL]--; a.urls[e.article.URL] == 0 {
		delete(a.urls, e.article.URL)
	}
	for _, t := range e.terms {
		a.shelf(t.scope).count(t, -1, 0)
	}
	if !retracted || !visible || a.site.Tombstones <= 0 {
		return
	}
	tomb := Tombstone{ID: e.article.key(), When: a.now.UTC().Truncate(time.Second)}
	for _, t := range e.terms {
		a.shelf(t.scope).bury(tomb)
	}
	a.schedule(event{tomb.When.Add(a.site.Tombstones), forgets, e})
}

// show makes an entry visible in its scopes, where nothing tells of its removal any more.
func (a *Archive) show(e *entry, at time.Time, touched map[Scope]struct{}) {
	e.visible = true
	if updated := e.article.updated(); updated.After(at) && !updated.After(a.now) {
		at = updated
	}
	for _, t := range e.terms {
		s := a.shelf(t.scope)
		s.put(e)
		s.unbury(e.article.key(), a.now)
		s.count(t, 0, 1)
		s.change(latest(at, e.entered))
		touched[t.scope] = struct{}{}
	}
}

// hide makes an entry invisible.
func (a *Archive) hide(e *entry, at time.Time, touched map[Scope]struct{}) {
	e.visible = false
	for _, t := range e.terms {
		s := a.shelf(t.scope)
		s.take(e)
		s.count(t, 0, -1)
		s.change(at)
		touched[t.scope] = struct{}{}
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (a *Archive) shelf(scope Scope) *shelf {
	s := a.shelves[scope]
	if s == nil {
		s = newShelf(scope, a.site.FeedLimit(scope))
		a.shelves[scope] = s
	}
	return s
}

func (a *Archive) schedule(ev event) {
	a.events.Set(ev)
	for _, t := range ev.entry.terms {
		a.shelf(t.scope).events.Set(ev)
	}
}

func (a *Archive) unschedule(ev event) {
	a.events.Delete(ev)
	for _, t := range ev.entry.terms {
		a.shelf(t.scope).events.Delete(ev)
	}
}

// read locks the archive for reading, with everything done that time has brought.
func (a *Archive) read() {
	now := a.clock()
	a.mu.RLock()
	next, due := a.events.Min()
	if a.live && (!due || next.at.After(now)) {
		return
	}
	a.mu.RUnlock()
	a.mu.Lock()
	a.live = true
	a.settle(a.advance())
	a.mu.Unlock()
	a.mu.RLock()
}

func (a *Archive) clock() time.Time {
	if a.Clock != nil {
		return a.Clock()
	}
	return time.Now()
}

// advance, in an archive that has been asked for something, takes the time and does what it has brought
// before a change is made. It returns the scopes that it touched.
func (a *Archive) advance() map[Scope]struct{} {
	touched := map[Scope]struct{}{}
	if a.live {
		a.now = latest(a.now, a.clock())
		a.runEvents(touched)
	}
	return touched
}

// settle does what has become due and tells the watchers. An archive that nothing was asked of yet has
// no time: its articles wait.
func (a *Archive) settle(touched map[Scope]struct{}) {
	if a.live {
		a.runEvents(touched)
	}
	next, _ := a.events.Min()
	for w := range a.watchers {
		w.add(touched, next.at)
	}
}

// runEvents does what is due, in the order of time; so an archive that starts late comes to the same
// pages as one that was there all along.
func (a *Archive) runEvents(touched map[Scope]struct{}) {
	for {
		ev, ok := a.events.Min()
		if !ok || ev.at.After(a.now) {
			return
		}
		a.unschedule(ev)
		switch ev.kind {
		case appears:
			a.show(ev.entry, ev.at, touched)
		case expires:
			a.hide(ev.entry, ev.at, touched)
		case forgets:
			for _, t := range ev.entry.terms {
				s := a.shelf(t.scope)
				if s.unbury(ev.entry.article.key(), ev.at.Add(-a.site.Tombstones)) {
					s.change(ev.at)
					touched[t.scope] = struct{}{}
				}
			}
		}
	}
}

func (a *Archive) sortedEntries() []*entry {
	entries := make([]*entry, 0, len(a.entries))
	for _, e := range a.entries {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(x, y *entry) int { return strings.Compare(x.id, y.id) })
	return entries
}

// sameArticle reports whether two checked articles are equal in everything that was given.
func sameArticle(a, b *Article) bool {
	x, y := *a, *b
	x.prepared, y.prepared = nil, nil
	return reflect.DeepEqual(x, y)
}
