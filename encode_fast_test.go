package syndicate

// What the encoders do by hand does what the long way does.

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/jsontext"
	"github.com/syndicate-go/syndicate/internal/slug"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

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
			assert.Equal(t, slug.Fold(name), string(appendFolded(nil, tag.Name)))
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
	const none = xmlDeclaration + `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">` + "\n"
	all := string(xmlwriter.AppendDeclarations([]byte(xmlDeclaration+`<rss version="2.0"`), ownNamespaces[0], ownNamespaces[1], ownNamespaces[2], ownNamespaces[4])) + ">\n"
	assert.Equal(t, none, declared())
	assert.Equal(t, none, declared(plain, nil))
	assert.Equal(t, all, declared(full))
	assert.Equal(t, all, declared(nil, plain, full))
	assert.Equal(t, all, declared(plain, plain, full, plain))
}
