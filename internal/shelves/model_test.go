package shelves

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A library in its simplest form, which looks at everything each time: the oracle of Library.

type (
	testLibrary = Library[string, string, int]
	testEntry   = Entry[string, string, int]
	testIndex   = Index[string, string, int]
)

// aboveSlash is the key that contains another: what is before its last slash.
func aboveSlash(key string) (above string, ok bool) {
	i := strings.LastIndexByte(key, '/')
	return key[:max(i, 0)], i >= 0
}

// addressOf is the address of some articles.
func addressOf(value string) string { return value[len(value)-1:] }

type model struct {
	limit   func(string) int
	keep    int64
	now     int64
	started bool
	serial  int
	entries []*modelEntry // that are there, in the order in which they came
	events  []modelEvent
	shelves map[string]*modelShelf // of all keys that there ever were
	touched map[string]bool
}

type modelEntry struct {
	testEntry
	claims []Claim[string]
	serial int
}

type modelEvent struct {
	Event
	entry *modelEntry
}

type modelShelf struct {
	visible  []*modelEntry // in order
	ends     []Place
	stones   []Tombstone
	modified int64
	pages    map[int]int64 // when pages changed, by number
}

// changePage records a change of a page.
func (s *modelShelf) changePage(number int, at int64) {
	before, known := s.pages[number]
	if s.pages[number] = at; known {
		s.pages[number] = max(before, at)
	}
}

// pageOf returns the number of the page that an article is on.
func (s *modelShelf) pageOf(e *modelEntry) int {
	on := 1
	for _, end := range s.ends {
		if e.Published > end.Published || e.Published == end.Published && e.Key < end.Key {
			on++
		}
	}
	return on
}

// pageModified returns when a page changed; page 0 is the feed.
func (s *modelShelf) pageModified(number int) int64 {
	if number == 0 {
		return s.modified
	}
	if at, known := s.pages[number]; known {
		return at
	}
	return Unset
}

func (m *model) shelf(key string) *modelShelf {
	if m.shelves[key] == nil {
		m.shelves[key] = &modelShelf{modified: Unset, pages: map[int]int64{}}
	}
	return m.shelves[key]
}

func (m *model) insert(e testEntry, claims []Claim[string]) {
	m.serial++
	e.entered = Unset
	if m.started {
		e.entered = m.now
	}
	entry := &modelEntry{e, claims, m.serial}
	m.entries = append(m.entries, entry)
	if m.started {
		m.plan(entry, m.now)
	}
}

func (m *model) plan(e *modelEntry, since int64) {
	if e.Hidden || e.Expires <= e.Published || e.Expires <= since {
		return
	}
	m.events = append(m.events, modelEvent{Event{e.Published, e.Key, Appears}, e})
	if e.Expires != Never {
		m.events = append(m.events, modelEvent{Event{e.Expires, e.Key, Expires}, e})
	}
}

func (m *model) unplan(e *modelEntry) {
	m.events = slices.DeleteFunc(m.events, func(ev modelEvent) bool { return ev.entry == e && ev.Kind != Forgets })
}

func (m *model) remove(id string, retracted bool) {
	i := slices.IndexFunc(m.entries, func(e *modelEntry) bool { return e.ID == id })
	e := m.entries[i]
	m.entries = slices.Delete(m.entries, i, i+1)
	m.unplan(e)
	if !e.visible {
		return
	}
	m.hide(e, m.now)
	if retracted && m.keep > 0 {
		for _, c := range e.claims {
			s := m.shelf(c.Key)
			if stone := (Tombstone{e.Key, m.now}); !slices.Contains(s.stones, stone) {
				s.stones = append(s.stones, stone)
			}
			slices.SortFunc(s.stones, func(a, b Tombstone) int {
				return cmp.Or(cmp.Compare(b.When, a.When), strings.Compare(a.Key, b.Key))
			})
		}
		m.events = append(m.events, modelEvent{Event{m.now + m.keep, e.Key, Forgets}, e})
	}
}

func (m *model) show(e *modelEntry, at int64) {
	e.visible = true
	if e.Updated > at && e.Updated <= m.now {
		at = e.Updated
	}
	for _, c := range e.claims {
		s := m.shelf(c.Key)
		s.visible = append(s.visible, e)
		slices.SortFunc(s.visible, func(a, b *modelEntry) int {
			return cmp.Or(cmp.Compare(b.Published, a.Published), strings.Compare(a.Key, b.Key))
		})
		s.stones = slices.DeleteFunc(s.stones, func(stone Tombstone) bool {
			return stone.Key == e.Key && stone.When <= m.now
		})
		at := max(at, e.entered)
		s.changePage(s.pageOf(e), at)
		if open := m.open(s); len(open) > m.limit(c.Key) {
			s.ends = append(s.ends, open[1].place())
			// The page that is closed is marked as such, the one before links to it, and another
			// one begins.
			for _, page := range []int{len(s.ends) - 1, len(s.ends), len(s.ends) + 1} {
				s.changePage(page, at)
			}
		}
		m.change(c.Key, at)
	}
}

