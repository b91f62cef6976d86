package feeddir

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// faulty is a Source that fails on some scopes.
type faulty struct {
	syndicate.Source
	feed   func(ctx context.Context, scope syndicate.Scope) error // nil for what does not fail
	scopes func(yield func(syndicate.ScopeInfo, error) bool)      // instead of the Source's
}

func (f faulty) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if f.feed != nil {
		if err := f.feed(ctx, scope); err != nil {
			return nil, err
		}
	}
	return f.Source.Feed(ctx, scope)
}

func (f faulty) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	if f.scopes != nil {
		return f.scopes
	}
	return f.Source.Scopes(ctx)
}

var errDatabase = errors.New("the database is gone")

// A feed that cannot be made keeps its files; all others are published, and the error says which and why.
func TestScopeThatFailsKeepsItsFilesAndTheOthersArePublished(t *testing.T) {
	broken := syndicate.WithTag("tag-1")
	for name, fault := range map[string]struct {
		feed func(context.Context) error
		is   error
		says string
	}{
		"an error": {
			func(context.Context) error { return errDatabase },
			errDatabase, "feeddir: tag/tag-1: the database is gone",
		},
		"a panic": {
			func(context.Context) error { panic("index out of range") },
			ErrPanic, "feeddir: tag/tag-1: panic: index out of range",
		},
		"no answer until its context ends": {
			func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			context.DeadlineExceeded, "feeddir: tag/tag-1: no answer within 100ms",
		},
		"no answer at all": {
			func(context.Context) error { select {} },
			context.DeadlineExceeded, "feeddir: tag/tag-1: no answer within 100ms",
		},
		"a goroutine that ends": {
			func(context.Context) error { runtime.Goexit(); return nil },
			ErrPanic, "feeddir: tag/tag-1: tag/tag-1/rss.xml: panic",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			archive := open(t, courier(), articles(1, 3)...)
			publish(t, Publisher{Dir: dir, Source: archive, Gzip: true})
			old := tree(t, dir)
			require.NoError(t, archive.Add(numbered(4), numbered(-2))) // both have the broken tag
			archive.Clock = func() time.Time { return noon.Add(3 * time.Hour) }
			publish(t, Publisher{Dir: t.TempDir(), Source: archive}) // so that the archive is at rest
			source := faulty{Source: archive, feed: func(ctx context.Context, scope syndicate.Scope) error {
				if scope.Current() == broken {
					return fault.feed(ctx)
				}
				return nil
			}}
			result, err := Publisher{Dir: dir, Source: source, Gzip: true, Timeout: 100 * time.Millisecond}.Publish(t.Context())
			assert.ErrorIs(t, err, fault.is)
			assert.ErrorContains(t, err, fault.says)
			var which *Error
			require.ErrorAs(t, err, &which)
			assert.Equal(t, broken, which.Scope)
			assert.Zero(t, result.Removed)

			got, want := tree(t, dir), expected(t, archive)
			for path, content := range want {
				if !strings.HasPrefix(path, "tag/tag-1/") {
					assert.Equal(t, content, got[path], path)
				} else if !strings.Contains(path, "/page/") {
					assert.Equal(t, old[path], got[path], path)
					assert.Contains(t, got, path+".gz")
				}
			}
			publish(t, Publisher{Dir: dir, Source: archive})
			assert.Equal(t, want, tree(t, dir), "the next run mends it")
		})
	}
}

// A feed may be retracted while the others are published.
func TestScopeThatIsNotThereAnyMoreIsNoError(t *testing.T) {
	for _, reason := range []error{syndicate.ErrNotFound, syndicate.ErrGone, syndicate.ErrMoved} {
		dir := t.TempDir()
		archive := open(t, courier(), articles(1, 3)...)
		publish(t, Publisher{Dir: dir, Source: archive})
		source := faulty{Source: archive, feed: func(_ context.Context, scope syndicate.Scope) error {
			if scope == syndicate.WithTag("tag-1") {
				return &syndicate.ScopeError{Scope: scope, Err: reason}
			}
			return nil
		}}
		assert.Equal(t, 3, publish(t, Publisher{Dir: dir, Source: source}).Removed)
		assert.NoDirExists(t, filepath.Join(dir, "tag/tag-1"))
	}
}

