// Quickstart publishes an article and prints the RSS feed of its category.
//
//	go run ./examples/quickstart
package main

import (
	"context"
	"log"
	"os"
	"time"

	"github.com/syndicate-go/syndicate"
)

func main() {
	site := syndicate.Site{URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en"}
	archive, err := syndicate.NewArchive(site, syndicate.Article{
		URL:        "/2022/03/police-to-azerbaijan/",
		Title:      "Turkey may send its police to Azerbaijan",
		Content:    `<p>Ankara and Baku have <a href="/2022/02/agreement/">amended an agreement</a>.</p>`,
		Published:  time.Date(2022, 3, 30, 9, 0, 0, 0, time.UTC),
		Authors:    []syndicate.Author{{Name: "Abdullah Bozkurt"}},
		Categories: syndicate.Categories("Military"),
		Tags:       syndicate.Tags("Azerbaijan", "Turkey"),
	})
	if err != nil {
		log.Fatal(err)
	}
	feed, err := archive.Feed(context.Background(), syndicate.InCategory("military"))
	if err != nil {
		log.Fatal(err)
	}
	if err := feed.Write(os.Stdout, syndicate.RSS); err != nil {
		log.Fatal(err)
	}
}
