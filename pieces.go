package syndicate

import (
	"reflect"
	"slices"
	"sync"

	"github.com/syndicate-go/syndicate/xmltext"
)

// Encode once, copy after: an article that a Source's feeds show is encoded when one first shows it, and
// every feed that shows it is its head, copies of these pieces, and its tail.

// piece is an article encoded in one format.
type piece struct {
	bytes []byte
	used  []xmltext.Namespace // what the root has to declare for it
}

// pieces are an article in every format, and the length of the longest. All feeds that a Site makes say the
// same of their items, so that one encoding serves them all; every article of a made feed is encoded.
type pieces struct {
	once sync.Once
	of   [len(Formats)]piece
	size int
}

// sameExtension reports whether two extensions are one. Those of types that cannot be compared never are.
func sameExtension(a, b Extension) bool {
	return a == nil && b == nil || a != nil && reflect.ValueOf(a).Comparable() && a == b
}

// encode fills the pieces of an article as f shows it.
func (p *pieces) encode(f *Feed, a *Article) {
	p.once.Do(func() {
		for _, format := range Formats {
			p.of[format] = f.encodeItem(format, a)
			p.size = max(p.size, len(p.of[format].bytes))
		}
	})
}

func (f *Feed) encodeItem(format Format, a *Article) piece {
	w := xmltext.NewWriter(nil, ownNamespaces...)
	switch format {
	case RSS:
		rssItem(w, f, a, nil)
	case Atom:
		atomEntry(w, f, a, nil)
	default:
		j := jsonWriter{dst: make([]byte, 0, len(a.Content)+len(a.Content)/8+1024)}
		jsonItem(&j, f, a, nil)
		return piece{bytes: slices.Clip(j.dst)}
	}
	return piece{slices.Clip(w.Bytes()), w.Used()}
}

// headContext is what a Source's feed was when it was made, and its heads in every format.
type headContext struct {
	made  Feed // as it was made; nobody else sees it
	heads [len(Formats)]struct {
		once sync.Once
		piece
	}
}

// newHeadContext remembers f, with every slice that a program could write into.
func newHeadContext(f *Feed) *headContext {
	made := *f.copy()
	made.Hubs, made.Tombstones, made.Extensions = slices.Clone(f.Hubs), slices.Clone(f.Tombstones), slices.Clone(f.Extensions)
	made.Schedule.SkipHours, made.Schedule.SkipDays = slices.Clone(f.Schedule.SkipHours), slices.Clone(f.Schedule.SkipDays)
	return &headContext{made: made}
}

// holds reports whether the head of f, and what of it shows in items, is as it was when the feed was made.
// The articles have to be the very same: then each has its piece, and extensions that look at all of them
// see no others.
func (c *headContext) holds(f *Feed) bool {
	if c == nil {
		return false
	}
	m := &c.made
	return f.ID == m.ID && f.Title == m.Title && f.Description == m.Description && f.URL == m.URL && f.Self == m.Self &&
		f.Language == m.Language && f.Copyright == m.Copyright && f.Updated.Equal(m.Updated) && f.Logo == m.Logo &&
		f.Icon == m.Icon && f.Favicon == m.Favicon && f.ManagingEditor == m.ManagingEditor && f.WebMaster == m.WebMaster &&
		f.Schedule.equal(m.Schedule) && f.Expired == m.Expired && f.Generator == m.Generator && f.Archived == m.Archived &&
		f.Current == m.Current && f.PrevArchive == m.PrevArchive && f.NextArchive == m.NextArchive &&
		f.TagAuthority == m.TagAuthority && f.AuthorEmails == m.AuthorEmails && f.Scope == m.Scope &&
		f.CategoryScheme == m.CategoryScheme && f.TagScheme == m.TagScheme && f.CategoryPaths == m.CategoryPaths &&
		f.Modified.Equal(m.Modified) && f.NextChange.Equal(m.NextChange) &&
		slices.Equal(f.Authors, m.Authors) && slices.Equal(f.Hubs, m.Hubs) && slices.Equal(f.Articles, m.Articles) &&
		slices.Equal(f.Tombstones, m.Tombstones) && slices.EqualFunc(f.Extensions, m.Extensions, sameExtension)
}

// of returns the head in a format, encoded by write when it is first asked for.
func (c *headContext) of(format Format, write func(*Feed) piece) piece {
	head := &c.heads[format]
	head.once.Do(func() { head.piece = write(&c.made) })
	return head.piece
}

// usedBy adds to used what the pieces of f's articles need declared, and tells their size. It is false when
// prefixes of two mean different things, so that it matters which comes first.
func (f *Feed) usedBy(format Format, used []xmltext.Namespace) (all []xmltext.Namespace, size int, ok bool) {
	for _, a := range f.Articles {
		p := &a.prepared.pieces.of[format]
		size += len(p.bytes) + len(",\n")
		for _, ns := range p.used {
			i := slices.IndexFunc(used, func(u xmltext.Namespace) bool { return u.Prefix == ns.Prefix })
			if i < 0 {
				used = append(used, ns)
			} else if used[i] != ns {
				return nil, 0, false
			}
		}
	}
	return used, size, true
}

// xmlDocument is what RSS and Atom have in common: a root that declares what is used, a head, items, a tail.
type xmlDocument struct {
	format Format
	root   string             // the root's tag as far as the declarations
	open   func(*Feed) string // the rest of it
	head   func(*xmltext.Writer, *Feed, *report)
	item   func(*xmltext.Writer, *Feed, *Article, *report)
	tail   string
}

func (d *xmlDocument) append(dst []byte, f *Feed, r *report) []byte {
	if r == nil && f.headed.holds(f) {
		head := f.headed.of(d.format, d.writeHead)
		var some [8]xmltext.Namespace
		if used, size, ok := f.usedBy(d.format, append(some[:0], head.used...)); ok {
			return d.copy(dst, f, head, used, size)
		}
	}
	f = f.filledIn()
	dst = append(append(dst, xmlDeclaration...), d.root...)
	root := len(dst)
	w := xmltext.NewWriter(append(dst, d.open(f)...), ownNamespaces...)
	d.head(w, f, r)
	w.Break()
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		item := r.of(a)
		d.item(w, f, a, item)
		w.Break()
		r.add(item)
	}
	dst = append(w.Bytes(), d.tail...)
	return slices.Insert(dst, root, xmltext.AppendDeclarations(nil, w.Used()...)...)
}

// writeHead encodes what stands between the declarations and the items.
func (d *xmlDocument) writeHead(f *Feed) piece {
	w := xmltext.NewWriter([]byte(d.open(f)), ownNamespaces...)
	d.head(w, f, nil)
	w.Break()
	return piece{slices.Clip(w.Bytes()), w.Used()}
}

// copy appends a document that is made of pieces altogether.
func (d *xmlDocument) copy(dst []byte, f *Feed, head piece, used []xmltext.Namespace, size int) []byte {
	const declaration = 128 // a generous guess
	dst = slices.Grow(dst, len(xmlDeclaration)+len(d.root)+declaration*len(used)+len(head.bytes)+size+len(d.tail))
	dst = append(append(dst, xmlDeclaration...), d.root...)
	slices.SortFunc(used, xmltext.Namespace.Compare)
	dst = xmltext.AppendDeclarations(dst, used...)
	dst = append(dst, head.bytes...)
	for _, a := range f.Articles {
		dst = append(append(dst, a.prepared.pieces.of[d.format].bytes...), '\n')
	}
	return append(dst, d.tail...)
}