func (m *model) hide(e *modelEntry, at int64) {
	e.visible = false
	for _, c := range e.claims {
		s := m.shelf(c.Key)
		s.visible = slices.DeleteFunc(s.visible, func(x *modelEntry) bool { return x == e })
		s.changePage(s.pageOf(e), at)
		m.change(c.Key, at)
	}
}

func (m *model) change(key string, at int64) {
	s := m.shelf(key)
	s.modified = max(s.modified, at)
	m.touched[key] = true
}

// page returns what is on a page.
func (m *model) page(s *modelShelf, number int) (page []*modelEntry) {
	for _, e := range s.visible {
		if s.pageOf(e) == number {
			page = append(page, e)
		}
	}
	return page
}

func (m *model) open(s *modelShelf) []*modelEntry { return m.page(s, len(s.ends)+1) }

func (m *model) start(now int64) {
	if !m.started {
		m.started, m.now = true, now
		for _, e := range m.entries {
			m.plan(e, Unset)
		}
	}
}

func (m *model) advance(now int64) {
	if !m.started {
		return
	}
	if m.now-now > 1 {
		m.now = now
		slices.SortFunc(m.entries, func(a, b *modelEntry) int { return strings.Compare(a.ID, b.ID) })
		for _, e := range m.entries {
			if e.visible && e.Published > now {
				m.hide(e, now)
			}
			if !e.visible {
				m.unplan(e)
				m.plan(e, now)
			}
		}
	}
	m.now = max(m.now, now)
	m.run()
}

func (m *model) run() {
	slices.SortFunc(m.events, func(a, b modelEvent) int {
		return cmp.Or(
			cmp.Compare(a.At, b.At), strings.Compare(b.Key, a.Key),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.entry.serial, b.entry.serial),
		)
	})
	for len(m.events) > 0 && m.events[0].At <= m.now {
		ev := m.events[0]
		m.events = m.events[1:]
		switch ev.Kind {
		case Appears:
			m.show(ev.entry, ev.At)
		case Expires:
			m.hide(ev.entry, ev.At)
		case Forgets:
			for _, c := range ev.entry.claims {
				s := m.shelf(c.Key)
				before := len(s.stones)
				s.stones = slices.DeleteFunc(s.stones, func(stone Tombstone) bool {
					return stone.Key == ev.Key && stone.When <= ev.At-m.keep
				})
				if len(s.stones) < before {
					m.change(c.Key, ev.At)
				}
			}
		}
	}
}

func (m *model) settle() map[string]bool {
	m.run()
	touched := m.touched
	m.touched = map[string]bool{}
	return touched
}

// best returns the facts of a key, among entries that pass.
func (m *model) best(key string, pass func(*modelEntry) bool) Facts {
	var facts []Facts
	for _, e := range m.entries {
		for _, c := range e.claims {
			if c.Key == key && pass(e) {
				facts = append(facts, c.Facts)
			}
		}
	}
	slices.SortFunc(facts, Facts.Compare)
	return Best(slices.Values(facts))
}

func (m *model) names(key string, pass func(*modelEntry) bool) []string {
	names := []string{m.best(key, pass).Name}
	for above, ok := aboveSlash(key); ok; above, ok = aboveSlash(above) {
		names = append([]string{m.best(above, pass).Name}, names...)
	}
	return names
}

// conflicts returns the claims with another name than entries have, and the smallest of these.
func (m *model) conflicts(claims []Claim[string]) map[Claim[string]]string {
	conflicts := map[Claim[string]]string{}
	for _, c := range claims {
		var names []string
		for _, e := range m.entries {
			for _, d := range e.claims {
				if d.Key == c.Key && d.Name != c.Name {
					names = append(names, d.Name)
				}
			}
		}
		if len(names) > 0 {
			conflicts[c] = slices.Min(names)
		}
	}
	return conflicts
}

func isVisible(e *modelEntry) bool { return e.visible }
func isThere(*modelEntry) bool     { return true }

// needed lists the keys that must have an index.
func (m *model) needed() map[string]bool {
	needed := map[string]bool{"": true}
	var need func(string)
	need = func(key string) {
		needed[key] = true
		if above, ok := aboveSlash(key); ok {
			need(above)
		}
	}
	for _, e := range m.entries {
		for _, c := range e.claims {
			need(c.Key)
		}
	}
	for key, s := range m.shelves {
		if len(s.ends) > 0 || len(s.stones) > 0 {
			need(key)
		}
	}
	for _, ev := range m.events {
		for _, c := range ev.entry.claims {
			need(c.Key)
		}
	}
	return needed
}

