package postgres_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore/postgres"
)

// number returns the number that a query returns.
func number(t *testing.T, query string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), os.Getenv("SYNDICATE_POSTGRES"))
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&n))
	return n
}

// STORE-1: the server does not wait for the disk (synchronous_commit is off), and crashes.
func TestChangesLostInACrashAreNeverMixedWithWhatServersKnow(t *testing.T) {
	address := dsn(t)
	ours(t)
	var writer int // the process that writes the log, stopped, so that the test knows what is lost
	keep := func(t *testing.T) {
		execute(t, os.Getenv("SYNDICATE_POSTGRES"), "CHECKPOINT")
		writer = number(t, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
		require.NoError(t, exec.Command("kill", "-STOP", strconv.Itoa(writer)).Run())
	}
	back := func(t *testing.T) {
		control(t, "stop", "-m", "immediate", "-W")
		syscall.Kill(writer, syscall.SIGKILL)
		require.Eventually(t, func() bool {
			_, err := os.Stat(filepath.Join(os.Getenv("SYNDICATE_POSTGRES_DATA"), "postmaster.pid"))
			return err != nil
		}, time.Minute, 10*time.Millisecond)
		control(t, "start", "-o", os.Getenv("SYNDICATE_POSTGRES_OPTIONS")+" -c autovacuum=off")
	}
	t.Cleanup(func() { restart(t) })
	control(t, "restart", "-m", "fast", "-o", os.Getenv("SYNDICATE_POSTGRES_OPTIONS")+" -c autovacuum=off")
	storetest.Replaced(t, database(t, address), keep, back)
}

// restart brings the server back as .ci/postgres has started it.
func restart(t *testing.T) {
	control(t, "restart", "-m", "fast", "-o", os.Getenv("SYNDICATE_POSTGRES_OPTIONS"))
}

// STORE-1
func TestDataFolderPutBackIsNeverMixedWithWhatServersKnow(t *testing.T) {
	address := dsn(t)
	ours(t)
	data := os.Getenv("SYNDICATE_POSTGRES_DATA")
	copied := filepath.Join(filepath.Dir(data), "copy")
	replace := func(to, from string) {
		control(t, "stop", "-m", "fast")
		require.NoError(t, os.RemoveAll(to))
		out, err := exec.Command("cp", "-a", from, to).CombinedOutput()
		require.NoError(t, err, "%s", out)
		control(t, "start", "-o", os.Getenv("SYNDICATE_POSTGRES_OPTIONS"))
	}
	storetest.Replaced(t, database(t, address),
		func(t *testing.T) { replace(copied, data) },
		func(t *testing.T) { replace(data, copied) })
}

// standby starts a read-only copy of the server, and returns the address of a schema there.
func standby(t *testing.T, address string) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(os.Getenv("SYNDICATE_POSTGRES_BIN"), "pg_basebackup")); err != nil {
		t.Skipf("replicas are NOT tested: there is no pg_basebackup beside PostgreSQL's other programs: %v", err)
	}
	folder := filepath.Join(filepath.Dir(os.Getenv("SYNDICATE_POSTGRES_DATA")), fmt.Sprint("standby", schemas.Add(1)))
	command(t, "pg_basebackup", "-D", folder, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", os.Getenv("SYNDICATE_POSTGRES"))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	require.NoError(t, listener.Close())
	options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c max_connections=200 -c fsync=off", port, folder)
	command(t, "pg_ctl", "-D", folder, "-w", "-t", "60", "-l", folder+".log", "-o", options, "start")
	t.Cleanup(func() {
		command(t, "pg_ctl", "-D", folder, "-w", "-m", "immediate", "stop")
		assert.NoError(t, os.RemoveAll(folder))
	})
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.Host = fmt.Sprint("127.0.0.1:", port)
	return u.String()
}

// STORE-2: a store on a streaming replica, which refuses every write, serves all feeds.
func TestReplicaServesFeeds(t *testing.T) {
	address := dsn(t)
	ours(t)
	day := func(n int) time.Time { return time.Date(2024, 1, n, 12, 0, 0, 0, time.UTC) }
	now := day(10)
	clock := func() time.Time { return now }
	site := storetest.Site()
	primary := open(t, address, site)
	replicaAddress := standby(t, address)
	replica, err := postgres.Open(t.Context(), replicaAddress, site)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, replica.Close()) })
	replica.OnError = func(err error) { t.Error(err) }
	primary.Clock, replica.Clock = clock, clock

	// Nothing is committed that could be served.
	_, err = replica.Feed(t.Context(), syndicate.Everything())
	assert.ErrorContains(t, err, "the first articles are not filed yet")
	assert.ErrorContains(t, err, "read-only")

	article := func(n int) syndicate.Article {
		return syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: fmt.Sprint(n), Published: day(n), Tags: syndicate.Tags("a", fmt.Sprint("tag ", n))}
	}
	expiring := article(7)
	expiring.Expires = day(11)
	articles := []syndicate.Article{article(5), expiring, article(9), article(11)}
	require.NoError(t, primary.Add(t.Context(), articles...))
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = clock
	ctx, end := context.WithTimeout(t.Context(), 2*time.Minute)
	defer end()
	bytesOf := func(source syndicate.Source, scope syndicate.Scope) string {
		feed, err := source.Feed(ctx, scope)
		if err != nil {
			return err.Error()
		}
		return string(feed.Append(feed.Append(nil, syndicate.RSS), syndicate.Atom))
	}
	caughtUp := func() {
		for info, err := range archive.Scopes(ctx) {
			require.NoError(t, err)
			want := bytesOf(archive, info.Scope)
			assert.Equal(t, want, bytesOf(primary, info.Scope))
			// The first feeds may come before the primary has filed them.
			require.Eventually(t, func() bool { return bytesOf(replica, info.Scope) == want }, time.Minute, 5*time.Millisecond)
		}
	}
	caughtUp()

	// An hour comes that the primary has not noticed.
	now = day(12)
	feed, err := replica.Feed(ctx, syndicate.WithTag("a"))
	require.NoError(t, err)
	var titles []string
	for _, a := range feed.Articles {
		titles = append(titles, a.Title)
	}
	assert.Equal(t, []string{"9", "5"}, titles, "without what has expired; what appears comes with the primary")
	assert.False(t, feed.NextChange.IsZero() || feed.NextChange.After(now))
	_, err = replica.Feed(ctx, syndicate.WithTag("tag-7"))
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
	first, err := replica.Version(ctx, syndicate.WithTag("a"))
	require.NoError(t, err)
	for _, err := range replica.Scopes(ctx) {
		require.NoError(t, err)
	}
	_, err = replica.Preview(ctx, syndicate.Everything())
	require.NoError(t, err)
	assert.ErrorContains(t, replica.Add(ctx, article(1)), "read-only")
	caughtUp()
	require.Eventually(t, func() bool {
		again, err := replica.Version(ctx, syndicate.WithTag("a"))
		return err == nil && again != first
	}, time.Minute, 5*time.Millisecond)
}