// What a list that broke off would have named is not taken for gone.
func TestListOfScopesThatFailsRemovesNothing(t *testing.T) {
	archive := open(t, courier(), articles(1, 3)...)
	for name, list := range map[string]func(yield func(syndicate.ScopeInfo, error) bool){
		"in the middle": func(yield func(syndicate.ScopeInfo, error) bool) {
			_ = yield(syndicate.ScopeInfo{Scope: syndicate.Everything()}, nil) && yield(syndicate.ScopeInfo{}, errDatabase)
		},
		"at once":      func(yield func(syndicate.ScopeInfo, error) bool) { yield(syndicate.ScopeInfo{}, errDatabase) },
		"with a panic": func(func(syndicate.ScopeInfo, error) bool) { panic("no rows") },
		"in silence":   func(func(syndicate.ScopeInfo, error) bool) { select {} },
		"with a scope that none can be": func(yield func(syndicate.ScopeInfo, error) bool) {
			yield(syndicate.ScopeInfo{Scope: syndicate.WithTag("a\tb")}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			publish(t, Publisher{Dir: dir, Source: archive})
			before := files(t, dir)
			result, err := Publisher{Dir: dir, Source: faulty{Source: archive, scopes: list}, Timeout: 100 * time.Millisecond}.Publish(t.Context())
			assert.ErrorContains(t, err, "feeddir: list of scopes: ")
			assert.Zero(t, result.Removed)
			assert.Equal(t, before, files(t, dir))
		})
	}
}

// stuck is an extension that does not come back.
type stuck struct{}

func (stuck) Namespaces() []xmltext.Namespace                                    { return nil }
func (stuck) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed)       { select {} }
func (stuck) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

func TestFeedThatCannotBeEncodedInTimeIsReportedByFormat(t *testing.T) {
	archive := open(t, courier(), numbered(1))
	dir := t.TempDir()
	source := extended{archive}
	result, err := Publisher{Dir: dir, Source: source, Timeout: 100 * time.Millisecond, Workers: 8}.Publish(t.Context())
	assert.ErrorContains(t, err, "feeddir: tag/tag-1: tag/tag-1/rss.xml: no answer within 100ms")
	assert.ErrorContains(t, err, "feeddir: tag/tag-1: tag/tag-1/atom.xml: no answer within 100ms")
	assert.Equal(t, 3, result.Feeds)
	assert.Contains(t, tree(t, dir), "tag/tag-1/feed.json", "where the extension has nothing to say")
}

// extended is a Source one of whose feeds has an extension that is stuck.
type extended struct{ syndicate.Source }

func (e extended) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	feed, err := e.Source.Feed(ctx, scope)
	if err == nil && scope.Kind() == syndicate.KindTag {
		feed.Extensions = []syndicate.Extension{stuck{}}
	}
	return feed, err
}

func TestSourceThatNeverAnswersIsGivenUp(t *testing.T) {
	var tagged []syndicate.Article
	for n := range 60 {
		a := numbered(n)
		a.Tags = syndicate.Tags("t" + strconv.Itoa(n))
		tagged = append(tagged, a)
	}
	archive := open(t, courier(), tagged...)
	dir := t.TempDir()
	publish(t, Publisher{Dir: dir, Source: archive})
	before := files(t, dir)
	silent := faulty{Source: archive, feed: func(ctx context.Context, _ syndicate.Scope) error { <-ctx.Done(); return ctx.Err() }}
	result, err := Publisher{Dir: dir, Source: silent, Timeout: 10 * time.Millisecond}.Publish(t.Context())
	assert.ErrorContains(t, err, "given up after 20 failures in a row")
	assert.LessOrEqual(t, strings.Count(err.Error(), "no answer"), giveUp+runtime.GOMAXPROCS(0))
	assert.Zero(t, result.Feeds)
	assert.Equal(t, before, files(t, dir))
}

