package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// server is a store over the database, with the archive that it must be like.
type server struct {
	home             string // the URL of its site
	archive          *syndicate.Archive
	store            *sqlstore.Store // nil until the site moves there
	ofArchive, ofOwn warnings
}

// likeAnArchive tells random histories to a store and to archives, and claims after each step that
// they show the same and found the same problems; and that of all feeds that were seen a version is
// of one. Meanwhile the site moves again and again, and the servers of every address go on. Each
// has an archive that was told everything, with the IDBase that the stores remember.
func likeAnArchive(t *testing.T, d Database) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, seed))
	site := Site()
	site.TagAuthority = "" // which the stores remember too
	site.Limit = 3
	site.Tombstones = 30 * time.Hour
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("b"): {Limit: 2, Title: "Of b"}}
	clock := at(day(1))
	homes := []string{
		site.URL, "https://news.example.net/", "http://www.example.com/", "https://www.example.com/a/longer/path/",
	}
	var servers []*server
	for _, home := range homes {
		s := &server{home: home}
		here := site
		here.URL, here.IDBase = home, homes[0]
		var err error
		s.archive, err = syndicate.NewArchive(s.ofArchive.of(here))
		require.NoError(t, err)
		s.archive.Clock = clock.now
		servers = append(servers, s)
	}
	move := func(s *server) {
		here := site
		here.URL = s.home
		s.store = d.Open(t, s.ofOwn.of(here))
		s.store.Clock = clock.now
	}
	move(servers[0])
	other := d.Open(t, site) // looks on
	other.Clock = clock.now

	versions := map[string]string{}
	steps := 70
	if testing.Short() {
		steps = 20
	}
	moved := 1 // how many servers there are
	for step := range steps {
		if step >= moved*steps/(2*len(servers)) && moved < len(servers) {
			move(servers[moved])
			moved++
		}
		writer := servers[r.IntN(moved)]
		what, do := randomStep(r, clock)
		what = fmt.Sprintf("seed %d, step %d: %s at %s", seed, step, what, writer.home)
		for _, s := range servers {
			want := do(s.archive, s.home)
			told := s.ofArchive.take()
			if s != writer {
				continue
			}
			got := do(unbound{s.store, t.Context()}, s.home)
			if !assert.Equal(t, problems(t, want), problems(t, got), what) ||
				!assert.Equal(t, told, s.ofOwn.take(), "%s: warnings", what) {
				return
			}
		}
		if step < 3 || step%3 > 0 { // nothing is asked of them yet, or now
			continue
		}
		if step%9 == 0 && !assertAlike(t, what+", the other server", servers[0].archive, other) {
			return
		}
		for _, s := range servers {
			if s.store == nil {
				infos(t, s.archive) // asked at the same time as the others
				continue
			}
			what := what + ", seen at " + s.home
			if !assertAlike(t, what, s.archive, s.store) || !assertPreviewsAlike(t, what, s.archive, s.store, randomScopes...) {
				return
			}
			assert.Equal(t, s.archive.NextChange().Unix(), s.store.NextChange().Unix(), what)
			for _, info := range infos(t, s.store) {
				for page := range info.Pages + 1 {
					scope := info.Scope.AtPage(page)
					version, err := s.store.Version(t.Context(), scope)
					require.NoError(t, err)
					feed, err := s.store.Feed(t.Context(), scope)
					require.NoError(t, err)
					if page > 0 { // whose version does not depend on it
						feed.NextChange = time.Time{}
					}
					key := scope.String() + " " + version
					if before, known := versions[key]; known && !assert.Equal(t, before, seen(feed), "%s: version of %s", what, scope) {
						return
					}
					versions[key] = seen(feed)
				}
			}
		}
		d.assertConsistent(t)
		if t.Failed() {
			return
		}
	}
	assert.Greater(t, d.count(t, "syndicate_pages"), steps/7, "the history has filled pages")
}

