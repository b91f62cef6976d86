// Package feedreader reads feeds in tests. It shares no code with the packages that write them.
//
// It reads what the tests compare, as feed readers do, and nothing else: no feeds of other versions,
// no repairs, no guessing. The module internal/readers compares it with an established feed reader,
// so that the modules themselves need not depend on one.
package feedreader

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"
)

// Feed is what a reader shows of a feed in any format.
type Feed struct {
	Title, Description string
	Link, FeedLink     string // the page, and the feed itself
	Language           string
	Copyright          string
	Authors            []*Person
	UpdatedParsed      *time.Time // of JSON Feed: of its first item
	Items              []*Item
}

// Item is what a reader shows of an article.
type Item struct {
	GUID, Link, Title              string
	Description                    string // the summary
	Content                        string // the body
	PublishedParsed, UpdatedParsed *time.Time
	Authors                        []*Person
	Categories                     []string
	Image                          *Image
	Enclosures                     []*Enclosure
	Extensions                     map[string]map[string][]Extension // by prefix and local name
}

// Person is an author.
type Person struct{ Name, Email string }

// Image is the lead image of an article in JSON Feed.
type Image struct{ URL string }

// Enclosure is an attached file, with its size in bytes as written.
type Enclosure struct{ URL, Length, Type string }

// Extension is an element with a prefix.
type Extension struct {
	Name, Value string
	Attrs       map[string]string
	Children    map[string][]Extension // by local name
}

// Parse reads a feed. The format is that of the document.
func Parse(document string) (*Feed, error) {
	if strings.HasPrefix(strings.TrimSpace(document), "{") {
		return parseJSON(document)
	}
	root, err := parseXML(document)
	if err != nil {
		return nil, fmt.Errorf("feedreader: %w", err)
	}
	switch root.name {
	case "rss":
		return rss(root.child("channel")), nil
	case "feed":
		return atom(root), nil
	}
	return nil, fmt.Errorf("feedreader: a document <%s> is no feed", root.name)
}

// node is an XML element. Names have the prefix that the document uses.
type node struct {
	name     string
	attrs    map[string]string
	text     string // without that of children, and without space around it
	children []*node
}

// child returns the first child of a name; an empty node if there is none.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return &node{}
}

