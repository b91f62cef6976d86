package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPostsBecomePagesAndFeeds(t *testing.T) {
	out := t.TempDir()
	var stdout strings.Builder
	if err := publish(t.Context(), &stdout, os.DirFS("posts"), out); err != nil {
		t.Fatal(err)
	}
	if want := "2 posts, 3 feeds, 11 files written\n"; stdout.String() != want {
		t.Errorf("printed %q, want %q", stdout.String(), want)
	}

	for name, want := range map[string]string{
		"rss.xml":               `<a href="https://blog.example/tulips/">tulips</a>`,
		"feed.json":             `"summary":"Cut roses before the first frost. See tulips. `,
		"tag/flowers/atom.xml":  "<title>#flowers – Notes on Gardening</title>",
		"roses/index.html":      `href="https://blog.example/tag/winter/feed.json"`,
		"tulips/index.html":     "<li>with the tip up</li>",
		"tag/winter/rss.xml":    "Roses",
		"tag/flowers/feed.json": "Tulips",
	} {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(string(data), want) {
			t.Errorf("%s lacks %q:\n%s", name, want, data)
		}
	}

	// The draft has neither page nor feed.
	for _, name := range []string{"unfinished", "tag/trees"} {
		if _, err := os.Stat(filepath.Join(out, name)); err == nil {
			t.Errorf("%s exists", name)
		}
	}
}
