package syndicate

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/gorilla/feeds"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/bodies"
	"github.com/syndicate-go/syndicate/internal/htmltext"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// FromGorilla converts the feed of a program that uses github.com/gorilla/feeds. Such a program
// moves over in one line; `feed.ToRss()` becomes
//
//	err := syndicate.FromGorilla(feed).Write(w, syndicate.RSS)
//
// Fields become the fields of the same name, with these exceptions:
//
//   - Link.Href becomes URL, Feed.Image becomes Logo, Feed.Author the only one of Authors.
//   - Item.Created becomes Published (Updated if there is no Created), Item.Source becomes
//     Origin.URL.
//   - Item.Enclosure becomes the only one of Enclosures, with Length as Size. A picture becomes the
//     Image too.
//   - Item.Description becomes Summary. Readers take gorilla's descriptions for HTML, but a Summary
//     is plain text: escaped text is unescaped. A description with markup becomes the Content of an
//     item without one; of an item with Content only the description's text is kept.
//   - A feed without Id gets its URL as ID. A feed without any date but Created was Updated then.
//
// The conversion loses what has no field: Rel, Type and Length of links, Feed.Subtitle beside a
// Description, Image.Title and Image.Link other than the feed's, Item.IsPermaLink, and an
// Enclosure.Length that is not a number.
//
// The output differs from gorilla's. E-mail addresses are written only if you set AuthorEmails;
// f.ManagingEditor = f.Authors[0] writes RSS's managingEditor. Item.Source is not JSON Feed's
// external_url. In Atom an item without Id is identified by its address instead of a tag: URI; set
// the old ids as ID so that readers do not show such items again.
//
// FromGorilla leaves out nil items and returns an empty feed for nil. See [Feed.Gorilla] too.
func FromGorilla(g *feeds.Feed) *Feed {
	if g == nil {
		return &Feed{}
	}
	logo := value(g.Image)
	f := &Feed{
		ID:          cmp.Or(g.Id, value(g.Link).Href),
		Title:       g.Title,
		Description: cmp.Or(g.Description, g.Subtitle),
		URL:         value(g.Link).Href,
		Copyright:   g.Copyright,
		Authors:     fromGorillaAuthor(g.Author),
		Updated:     g.Updated,
		Logo:        Image{URL: logo.Url, Alt: logo.Title, Width: logo.Width, Height: logo.Height},
	}
	if f.Logo.Alt == g.Title {
		f.Logo.Alt = ""
	}
	if g.Items != nil {
		f.Articles = make([]*Article, 0, len(g.Items))
	}
	for _, item := range g.Items {
		if item != nil {
			f.Articles = append(f.Articles, fromGorillaItem(item))
		}
	}
	if f.updated().IsZero() {
		f.Updated = g.Created
	}
	return f
}

// fromGorillaItem converts an item. A description is text or HTML, and only its contents say which.
func fromGorillaItem(i *feeds.Item) *Article {
	a := &Article{
		ID:        i.Id,
		URL:       value(i.Link).Href,
		Title:     i.Title,
		Content:   i.Content,
		Published: i.Created,
		Updated:   i.Updated,
		Authors:   fromGorillaAuthor(i.Author),
		Origin:    Origin{URL: value(i.Source).Href},
	}
	if a.Published.IsZero() {
		a.Published = a.Updated
	}
	text, plain := htmltext.Text(i.Description)
	switch {
	case plain:
		a.Summary = text
	case a.Content == "":
		a.Content, a.Summary = i.Description, bodies.Summarize(i.Description)
	default:
		a.Summary = plaintext.Of(cleanhtml.Text(i.Description))
	}
	if e := i.Enclosure; e != nil {
		size, err := strconv.ParseInt(strings.TrimSpace(e.Length), 10, 64)
		if err != nil {
			size = 0
		}
		a.Enclosures = []Enclosure{{URL: e.Url, Type: e.Type, Size: size}}
		if strings.HasPrefix(e.Type, "image/") {
			a.Image = Image{URL: e.Url, Type: e.Type, Size: size}
		}
	}
	return a
}

