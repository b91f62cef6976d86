// The cost of a cached feed, compared with the least work that net/http can do: a handler that
// writes the same bytes with the same headers, or with only the necessary ones. Run with -bench
// 'Hit|Loopback' -count 10 and benchstat.
package feedhttp_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

// benchmarked returns an archive whose feed has 20 articles of about 4 KB each.
func benchmarked(b *testing.B) *syndicate.Archive {
	site := exampleSite
	site.Limit = 20
	var articles []syndicate.Article
	for n := 1; n <= 20; n++ {
		article := numbered(n, "turkey")
		article.Content = strings.Repeat("<p>Words of a sentence, number "+article.Title+", and more words.</p>\n", 60)
		articles = append(articles, article)
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(b, err)
	return archive
}

// bare returns a handler that always writes the given response.
func bare(got answer, headers ...string) http.Handler {
	body := []byte(got.body)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		for _, name := range headers {
			if values := got.header[name]; values != nil {
				header[name] = values
			}
		}
		if r.Header.Get("If-None-Match") == got.header.Get("Etag") {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(body)
	})
}

// cases returns the three usual requests and the handlers to compare.
func cases(b *testing.B) (handlers map[string]map[string]http.Handler, requests map[string][]string) {
	h := &feedhttp.Handler{Source: benchmarked(b)}
	handlers, requests = map[string]map[string]http.Handler{}, map[string][]string{}
	for name, headers := range map[string][]string{"identity": nil, "gzip": {"Accept-Encoding: gzip, deflate"}, "304": {"Accept-Encoding: gzip, deflate"}} {
		for range 20 { // enough for the better compression
			asked(h, "GET", "/news/tag/turkey/rss.xml", headers...)
		}
		feedhttp.Settle(h)
		got := asked(h, "GET", "/news/tag/turkey/rss.xml", headers...)
		require.Equal(b, 200, got.status)
		if name == "304" {
			headers = append(headers, "If-None-Match: "+got.header.Get("Etag"))
			got = asked(h, "GET", "/news/tag/turkey/rss.xml", headers...)
			require.Equal(b, 304, got.status)
		}
		var all []string
		for name := range got.header {
			all = append(all, name)
		}
		requests[name] = headers
		handlers[name] = map[string]http.Handler{
			"feedhttp":         h,
			"bare":             bare(got, all...),
			"bare-few-headers": bare(got, "Content-Type", "Content-Length", "Content-Encoding", "Etag", "Cache-Control"),
		}
	}
	return handlers, requests
}

var order = struct{ cases, handlers []string }{
	[]string{"identity", "gzip", "304"}, []string{"feedhttp", "bare", "bare-few-headers"},
}

// discarding is a ResponseWriter that discards everything.
type discarding struct{ header http.Header }

func (d discarding) Header() http.Header         { return d.header }
func (d discarding) WriteHeader(int)             {}
func (d discarding) Write(p []byte) (int, error) { return len(p), nil }

func BenchmarkHit(b *testing.B) {
	handlers, requests := cases(b)
	for _, name := range order.cases {
		for _, handler := range order.handlers {
			b.Run(name+"/"+handler, func(b *testing.B) {
				request := httptest.NewRequest("GET", "/news/tag/turkey/rss.xml", nil)
				for _, h := range requests[name] {
					name, value, _ := strings.Cut(h, ": ")
					request.Header.Add(name, value)
				}
				w := discarding{http.Header{}}
				b.ReportAllocs()
				for b.Loop() {
					clear(w.header)
					handlers[name][handler].ServeHTTP(w, request)
				}
			})
		}
	}
}

// BenchmarkLoopback sends requests over persistent connections, with a client that does almost
// nothing.
func BenchmarkLoopback(b *testing.B) {
	handlers, requests := cases(b)
	for _, name := range order.cases {
		var request strings.Builder
		request.WriteString("GET /news/tag/turkey/rss.xml HTTP/1.1\r\nHost: www.example.com\r\n")
		for _, h := range requests[name] {
			request.WriteString(h + "\r\n")
		}
		for _, handler := range order.handlers {
			b.Run(name+"/"+handler, func(b *testing.B) {
				server := httptest.NewServer(handlers[name][handler])
				defer server.Close()
				size := len(roundTrip(b, server, request.String()+"Connection: close\r\n\r\n")) - len("Connection: close\r\n")
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					conn, err := net.Dial("tcp", server.Listener.Addr().String())
					if err != nil {
						b.Error(err)
						return
					}
					defer conn.Close()
					answer := make([]byte, size)
					for pb.Next() {
						_, _ = io.WriteString(conn, request.String()+"\r\n")
						if _, err := io.ReadFull(conn, answer); err != nil {
							b.Error(err)
							return
						}
					}
				})
			})
		}
	}
}

func roundTrip(b *testing.B, server *httptest.Server, request string) []byte {
	conn, err := net.DialTimeout("tcp", server.Listener.Addr().String(), time.Second)
	require.NoError(b, err)
	defer conn.Close()
	_, err = io.WriteString(conn, request)
	require.NoError(b, err)
	answer, err := io.ReadAll(conn)
	require.NoError(b, err)
	return answer
}
