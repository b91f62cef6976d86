// Package feedpage shows a publication's feeds to people: [Page] is an HTML page that lists all of them,
// [Stylesheet] makes a feed readable that is opened in a browser, and [Alternates] are the link elements by
// which browsers and readers find the feeds of any page.
//
//	html, err := feedpage.Page{OPML: "/feeds.opml"}.Append(ctx, nil, archive)
package feedpage

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed" // for the files beside this one
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/feedlist"
)

// Stylesheet is the CSS that makes RSS and Atom readable in a browser. Serve it as text/css and name its
// address in each feed: <?xml-stylesheet type="text/css" href="…"?> (https://www.w3.org/TR/xml-stylesheet/).
// It asks for nothing else, shows text as text, and hides bodies and what is for machines.
//
// Browsers style a feed that comes as application/xml or text/xml, which is how most static hosts serve
// files named .xml; Chromium shows one that comes as application/rss+xml or application/atom+xml as source.
// Package feedhttp therefore answers a browser that is to show a feed with application/xml.
//
//go:embed feed.css
var Stylesheet string

// ContentType is the value of HTTP's Content-Type for a [Page].
const ContentType = "text/html; charset=utf-8"

// Page is an HTML page that lists every feed of a publication: the site's, its categories nested as they
// are, tags and authors, each with how many articles it has, its addresses and its newest titles. It is one
// document that loads nothing, works without script, and asks search engines not to list it.
type Page struct {
	// OPML is the address of the list that package opml writes, as the page should link to it. Optional;
	// no link.
	OPML string
	// Newest is how many titles are shown of each feed. Optional; default 3; none when negative.
	Newest int
	// Texts are the page's own words. Optional; those of the site's language where they are known, or
	// English.
	Texts Texts
}

// Append appends the page and returns the extended buffer. The same feeds give the same bytes. The error is
// the Source's; dst is returned unchanged then.
func (p Page) Append(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error) {
	list, err := feedlist.Read(ctx, source, max(0, cmp.Or(p.Newest, 3)))
	if err != nil {
		return dst, err
	}
	page := bytes.NewBuffer(dst)
	if err := pageTemplate.Execute(page, p.view(list)); err != nil {
		return dst, err
	}
	return page.Bytes(), nil
}

// Write writes what [Page.Append] appends, in one piece.
func (p Page) Write(ctx context.Context, w io.Writer, source syndicate.Source) error {
	text, err := p.Append(ctx, nil, source)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// ContentSecurityPolicy returns the value of the header of that name under which the page works, and beside
// the page's own style and script nothing does. The page says it itself, for servers that send no header.
func ContentSecurityPolicy() string { return policy + "; frame-ancestors 'none'" }

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string

	policy = "default-src 'none'; style-src '" + hashOf(pageStyle) + "'; script-src '" + hashOf(pageScript) +
		"'; base-uri 'none'; form-action 'none'"

	pageTemplate = template.Must(template.New("page").Parse(pageHTML))
)

// hashOf is the source expression that allows an inline element (Content Security Policy 3, section 2.3.1).
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// pageView is what the template shows.
type pageView struct {
	Policy   string
	Style    template.CSS
	Script   template.JS
	Texts    Texts
	Language string // of the page's own words

	Site, SiteURL, SiteLanguage, About, OPML string
	Links                                    template.HTML
	Main                                     []feedView // one or none
	Categories, Tags, Authors                []feedView
}

// feedView is one feed, or a category without one.
type feedView struct {
	ID, Name, Language, URL string
	Level                   int // of its heading
	IsFeed                  bool
	Count                   int
	Unit                    string // what is counted
	Modified                string
	Addresses               []addressView
	Newest                  []headlineView
	Below                   []feedView
	Texts                   *Texts
}

type addressView struct {
	Format, URL string
	Parts       []string // of the address, between which a line may break
}

type headlineView struct{ Title, URL, Language, Date string }

func (p Page) view(list *feedlist.List) pageView {
	site := list.Site
	texts, language := p.texts(site.Language)
	v := pageView{
		Policy: policy, Style: template.CSS(pageStyle), Script: template.JS(pageScript),
		Texts: texts, Language: language, OPML: p.OPML,
		Site: escape.Legal(site.Title), SiteURL: site.URL, SiteLanguage: differing(site.Language, language),
	}
	if site.Description != site.Title {
		v.About = escape.Legal(site.Description)
	}
	if list.Main != nil {
		v.Main = v.feeds([]*feedlist.Entry{list.Main}, 2)
		v.Main[0].Name, v.Main[0].Language = texts.Everything, ""
		v.Links = linksOf(list.Main).HTML()
	}
	v.Categories = v.feeds(list.Categories, 3)
	v.Tags, v.Authors = v.feeds(list.Tags, 3), v.feeds(list.Authors, 3)
	return v
}

func (v *pageView) feeds(entries []*feedlist.Entry, level int) []feedView {
	views := make([]feedView, 0, len(entries))
	for _, e := range entries {
		views = append(views, v.feed(e, level))
	}
	return views
}

func (v *pageView) feed(e *feedlist.Entry, level int) feedView {
	f := feedView{
		ID: e.Scope.String(), Name: escape.Legal(e.Name), Language: v.SiteLanguage, URL: e.URL, Level: level,
		IsFeed: e.IsFeed, Count: e.Count, Unit: v.Texts.Articles, Modified: date(e.Modified), Texts: &v.Texts,
		Below: v.feeds(e.Entries, min(level+1, 6)),
	}
	if e.Count == 1 {
		f.Unit = v.Texts.Article
	}
	for _, format := range syndicate.Formats {
		if e.Self[format] != "" {
			f.Addresses = append(f.Addresses, addressView{formatNames[format], e.Self[format], breakable(e.Self[format])})
		}
	}
	for _, h := range e.Newest {
		f.Newest = append(f.Newest, headlineView{escape.Legal(h.Title), h.URL, differing(h.Language, v.Language), date(h.Published)})
	}
	return f
}

var formatNames = [...]string{syndicate.RSS: "RSS", syndicate.Atom: "Atom", syndicate.JSON: "JSON"}

// breakable cuts an address where a line may break: behind each slash of its path.
func breakable(address string) []string {
	parts := strings.SplitAfter(address, "/")
	if len(parts) < 3 {
		return parts
	}
	return append([]string{strings.Join(parts[:3], "")}, parts[3:]...) // https: / / host stays in one piece
}

// date is the one form that every language reads the same; "" for none.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// differing returns a language that must be said because it is not that of what is around; or "".
func differing(language, around string) string {
	if language == around || language == undetermined {
		return ""
	}
	return language
}

// undetermined is what BCP 47 says of a language that is not known.
const undetermined = "und"
