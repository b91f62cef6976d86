package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/examples/internal/newsroom"
)

func TestNewsroomWritesEveryFeedInThreeFormats(t *testing.T) {
	out := t.TempDir()
	var table bytes.Buffer
	require.NoError(t, publish(context.Background(), &table, out))
	site, articles, err := newsroom.Load()
	require.NoError(t, err)
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	for info, err := range archive.Scopes(context.Background()) {
		require.NoError(t, err)
		assert.Contains(t, table.String(), info.Title)
		for _, format := range syndicate.Formats() {
			path := archive.Publication().Site().Addresses.FeedPath(info.Scope, format)
			assert.FileExists(t, filepath.Join(out, filepath.FromSlash(path)))
		}
	}
}

func TestNewsroomWrittenAgainChangesNoByte(t *testing.T) {
	out := t.TempDir()
	var first, second bytes.Buffer
	require.NoError(t, publish(context.Background(), &first, out))
	before := files(t, out)
	require.NoError(t, publish(context.Background(), &second, out))
	assert.Equal(t, before, files(t, out))
	assert.Contains(t, second.String(), ", 0 of them changed\n")
	assert.NotContains(t, first.String(), ", 0 of them changed\n")
}

// The newsroom's data includes a draft, an embargo and an expired article, which must not appear.
func TestNewsroomKeepsBackWhatIsNotPublic(t *testing.T) {
	out := t.TempDir()
	require.NoError(t, publish(context.Background(), new(bytes.Buffer), out))
	assert.NoDirExists(t, filepath.Join(out, "category", "extremism"), "only an embargoed article is filed there")
	assert.NoDirExists(t, filepath.Join(out, "author", "gulsah-ozturk"), "wrote nothing but a draft")
	assert.DirExists(t, filepath.Join(out, "category", "military", "arms-exports"))
	for name, data := range files(t, out) {
		assert.NotContains(t, data, "nm-test-draft-1", name)
	}
}

func files(t *testing.T, root string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(root, path))
		contents[path] = string(data)
		return err
	}))
	return contents
}