// manyEvents claims that a store is like an archive after calls that concern many articles, of
// which many appear and expire in turn, are removed, and are published again.
func manyEvents(t *testing.T, d Database) {
	site := Site()
	site.Limit = 3
	site.Tombstones = 3 * time.Hour
	clock := at(day(1))
	archive, err := syndicate.NewArchive(site)
	require.NoError(t, err)
	archive.Clock = clock.now
	store := d.Open(t, site)
	store.Clock = clock.now
	r := rand.New(rand.NewPCG(5, 6))
	article := func(n int) syndicate.Article {
		a := syndicate.Article{
			URL: fmt.Sprintf("/%d/", n), Title: fmt.Sprint(n, r.IntN(2)), Content: "<p>Body</p>",
			Published: clock.now().Add(time.Duration(r.IntN(600)-200) * time.Minute), Draft: r.IntN(12) == 0,
			Tags: syndicate.Tags(fmt.Sprint("tag ", n%7), fmt.Sprint("own ", n)), Authors: []syndicate.Author{{Name: fmt.Sprint("Author ", r.IntN(3))}},
		}
		if r.IntN(2) == 0 {
			a.Expires = a.Published.Add(time.Duration(r.IntN(200)) * time.Minute)
		}
		return a
	}
	rounds := 12
	if testing.Short() {
		rounds = 5
	}
	for round := range rounds {
		what := fmt.Sprint("round ", round)
		var articles []syndicate.Article
		var ids []string
		for n := range 150 {
			switch r.IntN(4) {
			case 0:
				ids = append(ids, fmt.Sprintf("/%d/", n))
			case 1, 2:
				articles = append(articles, article(n))
			}
		}
		for _, do := range []func(changer) error{
			func(c changer) error { return c.Add(articles...) },
			func(c changer) error { return c.Update(articles...) },
			func(c changer) error { return c.Remove(append(ids, ids[0])...) },
			func(c changer) error { return c.Add(articles...) },
		} {
			want := problems(t, do(archive))
			require.Equal(t, want, problems(t, do(unbound{store, t.Context()})), what)
		}
		if round%4 == 3 {
			require.NoError(t, archive.Replace(articles...))
			require.NoError(t, store.Replace(t.Context(), articles...))
		}
		if !assertAlike(t, what, archive, store) {
			return
		}
		clock.unix.Add(int64(r.IntN(5 * 3600)))
		settle(t, store, clock)
		if !assertAlike(t, what+", later", archive, store) {
			return
		}
	}
	d.assertConsistent(t)
	assert.Greater(t, d.count(t, "syndicate_pages"), 100, "the history has filled pages")

	// An article appears again and its tombstone would have ended later, while nobody looks.
	back := numbered(1, "back")
	for _, do := range []func(changer) error{
		func(c changer) error { return c.Add(back) },
		func(c changer) error { return c.Remove(back.URL) },
		func(c changer) error {
			back.Published = clock.now().Add(time.Hour)
			return c.Add(back)
		},
	} {
		require.NoError(t, do(archive))
		require.NoError(t, do(unbound{store, t.Context()}))
		assertAlike(t, "an article that appears again", archive, store)
	}
	clock.unix.Add(5 * 3600)
	settle(t, store, clock)
	assertAlike(t, "an article that has appeared again", archive, store)
	assert.Zero(t, d.count(t, "syndicate_tombstones WHERE key LIKE '%/01/'"))
}

// changer is what an archive and a store have in common for those who write.
type changer interface {
	Add(...syndicate.Article) error
	Update(...syndicate.Article) error
	Remove(...string) error
	Replace(...syndicate.Article) error
}

// unbound is a Store whose methods take no context, so that random histories change a Store and an
// Archive in the same way.
type unbound struct {
	store *sqlstore.Store
	ctx   context.Context
}

func (u unbound) Add(articles ...syndicate.Article) error { return u.store.Add(u.ctx, articles...) }
func (u unbound) Update(articles ...syndicate.Article) error {
	return u.store.Update(u.ctx, articles...)
}
func (u unbound) Remove(ids ...string) error { return u.store.Remove(u.ctx, ids...) }
func (u unbound) Replace(articles ...syndicate.Article) error {
	return u.store.Replace(u.ctx, articles...)
}

// warnings collects the warnings of a site.
type warnings struct{ lines []string }

// of returns the site with these warnings.
func (w *warnings) of(site syndicate.Site) syndicate.Site {
	site.Warn = func(p *syndicate.Problem) { w.lines = append(w.lines, p.Error()) }
	return site
}

// take returns what was collected since the last time.
func (w *warnings) take() []string {
	lines := w.lines
	w.lines = nil
	return lines
}

