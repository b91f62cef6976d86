// Wordpressdb serves feeds of the posts in WordPress's own tables, which it only reads. It needs
// neither PHP nor an export, and publishes a change within a second.
//
//	go run ./examples/wordpressdb -db 'user:password@tcp(localhost:3306)/wordpress' -site https://www.example.com/
//
// Feeds have the addresses and the articles the ids that WordPress gives them. The user needs no
// right but SELECT. A user that may create tables can try it on an empty database with -create.
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

// schema creates WordPress's tables, with a few posts.
//
//go:embed schema.sql
var schema string

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

// posts selects posts by their number, with the addresses of a site whose permalinks have the
// date and the name. Drafts and posts with a password are not selected; scheduled posts are, and
// appear at their time. An image is an attachment, whose guid is its address.
const posts = `
	SELECT p.ID AS 'key', p.guid AS id, concat(date_format(p.post_date, '/%Y/%m/%d/'), p.post_name, '/') AS url,
		p.post_title AS title, p.post_excerpt AS summary, p.post_content AS content,
		p.post_date_gmt AS published, p.post_modified_gmt AS updated, p.comment_count,
		image.guid AS image, image.post_mime_type AS image_type,
		(SELECT max(meta_value) FROM wp_postmeta WHERE post_id = image.ID AND meta_key = '_wp_attachment_image_alt') AS image_alt
	FROM wp_posts p
	LEFT JOIN wp_posts image ON image.post_type = 'attachment' AND image.ID =
		(SELECT max(cast(meta_value AS unsigned)) FROM wp_postmeta WHERE post_id = p.ID AND meta_key = '_thumbnail_id')
	WHERE p.post_type = 'post' AND p.post_status IN ('publish', 'future') AND p.post_password = '' AND p.ID IN ({?})`

// categories selects the categories of posts. The tree begins with those that have no parent; each
// category carries those above it as a JSON object.
const categories = `
	WITH RECURSIVE tree (term_taxonomy_id, term_id, name, slug, description, parent, self) AS (
		SELECT x.term_taxonomy_id, t.term_id, replace(t.name, '&amp;', '&'), t.slug, x.description, cast(NULL AS char(10000)),
			cast(json_object('name', replace(t.name, '&amp;', '&'), 'slug', t.slug) AS char(10000))
		FROM wp_term_taxonomy x JOIN wp_terms t ON t.term_id = x.term_id
		WHERE x.taxonomy = 'category' AND x.parent = 0
		UNION ALL
		SELECT x.term_taxonomy_id, t.term_id, replace(t.name, '&amp;', '&'), t.slug, x.description, tree.self,
			json_object('name', replace(t.name, '&amp;', '&'), 'slug', t.slug, 'parent', json_extract(tree.self, '$'))
		FROM tree
		JOIN wp_term_taxonomy x ON x.taxonomy = 'category' AND x.parent = tree.term_id
		JOIN wp_terms t ON t.term_id = x.term_id
	)
	SELECT r.object_id, tree.name, tree.slug, tree.description, tree.parent
	FROM wp_term_relationships r JOIN tree ON tree.term_taxonomy_id = r.term_taxonomy_id
	WHERE r.object_id IN ({?})
	ORDER BY r.object_id, r.term_order, tree.name`

const tags = `
	SELECT r.object_id, replace(t.name, '&amp;', '&') AS name, t.slug
	FROM wp_term_relationships r
	JOIN wp_term_taxonomy x ON x.term_taxonomy_id = r.term_taxonomy_id AND x.taxonomy = 'post_tag'
	JOIN wp_terms t ON t.term_id = x.term_id
	WHERE r.object_id IN ({?})
	ORDER BY r.object_id, r.term_order, t.name`

const authors = `
	SELECT p.ID, u.display_name AS name, u.user_nicename AS slug
	FROM wp_posts p JOIN wp_users u ON u.ID = p.post_author
	WHERE p.ID IN ({?})`

// The stamps of a post: its own row, its terms and its image. WordPress sets post_modified_gmt when
// an editor saves a post, but not when a program only adds a tag or an image.
var stamps = []string{
	`SELECT ID, post_modified_gmt, post_status, comment_count FROM wp_posts
		WHERE post_type = 'post' AND post_status IN ('publish', 'future') AND post_password = ''`,
	"SELECT object_id, term_taxonomy_id, term_order FROM wp_term_relationships",
	"SELECT post_id, meta_value FROM wp_postmeta WHERE meta_key = '_thumbnail_id'",
}

// names differs if a category, a tag or an author has another name or place. Then all posts are
// read again: no stamp of a post shows it.
const names = `
	SELECT x.taxonomy, x.term_taxonomy_id AS id, x.parent, x.description, t.name, t.slug
	FROM wp_term_taxonomy x JOIN wp_terms t ON t.term_id = x.term_id
	WHERE x.taxonomy IN ('category', 'post_tag')
	UNION ALL
	SELECT 'author', ID, 0, '', display_name, user_nicename
	FROM wp_users WHERE ID IN (SELECT post_author FROM wp_posts)
	ORDER BY 1, 2`

// newSource returns the feeds of the posts.
func newSource(db *sql.DB, site string) *sqlquery.Query {
	return &sqlquery.Query{
		Site:       syndicate.Site{URL: site, Title: "The Daily", Language: "en", Addresses: syndicate.WordPress},
		DB:         db,
		SQL:        posts,
		Lists:      map[string]string{"categories": categories, "tags": tags, "authors": authors},
		Stamps:     stamps,
		ChangedSQL: names,
		Refresh:    500 * time.Millisecond,
		OnError:    report,
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
