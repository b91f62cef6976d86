package sqlite_test

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

// How a store is opened: STORE-5.

func article(url string) syndicate.Article {
	return syndicate.Article{URL: url, Title: "A title", Content: "<p>Body</p>", Published: storetest.Noon}
}

// pool opens a file with settings of the program.
func pool(t testing.TB, file, settings string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+settings)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

const fitting = "_txlock=immediate&_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)"

func TestADatabaseInMemoryIsRefused(t *testing.T) {
	for _, file := range []string{":memory:", ""} {
		_, err := sqlite.Open(t.Context(), file, storetest.Site())
		assert.ErrorContains(t, err, map[string]string{"": "no File", ":memory:": "several: use a file"}[file])
	}
	db, err := sql.Open("sqlite", ":memory:?_txlock=immediate&_pragma=busy_timeout(1000)")
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(3)
	_, err = sqlite.Database{DB: db}.Open(t.Context(), storetest.Site())
	assert.ErrorContains(t, err, "in memory")
	shared := pool(t, "shared", "mode=memory&cache=shared&"+fitting)
	_, err = sqlite.Database{DB: shared}.Open(t.Context(), storetest.Site())
	assert.ErrorContains(t, err, "in memory")
}

// TestSettingsOfThePoolAreChecked claims that a pool with which a store would fail later is refused
// when the store is opened, with an error that says what to set, and that a fitting one is taken.
func TestSettingsOfThePoolAreChecked(t *testing.T) {
	open := func(db *sql.DB) error {
		store, err := sqlite.Database{DB: db, File: "mine.db"}.Open(t.Context(), storetest.Site())
		if err == nil {
			assert.NoError(t, store.Add(t.Context(), article("/1/")))
			assert.NoError(t, store.Close())
			assert.NoError(t, db.Ping(), "the store leaves it open")
		}
		return err
	}
	for settings, want := range map[string]string{
		fitting: "",
		fitting + "&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)":                                 "",
		"_txlock=exclusive&_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)":                          "",
		"_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)":                                            "BEGIN IMMEDIATE",
		"_txlock=deferred&_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)":                           "_txlock=immediate",
		"_txlock=immediate&_pragma=journal_mode(WAL)":                                                      "busy_timeout is 0",
		"_txlock=immediate&_pragma=busy_timeout(30000)":                                                    "journal_mode is delete",
		"_txlock=immediate&_pragma=busy_timeout(30000)&_pragma=journal_mode(TRUNCATE)":                     "journal_mode is truncate",
		fitting + "&_pragma=read_uncommitted(1)":                                                           "read_uncommitted",
		fitting + "&_pragma=locking_mode(EXCLUSIVE)":                                                       "locking_mode is exclusive",
		"_pragma=encoding('UTF-16')&_pragma=busy_timeout(1)&_txlock=immediate":                             "encoding is UTF-16",
		"_txlock=immediate&_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)&_pragma=cache_size(-100)": "",
	} {
		err := open(pool(t, filepath.Join(t.TempDir(), "a.db"), settings))
		if want == "" {
			assert.NoError(t, err, settings)
		} else if assert.ErrorContains(t, err, want, settings) {
			assert.ErrorContains(t, err, "open mine.db: ")
		}
	}
	for most, fits := range map[int]bool{1: false, 2: false, 3: true, 0: true} {
		few := pool(t, filepath.Join(t.TempDir(), "a.db"), fitting)
		few.SetMaxOpenConns(most)
		assert.Equal(t, fits, open(few) == nil, "%d connections", most)
	}
}

