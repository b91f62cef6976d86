package syndicate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// How articles come into the archive and leave it. All of this is done under its lock.

// filing is where a Category stood when articles were filed under it.
type filing struct {
	path  string
	count int
}

// check brings an article into the archive's form; nil when it is refused.
func (a *Archive) check(r *report, given Article) *entry {
	checked, err := a.site.Article(given)
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
		terms:   termsOf(checked),
		links:   linksOf(given.Categories),
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
	absolute, _ := resolveURL(a.site.compiled.base, id)
	if ids := a.urls[absolute]; len(ids) == 1 {
		return a.entries[ids[0]]
	}
	return nil
}

// insert takes in an entry that has been filed, invisible until its time has come. One whose time is over
// stays invisible.
func (a *Archive) insert(r *report, e *entry) {
	r.article = e.article.URL
	if a.urls[e.article.URL] = append(a.urls[e.article.URL], e.id); len(a.urls[e.article.URL]) > 1 {
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
	a.plan(e)
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

// refile takes an entry back that was unfiled for an update that was refused. Where its categories have
// moved in the meantime nothing is noted of it.
func (a *Archive) refile(e *entry) {
	if !a.file(new(report), e) {
		e.links = nil
	}
}

// remove takes an entry that is filed no longer out of everything, leaving tombstones where it was visible
// if it is retracted.
func (a *Archive) remove(e *entry, retracted bool, touched map[Scope]struct{}) {
	visible := e.visible
	if visible {
		a.hide(e, a.now, touched)
	}
	a.unplan(e)
	delete(a.entries, e.id)
	url := e.article.URL
	if a.urls[url] = slices.DeleteFunc(a.urls[url], func(id string) bool { return id == e.id }); len(a.urls[url]) == 0 {
		delete(a.urls, url)
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

func (a *Archive) shelf(scope Scope) *shelf {
	s := a.shelves[scope]
	if s == nil {
		s = newShelf(scope, a.site.FeedLimit(scope))
		a.shelves[scope] = s
	}
	return s
}

func (a *Archive) sortedEntries() []*entry {
	entries := make([]*entry, 0, len(a.entries))
	for _, e := range a.entries {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(x, y *entry) int { return strings.Compare(x.id, y.id) })
	return entries
}

// sameArticle reports whether two checked articles are equal in everything that was given. Extensions that
// hold functions are never equal.
func sameArticle(a, b *Article) bool {
	x, y := *a, *b
	x.prepared, y.prepared = nil, nil
	return reflect.DeepEqual(x, y)
}
