package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/postgres"
)

// Roles, isolation and connections: STORE-5.

func article(n int) syndicate.Article {
	return syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: "A title", Content: "<p>Body</p>", Published: storetest.Noon, Tags: syndicate.Tags("a")}
}

// with returns the address with other settings; the name "user" sets the role.
func with(t testing.TB, dsn string, settings ...string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	query := u.Query()
	for i := 0; i < len(settings); i += 2 {
		if settings[i] == "user" {
			u.User = url.User(settings[i+1])
		} else {
			query.Set(settings[i], settings[i+1])
		}
	}
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20") // pgx does not read "+" as a space
	return u.String()
}

// role makes a role that may use the schema of an address, and returns the address with it.
func role(t testing.TB, address, rights string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	schema := u.Query().Get("search_path")
	name := fmt.Sprintf("role_%d_%d", os.Getpid(), schemas.Add(1))
	execute(t, address, "CREATE ROLE "+name+" LOGIN")
	t.Cleanup(func() {
		execute(t, address, "DROP OWNED BY "+name)
		execute(t, address, "DROP ROLE "+name)
	})
	execute(t, address, "GRANT USAGE ON SCHEMA "+schema+" TO "+name)
	execute(t, address, "GRANT "+rights+" ON ALL TABLES IN SCHEMA "+schema+" TO "+name)
	return with(t, address, "user", name)
}

func count(t testing.TB, source syndicate.Source) int {
	t.Helper()
	feed, err := source.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	return len(feed.Articles)
}

