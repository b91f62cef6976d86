package syndicate

import (
	"cmp"
	"io"
	"slices"
	"time"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/bodies"
	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/scratch"
	"github.com/syndicate-go/syndicate/internal/stretches"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Feed is one channel: metadata and articles. A [Source] returns feeds that are ready to write. A
// program can also fill one in by hand. Then the encoders make its text legal and change nothing
// else, [Feed.Clean] cleans the bodies, and [Feed.Validate] reports what is missing.
//
// The articles in a Source's feed are shared and read-only, and so is what its other slices and
// pointers refer to. The slice Articles itself may be changed: drop articles, reorder them, replace
// them with edited copies.
type Feed struct {
	// ID is an absolute IRI that never changes (RFC 4287 section 4.2.6). Required by Atom.
	ID string
	// Title stands alone in a list of feeds, plain text: "Military – Nordic Monitor". Required.
	Title string
	// Description is the subtitle, plain text. Required by RSS.
	Description string
	// URL of the HTML page with the same articles. Required by RSS.
	URL string
	// Self is the feed's own address in each format. Recommended.
	Self Links
	// Language is a BCP 47 tag. Recommended.
	Language string
	// Copyright is the notice, plain text. Default: none.
	Copyright string
	// Authors of the articles that name none. Required by Atom unless each article has its own.
	Authors []Author
	// Updated is the time of the newest change that readers see. Default: the newest article's.
	Updated time.Time

	// Logo, Icon, Favicon, Stylesheet, Hubs, ManagingEditor, WebMaster, Schedule and Expired are as
	// in [Site]. Default: none.
	Logo                      Image
	Icon, Favicon, Stylesheet string
	Hubs                      []string
	ManagingEditor, WebMaster Author
	Schedule                  Schedule
	Expired                   bool
	// Generator names the program that made the feed. Default: none.
	Generator string

	// Archived marks an archive document, which changes only for corrections (RFC 5005 section 4).
	// Default: false.
	Archived bool
	// Current is the address of the current feed, on archive documents. Default: none.
	Current Links
	// PrevArchive is the address of the archive document with the next older articles; next_url in
	// JSON Feed. Default: none.
	PrevArchive Links
	// NextArchive is the address of the archive page with the next newer articles. Default: none.
	NextArchive Links

	// Complete means that the feed has every article of its scope (RFC 5005 section 2). A [Source]
	// sets it; clear it when you drop articles. Shows of package podcast write it. Default: false.
	Complete bool

	// CategoryScheme and TagScheme are the URIs that distinguish categories from tags of the same
	// name (RSS domain, Atom scheme). Default: made of URL.
	CategoryScheme, TagScheme string
	// TagAuthority, CategoryPaths, MakeTitles and AuthorEmails are as in [Site].
	TagAuthority                            string
	CategoryPaths, MakeTitles, AuthorEmails bool

	// Articles, newest first.
	Articles []*Article
	// Tombstones announce the removal of articles. Atom carries them (RFC 6721). Default: none.
	Tombstones []Tombstone
	// Extensions add elements to the feed and to each of its articles. Default: none.
	Extensions []Extension

	// Scope is what the feed covers. A [Source] sets it.
	Scope Scope
	// Modified is when articles last entered, left or changed, for HTTP's Last-Modified. NextChange
	// is when the feed changes without any change of the articles: an embargo ends, an article
	// expires; zero means never. On an archive page, Modified is about the articles there, and
	// NextChange is that of the current feed. A [Source] sets both; no format carries them.
	Modified, NextChange time.Time

	original *original                // the feed as a Source made it
	long     stretches.Known[Article] // of the original's articles, if there are many
}

// Tombstone announces that an article was removed (RFC 6721).
type Tombstone struct {
	ID   string    // the article's ID, or its URL if it has none. Required.
	When time.Time // when it was removed. Required.
}

// Append appends the feed in the given format and returns the extended buffer. It cannot fail: it
// mends text that XML cannot hold, and leaves out what is missing. For a value that is not one of
// [Formats] it appends nothing.
func (f *Feed) Append(dst []byte, format Format) []byte {
	if !format.valid() {
		return dst
	}
	if d := f.document(format); d != nil {
		return d.Append(dst)
	}
	return f.encode(dst, format, nil)
}

// Write writes the feed in the given format with one call of w.Write. The error is that of w.
func (f *Feed) Write(w io.Writer, format Format) error {
	buffer := scratch.Get()
	defer scratch.Put(buffer)
	*buffer = f.Append((*buffer)[:0], format)
	_, err := w.Write(*buffer)
	return err
}

// Clean makes the bodies fit for feeds, for a feed that was filled in by hand. It replaces every
// article with a copy whose Content is cleaned under policy. Relative URLs are resolved against the
// article's address. A missing Summary becomes the first 55 words.
func (f *Feed) Clean(policy cleanhtml.Policy) {
	articles := make([]*Article, 0, len(f.Articles))
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		clean := *a
		clean.checked, clean.shown = nil, nil
		clean.Content = bodies.Clean(policy, a.URL, a.Content)
		clean.Summary = bodies.Summary(policy, a.Summary, a.Content, clean.Content)
		articles = append(articles, &clean)
	}
	f.Articles = articles
}

