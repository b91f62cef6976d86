package feedpage_test

import (
	"fmt"
	"log"
	"net/http"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedpage"
)

// This program prints the link elements for the page of an article, for one format only.
func ExampleAlternates() {
	archive, _ := syndicate.NewArchive(nordic, syndicate.Article{
		URL: "/a/", Title: "Drones for sale", Published: noon,
		Categories: syndicate.Categories("Military/Arms exports"),
		Authors:    []syndicate.Author{{Name: "Levent Kenez"}},
	})
	feed, _ := archive.Feed(ctx, syndicate.Everything())
	links, err := feedpage.Alternates(ctx, archive, feedpage.ScopesOf(feed.Articles[0])...)
	if err != nil {
		fmt.Println(err)
	}
	links = slices.DeleteFunc(links, func(l feedpage.AlternateLink) bool { return l.Format != syndicate.Atom })
	// To fit the page, the example starts a new line at each of these attributes.
	wrap := strings.NewReplacer(" title=", "\n  title=", " href=", "\n  href=")
	fmt.Print(wrap.Replace(string(links.HTML())))
	// Output:
	// <link rel="alternate" type="application/atom+xml"
	//   title="Military / Arms exports – Nordic Monitor (Atom)"
	//   href="https://www.nordicmonitor.com/category/military/arms-exports/atom.xml">
	// <link rel="alternate" type="application/atom+xml"
	//   title="Military – Nordic Monitor (Atom)"
	//   href="https://www.nordicmonitor.com/category/military/atom.xml">
	// <link rel="alternate" type="application/atom+xml"
	//   title="Levent Kenez – Nordic Monitor (Atom)"
	//   href="https://www.nordicmonitor.com/author/levent-kenez/atom.xml">
	// <link rel="alternate" type="application/atom+xml"
	//   title="Nordic Monitor (Atom)"
	//   href="https://www.nordicmonitor.com/atom.xml">
}

// A server sends the page with the matching Content-Security-Policy. Package feedhttp does this
// for you; see feedhttp.Handler.
func ExampleIndex() {
	archive, _ := syndicate.NewArchive(nordic)
	index := feedpage.Index{OPML: "/feeds.opml"}
	http.HandleFunc("GET /feeds/", func(w http.ResponseWriter, r *http.Request) {
		html, err := index.Append(r.Context(), nil, archive)
		if err != nil {
			http.Error(w, "the list of feeds is unavailable", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", feedpage.ContentType)
		w.Header().Set("Content-Security-Policy", feedpage.ContentSecurityPolicy())
		if _, err := w.Write(html); err != nil {
			log.Print(err)
		}
	})
}
