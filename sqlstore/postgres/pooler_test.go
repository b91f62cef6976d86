package postgres_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sourcetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/postgres"
)

const (
	hang = time.Minute // ends a test that would wait forever
	tick = 5 * time.Millisecond
)

// pooler starts PgBouncer in transaction mode in front of the server of .ci/postgres, until the
// test ends. It returns a function that makes a database and returns its address behind the pooler
// and without it.
func pooler(t *testing.T) func(t *testing.T) (pooled, direct string) {
	t.Helper()
	server := os.Getenv("SYNDICATE_POSTGRES")
	if server == "" {
		dsn(t) // skips the test
	}
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("pgbouncer is not installed: nothing is tested behind a pooler")
	}
	u, err := url.Parse(server)
	require.NoError(t, err)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := free.Addr().(*net.TCPAddr).Port
	require.NoError(t, free.Close())

	dir, err := os.MkdirTemp("", "pgbouncer")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	users, settings := filepath.Join(dir, "users"), filepath.Join(dir, "pgbouncer.ini")
	require.NoError(t, os.WriteFile(users, []byte(`"postgres" ""`+"\n"), 0o644))
	// The settings of docs/operating.md, but two connections of the server, so that those of
	// clients change often.
	require.NoError(t, os.WriteFile(settings, fmt.Appendf(nil, `[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = trust
auth_file = %s
%s
default_pool_size = 2
`, u.Hostname(), u.Port(), port, users, storetest.Commands(t)["pgbouncer"]), 0o644))
	run := exec.Command(program, settings)
	var log strings.Builder
	run.Stderr = &log
	if os.Getuid() == 0 { // PgBouncer refuses to run as root
		run.Args = []string{"setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", program, settings}
		run.Path, err = exec.LookPath("setpriv")
		require.NoError(t, err)
	}
	require.NoError(t, run.Start())
	t.Cleanup(func() {
		run.Process.Signal(syscall.SIGTERM)
		run.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", port))
		if err == nil {
			conn.Close()
		}
		return err == nil
	}, hang, tick, "pgbouncer does not start")
	return func(t *testing.T) (pooled, direct string) {
		name := fmt.Sprintf("pooled_%d_%d", os.Getpid(), schemas.Add(1))
		execute(t, server, "CREATE DATABASE "+name)
		t.Cleanup(func() { execute(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
		at := *u
		at.Path = "/" + name
		behind := at
		behind.Host = fmt.Sprint("127.0.0.1:", port)
		return behind.String(), at.String()
	}
}

// openPooled opens a store behind a pooler, until the test ends.
func openPooled(t testing.TB, d postgres.Database, site syndicate.Site) *sqlstore.Store {
	t.Helper()
	d.Pooler = true
	store, err := d.Open(t.Context(), site)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	return store
}

func TestStoreBehindAPoolerIsASource(t *testing.T) {
	fresh := pooler(t)
	pooled, _ := fresh(t)
	sourcetest.Run(t, func(t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article) syndicate.Source {
		execute(t, with(t, pooled, "default_query_exec_mode", "simple_protocol"), "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
		store := openPooled(t, postgres.Database{DSN: pooled}, site)
		store.Clock = clock
		require.NoError(t, store.Add(t.Context(), articles...))
		return store
	})
}

// TestServersBehindAPooler claims that servers whose transactions share two connections lose
// nothing, with every way to open a store, and that changes are reported.
func TestServersBehindAPooler(t *testing.T) {
	pooled, direct := pooler(t)(t)
	config, err := pgxpool.ParseConfig(pooled)
	require.NoError(t, err)
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	name := fmt.Sprintf("listener_%d", os.Getpid())
	stores := []*sqlstore.Store{
		openPooled(t, postgres.Database{DSN: pooled}, storetest.Site()),
		openPooled(t, postgres.Database{DSN: pooled, Listen: with(t, direct, "application_name", name)}, storetest.Site()),
		openPooled(t, postgres.Database{Pool: pool}, storetest.Site()),
		open(t, with(t, pooled, "default_query_exec_mode", "simple_protocol"), storetest.Site()),
	}
	ctx, end := context.WithTimeout(t.Context(), hang)
	defer end()
	heard := make(chan int, 1000)
	var watching sync.WaitGroup
	for i, store := range stores {
		watching.Go(func() {
			for range store.Changes(ctx) {
				heard <- i
			}
		})
	}
	require.Eventually(t, func() bool { return backends(t, direct, name, "LISTEN%") == 1 }, hang, tick)
	const each = 25
	var all sync.WaitGroup
	for i, store := range stores {
		all.Go(func() {
			for n := range each {
				a := article(100*i + n)
				assert.NoError(t, store.Add(t.Context(), a))
				a.Title = "Changed"
				assert.NoError(t, store.Update(t.Context(), a))
				_, err := store.Feed(t.Context(), syndicate.Everything())
				assert.NoError(t, err)
				_, err = store.Version(t.Context(), syndicate.WithTag("a"))
				assert.NoError(t, err)
			}
			var many []syndicate.Article
			for n := range each {
				many = append(many, article(100*i+50+n))
			}
			assert.NoError(t, store.Add(t.Context(), many...), "many, which are passed as arrays")
		})
	}
	all.Wait()
	for _, store := range stores {
		for info, err := range store.Scopes(t.Context()) {
			require.NoError(t, err)
			assert.Equal(t, 2*each*len(stores), info.Count)
			break
		}
		_, err := store.Preview(t.Context(), syndicate.WithTag("a"))
		assert.NoError(t, err)
	}
	// A change of one server is reported by all of them, with a listener or without.
	missing := map[int]bool{}
	for i := range stores {
		missing[i] = true
	}
	for n := 0; len(missing) > 0; n++ {
		require.NoError(t, ctx.Err(), "servers %v report nothing", missing)
		require.NoError(t, stores[0].Add(t.Context(), article(1000+n)))
		delete(missing, <-heard)
	}
	end()
	watching.Wait()
}

// TestAPoolerThatIsNotDeclaredIsNamed claims that the error of a store that prepares statements
// behind a pooler says what to set.
func TestAPoolerThatIsNotDeclaredIsNamed(t *testing.T) {
	pooled, _ := pooler(t)(t)
	openPooled(t, postgres.Database{DSN: pooled}, storetest.Site())
	version, err := exec.Command("/usr/sbin/pgbouncer", "--version").Output()
	require.NoError(t, err)
	if !strings.Contains(string(version), "PgBouncer 1.18") {
		t.Skip("newer versions keep prepared statements")
	}
	var errs sync.Map
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 5 {
				store, err := postgres.Open(t.Context(), pooled, storetest.Site())
				if err == nil {
					_, err = store.Feed(t.Context(), syndicate.Everything())
					store.Close()
				}
				if err != nil {
					errs.Store(err.Error(), true)
				}
			}
		})
	}
	all.Wait()
	var hints int
	errs.Range(func(text, _ any) bool {
		if strings.Contains(text.(string), "prepared statement") {
			assert.Contains(t, text, "set Unprepared, or Pooler")
			hints++
		}
		return true
	})
	assert.Positive(t, hints)
}