func TestCancelledRunLeavesAUsableTreeAndTheNextCompletesIt(t *testing.T) {
	dir := t.TempDir()
	archive := open(t, courier(), articles(1, 20)...)
	publish(t, Publisher{Dir: dir, Source: archive})
	old := tree(t, dir)
	for n := 1; n <= 20; n++ {
		a := numbered(n)
		a.Title += ", corrected"
		require.NoError(t, archive.Update(a))
	}
	require.NoError(t, archive.Remove("https://courier.example/19/"))
	want := expected(t, archive)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	result, err := Publisher{Dir: dir, Source: archive, Progress: func(p Progress) {
		if p.Done == 5 {
			cancel()
		}
	}}.Publish(ctx)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "context canceled", err.Error(), "not once for each feed")
	assert.GreaterOrEqual(t, result.Feeds, 5)
	assert.Less(t, result.Written, len(want))
	assert.Zero(t, result.Removed)
	for path, content := range tree(t, dir) {
		assert.Contains(t, []string{old[path], want[path]}, content, path)
	}
	again := publish(t, Publisher{Dir: dir, Source: archive})
	assert.Equal(t, want, tree(t, dir))
	assert.Equal(t, result.Written+again.Written+result.Unchanged, again.Written+again.Unchanged, "what was written is remembered")
}

func TestCancelledBeforeItBeginsNothingIsMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, Publish(ctx, dir, open(t, courier(), numbered(1))), context.Canceled)
	assert.NoDirExists(t, dir)
}

// The program is killed before each single change to the folder in turn; where it writes a file, in the middle.
func TestKilledRunLeavesEachFileWholeAndTheNextMendsTheRest(t *testing.T) {
	if dir := os.Getenv("FEEDDIR_KILLED_IN"); dir != "" {
		killAtStep(t, dir)
		return
	}
	if runtime.GOOS == "windows" {
		t.Skip("no SIGKILL")
	}
	first, second := t.TempDir(), t.TempDir()
	publish(t, Publisher{Dir: first, Source: killedBefore(t), Gzip: true})
	publish(t, Publisher{Dir: second, Source: killedAfter(t), Gzip: true})
	old, want := tree(t, first), tree(t, second)
	for at, finished := 1, false; !finished; at++ {
		require.Less(t, at, 1000)
		dir := t.TempDir()
		publish(t, Publisher{Dir: dir, Source: killedBefore(t), Gzip: true})
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), "FEEDDIR_KILLED_IN="+dir, "FEEDDIR_KILLED_AT="+strconv.Itoa(at))
		out, err := child.CombinedOutput()
		if finished = err == nil; !finished {
			status := child.ProcessState.Sys().(syscall.WaitStatus)
			require.True(t, status.Signaled() && status.Signal() == syscall.SIGKILL, "%s", out)
		}
		got := tree(t, dir)
		for path, content := range got {
			assert.Contains(t, []string{old[path], want[path]}, content, "step %d: %s is torn", at, path)
		}
		for path := range want {
			if _, wasThere := old[path]; wasThere {
				assert.Contains(t, got, path, "step %d: lost", at)
			}
		}
		if at%2 == 0 { // what was new is retracted before the next run
			publish(t, Publisher{Dir: dir, Source: killedBefore(t), Gzip: true})
			assert.Equal(t, old, tree(t, dir), "step %d", at)
		} else {
			publish(t, Publisher{Dir: dir, Source: killedAfter(t), Gzip: true})
			assert.Equal(t, want, tree(t, dir), "step %d", at)
		}
		left, err := os.ReadDir(filepath.Join(dir, stateFolder))
		require.NoError(t, err)
		require.Len(t, left, 1, "step %d: nothing but the manifest", at)
	}
}

// killedBefore has a feed that killedAfter has not, and the other way round.
func killedBefore(t *testing.T) syndicate.Source { return open(t, courier(), short(1), short(2)) }
func killedAfter(t *testing.T) syndicate.Source  { return open(t, courier(), short(2), short(3)) }

// short is an article that is in the feeds of the site and of a tag, no more.
func short(n int) syndicate.Article {
	return syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: "Short", Published: noon, Tags: syndicate.Tags(fmt.Sprint("t", n))}
}

// killAtStep is the child.
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
	publish(t, Publisher{Dir: dir, Source: killedAfter(t), Gzip: true, Sync: true, Workers: 1})
}

