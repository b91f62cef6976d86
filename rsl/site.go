package rsl

import (
	"cmp"
	"context"
	"html/template"
	"iter"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/extensions"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
	"github.com/syndicate-go/syndicate/xmltext"
)

var (
	_ syndicate.Checker = Site{}
	_ syndicate.Checker = Terms{}
	_ derived.Files     = Site{}
)

// Namespaces returns the namespace of RSL.
func (Site) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{namespace} }

// WriteFeed writes nothing: the format has no terms of a channel, but of each item.
func (Site) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes the terms of an article's page into its item, in RSS. It writes nothing for
// an article that has [Terms], or whose page is on another host: the site does not license that.
func (s Site) WriteArticle(w *xmltext.Writer, format syndicate.Format, a *syndicate.Article) {
	if format != syndicate.RSS || hasTerms(a) {
		return
	}
	if terms, ok := s.For(a.URL); ok {
		terms.write(prefixed{w}, a.URL, lastmod(a))
	}
}

// lastmod returns the time of the last change of an article, in the form of RFC 3339.
func lastmod(a *syndicate.Article) string {
	return string(date.AppendRFC3339(nil, date.Later(a.Published, a.Updated)))
}

// hasTerms reports whether an article has terms.
func hasTerms(a *syndicate.Article) bool {
	return len(extensions.Of[Terms](a.Extensions)) > 0
}

// Namespaces returns the namespace of RSL.
func (Terms) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{namespace} }

// WriteFeed writes nothing.
func (Terms) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes the terms into the item of an article, in RSS. An article with several Terms
// has the first.
func (t Terms) WriteArticle(w *xmltext.Writer, format syndicate.Format, a *syndicate.Article) {
	if format == syndicate.RSS {
		t.write(prefixed{w}, a.URL, lastmod(a))
	}
}