// Gorilla returns the feed in the types of github.com/gorilla/feeds, for code that uses those.
// Nothing of f is shared. It returns an empty feed for nil. [FromGorilla] is the reverse, and
// documents which fields correspond.
//
// The conversion loses what gorilla's types have no field for: of the feed everything but ID,
// Title, Description, URL, Copyright, the first author, Updated and Logo; of an article its
// Categories, Tags, Contributors, Image, Banner, Language, ExternalURL, comments, Rights, Expires,
// Draft, Extensions, and all authors and enclosures but the first.
//
// The feed of a [Source] is converted as its formats show it: with the time of its newest change as
// Updated, and without e-mail addresses unless AuthorEmails is set, because gorilla's Atom
// publishes every address.
func (f *Feed) Gorilla() *feeds.Feed {
	if f == nil {
		return &feeds.Feed{}
	}
	shown := !f.Modified.IsZero() // a Source made it
	mails := f.AuthorEmails || !shown
	g := &feeds.Feed{
		Title:       f.Title,
		Link:        toGorillaLink(f.URL),
		Description: f.Description,
		Author:      toGorillaAuthor(f.Authors, mails),
		Updated:     f.Updated,
		Copyright:   f.Copyright,
	}
	if shown {
		g.Updated = f.updated()
	}
	if f.ID != f.URL {
		g.Id = f.ID
	}
	if logo := f.Logo; logo.URL != "" || logo.Alt != "" || logo.Width != 0 || logo.Height != 0 {
		g.Image = &feeds.Image{Url: logo.URL, Title: cmp.Or(logo.Alt, f.Title), Link: f.URL, Width: logo.Width, Height: logo.Height}
	}
	if f.Articles != nil {
		g.Items = make([]*feeds.Item, 0, len(f.Articles))
	}
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		item := toGorillaItem(a, mails)
		// A summary that was made of the body is no description that the program gave. The body
		// becomes the description again, as FromGorilla found it.
		if _, text := htmltext.Text(a.Content); !shown && !text && a.Summary != "" && a.Summary == bodies.Summarize(a.Content) {
			item.Description, item.Content = a.Content, ""
		}
		g.Items = append(g.Items, item)
	}
	return g
}

// toGorillaItem converts an article, with e-mail addresses if mails is set. A Summary is plain
// text, and gorilla's Description is HTML, so the text is escaped.
func toGorillaItem(a *Article, mails bool) *feeds.Item {
	i := &feeds.Item{
		Title:       a.Title,
		Link:        toGorillaLink(a.URL),
		Source:      toGorillaLink(a.Origin.URL),
		Author:      toGorillaAuthor(a.Authors, mails),
		Description: htmltext.Of(a.Summary),
		Id:          a.ID,
		Updated:     a.Updated,
		Created:     a.Published,
		Content:     a.Content,
	}
	if a.ID != "" {
		i.IsPermaLink = strconv.FormatBool(uri.IsPermalink(a.ID, a.URL))
	}
	if len(a.Enclosures) > 0 {
		e := a.Enclosures[0]
		i.Enclosure = &feeds.Enclosure{Url: e.URL, Type: e.Type, Length: strconv.FormatInt(e.Size, 10)}
	}
	return i
}

// value returns what p points to, the zero value for nil. Gorilla's types have pointers to what may
// be missing.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// toGorillaLink returns a link, nil for no address.
func toGorillaLink(href string) *feeds.Link {
	if href == "" {
		return nil
	}
	return &feeds.Link{Href: href}
}

// fromGorillaAuthor returns the only author, nil for none.
func fromGorillaAuthor(a *feeds.Author) []Author {
	if a == nil {
		return nil
	}
	return []Author{{Name: a.Name, Email: a.Email}}
}

// toGorillaAuthor returns the first author: gorilla's types have room for one.
func toGorillaAuthor(authors []Author, mails bool) *feeds.Author {
	if len(authors) == 0 {
		return nil
	}
	a := &feeds.Author{Name: authors[0].Name}
	if mails {
		a.Email = authors[0].Email
	}
	return a
}
