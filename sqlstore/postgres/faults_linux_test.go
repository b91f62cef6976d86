package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/postgres"
)

// What operators meet: STORE-1, STORE-2. The table is in docs/faults.md.

// schemaOf returns the schema of an address.
func schemaOf(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u.Query().Get("search_path")
}

// connected opens a connection until the test ends.
func connected(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// opened is database whose stores have another address, with the settings of a test.
func opened(t *testing.T, address, other string) storetest.Database {
	d := database(t, address)
	d.Open = func(t testing.TB, site syndicate.Site) *sqlstore.Store { return open(t, other, site) }
	return d
}

func TestServersThatAreKilledHaveTheFeedsOfAnArchive(t *testing.T) {
	address := with(t, dsn(t), "synchronous_commit", "on") // .ci/postgres turns it off
	storetest.KilledServers(t, database(t, address), address)
}

// TestDatabaseWhoseProcessesAreKilled kills the process of a connection with SIGKILL, which makes
// PostgreSQL end all of them and recover from its log.
func TestDatabaseWhoseProcessesAreKilled(t *testing.T) {
	address := with(t, dsn(t), "synchronous_commit", "on")
	ours(t)
	storetest.KilledDatabase(t, database(t, address), func(t *testing.T) {
		conn, err := pgx.Connect(context.Background(), address)
		if !assert.NoError(t, err) {
			return
		}
		pid := int(conn.PgConn().PID())
		assert.NoError(t, exec.Command("kill", "-KILL", strconv.Itoa(pid)).Run())
		for err == nil { // until it is noticed
			_, err = conn.Exec(context.Background(), "SELECT pg_sleep(1)")
		}
		assert.Eventually(t, func() bool {
			conn, err := pgx.Connect(context.Background(), address)
			if err == nil {
				conn.Close(context.Background())
			}
			return err == nil
		}, hang, tick)
	})
}

// TestFailoverToAReplicaThatLags promotes a replica that has not received the last changes, for
// servers whose address has both hosts.
func TestFailoverToAReplicaThatLags(t *testing.T) {
	address := dsn(t)
	ours(t)
	u, err := url.Parse(address)
	require.NoError(t, err)
	first := u.Host
	hosts := []string{first}
	var standbys []string
	// Each story fails over once, so the ports are found first.
	folder := filepath.Dir(os.Getenv("SYNDICATE_POSTGRES_DATA"))
	for range 4 {
		hosts = append(hosts, fmt.Sprint("127.0.0.1:", freePort(t)))
	}
	many := *u
	many.Host = strings.Join(hosts, ",")
	all := with(t, many.String(), "target_session_attrs", "read-write", "connect_timeout", "5")
	current := 0
	plain := func(host string) string { return "postgres://postgres@" + host + "/postgres" }
	at := func(n int) string { one := *u; one.Host = hosts[n]; return one.String() }
	dataOf := func(n int) string {
		if n == 0 {
			return os.Getenv("SYNDICATE_POSTGRES_DATA")
		}
		return standbys[n-1]
	}
	t.Cleanup(func() {
		for n := 1; n <= len(standbys); n++ {
			if n >= current {
				command(t, "pg_ctl", "-D", dataOf(n), "-w", "-m", "immediate", "stop")
			}
			assert.NoError(t, os.RemoveAll(dataOf(n)))
		}
		if current > 0 {
			control(t, "start", "-o", os.Getenv("SYNDICATE_POSTGRES_OPTIONS"))
		}
	})
	keep := func(t *testing.T) {
		next := filepath.Join(folder, fmt.Sprint("failover", current+1))
		command(t, "pg_basebackup", "-D", next, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", plain(hosts[current]))
		standbys = append(standbys, next)
		_, port, _ := strings.Cut(hosts[current+1], ":")
		options := "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + next + " -c max_connections=200 -c fsync=off"
		command(t, "pg_ctl", "-D", next, "-w", "-t", "60", "-l", next+".log", "-o", options, "start")
		// It has all that was committed, and receives nothing from here on.
		wal := text(t, at(current), "SELECT pg_current_wal_insert_lsn()::text")
		execute(t, at(current), "SELECT pg_switch_wal()")
		require.Eventually(t, func() bool {
			return text(t, at(current+1), "SELECT (pg_last_wal_replay_lsn() >= '"+wal+"')::text") == "true"
		}, hang, tick)
		execute(t, at(current+1), "ALTER SYSTEM SET primary_conninfo = ''")
		execute(t, at(current+1), "SELECT pg_reload_conf()")
		require.Eventually(t, func() bool {
			return text(t, at(current+1), "SELECT count(*)::text FROM pg_stat_wal_receiver") == "0"
		}, hang, tick)
	}
	back := func(t *testing.T) {
		command(t, "pg_ctl", "-D", dataOf(current), "-w", "-m", "immediate", "stop")
		command(t, "pg_ctl", "-D", dataOf(current+1), "-w", "-t", "60", "promote")
		current++
	}
	storetest.Replaced(t, database(t, all), keep, back)
}

// text returns the text that a query returns.
func text(t *testing.T, address, query string) (s string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&s))
	return s
}

