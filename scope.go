package syndicate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/layout"
	"github.com/syndicate-go/syndicate/internal/slug"
)

// Kind is what a [Scope] selects articles by.
type Kind uint8

// The kinds, in the order in which a [Source] lists its scopes.
const (
	KindSite Kind = iota
	KindCategory
	KindTag
	KindAuthor
)

// Kinds returns every kind: [KindSite], [KindCategory], [KindTag], [KindAuthor].
func Kinds() []Kind { return []Kind{KindSite, KindCategory, KindTag, KindAuthor} }

// kindNames are what the text form of a scope begins with.
var kindNames = [...]string{KindSite: "site", KindCategory: "category", KindTag: "tag", KindAuthor: "author"}

// String returns "site", "category", "tag" or "author".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Scope says which articles a feed covers: everything, a category with all below it, a tag or an
// author; and, for older articles, which archive page of that. Scopes are comparable, so they can
// be map keys, and have a text form for databases and URLs. The zero value is everything.
//
// The fields are hidden, so that a scope has no other key than the folded one, and two values of
// one scope are always equal.
type Scope struct {
	kind Kind
	page uint32 // 0 for the current feed
	key  string // a slug, or a category's path of slugs; see valid
}

// Everything returns the scope of the whole site: the zero Scope.
func Everything() Scope { return Scope{} }

// InCategory returns the scope of a category, given its path of slugs: "military/arms-exports".
// Upper case and other Unicode forms of a slug mean the same scope. If you have names rather than
// slugs, use [Slug] or [Category.Scope].
func InCategory(path string) Scope { return newScope(KindCategory, path) }

// WithTag returns the scope of a tag, given its slug: "mevlut-cavusoglu". If you have a name rather
// than a slug, use [Slug] or [Tag.Scope].
func WithTag(slug string) Scope { return newScope(KindTag, slug) }

// ByAuthor returns the scope of an author, given the slug: "abdullah-bozkurt". If you have a name
// rather than a slug, use [Slug] or [Author.Scope].
func ByAuthor(slug string) Scope { return newScope(KindAuthor, slug) }

// newScope returns a scope with its key in the one form that slugs are compared in.
func newScope(kind Kind, key string) Scope { return Scope{kind: kind, key: slug.Fold(key)} }

// AtPage returns the scope of an archive page of s. The oldest page is 1; 0 or less is the current
// feed.
func (s Scope) AtPage(page int) Scope {
	s.page = uint32(max(0, min(page, maxPage)))
	return s
}

// maxPage is the largest number that every database and every architecture has room for.
const maxPage = 1<<31 - 1

// Kind returns what s selects by.
func (s Scope) Kind() Kind { return s.kind }

// Key returns the category's path or the slug; "" for the whole site.
func (s Scope) Key() string { return s.key }

// Page returns the number of the archive page, 0 for the current feed.
func (s Scope) Page() int { return int(s.page) }

// Current returns s without its page.
func (s Scope) Current() Scope { s.page = 0; return s }

// Ancestors returns the scopes of the categories above s, outermost first, without s itself.
func (s Scope) Ancestors() (above []Scope) {
	for at, ok := s.parent(); ok; at, ok = at.parent() {
		above = append(above, at)
	}
	slices.Reverse(above)
	return above
}

// parent returns the scope of the category right above s.
func (s Scope) parent() (above Scope, ok bool) {
	i := strings.LastIndexByte(s.key, '/')
	if s.kind != KindCategory || i < 0 {
		return Scope{}, false
	}
	return Scope{kind: KindCategory, key: s.key[:i]}, true
}

// Compare orders scopes by kind, key and page; it returns -1, 0 or +1.
func (s Scope) Compare(t Scope) int {
	return cmp.Or(cmp.Compare(s.kind, t.kind), strings.Compare(s.key, t.key), cmp.Compare(s.page, t.page))
}

// String returns the text form: "site", "category/military/arms-exports", "tag/turkey",
// "author/abdullah-bozkurt", each with "/page/3" behind it for an archive page.
func (s Scope) String() string { return string(s.appendText(nil)) }

// AppendText appends the text form. It implements encoding.TextAppender. It returns an error if the
// key is not a legal slug or path: such a scope has no feed, and its text would be read as another
// scope or as none.
func (s Scope) AppendText(dst []byte) ([]byte, error) {
	if !s.valid() {
		return dst, fmt.Errorf("syndicate: scope %q: not a legal slug or path", findings.Shorten(s.String()))
	}
	return s.appendText(dst), nil
}

// MarshalText is [Scope.AppendText] for a new buffer.
func (s Scope) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// UnmarshalText reads the text form, as [ParseScope] does.
func (s *Scope) UnmarshalText(text []byte) (err error) {
	*s, err = ParseScope(string(text))
	return err
}

// appendText appends the text form, whether it is legal or not.
func (s Scope) appendText(dst []byte) []byte {
	return layout.AppendText(dst, s.kind.String(), s.key, s.page)
}

// ParseScope reads the text form that [Scope.String] writes and accepts no other: slugs are legal,
// in lower case and in NFC, pages begin at 1 and have no leading zero. So each scope has one text,
// and each feed one address.
func ParseScope(text string) (Scope, error) {
	// If anything is wrong with the text, the scope that is made of it has another text form.
	kind, key, page := layout.SplitText(text)
	s := Scope{kind: Kind(slices.Index(kindNames[:], kind)), key: key, page: page} // no kind has the index -1
	var some [64]byte
	if !s.valid() || string(s.appendText(some[:0])) != text {
		const forms = "not of the form site, category/PATH, tag/SLUG or author/SLUG, with /page/N behind it or not"
		return Scope{}, fmt.Errorf("syndicate: scope %q: %s", findings.Shorten(text), forms)
	}
	return s, nil
}

// valid reports whether a Source could have a feed of s: its slugs are legal and in their one form.
func (s Scope) valid() bool {
	if s.kind == KindSite {
		return s.key == ""
	}
	if s.kind == KindCategory {
		return slug.IsPath(s.key, maxDepth)
	}
	return int(s.kind) < len(kindNames) && slug.IsPath(s.key, 1)
}
