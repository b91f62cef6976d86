package sqlstore

import (
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/shelves"
)

// Scopes and terms in memory: rows of syndicate_scopes and syndicate_terms.

// book holds the scopes that were looked up, with all their terms. It is kept from one change to
// the next unless another server has written in between, because most changes concern the same
// scopes as the change before.
type book struct {
	at       point                      // the change after which the book is current
	given    int64                      // the last number given to a row of the book, written or not
	shelves  map[syndicate.Scope]*shelf // by scope; a scope that was looked up has one
	byNumber map[int64]*shelf           // by the number of the row
	terms    map[int64]*term            // by number, of all shelves
}

// newBook returns an empty book, as a change begins with it if there is no other.
func newBook() *book {
	return &book{shelves: map[syndicate.Scope]*shelf{}, byNumber: map[int64]*shelf{}, terms: map[int64]*term{}}
}

// maxKept is the largest number of terms of a book that is kept.
const maxKept = 200_000

// shelf is one scope.
type shelf struct {
	n        int64
	scope    syndicate.Scope
	parent   *shelf        // the category above
	facts    shelves.Facts // its name, description and URL
	url      string        // the URL of facts as rows have it
	names    []string      // its name, after those of the categories above
	articles int64         // number of visible articles
	pages    int64         // number of closed pages
	open     int64         // visible articles that are on no closed page
	openSize int64         // upper bound of their bytes in any format
	end      *place        // the newest article of the last closed page
	modified sql.NullInt64 // the last change of the feed; never moves back

	openModified sql.NullInt64 // the last change of the page that is being filled
	openVersion  int64         // a random number, new with each change of that page

	version int64   // a random number, new with each change
	changed int64   // the last change of the row
	told    int64   // the last change that was reported to watchers
	terms   []*term // in order

	// top has the two newest articles or more, or all if there are fewer, if topKnown. While events
	// are run it has up to depth.
	top      []spot
	topKnown bool
	depth    int

	touched bool // its feed changed
	renamed bool // its name may have changed
	marked  bool // it is in change.marked
}

// place is the position of an article in a feed. Feeds are in ascending order of places.
type place struct {
	age int64  // the negative time of publication
	key string // orders articles of the same second
}

// compare orders places as feeds do.
func (p place) compare(q place) int { return p.inFeed().Compare(q.inFeed()) }

// inFeed returns the place in the form that [shelves] has it.
func (p place) inFeed() shelves.Place { return shelves.Place{Published: -p.age, Key: p.key} }

// spot is a place with the size of its article.
type spot struct {
	place
	size int64
}

// isOpen reports whether the article at p is on no closed page.
func (s *shelf) isOpen(p place) bool { return s.end == nil || p.compare(*s.end) < 0 }

// term is a form in which articles have an author, category or tag, with the number of these
// articles.
type term struct {
	n        int64
	shelf    *shelf // of its scope
	hash     string
	value    termValue     // its fields
	facts    shelves.Facts // what it states about its scope
	articles int64
	visible  int64
	dirty    bool // it must be written
}

// termValue has the fields of an author, category or tag, with addresses as rows have them.
type termValue struct {
	parent                                      sql.NullInt64
	name, slug, description, url, avatar, email string
}

// facts returns what the value states about its scope on a site.
func (v termValue) facts(site base) shelves.Facts {
	return shelves.Facts{Name: v.name, Description: v.description, URL: site.resolve(v.url)}
}

// hash returns a digest that identifies the value in its scope.
func (v termValue) hash() string {
	h := sha256.New()
	// Numbers begin at 1, so 0 stands for no parent.
	fmt.Fprintf(h, "%d", v.parent.Int64)
	for _, text := range []string{v.name, v.slug, v.description, v.url, v.avatar, v.email} {
		fmt.Fprintf(h, ",%d:", len(text))
		io.WriteString(h, text)
	}
	// 128 bits: no two values of a scope will share them.
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// compare orders the terms of a scope: by name, description and URL.
func (t *term) compare(u *term) int {
	return cmp.Or(t.facts.Compare(u.facts), strings.Compare(t.hash, u.hash))
}

// add adds a term to the book and to its scope.
func (b *book) add(t *term) {
	b.terms[t.n] = t
	i, _ := slices.BinarySearchFunc(t.shelf.terms, t, (*term).compare)
	t.shelf.terms = slices.Insert(t.shelf.terms, i, t)
}

// addShelf adds a scope to the book.
func (b *book) addShelf(s *shelf) {
	b.shelves[s.scope], b.byNumber[s.n] = s, s
}

// find returns the term of the scope with a value, or nil if there is none.
func (s *shelf) find(v termValue, facts shelves.Facts) *term {
	if len(s.terms) == 1 && s.terms[0].value == v { // the usual case, without computing a hash
		return s.terms[0]
	}
	t := &term{hash: v.hash(), value: v, facts: facts}
	if i, found := slices.BinarySearchFunc(s.terms, t, (*term).compare); found {
		return s.terms[i]
	}
	return nil
}

// otherName returns the smallest other name that articles have for the scope, or "" if all agree.
func (s *shelf) otherName(name string) string {
	return shelves.OtherName(s.factsOf(func(t *term) bool { return t.articles > 0 }), name)
}

// goesBy returns the facts of the scope: those of its visible articles.
func (s *shelf) goesBy() shelves.Facts {
	return shelves.Best(s.factsOf(func(t *term) bool { return t.visible > 0 }))
}

// rename sets the facts of the scope to those that it goes by. Terms may have the URL in several
// forms; the scope has that of the first term.
func (s *shelf) rename() {
	s.facts, s.url = s.goesBy(), ""
	for _, t := range s.terms {
		if t.visible > 0 && t.facts.Name == s.facts.Name && t.facts.URL == s.facts.URL {
			s.url = t.value.url
			return
		}
	}
}

// factsOf yields the facts of the terms that a condition holds for, in order.
func (s *shelf) factsOf(holds func(*term) bool) iter.Seq[shelves.Facts] {
	return func(yield func(shelves.Facts) bool) {
		for _, t := range s.terms {
			if holds(t) && !yield(t.facts) {
				return
			}
		}
	}
}

// claim is a scope that an article belongs to, with its term there. The term of the whole site is
// nil.
type claim struct {
	shelf *shelf
	term  *term
}

// claims lists the scopes of an article, each once: the site, its categories and their ancestors,
// its tags and its authors. Of several terms of one scope the smallest counts, as it does among
// articles. All of the article's terms must be in the book.
func (b *book) claims(r *row) []claim {
	// Twice the categories, for those above them.
	claims := make([]claim, 1, 1+2*len(r.categories)+len(r.tags)+len(r.authors))
	claims[0] = claim{shelf: b.shelves[syndicate.Everything()]}
	add := func(t *term) {
		switch i := slices.IndexFunc(claims, func(c claim) bool { return c.shelf == t.shelf }); {
		case i < 0:
			claims = append(claims, claim{t.shelf, t})
		case t.facts.Compare(claims[i].term.facts) < 0:
			claims[i].term = t
		}
	}
	for _, n := range r.categories {
		for t := b.terms[n]; t != nil; t = b.terms[t.value.parent.Int64] {
			add(t)
			if !t.value.parent.Valid {
				break
			}
		}
	}
	for _, list := range [][]int64{r.tags, r.authors} {
		for _, n := range list {
			if t := b.terms[n]; t != nil {
				add(t)
			}
		}
	}
	return claims
}
