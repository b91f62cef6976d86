package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// Within runs f in a transaction of a program. F gets what writes articles, and what runs a
// statement of the program. The transaction is committed unless f returns an error.
type Within func(t *testing.T, store *sqlstore.Store, f func(tx *sqlstore.Tx, exec func(string) error) error) error

// ofSQL is Within for package database/sql.
func ofSQL(db *sql.DB) Within {
	return func(t *testing.T, store *sqlstore.Store, f func(*sqlstore.Tx, func(string) error) error) error {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		err = f(store.Tx(tx), func(statement string) error {
			_, err := tx.ExecContext(t.Context(), statement)
			return err
		})
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
		return tx.Commit()
	}
}

// oneTransaction claims Transactions of package database/sql.
func oneTransaction(t *testing.T, d Database) { Transactions(t, d, ofSQL(d.SQL)) }

// startingTransaction claims that a transaction files the first articles itself, if another server
// has begun to, and has not got far.
func startingTransaction(t *testing.T, d Database) {
	clock := at(day(20))
	archive, err := syndicate.NewArchive(Site())
	require.NoError(t, err)
	archive.Clock = clock.now
	store := d.Open(t, Site())
	store.Clock = clock.now
	var articles []syndicate.Article
	for n := range 2*AtOnce + 10 { // takes three parts
		a := numbered(1, "a")
		a.URL = fmt.Sprintf("/first/%d/", n)
		a.Published = day(1).Add(time.Duration(n) * time.Minute)
		articles = append(articles, a)
	}
	require.NoError(t, archive.Add(articles...))
	require.NoError(t, store.Add(t.Context(), articles...))
	infos(t, archive)
	d.exec(t, "UPDATE syndicate_state SET live = 1")
	require.NoError(t, ofSQL(d.SQL)(t, store, func(tx *sqlstore.Tx, _ func(string) error) error {
		return tx.Add(t.Context(), numbered(2, "a", "b"))
	}))
	require.NoError(t, archive.Add(numbered(2, "a", "b")))
	for _, scope := range []syndicate.Scope{{}, syndicate.WithTag("a"), syndicate.WithTag("a").AtPage(2), syndicate.WithTag("b")} {
		want, err := archive.Feed(t.Context(), scope)
		require.NoError(t, err)
		got, err := store.Feed(t.Context(), scope)
		require.NoError(t, err)
		assertSame(t, seen(want), seen(got), scope.String())
	}
	d.assertConsistent(t)
}

// EndedTransaction claims that nothing is written after the database has ended the transaction of a
// program: it would be committed alone. SQLite ends transactions after some errors.
func EndedTransaction(t *testing.T, d Database) {
	store := d.Open(t, Site())
	d.exec(t, "CREATE TRIGGER refuse BEFORE INSERT ON syndicate_articles WHEN new.title = '02' BEGIN SELECT RAISE(ROLLBACK, 'refused'); END")
	tx, err := d.SQL.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	feeds := store.Tx(tx)
	require.NoError(t, feeds.Add(t.Context(), numbered(1)))
	err = feeds.Add(t.Context(), numbered(2))
	assert.ErrorContains(t, err, "refused")
	assert.ErrorContains(t, err, "roll back your transaction")
	assert.Equal(t, err, feeds.Add(t.Context(), numbered(3)))
	assert.Error(t, tx.Commit())
	assert.Zero(t, d.count(t, "syndicate_articles"))
}

// severalInOne claims that a program may use several Tx in one transaction, and that the server
// forgets nothing when it is rolled back.
func severalInOne(t *testing.T, d Database) {
	store := d.Open(t, Site())
	clock := at(day(20))
	store.Clock = clock.now
	require.NoError(t, store.Add(t.Context(), numbered(1, "a"), numbered(2, "a")))
	var last sqlstore.Call
	store.OnCall = func(c sqlstore.Call) { last = c }
	cached := func(articles int) {
		t.Helper()
		feed, err := store.Feed(t.Context(), syndicate.WithTag("a"))
		require.NoError(t, err)
		assert.Len(t, feed.Articles, articles)
		assert.Equal(t, 2, last.Hits)
	}
	_, err := store.Feed(t.Context(), syndicate.WithTag("a"))
	require.NoError(t, err)
	for _, end := range []func(*sql.Tx) error{(*sql.Tx).Rollback, (*sql.Tx).Commit} {
		tx, err := d.SQL.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		require.NoError(t, store.Tx(tx).Add(t.Context(), numbered(3, "a")))
		second := store.Tx(tx)
		require.NoError(t, second.Add(t.Context(), numbered(4, "b")))
		require.NoError(t, store.Tx(tx).Remove(t.Context(), "/04/"))
		cached(2)
		require.NoError(t, end(tx))
	}
	cached(3)
	d.assertConsistent(t)
}

