package sitemap

import (
	"context"
	"iter"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/internal/absent"
	"github.com/syndicate-go/syndicate/internal/date"
)

// News is the sitemap for Google News: the articles that were published in the last two days, with
// title, language and date. It exists even without such articles. With more than 1,000 articles it
// is an index of several files. The zero value is ready to use.
//
// The date is [syndicate.Article.Published], not that of an update. The language is that of the
// article, or else of the feed: of ISO 639, and "zh-cn" or "zh-tw" for Chinese. An article without
// a title or a language is left out, because both are required.
type News struct {
	// Path is the path below [syndicate.Site.URL]. The files of an index are below it without its
	// ending: "news-sitemap/site/page/1.xml". Default: "news-sitemap.xml".
	Path string
	// Name is the name of the publication as it appears on Google News. A part in parentheses is
	// removed, as Google requires. Default: [syndicate.Site.Title].
	Name string
	// Categories adds a sitemap for each category: "news-sitemap/category/military.xml". Default:
	// false.
	Categories bool
	// Clock returns the current time. Set that of the Archive here if it has one. Default:
	// time.Now.
	Clock func() time.Time
}

const (
	newsAge = 48 * time.Hour
	maxNews = 1_000 // articles in a file
)

func (n News) paths() paths { return newPaths(n.Path, "news-sitemap.xml") }

func (n News) now() time.Time {
	if n.Clock != nil {
		return n.Clock()
	}
	return time.Now()
}

// Robots returns the line for the robots.txt of the site's host that names the sitemap, with a line
// break behind it.
func (n News) Robots(publication *syndicate.Publication) string { return n.paths().robots(publication) }

// List yields the sitemaps. It implements [derived.Files].
func (n News) List(ctx context.Context, source syndicate.Source) iter.Seq2[derived.File, error] {
	return func(yield func(derived.File, error) bool) {
		all, err := scopes(ctx, source, n.Categories)
		for _, info := range all {
			var w *window
			if w, err = n.window(ctx, source, info.Scope); err != nil {
				break
			}
			for number := 0; w != nil && number <= w.below(); number++ {
				if !yield(n.file(source, w, number), nil) {
					return
				}
			}
		}
		if err != nil {
			yield(derived.File{}, err)
		}
	}
}

// Find returns the sitemap with a path. It implements [derived.Files].
func (n News) Find(ctx context.Context, source syndicate.Source, path string) (derived.File, error) {
	scope, part, ok := n.paths().parse(path)
	if !ok || part > 1 || !listed(scope, n.Categories) {
		return derived.File{}, absent.Error(scope)
	}
	w, err := n.window(ctx, source, scope.Current())
	// Without an index there are no files below it.
	if err != nil || w == nil || scope.Page() > w.below() {
		return derived.File{}, orNotFound(err, scope)
	}
	return n.file(source, w, scope.Page()), nil
}

// window is what the articles of the last two days are on.
type window struct {
	current     *syndicate.Feed
	first, last int       // archive pages
	count       int       // articles
	modified    time.Time // when the last article left or changed
	next        time.Time // when the next one leaves, or the feed changes
}

// below returns the number of files below an index, 0 if the sitemap is in one file.
func (w *window) below() int {
	if w.count <= maxNews {
		return 0
	}
	return (w.count + maxNews - 1) / maxNews
}

// window returns the window of a scope, nil if the scope has no feed.
func (n News) window(ctx context.Context, source syndicate.Source, scope syndicate.Scope) (*window, error) {
	current, err := feedOf(ctx, source, scope)
	if current == nil || err != nil {
		return nil, err
	}
	w := &window{current: current, modified: current.Modified, next: current.NextChange}
	if w.last, err = derived.LastPage(ctx, source, current); err != nil {
		return nil, err
	}
	name, now := n.name(source.Publication()), n.now()
	d := newDocument(nil, source.Publication(), "urlset")
	d.silent = true
	// An article may still be filed on the page below those that have such articles. So that page
	// counts too.
	w.first = w.last
	for a, err := range derived.Articles(ctx, source, scope) {
		if err != nil {
			return nil, err
		}
		leaves := a.Published.Add(newsAge)
		if !leaves.After(now) {
			w.modified = date.Later(w.modified, leaves)
			break
		}
		if page := a.Feed.Scope.Page(); page > 0 {
			w.first = min(w.first, page)
		}
		w.next = date.Earlier(w.next, leaves)
		d.news(a, name)
	}
	w.first, w.count = max(1, w.first-1), d.found
	return w, nil
}

