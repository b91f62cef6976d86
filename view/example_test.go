package view_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/view"
)

// articles of a news site, one of which is sponsored.
func articles() []syndicate.Article {
	day := func(n int) time.Time { return time.Date(2026, time.March, n, 9, 0, 0, 0, time.UTC) }
	return []syndicate.Article{
		{URL: "/jets/", Title: "New jets", Published: day(1), Categories: syndicate.Categories("Military")},
		{URL: "/ports/", Title: "Ports of the alliance", Published: day(2), Tags: syndicate.Tags("NATO")},
		{URL: "/bank/", Title: "Our bank", Published: day(3), Tags: syndicate.Tags("Sponsored")},
	}
}

// titles prints the articles of a feed.
func titles(source syndicate.Source, scope syndicate.Scope) {
	feed, err := source.Feed(context.Background(), scope)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(feed.Title)
	for _, a := range feed.Articles {
		fmt.Println("-", a.Title)
	}
}

// A category and a tag have a feed together, and the main feed is without sponsored articles.
func Example() {
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example"}, articles()...)
	if err != nil {
		log.Fatal(err)
	}
	source, err := view.New(archive, map[syndicate.Scope]view.View{
		syndicate.InCategory("defence"): {Name: "Defence", Any: []syndicate.Scope{
			syndicate.InCategory("military"), syndicate.WithTag("nato"),
		}},
		syndicate.Everything(): {None: []syndicate.Scope{syndicate.WithTag("sponsored")}},
	})
	if err != nil {
		log.Fatal(err)
	}
	titles(source, syndicate.InCategory("defence"))
	titles(source, syndicate.Everything())
	titles(source, syndicate.WithTag("sponsored"))
	// Output:
	// Defence – Example
	// - Ports of the alliance
	// - New jets
	// Example
	// - Ports of the alliance
	// - New jets
	// #Sponsored – Example
	// - Our bank
}
