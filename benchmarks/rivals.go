package benchmarks

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"time"

	"github.com/gorilla/feeds"

	"github.com/syndicate-go/syndicate"
)

// Gorilla fills in a feed of github.com/gorilla/feeds with the same articles. That library has no
// fields for categories, tags and the feed's own address.
func Gorilla(f *syndicate.Feed) *feeds.Feed {
	g := &feeds.Feed{
		Title:       f.Title,
		Link:        &feeds.Link{Href: f.URL},
		Description: f.Description,
		Author:      &feeds.Author{Name: f.Authors[0].Name},
		Copyright:   f.Copyright,
		Updated:     Now,
		Id:          f.ID,
		Items:       make([]*feeds.Item, len(f.Articles)),
	}
	for i, a := range f.Articles {
		g.Items[i] = &feeds.Item{
			Title:       a.Title,
			Link:        &feeds.Link{Href: a.URL},
			Author:      &feeds.Author{Name: a.Authors[0].Name},
			Description: a.Summary,
			Id:          a.ID,
			IsPermaLink: "false",
			Created:     a.Published,
			Updated:     a.Updated,
			Content:     a.Content,
		}
	}
	return g
}

// WriteGorilla writes a feed with gorilla's encoder of the format.
func WriteGorilla(w io.Writer, g *feeds.Feed, format syndicate.Format) error {
	switch format {
	case syndicate.RSS:
		return g.WriteRss(w)
	case syndicate.Atom:
		return g.WriteAtom(w)
	}
	return g.WriteJSON(w)
}

// WriteStdlib writes a feed with encoding/xml or encoding/json, from structs that contain the same
// elements as syndicate's documents.
func WriteStdlib(w io.Writer, f *syndicate.Feed, format syndicate.Format) error {
	if format == syndicate.JSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(plainJSON(f))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	if format == syndicate.RSS {
		return xml.NewEncoder(w).Encode(plainRSS(f))
	}
	return xml.NewEncoder(w).Encode(plainAtom(f))
}

type cdata struct {
	Text string `xml:",cdata"`
}

type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	Content string   `xml:"xmlns:content,attr"`
	DC      string   `xml:"xmlns:dc,attr"`

	Title       string    `xml:"channel>title"`
	Link        string    `xml:"channel>link"`
	Description string    `xml:"channel>description"`
	Language    string    `xml:"channel>language"`
	Copyright   string    `xml:"channel>copyright"`
	Self        atomLink  `xml:"channel>atom:link"`
	Items       []rssItem `xml:"channel>item"`
}

type rssItem struct {
	Title string `xml:"title"`
	Link  string `xml:"link"`
	GUID  struct {
		ID        string `xml:",chardata"`
		Permalink bool   `xml:"isPermaLink,attr"`
	} `xml:"guid"`
	Published   string    `xml:"pubDate"`
	Creators    []string  `xml:"dc:creator"`
	Categories  []rssTerm `xml:"category"`
	Description string    `xml:"description"`
	Content     cdata     `xml:"content:encoded"`
}

type rssTerm struct {
	Name   string `xml:",chardata"`
	Domain string `xml:"domain,attr"`
}

func plainRSS(f *syndicate.Feed) *rss {
	doc := &rss{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom",
		Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/",
		Title: f.Title, Link: f.URL, Description: f.Description, Language: f.Language, Copyright: f.Copyright,
		Self:  atomLink{Rel: "self", Type: syndicate.RSS.MediaType(), Href: f.Self.RSS},
		Items: make([]rssItem, len(f.Articles)),
	}
	for i, a := range f.Articles {
		item := &doc.Items[i]
		item.Title, item.Link, item.GUID.ID = a.Title, a.URL, a.ID
		item.Published = a.Published.Format(time.RFC1123Z)
		item.Description, item.Content.Text = a.Summary, a.Content
		for _, author := range a.Authors {
			item.Creators = append(item.Creators, author.Name)
		}
		for _, c := range a.Categories {
			item.Categories = append(item.Categories, rssTerm{c.Name, f.CategoryScheme})
		}
		for _, t := range a.Tags {
			item.Categories = append(item.Categories, rssTerm{t.Name, f.TagScheme})
		}
	}
	return doc
}

