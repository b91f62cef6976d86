package feeddir

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A user who can write to the folder cannot make the program write, remove or read anything
// elsewhere.
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
			publish(t, Folder{Dir: dir, Source: archive})
			plant(t, dir, outside)
			before := tree(t, outside)

			corrected := numbered(1)
			corrected.Title = "Corrected"
			require.NoError(t, archive.Update(corrected))
			_, err := Folder{Dir: dir, Source: archive}.Publish(t.Context())
			assert.ErrorIs(t, err, ErrOccupied)
			assert.ErrorContains(t, err, "tag/tag-1/rss.xml")
			assert.Equal(t, expected(t, archive)["category/extremism/atom.xml"], tree(t, dir)["category/extremism/atom.xml"])
			assert.Equal(t, expected(t, archive)["rss.xml"], tree(t, dir)["rss.xml"])
			assert.Equal(t, before, tree(t, outside))

			require.NoError(t, archive.Remove("https://courier.example/1/")) // now its files are stale
			_, err = Folder{Dir: dir, Source: archive}.Publish(t.Context())
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
		_, err := Folder{Dir: dir, Source: open(t, courier(), numbered(1))}.Publish(t.Context())
		assert.ErrorIs(t, err, ErrOccupied, path)
		assert.Equal(t, map[string]string{"x": "stays"}, tree(t, outside))
	}
}

func TestFolderInTheFeedsPlaceIsReported(t *testing.T) {
	dir := t.TempDir()
	archive := open(t, courier(), articles(1, 3)...)
	write(t, dir, "rss.xml/mine.txt", "a folder of that name")
	write(t, dir, "tag", "a file where a folder is to be")
	_, err := Folder{Dir: dir, Source: archive}.Publish(t.Context())
	assert.ErrorIs(t, err, ErrOccupied)
	assert.ErrorContains(t, err, "feeddir: rss.xml: ")
	assert.ErrorContains(t, err, "feeddir: tag/tag-1: tag/tag-1/rss.xml: tag: ")
	got := tree(t, dir)
	assert.Equal(t, "a folder of that name", got["rss.xml/mine.txt"])
	assert.Equal(t, expected(t, archive)["atom.xml"], got["atom.xml"])
}
