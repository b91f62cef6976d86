package feeddir_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
)

var (
	ctx  = context.Background()
	site = syndicate.Site{URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en"}
	noon = time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)
)

func archive() *syndicate.Archive {
	archive, _ := syndicate.NewArchive(site, syndicate.Article{
		URL: "/a/", Title: "Turkey may send its police to Azerbaijan", Published: noon,
		Tags: syndicate.Tags("Azerbaijan"),
	}, syndicate.Article{
		URL: "/b/", Title: "To come", Published: noon.Add(24 * time.Hour),
		Tags: syndicate.Tags("Turkey"),
	})
	archive.Clock = func() time.Time { return noon }
	return archive
}

// One line writes all feeds to a folder.
func ExamplePublish() {
	dir, _ := os.MkdirTemp("", "public")
	defer os.RemoveAll(dir)
	fmt.Println(feeddir.Publish(ctx, dir, archive()))
	paths, _ := filepath.Glob(dir + "/tag/*/*")
	for _, path := range paths {
		fmt.Println(filepath.ToSlash(path[len(dir):]))
	}
	// Output:
	// <nil>
	// /tag/azerbaijan/atom.xml
	// /tag/azerbaijan/feed.json
	// /tag/azerbaijan/rss.xml
}

// A Folder can also write additional files and compressed copies. The Result says what has changed
// and when to run again.
func ExampleFolder() {
	dir, _ := os.MkdirTemp("", "public")
	defer os.RemoveAll(dir)
	p := feeddir.Folder{
		Source: archive(),
		Dir:    dir,
		Gzip:   true,
		Extra: []feeddir.File{
			{Path: "feeds.opml", Append: opml.Append},
			{Path: "feeds/index.html", Append: feedpage.Index{OPML: "/feeds.opml"}.Append},
			{Path: "feeds.css", Content: []byte(feedpage.Stylesheet)},
		},
	}
	for range 2 {
		result, err := p.Publish(ctx)
		fmt.Println(result.Feeds, "feeds,", result.Written, "files written,", result.Unchanged, "unchanged;", err)
		fmt.Println("again at", result.NextChange)
	}
	// Output:
	// 2 feeds, 18 files written, 0 unchanged; <nil>
	// again at 2022-03-31 12:00:00 +0000 UTC
	// 2 feeds, 0 files written, 18 unchanged; <nil>
	// again at 2022-03-31 12:00:00 +0000 UTC
}

// A progress bar for large publications: 20,000 articles make 30,000 files.
func ExampleFolder_progress() {
	dir, _ := os.MkdirTemp("", "public")
	defer os.RemoveAll(dir)
	p := feeddir.Folder{Source: archive(), Dir: dir, Progress: func(p feeddir.Progress) {
		const width = 20
		filled := p.Done * width / p.Total
		fmt.Printf("[%-*.*s] %d of %d\n", width, filled, "####################", p.Done, p.Total) // "\r" on a terminal
	}}
	_, err := p.Publish(ctx)
	fmt.Println(err)
	// Output:
	// [##########          ] 1 of 2
	// [####################] 2 of 2
	// <nil>
}

// broken is a Source that fails for one feed.
type broken struct{ syndicate.Source }

func (b broken) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if scope.Kind() == syndicate.KindTag {
		return nil, errors.New("connection reset by peer")
	}
	return b.Source.Feed(ctx, scope)
}

// A feed that fails keeps its files, and all others are published.
func ExampleError() {
	dir, _ := os.MkdirTemp("", "public")
	defer os.RemoveAll(dir)
	err := feeddir.Publish(ctx, dir, broken{archive()})
	fmt.Println(err)
	var which *feeddir.Error
	if errors.As(err, &which) {
		fmt.Println(which.Scope)
	}
	// Output:
	// feeddir: tag/azerbaijan: connection reset by peer
	// tag/azerbaijan
}
