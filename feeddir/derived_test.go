package feeddir

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/internal/derivedtest"
)

// Files that are made of the articles.

// noteFiles returns the files of the set among those of a folder, by path.
func noteFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	got := tree(t, dir)
	maps.DeleteFunc(got, func(path, _ string) bool { return !strings.HasPrefix(path, "notes/") })
	return got
}

// wantNotes returns the files that a source should have.
func wantNotes(t *testing.T, source syndicate.Source) map[string]string {
	t.Helper()
	want := map[string]string{}
	for a, err := range derived.Articles(t.Context(), source, syndicate.Everything()) {
		require.NoError(t, err)
		want[new(derivedtest.Notes).Path(a.Article)] = a.Content
	}
	return want
}

// POD-70
func TestDerivedFilesAreWrittenAndRemoved(t *testing.T) {
	clock := noon
	list := articles(1, 40)
	for i := range list {
		list[i].Content = "<p>" + list[i].Title + "</p>"
	}
	expiring, embargoed := list[35], list[3]
	expiring.Expires, embargoed.Published = noon.Add(time.Hour), noon.Add(time.Hour)
	list[35], list[3] = expiring, embargoed
	archive := open(t, courier(), list...)
	archive.Clock = func() time.Time { return clock }
	notes := new(derivedtest.Notes)
	folder := Folder{Source: archive, Dir: t.TempDir(), Files: []derived.Files{notes}, Gzip: true}
	check := func(what string, removed int) Result {
		t.Helper()
		result := publish(t, folder)
		assert.Equal(t, removed, result.Removed, what)
		got, want := noteFiles(t, folder.Dir), wantNotes(t, archive)
		for path, text := range want {
			assert.Equal(t, text, got[path], what)
			assert.Contains(t, got, path+".gz")
		}
		assert.Len(t, got, 2*len(want), what)
		return result
	}
	check("first run", 0)
	require.EqualValues(t, 39, notes.Appended.Load())
	assert.NotContains(t, noteFiles(t, folder.Dir), notes.Path(&embargoed))
	assert.Zero(t, check("nothing has changed", 0).Written)
	assert.EqualValues(t, 39, notes.Appended.Load(), "exact files are not made again")
	clock = noon.Add(time.Hour)
	result := check("an embargo ends and an article expires", 2)
	assert.NotContains(t, noteFiles(t, folder.Dir), notes.Path(&expiring))
	assert.Contains(t, noteFiles(t, folder.Dir), notes.Path(&embargoed))
	assert.Positive(t, result.Written)
	require.NoError(t, archive.Remove("https://courier.example"+list[10].URL))
	check("a removal", 2)
	edited := list[20]
	edited.Content = "<p>Edited.</p>"
	require.NoError(t, archive.Update(edited))
	check("an edit", 0)
	assert.Equal(t, "<p>Edited.</p>", noteFiles(t, folder.Dir)[notes.Path(&edited)])
	damage(t, folder.Dir, notes.Path(&edited))
	folder.Verify = true
	check("damage", 0)
	folder.Files = nil
	assert.Equal(t, 2*len(wantNotes(t, archive)), publish(t, folder).Removed, "without the set")
	assert.Empty(t, noteFiles(t, folder.Dir))
}

func TestDerivedFilesOfASourceWithoutVersions(t *testing.T) {
	archive, notes := open(t, courier(), articles(1, 30)...), new(derivedtest.Notes)
	folder := Folder{Source: struct{ syndicate.Source }{archive}, Dir: t.TempDir(), Files: []derived.Files{notes}, Sync: true}
	publish(t, folder)
	assert.Equal(t, wantNotes(t, archive), noteFiles(t, folder.Dir))
	assert.Zero(t, publish(t, folder).Written)
	assert.EqualValues(t, 60, notes.Appended.Load(), "they are made to be compared")
}

// wayward is a set with a file whose bytes or path are wrong, between good ones.
type wayward struct {
	file  derived.File
	twice error // is returned by the second list
	lists *int
	stop  bool
}

func (w wayward) Find(context.Context, syndicate.Source, string) (derived.File, error) { panic("find") }

func (w wayward) List(context.Context, syndicate.Source) iter.Seq2[derived.File, error] {
	*w.lists++
	second := *w.lists%2 == 0
	text := func(_ context.Context, dst []byte) ([]byte, error) { return append(dst, "text"...), nil }
	return func(yield func(derived.File, error) bool) {
		if !yield(derived.File{Path: "a.txt", Append: text}, nil) {
			return
		}
		if w.file.Path != "" && !yield(w.file, nil) {
			return
		}
		if second && w.twice != nil {
			yield(derived.File{}, w.twice)
			return
		}
		if second && w.stop {
			panic("stop")
		}
		yield(derived.File{Path: "z.txt", Append: text}, nil)
	}
}

