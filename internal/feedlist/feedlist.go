// Package feedlist reads which feeds a publication has, for those that show all of them at once: OPML and
// the page for people. Categories are nested as they are, each below the nearest ancestor.
package feedlist

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// List is every feed of a publication, current ones without their archive pages.
type List struct {
	Site syndicate.Site
	// Main is the feed of the whole site; nil if the Source has none.
	Main *Entry
	// Categories, Tags and Authors are in the order of their keys.
	Categories, Tags, Authors []*Entry
	// Modified is when the newest change was; zero if nothing ever changed.
	Modified time.Time
}

// Entry is one feed, or a category that has none but holds some.
type Entry struct {
	Scope syndicate.Scope
	// Title stands alone, and Name does beside the names of the category's ancestors: "Arms exports" for
	// "Military / Arms exports – Nordic Monitor".
	Title, Name string
	// IsFeed is false for a category that only groups those below it; what follows is empty then.
	IsFeed                     bool
	Description, URL, Language string
	Self                       [len(syndicate.Formats)]string
	Count                      int
	Modified                   time.Time
	Newest                     []Headline
	// Entries are the categories below.
	Entries []*Entry
}

// Headline is an article as a list shows it.
type Headline struct {
	Title, URL, Language string
	Published            time.Time
}

// Read lists the feeds of source, each with its newest articles, at most so many. A feed that vanishes in
// the meantime is left out; any other error of the Source ends it.
func Read(ctx context.Context, source syndicate.Source, newest int) (*List, error) {
	l := &List{Site: source.Site()}
	categories := map[syndicate.Scope]*Entry{}
	for info, err := range source.Scopes(ctx) {
		if err != nil {
			return nil, err
		}
		entry, err := read(ctx, source, info, newest)
		if gone := new(syndicate.ScopeError); errors.As(err, &gone) {
			continue
		} else if err != nil {
			return nil, err
		}
		l.add(entry, categories)
	}
	l.name()
	return l, nil
}

func read(ctx context.Context, source syndicate.Source, info syndicate.ScopeInfo, newest int) (*Entry, error) {
	feed, err := source.Feed(ctx, info.Scope)
	if err != nil {
		return nil, err
	}
	e := &Entry{
		Scope: info.Scope, Title: cmp.Or(strings.TrimSpace(info.Title), info.Scope.String()), IsFeed: true,
		Description: feed.Description, URL: feed.URL, Language: feed.Language, Self: feed.Self,
		Count: info.Count, Modified: info.Modified,
	}
	for _, a := range feed.Articles[:min(len(feed.Articles), newest)] {
		e.Newest = append(e.Newest, Headline{
			Title: cmp.Or(strings.TrimSpace(a.Title), strings.TrimSpace(a.Summary), a.URL), URL: a.URL,
			Language: cmp.Or(a.Language, feed.Language), Published: a.Published,
		})
	}
	return e, nil
}

// add files an entry; categories holds those that there are already.
func (l *List) add(e *Entry, categories map[syndicate.Scope]*Entry) {
	if e.Modified.After(l.Modified) {
		l.Modified = e.Modified
	}
	switch e.Scope.Kind() {
	case syndicate.KindSite:
		l.Main = e
	case syndicate.KindCategory:
		siblings := &l.Categories
		for _, above := range e.Scope.Ancestors() {
			siblings = &group(siblings, above, categories).Entries
		}
		*siblings = append(*siblings, e)
		categories[e.Scope] = e
	case syndicate.KindTag:
		l.Tags = append(l.Tags, e)
	case syndicate.KindAuthor:
		l.Authors = append(l.Authors, e)
	}
}

// group returns the category of a scope, which comes before those below it if it has a feed; one without a
// feed is made up.
func group(siblings *[]*Entry, scope syndicate.Scope, categories map[syndicate.Scope]*Entry) *Entry {
	if e := categories[scope]; e != nil {
		return e
	}
	name := scope.Key()[strings.LastIndexByte(scope.Key(), '/')+1:]
	e := &Entry{Scope: scope, Title: name, Name: name}
	*siblings = append(*siblings, e)
	categories[scope] = e
	return e
}

// name gives the entries the names that they have beside each other.
func (l *List) name() {
	if l.Main != nil {
		l.Main.Name = l.Main.Title
	}
	for _, e := range slices.Concat(l.Categories, l.Tags, l.Authors) {
		e.name(l.Site.Title, "")
	}
}

// name takes off the title what every title has: " – Nordic Monitor" behind it and "Military / " before.
func (e *Entry) name(site, above string) {
	full, ours := strings.CutSuffix(e.Title, " – "+site)
	if e.IsFeed {
		e.Name = full
		if ours && e.Scope.Kind() == syndicate.KindTag {
			e.Name = strings.TrimPrefix(full, "#")
		} else if ours && above != "" {
			e.Name = strings.TrimPrefix(full, above+" / ")
		}
		e.Name = cmp.Or(e.Name, e.Title)
	}
	for _, below := range e.Entries {
		below.name(site, full)
	}
}
