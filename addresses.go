package syndicate

import (
	"strings"

	"github.com/syndicate-go/syndicate/internal/layout"
)

// Addresses maps feeds and HTML pages to paths, and paths to feeds. Paths are relative to
// [Site.URL], without a leading slash, and unescaped as in net/url's URL.Path. Self links, servers,
// folders and feed lists all use it. [Files] and [WordPress] are ready-made, [Below] puts either
// under a prefix.
type Addresses interface {
	// FeedPath returns the path of a feed, "" for an invalid scope. Different arguments must return
	// different paths. No path begins with a slash or has an element "..".
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
	Files Addresses = files
	// WordPress is the layout of WordPress: "category/military/feed/",
	// "category/military/feed/atom/" and "…/feed/json/", "category/military/page/3/feed/" for an
	// archive page, and the HTML page "category/military/".
	WordPress Addresses = wordPress
)

var (
	files = folders{Site: KindSite.String(),
		Endings: [...]string{RSS: RSS.FileName(), Atom: Atom.FileName(), JSON: JSON.FileName()}}
	wordPress = folders{Site: KindSite.String(), Pages: true,
		Endings: [...]string{RSS: "feed/", Atom: "feed/atom/", JSON: "feed/json/"}}
)

// folders is a layout with a folder for each scope, whose path is the scope's text form. Package
// layout has the rules, because paths are text and nothing of a feed.
type folders = layout.Folders[Scope, *Scope, Format]

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
	return layout.Below[Scope, Format]{Prefix: prefix + "/", Layout: addresses}
}
