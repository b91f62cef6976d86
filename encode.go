package syndicate

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/joined"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/scratch"
	"github.com/syndicate-go/syndicate/internal/stretches"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

// Encode once, copy after.
//
// Every feed is encoded the same way, whoever filled it in: as a head, items and a tail, with which
// a joined.Builder makes a document. In RSS and Atom the root element's tag is written last,
// because it declares the namespaces that the rest has used.
//
// An article that a Source shows in several feeds is encoded once in each format (pieces), when the
// bytes of one of these feeds are first needed. The document of a feed refers to these pieces, and
// only what is not among them is encoded. The document of an unchanged feed of a Source is kept.

// writers keeps the memory of the Writers of RSS and Atom.
var writers = xmlwriter.NewPool(xmlwriter.FeedNamespaces...)

// shapes are the parts that all feeds of a format share: between the items, and after them.
var shapes = [formatCount]struct{ separator, tail *joined.Part }{
	RSS:  {nil, &joined.Part{Tail: "</channel>\n</rss>\n"}},
	Atom: {nil, &joined.Part{Tail: "</feed>\n"}},
	JSON: {joined.Comma, &joined.Part{Tail: "]}\n"}},
}

// AppendGzip appends the result of [Feed.Append] compressed with gzip (RFC 1952) and returns the
// extended buffer. It cannot fail.
//
// The stream of a feed from a [Source] is joined from those of its head and its articles. Each is
// compressed once and kept while a feed shows it, so that the join costs little more than a copy.
// The compressed articles take memory, about a third of their text, and the stream is a little
// longer than if the document were compressed as a whole; compress what Append returns where size
// matters more. Feeds that were filled by hand, or changed, are compressed as a whole.
func (f *Feed) AppendGzip(dst []byte, format Format) []byte {
	if !format.valid() {
		return dst
	}
	if d := f.document(format); d != nil {
		return d.AppendGzip(dst)
	}
	buffer := scratch.Get()
	defer scratch.Put(buffer)
	*buffer = f.encode((*buffer)[:0], format, nil)
	return joined.AppendGzip(dst, *buffer)
}

// encode appends the feed. It copies the items that the feed shares with others, unless r is given:
// then it encodes all of them, and reports the extensions that fail.
func (f *Feed) encode(dst []byte, format Format, r *report) []byte {
	var shared *Publication
	if o := f.original; r == nil && o != nil && f.itemsAs(&o.feed) {
		shared = o.publication
	}
	b := joined.NewBuilder()
	defer b.Free()
	f.build(b, format, shared, r)
	return b.Append(dst)
}

// build makes the document in an empty Builder. It shares the items of articles that a publication
// shows, unless that is nil. An item whose namespaces the document cannot declare, because an
// extension of the feed uses one of their prefixes for another namespace, is encoded anew, so that
// only the elements of that extension are missing.
func (f *Feed) build(b *joined.Builder, format Format, shared *Publication, r *report) {
	f = f.filledIn()
	w := writers.Get(b.Text())
	defer writers.Put(w)
	b.Own(appendHead(b.Text(), w, f, format, r))
	var v variant // of a feed that shares its items with all others
	alone, long := f.Articles, []*stretches.Stretch[Article](nil)
	if shared != nil {
		v = shared.variant(f.Scope)
		alone, long = f.long.Ending(f.Articles)
	}
	add := func(articles []*Article) {
		for _, a := range articles {
			if a == nil {
				continue
			}
			if p := shared.encoded(f, v, a, format); p != nil && w.Declare(p.Used) {
				b.Share(&p.Part)
				continue
			}
			if r != nil {
				r.Article = a.label()
			}
			b.Own(appendItem(b.Text(), w, f, a, format, nil, r))
		}
	}
	b.Separate(shapes[format].separator)
	add(alone)
	encoded := func(a *Article) *stretches.Item { return shared.encoded(f, v, a, format) }
	for _, s := range long {
		if items := s.Items(int(format), shapes[format].separator, encoded); w.Declare(items.Used) {
			b.ShareDocument(&items.Document)
		} else {
			add(s.Shown())
		}
	}
	b.Separate(nil)
	b.Share(shapes[format].tail)
	b.Begin(appendStart(b.Text(), w, f, format))
}

