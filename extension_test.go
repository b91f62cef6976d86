// What an extension can add to feeds. Whatever an extension does wrong, only its own elements are
// lost.
package syndicate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedreader"
	"github.com/syndicate-go/syndicate/xmltext"
)

// customJSONExtension writes the same object in JSON Feed for the feed and its articles.
type customJSONExtension struct {
	customExtension
	say func() (string, any)
}

func (c customJSONExtension) FeedJSON(*syndicate.Feed) (string, any)       { return c.say() }
func (c customJSONExtension) ArticleJSON(*syndicate.Article) (string, any) { return c.say() }

// writingIn returns an extension that writes into the feed, with the given pairs of prefix and URI.
func writingIn(write func(*xmltext.Writer), pairs ...string) customExtension {
	var namespaces []xmltext.Namespace
	for i := 0; i < len(pairs); i += 2 {
		namespaces = append(namespaces, xmltext.Namespace{Prefix: pairs[i], URI: pairs[i+1]})
	}
	return customExtension{namespaces: func() []xmltext.Namespace { return namespaces }, feed: write}
}

// extended is a valid feed of two articles with the given extensions.
func extended(extensions ...syndicate.Extension) *syndicate.Feed {
	day := time.Date(2022, 3, 4, 8, 30, 0, 0, time.UTC)
	return &syndicate.Feed{
		ID: "https://example.com/", Title: "Example", Description: "News", URL: "https://example.com/", Language: "en",
		Self:    syndicate.Links{RSS: "https://example.com/rss.xml", Atom: "https://example.com/atom.xml", JSON: "https://example.com/feed.json"},
		Authors: []syndicate.Author{{Name: "Example"}},
		Articles: []*syndicate.Article{
			{
				URL: "https://example.com/a", Title: "First", Summary: "One.", Content: "<p>One.</p>", Published: day,
				Authors: []syndicate.Author{{Name: "Ann"}},
			},
			{URL: "https://example.com/b", Title: "Second", Summary: "Two.", Content: "<p>Two.</p>", Published: day.Add(-time.Hour)},
		},
		Extensions: extensions,
	}
}

// assertWholeFeed asserts that the feed is well-formed in every format and has all its articles.
func assertWholeFeed(t *testing.T, f *syndicate.Feed) {
	t.Helper()
	for _, format := range syndicate.Formats() {
		doc := textOf(f, format)
		if format == syndicate.JSON {
			assert.NoError(t, uniqueJSONNames(json.NewDecoder(strings.NewReader(doc))), doc)
		} else {
			assert.NoError(t, wellFormedXML(doc), doc)
		}
		parsed, err := feedreader.Parse(doc)
		if assert.NoError(t, err, doc) && assert.Len(t, parsed.Items, 2, format) {
			assert.Equal(t, "First", parsed.Items[0].Title, format)
			assert.Equal(t, "One.", parsed.Items[0].Description, format)
			assert.Equal(t, "Second", parsed.Items[1].Title, format)
			assert.Equal(t, "Two.", parsed.Items[1].Description, format)
		}
	}
}

// extensionFailures returns the problems that Validate finds. They must all be about extensions.
func extensionFailures(t *testing.T, f *syndicate.Feed) []*syndicate.Problem {
	t.Helper()
	problems := f.Validate()
	for _, p := range problems {
		assert.ErrorIs(t, p, syndicate.RuleExtension)
		assert.Equal(t, "Extensions", p.Field)
		assert.False(t, p.Warning)
	}
	return problems
}

func TestExtensionOfAFeedWritesForFeedAndArticles(t *testing.T) {
	f := extended(deskExtension{"Foreign"})
	for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
		doc := textOf(f, format)
		assert.Contains(t, doc, `<desk:of as="`+format.String()+`">Example</desk:of>`)
		assert.Contains(t, doc, `<desk:from name="Foreign"><desk:about>First</desk:about></desk:from>`)
		assert.Contains(t, doc, `<desk:from name="Foreign"><desk:about>Second</desk:about></desk:from>`)
	}
	assert.Empty(t, extensionFailures(t, f))
	assertWholeFeed(t, f)
}

