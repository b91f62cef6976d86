package feedhttp_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

var nordicMonitor = syndicate.Site{URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en"}

// One line serves all feeds of a publication. A client that has the current feed gets 304.
func Example() {
	archive, err := syndicate.NewArchive(nordicMonitor, syndicate.Article{
		URL: "/2022/03/police-to-azerbaijan/", Title: "Turkey may send its police to Azerbaijan",
		Published: time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC), Tags: syndicate.Tags("Azerbaijan"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	http.Handle("/", &feedhttp.Handler{Source: archive})

	server := httptest.NewServer(http.DefaultServeMux) // http.ListenAndServe(":8080", nil)
	defer server.Close()
	response, err := http.Get(server.URL + "/tag/azerbaijan/feed.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	for _, name := range []string{"Content-Type", "Cache-Control", "Last-Modified", "Link"} {
		fmt.Println(name+":", response.Header.Get(name))
	}
	body, _ := io.ReadAll(response.Body)
	fmt.Printf("%.77s…\n", body)

	again, _ := http.NewRequest("GET", server.URL+"/tag/azerbaijan/feed.json", nil)
	again.Header.Set("If-None-Match", response.Header.Get("ETag"))
	if response, err = http.DefaultClient.Do(again); err == nil {
		fmt.Println(response.Status)
	}
	// Output:
	// Content-Type: application/feed+json
	// Cache-Control: public, max-age=600
	// Last-Modified: Wed, 30 Mar 2022 12:00:00 GMT
	// Link: <https://www.nordicmonitor.com/tag/azerbaijan/feed.json>; rel="self"
	// {"version":"https://jsonfeed.org/version/1.1","title":"#Azerbaijan – Nordic M…
	// 304 Not Modified
}

// Feeds for subscribers: each subscriber has a private address.
func ExampleHandler_private() {
	archive, _ := syndicate.NewArchive(nordicMonitor, syndicate.Article{
		URL: "/members/1/", Title: "For members", Published: time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC),
	})
	token := "UHVJ7MPLBEJBJUNYSAWKTS3XWC" // in a program: feedhttp.NewToken()
	members := map[[32]byte]*feedhttp.Subscriber{feedhttp.TokenDigest(token): {Name: "Ada"}}
	h := &feedhttp.Handler{Source: archive, Allow: func(_ context.Context, digest [32]byte) (*feedhttp.Subscriber, error) {
		return members[digest], nil // nil for a token that nobody has
	}}
	fmt.Println(feedhttp.PrivateURL(archive.Publication(), token, syndicate.Everything(), syndicate.RSS))
	for _, path := range []string{
		"/private/" + token + "/rss.xml",
		"/private/AAAAAAAAAAAAAAAAAAAAAAAAAA/rss.xml",
		"/rss.xml",
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(w.Code, w.Header().Get("Cache-Control"))
	}
	// Output:
	// https://www.nordicmonitor.com/private/UHVJ7MPLBEJBJUNYSAWKTS3XWC/rss.xml
	// 200 private, max-age=600
	// 404 no-cache
	// 404 no-cache
}

// Observe is called after each response, for access logs and metrics.
func ExampleHandler_observe() {
	archive, _ := syndicate.NewArchive(nordicMonitor)
	h := &feedhttp.Handler{Source: archive, Observe: func(_ context.Context, e feedhttp.Event) {
		fmt.Println(e.Method, e.Scope, e.Format, e.Status, "cached:", e.Cached) // or slog.InfoContext, or a counter
	}}
	for _, path := range []string{"/atom.xml", "/atom.xml", "/tag/nobody/rss.xml"} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	// Output:
	// GET site atom 200 cached: false
	// GET site atom 200 cached: true
	// GET tag/nobody rss 404 cached: false
}
