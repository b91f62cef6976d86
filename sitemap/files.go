package sitemap

import (
	"context"
	"iter"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/internal/absent"
)

// Files are the sitemaps of all articles: an index, and files of about 10,000 articles each. Every
// article has its URL, the time of its last update, its pictures and its videos. The zero value is
// ready to use.
//
// An article's pictures are its Image, those among its Enclosures and those in its body, at most
// 1,000. Its videos are the enclosures whose type begins with "video/". A video needs a picture:
// the Thumbnail of the article's Image, or else the Image.
//
// No element says how important a page is or how often it changes, because search engines ignore
// both.
type Files struct {
	// Path is the path of the index below [syndicate.Site.URL]. The files are below it without its
	// ending: "sitemap/site/page/1.xml". Default: "sitemap.xml".
	Path string
	// Categories adds the sitemaps of each category: an index at "sitemap/category/military.xml",
	// and its files below that. The index of the site does not list them, because its files have
	// all articles. Submit them to a search engine that counts pages by sitemap. Default: false.
	Categories bool
}

// The sizes of files. They are variables for the tests.
var (
	// fileArticles is the number of articles that a file is meant to have.
	fileArticles = 10_000
	// partArticles is the number of articles from which a file is cut into parts. Articles that are
	// added to old archive pages make files longer. The limit of the protocol is 50,000; this one
	// also keeps files with the longest of URLs within maxBytes.
	partArticles = 20_000
)

func (f Files) paths() paths { return newPaths(f.Path, "sitemap.xml") }

// Robots returns the line for the robots.txt of the site's host that names the index, with a line
// break behind it.
func (f Files) Robots(publication *syndicate.Publication) string {
	return f.paths().robots(publication)
}

// List yields the indexes and all files. It implements [derived.Files].
func (f Files) List(ctx context.Context, source syndicate.Source) iter.Seq2[derived.File, error] {
	return func(yield func(derived.File, error) bool) {
		all, err := scopes(ctx, source, f.Categories)
		for _, info := range all {
			var s *shape
			if s, err = shapeOf(ctx, source, info.Scope); err != nil {
				break
			}
			// A category may have lost its last article since it was listed.
			if s == nil {
				continue
			}
			if !yield(f.index(source, s), nil) {
				return
			}
			for number, parts := range s.files(ctx, source, info.Count, &err) {
				for part := 1; part <= parts; part++ {
					if !yield(f.file(source, s, number, part), nil) {
						return
					}
				}
			}
		}
		if err != nil {
			yield(derived.File{}, err)
		}
	}
}

// Find returns the index or file with a path. It implements [derived.Files].
func (f Files) Find(ctx context.Context, source syndicate.Source, path string) (derived.File, error) {
	scope, part, ok := f.paths().parse(path)
	if !ok || !listed(scope, f.Categories) {
		return derived.File{}, absent.Error(scope)
	}
	s, err := shapeOf(ctx, source, scope.Current())
	// Pages of a scope stand for files here.
	switch number := scope.Page(); {
	case err != nil:
		return derived.File{}, err
	case s == nil || number > s.count():
		return derived.File{}, absent.Error(scope)
	case number == 0:
		return f.index(source, s), nil
	case part > 1:
		if n, err := s.articles(ctx, source, number); err != nil || part > partsOf(n) {
			return derived.File{}, orNotFound(err, scope)
		}
	}
	return f.file(source, s, scope.Page(), part), nil
}

// index returns the index of a scope. It changes with the number of files, and with the time at
// which the last one changed.
func (f Files) index(source syndicate.Source, s *shape) derived.File {
	return derived.File{
		Path: f.paths().of(s.scope, 1), ContentType: ContentType, Scope: s.scope, Exact: true,
		Modified: s.current.Modified, NextChange: s.current.NextChange,
		Append: func(ctx context.Context, dst []byte) ([]byte, error) {
			count, err := countOf(ctx, source, s.scope)
			if err != nil {
				return dst, err
			}
			d := newDocument(dst, source.Publication(), "sitemapindex")
			for number, parts := range s.files(ctx, source, count, &err) {
				// When an older file changed is not known without reading its pages.
				var changed time.Time
				if number == s.count() {
					changed = s.current.Modified
				}
				for part := 1; part <= parts; part++ {
					d.sitemap(f.paths().of(s.scope.AtPage(number), part), changed)
				}
			}
			if err != nil {
				return dst, err
			}
			return d.bytes(), nil
		},
	}
}

// file returns a part of a file. Older files are made of archive pages alone; the last one also of
// the current feed, whose version changes when a page is added.
func (f Files) file(source syndicate.Source, s *shape, number, part int) derived.File {
	first, last := s.pages(number)
	file := derived.File{
		Path: f.paths().of(s.scope.AtPage(number), part), ContentType: ContentType, Exact: true,
		Scope: s.scope, FirstPage: first, LastPage: last,
		Modified: s.current.Modified, NextChange: s.current.NextChange,
		Append: func(ctx context.Context, dst []byte) ([]byte, error) {
			d := newDocument(dst, source.Publication(), "urlset", imageSpace, videoSpace)
			d.skip, d.most = (part-1)*partArticles, partArticles
			for a, err := range s.oldestFirst(ctx, source, number) {
				if err != nil {
					return dst, err
				}
				d.article(a)
			}
			d.orElse(s.current.URL)
			return d.bytes(), nil
		},
	}
	if number < s.count() {
		file.Scope, file.FirstPage = s.scope.AtPage(first), first+1
	}
	return file
}

// orNotFound returns err, or the error for a file that does not exist if err is nil.
func orNotFound(err error, scope syndicate.Scope) error {
	if err != nil {
		return err
	}
	return absent.Error(scope)
}
