package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/feeddir"
)

func TestFolderHoldsAllThatReadersSubscribeTo(t *testing.T) {
	out := t.TempDir()
	var told bytes.Buffer
	require.NoError(t, publish(t.Context(), &told, out, nil))
	written := files(t, out)
	assert.Contains(t, written["rss.xml"], `<?xml-stylesheet type="text/css" href="https://nordicmonitor.com/feeds.css"?>`)
	assert.Contains(t, written["category/military/arms-exports/atom.xml"], "<entry>")
	assert.Contains(t, written["page/1/feed.json"], `"items":[`)
	assert.Contains(t, written["feeds.opml"], `xmlUrl="https://nordicmonitor.com/category/military/rss.xml"`)
	assert.Contains(t, written["feeds/index.html"], `href="/feeds.opml"`)
	assert.Contains(t, written["feeds.css"], "display: none")
	assert.Contains(t, written["sitemap.xml"], "https://nordicmonitor.com/sitemap/site/page/1.xml")
	assert.Contains(t, written["sitemap/site/page/1.xml"], "<image:image>")
	assert.Contains(t, written["news-sitemap.xml"], "<urlset ")
	assert.Contains(t, written["robots.txt"], "Sitemap: https://nordicmonitor.com/news-sitemap.xml\n")
	for path, content := range written {
		if copied, ok := written[path+".gz"]; ok {
			r, err := gzip.NewReader(strings.NewReader(copied))
			require.NoError(t, err)
			plain, err := io.ReadAll(r)
			require.NoError(t, err)
			assert.Equal(t, content, string(plain), path)
		} else {
			assert.True(t, strings.HasSuffix(path, ".gz") || strings.HasPrefix(path, ".syndicate/"), path)
		}
	}
	assert.Contains(t, told.String(), " 0 unchanged, 0 removed\n")
	assert.Contains(t, told.String(), "run again at 20", "an article is under embargo")

	var again bytes.Buffer
	require.NoError(t, publish(t.Context(), &again, out, nil))
	assert.Contains(t, again.String(), ": 0 files written, ")
	assert.Equal(t, written, files(t, out))
}

func TestBarFillsItsLineAndEndsIt(t *testing.T) {
	var line bytes.Buffer
	for done := range 4 {
		draw(&line, feeddir.Progress{Done: done + 1, Total: 4})
	}
	assert.Equal(t, "\r[##########                              ] 1 of 4"+
		"\r[####################                    ] 2 of 4"+
		"\r[##############################          ] 3 of 4"+
		"\r[########################################] 4 of 4\n", line.String())
}

func TestNoBarIsDrawnWhereThereIsNoTerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	defer file.Close()
	assert.Nil(t, bar(file))
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
