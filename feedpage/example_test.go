package feedpage_test

import (
	"fmt"
	"log"
	"net/http"
	"slices"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedpage"
)

// The link elements for the head of an article's page.
func ExampleAlternates() {
	military := &syndicate.Category{Name: "Military"}
	archive, _ := syndicate.NewArchive(nordic, syndicate.Article{
		URL: "/a/", Title: "Drones for sale", Published: noon,
		Categories: []*syndicate.Category{{Name: "Arms exports", Parent: military}}, Authors: []syndicate.Author{{Name: "Levent Kenez"}},
	})
	feed, _ := archive.Feed(ctx, syndicate.Everything())
	links, err := feedpage.Alternates(ctx, archive, feedpage.ScopesOf(feed.Articles[0])...)
	if err != nil {
		fmt.Println(err)
	}
	links = slices.DeleteFunc(links, func(l feedpage.Link) bool { return l.Format != syndicate.Atom })
	fmt.Print(links.HTML())
	// Output:
	// <link rel="alternate" type="application/atom+xml" title="Military / Arms exports – Nordic Monitor (Atom)" href="https://www.nordicmonitor.com/category/military/arms-exports/atom.xml">
	// <link rel="alternate" type="application/atom+xml" title="Military – Nordic Monitor (Atom)" href="https://www.nordicmonitor.com/category/military/atom.xml">
	// <link rel="alternate" type="application/atom+xml" title="Levent Kenez – Nordic Monitor (Atom)" href="https://www.nordicmonitor.com/author/levent-kenez/atom.xml">
	// <link rel="alternate" type="application/atom+xml" title="Nordic Monitor (Atom)" href="https://www.nordicmonitor.com/atom.xml">
}

// A server of the page says what the page may do; the page needs no more than its own style and script.
func ExamplePage() {
	archive, _ := syndicate.NewArchive(nordic)
	page := feedpage.Page{OPML: "/feeds.opml"}
	http.HandleFunc("GET /feeds/", func(w http.ResponseWriter, r *http.Request) {
		html, err := page.Append(r.Context(), nil, archive)
		if err != nil {
			http.Error(w, "the feeds cannot be listed now", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", feedpage.ContentType)
		w.Header().Set("Content-Security-Policy", feedpage.ContentSecurityPolicy())
		if _, err := w.Write(html); err != nil {
			log.Print(err)
		}
	})
}
