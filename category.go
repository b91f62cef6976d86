package syndicate

import (
	"github.com/syndicate-go/syndicate/internal/slug"
)

// Category is a section of the publication. Its path of slugs, from the outermost parent to itself,
// is its key: "military/arms-exports". Articles of a category are in the feeds of its ancestors too.
type Category struct {
	// Name as the publication prints it. Required.
	Name string
	// Slug is the category's part of the path. Optional; derived from Name.
	Slug string
	// Parent is the category that this one is part of. Optional; nil for a section.
	Parent *Category
	// Description is the subtitle of the category's feed, plain text. Optional; made of the names.
	Description string
	// URL of the category's page, absolute or relative to the site. Optional; what [Addresses] gives.
	URL string
}

// maxDepth bounds how deep categories nest; deeper ones are taken for a cycle.
const maxDepth = 50

// Path returns the slugs from the outermost parent to c, joined with slashes; "" for a nil category
// and for one that is among its own ancestors.
func (c *Category) Path() string {
	path, _ := c.path()
	return path
}

// Scope returns the scope of everything in c and in the categories below it.
func (c *Category) Scope() Scope { return InCategory(c.Path()) }

// path is [Category.Path], and whether the chain of parents ends.
func (c *Category) path() (path string, ok bool) {
	if c == nil {
		return "", true
	}
	var buf [64]byte // enough for most
	if dst, ok := appendPath(buf[:0], c, 1); ok {
		return string(dst), true
	}
	return "", false
}

// appendPath appends what [Category.Path] returns; false when the chain of parents does not end. The depth of
// the first category is 1.
func appendPath(dst []byte, c *Category, depth int) (path []byte, ok bool) {
	if depth > maxDepth {
		return dst, false
	}
	if c.Parent != nil {
		if dst, ok = appendPath(dst, c.Parent, depth+1); !ok {
			return dst, false
		}
		dst = append(dst, '/')
	}
	return slug.Append(dst, c.Name, c.Slug), true
}

// chain returns c's ancestors, outermost first, and c itself; false when they form a cycle.
func (c *Category) chain() ([]*Category, bool) {
	var chain []*Category
	for ; c != nil; c = c.Parent {
		if len(chain) == maxDepth {
			return nil, false
		}
		chain = append(chain, c)
	}
	for i, j := 0, len(chain)-1; i < j; i, j = i+1, j-1 {
		chain[i], chain[j] = chain[j], chain[i]
	}
	return chain, true
}

// endless reports whether c is among its own ancestors, or nested deeper than maxDepth.
func (c *Category) endless() bool {
	for range maxDepth {
		if c == nil {
			return false
		}
		c = c.Parent
	}
	return c != nil
}

// Tag is a keyword of articles. Tags are told apart by their slugs, not by their names.
type Tag struct {
	// Name as the publication prints it. Required.
	Name string
	// Slug is what the tag is known by in scopes and addresses. Optional; derived from Name.
	Slug string
	// Description is the subtitle of the tag's feed, plain text. Optional; made of the names.
	Description string
	// URL of the tag's page, absolute or relative to the site. Optional; what [Addresses] gives.
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
func (t Tag) Scope() Scope { return WithTag(t.slug()) }

func (t Tag) slug() string { return slug.Of(t.Name, t.Slug) }
