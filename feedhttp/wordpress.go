package feedhttp

import (
	"net/url"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// wordPressEndings are the endings that WordPress accepts in the address of a feed, besides the
// canonical one. An ending that contains another one comes first.
var wordPressEndings = []struct {
	ending string
	format syndicate.Format
}{
	{"feed/rss2", syndicate.RSS},
	{"feed/rss", syndicate.RSS},
	{"feed/rdf", syndicate.RSS},
	{"feed/feed", syndicate.RSS},
	{"feed/atom", syndicate.Atom},
	{"feed/json", syndicate.JSON},
	{"feed", syndicate.RSS},
	{"rss2", syndicate.RSS},
	{"rss", syndicate.RSS},
	{"rdf", syndicate.RSS},
	{"atom", syndicate.Atom},
}

// wordPressFiles are the addresses of WordPress's first releases, which it still redirects.
var wordPressFiles = map[string]syndicate.Format{
	"wp-rss.php":  syndicate.RSS,
	"wp-rss2.php": syndicate.RSS,
	"wp-rdf.php":  syndicate.RSS,
	"wp-feed.php": syndicate.RSS,
	"wp-atom.php": syndicate.Atom,
}

// wordPressQueries are the values of the query parameter "feed" with their formats.
var wordPressQueries = map[string]syndicate.Format{
	"feed": syndicate.RSS,
	"rss2": syndicate.RSS,
	"rss":  syndicate.RSS,
	"rdf":  syndicate.RSS,
	"atom": syndicate.Atom,
	"json": syndicate.JSON,
}

// wordPressForm returns the feed that address means in one of WordPress's alternative forms, and
// false if address has none of these forms. The path is that of address below the site's.
func wordPressForm(path string, address *url.URL) (syndicate.Scope, syndicate.Format, bool) {
	if format, ok := wordPressFiles[path]; ok {
		return syndicate.Everything(), format, true
	}
	// First the forms that are a path, then the ones that have the format in the query.
	bare := strings.TrimSuffix(path, "/")
	for _, form := range wordPressEndings {
		folder, ok := strings.CutSuffix(bare, form.ending)
		if !ok || folder != "" && !strings.HasSuffix(folder, "/") {
			continue
		}
		if scope, ok := inWordPressFolder(folder); ok {
			return scope, form.format, true
		}
	}
	if !strings.Contains(address.RawQuery, "feed=") {
		return syndicate.Scope{}, 0, false
	}
	format, ok := wordPressQueries[address.Query().Get("feed")]
	if bare == "index.php" || bare == "" {
		return syndicate.Everything(), format, ok
	}
	scope, found := inWordPressFolder(bare + "/")
	return scope, format, ok && found
}

// inWordPressFolder returns the scope whose feeds are below a folder such as "" or "tag/turkey/".
// It returns false for a folder that is not written in its canonical form.
func inWordPressFolder(folder string) (syndicate.Scope, bool) {
	scope, _, ok := syndicate.WordPress.Parse(folder + "feed/")
	return scope, ok && syndicate.WordPress.FeedPath(scope, syndicate.RSS) == folder+"feed/"
}
