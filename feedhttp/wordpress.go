package feedhttp

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/absent"
)

// wordPressEndings are the endings that WordPress accepts in the address of a feed, besides the
// canonical one. An ending that contains another one comes first.
var wordPressEndings = []struct {
	ending string
	format syndicate.Format
}{
	{"feed/rss2", syndicate.RSS},
	{"feed/rss", syndicate.RSS},
	{"feed/rdf", syndicate.RSS},
	{"feed/feed", syndicate.RSS},
	{"feed/atom", syndicate.Atom},
	{"feed/json", syndicate.JSON},
	{"feed", syndicate.RSS},
	{"rss2", syndicate.RSS},
	{"rss", syndicate.RSS},
	{"rdf", syndicate.RSS},
	{"atom", syndicate.Atom},
}

// wordPressFiles are the addresses of WordPress's first releases, which it still redirects.
var wordPressFiles = map[string]syndicate.Format{
	"wp-rss.php":  syndicate.RSS,
	"wp-rss2.php": syndicate.RSS,
	"wp-rdf.php":  syndicate.RSS,
	"wp-feed.php": syndicate.RSS,
	"wp-atom.php": syndicate.Atom,
}

// wordPressQueries are the values of the query parameter "feed" with their formats.
var wordPressQueries = map[string]syndicate.Format{
	"feed": syndicate.RSS,
	"rss2": syndicate.RSS,
	"rss":  syndicate.RSS,
	"rdf":  syndicate.RSS,
	"atom": syndicate.Atom,
	"json": syndicate.JSON,
}

// wordPressForm returns the feed that address means in one of WordPress's alternative forms, and
// false if address has none of these forms. The path is that of address below the site's.
func wordPressForm(path string, address *url.URL) (syndicate.Scope, syndicate.Format, bool) {
	if format, ok := wordPressFiles[path]; ok {
		return syndicate.Everything(), format, true
	}
	// First the forms that are a path, then the ones that have the format in the query.
	bare := strings.TrimSuffix(path, "/")
	for _, form := range wordPressEndings {
		folder, ok := strings.CutSuffix(bare, form.ending)
		if !ok || folder != "" && !strings.HasSuffix(folder, "/") {
			continue
		}
		if scope, ok := inWordPressFolder(folder); ok {
			return scope, form.format, true
		}
	}
	format, ok := wordPressFormat(address.RawQuery)
	if bare == "index.php" || bare == "" {
		return syndicate.Everything(), format, ok
	}
	scope, found := inWordPressFolder(bare + "/")
	return scope, format, ok && found
}

// wordPressFormat returns the format that the parameter "feed" of a query names. The last one
// counts, as in PHP.
func wordPressFormat(query string) (format syndicate.Format, ok bool) {
	for name, value := range wordPressParameters(query) {
		if name == "feed" {
			format, ok = wordPressQueries[value]
		}
	}
	return format, ok
}

// inWordPressFolder returns the scope whose feeds are below a folder such as "" or "tag/turkey/".
// It returns false for a folder that is not written in its canonical form.
func inWordPressFolder(folder string) (syndicate.Scope, bool) {
	scope, _, ok := syndicate.WordPress.Parse(folder + "feed/")
	return scope, ok && syndicate.WordPress.FeedPath(scope, syndicate.RSS) == folder+"feed/"
}

// wordPressTerms are the query parameters that name a scope by its slug, and the scope.
var wordPressTerms = map[string]func(slug string) syndicate.Scope{
	"author_name":   syndicate.ByAuthor,
	"category_name": syndicate.InCategory,
	"tag":           syndicate.WithTag,
}

// wordPressNarrowing are the other query parameters with which WordPress does not show all
// articles, but a search, a month, a single article, or a term by the number that only its database
// has. The list holds its public query variables without those that only sort or page.
var wordPressNarrowing = []string{
	"attachment", "attachment_id", "author", "cat", "comments_popup", "day", "embed", "error", "favicon", "hour", "m",
	"minute", "monthnum", "name", "p", "page_id", "pagename", "pb", "post_format", "post_type", "posts", "preview",
	"rest_route", "robots", "s", "search", "second", "sitemap", "static", "subpost", "subpost_id", "taxonomy", "tb",
	"term", "w", "withcomments", "year",
}

