// What several test files use: example articles, clocks, archives, and readers of the formats.
package syndicate_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// handClock is a clock that tests set by hand.
type handClock struct{ unix atomic.Int64 }

func clockAt(now time.Time) *handClock {
	c := new(handClock)
	c.Set(now)
	return c
}

func (c *handClock) Now() time.Time    { return time.Unix(c.unix.Load(), 0) }
func (c *handClock) Set(now time.Time) { c.unix.Store(now.Unix()) }

// january is noon of a day of January 2024.
func january(day int) time.Time { return time.Date(2024, time.January, day, 12, 0, 0, 0, time.UTC) }

// numbered is a minimal article of a day in January.
func numbered(day int) syndicate.Article {
	return syndicate.Article{
		URL:       fmt.Sprintf("/%02d/", day),
		Title:     fmt.Sprintf("%02d", day),
		Published: january(day),
	}
}

// numberedFromTo returns the articles of several days.
func numberedFromTo(first, last int) (articles []syndicate.Article) {
	for day := first; day <= last; day++ {
		articles = append(articles, numbered(day))
	}
	return articles
}

// with returns the article with something changed.
func with(article syndicate.Article, change func(*syndicate.Article)) syndicate.Article {
	change(&article)
	return article
}

// tagged returns the article with tags.
func tagged(article syndicate.Article, tags ...string) syndicate.Article {
	article.Tags = syndicate.Tags(tags...)
	return article
}

// collectWarnings sets Site.Warn to a function that collects the warnings.
func collectWarnings(site *syndicate.Site) *syndicate.Problems {
	var mu sync.Mutex
	warned := new(syndicate.Problems)
	site.Warn = func(p *syndicate.Problem) {
		mu.Lock()
		defer mu.Unlock()
		*warned = append(*warned, p)
	}
	return warned
}

// problemLines lists problems by article, field and rule.
func problemLines(problems syndicate.Problems) (told []string) {
	for _, p := range problems {
		told = append(told, fmt.Sprintf("%s|%s|%s", p.Article, p.Field, p.Rule))
	}
	return told
}

var plainSite = syndicate.Site{URL: "https://www.example.com/", Title: "The Example"}

// openArchive returns an archive that has accepted all of the articles.
func openArchive(t *testing.T, site syndicate.Site, clock *handClock, articles ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = clock.Now
	return archive
}

// scopeNames lists the scopes of a source in their text form.
func scopeNames(t *testing.T, source syndicate.Source) (names []string) {
	t.Helper()
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		names = append(names, info.Scope.String())
	}
	return names
}

// infoOf returns the entry of a scope in the list of scopes.
func infoOf(t *testing.T, source syndicate.Source, scope syndicate.Scope) syndicate.ScopeInfo {
	t.Helper()
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		if info.Scope == scope {
			return info
		}
	}
	require.Failf(t, "no such scope", "%s", scope)
	return syndicate.ScopeInfo{}
}

// feedError returns why a scope has no feed.
func feedError(t *testing.T, source syndicate.Source, scope syndicate.Scope) *syndicate.ScopeError {
	t.Helper()
	_, err := source.Feed(t.Context(), scope)
	var absent *syndicate.ScopeError
	require.ErrorAs(t, err, &absent)
	return absent
}

// everyFeed returns the bytes of every feed and archive page of a source in every format.
func everyFeed(t *testing.T, source syndicate.Source) map[string]string {
	t.Helper()
	feeds := map[string]string{}
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		for page := range info.Pages + 1 {
			feed := feedOf(t, source, info.Scope.AtPage(page))
			for _, format := range syndicate.Formats() {
				feeds[fmt.Sprint(feed.Scope, " as ", format)] = textOf(feed, format)
			}
		}
	}
	return feeds
}

// timesOfChange returns the Modified of each feed and archive page of a source.
func timesOfChange(t *testing.T, source syndicate.Source) map[string]string {
	t.Helper()
	times := map[string]string{}
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		require.Equal(t, info.Modified, feedOf(t, source, info.Scope).Modified)
		for page := range info.Pages + 1 {
			feed := feedOf(t, source, info.Scope.AtPage(page))
			times[feed.Scope.String()] = feed.Modified.UTC().Format(time.DateTime)
		}
	}
	return times
}

