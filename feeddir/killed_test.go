package feeddir

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// The run is killed before each single change to the folder in turn, and in the middle of a write.
func TestKilledRunLeavesEachFileWholeAndTheNextMendsTheRest(t *testing.T) {
	if dir := os.Getenv("FEEDDIR_KILLED_IN"); dir != "" {
		killAtStep(t, dir)
		return
	}
	if runtime.GOOS == "windows" {
		t.Skip("no SIGKILL")
	}
	for name, run := range map[string]struct {
		prepare func(t *testing.T, dir string)
		sync    string // "": not forced to the disk; "fsync": one file after another; "syncfs"
		stride  int    // from one step to the next
	}{
		"the first run":                            {func(*testing.T, string) {}, "", 1},
		"a later run, forced to disk":              {publishBefore, "syncfs", 1},
		"a later run, forced to disk file by file": {publishBefore, "fsync", 3},
		"a run after one that was killed": {func(t *testing.T, dir string) {
			publishBefore(t, dir)
			require.True(t, killed(t, dir, 20, ""))
		}, "", 3},
	} {
		t.Run(name, func(t *testing.T) {
			prepare := run.prepare
			if testing.Short() {
				run.stride *= 17
			}
			first, second := t.TempDir(), t.TempDir()
			prepare(t, first)
			publishAfter(t, second)
			old, want := tree(t, first), tree(t, second)
			require.NotEqual(t, old, want)
			for at, wasKilled := 1, true; wasKilled; at += run.stride {
				require.Less(t, at, 1000)
				dir := inMemory(t)
				prepare(t, dir)
				wasKilled = killed(t, dir, at, run.sync)
				assertWhole(t, fmt.Sprintf("step %d", at), dir, old, want)
				next := want
				if at%2 == 0 { // what was new is retracted before the next run
					publishBefore(t, dir)
					next = published(t, publishBefore)
				} else {
					publishAfter(t, dir)
				}
				assert.Equal(t, next, tree(t, dir), "step %d", at)
				left, err := os.ReadDir(filepath.Join(dir, stateFolder))
				require.NoError(t, err)
				require.Len(t, left, 1, "step %d: nothing but the manifest", at)
			}
		})
	}
}

// inMemory returns a folder in memory if possible, where syncing costs nothing: killing a process
// does not stop the system.
func inMemory(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "feeddir")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// assertWhole asserts what must be true at each moment of a run from old to want.
func assertWhole(t *testing.T, when, dir string, old, want map[string]string) {
	t.Helper()
	got := tree(t, dir)
	for path, content := range got {
		assert.Contains(t, []string{old[path], want[path]}, content, "%s: %s is torn", when, path)
	}
	for path := range want {
		if _, wasThere := old[path]; wasThere {
			assert.Contains(t, got, path, "%s: lost", when)
		}
	}
}

// killed runs a process that publishes to the folder and is killed at a step. It returns false if
// the process ended before that step.
func killed(t *testing.T, dir string, at int, sync string) bool {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKilledRunLeavesEachFileWholeAndTheNextMendsTheRest$")
	child.Env = append(os.Environ(), "FEEDDIR_KILLED_IN="+dir, "FEEDDIR_KILLED_AT="+strconv.Itoa(at), "FEEDDIR_KILLED_SYNC="+sync)
	out, err := child.CombinedOutput()
	if err == nil {
		return false
	}
	status, ok := child.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok && status.Signaled() && status.Signal() == syscall.SIGKILL, "%s", out)
	return true
}

// killAtStep is what the child process runs.
func killAtStep(t *testing.T, dir string) {
	left, err := strconv.Atoi(os.Getenv("FEEDDIR_KILLED_AT"))
	require.NoError(t, err)
	step = func(operation, path string) {
		if left--; left > 0 {
			return
		}
		if operation == "write" {
			write(t, dir, path, "<rss><chan")
		}
		if operation == "note" {
			journal, err := os.OpenFile(filepath.Join(dir, journalFile), os.O_WRONLY|os.O_APPEND, 0)
			require.NoError(t, err)
			_, err = journal.WriteString("0123456789abc")
			require.NoError(t, err)
		}
		self, err := os.FindProcess(os.Getpid())
		require.NoError(t, err)
		require.NoError(t, self.Kill())
		select {}
	}
	sync := os.Getenv("FEEDDIR_KILLED_SYNC")
	if sync == "fsync" {
		replaceSyncfs(t, noSyncfs)
	}
	publish(t, Folder{Dir: dir, Source: after(t), Gzip: true, Sync: sync != "", Workers: 1})
}

// before has a feed that after does not have, and the other way round.
func before(t *testing.T) syndicate.Source {
	return open(t, courier(), short(1), short(2))
}

func after(t *testing.T) syndicate.Source {
	return open(t, courier(), short(2), short(3))
}

func publishBefore(t *testing.T, dir string) { publishWhole(t, dir, before(t)) }
func publishAfter(t *testing.T, dir string)  { publishWhole(t, dir, after(t)) }

func publishWhole(t *testing.T, dir string, source syndicate.Source) {
	result := publish(t, Folder{Dir: dir, Source: source, Gzip: true})
	assert.Empty(t, result.Replaced, "whatever was there is known to be ours")
	assert.Empty(t, result.Kept)
}

// published returns the files after publishing to an empty folder.
func published(t *testing.T, publish func(*testing.T, string)) map[string]string {
	dir := t.TempDir()
	publish(t, dir)
	return tree(t, dir)
}

// short returns an article that is only in the feeds of the site and of two tags.
func short(n int) syndicate.Article {
	return syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: "Short", Published: noon, Tags: syndicate.Tags(fmt.Sprint("t", n), fmt.Sprint("u", n))}
}