type atom struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle"`
	Updated   string      `xml:"updated"`
	Links     []atomLink  `xml:"link"`
	Authors   []string    `xml:"author>name"`
	Copyright string      `xml:"rights"`
	Entries   []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID         string     `xml:"id"`
	Title      string     `xml:"title"`
	Published  string     `xml:"published"`
	Updated    string     `xml:"updated"`
	Link       atomLink   `xml:"link"`
	Authors    []string   `xml:"author>name"`
	Categories []atomTerm `xml:"category"`
	Summary    string     `xml:"summary"`
	Content    struct {
		Type string `xml:"type,attr"`
		cdata
	} `xml:"content"`
}

type atomTerm struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
	Label  string `xml:"label,attr"`
}

func plainAtom(f *syndicate.Feed) *atom {
	doc := &atom{
		ID: f.ID, Title: f.Title, Subtitle: f.Description, Updated: Now.Format(time.RFC3339), Copyright: f.Copyright,
		Links: []atomLink{
			{Rel: "self", Type: syndicate.Atom.MediaType(), Href: f.Self.Atom},
			{Rel: "alternate", Type: "text/html", Href: f.URL},
		},
		Entries: make([]atomEntry, len(f.Articles)),
	}
	for _, author := range f.Authors {
		doc.Authors = append(doc.Authors, author.Name)
	}
	for i, a := range f.Articles {
		entry := &doc.Entries[i]
		entry.ID, entry.Title, entry.Summary = a.ID, a.Title, a.Summary
		entry.Published, entry.Updated = a.Published.Format(time.RFC3339), a.Updated.Format(time.RFC3339)
		entry.Link = atomLink{Rel: "alternate", Type: "text/html", Href: a.URL}
		entry.Content.Type, entry.Content.Text = "html", a.Content
		for _, author := range a.Authors {
			entry.Authors = append(entry.Authors, author.Name)
		}
		for _, c := range a.Categories {
			entry.Categories = append(entry.Categories, atomTerm{c.Name, f.CategoryScheme, c.Name})
		}
		for _, t := range a.Tags {
			entry.Categories = append(entry.Categories, atomTerm{t.Name, f.TagScheme, t.Name})
		}
	}
	return doc
}

type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	HomePageURL string       `json:"home_page_url"`
	FeedURL     string       `json:"feed_url"`
	Description string       `json:"description"`
	Language    string       `json:"language"`
	Authors     []jsonAuthor `json:"authors"`
	Items       []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonItem struct {
	ID          string       `json:"id"`
	URL         string       `json:"url"`
	Title       string       `json:"title"`
	ContentHTML string       `json:"content_html"`
	Summary     string       `json:"summary"`
	Image       string       `json:"image"`
	Published   time.Time    `json:"date_published"`
	Updated     time.Time    `json:"date_modified"`
	Authors     []jsonAuthor `json:"authors"`
	Tags        []string     `json:"tags"`
}

func plainJSON(f *syndicate.Feed) *jsonFeed {
	doc := &jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, HomePageURL: f.URL,
		FeedURL: f.Self.JSON, Description: f.Description, Language: f.Language,
		Authors: plainAuthors(f.Authors), Items: make([]jsonItem, len(f.Articles)),
	}
	for i, a := range f.Articles {
		item := &doc.Items[i]
		*item = jsonItem{
			ID: a.ID, URL: a.URL, Title: a.Title, ContentHTML: a.Content, Summary: a.Summary, Image: a.Image.URL,
			Published: a.Published, Updated: a.Updated, Authors: plainAuthors(a.Authors),
		}
		for _, c := range a.Categories {
			item.Tags = append(item.Tags, c.Name)
		}
		for _, t := range a.Tags {
			item.Tags = append(item.Tags, t.Name)
		}
	}
	return doc
}

func plainAuthors(authors []syndicate.Author) []jsonAuthor {
	var plain []jsonAuthor
	for _, a := range authors {
		plain = append(plain, jsonAuthor{a.Name, a.URL})
	}
	return plain
}
