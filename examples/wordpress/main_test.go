package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

func TestExportBecomesAFolderOfFeeds(t *testing.T) {
	out := t.TempDir()
	var summary, bar bytes.Buffer
	require.NoError(t, program{out: &summary, bar: &bar}.run(context.Background(), nil, out, "", false))
	for _, name := range []string{
		"rss.xml", "atom.xml", "feed.json", "category/news/rss.xml", "category/news/harbour/atom.xml", "category/podcast/feed.json",
		"tag/fish-chips/rss.xml", "author/ada/rss.xml", "author/jonas/rss.xml",
	} {
		assert.FileExists(t, filepath.Join(out, filepath.FromSlash(name)))
	}
	rss, err := os.ReadFile(filepath.Join(out, "category", "news", "rss.xml"))
	require.NoError(t, err)
	assert.Contains(t, string(rss), `<guid isPermaLink="false">https://gazette.example/?p=1</guid>`)
	assert.Contains(t, string(rss), `<figcaption>The crane, unloaded</figcaption>`)
	assert.NotContains(t, string(rss), "What the council said")
	assert.Equal(t, `skipped  2  attachment  not a post               
skipped  1  page        not a post               
skipped  1  post        draft                    5
skipped  1  post        protected by a password  6
`, summary.String()[:bytes.LastIndexByte(bytes.TrimSpace(summary.Bytes()), '\n')+1])
	assert.Contains(t, bar.String(), "reading ["+"########################################"+"] 100 %\n")
	assert.Contains(t, bar.String(), "writing [")

	summary.Reset()
	require.NoError(t, program{out: &summary, bar: io.Discard}.run(context.Background(), nil, out, "", false))
	assert.Contains(t, summary.String(), "; 0 files written, ", "nothing changed, so nothing is written")
}

func TestFeedsKeepWordPressAddresses(t *testing.T) {
	out := t.TempDir()
	require.NoError(t, program{out: io.Discard, bar: io.Discard}.run(context.Background(), []string{"export.xml"}, out, "", true))
	assert.FileExists(t, filepath.Join(out, "category", "news", "harbour", "feed", "index.xml"))

	archive, err := program{out: io.Discard, bar: io.Discard}.read(nil, syndicate.WordPress)
	require.NoError(t, err)
	server := httptest.NewServer(&feedhttp.Handler{Source: archive})
	defer server.Close()
	for _, path := range []string{"/feed/", "/?feed=atom", "/category/news/harbour/feed/", "/tag/fish-chips/feed/json/", "/author/ada/feed"} {
		response, err := http.Get(server.URL + path)
		require.NoError(t, err)
		response.Body.Close()
		assert.Equal(t, http.StatusOK, response.StatusCode, path)
	}
}

// WXR-6
func TestAnExportInSeveralFiles(t *testing.T) {
	archive, err := program{out: io.Discard, bar: io.Discard}.read([]string{"export.xml", "../../wordpress/testdata/export.xml", "export.xml"}, syndicate.WordPress)
	require.NoError(t, err)
	for _, category := range []string{"podcast", "orphan"} { // the first file has one, the second the other
		feed, err := archive.Feed(context.Background(), syndicate.InCategory(category))
		require.NoError(t, err)
		assert.NotEmpty(t, feed.Articles, category)
	}
}

func TestAFileThatIsNoExportIsAnErrorAndWritesNothing(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	for _, wxr := range []string{"main.go", "missing.xml"} {
		assert.Error(t, program{out: io.Discard, bar: io.Discard}.run(context.Background(), []string{wxr}, out, "", false), wxr)
		assert.NoDirExists(t, out)
	}
}