// Transactions claims that a program's rows and articles are written together or not at all.
func Transactions(t *testing.T, d Database, within Within) {
	d.exec(t, "CREATE TABLE posts (id INTEGER PRIMARY KEY)")
	var warned warnings
	store := d.Open(t, warned.of(Site()))
	clock := at(day(20))
	store.Clock = clock.now
	archive, err := syndicate.NewArchive(Site())
	require.NoError(t, err)
	archive.Clock = clock.now
	posts := 0
	post := func(exec func(string) error) error {
		posts++
		return exec(fmt.Sprintf("INSERT INTO posts VALUES (%d)", posts))
	}
	broken := errors.New("the program has changed its mind")

	// Both, in a store that nothing has been read from, and then in one that is in use.
	for n := range 2 {
		require.NoError(t, within(t, store, func(tx *sqlstore.Tx, exec func(string) error) error {
			require.NoError(t, post(exec))
			require.NoError(t, tx.Add(t.Context(), numbered(2*n+1, "a")))
			return tx.Add(t.Context(), numbered(2*n+2, "a", "b"))
		}))
		require.NoError(t, archive.Add(numbered(2*n+1, "a"), numbered(2*n+2, "a", "b")))
		assertAlike(t, "added", archive, store)
	}
	assert.Equal(t, 2, d.count(t, "posts"))

	// Neither.
	before, err := store.Version(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	err = within(t, store, func(tx *sqlstore.Tx, exec func(string) error) error {
		require.NoError(t, post(exec))
		require.NoError(t, tx.Add(t.Context(), numbered(9, "c")))
		require.NoError(t, tx.Remove(t.Context(), "/01/"))
		return broken
	})
	assert.ErrorIs(t, err, broken)
	assertAlike(t, "rolled back", archive, store)
	after, err := store.Version(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Equal(t, before, after)
	assert.Equal(t, 2, d.count(t, "posts"))

	// A call that fails leaves the transaction as it was, and usable.
	changed := numbered(2, "a", "d")
	require.NoError(t, within(t, store, func(tx *sqlstore.Tx, exec func(string) error) error {
		require.NoError(t, post(exec))
		require.NoError(t, tx.Update(t.Context(), changed))
		ended, end := context.WithCancel(t.Context())
		end()
		assert.ErrorIs(t, tx.Add(ended, numbered(8)), context.Canceled)
		require.NoError(t, exec("UPDATE syndicate_state SET tag_authority = 'other'"))
		assert.ErrorContains(t, tx.Add(t.Context(), numbered(8)), "open the store again")
		require.NoError(t, exec("UPDATE syndicate_state SET tag_authority = 'example.com,2020'"))
		// A row that is in the way is found after others were written.
		where := fmt.Sprintf("(1, %d, 'https://www.example.com/08/', 999999)", -day(8).Unix())
		require.NoError(t, exec("INSERT INTO syndicate_article_scopes (scope, age, key, article) VALUES "+where))
		assert.Error(t, tx.Add(t.Context(), numbered(8)))
		require.NoError(t, exec("DELETE FROM syndicate_article_scopes WHERE article = 999999"))
		refused := tx.Add(t.Context(), numbered(2), numbered(5))
		assert.Len(t, problems(t, refused), 1)
		return tx.Remove(t.Context(), "/01/")
	}))
	require.NoError(t, archive.Update(changed))
	require.Error(t, archive.Add(numbered(2), numbered(5)))
	require.NoError(t, archive.Remove("/01/"))
	assertAlike(t, "some refused", archive, store)
	assert.Zero(t, d.count(t, "syndicate_articles WHERE url LIKE '%08/'"))
	assert.Equal(t, 3, d.count(t, "posts"))

	// Warnings come after the commit. What the server knows is known to be old then.
	assert.Empty(t, warned.take())
	same := numbered(6)
	same.ID = "another"
	same.URL = "/05/"
	var used *sqlstore.Tx
	require.NoError(t, within(t, store, func(tx *sqlstore.Tx, _ func(string) error) error {
		used = tx
		return tx.Add(t.Context(), same)
	}))
	assert.Empty(t, warned.take())
	before, err = store.Version(t.Context(), syndicate.WithTag("a"))
	require.NoError(t, err)
	used.Committed()
	assert.Len(t, warned.take(), 1)
	used.Committed()
	assert.Empty(t, warned.take())
	require.NoError(t, archive.Add(same))
	assertAlike(t, "warned", archive, store)
	after, err = store.Version(t.Context(), syndicate.WithTag("a"))
	require.NoError(t, err)
	assert.Equal(t, before, after, "the tag has not changed")

	require.NoError(t, within(t, store, func(tx *sqlstore.Tx, _ func(string) error) error {
		return tx.Replace(t.Context(), numbered(7, "z"))
	}))
	require.NoError(t, archive.Replace(numbered(7, "z")))
	assertAlike(t, "replaced", archive, store)
	require.NoError(t, store.Add(t.Context(), numbered(8)))
	require.NoError(t, archive.Add(numbered(8)))
	assertAlike(t, "added as usual", archive, store)
	d.assertConsistent(t)
}
