// The fast paths for codings and conditions give the same results as the general code.
package feedhttp_test

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/feedhttp"
)

// HTTP-4; RFC 9110 section 12.5.3
func TestGzipIsSentToClientsThatAcceptIt(t *testing.T) {
	h := &feedhttp.Handler{Source: openArchive(t, exampleSite, clockAt(day(20)), numbered(1))}
	client := serving(t, h)
	tests := []struct {
		send []string
		want string
	}{
		{nil, ""},
		{[]string{""}, ""},
		{[]string{"gzip"}, "gzip"},
		{[]string{"GZIP"}, "gzip"},
		{[]string{"x-gzip"}, "gzip"},
		{[]string{"gzip, deflate, br, zstd"}, "gzip"},
		{[]string{"br,gzip"}, "gzip"},
		{[]string{"br", "gzip"}, "gzip"},
		{[]string{"deflate, br"}, ""},
		{[]string{"gzipped"}, ""},
		{[]string{"gzip;q=0"}, ""},
		{[]string{"gzip; q=0.000"}, ""},
		{[]string{"gzip;q=0.001"}, "gzip"},
		{[]string{"gzip ; Q=1.0 "}, "gzip"},
		{[]string{"gzip;q=2"}, ""},
		{[]string{"gzip;q=-1"}, ""},
		{[]string{"gzip;q=NaN"}, ""},
		{[]string{"gzip;q="}, ""},
		{[]string{"gzip;level=9"}, ""},
		{[]string{"*"}, "gzip"},
		{[]string{"*;q=0"}, ""},
		{[]string{"gzip;q=0, *"}, ""},
		{[]string{"gzip, *;q=0"}, "gzip"},
		{[]string{"identity, gzip;q=0.5"}, ""},
		{[]string{"identity;q=0.5, gzip;q=0.5"}, "gzip"},
		{[]string{"identity;q=0"}, ""}, // nothing is acceptable then, and identity is sent all the same
	}
	for _, test := range tests {
		var send []string
		for _, value := range test.send {
			send = append(send, "Accept-Encoding: "+value)
		}
		got := client.get("/news/rss.xml", send...)
		assert.Equal(t, test.want, got.header.Get("Content-Encoding"), test.send)
		assert.Equal(t, 200, got.status, test.send)
	}
}

// plainRange is a range that net/http reads as RFC 9110 has it. Others have rows among the
// responses.
var plainRange = regexp.MustCompile(`^bytes=(\d{1,2}-[1-9]\d{2}|\d{3}-|-[1-9]\d{0,8}|\d{7}-)$`)

// FuzzConditionsAreAsNetHTTPHasThem compares responses with those of http.ServeContent, for any
// conditions. HTTP-2
func FuzzConditionsAreAsNetHTTPHasThem(f *testing.F) {
	h := &feedhttp.Handler{Source: openArchive(f, exampleSite, clockAt(day(20)), numbered(1))}
	feedhttp.KeepFast(h)
	plain := asked(h, "GET", "/news/rss.xml")
	packed := asked(h, "GET", "/news/rss.xml", "Accept-Encoding: gzip")
	etag := plain.header.Get("Etag")
	for _, tags := range []string{"", "*", etag, "W/" + etag, etag + ", \"a\"", "\"a\",W/" + etag, packed.header.Get("Etag"), "\"a\"", "\"a b\"", "\"", "a", "W/", "w/" + etag, etag + etag, " " + etag} {
		f.Add(tags, "", "", false)
		f.Add(tags, plain.header.Get("Last-Modified"), "bytes=0-900", true)
	}
	f.Fuzz(func(t *testing.T, tags, since, span string, gzip bool) {
		if !plainRange.MatchString(span) {
			span = ""
		}
		of := plain
		request := httptest.NewRequest("GET", "/news/rss.xml", nil)
		for name, value := range map[string]string{"If-None-Match": tags, "If-Modified-Since": since, "Range": span} {
			if value != "" {
				request.Header[name] = []string{value}
			}
		}
		if gzip {
			of = packed
			request.Header.Set("Accept-Encoding", "gzip")
		}
		got, want := httptest.NewRecorder(), httptest.NewRecorder()
		h.ServeHTTP(got, request)
		want.Header().Set("Etag", of.header.Get("Etag"))
		want.Header().Set("Content-Type", of.header.Get("Content-Type"))
		when, err := http.ParseTime(of.header.Get("Last-Modified"))
		require.NoError(t, err)
		http.ServeContent(want, request, "", when, strings.NewReader(of.body))
		require.Equal(t, want.Code, got.Code)
		if got.Code != 206 || !strings.HasPrefix(got.Header().Get("Content-Type"), "multipart/") { // which has a random boundary
			require.Equal(t, want.Body.String(), got.Body.String())
		}
		for _, name := range []string{"Etag", "Last-Modified", "Content-Range"} {
			require.Equal(t, want.Header().Get(name), got.Header().Get(name), name)
		}
	})
}

