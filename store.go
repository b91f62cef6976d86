package syndicate

import (
	"cmp"
	"strings"

	"github.com/syndicate-go/syndicate/internal/uri"
)

// What else a [Source] over a store of its own needs to say the same as an [Archive].

// ArticleID returns what tells an article from all others, in every format, given its ID or, where it has
// none, its URL: the id that Atom feeds show. No Source holds two articles of one such id.
func (s *Site) ArticleID(key string) string {
	return atomID(&Article{ID: strings.TrimSpace(key)}, s.ready().TagAuthority)
}

// Resolve returns a URL, which may be relative to the site's, in the form that articles and feeds carry. The
// error is a [Rule].
func (s *Site) Resolve(ref string) (string, error) {
	absolute, rule := uri.Resolve(s.ready().compiled.base, ref)
	if rule != "" {
		return "", Rule(rule)
	}
	return absolute, nil
}

// FeedTitle returns the title that [Site.Feed] gives the feed of a scope, for a Source's list of scopes. Names
// are as in [Selection].
func (s *Site) FeedTitle(scope Scope, names []string) string {
	s = s.ready()
	return cmp.Or(s.options(scope).Title, s.title(scope, names))
}
