package syndicate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/fingerprint"
	"github.com/syndicate-go/syndicate/internal/shelves"
)

// How articles enter the archive's library and leave it. All of this happens under the archive's
// lock.

type (
	library = shelves.Library[Scope, *Article, caches]
	entry   = shelves.Entry[Scope, *Article, caches]
	index   = shelves.Index[Scope, *Article, caches]
	claim   = shelves.Claim[Scope]
)

// newLibrary returns an empty library for the articles of a publication.
func newLibrary(p *Publication) *library {
	return shelves.New[Scope, *Article, caches](shelves.Options[Scope]{
		All:   Everything(),
		Limit: p.FeedLimit,
		Above: Scope.parent,
		Keep:  int64(p.site.Tombstones / time.Second),
	})
}

// check returns a checked article as an entry. It returns nil if the article is refused.
func (a *Archive) check(r *report, given Article) *entry {
	checked, problems := a.publication.check(given)
	for _, p := range problems {
		r.add(*p)
	}
	if checked == nil {
		return nil
	}
	r.article = checked.URL
	if checked.Updated.After(a.clock()) && checked.Updated.After(checked.Published) {
		updated := checked.Updated.Format(time.RFC3339)
		r.warn("Updated", updated, "in the future; readers doubt such dates", "RFC 4287 section 4.2.15")
	}
	e := &entry{
		ID:        a.publication.ArticleID(checked.key()),
		Key:       checked.key(),
		Published: checked.Published.Unix(),
		Updated:   checked.updated().Unix(),
		Expires:   shelves.Never,
		Hidden:    checked.Draft,
		Value:     checked,
	}
	if e.ID == e.Key {
		e.ID = e.Key // so that memory holds the text once
	}
	if !checked.Expires.IsZero() {
		e.Expires = checked.Expires.Unix()
	}
	return e
}

// find returns the entry with an ID, or the only one with a URL; nil if there is none.
func (a *Archive) find(id string) *entry {
	if e := a.library.Entry(a.publication.ArticleID(id)); e != nil {
		return e
	}
	absolute, _ := a.publication.Resolve(strings.TrimSpace(id))
	if len(a.twins[absolute]) > 0 {
		return nil
	}
	return a.urls[absolute]
}

// insert files a checked article in the library.
func (a *Archive) insert(r *report, e *entry) {
	url := e.Value.URL
	r.article = url
	if other := a.urls[url]; other != nil {
		r.warn("URL", url, "another article has this address", "")
		a.twins[url] = append(a.twins[url], other)
	}
	a.urls[url] = e
	a.library.Insert(e, a.publication.claimsOf(e.Value))
	for c, other := range e.Conflicts() {
		r.warn(termFields[c.Key.kind], c.Name, RuleSlugTaken, fmt.Sprintf("%q has slug %q too", other, c.Key.Key()))
	}
}

// remove removes an entry from the library. A retracted article leaves a tombstone; one that is
// replaced by a new version does not.
func (a *Archive) remove(e *entry, retracted bool) {
	a.library.Remove(e, retracted)
	url := e.Value.URL
	if twins := a.twins[url]; len(twins) > 0 {
		if a.urls[url] == e {
			a.urls[url] = twins[len(twins)-1]
		}
		twins = slices.DeleteFunc(twins, func(twin *entry) bool { return twin == e || twin == a.urls[url] })
		if a.twins[url] = twins; len(twins) == 0 {
			delete(a.twins, url)
		}
	} else {
		delete(a.urls, url)
	}
}

// termFields are the fields of an Article that the kinds of scopes come from.
var termFields = [...]string{KindCategory: "Categories", KindTag: "Tags", KindAuthor: "Authors"}

// claimsOf lists the scopes of a checked article that have feeds, each once, with what the
// article states about them: the whole site, its categories and their parents, its tags and its
// authors. A term without a slug has no scope.
func (p *Publication) claimsOf(a *Article) []claim {
	claims := make([]claim, 1, 1+2*len(a.Categories)+len(a.Tags)+len(a.Authors))
	add := func(kind Kind, key, name, description, url string) {
		if key != "" {
			facts := shelves.Facts{Name: name, Description: description, URL: url}
			claims = append(claims, claim{Key: Scope{kind: kind, key: key}, Facts: facts})
		}
	}
	if p.Publishes(Scope{kind: KindCategory}) {
		var seen few.Set[string] // paths
		for i := range a.Categories {
			c := &a.Categories[i]
			for at, ok := (Scope{kind: KindCategory, key: c.Path()}), c.hasSlugs(); ok && c != nil; c = c.Parent {
				if _, first := seen.Add(at.key, ""); first {
					add(KindCategory, at.key, c.Name, c.Description, c.URL)
				}
				at, ok = at.parent()
			}
		}
	}
	if p.Publishes(Scope{kind: KindTag}) {
		for _, t := range a.Tags {
			add(KindTag, t.Slug, t.Name, t.Description, t.URL)
		}
	}
	if p.Publishes(Scope{kind: KindAuthor}) {
		for _, author := range a.Authors {
			add(KindAuthor, author.Slug, author.Name, "", author.URL)
		}
	}
	return claims
}

// sameArticle reports whether two checked articles are equal in everything that was given. It compares
// extensions with [sameContents], which does not follow pointers: feeds may be writing the extensions at
// the same time.
func sameArticle(a, b *Article) bool {
	x, y := *a, *b
	x.checked, y.checked = nil, nil
	x.Extensions, y.Extensions = nil, nil
	return reflect.DeepEqual(x, y) && slices.EqualFunc(a.Extensions, b.Extensions, sameContents)
}

// sameContents reports whether two extensions are equal, or plain values of one type with the same
// contents.
func sameContents(a, b Extension) bool { return sameExtension(a, b) || fingerprint.Equal(a, b) }