// TestRolesThatMayDoLittle claims that a store that was migrated is opened by roles that may only
// change rows, or only read, or whose transactions are read-only.
func TestRolesThatMayDoLittle(t *testing.T) {
	address := dsn(t)
	early := role(t, address, "SELECT")
	_, err := postgres.Open(t.Context(), early, storetest.Site())
	assert.ErrorContains(t, err, "migrate the schema from version 0 to ", "there are no tables yet")
	assert.ErrorContains(t, err, "permission denied")

	script(t, address, sqlstore.PostgreSQL.Script(0))
	reading, writing := role(t, address, "SELECT"), role(t, address, "SELECT, INSERT, UPDATE, DELETE")
	readOnly := with(t, writing, "default_transaction_read_only", "on")
	for _, dsn := range []string{reading, readOnly} {
		_, err := postgres.Open(t.Context(), dsn, storetest.Site())
		assert.ErrorContains(t, err, "open a new store first with a role that may write")
	}
	writer := open(t, writing, storetest.Site())
	require.NoError(t, writer.Add(t.Context(), article(1)))
	assert.Equal(t, 1, count(t, writer))
	for _, dsn := range []string{reading, readOnly} {
		reader := open(t, dsn, storetest.Site())
		n := count(t, writer)
		assert.Equal(t, n, count(t, reader))
		_, err := reader.Version(t.Context(), syndicate.WithTag("a"))
		assert.NoError(t, err)
		preview, err := reader.Preview(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		assert.Len(t, preview.Articles, n)
		for _, err := range reader.Scopes(t.Context()) {
			assert.NoError(t, err)
		}
		for _, err := range []error{reader.Add(t.Context(), article(9)), reader.Remove(t.Context(), "/1/")} {
			require.Error(t, err)
			assert.Regexp(t, "permission denied|read-only transaction", err.Error())
		}
		require.NoError(t, writer.Add(t.Context(), article(n+1)))
		assert.Equal(t, n+1, count(t, reader))
	}
	require.NoError(t, writer.Update(t.Context(), article(1)))
	require.NoError(t, writer.Replace(t.Context(), article(1), article(3)))
	require.NoError(t, writer.CloseScope(t.Context(), syndicate.WithTag("b")))

	// A role that may not read is refused with an error that names the database.
	_, err = postgres.Open(t.Context(), role(t, address, "DELETE"), storetest.Site())
	assert.ErrorContains(t, err, "/postgres: ERROR: permission denied")
}

// TestARoleThatReadsServesWhatIsDue claims that a server whose role may only read leaves out what
// has expired, reports no error, and serves what appears after another server has written it.
func TestARoleThatReadsServesWhatIsDue(t *testing.T) {
	address := dsn(t)
	writer := open(t, address, storetest.Site())
	reader := open(t, role(t, address, "SELECT"), storetest.Site())
	reader.OnError = func(err error) { assert.NoError(t, err) }
	var now atomic.Int64
	now.Store(storetest.Noon.Unix())
	clock := func() time.Time { return time.Unix(now.Load(), 0) }
	writer.Clock, reader.Clock = clock, clock
	ends, comes := article(2), article(3)
	ends.Expires, comes.Published = storetest.Noon.Add(time.Hour), storetest.Noon.Add(time.Hour)
	require.NoError(t, writer.Add(t.Context(), article(1), ends, comes))
	assert.Equal(t, 2, count(t, writer))
	assert.Equal(t, 2, count(t, reader))
	now.Add(2 * 3600)
	for range 3 {
		assert.Equal(t, 1, count(t, reader), "the one that has not expired")
		_, err := reader.Version(t.Context(), syndicate.Everything())
		assert.NoError(t, err)
		assert.False(t, reader.NextChange().After(clock()))
	}
	require.Eventually(t, func() bool { return count(t, writer) == 2 }, hang, tick)
	assert.Equal(t, 2, count(t, reader))
}

// script runs SQL as an administrator does, and claims that it cannot run twice.
func script(t *testing.T, dsn, sql string) {
	t.Helper()
	psql := filepath.Join(os.Getenv("SYNDICATE_POSTGRES_BIN"), "psql")
	file := filepath.Join(t.TempDir(), "migrate.sql")
	require.NoError(t, os.WriteFile(file, []byte(sql), 0o644))
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	schema := u.Query().Get("search_path")
	u.RawQuery = ""
	for _, fits := range []bool{true, false} {
		run := exec.Command(psql, "-q", "-v", "ON_ERROR_STOP=1", "-f", file, u.String())
		run.Env = append(os.Environ(), "PGOPTIONS=-c search_path="+schema)
		out, err := run.CombinedOutput()
		assert.Equal(t, fits, err == nil, "%s", out)
	}
}

// TestTwoSchemasAreTwoStores claims that the tables are in the first schema of the search_path,
// even if the next one has a store.
func TestTwoSchemasAreTwoStores(t *testing.T) {
	one, two := dsn(t), dsn(t)
	require.NoError(t, open(t, one, storetest.Site()).Add(t.Context(), article(1)))
	schema := func(dsn string) string { return dsn[strings.LastIndex(dsn, "=")+1:] }
	other := storetest.Site()
	other.TagAuthority = "other.example,2020"
	store := open(t, with(t, two, "search_path", schema(two)+","+schema(one)), other)
	assert.Zero(t, count(t, store))
	require.NoError(t, store.Add(t.Context(), article(1), article(2)))
	assert.Equal(t, 2, count(t, open(t, two, other)))
	assert.Equal(t, 1, count(t, open(t, one, storetest.Site())))
}

// TestIsolationOfTheDatabaseDoesNotMatter claims that writers do not fail under any default.
func TestIsolationOfTheDatabaseDoesNotMatter(t *testing.T) {
	for _, level := range []string{"serializable", "repeatable read"} {
		address := with(t, dsn(t), "default_transaction_isolation", level)
		stores := []*sqlstore.Store{open(t, address, storetest.Site()), open(t, address, storetest.Site())}
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				for n := range 25 {
					assert.NoError(t, stores[i%2].Add(t.Context(), article(100*i+n)), level)
					_, err := stores[i%2].Feed(t.Context(), syndicate.Everything())
					assert.NoError(t, err, level)
				}
			})
		}
		all.Wait()
		for info, err := range stores[0].Scopes(t.Context()) {
			require.NoError(t, err)
			assert.Equal(t, 100, info.Count)
			break
		}
	}
}