func infosOf(t *testing.T, archive *syndicate.Archive) (infos []syndicate.ScopeInfo) {
	t.Helper()
	for info, err := range archive.Scopes(t.Context()) {
		require.NoError(t, err)
		infos = append(infos, info)
	}
	return infos
}

// seeds returns how many random histories a test runs: fewer than all in short mode.
func seeds(n uint64) uint64 {
	if testing.Short() {
		return n / 5
	}
	return n
}

// pagesOf returns the titles on the pages of every scope.
func pagesOf(t *testing.T, archive *syndicate.Archive) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for info, err := range archive.Scopes(t.Context()) {
		require.NoError(t, err)
		for page := range info.Pages + 1 {
			scope := info.Scope.AtPage(page)
			all[scope.String()+" "+info.Title] = titles(feedOf(t, archive, scope))
		}
	}
	return all
}

func ids(articles []syndicate.Article) (ids []string) {
	for _, a := range articles {
		ids = append(ids, a.ID)
	}
	return ids
}

var midday = time.Date(2022, 3, 1, 12, 0, 0, 0, time.UTC)

// checkedSite returns a small publication, ready to use.
func checkedSite(t testing.TB) *syndicate.Publication {
	site, err := syndicate.Site{URL: "https://example.com/", Title: "Example", Language: "en"}.Check()
	require.NoError(t, err)
	return site
}

// warningSite returns [checkedSite] and its warnings.
func warningSite(t testing.TB) (*syndicate.Publication, *syndicate.Problems) {
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", Language: "en"}
	warned := collectWarnings(&site)
	checked, err := site.Check()
	require.NoError(t, err)
	return checked, warned
}

// plainArticle returns a valid article.
func plainArticle() syndicate.Article {
	return syndicate.Article{URL: "/a/", Title: "A", Published: midday}
}

func cyclic() syndicate.Category {
	a := &syndicate.Category{Name: "A"}
	a.Parent = &syndicate.Category{Name: "B", Parent: a}
	return *a
}

// withoutPrefix returns an error's text without the package's name on each line.
func withoutPrefix(err error) string {
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), "syndicate: ", "")
}

// textOf returns a feed in a format.
func textOf(feed *syndicate.Feed, format syndicate.Format) string {
	return string(feed.Append(nil, format))
}

// underRaceDetector is set by race_test.go.
var underRaceDetector bool

// encodedAnew returns the feed's bytes without copying anything that was encoded before.
func encodedAnew(feed *syndicate.Feed, format syndicate.Format) string {
	return string(syndicate.EncodeSimply(feed, format))
}

// prefixed is an extension that writes one element in a given namespace.
type prefixed struct{ prefix, uri, text string }

func (p prefixed) Namespaces() []xmltext.Namespace {
	return []xmltext.Namespace{{Prefix: p.prefix, URI: p.uri}}
}

func (p prefixed) WriteFeed(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Feed) {}

func (p prefixed) WriteArticle(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Article) {
	w.Element(p.prefix+":note", p.text)
}

// uncomparable is an extension that == cannot compare.
type uncomparable struct{ texts []string }

func (u uncomparable) WriteArticle(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Article) {
	w.Element("u:note", u.texts[0])
}

// gunzip decompresses a gzip stream of one member.
func gunzip(t testing.TB, compressed []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	require.NoError(t, err)
	r.Multistream(false)
	plain, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(plain)
}

// deskExtension is an extension as a newsroom would write one. It names the desk that an article
// comes from.
type deskExtension struct{ name string }

var deskNamespace = xmltext.Namespace{Prefix: "desk", URI: "https://example.com/ns/desk#"}

func (d deskExtension) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{deskNamespace} }

func (d deskExtension) WriteFeed(w *xmltext.Writer, format syndicate.Format, feed *syndicate.Feed) {
	w.Element("desk:of", feed.Title, xmltext.Attr{Name: "as", Value: format.String()})
}

