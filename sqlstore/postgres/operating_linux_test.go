package postgres_test

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore/postgres"
)

// TestCommandsForOperators runs the commands of docs/operating.md while servers read and write, in
// a database with a schema as the document names it.
func TestCommandsForOperators(t *testing.T) {
	server := os.Getenv("SYNDICATE_POSTGRES")
	if server == "" {
		dsn(t) // skips the test
	}
	ours(t)
	commands := storetest.Commands(t)
	name := fmt.Sprintf("operating_%d", os.Getpid())
	execute(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	u, err := url.Parse(server)
	require.NoError(t, err)
	u.Path = "/" + name
	plain := u.String()
	execute(t, plain, "CREATE SCHEMA feeds")
	address := with(t, plain, "search_path", "feeds")

	data := os.Getenv("SYNDICATE_POSTGRES_DATA")
	folder := filepath.Dir(data)
	ran := map[string]bool{}
	moment := ""
	run := func(name string) {
		t.Helper()
		ran[name] = true
		require.Contains(t, commands, name)
		command := []string{"bash", "-euo", "pipefail", "-c", commands[name]}
		if os.Getuid() == 0 {
			command = append([]string{"setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"}, command...)
		}
		run := exec.Command(command[0], command[1:]...)
		run.Dir = folder
		run.Env = append(os.Environ(), "DATABASE_URL="+plain, "MOMENT="+moment, "PATH="+os.Getenv("SYNDICATE_POSTGRES_BIN")+":"+os.Getenv("PATH"))
		out, err := run.CombinedOutput()
		assert.NoError(t, err, "%s: %s", name, out)
	}
	sql := func(name string) {
		t.Helper()
		ran[name] = true
		require.Contains(t, commands, name)
		for statement := range strings.SplitSeq(commands[name], ";\n") {
			execute(t, address, statement)
		}
	}
	f := storetest.NewFault(t, database(t, address))
	for range 10 {
		require.NoError(t, f.Write(t, t.Context()))
	}

	// Backup and restore of one store.
	before := f.Operations()
	f.During(t, func() { run("postgres-backup") })
	after := f.Operations()
	for range 5 {
		require.NoError(t, f.Write(t, t.Context()))
	}
	f.ReadDuring(t, func() { run("postgres-restore") })
	restored := f.Rewind(t)
	assert.GreaterOrEqual(t, restored, before)
	assert.LessOrEqual(t, restored, after)
	f.Same(t)
	f.Recovered(t)
	run("postgres-restore-tables")
	assert.Equal(t, restored, f.Rewind(t))
	f.Recovered(t)

	// A moment of the past.
	archive := filepath.Join(folder, "archive")
	require.NoError(t, os.Mkdir(archive, 0o777))
	require.NoError(t, os.Chmod(archive, 0o777))
	options := os.Getenv("SYNDICATE_POSTGRES_OPTIONS")
	settings := filepath.Join(data, "postgresql.auto.conf")
	former, err := os.ReadFile(settings)
	require.NoError(t, err)
	ran["postgres-archive"] = true
	require.NoError(t, os.WriteFile(settings, append(former, commands["postgres-archive"]+"\n"...), 0o600))
	running := data
	t.Cleanup(func() {
		command(t, "pg_ctl", "-D", running, "-w", "-m", "immediate", "stop")
		require.NoError(t, os.WriteFile(settings, former, 0o600))
		control(t, "start", "-o", options)
		for _, name := range []string{"archive", "base", "restored", "feeds.dump"} {
			assert.NoError(t, os.RemoveAll(filepath.Join(folder, name)))
		}
	})
	control(t, "restart", "-m", "fast", "-o", options)
	f.Recovered(t)
	f.During(t, func() { run("postgres-base") })
	f.Recovered(t)
	moment = text(t, plain, "SELECT clock_timestamp()::text")
	then := f.Operations()
	f.Recovered(t) // what is lost
	execute(t, plain, "SELECT pg_switch_wal()")
	control(t, "stop", "-m", "fast")
	run("postgres-recover")
	running = filepath.Join(folder, "restored")
	command(t, "pg_ctl", "-D", running, "-w", "-t", "60", "-l", filepath.Join(folder, "server.log"), "-o", options, "start")
	require.Eventually(t, func() bool { return text(t, plain, "SELECT pg_is_in_recovery()::text") == "false" }, hang, tick)
	assert.Equal(t, then, f.Rewind(t))
	f.Recovered(t)

	// Roles.
	t.Cleanup(func() {
		execute(t, plain, "DROP OWNED BY feeds_writer, feeds_reader")
		execute(t, plain, "DROP ROLE feeds_writer, feeds_reader")
	})
	sql("postgres-roles")
	n := count(t, f.Store)
	reader := open(t, with(t, plain, "user", "feeds_reader"), storetest.Site())
	assert.Equal(t, n, count(t, reader))
	assert.ErrorContains(t, reader.Add(t.Context(), article(1)), "permission denied")
	writer, err := postgres.Open(t.Context(), with(t, plain, "user", "feeds_writer"), storetest.Site())
	require.NoError(t, err)
	require.NoError(t, writer.Add(t.Context(), article(1)))
	require.NoError(t, writer.Remove(t.Context(), article(1).URL))
	require.NoError(t, writer.Close())
	for _, name := range []string{"postgres-vacuum", "version", "bounds"} {
		sql(name)
	}
	execute(t, address, "CREATE TABLE later (n INT)")
	execute(t, with(t, plain, "user", "feeds_writer"), "INSERT INTO later VALUES (1)")
	execute(t, with(t, plain, "user", "feeds_reader"), "SELECT * FROM later")
	execute(t, address, "DROP TABLE later")

	for name := range commands {
		if strings.HasPrefix(name, "postgres-") {
			assert.True(t, ran[name], "the command %s was not run", name)
		}
	}
}
