// Package feedlist collects all feeds of a publication for the packages that show them at once:
// opml and feedpage. Categories are nested, each of them below its parent.
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

// List contains every current feed of a publication, without archive pages.
type List struct {
	// Site has the settings of the publication.
	Site syndicate.Site
	// Main is the feed of the whole site; nil if the Source does not list it.
	Main *Entry
	// Categories, Tags and Authors are sorted by their keys. Categories has the top level only.
	Categories, Tags, Authors []*Entry
	// Modified is the time of the newest change in any feed; zero if there was none.
	Modified time.Time
}

// Entry is one feed, or a category without a feed that has subcategories.
type Entry struct {
	Scope syndicate.Scope
	// Title is the title of the feed: "Military / Arms exports – Nordic Monitor".
	Title string
	// Name is the part of Title that its place in the list does not show: "Arms exports".
	Name string
	// IsFeed is false for a category that only groups its subcategories. The fields from URL to
	// Newest are empty then.
	IsFeed   bool
	URL      string          // of the HTML page, as in [syndicate.Feed]
	Self     syndicate.Links // URLs of the feed
	Count    int             // number of visible articles
	Modified time.Time
	Newest   []Headline
	// Entries are the subcategories.
	Entries []*Entry
}

// Headline is an article in a list of the newest.
type Headline struct {
	Title, URL, Language string
	Published            time.Time
}

// Read returns the feeds of source, each with at most the given number of its newest articles. It
// skips a feed that no longer exists when it is read, and returns any other error of the Source.
func Read(ctx context.Context, source syndicate.Source, newest int) (*List, error) {
	l := &List{Site: source.Publication().Site()}
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

// read returns the entry of one feed.
func read(ctx context.Context, source syndicate.Source, info syndicate.ScopeInfo, newest int) (*Entry, error) {
	feed, err := source.Feed(ctx, info.Scope)
	if err != nil {
		return nil, err
	}
	e := &Entry{
		Scope: info.Scope, Title: cmp.Or(strings.TrimSpace(info.Title), info.Scope.String()), IsFeed: true,
		URL: feed.URL, Self: feed.Self, Count: info.Count, Modified: info.Modified,
	}
	for _, a := range feed.Articles[:min(len(feed.Articles), newest)] {
		e.Newest = append(e.Newest, Headline{
			Title: cmp.Or(strings.TrimSpace(a.Title), strings.TrimSpace(a.Summary), a.URL), URL: a.URL,
			Language: cmp.Or(a.Language, feed.Language), Published: a.Published,
		})
	}
	return e, nil
}

// add puts an entry in its place. The map categories has the categories that were added already.
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

// group returns the category of a scope. If it has a feed, it was added already: the order of
// scopes puts it before its subcategories. Otherwise group adds an entry without a feed to
// siblings.
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

// name sets the Name of all entries.
func (l *List) name() {
	if l.Main != nil {
		l.Main.Name = l.Main.Title
	}
	for _, e := range slices.Concat(l.Categories, l.Tags, l.Authors) {
		e.name(l.Site.Title, "")
	}
}

// name sets the Name of e and its subcategories. It removes from the title what all titles
// contain: the site's title at the end and the title of the parent, above, at the beginning.
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
