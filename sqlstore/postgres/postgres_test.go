package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sourcetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/internal/limits"
	"github.com/syndicate-go/syndicate/sqlstore/internal/migrate"
	"github.com/syndicate-go/syndicate/sqlstore/internal/migratetest"
	"github.com/syndicate-go/syndicate/sqlstore/postgres"
)

var schemas atomic.Int64

// dsn returns the address of a new schema on the server that SYNDICATE_POSTGRES tells, which a test
// has for itself.
func dsn(t testing.TB) string {
	t.Helper()
	server := os.Getenv("SYNDICATE_POSTGRES")
	if server == "" {
		t.Skip("SYNDICATE_POSTGRES is not set: nothing is tested against PostgreSQL; bash .ci/postgres go test ./sqlstore/postgres/ starts a server for it")
	}
	schema := fmt.Sprintf("test_%d_%d", os.Getpid(), schemas.Add(1))
	execute(t, server, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { execute(t, server, "DROP SCHEMA "+schema+" CASCADE") })
	u, err := url.Parse(server)
	require.NoError(t, err)
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String()
}

func execute(t testing.TB, dsn, statement string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(context.Background(), statement)
	require.NoError(t, err)
}

func TestStoreInPostgreSQLIsASource(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article) syndicate.Source {
		store := open(t, dsn(t), site)
		store.Clock = clock
		require.NoError(t, store.Add(t.Context(), articles...))
		return store
	})
}

func TestStoreInPostgreSQL(t *testing.T) {
	limits.AtOnce, limits.Events = storetest.AtOnce, storetest.Events
	storetest.Run(t, func(t *testing.T) storetest.Database { return database(t, dsn(t)) })
}

// open opens the store in a database, until the test ends.
func open(t testing.TB, dsn string, site syndicate.Site) *sqlstore.Store {
	t.Helper()
	store, err := postgres.Open(t.Context(), dsn, site)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	return store
}

func database(t *testing.T, dsn string) storetest.Database {
	db, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	words := strings.NewReplacer("{integer}", "BIGINT", "{text}", "TEXT", "{table}", "", "{keyed}", "", "{covering}", " INCLUDE (article)", "{clock}", "0", "?", "$1")
	schema := migrate.Schema{
		SQL: words.Replace, Lock: "SELECT pg_advisory_xact_lock(17)",
		Exists: "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'syndicate_schema'",
	}
	config, err := pgx.ParseConfig(dsn)
	require.NoError(t, err)
	return storetest.Database{
		Open: func(t testing.TB, site syndicate.Site) *sqlstore.Store { return open(t, dsn, site) },
		TryOpen: func(t testing.TB, site syndicate.Site) error {
			store, err := postgres.Open(t.Context(), dsn, site)
			if err == nil {
				assert.NoError(t, store.Close())
			}
			return err
		},
		Change: func(t testing.TB, site syndicate.Site) (*sqlstore.Store, error) {
			store, err := postgres.Database{DSN: dsn, ChangeIDs: true}.Open(t.Context(), site)
			if err == nil {
				t.Cleanup(func() { assert.NoError(t, store.Close()) })
			}
			return store, err
		},
		SQL:     db,
		Migrate: func(ctx context.Context, steps ...string) error { return migratetest.Up(ctx, db, schema, steps...) },
		Newer: func(ctx context.Context, sql string, readers, writers int) error {
			return migratetest.Newer(ctx, db, schema, sql, readers, writers)
		},
		Dialect: sqlstore.PostgreSQL,
		Name:    fmt.Sprintf("%s:%d/%s", config.Host, config.Port, config.Database),
	}
}

func TestMain(m *testing.M) {
	limits.Wait = time.Minute // so that a slow machine runs the same tests
	storetest.Main(m, func(dsn string) (*sqlstore.Store, error) {
		return postgres.Open(context.Background(), dsn, storetest.Site())
	})
}

func TestServersThatAreKilledLoseNothing(t *testing.T) {
	address := dsn(t)
	storetest.KilledWriters(t, database(t, address), address)
}
