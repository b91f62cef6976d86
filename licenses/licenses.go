// Package licenses states the license of a publication and of its articles: Creative Commons or any
// other that has an address.
//
//	site.Extensions = append(site.Extensions, licenses.Site{URL: licenses.CCBY})
//	article.Extensions = append(article.Extensions, licenses.License{URL: licenses.CCBYNCND})
//
// Feeds have it as
//
//   - a link with rel="license" in Atom, in the feed and in each entry (RFC 4946);
//   - creativeCommons:license in the channel and each item of RSS, for licenses of Creative Commons
//     (https://www.rssboard.org/creative-commons), and a link with rel="license" for others;
//   - the object "_license" with a "url" in JSON Feed, in the feed and in each item.
//
// The license of an article replaces that of the site in its item. Package rsl has terms for
// machines, such as AI systems; both can be used together.
package licenses

import (
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/extensions"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/xmltext"
)

// The licenses of Creative Commons in their newest versions.
const (
	CC0      = "https://creativecommons.org/publicdomain/zero/1.0/"
	CCBY     = "https://creativecommons.org/licenses/by/4.0/"
	CCBYSA   = "https://creativecommons.org/licenses/by-sa/4.0/"
	CCBYNC   = "https://creativecommons.org/licenses/by-nc/4.0/"
	CCBYNCSA = "https://creativecommons.org/licenses/by-nc-sa/4.0/"
	CCBYND   = "https://creativecommons.org/licenses/by-nd/4.0/"
	CCBYNCND = "https://creativecommons.org/licenses/by-nc-nd/4.0/"
)

// Rules of problems. Test with errors.Is.
const (
	RuleUnknown  syndicate.Rule = "not a license of Creative Commons"
	RuleTwoSites syndicate.Rule = "a feed has two licenses of a site"
)

// Site is the license of a publication, of its feeds and of all articles that state no other. Add
// it to the Extensions of the [syndicate.Site].
type Site struct {
	// URL is the address of the license: [CCBY], or a page of your own. Required.
	URL string
}

// License is the license of an article, in place of that of the site. Add it to the Extensions of
// the [syndicate.Article].
//
// The stores of package sqlstore keep it if the site has a [Site].
type License struct {
	// URL is the address of the license: [CCBYNCND], or a page of your own. Required.
	URL string
}

var (
	_ syndicate.JSONExtension = Site{}
	_ syndicate.JSONExtension = License{}
	_ syndicate.Checker       = Site{}
	_ syndicate.Checker       = License{}
)

// The namespaces of RSS.
var (
	commons = xmltext.Namespace{Prefix: "creativeCommons", URI: "http://backend.userland.com/creativeCommonsRssModule"}
	atom    = xmltext.Namespace{Prefix: "atom", URI: "http://www.w3.org/2005/Atom"}
)

// Namespaces returns those of Creative Commons and Atom, for RSS.
func (Site) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{commons, atom} }

// Namespaces returns those of Creative Commons and Atom, for RSS.
func (License) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{commons, atom} }

// WriteFeed writes the license of the feed.
func (s Site) WriteFeed(w *xmltext.Writer, format syndicate.Format, _ *syndicate.Feed) {
	License(s).write(w, format)
}

// WriteFeed writes nothing.
func (License) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes the license of an article that states no license.
func (s Site) WriteArticle(w *xmltext.Writer, format syndicate.Format, a *syndicate.Article) {
	if !hasLicense(a) {
		License(s).write(w, format)
	}
}

// WriteArticle writes the license of the article.
func (l License) WriteArticle(w *xmltext.Writer, format syndicate.Format, _ *syndicate.Article) {
	l.write(w, format)
}

// hasLicense reports whether an article states a license.
func hasLicense(a *syndicate.Article) bool {
	return len(extensions.Of[License](a.Extensions)) > 0
}

// write writes the license, unless it has no address.
func (l License) write(w *xmltext.Writer, format syndicate.Format) {
	address := uri.Web(l.URL)
	link := []xmltext.Attr{{Name: "rel", Value: "license"}, {Name: "href", Value: address}}
	switch {
	case address == "":
	case format == syndicate.Atom:
		w.Empty("link", link...)
	case isCommons(address):
		w.Element("creativeCommons:license", address)
	default:
		w.Empty("atom:link", link...)
	}
}

// isCommons reports whether a URL is on the host of Creative Commons.
func isCommons(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") == "creativecommons.org"
}

// object is the license in JSON Feed.
type object struct {
	URL string `json:"url"`
}

// json returns the license for JSON Feed.
func (l License) json() (name string, value any) {
	if uri.Web(l.URL) == "" {
		return "", nil
	}
	return "_license", object{uri.Web(l.URL)}
}

