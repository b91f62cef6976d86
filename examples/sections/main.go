// Sections adds feeds to a web server that has pages already: RSS only, one feed for the site and
// one for each section, none for tags and authors, all of them below /feeds/. The pages announce
// them.
//
//	go run ./examples/sections
//
// Then open http://localhost:8080/ and the feeds that it announces:
//
//	http://localhost:8080/feeds/rss.xml
//	http://localhost:8080/feeds/category/world/rss.xml
//	http://localhost:8080/feeds/category/world/europe/rss.xml
package main

import (
	"html/template"
	"log"
	"net/http"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
)

func main() {
	log.SetFlags(0)
	server, err := newServer()
	if err != nil {
		log.Fatal(err)
	}
	log.Print("open http://localhost:8080/")
	log.Fatal(http.ListenAndServe("localhost:8080", server))
}

// newServer returns the handler of the whole site.
func newServer() (http.Handler, error) {
	site := syndicate.Site{URL: "http://localhost:8080/", Title: "The Daily", Language: "en"}
	// These four settings select the feeds. Everything else about them follows.
	site.Formats = []syndicate.Format{syndicate.RSS}
	site.Kinds = []syndicate.Kind{syndicate.KindCategory}
	site.Addresses = syndicate.Below("feeds/", syndicate.Files)
	site.Limit = 50
	archive, err := syndicate.NewArchive(site, articles()...)
	if err != nil {
		return nil, err
	}
	// The handler knows its addresses from the site, so no prefix is stripped.
	mux := http.NewServeMux()
	mux.Handle("/feeds/", &feedhttp.Handler{Source: archive})
	// In place of this front page, a real site has a page for each section and article.
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		show(w, r, archive, "The Daily", syndicate.InCategory("world/europe"))
	})
	return mux, nil
}

// articles returns what the site has published. An article in Europe is in the feed of World too.
func articles() []syndicate.Article {
	return []syndicate.Article{{
		URL:        "/2026/strikes/",
		Title:      "Strikes stop trains",
		Summary:    "No trains run until Friday.",
		Published:  time.Date(2026, 11, 25, 7, 30, 0, 0, time.UTC),
		Categories: syndicate.Categories("World/Europe"),
		Tags:       syndicate.Tags("Trains"), // named in the items, without a feed
	}, {
		URL:        "/2026/budget/",
		Title:      "The council has a budget",
		Summary:    "It passed at midnight.",
		Published:  time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC),
		Categories: syndicate.Categories("City"),
	}}
}

// page is the template of the site's pages.
var page = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en">
<head>
<title>{{.Title}}</title>
{{.Feeds.HTML}}
</head>
<body><h1>{{.Title}}</h1></body>
</html>
`))

// show writes a page of the site. Its head announces the feeds of the page's sections and of the
// site.
func show(w http.ResponseWriter, r *http.Request, source syndicate.Source, title string, scopes ...syndicate.Scope) {
	feeds, err := feedpage.Alternates(r.Context(), source, scopes...)
	if err != nil {
		http.Error(w, "feeds are unavailable", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, map[string]any{"Title": title, "Feeds": feeds})
}
