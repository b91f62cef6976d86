package syndicate

import "strings"

// Addresses is where a publication's feeds and pages lie: paths below [Site.URL], without a slash in
// front and unescaped, as net/url's URL.Path holds them. It is the one place that knows; self links,
// servers, folders and lists of feeds ask it. [Files] and [WordPress] are ready-made.
type Addresses interface {
	// FeedPath returns the path of a feed; "" for a scope that no article can be in. Different arguments
	// give different paths, and none begins with a slash or climbs with "..".
	FeedPath(scope Scope, format Format) string
	// PagePath returns the path of the HTML page that shows what the scope's current feed does; ""
	// for the site's own front page, and where there is no such page.
	PagePath(scope Scope) string
	// Parse turns the path of a feed back into what it is of; false for every other path.
	Parse(path string) (Scope, Format, bool)
}

var (
	// Files are addresses that any static host serves right: "category/military/rss.xml", "atom.xml"
	// and "feed.json" beside it, "category/military/page/3/rss.xml" for an archive page.
	Files Addresses = filePaths{}
	// WordPress are the addresses that WordPress gives its feeds: "category/military/feed/",
	// "category/military/feed/atom/" and "…/feed/json/", "category/military/page/3/feed/" for an
	// archive page.
	WordPress Addresses = wordPressPaths{}
)

type filePaths struct{}

func (filePaths) FeedPath(scope Scope, format Format) string {
	if !format.valid() || !scope.valid() {
		return ""
	}
	return directory(scope) + format.FileName()
}

func (filePaths) PagePath(scope Scope) string { return directory(scope.Current()) }

func (filePaths) Parse(path string) (Scope, Format, bool) {
	for _, format := range Formats {
		if dir, ok := strings.CutSuffix(path, format.FileName()); ok {
			scope, ok := parseDirectory(dir)
			return scope, format, ok
		}
	}
	return Scope{}, 0, false
}

type wordPressPaths struct{}

var wordPressEndings = [...]string{RSS: "feed/", Atom: "feed/atom/", JSON: "feed/json/"}

func (wordPressPaths) FeedPath(scope Scope, format Format) string {
	if !format.valid() || !scope.valid() {
		return ""
	}
	return directory(scope) + wordPressEndings[format]
}

func (wordPressPaths) PagePath(scope Scope) string { return directory(scope.Current()) }

func (wordPressPaths) Parse(path string) (Scope, Format, bool) {
	for _, format := range Formats {
		if dir, ok := strings.CutSuffix(path, wordPressEndings[format]); ok {
			scope, ok := parseDirectory(dir)
			return scope, format, ok
		}
	}
	return Scope{}, 0, false
}

// directory returns the text form of scope as a folder, the site's own being the root: "",
// "page/2/", "category/military/page/2/".
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
