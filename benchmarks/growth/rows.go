package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/benchmarks"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/feeddir"
)

// row is a line of the table: something whose cost for each unit must not grow.
type row struct {
	what, unit string
	sizes      []int // each ten times the one before it, unless the last is the limit of the row
	// prepare returns an operation for a size.
	prepare func(size int) operation
	// once is true if the operation may run once only for each prepare.
	once bool
}

// operation is what is measured.
type operation struct {
	run   func()
	units int    // 0 for the size
	end   func() // nil for nothing
}

// steps returns sizes from first to last, in steps of ten.
func steps(first, last int) (sizes []int) {
	for size := first; size < last; size *= 10 {
		sizes = append(sizes, size)
	}
	return append(sizes, last)
}

var ctx = context.Background()

func site(limit int) syndicate.Site {
	s := benchmarks.Site(limit)
	s.MaxBody = 1 << 30
	s.Tombstones = 10 * 365 * 24 * time.Hour
	return s
}

// articles returns n articles with a short body. give may change each.
func articles(n int, give func(i int, a *syndicate.Article)) []syndicate.Article {
	list := make([]syndicate.Article, n)
	for i := range list {
		list[i] = syndicate.Article{
			URL:       fmt.Sprintf("https://news.example.org/%d/", i),
			Title:     fmt.Sprintf("Article number %d", i),
			Content:   "<p>Ankara and Baku have <a href=\"https://news.example.org/agreement/\">amended an agreement</a>.</p>",
			Published: benchmarks.Now.Add(time.Duration(i-n) * time.Minute),
		}
		if give != nil {
			give(i, &list[i])
		}
	}
	return list
}

func open(limit int, list []syndicate.Article) *syndicate.Archive {
	archive, err := syndicate.NewArchive(site(limit), list...)
	check(err)
	archive.Clock = func() time.Time { return benchmarks.Now }
	return archive
}

func feed(source syndicate.Source, scope syndicate.Scope) *syndicate.Feed {
	f, err := source.Feed(ctx, scope)
	check(err)
	return f
}

// scopes lists all feeds and returns how many there are.
func scopes(source syndicate.Source) (n int) {
	for _, err := range source.Scopes(ctx) {
		check(err)
		n++
	}
	return n
}

// write writes a feed in all formats.
func write(f *syndicate.Feed, buffer []byte) []byte {
	for _, format := range syndicate.Formats() {
		buffer = f.Append(buffer[:0], format)
	}
	return buffer
}

// numbered returns a tag that no other number has.
func numbered(i int) syndicate.Tag { return syndicate.Tag{Name: fmt.Sprint("Subject ", i)} }

// body returns HTML with about this many bytes of text, links and emphasis.
func body(size int) string {
	const paragraph = `<p>Ankara and Baku have <a href="https://news.example.org/%d/">amended an agreement</a> on &amp; ` +
		`about <em>police</em>, and officials in the ministry said that its görüşmeler go on.</p>` + "\n"
	var b strings.Builder
	b.Grow(size + len(paragraph))
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, paragraph, i)
	}
	return b.String()
}

