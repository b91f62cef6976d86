package syndicate

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/jsontext"
	"github.com/syndicate-go/syndicate/internal/slug"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
	"github.com/syndicate-go/syndicate/xmltext"
)

func shownWith(t *testing.T, content string, trusted bool) *Feed {
	t.Helper()
	archive, err := NewArchive(Site{URL: "https://example.com/", Title: "Example", Bodies: cleanhtml.Policy{Trusted: trusted}}, Article{URL: "/1/", Title: "x", Summary: "x", Content: content, Published: march})
	require.NoError(t, err)
	feed, err := archive.Feed(t.Context(), Everything())
	require.NoError(t, err)
	return feed
}

// RSS and Atom share one copy of a body, wherever both hold it as it is.
func TestABodyIsKeptOnceForRSSAndAtom(t *testing.T) {
	content := "<p>" + strings.Repeat("long ", 1000) + "</p>"
	feed := shownWith(t, content, false)
	feed.Append(nil, RSS)
	pieces := feed.Articles[0].shown.pieces
	assert.Contains(t, pieces.of[RSS].Head, content)
	assert.Equal(t, content, pieces.of[Atom].Body)
	assert.Less(t, len(pieces.of[Atom].Head)+len(pieces.of[Atom].Tail), 1000)
	first := unsafe.StringData(pieces.of[RSS].Head[strings.Index(pieces.of[RSS].Head, content):])
	assert.True(t, first == unsafe.StringData(pieces.of[Atom].Body), "not the same memory")
}

// Whatever a body holds, a feed is what encoding it gives, and so is what gzip makes of it.
func TestSharedBodiesAreWhatEncodingGives(t *testing.T) {
	for _, content := range []string{
		"", "x", "]", "]]", "]]>", "]]>]]>", "a]]>b", "]]&gt;", "<![CDATA[x]]>", "</item>\n", "]]></content></entry>\n", "\x01", "\xff]]>", strings.Repeat("]]>", 100),
	} {
		assertEncodes(t, shownWith(t, content, false))
	}
	// Only in what a publisher is trusted with something is left to be split.
	for _, content := range []string{"<script>if (a[b[0]]>0) x()</script>", "<script>a]]></script>", "<script>]]>]]></script>"} {
		feed := shownWith(t, content, true)
		require.Contains(t, string(feed.Append(nil, Atom)), "]]]]><![CDATA[>")
		assertEncodes(t, feed)
	}
}

func assertEncodes(t *testing.T, feed *Feed) {
	t.Helper()
	for _, format := range Formats() {
		want := string(EncodeSimply(feed, format))
		assert.Equal(t, want, string(feed.Append(nil, format)), "as %s", format)
		r, err := gzip.NewReader(bytes.NewReader(feed.AppendGzip(nil, format)))
		require.NoError(t, err)
		got, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.Equal(t, want, string(got), "as %s", format)
	}
}

// What is remembered of a tag is what would be written anew: tags of one name or slug, more than there is room to
// remember, and names of any kind.
func TestRememberedTagsAreWhatEncodingGives(t *testing.T) {
	archive, err := NewArchive(Site{URL: "https://example.com/", Title: "Example", Limit: 300})
	require.NoError(t, err)
	n := 0
	add := func(tags ...Tag) {
		n++
		require.NoError(t, archive.Add(Article{URL: fmt.Sprintf("/%d/", n), Title: "x", Published: march, Tags: tags}))
	}
	add(Tag{Name: "A", Slug: "one"})
	add(Tag{Name: "A", Slug: "two"}, Tag{Name: "B", Slug: "one"})
	add(Tags("A", "R&D", "\"x\" <y>", "Mevlüt Çavuşoğlu", "日本")...)
	for range 200 {
		tags := make([]Tag, 30)
		for i := range tags {
			tags[i].Name = fmt.Sprintf("tag %d of %d", i, n)
		}
		add(tags...)
	}
	feed, err := archive.Feed(t.Context(), Everything())
	require.NoError(t, err)
	assertEncodes(t, feed)
	assert.False(t, archive.Publication().encodedTags[RSS].HasRoom())
}