func TestExtensionOfAnArticleWritesForThatArticleOnly(t *testing.T) {
	f := extended()
	f.Articles[1].Extensions = []syndicate.Extension{deskExtension{"Sports"}}
	for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
		doc := textOf(f, format)
		assert.Equal(t, 1, strings.Count(doc, "<desk:from"), format)
		assert.Contains(t, doc, `<desk:about>Second</desk:about>`)
		assert.NotContains(t, doc, "<desk:of")
	}
	doc := textOf(f, syndicate.JSON)
	assert.Equal(t, 1, strings.Count(doc, `"_desk"`))
	assert.Contains(t, doc, `"_desk":{"about":"Second","name":"Sports"}`)
}

func TestExtensionOfTheSiteIsInEveryFeed(t *testing.T) {
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", Extensions: []syndicate.Extension{deskExtension{"Foreign"}}}
	archive, err := syndicate.NewArchive(site, syndicate.Article{
		URL: "/a", Title: "First", Summary: "One.", Published: time.Date(2022, 3, 4, 8, 30, 0, 0, time.UTC), Tags: syndicate.Tags("Turkey"),
	})
	require.NoError(t, err)
	for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("turkey")} {
		f, err := archive.Feed(context.Background(), scope)
		require.NoError(t, err)
		assert.Contains(t, textOf(f, syndicate.RSS), `<desk:about>First</desk:about>`, scope)
		assert.Contains(t, textOf(f, syndicate.Atom), `<desk:about>First</desk:about>`, scope)
		assert.Contains(t, textOf(f, syndicate.JSON), `"_desk":{"about":"First","name":"Foreign"}`, scope)
	}
}

// JSON-4
func TestExtensionWritesAnObjectInJSON(t *testing.T) {
	var doc struct {
		Desk  map[string]string `json:"_desk"`
		Items []struct {
			Desk map[string]string `json:"_desk"`
		}
	}
	require.NoError(t, json.Unmarshal(extended(deskExtension{"Foreign"}).Append(nil, syndicate.JSON), &doc))
	assert.Equal(t, map[string]string{"of": "Example"}, doc.Desk)
	require.Len(t, doc.Items, 2)
	assert.Equal(t, map[string]string{"name": "Foreign", "about": "First"}, doc.Items[0].Desk)
}

func TestNilObjectIsNotWrittenInJSON(t *testing.T) {
	for _, nothing := range []any{nil, map[string]int(nil), (*struct{})(nil)} {
		f := extended(customJSONExtension{say: func() (string, any) { return "_silent", nothing }})
		assert.Equal(t, textOf(extended(), syndicate.JSON), textOf(f, syndicate.JSON))
		assert.Empty(t, extensionFailures(t, f))
	}
}

// Strings in an extension's object are mended like all others.
// XML-1
func TestObjectsOfExtensionsHoldLegalText(t *testing.T) {
	f := extended(customJSONExtension{say: func() (string, any) {
		return "_desk", map[string]string{"text\x01": "a\x01b \"q\" \\ \u0093c\u0094 </p>"}
	}})
	assert.Contains(t, textOf(f, syndicate.JSON), `"_desk":{"text":"ab \"q\" \\ “c” </p>"}`)
	assert.Empty(t, extensionFailures(t, f))
}

// XML-3
func TestPrefixIsDeclaredOnTheRootAndOnlyWhenUsed(t *testing.T) {
	const declaration = `xmlns:desk="https://example.com/ns/desk#"`
	for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
		used := extended(deskExtension{"Foreign"}, deskExtension{"Sports"})
		used.Articles[0].Extensions = []syndicate.Extension{deskExtension{"Local"}}
		doc := textOf(used, format)
		head, _, _ := strings.Cut(doc[strings.Index(doc, "?>")+len("?>"):], ">")
		assert.Contains(t, head, declaration, format)
		assert.Equal(t, 1, strings.Count(doc, "xmlns:desk"), format)

		unused := extended(writingIn(nil, deskNamespace.Prefix, deskNamespace.URI))
		assert.NotContains(t, textOf(unused, format), "xmlns:desk", format)
	}
}

