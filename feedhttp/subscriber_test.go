// Private feeds differ from one subscriber to another in what is theirs.
package feedhttp_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/internal/derivedtest"
)

// members are the subscribers of a test, by the digest of their token.
type members struct {
	mu    sync.Mutex
	known map[[32]byte]*feedhttp.Subscriber
}

func (m *members) set(token string, s *feedhttp.Subscriber) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[[32]byte]*feedhttp.Subscriber{}
	}
	m.known[feedhttp.TokenDigest(token)] = s
}

func (m *members) allow(_ context.Context, digest [32]byte) (*feedhttp.Subscriber, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known[digest], nil
}

// episode returns an article with an enclosure at an address with the subscriber's token.
func episode(n int, tags ...string) syndicate.Article {
	a := numbered(n, tags...)
	a.Enclosures = []syndicate.Enclosure{{
		URL: fmt.Sprintf("https://media.example.com/%s/%d.mp3", feedhttp.TokenPlaceholder, n), Type: "audio/mpeg", Size: 1000,
	}}
	return a
}

const (
	ada = "the-token-of-Ada-Lovelace"
	odd = "the token of <Grace> & \"H\xf6pper\""
)

// HTTP-10
func TestEachSubscriberReceivesTheirToken(t *testing.T) {
	source := &counted{Versioner: openArchive(t, exampleSite, clockAt(day(20)), episode(1, "turkey"), episode(2), numbered(3))}
	var all members
	all.set(ada, &feedhttp.Subscriber{Name: "Ada"})
	all.set(odd, &feedhttp.Subscriber{Name: "Grace"})
	var names []string
	h := &feedhttp.Handler{Source: source, Allow: all.allow, Observe: func(_ context.Context, e feedhttp.Event) { names = append(names, e.Subscriber) }}
	client := serving(t, h)
	for token, inBody := range map[string]string{ada: ada, odd: "the%20token%20of%20%3CGrace%3E%20%26%20%22H%F6pper%22"} {
		for _, format := range syndicate.Formats() {
			path := strings.TrimPrefix(feedhttp.PrivateURL(source.Publication(), token, syndicate.Everything(), format), "https://www.example.com")
			whole := client.get(path)
			require.Equal(t, 200, whole.status)
			want := strings.ReplaceAll(string(feedOf(t, source).Append(nil, format)), feedhttp.TokenPlaceholder, inBody)
			assert.Equal(t, strings.Count(want, inBody), strings.Count(whole.body, inBody))
			assert.GreaterOrEqual(t, strings.Count(whole.body, "https://media.example.com/"+inBody+"/"), 2)
			assert.NotContains(t, whole.body, feedhttp.TokenPlaceholder)
			assert.Equal(t, fmt.Sprint(len(whole.body)), whole.header.Get("Content-Length"))

			packed := client.get(path, "Accept-Encoding: gzip, br")
			assert.Equal(t, "gzip", packed.header.Get("Content-Encoding"))
			assert.Equal(t, whole.body, unpacked(t, packed.body))
			assert.Less(t, len(packed.body), len(whole.body))
			head := client.ask("HEAD", path, "Accept-Encoding: gzip")
			assert.Equal(t, fmt.Sprint(len(packed.body)), head.header.Get("Content-Length"))

			part := client.get(path, "Range: bytes=100-", "If-Range: "+whole.header.Get("ETag"))
			require.Equal(t, 206, part.status)
			assert.Equal(t, whole.body[100:], part.body)
			assert.Equal(t, 304, client.get(path, "If-None-Match: "+whole.header.Get("ETag")).status)
			assert.Equal(t, 304, client.get(path, "Accept-Encoding: gzip", "If-None-Match: "+packed.header.Get("ETag")).status)
			if format != syndicate.JSON {
				shown := client.get(path, "Sec-Fetch-Dest: document")
				assert.Equal(t, whole.body, shown.body)
				assert.Contains(t, shown.header.Get("Content-Type"), "application/xml")
			}
		}
	}
	assert.Len(t, names, 2*(3*6+2))
	assert.ElementsMatch(t, []string{"Ada", "Grace"}, []string{names[0], names[len(names)-1]})
	assert.EqualValues(t, 3, source.feeds.Load()-6, "each format is made once for all subscribers; 6 feeds are the test's")
}

