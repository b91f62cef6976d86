// Ownschema serves feeds of articles that are in your own tables. The tables are in schema.sql. One
// SELECT maps them to articles, and a second one lists the tags of each article.
//
//	go run ./examples/ownschema -db cms.db
//
// Then open http://localhost:8080/category/world/europe/rss.xml. A change of the tables is in the
// feeds within a few seconds. The example is a separate module, because it needs a database driver.
package main

import (
	"context"
	"database/sql"
	_ "embed"
	"flag"
	"log"
	"net/http"
	"time"

	_ "modernc.org/sqlite"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// schema creates the tables of the content management system, with two posts.
//
//go:embed schema.sql
var schema string

func main() {
	log.SetFlags(0)
	file := flag.String("db", "cms.db", "SQLite database; created if it has no tables")
	flag.Parse()
	db, err := open(context.Background(), *file)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("open http://localhost:8080/category/world/europe/rss.xml")
	log.Fatal(http.ListenAndServe("localhost:8080", &feedhttp.Handler{Source: newSource(db)}))
}

// open opens the database, and creates its tables if there are none.
func open(ctx context.Context, file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return nil, err
	}
	// A real program would not create the tables: they belong to the CMS.
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return nil, err
	}
	if tables == 0 {
		if _, err := db.ExecContext(ctx, schema); err != nil {
			return nil, err
		}
	}
	return db, nil
}

// newSource returns the feeds of the posts.
func newSource(db *sql.DB) *sqlquery.Query {
	return &sqlquery.Query{
		Site: syndicate.Site{URL: "http://localhost:8080/", Title: "The Daily", Language: "en"},
		DB:   db,
		// The names of the columns say what they contain. A category's name may be a path. Readers
		// mistake short numbers for an index, so the id is more than the number of the post; key is
		// what the queries in Lists refer to.
		SQL: `
			SELECT 'post-' || posts.id AS id, posts.id AS key, '/' || slug || '/' AS url, headline AS title, html AS content,
				live_from AS published, changed AS updated, status <> 'public' AS draft,
				full_name AS authors, coalesce(above.name || '/', '') || sections.name AS categories
			FROM posts
			LEFT JOIN writers ON writers.id = writer
			LEFT JOIN sections ON sections.id = section
			LEFT JOIN sections AS above ON above.id = sections.parent`,
		// A list in a table has a query. Its first column is the key of the post.
		Lists: map[string]string{
			"tags": "SELECT post, label AS name FROM labels ORDER BY post, position",
		},
		// The posts are read again when this result changes. It has everything that the queries
		// above read: a count and the latest change of the posts would miss a new label, another
		// name of a section, and a post that is deleted while an older one is imported.
		ChangedSQL: `
			SELECT 'post' AS kind, id, changed AS value FROM posts
			UNION ALL SELECT 'label', post, position || ' ' || label FROM labels
			UNION ALL SELECT 'section', id, coalesce(parent, '') || ' ' || name FROM sections
			UNION ALL SELECT 'writer', id, full_name FROM writers
			ORDER BY 1, 2, 3`,
		Refresh: 2 * time.Second,
	}
}
