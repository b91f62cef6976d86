package sqlite_test

import (
	"context"
	"database/sql"
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
	limits.AtOnce = storetest.AtOnce
	storetest.Run(t, func(t *testing.T) storetest.Database { return database(t, filepath.Join(t.TempDir(), "a b?c#d%20.db")) })
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
	return storetest.Database{
		Open: func(t testing.TB, site syndicate.Site) *sqlstore.Store { return open(t, file, site) },
		TryOpen: func(t testing.TB, site syndicate.Site) error {
			_, err := sqlite.Open(t.Context(), file, site)
			return err
		},
		SQL: db,
		Migrate: func(ctx context.Context, steps ...string) error {
			words := strings.NewReplacer("{integer}", "INTEGER", "{text}", "TEXT", "{table}", "STRICT", "{keyed}", "STRICT, WITHOUT ROWID", "{covering}", "", "{clock}", "unixepoch()")
			return migrate.Schema{Steps: steps, SQL: words.Replace}.Up(ctx, db)
		},
	}
}

func TestMain(m *testing.M) {
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