func (m *model) nextChange(key string) int64 {
	at := int64(Never)
	for _, ev := range m.events {
		if slices.ContainsFunc(ev.entry.claims, func(c Claim[string]) bool { return c.Key == key }) {
			at = min(at, ev.At)
		}
	}
	return at
}

func values(entries []*modelEntry) []string {
	all := make([]string, len(entries))
	for i, e := range entries {
		all[i] = e.Value
	}
	return all
}

// show lists everything that an index of the library shows, and the model's does.
func (m *model) showIndex(key string) string {
	s := m.shelf(key)
	var b strings.Builder
	fmt.Fprintln(&b, len(s.visible), values(s.visible), s.ends, len(m.open(s)))
	fmt.Fprintln(&b, s.stones, s.modified, m.nextChange(key), m.best(key, isVisible))
	if key != "" {
		fmt.Fprintf(&b, "%q\n", m.names(key, isVisible))
	}
	for page := range len(s.ends) + 3 {
		fmt.Fprintln(&b, values(m.page(s, page)),
			page > 0 && (page <= len(s.ends) || len(m.page(s, page)) > 0), s.pageModified(page))
	}
	return b.String()
}

func showIndex(ix *testIndex) string {
	var b strings.Builder
	fmt.Fprintln(&b, ix.Len(), ix.Newest(ix.Len()+1), ix.Ends(), ix.Open())
	fmt.Fprintln(&b, slices.Collect(ix.Tombstones(math.MaxInt)), ix.Modified(), ix.NextChange(), ix.Facts())
	if ix.Key != "" {
		fmt.Fprintf(&b, "%q\n", ix.Names())
	}
	for page := range len(ix.Ends()) + 3 {
		articles, ok := ix.Page(page)
		fmt.Fprintln(&b, articles, ok, ix.PageModified(page))
	}
	return b.String()
}

// showLibrary lists everything that readers see of a library.
func showLibrary(l *testLibrary) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(maps.Collect(func(yield func(string, bool) bool) {
		for ix := range l.Indexes() {
			if !yield(ix.Key, true) {
				return
			}
		}
	}))) {
		unveiled := l.Unveiled(key, math.MaxInt)
		fmt.Fprintf(&b, "%s %d %s\n", key, l.Index(key).Stamp(), showIndex(l.Index(key)))
		fmt.Fprintf(&b, "%q %q\n", unveiled.Newest(math.MaxInt), unveiled.Names())
	}
	fmt.Fprintln(&b, l.NextChange(), l.UpToDate(0), l.UpToDate(1_000_000))
	return b.String()
}

func TestLibraryIsAsItsSimplestForm(t *testing.T) {
	stories := uint64(40)
	if testing.Short() {
		stories = 8
	}
	for seed := range stories {
		playStory(t, seed)
	}
}

// playStory makes random changes to a library and its model, and compares all that they show
// after each.
func playStory(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 3))
	size := 1 + r.IntN(4)
	limit := func(key string) int { return size + len(key)%2 }
	keep := int64(r.IntN(3) * 7)
	library := New[string, string, int](Options[string, string]{
		Limit: limit, Above: aboveSlash, Keep: keep, Address: addressOf,
	})
	m := &model{limit: limit, keep: keep, now: Unset, shelves: map[string]*modelShelf{}, touched: map[string]bool{}}
	keys := []string{"a", "a/b", "a/b/c", "a/d", "e", "f"}
	now := int64(r.IntN(50))
	serial := 0
	shown, stamps := map[string]string{}, map[string]uint64{}
	for step := range 120 {
		now += int64(r.IntN(4))
		if r.IntN(15) == 0 {
			now -= int64(r.IntN(20))
		}
		start := false
		if step > 10 && r.IntN(4) == 0 {
			require.Equal(t, m.started && now+1 >= m.now && m.nextChange("") > now, library.UpToDate(now))
			start = true
		}
		// What readers see stays the same until a change that is made beside it ends.
		var seen string
		beside := r.IntN(2) == 0
		if beside {
			library.Begin(new(sync.Mutex))
			seen = showLibrary(library)
		} else {
			library.Begin(nil)
		}
		if start {
			library.Start(now)
			m.start(now)
			require.True(t, library.started)
		}
		library.Advance(now)
		m.advance(now)
		for range r.IntN(4) {
			id := fmt.Sprint(r.IntN(12))
			old, retracted := library.Entry(id), r.IntN(2) == 0
			if old != nil {
				library.Remove(old, retracted)
				m.remove(id, retracted)
				if retracted {
					continue
				}
			}
			serial++
			e := testEntry{ID: id, Key: "k" + id, Value: fmt.Sprint(id, "v", serial), Hidden: r.IntN(6) == 0,
				Published: now - 10 + int64(r.IntN(15)), Expires: Never}
			e.Updated = e.Published + int64(r.IntN(6))
			if r.IntN(3) == 0 {
				e.Expires = e.Published - 2 + int64(r.IntN(15))
			}
			claims := []Claim[string]{{}}
			for _, key := range keys {
				if r.IntN(3) == 0 {
					text := func(of string) string { return []string{"", of + "1", of + "2"}[r.IntN(3)] }
					claims = append(claims, Claim[string]{key, Facts{key + text("n"), text("d"), text("u")}})
				}
			}
			entry := e
			library.Insert(&entry, claims)
			m.insert(e, claims)
			conflicts := maps.Collect(entry.Conflicts())
			require.Equal(t, m.conflicts(claims), conflicts)
			for range entry.Conflicts() {
				break // which must be possible
			}
		}
		if beside {
			require.Equal(t, seen, showLibrary(library), "seed %d, step %d", seed, step)
		}
		touched := map[string]bool{}
		for _, ix := range library.Settle() {
			require.False(t, touched[ix.Key], "seed %d: listed twice", seed)
			touched[ix.Key] = true
		}
		require.Equal(t, m.settle(), touched, "seed %d, step %d", seed, step)
		compare(t, library, m, seed, step)
		for _, key := range keys {
			ix := library.Index(key)
			if ix == nil {
				delete(shown, key)
				continue
			}
			is := showIndex(ix)
			if was, known := shown[key]; known && was != is {
				require.Greater(t, ix.Stamp(), stamps[key], "seed %d, step %d", seed, step)
			}
			require.GreaterOrEqual(t, ix.Stamp(), stamps[key], "an index that comes again has another stamp")
			shown[key], stamps[key] = is, ix.Stamp()
		}
	}
}

