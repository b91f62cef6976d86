package view

import (
	"net/url"
	"strings"

	"golang.org/x/text/language"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// atom is the namespace of links in RSS.
var atom = xmltext.Namespace{Prefix: "atom", URI: "http://www.w3.org/2005/Atom"}

// Languages links the feeds of a publication to their translations: links with rel="alternate" and
// hreflang in Atom (RFC 4287 section 4.2.7.4) and RSS, and the object "_translations" in JSON Feed.
// Add it to the Extensions of the Site of each language, with all others.
type Languages []Translation

// Translation is a publication with the same articles in another language.
type Translation struct {
	// Language is a BCP 47 tag: "tr". Required.
	Language string
	// URL is the [syndicate.Site.URL] of the translation. Required.
	URL string
	// Addresses are those of the translation. Default: [syndicate.Files].
	Addresses syndicate.Addresses
	// Scopes lists the scopes that have a translation besides the whole site, which always has one.
	// A link to a feed that does not exist is the publisher's fault: no feed is requested to find
	// out. Default: none.
	Scopes []Pair
}

// Pair is a scope of this publication and that of the translation.
type Pair struct{ Here, There syndicate.Scope }

var (
	_ syndicate.JSONExtension = Languages{}
	_ syndicate.Checker       = Languages{}
)

// feedURL returns the address of the feed of a scope in the translation, "" if there is none.
func (t Translation) feedURL(scope syndicate.Scope, format syndicate.Format) string {
	found := scope == syndicate.Everything()
	for _, pair := range t.Scopes {
		if pair.Here == scope {
			scope, found = pair.There, true
			break
		}
	}
	base, err := url.Parse(strings.TrimSpace(t.URL))
	if !found || err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return ""
	}
	addresses := t.Addresses
	if addresses == nil {
		addresses = syndicate.Files
	}
	path := addresses.FeedPath(scope, format)
	if path == "" {
		return ""
	}
	// The path of a site ends in a slash, and the paths of feeds are below it.
	base.Path, base.RawPath, base.RawQuery, base.Fragment = strings.TrimSuffix(base.Path, "/")+"/", "", "", ""
	return base.String() + strings.TrimPrefix((&url.URL{Path: path}).EscapedPath(), "./")
}

// Namespaces returns that of Atom, for RSS.
func (Languages) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{atom} }

// WriteFeed writes a link for each translation.
func (l Languages) WriteFeed(w *xmltext.Writer, format syndicate.Format, feed *syndicate.Feed) {
	name := "link"
	if format == syndicate.RSS {
		name = "atom:link"
	}
	for _, t := range l {
		if href := t.feedURL(feed.Scope, format); href != "" && isLanguage(t.Language) {
			w.Empty(name, xmltext.Attr{Name: "rel", Value: "alternate"}, xmltext.Attr{Name: "type", Value: mediaType(format)},
				xmltext.Attr{Name: "hreflang", Value: t.Language}, xmltext.Attr{Name: "href", Value: href})
		}
	}
}

// mediaType returns the type of a format without its parameters.
func mediaType(format syndicate.Format) string {
	kind, _, _ := strings.Cut(format.ContentType(), ";")
	return kind
}

// WriteArticle writes nothing.
func (Languages) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

// FeedJSON returns the addresses of the translations by their languages.
func (l Languages) FeedJSON(feed *syndicate.Feed) (name string, object any) {
	translations := map[string]string{}
	for _, t := range l {
		if href := t.feedURL(feed.Scope, syndicate.JSON); href != "" && isLanguage(t.Language) {
			translations[t.Language] = href
		}
	}
	if len(translations) == 0 {
		return "", nil
	}
	return "_translations", translations
}

// ArticleJSON returns nothing.
func (Languages) ArticleJSON(*syndicate.Article) (name string, object any) { return "", nil }

// isLanguage reports whether a text is a tag of BCP 47.
func isLanguage(tag string) bool {
	_, err := language.Parse(tag)
	return err == nil
}

// CheckFeed refuses a translation without a language or address, and a language twice.
func (l Languages) CheckFeed(feed *syndicate.Feed) (found []*syndicate.Problem) {
	refuse := func(field, value string, rule syndicate.Rule, spec string) {
		found = append(found, &syndicate.Problem{Field: "Languages." + field, Value: value, Rule: rule, Spec: spec})
	}
	seen := map[string]bool{}
	for _, t := range l {
		if !isLanguage(t.Language) {
			refuse("Language", t.Language, syndicate.RuleBadLanguage, "BCP 47")
		}
		if tag := strings.ToLower(t.Language); seen[tag] || strings.EqualFold(tag, feed.Language) {
			refuse("Language", t.Language, RuleTwice, "RFC 4287 section 4.1.1")
		}
		seen[strings.ToLower(t.Language)] = true
		if t.feedURL(syndicate.Everything(), syndicate.RSS) == "" {
			refuse("URL", t.URL, syndicate.RuleNotAbsolute, "RFC 4287 section 4.2.7.1")
		}
	}
	return found
}

// RuleTwice is the rule for two feeds of one scope in one language.
const RuleTwice syndicate.Rule = "the feed of this language, or of another translation"

// CheckArticle reports nothing.
func (Languages) CheckArticle(*syndicate.Article) []*syndicate.Problem { return nil }