func feedOf(t *testing.T, source syndicate.Source) *syndicate.Feed {
	t.Helper()
	feed, err := source.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	return feed
}

// What is requested often is compressed better in the background, but not what differs.
func TestPopularFeedsWithTokensStayPersonal(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), episode(1))
	h := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Allow: feedhttp.AllowTokens(ada, odd)}
	for n := range 100 {
		token := []string{ada, "the%20token%20of%20%3CGrace%3E%20&%20%22H%F6pper%22"}[n%2]
		got := asked(h, "GET", "/news/private/"+token+"/rss.xml", "Accept-Encoding: gzip, br")
		require.Equal(t, "gzip", got.header.Get("Content-Encoding"))
		assert.Equal(t, n%2 == 0, strings.Contains(unpacked(t, got.body), "/"+ada+"/"), n)
	}
}

func TestRevokedTokensAreRefusedAtOnce(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), episode(1))
	var all members
	all.set(ada, new(feedhttp.Subscriber))
	h := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Allow: all.allow}
	got := asked(h, "GET", "/news/private/"+ada+"/rss.xml")
	require.Equal(t, 200, got.status)
	all.set(ada, nil)
	for _, send := range []string{"Accept: */*", "If-None-Match: " + got.header.Get("ETag"), "Range: bytes=0-9"} {
		assert.Equal(t, 404, asked(h, "GET", "/news/private/"+ada+"/rss.xml", send).status, send)
	}
}

func TestSubscribersReadTheFeedsThatAreTheirs(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "turkey"), numbered(2, "turkey"), numbered(3, "turkey"), numbered(4, "turkey"), numbered(5, "syria"))
	var all members
	all.set(ada, &feedhttp.Subscriber{Reads: func(scope syndicate.Scope) bool { return scope == syndicate.WithTag("turkey") }})
	all.set(odd, nil)
	pages := map[string]feedhttp.Page{"list": {ContentType: "text/plain", Content: "all feeds"}}
	h := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Allow: all.allow, Pages: pages}
	unknown := asked(h, "GET", "/news/private/"+ada+"/tag/unknown/rss.xml")
	for range 2 { // the second time from the cache
		for path, status := range map[string]int{
			"tag/turkey/rss.xml": 200, "tag/turkey/page/1/rss.xml": 200, "tag/syria/rss.xml": 404, "rss.xml": 404, "list": 404, "tag/unknown/rss.xml": 404,
		} {
			got := asked(h, "GET", "/news/private/"+ada+"/"+path)
			assert.Equal(t, status, got.status, path)
			if status == 404 {
				assert.Equal(t, unknown, got, "as if it did not exist: %s", path)
			}
		}
		// Another subscriber fills the cache.
		all.set(ada+"2", new(feedhttp.Subscriber))
		for _, path := range []string{"tag/syria/rss.xml", "rss.xml", "list"} {
			assert.Equal(t, 200, asked(h, "GET", "/news/private/"+ada+"2/"+path).status, path)
		}
	}
	all.set(ada, &feedhttp.Subscriber{Reads: func(syndicate.Scope) bool { panic("no database") }})
	var failed error
	h.OnError = func(err error) { failed = err }
	assert.Equal(t, 503, asked(h, "GET", "/news/private/"+ada+"/rss.xml").status)
	assert.ErrorContains(t, failed, "no database")
	assert.NotContains(t, failed.Error(), ada)
}

// moved is a Source with a tag that another one replaces.
type moved struct{ syndicate.Source }

func (m moved) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if scope.Current() == syndicate.WithTag("old") {
		return nil, &syndicate.ScopeError{Scope: scope, Moved: syndicate.WithTag("turkey"), Err: syndicate.ErrMoved}
	}
	return m.Source.Feed(ctx, scope)
}

// goneOf is a set that had files of a scope.
type goneOf struct {
	gone
	scope syndicate.Scope
}

