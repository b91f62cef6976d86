package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/media"
)

// These tests show that what is retracted is gone everywhere at once, and that nothing appears
// before its hour. They read every address that the newsdesk has: a crawl finds them.

// secret is a word that stands in every part of one article, and nowhere else.
const secret = "quetzalcoatl"

// leak returns the article. It has an address, a picture, a category, a tag and an author that no
// other article has.
func leak(published time.Time) syndicate.Article {
	return syndicate.Article{
		ID: "nm-leak", URL: "/2026/02/" + secret + "/", Title: "The file named Quetzalcoatl",
		Summary: "A summary about quetzalcoatl.", Published: published, Updated: published.Add(time.Second),
		Content:    `<p>All about quetzalcoatl, with <img src="/quetzalcoatl-2.jpg" alt="Quetzalcoatl">.</p>`,
		Categories: syndicate.Categories("Military", "Quetzalcoatl"), Tags: syndicate.Tags("Quetzalcoatl", "Turkey"),
		Authors:    []syndicate.Author{{Name: "Q. Quetzalcoatl"}},
		Image:      syndicate.Image{URL: "/quetzalcoatl.jpg", Type: "image/jpeg", Width: 1200, Height: 800, Alt: "Quetzalcoatl", Credit: "Quetzalcoatl"},
		Enclosures: []syndicate.Enclosure{{URL: "/quetzalcoatl.mp4", Type: "video/mp4", Size: 1}},
		Extensions: []syndicate.Extension{media.Gallery{Pictures: []media.Picture{{Image: syndicate.Image{URL: "/quetzalcoatl-3.jpg"}}}}},
	}
}

// desk is a newsdesk whose clock is set by the test.
type desk struct {
	archive *syndicate.Archive
	handler *feedhttp.Handler
	public  *httptest.Server
	private *httptest.Server
	clock   atomic.Int64
	known   map[string]string // the addresses that were ever found, with their last ETags
}

func newDesk(t *testing.T, now time.Time, hub string) *desk {
	t.Helper()
	d := &desk{known: map[string]string{}}
	d.clock.Store(now.UnixNano())
	d.public = httptest.NewUnstartedServer(nil)
	log := slog.New(slog.DiscardHandler)
	var err error
	d.archive, err = open("http://"+d.public.Listener.Addr().String()+"/", hub, log)
	require.NoError(t, err)
	d.archive.Clock = func() time.Time { return time.Unix(0, d.clock.Load()) }
	d.handler, err = public(d.archive, log)
	require.NoError(t, err)
	d.public.Config.Handler = d.handler
	d.public.Start()
	t.Cleanup(d.public.Close)
	d.private = httptest.NewServer(editors(d.archive, "desk.example", log))
	t.Cleanup(d.private.Close)
	return d
}

// get requests an address as a client that has the last version, or as one that has none, and
// returns the response with its decoded body.
func (d *desk) get(t *testing.T, address string, headers ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	request.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer response.Body.Close()
	var body io.Reader = response.Body
	switch response.Header.Get("Content-Encoding") {
	case "gzip":
		body, err = gzip.NewReader(response.Body)
		require.NoError(t, err)
	case "br":
		body = brotli.NewReader(response.Body)
	}
	text, err := io.ReadAll(body)
	require.NoError(t, err)
	return response, string(text)
}

// address is what a document says about another one.
var address = regexp.MustCompile(`(?:href|xmlUrl|htmlUrl|src)="([^"]+)"|<loc>([^<]+)</loc>|(?m)^(?:Sitemap|License): (\S+)$|"(?:next_url|feed_url)":"([^"]+)"`)

// crawl reads all that is served, beginning with robots.txt, the list of feeds and every address
// that was found before, and follows what the documents say. It returns the documents by their
// addresses; those with another status than 200 have the status for a text.
func (d *desk) crawl(t *testing.T) map[string]string {
	t.Helper()
	site := d.public.URL + "/"
	todo := []string{site + "robots.txt", site + "feeds/", site + "feeds.opml"}
	for _, files := range d.handler.Files {
		for file, err := range files.List(t.Context(), d.archive) {
			require.NoError(t, err)
			todo = append(todo, site+file.Path)
		}
	}
	for known := range d.known {
		todo = append(todo, known)
	}
	slices.Sort(todo)
	found := map[string]string{}
	for len(todo) > 0 {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if _, seen := found[next]; seen {
			continue
		}
		response, body := d.get(t, next, "A-IM", "feed")
		found[next] = body
		if response.StatusCode != http.StatusOK {
			found[next] = response.Status
			continue
		}
		d.known[next] = response.Header.Get("ETag")
		for _, match := range address.FindAllStringSubmatch(body, -1) {
			u, err := response.Request.URL.Parse(strings.ReplaceAll(strings.Join(match[1:], ""), "&amp;", "&"))
			// Articles and pictures are not the newsdesk's.
			if err == nil && strings.HasPrefix(u.String(), site) && !strings.Contains(u.Path, "/20") && !strings.Contains(u.Path, ".jpg") {
				u.Fragment = ""
				todo = append(todo, u.String())
			}
		}
	}
	return found
}