// TestFullDisk puts the tables of a store on a small disk and fills it.
func TestFullDisk(t *testing.T) {
	server := os.Getenv("SYNDICATE_POSTGRES")
	address := dsn(t)
	ours(t)
	disk := storetest.NewDisk(t, 16)
	if os.Getuid() == 0 {
		require.NoError(t, exec.Command("chown", "postgres", disk.Folder).Run())
	}
	name := fmt.Sprintf("small_%d", os.Getpid())
	execute(t, server, "CREATE TABLESPACE "+name+" LOCATION '"+disk.Folder+"'")
	t.Cleanup(func() { execute(t, server, "DROP TABLESPACE "+name) })
	// Tables of the store go there; the schema is dropped before the tablespace.
	schema := schemaOf(t, address)
	t.Cleanup(func() {
		execute(t, server, "DROP SCHEMA "+schema+" CASCADE")
		execute(t, server, "CREATE SCHEMA "+schema)
	})
	d := database(t, with(t, address, "default_tablespace", name))
	f := storetest.NewFault(t, d)
	for range 2 {
		require.NoError(t, f.Write(t, t.Context()))
		free := disk.Fill(t)
		f.RefusedSoon(t, t.Context(), "No space left on device")
		_, err := f.Read(t, t.Context())
		require.NoError(t, err, "readers go on")
		free()
		f.Recovered(t)
	}
}

// TestLockedTablesAndTimeouts holds locks as an administrator's long transaction does, with and
// without time-outs of the database.
func TestLockedTablesAndTimeouts(t *testing.T) {
	for _, c := range []struct {
		name, setting, value, lock, want string
		reads                            bool
	}{
		{"a row is locked", "", "", "SELECT 1 FROM syndicate_state FOR UPDATE", "deadline exceeded|timeout", true},
		{"a row is locked, lock_timeout", "lock_timeout", "100", "SELECT 1 FROM syndicate_state FOR UPDATE", "due to lock timeout", true},
		{"a row is locked, statement_timeout", "statement_timeout", "300", "SELECT 1 FROM syndicate_state FOR UPDATE", "due to statement timeout", true},
		{"a table is locked", "", "", "LOCK TABLE syndicate_articles", "deadline exceeded|timeout", false},
		{"a table is locked, lock_timeout", "lock_timeout", "100", "LOCK TABLE syndicate_articles", "due to lock timeout", false},
		{"a table is locked, statement_timeout", "statement_timeout", "300", "LOCK TABLE syndicate_articles", "due to statement timeout", false},
		{"all is locked, statement_timeout", "statement_timeout", "300", "LOCK TABLE syndicate_state, syndicate_scopes", "due to statement timeout", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			address := dsn(t)
			other := address
			if c.setting != "" {
				other = with(t, address, c.setting, c.value)
			}
			f := storetest.NewFault(t, opened(t, address, other))
			require.NoError(t, f.Write(t, t.Context()))
			tx, err := connected(t, address).Begin(t.Context())
			require.NoError(t, err)
			_, err = tx.Exec(t.Context(), c.lock)
			require.NoError(t, err)
			short := func() (context.Context, context.CancelFunc) {
				if c.setting != "" {
					return context.WithTimeout(t.Context(), hang)
				}
				return context.WithTimeout(t.Context(), 200*time.Millisecond)
			}
			ctx, end := short()
			err = f.Write(t, ctx)
			end()
			require.Error(t, err)
			assert.Regexp(t, c.want, err.Error())
			if c.reads {
				_, err = f.Read(t, t.Context())
				require.NoError(t, err, "readers go on")
			} else {
				ctx, end := context.WithTimeout(t.Context(), time.Second)
				_, err = f.Read(t, ctx) // cached feeds, or an error
				end()
				assert.Error(t, err)
			}
			require.NoError(t, tx.Rollback(t.Context()))
			f.Recovered(t)
		})
	}
}

// faultOfRole returns a store that a role has opened and written to, the address of an
// administrator of its database, and the name of the role.
func faultOfRole(t *testing.T) (f *storetest.Fault, address, name string) {
	t.Helper()
	address = dsn(t)
	execute(t, address, sqlstore.PostgreSQL.Script(0))
	writing := role(t, address, "SELECT, INSERT, UPDATE, DELETE")
	f = storetest.NewFault(t, opened(t, address, writing))
	require.NoError(t, f.Write(t, t.Context()))
	u, err := url.Parse(writing)
	require.NoError(t, err)
	return f, address, u.User.Username()
}

