// No value of a public field stops the server.
package feedhttp_test

import (
	"context"
	"crypto/sha256"
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/internal/extremes"
)

// HTTP-1 to HTTP-5. Feeds and pages are served whatever is in a field of a Handler, with versions
// and without.
func TestHandlerTakesEveryValueOfAField(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	fields := reflect.TypeFor[feedhttp.Handler]()
	for i := range fields.NumField() {
		field := fields.Field(i)
		if !field.IsExported() {
			continue
		}
		for _, value := range extremes.Of(field.Type, "a\r\nb: c", ";") {
			for _, source := range []syndicate.Source{archive, struct{ syndicate.Source }{archive}} {
				h := &feedhttp.Handler{Source: source, Pages: map[string]feedhttp.Page{"a": {Content: "a"}}, OnError: func(error) {}}
				reflect.ValueOf(h).Elem().Field(i).Set(value)
				feed, page, other := 200, 200, 404
				switch field.Name {
				case "Source":
					feed, page, other = 503, 503, 503
				case "Pages":
					page = 404
				}
				for range 2 {
					for _, headers := range [][]string{nil, {"Accept-Encoding: gzip"}} {
						statuses := []int{
							asked(h, "GET", "/news/rss.xml", headers...).status,
							asked(h, "GET", "/news/a", headers...).status,
							asked(h, "GET", "/news/nothing", headers...).status,
						}
						if field.Name == "Timeout" && value.Int() == 1 {
							assert.Subset(t, []int{200, 404, 503}, statuses)
							continue
						}
						assert.Equal(t, []int{feed, page, other}, statuses, "%s: %v", field.Name, value)
					}
				}
			}
		}
	}
}

// Any time that a clock shows is a time.
func TestHandlerTakesEveryTimeOfAClock(t *testing.T) {
	for _, now := range []time.Time{{}, time.Unix(0, 0), time.Unix(math.MinInt64/2, 0), time.Unix(1<<40, 0), time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
		for _, source := range []syndicate.Source{archive, struct{ syndicate.Source }{archive}} {
			h := &feedhttp.Handler{Source: source, Clock: func() time.Time { return now }}
			assert.Equal(t, 200, asked(h, "GET", "/news/rss.xml").status, now)
			since := "If-Modified-Since: " + now.Format(http.TimeFormat)
			assert.Contains(t, []int{200, 304}, asked(h, "GET", "/news/rss.xml", since).status, now)
		}
	}
}

// The headers of a page come from its fields. A value that cannot be a header is reported, and adds
// no other header.
func TestPageTakesEveryValueOfAField(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	fields := reflect.TypeFor[feedhttp.Page]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		for _, value := range extremes.Of(fields.Field(i).Type, "a\r\nb: c", ";") {
			page := feedhttp.Page{ContentType: "text/plain", Content: "a"}
			reflect.ValueOf(&page).Elem().Field(i).Set(value)
			var reported []error
			client := serving(t, &feedhttp.Handler{
				Source: archive, Pages: map[string]feedhttp.Page{"a": page, "": page, "/": page, "b//": page},
				OnError: func(err error) { reported = append(reported, err) },
			})
			got := client.get("/news/a")
			assert.Empty(t, got.header.Get("B"), "%s: %.20q", name, value)
			if name != "Content" && name != "Append" && strings.ContainsAny(value.String(), "\x00\r\n") {
				assert.Equal(t, 503, got.status, "%s: %.20q", name, value)
				require.Len(t, reported, 1)
				assert.ErrorContains(t, reported[0], "feedhttp: a: "+name)
				continue
			}
			assert.Equal(t, 200, got.status, "%s: %.20q", name, value)
			assert.Equal(t, page.Content, got.body)
		}
	}
}

// Tokens are strings of a program's users.
func TestTokensTakeEveryString(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	for _, bad := range []string{"", "short", "\x00", "../../../../../../..", strings.Repeat("a", 257), strings.Repeat("/", 20)} {
		h := &feedhttp.Handler{Source: archive, Allow: feedhttp.AllowTokens(bad, token)}
		address := feedhttp.PrivateURL(archive.Publication(), bad, syndicate.Everything(), syndicate.RSS)
		assert.Equal(t, 404, asked(h, "GET", strings.TrimPrefix(address, "https://www.example.com")).status, "%.20q", bad)
		assert.Equal(t, 200, asked(h, "GET", "/news/"+private+"rss.xml").status)
	}
	none := &feedhttp.Handler{Source: archive, Allow: feedhttp.AllowTokens()}
	assert.Equal(t, 404, asked(none, "GET", "/news/"+private+"rss.xml").status)
	allowed, err := feedhttp.AllowTokens("")(context.Background(), sha256.Sum256(nil))
	assert.NoError(t, err)
	assert.NotNil(t, allowed, "the handler refuses short tokens before it asks")
}
