// Sqlite takes articles in over HTTP, keeps them in a file, and serves their feeds from there.
//
//	go run ./examples/sqlite -db feeds.db
//	curl -H 'Content-Type: application/json' -d '{"URL": "/2022/03/police/", "Title": "Police to Azerbaijan",
//	    "Published": "2022-03-30T09:00:00Z", "Tags": [{"Name": "Azerbaijan"}]}' http://localhost:8080/articles
//	curl http://localhost:8080/tag/azerbaijan/rss.xml
//
// Start it twice, with another -listen and the same -url: what is posted to one is in the feeds of both.
package main

import (
	"context"
	"flag"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/examples/internal/newsdesk"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

func main() {
	file := flag.String("db", "feeds.db", "the `file` that articles are kept in")
	listen := flag.String("listen", "localhost:8080", "`address` to listen on")
	url := flag.String("url", "http://localhost:8080/", "address of the site, as readers have it")
	flag.Parse()
	newsdesk.Main(func(ctx context.Context) error { return run(ctx, *file, *listen, newsdesk.Site(*url)) })
}

func run(ctx context.Context, file, listen string, site syndicate.Site) error {
	store, err := sqlite.Open(ctx, file, site)
	if err != nil {
		return err
	}
	defer store.Close()
	return newsdesk.Serve(ctx, listen, store)
}
