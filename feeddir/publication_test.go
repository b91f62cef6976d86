package feeddir

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// The publications that the tests publish.

var noon = time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)

// courier is a site with few articles in a feed.
func courier() syndicate.Site {
	return syndicate.Site{URL: "https://courier.example/", Title: "The Courier", Language: "en", Limit: 3}
}

// numbered returns the article of the n-th hour before noon. Its category and tag depend on its
// number.
func numbered(n int) syndicate.Article {
	sections := []syndicate.Category{{Name: "Military"}, {Name: "Extremism"}}
	return syndicate.Article{
		URL:        fmt.Sprintf("/%d/", n),
		Title:      fmt.Sprintf("Number %d", n),
		Content:    fmt.Sprintf("<p>The body of number %d.</p>", n),
		Published:  noon.Add(-time.Duration(n) * time.Hour),
		Authors:    []syndicate.Author{{Name: "Abdullah Bozkurt"}},
		Categories: sections[n&1 : n&1+1],
		Tags:       syndicate.Tags(fmt.Sprintf("Tag %d", (n+300)%3)),
	}
}

func articles(from, to int) (list []syndicate.Article) {
	for n := from; n <= to; n++ {
		list = append(list, numbered(n))
	}
	return list
}

func open(t testing.TB, site syndicate.Site, articles ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return noon }
	return archive
}

// large returns the articles of a publication with 473 scopes: each has a body of 4 KB, 2 of 30
// sections, 6 of 400 tags and one of 42 authors.
func large(count int) []syndicate.Article {
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("military exports report police agreement parliament court budget border council drone ministry")
	sections := make([]*syndicate.Category, 30)
	for i := range sections {
		sections[i] = &syndicate.Category{Name: fmt.Sprintf("Section %d", i)}
	}
	list := make([]syndicate.Article, count)
	for i := range list {
		var body strings.Builder
		for body.Len() < 4<<10 {
			body.WriteString("<p>")
			for range 60 {
				fmt.Fprintf(&body, "%s%d ", words[r.IntN(len(words))], r.IntN(100))
			}
			body.WriteString("</p>\n")
		}
		section, tag := r.IntN(30), r.IntN(400)
		a := syndicate.Article{
			URL:        fmt.Sprintf("/%d/", i),
			Title:      fmt.Sprintf("Number %d", i),
			Summary:    body.String()[3:300],
			Content:    body.String(),
			Published:  noon.Add(-time.Duration(i) * time.Hour),
			Authors:    []syndicate.Author{{Name: fmt.Sprintf("Author %d", r.IntN(42))}},
			Categories: []syndicate.Category{*sections[section], *sections[(section+1)%30]},
		}
		for n := range 6 {
			a.Tags = append(a.Tags, syndicate.Tag{Name: fmt.Sprintf("Tag %d", (tag+n*67)%400)})
		}
		list[i] = a
	}
	return list
}

// tree returns the contents of all regular files below dir by path, without the state folder.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	for path, stat := range files(t, dir) {
		if !strings.HasPrefix(path, stateFolder) && stat[0] == '-' {
			data, err := os.ReadFile(filepath.Join(dir, path))
			require.NoError(t, err)
			contents[path] = string(data)
		}
	}
	return contents
}

// files returns mode, size and time of all files below dir by path, including the state folder.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	stats := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		path, _ = filepath.Rel(dir, path)
		stats[filepath.ToSlash(path)] = fmt.Sprint(info.Mode(), info.Size(), info.ModTime().UnixNano())
		return err
	}))
	return stats
}

// expected returns what the folder should contain: every feed of the source in every format.
func expected(t testing.TB, source syndicate.Source) map[string]string {
	t.Helper()
	contents := map[string]string{}
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		for page := range info.Pages + 1 {
			feed, err := source.Feed(t.Context(), info.Scope.AtPage(page))
			require.NoError(t, err)
			for _, format := range syndicate.Formats() {
				path := source.Publication().Site().Addresses.FeedPath(feed.Scope, format)
				contents[path] = string(feed.Append(nil, format))
			}
		}
	}
	return contents
}

// publish publishes and expects no error.
func publish(t testing.TB, p Folder) Result {
	t.Helper()
	result, err := p.Publish(t.Context())
	require.NoError(t, err)
	return result
}

// write puts a file into the folder, as another program could.
func write(t testing.TB, dir, path, content string) {
	t.Helper()
	path = filepath.Join(dir, path)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}

// steps counts the changes to folders until the test ends.
func steps(t testing.TB) *atomic.Int64 {
	var count atomic.Int64
	step = func(_, _ string) { count.Add(1) }
	t.Cleanup(func() { step = func(_, _ string) {} })
	return &count
}
