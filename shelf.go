package syndicate

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/tidwall/btree"

	"github.com/syndicate-go/syndicate/internal/few"
)

// entry is an article in an archive.
type entry struct {
	article *Article
	id      string    // what tells it from all others, in every format: its Atom id
	serial  uint64    // tells its versions apart
	terms   []*term   // the scopes it belongs to, each once, and what it says of them
	entered time.Time // when it was added to a running archive; zero if it was there from the start
	twin    *entry    // the next with the same address
	visible bool
}

// claim is what an article says of a scope that it belongs to.
type claim struct {
	scope                  Scope
	name, description, url string
}

// compare orders the claims of one scope.
func (c claim) compare(d claim) int {
	return cmp.Or(strings.Compare(c.name, d.name), strings.Compare(c.description, d.description), strings.Compare(c.url, d.url))
}

// claimsOf lists the scopes of a checked article that have feeds, each once: the site, its categories and
// their parents, tags, authors. A term without a slug has no scope.
func (p *Publication) claimsOf(a *Article) []claim {
	claims := make([]claim, 1, 1+2*len(a.Categories)+len(a.Tags)+len(a.Authors))
	if p.Publishes(Scope{kind: KindCategory}) {
		var seen few.Set[string] // paths
		for i := range a.Categories {
			c := &a.Categories[i]
			for at, ok := (Scope{kind: KindCategory, key: c.Path()}), c.hasSlugs(); ok && c != nil; c = c.Parent {
				if _, first := seen.Add(at.key, ""); first {
					claims = append(claims, claim{at, c.Name, c.Description, c.URL})
				}
				at, ok = at.parent()
			}
		}
	}
	if p.Publishes(Scope{kind: KindTag}) {
		for _, t := range a.Tags {
			if t.Slug != "" {
				claims = append(claims, claim{Scope{kind: KindTag, key: t.Slug}, t.Name, t.Description, t.URL})
			}
		}
	}
	if p.Publishes(Scope{kind: KindAuthor}) {
		for _, author := range a.Authors {
			if author.Slug != "" {
				claims = append(claims, claim{Scope{kind: KindAuthor, key: author.Slug}, author.Name, "", author.URL})
			}
		}
	}
	return claims
}

// term is a claim with all the articles that make it.
type term struct {
	claim
	shelf        *shelf
	all, visible int
}

// shelf is the index of one scope: its visible articles in order, and what a feed has to know besides.
// The archive's lock guards it.
type shelf struct {
	scope    Scope
	parent   *shelf // that of the category above
	size     int    // articles on an archive page
	articles timeline
	events   *btree.BTreeG[event] // what time alone will change; nil before there is something
	terms    []*term              // in order
	modified time.Time            // of the newest change; never moves back

	// pageEnds holds the newest article's place of each archive page, oldest page first. An end never
	// moves: what is added behind one belongs to its page, what is removed leaves a gap. It is only
	// appended to, so a copy of the slice stays valid.
	pageEnds []place
	open     int // visible articles newer than the last end, at most size

	tombstones []Tombstone // newest first, then by id
	touched    bool        // it is among those that watchers are to be told of
	children   int         // shelves whose parent it is

	// Each change has a number of its own in the archive, so that what was made of a shelf is not taken for what
	// would be made of another, which came in its place.
	changes *uint64 // of the archive
	version uint64  // the last change of anything above, and of events
	named   uint64  // the last change of the terms that are visible

	// Of the current feed:
	feed  keeper[*Feed]
	shown keeper[[]*Article] // its articles, so that what they are shown as is there when the feed is asked for
	told  keeper[string]     // its version
}

// place is where an article stands in the order of time, whether it is still there or not.
type place struct {
	published int64
	key       string
}

func placeOf(a *Article) place { return place{a.Published.Unix(), a.key()} }

// newer is [Newer] for places.
func (p place) newer(q place) bool {
	if p.published != q.published {
		return p.published > q.published
	}
	return p.key < q.key
}

// newShelf returns an empty shelf whose changes are counted with those of others.
func newShelf(scope Scope, parent *shelf, size int, changes *uint64) *shelf {
	s := &shelf{scope: scope, parent: parent, size: size, changes: changes}
	if parent != nil {
		parent.children++
	}
	s.changed()
	return s
}

// changed notes that something is different.
func (s *shelf) changed() {
	*s.changes++
	s.version = *s.changes
}

// forgettable reports whether a new shelf would be as good: there is nothing on it and nothing to come, and it
// has no archive pages, whose ends are kept for good.
func (s *shelf) forgettable() bool {
	return s.scope.kind != KindSite && s.articles.size == 0 && len(s.terms) == 0 && len(s.pageEnds) == 0 &&
		len(s.tombstones) == 0 && (s.events == nil || s.events.Len() == 0) && s.children == 0
}