func TestFullDiskKeepsTheFilesThatWereThere(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("mounting a small file system needs Linux and root")
	}
	dir := t.TempDir()
	mount(t, dir, "size=256k")
	archive := open(t, courier(), articles(1, 3)...)
	publish(t, Publisher{Dir: dir, Source: archive})
	old := tree(t, dir)
	long := numbered(-1)
	long.Content = "<p>" + strings.Repeat("A long body. ", 5_000) + "</p>"
	require.NoError(t, archive.Add(long))
	archive.Clock = func() time.Time { return noon.Add(2 * time.Hour) }
	want := expected(t, archive)

	result, err := Publisher{Dir: dir, Source: archive}.Publish(t.Context())
	assert.ErrorIs(t, err, syscall.ENOSPC)
	assert.ErrorContains(t, err, "rss.xml: ")
	assert.Zero(t, result.Removed)
	got := tree(t, dir)
	for path, content := range got {
		assert.Contains(t, []string{old[path], want[path]}, content, path)
	}
	for path := range old {
		assert.Contains(t, got, path)
	}
	remount(t, dir, "size=8m")
	publish(t, Publisher{Dir: dir, Source: archive})
	assert.Equal(t, want, tree(t, dir), "once there is room")
}

// A folder that cannot be written is no fault as long as nothing needs to be.
func TestReadOnlyFolder(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("mounting a file system needs Linux and root")
	}
	dir := t.TempDir()
	mount(t, dir, "size=1m")
	archive := open(t, courier(), articles(1, 3)...)
	publish(t, Publisher{Dir: dir, Source: archive})
	remount(t, dir, "ro")
	before := files(t, dir)
	publish(t, Publisher{Dir: dir, Source: archive})
	require.NoError(t, archive.Remove("https://courier.example/1/"))
	_, err := Publisher{Dir: dir, Source: archive}.Publish(t.Context())
	assert.ErrorIs(t, err, syscall.EROFS)
	assert.Equal(t, before, files(t, dir))
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

// Whoever can write to the folder cannot make the program write, remove or read elsewhere.
func TestSymbolicLinksAreNotFollowedButReported(t *testing.T) {
	for name, plant := range map[string]func(t *testing.T, dir, outside string){
		"a file outside": func(t *testing.T, dir, outside string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "tag/tag-1/rss.xml")))
			require.NoError(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(dir, "tag/tag-1/rss.xml")))
		},
		"a file inside": func(t *testing.T, dir, _ string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "tag/tag-1/rss.xml")))
			require.NoError(t, os.Symlink("../../atom.xml", filepath.Join(dir, "tag/tag-1/rss.xml")))
		},
		"nothing": func(t *testing.T, dir, outside string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "tag/tag-1/rss.xml")))
			require.NoError(t, os.Symlink(filepath.Join(outside, "new"), filepath.Join(dir, "tag/tag-1/rss.xml")))
		},
		"a folder outside": func(t *testing.T, dir, outside string) {
			require.NoError(t, os.Rename(filepath.Join(dir, "tag/tag-1"), filepath.Join(outside, "tag-1")))
			require.NoError(t, os.Symlink(filepath.Join(outside, "tag-1"), filepath.Join(dir, "tag/tag-1")))
		},
		"a folder inside": func(t *testing.T, dir, _ string) {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "tag/tag-1")))
			require.NoError(t, os.Symlink("tag-2", filepath.Join(dir, "tag/tag-1")))
		},
		"a folder of folders": func(t *testing.T, dir, outside string) {
			require.NoError(t, os.Rename(filepath.Join(dir, "tag"), filepath.Join(outside, "tag")))
			require.NoError(t, os.Symlink(filepath.Join(outside, "tag"), filepath.Join(dir, "tag")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, outside := t.TempDir(), t.TempDir()
			write(t, outside, "secret", "not a feed")
			archive := open(t, courier(), articles(1, 3)...)
			publish(t, Publisher{Dir: dir, Source: archive})
			plant(t, dir, outside)
			before := tree(t, outside)

			corrected := numbered(1)
			corrected.Title = "Corrected"
			require.NoError(t, archive.Update(corrected))
			_, err := Publisher{Dir: dir, Source: archive}.Publish(t.Context())
			assert.ErrorIs(t, err, ErrOccupied)
			assert.ErrorContains(t, err, "tag/tag-1/rss.xml")
			assert.Equal(t, expected(t, archive)["category/extremism/atom.xml"], tree(t, dir)["category/extremism/atom.xml"])
			assert.Equal(t, expected(t, archive)["rss.xml"], tree(t, dir)["rss.xml"])
			assert.Equal(t, before, tree(t, outside))

			require.NoError(t, archive.Remove("https://courier.example/1/")) // now its files are stale
			_, err = Publisher{Dir: dir, Source: archive}.Publish(t.Context())
			assert.Equal(t, before, tree(t, outside))
			assert.Equal(t, name == "a folder of folders", err != nil, "other tags are below that one: %v", err)
		})
	}
}

