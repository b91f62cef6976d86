package syndicate

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/joined"
	"github.com/syndicate-go/syndicate/internal/jsontext"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

// Encode once, copy after.
//
// Every feed is encoded the same way, whoever filled it in: head and items grow in an encoding,
// which then knows the namespaces that the root element has to declare, and copies itself behind
// it.
//
// An article that a Source shows in several feeds is encoded once in each format (pieces), when the
// bytes of one of these feeds are first needed. The encoding of a feed refers to these pieces and
// encodes only what is not among them. The document of an unchanged feed of a Source is kept, as a
// list of its parts.

// xmlFormat is what RSS and Atom have in common: a root element with declarations, a head, items, a
// tail.
type xmlFormat struct {
	root string                     // the root's tag up to the declarations
	open func([]byte, *Feed) []byte // appends the rest of the tag
	head func(*xmlwriter.Writer, *Feed, *report)
	item func(*xmlwriter.Writer, *Feed, *Article, []encodedTag, *report)
}

var xmlFormats = [...]xmlFormat{
	RSS:  {`<rss version="2.0"`, appendRSSOpen, rssHead, rssItem},
	Atom: {`<feed xmlns="http://www.w3.org/2005/Atom"`, appendAtomOpen, atomHead, atomEntry},
}

const xmlDeclaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// tails are the ends of the documents.
var tails = [...]*joined.Part{
	RSS:  {Tail: "</channel>\n</rss>\n"},
	Atom: {Tail: "</feed>\n"},
	JSON: {Tail: jsonTail},
}

// comma is what separates two items of JSON.
var comma = &joined.Part{Body: ","}

// encode appends the feed. It copies the items that the feed shares with others, unless r is given:
// then it encodes all of them, and reports the extensions that fail.
func (f *Feed) encode(dst []byte, format Format, r *report) []byte {
	e := encodings.Get().(*encoding)
	defer e.release()
	var shared *Publication
	if r == nil {
		shared = f.sharedItems()
	}
	e.encode(f, format, shared, r)
	return e.append(dst)
}

// encoding is a feed in one format as it grows: text of its own and parts that other feeds share.
type encoding struct {
	start []byte // the XML declaration and the root element's tag as far as its declarations
	text  []byte // everything else that was encoded for this feed
	spans []span // the document in order, after start
	used  []xmlwriter.Namespace
	size  int // of the shared parts
}

// span is a part of a document: a shared one, or a range of the encoding's own text.
type span struct {
	shared   *joined.Part
	from, to int
}

// encodings keeps the memory of encodings.
var encodings = sync.Pool{New: func() any { return new(encoding) }}

// release empties e and keeps its memory, unless that is more than most feeds need.
func (e *encoding) release() {
	clear(e.spans)
	clear(e.used)
	*e = encoding{start: e.start[:0], text: e.text[:0], spans: e.spans[:0], used: e.used[:0]}
	if cap(e.text) <= 2*defaultMaxBytes {
		encodings.Put(e)
	}
}

// encode fills an empty encoding. The feed shares the encoded articles of a site, unless that is
// nil.
func (e *encoding) encode(f *Feed, format Format, shared *Publication, r *report) {
	f = f.filledIn()
	if format == JSON {
		e.encodeJSON(f, shared, r)
	} else {
		e.encodeXML(f, format, shared, r)
	}
	e.share(tails[format])
}

func (e *encoding) encodeXML(f *Feed, format Format, shared *Publication, r *report) {
	x := &xmlFormats[format]
	w := newWriter(x.open(e.text, f))
	defer keepWriter(w)
	x.head(w, f, r)
	w.Break()
	e.own(w.Bytes())
	var last []xmlwriter.Namespace // those of the last shared item: most items use the same
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		if p := shared.encoded(f, a, format); p != nil && (sameSlice(p.used, last) || w.Insert(nil, p.used...) == nil) {
			last = p.used
			e.share(&p.Part)
			continue
		}
		item := r.of(a)
		x.item(w, f, a, nil, item)
		w.Break()
		r.take(item)
		e.own(w.Bytes())
	}
	e.used = w.AppendUsed(e.used)
	e.start = x.appendStart(e.start, f, e.used)
}