// TestConnectionsThatAreEndedAreReplaced ends every connection of a store, as an administrator or a
// firewall does, and claims that no call fails.
func TestConnectionsThatAreEndedAreReplaced(t *testing.T) {
	address := dsn(t)
	name := fmt.Sprintf("ended_%d", os.Getpid())
	store, err := postgres.Database{DSN: with(t, address, "application_name", name), Connections: 6}.Open(t.Context(), storetest.Site())
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Add(t.Context(), article(1)))
	require.NoError(t, store.CloseScope(t.Context(), syndicate.WithTag("b")))
	for round, call := range []func() error{
		func() error { _, err := store.Feed(t.Context(), syndicate.Everything()); return err },
		func() error { _, err := store.Preview(t.Context(), syndicate.Everything()); return err },
		func() error { return store.Add(t.Context(), article(2)) },
		func() error {
			for _, err := range store.Scopes(t.Context()) {
				return err
			}
			return nil
		},
		func() error {
			_, err := store.Feed(t.Context(), syndicate.WithTag("b"))
			assert.ErrorIs(t, err, syndicate.ErrGone)
			return nil
		},
	} {
		// Several connections are idle.
		var all sync.WaitGroup
		for range 30 {
			all.Go(func() {
				_, err := store.Feed(t.Context(), syndicate.Everything())
				assert.NoError(t, err)
			})
		}
		all.Wait()
		execute(t, address, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = '"+name+"'")
		assert.NoError(t, call(), "round %d", round)
	}
}

// STORE-2
//
// Another program locks tables in another order than a reader, so that PostgreSQL ends the reader's
// statement. The reader waited first, so it is the one that finds the deadlock.
func TestReadersThatADeadlockEndsReadAgain(t *testing.T) {
	address := dsn(t)
	name := fmt.Sprintf("deadlock_%d", os.Getpid())
	store, err := postgres.Open(t.Context(), with(t, with(t, address, "application_name", name), "deadlock_timeout", "1s"), storetest.Site())
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Add(t.Context(), article(1)))
	want, err := store.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)

	before := deadlocks(t, address)
	other, err := pgx.Connect(t.Context(), with(t, address, "deadlock_timeout", "10min"))
	require.NoError(t, err)
	defer other.Close(context.Background())
	tx, err := other.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "LOCK TABLE syndicate_scopes IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
	done := make(chan error)
	go func() {
		feed, err := store.Feed(context.Background(), syndicate.Everything())
		if err == nil && string(feed.Append(nil, syndicate.Atom)) != string(want.Append(nil, syndicate.Atom)) {
			err = errors.New("another feed")
		}
		done <- err
	}()
	require.Eventually(t, func() bool { return backends(t, address, name, "%syndicate_scopes%") > 0 && waiting(t, address, name) }, time.Minute, time.Millisecond)
	_, err = tx.Exec(t.Context(), "LOCK TABLE syndicate_state IN ACCESS EXCLUSIVE MODE") // the reader has read it
	require.NoError(t, err)
	require.NoError(t, tx.Commit(t.Context()))
	assert.NoError(t, <-done)
	require.Eventually(t, func() bool { return deadlocks(t, address) > before }, time.Minute, 10*time.Millisecond, "there was no deadlock")
}

// deadlocks returns how many deadlocks PostgreSQL has found in the database.
func deadlocks(t *testing.T, address string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").Scan(&n))
	return n
}

// waiting reports whether a statement of an application waits for a lock.
func waiting(t *testing.T, address, name string) (waits bool) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	const statement = "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'"
	require.NoError(t, conn.QueryRow(t.Context(), statement, name).Scan(&waits))
	return waits
}