// XML-3, XML-6
func TestPrefixOfDroppedElementsIsNotDeclared(t *testing.T) {
	f := extended(customExtension{feed: func(w *xmltext.Writer) {
		w.Start("x:empty")
		w.Element("x:empty", "")
		w.End()
		w.Element("x:refused", "", xmltext.Attr{Name: "no such:name", Value: "value"})
	}})
	assert.NotContains(t, textOf(f, syndicate.RSS), "x:")
	assert.NotContains(t, textOf(f, syndicate.Atom), "xmlns:x")
}

func TestPanicDropsOnlyTheExtensionsElements(t *testing.T) {
	boom := func(w *xmltext.Writer) { w.Start("x:lost"); w.Element("x:lost", "lost"); panic("boom") }
	tests := map[string]syndicate.Extension{
		"in WriteFeed":    customExtension{feed: boom},
		"in WriteArticle": customExtension{article: boom},
		"in Namespaces": customExtension{
			namespaces: func() []xmltext.Namespace { panic("boom") },
			feed:       func(w *xmltext.Writer) { w.Element("lost", "lost") },
		},
		"in FeedJSON and ArticleJSON": customJSONExtension{say: func() (string, any) { panic("boom") }},
		"while marshalling":           customJSONExtension{say: func() (string, any) { return "_lost", unmarshallable{} }},
	}
	for name, bad := range tests {
		t.Run(name, func(t *testing.T) {
			f := extended(bad, deskExtension{"Foreign"})
			assertWholeFeed(t, f)
			for _, format := range syndicate.Formats() {
				assert.Equal(t, textOf(extended(deskExtension{"Foreign"}), format), textOf(f, format))
			}
			found := extensionFailures(t, f)
			require.NotEmpty(t, found)
			assert.Contains(t, found[0].Value, "panic: boom")
		})
	}
}

type unmarshallable struct{}

func (unmarshallable) MarshalJSON() ([]byte, error) { panic("boom") }

func TestPanicIsReportedWithItsArticle(t *testing.T) {
	f := extended()
	f.Articles[1].Extensions = []syndicate.Extension{customExtension{article: func(*xmltext.Writer) { panic("boom") }}}
	found := extensionFailures(t, f)
	require.NotEmpty(t, found)
	for _, p := range found {
		assert.Equal(t, "https://example.com/b", p.Article)
		assert.Contains(t, p.Value, "syndicate_test.customExtension")
	}
}

func TestFailureInOneFormatNamesIt(t *testing.T) {
	boom := func() { panic("boom") }
	for _, c := range []struct {
		fails syndicate.Extension
		in    []syndicate.Format // that are checked; all of them for nil
		want  syndicate.Format
	}{
		{customJSONExtension{say: func() (string, any) { boom(); return "", nil }}, nil, syndicate.JSON},
		{customExtension{feed: func(*xmltext.Writer) { boom() }}, nil, 0},
		{customExtension{feed: func(*xmltext.Writer) { boom() }}, []syndicate.Format{syndicate.Atom, syndicate.JSON}, syndicate.Atom},
	} {
		found := extended(c.fails).Validate(c.in...)
		require.NotEmpty(t, found)
		for _, p := range found {
			assert.ErrorIs(t, p, syndicate.RuleExtension)
			assert.Equal(t, c.want, p.Format)
		}
	}
}