func (e *encoding) encodeJSON(f *Feed, shared *Publication, r *report) {
	w := jsontext.New(e.text)
	jsonHead(&w, f, r)
	e.own(w.Bytes())
	first := true
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		if p := shared.encoded(f, a, JSON); p != nil {
			if !first {
				e.share(comma)
			}
			e.share(&p.Part)
		} else {
			text := e.text
			if !first {
				text = append(text, ',')
			}
			item := r.of(a)
			e.own(appendJSONItem(text, f, a, item))
			r.take(item)
		}
		first = false
	}
}

// own takes over text, which is the encoding's text and what was appended to it.
func (e *encoding) own(text []byte) {
	from := len(e.text)
	e.text = text
	if n := len(e.spans); n > 0 && e.spans[n-1].shared == nil {
		e.spans[n-1].to = len(text)
		return
	}
	e.spans = append(e.spans, span{from: from, to: len(text)})
}

// share adds a part that other feeds may share.
func (e *encoding) share(p *joined.Part) {
	e.spans = append(e.spans, span{shared: p})
	e.size += p.Len()
}

// append appends the document.
func (e *encoding) append(dst []byte) []byte {
	dst = append(slices.Grow(dst, len(e.start)+len(e.text)+e.size), e.start...)
	for _, s := range e.spans {
		if s.shared != nil {
			dst = s.shared.Append(dst)
		} else {
			dst = append(dst, e.text[s.from:s.to]...)
		}
	}
	return dst
}

// addTo adds the document's parts to an empty one, which does not refer to the encoding's memory.
func (e *encoding) addTo(d *joined.Document) {
	d.Grow(len(e.spans))
	start := string(e.start)
	for _, s := range e.spans {
		if s.shared == nil {
			s.shared = &joined.Part{Head: start, Body: string(e.text[s.from:s.to])}
			start = ""
		}
		d.Add(s.shared)
	}
}

// appendStart appends what precedes the rest of the root element's tag.
func (x *xmlFormat) appendStart(dst []byte, f *Feed, used []xmlwriter.Namespace) []byte {
	dst = append(dst, xmlDeclaration...)
	if href := trimmed(f.Stylesheet); href != "" {
		dst = append(dst, `<?xml-stylesheet type="text/css" href="`...)
		dst = append(escape.AppendAttr(dst, href), "\"?>\n"...)
	}
	return xmlwriter.AppendDeclarations(append(dst, x.root...), used...)
}

// appendJSONItem appends an item of JSON on a line of its own.
func appendJSONItem(dst []byte, f *Feed, a *Article, r *report) []byte {
	w := jsontext.New(append(dst, '\n'))
	jsonItem(&w, f, a, r)
	return w.Bytes()
}

// writers keeps the memory of the Writers' lists.
var writers = sync.Pool{New: func() any { return xmlwriter.New(nil, ownNamespaces...) }}

// newWriter returns a Writer that appends to dst. Pass it to keepWriter.
func newWriter(dst []byte) *xmlwriter.Writer {
	w := writers.Get().(*xmlwriter.Writer)
	w.Reset(dst)
	return w
}

func keepWriter(w *xmlwriter.Writer) {
	w.Reset(nil)
	writers.Put(w)
}

// original is what a Source's feed was when it was made, and its documents.
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
	made.Extensions = slices.Clone(f.Extensions)
	made.Schedule.SkipHours = slices.Clone(f.Schedule.SkipHours)
	made.Schedule.SkipDays = slices.Clone(f.Schedule.SkipDays)
	return &original{feed: made, publication: p}
}

// document returns the document of the feed as the Source made it.
func (o *original) document(format Format) *joined.Document {
	d := &o.documents[format]
	d.once.Do(func() {
		e := encodings.Get().(*encoding)
		defer e.release()
		e.encode(&o.feed, format, o.publication, nil)
		e.addTo(&d.Document)
	})
	return &d.Document
}