func (g goneOf) Find(_ context.Context, _ syndicate.Source, path string) (derived.File, error) {
	if !strings.HasPrefix(path, "was/") {
		return derived.File{}, &syndicate.ScopeError{Err: syndicate.ErrNotFound}
	}
	return derived.File{}, &syndicate.ScopeError{Scope: g.scope, Err: syndicate.ErrGone}
}

// What a subscriber may not read cannot be distinguished from what does not exist, by any method.
func TestWhatIsNotTheSubscribersSeemsNotToExist(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "turkey"), numbered(2, "syria"))
	var all members
	all.set(ada, &feedhttp.Subscriber{Reads: func(scope syndicate.Scope) bool {
		return scope != syndicate.Everything() && scope != syndicate.WithTag("turkey")
	}})
	all.set(odd, new(feedhttp.Subscriber))
	pages := map[string]feedhttp.Page{"list/": {ContentType: "text/plain", Content: "all feeds"}}
	h := &feedhttp.Handler{
		Source: moved{archive}, Clock: archive.Clock, Allow: all.allow, Pages: pages,
		Files: []derived.Files{new(derivedtest.Notes), goneOf{}},
	}
	other := "/news/private/the%20token%20of%20%3CGrace%3E%20&%20%22H%F6pper%22/"
	note := strings.TrimPrefix(pathOf(numbered(1)), "/news/")
	for path, statuses := range map[string]map[string]int{
		"rss.xml":            {"GET": 200, "HEAD": 200, "POST": 405, "OPTIONS": 405},
		"tag/turkey/rss.xml": {"GET": 200, "POST": 405},
		"tag/old/rss.xml":    {"GET": 301, "HEAD": 301},
		"list/":              {"GET": 200, "POST": 405},
		"list":               {"GET": 301},
		note:                 {"GET": 200, "HEAD": 200, "POST": 405, "OPTIONS": 405},
		"was/1.txt":          {"GET": 410, "HEAD": 410},
	} {
		for method, status := range statuses {
			assert.Equal(t, status, asked(h, method, other+path).status, "%s %s, who may read all", method, path)
			unknown := asked(h, method, "/news/private/"+ada+"/unknown")
			assert.Equal(t, unknown, asked(h, method, "/news/private/"+ada+"/"+path), "%s %s", method, path)
		}
	}
	h.Files = []derived.Files{goneOf{scope: syndicate.WithTag("syria")}}
	assert.Equal(t, 410, asked(h, "GET", "/news/private/"+ada+"/was/1.txt").status, "a file of a feed that they read")
}

// A guest who writes the placeholder into an article must not receive the tokens of its readers.
func TestTokensAreNotInWhatOthersWrite(t *testing.T) {
	const mark = feedhttp.TokenPlaceholder
	guest := episode(1)
	guest.Title = "Title " + mark
	guest.Summary = "Summary " + mark
	guest.Content = `<p>Body ` + mark + ` <img src="https://guest.example/` + mark[:5] + mark + mark[5:] + `.png"> ` +
		`<img src="https://guest.example/TOKEN&#45;` + mark[6:] + `.png"></p>`
	guest.Authors = []syndicate.Author{{Name: "Guest " + mark, URL: "https://guest.example/" + mark, Avatar: "https://guest.example/" + mark + ".png"}}
	archive := openArchive(t, exampleSite, clockAt(day(20)), guest, episode(2))
	h := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Allow: feedhttp.AllowTokens(ada)}
	for _, format := range syndicate.Formats() {
		path := strings.TrimPrefix(feedhttp.PrivateURL(archive.Publication(), ada, syndicate.Everything(), format), "https://www.example.com")
		body := asked(h, "GET", path).body
		assert.NotContains(t, strings.ReplaceAll(body, "https://media.example.com/"+ada+"/", ""), ada, format)
		assert.GreaterOrEqual(t, strings.Count(body, "https://media.example.com/"+ada+"/"), 2, "enclosures have it: %s", format)
		assert.Contains(t, body, "https://guest.example/")
		assert.NotContains(t, body, mark)
	}
}
