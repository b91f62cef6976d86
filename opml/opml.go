// Package opml lists the feeds of a publication as OPML 2.0, the file format that feed readers
// import. One import subscribes a reader to every section of a newsroom.
//
//	err := opml.Write(ctx, w, archive)
//
// The format is specified at http://opml.org/spec2.opml.
package opml

import (
	"cmp"
	"context"
	"io"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedlist"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

const (
	// ContentType is the Content-Type to serve the list with. It is not a registered media type,
	// but it is the one that feed readers recognize.
	ContentType = "text/x-opml; charset=utf-8"
	// FileName is the conventional file name of the list.
	FileName = "feeds.opml"
)

// Append appends an OPML list of all feeds of source to dst and returns the extended buffer.
//
// The site's feed comes first. The categories follow, nested as they are, then a group of tags
// and a group of authors. A category with subcategories becomes a group whose first member is the
// category's own feed.
//
// Each outline has type "rss" and the URL of the RSS feed, as the section "Subscription lists" of
// the specification requires. If the site does not publish RSS, the URL is that of the first
// format that it publishes; feed readers detect the format themselves.
//
// The output is deterministic: dateModified is the time of the newest change in any feed, not the
// time of the call. If source returns an error, Append returns it with dst unchanged.
func Append(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error) {
	list, err := feedlist.Read(ctx, source, 0)
	if err != nil {
		return dst, err
	}
	return appendList(dst, list), nil
}

// Write writes the list that [Append] builds to w, in a single call of w.Write. If source returns
// an error, Write returns it and writes nothing.
func Write(ctx context.Context, w io.Writer, source syndicate.Source) error {
	text, err := Append(ctx, nil, source)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// appendList appends the whole document. Every element starts on its own line.
func appendList(dst []byte, list *feedlist.List) []byte {
	dst = append(dst, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"...)
	w := xmlwriter.New(dst)
	w.Start("opml", attr("version", "2.0"))
	w.Break()
	w.Start("head")
	line := func(name, text string) { w.Break(); w.Element(name, text) }
	line("title", list.Site.Title)
	line("dateModified", date(list.Modified))
	line("ownerName", list.Site.Author.Name)
	line("docs", "http://opml.org/spec2.opml")
	w.Break()
	w.End()
	w.Break()
	w.Start("body")
	subscription(w, list.Main)
	for _, e := range list.Categories {
		category(w, e)
	}
	terms(w, "Tags", list.Tags)
	terms(w, "Authors", list.Authors)
	w.Break()
	w.End()
	w.Break()
	w.End()
	w.Break()
	return w.Bytes()
}

// group writes an outline without a URL. The function members writes the outlines inside it.
func group(w *xmlwriter.Writer, text string, members func()) {
	w.Break()
	w.Start("outline", attr("text", text))
	members()
	w.Break()
	w.End()
}

// category writes the feed of a category. A category with subcategories becomes a group that
// starts with the category's own feed, because many readers ignore outlines inside a
// subscription, and the specification's subscription lists nest subscriptions only in groups.
func category(w *xmlwriter.Writer, e *feedlist.Entry) {
	if len(e.Entries) == 0 {
		subscription(w, e)
		return
	}
	group(w, e.Name, func() {
		subscription(w, e)
		for _, below := range e.Entries {
			category(w, below)
		}
	})
}

// terms writes the feeds of all tags or all authors as one group. It writes nothing if there are
// none: a group must not be empty.
func terms(w *xmlwriter.Writer, text string, entries []*feedlist.Entry) {
	if len(entries) == 0 {
		return
	}
	group(w, text, func() {
		for _, e := range entries {
			subscription(w, e)
		}
	})
}

// subscription writes one feed, with the attributes that the specification lists for
// subscriptions; text and xmlUrl are required. It writes nothing for an entry without a feed.
func subscription(w *xmlwriter.Writer, e *feedlist.Entry) {
	if e == nil {
		return
	}
	url := cmp.Or(e.Self.RSS, e.Self.Atom, e.Self.JSON)
	if url == "" {
		return
	}
	w.Break()
	w.Empty("outline", attr("type", "rss"), attr("text", e.Title), attr("title", e.Title),
		attr("xmlUrl", url), attr("htmlUrl", e.URL))
}

// date formats t as RFC 822 requires, with a four-digit year. It returns "" for the zero time.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
}

// attr returns an XML attribute without a prefix.
func attr(name, value string) xmlwriter.Attr { return xmlwriter.Attr{Name: name, Value: value} }