func TestXMLStaysWellFormedWhateverAnExtensionWrites(t *testing.T) {
	const own = "https://example.com/ns/x"
	element := func(name string) func(*xmltext.Writer) {
		return func(w *xmltext.Writer) { w.Element(name, "text") }
	}
	attr := func(names ...string) func(*xmltext.Writer) {
		return func(w *xmltext.Writer) {
			var attrs []xmltext.Attr
			for _, name := range names {
				attrs = append(attrs, xmltext.Attr{Name: name, Value: "value"})
			}
			w.Element("x:a", "text", attrs...)
		}
	}
	tests := map[string]struct {
		ext  syndicate.Extension
		says string
	}{
		"opens without ending": {
			writingIn(func(w *xmltext.Writer) { w.Start("x:a"); w.Element("x:b", "text") }, "x", own), "element x:a: never ended",
		},
		"ends too often": {
			writingIn(func(w *xmltext.Writer) { w.Element("x:a", "text"); w.End(); w.End() }, "x", own), "End without Start",
		},
		"unknown prefix":                     {writingIn(element("y:a"), "x", own), "prefix not among the namespaces"},
		"element that is no name":            {writingIn(element("a><b"), "x", own), "not an XML name"},
		"element without name":               {writingIn(element(""), "x", own), "not an XML name"},
		"element with two colons":            {writingIn(element("x:a:b"), "x", own), "not an XML name"},
		"attribute that is no name":          {writingIn(attr(`a="" b`), "x", own), "not an XML name"},
		"attribute twice":                    {writingIn(attr("a", "a"), "x", own), "given twice"},
		"attribute twice, by another prefix": {writingIn(attr("x:a", "y:a"), "x", own, "y", own), "given twice"},
		"declaration as attribute":           {writingIn(attr("xmlns:x"), "x", own), "declarations are the root's"},
		"default namespace as attribute":     {writingIn(attr("xmlns"), "x", own, "", own), "declarations are the root's"},
		"prefix of the encoder, used before": {writingIn(element("atom:a"), "atom", own), "already stands for"},
		"prefix of the encoder, used after":  {writingIn(element("dc:a"), "dc", own), "already stands for"},
		"prefix without URI":                 {writingIn(element("x:a"), "x", ""), "prefix not among the namespaces"},
		"prefix with an illegal URI":         {writingIn(element("x:a"), "x", "\x00"), "cannot stand for"},
		"prefix xml":                         {writingIn(element("xml:a"), "xml", own), "cannot be declared"},
		"prefix xmlns":                       {writingIn(element("xmlns:a"), "xmlns", own), "cannot be declared"},
		"another prefix for xml":             {writingIn(element("x:a"), "x", "http://www.w3.org/XML/1998/namespace"), "cannot stand for"},
		"writing inside a refused element": {
			writingIn(func(w *xmltext.Writer) {
				w.Start("no name")
				w.Element("x:a", "text")
				w.End()
			}, "x", own), "not an XML name",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := extended(test.ext)
			assertWholeFeed(t, f)
			found := extensionFailures(t, f)
			require.NotEmpty(t, found)
			assert.Contains(t, found[0].Value, test.says)
		})
	}
}

func TestSecondNamespaceOfAPrefixIsRefused(t *testing.T) {
	write := func(w *xmltext.Writer) { w.Element("x:a", "text") }
	f := extended(writingIn(write, "x", "https://example.com/ns/one"), writingIn(write, "x", "https://example.com/ns/two"))
	assertWholeFeed(t, f)
	assert.Contains(t, textOf(f, syndicate.RSS), `xmlns:x="https://example.com/ns/one"`)
	assert.Equal(t, 1, strings.Count(textOf(f, syndicate.RSS), "<x:a>"))
	assert.Len(t, extensionFailures(t, f), 1)
}