// tagging is an extension that breaks the rule that articles are not to be changed.
type tagging struct{}

func (tagging) Namespaces() []xmltext.Namespace          { return nil }
func (tagging) WriteFeed(*xmltext.Writer, Format, *Feed) {}
func (tagging) WriteArticle(_ *xmltext.Writer, _ Format, a *Article) {
	a.Tags = append(a.Tags, Tag{Name: "B"})
}

func TestExtensionThatAddsTags(t *testing.T) {
	archive, err := NewArchive(Site{URL: "https://example.com/", Title: "Example"},
		Article{URL: "/1/", Title: "x", Published: march, Tags: Tags("A"), Extensions: []Extension{tagging{}}})
	require.NoError(t, err)
	feed, err := archive.Feed(t.Context(), Everything())
	require.NoError(t, err)
	assert.Contains(t, string(feed.Append(nil, Atom)), `label="A"`)
}

// What the encoders do by hand does what the long way does.

func FuzzAppendedPaths(f *testing.F) {
	for _, s := range []string{"", "Arms Exports", "Erdoğan's", "it's `so`", "--a--b--", "C++", "a/b", "\x00a\x7fb", "U.S.–Turkey", "Ελλάς"} {
		f.Add(s, "")
		f.Add("", s)
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, slug string) {
		child := &Category{Name: slug, Parent: &Category{Name: name, Slug: slug, Parent: &Category{Name: name}}}
		path, ok := appendPath([]byte("before "), child, 1)
		assert.True(t, ok)
		assert.Equal(t, "before "+child.Path(), string(path))
	})
}

func TestAppendedPathsEndWhereCategoriesDo(t *testing.T) {
	chain := &Category{Name: "a"}
	for range maxDepth - 1 {
		chain = &Category{Name: "a", Parent: chain}
	}
	for _, c := range []*Category{chain, {Name: "too deep", Parent: chain}} {
		path, ok := appendPath(nil, c, 1)
		assert.Equal(t, !c.endless(), ok)
		if ok {
			assert.Equal(t, c.Path(), string(path))
		}
	}
	cycle := &Category{Name: "a"}
	cycle.Parent = cycle
	_, ok := appendPath(nil, cycle, 1)
	assert.False(t, ok)
}

func FuzzJSONTags(f *testing.F) {
	f.Add("Military|MILITARY|İstanbul|istanbul|Istanbul||a\x00|A|a b|b")
	f.Add("ΟΔΟΣ|οδος|K|\u212a|e\u0301|É|\x7f|\t")
	f.Fuzz(func(t *testing.T, names string) {
		a := &Article{Tags: Tags(strings.Split(names, "|")...)}
		w := jsontext.New([]byte("{"))
		jsonTags(&w, &Feed{}, a)
		var got struct{ Tags []string }
		require.NoError(t, json.Unmarshal(append(w.Bytes(), '}'), &got), "%s", w.Bytes())

		var want []string
		seen := map[string]bool{}
		for _, tag := range a.Tags {
			name := escape.Legal(tag.Name)
			if key := slug.Fold(name); name != "" && !seen[key] {
				seen[key] = true
				want = append(want, name)
			}
		}
		assert.Equal(t, want, got.Tags)
	})
}