// TestNoConnectionsLeft limits the connections of a role after the store has lost its own.
func TestNoConnectionsLeft(t *testing.T) {
	f, address, name := faultOfRole(t)
	// To the store it looks as if other programs had all connections.
	execute(t, address, "ALTER ROLE "+name+" CONNECTION LIMIT 0")
	execute(t, address, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '"+name+"'")
	for range 3 {
		f.Refused(t, t.Context(), "too many connections for role")
		_, err := f.Read(t, t.Context())
		assert.ErrorContains(t, err, "too many connections for role")
	}
	execute(t, address, "ALTER ROLE "+name+" CONNECTION LIMIT -1")
	f.Recovered(t)
}

// TestDatabaseThatBecomesReadOnly makes the transactions of a running store read-only, as some
// providers do when a disk is nearly full.
func TestDatabaseThatBecomesReadOnly(t *testing.T) {
	f, address, name := faultOfRole(t)
	execute(t, address, "ALTER ROLE "+name+" SET default_transaction_read_only = on")
	terminate := "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '" + name + "'"
	execute(t, address, terminate)
	f.Refused(t, t.Context(), "read-only transaction")
	_, err := f.Read(t, t.Context())
	require.NoError(t, err, "readers go on")
	execute(t, address, "ALTER ROLE "+name+" RESET default_transaction_read_only")
	execute(t, address, terminate)
	f.Recovered(t)
}

// TestCorruptTable overwrites the pages of tables while the server is down. The stores return
// errors and nothing wrong, and work again when a dump is restored.
func TestCorruptTable(t *testing.T) {
	address := dsn(t)
	ours(t)
	f := storetest.NewFault(t, database(t, address))
	for range 20 {
		require.NoError(t, f.Write(t, t.Context()))
	}
	schema := schemaOf(t, address)
	dump := filepath.Join(filepath.Dir(os.Getenv("SYNDICATE_POSTGRES_DATA")), "corrupt.dump")
	command(t, "pg_dump", "-Fc", "-n", schema, "-f", dump, "-d", os.Getenv("SYNDICATE_POSTGRES"))
	var files []string
	for _, table := range []string{"syndicate_articles", "syndicate_terms", "syndicate_article_scopes"} {
		files = append(files, filepath.Join(os.Getenv("SYNDICATE_POSTGRES_DATA"), text(t, address, "SELECT pg_relation_filepath('"+table+"')")))
	}
	control(t, "stop", "-m", "fast")
	r := rand.New(rand.NewPCG(1, 2))
	for _, file := range files {
		old, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NotEmpty(t, old)
		garbage := make([]byte, len(old))
		for i := range garbage {
			garbage[i] = byte(r.Uint32())
		}
		require.False(t, bytes.Equal(old, garbage))
		out, err := os.OpenFile(file, os.O_WRONLY, 0) // which keeps its owner
		require.NoError(t, err)
		_, err = out.WriteAt(garbage, 0)
		require.NoError(t, err)
		require.NoError(t, out.Close())
	}
	control(t, "start", "-o", os.Getenv("SYNDICATE_POSTGRES_OPTIONS"))
	fresh, err := postgres.Open(t.Context(), address, storetest.Site())
	if err == nil {
		_, err = fresh.Feed(t.Context(), syndicate.Everything())
		assert.NoError(t, fresh.Close())
	}
	require.Error(t, err)
	assert.Regexp(t, "invalid page", err.Error())
	_, err = f.Read(t, t.Context())
	assert.Error(t, err)
	f.Refused(t, t.Context(), "invalid page")
	command(t, "pg_restore", "--clean", "--if-exists", "--single-transaction", "-d", os.Getenv("SYNDICATE_POSTGRES"), dump)
	f.Recovered(t)
}

func TestAServerWhoseClockIsFast(t *testing.T) {
	storetest.FastClock(t, database(t, dsn(t)))
}

// TestTheClockIsTheDatabases moves the clock of the database by an hour, and not that of the
// servers: all of them follow.
func TestTheClockIsTheDatabases(t *testing.T) {
	address := dsn(t)
	schema := schemaOf(t, address)
	execute(t, address, "CREATE FUNCTION "+schema+".clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "+
		"$$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$")
	fast := with(t, address, "search_path", schema+",pg_catalog") // where the function comes first
	soon := article(1)
	soon.Published = time.Now().Add(30 * time.Minute)
	store := open(t, address, storetest.Site())
	require.NoError(t, store.Add(t.Context(), soon))
	assert.Zero(t, count(t, store))
	for range 2 {
		assert.Equal(t, 1, count(t, open(t, fast, storetest.Site())))
	}
}

// freePort returns a port that nothing uses.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
