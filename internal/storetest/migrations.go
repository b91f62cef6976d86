package storetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// migrations claims that a schema goes up from every version to every later one with what is in it,
// once, whoever wants it at the same time, and not half.
func migrations(t *testing.T, d Database) {
	steps := []string{
		"CREATE TABLE things (n {integer} PRIMARY KEY) {table};\nINSERT INTO things (n) VALUES (1);\n",
		"ALTER TABLE things ADD COLUMN name {text} NOT NULL DEFAULT 'x'",
		"CREATE INDEX things_name ON things (name);\nUPDATE things SET name = 'y'",
	}
	up := func(steps ...string) error { return d.Migrate(t.Context(), steps...) }
	require.NoError(t, up(steps[:1]...))
	d.exec(t, "INSERT INTO things (n) VALUES (2)")
	require.NoError(t, up(steps[:2]...))
	assert.Equal(t, 2, d.count(t, "things WHERE name = 'x'"))

	assert.ErrorContains(t, up(steps[0], steps[1], "UPDATE things SET name = 'z';\nno statement at all"), "version 3 of the schema")
	assert.Equal(t, 2, d.count(t, "things WHERE name = 'x'"), "nothing is left of a step that fails")
	assert.ErrorContains(t, up(steps[:1]...), "version 2 of the schema, but this program supports 1")

	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { assert.NoError(t, up(steps...)) })
	}
	all.Wait()
	assert.Equal(t, 2, d.count(t, "things WHERE name = 'y'"))
	assert.Equal(t, 3, d.count(t, "syndicate_schema"), "each step was done once")
}

// newerDatabase claims that a program does not touch what it does not understand.
func newerDatabase(t *testing.T, d Database) {
	d.Open(t, Site())
	require.NoError(t, d.Newer(t.Context(), "UPDATE syndicate_state SET change = change", 0, 0))
	assert.ErrorContains(t, d.TryOpen(t, Site()), "but this program supports")
	assert.ErrorContains(t, d.TryOpen(t, Site()), "must not read it: use a newer program")
	assert.ErrorContains(t, sqlstore.Migrate(t.Context(), d.SQL, d.Dialect), "use a newer program")
}

// olderProgram claims that a program runs over the schema of a newer one as far as that allows it,
// so that a deployment can be rolled back, and that it stops writing when it has to. STORE-5.
func olderProgram(t *testing.T, d Database) {
	running := d.Open(t, Site())
	require.NoError(t, running.Add(t.Context(), numbered(1)))
	assert.Len(t, infos(t, running), 1)
	all := 1
	var version int
	require.NoError(t, d.SQL.QueryRow("SELECT max(version) FROM syndicate_schema").Scan(&version))

	const index = "CREATE INDEX things ON syndicate_articles (title)"
	require.NoError(t, d.Newer(t.Context(), index, version, version))
	for _, store := range []*sqlstore.Store{running, d.Open(t, Site())} {
		all++
		require.NoError(t, store.Add(t.Context(), numbered(all)))
		feed, err := store.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		assert.Len(t, feed.Articles, all)
	}

	// What is due cannot be written, and readers get the feed without it. This is no fault.
	clock := at(day(20))
	reading := d.Open(t, Site())
	reading.Clock = clock.now
	reading.OnError = func(err error) { assert.NoError(t, err) }
	all++
	require.NoError(t, reading.Add(t.Context(), with(numbered(all), func(a *syndicate.Article) { a.Expires = day(25) })))
	d.exec(t, fmt.Sprintf("UPDATE syndicate_state SET writers = %d", version+1))
	clock.unix.Store(day(26).Unix())
	feed, err := reading.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	all--
	assert.Len(t, feed.Articles, all)
	for _, store := range []*sqlstore.Store{running, d.Open(t, Site())} {
		for _, err := range []error{
			store.Add(t.Context(), numbered(9)), store.Update(t.Context(), numbered(1)), store.Remove(t.Context(), "/01/"),
			store.Replace(t.Context()), store.CloseScope(t.Context(), syndicate.WithTag("a")),
		} {
			assert.ErrorContains(t, err, "must not write it: use a newer program")
		}
		feed, err := store.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err, "it goes on reading")
		assert.Len(t, feed.Articles, all)
	}
	d.assertConsistent(t)

	d.exec(t, fmt.Sprintf("UPDATE syndicate_state SET readers = %d", version+1))
	assert.ErrorContains(t, d.TryOpen(t, Site()), "must not read it: use a newer program")
	_, err = running.Feed(t.Context(), syndicate.Everything())
	assert.ErrorContains(t, err, "must not read it: use a newer program")
	for _, err := range running.Scopes(t.Context()) {
		assert.ErrorContains(t, err, "must not read it: use a newer program")
	}
	for _, err := range running.Articles(t.Context(), sqlstore.Listing{}) {
		assert.ErrorContains(t, err, "must not read it: use a newer program")
	}
	require.Eventually(t, func() bool {
		_, err := running.Version(t.Context(), syndicate.Everything())
		return err != nil
	}, patience, time.Millisecond)
	// The deployment is rolled back.
	d.exec(t, fmt.Sprintf("UPDATE syndicate_state SET readers = %d", version))
	feed, err = running.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Len(t, feed.Articles, all)
}

