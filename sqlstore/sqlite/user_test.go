//go:build unix

package sqlite_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

// TestAProcessWithoutTheRightToWriteReads starts a process of another user, for which the file is
// read-only.
func TestAProcessWithoutTheRightToWriteReads(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can start a process of another user")
	}
	dir, err := os.MkdirTemp("", "syndicate")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	require.NoError(t, os.Chmod(dir, 0o777)) // SQLite makes the files of the log there
	file, program := filepath.Join(dir, "a.db"), filepath.Join(dir, "reader")
	binary, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(program, binary, 0o755))
	store, err := sqlite.Open(t.Context(), file, storetest.Site())
	require.NoError(t, err)
	require.NoError(t, store.Add(t.Context(), article("/1/")))
	_, err = store.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	require.NoError(t, store.Close())
	require.NoError(t, os.Chmod(file, 0o444))
	child := exec.Command(program)
	child.Env = append(os.Environ(), readerOf+"="+file)
	child.Dir = dir
	child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := child.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "1 article, readonly")
}