// rows are all lines of the table.
var rows = []row{
	{what: "articles in a feed: make and encode it in three formats", unit: "article", sizes: steps(100, 100_000), once: true,
		prepare: func(n int) operation {
			archive := open(n, articles(n, nil))
			archive.NextChange()
			return operation{run: func() { write(feed(archive, syndicate.Everything()), nil) }}
		}},
	{what: "articles in a feed: append it once more", unit: "article", sizes: steps(100, 100_000),
		prepare: func(n int) operation {
			archive := open(n, articles(n, nil))
			buffer := write(feed(archive, syndicate.Everything()), nil)
			return operation{run: func() { buffer = write(feed(archive, syndicate.Everything()), buffer) }}
		}},
	{what: "articles in a feed that was filled by hand: append it", unit: "article", sizes: steps(100, 100_000),
		prepare: func(n int) operation {
			f := &syndicate.Feed{Title: "By hand", URL: "https://news.example.org/", ID: "https://news.example.org/"}
			for _, a := range articles(n, nil) {
				a.ID = a.URL
				f.Articles = append(f.Articles, &a)
			}
			buffer := write(f, nil)
			return operation{run: func() { buffer = write(f, buffer) }}
		}},
	{what: "body of an article: from NewArchive to feeds in three formats", unit: "KB", sizes: []int{10, 100, 1000, 10_000}, once: true,
		prepare: func(kb int) operation {
			list := articles(1, func(_ int, a *syndicate.Article) { a.Content = body(kb << 10) })
			return operation{run: func() { write(feed(open(1, list), syndicate.Everything()), nil) }}
		}},
	{what: "body of an article: append its feed once more", unit: "KB", sizes: []int{10, 100, 1000, 10_000},
		prepare: func(kb int) operation {
			archive := open(1, articles(1, func(_ int, a *syndicate.Article) { a.Content = body(kb << 10) }))
			buffer := write(feed(archive, syndicate.Everything()), nil)
			return operation{run: func() { buffer = write(feed(archive, syndicate.Everything()), buffer) }}
		}},
	{what: "body: clean it, when it is clean", unit: "KB", sizes: []int{10, 100, 1000, 10_000},
		prepare: func(kb int) operation {
			text := body(kb << 10)
			var buffer []byte
			return operation{run: func() { buffer, _ = cleanhtml.Policy{}.Append(buffer[:0], text, "https://news.example.org/a/") }}
		}},
	{what: "body: clean it, when every paragraph must be mended", unit: "KB", sizes: []int{10, 100, 1000, 10_000},
		prepare: func(kb int) operation {
			text := strings.ReplaceAll(body(kb<<10), "</em>", "<script>x</script>")
			var buffer []byte
			return operation{run: func() { buffer, _ = cleanhtml.Policy{}.Append(buffer[:0], text, "https://news.example.org/a/") }}
		}},
	// An article has at most 1,000 tags; the others of 5,000 are left out.
	{what: "tags of an article, 5,000 of all articles together: from NewArchive to the list of feeds", unit: "tag", sizes: []int{5, 50, 500, 5000}, once: true,
		prepare: func(n int) operation {
			const all = 5000
			list := articles(all/n, func(i int, a *syndicate.Article) {
				for t := range n {
					a.Tags = append(a.Tags, numbered(i*n+t))
				}
			})
			return operation{run: func() { scopes(open(20, list)) }, units: all}
		}},
	{what: "tags in use, one for each article: from NewArchive to the list of feeds", unit: "tag", sizes: steps(200, 200_000), once: true,
		prepare: func(n int) operation {
			list := articles(n, func(i int, a *syndicate.Article) { a.Tags = []syndicate.Tag{numbered(i)} })
			return operation{run: func() { scopes(open(20, list)) }}
		}},
	{what: "authors, one for each article: from NewArchive to the list of feeds", unit: "author", sizes: steps(200, 200_000), once: true,
		prepare: func(n int) operation {
			list := articles(n, func(i int, a *syndicate.Article) {
				a.Authors = []syndicate.Author{{Name: fmt.Sprint("Author ", i)}}
			})
			return operation{run: func() { scopes(open(20, list)) }}
		}},
	{what: "articles under embargo: from NewArchive to the site's feed", unit: "article", sizes: steps(200, 200_000), once: true,
		prepare: func(n int) operation {
			list := articles(n, func(i int, a *syndicate.Article) { a.Published = benchmarks.Now.Add(time.Duration(i+1) * time.Minute) })
			return operation{run: func() { write(feed(open(20, list), syndicate.Everything()), nil) }}
		}},
	{what: "embargoes that end, one after the other, with a feed after each 100", unit: "article", sizes: steps(200, 200_000), once: true,
		prepare: func(n int) operation {
			archive := open(20, articles(n, func(i int, a *syndicate.Article) {
				a.Published = benchmarks.Now.Add(time.Duration(i+1) * time.Minute)
			}))
			now := benchmarks.Now
			archive.Clock = func() time.Time { return now }
			feed(archive, syndicate.Everything())
			return operation{run: func() {
				for range n / 100 {
					now = now.Add(100 * time.Minute)
					feed(archive, syndicate.Everything())
				}
			}}
		}},
	{what: "tombstones: remove all articles and write the site's feed", unit: "article", sizes: steps(200, 200_000), once: true,
		prepare: func(n int) operation {
			list := articles(n, nil)
			archive := open(20, list)
			feed(archive, syndicate.Everything())
			ids := make([]string, n)
			for i := range list {
				ids[i] = list[i].URL
			}
			return operation{run: func() {
				check(archive.Remove(ids...))
				write(feed(archive, syndicate.Everything()), nil)
			}}
		}},
	{what: "articles with one address and different ids: from NewArchive to the site's feed", unit: "article", sizes: steps(200, 200_000), once: true,
		prepare: func(n int) operation {
			list := articles(n, func(i int, a *syndicate.Article) { a.ID, a.URL = a.URL, "https://news.example.org/live/" })
			return operation{run: func() { write(feed(open(20, list), syndicate.Everything()), nil) }}
		}},
	{what: "articles with one id: all but one are refused", unit: "article", sizes: steps(200, 200_000), once: true,
		prepare: func(n int) operation {
			list := articles(n, func(_ int, a *syndicate.Article) { a.ID = "post-1" })
			return operation{run: func() {
				if _, err := syndicate.NewArchive(site(20), list...); err == nil {
					check(fmt.Errorf("%d articles have one id, and none was refused", n))
				}
			}}
		}},
	{what: "scopes, five for each article: from NewArchive to the list of feeds", unit: "scope", sizes: steps(500, 500_000), once: true,
		prepare: func(n int) operation {
			list := fiveTags(n)
			return operation{run: func() { scopes(open(20, list)) }}
		}},
	{what: "scopes: list them once more", unit: "scope", sizes: steps(500, 500_000),
		prepare: func(n int) operation {
			archive := open(20, fiveTags(n))
			scopes(archive)
			return operation{run: func() { scopes(archive) }}
		}},
	{what: "scopes: add an article to one of them, and get its feed", unit: "article", sizes: steps(500, 500_000), once: true,
		prepare: func(n int) operation {
			archive := open(20, fiveTags(n))
			scopes(archive)
			more := articles(100, func(i int, a *syndicate.Article) {
				a.URL += "late/"
				a.Tags = []syndicate.Tag{numbered(i * (n / 100))}
			})
			return operation{run: func() {
				for _, a := range more {
					check(archive.Add(a))
					feed(archive, a.Tags[0].Scope())
				}
			}, units: len(more)}
		}},
	{what: "feeddir: publish scopes of which none has changed", unit: "scope", sizes: steps(100, 100_000),
		prepare: func(n int) operation {
			dir, err := os.MkdirTemp("", "growth")
			check(err)
			s := site(20)
			s.Formats = []syndicate.Format{syndicate.RSS}
			archive, err := syndicate.NewArchive(s, fiveTags(n)...)
			check(err)
			archive.Clock = func() time.Time { return benchmarks.Now }
			publish := func() {
				_, err := feeddir.Folder{Source: archive, Dir: dir}.Publish(ctx)
				check(err)
			}
			publish()
			return operation{run: publish, end: func() { check(os.RemoveAll(dir)) }}
		}},
}

// fiveTags returns articles that have n tags together, each five that no other article has.
func fiveTags(n int) []syndicate.Article {
	return articles(n/5, func(i int, a *syndicate.Article) {
		for t := range 5 {
			a.Tags = append(a.Tags, numbered(5*i+t))
		}
	})
}
