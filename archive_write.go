package syndicate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// How articles come into the archive and leave it. All of this is done under its lock.

// filing is a Category that was given with articles, where it stood then, and with how many it was.
type filing struct {
	category *Category
	path     string
	count    int
}

// check brings an article into the archive's form; nil when it is refused.
func (a *Archive) check(r *report, given Article) *entry {
	checked, err := a.site.article(given)
	r.take(err)
	if checked == nil {
		return nil
	}
	if now := a.clock(); checked.Updated.After(now) && checked.Updated.After(checked.Published) {
		r.article = checked.URL
		r.warn("Updated", checked.Updated.Format(time.RFC3339), "in the future; readers doubt such dates", "RFC 4287 section 4.2.15")
	}
	a.checked++
	e := &entry{
		article: checked,
		id:      atomID(checked, a.site.TagAuthority),
		serial:  a.checked,
		links:   a.linksOf(given.Categories),
	}
	if e.id == checked.key() {
		e.id = checked.key() // one text in memory instead of two
	}
	if a.live {
		e.entered = a.now
	}
	return e
}

// find returns the entry with an ID, or the only one with a URL.
func (a *Archive) find(id string) *entry {
	id = strings.TrimSpace(id)
	if e := a.entries[atomID(&Article{ID: id}, a.site.TagAuthority)]; e != nil {
		return e
	}
	absolute, _ := uri.Resolve(a.site.compiled.base, id)
	if e := a.urls[absolute]; e != nil && e.twin == nil {
		return e
	}
	return nil
}

// insert takes in an entry that has been filed, invisible until its time has come. One whose time is over
// stays invisible.
func (a *Archive) insert(r *report, e *entry) {
	r.article = e.article.URL
	if e.twin = a.urls[e.article.URL]; e.twin != nil {
		r.warn("URL", e.article.URL, "another article has this address", "")
	}
	a.urls[e.article.URL] = e
	claims := claimsOf(e.article)
	e.terms = make([]*term, len(claims))
	for i, c := range claims {
		s := a.shelf(c.scope)
		e.terms[i] = s.term(c)
		e.terms[i].count(1, 0)
		if other := s.otherName(c.name); other != "" {
			r.warn(termFields[c.scope.kind], c.name, RuleSlugTaken, fmt.Sprintf("%q has slug %q too", other, c.scope.Key()))
		}
	}
	a.entries[e.id] = e
	a.plan(e, a.now)
}

// termFields are the fields of an Article that the kinds of scopes come from.
var termFields = [...]string{KindCategory: "Categories", KindTag: "Tags", KindAuthor: "Authors"}

// linksOf lists categories and their ancestors, each once. The categories have been checked.
func (a *Archive) linksOf(categories []*Category) (links []*filing) {
	var seen few.Set[*Category]
	for _, c := range categories {
		for depth := 0; c != nil && depth < maxDepth; c, depth = c.Parent, depth+1 {
			if _, first := seen.Add(c, ""); !first {
				break // so are those above
			}
			l, path := a.filed[c], c.Path()
			if l == nil || l.path != path {
				l = &filing{category: c, path: path}
			}
			links = append(links, l)
		}
	}
	return links
}

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
	for i, l := range e.links {
		if f := a.filed[l.category]; f != nil {
			e.links[i] = f
		} else {
			a.filed[l.category] = l
		}
		e.links[i].count++
	}
	return true
}

// unfile takes back what file noted.
func (a *Archive) unfile(e *entry) {
	for _, l := range e.links {
		if l.count--; l.count == 0 {
			delete(a.filed, l.category)
		}
	}
}

// refile takes an entry back that was unfiled for an update that was refused. Where its categories have
// moved in the meantime nothing is noted of it.
func (a *Archive) refile(e *entry) {
	if !a.file(new(report), e) {
		e.links = nil
	}
}

// remove takes an entry that is filed no longer out of everything, leaving tombstones where it was visible
// if it is retracted.
func (a *Archive) remove(e *entry, retracted bool) {
	visible := e.visible
	if visible {
		a.hide(e, a.now)
	}
	a.unplan(e)
	delete(a.entries, e.id)
	a.release(e)
	for _, t := range e.terms {
		t.count(-1, 0)
		a.leave(t.shelf)
	}
	if !retracted || !visible || a.site.Tombstones <= 0 {
		return
	}
	tomb := Tombstone{ID: e.article.key(), When: a.now.UTC().Truncate(time.Second)}
	for _, t := range e.terms {
		t.shelf.bury(tomb)
	}
	a.schedule(event{tomb.When.Add(a.site.Tombstones), forgets, e})
}

// release takes the entry's address from it.
func (a *Archive) release(e *entry) {
	url := e.article.URL
	if a.urls[url] != e {
		before := a.urls[url]
		for before.twin != e {
			before = before.twin
		}
		before.twin = e.twin
	} else if e.twin != nil {
		a.urls[url] = e.twin
	} else {
		delete(a.urls, url)
	}
	e.twin = nil
}

// show makes an entry visible in its scopes, where nothing tells of its removal any more.
func (a *Archive) show(e *entry, at time.Time) {
	e.visible = true
	if updated := e.article.updated(); updated.After(at) && !updated.After(a.now) {
		at = updated
	}
	for _, t := range e.terms {
		t.shelf.put(e)
		t.shelf.unbury(e.article.key(), a.now)
		t.count(0, 1)
		t.shelf.change(latest(at, e.entered))
		a.touch(t.shelf)
	}
}

// hide makes an entry invisible.
func (a *Archive) hide(e *entry, at time.Time) {
	e.visible = false
	for _, t := range e.terms {
		t.shelf.take(e)
		t.count(0, -1)
		t.shelf.change(at)
		a.touch(t.shelf)
	}
}

func (a *Archive) shelf(scope Scope) *shelf {
	s := a.shelves[scope]
	if s == nil {
		var parent *shelf
		if above, ok := scope.parent(); ok {
			parent = a.shelf(above)
		}
		s = newShelf(scope, parent, a.site.options(scope).Limit, &a.changes)
		a.shelves[scope] = s
	}
	return s
}

// leave notes a shelf that may have become needless.
func (a *Archive) leave(s *shelf) {
	if len(s.terms) == 0 {
		a.left = append(a.left, s)
	}
}

// forget drops the shelves that are needless at the end of a change, with those above that were there for them.
func (a *Archive) forget() {
	for _, s := range a.left {
		for ; s != nil && s.forgettable() && a.shelves[s.scope] == s; s = s.parent {
			delete(a.shelves, s.scope)
			if s.parent != nil {
				s.parent.children--
			}
		}
	}
	a.left = nil
}

func (a *Archive) sortedEntries() []*entry {
	entries := make([]*entry, 0, len(a.entries))
	for _, e := range a.entries {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(x, y *entry) int { return strings.Compare(x.id, y.id) })
	return entries
}

// sameArticle reports whether two checked articles are equal in everything that was given. Extensions are the same
// where [alike] says so: nobody but they may look behind their pointers, where feeds that are being written are at
// work.
func sameArticle(a, b *Article) bool {
	x, y := *a, *b
	x.prepared, y.prepared = nil, nil
	x.Extensions, y.Extensions = nil, nil
	return reflect.DeepEqual(x, y) && slices.EqualFunc(a.Extensions, b.Extensions, alike)
}
