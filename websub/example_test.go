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

// A server runs a Publisher in a separate goroutine.
func ExamplePublisher() {
	archive, _ := syndicate.NewArchive(syndicate.Site{
		URL:   "https://www.nordicmonitor.com/",
		Title: "Nordic Monitor",
		Hubs:  []string{"https://pubsubhubbub.appspot.com/"},
	})
	publisher := websub.Publisher{Source: archive, OnError: func(err error) { log.Print(err) }}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go publisher.Run(ctx)
	// Serve the archive. Each archive.Add now notifies the hub.
}

// A program that writes its feeds and exits, such as a static site generator, calls Ping.
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
