package feeddir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// The disk has room for a little more each time: so it gets full in the middle of a feed, of the
// journal and of the manifest, and when a folder is created. The previous files stay, and the next
// run with enough room completes the work.
func TestFullDiskKeepsTheFilesThatWereThere(t *testing.T) {
	if testing.Short() {
		t.Skip("fills the disk at every step")
	}
	needMounts(t)
	archive := open(t, courier(), articles(1, 3)...)
	long := numbered(-1) // of the other feeds a few grow, and one is new
	long.Published, long.Tags = noon, append(long.Tags, long.Tags...)
	long.Tags[1].Name = "New"
	long.Content = "<p>" + strings.Repeat("A long body. ", 3_000) + "</p>"
	later := open(t, courier(), append(articles(1, 3), long)...)
	old, want := expected(t, archive), expected(t, later)

	for resource, limits := range map[string]struct{ tight, ample func(step int) string }{
		"bytes": {
			func(step int) string { return fmt.Sprintf("size=%dk,nr_inodes=0", 100+16*step) },
			func(int) string { return "size=8m,nr_inodes=0" },
		},
		"files": {
			func(step int) string { return fmt.Sprintf("size=8m,nr_inodes=%d", 32+step) },
			func(int) string { return "size=8m,nr_inodes=1000" },
		},
	} {
		t.Run(resource, func(t *testing.T) {
			full, whole := 0, false
			for step := 0; !whole; step++ {
				require.Less(t, step, 100, "it is never large enough")
				dir := t.TempDir()
				mount(t, dir, limits.ample(step))
				publish(t, Folder{Dir: dir, Source: archive})
				require.Equal(t, old, tree(t, dir))
				if exec.Command("mount", "-o", "remount,"+limits.tight(step), dir).Run() != nil {
					continue // too small for what is there
				}
				result, err := Folder{Dir: dir, Source: later}.Publish(t.Context())
				if whole = err == nil; !whole {
					full++
					assert.ErrorIs(t, err, syscall.ENOSPC)
					assert.Regexp(t, `^feeddir: .*(\.xml|\.json|manifest): .*no space left on device`, err.Error())
					assert.Zero(t, result.Removed)
				}
				assertWhole(t, limits.tight(step), dir, old, want)
				remount(t, dir, limits.ample(step))
				publish(t, Folder{Dir: dir, Source: later})
				assert.Equal(t, want, tree(t, dir), "once there is room")
			}
			assert.Greater(t, full, 5, "the disk was full in too few places")
		})
	}
}

// Lines of the journal after an incomplete one are not lost.
func TestJournalGoesOnAfterATornLine(t *testing.T) {
	needMounts(t)
	dir := t.TempDir()
	mount(t, dir, "size=16k")
	folder, err := openDisk(dir, false)
	require.NoError(t, err)
	defer folder.close()
	require.NoError(t, folder.makeFolder(stateFolder))
	noted := map[string]record{}
	note := func() error {
		rec := record{Path: fmt.Sprint(len(noted)), Sum: strings.Repeat("ab", 32)}
		if err := folder.note(rec); err != nil {
			return err
		}
		noted[rec.Path] = rec
		return nil
	}
	for err = note(); err == nil; err = note() {
	}
	require.ErrorIs(t, err, syscall.ENOSPC)
	text, _, err := folder.read(journalFile)
	require.NoError(t, err)
	require.False(t, strings.HasSuffix(text, "\n"), "a line is torn")
	remount(t, dir, "size=1m")
	require.NoError(t, note())
	require.NoError(t, note())
	text, _, err = folder.read(journalFile)
	require.NoError(t, err)
	got := map[string]record{}
	for _, rec := range parseJournal(text) {
		got[rec.Path] = rec
	}
	assert.Equal(t, noted, got)
}

// A read-only folder is no failure as long as nothing must be written.
func TestReadOnlyFolder(t *testing.T) {
	needMounts(t)
	dir := t.TempDir()
	mount(t, dir, "size=1m")
	archive := open(t, courier(), articles(1, 3)...)
	publish(t, Folder{Dir: dir, Source: archive})
	remount(t, dir, "ro")
	before := files(t, dir)
	publish(t, Folder{Dir: dir, Source: archive})
	require.NoError(t, archive.Remove("https://courier.example/1/"))
	_, err := Folder{Dir: dir, Source: archive}.Publish(t.Context())
	assert.ErrorIs(t, err, syscall.EROFS)
	assert.ErrorContains(t, err, "feeddir: rss.xml: ")
	assert.Equal(t, before, files(t, dir))
}

func needMounts(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("mounting a small file system needs Linux and root")
	}
}

func mount(t *testing.T, dir, options string) {
	t.Helper()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("cannot mount a small file system: %s", out)
	}
	t.Cleanup(func() { assert.NoError(t, exec.Command("umount", dir).Run()) })
}