// scripts claims that the script for administrators does what a migration does, from every version,
// and once. STORE-5.
func scripts(t *testing.T, d Database) {
	run := func(script string) error {
		conn, err := d.SQL.Conn(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		for statement := range strings.SplitSeq(script, ";\n") {
			if statement == "" {
				continue
			}
			if _, err := conn.ExecContext(t.Context(), statement); err != nil {
				_, rolledBack := conn.ExecContext(t.Context(), "ROLLBACK")
				require.NoError(t, rolledBack)
				return err
			}
		}
		return nil
	}
	assert.Error(t, run(d.Dialect.Script(1)), "the database has no tables yet")
	require.NoError(t, d.Migrate(t.Context(), tablesOf(version1), version2))
	assert.Error(t, run(d.Dialect.Script(0)))
	assert.Error(t, run(d.Dialect.Script(1)))
	assert.Error(t, run(d.Dialect.Script(3)), "the database has no version 3 yet")
	assert.Equal(t, 2, d.count(t, "syndicate_schema"), "a script that fails has no effect")
	require.NoError(t, run(d.Dialect.Script(2)))
	assert.Error(t, run(d.Dialect.Script(2)), "a second time")
	assert.Empty(t, d.Dialect.Script(d.count(t, "syndicate_schema")))
	assert.Equal(t, 1, d.count(t, "syndicate_state WHERE writers = (SELECT max(version) FROM syndicate_schema)"))
	asItWas(t, d)
}

// otherIDs claims that a program whose site sets other ids than the store has is refused and
// changes nothing, unless it says that it changes them. LIFE-5.
func otherIDs(t *testing.T, d Database) {
	home := syndicate.Site{URL: "https://www.example.com/", Title: "Example"}
	others := []syndicate.Site{
		{URL: "https://staging.example.net/", Title: "Staging", IDBase: "https://staging.example.net/"},
		{URL: "https://staging.example.net/", Title: "Staging", TagAuthority: "staging.example.net,2024"},
		{URL: home.URL, Title: "Local", TagAuthority: "test.example,2024"},
	}
	mistaken := home
	mistaken.TagAuthority = "example.org,2001"
	d.Open(t, mistaken)
	for _, other := range others {
		assert.NoError(t, d.TryOpen(t, other), "a store without articles has no ids that could change")
	}
	home.IDBase, home.TagAuthority = home.URL, "example.com,2001"
	production := d.Open(t, home)
	production.Clock = at(day(20)).now
	article := numbered(2)
	article.ID = "4711"
	require.NoError(t, production.Add(t.Context(), numbered(1), article))
	want := idsOf(t, production)
	for _, other := range others {
		err := d.TryOpen(t, other)
		assert.ErrorIs(t, err, sqlstore.ErrOtherIDs, "%+v", other)
		assert.ErrorContains(t, err, "example.com,2001", "it says what the store has")
		other.IDBase, other.TagAuthority = "", ""
		staging := d.Open(t, other)
		assert.Equal(t, want, idsOf(t, staging), "a site that leaves them empty has the store's")
	}
	require.NoError(t, production.Update(t.Context(), article))
	assert.Equal(t, want, idsOf(t, d.Open(t, home)))

	moved, err := d.Change(t, others[1])
	require.NoError(t, err)
	assert.Contains(t, idsOf(t, moved), "tag:staging.example.net,2024:4711")
	assert.ErrorContains(t, production.Update(t.Context(), article), "open the store again")
	assert.ErrorIs(t, d.TryOpen(t, home), sqlstore.ErrOtherIDs)
	home.TagAuthority = ""
	assert.Equal(t, idsOf(t, moved), idsOf(t, d.Open(t, home)))
}

// noRawErrors claims that servers of one database whose sites have different addresses meet no
// error but problems of articles, whatever form they give addresses and ids in, also after a change
// of ids. LIFE-5.
func noRawErrors(t *testing.T, d Database) {
	urls := []string{"https://www.example.com/", "https://staging.example.net/", "https://www.example.com/news/"}
	var stores []*sqlstore.Store
	open := func(url string) {
		store := d.Open(t, syndicate.Site{URL: url, Title: "Example"})
		store.Clock = at(day(20)).now
		stores = append(stores, store)
	}
	random := rand.New(rand.NewPCG(1, 2))
	some := func() {
		for range 150 {
			store, home := stores[random.IntN(len(stores))], urls[random.IntN(len(urls))]
			n := random.IntN(12)
			a := numbered(1+random.IntN(2), "A")
			a.URL, a.Title = fmt.Sprintf("a%d/", n/3), fmt.Sprint(random.IntN(3))
			a.Authors = []syndicate.Author{{Name: "Ann", URL: home + "ann"}}
			switch n % 3 {
			case 0:
				a.URL = home + a.URL
			case 1:
				a.ID, a.URL = home+a.URL, "/"+a.URL
			}
			var err error
			switch random.IntN(4) {
			case 0, 1:
				err = store.Add(t.Context(), a)
			case 2:
				err = store.Update(t.Context(), a)
			case 3:
				err = store.Remove(t.Context(), cmp.Or(a.ID, a.URL))
			}
			problems(t, err)
			_, err = store.Feed(t.Context(), syndicate.Everything())
			require.NoError(t, err)
		}
		d.assertConsistent(t)
	}
	for _, url := range urls {
		open(url)
	}
	some()
	for _, base := range []string{"https://third.example/", "https://fourth.example/news/"} {
		_, err := d.Change(t, syndicate.Site{URL: base, Title: "Example", IDBase: base})
		require.NoError(t, err)
		stores = nil
		for _, url := range urls {
			open(url)
		}
		some()
	}
}

// namedErrors claims that errors name the database and have one line.
func namedErrors(t *testing.T, d Database) {
	store := d.Open(t, Site())
	infos(t, store)
	d.exec(t, "DROP TABLE syndicate_article_scopes")
	_, err := store.Feed(t.Context(), syndicate.Everything())
	for _, err := range []error{err, store.Replace(t.Context(), numbered(1), numbered(2), numbered(3))} {
		require.Error(t, err)
		assert.Contains(t, err.Error(), d.Name)
		assert.NotContains(t, err.Error(), "\n")
	}
}

// opensTogether claims that servers that are the first over a database may be so at the same time.
func opensTogether(t *testing.T, d Database) {
	var all sync.WaitGroup
	stores, opened := make([]*sqlstore.Store, 4), make(chan int, 4)
	for i := range stores {
		all.Go(func() {
			stores[i] = d.Open(t, Site()) // which ends the goroutine if it fails
			opened <- i
		})
	}
	all.Wait()
	require.Len(t, opened, len(stores))
	require.NoError(t, stores[0].Add(t.Context(), numbered(1)))
	for _, store := range stores {
		assert.Len(t, infos(t, store), 1)
	}
}
