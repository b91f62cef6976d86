// Postgres accepts articles over HTTP, keeps them in PostgreSQL, and serves their feeds. Any number
// of servers can share one database behind a load balancer: they serve the same bytes and the same
// ETags.
//
//	export SYNDICATE_TOKEN=$(openssl rand -hex 16)
//	go run ./examples/postgres -db postgres://feeds@localhost/feeds
//	curl http://localhost:8080/articles -H "Authorization: Bearer $SYNDICATE_TOKEN" \
//	    -H 'Content-Type: application/json' -d '{"URL": "/2022/03/police/",
//	    "Title": "Police to Azerbaijan", "Published": "2022-03-30T09:00:00Z",
//	    "Tags": [{"Name": "Azerbaijan"}]}'
//	curl http://localhost:8080/tag/azerbaijan/rss.xml
//
// Only clients with the token can publish. The program makes a token and prints it if the variable
// is not set. In production, put a proxy with TLS before the server, so that nobody reads the token
// on the way.
//
// Start it twice with different -listen, the same -url and the same token: articles posted to one
// appear in the feeds of both.
package main

import (
	"context"
	"flag"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/examples/internal/newsdesk"
	"github.com/syndicate-go/syndicate/sqlstore/postgres"
)

func main() {
	database := flag.String("db", "postgres://localhost/feeds", "the `database` with the articles")
	listen := flag.String("listen", "localhost:8080", "`address` to listen on")
	url := flag.String("url", "http://localhost:8080/", "public URL of the site")
	flag.Parse()
	newsdesk.Main(func(ctx context.Context) error { return run(ctx, *database, *listen, newsdesk.Site(*url)) })
}

func run(ctx context.Context, database, listen string, site syndicate.Site) error {
	store, err := postgres.Open(ctx, database, site)
	if err != nil {
		return err
	}
	defer store.Close()
	return newsdesk.Serve(ctx, listen, store)
}
