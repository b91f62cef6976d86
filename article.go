package syndicate

import (
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Article is one published piece. Fill in what there is; a [Source] checks it, and cleans its body
// when a feed first shows it. URLs may be relative to the site's.
type Article struct {
	// ID names the article for good, whatever becomes of its title and address: a key of the CMS
	// ("4711") or a guid it had before. RSS and JSON Feed carry it as it is; Atom too when it is an http,
	// https, tag: or urn: IRI in canonical form, otherwise as a tag: URI below the site's authority.
	// Optional; default URL.
	ID string
	// URL is the article's page: its permalink. Required.
	URL string
	// Title is plain text; `<` and `&` mean themselves. Required unless there is Content or Summary.
	Title string
	// Summary is plain text. Optional; a Source takes the first 55 words of Content.
	Summary string
	// Content is the body, HTML. Optional.
	Content string

	// Published is the time of first publication. A Source shows the article from then on, so a
	// future one is an embargo. Required.
	Published time.Time
	// Updated is the time of the last change that matters to readers. Optional; default Published.
	Updated time.Time
	// Expires is when the article leaves every feed. Optional; never.
	Expires time.Time
	// Draft keeps the article out of every feed. Optional.
	Draft bool
	// Private keeps the article out of every feed, as Draft does. Optional.
	Private bool

	// Authors in the order of the byline. Optional; an article without is by the publication.
	Authors []Author
	// Contributors are others who had a part in it; Atom carries them. Optional.
	Contributors []Author
	// Categories are the sections it appears in; their ancestors need not be listed. Optional.
	Categories []*Category
	// Tags in the order of the page. Optional.
	Tags []Tag

	// Image is the lead image. JSON Feed carries it; RSS and Atom do with package media. Optional.
	Image Image
	// Banner is the URL of a wide picture for the top of a page; JSON Feed carries it. Optional.
	Banner string
	// Enclosures are the files that come with it: a podcast's audio. RSS holds one; the others become
	// links. Optional.
	Enclosures []Enclosure

	// Language is a BCP 47 tag. Optional; the site's.
	Language string
	// ExternalURL is the page elsewhere that the article is about. Optional.
	ExternalURL string
	// CommentsURL is the page of readers' comments, CommentsFeed a feed of them. Optional.
	CommentsURL, CommentsFeed string
	// CommentCount is how many comments there are. Optional; 0 is not written.
	CommentCount int
	// Rights is the copyright notice of this article, plain text. Optional.
	Rights string
	// Origin is the feed that the article was first published in, when it is republished. Optional.
	Origin Origin
	// Extensions add elements of other vocabularies to this article. Optional.
	Extensions []Extension

	prepared *prepared
}

// Image is a picture with what is known of it.
type Image struct {
	// URL of the picture. Required.
	URL string
	// Type is its media type. Optional; told from the URL's file name where that tells.
	Type string
	// Width and Height in pixels. Optional; 0 is unknown.
	Width, Height int
	// Size in bytes. Optional; 0 is unknown.
	Size int64
	// Alt says in words what is to be seen. Optional.
	Alt string
	// Credit names the photographer or agency. Optional.
	Credit string
	// Thumbnail is a small version of it. Optional.
	Thumbnail *Image
}

// Enclosure is a file that comes with an article.
type Enclosure struct {
	// URL of the file. Required.
	URL string
	// Type is its media type. Optional; told from the URL's file name where that tells.
	Type string
	// Size in bytes. Optional; 0 is unknown.
	Size int64
	// Duration of audio or video; feeds carry whole seconds. Optional.
	Duration time.Duration
	// Title of the file. Optional.
	Title string
}

// Origin is the feed that an article comes from (RFC 4287 section 4.2.11, RSS 2.0 `source`).
type Origin struct {
	ID      string    // the feed's Atom id. Optional; default URL.
	Title   string    // the feed's title. Optional.
	URL     string    // the feed's own address. Required by RSS.
	Updated time.Time // the feed's time of change. Optional; default the article's.
}

// key returns what tells the article from all others: its ID, or its URL.
func (a *Article) key() string {
	if a.ID != "" {
		return a.ID
	}
	return a.URL
}

// updated returns the last change, which is never before the publication.
func (a *Article) updated() time.Time {
	if a.Updated.After(a.Published) {
		return a.Updated
	}
	return a.Published
}

// edited reports whether the article was changed after its publication.
func (a *Article) edited() bool { return a.Updated.Unix() > a.Published.Unix() }

// atomID returns the id of an article as Atom wants it: an absolute IRI (RFC 4287 section 4.2.6) in its
// canonical form.
func atomID(a *Article, authority string) string {
	id := strings.TrimSpace(xmltext.Legal(a.key()))
	if id == "" {
		return ""
	}
	if iri, ok := uri.IRI(id); ok {
		return iri
	}
	return uri.Tag(authority, id)
}

// guid returns the id of an article as RSS and JSON Feed carry it: byte for byte what was given. A
// short number alone becomes a tag: URI, since readers mistake it for an index (RSS-2).
func guid(a *Article, authority string) string {
	id := strings.TrimSpace(xmltext.Legal(a.key()))
	if len(id) < 9 && id != "" && strings.Trim(id, "0123456789") == "" {
		return uri.Tag(authority, id)
	}
	return id
}

// isPermalink reports whether a guid is the article's address.
func isPermalink(guid, articleURL string) bool {
	return guid == articleURL && (strings.HasPrefix(guid, "http://") || strings.HasPrefix(guid, "https://"))
}
