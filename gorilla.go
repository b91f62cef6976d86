package syndicate

import (
	"cmp"
	"html"
	"strconv"
	"strings"

	"github.com/gorilla/feeds"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/plaintext"
)

// FromGorilla returns the feed that a program filled for github.com/gorilla/feeds. Such a program moves
// over in one line, `feed.ToRss()` becoming
//
//	err := syndicate.FromGorilla(&feed).Write(w, syndicate.RSS)
//
// Nil gives an empty feed, nil items are left out, and nothing of g is shared. [Feed.Gorilla] turns the
// feed back. Fields stand for their namesakes, and these for each other:
//
//   - Link.Href and URL, Feed.Image and Logo, Feed.Author and the first of Authors
//   - Item.Created and Published, Item.Source and Origin.URL, Item.Enclosure and the first of
//     Enclosures, whose Length is the number Size; one that is a picture is the article's Image too
//   - Item.Description and Summary. Readers take gorilla's descriptions for HTML, a Summary is plain
//     text: a description that holds tags or entities is unescaped where that loses nothing. Otherwise it
//     is a body: of an item without Content it becomes the Content, with a Summary made of it as
//     [Feed.Clean] does; beside Content its plain text is kept
//   - no Id of a feed and an ID equal to URL, which is what gorilla writes in Atom
//
// Filled in where gorilla's own encoders do: an item that was only Updated was Published then, and a
// feed without any date but Created, on itself or its items, was Updated then.
//
// What has no place here, and is lost:
//
//   - Rel, Type and Length of links; Feed.Link, Item.Link, Item.Source and Feed.Image that are there but empty
//   - Feed.Subtitle beside a Description (alone it becomes the Description), and a Feed.Created that
//     was not needed as above: a feed's time is that of its newest change
//   - Image.Title and Image.Link where they are empty or, the link, not the feed's: RSS wants them equal
//     to the channel's
//   - Item.IsPermaLink, which is worked out: an Id that is the item's address is a permalink
//   - an Item.Description's markup, where the item has Content
//   - an Enclosure.Length that is no number; none means unknown, which is "0"
//
// What gorilla writes and the feed does not:
//
//   - e-mail addresses, unless asked. They are kept; AuthorEmails publishes those of authors, and
//     f.ManagingEditor = f.Authors[0] gives RSS its managingEditor
//   - Item.Source as JSON Feed's external_url: a page that an article is about is its ExternalURL
//   - the tag: URIs that Atom had for items without Id. An address is the id now, in every format;
//     setting the old ones as Id keeps readers from showing everything once more
//
// What gorilla has no field for is left to fill in, Self, Language, Categories and Tags above all.
func FromGorilla(g *feeds.Feed) *Feed {
	if g == nil {
		return &Feed{}
	}
	f := &Feed{
		ID:          cmp.Or(g.Id, hrefOf(g.Link)),
		Title:       g.Title,
		Description: cmp.Or(g.Description, g.Subtitle),
		URL:         hrefOf(g.Link),
		Copyright:   g.Copyright,
		Authors:     fromGorillaAuthor(g.Author),
		Updated:     g.Updated,
	}
	if g.Image != nil {
		f.Logo = Image{URL: g.Image.Url, Width: g.Image.Width, Height: g.Image.Height}
		if g.Image.Title != g.Title {
			f.Logo.Alt = g.Image.Title
		}
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

func fromGorillaItem(i *feeds.Item) *Article {
	a := &Article{
		ID:        i.Id,
		URL:       hrefOf(i.Link),
		Title:     i.Title,
		Content:   i.Content,
		Published: i.Created,
		Updated:   i.Updated,
		Authors:   fromGorillaAuthor(i.Author),
		Origin:    Origin{URL: hrefOf(i.Source)},
	}
	if a.Published.IsZero() {
		a.Published = a.Updated
	}
	text, plain := fromDescription(i.Description)
	switch {
	case plain:
		a.Summary = text
	case a.Content == "":
		a.Content, a.Summary = i.Description, summaryOf(i.Description)
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

// Gorilla returns the feed in the types of github.com/gorilla/feeds, for code that edits those.
// [FromGorilla] turns it back, and lists what stands for what. Nothing of f is shared; nil gives an
// empty feed.
//
// FromGorilla(g).Gorilla() equals g in all that FromGorilla does not list as lost or filled in, but for
// two things that look alike here: a Description that is just what [Feed.Clean] would make of its
// item's Content gives way to the Content, and one that is HTML without any text comes back as Content.
//
// What gorilla's types cannot hold, and is lost:
//
//   - of the feed: Self, Language, Icon, Favicon, Stylesheet, Hubs, ManagingEditor, WebMaster, Schedule, Expired,
//     Generator, Extensions, Tombstones, Archived, Current, PrevArchive, CategoryScheme, TagScheme,
//     CategoryPaths, AuthorEmails, what a [Source] sets, and TagAuthority, which Atom ids of bare article
//     IDs are made of
//   - of an article: Categories, Tags, Contributors, Image, Banner, Language, ExternalURL, Comments,
//     Rights, Expires, Draft, Extensions, and of its Origin all but the URL
//   - all authors but the first, and of that one URL, Slug and Avatar
//   - all enclosures but the first, and of that one Duration and Title
//   - of the Logo everything but URL, Alt, Width and Height
//
// The feed of a [Source] leaves as its formats show it: with the time of its newest change as Updated,
// and without the authors' e-mail addresses unless AuthorEmails is set, since gorilla's Atom publishes
// whatever it finds. Other feeds leave field by field.
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
		if !shown && isBody(a.Content) && a.Summary != "" && a.Summary == summaryOf(a.Content) {
			item.Description, item.Content = a.Content, ""
		}
		g.Items = append(g.Items, item)
	}
	return g
}

func toGorillaItem(a *Article, mails bool) *feeds.Item {
	i := &feeds.Item{
		Title:       a.Title,
		Link:        toGorillaLink(a.URL),
		Source:      toGorillaLink(a.Origin.URL),
		Author:      toGorillaAuthor(a.Authors, mails),
		Description: toDescription(a.Summary),
		Id:          a.ID,
		Updated:     a.Updated,
		Created:     a.Published,
		Content:     a.Content,
	}
	if a.ID != "" {
		i.IsPermaLink = strconv.FormatBool(isPermalink(a.ID, a.URL))
	}
	if len(a.Enclosures) > 0 {
		e := a.Enclosures[0]
		i.Enclosure = &feeds.Enclosure{Url: e.URL, Type: e.Type, Length: strconv.FormatInt(e.Size, 10)}
	}
	return i
}

func hrefOf(l *feeds.Link) string {
	if l == nil {
		return ""
	}
	return l.Href
}

func toGorillaLink(href string) *feeds.Link {
	if href == "" {
		return nil
	}
	return &feeds.Link{Href: href}
}

func fromGorillaAuthor(a *feeds.Author) []Author {
	if a == nil {
		return nil
	}
	return []Author{{Name: a.Name, Email: a.Email}}
}

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

// toDescription returns plain text as a gorilla description: as it is, unless a reader who takes it for
// HTML would see something else.
func toDescription(text string) string {
	if readsAsHTML(text) {
		return escapeHTML(text)
	}
	return text
}

// fromDescription is the reverse of [toDescription]; false for a description that it never makes.
func fromDescription(description string) (text string, ok bool) {
	if !readsAsHTML(description) {
		return description, true
	}
	text = html.UnescapeString(description)
	return text, toDescription(text) == description
}

// isBody reports whether a description of this text can only be meant as HTML.
func isBody(description string) bool {
	_, plain := fromDescription(description)
	return !plain
}

// readsAsHTML reports whether s holds what HTML takes for a tag, a comment or a character reference.
func readsAsHTML(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if c := s[i+1]; s[i] == '<' && (c == '/' || c == '!' || c == '?' || 'a' <= c|0x20 && c|0x20 <= 'z') {
			return true
		}
	}
	return html.UnescapeString(s) != s
}
