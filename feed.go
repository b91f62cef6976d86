package syndicate

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Feed is one channel: what is true of it, and its articles. A [Source] gives feeds that are ready to
// write. One can also be filled by hand: then the encoders make its text legal and nothing else,
// [Feed.Clean] cleans the bodies, and [Feed.Validate] tells what is missing.
//
// Articles of a Source's feed, and whatever else is behind a slice or pointer, are shared and read-only.
// The slice of Articles is the feed's own: articles may be dropped, put in another order, or replaced by
// edited copies.
type Feed struct {
	// ID is an absolute IRI that never changes (RFC 4287 section 4.2.6). Required by Atom.
	ID string
	// Title stands alone, plain text: "Military – Nordic Monitor". Required.
	Title string
	// Description is the subtitle, plain text. Required by RSS.
	Description string
	// URL is the HTML page that shows what the feed does. Required by RSS.
	URL string
	// Self is the feed's own address, by [Format]: f.Self[syndicate.RSS]. Recommended.
	Self [3]string
	// Language is a BCP 47 tag. Recommended.
	Language string
	// Copyright is the notice, plain text. Optional.
	Copyright string
	// Authors of articles that name none. Required by Atom unless each article has its own.
	Authors []Author
	// Updated is the newest change that is visible. Optional; the newest of the articles'.
	Updated time.Time

	// Logo, Icon, Favicon, Stylesheet, Hubs, ManagingEditor, WebMaster, Schedule and Expired are as in [Site].
	// Optional.
	Logo                      Image
	Icon, Favicon, Stylesheet string
	Hubs                      []string
	ManagingEditor, WebMaster Author
	Schedule                  Schedule
	Expired                   bool
	// Generator names the program that made the feed. Optional; nothing.
	Generator string

	// Archived marks an archive document, which does not change any more but for corrections
	// (RFC 5005 section 4). Optional.
	Archived bool
	// Current is the address of the current feed, on archive documents. Optional.
	Current [3]string
	// PrevArchive is the address of the archive document with the next older articles; next_url in
	// JSON Feed. Optional.
	PrevArchive [3]string
	// NextArchive is the address of the archive document with the next newer articles. Optional.
	NextArchive [3]string

	// CategoryScheme and TagScheme are the URIs that tell categories from tags of the same name (RSS
	// domain, Atom scheme). Optional; made of URL.
	CategoryScheme, TagScheme string
	// TagAuthority, CategoryPaths and AuthorEmails are as in [Site]. Optional.
	TagAuthority  string
	CategoryPaths bool
	AuthorEmails  bool

	// Articles, newest first.
	Articles []*Article
	// Tombstones tell of articles that were removed; Atom carries them (RFC 6721). Optional.
	Tombstones []Tombstone
	// Extensions add elements to the feed and to each of its articles. Optional.
	Extensions []Extension

	// Scope is what the feed is of; set by a [Source].
	Scope Scope
	// Modified is when membership or content last changed, which is what HTTP's Last-Modified needs;
	// set by a [Source], written by no format.
	Modified time.Time
	// NextChange is when time alone changes the feed: an embargo ends, an article expires. Zero is never;
	// set by a [Source], written by no format.
	NextChange time.Time

	original *original // what it was when a Source made it
}

// Tombstone tells that an article was removed (RFC 6721).
type Tombstone struct {
	ID   string    // the article's id, or its URL if it has none. Required.
	When time.Time // when it was removed. Required.
}

// Append appends the feed in the given format and returns the extended buffer. It cannot fail; text
// that XML cannot hold is mended, and a feed that lacks something is written without. A value that is
// no format appends nothing.
func (f *Feed) Append(dst []byte, format Format) []byte {
	if !format.valid() {
		return dst
	}
	d, _ := f.document(format)
	return f.appendFrom(d, dst, format)
}

// appendFrom is Append with the feed in pieces, which are nil where there are none.
func (f *Feed) appendFrom(d *document, dst []byte, format Format) []byte {
	if d != nil {
		return d.append(dst)
	}
	return f.encode(dst, format, nil)
}

// encode encodes all of the feed; extensions that fail are reported to r unless it is nil.
func (f *Feed) encode(dst []byte, format Format, r *report) []byte {
	if format == JSON {
		return appendJSON(dst, f, r)
	}
	return xmlFormats[format].append(dst, f, r)
}

// Write writes the feed in the given format, in one piece. It fails only with the writer's error.
func (f *Feed) Write(w io.Writer, format Format) error {
	buffer := scratches.Get().(*[]byte)
	defer keepScratch(buffer)
	*buffer = f.Append((*buffer)[:0], format)
	_, err := w.Write(*buffer)
	return err
}