func (d deskExtension) WriteArticle(w *xmltext.Writer, _ syndicate.Format, article *syndicate.Article) {
	w.Start("desk:from", xmltext.Attr{Name: "name", Value: d.name})
	w.Element("desk:about", article.Title)
	w.End()
}

func (d deskExtension) FeedJSON(feed *syndicate.Feed) (name string, object any) {
	return "_desk", map[string]string{"of": feed.Title}
}

func (d deskExtension) ArticleJSON(article *syndicate.Article) (name string, object any) {
	return "_desk", map[string]string{"name": d.name, "about": article.Title}
}

// customExtension is an extension made of functions. A nil function writes nothing.
type customExtension struct {
	namespaces func() []xmltext.Namespace
	feed       func(w *xmltext.Writer)
	article    func(w *xmltext.Writer)
}

func (c customExtension) Namespaces() []xmltext.Namespace {
	if c.namespaces == nil {
		return []xmltext.Namespace{{Prefix: "x", URI: "https://example.com/ns/x"}}
	}
	return c.namespaces()
}

func (c customExtension) WriteFeed(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Feed) {
	if c.feed != nil {
		c.feed(w)
	}
}

func (c customExtension) WriteArticle(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Article) {
	if c.article != nil {
		c.article(w)
	}
}

// wellFormedXML checks a document by XML 1.0 and Namespaces in XML 1.0. Unlike encoding/xml, it
// rejects duplicate attributes and undeclared prefixes.
func wellFormedXML(doc string) error {
	prefixes := map[string]bool{"xml": true, "xmlns": true, "": true}
	root := true
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		names := map[xml.Name]bool{}
		for _, a := range start.Attr {
			if names[a.Name] {
				return fmt.Errorf("%s: attribute %v is there twice", start.Name.Local, a.Name)
			}
			names[a.Name] = true
			if a.Name.Space != "xmlns" {
				continue
			}
			if !root || a.Value == "" || a.Name.Local == "xml" || a.Name.Local == "xmlns" {
				return fmt.Errorf("%s: declaration of %q as %q", start.Name.Local, a.Name.Local, a.Value)
			}
			prefixes[a.Name.Local] = true
		}
		root = false
		for name := range names {
			if !prefixes[name.Space] {
				return fmt.Errorf("prefix %q is not declared", name.Space)
			}
		}
		if !prefixes[start.Name.Space] {
			return fmt.Errorf("prefix %q is not declared", start.Name.Space)
		}
	}
	return xml.Unmarshal([]byte(doc), new(struct{})) // checks that what is opened is closed
}

// uniqueJSONNames reads one JSON value and returns an error if an object has a name twice.
func uniqueJSONNames(d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	names := map[any]bool{}
	for open, _ := token.(json.Delim); open != 0 && d.More(); {
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			if names[name] {
				return fmt.Errorf("name %q is there twice", name)
			}
			names[name] = true
		}
		if err := uniqueJSONNames(d); err != nil {
			return err
		}
	}
	if _, composed := token.(json.Delim); composed {
		_, err = d.Token()
	}
	return err
}

func istanbul(year int, month time.Month, day, hour, minute int) time.Time {
	return time.Date(year, month, day, hour, minute, 0, 0, time.FixedZone("+03", 3*60*60))
}

func feedOf(t *testing.T, source syndicate.Source, scope syndicate.Scope) *syndicate.Feed {
	t.Helper()
	feed, err := source.Feed(context.Background(), scope)
	require.NoError(t, err)
	return feed
}

func titles(feed *syndicate.Feed) (titles []string) {
	for _, a := range feed.Articles {
		titles = append(titles, a.Title)
	}
	return titles
}

func isDraft(a *syndicate.Article) { a.Draft = true }

// expiring returns a function that sets when an article expires.
func expiring(when time.Time) func(*syndicate.Article) {
	return func(a *syndicate.Article) { a.Expires = when }
}

// limited returns plainSite with a Limit.
func limited(limit int) syndicate.Site {
	site := plainSite
	site.Limit = limit
	return site
}