// all returns the children of a name.
func (n *node) all(name string) (found []*node) {
	for _, c := range n.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// texts returns the texts of the children of a name.
func (n *node) texts(name string) (texts []string) {
	for _, c := range n.all(name) {
		texts = append(texts, c.text)
	}
	return texts
}

// link returns the address of the first link with this rel. Prefix is that of Atom's elements.
func (n *node) link(prefix, rel string) string {
	for _, c := range n.all(prefix + "link") {
		if r := c.attrs["rel"]; r == rel || r == "" && rel == "alternate" {
			return c.attrs["href"]
		}
	}
	return ""
}

// parseXML returns the root of a document whose elements are all closed, in order.
func parseXML(document string) (*node, error) {
	parents := []*node{{}}
	for d := xml.NewDecoder(strings.NewReader(document)); ; {
		token, err := d.RawToken() // which leaves prefixes alone
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		top := parents[len(parents)-1]
		switch t := token.(type) {
		case xml.StartElement:
			n := &node{name: qualified(t.Name), attrs: map[string]string{}}
			for _, a := range t.Attr {
				n.attrs[qualified(a.Name)] = a.Value
			}
			top.children = append(top.children, n)
			parents = append(parents, n)
		case xml.EndElement:
			if top.name != qualified(t.Name) {
				return nil, fmt.Errorf("<%s> ends with </%s>", top.name, qualified(t.Name))
			}
			top.text = strings.TrimSpace(top.text)
			parents = parents[:len(parents)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
	if len(parents) != 1 || len(parents[0].children) != 1 {
		return nil, errors.New("no single element that is closed")
	}
	return parents[0].children[0], nil
}

func qualified(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}

// rss reads an RSS 2.0 channel, with content:encoded, dc:creator and atom:link.
func rss(channel *node) *Feed {
	f := &Feed{
		Title: channel.child("title").text, Description: channel.child("description").text,
		Link: channel.child("link").text, FeedLink: channel.link("atom:", "self"),
		Language: channel.child("language").text, Copyright: channel.child("copyright").text,
		Authors: people(channel.texts("managingEditor")), UpdatedParsed: date(channel.child("lastBuildDate").text),
		Items: []*Item{},
	}
	if len(f.Authors) == 0 {
		f.Authors = people(channel.texts("dc:creator"))
	}
	for _, n := range channel.all("item") {
		i := &Item{
			GUID: n.child("guid").text, Link: n.child("link").text, Title: n.child("title").text,
			Description: n.child("description").text, Content: n.child("content:encoded").text,
			PublishedParsed: date(n.child("pubDate").text), UpdatedParsed: date(n.child("atom:updated").text),
			Authors: people(n.texts("author")), Categories: n.texts("category"), Extensions: extensions(n),
		}
		if len(i.Authors) == 0 {
			i.Authors = people(n.texts("dc:creator"))
		}
		for _, e := range n.all("enclosure") {
			i.Enclosures = append(i.Enclosures, &Enclosure{e.attrs["url"], e.attrs["length"], e.attrs["type"]})
		}
		f.Items = append(f.Items, i)
	}
	return f
}

// atom reads an Atom 1.0 feed.
func atom(feed *node) *Feed {
	f := &Feed{
		Title: feed.child("title").text, Description: feed.child("subtitle").text,
		Link: feed.link("", "alternate"), FeedLink: feed.link("", "self"),
		Language: feed.attrs["xml:lang"], Copyright: feed.child("rights").text,
		Authors: atomPeople(feed), UpdatedParsed: date(feed.child("updated").text),
		Items: []*Item{},
	}
	for _, n := range feed.all("entry") {
		i := &Item{
			GUID: n.child("id").text, Link: n.link("", "alternate"), Title: n.child("title").text,
			Description: n.child("summary").text, Content: n.child("content").text,
			PublishedParsed: date(n.child("published").text), UpdatedParsed: date(n.child("updated").text),
			Authors: atomPeople(n), Extensions: extensions(n),
		}
		if i.PublishedParsed == nil {
			i.PublishedParsed = i.UpdatedParsed
		}
		for _, c := range n.all("category") {
			name := c.attrs["label"]
			if name == "" {
				name = c.attrs["term"]
			}
			i.Categories = append(i.Categories, name)
		}
		for _, l := range n.all("link") {
			if l.attrs["rel"] == "enclosure" {
				i.Enclosures = append(i.Enclosures, &Enclosure{l.attrs["href"], l.attrs["length"], l.attrs["type"]})
			}
		}
		f.Items = append(f.Items, i)
	}
	return f
}

func atomPeople(n *node) (people []*Person) {
	for _, a := range n.all("author") {
		people = append(people, &Person{a.child("name").text, a.child("email").text})
	}
	return people
}

// jsonAuthor and the types below are what is read of JSON Feed 1.1, and of 1.0's single author.
type jsonAuthor struct{ Name string }

type jsonItem struct {
	ID, URL, Title, Summary, Image string
	ContentHTML                    string `json:"content_html"`
	ContentText                    string `json:"content_text"`
	DatePublished                  string `json:"date_published"`
	DateModified                   string `json:"date_modified"`
	Author                         *jsonAuthor
	Authors                        []jsonAuthor
	Tags                           []string
	Attachments                    []struct {
		URL         string
		MimeType    string `json:"mime_type"`
		SizeInBytes int64  `json:"size_in_bytes"`
	}
}

type jsonFeed struct {
	Version, Title, Description, Language string
	HomePageURL                           string `json:"home_page_url"`
	FeedURL                               string `json:"feed_url"`
	Author                                *jsonAuthor
	Authors                               []jsonAuthor
	Items                                 []jsonItem
}

// parseJSON reads a JSON Feed.
func parseJSON(document string) (*Feed, error) {
	var j jsonFeed
	if err := json.Unmarshal([]byte(document), &j); err != nil {
		return nil, fmt.Errorf("feedreader: %w", err)
	}
	if !strings.HasPrefix(j.Version, "https://jsonfeed.org/version/1") {
		return nil, fmt.Errorf("feedreader: %q is no version of JSON Feed", j.Version)
	}
	f := &Feed{
		Title: j.Title, Description: j.Description, Link: j.HomePageURL, FeedLink: j.FeedURL,
		Language: j.Language, Authors: jsonPeople(j.Authors, j.Author), Items: []*Item{},
	}
	for _, n := range j.Items {
		i := &Item{
			GUID: n.ID, Link: n.URL, Title: n.Title, Description: n.Summary, Content: n.ContentHTML,
			PublishedParsed: date(n.DatePublished), UpdatedParsed: date(n.DateModified),
			Authors: jsonPeople(n.Authors, n.Author), Categories: n.Tags,
		}
		if i.Content == "" {
			i.Content = n.ContentText
		}
		if n.Image != "" {
			i.Image = &Image{n.Image}
		}
		for _, a := range n.Attachments {
			e := &Enclosure{URL: a.URL, Type: a.MimeType}
			if a.SizeInBytes > 0 {
				e.Length = fmt.Sprint(a.SizeInBytes)
			}
			i.Enclosures = append(i.Enclosures, e)
		}
		f.Items = append(f.Items, i)
	}
	if len(f.Items) > 0 {
		f.UpdatedParsed = f.Items[0].UpdatedParsed
	}
	return f, nil
}

func jsonPeople(several []jsonAuthor, one *jsonAuthor) []*Person {
	if several == nil && one != nil {
		several = []jsonAuthor{*one}
	}
	var names []string
	for _, a := range several {
		names = append(names, a.Name)
	}
	return people(names)
}

// people reads names that may have an e-mail address: "ada@example.com (Ada)" or "Ada <ada@example.com>".
func people(texts []string) (people []*Person) {
	for _, text := range texts {
		p := &Person{Name: text}
		email, name, found := strings.Cut(strings.TrimSuffix(text, ")"), " (")
		if found && strings.Contains(email, "@") {
			p = &Person{Name: name, Email: email}
		} else if a, err := mail.ParseAddress(text); err == nil {
			p = &Person{Name: a.Name, Email: a.Address}
		}
		people = append(people, p)
	}
	return people
}

// date reads a date of RSS, or of Atom and JSON Feed.
func date(text string) *time.Time {
	for _, layout := range []string{time.RFC3339, time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return &t
		}
	}
	return nil
}

// extensions collects the children that have a prefix.
func extensions(n *node) map[string]map[string][]Extension {
	found := map[string]map[string][]Extension{}
	for _, c := range n.children {
		prefix, local, ok := strings.Cut(c.name, ":")
		if !ok {
			continue
		}
		if found[prefix] == nil {
			found[prefix] = map[string][]Extension{}
		}
		found[prefix][local] = append(found[prefix][local], extension(c))
	}
	return found
}

func extension(n *node) Extension {
	_, local, ok := strings.Cut(n.name, ":")
	if !ok {
		local = n.name
	}
	e := Extension{Name: local, Value: n.text, Attrs: n.attrs, Children: map[string][]Extension{}}
	for _, c := range n.children {
		child := extension(c)
		e.Children[child.Name] = append(e.Children[child.Name], child)
	}
	return e
}
