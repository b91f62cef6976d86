package feeddir

import (
	"context"
	"errors"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// faulty is a Source that fails for some scopes.
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

// A feed that fails keeps its files. All others are published, and the error names the feed and the
// reason.
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
			publish(t, Folder{Dir: dir, Source: archive, Gzip: true})
			old := tree(t, dir)
			require.NoError(t, archive.Add(numbered(4), numbered(-2))) // both have the broken tag
			archive.Clock = func() time.Time { return noon.Add(3 * time.Hour) }
			publish(t, Folder{Dir: t.TempDir(), Source: archive}) // so that the archive is at rest
			source := faulty{Source: archive, feed: func(ctx context.Context, scope syndicate.Scope) error {
				if scope.Current() == broken {
					return fault.feed(ctx)
				}
				return nil
			}}
			result, err := Folder{Dir: dir, Source: source, Gzip: true, Timeout: 100 * time.Millisecond}.Publish(t.Context())
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
			publish(t, Folder{Dir: dir, Source: archive})
			assert.Equal(t, want, tree(t, dir), "the next run mends it")
		})
	}
}

// unversioned is a Source whose Version fails for one scope.
type unversioned struct {
	syndicate.Versioner
	scope syndicate.Scope
	fail  func(context.Context) (string, error)
}

func (u unversioned) Version(ctx context.Context, scope syndicate.Scope) (string, error) {
	if scope == u.scope {
		return u.fail(ctx)
	}
	return u.Versioner.Version(ctx, scope)
}

// Without a version it is unknown whether a feed has changed, so its files stay.
func TestScopeWhoseVersionFailsKeepsItsFiles(t *testing.T) {
	broken := syndicate.WithTag("tag-1")
	for says, fail := range map[string]func(context.Context) (string, error){
		"feeddir: tag/tag-1: the database is gone":     func(context.Context) (string, error) { return "", errDatabase },
		"feeddir: tag/tag-1: panic: no rows":           func(context.Context) (string, error) { panic("no rows") },
		"feeddir: tag/tag-1: no answer within 100ms: ": func(ctx context.Context) (string, error) { select {} },
	} {
		dir := t.TempDir()
		publish(t, Folder{Dir: dir, Source: open(t, courier(), articles(1, 3)...)})
		old := tree(t, dir)
		later := open(t, courier(), articles(1, 4)...)
		result, err := Folder{Dir: dir, Source: unversioned{later, broken, fail}, Timeout: 100 * time.Millisecond}.Publish(t.Context())
		assert.ErrorContains(t, err, says)
		assert.Zero(t, result.Removed)
		got, want := tree(t, dir), expected(t, later)
		assert.Equal(t, old["tag/tag-1/rss.xml"], got["tag/tag-1/rss.xml"])
		assert.Equal(t, want["rss.xml"], got["rss.xml"])
		publish(t, Folder{Dir: dir, Source: later})
		assert.Equal(t, want, tree(t, dir), "the next run mends it")
	}
}

// An additional file that fails stays as it is, and everything else is published.
func TestFileOfOnesOwnThatCannotBeMadeStaysAsItWas(t *testing.T) {
	type maker = func(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error)
	made := func(text string) maker {
		return func(_ context.Context, dst []byte, _ syndicate.Source) ([]byte, error) {
			return append(dst, text...), nil
		}
	}
	for says, fail := range map[string]maker{
		"feeddir: feeds.opml: the database is gone": func(_ context.Context, dst []byte, _ syndicate.Source) ([]byte, error) {
			return append(dst, "<opml"...), errDatabase
		},
		"feeddir: feeds.opml: panic: no template": func(context.Context, []byte, syndicate.Source) ([]byte, error) { panic("no template") },
		"feeddir: feeds.opml: no answer within":   func(context.Context, []byte, syndicate.Source) ([]byte, error) { select {} },
	} {
		dir := t.TempDir()
		p := Folder{Dir: dir, Source: open(t, courier(), numbered(1)), Gzip: true, Timeout: 100 * time.Millisecond}
		p.Extra = []File{{Path: "feeds.opml", Append: made("<opml/>")}, {Path: "feeds.html", Append: made("old")}, {Path: "gone.css"}}
		publish(t, p)
		p.Extra = []File{{Path: "feeds.opml", Append: fail}, {Path: "feeds.html", Append: made("new")}}
		result, err := p.Publish(t.Context())
		assert.ErrorContains(t, err, says)
		assert.Equal(t, 2, result.Removed, "what is not asked for any more, and its copy")
		got := tree(t, dir)
		assert.Equal(t, []string{"<opml/>", "new"}, []string{got["feeds.opml"], got["feeds.html"]})
		assert.Contains(t, got, "feeds.opml.gz")
		p.Extra[0].Append = made("<opml>mended</opml>")
		publish(t, p)
		assert.Equal(t, "<opml>mended</opml>", tree(t, dir)["feeds.opml"])
	}
}

