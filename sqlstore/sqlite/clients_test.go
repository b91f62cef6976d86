package sqlite_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/clients"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// Feed readers of other authors before and after the move of a site. .ci/clients installs them.

// homes are the addresses of the site, in the order of its moves.
var homes = []string{"http://old.example.org/blog/", "https://old.example.org/blog/", "https://new.example.com/", "https://new.example.com/news/"}

// movedStore returns the store of the site at an address.
func movedStore(t *testing.T, file, home string) *sqlstore.Store {
	store := open(t, file, syndicate.Site{URL: home, Title: "Example", Language: "en"})
	now := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	store.Clock = func() time.Time { return now }
	return store
}

// given returns articles whose addresses are given in several forms.
func given(home string) (articles []syndicate.Article) {
	for n, ref := range []string{"a/", "/b/", home + "c/", "?p=4", "d/"} {
		articles = append(articles, syndicate.Article{
			URL: ref, Title: fmt.Sprint("Title ", n), Content: "<p>Body</p>", Published: time.Date(2024, 1, 1+n, 0, 0, 0, 0, time.UTC),
		})
	}
	articles[4].ID = "4711"
	return articles
}

// moves calls f with the feed of the site in each format after each of its moves. After each move
// the program updates its articles and adds one that it has added before.
func moves(t *testing.T, f func(home string, format syndicate.Format, feed []byte)) {
	file := filepath.Join(t.TempDir(), "feeds.db")
	require.NoError(t, movedStore(t, file, homes[0]).Add(t.Context(), given(homes[0])...))
	for _, home := range homes {
		store := movedStore(t, file, home)
		require.NoError(t, store.Update(t.Context(), given(home)...))
		assert.Error(t, store.Add(t.Context(), given(home)[0]))
		feed, err := store.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
			f(home, format, feed.Append(nil, format))
		}
	}
}

// LIFE-5
func TestReadersWithFeedparserSeeTheSameItemsAfterAMove(t *testing.T) {
	python := clients.Feedparser(t, "the feeds of a site that moves")
	const program = `
import feedparser, json, sys
feed = feedparser.parse(sys.stdin.buffer.read())
assert not feed.bozo, feed.bozo_exception
print(json.dumps({"Feed": feed.feed.get("id", ""), "IDs": [e.id for e in feed.entries], "Links": [e.link for e in feed.entries]}))`
	type read struct {
		Feed       string
		IDs, Links []string
	}
	first := map[syndicate.Format]read{}
	moves(t, func(home string, format syndicate.Format, feed []byte) {
		command := exec.Command(python, "-c", program)
		command.Stdin = strings.NewReader(string(feed))
		command.Stderr = os.Stderr
		out, err := command.Output()
		require.NoError(t, err)
		var got read
		require.NoError(t, json.Unmarshal(out, &got))
		if _, known := first[format]; !known {
			first[format] = got
		}
		assert.Len(t, got.IDs, 5)
		assert.Equal(t, first[format].IDs, got.IDs, "%s at %s", format, home)
		assert.Equal(t, first[format].Feed, got.Feed)
		for _, link := range got.Links {
			assert.Equal(t, strings.SplitAfterN(home, "/", 4)[:3], strings.SplitAfterN(link, "/", 4)[:3], "%s at %s", format, home)
		}
	})
}

// LIFE-5: a subscriber whose reader is newsboat sees nothing new.
func TestReadersWithNewsboatSeeNothingNewAfterAMove(t *testing.T) {
	clients.Newsboat(t, "the feeds of a site that moves")
	home := t.TempDir()
	var served atomic.Pointer[[]byte]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.Write(*served.Load())
	}))
	defer server.Close()
	require.NoError(t, os.WriteFile(filepath.Join(home, "config"), nil, 0o600))
	// unread reloads the feed of a format and returns what newsboat says of all feeds.
	unread := func(format syndicate.Format, feed []byte) string {
		served.Store(&feed)
		urls := filepath.Join(home, "urls")
		require.NoError(t, os.WriteFile(urls, []byte(server.URL+"/"+format.FileName()+"\n"), 0o600))
		command := exec.Command("newsboat", "-C", filepath.Join(home, "config"), "-u", urls,
			"-c", filepath.Join(home, "cache."+format.String()), "-x", "reload", "print-unread")
		command.Env = append(os.Environ(), "HOME="+home)
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return strings.TrimSpace(string(out))
	}
	moves(t, func(home string, format syndicate.Format, feed []byte) {
		assert.Equal(t, "5 unread articles", unread(format, feed), "%s at %s", format, home)
	})
	// Without a store that remembers, every article that has no ID comes again.
	archive, err := syndicate.NewArchive(syndicate.Site{URL: homes[2], Title: "Example"}, given(homes[2])...)
	require.NoError(t, err)
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Equal(t, "9 unread articles", unread(syndicate.RSS, feed.Append(nil, syndicate.RSS)))
}