func TestFoldersOfOnesOwnStateAreNotFollowedEither(t *testing.T) {
	for _, path := range []string{stateFolder, tempFolder, manifestFile, journalFile} {
		dir, outside := t.TempDir(), t.TempDir()
		write(t, outside, "x", "stays")
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o755))
		require.NoError(t, os.Symlink(outside, filepath.Join(dir, path)))
		_, err := Publisher{Dir: dir, Source: open(t, courier(), numbered(1))}.Publish(t.Context())
		assert.ErrorIs(t, err, ErrOccupied, path)
		assert.Equal(t, map[string]string{"x": "stays"}, tree(t, outside))
	}
}

func TestFolderInTheFeedsPlaceIsReported(t *testing.T) {
	dir := t.TempDir()
	archive := open(t, courier(), articles(1, 3)...)
	write(t, dir, "rss.xml/mine.txt", "a folder of that name")
	write(t, dir, "tag", "a file where a folder is to be")
	_, err := Publisher{Dir: dir, Source: archive}.Publish(t.Context())
	assert.ErrorIs(t, err, ErrOccupied)
	assert.ErrorContains(t, err, "feeddir: rss.xml: ")
	assert.ErrorContains(t, err, "feeddir: tag/tag-1: tag/tag-1/rss.xml: tag: ")
	got := tree(t, dir)
	assert.Equal(t, "a folder of that name", got["rss.xml/mine.txt"])
	assert.Equal(t, expected(t, archive)["atom.xml"], got["atom.xml"])
}

func TestSecondRunAtTheSameTimeIsRefused(t *testing.T) {
	dir := t.TempDir()
	archive := open(t, courier(), articles(1, 3)...)
	inside := false
	publish(t, Publisher{Dir: dir, Source: archive, Progress: func(Progress) {
		inside = true
		assert.ErrorIs(t, Publish(t.Context(), dir, archive), ErrBusy)
	}})
	assert.True(t, inside)
	publish(t, Publisher{Dir: dir, Source: archive})
}

func TestManifestThatCannotBeReadStopsTheRun(t *testing.T) {
	archive := open(t, courier(), numbered(1))
	for name, text := range map[string]string{
		"of a later release":  "syndicate/feeddir manifest 2\n",
		"of something else":   "{}",
		"torn":                manifestHeader + "abc\t1\t2\t\t\t\tsite\trss.x",
		"with too few fields": manifestHeader + "abc\t1\t2\t\n",
		"with a bad number":   manifestHeader + "abc\tx\t2\t\t\t\tsite\trss.xml\n",
		"that leads outside":  manifestHeader + "abc\t1\t2\t\t\t\tsite\t../rss.xml\n",
		"that leads to state": manifestHeader + "abc\t1\t2\t\t\t\tsite\t.syndicate/manifest\n",
	} {
		dir := t.TempDir()
		write(t, dir, manifestFile, text)
		_, err := Publisher{Dir: dir, Source: archive}.Publish(t.Context())
		assert.ErrorIs(t, err, ErrManifest, name)
		assert.ErrorContains(t, err, manifestFile, name)
		assert.Empty(t, tree(t, dir), name)
	}
}

func TestPublisherSaysWhatItLacks(t *testing.T) {
	assert.Error(t, Publish(t.Context(), t.TempDir(), nil))
	assert.Error(t, Publish(t.Context(), "", open(t, courier())))
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	assert.ErrorContains(t, Publish(t.Context(), file, open(t, courier())), file)
}