// FeedJSON returns the license of the feed.
func (s Site) FeedJSON(*syndicate.Feed) (name string, value any) { return License(s).json() }

// FeedJSON returns nothing.
func (License) FeedJSON(*syndicate.Feed) (name string, value any) { return "", nil }

// ArticleJSON returns the license of an article that states no license.
func (s Site) ArticleJSON(a *syndicate.Article) (name string, value any) {
	if hasLicense(a) {
		return "", nil
	}
	return License(s).json()
}

// ArticleJSON returns the license of the article.
func (l License) ArticleJSON(*syndicate.Article) (name string, value any) { return l.json() }

// Link returns the license as an element of the HTTP header Link (RFC 8288), for the Links of a
// feedhttp.Handler; "" if its address is not a URL.
func (s Site) Link() string {
	if License(s).escaped() == "" {
		return ""
	}
	return "<" + License(s).escaped() + `>; rel="license"`
}

// HTML returns the license as an element of the head of a page.
func (s Site) HTML() template.HTML { return License(s).HTML() }

// HTML returns the license as an element of the head of an article's page; "" if its address is not
// a URL.
func (l License) HTML() template.HTML {
	if l.escaped() == "" {
		return ""
	}
	return template.HTML(`<link rel="license" href="` + template.HTMLEscapeString(l.escaped()) + `">`)
}

// escaped returns the address with nothing in it that ends an element of a header.
func (l License) escaped() string {
	return strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20").Replace(uri.Web(l.URL))
}

// words are the licenses of Creative Commons in their addresses, older ones behind.
var words = []string{
	"by", "by-sa", "by-nc", "by-nc-sa", "by-nd", "by-nc-nd", "by-nd-nc", "nc", "nc-sa", "nd", "nd-nc", "sa",
}

// inCommons is the form of the path of a license, with the place that it is adapted to, if any.
var inCommons = regexp.MustCompile(
	`^/(licenses/([a-z-]+)/([1-4]\.0|2\.[15])|publicdomain/(zero|mark)/1\.0)(/[a-z-]+)?/?((deed|legalcode)(\.[A-Za-z_-]+)?)?$`)

// check reports an address that is no license.
func (l License) check() []*syndicate.Problem {
	problem := &syndicate.Problem{Field: "License.URL", Value: findings.Shorten(l.URL), Spec: "RFC 4946 section 2"}
	switch address := uri.Web(l.URL); {
	case strings.TrimSpace(l.URL) == "":
		problem.Rule = syndicate.RuleMissing
	case address == "":
		problem.Rule = syndicate.RuleNotAbsolute
	case isCommons(address):
		u, _ := url.Parse(address)
		match := inCommons.FindStringSubmatch(u.Path)
		if match != nil && (slices.Contains(words, match[2]) || match[4] != "") {
			return nil
		}
		problem.Rule = RuleUnknown
		problem.Spec = "known are zero, " + strings.Join(words[:6], ", ") + ", with their version: " + CCBY
	default:
		return nil
	}
	return []*syndicate.Problem{problem}
}

// CheckFeed refuses an address that is no license, and a second license of a feed.
func (s Site) CheckFeed(feed *syndicate.Feed) []*syndicate.Problem {
	found := License(s).check()
	if all := extensions.Of[Site](feed.Extensions); len(all) > 0 && all[0] != s {
		found = append(found, &syndicate.Problem{Field: "License.URL", Value: findings.Shorten(s.URL), Rule: RuleTwoSites})
	}
	return found
}

// CheckFeed reports nothing.
func (License) CheckFeed(*syndicate.Feed) []*syndicate.Problem { return nil }

// CheckArticle reports nothing.
func (Site) CheckArticle(*syndicate.Article) []*syndicate.Problem { return nil }

// CheckArticle warns of an address that is no license. The article is published all the same.
func (l License) CheckArticle(*syndicate.Article) []*syndicate.Problem {
	found := l.check()
	for _, p := range found {
		p.Warning = true
	}
	return found
}

// Vocabulary returns the URI that stores keep a License under, for package sqlstore.
func (License) Vocabulary() string { return commons.URI }

// MarshalText returns the text that a store keeps. It implements sqlstore.Keepable.
func (l License) MarshalText() ([]byte, error) { return []byte(l.URL), nil }

// Vocabulary returns the URI that stores keep a [License] under, for package sqlstore.
func (Site) Vocabulary() string { return commons.URI }

// ReviveArticle returns the License that a store has kept. It implements sqlstore.Reviver.
func (Site) ReviveArticle(text []byte) (syndicate.Extension, error) {
	return License{URL: string(text)}, nil
}
