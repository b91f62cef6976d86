package syndicate

import (
	"cmp"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Article is one published piece. A [Publication] checks it and cleans its body when a feed first
// shows it. URLs may be relative to the site's.
type Article struct {
	// ID identifies the article for good, whatever happens to its title and address: the key of the
	// CMS ("4711") or the guid that it had before. RSS and JSON Feed carry it byte for byte. Atom
	// does too if it is an http, https, tag: or urn: IRI in canonical form; otherwise Atom carries
	// a tag: URI made of it. Default: URL.
	ID string
	// URL of the article's page. Required.
	URL string
	// Title is plain text: "<" and "&" are literal. Required unless there is Content or Summary.
	Title string
	// Summary is plain text. Default: the first 55 words of Content.
	Summary string
	// Content is the body in HTML. Default: none.
	Content string

	// Published is the time of first publication. An article is not shown before it, so a future
	// time is an embargo. Required.
	Published time.Time
	// Updated is the time of the last change that matters to readers. Default: Published.
	Updated time.Time
	// Expires removes the article from all feeds at that time. Default: never.
	Expires time.Time
	// Draft keeps the article out of every feed. Default: false.
	Draft bool

	// Authors in the order of the byline. Default: [Site.Author].
	Authors []Author
	// Contributors are other people who took part. Atom carries them. Default: none.
	Contributors []Author
	// Categories are the sections that the article appears in. Their parents need not be listed.
	// Default: none.
	Categories []Category
	// Tags in the order of the page. Default: none.
	Tags []Tag

	// Image is the lead image. JSON Feed has it, RSS and Atom with package media. Default: none.
	Image Image
	// Banner is the URL of a wide picture for the top of a page, in JSON Feed only. Default: none.
	Banner string
	// Enclosures are attached files, such as the audio of a podcast. RSS carries the first as an
	// enclosure and the others as links. Default: none.
	Enclosures []Enclosure

	// Language is a BCP 47 tag. Default: the feed's.
	Language string
	// ExternalURL is the page elsewhere that the article is about. Default: none.
	ExternalURL string
	// CommentsURL is the page of readers' comments, CommentsFeed a feed of them. Default: none.
	CommentsURL, CommentsFeed string
	// CommentCount is the number of comments. Default: 0, which is not written.
	CommentCount int
	// Rights is the copyright notice of this article, plain text. Default: none.
	Rights string
	// Origin is the feed that first published the article, if it is republished. Default: none.
	Origin Origin
	// Extensions add elements of other vocabularies to this article. Default: none.
	Extensions []Extension

	checked *checkedState // nil unless [Publication.Article] returned it
	shown   *shownState   // nil unless a feed of a [Publication] shows it
}

// Image is a picture.
type Image struct {
	// URL of the picture. Required.
	URL string
	// Type is its media type. Default: the type that the URL's file ending stands for, if any.
	Type string
	// Width and Height in pixels. Default: 0, unknown.
	Width, Height int
	// Size in bytes. Default: 0, unknown.
	Size int64
	// Alt describes the picture in words. Default: none.
	Alt string
	// Credit names the photographer or agency. Default: none.
	Credit string
	// Thumbnail is a small version of the picture. Default: none.
	Thumbnail *Image
}

// Enclosure is a file that is attached to an article.
type Enclosure struct {
	// URL of the file. Required.
	URL string
	// Type is its media type. Default: the type that the URL's file ending stands for, if any.
	Type string
	// Size in bytes. Default: 0, unknown.
	Size int64
	// Duration of audio or video. Feeds carry whole seconds. Default: 0, unknown.
	Duration time.Duration
	// Title of the file. Default: none.
	Title string
}

// Origin is the feed that an article comes from (RFC 4287 section 4.2.11, RSS 2.0 source).
type Origin struct {
	// ID is the feed's Atom id. Default: URL.
	ID string
	// Title of the feed. Default: URL.
	Title string
	// URL of the feed itself. Required.
	URL string
	// Updated is the feed's time of change. Default: the article's.
	Updated time.Time
}

// key returns the ID of the article, or its URL if it has none.
func (a *Article) key() string { return cmp.Or(a.ID, a.URL) }

// label names the article in a [Problem].
func (a *Article) label() string { return cmp.Or(a.URL, a.ID, a.Title) }

// updated returns the last change, which is never before the publication.
func (a *Article) updated() time.Time {
	if a.Updated.After(a.Published) {
		return a.Updated
	}
	return a.Published
}

// edited reports whether the article was changed after its publication, in the whole seconds that
// formats carry.
func (a *Article) edited() bool { return a.Updated.Unix() > a.Published.Unix() }

// atomID returns the id of an article as Atom wants it: an absolute IRI (RFC 4287 section 4.2.6) in
// its canonical form.
func atomID(a *Article, authority string) string {
	id := strings.TrimSpace(escape.Legal(a.key()))
	if id == "" {
		return ""
	}
	if iri, ok := uri.IRI(id); ok {
		return iri
	}
	return uri.Tag(authority, id)
}

// guid returns the id of an article for RSS and JSON Feed: what was given, byte for byte.
func guid(a *Article) string { return strings.TrimSpace(escape.Legal(a.key())) }
