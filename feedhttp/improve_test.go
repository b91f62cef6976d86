// Feeds that are requested often are compressed once more, in the background.
package feedhttp_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/feedhttp"
)

// prose returns a handler of a feed that is long enough for better compression to show.
func prose(t *testing.T) (h *feedhttp.Handler, change func()) {
	t.Helper()
	article := numbered(1, "turkey")
	for n := range 400 {
		article.Content += "<p>" + strings.Repeat(string(rune('a'+n%26)), n%7) + " words of paragraph " + time.Duration(n*n*7919).String() + " and more.</p>"
	}
	archive := openArchive(t, exampleSite, clockAt(day(20)), article)
	return &feedhttp.Handler{Source: archive}, func() {
		article.Title += "!"
		require.NoError(t, archive.Update(article))
	}
}

// popular requests a feed until the response has another ETag than the first one, and returns the
// first response and that one.
func popular(t *testing.T, h http.Handler, headers ...string) (first, better answer) {
	t.Helper()
	first = asked(h, "GET", turkey, headers...)
	require.Equal(t, 200, first.status)
	require.Eventually(t, func() bool {
		better = asked(h, "GET", turkey, headers...)
		return better.header.Get("Etag") != first.header.Get("Etag")
	}, time.Minute, time.Millisecond)
	return first, better
}

// inBrotli returns what a Brotli body contains.
func inBrotli(t *testing.T, body string) string {
	t.Helper()
	text, err := io.ReadAll(brotli.NewReader(strings.NewReader(body)))
	require.NoError(t, err)
	return string(text)
}

const (
	takesGzip   = "Accept-Encoding: gzip, deflate"
	takesBrotli = "Accept-Encoding: gzip, deflate, br, zstd"
)

// HTTP-4; RFC 9110 section 8.8.3.3: each form has its own ETag.
func TestPopularFeedsAreCompressedBetter(t *testing.T) {
	h, change := prose(t)
	plain := asked(h, "GET", turkey)
	fast, best := popular(t, h, takesGzip)
	assert.Less(t, len(best.body), len(fast.body))
	assert.Equal(t, plain.body, unpacked(t, fast.body))
	assert.Equal(t, plain.body, unpacked(t, best.body))
	assert.Equal(t, "gzip", best.header.Get("Content-Encoding"))

	zipped, br := popular(t, h, takesBrotli)
	assert.Equal(t, best, zipped, "the first of the clients that accept Brotli")
	assert.Less(t, len(br.body), len(best.body))
	assert.Equal(t, plain.body, inBrotli(t, br.body))
	assert.Equal(t, "br", br.header.Get("Content-Encoding"))
	for _, name := range []string{"Content-Type", "Last-Modified", "Cache-Control", "Vary", "Link"} {
		assert.Equal(t, plain.header[name], br.header[name], name)
	}
	assert.Equal(t, best, asked(h, "GET", turkey, takesGzip), "no Brotli for others")
	assert.Equal(t, plain, asked(h, "GET", turkey), "nothing for others")

	etags := map[string]bool{}
	for _, form := range []answer{plain, fast, best, br} {
		assert.Regexp(t, `^"[\w-]{22}"$`, form.header.Get("Etag"))
		etags[form.header.Get("Etag")] = true
	}
	assert.Len(t, etags, 4)

	// A change begins anew.
	change()
	changed := asked(h, "GET", turkey, takesBrotli)
	assert.Equal(t, "gzip", changed.header.Get("Content-Encoding"))
	assert.Equal(t, asked(h, "GET", turkey).body, unpacked(t, changed.body))
	assert.NotEqual(t, plain.body, unpacked(t, changed.body))
}

// HTTP-4; RFC 9110 sections 13.1.2 and 15.4.5: a client with one compressed form has the contents,
// and keeps the ETag of that form. If-Match and If-Range compare strongly (sections 13.1.1 and
// 13.1.5).
func TestConditionsAreRightForEachForm(t *testing.T) {
	h, change := prose(t)
	fast, best := popular(t, h, takesGzip)
	_, br := popular(t, h, takesBrotli)
	plain := asked(h, "GET", turkey)
	forms := []answer{fast, best, br}
	for _, has := range forms {
		etag := has.header.Get("Etag")
		for _, takes := range []string{takesGzip, takesBrotli} {
			for _, send := range []string{etag, "W/" + etag, `"a", ` + etag} {
				got := asked(h, "GET", turkey, takes, "If-None-Match: "+send)
				assert.Equal(t, 304, got.status, send)
				assert.Equal(t, etag, got.header.Get("Etag"), "%s, %s", takes, send)
				assert.Empty(t, got.body)
			}
			now := asked(h, "GET", turkey, takes)
			matches := asked(h, "GET", turkey, takes, "If-Match: "+etag)
			part := asked(h, "GET", turkey, takes, "Range: bytes=0-1", "If-Range: "+etag)
			if now.header.Get("Etag") == etag {
				assert.Equal(t, 200, matches.status)
				assert.Equal(t, 206, part.status)
				assert.Equal(t, now.body[:2], part.body)
			} else {
				assert.Equal(t, 412, matches.status)
				assert.Equal(t, 200, part.status, "no part of another form")
				assert.True(t, now.body == part.body, "no part of another form")
			}
		}
		assert.Equal(t, plain, asked(h, "GET", turkey, "If-None-Match: "+etag), "a client without compression does not have it")
	}
	change()
	for _, has := range forms {
		got := asked(h, "GET", turkey, takesBrotli, "If-None-Match: "+has.header.Get("Etag"))
		assert.Equal(t, 200, got.status, "after a change")
	}
}

// The type for a browser that shows the feed has its own ETags in each form too.
func TestDocumentsHaveTheirOwnForms(t *testing.T) {
	h, _ := prose(t)
	const document = "Sec-Fetch-Dest: document"
	fast, br := popular(t, h, takesBrotli, document)
	assert.Equal(t, "application/xml; charset=utf-8", br.header.Get("Content-Type"))
	assert.Equal(t, "br", br.header.Get("Content-Encoding"))
	other := asked(h, "GET", turkey, takesBrotli)
	assert.Equal(t, br.body, other.body)
	assert.NotEqual(t, br.header.Get("Etag"), other.header.Get("Etag"))
	for _, has := range []answer{fast, br} {
		etag := "If-None-Match: " + has.header.Get("Etag")
		assert.Equal(t, 304, asked(h, "GET", turkey, takesBrotli, document, etag).status)
		assert.Equal(t, 200, asked(h, "GET", turkey, takesBrotli, etag).status)
	}
}

// A feed that is requested a few times, or only confirmed, is compressed once.
func TestFeedsThatFewRequestAreCompressedOnce(t *testing.T) {
	h, _ := prose(t)
	first := asked(h, "GET", turkey, takesGzip)
	for range 100 {
		asked(h, "GET", turkey, takesGzip, "If-None-Match: "+first.header.Get("Etag"))
		asked(h, "HEAD", turkey, takesGzip)
		asked(h, "GET", turkey, takesGzip, "Range: bytes=0-1")
	}
	feedhttp.Settle(h)
	assert.Equal(t, first, asked(h, "GET", turkey, takesGzip))
}