// appendStart appends what precedes the head in RSS and Atom: the XML declaration, the style sheet
// for browsers and the root element's tag. It declares the namespaces that w has used. JSON has
// nothing before its head.
func appendStart(dst []byte, w *xmlwriter.Writer, f *Feed, format Format) []byte {
	switch format {
	case RSS:
		dst = xmlwriter.AppendProlog(dst, trimmed(f.Stylesheet))
		return append(w.AppendRoot(dst, `<rss version="2.0"`), "\n<channel>\n"...)
	case Atom:
		dst = xmlwriter.AppendProlog(dst, trimmed(f.Stylesheet))
		language := xmlwriter.Attr{Name: "xml:lang", Value: languageOf(f.Language)}
		return append(w.AppendRoot(dst, `<feed xmlns="http://www.w3.org/2005/Atom"`, language), '\n')
	}
	return dst
}

// appendHead appends the feed without its items: the elements of the channel or feed, or the
// members of the top-level object. In RSS and Atom it writes with w, which appends to dst already.
func appendHead(dst []byte, w *xmlwriter.Writer, f *Feed, format Format, r *report) []byte {
	switch format {
	case RSS:
		rssHead(w, f, r)
	case Atom:
		atomHead(w, f, r)
	default:
		return appendJSONHead(dst, f, r)
	}
	w.Break()
	return w.Bytes()
}

// appendItem is appendHead for an item. It copies the tags that a publication knows, unless that is
// nil.
func appendItem(
	dst []byte, w *xmlwriter.Writer, f *Feed, a *Article, format Format, known *Publication, r *report,
) []byte {
	switch format {
	case RSS:
		rssItem(w, f, a, known, r)
	case Atom:
		atomEntry(w, f, a, known, r)
	default:
		return appendJSONItem(dst, f, a, r)
	}
	w.Break()
	return w.Bytes()
}

// original is what a Source's feed was when it was made, and its documents. A program may change
// its own copy of the feed. As long as that equals the original, the documents are its bytes.
type original struct {
	feed        Feed // not handed out, so that nobody changes it
	publication *Publication
	documents   [formatCount]struct {
		once sync.Once
		joined.Document
	}
}

// newOriginal remembers f, with a copy of every slice that a program could write into.
func newOriginal(f *Feed, p *Publication) *original {
	made := *f.copy()
	made.original = nil // of a feed that was too long
	made.Hubs, made.Tombstones = slices.Clone(f.Hubs), slices.Clone(f.Tombstones)
	made.Extensions, made.long = slices.Clone(f.Extensions), f.long.Certain(made.Articles)
	made.Schedule.SkipHours = slices.Clone(f.Schedule.SkipHours)
	made.Schedule.SkipDays = slices.Clone(f.Schedule.SkipDays)
	return &original{feed: made, publication: p}
}

// document returns the document of the feed as the Source made it. It is encoded once in each
// format, when it is first asked for.
func (o *original) document(format Format) *joined.Document {
	d := &o.documents[format]
	d.once.Do(func() {
		b := joined.NewBuilder()
		defer b.Free()
		o.feed.build(b, format, o.publication, nil)
		b.AddTo(&d.Document)
	})
	return &d.Document
}

// fits reports whether the feed is at most so many bytes long in every format that is published.
// That takes the documents themselves, which most callers ask for next.
func (o *original) fits(bytes int) bool {
	tooLong := func(format Format) bool { return o.document(format).Len() > bytes }
	return !slices.ContainsFunc(o.publication.site.Formats, tooLong)
}

// document returns the feed's document as the Source made it; nil if the feed is not a Source's or
// was changed.
func (f *Feed) document(format Format) *joined.Document {
	o := f.original
	if o == nil || !f.itemsAs(&o.feed) || !f.headAs(&o.feed) || !slices.Equal(f.Articles, o.feed.Articles) {
		return nil
	}
	return o.document(format)
}

// itemsAs reports whether all fields of f that items depend on are those of m. If they are, the
// articles of f are encoded as those of m, whatever else was changed. Together with headAs it lists
// every field but the articles. A test changes each field in turn.
func (f *Feed) itemsAs(m *Feed) bool {
	return f.TagAuthority == m.TagAuthority && f.CategoryScheme == m.CategoryScheme && f.TagScheme == m.TagScheme &&
		f.CategoryPaths == m.CategoryPaths && f.MakeTitles == m.MakeTitles && f.AuthorEmails == m.AuthorEmails &&
		f.Scope == m.Scope && f.Language == m.Language && f.ManagingEditor == m.ManagingEditor && slices.Equal(f.Authors, m.Authors) &&
		slices.EqualFunc(f.Extensions, m.Extensions, findings.Same[Extension])
}