// A feed may be retracted while the others are published.
func TestScopeThatIsNotThereAnyMoreIsNoError(t *testing.T) {
	for _, reason := range []error{syndicate.ErrNotFound, syndicate.ErrGone, syndicate.ErrMoved} {
		dir := t.TempDir()
		archive := open(t, courier(), articles(1, 3)...)
		publish(t, Folder{Dir: dir, Source: archive})
		source := faulty{Source: archive, feed: func(_ context.Context, scope syndicate.Scope) error {
			if scope == syndicate.WithTag("tag-1") {
				return &syndicate.ScopeError{Scope: scope, Err: reason}
			}
			return nil
		}}
		assert.Equal(t, 3, publish(t, Folder{Dir: dir, Source: source}).Removed)
		assert.NoDirExists(t, filepath.Join(dir, "tag/tag-1"))
	}
}

// If the list of scopes breaks off, no file is removed.
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
			publish(t, Folder{Dir: dir, Source: faulty{Source: archive}}) // which tells no versions either
			before := files(t, dir)
			result, err := Folder{Dir: dir, Source: faulty{Source: archive, scopes: list}, Timeout: 100 * time.Millisecond}.Publish(t.Context())
			assert.ErrorContains(t, err, "feeddir: list of scopes: ")
			assert.Zero(t, result.Removed)
			assert.Equal(t, before, files(t, dir))
		})
	}
}

// stuck is an extension that never returns.
type stuck struct{}

func (stuck) Namespaces() []xmltext.Namespace                                    { return nil }
func (stuck) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed)       { select {} }
func (stuck) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

func TestFeedThatCannotBeEncodedInTimeIsReportedByFormat(t *testing.T) {
	archive := open(t, courier(), numbered(1))
	dir := t.TempDir()
	source := extended{archive}
	result, err := Folder{Dir: dir, Source: source, Timeout: 100 * time.Millisecond, Workers: 8}.Publish(t.Context())
	assert.ErrorContains(t, err, "feeddir: tag/tag-1: tag/tag-1/rss.xml: no answer within 100ms")
	assert.ErrorContains(t, err, "feeddir: tag/tag-1: tag/tag-1/atom.xml: no answer within 100ms")
	assert.Equal(t, 3, result.Feeds)
	assert.Contains(t, tree(t, dir), "tag/tag-1/feed.json", "where the extension has nothing to say")
}

// extended is a Source with a stuck extension on one feed.
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
	publish(t, Folder{Dir: dir, Source: archive})
	before := files(t, dir)
	silent := faulty{Source: archive, feed: func(ctx context.Context, _ syndicate.Scope) error { <-ctx.Done(); return ctx.Err() }}
	result, err := Folder{Dir: dir, Source: silent, Timeout: 10 * time.Millisecond}.Publish(t.Context())
	assert.ErrorContains(t, err, "stopped after 20 failures in a row")
	assert.LessOrEqual(t, strings.Count(err.Error(), "no answer"), giveUp+runtime.GOMAXPROCS(0))
	assert.Zero(t, result.Feeds)
	assert.Equal(t, before, files(t, dir))
}

