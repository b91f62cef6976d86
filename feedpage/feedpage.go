// Package feedpage presents a publication's feeds to people.
//
// [Index] is an HTML page that lists all feeds. [Stylesheet] makes a feed readable when it is
// opened in a browser. [Alternates] returns the link elements with which browsers and feed
// readers discover the feeds of any other page.
//
//	html, err := feedpage.Index{OPML: "/feeds.opml"}.Append(ctx, nil, archive)
package feedpage

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed" // for page.html, page.css, page.js and feed.css
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/feedlist"
)

// Stylesheet is a CSS style sheet that makes RSS and Atom readable in a browser. Serve it as
// text/css and set [syndicate.Site.Stylesheet] to its URL; each feed then refers to it in an
// xml-stylesheet instruction (https://www.w3.org/TR/xml-stylesheet/). The style sheet loads no
// other resources, shows all text as plain text, and hides bodies and machine-readable elements.
//
// Browsers apply it to feeds with the content type application/xml or text/xml, which is what
// most static hosts send for files named .xml. Chromium shows application/rss+xml and
// application/atom+xml as source code; package feedhttp therefore sends application/xml to
// browsers that display a feed.
//
//go:embed feed.css
var Stylesheet string

// ContentType is the Content-Type to serve an [Index] with.
const ContentType = "text/html; charset=utf-8"

// Index is an HTML page that lists every feed that a site publishes: that of the whole site, its
// categories nested as they are, its tags and its authors. For each feed it shows the number of
// articles, the URLs in the formats that the site publishes and the newest titles. The feed of a
// show of package podcast has a player for each of its newest episodes, with links to chapters and
// transcripts. The page is a single document that loads no other resources before somebody starts a
// player, works without JavaScript and asks search engines not to index it. The zero value is ready
// to use.
type Index struct {
	// OPML is the URL of the list that package opml writes; the page links to it. Default: no
	// link.
	OPML string
	// Newest is the number of titles to show for each feed. Default: 3. A negative number shows
	// none.
	Newest int
	// Texts are the words of the page itself, such as its headings. Default: built-in texts in
	// the site's language if there are any (English, French, German, Spanish, Turkish), else in
	// English.
	Texts Texts
	// Head is added to the head of the page, such as the link of package rsl. The policy of the
	// page keeps scripts from running. Default: nothing.
	Head template.HTML
}

