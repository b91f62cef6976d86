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

	"github.com/syndicate-go/syndicate/xmltext"
)

func FuzzDatesByHand(f *testing.F) {
	for _, t := range []time.Time{{}, never, time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		f.Add(t.Unix(), int64(t.Nanosecond()), 0)
	}
	f.Add(int64(1e9), int64(999999999), 3*3600)
	f.Add(int64(253402300800), int64(0), -3600) // of the year 9999 only in its own zone
	f.Fuzz(func(t *testing.T, seconds, nanoseconds int64, zone int) {
		when := time.Unix(seconds, nanoseconds).In(time.FixedZone("", zone%86400))
		atom, rss := "", ""
		if representable(when.UTC()) {
			atom, rss = when.UTC().Format(rfc3339), when.UTC().Format(rfc822)
		}
		assert.Equal(t, atom, atomDate(when))
		assert.Equal(t, rss, string(appendRSSDate(nil, when)))
	})
}

// Every URL of up to five bytes that matter.
func TestCanonicalURLsAreTheirOwnForm(t *testing.T) {
	var check func(s string)
	check = func(s string) {
		if isCanonicalURL(s) {
			iri, ok := canonicalized(s)
			require.True(t, ok, "%q", s)
			require.Equal(t, s, iri)
		}
		if len(s) < len("http://")+5 {
			for _, c := range "a1.-/?=&~:x%" {
				check(s + string(c))
			}
		}
	}
	check("http://")
}

func FuzzCanonicalURLs(f *testing.F) {
	for _, s := range []string{"https://example.com/", "http://a.b/?p=1", "https://a/b/../c", "https://xn--a/", "https://a.-b/", "https://1.2.3/", "https://a.b/?", "https://a.b/c??d", "https://a.b/c.html"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !isCanonicalURL(s) {
			return
		}
		iri, ok := canonicalized(s)
		assert.True(t, ok, "%q", s)
		assert.Equal(t, s, iri)
	})
}

func FuzzPlainKeysNeedNoEscapes(f *testing.F) {
	for _, s := range []string{"4711", "a/b?c=d", "a%20b", "a~b", "a#b", "ü", "a b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if isPlainKey(key) {
			assert.Equal(t, key, percentEncode(tagEscaper.Replace(key)))
		}
	})
}

func FuzzAppendedSlugs(f *testing.F) {
	for _, s := range []string{"", "Arms Exports", "Erdoğan's", "it's `so`", "--a--b--", "C++", "a/b", "\x00a\x7fb", "U.S.–Turkey", "Ελλάς"} {
		f.Add(s, "")
		f.Add("", s)
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, slug string) {
		assert.Equal(t, slugOf(name, slug), string(appendSlug(nil, name, slug)))
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
		want, wantOK := c.path()
		path, ok := appendPath(nil, c, 1)
		assert.Equal(t, wantOK, ok)
		if ok {
			assert.Equal(t, want, string(path))
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
		w := jsonWriter{dst: []byte("{")}
		jsonTags(&w, &Feed{}, a)
		var got struct{ Tags []string }
		require.NoError(t, json.Unmarshal(append(w.dst, '}'), &got), "%s", w.dst)

		var want []string
		seen := map[string]bool{}
		for _, tag := range a.Tags {
			name := xmltext.Legal(tag.Name)
			if key := foldSlug(name); name != "" && !seen[key] {
				seen[key] = true
				want = append(want, name)
			}
			assert.Equal(t, foldSlug(name), string(appendFolded(nil, tag.Name)))
		}
		assert.Equal(t, want, got.Tags)
	})
}

func FuzzPathsBelowTheSite(f *testing.F) {
	for _, path := range []string{"", "a", "category/military/rss.xml", "a b", "../x", "//x", "ü", "100%", "a?b#c", "?", "-_.~"} {
		f.Add("https://example.org/blog/", path)
		f.Add("https://example.org/a%2Fb/?c", path)
	}
	f.Fuzz(func(t *testing.T, address, path string) {
		s, _ := Site{URL: address, Title: "A"}.Check()
		assert.Equal(t, s.escapedBelow(path), s.below(path), "%q", s.compiled.plain)
	})
}

// A feed that a program fills by hand is encoded without an allocation. What costs one is a summary with markup
// characters in RSS, which are escaped twice, and a tag beyond ASCII in JSON, which is compared in its folded form.
func TestFeedsFilledByHandCostNoAllocation(t *testing.T) {
	if underRaceDetector {
		t.Skip("the race detector has pools forget what they keep; .ci/run runs this without it too")
	}
	f := &Feed{
		ID: "https://example.org/", Title: "Kılıç & co", Description: "A feed", URL: "https://example.org/", Self: [3]string{"https://example.org/rss.xml"},
		Language: "tr", Copyright: "© A", Authors: []Author{{Name: "A"}}, Logo: Image{URL: "https://example.org/a.png", Width: 144, Height: 144},
		CategoryScheme: "https://example.org/c", TagScheme: "https://example.org/t",
	}
	for i := range 30 {
		f.Articles = append(f.Articles, &Article{
			ID: "https://example.org/?p=" + strings.Repeat("1", i), URL: "https://example.org/1/", Title: `"Çavuşoğlu" – <b> & co`,
			Summary: "Türkiye, summed up", Content: strings.Repeat("<p>Kılıç &amp; \"others\"\n</p>", 100),
			Published: never, Updated: never.Add(time.Hour), Authors: []Author{{Name: "Ayşe", URL: "https://example.org/ayse/"}},
			Categories: []*Category{{Name: "Military"}}, Tags: Tags("Turkey", "Armed Forces"), Image: Image{URL: "https://example.org/1.jpg"},
		})
	}
	for _, format := range Formats {
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
		f := &Feed{Title: "A", Articles: articles, Self: [3]string{"https://example.org/rss.xml"}}
		doc := string(f.Append(nil, RSS))
		return doc[:strings.Index(doc, "<channel>")]
	}
	const none = xmlDeclaration + `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">` + "\n"
	all := string(xmltext.AppendDeclarations([]byte(xmlDeclaration+`<rss version="2.0"`), ownNamespaces[0], ownNamespaces[1], ownNamespaces[2], ownNamespaces[4])) + ">\n"
	assert.Equal(t, none, declared())
	assert.Equal(t, none, declared(plain, nil))
	assert.Equal(t, all, declared(full))
	assert.Equal(t, all, declared(nil, plain, full))
	assert.Equal(t, all, declared(plain, plain, full, plain))
}