// JSON-4
func TestJSONStaysValidWhateverAnExtensionWrites(t *testing.T) {
	object := map[string]int{"n": 1}
	tests := map[string]struct {
		name   string
		object any
		says   string
	}{
		"name without underscore":   {"desk", object, "underscore"},
		"name of the format itself": {"items", object, "underscore"},
		"name is the underscore":    {"_", object, "underscore"},
		"no name":                   {"", object, "underscore"},
		"name with a dot":           {"_a.b", object, "dot"},
		"name without a letter":     {"_1", object, "letter"},
		"name with a control":       {"_a\x00", object, "letter"},
		"not marshallable":          {"_desk", map[string]any{"f": func() {}}, "unsupported type"},
		"invalid raw message":       {"_desk", json.RawMessage(`{"a":}`), "invalid character"},
		"unfinished raw message":    {"_desk", json.RawMessage(`{`), "unexpected end"},
		"number":                    {"_desk", 1, "no object"},
		"list":                      {"_desk", []int{1}, "no object"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := extended(customJSONExtension{say: func() (string, any) { return test.name, test.object }})
			assertWholeFeed(t, f)
			assert.Equal(t, textOf(extended(), syndicate.JSON), textOf(f, syndicate.JSON))
			found := extensionFailures(t, f)
			require.Len(t, found, 3, "the feed and its two articles")
			assert.Contains(t, found[0].Value, test.says)
		})
	}
}

func TestSecondJSONObjectOfANameIsRefused(t *testing.T) {
	f := extended(deskExtension{"Foreign"})
	f.Articles[0].Extensions = []syndicate.Extension{deskExtension{"Sports"}}
	assertWholeFeed(t, f)
	assert.NotContains(t, textOf(f, syndicate.JSON), "Sports")
	found := extensionFailures(t, f)
	require.Len(t, found, 1)
	assert.Equal(t, "https://example.com/a", found[0].Article)
	assert.Contains(t, found[0].Value, "written by another extension")
}

// XML-1, XML-5
func TestTextOfExtensionsIsLegal(t *testing.T) {
	f := extended(deskExtension{"\x00For\x1Beign \u0093desk\u0094 ]]> & 👩‍🚀 \xff"})
	assertWholeFeed(t, f)
	parsed, err := feedreader.Parse(textOf(f, syndicate.RSS))
	require.NoError(t, err)
	assert.Equal(t, "Foreign “desk” ]]> & 👩‍🚀 �", parsed.Items[0].Extensions["desk"]["from"][0].Attrs["name"])
}

func TestNilExtensionsAreIgnored(t *testing.T) {
	f := extended(nil, deskExtension{"Foreign"}, nil)
	f.Articles[0].Extensions = []syndicate.Extension{nil}
	for _, format := range syndicate.Formats() {
		assert.Equal(t, textOf(extended(deskExtension{"Foreign"}), format), textOf(f, format))
	}
	assert.Empty(t, extensionFailures(t, f))
}

func TestNilPointerInAnExtensionIsReported(t *testing.T) {
	f := extended((*deskExtension)(nil), deskExtension{"Foreign"})
	for _, format := range syndicate.Formats() {
		assert.Equal(t, textOf(extended(deskExtension{"Foreign"}), format), textOf(f, format))
	}
	assert.NotEmpty(t, extensionFailures(t, f))
}

// checkingExtension is a syndicate.Checker.
type checkingExtension struct {
	customExtension
	check func(title string) []*syndicate.Problem
}

func (c checkingExtension) CheckFeed(f *syndicate.Feed) []*syndicate.Problem { return c.check(f.Title) }

func (c checkingExtension) CheckArticle(a *syndicate.Article) []*syndicate.Problem {
	return c.check(a.Title)
}

