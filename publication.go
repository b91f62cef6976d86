package syndicate

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/stretches"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Publication is a checked [Site]: it checks articles, builds feeds and knows every address. It is
// immutable and safe for concurrent use. [Site.Check] returns one, and every [Source] has one.
type Publication struct {
	site   Site     // with defaults filled in, URLs absolute, everything copied
	base   *url.URL // of site.URL; ends in a slash
	idBase *url.URL // of site.IDBase, nil unless the site has moved

	// The settings of feeds, with everything filled in: those of site.Scopes and of all others.
	// They are filled in once, because every feed and every version is made of them.
	feeds    map[Scope]FeedOptions
	defaults FeedOptions

	// The URIs that distinguish the site's categories and tags from others of the same name.
	categoryScheme, tagScheme string

	encodedTags [formatCount]tagMemo    // in RSS and Atom; see writeTags
	tooLong     few.Memo[Scope, string] // what was last warned of; see tooLarge
	long        few.HeldMap[Scope, stretches.Feed[Article]]
}

// Site returns the settings with defaults filled in and URLs absolute. What its slices, maps and
// pointers refer to is read-only.
func (p *Publication) Site() Site { return p.site }

// Publishes reports whether the publication has feeds of the scope's [Kind]: see [Site.Kinds].
func (p *Publication) Publishes(scope Scope) bool { return slices.Contains(p.site.Kinds, scope.kind) }

// FeedURL returns the address of a feed, its self link. It returns "" for a format or a kind of
// scope that the publication does not publish, and for an invalid scope.
func (p *Publication) FeedURL(scope Scope, format Format) string {
	if !p.Publishes(scope) || !slices.Contains(p.site.Formats, format) {
		return ""
	}
	return p.below(p.site.Addresses.FeedPath(scope, format))
}

// feedURLs returns [Publication.FeedURL] for every format that is published. The field of another
// format stays empty, so that no feed links to it.
func (p *Publication) feedURLs(scope Scope) (links Links) {
	for _, format := range p.site.Formats {
		links.Set(format, p.FeedURL(scope, format))
	}
	return links
}

// PageURL returns the address of the HTML page of a scope, "" if [Addresses] has none.
func (p *Publication) PageURL(scope Scope) string {
	if scope.kind == KindSite {
		return p.site.URL
	}
	if !scope.valid() {
		return ""
	}
	return p.below(p.site.Addresses.PagePath(scope))
}

// below joins an unescaped path to the site's address. It returns "" for an empty path, which is
// how [Addresses] say that there is no such feed or page. A site's address may hold escapes itself,
// such as those of a slash in a folder's name. Those stay as they are.
func (p *Publication) below(path string) string {
	if path == "" {
		return ""
	}
	u := *p.base
	if u.RawPath != "" {
		u.RawPath += (&url.URL{Path: path}).EscapedPath()
	}
	u.Path += path
	return uri.Escape(&u)
}

// FeedTitle returns the title of a scope's feed, for a Source's list of scopes. Names are as in
// [Selection].
func (p *Publication) FeedTitle(scope Scope, names []string) string {
	return cmp.Or(p.options(scope).Title, p.title(scope, names))
}

// title returns a title that stands alone in a list of subscriptions: "Military – Nordic Monitor",
// "World / Europe – Nordic Monitor", "#turkey – Nordic Monitor". The sign before a tag keeps its
// feed apart from that of a category with the same name.
func (p *Publication) title(scope Scope, names []string) string {
	if len(names) == 0 {
		return p.site.Title
	}
	name := strings.Join(names, " / ")
	if scope.kind == KindTag {
		name = "#" + name
	}
	return name + " – " + p.site.Title
}

// description returns the subtitle of a feed whose category, tag or author has none: RSS requires
// one.
func (p *Publication) description(names []string) string {
	if len(names) == 0 {
		return p.site.Description
	}
	return strings.Join(names, " / ") + " – " + p.site.Description
}

