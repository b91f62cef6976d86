package storetest

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// A site that moves: LIFE-5, HTTP-6, STORE-3.

// oldHome is where the site of these tests was first, and newHomes are where it moves.
const oldHome = "http://old.example.org/blog/"

var newHomes = []string{
	"https://old.example.org/blog/", "https://new.example.com/", "https://new.example.com/news/", "http://old.example.org/news/", oldHome,
}

// moving returns the articles of a site, given as a program gives them whose site is at home.
func moving(home string) []syndicate.Article {
	refs := []string{
		"a/", "/b/", "?p=1", "c/?u=http://x.example/", "//old.example.org/d/", "../e/", "{home}f/", "{home}", "./g:1/", "h//i/",
		"https://elsewhere.example/j/", "http://old.example.org/shop/", "//elsewhere.example/k/", "çay/",
	}
	var articles []syndicate.Article
	for i, ref := range refs {
		a := numbered(1+i, "A", "B")
		a.URL = ref
		a.Image = syndicate.Image{URL: "i.jpg", Width: 1, Height: 2}
		articles = append(articles, a)
	}
	key, guid := numbered(15, "A"), numbered(16, "B")
	key.ID, key.URL = "4711", "key/"
	guid.ID, guid.URL = "http://old.example.org/blog/as-it-was", "guid/"
	whole := full()
	whole.Published, whole.Updated, whole.Expires = day(17), time.Time{}, time.Time{}
	whole.Authors[0].Avatar, whole.Banner = "ann.png", "{home}b.png"
	whole.Origin.URL, whole.Enclosures[1].URL = "/origin/", "//cdn.example.net/f.mp3"
	return athome(home, append(articles, key, guid, whole))
}

// idsOf returns the ids that a feed and its articles have in RSS, Atom and JSON.
func idsOf(t testing.TB, source syndicate.Source) (ids []string) {
	feed, err := source.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	for _, found := range regexp.MustCompile(`<guid[^>]*>([^<]*)<|<id>([^<]*)<|"id": ?"([^"]*)"`).FindAllStringSubmatch(seen(feed), -1) {
		ids = append(ids, strings.Join(found[1:], ""))
	}
	require.Greater(t, len(ids), 3*len(feed.Articles))
	return ids
}

// linksOf returns the addresses of a source's articles by title.
func linksOf(t testing.TB, source syndicate.Source) map[string]string {
	feed, err := source.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	links := map[string]string{}
	for _, a := range feed.Articles {
		links[a.Title] = a.URL
	}
	return links
}