// For returns the terms of the content at an absolute URL. It returns false for a URL on another
// host than the site's.
func (s Site) For(address string) (Terms, bool) {
	u, err := url.Parse(address)
	if err != nil || !sameHost(s.URL, address) {
		return Terms{}, false
	}
	target := cmp.Or(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	best, longest := s.Terms, 0
	for _, section := range s.Sections {
		pattern := s.pattern(section)
		if len(pattern) > longest && matches(pattern, target) {
			best, longest = section.Terms, len(pattern)
		}
	}
	return best, true
}

// matches reports whether a pattern of RFC 9309 (sections 2.2.2 and 2.2.3) matches the beginning of
// a path with its query.
func matches(pattern, target string) bool {
	pattern, toEnd := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(target, parts[0]) {
		return false
	}
	rest := target[len(parts[0]):]
	// The first place that fits is as good as any later one, unless the end must fit too.
	for i, part := range parts[1:] {
		if toEnd && i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return !toEnd || rest == ""
}

// pattern returns the pattern of a section. That of a category follows from the Addresses.
func (s Site) pattern(section Section) string {
	if section.Pattern != "" || section.Category.Kind() != syndicate.KindCategory {
		return section.Pattern
	}
	addresses := s.Addresses
	if addresses == nil {
		addresses = syndicate.Files
	}
	below := addresses.PagePath(section.Category)
	if below == "" {
		below = path.Dir(addresses.FeedPath(section.Category, syndicate.RSS)) + "/"
	}
	return s.root() + strings.TrimPrefix((&url.URL{Path: below}).EscapedPath(), "./")
}

// root returns the path of the site, with a slash at its end.
func (s Site) root() string {
	u, err := url.Parse(strings.TrimSpace(s.URL))
	if err != nil {
		return "/"
	}
	return strings.TrimSuffix(u.EscapedPath(), "/") + "/"
}

// address returns the URL of the license file.
func (s Site) address() string {
	u, err := url.Parse(strings.TrimSpace(s.URL))
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String() + s.root() + strings.TrimPrefix((&url.URL{Path: s.path()}).EscapedPath(), "./")
}

// path returns the path of the license file below the site's URL.
func (s Site) path() string { return cmp.Or(strings.TrimPrefix(s.Path, "/"), "license.xml") }

// Robots returns the line for the robots.txt of the site's host that names the license file, with a
// line break behind it (section 4.4). It belongs outside of the groups of user agents, because a
// group with such a line ignores the others.
func (s Site) Robots() string { return "License: " + s.address() + "\n" }

// Link returns the value of the header Link that names the license file (section 4.5), for
// feedhttp.Handler.Links and for the pages of the site.
func (s Site) Link() string {
	return "<" + s.address() + `>; rel="license"; type="` + ContentType + `"`
}

// HTML returns the element for the head of every page of the site that names the license file
// (section 4.6).
func (s Site) HTML() template.HTML {
	return template.HTML(`<link rel="license" type="` + ContentType + `" href="` + template.HTMLEscapeString(s.address()) + "\">\n")
}

// HTML returns an element for the head of the page at an absolute URL, with the terms in it
// (section 4.6.2). Use it for the pages of articles that have other terms than the site.
func (t Terms) HTML(address string) template.HTML {
	// The text is escaped, so no element of HTML begins or ends in it.
	text := appendDocument([]byte(`<script type="`+ContentType+`">`+"\n"), 0, func(w element) { t.write(w, address, "") })
	return template.HTML(append(text, "</script>\n"...))
}

// appendDocument appends the root element with what write writes into it, and 0 or the days for
// which clients may rely on it.
func appendDocument(dst []byte, days int, write func(element)) []byte {
	dst = append(dst, `<rsl xmlns="`+namespace.URI+`"`...)
	if days > 0 {
		dst = append(dst, ` max-age="`+strconv.Itoa(days)+`"`...)
	}
	w := xmlwriter.New(append(dst, '>'))
	write(plain{w})
	w.Break()
	return append(w.Bytes(), "</rsl>\n"...)
}

// Append appends the license file to dst and returns the extended buffer. The site's own terms come
// first. Clients evaluate all that match, and the narrowest pattern takes precedence.
func (s Site) Append(dst []byte) []byte {
	days := int(s.MaxAge / (24 * time.Hour))
	return appendDocument(append(dst, xmlwriter.Declaration...), days, func(w element) {
		s.Terms.write(w, s.root(), "")
		for _, section := range s.Sections {
			section.Terms.write(w, s.pattern(section), "")
		}
	})
}

// List yields the license file. It implements [derived.Files].
func (s Site) List(context.Context, syndicate.Source) iter.Seq2[derived.File, error] {
	return func(yield func(derived.File, error) bool) { yield(s.file(), nil) }
}

// Find returns the license file. It implements [derived.Files].
func (s Site) Find(_ context.Context, _ syndicate.Source, path string) (derived.File, error) {
	if path != s.path() {
		return derived.File{}, &syndicate.ScopeError{Err: syndicate.ErrNotFound}
	}
	return s.file(), nil
}

// file returns the license file. It depends on no article, so no version says that it has changed.
func (s Site) file() derived.File {
	return derived.File{Path: s.path(), ContentType: ContentType, Append: func(_ context.Context, dst []byte) ([]byte, error) {
		return s.Append(dst), nil
	}}
}

// CheckFeed returns what is wrong with the license. [syndicate.Site.Check] calls it and refuses a
// site whose license has values outside of the vocabulary.
func (s Site) CheckFeed(f *syndicate.Feed) []*syndicate.Problem {
	var r report
	switch {
	case uri.Web(s.URL) == "":
		r.refuse("Site.URL", s.URL, syndicate.RuleNotAbsolute, "3.3")
	case f.Scope == syndicate.Everything() && f.URL != "" && !sameHost(s.URL, f.URL):
		r.refuse("Site.URL", s.URL, RuleOtherHost, "4.7")
	}
	if s.MaxAge < 0 || s.MaxAge%(24*time.Hour) != 0 {
		r.refuse("Site.MaxAge", s.MaxAge.String(), RuleBadForm, "3.2: whole days")
	}
	s.Terms.check(&r, "Site.Terms")
	for i, section := range s.Sections {
		field := "Site.Sections[" + strconv.Itoa(i) + "]"
		if pattern := s.pattern(section); pattern == "" {
			r.refuse(field+".Pattern", "", syndicate.RuleMissing, "3.3")
		} else if pattern[0] != '/' || strings.ContainsAny(pattern, " \t\r\n#") || strings.Contains(strings.TrimSuffix(pattern, "$"), "$") {
			r.refuse(field+".Pattern", pattern, RuleBadForm, "3.3; RFC 9309 section 2.2.3")
		}
		section.Terms.check(&r, field+".Terms")
	}
	if len(extensions.Of[Site](f.Extensions)) > 1 {
		r.refuse("Extensions", "", RuleTwoSites, "4.7")
	}
	return r.found
}

// sameHost reports whether two URLs have the same scheme and host.
func sameHost(a, b string) bool {
	u, err := url.Parse(strings.TrimSpace(a))
	v, fault := url.Parse(strings.TrimSpace(b))
	return err == nil && fault == nil && strings.EqualFold(u.Host, v.Host) && u.Scheme == v.Scheme
}

// CheckArticle returns nil: an article is not the license's.
func (Site) CheckArticle(*syndicate.Article) []*syndicate.Problem { return nil }

// CheckFeed returns nil.
func (Terms) CheckFeed(*syndicate.Feed) []*syndicate.Problem { return nil }

// CheckArticle returns what is wrong with the terms of an article. Values outside of the vocabulary
// refuse the article.
func (t Terms) CheckArticle(*syndicate.Article) []*syndicate.Problem {
	var r report
	t.check(&r, "Terms")
	return r.found
}
