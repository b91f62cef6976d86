// Package sitemap makes sitemaps of a publication: of all articles, and of those that Google News
// takes.
//
//	files := []derived.Files{sitemap.Files{}, sitemap.News{}}
//	handler := &feedhttp.Handler{Source: archive, Files: files}
//	folder := feeddir.Folder{Source: archive, Dir: "public", Files: files}
//
// [Files] is an index at "sitemap.xml", with pictures and videos of the articles in the files that
// it lists. [News] is a sitemap of the articles of the last two days at "news-sitemap.xml". Put the
// lines that their methods Robots return into the robots.txt of the host, so that search engines
// find both.
//
// Sitemaps are made of the same Source as the feeds and show the same articles: no draft, nothing
// under embargo, nothing that has expired or was removed. Package feedhttp serves a sitemap anew,
// and package feeddir writes it anew, whenever the feeds that it is made of change, and the sitemap
// of news when an article becomes too old for it.
//
// An article that a sitemap must not list is left out of it, and [syndicate.Site.Warn] is called
// with the reason: a URL on another host than the site's, or longer than 2,048 characters; for
// [News] also a missing title or language.
//
// # Large publications
//
// A file has about 10,000 articles, which come from whole archive pages. Files fill from the
// oldest article, like archive pages, so that a new article changes the last file only, and one
// that is changed, removed or backdated the file that it is in. A file is made in memory: it needs
// a few megabytes, no matter how many articles there are.
//
// Making a file reads its archive pages, 500 of them with the default [syndicate.Site.Limit] of 20.
// With a Limit of 100 or more there are fewer pages to read and to compare.
//
// The formats are specified at https://www.sitemaps.org/protocol.html and, for pictures, videos
// and news, at https://developers.google.com/search/docs/crawling-indexing/sitemaps.
package sitemap

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
)

// ContentType is the Content-Type of sitemaps.
const ContentType = "application/xml; charset=utf-8"

// The rules of the problems that [syndicate.Site.Warn] is called with.
const (
	RuleOtherHost  syndicate.Rule = "on another host than the site"
	RuleLongURL    syndicate.Rule = "URL is longer than 2,048 characters"
	RuleTooMany    syndicate.Rule = "more than a sitemap may have"
	RuleNoLanguage syndicate.Rule = "no language of ISO 639"
)

// Limits of the protocol (sitemaps.org, section "Using Sitemap index files").
const (
	maxURL   = 2048       // characters in the URL of an article
	maxBytes = 50_000_000 // of a file, uncompressed; the protocol allows 52,428,800
	maxIndex = 50_000     // files in an index
)

// ending is the file ending of sitemaps.
const ending = ".xml"

// paths are the paths of one set of files: an index, and what it lists below it.
//
//	sitemap.xml                           the index of the site
//	sitemap/site/page/3.xml               its third file
//	sitemap/site/page/3.2.xml             the second part of the third file
//	sitemap/category/military.xml         the index of a category
//	sitemap/category/military/page/3.xml  its third file
//
// The text between base and ending is that of a scope, with the number of the file as its page.
type paths struct{ base string }

// newPaths returns the paths below that of an index.
func newPaths(given, preset string) paths {
	return paths{strings.TrimSuffix(cmp.Or(strings.Trim(given, "/"), preset), ending)}
}

// of returns the path of a file, or of the index if the scope has no page. Parts count from 1.
func (p paths) of(scope syndicate.Scope, part int) string {
	switch {
	case scope == syndicate.Everything():
		return p.base + ending
	case part > 1:
		return p.base + "/" + scope.String() + "." + strconv.Itoa(part) + ending
	}
	return p.base + "/" + scope.String() + ending
}

// parse is the reverse of of. It returns false for a path that of never returns.
func (p paths) parse(path string) (scope syndicate.Scope, part int, ok bool) {
	if path == p.of(syndicate.Everything(), 1) {
		return syndicate.Everything(), 1, true
	}
	text, below := strings.CutPrefix(path, p.base+"/")
	text, isXML := strings.CutSuffix(text, ending)
	if !below || !isXML {
		return scope, 0, false
	}
	scope, err := syndicate.ParseScope(text)
	if part = 1; err != nil {
		// A slug may have a dot in it, but no text of a scope is one of a page with a part behind
		// it, because the element "page" belongs to pages.
		text, number, _ := cutLast(text, ".")
		part, _ = strconv.Atoi(number)
		if scope, err = syndicate.ParseScope(text); err != nil || scope.Page() == 0 || part < 2 {
			return scope, 0, false
		}
	}
	// The site is not at "sitemap/site.xml", and there are other numbers than "02".
	return scope, part, p.of(scope, part) == path
}

// cutLast is [strings.Cut] around the last sep.
func cutLast(text, sep string) (before, after string, found bool) {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(sep):], true
}

// robots returns the line of robots.txt for the index of the site.
func (p paths) robots(publication *syndicate.Publication) string {
	return "Sitemap: " + address(publication, p.of(syndicate.Everything(), 1)) + "\n"
}

// address returns the URL of a path.
func address(publication *syndicate.Publication, path string) string {
	absolute, err := publication.Resolve((&url.URL{Path: path}).String())
	if err != nil { // of no path that [paths.of] returns
		return ""
	}
	return absolute
}

// listed reports whether a set has the files of a scope: of the site always, and of categories if
// they are wanted.
func listed(scope syndicate.Scope, categories bool) bool {
	return scope.Kind() == syndicate.KindSite || categories && scope.Kind() == syndicate.KindCategory
}

// scopes returns the scopes that a set has files of, with the numbers of their articles. They are
// all read before the first of them is used, because a Source may hold a lock while it lists them.
func scopes(ctx context.Context, source syndicate.Source, categories bool) (all []syndicate.ScopeInfo, err error) {
	for info, err := range source.Scopes(ctx) {
		if err != nil {
			return nil, err
		}
		// They are in the order of the kinds: site, categories, tags, authors. So the rest need not
		// be listed.
		if !listed(info.Scope, categories) {
			break
		}
		all = append(all, info)
	}
	return all, nil
}

var (
	_ derived.Files = Files{}
	_ derived.Files = News{}
)