func TestAFailureOfADerivedFileKeepsWhatThereIs(t *testing.T) {
	ctx := t.Context()
	archive := open(t, courier(), articles(1, 3)...)
	for name, c := range map[string]struct {
		set  wayward
		want string
		has  []string
	}{
		"a file that cannot be made": {wayward{file: derived.File{Path: "m.txt", Append: func(context.Context, []byte) ([]byte, error) {
			return nil, errors.New("no paper")
		}}}, "feeddir: m.txt: no paper", []string{"a.txt", "m.txt", "z.txt"}},
		"a file without Append":  {wayward{file: derived.File{Path: "m.txt"}}, "feeddir: m.txt: the file has no Append", []string{"a.txt", "m.txt", "z.txt"}},
		"a list that breaks off": {wayward{twice: errors.New("no line")}, "feeddir: list of files: no line", []string{"a.txt", "z.txt"}},
		"a list that panics":     {wayward{stop: true}, "feeddir: list of files: panic: stop", []string{"a.txt", "z.txt"}},
		"a path outside":         {wayward{file: derived.File{Path: "../m.txt"}}, "not below the folder", []string{"a.txt", "m.txt", "z.txt"}},
		"the path of a feed":     {wayward{file: derived.File{Path: "rss.xml"}}, "the same file", []string{"a.txt", "m.txt", "z.txt"}},
		"a path twice":           {wayward{file: derived.File{Path: "a.txt"}}, "the same file", []string{"a.txt", "m.txt", "z.txt"}},
	} {
		dir, lists := t.TempDir(), 0
		good := wayward{lists: &lists, file: derived.File{Path: "m.txt", Append: func(context.Context, []byte) ([]byte, error) {
			return []byte("good"), nil
		}}}
		publish(t, Folder{Source: archive, Dir: dir, Files: []derived.Files{good}})
		c.set.lists = &lists
		_, err := Folder{Source: archive, Dir: dir, Files: []derived.Files{c.set}}.Publish(ctx)
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), c.want, name)
		got := slices.Collect(maps.Keys(tree(t, dir)))
		for _, path := range c.has {
			assert.Contains(t, got, path, name)
		}
	}
}

// An address that ends in a slash is a folder with an index file, as it is for a feed.
func TestADerivedFileAtAFolderIsItsIndex(t *testing.T) {
	archive := open(t, courier(), articles(1, 3)...)
	for contentType, want := range map[string]string{
		"application/rss+xml; charset=utf-8": "m/feed/index.xml", "application/feed+json": "m/feed/index.json",
		"text/html; charset=utf-8": "m/feed/index.html",
	} {
		lists := 0
		set := wayward{lists: &lists, file: derived.File{Path: "m/feed/", ContentType: contentType, Append: func(context.Context, []byte) ([]byte, error) {
			return []byte("contents"), nil
		}}}
		dir := t.TempDir()
		publish(t, Folder{Source: archive, Dir: dir, Files: []derived.Files{set}})
		assert.Equal(t, "contents", tree(t, dir)[want], contentType)
	}
}

// A set that cannot be listed at all keeps its files, and so does every feed.
func TestNothingIsRemovedAfterASetThatCannotBeListed(t *testing.T) {
	archive := open(t, courier(), articles(1, 30)...)
	folder := Folder{Source: archive, Dir: t.TempDir(), Files: []derived.Files{new(derivedtest.Notes)}}
	publish(t, folder)
	before := slices.Sorted(maps.Keys(tree(t, folder.Dir)))
	require.NoError(t, archive.Remove("https://courier.example"+articles(1, 30)[5].URL))
	folder.Files = []derived.Files{&derivedtest.Notes{Err: errors.New("no line")}}
	result, err := folder.Publish(t.Context())
	require.ErrorContains(t, err, "feeddir: list of files: no line")
	assert.Zero(t, result.Removed)
	assert.Equal(t, before, slices.Sorted(maps.Keys(tree(t, folder.Dir))))
	folder.Files = []derived.Files{new(derivedtest.Notes)}
	publish(t, folder)
	assert.Equal(t, wantNotes(t, archive), noteFiles(t, folder.Dir))
}

// hanging is a set whose list never ends.
type hanging struct{ derived.Files }

func (hanging) List(context.Context, syndicate.Source) iter.Seq2[derived.File, error] {
	return func(func(derived.File, error) bool) { select {} }
}

func TestASetThatHangsIsGivenUp(t *testing.T) {
	archive := open(t, courier(), articles(1, 3)...)
	_, err := Folder{Source: archive, Dir: t.TempDir(), Files: []derived.Files{hanging{}}, Timeout: 50 * time.Millisecond}.Publish(t.Context())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Folder{Source: archive, Dir: t.TempDir(), Files: []derived.Files{hanging{}}}.Publish(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

// What changed between the two lists of a set is left to the next run.
func TestAChangeWhileFilesAreWrittenIsPublishedNext(t *testing.T) {
	archive := open(t, courier(), articles(1, 30)...)
	notes := new(derivedtest.Notes)
	changed := false
	folder := Folder{Source: archive, Dir: t.TempDir(), Files: []derived.Files{notes}, Workers: 1, Progress: func(p Progress) {
		if !changed && p.Done > p.Total-20 {
			changed = true
			a := articles(50, 50)[0]
			a.Published = noon.Add(-time.Minute)
			edited := articles(1, 30)[29]
			edited.Content = "<p>Edited.</p>"
			require.NoError(t, archive.Patch([]string{"https://courier.example" + articles(1, 30)[28].URL}, a, edited))
		}
	}}
	publish(t, folder)
	require.True(t, changed)
	publish(t, folder)
	assert.Equal(t, wantNotes(t, archive), noteFiles(t, folder.Dir))
	assert.Contains(t, slices.Collect(maps.Values(noteFiles(t, folder.Dir))), "<p>Edited.</p>")
}

// The version of a page stays the same when the scope's next change is over. The manifest must not
// keep that time, or a program that publishes at NextChange would never wait again.
func TestNextChangeOfFilesOfPagesIsNotKept(t *testing.T) {
	clock := noon
	list := articles(1, 60)
	embargoed := numbered(61)
	embargoed.Published = noon.Add(time.Hour)
	archive := open(t, courier(), append(list, embargoed)...)
	archive.Clock = func() time.Time { return clock }
	folder := Folder{Source: archive, Dir: t.TempDir(), Files: []derived.Files{new(derivedtest.Notes)}}
	assert.Equal(t, noon.Add(time.Hour), publish(t, folder).NextChange)
	clock = noon.Add(time.Hour)
	for range 2 {
		assert.Zero(t, publish(t, folder).NextChange)
	}
}