// backends counts the connections of an application.
func backends(t testing.TB, address, name, query string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	const statement = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND query LIKE $2"
	require.NoError(t, conn.QueryRow(t.Context(), statement, name, query).Scan(&n))
	return n
}

// TestConnectionsOfTheProgram claims that a store uses the connections that a program has, listens,
// and leaves them open.
func TestConnectionsOfTheProgram(t *testing.T) {
	for kind, open := range map[string]func(t *testing.T, address string) (d postgres.Database, ping func() error){
		"DSN": func(t *testing.T, address string) (postgres.Database, func() error) {
			return postgres.Database{DSN: address, Connections: 2}, func() error { return nil }
		},
		"DB": func(t *testing.T, address string) (postgres.Database, func() error) {
			config, err := pgx.ParseConfig(address)
			require.NoError(t, err)
			db := stdlib.OpenDB(*config)
			db.SetMaxOpenConns(2)
			t.Cleanup(func() { assert.NoError(t, db.Close()) })
			return postgres.Database{DB: db}, db.Ping
		},
		"Pool": func(t *testing.T, address string) (postgres.Database, func() error) {
			pool, err := pgxpool.New(t.Context(), with(t, address, "pool_max_conns", "2"))
			require.NoError(t, err)
			t.Cleanup(pool.Close)
			return postgres.Database{Pool: pool}, func() error { return pool.Ping(t.Context()) }
		},
	} {
		t.Run(kind, func(t *testing.T) {
			name := fmt.Sprintf("%s_%d", strings.ToLower(kind), os.Getpid())
			address := dsn(t)
			d, ping := open(t, with(t, address, "application_name", name))
			store, err := d.Open(t.Context(), storetest.Site())
			require.NoError(t, err)
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					assert.NoError(t, store.Add(t.Context(), article(i)))
					_, err := store.Feed(t.Context(), syndicate.Everything())
					assert.NoError(t, err)
					_, err = store.Version(t.Context(), syndicate.Everything())
					assert.NoError(t, err)
				})
			}
			all.Wait()
			assert.Equal(t, 8, count(t, store))
			require.Eventually(t, func() bool { return backends(t, address, name, "LISTEN%") == 1 }, hang, tick)
			assert.LessOrEqual(t, backends(t, address, name, "%"), 3)
			require.NoError(t, store.Close())
			assert.NoError(t, ping(), "the store leaves it open")
			_, err = store.Feed(t.Context(), syndicate.WithTag("b"))
			if kind != "DB" {
				assert.Error(t, err, "the store is closed")
			}
			require.Eventually(t, func() bool { return backends(t, address, name, "LISTEN%") == 0 }, hang, tick)
		})
	}
}

// TestErrorsNameTheHost claims that errors have one line, the host and the database, and no
// password.
func TestErrorsNameTheHost(t *testing.T) {
	if os.Getenv("SYNDICATE_POSTGRES") == "" {
		dsn(t) // skips the test
	}
	closed, err := pgxpool.New(t.Context(), "postgres://feeds:secret@localhost:1/site")
	require.NoError(t, err)
	defer closed.Close()
	for _, d := range []postgres.Database{
		{DSN: "postgres://feeds:secret@localhost:1/site"},
		{DSN: "host=localhost port=1 user=feeds password=secret dbname=site"},
		{Pool: closed},
		{DB: stdlib.OpenDBFromPool(closed)},
		{DSN: "postgres://feeds:secret@localhost:1/site?sslmode=wrong"},
		{DSN: "postgres://localhost/", Listen: "postgres://feeds:secret@localhost:x/site"},
	} {
		_, err := d.Open(t.Context(), storetest.Site())
		require.Error(t, err)
		assert.Contains(t, err.Error(), "localhost")
		assert.NotContains(t, err.Error(), "\n")
		assert.NotContains(t, err.Error(), "secret")
	}
}
