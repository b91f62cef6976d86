package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The programs are comparable only if they read the same articles and write the same feeds.
func TestProgramsWriteTheSameFeeds(t *testing.T) {
	const articles = 60
	root := t.TempDir()
	content := filepath.Join(root, "content")
	path, contents := generate(content, articles)

	folders := map[string]string{"syndicate": t.TempDir(), "gorilla/feeds": t.TempDir()}
	withSyndicate(content, folders["syndicate"], false)
	withGorilla(content, folders["gorilla/feeds"])
	if program, err := exec.LookPath("hugo"); err == nil {
		prepareHugo(root)
		folders["Hugo"] = t.TempDir()
		run(hugo(t.Context(), program, root, writes, folders["Hugo"]))
	} else {
		t.Log("hugo is not installed: it was not compared here; the program compares it too")
	}
	want := look(folders["syndicate"])
	assert.Greater(t, want.feeds[0], 100)
	for name, folder := range folders {
		got := look(folder)
		assert.Equal(t, want.feeds, got.feeds, "%s: feeds", name)
		assert.Equal(t, want.items, got.items, "%s: items", name)
		assert.Equal(t, want.feeds[0]*3, got.feeds[0]+got.feeds[1]+got.feeds[2], name)
	}

	// One more article is the newest of every program's site.
	require.NoError(t, os.WriteFile(path, contents, 0o600))
	withSyndicate(content, folders["syndicate"], false)
	withGorilla(content, folders["gorilla/feeds"])
	for _, name := range []string{"syndicate", "gorilla/feeds"} {
		text, err := os.ReadFile(filepath.Join(folders[name], "rss.xml"))
		require.NoError(t, err)
		assert.Contains(t, string(text), "https://news.example.org/breaking/", name)
	}
}

func TestArticlesAreReadAsTheyWereWritten(t *testing.T) {
	dir := t.TempDir()
	generate(dir, 3)
	var titles []string
	read(dir, func(a article) {
		titles = append(titles, a.Title)
		assert.Regexp(t, `^/20\d\d/\d\d/article-number-\d/$`, a.URL)
		assert.Regexp(t, `^<p><img [^<]*>.*</p>$`, a.Content)
		assert.Len(t, a.Tags, 6)
		assert.True(t, a.Lastmod.After(a.Date))
	})
	assert.Len(t, titles, 3)
}

func TestRatiosAreTakenRoundByRound(t *testing.T) {
	reading := &row{costs: []cost{{CPU: 1e9}, {CPU: 2e9}}}
	ours := &row{whose: reading, costs: []cost{{CPU: 2e9}, {CPU: 4e9}}}
	theirs := &row{whose: reading, costs: []cost{{CPU: 5e9}, {CPU: 10e9}}}
	assert.Equal(t, []float64{0.4, 0.4}, over(ours.each(cpu), theirs.each(cpu)))
	assert.Equal(t, []float64{0.25, 0.25}, over(ours.withoutReading(), theirs.withoutReading()))
	assert.Equal(t, "0.30 (0.10–0.50)", spread([]float64{0.5, 0.1, 0.3}))
	assert.Equal(t, "0.012", spread([]float64{0.012}))
}