// randomStep returns something that may happen to a site at an address.
func randomStep(r *rand.Rand, clock *clock) (what string, do func(c changer, home string) error) {
	some := func() (articles []syndicate.Article) {
		for range 1 + r.IntN(4) {
			articles = append(articles, randomArticle(r, clock.now()))
		}
		return articles
	}
	switch k := r.IntN(20); {
	case k < 8:
		articles := some()
		return "add", func(c changer, home string) error { return c.Add(athome(home, articles)...) }
	case k < 12:
		articles := some()
		return "update", func(c changer, home string) error { return c.Update(athome(home, articles)...) }
	case k < 15:
		ids := []string{randomAddress(r.IntN(40)), fmt.Sprintf("id-%d", r.IntN(40))}
		if n := r.IntN(40); n%3 > 0 { // has no ID, so that its first address names it
			ids = append(ids, fmt.Sprintf("https://www.example.com/%d/", n))
		}
		return "remove", func(c changer, home string) error {
			ids := slices.Clone(ids)
			for i := range ids {
				ids[i] = strings.ReplaceAll(ids[i], "{home}", home)
			}
			return c.Remove(ids...)
		}
	case k < 16:
		var articles []syndicate.Article
		for range 10 {
			articles = append(articles, some()...)
		}
		return "replace", func(c changer, home string) error { return c.Replace(athome(home, articles)...) }
	case k < 17:
		clock.unix.Add(-int64(r.IntN(3 * 86400)))
		return "the clock is put back", func(changer, string) error { return nil }
	default:
		clock.unix.Add(int64(r.IntN(2 * 86400)))
		return "time goes by", func(changer, string) error { return nil }
	}
}

// randomAddress returns the address with which one of forty articles is always given.
func randomAddress(n int) string {
	return fmt.Sprintf([]string{"{home}%d/", "%d/", "/%d/", "/%d/", "/%d/"}[n%5], n)
}

// athome returns articles as a program gives them whose site is at an address.
func athome(home string, articles []syndicate.Article) []syndicate.Article {
	articles = slices.Clone(articles)
	for i := range articles {
		a := &articles[i]
		a.URL = strings.ReplaceAll(a.URL, "{home}", home)
		a.Banner = strings.ReplaceAll(a.Banner, "{home}", home)
	}
	return articles
}

// randomArticle returns one of forty articles in a random version.
func randomArticle(r *rand.Rand, now time.Time) syndicate.Article {
	n := r.IntN(40)
	a := syndicate.Article{
		URL: randomAddress(n), Title: fmt.Sprintf("%d.%d", n, r.IntN(2)), Content: "<p>Body</p>",
		Published: now.Add(time.Duration(r.IntN(6*24)-4*24) * time.Hour).Truncate(12 * time.Hour),
	}
	if n%3 == 0 {
		a.ID = fmt.Sprintf("id-%d", n)
	}
	if n == 7 {
		a.URL = "/8/" // an address that another has
		a.ID = "seven"
	}
	if r.IntN(4) == 0 {
		a.Updated = a.Published.Add(time.Duration(r.IntN(72)) * time.Hour)
	}
	if r.IntN(4) == 0 {
		a.Expires = a.Published.Add(time.Duration(r.IntN(96)-5) * time.Hour)
	}
	a.Draft = r.IntN(8) == 0
	a.Banner = []string{"", "/b.png", "b.png", "{home}b/c.png", "//cdn.example.org/b.png", "https://cdn.example.org/b.png"}[n%6]
	names := [][]string{{"A", "a"}, {"B"}, {"Kılıç", "Kilic"}}[r.IntN(3)]
	a.Tags = []syndicate.Tag{{Name: names[r.IntN(len(names))], URL: []string{"", "/t/1", "/t/2"}[r.IntN(3)]}, {Name: "C", Description: []string{"", "x"}[r.IntN(2)]}}
	a.Authors = []syndicate.Author{{Name: []string{"Ann", "ANN", "Bob"}[r.IntN(3)], Avatar: []string{"", "/a.png"}[r.IntN(2)]}}
	top := &syndicate.Category{Name: []string{"Top", "TOP"}[r.IntN(2)]}
	below := &syndicate.Category{Name: []string{"Below", "Other"}[r.IntN(2)], Parent: top}
	a.Categories = []syndicate.Category{*below}
	if r.IntN(3) == 0 {
		a.Categories = append(a.Categories, syndicate.Category{Name: "Top", Description: "another word"})
	}
	if r.IntN(3) == 0 { // names of one slug, and a name that is no word
		a.Tags = append(a.Tags, syndicate.Tags("Kilic", "Kılıç", "C++", "🔥")[r.IntN(3):]...)
		a.Authors = append(a.Authors, syndicate.Author{Name: "Änn"})
		a.Categories = append(a.Categories, syndicate.Category{Name: "Feed", Parent: top}, syndicate.Category{Name: "Tóp", URL: "/top/"})
	}
	return a
}
