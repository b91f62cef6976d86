// Package feedlist lists the feeds of a publication, for the documents that show all of them: the
// OPML list and the HTML page. Each category is nested below its parent.
package feedlist

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/date"
)

// List contains all feeds of a publication, without archive pages.
type List struct {
	// Site is the site of the Source.
	Site syndicate.Site
	// Main is the feed of the whole site; nil if the Source has none.
	Main *Entry
	// Categories, Tags and Authors are sorted by key. Categories contains only those without a
	// parent; the others are in their Entries.
	Categories, Tags, Authors []*Entry
	// Modified is when a feed last changed. It is zero if that is unknown.
	Modified time.Time
}

// Entry is one feed, or a category that has no feed itself but contains categories that have one.
type Entry struct {
	// Scope identifies the feed.
	Scope syndicate.Scope
	// Title is the title of the feed, such as "Military / Arms exports – Nordic Monitor". Name is
	// the short form for a nested list: "Arms exports".
	Title, Name string
	// IsFeed is false for a category without a feed. All fields after it, except Entries, are
	// zero then.
	IsFeed bool
	// Description, URL and Language are those of the feed.
	Description, URL, Language string
	// Self contains the address of the feed in each format that is published.
	Self syndicate.Links
	// Count is the number of articles, including those on archive pages.
	Count int
	// Modified is when the feed last changed.
	Modified time.Time
	// IsShow reports whether the feed is that of a podcast.
	IsShow bool
	// Newest contains the newest articles, as many as Read was asked for.
	Newest []Headline
	// Entries are the categories whose parent this category is.
	Entries []*Entry
}

// Headline is what a list shows of an article. The Title of an article without one is its summary,
// or else its URL.
type Headline struct {
	Title, URL, Language string
	Published            time.Time
	// Media is the audio or video of an episode of a show, and Companions are the files that belong
	// to it, such as transcripts. Both are empty for any other article.
	Media      syndicate.Enclosure
	Companions []syndicate.Enclosure
}

// show is an extension of the feed of a podcast.
type show interface {
	// Companions returns the files that belong to the audio or video of an article.
	Companions(article *syndicate.Article) []syndicate.Enclosure
}

// Read lists the feeds of source, each with at most the given number of its newest articles. It
// leaves out kinds of feeds that the site does not publish, and feeds that disappear while it
// reads. It returns any other error of the Source.
func Read(ctx context.Context, source syndicate.Source, newest int) (*List, error) {
	publication := source.Publication()
	l := &List{Site: publication.Site()}
	categories := map[syndicate.Scope]*Entry{}
	for info, err := range source.Scopes(ctx) {
		if err != nil {
			return nil, err
		}
		if !publication.Publishes(info.Scope) {
			continue
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
		Description: feed.Description, URL: feed.URL, Language: feed.Language, Self: feed.Self,
		Count: info.Count, Modified: info.Modified,
	}
	var podcast show
	for _, ext := range feed.Extensions {
		if s, ok := ext.(show); ok {
			podcast, e.IsShow = s, true
		}
	}
	for _, a := range feed.Articles[:min(len(feed.Articles), newest)] {
		h := Headline{
			Title: cmp.Or(strings.TrimSpace(a.Title), strings.TrimSpace(a.Summary), a.URL), URL: a.URL,
			Language: cmp.Or(a.Language, feed.Language), Published: a.Published,
		}
		if podcast != nil && len(a.Enclosures) > 0 && isMedia(a.Enclosures[0].Type) {
			h.Media, h.Companions = a.Enclosures[0], podcast.Companions(a)
		}
		e.Newest = append(e.Newest, h)
	}
	return e, nil
}

// isMedia reports whether a media type is audio or video.
func isMedia(mediaType string) bool {
	return strings.HasPrefix(mediaType, "audio/") || strings.HasPrefix(mediaType, "video/")
}

// add puts an entry in its place. The map contains the entries of all categories so far.
func (l *List) add(e *Entry, categories map[syndicate.Scope]*Entry) {
	l.Modified = date.Later(l.Modified, e.Modified)
	switch e.Scope.Kind() {
	case syndicate.KindSite:
		l.Main = e
	case syndicate.KindCategory:
		siblings := &l.Categories // or the Entries of the parent
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

// group returns the entry of a category that contains another one. The Source lists a category
// before those that it contains, so a category that is not yet in the map has no feed. Its entry is
// created here, and its slug serves as its name.
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

// name sets the Name of an entry: its title without the parts that the list shows anyway. These are
// the site (" – Nordic Monitor"), the parent category ("Military / ") and the "#" of a tag. Titles
// that the user has set differently stay as they are.
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
