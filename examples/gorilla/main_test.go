package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedreader"
)

func TestMovedProgramWritesThreeFeedsToAFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "public")
	var stdout strings.Builder

	require.NoError(t, run(&stdout, folder))

	for _, format := range syndicate.Formats() {
		name := filepath.Join(folder, format.FileName())
		assert.Contains(t, stdout.String(), name)
		document, err := os.ReadFile(name)
		require.NoError(t, err)
		feed, err := feedreader.Parse(string(document))
		require.NoError(t, err)
		assert.Equal(t, "Nordic Monitor", feed.Title, format)
		require.Len(t, feed.Items, 2, format)
		first := feed.Items[0]
		assert.Equal(t, "Turkey may send its police to Azerbaijan", first.Title, format)
		assert.Equal(t, "<p>Ankara and Baku have <em>amended</em> an agreement.</p>", first.Content, format)
		assert.Equal(t, []string{"Military", "Azerbaijan", "Turkey"}, first.Categories, format)
		assert.Equal(t, "https://www.nordicmonitor.com/files/budget.pdf", feed.Items[1].Enclosures[0].URL, format)
		assert.Contains(t, string(document), "https://www.nordicmonitor.com/"+format.FileName(), "the feed's own address")
	}
}

func TestMovedProgramPrintsItsFeeds(t *testing.T) {
	var stdout strings.Builder

	require.NoError(t, run(&stdout, ""))

	for _, begin := range []string{"<rss ", "<feed ", `{"version":"https://jsonfeed.org/version/1.1"`} {
		assert.Contains(t, stdout.String(), begin)
	}
}

// Readers go by the ids of Atom entries, which stay those that gorilla/feeds wrote, and by the
// addresses of RSS items, which had no ids.
func TestMovedProgramKeepsWhatReadersGoBy(t *testing.T) {
	before, err := oldFeed().ToAtom()
	require.NoError(t, err)
	old, err := feedreader.Parse(before)
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, run(io.Discard, folder))

	atom, rss := read(t, folder, "atom.xml"), read(t, folder, "rss.xml")

	for n, item := range old.Items {
		assert.Equal(t, item.GUID, atom.Items[n].GUID)
		assert.Equal(t, item.Link, rss.Items[n].GUID)
	}
}

func TestOldCodeEditsTheFeedOfAnArchive(t *testing.T) {
	var stdout strings.Builder

	require.NoError(t, printNewsletter(t.Context(), &stdout))

	feed, err := feedreader.Parse(stdout.String())
	require.NoError(t, err)
	assert.Equal(t, "Military – Nordic Monitor", feed.Title)
	require.Len(t, feed.Items, 2)
	assert.Equal(t, "1. A budget for R&D", feed.Items[0].Title)
	assert.Equal(t, "2. Turkey may send its police to Azerbaijan", feed.Items[1].Title)
	assert.Equal(t, "https://www.nordicmonitor.com/category/military/rss.xml", feed.FeedLink, "the head is the archive's")
}

func read(t *testing.T, folder, name string) *feedreader.Feed {
	t.Helper()
	document, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	feed, err := feedreader.Parse(string(document))
	require.NoError(t, err)
	return feed
}