// TestAPoolWithOtherWorkStaysAsItWas claims that opening and using a store changes no setting of
// the pool's connections and leaves no statement behind.
func TestAPoolWithOtherWorkStaysAsItWas(t *testing.T) {
	db := pool(t, filepath.Join(t.TempDir(), "a.db"), strings.Replace(fitting, "30000", "12345", 1))
	db.SetMaxOpenConns(4)
	_, err := db.Exec("CREATE TABLE posts (n INTEGER PRIMARY KEY)")
	require.NoError(t, err)
	store, err := sqlite.Database{DB: db}.Open(t.Context(), storetest.Site())
	require.NoError(t, err)
	require.NoError(t, store.Add(t.Context(), article("/1/")))
	_, err = store.Version(t.Context(), syndicate.Everything()) // starts the listener
	require.NoError(t, err)
	require.NoError(t, store.Close())
	assert.Zero(t, db.Stats().InUse)
	for range 4 {
		conn, err := db.Conn(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		var timeout int
		require.NoError(t, conn.QueryRowContext(t.Context(), "PRAGMA busy_timeout").Scan(&timeout))
		assert.Equal(t, 12345, timeout)
	}
}

func TestTheNumberOfConnectionsIsBounded(t *testing.T) {
	store, err := sqlite.Database{File: filepath.Join(t.TempDir(), "a.db"), Connections: 1}.Open(t.Context(), storetest.Site())
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Add(t.Context(), article("/1/")))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, err := store.Feed(t.Context(), syndicate.Everything())
			assert.NoError(t, err)
			_, err = store.Version(t.Context(), syndicate.Everything())
			assert.NoError(t, err)
			_, err = store.Preview(t.Context(), syndicate.Everything())
			assert.NoError(t, err)
		})
	}
	all.Go(func() { assert.NoError(t, store.Add(t.Context(), article("/2/"))) })
	all.Wait()
}

// TestOpeningWritesNothing claims that a store whose schema is current is opened without a write.
func TestOpeningWritesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	store := open(t, file, storetest.Site())
	require.NoError(t, store.Add(t.Context(), article("/1/")))
	_, err := store.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	contents := func() (all string) {
		for _, name := range []string{file, file + "-wal"} {
			b, err := os.ReadFile(name)
			require.NoError(t, err)
			all += string(b)
		}
		return all
	}
	before := contents()
	again := open(t, file, storetest.Site())
	_, err = again.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.True(t, before == contents(), "the file has changed")

	// A program that holds the lock of writers does not make others wait.
	db := pool(t, file, fitting)
	tx, err := db.Begin()
	require.NoError(t, err)
	defer tx.Rollback()
	_, err = open(t, file, storetest.Site()).Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
}

// TestAFileThatMayNotBeWrittenIsRead opens a store with connections that may not write.
func TestAFileThatMayNotBeWrittenIsRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	writer := open(t, file, storetest.Site())
	require.NoError(t, writer.Add(t.Context(), article("/1/")))
	_, err := writer.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	reader, err := sqlite.Database{File: file, DB: pool(t, file, "mode=ro&_pragma=busy_timeout(1000)")}.Open(t.Context(), storetest.Site())
	require.NoError(t, err)
	defer reader.Close()
	feed, err := reader.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Len(t, feed.Articles, 1)
	assert.ErrorContains(t, reader.Add(t.Context(), article("/2/")), "readonly database")
	require.NoError(t, writer.Add(t.Context(), article("/3/")))
	feed, err = reader.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Len(t, feed.Articles, 2)

	other := storetest.Site()
	other.TagAuthority = "other.example,2020"
	_, err = sqlite.Database{DB: pool(t, file, "mode=ro&_pragma=busy_timeout(1000)")}.Open(t.Context(), other)
	assert.Error(t, err)
	empty := filepath.Join(t.TempDir(), "b.db")
	migrated := pool(t, empty, fitting)
	require.NoError(t, sqlstore.Migrate(t.Context(), migrated, sqlstore.SQLite))
	_, err = sqlite.Database{DB: pool(t, empty, "mode=ro&_pragma=busy_timeout(1000)")}.Open(t.Context(), storetest.Site())
	assert.ErrorContains(t, err, "open a new store first with a role that may write")
}

// readerOf is the variable that makes a test binary a process that reads a file.
const readerOf = "SYNDICATE_TEST_READER"

// read is that process.
func read(file string) {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, file, storetest.Site())
	if err == nil {
		var feed *syndicate.Feed
		if feed, err = store.Feed(ctx, syndicate.Everything()); err == nil && len(feed.Articles) == 1 {
			if err = store.Add(ctx, article("/2/")); err != nil && strings.Contains(err.Error(), "readonly database") {
				os.Stdout.WriteString("1 article, readonly")
				os.Exit(0)
			}
		}
	}
	println(err.Error())
	os.Exit(1)
}

func TestAFileThatCannotBeOpenedIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "no", "a.db")
	_, err := sqlite.Open(t.Context(), file, storetest.Site())
	require.Error(t, err)
	assert.Contains(t, err.Error(), file)
	assert.NotContains(t, err.Error(), "\n")
}