// Select returns the articles that match, without nil ones, for an [Extension] that writes of them
// into the feed. A [Source]'s feed of 512 articles or more remembers the result by name, which
// should be unique to the question ("podcast: trailers"), and calls match only for new articles,
// perhaps on several goroutines: match must always return the same.
func (f *Feed) Select(name string, match func(*Article) bool) []*Article {
	return f.long.Select(f.Articles, name, match)
}

// updated returns the feed's time of change: what Updated says, or the newest of the articles.
func (f *Feed) updated() time.Time {
	if !f.Updated.IsZero() {
		return f.Updated
	}
	newest := f.long.Latest(f.Articles, (*Article).updated)
	for _, t := range f.Tombstones {
		newest = date.Later(newest, t.When)
	}
	return newest
}

// copy returns a feed with its own lists of articles and authors.
func (f *Feed) copy() *Feed {
	copied := *f
	copied.Articles, copied.Authors = slices.Clone(f.Articles), slices.Clone(f.Authors)
	return &copied
}

// linkedArchive reports whether the feed is to be marked as an archive document. One that is linked
// to no other is not, because validators then want it to be marked as complete, which it is not.
func (f *Feed) linkedArchive(format Format) bool {
	return f.Archived && (f.PrevArchive.For(format) != "" || f.NextArchive.For(format) != "")
}

// filledIn returns a feed whose schemes are given, so that they are not made for each article.
func (f *Feed) filledIn() *Feed {
	if f.CategoryScheme != "" && f.TagScheme != "" {
		return f
	}
	filled := *f
	filled.CategoryScheme = cmp.Or(f.CategoryScheme, f.fragment(KindCategory))
	filled.TagScheme = cmp.Or(f.TagScheme, f.fragment(KindTag))
	return &filled
}

// fragment returns a URI below the feed's page that stands for a taxonomy, "" without a page. No
// reader loads it: it only distinguishes categories from tags of the same name.
func (f *Feed) fragment(kind Kind) string {
	if f.URL == "" {
		return ""
	}
	below, _ := uri.Resolve(nil, f.URL+"#"+kind.String())
	return below
}

// label returns the name of a category in this feed, with those of its parents if CategoryPaths is
// set. A category of a feed that was filled in by hand may be its own ancestor; it has no path.
func (f *Feed) label(c *Category) string {
	if !f.CategoryPaths || c.Parent == nil || c.endless() {
		return c.Name
	}
	return string(c.appendNames(nil, "/"))
}

func (f *Feed) tagAuthority() string { return uri.TagAuthority(f.TagAuthority, f.URL) }

// atomID returns the Atom id of an article in this feed. Only an article whose ID is not an IRI
// needs the authority, which often has to be made of the feed's address.
func (f *Feed) atomID(a *Article) string {
	if id := trimmed(a.key()); uri.IsCanonical(id) {
		return id
	}
	return atomID(a, f.tagAuthority())
}
