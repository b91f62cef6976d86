package syndicate

import "strings"

// Addresses maps feeds and HTML pages to paths, and paths to feeds. Paths are relative to
// [Site.URL], without a leading slash, and unescaped as in net/url's URL.Path. Self links, servers,
// folders and feed lists all use it. [Files] and [WordPress] are ready-made, [Below] puts either
// under a prefix.
type Addresses interface {
	// FeedPath returns the path of a feed, "" for an invalid scope. Different arguments must return
	// different paths. No path begins with a slash or contains "..".
	FeedPath(scope Scope, format Format) string
	// PagePath returns the path of the HTML page with the articles of a scope's current feed. It
	// returns "" for the front page, and if there is no such page.
	PagePath(scope Scope) string
	// Parse is the reverse of FeedPath. It returns false for any other path.
	Parse(path string) (Scope, Format, bool)
}

var (
	// Files is a layout that any static host serves with the right content type:
	// "category/military/rss.xml" with "atom.xml" and "feed.json" beside it, and
	// "category/military/page/3/rss.xml" for an archive page. It has no HTML pages.
	Files Addresses = folders{endings: [formatCount]string{RSS: RSS.FileName(), Atom: Atom.FileName(), JSON: JSON.FileName()}}
	// WordPress is the layout of WordPress: "category/military/feed/",
	// "category/military/feed/atom/" and "…/feed/json/", "category/military/page/3/feed/" for an
	// archive page, and the HTML page "category/military/".
	WordPress Addresses = folders{endings: [formatCount]string{RSS: "feed/", Atom: "feed/atom/", JSON: "feed/json/"}, pages: true}
)

// Below returns a layout whose feeds are those of addresses under a prefix: Below("feeds/", Files)
// maps the site's RSS feed to "feeds/rss.xml". The HTML pages stay where they are. A slash at the
// beginning of the prefix, or a missing one at its end, makes no difference.
func Below(prefix string, addresses Addresses) Addresses {
	if prefix = strings.Trim(prefix, "/"); addresses == nil {
		addresses = Files
	}
	if prefix == "" {
		return addresses
	}
	return pathsBelow{prefix + "/", addresses}
}

type pathsBelow struct {
	prefix    string
	addresses Addresses
}

func (p pathsBelow) FeedPath(scope Scope, format Format) string {
	path := p.addresses.FeedPath(scope, format)
	if path == "" {
		return ""
	}
	return p.prefix + path
}

func (p pathsBelow) PagePath(scope Scope) string { return p.addresses.PagePath(scope) }

func (p pathsBelow) Parse(path string) (Scope, Format, bool) {
	path, ok := strings.CutPrefix(path, p.prefix)
	if !ok {
		return Scope{}, 0, false
	}
	return p.addresses.Parse(path)
}

// folders is a layout with a folder for each scope. In it are the scope's feeds, and the HTML page
// is the folder itself.
type folders struct {
	endings [formatCount]string // of the paths of feeds
	pages   bool
}

func (l folders) FeedPath(scope Scope, format Format) string {
	if !format.valid() || !scope.valid() {
		return ""
	}
	return directory(scope) + l.endings[format]
}

func (l folders) PagePath(scope Scope) string {
	if !l.pages {
		return ""
	}
	return directory(scope.Current())
}

func (l folders) Parse(path string) (Scope, Format, bool) {
	for _, format := range Formats() {
		if dir, ok := strings.CutSuffix(path, l.endings[format]); ok {
			scope, ok := parseDirectory(dir)
			return scope, format, ok
		}
	}
	return Scope{}, 0, false
}

// directory returns the text form of a scope as a folder: "category/military/page/2/". The folder
// of the site is the root: "", "page/2/".
func directory(scope Scope) string {
	var some [128]byte
	text := append(scope.appendText(some[:0]), '/')
	if scope.kind == KindSite {
		text = text[len(kindNames[KindSite])+len("/"):]
	}
	return string(text)
}

// parseDirectory is the reverse of [directory].
func parseDirectory(dir string) (Scope, bool) {
	if dir == "" {
		return Scope{}, true
	}
	text, ok := strings.CutSuffix(dir, "/")
	if !ok {
		return Scope{}, false
	}
	if strings.HasPrefix(text, "page/") {
		text = kindNames[KindSite] + "/" + text
	}
	scope, err := ParseScope(text)
	return scope, err == nil && directory(scope) == dir
}
