package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/destination"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
	"github.com/syndicate-go/syndicate/sitemap"
)

// public returns what readers, search engines and aggregators may read. All of it is made of the
// archive, so an article is in all of it or in none.
func public(archive *syndicate.Archive, log *slog.Logger) (*feedhttp.Handler, error) {
	// The checked settings, with the address of each document.
	publication := archive.Publication()
	// Destinations get the feeds of the site and of its categories, with elements that public feeds
	// should not have.
	kinds := []syndicate.Kind{syndicate.KindSite, syndicate.KindCategory}
	msn, err := destination.MSN{Feeds: destination.Feeds{Kinds: kinds}}.Source(archive)
	if err != nil {
		return nil, err
	}
	smartNews, err := destination.SmartNews{Feeds: destination.Feeds{Kinds: kinds}}.Source(archive)
	if err != nil {
		return nil, err
	}
	// robots.txt leads to the sitemaps and to the license.
	terms := license(publication.Site().URL)
	robots := sitemap.Files{}.Robots(publication) + sitemap.News{}.Robots(publication) + terms.Robots()
	return &feedhttp.Handler{
		Source: archive,
		// Both must have the same time.
		Clock: archive.Clock,
		// Documents about all feeds.
		Pages: map[string]feedhttp.Page{
			"feeds/": {
				ContentType:           feedpage.ContentType,
				ContentSecurityPolicy: feedpage.ContentSecurityPolicy(),
				Append:                feedpage.Index{OPML: "/feeds.opml"}.Append,
			},
			"feeds.opml": {ContentType: opml.ContentType, Append: opml.Append},
			"feeds.css":  {ContentType: "text/css; charset=utf-8", Content: feedpage.Stylesheet},
			"robots.txt": {ContentType: "text/plain; charset=utf-8", Content: robots},
		},
		// Documents about the articles. The feeds of a destination are below its name: msn/feed/.
		Files: []derived.Files{sitemap.Files{}, sitemap.News{}, terms, msn, smartNews},
		// The license is the same everywhere: in robots.txt, in this header and in the items.
		Links:    []string{terms.Link()},
		Fallback: http.HandlerFunc(frontPage),
		// The access log. It has no address of the client.
		Observe: func(ctx context.Context, e feedhttp.Event) {
			log.InfoContext(ctx, "response", "method", e.Method, "scope", e.Scope, "format", e.Format, "page", e.Page,
				"file", e.File, "status", e.Status, "bytes", e.Bytes)
		},
		// Each failure that was answered with 503.
		OnError: func(err error) { log.Error("feeds", "err", err) },
	}, nil
}

// frontPage stands in for the rest of the site, which has nothing to show but its feeds.
func frontPage(w http.ResponseWriter, r *http.Request) {
	// A temporary redirect, because a real site has a front page.
	if r.URL.Path == "/" {
		http.Redirect(w, r, "/feeds/", http.StatusFound)
		return
	}
	http.NotFound(w, r)
}
