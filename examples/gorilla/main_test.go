package main

// What the moved program publishes, and that the old code still has its say.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

func TestMovedProgramWritesThreeFeedsToAFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "public")
	var stdout strings.Builder

	require.NoError(t, run(&stdout, folder))

	for _, format := range syndicate.Formats {
		name := filepath.Join(folder, format.FileName())
		assert.Contains(t, stdout.String(), name)
		document, err := os.ReadFile(name)
		require.NoError(t, err)
		feed, err := gofeed.NewParser().ParseString(string(document))
		require.NoError(t, err)
		assert.Equal(t, "Nordic Monitor", feed.Title, format)
		require.Len(t, feed.Items, 2, format)
		first := feed.Items[0]
		assert.Equal(t, "Turkey may send its police to Azerbaijan", first.Title, format)
		assert.Equal(t, "<p>Ankara and Baku have <em>amended</em> an agreement.</p>", first.Content, format)
		assert.Equal(t, []string{"Military", "Azerbaijan", "Turkey"}, first.Categories, format)
		assert.Equal(t, "https://www.nordicmonitor.com/files/budget.pdf", feed.Items[1].Enclosures[0].URL, format)
		assert.Contains(t, string(document), "https://www.nordicmonitor.com/"+format.FileName(), "where the feed itself is")
	}
}

func TestMovedProgramPrintsItsFeeds(t *testing.T) {
	var stdout strings.Builder

	require.NoError(t, run(&stdout, ""))

	for _, begin := range []string{"<rss ", "<feed ", `{"version":"https://jsonfeed.org/version/1.1"`} {
		assert.Contains(t, stdout.String(), begin)
	}
}

func TestOldCodeEditsTheFeedOfAnArchive(t *testing.T) {
	var stdout strings.Builder

	require.NoError(t, printNewsletter(t.Context(), &stdout))

	feed, err := gofeed.NewParser().ParseString(stdout.String())
	require.NoError(t, err)
	assert.Equal(t, "Military – Nordic Monitor", feed.Title)
	require.Len(t, feed.Items, 2)
	assert.Equal(t, "1. A budget for R&D", feed.Items[0].Title)
	assert.Equal(t, "2. Turkey may send its police to Azerbaijan", feed.Items[1].Title)
	assert.Equal(t, "https://www.nordicmonitor.com/category/military/rss.xml", feed.FeedLink, "the head is the archive's")
}
