package syndicate

import (
	"slices"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tidwall/btree"
)

// entry is an article in an archive.
type entry struct {
	article *Article
	id      string    // what tells it from all others, in every format: its Atom id
	serial  uint64    // tells its versions apart
	terms   []term    // the scopes it belongs to, each once, and what it says of them
	links   []link    // its categories and their ancestors, as they were given
	entered time.Time // when it was added to a running archive; zero if it was there from the start
	visible bool
}

// link is a category that was given with an article, and where it stood then.
type link struct {
	category *Category
	path     string
}

// linksOf lists categories and their ancestors, each once. The categories have been checked.
func linksOf(categories []*Category) (links []link) {
	for _, c := range categories {
		for depth := 0; c != nil && depth < maxDepth; c, depth = c.Parent, depth+1 {
			if l := (link{c, c.Path()}); !slices.Contains(links, l) {
				links = append(links, l)
			}
		}
	}
	return links
}

// term is what one article says of a scope that it belongs to.
type term struct {
	scope                  Scope
	name, description, url string
}

// termsOf lists the scopes of an article: the site, its categories and their ancestors, tags, authors.
func termsOf(a *Article) []term {
	terms := []term{{scope: Everything()}}
	add := func(t term) {
		if !slices.ContainsFunc(terms, func(u term) bool { return u.scope == t.scope }) {
			terms = append(terms, t)
		}
	}
	for _, c := range a.Categories {
		for ; c != nil; c = c.Parent {
			add(term{c.Scope(), c.Name, c.Description, c.URL})
		}
	}
	for _, t := range a.Tags {
		add(term{t.Scope(), t.Name, t.Description, t.URL})
	}
	for _, author := range a.Authors {
		add(term{author.Scope(), author.Name, "", author.URL})
	}
	return terms
}

// shelf is the index of one scope: its visible articles in order, and what a feed has to know besides.
// The archive's lock guards it.
type shelf struct {
	scope    Scope
	size     int                   // articles on an archive page
	articles *btree.BTreeG[*entry] // the visible ones, newest first
	events   *btree.BTreeG[event]  // what time alone will change
	names    map[term]*struct{ all, visible int }
	modified time.Time // of the newest change; never moves back

	// pageEnds holds the newest article's place of each archive page, oldest page first. An end never
	// moves: what is added behind one belongs to its page, what is removed leaves a gap. It is only
	// appended to, so a copy of the slice stays valid.
	pageEnds []place
	open     int // visible articles newer than the last end

	tombstones []Tombstone // newest first, then by id
	version    uint64      // counts the changes of anything above, and of events
	made       atomic.Pointer[madeFeed]
}

// madeFeed is a scope's current feed as it was made last.
type madeFeed struct {
	stamp uint64 // see [Archive.stamp]
	feed  *Feed
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

func newShelf(scope Scope, size int) *shelf {
	unlocked := btree.Options{NoLocks: true}
	return &shelf{
		scope:    scope,
		size:     size,
		articles: btree.NewBTreeGOptions(func(a, b *entry) bool { return Newer(a.article, b.article) }, unlocked),
		events:   newEvents(),
		names:    map[term]*struct{ all, visible int }{},
	}
}

// put makes e visible. A page is closed when more than its size of articles are newer than the last
// one, so that the current feed always reaches down to a closed page.
func (s *shelf) put(e *entry) {
	s.articles.Set(e)
	s.version++
	if !s.isOpen(placeOf(e.article)) {
		return
	}
	if s.open++; s.open <= s.size {
		return
	}
	end, _ := s.articles.GetAt(s.open - s.size)
	s.pageEnds = append(s.pageEnds, placeOf(end.article))
	s.open -= s.size
}

// take makes e invisible.
func (s *shelf) take(e *entry) {
	s.articles.Delete(e)
	s.version++
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
	articles := make([]*Article, 0, min(n, s.articles.Len()))
	s.articles.Scan(func(e *entry) bool {
		if len(articles) == n {
			return false
		}
		articles = append(articles, e.article)
		return true
	})
	return articles
}

// page returns the articles of an archive page, newest first; false when there is no such page.
func (s *shelf) page(number int) ([]*Article, bool) {
	if number > len(s.pageEnds)+1 || number == len(s.pageEnds)+1 && s.open == 0 {
		return nil, false
	}
	var articles []*Article
	collect := func(e *entry) bool {
		at := placeOf(e.article)
		if number > 1 && !at.newer(s.pageEnds[number-2]) {
			return false
		}
		articles = append(articles, e.article)
		return true
	}
	if number > len(s.pageEnds) {
		s.articles.Scan(collect)
		return articles, true
	}
	end := s.pageEnds[number-1]
	pivot := &entry{article: &Article{ID: end.key, Published: time.Unix(end.published, 0)}}
	s.articles.Ascend(pivot, collect)
	return articles, true
}

// count counts what an article says of the scope, among all of them and among the visible ones.
func (s *shelf) count(t term, all, visible int) {
	s.version++
	n := s.names[t]
	if n == nil {
		n = new(struct{ all, visible int })
		s.names[t] = n
	}
	n.all += all
	n.visible += visible
	if n.all == 0 {
		delete(s.names, t)
	}
}

// otherName returns the smallest name of the scope that is not name; "" if all agree.
func (s *shelf) otherName(name string) (other string) {
	for t := range s.names {
		if t.name != name && (other == "" || t.name < other) {
			other = t.name
		}
	}
	return other
}

// facts returns the name, description and address that the scope goes by: the smallest name in byte
// order among visible articles, and with it the smallest description and URL that are not empty.
func (s *shelf) facts() (best term) {
	found := false
	for t, n := range s.names {
		switch {
		case n.visible == 0:
		case !found || t.name < best.name:
			best, found = t, true
		case t.name == best.name:
			best.description = smallest(best.description, t.description)
			best.url = smallest(best.url, t.url)
		}
	}
	return best
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
		s.version++
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
		s.version++
		s.tombstones = slices.Insert(s.tombstones, i, tomb)
	}
}

// unbury takes away the tombstones that an article got until then; false when there are none.
func (s *shelf) unbury(id string, until time.Time) bool {
	s.version++
	before := len(s.tombstones)
	s.tombstones = slices.DeleteFunc(s.tombstones, func(tomb Tombstone) bool {
		return tomb.ID == id && !tomb.When.After(until)
	})
	return len(s.tombstones) < before
}
