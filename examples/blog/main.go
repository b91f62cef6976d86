// Blog turns a folder of Markdown files into a website with feeds. A file such as posts/roses.md
// begins with a few lines about the post, then a blank line and the text:
//
//	title: Roses
//	date: 2026-11-20
//	tags: flowers, winter
//
//	Cut roses **before** the first frost.
//
// The command
//
//	go run ./examples/blog -posts examples/blog/posts -out public
//
// writes a page for each post, public/roses/index.html, a feed of all posts, public/rss.xml, and a
// feed for each tag, public/tag/flowers/rss.xml. Feeds are written in three formats. Another run
// writes only what changed. Upload the folder to any host that serves files.
//
// The example is a separate module, because it needs a Markdown library.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"log"
	"os"
	"path"
	"strings"
	"time"

	"github.com/yuin/goldmark"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedpage"
)

func main() {
	log.SetFlags(0)
	posts := flag.String("posts", "posts", "folder of Markdown files")
	out := flag.String("out", "public", "folder to write to")
	flag.Parse()
	if err := publish(context.Background(), os.Stdout, os.DirFS(*posts), *out); err != nil {
		log.Fatal(err)
	}
}

// publish writes the blog to the folder out.
func publish(ctx context.Context, stdout io.Writer, posts fs.FS, out string) error {
	// The whole site has a feed in any case. Posts have no categories, and there is one author.
	site := syndicate.Site{
		// Relative URLs are resolved against this one.
		URL:      "https://blog.example/",
		Title:    "Notes on Gardening",
		Language: "en",
		// The author of every post that names no other.
		Author: syndicate.Author{Name: "Ada Byron"},
		Kinds:  []syndicate.Kind{syndicate.KindTag},
		// Warn is called with details that were mended, such as a broken link in a post.
		Warn: func(p *syndicate.Problem) { log.Print(p) },
	}
	articles, err := readPosts(posts)
	if err != nil {
		return err
	}
	// The archive knows which posts are to be shown, and in which feeds.
	archive, err := syndicate.NewArchive(site, articles...)
	if err != nil {
		return err
	}
	pages, err := renderPages(ctx, archive, articles)
	if err != nil {
		return err
	}
	// Pages are kept up to date by the same rules as feeds: a page whose post is gone is removed.
	result, err := feeddir.Folder{Source: archive, Dir: out, Extra: pages}.Publish(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%d posts, %d feeds, %d files written\n", len(pages), result.Feeds, result.Written)
	return err
}

// readPosts reads every Markdown file of a folder. The errors of all files are joined.
func readPosts(posts fs.FS) (articles []syndicate.Article, err error) {
	names, err := fs.Glob(posts, "*.md")
	if err != nil {
		return nil, err
	}
	var errs []error // one for each file that cannot be read
	for _, name := range names {
		text, err := fs.ReadFile(posts, name)
		if err != nil {
			return nil, err
		}
		article, err := readPost(strings.TrimSuffix(name, ".md"), string(text))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		articles = append(articles, article)
	}
	return articles, errors.Join(errs...)
}

// readPost makes an article of a file. The summary is left empty: syndicate makes it of the body.
func readPost(slug, text string) (syndicate.Article, error) {
	article := syndicate.Article{URL: "/" + slug + "/"}
	// The first blank line ends the head.
	head, body, found := strings.Cut(text, "\n\n")
	if !found {
		return article, errors.New("no blank line after the head")
	}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		// Tags may have spaces around them: a name is trimmed wherever it is used.
		var err error
		switch strings.TrimSpace(key) {
		case "title":
			article.Title = value
		case "date":
			article.Published, err = time.Parse(time.DateOnly, value)
		case "tags":
			article.Tags = syndicate.Tags(strings.Split(value, ",")...)
		case "draft":
			// A draft is in no feed, and neither is a post with a date in the future.
			article.Draft = value == "true"
		default:
			err = fmt.Errorf("unknown key %q", key)
		}
		if err != nil {
			return article, err
		}
	}
	// Links may be relative to the post's address. Feeds carry absolute ones.
	var html bytes.Buffer
	if err := goldmark.Convert([]byte(body), &html); err != nil {
		return article, err
	}
	article.Content = html.String()
	return article, nil
}

// page is the template of a post's page.
var page = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{.Title}}</title>
{{.Feeds.HTML}}
</head>
<body><h1>{{.Title}}</h1>
{{.Body}}</body>
</html>
`))

// renderPages returns the page of each post that is published. Its head announces the feeds that
// the post is in.
func renderPages(ctx context.Context, source syndicate.Source, articles []syndicate.Article) ([]feeddir.File, error) {
	var pages []feeddir.File
	for _, article := range articles {
		if article.Draft || article.Published.After(time.Now()) {
			continue
		}
		// A tag without a visible post has no feed, and no link is made for it.
		feeds, err := feedpage.Alternates(ctx, source, feedpage.ScopesOf(&article)...)
		if err != nil {
			return nil, err
		}
		var html bytes.Buffer
		// The author's own Markdown is trusted on the author's own pages. In feeds it is cleaned.
		err = page.Execute(&html, map[string]any{
			"Title": article.Title, "Feeds": feeds, "Body": template.HTML(article.Content),
		})
		if err != nil {
			return nil, err
		}
		// "/roses/" becomes the file "roses/index.html".
		name := strings.TrimPrefix(path.Join(article.URL, "index.html"), "/")
		pages = append(pages, feeddir.File{Path: name, Content: html.Bytes()})
	}
	return pages, nil
}
