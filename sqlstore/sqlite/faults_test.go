package sqlite_test

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

// What operators meet: STORE-1, STORE-2. The table is in docs/faults.md.

func TestServersThatAreKilledHaveTheFeedsOfAnArchive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "feeds.db")
	storetest.KilledServers(t, database(t, file), file)
}

// pooled is database with connections that have settings of the test.
func pooled(t *testing.T, file, settings string) (storetest.Database, *sql.DB) {
	db := pool(t, file, settings)
	d := database(t, file)
	d.Open = func(t testing.TB, site syndicate.Site) *sqlstore.Store {
		store, err := sqlite.Database{DB: db, File: file}.Open(t.Context(), site)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, store.Close()) })
		return store
	}
	return d, db
}

// TestFullFile limits the file to its size, which is the error that a full disk has too.
func TestFullFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "feeds.db")
	d, db := pooled(t, file, fitting)
	db.SetMaxOpenConns(3)
	f := storetest.NewFault(t, d)
	for range 8 {
		require.NoError(t, f.Write(t, t.Context()))
	}
	// The limit holds for a connection.
	limit := func(pages string) {
		var all []*sql.Conn
		for range 3 {
			conn, err := db.Conn(t.Context())
			require.NoError(t, err)
			_, err = conn.ExecContext(t.Context(), "PRAGMA max_page_count = "+pages)
			require.NoError(t, err)
			all = append(all, conn)
		}
		for _, conn := range all {
			require.NoError(t, conn.Close())
		}
	}
	limit("1") // no less than the file has
	f.RefusedSoon(t, t.Context(), "database or disk is full")
	_, err := f.Read(t, t.Context())
	require.NoError(t, err, "readers go on")
	limit("1000000")
	f.Recovered(t)
}

// TestLockedFile holds the lock of writers, and shows that a change waits as long as its context,
// however short SQLite's own patience is.
func TestLockedFile(t *testing.T) {
	for _, settings := range []string{fitting, "_txlock=immediate&_pragma=busy_timeout(1)&_pragma=journal_mode(WAL)"} {
		file := filepath.Join(t.TempDir(), "feeds.db")
		d, _ := pooled(t, file, settings)
		f := storetest.NewFault(t, d)
		require.NoError(t, f.Write(t, t.Context()))
		tx, err := d.SQL.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		ctx, end := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err = f.Write(t, ctx)
		end()
		require.Error(t, err)
		assert.Regexp(t, "deadline exceeded|interrupted", err.Error())
		_, err = f.Read(t, t.Context())
		require.NoError(t, err, "readers go on")
		require.NoError(t, tx.Rollback())
		f.Recovered(t)
	}
}

// TestNoConnectionsLeft takes all connections of a program's pool.
func TestNoConnectionsLeft(t *testing.T) {
	d, db := pooled(t, filepath.Join(t.TempDir(), "feeds.db"), fitting)
	db.SetMaxOpenConns(4)
	f := storetest.NewFault(t, d)
	require.NoError(t, f.Write(t, t.Context()))
	var taken []*sql.Conn
	for range 4 {
		conn, err := db.Conn(t.Context())
		require.NoError(t, err)
		taken = append(taken, conn)
	}
	ctx, end := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer end()
	f.Refused(t, ctx, "deadline exceeded")
	_, err := f.Store.Feed(ctx, syndicate.Everything())
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	for _, conn := range taken {
		require.NoError(t, conn.Close())
	}
	f.Recovered(t)
}

// TestCorruptFile overwrites pages of the file under running servers. A server shows what the
// archive has or returns an error, and works again when a backup is restored.
func TestCorruptFile(t *testing.T) {
	folder := t.TempDir()
	file, copied := filepath.Join(folder, "feeds.db"), filepath.Join(folder, "copy.db")
	d := database(t, file)
	f := storetest.NewFault(t, d)
	for range 20 {
		require.NoError(t, f.Write(t, t.Context()))
	}
	copyTo(t, d.SQL, copied)
	_, err := d.SQL.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)")
	require.NoError(t, err)
	var size int64
	require.NoError(t, d.SQL.QueryRowContext(t.Context(), "PRAGMA page_size").Scan(&size))
	info, err := os.Stat(file)
	require.NoError(t, err)
	out, err := os.OpenFile(file, os.O_WRONLY, 0)
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, 2))
	for page := size; page < info.Size(); page += size { // all but the first
		garbage := make([]byte, size)
		for i := range garbage {
			garbage[i] = byte(r.Uint32())
		}
		_, err := out.WriteAt(garbage, page)
		require.NoError(t, err)
	}
	require.NoError(t, out.Close())
	// A server without a cache reads the pages, and so do all connections after this.
	fresh, err := sqlite.Open(t.Context(), file, storetest.Site())
	if err == nil {
		_, err = fresh.Feed(t.Context(), syndicate.Everything())
		assert.NoError(t, fresh.Close())
	}
	require.Error(t, err)
	assert.Regexp(t, "malformed|not a database|corrupt", err.Error())
	assert.Contains(t, err.Error(), file)
	f.Read(t, t.Context())
	// Not f.Write: SQLite may write into pages that are cached.
	restore(t, d.SQL, copied)
	f.Recovered(t)
	var result string
	require.NoError(t, d.SQL.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&result))
	assert.Equal(t, "ok", result)
}

func TestAServerWhoseClockIsFast(t *testing.T) {
	storetest.FastClock(t, database(t, filepath.Join(t.TempDir(), "feeds.db")))
}