// A feed that a program fills by hand is encoded without an allocation. What costs one is a summary with markup
// characters in RSS, which are escaped twice, and a tag beyond ASCII in JSON, which is compared in its folded form.
func TestFeedsFilledByHandCostNoAllocation(t *testing.T) {
	if underRaceDetector {
		t.Skip("the race detector has pools forget what they keep; .ci/run runs this without it too")
	}
	f := &Feed{
		ID: "https://example.org/", Title: "Kılıç & co", Description: "A feed", URL: "https://example.org/", Self: Links{RSS: "https://example.org/rss.xml"},
		Language: "tr", Copyright: "© A", Authors: []Author{{Name: "A"}}, Logo: Image{URL: "https://example.org/a.png", Width: 144, Height: 144},
		CategoryScheme: "https://example.org/c", TagScheme: "https://example.org/t",
	}
	for i := range 30 {
		f.Articles = append(f.Articles, &Article{
			ID: "https://example.org/?p=" + strings.Repeat("1", i), URL: "https://example.org/1/", Title: `"Çavuşoğlu" – <b> & co`,
			Summary: "Türkiye, summed up", Content: strings.Repeat("<p>Kılıç &amp; \"others\"\n</p>", 100),
			Published: never, Updated: never.Add(time.Hour), Authors: []Author{{Name: "Ayşe", URL: "https://example.org/ayse/"}},
			Categories: []Category{{Name: "Military"}}, Tags: Tags("Turkey", "Armed Forces"), Image: Image{URL: "https://example.org/1.jpg"},
		})
	}
	for _, format := range Formats() {
		buf := f.Append(nil, format)
		assert.Zero(t, testing.AllocsPerRun(100, func() { buf = f.Append(buf[:0], format) }), format)
		assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { _ = f.Write(io.Discard, format) }), 1.0, format)
	}
}

// underRaceDetector is set by race_test.go.
var underRaceDetector bool

// The root declares what any item uses, though the first uses none of it, and in the order of the prefixes.
func TestLaterItemsDeclareTheirNamespaces(t *testing.T) {
	plain := &Article{URL: "https://example.org/1/", Title: "A", Content: "<p>A</p>"}
	full := &Article{URL: "https://example.org/2/", Title: "B", Summary: "B", Content: "<p>B</p>", CommentCount: 1, Authors: []Author{{Name: "A"}}}
	declared := func(articles ...*Article) string {
		f := &Feed{Title: "A", Articles: articles, Self: Links{RSS: "https://example.org/rss.xml"}}
		doc := string(f.Append(nil, RSS))
		return doc[:strings.Index(doc, "<channel>")]
	}
	const none = xmlwriter.Declaration + `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">` + "\n"
	all := string(xmlwriter.AppendDeclarations([]byte(xmlwriter.Declaration+`<rss version="2.0"`), ownNamespaces[0], ownNamespaces[1], ownNamespaces[2], ownNamespaces[4])) + ">\n"
	assert.Equal(t, none, declared())
	assert.Equal(t, none, declared(plain, nil))
	assert.Equal(t, all, declared(full))
	assert.Equal(t, all, declared(nil, plain, full))
	assert.Equal(t, all, declared(plain, plain, full, plain))
}

// A feed with options that its items depend on encodes them anew; other feeds keep theirs.
func TestFeedsWithOptionsOfTheirOwn(t *testing.T) {
	site := Site{URL: "https://example.com/", Title: "Example", Language: "en", ManagingEditor: Author{Name: "E", Email: "e@example.com"}}
	article := Article{URL: "/1/", Title: "x", Published: march, Language: "tr", Tags: Tags("A", "B", "C", "D")}
	site.Scopes = map[Scope]FeedOptions{
		WithTag("a"): {Language: "tr"},
		WithTag("b"): {Author: Author{Name: "Another"}},
	}
	archive, err := NewArchive(site, article)
	require.NoError(t, err)
	for range 2 {
		for _, scope := range []Scope{Everything(), WithTag("a"), WithTag("b"), WithTag("d")} {
			feed, err := archive.Feed(t.Context(), scope)
			require.NoError(t, err)
			assertEncodes(t, feed)
			item := string(feed.Append(nil, JSON))
			_, item, _ = strings.Cut(item, `"items"`)
			assert.Equal(t, scope != WithTag("a"), strings.Contains(item, `"language":"tr"`), scope)
			rss := string(feed.Append(nil, RSS))
			assert.Equal(t, scope == WithTag("b"), strings.Contains(rss, "<dc:creator>Another</dc:creator>"), scope)
		}
	}
}
