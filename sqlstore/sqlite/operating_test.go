package sqlite_test

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

// TestCommandsForOperators runs the commands of docs/operating.md while servers read and write.
func TestCommandsForOperators(t *testing.T) {
	commands := storetest.Commands(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "feeds.db")
	ran := map[string]bool{}
	run := func(name string) string {
		t.Helper()
		ran[name] = true
		require.Contains(t, commands, name)
		command := exec.Command("bash", "-euo", "pipefail", "-c", commands[name])
		command.Dir = folder
		out, err := command.CombinedOutput()
		assert.NoError(t, err, "%s: %s", name, out)
		return strings.TrimSpace(string(out))
	}
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip("NOT tested: sqlite3, the command-line tool of SQLite, is not installed")
	}
	f := storetest.NewFault(t, database(t, file))
	for range 10 {
		require.NoError(t, f.Write(t, t.Context()))
	}
	before := f.Operations()
	f.During(t, func() { assert.Equal(t, "ok", run("sqlite-backup")) })
	after := f.Operations()
	run("sqlite-backup-quiet")
	for range 5 {
		require.NoError(t, f.Write(t, t.Context()))
	}
	f.ReadDuring(t, func() { run("sqlite-restore") })
	restored := f.Rewind(t)
	assert.GreaterOrEqual(t, restored, before)
	assert.LessOrEqual(t, restored, after)
	f.Same(t)
	f.Recovered(t)
	f.During(t, func() { run("sqlite-vacuum") })

	// The quiet backup has what was there when it was made.
	require.NoError(t, os.Rename(filepath.Join(folder, "quiet.db"), file))
	assert.ErrorIs(t, f.Write(t, t.Context()), sqlite.ErrReplaced)
	run("sqlite-replaced")
	assert.Equal(t, after, f.Rewind(t))
	f.Recovered(t)

	db, err := sql.Open("sqlite", sqlite.DSN(file))
	require.NoError(t, err)
	defer db.Close()
	var version, readers, writers int
	require.NoError(t, db.QueryRowContext(t.Context(), commands["version"]).Scan(&version))
	require.NoError(t, db.QueryRowContext(t.Context(), commands["bounds"]).Scan(&readers, &writers))
	assert.Positive(t, version)
	assert.LessOrEqual(t, readers, writers)
	assert.LessOrEqual(t, writers, version)
	for name := range commands {
		if strings.HasPrefix(name, "sqlite-") {
			assert.True(t, ran[name], "the command %s was not run", name)
		}
	}
}
