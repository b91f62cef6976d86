package websub_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/websub"
)

// serveSite serves the handler that the function of returns for an archive, at the URL of its
// site.
func serveSite(
	t *testing.T, hub string, of func(*syndicate.Archive) http.Handler, articles ...syndicate.Article,
) (*syndicate.Archive, string) {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	site := syndicate.Site{URL: server.URL + "/", Title: "The Example", Hubs: []string{hub}}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	handler = of(archive)
	return archive, site.URL
}

// run runs a Publisher until the test ends, and returns when it watches the archive.
func run(t *testing.T, archive *syndicate.Archive, publisher websub.Publisher) {
	t.Helper()
	source := &overheard{Archive: archive, heard: make(chan string, 1000)}
	publisher.Source = source
	publisher.OnError = func(err error) { assert.NoError(t, err) }
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { assert.ErrorIs(t, publisher.Run(ctx), context.Canceled) })
	t.Cleanup(func() { cancel(); running.Wait() })
	source.awaitWatching(t)
}

func (s *subscriber) next(t *testing.T) string {
	t.Helper()
	select {
	case content := <-s.received:
		return string(content)
	case <-time.After(20 * time.Second):
		require.Fail(t, "nothing arrived", s.topic)
		return ""
	}
}

// DISC-5: the hub fetches the new version even from a server that caches feeds.
func TestArticleArrivesFromAServerThatCachesFeeds(t *testing.T) {
	h := newHub(t)
	archive, url := serveSite(t, h.URL, func(archive *syndicate.Archive) http.Handler {
		return &feedhttp.Handler{Source: archive, Refresh: time.Hour}
	}, article("old", "turkey"))
	run(t, archive, websub.Publisher{})
	var subscribers []*subscriber
	for _, format := range syndicate.Formats() {
		for _, folder := range []string{"", "tag/turkey/"} {
			address := url + folder + format.FileName()
			subscribers = append(subscribers, subscribe(t, h, address, "secret"))
			resp, err := http.Get(address)
			require.NoError(t, err)
			resp.Body.Close()
			links := strings.Join(resp.Header.Values("Link"), ", ")
			assert.Contains(t, links, `<`+h.URL+`/>; rel="hub"`)
			assert.Contains(t, links, `<`+address+`>; rel="self"`)
		}
	}
	for _, news := range []string{"First-news", "Second-news"} {
		require.NoError(t, archive.Add(article(news, "turkey")))
		for _, s := range subscribers {
			assert.Contains(t, s.next(t), news, s.topic)
		}
	}
}

// DISC-5: Ready writes the folder, so hubs are notified when the files are there, and only about
// changed files.
func TestArticleArrivesFromAFolder(t *testing.T) {
	h := newHub(t)
	dir := t.TempDir()
	folder := func(*syndicate.Archive) http.Handler { return http.FileServer(http.Dir(dir)) }
	archive, url := serveSite(t, h.URL, folder, article("old", "turkey"), article("other", "iran"))
	publish := func(ctx context.Context, _ []syndicate.Scope) error { return feeddir.Publish(ctx, dir, archive) }
	require.NoError(t, publish(ctx, nil))
	run(t, archive, websub.Publisher{Ready: publish})
	rss := subscribe(t, h, url+"tag/turkey/rss.xml", "secret")
	atom := subscribe(t, h, url+"atom.xml", "")
	h.heard(0)
	require.NoError(t, archive.Add(article("News", "turkey")))
	assert.Contains(t, rss.next(t), "News")
	assert.Contains(t, atom.next(t), "News")
	notified, _ := h.heard(6)
	p := press{url: url}
	assert.Equal(t, p.urls("", "tag/turkey/"), notified)
}