// mentions returns the addresses whose documents mention the article, sorted.
func mentions(documents map[string]string) (addresses []string) {
	for address, text := range documents {
		if strings.Contains(strings.ToLower(text), secret) {
			addresses = append(addresses, address)
		}
	}
	slices.Sort(addresses)
	return addresses
}

// retract presses the button.
func (d *desk) retract(t *testing.T, id string) {
	t.Helper()
	response, err := http.PostForm(d.private.URL+"/retract", url.Values{"id": {id}})
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode, "after a redirect to the list")
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.NotContains(t, strings.ToLower(string(text)), secret, "the editors' list")
}

// now is a day after the newsroom's last article.
var now = time.Date(2026, time.November, 26, 12, 0, 0, 0, time.UTC)

// where lists a document of each kind that has to mention the article while it is public.
var where = []string{
	"feed/", "feed/atom/", "feed/json/", "category/military/feed/", "tag/quetzalcoatl/feed/json/", "author/q-quetzalcoatl/feed/atom/",
	"feeds/", "feeds.opml", "sitemap/site/page/1.xml", "news-sitemap.xml", "msn/feed/", "msn/category/quetzalcoatl/feed/", "smartnews/feed/",
}

func TestARetractedArticleIsGoneEverywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("crawls three times")
	}
	d := newDesk(t, now, "")
	d.crawl(t)
	before := maps.Clone(d.known)
	require.NoError(t, d.archive.Add(leak(now.Add(-time.Hour))))
	shown := mentions(d.crawl(t))
	for _, path := range where {
		assert.Contains(t, shown, d.public.URL+"/"+path)
	}
	with := maps.Clone(d.known)
	// Each document is also compressed and kept by the server.
	codings := []string{"gzip", "gzip, br"}
	for range 3 {
		for address := range with {
			for _, coding := range codings {
				d.get(t, address, "Accept-Encoding", coding)
			}
		}
	}

	d.retract(t, "nm-leak")
	assert.Empty(t, mentions(d.crawl(t)), "read whole")
	deltas := 0
	for address := range with {
		for _, tag := range []string{before[address], with[address]} {
			for _, coding := range codings {
				response, body := d.get(t, address, "If-None-Match", tag, "A-IM", "feed", "Accept-Encoding", coding)
				if response.StatusCode == http.StatusIMUsed {
					deltas++
				}
				assert.NotContains(t, strings.ToLower(body), secret, "%s for a client that has %s", address, tag)
				assert.NotContains(t, strings.ToLower(fmt.Sprint(response.Header)), secret, address)
			}
		}
		_, body := d.get(t, address, "Range", "bytes=0-100000", "If-Range", with[address])
		assert.NotContains(t, strings.ToLower(body), secret, "%s, a range", address)
	}
	assert.NotZero(t, deltas, "feeds in Atom have tombstones in their deltas")
	// Where a vocabulary has a word for it, the feed says so.
	_, atom := d.get(t, d.public.URL+"/feed/atom/")
	assert.Regexp(t, `<at:deleted-entry ref="[^"]*nm-leak"`, atom)
	_, smart := d.get(t, d.public.URL+"/smartnews/feed/")
	assert.Regexp(t, `(?s)nm-leak.*<media:status>deleted</media:status>`, smart)
}

func TestAnEmbargoEndsEverywhereAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("crawls three times")
	}
	d := newDesk(t, now, "")
	hour := now.Add(time.Hour)
	require.NoError(t, d.archive.Add(leak(hour)))
	assert.Empty(t, mentions(d.crawl(t)))
	d.clock.Store(hour.Add(-time.Nanosecond).UnixNano())
	assert.Empty(t, mentions(d.crawl(t)), "in the second before")
	d.clock.Store(hour.UnixNano())
	shown := mentions(d.crawl(t))
	for _, path := range where {
		assert.Contains(t, shown, d.public.URL+"/"+path)
	}
}

// The folder is written from the same archive, with the same files beside the feeds.
func TestARetractedArticleIsInNoFile(t *testing.T) {
	d := newDesk(t, now, "")
	require.NoError(t, d.archive.Add(leak(now.Add(-time.Hour))))
	folder := feeddir.Folder{Source: d.archive, Dir: t.TempDir(), Files: d.handler.Files, Gzip: true}
	publish := func() (with []string) {
		_, err := folder.Publish(t.Context())
		require.NoError(t, err)
		err = filepath.WalkDir(folder.Dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := os.ReadFile(name)
			if err == nil && strings.HasSuffix(name, ".gz") {
				var packed *gzip.Reader
				if packed, err = gzip.NewReader(bytes.NewReader(data)); err == nil {
					data, err = io.ReadAll(packed)
				}
			}
			if strings.Contains(strings.ToLower(name+string(data)), secret) {
				with = append(with, name)
			}
			return err
		})
		require.NoError(t, err)
		return with
	}
	require.Greater(t, len(publish()), len(where))
	d.retract(t, "nm-leak")
	assert.Empty(t, publish())
}