// file returns the sitemap of a window, or one of the files below it.
func (n News) file(source syndicate.Source, w *window, number int) derived.File {
	scope := w.current.Scope.Current()
	return derived.File{
		Path: n.paths().of(scope.AtPage(number), 1), ContentType: ContentType, Exact: true,
		Scope: scope, FirstPage: w.first, LastPage: w.last, Modified: w.modified, NextChange: w.next,
		Append: func(ctx context.Context, dst []byte) ([]byte, error) {
			if files := w.below(); number == 0 && files > 0 {
				d := newDocument(dst, source.Publication(), "sitemapindex")
				for below := 1; below <= files; below++ {
					d.sitemap(n.paths().of(scope.AtPage(below), 1), w.modified)
				}
				return d.bytes(), nil
			}
			d := newDocument(dst, source.Publication(), "urlset", newsSpace)
			d.skip, d.most = max(0, number-1)*maxNews, maxNews
			name, now := n.name(source.Publication()), n.now()
			for a, err := range derived.Articles(ctx, source, scope) {
				if err != nil {
					return dst, err
				}
				if !a.Published.Add(newsAge).After(now) {
					break
				}
				d.news(a, name)
			}
			d.orElse(w.current.URL)
			return d.bytes(), nil
		},
	}
}

// name returns the name of the publication without what is in parentheses.
func (n News) name(publication *syndicate.Publication) string {
	given := strings.TrimSpace(n.Name)
	if given == "" {
		given = publication.Site().Title
	}
	var name strings.Builder
	// Parentheses may be nested, and those of Chinese and Japanese are wider.
	depth := 0
	for _, r := range given {
		switch {
		case r == '(' || r == '（':
			depth++
		case (r == ')' || r == '）') && depth > 0:
			depth--
		case depth == 0:
			name.WriteRune(r)
		}
	}
	if without := strings.Join(strings.Fields(name.String()), " "); without != "" {
		return without
	}
	return given
}

// news lists an article for Google News, unless it lacks what is required.
func (d *document) news(a derived.Shown, name string) {
	title := strings.TrimSpace(a.Title)
	if title == "" {
		d.warn(a.Article, "Title", "", syndicate.RuleMissing, "left out; "+newsSitemaps+", news:title")
		return
	}
	// The language is that of the article, which need not be the publication's.
	given := a.Language
	if given == "" {
		given = a.Feed.Language
	}
	code := newsLanguage(given)
	if code == "" {
		d.warn(a.Article, "Language", given, RuleNoLanguage, "left out; "+newsSitemaps+", news:language")
		return
	}
	loc := d.location(a.Article)
	if loc == "" {
		return
	}
	w := d.writer
	w.Break()
	w.Start("url")
	w.Markup("loc", loc)
	w.Start("news:news")
	w.Start("news:publication")
	w.Markup("news:name", name)
	w.Markup("news:language", code)
	w.End()
	w.RFC3339("news:publication_date", a.Published)
	w.Markup("news:title", title)
	w.End()
	w.End()
}

// newsLanguage returns the code of ISO 639 for a BCP 47 tag, in two letters if there is such a code
// and else in three. Chinese is "zh-cn" in simplified characters and "zh-tw" in traditional ones.
// It returns "" for a tag without a language.
func newsLanguage(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	base, confidence := parsed.Base()
	code := base.String()
	switch {
	case confidence != language.Exact || code == "und" || code == "mul" || code == "zxx":
		return ""
	case code == "zh" || code == "cmn":
		// The script of a tag without one follows from the region: Taiwan, Hong Kong and Macao
		// write traditional characters.
		if script, _ := parsed.Script(); script.String() == "Hant" {
			return "zh-tw"
		}
		return "zh-cn"
	}
	return code
}
