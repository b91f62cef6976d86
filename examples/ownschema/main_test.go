package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

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