// A hub fetches a feed as soon as it is notified.
func TestTheHubFetchesFeedsWithoutTheArticle(t *testing.T) {
	var mu sync.Mutex
	fetched := map[string]string{}
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !assert.NoError(t, r.ParseForm()) {
			return
		}
		for _, topic := range r.PostForm["hub.url"] {
			response, err := http.Get(topic)
			if !assert.NoError(t, err) {
				return
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			assert.NoError(t, err)
			mu.Lock()
			fetched[topic] = string(body)
			mu.Unlock()
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer hub.Close()
	d := newDesk(t, now, hub.URL)
	require.NoError(t, d.archive.Add(leak(now.Add(-time.Hour))))
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() { assert.NoError(t, notify(ctx, d.archive)) })
	defer watching.Wait()
	defer stop()
	fetch := func(topic string) (text string, found bool) {
		mu.Lock()
		defer mu.Unlock()
		text, found = fetched[d.public.URL+topic]
		return text, found
	}
	// The watcher is there as soon as a change reaches the hub.
	version := now.Add(-time.Hour)
	require.Eventually(t, func() bool {
		version = version.Add(time.Second)
		require.NoError(t, d.archive.Update(leak(version)))
		text, found := fetch("/tag/turkey/feed/atom/")
		return found && strings.Contains(strings.ToLower(text), secret)
	}, time.Minute, 20*time.Millisecond)
	d.retract(t, "nm-leak")
	// Feeds that are gone, such as that of the author, change no more. The hub fetches all others.
	require.Eventually(t, func() bool {
		mu.Lock()
		stale := mentions(fetched)
		mu.Unlock()
		return !slices.ContainsFunc(stale, func(topic string) bool {
			response, _ := d.get(t, topic)
			return response.StatusCode == http.StatusOK
		})
	}, time.Minute, 20*time.Millisecond)
	text, _ := fetch("/feed/atom/")
	assert.Contains(t, text, "<at:deleted-entry")
}

func TestTheDeskRefusesFormsOfOtherSites(t *testing.T) {
	d := newDesk(t, now, "")
	require.NoError(t, d.archive.Add(leak(now.Add(-time.Hour))))
	post := func(id string, headers ...string) int {
		form := strings.NewReader(url.Values{"id": {id}}.Encode())
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.private.URL+"/retract", form)
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		require.NoError(t, err)
		response.Body.Close()
		return response.StatusCode
	}
	assert.Equal(t, http.StatusForbidden, post("nm-leak", "Sec-Fetch-Site", "cross-site"))
	for host, want := range map[string]int{
		"evil.example": http.StatusMisdirectedRequest, "desk.example": http.StatusOK, "desk.example:8081": http.StatusOK,
		"[::1]:8081": http.StatusOK, "127.0.0.1": http.StatusOK, "localhost:8081": http.StatusOK,
	} {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.Host = host
		w := httptest.NewRecorder()
		editors(d.archive, "desk.example", slog.New(slog.DiscardHandler)).ServeHTTP(w, request)
		assert.Equal(t, want, w.Code, host)
	}
	assert.Equal(t, http.StatusForbidden, post("nm-leak", "Origin", "https://example.org"))
	assert.Equal(t, http.StatusNotFound, post("nm-none"))
	_, feed := d.get(t, d.public.URL+"/feed/")
	assert.Contains(t, feed, "Quetzalcoatl")
	assert.Equal(t, http.StatusSeeOther, post("nm-leak", "Sec-Fetch-Site", "same-origin"))
}

func TestTheNewsdeskServesUntilItIsStopped(t *testing.T) {
	free := func() string {
		listener, err := net.Listen("tcp", "localhost:0")
		require.NoError(t, err)
		defer listener.Close()
		return listener.Addr().String()
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	readers, desk := free(), free()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, readers, desk, "http://"+readers+"/", "", slog.New(slog.DiscardHandler))
	}()
	for _, address := range []string{"http://" + readers + "/feed/", "http://" + desk + "/"} {
		require.Eventually(t, func() bool {
			response, err := http.Get(address)
			if err != nil {
				return false
			}
			response.Body.Close()
			return response.StatusCode == http.StatusOK
		}, time.Minute, 10*time.Millisecond, address)
	}
	stop()
	select {
	case err := <-ended:
		assert.NoError(t, err)
	case <-time.After(30 * time.Second):
		require.Fail(t, "it does not stop")
	}
	listener, err := net.Listen("tcp", readers)
	require.NoError(t, err, "the address is free again")
	defer listener.Close()
	assert.Error(t, run(t.Context(), readers, desk, "http://"+readers+"/", "", slog.New(slog.DiscardHandler)))
}
