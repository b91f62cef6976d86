package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// wordPress returns a new database with WordPress's tables. The tests need a server.
func wordPress(t *testing.T) *sql.DB {
	address := os.Getenv("SYNDICATE_MARIADB")
	if address == "" {
		t.Skip("SYNDICATE_MARIADB has no address of a server; use bash .ci/mariadb go test ./examples/wordpressdb")
	}
	config, err := mysql.ParseDSN(address)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprint("wordpress_", time.Now().UnixNano())
	server, err := sql.Open("mysql", address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	config.DBName = name
	db, err := open(config.FormatDSN())
	if err != nil {
		t.Fatal(err)
	}
	if err := create(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		db.Close()
		if _, err := server.Exec("DROP DATABASE " + name); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return db
}

// feeds lists the scopes and the titles in them.
func feeds(t *testing.T, source syndicate.Source) (lines []string) {
	t.Helper()
	for info, err := range source.Scopes(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		feed, err := source.Feed(t.Context(), info.Scope)
		if err != nil {
			t.Fatal(err)
		}
		var line strings.Builder
		line.WriteString(info.Scope.String() + ":")
		for _, article := range feed.Articles {
			line.WriteString(" " + article.Title + ".")
		}
		lines = append(lines, line.String())
	}
	return lines
}

func TestFeedsOfWordPressTables(t *testing.T) {
	db := wordPress(t)
	source := newSource(db, "http://localhost:8080/")
	if err := source.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"site: Talks begin. Strikes stop trains.",
		"category/world: Talks begin. Strikes stop trains.",
		"category/world/europe: Talks begin. Strikes stop trains.",
		"category/world/europe/arms: Talks begin.",
		"tag/istanbul: Talks begin.",
		"tag/strikes: Strikes stop trains.",
		"tag/trains: Strikes stop trains.",
		"author/ada-byron: Strikes stop trains.",
		"author/mevlut: Talks begin.",
	}
	if got := feeds(t, source); !slices.Equal(got, want) {
		t.Errorf("the feeds are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	feed, err := source.Feed(t.Context(), syndicate.Everything())
	if err != nil {
		t.Fatal(err)
	}
	talks, strikes := feed.Articles[0], feed.Articles[1]
	for name, pair := range map[string][2]string{
		"id":        {strikes.ID, "http://localhost:8080/?p=1"},
		"url":       {strikes.URL, "http://localhost:8080/2025/11/25/strikes/"},
		"image":     {strikes.Image.URL, "http://localhost:8080/wp-content/uploads/2025/11/rails.jpg"},
		"alt":       {strikes.Image.Alt, "Rails without a train"},
		"published": {strikes.Published.Format(time.RFC3339), "2025-11-25T09:00:00Z"},
		"updated":   {strikes.Updated.Format(time.RFC3339), "2025-11-25T10:00:00Z"},
		"content":   {strikes.Content, "<p>No trains run until Friday.</p>"},
		"comments":  {fmt.Sprint(strikes.CommentCount), "3"},
		"category":  {talks.Categories[0].Name, "Arms & Exports"},
		"above":     {talks.Categories[0].Parent.Parent.Slug, "world"},
		"tag":       {talks.Tags[0].Name, "İstanbul"},
		"author":    {talks.Authors[0].Name, "Mevlüt Çavuşoğlu"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", name, pair[0], pair[1])
		}
	}
}

// Whatever an editor or a plugin does is in the feeds soon, and nothing but that is read again.
func TestEveryChangeIsPublished(t *testing.T) {
	db := wordPress(t)
	source := newSource(db, "http://localhost:8080/")
	var problems []error
	source.OnError = func(err error) {
		if err != nil {
			problems = append(problems, err)
		}
	}
	feeds(t, source)
	for _, change := range []struct{ statement, want string }{
		{"UPDATE wp_posts SET post_title = 'Talks end', post_modified_gmt = now() WHERE ID = 2", "tag/istanbul: Talks end."},
		// Within the second, and so without another time.
		{"UPDATE wp_posts SET post_title = 'Talks go on' WHERE ID = 2", "tag/istanbul: Talks go on."},
		{"INSERT INTO wp_term_relationships VALUES (2, 15, 0)", "tag/trains: Talks go on. Strikes stop trains."},
		{"DELETE FROM wp_term_relationships WHERE object_id = 1 AND term_taxonomy_id = 15", "tag/trains: Talks go on."},
		{"UPDATE wp_terms SET name = 'Railways', slug = 'railways' WHERE term_id = 5", "tag/railways: Talks go on."},
		{"UPDATE wp_term_taxonomy SET parent = 0 WHERE term_id = 3", "category/arms: Talks go on."},
		{"UPDATE wp_users SET user_nicename = 'augusta' WHERE ID = 1", "author/augusta: Strikes stop trains."},
		{"UPDATE wp_posts SET post_password = '' WHERE ID = 5", "author/augusta: With a password. Strikes stop trains."},
		// An import beside a deletion leaves the number of posts as it is, and the latest time.
		{`INSERT INTO wp_posts (post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_name, to_ping, pinged,
			post_modified, post_modified_gmt, post_content_filtered, guid)
			SELECT post_author, '2020-01-01', '2020-01-01', post_content, 'Imported', '', 'imported', '', '', '2020-01-01', '2020-01-01', '',
			'http://localhost:8080/?p=1000' FROM wp_posts WHERE ID = 5`, "author/augusta: With a password. Strikes stop trains. Imported."},
		{"DELETE FROM wp_posts WHERE ID = 5", "author/augusta: Strikes stop trains. Imported."},
	} {
		if _, err := db.ExecContext(t.Context(), change.statement); err != nil {
			t.Fatal(change.statement, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		for !slices.Contains(feeds(t, source), change.want) {
			select {
			case <-ctx.Done():
				t.Fatalf("after %s: no %q in\n%s", change.statement, change.want, strings.Join(feeds(t, source), "\n"))
			case <-time.After(50 * time.Millisecond):
			}
		}
		cancel()
	}
	if len(problems) > 0 {
		t.Error(errors.Join(problems...))
	}
}

// An emptied table retracts nothing until the operator agrees.
func TestEmptiedTableIsRefused(t *testing.T) {
	db := wordPress(t)
	source := newSource(db, "http://localhost:8080/")
	source.OnError = func(error) {}
	before := feeds(t, source)
	if _, err := db.Exec("TRUNCATE wp_posts"); err != nil {
		t.Fatal(err)
	}
	err := source.Reload(t.Context())
	var refused *sqlquery.RetractionError
	if !errors.As(err, &refused) || refused.Retracted != 2 || refused.Visible != 2 {
		t.Fatalf("the error is %v", err)
	}
	if after := feeds(t, source); !slices.Equal(after, before) {
		t.Errorf("the feeds are %q, want %q", after, before)
	}
	signals := make(chan os.Signal, 1)
	signals <- os.Interrupt
	close(signals)
	agree(t.Context(), source, signals)
	if after := feeds(t, source); !slices.Equal(after, []string{"site:"}) {
		t.Errorf("the feeds are %q", after)
	}
}
