package websub_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/websub"
)

// A program that publishes runs a publisher beside its server.
func ExamplePublisher() {
	archive, _ := syndicate.NewArchive(syndicate.Site{
		URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Hubs: []string{"https://pubsubhubbub.appspot.com/"},
	})
	publisher := websub.Publisher{Source: archive, OnError: func(err error) { log.Print(err) }}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go publisher.Run(ctx)
	// Serve the archive; each archive.Add is told to the hub.
}

// A program that writes its feeds and ends, such as a static site's, tells hubs by itself.
func ExamplePing() {
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.FormValue("hub.mode"), r.FormValue("hub.url"))
		w.WriteHeader(http.StatusNoContent)
	}))
	defer hub.Close()
	err := websub.Ping(context.Background(), nil, hub.URL, "https://www.nordicmonitor.com/rss.xml")
	fmt.Println(err)
	// Output:
	// publish https://www.nordicmonitor.com/rss.xml
	// <nil>
}