// FeedLimit returns the number of articles in the scope's current feed and on its archive pages.
func (p *Publication) FeedLimit(scope Scope) int { return p.options(scope).Limit }

// FeedMaxBytes returns the largest size of the scope's current feed and of its archive pages.
func (p *Publication) FeedMaxBytes(scope Scope) int { return p.options(scope).MaxBytes }

// options returns the settings of a scope's feed, with defaults filled in.
func (p *Publication) options(scope Scope) FeedOptions {
	if o, found := p.feeds[scope.Current()]; found {
		return o
	}
	return p.defaults
}

// withDefaults fills in the settings of a feed that its options leave empty, from those of the
// checked site. Title, Description and ID depend on the scope, so [Publication.Feed] makes them.
// Extensions are added to the site's: a feed cannot do without an element that the site promises.
func (s *Site) withDefaults(o FeedOptions) FeedOptions {
	o.Extensions = slices.Concat(s.Extensions, o.Extensions)
	for _, ext := range o.Extensions {
		if d, ok := ext.(interface{ FeedDefaults(FeedOptions) FeedOptions }); ok {
			_ = findings.Recovered(func() { o = d.FeedDefaults(o) })
		}
	}
	if o.Whole {
		o.Limit = cmp.Or(o.Limit, findings.MaxLimit)
	}
	o.Language = cmp.Or(o.Language, s.Language)
	o.Icon = cmp.Or(o.Icon, s.Icon)
	o.Copyright = cmp.Or(o.Copyright, s.Copyright)
	o.Limit, o.MaxBytes = cmp.Or(o.Limit, s.Limit), cmp.Or(o.MaxBytes, s.MaxBytes)
	o.Excerpts = o.Excerpts || s.Excerpts
	o.Logo, o.Author = cmp.Or(o.Logo, s.Logo), cmp.Or(o.Author, s.Author)
	if findings.Schedule(o.Schedule).Equal(findings.Schedule{}) {
		o.Schedule = s.Schedule
	}
	return o
}

// variant says which feeds may share the encoded form of an article: those of the zero variant, or
// one feed whose settings change what it says of its articles.
type variant struct {
	own   bool
	scope Scope // of the one feed
}

// variant returns the variant of a scope's feed. An item depends on the feed's language, author and
// extensions: a different language is named in the item, an author of the feed stands for articles
// without one, and extensions write into each item.
func (p *Publication) variant(scope Scope) variant {
	o := p.options(scope)
	if o.Language == p.site.Language && o.Author == p.site.Author && len(o.Extensions) == len(p.site.Extensions) {
		return variant{}
	}
	return variant{true, scope.Current()}
}

// ArticleID returns the id that Atom feeds show of a checked article, given its ID or, if it has
// none, its URL. A Source holds at most one article with each id.
func (p *Publication) ArticleID(key string) string {
	return atomID(&Article{ID: strings.TrimSpace(key)}, p.site.TagAuthority)
}

// Resolve returns a URL in the form that articles and feeds carry: absolute, with scheme and host
// in lower case, ASCII. It may be relative to the site's. The error is a [Rule].
func (p *Publication) Resolve(ref string) (string, error) {
	absolute, fault := uri.Resolve(p.base, ref)
	if fault != "" {
		return "", Rule(fault)
	}
	return absolute, nil
}

// Warn passes a warning to [Site.Warn]. It is for a [Source] that finds something to report.
func (p *Publication) Warn(problem *Problem) {
	if p.site.Warn != nil {
		p.site.Warn(problem)
	}
}

// warn passes the warnings among what was found to [Site.Warn]. Callers hold no lock, so that the
// program's function may use the Source that it is warned about.
func (p *Publication) warn(found []*finding) {
	for _, f := range found {
		if f.Warning {
			p.Warn((*Problem)(f))
		}
	}
}
