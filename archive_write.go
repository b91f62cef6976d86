package syndicate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// How articles come into the archive and leave it. All of this is done under its lock.

// check brings an article into the archive's form. It returns nil if the article is refused.
func (a *Archive) check(r *report, given Article) *entry {
	checked, problems := a.publication.check(given)
	for _, p := range problems {
		r.add(*p)
	}
	if checked == nil {
		return nil
	}
	r.article = checked.URL
	if now := a.clock(); checked.Updated.After(now) && checked.Updated.After(checked.Published) {
		r.warn("Updated", checked.Updated.Format(time.RFC3339), "in the future; readers doubt such dates", "RFC 4287 section 4.2.15")
	}
	a.checked++
	e := &entry{
		article: checked,
		id:      a.publication.ArticleID(checked.key()),
		serial:  a.checked,
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
	if e := a.entries[a.publication.ArticleID(id)]; e != nil {
		return e
	}
	absolute, _ := a.publication.Resolve(id)
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
	claims := a.publication.claimsOf(e.article)
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

// remove takes an entry out of everything, leaving tombstones where it was visible
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
	if !retracted || !visible || a.publication.site.Tombstones <= 0 {
		return
	}
	tomb := Tombstone{ID: e.article.key(), When: a.now.UTC().Truncate(time.Second)}
	for _, t := range e.terms {
		t.shelf.bury(tomb)
	}
	a.schedule(event{tomb.When.Add(a.publication.site.Tombstones), forgets, e})
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
		s = newShelf(scope, parent, a.publication.FeedLimit(scope), &a.changes)
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
	x.checked, y.checked = nil, nil
	x.Extensions, y.Extensions = nil, nil
	return reflect.DeepEqual(x, y) && slices.EqualFunc(a.Extensions, b.Extensions, alike)
}
