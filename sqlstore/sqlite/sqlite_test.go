package sqlite_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sourcetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/internal/limits"
	"github.com/syndicate-go/syndicate/sqlstore/internal/migrate"
	"github.com/syndicate-go/syndicate/sqlstore/internal/migratetest"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

func TestStoreInAFileIsASource(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article) syndicate.Source {
		store := open(t, filepath.Join(t.TempDir(), "feeds.db"), site)
		store.Clock = clock
		require.NoError(t, store.Add(t.Context(), articles...))
		return store
	})
}

func TestStoreInAFile(t *testing.T) {
	limits.AtOnce, limits.Events = storetest.AtOnce, storetest.Events
	storetest.Run(t, func(t *testing.T) storetest.Database { return database(t, filepath.Join(t.TempDir(), "a b?c#d%20.db")) })
}

// STORE: a transaction that SQLite has ended is not written to.
func TestATransactionThatSQLiteEnds(t *testing.T) {
	storetest.EndedTransaction(t, database(t, filepath.Join(t.TempDir(), "feeds.db")))
}

// open opens the store in a file, until the test ends.
func open(t testing.TB, file string, site syndicate.Site) *sqlstore.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), file, site)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	return store
}

// database is the database in a file.
func database(t *testing.T, file string) storetest.Database {
	db, err := sql.Open("sqlite", sqlite.DSN(file))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	words := strings.NewReplacer("{integer}", "INTEGER", "{text}", "TEXT", "{table}", "STRICT", "{keyed}", "STRICT, WITHOUT ROWID", "{covering}", "", "{clock}", "unixepoch()")
	schema := migrate.Schema{SQL: words.Replace, Exists: "SELECT count(*) FROM sqlite_master WHERE name = 'syndicate_schema'"}
	return storetest.Database{
		Open: func(t testing.TB, site syndicate.Site) *sqlstore.Store { return open(t, file, site) },
		TryOpen: func(t testing.TB, site syndicate.Site) error {
			store, err := sqlite.Open(t.Context(), file, site)
			if err == nil {
				assert.NoError(t, store.Close())
			}
			return err
		},
		Change: func(t testing.TB, site syndicate.Site) (*sqlstore.Store, error) {
			store, err := sqlite.Database{File: file, ChangeIDs: true}.Open(t.Context(), site)
			if err == nil {
				t.Cleanup(func() { assert.NoError(t, store.Close()) })
			}
			return store, err
		},
		SQL: db,
		Migrate: func(ctx context.Context, steps ...string) error {
			return migratetest.Up(ctx, db, schema, steps...)
		},
		Newer: func(ctx context.Context, sql string, readers, writers int) error {
			return migratetest.Newer(ctx, db, schema, sql, readers, writers)
		},
		Dialect: sqlstore.SQLite,
		Name:    file,
	}
}

func TestMain(m *testing.M) {
	if file := os.Getenv(readerOf); file != "" {
		read(file)
	}
	limits.Wait = time.Minute // so that a slow machine runs the same tests
	storetest.Main(m, func(file string) (*sqlstore.Store, error) {
		return sqlite.Open(context.Background(), file, storetest.Site())
	})
}

func TestServersThatAreKilledLoseNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "feeds.db")
	storetest.KilledWriters(t, database(t, file), file)
}

// A file changes to a write-ahead log once, and SQLite does not wait for others that change it too.
func TestFilesMayBeMadeByManyServersAtOnce(t *testing.T) {
	rounds := 40
	if testing.Short() {
		rounds = 5
	}
	for n := range rounds {
		file := filepath.Join(t.TempDir(), "feeds.db")
		var all sync.WaitGroup
		start := make(chan struct{})
		for range 8 {
			all.Go(func() {
				<-start
				store, err := sqlite.Open(t.Context(), file, storetest.Site())
				if assert.NoError(t, err, n) {
					assert.NoError(t, store.Close())
				}
			})
		}
		close(start)
		all.Wait()
	}
}