// headAs reports whether all other fields of f are those of m, except for the articles.
func (f *Feed) headAs(m *Feed) bool {
	return f.ID == m.ID && f.Title == m.Title && f.Description == m.Description && f.URL == m.URL && f.Self == m.Self &&
		f.Copyright == m.Copyright && f.Updated.Equal(m.Updated) && f.Logo == m.Logo && f.Icon == m.Icon &&
		f.Favicon == m.Favicon && f.Stylesheet == m.Stylesheet && f.WebMaster == m.WebMaster &&
		findings.Schedule(f.Schedule).Equal(findings.Schedule(m.Schedule)) && f.Expired == m.Expired && f.Complete == m.Complete &&
		f.Generator == m.Generator && f.Archived == m.Archived && f.Current == m.Current &&
		f.PrevArchive == m.PrevArchive && f.NextArchive == m.NextArchive &&
		f.Modified.Equal(m.Modified) && f.NextChange.Equal(m.NextChange) &&
		slices.Equal(f.Hubs, m.Hubs) && slices.Equal(f.Tombstones, m.Tombstones)
}

// pieces are an article encoded in every format, for all feeds of a site that share their items.
// They live as long as the article that feeds show. Feeds of several formats are usually asked for
// together, so the article is encoded in all of them at once.
type pieces struct {
	once sync.Once
	of   [formatCount]stretches.Item // the Body of the one for Atom is in the memory of RSS
}

// encoded returns the encoded form that the publication's feeds share of an article. It returns nil
// for an article that is not theirs, and for a copy, which may have been edited. A nil publication
// shares none.
func (p *Publication) encoded(f *Feed, v variant, a *Article, format Format) *stretches.Item {
	shown := a.isShown()
	if p == nil || shown == nil || shown.publication != p || shown.variant != v {
		return nil
	}
	shown.pieces.once.Do(func() { shown.pieces.encode(f, a, p) })
	return &shown.pieces.of[format]
}

// encode fills the pieces of an article of f. All of them are in one block of memory, which holds
// the body for RSS and Atom once.
func (p *pieces) encode(f *Feed, a *Article, publication *Publication) {
	b := joined.NewBuilder()
	defer b.Free()
	var ends [formatCount]int
	// Items of all formats are written one after another, and each Writer goes on where the last
	// one ended.
	for format := RSS; format <= JSON; format++ {
		w := writers.Get(b.Text())
		b.Own(appendItem(b.Text(), w, f, a, format, publication, nil))
		ends[format], p.of[format].Used = len(b.Text()), w.Used()
		writers.Put(w)
	}
	parts := [...]*joined.Part{&p.of[RSS].Part, &p.of[Atom].Part, &p.of[JSON].Part}
	joined.Split(b.Text(), ends[RSS], ends[Atom], a.Content, parts)
}

// tagMemo remembers tags as items of RSS or Atom hold them. The same few hundred tags are in
// thousands of articles, and encoding a tag anew takes a fifth of the time of an item.
type tagMemo = few.Memo[Tag, string]

// writeTags writes the tags of an article in RSS or Atom. It copies the tags that the publication
// remembers, and has it remember the others while there is room. A nil publication remembers none.
// The key and the text are copies, so that they do not keep a whole article in memory.
func writeTags(w *xmlwriter.Writer, f *Feed, a *Article, format Format, known *Publication) {
	write, memo := rssTag, (*tagMemo)(nil)
	if format == Atom {
		write = atomTag
	}
	if known != nil {
		memo = &known.encodedTags[format]
	}
	for i := range a.Tags {
		t := &a.Tags[i]
		if text, ok := memo.Get(Tag{Name: t.Name, Slug: t.Slug}); ok { // which the encoded form depends on
			w.InsertText(text)
			continue
		}
		start := len(w.Bytes())
		write(w, f, t)
		if memo.HasRoom() {
			text, key := string(w.Bytes()[start:]), Tag{Name: strings.Clone(t.Name), Slug: strings.Clone(t.Slug)}
			memo.Put(key, text, len(t.Name)+len(t.Slug)+len(text))
		}
	}
}

// trimmed returns URLs, ids and e-mail addresses as they are written: in legal characters, without
// space around them.
func trimmed(s string) string { return escape.Trim(s) }

// languageOf returns the language to write: "" if it is not known.
func languageOf(tag string) string {
	if tag = trimmed(tag); tag == undetermined {
		return ""
	}
	return tag
}

// attr returns an attribute of XML.
func attr(name, value string) xmlwriter.Attr { return xmlwriter.Attr{Name: name, Value: value} }

// mediaType returns the type of an enclosure with the given address. All formats require one.
func (e *Enclosure) mediaType(href string) string {
	return cmp.Or(mediatype.Of(e.Type, href), mediatype.OctetStream)
}
