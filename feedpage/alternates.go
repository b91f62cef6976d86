package feedpage

import (
	"cmp"
	"context"
	"errors"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/feedlist"
)

// AlternateLink is a link element that announces one feed to browsers and feed readers (HTML,
// section 4.6.7.1 "Link type alternate").
type AlternateLink struct {
	// Title is the feed's title and the name of the format: "Military – Nordic Monitor (Atom)".
	Title string
	// URL is the URL of the feed.
	URL string
	// Scope is the scope of the feed.
	Scope syndicate.Scope
	// Format is the format of the feed.
	Format syndicate.Format
}

// AlternateLinks are the link elements of one page, the most specific feed first.
type AlternateLinks []AlternateLink

// Alternates returns the links for a page that shows the given scopes. It adds the categories
// above them and the whole site, and returns one link for each feed and each format that the site
// publishes.
//
// Deeper categories come first, then tags, then authors, and the whole site last; scopes of equal
// rank keep the order of the arguments. Alternates skips scopes without a feed, so the tags of a
// draft are not revealed. Any other error of source is returned.
//
// Browsers often offer the first link only. To announce a single format, delete the others:
//
//	links, err := feedpage.Alternates(ctx, source, feedpage.ScopesOf(article)...)
//	links = slices.DeleteFunc(links, func(l feedpage.AlternateLink) bool {
//		return l.Format != syndicate.Atom
//	})
//	head := links.HTML()
func Alternates(
	ctx context.Context, source syndicate.Source, scopes ...syndicate.Scope,
) (AlternateLinks, error) {
	var links AlternateLinks
	titles := map[string]bool{}
	for _, scope := range mostSpecificFirst(scopes) {
		feed, err := source.Feed(ctx, scope)
		if none := new(syndicate.ScopeError); errors.As(err, &none) {
			continue
		} else if err != nil {
			return nil, err
		}
		title := feed.Title
		if titles[title] { // for example, a tag and an author with the same name
			title += " – " + scope.String()
		}
		titles[title] = true
		links = append(links, linksOf(&feedlist.Entry{Scope: scope, Title: title, Self: feed.Self})...)
	}
	return links, nil
}

// ScopesOf returns the scopes that a belongs to: those of its categories, tags and authors. Pass
// them to [Alternates] to build the links of the article's page.
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

// HTML returns the link elements for the head of a page, one per line. All text is escaped, so
// the result is safe to insert into an html/template.
func (l AlternateLinks) HTML() template.HTML {
	var b strings.Builder
	attr := func(before, value string) {
		b.WriteString(before)
		b.WriteString(template.HTMLEscapeString(escape.Legal(value)))
	}
	for _, link := range l {
		attr(`<link rel="alternate" type="`, link.Format.MediaType())
		attr(`" title="`, link.Title)
		attr(`" href="`, link.URL)
		b.WriteString("\">\n")
	}
	return template.HTML(b.String())
}

// linksOf returns one link for each format in which the feed is published.
func linksOf(e *feedlist.Entry) (links AlternateLinks) {
	for _, format := range syndicate.Formats() {
		if url := e.Self.For(format); url != "" {
			title := e.Title + " (" + formatNames[format] + ")"
			links = append(links, AlternateLink{Title: title, URL: url, Scope: e.Scope, Format: format})
		}
	}
	return links
}

// mostSpecificFirst returns the scopes, their ancestors and the whole site, each of them once and
// in the order of [Alternates]. Archive pages are replaced by the current feed.
func mostSpecificFirst(scopes []syndicate.Scope) []syndicate.Scope {
	var all []syndicate.Scope
	add := func(scope syndicate.Scope) {
		if !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	for _, scope := range scopes {
		add(scope.Current())
		for _, above := range scope.Current().Ancestors() {
			add(above)
		}
	}
	add(syndicate.Everything())
	slices.SortStableFunc(all, func(a, b syndicate.Scope) int { return cmp.Compare(rank(a), rank(b)) })
	return all
}

// rank is the sort key of a scope: categories by depth, the deepest first, then tags, authors and
// the site.
func rank(scope syndicate.Scope) int {
	switch scope.Kind() {
	case syndicate.KindCategory:
		return -len(scope.Ancestors())
	case syndicate.KindSite:
		return math.MaxInt
	}
	return int(scope.Kind())
}