// movedSite claims that links follow a site that moves, that ids stay and that its articles are
// found, in the store as in an archive with the IDBase that the store remembers.
func movedSite(t *testing.T, d Database) {
	site := syndicate.Site{URL: oldHome, Title: "Example", Limit: 30}
	first := d.Open(t, site)
	first.Clock = at(day(20)).now
	require.NoError(t, first.Add(t.Context(), moving(oldHome)...))
	want := idsOf(t, first)
	assert.Contains(t, want, "tag:old.example.org,2026:4711")
	assert.Contains(t, want, oldHome+"a/")
	versions := map[string]bool{}
	for _, home := range newHomes {
		site.URL, site.IDBase = home, ""
		store := d.Open(t, site)
		store.Clock = at(day(20)).now
		assert.Equal(t, oldHome, store.Publication().Site().IDBase)
		site.IDBase = oldHome
		archive, err := syndicate.NewArchive(site, moving(home)...)
		require.NoError(t, err)
		archive.Clock = store.Clock

		assertAlike(t, home, archive, store)
		assertPreviewsAlike(t, home, archive, store, syndicate.Everything(), syndicate.WithTag("a"))
		assert.Equal(t, want, idsOf(t, store), home)
		base, err := url.Parse(home)
		require.NoError(t, err)
		links := linksOf(t, store)
		for i, a := range moving(home)[:10] {
			link, err := base.Parse(a.URL)
			require.NoError(t, err)
			assert.Equal(t, link.String(), links[fmt.Sprintf("%02d", i+1)], "%s at %s", a.URL, home)
		}
		assert.Equal(t, "https://elsewhere.example/j/", links["11"], home)
		assert.Equal(t, "http://old.example.org/shop/", links["12"], home)

		version, err := store.Version(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		assert.NotContains(t, versions, version, "feeds with other addresses have another version")
		versions[version] = true
		require.NoError(t, store.Update(t.Context(), moving(home)...))
		again, err := store.Version(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		assert.Equal(t, version, again, "nothing has changed")
		for _, a := range moving(home) {
			assert.ErrorIs(t, store.Add(t.Context(), a), syndicate.RuleDuplicateID, "%s at %s", a.URL, home)
		}
		require.NoError(t, store.Replace(t.Context(), moving(home)...))
		assertAlike(t, home+" after a replacement", archive, store)
		d.assertConsistent(t)
		if home != newHomes[len(newHomes)-1] {
			continue
		}
		without := moving(home)
		for i := range without { // the address of a tag, and then none
			without[i].Tags = []syndicate.Tag{{Name: "Tag", Slug: "t-a-g"}}
		}
		for _, source := range []changer{archive, unbound{store, t.Context()}} {
			require.NoError(t, source.Replace(without...))
		}
		assertAlike(t, "without addresses of tags", archive, store)
	}
}

// foundByAddress claims that after a move an article without an ID is found by its new address, in
// every form, and by its first one, and that nothing is doubled.
func foundByAddress(t *testing.T, d Database) {
	site := syndicate.Site{URL: oldHome, Title: "Example", Limit: 30}
	first := d.Open(t, site)
	first.Clock = at(day(20)).now
	for i, ref := range []string{"a/", "/b/", "https://new.example.com/c/", "d/", "/e/"} {
		a := numbered(1 + i)
		a.URL = ref
		require.NoError(t, first.Add(t.Context(), a))
	}
	want := idsOf(t, first)
	site.URL = "https://new.example.com/"
	store := d.Open(t, site)
	store.Clock = first.Clock
	// The third one was at another site, and is at this one now.
	for round := range 2 {
		for i, ref := range []string{"https://new.example.com/a/", "https://new.example.com/b/", "https://new.example.com/c/", "d/", "/e/"} {
			a := numbered(1 + i)
			a.URL, a.Content = ref, fmt.Sprint("round ", round)
			assert.ErrorIs(t, store.Add(t.Context(), a), syndicate.RuleDuplicateID, ref)
			assert.NoError(t, store.Update(t.Context(), a), ref)
		}
		assert.Equal(t, want, idsOf(t, store))
		assert.Equal(t, 5, d.count(t, "syndicate_articles"))
	}
	for _, home := range []string{"http://old.example.org/", "https://new.example.com/c/"} {
		site := site
		site.URL = home
		assert.Equal(t, want, idsOf(t, d.Open(t, site)), "%s: what is below the site is not what was", home)
	}
	// An article with an ID takes the place of none.
	other := numbered(9)
	other.ID, other.URL = "other", "https://new.example.com/b/"
	var warned warnings
	store = d.Open(t, warned.of(site))
	store.Clock = first.Clock
	require.NoError(t, store.Add(t.Context(), other))
	assert.Contains(t, strings.Join(warned.take(), "\n"), "another article has this address")
	assert.ErrorIs(t, store.Remove(t.Context(), "https://new.example.com/b/"), syndicate.RuleUnknownID, "two articles have it")
	require.NoError(t, store.Remove(t.Context(), "other"))

	require.NoError(t, store.Remove(t.Context(), "https://new.example.com/b/"), "the new address")
	require.NoError(t, store.Remove(t.Context(), oldHome+"a/"), "the first address")
	require.NoError(t, store.Remove(t.Context(), "/c/", "d/"), "relative addresses")
	assert.ErrorIs(t, store.Remove(t.Context(), "/a/"), syndicate.RuleUnknownID)
	assert.Equal(t, map[string]string{"05": "https://new.example.com/e/"}, linksOf(t, store))

	site.URL = "https://new.example.com/a/b/"
	store = d.Open(t, site)
	store.Clock = first.Clock
	above := numbered(6)
	above.URL = "../z/"
	require.NoError(t, store.Add(t.Context(), above))
	require.NoError(t, store.Update(t.Context(), above))
	assert.Equal(t, "https://new.example.com/a/z/", linksOf(t, store)["06"])
	assert.Contains(t, idsOf(t, store), "http://old.example.org/z/", "as in an archive")
	d.assertConsistent(t)
}

// idsAreRemembered claims that a store remembers what ids are made with, until the program sets
// something else: then ids are as those of an archive with it.
func idsAreRemembered(t *testing.T, d Database) {
	articles := []syndicate.Article{numbered(1, "a"), numbered(2), numbered(3), numbered(4)}
	articles[1].ID = "4711"
	at20 := at(day(20)).now
	open := func(url, base, authority string) *sqlstore.Store {
		store, err := d.Change(t, syndicate.Site{URL: url, Title: "Example", IDBase: base, TagAuthority: authority, Limit: 2, Tombstones: time.Hour})
		require.NoError(t, err)
		store.Clock = at20
		return store
	}
	store := open("http://one.example/", "", "one.example,2001")
	require.NoError(t, store.Add(t.Context(), articles[:3]...))
	want := idsOf(t, store)
	assert.Contains(t, want, "tag:one.example,2001:4711")
	assert.Equal(t, want, idsOf(t, open("https://two.example/", "", "")), "what the program leaves empty is remembered")
	assert.Equal(t, want, idsOf(t, open("https://two.example/", "http://one.example/", "one.example,2001")))

	third := open("https://two.example/", "", "three.example,2003")
	assert.Contains(t, idsOf(t, third), "tag:three.example,2003:4711")
	assert.Contains(t, idsOf(t, third), "http://one.example/03/")
	again := articles[1]
	again.ID, again.URL = "tag:three.example,2003:4711", "/again/"
	assert.ErrorIs(t, third.Add(t.Context(), again), syndicate.RuleDuplicateID)

	// A server with the old ids would add what is there. It shows what it showed.
	before, err := store.Version(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	for _, write := range []error{
		store.Add(t.Context(), articles[0]), store.Update(t.Context(), articles[0]), store.Remove(t.Context(), "4711"), store.Replace(t.Context(), articles...),
	} {
		assert.ErrorContains(t, write, "another server has set the ids")
	}
	assert.Equal(t, want, idsOf(t, store))
	after, err := third.Version(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.NotEqual(t, before, after)
	require.NoError(t, third.Update(t.Context(), articles[0]))

	before, err = third.Version(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	fourth := open("https://two.example/", "http://four.example/blog/", "")
	after, err = fourth.Version(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.NotEqual(t, before, after, "another IDBase")
	assert.Equal(t, "three.example,2003", fourth.Publication().Site().TagAuthority)
	archive, err := syndicate.NewArchive(fourth.Publication().Site(), articles[:3]...)
	require.NoError(t, err)
	archive.Clock = at20
	assertAlike(t, "with another IDBase", archive, fourth)
	articles[0].Title, articles[2].Draft = "changed", true
	for _, source := range []changer{archive, unbound{fourth, t.Context()}} {
		require.NoError(t, source.Add(articles[3]))
		require.NoError(t, source.Update(articles[0], articles[2]))
		require.NoError(t, source.Remove("/04/"))
		require.NoError(t, source.Add(articles[3]))
		assert.ErrorIs(t, source.Add(articles[0]), syndicate.RuleDuplicateID)
	}
	assertAlike(t, "with another IDBase, changed", archive, fourth)
	articles[2].Draft = false
	for _, source := range []changer{archive, unbound{fourth, t.Context()}} {
		require.NoError(t, source.Update(articles[2]))
	}
	assertAlike(t, "no tombstone of what is there again", archive, fourth)
	d.assertConsistent(t)
	assert.Equal(t, idsOf(t, fourth), idsOf(t, open("https://five.example/", "", "")), "the last ones are remembered")
}

// authorityOfTheBase claims that a tag authority that no program has set follows the IDBase, as
// that of an archive does.
func authorityOfTheBase(t *testing.T, d Database) {
	site := syndicate.Site{URL: "https://new.example.com/", Title: "Example"}
	require.NoError(t, d.Open(t, site).Add(t.Context(), numbered(1)))
	site.IDBase = oldHome
	store, err := d.Change(t, site)
	require.NoError(t, err)
	assert.Equal(t, "old.example.org,2026", store.Publication().Site().TagAuthority)
	site.IDBase, site.URL = "", "https://newer.example.com/"
	assert.Equal(t, "old.example.org,2026", d.Open(t, site).Publication().Site().TagAuthority)
	site.IDBase = "new.example.com"
	assert.ErrorContains(t, d.TryOpen(t, site), "IDBase: ")
}

// idsTradePlaces claims that with another IDBase an article may get the id of another one, and
// that no two articles get the same.
func idsTradePlaces(t *testing.T, d Database) {
	site := syndicate.Site{URL: "http://one.example/", Title: "Example"}
	var articles []syndicate.Article
	for i, ref := range []string{"a/x/", "x/", "/y/"} {
		a := numbered(1 + i)
		a.URL = ref
		articles = append(articles, a)
	}
	store := d.Open(t, site)
	require.NoError(t, store.Add(t.Context(), articles...))
	site.IDBase = "http://one.example/a/"
	store, err := d.Change(t, site)
	require.NoError(t, err)
	store.Clock = at(day(9)).now
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = store.Clock
	assertAlike(t, "traded", archive, store)

	taken := numbered(4)
	taken.ID = "http://one.example/x/"
	require.NoError(t, store.Add(t.Context(), taken))
	want := idsOf(t, store)
	site.IDBase = "http://one.example/"
	_, err = d.Change(t, site)
	assert.ErrorContains(t, err, `the id "http://one.example/x/", which may be that of two articles`)
	site.IDBase = ""
	assert.Equal(t, want, idsOf(t, d.Open(t, site)), "nothing has changed")
}

// pagesStay claims that archive pages keep their articles whatever ids the site gives these.
func pagesStay(t *testing.T, d Database) {
	site := syndicate.Site{URL: "http://one.example/", Title: "Example", Limit: 2}
	var articles []syndicate.Article
	for n := range 7 { // of one second, so that only their keys order them
		a := numbered(1)
		a.URL, a.Title = fmt.Sprintf("%d/", n), fmt.Sprint("title ", n)
		articles = append(articles, a)
	}
	pages := func(store *sqlstore.Store) (pages []string) {
		store.Clock = at(day(9)).now
		for page := 1; page <= infos(t, store)[0].Pages; page++ {
			pages = append(pages, Titles(store, syndicate.Everything().AtPage(page)))
		}
		return pages
	}
	store := d.Open(t, site)
	require.NoError(t, store.Add(t.Context(), articles...))
	want := pages(store)
	require.Len(t, want, 3)
	site.IDBase = "http://zzz.example/"
	store, err := d.Change(t, site)
	require.NoError(t, err)
	assert.Equal(t, want, pages(store))
	for i := range articles {
		articles[i].Content = "changed"
	}
	require.NoError(t, store.Update(t.Context(), articles[:4]...))
	require.NoError(t, store.Replace(t.Context(), articles...))
	assert.Equal(t, want, pages(store))
	d.assertConsistent(t)
	feed, err := store.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Equal(t, "http://one.example/page/3/rss.xml", feed.PrevArchive.RSS, "of the newest article that the feed does not show")
}

// rollingMove claims that servers of both addresses may write at once during a move: nothing is
// lost or doubled, and each shows its own addresses.
func rollingMove(t *testing.T, d Database) {
	site := Site()
	site.Limit = 100
	sites := []syndicate.Site{site, site}
	sites[1].URL = "https://news.example.net/en/"
	stores := []*sqlstore.Store{d.Open(t, sites[0]), d.Open(t, sites[1])}
	article := func(n int, home string) syndicate.Article {
		a := numbered(1+n%20, fmt.Sprint("tag ", n%3))
		a.URL = []string{fmt.Sprintf("%d/", n), fmt.Sprintf("%s%d/", home, n)}[n%2]
		a.Authors = []syndicate.Author{{Name: "Ann", URL: home + "ann/", Avatar: "/ann.png"}}
		return a
	}
	const each = 40
	added := make([][]int, len(stores))
	var all sync.WaitGroup
	for i, store := range stores {
		all.Go(func() {
			for n := range each {
				a := article(n, sites[i].URL)
				if err := store.Add(t.Context(), a); err == nil {
					added[i] = append(added[i], n)
				} else {
					assert.ErrorIs(t, err, syndicate.RuleDuplicateID)
				}
				a.Title = fmt.Sprint("changed ", n)
				assert.NoError(t, store.Update(t.Context(), a), "both know it")
				_, err := store.Feed(t.Context(), syndicate.Everything())
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
	both := slices.Concat(added...)
	slices.Sort(both)
	assert.Len(t, slices.Compact(both), each, "each was added once")
	assert.Len(t, slices.Concat(added...), each)
	d.assertConsistent(t)
	assert.Equal(t, each, d.count(t, "syndicate_articles"))
	assert.Equal(t, 1+1+3, d.count(t, "syndicate_scopes"), "what is one author and one tag is one for both")
	assert.Equal(t, 1+3, d.count(t, "syndicate_terms"))
	assert.Equal(t, idsOf(t, stores[0]), idsOf(t, stores[1]))
	versions := map[string]string{}
	for i, store := range stores {
		for n := range each {
			want := fmt.Sprintf("%s%d/", sites[i].URL, n)
			assert.Equal(t, want, linksOf(t, store)[fmt.Sprint("changed ", n)])
		}
		feed, err := store.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		assert.Equal(t, sites[i].URL+"ann/", feed.Articles[0].Authors[0].URL)
		version, err := store.Version(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		assert.NotContains(t, versions, version)
		versions[version] = seen(feed)
	}
}

//go:embed testdata/version1.sql
var version1 string

//go:embed testdata/version2.sql
var version2 string

//go:embed testdata/version3.sql
var version3 string

//go:embed testdata/version4.sql
var version4 string

// tablesOf returns the beginning of a script up to its rows.
func tablesOf(script string) string { return script[:strings.Index(script, "INSERT INTO")] }

// oldArticles are the articles in testdata/version1.sql, where they have absolute addresses: they
// were given to a store of the first version of the schema on the fourth day, and on the tenth an
// article was added and removed.
func oldArticles() (articles []syndicate.Article) {
	for n := 1; n <= 5; n++ {
		articles = append(articles, numbered(n, "A", "B"))
	}
	a := full()
	a.Expires, a.Published, a.Updated = time.Time{}, day(6), day(7)
	a.CommentsURL = "/full/comments"
	articles[1].URL = "second/"
	articles[2].ID = "third"
	articles[3].URL = "https://elsewhere.example/4/"
	articles = append(articles, a, numbered(20, "B"))
	for i := range articles { // a store of that version had the addresses, but not how they were given
		if ref, ok := strings.CutPrefix(articles[i].URL, "/"); ok {
			articles[i].URL = ref
		}
	}
	return articles
}

// oldArchive returns an archive to which the same happened.
func oldArchive(t *testing.T, site syndicate.Site) *syndicate.Archive {
	clock := at(day(4))
	archive, err := syndicate.NewArchive(site, oldArticles()...)
	require.NoError(t, err)
	archive.Clock = clock.now
	infos(t, archive)
	clock.unix.Store(day(10).Unix())
	gone := numbered(7, "A")
	gone.URL = "07/"
	require.NoError(t, archive.Add(gone))
	require.NoError(t, archive.Remove("07/"))
	infos(t, archive)
	return archive
}

func oldSite() syndicate.Site {
	site := Site()
	site.Limit = 2
	site.Tombstones = 30 * 24 * time.Hour
	return site
}

// oldSchema claims that a store of an old version of the schema keeps its ids and all else, and
// that its site can move from then on. STORE-5.
func oldSchema(steps ...string) func(*testing.T, Database) {
	return func(t *testing.T, d Database) {
		require.NoError(t, d.Migrate(t.Context(), steps...))
		asItWas(t, d)
	}
}

// migratedPages is an archive whose pages have the times of their feeds, as those of a store have
// that did not keep the times of pages.
type migratedPages struct{ syndicate.Source }

// Feed returns the feed of a scope, or a page with the time of that feed.
func (m migratedPages) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	feed, err := m.Source.Feed(ctx, scope)
	if err != nil || scope.Page() == 0 {
		return feed, err
	}
	current, err := m.Source.Feed(ctx, scope.Current())
	if err == nil {
		feed.Modified = current.Modified
	}
	return feed, err
}

// asItWas claims that a store is as the old archive, and can move.
func asItWas(t *testing.T, d Database) {
	for _, home := range []string{"https://www.example.com/", "https://news.example.net/", "http://www.example.com/"} {
		site := oldSite()
		site.URL = home
		store := d.Open(t, site)
		store.Clock = at(day(10)).now
		site.IDBase = "https://www.example.com/"
		assertAlike(t, home, migratedPages{oldArchive(t, site)}, store)
		d.assertConsistent(t)
		assert.Zero(t, d.count(t, "syndicate_articles WHERE url LIKE 'https://www.%'"), "every address was related")
		version, err := store.Version(t.Context(), syndicate.WithTag("a"))
		require.NoError(t, err)
		require.NoError(t, store.Update(t.Context(), oldArticles()[:5]...))
		again, err := store.Version(t.Context(), syndicate.WithTag("a"))
		require.NoError(t, err)
		assert.Equal(t, version, again, "nothing has changed")
	}
}

// oldSchemaMoved claims the same of a store whose site had moved when it was first opened with the
// second version of the schema: if the program says from where, links follow too, and if not it is
// warned.
func oldSchemaMoved(t *testing.T, d Database) {
	require.NoError(t, d.Migrate(t.Context(), version1))
	var warned warnings
	site := oldSite()
	site.URL, site.TagAuthority, site.IDBase = "https://news.example.net/", "", "https://www.example.com/"
	store := d.Open(t, warned.of(site))
	store.Clock = at(day(10)).now
	assert.Empty(t, warned.take())
	site.TagAuthority = "example.com,2020" // which the store has remembered
	assertAlike(t, "moved", migratedPages{oldArchive(t, site)}, store)
}

// oldSchemaElsewhere claims that no id changes if the program does not say that the site has moved.
func oldSchemaElsewhere(t *testing.T, d Database) {
	require.NoError(t, d.Migrate(t.Context(), version1))
	var warned warnings
	site := oldSite()
	site.URL, site.TagAuthority = "https://news.example.net/", ""
	store := d.Open(t, warned.of(site))
	store.Clock = at(day(10)).now
	assert.Contains(t, strings.Join(warned.take(), "\n"), "IDBase")
	want := oldArchive(t, oldSite())
	assert.Equal(t, idsOf(t, want), idsOf(t, store))
	assert.Equal(t, linksOf(t, want), linksOf(t, store), "links that do not follow")
	d.assertConsistent(t)
}