// narrows reports whether a query has a parameter with which WordPress shows less than all
// articles.
func narrows(query string) bool {
	for name := range wordPressParameters(query) {
		if wordPressTerms[name] != nil || slices.Contains(wordPressNarrowing, name) {
			return true
		}
	}
	return false
}

// wordPressParameters yields the parameters of a query with their values. It reads the names as PHP
// does: "cat[]" and " cat" are "cat", and "author.name" is "author_name".
func wordPressParameters(query string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for pair := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			name, _, _ = strings.Cut(strings.TrimLeft(unescaped(name), " "), "[")
			if !yield(underscored.Replace(name), unescaped(value)) {
				return
			}
		}
	}
}

// underscored replaces the characters that a name in PHP cannot have.
var underscored = strings.NewReplacer(".", "_", " ", "_")

// unescaped returns a part of a query without escapes, or as it is if an escape is invalid.
func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// narrowed returns the scope that the request's query selects within scope. It returns false if no
// feed has this selection. A scope that is narrower than the whole site is its only selection.
func (x *exchange) narrowed(scope syndicate.Scope, format syndicate.Format) (syndicate.Scope, bool, error) {
	for name, value := range wordPressParameters(x.r.URL.RawQuery) {
		termOf := wordPressTerms[name]
		if termOf == nil {
			if slices.Contains(wordPressNarrowing, name) {
				return scope, false, nil
			}
			continue
		}
		term := termOf(value)
		if term.Kind() == syndicate.KindCategory {
			var err error
			if term, err = x.categoryNamed(term, format); err != nil {
				return scope, false, err
			}
		}
		if scope != syndicate.Everything() && scope != term {
			return scope, false, nil
		}
		scope = term
	}
	return scope, true, nil
}

// categoryNamed returns the scope of the category that WordPress finds by the last elements of its
// path, as in "arms-exports" for "military/arms-exports". It returns term itself if that is a
// category, and if several or none have this name.
//
// The Source is asked for the feed of term first, which costs no more than a request for that feed.
// A name that is none then needs the list of all scopes, which is kept for a while, so that
// requests with random names do not make the Source list its scopes each time.
func (x *exchange) categoryNamed(term syndicate.Scope, format syndicate.Format) (syndicate.Scope, error) {
	ctx := x.r.Context()
	if path := x.p.feedPath(term, format); path != "" {
		exact := target{key{path: path}, subject{scope: term, format: format}}
		_, _, err := x.h.current(ctx, x.p, exact, x.now)
		if err == nil || errors.Is(err, syndicate.ErrMoved) {
			return term, nil
		} else if !absent.Is(err) {
			return term, err
		}
	}
	names, err := x.h.categoryNames(ctx, x.now)
	if err != nil {
		return term, err
	}
	// Categories that have the last element in common may differ in the one before it.
	var found []syndicate.Scope
	for _, category := range names.byLast[lastElement(term)] {
		if strings.HasSuffix(category.Key(), "/"+term.Key()) {
			found = append(found, category)
		}
	}
	if len(found) != 1 {
		return term, nil
	}
	return found[0], nil
}

// lastElement returns the last element of the path of a category.
func lastElement(category syndicate.Scope) string {
	return category.Key()[strings.LastIndexByte(category.Key(), '/')+1:]
}

// categoryNames are the categories of a publication by the last element of their paths.
type categoryNames struct {
	span   uint64 // the period in which they were listed; see Handler.period
	byLast map[string][]syndicate.Scope
}

// categoryNames returns the categories that were listed in the current period. Concurrent calls
// share one list.
func (h *Handler) categoryNames(ctx context.Context, now time.Time) (*categoryNames, error) {
	span := h.period(now)
	if names := h.categories.Load(); names != nil && names.span == span {
		return names, nil
	}
	lookup := h.lookups.DoChan("", func() (_ any, err error) {
		defer recovered(&err)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.timeout())
		defer cancel()
		names := &categoryNames{span, map[string][]syndicate.Scope{}}
		for info, err := range h.Source.Scopes(ctx) {
			if err != nil {
				return nil, err
			}
			if info.Scope.Kind() == syndicate.KindCategory {
				last := lastElement(info.Scope)
				names.byLast[last] = append(names.byLast[last], info.Scope)
			}
		}
		h.categories.Store(names)
		return names, nil
	})
	return await[*categoryNames](ctx, h, lookup)
}
