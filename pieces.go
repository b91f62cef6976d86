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

// pieces are an article in every format, and the length of the longest.
type pieces struct {
	once    sync.Once
	context *itemContext
	of      [len(Formats)]piece
	size    int
}

// itemContext is what of a feed shows in its items. All feeds that one checked Site makes share it.
type itemContext struct {
	language, categoryScheme, tagScheme, tagAuthority string
	categoryPaths, authorEmails                       bool
	creators                                          []Author
	extensions                                        []Extension
}

// newItemContext takes the context of a feed that a Site makes.
func newItemContext(f *Feed) *itemContext {
	return &itemContext{
		language:       f.Language,
		categoryScheme: f.CategoryScheme,
		tagScheme:      f.TagScheme,
		tagAuthority:   f.TagAuthority,
		categoryPaths:  f.CategoryPaths,
		authorEmails:   f.AuthorEmails,
		creators:       f.creators(),
		extensions:     slices.Clone(f.Extensions),
	}
}

// holds reports whether items of f, as it is now, are what they were when the context was taken.
func (c *itemContext) holds(f *Feed) bool {
	return c != nil && f.Language == c.language && f.CategoryScheme == c.categoryScheme && f.TagScheme == c.tagScheme &&
		f.TagAuthority == c.tagAuthority && f.CategoryPaths == c.categoryPaths && f.AuthorEmails == c.authorEmails &&
		slices.Equal(f.creators(), c.creators) && slices.EqualFunc(f.Extensions, c.extensions, sameExtension)
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
		p.context = f.items
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

// pieceOf returns the piece of an article, if there is one and it is what encoding would give: the article
// is no edited copy, and f still says what it said.
func (f *Feed) pieceOf(a *Article, format Format) (piece, bool) {
	p := a.prepared
	if p == nil || p.owner != a || p.pieces.context == nil || p.pieces.context != f.items {
		return piece{}, false
	}
	return p.pieces.of[format], true
}

// copies returns the pieces that all articles of f are made of; false when there is one without, or when
// prefixes of two mean different things, so that it matters which comes first.
func (f *Feed) copies(format Format, used []xmltext.Namespace) (found []piece, declared []xmltext.Namespace, ok bool) {
	if !f.items.holds(f) {
		return nil, nil, false
	}
	found = make([]piece, 0, len(f.Articles))
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		p, ok := f.pieceOf(a, format)
		if !ok {
			return nil, nil, false
		}
		for _, ns := range p.used {
			i := slices.IndexFunc(used, func(u xmltext.Namespace) bool { return u.Prefix == ns.Prefix })
			if i < 0 {
				used = append(used, ns)
			} else if used[i] != ns {
				return nil, nil, false
			}
		}
		found = append(found, p)
	}
	slices.SortFunc(used, xmltext.Namespace.Compare)
	return found, used, true
}

// xmlDocument is what RSS and Atom have in common: a root that declares what is used, a head, items, a tail.
type xmlDocument struct {
	format Format
	root   string // the root's tag as far as the declarations
	open   string // the rest of it
	head   func(*xmltext.Writer, *Feed, *report)
	item   func(*xmltext.Writer, *Feed, *Article, *report)
	tail   string
}

func (d *xmlDocument) append(dst []byte, f *Feed, r *report) []byte {
	dst = append(append(dst, xmlDeclaration...), d.root...)
	root := len(dst)
	w := xmltext.NewWriter(append(dst, d.open...), ownNamespaces...)
	d.head(w, f, r)
	w.Break()
	if r == nil {
		if items, used, ok := f.copies(d.format, w.Used()); ok {
			return d.copy(w.Bytes(), root, used, items)
		}
	}
	for _, a := range f.Articles {
		if a != nil {
			item := r.of(a)
			d.item(w, f, a, item)
			w.Break()
			r.add(item)
		}
	}
	dst = append(w.Bytes(), d.tail...)
	return slices.Insert(dst, root, xmltext.AppendDeclarations(nil, w.Used()...)...)
}

// copy finishes a document whose head stands in dst.
func (d *xmlDocument) copy(dst []byte, root int, used []xmltext.Namespace, items []piece) []byte {
	dst = slices.Insert(dst, root, xmltext.AppendDeclarations(nil, used...)...)
	size := len(d.tail)
	for _, p := range items {
		size += len(p.bytes) + 1
	}
	dst = slices.Grow(dst, size)
	for _, p := range items {
		dst = append(append(dst, p.bytes...), '\n')
	}
	return append(dst, d.tail...)
}
