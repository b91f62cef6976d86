package syndicate

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

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

var kindNames = [...]string{KindSite: "site", KindCategory: "category", KindTag: "tag", KindAuthor: "author"}

// String returns "site", "category", "tag" or "author".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Scope says which articles a feed covers: everything, a category with all below it, a tag or an
// author; and, for older articles, which archive page of that. Scopes are comparable, so they can be
// map keys, and have a text form for databases and URLs. The zero value is everything.
type Scope struct {
	kind Kind
	page uint32
	key  string
}

// Everything returns the scope of the whole site: the zero Scope.
func Everything() Scope { return Scope{} }

// InCategory returns the scope of a category, given its path of slugs: "military/arms-exports". If you
// have names rather than slugs, use [Slug] or [Category.Scope].
func InCategory(path string) Scope { return newScope(KindCategory, path) }

// WithTag returns the scope of a tag, given its slug: "mevlut-cavusoglu". If you have a name rather than
// a slug, use [Slug] or [Tag.Scope].
func WithTag(slug string) Scope { return newScope(KindTag, slug) }

// ByAuthor returns the scope of an author, given the slug: "abdullah-bozkurt". If you have a name rather
// than a slug, use [Slug] or [Author.Scope].
func ByAuthor(slug string) Scope { return newScope(KindAuthor, slug) }

func newScope(kind Kind, key string) Scope { return Scope{kind: kind, key: slug.Fold(key)} }

// AtPage returns the scope of an archive page of s. The oldest page is 1; 0 or less is the current feed.
func (s Scope) AtPage(page int) Scope {
	s.page = uint32(max(0, min(page, maxPage)))
	return s
}

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
func (s Scope) Ancestors() []Scope {
	if s.kind != KindCategory || !strings.Contains(s.key, "/") {
		return nil
	}
	above := make([]Scope, 0, strings.Count(s.key, "/"))
	for i, c := range s.key {
		if c == '/' {
			above = append(above, Scope{kind: KindCategory, key: s.key[:i]})
		}
	}
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
	switch {
	case s.kind != t.kind:
		return cmp.Compare(s.kind, t.kind)
	case s.key != t.key:
		return strings.Compare(s.key, t.key)
	}
	return cmp.Compare(s.page, t.page)
}

// String returns the text form: "site", "category/military/arms-exports", "tag/turkey",
// "author/abdullah-bozkurt", each with "/page/3" behind it for an archive page.
func (s Scope) String() string { return string(s.appendText(nil)) }

// AppendText appends the text form. It implements encoding.TextAppender. It returns an error if the key
// is not a legal slug or path.
func (s Scope) AppendText(dst []byte) ([]byte, error) {
	if !s.valid() {
		return dst, fmt.Errorf("syndicate: scope %q: not a legal slug or path", shorten(s.String()))
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

func (s Scope) appendText(dst []byte) []byte {
	dst = append(dst, s.kind.String()...)
	if s.kind != KindSite {
		dst = append(dst, '/')
		dst = append(dst, s.key...)
	}
	if s.page > 0 {
		dst = append(dst, "/page/"...)
		dst = strconv.AppendUint(dst, uint64(s.page), 10)
	}
	return dst
}

// ParseScope reads the text form that [Scope.String] writes and accepts no other: slugs are legal, in
// lower case and in NFC, pages begin at 1 and have no leading zero.
func ParseScope(text string) (Scope, error) {
	s, ok := parseScope(text)
	if !ok || !s.valid() {
		return Scope{}, fmt.Errorf("syndicate: scope %q: not of the form site, category/PATH, tag/SLUG or author/SLUG, with /page/N behind it or not", shorten(text))
	}
	return s, nil
}

func parseScope(text string) (s Scope, ok bool) {
	rest, page, ok := cutPage(text)
	if !ok {
		return Scope{}, false
	}
	s.page = page
	name, key, hasKey := strings.Cut(rest, "/")
	for kind, kindName := range kindNames {
		if name == kindName {
			s.kind, s.key = Kind(kind), key
			return s, hasKey == (s.kind != KindSite)
		}
	}
	return Scope{}, false
}

// cutPage splits a "/page/N" from the end of path; page 0 when there is none.
func cutPage(path string) (rest string, page uint32, ok bool) {
	rest, number, found := lastCut(path, "/page/")
	if !found {
		return path, 0, true
	}
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil || n == 0 || number[0] == '0' || number[0] == '+' {
		return "", 0, false
	}
	return rest, uint32(n), true
}

func lastCut(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// valid reports whether a Source could have a feed of s: its slugs are legal and in their one form.
func (s Scope) valid() bool {
	if s.kind == KindSite {
		return s.key == ""
	}
	if int(s.kind) >= len(kindNames) || s.key != slug.Fold(s.key) {
		return false
	}
	segments := strings.Split(s.key, "/")
	if len(segments) > 1 && s.kind != KindCategory || len(segments) > maxDepth {
		return false
	}
	for _, segment := range segments {
		if slug.Check(segment) != "" {
			return false
		}
	}
	return true
}
