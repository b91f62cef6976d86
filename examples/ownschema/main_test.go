package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/syndicate-go/syndicate"
)

func TestFeedsOfOwnTables(t *testing.T) {
	ctx := t.Context()
	db, err := open(ctx, filepath.Join(t.TempDir(), "cms.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	source := newSource(db)

	var scopes []string
	for info, err := range source.Scopes(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		scopes = append(scopes, info.Scope.String())
	}
	want := []string{"site", "category/world", "category/world/europe", "tag/strikes", "tag/trains", "author/ada-byron"}
	if !slices.Equal(scopes, want) {
		t.Errorf("the feeds are %q, want %q", scopes, want)
	}

	titles := func() (titles []string) {
		feed, err := source.Feed(ctx, syndicate.InCategory("world"))
		if err != nil {
			t.Fatal(err)
		}
		for _, article := range feed.Articles {
			if !strings.HasPrefix(article.ID, "post-") {
				t.Errorf("the id is %q", article.ID)
			}
			titles = append(titles, article.Title)
		}
		return titles
	}
	if got := titles(); !slices.Equal(got, []string{"Strikes stop trains"}) {
		t.Errorf("the draft is hidden, got %q", got)
	}
	if _, err := db.ExecContext(ctx, "UPDATE posts SET status = 'public', changed = changed + 60 WHERE id = 2"); err != nil {
		t.Fatal(err)
	}
	if err := source.Reload(ctx); err != nil {
		t.Fatal(err)
	}
	if got := titles(); !slices.Equal(got, []string{"Talks begin", "Strikes stop trains"}) {
		t.Errorf("after the publication: %q", got)
	}
}

// A change of any table is in the feeds at the next request.
func TestEveryChangeIsPublished(t *testing.T) {
	ctx := t.Context()
	db, err := open(ctx, filepath.Join(t.TempDir(), "cms.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	source := newSource(db)
	source.Refresh, source.Stale = time.Nanosecond, -1 // each request reads what has changed
	for _, change := range []struct {
		statement string
		scope     syndicate.Scope
		title     string
	}{
		{"INSERT INTO labels VALUES (1, 3, 'Friday')", syndicate.WithTag("friday"), "Strikes stop trains"},
		{"UPDATE labels SET label = 'Saturday' WHERE position = 3", syndicate.WithTag("saturday"), "Strikes stop trains"},
		{"UPDATE sections SET name = 'Asia' WHERE id = 2", syndicate.InCategory("world/asia"), "Strikes stop trains"},
		{"UPDATE writers SET full_name = 'Augusta King'", syndicate.ByAuthor("augusta-king"), "Strikes stop trains"},
		{"INSERT INTO posts SELECT 3, 'old', 'Imported', html, section, writer, status, 1000000000, 1000000000 FROM posts WHERE id = 1; " +
			"DELETE FROM posts WHERE id = 1", syndicate.Everything(), "Imported"},
	} {
		if _, err := source.Feed(ctx, syndicate.Everything()); err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(ctx, change.statement); err != nil {
			t.Fatal(err)
		}
		feed, err := source.Feed(ctx, change.scope)
		if err != nil {
			t.Errorf("after %s: %v", change.statement, err)
		} else if got := feed.Articles[0].Title; got != change.title {
			t.Errorf("after %s: %q, want %q", change.statement, got, change.title)
		}
	}
}
