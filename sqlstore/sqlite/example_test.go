package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

// exampleStore returns a store in a temporary file, the file, and what removes both.
func exampleStore() (store *sqlstore.Store, file string, remove func()) {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	file = filepath.Join(folder, "news.db")
	site := syndicate.Site{URL: "https://example.com/", Title: "Example"}
	if store, err = sqlite.Open(context.Background(), file, site); err != nil {
		log.Fatal(err)
	}
	return store, file, func() {
		store.Close()
		os.RemoveAll(folder)
	}
}

// A program writes a row of another table and the article in one transaction.
func ExampleOpen_oneTransaction() {
	store, file, remove := exampleStore()
	defer remove()
	ctx := context.Background()

	// The program's own connection to the same file, with the settings of the store.
	db, err := sql.Open("sqlite", sqlite.DSN(file))
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE posts (slug TEXT PRIMARY KEY)"); err != nil {
		log.Fatal(err)
	}

	publish := func(slug, title string) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // has no effect after Commit
		if _, err := tx.ExecContext(ctx, "INSERT INTO posts (slug) VALUES (?)", slug); err != nil {
			return err
		}
		feeds := store.Tx(tx)
		article := syndicate.Article{URL: "/" + slug + "/", Title: title, Published: time.Now()}
		if err := feeds.Add(ctx, article); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		feeds.Committed()
		return nil
	}
	fmt.Println(publish("hello", "Hello"))
	var refused syndicate.Problems
	fmt.Println(errors.As(publish("empty", ""), &refused)) // has neither a title nor a text

	var posts int
	if err := db.QueryRow("SELECT count(*) FROM posts").Scan(&posts); err != nil {
		log.Fatal(err)
	}
	counts, err := store.Counts(ctx)
	fmt.Println(posts, counts.All, err)
	// Output:
	// <nil>
	// true
	// 1 1 <nil>
}

// An administration page lists all articles and edits one as it was given.
func ExampleOpen_administration() {
	store, _, remove := exampleStore()
	defer remove()
	ctx := context.Background()
	day := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	err := store.Add(ctx,
		syndicate.Article{URL: "/a/", Title: "Élections", Content: "<p onclick=''>Text", Published: day},
		syndicate.Article{URL: "/b/", Title: "Budget", Published: day.AddDate(0, 0, 1), Draft: true},
		syndicate.Article{URL: "/c/", Title: "Weather", Published: day.AddDate(0, 0, 2)},
	)
	if err != nil {
		log.Fatal(err)
	}

	// A page of two articles, and the next one.
	page := sqlstore.Listing{Limit: 2}
	for range 2 {
		for entry, err := range store.Articles(ctx, page) {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(entry.State, entry.ID, entry.Article.Title)
			page.After = entry.Cursor
		}
		fmt.Println("--")
	}
	for entry, err := range store.Articles(ctx, sqlstore.Listing{Title: "elect"}) {
		fmt.Println("found", entry.Article.Title, err)
	}

	entry, err := store.Article(ctx, "/a/")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(entry.Article.Content)
	entry.Article.Title = "Elections"
	fmt.Println(store.Update(ctx, entry.Article))
	// Output:
	// published https://example.com/c/ Weather
	// draft https://example.com/b/ Budget
	// --
	// published https://example.com/a/ Élections
	// --
	// found Élections <nil>
	// <p onclick=''>Text
	// <nil>
}
