package feedpage

import (
	"cmp"
	"context"
	"errors"
	"html/template"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/feedlist"
)

// Link is a link element by which a page tells of a feed (HTML, section 4.6.7.1 "Link type alternate").
type Link struct {
	Title  string // the feed's, and the format where there are several: "Military – Nordic Monitor (Atom)"
	URL    string // the feed's address
	Scope  syndicate.Scope
	Format syndicate.Format
}

// Links are those of one page, most specific first.
type Links []Link

// Alternates returns the links for a page that shows these scopes, in every format: the given ones, the
// categories above them, and the whole site at the end. Deeper categories come first, then tags and
// authors; what is alike stays in the order given. A scope that has no feed is left out, so drafts' tags
// do not show. The error is the Source's.
//
//	links, err := feedpage.Alternates(ctx, source, feedpage.ScopesOf(article)...)
//	links = slices.DeleteFunc(links, func(l feedpage.Link) bool { return l.Format != syndicate.Atom })
//	head := links.HTML()
func Alternates(ctx context.Context, source syndicate.Source, scopes ...syndicate.Scope) (Links, error) {
	var links Links
	titles := map[string]bool{}
	for _, scope := range mostSpecificFirst(scopes) {
		feed, err := source.Feed(ctx, scope)
		if none := new(syndicate.ScopeError); errors.As(err, &none) {
			continue
		} else if err != nil {
			return nil, err
		}
		e := &feedlist.Entry{Scope: scope, Title: feed.Title, Self: feed.Self}
		if titles[e.Title] { // a tag and an author of the same name, perhaps
			e.Title += " – " + scope.String()
		}
		titles[e.Title] = true
		links = append(links, linksOf(e)...)
	}
	return links, nil
}

// ScopesOf returns what an article belongs to, for [Alternates]: its categories, tags and authors.
func ScopesOf(a *syndicate.Article) (scopes []syndicate.Scope) {
	for _, c := range a.Categories {
		scopes = append(scopes, c.Scope())
	}
	for _, t := range a.Tags {
		scopes = append(scopes, t.Scope())
	}
	for _, author := range a.Authors {
		scopes = append(scopes, author.Scope())
	}
	return scopes
}

// HTML returns the link elements, one on each line, for the head of a page.
func (l Links) HTML() template.HTML {
	var b strings.Builder
	for _, link := range l {
		for i, part := range []string{link.Format.MediaType(), link.Title, link.URL} {
			b.WriteString([...]string{`<link rel="alternate" type="`, `" title="`, `" href="`}[i])
			b.WriteString(template.HTMLEscapeString(escape.Legal(part)))
		}
		b.WriteString("\">\n")
	}
	return template.HTML(b.String())
}

func linksOf(e *feedlist.Entry) (links Links) {
	for _, format := range syndicate.Formats {
		if e.Self[format] != "" {
			links = append(links, Link{e.Title + " (" + formatNames[format] + ")", e.Self[format], e.Scope, format})
		}
	}
	return links
}

// mostSpecificFirst returns each of the scopes once, with those above them.
func mostSpecificFirst(scopes []syndicate.Scope) []syndicate.Scope {
	var all []syndicate.Scope
	add := func(scope syndicate.Scope) {
		if !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	for _, scope := range scopes {
		add(scope.Current())
		for _, above := range slices.Backward(scope.Ancestors()) {
			add(above.Current())
		}
	}
	add(syndicate.Everything())
	slices.SortStableFunc(all, func(a, b syndicate.Scope) int { return cmp.Compare(rank(a), rank(b)) })
	return all
}

// rank orders scopes: categories by depth, deepest first, tags, authors, the site.
func rank(scope syndicate.Scope) int {
	switch scope.Kind() {
	case syndicate.KindCategory:
		return -len(scope.Ancestors())
	case syndicate.KindSite:
		return 100
	}
	return int(scope.Kind())
}
