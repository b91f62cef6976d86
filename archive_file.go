package syndicate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/fingerprint"
	"github.com/syndicate-go/syndicate/internal/parallel"
	"github.com/syndicate-go/syndicate/internal/shelves"
)

// How articles enter the archive's library and leave it. They are checked without a lock and filed
// as one change of the library: readers of feeds wait for the filing of a few articles at most.

// The types of internal/shelves for an archive: articles filed under scopes, and with each index
// what was made of it.
type (
	library = shelves.Shared[Scope, *Article, caches]
	entry   = shelves.Entry[Scope, *Article, caches]
	index   = shelves.Index[Scope, *Article, caches]
	claim   = shelves.Claim[Scope]
)

// newLibrary returns an empty library for the articles of a publication. The library has all the
// rules of pages, embargoes and removals. It knows scopes only as keys, of which one is above all
// others, and categories have parents.
func newLibrary(p *Publication, clock func() time.Time) *library {
	return shelves.Share(shelves.New[Scope, *Article, caches](shelves.Options[Scope, *Article]{
		All:     Everything(),
		Limit:   p.FeedLimit,
		Above:   Scope.parent,
		Keep:    int64(p.site.Tombstones / time.Second),
		Address: func(a *Article) string { return a.URL },
	}), clock)
}

// arrival is an article that was checked and is to be filed, with the report on it.
type arrival struct {
	*entry
	*report
	claims []claim
}

// change checks articles and calls do with those that are not refused, as a change that concerns
// about size articles. Problems are reported in the order of the articles, and warnings are passed
// on without a lock, so that [Site.Warn] may call the archive.
func (a *Archive) change(size int, articles []Article, do func([]arrival)) error {
	a.begin()
	now := a.clock()
	reports := make([]report, len(articles))
	arrivals := make([]arrival, len(articles))
	parallel.Each(len(articles), func(i int) {
		if checked := a.publication.check(&reports[i], articles[i]); checked != nil {
			reports[i].Future("Updated", checked.Updated, checked.Published, now)
			arrivals[i] = arrival{a.publication.entry(checked), &reports[i], a.publication.claimsOf(checked)}
		}
	})
	arrivals = slices.DeleteFunc(arrivals, func(n arrival) bool { return n.entry == nil })
	a.library.Change(size, func() { do(arrivals) })
	var all report // in the order of the articles
	for _, r := range reports {
		all.Found = append(all.Found, r.Found...)
	}
	a.publication.warn(all.Found)
	return all.err()
}

// entry returns what the library keeps of a checked article. Feeds are in the order of seconds, and
// within one second in that of keys, as [Newer] has it.
func (p *Publication) entry(a *Article) *entry {
	e := &entry{
		ID:        p.ArticleID(a.key()),
		Key:       a.key(),
		Published: a.Published.Unix(),
		Updated:   a.updated().Unix(),
		Expires:   shelves.Never,
		Hidden:    a.Draft,
		Value:     a,
	}
	if e.ID == e.Key {
		e.ID = e.Key // so that memory holds the text once
	}
	if !a.Expires.IsZero() {
		e.Expires = a.Expires.Unix()
	}
	return e
}

// find returns the entry with an ID, or the only one with a URL; nil if there is none. A URL that
// several articles have does not say which of them is meant.
func (a *Archive) find(id string) *entry {
	if e := a.library.Entry(a.publication.ArticleID(id)); e != nil {
		return e
	}
	absolute, _ := a.publication.Resolve(strings.TrimSpace(id))
	if e, several := a.library.At(absolute); !several {
		return e
	}
	return nil
}

// exchange files arrivals in place of the entries with their ids, and retracts the others of old,
// which leave first: no warning says that an article that is gone has the same address or slug.
func (a *Archive) exchange(old []*entry, arrivals []arrival) {
	next := make(map[string]*entry, len(arrivals))
	for _, n := range arrivals {
		if next[n.ID] != nil {
			n.Refuse("ID", n.Key, RuleDuplicateID, "RFC 4287 section 4.2.6")
			continue
		}
		next[n.ID] = n.entry
		old = append(old, a.library.Entry(n.ID))
	}
	a.library.Leave(old, next, a.differs)
	for _, n := range arrivals {
		if a.library.Entry(n.ID) == nil {
			a.insert(n)
		}
	}
}

// insert files an article in the library. Two articles may have one address, and two terms one
// slug, but most often that is a mistake.
func (a *Archive) insert(n arrival) {
	if other, _ := a.library.At(n.Value.URL); other != nil {
		n.Warn("URL", n.Value.URL, "another article has this address", "")
	}
	a.library.Insert(n.entry, n.claims)
	for c, other := range n.Conflicts() {
		n.Warn(termFields[c.Key.kind], c.Name, RuleSlugTaken, fmt.Sprintf("%q has slug %q too", other, c.Key.Key()))
	}
}

// termFields are the fields of an Article that scopes come from, by their kind, for a Problem.
var termFields = [...]string{KindCategory: "Categories", KindTag: "Tags", KindAuthor: "Authors"}

// claimsOf lists the scopes of a checked article that have feeds, each once, with what the
// article states about them: the whole site, its categories and their parents, its tags and its
// authors. Of several names of one scope the smallest counts, as it does among articles.
func (p *Publication) claimsOf(a *Article) []claim {
	// The zero claim is that of the whole site. Few categories have more than one parent.
	claims := make([]claim, 1, 1+2*len(a.Categories)+len(a.Tags)+len(a.Authors))
	add := func(scope Scope, name, description, url string) {
		facts := shelves.Facts{Name: name, Description: description, URL: url}
		i := slices.IndexFunc(claims, func(c claim) bool { return c.Key == scope })
		switch {
		case !p.Publishes(scope):
		case i < 0:
			claims = append(claims, claim{Key: scope, Facts: facts})
		case facts.Compare(claims[i].Facts) < 0:
			claims[i].Facts = facts
		}
	}
	// A category and those above it, whose keys are the beginnings of its key.
	for i := range a.Categories {
		c := &a.Categories[i]
		for at, ok := c.Scope(), true; ok; at, ok = at.parent() {
			add(at, c.Name, c.Description, c.URL)
			c = c.Parent
		}
	}
	for _, t := range a.Tags {
		add(Scope{kind: KindTag, key: t.Slug}, t.Name, t.Description, t.URL)
	}
	for _, author := range a.Authors {
		add(Scope{kind: KindAuthor, key: author.Slug}, author.Name, "", author.URL)
	}
	return claims
}

// differs reports whether an entry is not equal to the one with its ID in everything that was
// given. Pointers in extensions are not followed: feeds may be writing them at the same time.
func (a *Archive) differs(e *entry) bool {
	same := func(a, b Extension) bool { return findings.Same(a, b) || fingerprint.Equal(a, b) }
	old, given := *a.library.Entry(e.ID).Value, *e.Value
	if !slices.EqualFunc(old.Extensions, given.Extensions, same) {
		return true
	}
	old.checked, given.checked, old.Extensions, given.Extensions = nil, nil, nil, nil
	return !reflect.DeepEqual(old, given)
}
