package syndicate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Extension adds elements of another vocabulary to RSS and Atom: Media RSS, podcasts, one of your
// own.
//
// The encoders call an extension of a [Site] or [Feed] for the feed and for each of its articles,
// and an extension of an [Article] for that article. They declare the prefixes that it writes, and
// only those, on the root element. Names without a prefix are the format's own: do not write
// elements that the encoder writes, except for the texts of an RSS item. If an extension writes a
// description, the encoder writes neither that nor content:encoded.
//
// An extension must write the same for the same input and be safe for concurrent use, so its fields
// must not change once it is in use. It must not call a [Source]. If it panics, only its own
// elements are missing from the feed, and [Feed.Validate] reports it.
//
// An extension may implement more interfaces: [JSONExtension] to write into JSON Feed, [Checker] to
// report problems, and those of package sqlstore to be stored with an article. Its method
// FeedDefaults(FeedOptions) FeedOptions, if it has one, fills in the settings of its feeds.
type Extension interface {
	// Namespaces returns the namespaces whose prefixes the extension may write.
	Namespaces() []xmltext.Namespace
	// WriteFeed writes elements of the channel (RSS) or feed (Atom).
	WriteFeed(w *xmltext.Writer, format Format, feed *Feed)
	// WriteArticle writes elements of the item (RSS) or entry (Atom).
	WriteArticle(w *xmltext.Writer, format Format, article *Article)
}

// JSONExtension is an [Extension] that adds objects to JSON Feed. Their names begin with an
// underscore and hold no dot (JSON Feed 1.1, "Extensions").
type JSONExtension interface {
	Extension
	// FeedJSON returns the name ("_podcast") and the object to write at the top level, any value
	// that encoding/json encodes as an object. A nil object writes nothing.
	FeedJSON(feed *Feed) (name string, object any)
	// ArticleJSON is FeedJSON for an item.
	ArticleJSON(article *Article) (name string, object any)
}

// Checker is an [Extension] that checks what it is to write: whether required elements are there
// and whether values are among those that its vocabulary allows.
//
// Both methods return the problems that they found, nil for none. A Problem's Rule and Spec are the
// vocabulary's; its Article and Format may be left empty. A Problem with Warning set is a warning.
type Checker interface {
	Extension
	// CheckFeed checks a feed and what the extension writes into it. [Feed.Validate] calls it, and
	// [Site.Check] does for the site's feed and each of [Site.Scopes], without articles.
	CheckFeed(feed *Feed) []*Problem
	// CheckArticle checks an article and what the extension writes into its item. Feed.Validate
	// calls it, and so does every Source when an article is added, for the extensions of the site
	// and of the article: a Problem that is not a warning refuses the article.
	CheckArticle(article *Article) []*Problem
}

// extensionsOf returns the extensions to call for the feed, or for an article if that is not nil.
// The extensions of an article follow those of the feed, as their elements do.
func (f *Feed) extensionsOf(a *Article) []Extension {
	if a == nil {
		return f.Extensions
	}
	return append(slices.Clip(f.Extensions), a.Extensions...)
}

// writeExtensions writes the elements of extensions in RSS or Atom: those of the feed, or those of
// an article if that is not nil. It reports to r the extensions that failed and what they wrote
// wrongly.
func writeExtensions(w *xmlwriter.Writer, f *Feed, a *Article, format Format, r *report) {
	for _, ext := range f.extensionsOf(a) {
		if ext == nil {
			continue
		}
		var err error
		panicked := findings.Recovered(func() {
			own := xmltext.NewWriter(ext.Namespaces()...)
			if a == nil {
				ext.WriteFeed(own, format, f)
			} else {
				ext.WriteArticle(own, format, a)
			}
			// All that it wrote is copied, or nothing if one of its prefixes stands for something
			// else.
			err = cmp.Or(xmlwriter.InsertFrom(w, own.Bytes(), own.Used()), own.Err())
		})
		if err = cmp.Or(panicked, err); err != nil {
			r.extension(ext, err, "")
		}
	}
}

// extension reports to r an extension that failed, unless r is nil.
func (r *report) extension(ext Extension, err error, spec string) {
	if r != nil {
		r.Refuse("Extensions", fmt.Sprintf("%T: %v", ext, err), RuleExtension, spec)
	}
}
