// Helpers of the tests: a small publication, a handler of its feeds on a real server, and requests.
package feedhttp_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

const hub = "https://hub.example.net/push?a=1&b=2"

// exampleSite is below a path of its host.
var exampleSite = syndicate.Site{
	URL: "https://www.example.com/news/", Title: "The Example", Language: "en", Hubs: []string{hub}, Limit: 3,
}

// day returns noon of a day in January 2024.
func day(n int) time.Time { return time.Date(2024, time.January, n, 12, 0, 0, 0, time.UTC) }

// numbered returns the article of a day.
func numbered(n int, tags ...string) syndicate.Article {
	return syndicate.Article{
		URL: fmt.Sprintf("/%02d/", n), Title: fmt.Sprintf("%02d", n), Content: strings.Repeat("<p>Words and words.</p>", 50),
		Published: day(n), Tags: syndicate.Tags(tags...),
	}
}

// clock is a clock that a test sets.
type clock struct{ nano atomic.Int64 }

func clockAt(when time.Time) *clock {
	c := new(clock)
	c.set(when)
	return c
}

func (c *clock) set(when time.Time)       { c.nano.Store(when.UnixNano()) }
func (c *clock) forward(by time.Duration) { c.nano.Add(int64(by)) }
func (c *clock) now() time.Time           { return time.Unix(0, c.nano.Load()) }

// openArchive returns an archive that uses the clock.
func openArchive(t testing.TB, site syndicate.Site, clock *clock, articles ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = clock.now
	return archive
}

// counted counts the calls of Feed.
type counted struct {
	syndicate.Versioner
	feeds atomic.Int64
}

func (c *counted) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	c.feeds.Add(1)
	return c.Versioner.Feed(ctx, scope)
}

// counting does the same for a Source without versions.
type counting struct {
	syndicate.Source
	feeds atomic.Int64
}

func (c *counting) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	c.feeds.Add(1)
	return c.Source.Feed(ctx, scope)
}

// delaying is a Source that takes a while to return a feed.
type delaying struct {
	syndicate.Versioner
	delay time.Duration
	asked atomic.Int64
}

func (d *delaying) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	d.asked.Add(1)
	select {
	case <-time.After(d.delay):
		return d.Versioner.Feed(ctx, scope)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// answer is a response as the client received it.
type answer struct {
	status int
	header http.Header
	body   string
}

// client sends requests to a server that runs a handler.
type client struct {
	t      *testing.T
	server *httptest.Server
}

// serving starts a server that runs until the test ends.
func serving(t *testing.T, h http.Handler) client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	server.Client().Transport.(*http.Transport).DisableCompression = true
	server.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client{t, server}
}

// ask sends a request with headers of the form "Name: value".
func (c client) ask(method, path string, headers ...string) answer {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.server.URL+path, nil)
	require.NoError(c.t, err)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			request.Host = value
		} else {
			request.Header.Add(name, value)
		}
	}
	response, err := c.server.Client().Do(request)
	require.NoError(c.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(c.t, err)
	return answer{response.StatusCode, response.Header, string(body)}
}

func (c client) get(path string, headers ...string) answer {
	c.t.Helper()
	return c.ask(http.MethodGet, path, headers...)
}

// asked calls a handler directly, without a server.
func asked(h http.Handler, method, target string, headers ...string) answer {
	return answered(h, httptest.NewRequest(method, target, nil), headers...)
}

// askedWith does the same for a GET request with a context.
func askedWith(ctx context.Context, h http.Handler, target string) answer {
	return answered(h, httptest.NewRequestWithContext(ctx, http.MethodGet, target, nil))
}

func answered(h http.Handler, request *http.Request, headers ...string) answer {
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request)
	return answer{w.Code, w.Result().Header, w.Body.String()}
}

// unpacked decompresses a body.
func unpacked(t *testing.T, body string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(body))
	require.NoError(t, err)
	plain, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(plain)
}

// written returns the feed of the Source, encoded.
func written(t *testing.T, source syndicate.Source, scope syndicate.Scope, format syndicate.Format) string {
	t.Helper()
	feed, err := source.Feed(t.Context(), scope)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, feed.Write(&out, format))
	return out.String()
}

// The address of a feed that the site does not publish is 404, or belongs to a page.
func TestOnlyPublishedFormatsAndKindsAreServed(t *testing.T) {
	site := exampleSite
	site.Formats = []syndicate.Format{syndicate.RSS}
	site.Kinds = []syndicate.Kind{syndicate.KindCategory}
	for name, addresses := range map[string]syndicate.Addresses{"files": syndicate.Files, "WordPress": syndicate.WordPress} {
		t.Run(name, func(t *testing.T) {
			site := site
			site.Addresses = addresses
			archive := openArchive(t, site, clockAt(day(20)), numbered(1, "turkey"))
			h := &feedhttp.Handler{Source: archive, Clock: archive.Clock}
			path := func(scope syndicate.Scope, format syndicate.Format) string {
				return "/news/" + addresses.FeedPath(scope, format)
			}
			got := asked(h, "GET", path(syndicate.Everything(), syndicate.RSS))
			assert.Equal(t, 200, got.status)
			for _, absent := range []string{
				path(syndicate.Everything(), syndicate.JSON),
				path(syndicate.Everything(), syndicate.Atom),
				path(syndicate.WithTag("turkey"), syndicate.RSS),
				"/news/?feed=atom", "/news/wp-atom.php", "/news/tag/turkey/rss2/",
			} {
				assert.Equal(t, 404, asked(h, "GET", absent).status, absent)
			}
			private := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Allow: feedhttp.AllowTokens("a-token-of-some-length")}
			address := feedhttp.PrivateURL(archive.Publication(), "a-token-of-some-length", syndicate.Everything(), syndicate.RSS)
			u, err := url.Parse(address)
			require.NoError(t, err)
			assert.Equal(t, 200, asked(private, "GET", u.Path).status)
			assert.Empty(t, feedhttp.PrivateURL(archive.Publication(), "a-token-of-some-length", syndicate.Everything(), syndicate.JSON))
			assert.Empty(t, feedhttp.PrivateURL(archive.Publication(), "a-token-of-some-length", syndicate.WithTag("turkey"), syndicate.RSS))
		})
	}
	archive := openArchive(t, site, clockAt(day(20)), numbered(1, "turkey"))
	h := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Pages: map[string]feedhttp.Page{"feed.json": {Content: "{}"}}}
	assert.Equal(t, "{}", asked(h, "GET", "/news/feed.json").body, "a page can have the address")
}

// A layout below a prefix works like any other.
func TestFeedsBelowAPrefix(t *testing.T) {
	site := exampleSite
	site.Addresses = syndicate.Below("feeds", syndicate.Files)
	archive := openArchive(t, site, clockAt(day(20)), numbered(1, "turkey"))
	h := &feedhttp.Handler{Source: archive, Clock: archive.Clock}
	assert.Equal(t, 200, asked(h, "GET", "/news/feeds/tag/turkey/atom.xml").status)
	assert.Equal(t, 404, asked(h, "GET", "/news/tag/turkey/atom.xml").status)
}