// put makes e visible. A page is closed when more than its size of articles are newer than the last
// one, so that the current feed always reaches down to a closed page.
func (s *shelf) put(e *entry) {
	s.articles.add(e)
	s.changed()
	if !s.isOpen(placeOf(e.article)) {
		return
	}
	if s.open++; s.open <= s.size {
		return
	}
	s.pageEnds = append(s.pageEnds, placeOf(s.newest(2)[1]))
	s.open = 1
}

// take makes e invisible.
func (s *shelf) take(e *entry) {
	s.articles.remove(e)
	s.changed()
	if s.articles.size == 0 {
		s.feed.Store(nil)
		s.shown.Store(nil)
		s.told.Store(nil)
	}
	if s.isOpen(placeOf(e.article)) {
		s.open--
	}
}

func (s *shelf) isOpen(p place) bool {
	return len(s.pageEnds) == 0 || p.newer(s.pageEnds[len(s.pageEnds)-1])
}

// pageOf returns the number of the archive page that p is on, among pages with these ends: one more
// than there are for what is newer than all of them.
func pageOf(ends []place, p place) int {
	return 1 + sort.Search(len(ends), func(i int) bool { return !p.newer(ends[i]) })
}

// newest returns up to n articles.
func (s *shelf) newest(n int) []*Article {
	articles := make([]*Article, 0, min(n, s.articles.size))
	for e := range s.articles.newest {
		if len(articles) == n {
			break
		}
		articles = append(articles, e.article)
	}
	return articles
}

// page returns the articles of an archive page, newest first; false when there is no such page.
func (s *shelf) page(number int) (articles []*Article, ok bool) {
	if number > len(s.pageEnds)+1 || number == len(s.pageEnds)+1 && s.open == 0 {
		return nil, false
	}
	entries := iter.Seq[*entry](s.articles.newest)
	if number <= len(s.pageEnds) {
		entries = s.articles.upTo(s.pageEnds[number-1])
	}
	for e := range entries {
		if number > 1 && !placeOf(e.article).newer(s.pageEnds[number-2]) {
			break
		}
		articles = append(articles, e.article)
	}
	return articles, true
}

// term returns the one that stands for a claim.
func (s *shelf) term(c claim) *term {
	i, found := slices.BinarySearchFunc(s.terms, c, func(t *term, c claim) int { return t.compare(c) })
	if !found {
		s.terms = slices.Insert(s.terms, i, &term{claim: c, shelf: s})
	}
	return s.terms[i]
}

// count counts the articles that make a claim, all of them and the visible ones.
func (t *term) count(all, visible int) {
	t.shelf.changed()
	t.all += all
	before := t.visible
	if t.visible += visible; (before == 0) != (t.visible == 0) {
		t.shelf.named = t.shelf.version
	}
	if t.all == 0 {
		t.shelf.terms = slices.DeleteFunc(t.shelf.terms, func(u *term) bool { return u == t })
	}
}

// otherName returns the smallest name of the scope that is not name; "" if all agree.
func (s *shelf) otherName(name string) string {
	for _, t := range s.terms {
		if t.name != name {
			return t.name
		}
	}
	return ""
}

// facts returns the name, description and address that the scope goes by: the smallest name in byte
// order among visible articles, and with it the smallest description and URL that are not empty.
func (s *shelf) facts() (best claim) {
	found := false
	for _, t := range s.terms {
		switch {
		case t.visible == 0:
		case !found:
			best, found = t.claim, true
		case t.name != best.name:
			return best
		default:
			best.description = smallest(best.description, t.description)
			best.url = smallest(best.url, t.url)
		}
	}
	return best
}

// schedule notes what time will change.
func (s *shelf) schedule(ev event) {
	if s.events == nil {
		s.events = newEvents()
	}
	s.events.Set(ev)
	s.changed()
}

// unschedule takes back what schedule noted.
func (s *shelf) unschedule(ev event) {
	s.events.Delete(ev)
	s.changed()
}

// smallest returns the smaller of two texts, an empty one only if both are.
func smallest(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// change notes when the scope's feed changed.
func (s *shelf) change(at time.Time) {
	if at.After(s.modified) {
		s.modified = at
		s.changed()
	}
}

// bury adds a tombstone.
func (s *shelf) bury(tomb Tombstone) {
	i, found := slices.BinarySearchFunc(s.tombstones, tomb, func(a, b Tombstone) int {
		if c := b.When.Compare(a.When); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	if !found {
		s.changed()
		s.tombstones = slices.Insert(s.tombstones, i, tomb)
	}
}

// unbury takes away the tombstones that an article got until then; false when there are none.
func (s *shelf) unbury(id string, until time.Time) bool {
	s.changed()
	before := len(s.tombstones)
	s.tombstones = slices.DeleteFunc(s.tombstones, func(tomb Tombstone) bool {
		return tomb.ID == id && !tomb.When.After(until)
	})
	return len(s.tombstones) < before
}
