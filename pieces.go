package syndicate

import (
	"bytes"
	"slices"
	"sync"

	"github.com/syndicate-go/syndicate/xmltext"
)

// Encode once, copy after: an article that a Source's feeds show is encoded when the bytes of one are first
// asked for, and every feed that shows it is its head, copies of these pieces, and its tail (document.go). The body stands in a
// CDATA section in RSS and in Atom, so that it is kept once for both.

// piece is a part of a document, encoded: head, body and tail, one after the other.
type piece struct {
	head, body, tail string
	used             []xmltext.Namespace // what the root has to declare for it
	deflated
}

func (p *piece) size() int { return len(p.head) + len(p.body) + len(p.tail) }

// append appends the piece but for so many bytes at its beginning.
func (p *piece) append(dst []byte, cut int) []byte {
	return append(append(append(dst, p.head[cut:]...), p.body...), p.tail...)
}

// bodyIn returns where a body begins in an item of RSS or Atom, which ends with it and a few tags, and where it ends;
// false if it does not stand there as it is, because it had to be split, say.
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

// pieces are an article in every format, and the length of the longest. All feeds that a Site makes say the
// same of their items, so that one encoding serves them all. It is made when a document is first asked for, or when
// a feed's size is not known without.
type pieces struct {
	once sync.Once
	of   [formatCount]piece
	size int
}

// encode fills the pieces of an article as f shows it. All of them are parts of one block of the size that they need.
func (p *pieces) encode(f *Feed, a *Article, site *Publication) {
	p.once.Do(func() {
		scratch := scratches.Get().(*[]byte)
		defer keepScratch(scratch)
		text := (*scratch)[:0]
		var few [8]encodedTag
		tags := site.appendEncodedTags(few[:0], f, a)
		add := func(format Format) (start int) {
			start = len(text)
			text, p.of[format].used = f.appendItem(text, format, a, tags, nil)
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
		*scratch = text
		block := string(text)
		p.of[RSS].head = block[:atom]
		p.of[Atom].head, p.of[Atom].body, p.of[Atom].tail = block[atom:tail], block[body:bodyEnd], block[tail:json]
		p.of[JSON].head = block[json:]
	})
}

// scratches are buffers in which items and documents grow, so that what is kept has the size it needs.
var scratches = sync.Pool{New: func() any { return new([]byte) }}

// keepScratch gives a buffer back, unless it is larger than is needed more than rarely.
func keepScratch(buffer *[]byte) {
	if cap(*buffer) <= 2*defaultMaxBytes {
		scratches.Put(buffer)
	}
}

// appendItem appends an article, of whose tags something may be known, as it stands among others, where some namespaces
// are used already, and returns what are used then.
func (f *Feed) appendItem(dst []byte, format Format, a *Article, known []encodedTag, used []xmltext.Namespace) ([]byte, []xmltext.Namespace) {
	if format == JSON {
		w := jsonWriter{dst: append(dst, ",\n"...)}
		jsonItem(&w, f, a, nil)
		return w.dst, nil
	}
	w := newWriter(dst)
	defer keepWriter(w)
	w.Use(used...)
	if format == RSS {
		rssItem(w, f, a, known, nil)
	} else {
		atomEntry(w, f, a, known, nil)
	}
	w.Break()
	return w.Bytes(), usedBy(w)
}

// usedBy returns the namespaces that w has used. Most often they are some of our own, one after the other.
func usedBy(w *xmltext.Writer) []xmltext.Namespace {
	var few [8]xmltext.Namespace
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

// encoded returns the piece of an article that feeds of the site show, as f is one; nil for any other, and for a
// copy of one, which may have been edited.
func (s *Publication) encoded(f *Feed, a *Article, format Format) *piece {
	if shown := a.isShown(); shown != nil && shown.publication == s {
		shown.pieces.encode(f, a, s)
		return &shown.pieces.of[format]
	}
	return nil
}

// itemsAs reports whether f says of its items what m does: everything of a feed that items show.
func (f *Feed) itemsAs(m *Feed) bool {
	return f.TagAuthority == m.TagAuthority && f.CategoryScheme == m.CategoryScheme && f.TagScheme == m.TagScheme &&
		f.CategoryPaths == m.CategoryPaths && f.AuthorEmails == m.AuthorEmails && f.Language == m.Language &&
		f.ManagingEditor == m.ManagingEditor && slices.Equal(f.Authors, m.Authors) &&
		slices.EqualFunc(f.Extensions, m.Extensions, sameExtension)
}

// headAs reports whether everything else of f is as in m, but for the articles.
func (f *Feed) headAs(m *Feed) bool {
	return f.ID == m.ID && f.Title == m.Title && f.Description == m.Description && f.URL == m.URL && f.Self == m.Self &&
		f.Copyright == m.Copyright && f.Updated.Equal(m.Updated) && f.Logo == m.Logo && f.Icon == m.Icon &&
		f.Favicon == m.Favicon && f.Stylesheet == m.Stylesheet && f.WebMaster == m.WebMaster && f.Schedule.equal(m.Schedule) && f.Expired == m.Expired &&
		f.Generator == m.Generator && f.Archived == m.Archived && f.Current == m.Current &&
		f.PrevArchive == m.PrevArchive && f.NextArchive == m.NextArchive && f.Scope == m.Scope &&
		f.Modified.Equal(m.Modified) && f.NextChange.Equal(m.NextChange) &&
		slices.Equal(f.Hubs, m.Hubs) && slices.Equal(f.Tombstones, m.Tombstones)
}

// sameExtension reports whether two extensions are one. Those of types that cannot be compared never are.
func sameExtension(a, b Extension) (same bool) {
	defer func() {
		if recover() != nil {
			same = false
		}
	}()
	return a == b
}

// equal reports whether two schedules say the same.
func (s Schedule) equal(t Schedule) bool {
	return s.TTL == t.TTL && s.UpdatePeriod == t.UpdatePeriod && s.UpdateFrequency == t.UpdateFrequency &&
		slices.Equal(s.SkipHours, t.SkipHours) && slices.Equal(s.SkipDays, t.SkipDays)
}

// largest returns the size of the article in the format that makes it longest. It must have been encoded.
func (s *shownState) largest() int { return s.pieces.size }
