// Package license states the license of a publication and of its articles: Creative Commons or any
// other that has an address.
//
//	site.Extensions = append(site.Extensions, license.License{URL: license.CCBY})
//	article.Extensions = append(article.Extensions, license.License{URL: license.CCBYNCND})
//
// Feeds have it as
//
//   - a link with rel="license" in Atom, in the feed and in each entry (RFC 4946);
//   - creativeCommons:license in the channel and each item of RSS, for licenses of Creative Commons
//     (https://www.rssboard.org/creative-commons), and a link with rel="license" for others;
//   - the object "_license" with a "url" in JSON Feed, in the feed and in each item.
//
// The license of an article replaces that of the site in its item. Package rsl has
// terms for machines, such as AI systems; both can be used together.
package license

import (
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/findings"
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

// RuleUnknown is the rule for an address of Creative Commons that is no license.
const RuleUnknown syndicate.Rule = "not a license of Creative Commons"

// License is the license of a publication or of an article. Add it to the Extensions of the
// [syndicate.Site] or of the [syndicate.Article].
//
// The stores of package sqlstore keep the License of an article if the site has one.
type License struct {
	// URL is the address of the license: [CCBY], or a page of your own. Required.
	URL string
}

var (
	_ syndicate.JSONExtension = License{}
	_ syndicate.Checker       = License{}
)

// The namespaces of RSS.
var (
	commons = xmltext.Namespace{Prefix: "creativeCommons", URI: "http://backend.userland.com/creativeCommonsRssModule"}
	atom    = xmltext.Namespace{Prefix: "atom", URI: "http://www.w3.org/2005/Atom"}
)

// Namespaces returns those of Creative Commons and Atom, for RSS.
func (License) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{commons, atom} }

// WriteFeed writes the license of the feed.
func (l License) WriteFeed(w *xmltext.Writer, format syndicate.Format, _ *syndicate.Feed) {
	l.write(w, format)
}

// WriteArticle writes the license of the article.
func (l License) WriteArticle(w *xmltext.Writer, format syndicate.Format, a *syndicate.Article) {
	if l.isOf(a) {
		l.write(w, format)
	}
}

// isOf reports whether l is the license to write for an article: the first of its own, or that of
// the site if it has none.
func (l License) isOf(a *syndicate.Article) bool {
	for _, ext := range a.Extensions {
		if own, ok := ext.(License); ok {
			return own == l
		}
	}
	return true
}

// write writes the license, unless it has no address.
func (l License) write(w *xmltext.Writer, format syndicate.Format) {
	address := web(l.URL)
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

// web returns an absolute URL of http or https, "" for any other text.
func web(address string) string {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return address
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

// FeedJSON returns the license of the feed.
func (l License) FeedJSON(*syndicate.Feed) (name string, value any) {
	if web(l.URL) == "" {
		return "", nil
	}
	return "_license", object{web(l.URL)}
}

// ArticleJSON returns the license of the article.
func (l License) ArticleJSON(a *syndicate.Article) (name string, value any) {
	if !l.isOf(a) {
		return "", nil
	}
	return l.FeedJSON(nil)
}

// Link returns the license as an element of the HTTP header Link (RFC 8288), for the Links of a
// feedhttp.Handler.
func (l License) Link() string { return "<" + l.escaped() + `>; rel="license"` }

// HTML returns the license as an element of the head of a page.
func (l License) HTML() template.HTML {
	return template.HTML(`<link rel="license" href="` + template.HTMLEscapeString(l.escaped()) + `">`)
}

// escaped returns the address with nothing in it that ends an element of a header.
func (l License) escaped() string {
	return strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20").Replace(web(l.URL))
}

// words are the licenses of Creative Commons in their addresses.
var words = []string{"by", "by-sa", "by-nc", "by-nc-sa", "by-nd", "by-nc-nd"}

// inCommons is the form of the path of a license, with the place that it is adapted to, if any.
var inCommons = regexp.MustCompile(`^/(licenses/([a-z-]+)/[1-4]\.[05]|publicdomain/(zero|mark)/1\.0)(/[a-z-]+)?/?(deed|legalcode)?(\.[a-z_-]+)?$`)

// check reports an address that is no license.
func (l License) check() []*syndicate.Problem {
	problem := &syndicate.Problem{Field: "License.URL", Value: findings.Shorten(l.URL), Spec: "RFC 4946 section 2"}
	switch address := web(l.URL); {
	case strings.TrimSpace(l.URL) == "":
		problem.Rule = syndicate.RuleMissing
	case address == "":
		problem.Rule = syndicate.RuleNotAbsolute
	case isCommons(address):
		u, _ := url.Parse(address)
		match := inCommons.FindStringSubmatch(u.Path)
		if match != nil && (slices.Contains(words, match[2]) || match[3] != "") {
			return nil
		}
		problem.Rule = RuleUnknown
		problem.Spec = "known are zero, " + strings.Join(words, ", ") + ", with their version: " + CCBY
	default:
		return nil
	}
	return []*syndicate.Problem{problem}
}

// CheckFeed refuses an address that is no license.
func (l License) CheckFeed(*syndicate.Feed) []*syndicate.Problem { return l.check() }

// CheckArticle warns of an address that is no license: the article is published without it.
func (l License) CheckArticle(a *syndicate.Article) []*syndicate.Problem {
	if !l.isOf(a) {
		return nil
	}
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

// ReviveArticle returns the License that a store has kept. It implements sqlstore.Reviver.
func (License) ReviveArticle(text []byte) (syndicate.Extension, error) {
	return License{URL: string(text)}, nil
}