// LIFE-4
func TestExtensionChecksArticles(t *testing.T) {
	const rule syndicate.Rule = "too bad"
	checking := checkingExtension{check: func(title string) []*syndicate.Problem {
		switch title {
		case "Bad":
			return []*syndicate.Problem{nil, {Field: "Desk", Value: title, Rule: rule}}
		case "Poor":
			return []*syndicate.Problem{{Warning: true, Field: "Desk", Value: title, Rule: rule}}
		case "Panic":
			panic("boom")
		}
		return nil
	}}
	titled := func(day int, title string, extensions ...syndicate.Extension) syndicate.Article {
		return with(numbered(day), func(a *syndicate.Article) { a.Title, a.Extensions = title, extensions })
	}
	site := plainSite
	site.Extensions = []syndicate.Extension{nil, deskExtension{"Foreign"}, checking}
	warned := collectWarnings(&site)
	archive, err := syndicate.NewArchive(site, titled(1, "Good"), titled(2, "Bad"), titled(3, "Poor"), titled(4, "Panic"))
	assert.EqualError(t, err, `syndicate: article "https://www.example.com/02/": Desk: "Bad": too bad`)
	assert.Equal(t, []string{"https://www.example.com/03/|Desk|too bad", "https://www.example.com/04/|Extensions|extension failed"}, problemLines(*warned))
	archive.Clock = clockAt(january(10)).Now
	assert.Equal(t, []string{"Panic", "Poor", "Good"}, titles(feedOf(t, archive, syndicate.Everything())), "a panic costs no article")

	alone := openArchive(t, plainSite, clockAt(january(10)), titled(2, "Bad"))
	assert.ErrorIs(t, alone.Add(titled(5, "Bad", checking)), rule, "an article's own extension checks it")
}

func TestExtensionChecksFeeds(t *testing.T) {
	const rule syndicate.Rule = "not seen before"
	checking := checkingExtension{check: func(title string) []*syndicate.Problem {
		return []*syndicate.Problem{{Field: "Desk", Value: title, Rule: rule}}
	}}
	assert.Equal(t, []string{
		"|Desk|not seen before", "https://example.com/a|Desk|not seen before", "https://example.com/b|Desk|not seen before",
	}, problemLines(extended(checking).Validate()))

	f := extended()
	f.Articles[1].Extensions = []syndicate.Extension{checking}
	assert.Equal(t, []string{"https://example.com/b|Desk|not seen before"}, problemLines(f.Validate()))
}

func TestCheckerThatPanicsIsReported(t *testing.T) {
	checking := checkingExtension{check: func(title string) []*syndicate.Problem { panic("boom") }}
	f := extended(checking)
	found := f.Validate()
	require.Len(t, found, 3, "the feed and its two articles")
	for _, p := range found {
		assert.ErrorIs(t, p, syndicate.RuleExtension)
		assert.True(t, p.Warning, "what it would have written is not wrong")
		assert.Contains(t, p.Value, "panic: boom")
	}
	assertWholeFeed(t, f)
}

// XML-7
func TestExtensionsAreDeterministic(t *testing.T) {
	for _, format := range syndicate.Formats() {
		first := extended(deskExtension{"Foreign"}, customExtension{feed: func(w *xmltext.Writer) { w.Empty("x:here") }}).Append(nil, format)
		again := extended(deskExtension{"Foreign"}, customExtension{feed: func(w *xmltext.Writer) { w.Empty("x:here") }}).Append(nil, format)
		assert.True(t, bytes.Equal(first, again), format)
	}
}

// spoiler is the extension of a film magazine. In JSON Feed it marks articles that give away the
// end.
type spoiler map[string]int // by address: how many

func (spoiler) Namespaces() []xmltext.Namespace                                    { return nil }
func (spoiler) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed)       {}
func (spoiler) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}
func (spoiler) FeedJSON(*syndicate.Feed) (name string, object any)                 { return "", nil }

func (s spoiler) ArticleJSON(a *syndicate.Article) (name string, object any) {
	if s[a.URL] == 0 {
		return "", nil
	}
	return "_spoilers", map[string]int{"count": s[a.URL]}
}

