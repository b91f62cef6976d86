// Private feeds: the token is in the address and nowhere else.
package feedhttp_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

// HTTP-10
func TestPrivateFeedsNeedAToken(t *testing.T) {
	token := feedhttp.NewToken()
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1, "turkey"), numbered(2, "turkey"), numbered(3), numbered(4, "turkey"), numbered(5, "turkey"))
	require.NoError(t, archive.Redirect(syndicate.WithTag("old"), syndicate.WithTag("turkey")))
	var events []feedhttp.Event
	h := &feedhttp.Handler{
		Source: archive, Clock: archive.Clock, Allow: feedhttp.AllowTokens("another-token-of-some-length", token, "short"),
		Fallback: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { assert.NotContains(t, r.URL.Path, "private/") }),
		Observe:  func(_ context.Context, e feedhttp.Event) { events = append(events, e) },
	}
	client := serving(t, h)
	address := feedhttp.PrivateURL(archive.Publication(), token, syndicate.WithTag("turkey"), syndicate.Atom)
	path, found := strings.CutPrefix(address, "https://www.example.com")
	require.True(t, found, address)

	for _, send := range [][]string{nil, {"Accept-Encoding: gzip"}, {"If-None-Match: *"}, {"If-None-Match: \"a\", \"b\""}} {
		got := client.get(path, append(send, "Origin: https://reader.example")...)
		assert.Equal(t, "private, max-age=600", got.header.Get("Cache-Control"))
		if got.status != 304 {
			assert.Equal(t, "noindex", got.header.Get("X-Robots-Tag"))
			assert.Equal(t, "no-referrer", got.header.Get("Referrer-Policy"))
		}
		for name, values := range got.header {
			assert.NotContains(t, strings.Join(values, " "), token, name)
			assert.NotContains(t, name, "Access-Control")
			assert.NotEqual(t, "Link", name)
		}
		if send != nil && strings.HasPrefix(send[0], "Accept-Encoding") {
			got.body = unpacked(t, got.body)
		}
		for _, secret := range []string{token, "private/", hub, `rel="self"`, "archive"} {
			assert.NotContains(t, got.body, secret)
		}
	}
	body := client.get(path).body
	assert.Contains(t, body, "<title>05</title>")
	assert.Contains(t, body, "<id>"+feedID(t, archive)+"</id>", "ids are those of the public feed")

	prefix := "/news/private/" + token + "/"
	assert.Equal(t, prefix+"tag/turkey/rss.xml", client.get(prefix+"tag/old/rss.xml").header.Get("Location"))
	assert.Equal(t, 405, client.ask("OPTIONS", path).status, "no preflight")
	assert.Equal(t, "GET, HEAD", client.ask("POST", path).header.Get("Allow"))
	assert.NotEmpty(t, events, "of an Event, which has no address")

	for _, wrong := range []string{"tag/turkey/atom.xml", "private/tag/turkey/atom.xml", "private/short/rss.xml", "private/" + token,
		"private/" + token[1:] + "/rss.xml", "private/" + token + "x/rss.xml", "private/" + strings.ToLower(token) + "/rss.xml",
		"private/" + token + "/nothing", "private//rss.xml", "private/" + strings.Repeat("x", 10_000) + "/rss.xml"} {
		got := client.get("/news/" + wrong)
		if strings.HasPrefix(wrong, "private/") {
			assert.Equal(t, 404, got.status, wrong)
		}
		assert.NotContains(t, got.body, "<", wrong)
	}
}

func feedID(t *testing.T, source syndicate.Source) string {
	t.Helper()
	feed, err := source.Feed(t.Context(), syndicate.WithTag("turkey"))
	require.NoError(t, err)
	return feed.ID
}

// If Allow fails, the response is neither the feed nor 404.
func TestTokensThatCannotBeLookedUpAreUnavailable(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	for _, fails := range []func() bool{func() bool { panic("no database") }, func() bool { return true }} {
		h := &feedhttp.Handler{Source: archive, Allow: func(_ context.Context, digest [sha256.Size]byte) (*feedhttp.Subscriber, error) {
			assert.Equal(t, feedhttp.TokenDigest("a-token-of-some-length"), digest)
			fails()
			return new(feedhttp.Subscriber), errors.New("no database")
		}}
		assert.Equal(t, 503, asked(h, "GET", "/news/private/a-token-of-some-length/rss.xml").status)
	}
}

func TestNewTokensAreLongAndNeverTheSame(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token := feedhttp.NewToken()
		assert.Regexp(t, `^[A-Z2-7]{26,}$`, token)
		seen[token] = true
	}
	assert.Len(t, seen, 1000)
}