func compare(t *testing.T, library *testLibrary, m *model, seed uint64, step int) {
	t.Helper()
	needed := m.needed()
	for key, s := range m.shelves {
		if !needed[key] {
			s.modified, s.pages = Unset, map[int]int64{} // it is forgotten
		}
	}
	found := map[string]bool{}
	for ix := range library.Indexes() {
		found[ix.Key] = true
		require.Same(t, ix, library.Index(ix.Key))
		require.Equal(t, m.showIndex(ix.Key), showIndex(ix), "seed %d, step %d: %q", seed, step, ix.Key)
		for i, v := range ix.Newest(ix.Len()) {
			require.Equal(t, v, ix.Newest(i + 1)[i])
		}
		if ix.Len() == 0 {
			require.Zero(t, ix.Cache, "the last article has left")
		} else {
			ix.Cache = 1
		}
		require.Empty(t, ix.Newest(0))
		require.Empty(t, ix.Newest(-1))
		all := ix.Newest(math.MaxInt)
		require.Len(t, all, ix.Len())
		require.Equal(t, ix.Len(), cap(all), "no room for more than there is")
	}
	require.Equal(t, needed, found, "seed %d, step %d", seed, step)
	require.Equal(t, m.nextChange(""), library.NextChange())
	for e := range library.Entries() {
		require.Same(t, e, library.Entry(e.ID))
		for _, term := range e.terms {
			require.Same(t, library.Index(term.index.Key), term.index)
		}
	}
	require.Len(t, library.entries, len(m.entries))
	sharing := 0
	for address := range 10 {
		var there []string
		for _, e := range m.entries {
			if addressOf(e.Value) == fmt.Sprint(address) {
				there = append(there, e.ID)
			}
		}
		if len(there) > 1 {
			sharing += len(there)
		}
		e, several := library.At(fmt.Sprint(address))
		require.Equal(t, len(there) > 1, several)
		require.Equal(t, len(there) > 0, e != nil)
		require.True(t, e == nil || slices.Contains(there, e.ID))
	}
	require.Len(t, library.twins.links, sharing)
	for _, key := range []string{"", "a/b", "g"} {
		unveiled := library.Unveiled(key, math.MaxInt)
		var all []*modelEntry
		for _, e := range m.entries {
			if slices.ContainsFunc(e.claims, func(c Claim[string]) bool { return c.Key == key }) {
				all = append(all, e)
			}
		}
		slices.SortFunc(all, func(a, b *modelEntry) int { return a.place().Compare(b.place()) })
		if !m.started {
			all = nil
		}
		require.Equal(t, values(all), unveiled.Newest(len(all)+1))
		require.Equal(t, values(all[:min(2, len(all))]), library.Unveiled(key, 2).Newest(math.MaxInt))
		if ix := library.Index(key); ix != nil {
			require.ElementsMatch(t, values(all), slices.Collect(ix.Filed()))
		}
		require.Equal(t, m.best(key, isThere), unveiled.Facts())
		require.Equal(t, m.names(key, isThere), unveiled.Names())
	}
}