// Append appends the page to dst and returns the extended buffer. The output is deterministic:
// the same feeds give the same bytes. If source returns an error, Append returns it with dst
// unchanged.
func (p Index) Append(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error) {
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

// Write writes the page that [Index.Append] builds to w, in a single call of w.Write. If source
// returns an error, Write returns it and writes nothing.
func (p Index) Write(ctx context.Context, w io.Writer, source syndicate.Source) error {
	text, err := p.Append(ctx, nil, source)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// ContentSecurityPolicy returns the value of the Content-Security-Policy header to serve an
// [Index] with. It allows the page's own style and script, the audio and video of episodes from any
// host, and nothing else. The page contains the policy in a meta element too, for servers that
// cannot send the header.
func ContentSecurityPolicy() string { return policy + "; frame-ancestors 'none'" }

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string

	// policy is what a meta element may contain, so it lacks frame-ancestors.
	policy = "default-src 'none'; style-src '" + hashOf(pageStyle) + "'; script-src '" + hashOf(pageScript) +
		"'; media-src https: http:; base-uri 'none'; form-action 'none'"

	pageTemplate = template.Must(template.New("page").Parse(pageHTML))
)

// hashOf returns the source expression that allows an inline element with this text (Content
// Security Policy Level 3, section 2.3.1).
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// pageView is the data of the template page.html.
type pageView struct {
	Policy   string
	Style    template.CSS
	Script   template.JS
	Texts    Texts
	Language string // language of Texts

	Site, SiteURL, SiteLanguage, About, OPML string

	Links                     template.HTML
	Main                      []feedView // at most one
	Categories, Tags, Authors []feedView
}

// feedView is the data of one feed, or of a category that only groups its subcategories.
type feedView struct {
	ID, Name, Language, URL string
	Level                   int // of the heading, from 2; the template writes h6 for more
	IsFeed, IsShow          bool
	Count                   int
	Unit                    string // the word after Count: "article" or "articles"
	Modified                string
	Addresses               []addressView
	Newest                  []headlineView
	Below                   []feedView
	Texts                   *Texts
}

// addressView is the URL of a feed in one format.
type addressView struct {
	Format, URL string
	Parts       []string // of URL; the browser may break the line between them
}

// headlineView is an article in the list of the newest.
type headlineView struct {
	Title, URL, Language, Date string
	Media                      *mediaView // nil unless it is an episode
}

// mediaView is the audio or video of an episode.
type mediaView struct {
	Title, URL, Type string
	IsVideo          bool
	Files            []fileView
}

// fileView is a link to chapters or to a transcript.
type fileView struct{ Name, URL, Type, Language string }

// view arranges a list of feeds for the template.
func (p Index) view(list *feedlist.List) pageView {
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
	v.Links += p.Head
	v.Categories = v.feeds(list.Categories, 3)
	v.Tags, v.Authors = v.feeds(list.Tags, 3), v.feeds(list.Authors, 3)
	return v
}

// feeds returns the views of entries whose headings have the given level.
func (v *pageView) feeds(entries []*feedlist.Entry, level int) []feedView {
	views := make([]feedView, 0, len(entries))
	for _, e := range entries {
		views = append(views, v.feed(e, level))
	}
	return views
}

// feed returns the view of an entry and of the categories below it.
func (v *pageView) feed(e *feedlist.Entry, level int) feedView {
	f := feedView{
		ID: e.Scope.String(), Name: escape.Legal(e.Name), Language: v.SiteLanguage, URL: e.URL, Level: level,
		IsFeed: e.IsFeed, IsShow: e.IsShow, Count: e.Count, Unit: v.Texts.Articles, Modified: date(e.Modified), Texts: &v.Texts,
		Below: v.feeds(e.Entries, level+1),
	}
	if e.URL == v.SiteURL && e.Scope != syndicate.Everything() {
		f.URL = "" // the term has no page
	}
	if e.Count == 1 {
		f.Unit = v.Texts.Article
	}
	for _, link := range linksOf(e) {
		f.Addresses = append(f.Addresses, addressView{formatNames[link.Format], link.URL, breakable(link.URL)})
	}
	for _, h := range e.Newest {
		f.Newest = append(f.Newest, headlineView{
			escape.Legal(h.Title), h.URL, differing(h.Language, v.Language), date(h.Published), v.media(h),
		})
	}
	return f
}

// media returns the view of an episode's audio or video, nil for another article.
func (v *pageView) media(h feedlist.Headline) *mediaView {
	if h.Media.URL == "" {
		return nil
	}
	m := &mediaView{
		Title: escape.Legal(h.Title), URL: h.Media.URL, Type: h.Media.Type, IsVideo: strings.HasPrefix(h.Media.Type, "video/"),
	}
	for _, file := range h.Companions {
		name := v.Texts.Transcript
		if file.Type == chapters {
			name = v.Texts.Chapters
		}
		m.Files = append(m.Files, fileView{name, file.URL, file.Type, escape.Legal(file.Title)})
	}
	return m
}

// chapters is the media type of JSON Chapters of the podcast namespace.
const chapters = "application/json+chapters"

// formatNames are the names that people use for the formats.
var formatNames = [...]string{syndicate.RSS: "RSS", syndicate.Atom: "Atom", syndicate.JSON: "JSON"}

// breakable splits an absolute URL where a line may break: after each slash of its path. Scheme
// and host stay together.
func breakable(url string) []string {
	parts := strings.SplitAfter(url, "/")
	host := min(3, len(parts))
	return append([]string{strings.Join(parts[:host], "")}, parts[host:]...)
}

// date formats the day of t as readers of every language understand it. It returns "" for the
// zero time.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// differing returns language if the HTML must declare it: it is known and differs from the
// language of the surrounding text. Otherwise it returns "".
func differing(language, around string) string {
	if language == around || language == undetermined {
		return ""
	}
	return language
}

// undetermined is the BCP 47 tag of an unknown language.
const undetermined = "und"