// fits reports whether the feed is at most so many bytes long in every format.
func (o *original) fits(bytes int) bool {
	for _, format := range Formats() {
		if o.document(format).Len() > bytes {
			return false
		}
	}
	return true
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

// sharedItems returns the site whose encoded articles are those of the feed too; nil if none are.
func (f *Feed) sharedItems() *Publication {
	if o := f.original; o != nil && f.itemsAs(&o.feed) {
		return o.publication
	}
	return nil
}

// itemsAs reports whether all fields of f that items depend on are those of m.
func (f *Feed) itemsAs(m *Feed) bool {
	return f.TagAuthority == m.TagAuthority && f.CategoryScheme == m.CategoryScheme && f.TagScheme == m.TagScheme &&
		f.CategoryPaths == m.CategoryPaths && f.AuthorEmails == m.AuthorEmails && f.Language == m.Language &&
		f.ManagingEditor == m.ManagingEditor && slices.Equal(f.Authors, m.Authors) &&
		slices.EqualFunc(f.Extensions, m.Extensions, sameExtension)
}

// headAs reports whether all other fields of f are those of m, except for the articles.
func (f *Feed) headAs(m *Feed) bool {
	return f.ID == m.ID && f.Title == m.Title && f.Description == m.Description && f.URL == m.URL && f.Self == m.Self &&
		f.Copyright == m.Copyright && f.Updated.Equal(m.Updated) && f.Logo == m.Logo && f.Icon == m.Icon &&
		f.Favicon == m.Favicon && f.Stylesheet == m.Stylesheet && f.WebMaster == m.WebMaster &&
		f.Schedule.equal(m.Schedule) && f.Expired == m.Expired &&
		f.Generator == m.Generator && f.Archived == m.Archived && f.Current == m.Current &&
		f.PrevArchive == m.PrevArchive && f.NextArchive == m.NextArchive && f.Scope == m.Scope &&
		f.Modified.Equal(m.Modified) && f.NextChange.Equal(m.NextChange) &&
		slices.Equal(f.Hubs, m.Hubs) && slices.Equal(f.Tombstones, m.Tombstones)
}

// equal reports whether two schedules are equal.
func (s Schedule) equal(t Schedule) bool {
	return s.TTL == t.TTL && s.UpdatePeriod == t.UpdatePeriod && s.UpdateFrequency == t.UpdateFrequency &&
		slices.Equal(s.SkipHours, t.SkipHours) && slices.Equal(s.SkipDays, t.SkipDays)
}

// sameExtension reports whether two extensions are equal. Those whose types cannot be compared are
// not.
func sameExtension(a, b Extension) (same bool) {
	defer func() {
		if recover() != nil {
			same = false
		}
	}()
	return a == b
}

// sameSlice reports whether two slices are the same part of the same array, or both empty.
func sameSlice[T any](a, b []T) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// pieces are an article encoded in every format, for all feeds of a site that share their items.
type pieces struct {
	once sync.Once
	of   [formatCount]piece
	size int // of the longest
}

// piece is an encoded article. In RSS and Atom its Body is the article's, which both share.
type piece struct {
	joined.Part
	used []xmlwriter.Namespace // those that the root element has to declare
}

// encoded returns the encoded form that the site's feeds share of an article; nil for an article
// that is not theirs, or a copy, which may have been edited. A nil site shares none.
func (p *Publication) encoded(f *Feed, a *Article, format Format) *piece {
	if p == nil {
		return nil
	}
	if shown := a.isShown(); shown != nil && shown.publication == p {
		shown.pieces.encode(f, a, p)
		return &shown.pieces.of[format]
	}
	return nil
}

// encode fills the pieces of an article of f, when it is first called. All of them are parts of one
// block of memory.
func (p *pieces) encode(f *Feed, a *Article, publication *Publication) {
	p.once.Do(func() {
		e := encodings.Get().(*encoding)
		defer e.release()
		var few [8]encodedTag
		tags := publication.appendEncodedTags(few[:0], f, a)
		text := e.text
		add := func(format Format) (start int) {
			start = len(text)
			if format == JSON {
				text = appendJSONItem(text, f, a, nil)
			} else {
				w := newWriter(text)
				xmlFormats[format].item(w, f, a, tags, nil)
				w.Break()
				text, p.of[format].used = w.Bytes(), usedBy(w)
				keepWriter(w)
			}
			p.size = max(p.size, len(text)-start)
			return start
		}
		add(RSS)
		body, bodyEnd, inRSS := bodyIn(text, a.Content)
		atom := add(Atom)
		again, againEnd, inAtom := bodyIn(text[atom:], a.Content)
		tail := len(text)
		if inRSS && inAtom {
			tail = atom + again
			text = slices.Delete(text, tail, atom+againEnd)
		} else {
			bodyEnd = body
		}
		json := add(JSON)
		e.text = text
		block := string(text)
		p.of[RSS].Head = block[:atom]
		p.of[Atom].Head, p.of[Atom].Body, p.of[Atom].Tail = block[atom:tail], block[body:bodyEnd], block[tail:json]
		p.of[JSON].Head = block[json:]
	})
}

// bodyIn returns where a body is in an item of RSS or Atom, at whose end it is in a CDATA section.
// It returns false if the body is not there as it is, for example because it had to be split.
func bodyIn(item []byte, body string) (start, end int, ok bool) {
	const tags = len("]]></content:encoded></item>\n")
	before := max(0, len(item)-tags)
	end = before + bytes.Index(item[before:], []byte("]]>"))
	start = end - len(body)
	if body == "" || end < before || start < 0 || string(item[start:end]) != body {
		return 0, 0, false
	}
	return start, end, true
}

// largest returns the size of the article in the format that makes it longest. It must have been
// encoded.
func (s *shownState) largest() int { return s.pieces.size }

// usedBy returns the namespaces that w has used. A run of our own, the common case, needs no
// memory.
func usedBy(w *xmlwriter.Writer) []xmlwriter.Namespace {
	var few [8]xmlwriter.Namespace
	used := w.AppendUsed(few[:0])
	if len(used) == 0 {
		return nil
	}
	if i := slices.Index(ownNamespaces, used[0]); i >= 0 {
		if own := ownNamespaces[i:min(i+len(used), len(ownNamespaces))]; slices.Equal(own, used) {
			return slices.Clip(own)
		}
	}
	return slices.Clone(used)
}

// encodedTag is a tag as items of RSS and Atom hold it. The same few hundred tags are in thousands
// of articles, so a site's pieces copy them: encoding a tag anew takes a fifth of the time of an
// item.
type encodedTag [Atom + 1]string

// appendEncodedTags appends the tags of an article of f in their encoded form. Those that there is
// no room to remember are empty.
func (p *Publication) appendEncodedTags(dst []encodedTag, f *Feed, a *Article) []encodedTag {
	for i := range a.Tags {
		t := &a.Tags[i]
		key := Tag{Name: t.Name, Slug: t.Slug} // what items depend on
		known, ok := p.encodedTags.Get(key)
		if !ok && p.encodedTags.HasRoom() {
			known = encodeTag(f, t)
			key = Tag{Name: strings.Clone(t.Name), Slug: strings.Clone(t.Slug)}
			p.encodedTags.Put(key, known, len(t.Name)+len(t.Slug)+len(known[RSS])+len(known[Atom]))
		}
		dst = append(dst, known)
	}
	return dst
}

// tagWriters write the tags of items.
var tagWriters = [...]func(*xmlwriter.Writer, *Feed, *Tag){RSS: rssTag, Atom: atomTag}

func encodeTag(f *Feed, t *Tag) (encoded encodedTag) {
	for _, format := range []Format{RSS, Atom} {
		w := newWriter(nil)
		tagWriters[format](w, f, t)
		encoded[format] = string(w.Bytes())
		keepWriter(w)
	}
	return encoded
}

// writeTags writes the tags of an article, of which the first may be encoded already.
func (f *Feed) writeTags(w *xmlwriter.Writer, format Format, a *Article, encoded []encodedTag) {
	for i := range a.Tags { // an extension may have added tags that are not among the encoded ones
		if i < len(encoded) && encoded[i][format] != "" {
			w.InsertText(encoded[i][format])
		} else {
			tagWriters[format](w, f, &a.Tags[i])
		}
	}
}
