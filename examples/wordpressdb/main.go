// Wordpressdb serves feeds of the posts in WordPress's own tables, which it only reads. It needs
// neither PHP nor an export, and publishes a change within a second.
//
//	go run ./examples/wordpressdb -db 'user@tcp(localhost)/wordpress'
//
// Set -site to the address of the site. Feeds have the addresses and the articles the ids that
// WordPress gives them. The user needs no right but SELECT. A user that may create tables can try
// it on an empty database with -create.
//
// If an editor deletes many posts on purpose, send the program the signal SIGHUP: it then retracts
// them. The example is a separate module, because it needs a database driver.
package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// The queries, each in a file. The first comment of a file says what it selects.
var (
	//go:embed posts.sql
	posts string // the columns of articles
	//go:embed categories.sql
	categories string // with the categories above them
	//go:embed tags.sql
	tags string
	//go:embed authors.sql
	authors string
	//go:embed names.sql
	names string // of terms and authors, to find those that changed
	//go:embed schema.sql
	schema string // creates WordPress's tables, with a few posts
)

func main() {
	log.SetFlags(0)
	address := flag.String("db", "root@tcp(127.0.0.1:3306)/wordpress", "database of WordPress")
	site := flag.String("site", "http://localhost:8080/", "address of the site")
	fill := flag.Bool("create", false, "create WordPress's tables, with a few posts")
	flag.Parse()
	ctx := context.Background()
	db, err := open(*address)
	if err == nil && *fill {
		err = create(ctx, db)
	}
	if err != nil {
		log.Fatal(err)
	}
	source := newSource(db, *site)
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go agree(ctx, source, hangups)
	log.Print("open http://localhost:8080/category/world/europe/feed/")
	log.Fatal(http.ListenAndServe("localhost:8080", &feedhttp.Handler{Source: source}))
}

// open opens the database. WordPress writes times in UTC into the columns that end in _gmt, and
// the driver returns them so.
func open(address string) (*sql.DB, error) {
	config, err := mysql.ParseDSN(address)
	if err != nil {
		return nil, err
	}
	config.ParseTime, config.Loc = true, time.UTC
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// create creates the tables. WordPress's own dates of nothing need a session without strict mode.
func create(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// No text in the schema contains the end of a statement.
	for _, statement := range append([]string{"SET SESSION sql_mode = ''"}, strings.Split(schema, ";\n")...) {
		if statement = strings.TrimSpace(statement); statement == "" {
			continue
		}
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// agree lets the source retract many articles at once, each time that the operator sends a signal.
func agree(ctx context.Context, source *sqlquery.Query, signals <-chan os.Signal) {
	for range signals {
		if err := source.ReloadRetracting(ctx); err != nil {
			log.Print(err)
		}
	}
}

// The stamps of a post: its own row, its terms and its image. WordPress sets post_modified_gmt when
// an editor saves a post, but not when a program only adds a tag or an image.
var stamps = []string{
	`SELECT ID, post_modified_gmt, post_status, comment_count FROM wp_posts
		WHERE post_type = 'post' AND post_status IN ('publish', 'future') AND post_password = ''`,
	"SELECT object_id, term_taxonomy_id, term_order FROM wp_term_relationships",
	"SELECT post_id, meta_value FROM wp_postmeta WHERE meta_key = '_thumbnail_id'",
}

// newSource returns the feeds of the posts.
func newSource(db *sql.DB, site string) *sqlquery.Query {
	return &sqlquery.Query{
		// The addresses of feeds are those of WordPress, such as /category/world/feed/.
		Site:       syndicate.Site{URL: site, Title: "The Daily", Language: "en", Addresses: syndicate.WordPress},
		DB:         db,
		SQL:        posts,
		Lists:      map[string]string{"categories": categories, "tags": tags, "authors": authors},
		Stamps:     stamps,
		ChangedSQL: names,
		// The database is queried twice a second, while feeds are requested.
		Refresh: 500 * time.Millisecond,
		OnError: report,
	}
}

// report logs why posts are left out, or why nothing was read.
func report(err error) {
	var refused *sqlquery.RetractionError
	if errors.As(err, &refused) {
		log.Print("send SIGHUP if these posts were deleted on purpose")
	}
	log.Print(err)
}