func remount(t *testing.T, dir, options string) {
	t.Helper()
	out, err := exec.Command("mount", "-o", "remount,"+options, dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// stepped is one change to the folder.
type stepped struct{ operation, path string }

// stepsOf returns the changes to the folder during do.
func stepsOf(do func()) (all []stepped) {
	step = func(operation, path string) { all = append(all, stepped{operation, path}) }
	defer func() { step = func(_, _ string) {} }()
	do()
	return all
}

// replaceSyncfs replaces syncfs(2) until the end of the test.
func replaceSyncfs(t *testing.T, by func(*os.File) error) {
	previous := syncFileSystem
	t.Cleanup(func() { syncFileSystem = previous })
	syncFileSystem = by
}

// noSyncfs is syncfs(2) of a system that does not have it.
func noSyncfs(*os.File) error { return errors.ErrUnsupported }

// With Sync, files and journal are on the disk before the first of them is renamed, and their
// folders before the manifest says so. Without, only the manifest is forced to the disk.
func TestSyncForcesFilesAndFoldersToTheDisk(t *testing.T) {
	for name, run := range map[string]struct {
		sync, syncfs bool
		count        int // articles
	}{
		"without":           {false, true, 9},
		"a few files":       {true, true, 1},
		"many files":        {true, true, 9},
		"without syncfs(2)": {true, false, 9},
	} {
		t.Run(name, func(t *testing.T) {
			if !run.syncfs {
				replaceSyncfs(t, noSyncfs)
			} else {
				original := syncFileSystem
				replaceSyncfs(t, func(folder *os.File) error {
					err := original(folder)
					if err == nil {
						step("syncfs", "")
					}
					return err
				})
			}
			dir := t.TempDir()
			archive := open(t, courier(), articles(1, run.count)...)
			if run.count == 1 { // only the site's feeds and those of one author
				archive = open(t, courier(), syndicate.Article{URL: "/1/", Title: "One", Published: noon})
			}
			var result Result
			steps := stepsOf(func() {
				result = publish(t, Folder{Dir: dir, Source: archive, Sync: run.sync, Workers: 1})
			})
			forced := map[string]int{}
			for _, s := range steps {
				if s.operation == "sync" {
					forced[path.Dir(s.path)]++
				}
			}
			if !run.sync {
				assert.Equal(t, map[string]int{tempFolder: 1}, forced, "the manifest")
				return
			}
			unsafe, unnamed, renamed := map[string]bool{}, map[string]bool{}, 0
			for _, s := range steps {
				switch s.operation {
				case "write":
					unsafe[s.path] = true
				case "note":
					unsafe[journalFile] = true
				case "sync":
					delete(unsafe, s.path)
					delete(unnamed, s.path)
				case "syncfs":
					clear(unsafe)
					clear(unnamed)
				case "rename":
					assert.Empty(t, unsafe, "before the rename of %s", s.path)
					if s.path == manifestFile {
						assert.Empty(t, unnamed, "before the manifest")
					}
					unnamed[path.Dir(s.path)] = true
					renamed++
				}
			}
			assert.Equal(t, result.Written+1, renamed)
			assert.Empty(t, unnamed)
			if whole := run.count > 1 && run.syncfs && runtime.GOOS == "linux"; whole {
				assert.Equal(t, map[string]int{tempFolder: 1, ".": 1}, forced, "the manifest, and its folder")
			} else {
				assert.Equal(t, result.Written+1, forced[tempFolder])
			}
		})
	}
}

// Files that cannot be forced to the disk are not renamed: the folder stays as it is, and the next
// run publishes them.
func TestFilesThatCannotBeForcedToTheDiskAreNotRenamed(t *testing.T) {
	dir := t.TempDir()
	publish(t, Folder{Dir: dir, Source: open(t, courier(), articles(1, 9)...)})
	before := tree(t, dir)
	later := open(t, courier(), articles(0, 9)...)
	original := syncFileSystem
	replaceSyncfs(t, func(*os.File) error { return syscall.EIO })
	result, err := Folder{Dir: dir, Source: later, Sync: true, Gzip: true}.Publish(t.Context())
	assert.ErrorIs(t, err, syscall.EIO)
	assert.Zero(t, result.Written)
	assert.Empty(t, result.Replaced)
	assert.Equal(t, before, tree(t, dir))
	syncFileSystem = original
	publish(t, Folder{Dir: dir, Source: later, Sync: true})
	assert.Equal(t, expected(t, later), tree(t, dir))
}

// A folder that becomes empty is removed, and so are its parents.
func TestEmptyFoldersAreRemovedUpToTheTop(t *testing.T) {
	dir := t.TempDir()
	d, err := openDisk(dir, false)
	require.NoError(t, err)
	defer d.close()
	write(t, dir, "a/b/c/d.xml", "")
	write(t, dir, "a/other.xml", "")
	require.NoError(t, d.makeFolder("a/b/c"), "is there already")
	require.NoError(t, d.remove("a/b/c/d.xml"))
	assert.NoDirExists(t, filepath.Join(dir, "a/b"))
	assert.FileExists(t, filepath.Join(dir, "a/other.xml"))
	require.NoError(t, d.makeFolder("a/b/c"), "is made again, in the same run")
	assert.DirExists(t, filepath.Join(dir, "a/b/c"))
}

// An error of the system does not mean that a file does not exist.
func TestErrorsOfTheSystemAreNotTakenForAnAnswer(t *testing.T) {
	d, err := openDisk(t.TempDir(), false)
	require.NoError(t, err)
	defer d.close()
	_, err = d.stat("a\x00b")
	assert.ErrorIs(t, err, syscall.EINVAL)
	_, err = d.isFolder("a\x00b")
	assert.ErrorIs(t, err, syscall.EINVAL)
	_, err = d.stat("a\x00b/c")
	assert.ErrorIs(t, err, syscall.EINVAL)
	_, err = d.hasSum("missing", "")
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

// A failed write leaves no temporary file behind.
func TestFailedWriteLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	d, err := openDisk(dir, false)
	require.NoError(t, err)
	defer d.close()
	write(t, dir, "taken/file", "")
	file, err := d.prepare(record{Path: "taken"}, []byte("content"))
	require.NoError(t, err)
	assert.Error(t, d.settle(file), "a folder is there")
	left, err := os.ReadDir(filepath.Join(dir, tempFolder))
	require.NoError(t, err)
	assert.Empty(t, left)
}