// assertWellFormed asserts that a document is well-formed and has no empty element (XML-6).
// Exceptions: an Atom title is required, even without words, and fh:archive is always empty.
func assertWellFormed(t testing.TB, doc string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(doc))
	var says []bool // for each open element, whether it has content or attributes
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return
		}
		require.NoError(t, err, doc)
		switch token := token.(type) {
		case xml.StartElement:
			if len(says) > 0 {
				says[len(says)-1] = true
			}
			says = append(says, len(token.Attr) > 0 || token.Name.Local == "title" || token.Name.Local == "archive")
			for _, a := range token.Attr {
				assert.NotEmpty(t, a.Value, a.Name.Local)
			}
		case xml.CharData:
			if len(says) > 0 && len(token) > 0 {
				says[len(says)-1] = true
			}
		case xml.EndElement:
			assert.True(t, says[len(says)-1], "%s is empty", token.Name.Local)
			says = says[:len(says)-1]
		}
	}
}

// readJSON decodes a JSON document.
func readJSON(t testing.TB, doc string) map[string]any {
	t.Helper()
	var read map[string]any
	require.NoError(t, json.Unmarshal([]byte(doc), &read), doc)
	return read
}

// fullFeed returns a feed with everything that the formats share.
func fullFeed() *syndicate.Feed {
	feed := validFeed()
	military := &syndicate.Category{Name: "Military"}
	feed.Articles = []*syndicate.Article{
		{
			ID: "https://example.com/?p=12", URL: "https://example.com/b/", Title: `Using <code> & "quotes" 👩‍👩‍👧`, Summary: "1 < 2 & 3", Content: "<p>Çavuşoğlu &amp; co ]]&gt; <b>said</b></p>",
			Published: midday.Add(time.Hour), Updated: midday.Add(2 * time.Hour),
			Authors:    []syndicate.Author{{Name: "Abdullah Bozkurt", URL: "https://example.com/author/ab/"}, {Name: "Levent Kenez"}},
			Categories: []syndicate.Category{{Name: "Arms exports", Parent: military}}, Tags: syndicate.Tags("Türkiye", "R&D"),
			Enclosures: []syndicate.Enclosure{{URL: "https://example.com/b.mp3", Size: 5_000_000_000}},
		},
		feed.Articles[0],
	}
	return feed
}

// holding returns a feed of one article.
func holding(a syndicate.Article) *syndicate.Feed {
	feed := validFeed()
	feed.Articles = []*syndicate.Article{&a}
	return feed
}

func between(t *testing.T, doc, start, end string) string {
	t.Helper()
	_, rest, ok := strings.Cut(doc, start)
	require.True(t, ok, doc)
	inside, _, ok := strings.Cut(rest, end)
	require.True(t, ok, doc)
	return inside
}

// validFeed returns a valid feed of one article.
func validFeed() *syndicate.Feed {
	return &syndicate.Feed{
		ID: "tag:example.com,2015:feed", Title: "Example", Description: "All of it", URL: "https://example.com/",
		Self:     syndicate.Links{RSS: "https://example.com/rss.xml", Atom: "https://example.com/atom.xml", JSON: "https://example.com/feed.json"},
		Language: "en", Authors: []syndicate.Author{{Name: "Example"}},
		Articles: []*syndicate.Article{{ID: "tag:example.com,2015:a", URL: "https://example.com/a/", Title: "A", Summary: "In short.", Published: midday}},
	}
}

// errorsIn returns the problems that are not warnings.
func errorsIn(problems []*syndicate.Problem) (errors []*syndicate.Problem) {
	for _, p := range problems {
		if !p.Warning {
			errors = append(errors, p)
		}
	}
	return errors
}

func versionOf(t *testing.T, source syndicate.Versioner, scope syndicate.Scope) string {
	t.Helper()
	version, err := source.Version(t.Context(), scope)
	require.NoError(t, err)
	require.NotEmpty(t, version)
	return version
}

// everyVersion returns the version of every feed and archive page.
func everyVersion(t *testing.T, source syndicate.Versioner) map[syndicate.Scope]string {
	t.Helper()
	versions := map[syndicate.Scope]string{}
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		for page := range info.Pages + 1 {
			scope := info.Scope.AtPage(page)
			versions[scope] = versionOf(t, source, scope)
		}
	}
	return versions
}