func ExampleJSONExtension() {
	feed := syndicate.Feed{
		Title: "Films",
		Articles: []*syndicate.Article{
			{URL: "https://films.example/news/", Title: "News"},
			{URL: "https://films.example/review/", Title: "Review"},
		},
		Extensions: []syndicate.Extension{spoiler{"https://films.example/review/": 2}},
	}
	fmt.Printf("%s", feed.Append(nil, syndicate.JSON))
	// Output:
	// {"version":"https://jsonfeed.org/version/1.1","title":"Films","items":[
	// {"id":"https://films.example/news/","url":"https://films.example/news/","title":"News","content_text":"News"},
	// {"id":"https://films.example/review/","url":"https://films.example/review/","title":"Review","content_text":"Review","_spoilers":{"count":2}}]}
}

// An extension that writes a description replaces the texts of the RSS item, and no others.
func TestExtensionMayWriteTheTextsOfAnItem(t *testing.T) {
	notes := writingIn(nil)
	notes.namespaces = func() []xmltext.Namespace {
		return []xmltext.Namespace{{Prefix: "content", URI: "http://purl.org/rss/1.0/modules/content/"}}
	}
	notes.article = func(w *xmltext.Writer) {
		w.CDATA("description", "<p>Notes.</p>")
		w.CDATA("content:encoded", "<p>All.</p>")
	}
	f := extended()
	f.Articles[0].Extensions = []syndicate.Extension{notes}
	doc := textOf(f, syndicate.RSS)
	item := doc[strings.Index(doc, "<item>"):strings.Index(doc, "</item>")]
	assert.True(t, strings.HasSuffix(item, `<description><![CDATA[<p>Notes.</p>]]></description><content:encoded><![CDATA[<p>All.</p>]]></content:encoded>`), item)
	assert.Equal(t, 1, strings.Count(item, "<description>"))
	assert.Contains(t, doc, "<description>Two.</description>", "the other item keeps its own")
	nested := writingIn(nil, "p", "https://p.example/")
	nested.article = func(w *xmltext.Writer) {
		w.Start("p:about")
		w.Element("description", "Inside.")
		w.End()
	}
	f.Articles[0].Extensions = []syndicate.Extension{nested}
	assert.Contains(t, textOf(f, syndicate.RSS), "<p:about><description>Inside.</description></p:about><description>One.</description>")
	for _, p := range f.Validate() {
		assert.NotEqual(t, syndicate.RuleExtension, p.Rule, p.Error())
	}
}

// Site.Check calls the extensions of the site and of its scopes, with the head of their feeds.
func TestSiteIsCheckedByItsExtensions(t *testing.T) {
	finds := func(rule syndicate.Rule, warning bool) checkingExtension {
		return checkingExtension{check: func(title string) []*syndicate.Problem {
			return []*syndicate.Problem{{Field: "Mood", Value: title, Rule: rule, Warning: warning}}
		}}
	}
	var warnings []*syndicate.Problem
	site := syndicate.Site{
		URL: "https://example.com/", Title: "Example", Extensions: []syndicate.Extension{finds("doubtful", true)},
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{
			syndicate.WithTag("b"):         {Title: "Second", Extensions: []syndicate.Extension{finds("wrong", false)}},
			syndicate.InCategory("a"):      {Title: "First", Extensions: []syndicate.Extension{finds("wrong", false)}},
			syndicate.ByAuthor("somebody"): {Title: "Third"},
		},
		Warn: func(p *syndicate.Problem) { warnings = append(warnings, p) },
	}
	_, err := site.Check()
	require.EqualError(t, err, "syndicate: Scopes[category/a].Mood: \"First\": wrong\nsyndicate: Scopes[tag/b].Mood: \"Second\": wrong")
	require.Len(t, warnings, 1)
	assert.Equal(t, &syndicate.Problem{Field: "Mood", Value: "Example", Rule: "doubtful", Warning: true}, warnings[0])
	site.URL = "nowhere"
	_, err = site.Check()
	assert.ErrorIs(t, err, syndicate.RuleNotAbsolute, "no feed has an address, so no extension is called")
	assert.NotErrorIs(t, err, syndicate.Rule("wrong"))
}
