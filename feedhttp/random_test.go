// Thousands of hostile requests: memory stays constant, nothing breaks, and no redirect leaves the
// host. FEEDHTTP_REQUESTS=1000000 sends a million requests.
package feedhttp_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

// HTTP-6, HTTP-7
func TestHostileRequestsLeaveNothingBehind(t *testing.T) {
	requests := 20_000
	if testing.Short() {
		requests = 5_000
	}
	if text := os.Getenv("FEEDHTTP_REQUESTS"); text != "" {
		var err error
		requests, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	for name, addresses := range map[string]syndicate.Addresses{"Files": syndicate.Files, "WordPress": syndicate.WordPress} {
		t.Run(name, func(t *testing.T) {
			site := exampleSite
			site.Addresses = addresses
			var articles []syndicate.Article
			for n := range 28 {
				articles = append(articles, numbered(n+1, "turkey", fmt.Sprintf("t%d", n)))
			}
			archive := openArchive(t, site, clockAt(day(31)), articles...)
			require.NoError(t, archive.Redirect(syndicate.WithTag("old"), syndicate.WithTag("turkey")))
			require.NoError(t, archive.CloseScope(syndicate.WithTag("closed")))
			h := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Pages: pages}
			random := rand.New(rand.NewPCG(1, 2))
			statuses := map[int]int{}

			for range 5_000 { // what exists is kept by then
				statuses[hostile(t, h, random)]++
			}
			before := heap()
			for range requests {
				statuses[hostile(t, h, random)]++
			}
			grown := heap() - before
			assert.Less(t, grown, int64(10<<20), "bytes more after %d requests", requests)
			for _, status := range []int{200, 206, 301, 304, 404, 405, 410, 412} {
				assert.NotZero(t, statuses[status], "some were answered %d", status)
			}
			t.Logf("%d requests, heap grew by %d bytes, answers %v", requests, grown, statuses)
		})
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

const foreign = "evil.example"

// hostile sends one request and checks the response.
func hostile(t *testing.T, h http.Handler, random *rand.Rand) (status int) {
	t.Helper()
	request := randomRequest(random)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request)
	what := fmt.Sprintf("%s %q %v", request.Method, request.URL, request.Header)
	require.Less(t, w.Code, 500, what)
	require.NotContains(t, w.Body.String(), foreign, what)
	for name, values := range w.Header() {
		for _, value := range values {
			if name == "Location" {
				to, err := url.Parse(value)
				require.NoError(t, err, what)
				require.Empty(t, to.Scheme+to.Host, what)
				require.True(t, strings.HasPrefix(value, "/news/"), what)
				continue
			}
			require.NotContains(t, value, foreign, what)
		}
	}
	return w.Code
}

var (
	pathPieces = []string{"", "/", "tag/", "category/", "author/", "page/", "turkey", "t1", "t2", "old", "closed", "feed/", "atom/", "json/", "feed", "rss2",
		"rss.xml", "atom.xml", "feed.json", "1", "2", "99999999999999999999", "..", ".", "//", foreign, "//" + foreign, `\`, "\x00", "\xff", "İ", "日本", "%2e%2e", "?", "#", ":",
		"private/", "\r\nX: y", "index.php", "wp-rss2.php", "feed/rdf/"}
	likelyPaths = []string{"rss.xml", "feed/", "tag/turkey/rss.xml", "tag/turkey/feed/atom/", "tag/t3/feed.json", "tag/old/feed/", "tag/old/rss.xml",
		"tag/closed/feed/", "tag/closed/atom.xml", "feed/rss2", "tag/turkey/page/2/atom.xml", "tag/turkey/page/2/feed/",
		"feeds/", "feeds", "feeds.opml", "feeds.css"}
	queries  = []string{"", "", "feed=atom", "feed=%00", "feed=rss2&feed=" + foreign, "utm_source=" + foreign, "%zz", "a=b;c=d"}
	methods  = []string{"GET", "GET", "GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE", "BREW"}
	randomly = map[string][]string{
		"Accept":                        {"*/*", "text/html", "application/feed+json;q=1", ";;;,", "\xff"},
		"Accept-Encoding":               {"gzip", "gzip;q=0", "*", "identity;q=0", "br, gzip;q=0.5", "gzip;q=x", ",,,", "gzip;q=" + strings.Repeat("0", 1000)},
		"If-None-Match":                 {"*", `"x"`, `W/"x", "y"`, `"`, "", strings.Repeat(`"x",`, 500)},
		"A-Im":                          {"feed", "feed;q=0", "vcdiff, feed;q=0.1", ",,;", strings.Repeat("feed,", 500)},
		"If-Modified-Since":             {"Wed, 31 Jan 2024 12:00:00 GMT", "Mon, 01 Jan 1900 00:00:00 GMT", "never"},
		"If-Match":                      {`"x"`, "*"},
		"Range":                         {"bytes=0-0", "bytes=-1", "bytes=0-,1-,2-", "bytes=9999999-", "lines=1-2", "bytes=" + strings.Repeat("0-0,", 300) + "1-1"},
		"If-Range":                      {`"x"`, "yesterday"},
		"Origin":                        {"https://" + foreign},
		"Sec-Fetch-Dest":                {"document", "empty", foreign},
		"X-Forwarded-Host":              {foreign},
		"X-Forwarded-Proto":             {"ftp"},
		"Forwarded":                     {"host=" + foreign},
		"X-Original-Url":                {"/" + foreign},
		"Access-Control-Request-Method": {"DELETE"},
	}
)

// randomRequest returns a request that a hostile client could send, or a server could pass on.
func randomRequest(random *rand.Rand) *http.Request {
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	path := "/news/"
	switch random.IntN(10) {
	case 0:
		path = pick(pathPieces)
	case 1, 2, 3, 4:
		path += pick(likelyPaths)
	case 5:
		path += fmt.Sprintf("tag/%x/rss.xml", random.Uint64())
	}
	if random.IntN(2) == 0 {
		for range random.IntN(6) {
			path += pick(pathPieces)
		}
	}
	request := &http.Request{
		Method: pick(methods), URL: &url.URL{Path: path, RawQuery: pick(queries)}, Host: foreign, Header: http.Header{},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody,
	}
	for name, values := range randomly {
		if random.IntN(8) == 0 {
			request.Header[name] = []string{pick(values)}
		}
	}
	return request
}