// Clean makes the bodies fit for feeds, as a [Source] does by itself: every article is replaced by a
// copy whose Content is cleaned under policy, against the article's address. A missing Summary becomes
// the first 55 words.
func (f *Feed) Clean(policy cleanhtml.Policy) {
	articles := make([]*Article, 0, len(f.Articles))
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		clean := *a
		clean.prepared = nil
		clean.Content = strings.Trim(policy.Clean(a.Content, a.URL), htmlSpace)
		if clean.Summary == "" && policy.Sanitizer == nil {
			clean.Summary = summaryOf(a.Content)
		}
		if clean.Summary == "" {
			clean.Summary = summaryOf(clean.Content)
		}
		articles = append(articles, &clean)
	}
	f.Articles = articles
}

// updated returns the feed's time of change: what Updated says, or the newest of the articles.
func (f *Feed) updated() time.Time {
	newest := f.Updated
	if !newest.IsZero() {
		return newest
	}
	for _, a := range f.Articles {
		if a != nil && a.updated().After(newest) {
			newest = a.updated()
		}
	}
	for _, t := range f.Tombstones {
		if t.When.After(newest) {
			newest = t.When
		}
	}
	return newest
}

// copy returns a feed with articles and authors of its own, for the usual number of them in one piece.
func (f *Feed) copy() *Feed {
	if len(f.Articles) > defaultLimit || len(f.Authors) != 1 {
		copied := *f
		copied.Articles, copied.Authors = slices.Clone(f.Articles), slices.Clone(f.Authors)
		return &copied
	}
	all := &struct {
		feed     Feed
		articles [defaultLimit]*Article
		authors  [1]Author
	}{feed: *f}
	n := copy(all.articles[:], f.Articles)
	copy(all.authors[:], f.Authors)
	all.feed.Articles, all.feed.Authors = all.articles[:n:n], all.authors[:]
	return &all.feed
}

// linkedArchive reports whether the feed is to be marked as an archive document. One that is linked to
// no other is not, because validators then want it to be marked as complete, which it is not.
func (f *Feed) linkedArchive(format Format) bool {
	return f.Archived && (f.PrevArchive[format] != "" || f.NextArchive[format] != "")
}

// filledIn returns the feed with the schemes worked out, so that this is not done for each article; f itself when
// they are given.
func (f *Feed) filledIn() *Feed {
	if f.CategoryScheme != "" && f.TagScheme != "" {
		return f
	}
	filled := *f
	filled.CategoryScheme, filled.TagScheme = f.scheme(KindCategory), f.scheme(KindTag)
	return &filled
}

// scheme returns the taxonomy's URI, made of the feed's page unless it was given.
func (f *Feed) scheme(kind Kind) string {
	given := f.CategoryScheme
	if kind == KindTag {
		given = f.TagScheme
	}
	if given != "" || f.URL == "" {
		return given
	}
	below, _ := uri.Resolve(nil, f.URL+"#"+kind.String())
	return below
}

// label is the name that a category goes by in this feed.
func (f *Feed) label(c *Category) string {
	if !f.CategoryPaths {
		return c.Name
	}
	chain, ok := c.chain()
	if !ok {
		return c.Name
	}
	return joinNames(chain, "/")
}

func joinNames(chain []*Category, sep string) string {
	var names []byte
	for i, c := range chain {
		if i > 0 {
			names = append(names, sep...)
		}
		names = append(names, c.Name...)
	}
	return string(names)
}

// of returns a report for one article of the feed; nil when nobody asked for one.
func (r *report) of(a *Article) *report {
	if r == nil {
		return nil
	}
	return &report{article: cmp.Or(a.URL, a.ID, a.Title)}
}

// add takes over what was found in a part.
func (r *report) add(part *report) {
	if r != nil && part != nil {
		r.problems = append(r.problems, part.problems...)
	}
}

func (f *Feed) tagAuthority() string { return uri.TagAuthority(f.TagAuthority, f.URL) }

// guid and atomID are the ids of an article in this feed. The authority of tag: URIs, which is often made of the
// feed's address, is worked out for those ids only that have one.
func (f *Feed) guid(a *Article) string {
	if id := guid(a, ""); !strings.HasPrefix(id, "tag:") {
		return id
	}
	return guid(a, f.tagAuthority())
}

func (f *Feed) atomID(a *Article) string {
	if id := trimmed(a.key()); uri.IsCanonical(id) {
		return id
	}
	return atomID(a, f.tagAuthority())
}