// HTTP-5; RFC 9111 section 1.2.2
func TestLifetimesAreInWholeSeconds(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	for maxAge, want := range map[time.Duration]string{0: "600", -1: "0", time.Second: "1", 1500 * time.Millisecond: "1", 24 * time.Hour: "86400"} {
		h := &feedhttp.Handler{Source: archive, MaxAge: maxAge}
		assert.Equal(t, "public, max-age="+want, asked(h, "GET", "/news/rss.xml").header.Get("Cache-Control"))
	}
}

// HTTP-2; RFC 9110 section 14.1.2. Every byte of the feed is in a range that names it, and in no
// other, however the ranges are written.
func FuzzRangesHoldTheBytesTheyName(f *testing.F) {
	h := &feedhttp.Handler{Source: openArchive(f, exampleSite, clockAt(day(20)), numbered(1))}
	whole := asked(h, "GET", "/news/rss.xml").body
	f.Add(uint16(0), uint16(4), uint16(3), uint16(9))
	f.Add(uint16(5), uint16(9), uint16(0), uint16(4))
	f.Add(uint16(7), uint16(3), uint16(0), uint16(60000))
	f.Add(uint16(60000), uint16(60001), uint16(0), uint16(0))
	f.Fuzz(func(t *testing.T, first, last, second, end uint16) {
		got := asked(h, "GET", "/news/rss.xml", fmt.Sprintf("Range: bytes=%d-%d,%d-%d", first, last, second, end))
		wanted := make([]bool, len(whole))
		for i := range whole {
			at := uint16(min(i, 1<<16-1))
			wanted[i] = first <= at && at <= last || second <= at && at <= end
		}
		switch {
		case first > last || second > end:
			require.Equal(t, 200, got.status, "invalid")
		case !slices.Contains(wanted, true):
			require.Equal(t, 416, got.status)
		case got.status == 206:
			sent := make([]bool, len(whole))
			for _, part := range partsOf(t, got) {
				from := part.first
				require.Equal(t, whole[from:from+len(part.body)], part.body)
				for i := range part.body {
					require.False(t, sent[from+i], "twice")
					sent[from+i] = true
				}
			}
			require.Equal(t, wanted, sent)
		default:
			require.Equal(t, 200, got.status)
			require.Equal(t, whole, got.body)
		}
	})
}

// part is a part of a feed that was sent.
type part struct {
	first int
	body  string
}

// partsOf returns the parts in a response, of which there may be one or more.
func partsOf(t *testing.T, got answer) (parts []part) {
	t.Helper()
	kind, parameters, err := mime.ParseMediaType(got.header.Get("Content-Type"))
	require.NoError(t, err)
	if !strings.HasPrefix(kind, "multipart/") {
		return []part{{firstOf(t, got.header.Get("Content-Range")), got.body}}
	}
	reader := multipart.NewReader(strings.NewReader(got.body), parameters["boundary"])
	for {
		next, err := reader.NextRawPart()
		if err == io.EOF {
			return parts
		}
		require.NoError(t, err)
		body, err := io.ReadAll(next)
		require.NoError(t, err)
		parts = append(parts, part{firstOf(t, next.Header.Get("Content-Range")), string(body)})
	}
}

// firstOf returns the number of the first byte in a Content-Range.
func firstOf(t *testing.T, header string) (first int) {
	t.Helper()
	_, err := fmt.Sscanf(header, "bytes %d-", &first)
	require.NoError(t, err)
	return first
}
