package syndicate

import (
	"strings"

	"github.com/syndicate-go/syndicate/internal/slug"
)

// Category is a section of the publication. Its path of slugs, from the outermost parent to the
// category itself, is its key: "military/arms-exports". The articles of a category are in the feeds
// of its parents too.
type Category struct {
	// Name as the publication prints it. Required.
	Name string
	// Slug is the category's own part of the path. Default: derived from Name.
	Slug string
	// Parent is the category that contains this one. Default: nil, a top-level section.
	Parent *Category
	// Description is the subtitle of the category's feed, plain text. Default: made of the names.
	Description string
	// URL of the category's page, absolute or relative to the site. Default: that of [Addresses].
	URL string
}

// maxDepth is how deep categories may nest. A longer chain of parents is treated as a cycle.
const maxDepth = 50

// Categories returns a category for each name. A slash separates a parent from its child:
//
//	Categories("News", "World/Europe") // News, and Europe with the parent World
//
// For a name that contains a slash, fill in a Category.
func Categories(names ...string) []Category {
	categories := make([]Category, len(names))
	for i, name := range names {
		var c *Category
		for part := range strings.SplitSeq(name, "/") {
			c = &Category{Name: part, Parent: c}
		}
		categories[i] = *c
	}
	return categories
}

// Path returns the slugs from the outermost parent to c, joined with slashes. It returns "" for a
// category that is its own ancestor.
func (c Category) Path() string {
	var buf [64]byte // long enough for most paths
	path, ok := appendPath(buf[:0], &c, 1)
	if !ok {
		return ""
	}
	return string(path)
}

// Scope returns the scope of everything in c and in the categories below it.
func (c Category) Scope() Scope { return InCategory(c.Path()) }

// appendPath appends [Category.Path] to an empty buffer. It returns false if the chain of parents
// does not end. The depth of the first category is 1.
func appendPath(dst []byte, c *Category, depth int) (path []byte, ok bool) {
	if depth > maxDepth {
		return dst, false
	}
	if c.Parent != nil {
		if dst, ok = appendPath(dst, c.Parent, depth+1); !ok {
			return dst, false
		}
	}
	return slug.AppendBelow(dst, c.Name, c.Slug), true
}

// appendNames appends the names from the outermost parent to c, with sep between them. The chain of
// parents must end.
func (c *Category) appendNames(dst []byte, sep string) []byte {
	if c.Parent != nil {
		dst = append(c.Parent.appendNames(dst, sep), sep...)
	}
	return append(dst, c.Name...)
}

// endless reports whether c is its own ancestor or is nested deeper than maxDepth.
func (c *Category) endless() bool {
	for range maxDepth {
		if c == nil {
			return false
		}
		c = c.Parent
	}
	return c != nil
}

// Tag is a keyword of articles. Two tags with the same slug are the same tag.
type Tag struct {
	// Name as the publication prints it. Required.
	Name string
	// Slug identifies the tag in scopes and addresses. Default: derived from Name.
	Slug string
	// Description is the subtitle of the tag's feed, plain text. Default: made of the names.
	Description string
	// URL of the tag's page, absolute or relative to the site. Default: what [Addresses] returns.
	URL string
}

// Tags returns a tag for each name.
func Tags(names ...string) []Tag {
	tags := make([]Tag, len(names))
	for i, name := range names {
		tags[i].Name = name
	}
	return tags
}

// Scope returns the scope of everything with this tag.
func (t Tag) Scope() Scope { return WithTag(slug.Of(t.Name, t.Slug)) }

// Slug returns the slug that the name of a category, tag or author makes:
//
//	InCategory(Slug("Foreign Policy")) // category/foreign-policy
//
// Latin letters become ASCII ("Çavuşoğlu" is "cavusoglu"), other scripts stay as written, signs
// that distinguish names become words ("C++" is "c-plus-plus", "C#" is "c-sharp", ".NET" is
// "dot-net"), and everything else becomes a hyphen. The slug of a name without a letter or digit
// consists of its signs ("🔥"), or of their code points ("u003f" for "?"). Only an empty name has
// none.
func Slug(name string) string { return slug.Of(name, "") }