func TestCancelledRunLeavesAUsableTreeAndTheNextCompletesIt(t *testing.T) {
	dir := t.TempDir()
	archive := open(t, courier(), articles(1, 20)...)
	publish(t, Folder{Dir: dir, Source: archive})
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
	result, err := Folder{Dir: dir, Source: archive, Progress: func(p Progress) {
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
	again := publish(t, Folder{Dir: dir, Source: archive})
	assert.Equal(t, want, tree(t, dir))
	assert.Equal(t, result.Written+again.Written+result.Unchanged, again.Written+again.Unchanged, "what was written is remembered")
}

// A feed that was complete when the run was cancelled counts.
func TestFeedThatIsCompleteWhenTheRunIsCancelledCounts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	step = func(operation, path string) {
		if operation == "rename" && path == "feed.json" {
			cancel()
		}
	}
	defer func() { step = func(_, _ string) {} }()
	archive := open(t, courier(), numbered(1))
	result, err := Folder{Dir: t.TempDir(), Source: archive, Workers: 1}.Publish(ctx)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, []int{1, 3}, []int{result.Feeds, result.Written})
}

func TestCancelledBeforeItBeginsNothingIsMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, Publish(ctx, dir, open(t, courier(), numbered(1))), context.Canceled)
	assert.NoDirExists(t, dir)
}

// In the same process and in another one.
func TestSecondRunAtTheSameTimeIsRefused(t *testing.T) {
	archive := open(t, courier(), articles(1, 3)...)
	if dir := os.Getenv("FEEDDIR_BUSY"); dir != "" {
		assert.ErrorIs(t, Publish(t.Context(), dir, archive), ErrBusy)
		return
	}
	dir := t.TempDir()
	inside := 0
	publish(t, Folder{Dir: dir, Source: archive, Progress: func(Progress) {
		if inside++; inside > 1 {
			return
		}
		write(t, dir, tempFolder+"/held", "") // stays, while the run's own temporary files come and go
		before := files(t, dir)
		err := Publish(t.Context(), dir, archive)
		assert.ErrorIs(t, err, ErrBusy)
		assert.ErrorContains(t, err, dir, "which folder")
		other := exec.Command(os.Args[0], "-test.run=^TestSecondRunAtTheSameTimeIsRefused$")
		other.Env = append(os.Environ(), "FEEDDIR_BUSY="+dir)
		out, err := other.CombinedOutput()
		assert.NoError(t, err, "%s", out)
		after := files(t, dir)
		for path := range before {
			if !strings.HasPrefix(path, tempFolder) || path == tempFolder+"/held" {
				assert.Contains(t, after, path, "nothing of this run was cleared away")
			}
		}
	}, Workers: 1})
	assert.NotZero(t, inside)
	assert.Equal(t, expected(t, archive), tree(t, dir))
	publish(t, Folder{Dir: dir, Source: archive})
}

func TestManifestThatCannotBeReadStopsTheRun(t *testing.T) {
	archive := open(t, courier(), numbered(1))
	for name, text := range map[string]string{
		"of a later release":   "syndicate/feeddir manifest 2\n",
		"of something else":    "{}",
		"torn":                 manifestHeader + "abc\t1\t2\t\t\t\tsite\trss.x",
		"with too few fields":  manifestHeader + "abc\t1\t2\t\n",
		"with a bad number":    manifestHeader + "abc\tx\t2\t\t\t\tsite\trss.xml\n",
		"with a bad time":      manifestHeader + "abc\t1\tx\t\t\t\tsite\trss.xml\n",
		"with a bad change":    manifestHeader + "abc\t1\t2\t\tdef\tx\tsite\trss.xml\n",
		"that changes outside": manifestHeader + "abc\t1\t2\t\tdef\t3\tsite\t../rss.xml\n",
		"that leads outside":   manifestHeader + "abc\t1\t2\t\t\t\tsite\t../rss.xml\n",
		"that leads to state":  manifestHeader + "abc\t1\t2\t\t\t\tsite\t.syndicate/manifest\n",
	} {
		dir := t.TempDir()
		write(t, dir, manifestFile, text)
		_, err := Folder{Dir: dir, Source: archive}.Publish(t.Context())
		assert.ErrorIs(t, err, ErrManifest, name)
		assert.ErrorContains(t, err, manifestFile, name)
		if strings.HasPrefix(text, manifestHeader) {
			assert.ErrorContains(t, err, "line 2: ", name)
		}
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
