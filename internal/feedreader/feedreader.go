// Package feedreader reads feeds in tests. It shares no code with the packages that write them.
//
// It reads RSS 2.0, Atom 1.0 and JSON Feed, and of these the elements that the tests compare. The
// three formats give one kind of [Feed], as in most feed readers. A document that is malformed is
// an error; nothing is repaired or guessed.
//
// The module internal/readers compares this package with an established feed reader, so that the
// root module itself does not depend on one.
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
	// Title and Description are plain text.
	Title, Description string
	// Link is the address of the page, FeedLink that of the feed itself.
	Link, FeedLink string
	// Language is a BCP 47 tag.
	Language string
	// Copyright is always empty for JSON Feed, which has no such member.
	Copyright string
	// Authors are those of the whole feed. In RSS the managing editor comes before dc:creator.
	Authors []*Person
	// UpdatedParsed is when the feed changed; for JSON Feed, when its first item changed.
	UpdatedParsed *time.Time
	// Items are in the order of the document, never nil.
	Items []*Item
}

// Item is what a reader shows of an article.
type Item struct {
	// GUID is the id, as written.
	GUID, Link, Title string
	// Description is the summary, Content the body. In RSS both are HTML.
	Description, Content string
	// PublishedParsed and UpdatedParsed are nil for dates that are missing or invalid. An Atom
	// entry without a date of publication is published when it was last updated.
	PublishedParsed, UpdatedParsed *time.Time
	// Authors are all authors of the item, not those of the feed.
	Authors []*Person
	// Categories are the names of categories and tags, in the order of the document.
	Categories []string
	// Image is the lead image in JSON Feed. In the other formats it is an extension.
	Image *Image
	// Enclosures are the attached files.
	Enclosures []*Enclosure
	// Extensions are the elements that have a prefix, by prefix and local name.
	Extensions map[string]map[string][]Extension
}

// Person is an author. The e-mail address is empty unless the document contains it.
type Person struct{ Name, Email string }

// Image is a picture.
type Image struct{ URL string }

// Enclosure is an attached file. Length is its size in bytes as written, empty if the document does
// not give it.
type Enclosure struct{ URL, Length, Type string }

// Extension is an element of another vocabulary.
type Extension struct {
	// Name is the local name, Value the text without that of child elements.
	Name, Value string
	// Attrs are the attributes; their names include the prefix, if any.
	Attrs map[string]string
	// Children are the child elements, by local name.
	Children map[string][]Extension
}

// Parse reads a feed of any format. The root element determines the format of an XML document. A
// document that begins with a brace is JSON. Parse returns an error if the document is not
// well-formed or is not a feed.
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

// node is an XML element. Names of elements and attributes have the prefix that the document uses,
// so the readers below expect the usual prefixes.
type node struct {
	name     string
	attrs    map[string]string
	text     string // without that of children, and without space around it
	children []*node
}

// child returns the first child of that name, or an empty node if there is none, so that calls can
// be chained.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return &node{}
}

// all returns the children of that name.
func (n *node) all(name string) (found []*node) {
	for _, c := range n.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// texts returns the texts of the children of that name.
func (n *node) texts(name string) (texts []string) {
	for _, c := range n.all(name) {
		texts = append(texts, c.text)
	}
	return texts
}

// link returns the address of the first Atom link with that relation. A link without a relation is
// an alternate (RFC 4287 section 4.2.7.2). The prefix is that of Atom's elements in the document.
func (n *node) link(prefix, rel string) string {
	for _, c := range n.all(prefix + "link") {
		if r := c.attrs["rel"]; r == rel || r == "" && rel == "alternate" {
			return c.attrs["href"]
		}
	}
	return ""
}

// parseXML returns the root element of a document. It checks that every element is closed, in the
// right order, which RawToken leaves to its caller.
func parseXML(document string) (*node, error) {
	parents := []*node{{}}
	for d := xml.NewDecoder(strings.NewReader(document)); ; {
		token, err := d.RawToken() // keeps prefixes; Token replaces them by namespaces
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

// qualified returns the name as the document has it, with its prefix.
func qualified(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}

// rss reads an RSS 2.0 channel:
//
//	FeedLink         atom:link with the relation self
//	Feed.Authors     managingEditor, otherwise dc:creator
//	UpdatedParsed    lastBuildDate; of an item, atom:updated
//	Description      description
//	Content          content:encoded
//	Item.Authors     author, otherwise each dc:creator
//
// All other fields are the elements of the same name.
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

// atom reads an Atom 1.0 feed:
//
//	Description    subtitle; of an entry, summary
//	Link           link with the relation alternate
//	FeedLink       link with the relation self
//	Copyright      rights
//	Categories     category, by label if it has one and otherwise by term
//	Enclosures     links with the relation enclosure
//
// The texts of content and summary are HTML that is escaped once; XHTML is not read.
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

// atomPeople reads the authors of a feed or an entry.
func atomPeople(n *node) (people []*Person) {
	for _, a := range n.all("author") {
		people = append(people, &Person{a.child("name").text, a.child("email").text})
	}
	return people
}

// The types below are the members of JSON Feed 1.1 that are read. Author is the single author of
// version 1.0.
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

// parseJSON reads a JSON Feed:
//
//	Description    description; of an item, summary
//	Link           home_page_url; of an item, url
//	Content        content_html, otherwise content_text
//	Categories     tags
//	Enclosures     attachments, with size_in_bytes as the length
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

// jsonPeople returns the authors of version 1.1, or that of version 1.0 if there are none.
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

// people reads names that may have an e-mail address, in one of two forms:
// "ada@example.com (Ada)" and "Ada <ada@example.com>". Any other text is a name.
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

// date reads a date in the form of RSS (RFC 822) or of Atom and JSON Feed (RFC 3339). It returns
// nil for any other text.
func date(text string) *time.Time {
	for _, layout := range []string{time.RFC3339, time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return &t
		}
	}
	return nil
}

// extensions returns the children that have a prefix.
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

// extension returns an element with all that is in it.
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
