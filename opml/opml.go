// Package opml lists the feeds of a publication as OPML 2.0 (http://opml.org/spec2.opml), the file that
// feed readers import: subscribing to a whole newsroom is one step.
//
//	err := opml.Write(ctx, w, archive)
package opml

import (
	"context"
	"io"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedlist"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

const (
	// ContentType is the value of HTTP's Content-Type. The type is not registered, but it is the one that
	// readers look for.
	ContentType = "text/x-opml; charset=utf-8"
	// FileName is the conventional name of such a file.
	FileName = "feeds.opml"
)

// Append appends the list of all feeds of source and returns the extended buffer: the site's, then the
// categories', nested as they are, then the tags' and the authors' in a group each. A category that holds
// others is a group, with its own feed first. The addresses are those of RSS, which is what an outline of
// type "rss" promises (section "Subscription lists").
//
// The same feeds give the same bytes: dateModified is the newest change of a feed, not the time of the
// call. The error is the Source's; dst is returned unchanged then.
func Append(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error) {
	list, err := feedlist.Read(ctx, source, 0)
	if err != nil {
		return dst, err
	}
	return appendList(dst, list), nil
}

// Write writes what [Append] appends, in one piece.
func Write(ctx context.Context, w io.Writer, source syndicate.Source) error {
	text, err := Append(ctx, nil, source)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

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

// group writes what add adds below an outline that is no feed; nothing if that is nothing.
func group(w *xmlwriter.Writer, text string, add func()) {
	w.Break()
	w.Start("outline", attr("text", text))
	add()
	w.Break()
	w.End()
}

// category writes a category's feed; one that holds others becomes a group, with its own feed first.
// Readers take an outline that has an address for a subscription and many never look below it; the
// specification's subscription lists have subscriptions inside groups only.
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

// subscription writes one feed, with the attributes that the specification names for subscription lists;
// text and xmlUrl are required. Nothing for what is no feed.
func subscription(w *xmlwriter.Writer, e *feedlist.Entry) {
	if e == nil || !e.IsFeed {
		return
	}
	w.Break()
	w.Empty("outline", attr("type", "rss"), attr("text", e.Title), attr("title", e.Title),
		attr("xmlUrl", e.Self[syndicate.RSS]), attr("htmlUrl", e.URL))
}

// date is RFC 822's form, with a year of four digits; "" for none.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
}

func attr(name, value string) xmlwriter.Attr { return xmlwriter.Attr{Name: name, Value: value} }
