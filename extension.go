package syndicate

import (
	"fmt"

	"github.com/syndicate-go/syndicate/xmltext"
)

// Extension adds elements of another vocabulary to feeds: Media RSS, podcasts, a house's own.
//
// One on a [Site] or [Feed] is asked for the feed and for each of its articles; one on an [Article]
// for that article alone. What it writes lands in RSS and Atom; the prefixes it uses are declared on
// the root, and only then. It must write the same for the same input, be safe for concurrent use, and
// not ask a [Source] for feeds or scopes; so its fields must not change once it was given. One that panics loses its own elements; [Feed.Validate]
// reports it, the feed is whole. Names without a prefix are the format's own: write none that the
// encoder writes.
//
// An extension that has something to say in JSON Feed implements [JSONExtension] too.
type Extension interface {
	// Namespaces lists the namespaces whose prefixes the extension may write.
	Namespaces() []xmltext.Namespace
	// WriteFeed writes elements of the channel or feed.
	WriteFeed(w *xmltext.Writer, format Format, feed *Feed)
	// WriteArticle writes elements of the item or entry.
	WriteArticle(w *xmltext.Writer, format Format, article *Article)
}

// JSONExtension is an [Extension] with objects in JSON Feed, where custom names begin with an
// underscore (JSON Feed 1.1, "Extensions").
type JSONExtension interface {
	Extension
	// FeedJSON returns the name ("_podcast") and the object at the top level, which encoding/json
	// can marshal; nil for nothing.
	FeedJSON(feed *Feed) (name string, object any)
	// ArticleJSON is the same for an item.
	ArticleJSON(article *Article) (name string, object any)
}

// writeExtensions lets each extension write, and reports those that failed.
func writeExtensions(w *xmltext.Writer, extensions []Extension, r *report, write func(Extension, *xmltext.Writer)) {
	for _, ext := range extensions {
		if ext == nil {
			continue
		}
		namespaces, err := namespacesOf(ext)
		if err == nil {
			err = w.Nested(namespaces, func(w *xmltext.Writer) { write(ext, w) })
		}
		if err != nil && r != nil {
			r.refuse("Extensions", fmt.Sprintf("%T: %v", ext, err), RuleExtension, "")
		}
	}
}

// namespacesOf asks ext for its namespaces; the error is its panic.
func namespacesOf(ext Extension) (namespaces []xmltext.Namespace, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return ext.Namespaces(), nil
}

// Checker is an [Extension] that checks what it will write. [Publication.Article] calls CheckArticle and
// refuses an article for a problem that is not a warning; [Feed.Validate] calls both methods.
type Checker interface {
	Extension
	// CheckFeed returns what is wrong with the extension's part of a feed. A Problem needs Field and
	// Rule; the rest is filled in.
	CheckFeed(feed *Feed) []*Problem
	// CheckArticle returns what is wrong with the extension's part of an article.
	CheckArticle(article *Article) []*Problem
}

// Keepable is an [Extension] of an article that a store can keep. The [Reviver] of the same vocabulary
// on the [Site] reads it back.
type Keepable interface {
	Extension
	// Vocabulary returns the namespace URI of the extension's vocabulary.
	Vocabulary() string
	// MarshalText returns the extension as text. The same extension must return the same text.
	MarshalText() ([]byte, error)
}

// Reviver is an [Extension] of a [Site] that reads the article extensions of its vocabulary from the text
// that a store kept.
type Reviver interface {
	Extension
	// Vocabulary returns the namespace URI of the extension's vocabulary.
	Vocabulary() string
	// ReviveArticle returns the extension that [Keepable.MarshalText] made the text of.
	ReviveArticle(text []byte) (Extension, error)
}
