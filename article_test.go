// What identifies an article, a category, a tag and an author. An article keeps its id for good:
// byte for byte in RSS and JSON Feed, as an absolute IRI in Atom.
package syndicate_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/uri"
)

func TestSlugsOfNames(t *testing.T) {
	assert.Equal(t, "mevlut-cavusoglu", syndicate.Slug("Mevlüt Çavuşoğlu"))
	assert.Equal(t, "c-plus-plus", syndicate.Slug("C++"))
	assert.Equal(t, "!!!", syndicate.Slug("!!!"))
	assert.Empty(t, syndicate.Slug(""))
	assert.Equal(t, syndicate.WithTag("arms-exports"), syndicate.Tag{Name: "Arms exports"}.Scope())
	assert.Equal(t, syndicate.ByAuthor("sule-isik"), syndicate.Author{Name: "Şule Işık"}.Scope())
}

// SEL-5
func TestCategoryThatIsItsOwnAncestorOrNestedDeeperThan50HasNoPath(t *testing.T) {
	chain := &syndicate.Category{Name: "a"}
	for range 49 {
		chain = &syndicate.Category{Name: "a", Parent: chain}
	}
	assert.Equal(t, strings.Repeat("a/", 49)+"a", chain.Path())
	assert.Equal(t, []string{chain.Path()}, atomTerms(t, *chain))
	loop := &syndicate.Category{Name: "A"}
	loop.Parent = &syndicate.Category{Name: "B", Parent: loop}
	for _, endless := range []syndicate.Category{*loop, {Name: "too deep", Parent: chain}} {
		assert.Empty(t, endless.Path())
		assert.Empty(t, atomTerms(t, endless))
	}
}

// SEL-2
func TestSlashSeparatesACategoryFromItsParent(t *testing.T) {
	world := syndicate.Category{Name: "World"}
	europe := syndicate.Category{Name: "Europe", Parent: &world}
	assert.Equal(t, []syndicate.Category{{Name: "News"}, europe, {Name: "North", Parent: &europe}},
		syndicate.Categories("News", "World/Europe", "World/Europe/North"))
	assert.Empty(t, syndicate.Categories())
}

// SEL-5, ATOM-5
func TestEveryTermHasAFeedAndStaysOnItsArticle(t *testing.T) {
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", Addresses: syndicate.WordPress}
	warned := collectWarnings(&site)
	names := []string{
		"🔥", "❤️", "🇬🇧", "!!!", "?", "©", "Atom", "Feed", "Page", "Con", "Aux", "Nul", "rss.xml",
		"C", "C++", "C#", "F#", "A+", "NET", ".NET", "Node.js", "R&D",
	}
	scopes := []string{
		"🔥", "❤", "🇬🇧", "!!!", "u003f", "©", "atom", "feed", "page", "con", "aux", "nul", "rss-xml",
		"c", "c-plus-plus", "c-sharp", "f-sharp", "a-plus", "net", "dot-net", "node-js", "r-d",
	}
	article := syndicate.Article{URL: "/a/", Title: "A", Published: midday, Tags: syndicate.Tags(names...)}
	for _, name := range names {
		article.Categories = append(article.Categories, syndicate.Category{Name: name})
		article.Authors = append(article.Authors, syndicate.Author{Name: name})
	}
	archive, err := syndicate.NewArchive(site, article)
	require.NoError(t, err)
	assert.Equal(t, 1+3*len(names), len(scopeNames(t, archive)))
	for i, slug := range scopes {
		for _, scope := range []syndicate.Scope{syndicate.WithTag(slug), syndicate.InCategory(slug), syndicate.ByAuthor(slug)} {
			feed := feedOf(t, archive, scope)
			assert.Contains(t, feed.Title, names[i])
			assertScopeReadsBack(t, scope)
		}
		assert.Equal(t, slug, syndicate.Slug(names[i]))
	}
	feed := feedOf(t, archive, syndicate.Everything())
	for _, name := range names {
		name := strings.NewReplacer("&", "&#x26;").Replace(name)
		assert.Contains(t, textOf(feed, syndicate.RSS), "/tag/\">"+name+"</category>")
		assert.Contains(t, textOf(feed, syndicate.RSS), "/category/\">"+name+"</category>")
		assert.Contains(t, textOf(feed, syndicate.RSS), "<dc:creator>"+name+"</dc:creator>")
		assert.Contains(t, textOf(feed, syndicate.Atom), `scheme="https://example.com/tag/" label="`+strings.ReplaceAll(name, "&#x26;", "&amp;")+`"/>`)
	}
	assert.Empty(t, errorsIn(feed.Validate()))
	assert.Contains(t, problemLines(*warned), "https://example.com/a/|Tags[0].Slug|name without a letter or digit")
	assert.Len(t, *warned, 3*6, "of the names without letters")
}

// SEL-4
func TestNamesOfOneSlugStayOnTheArticle(t *testing.T) {
	site := plainSite
	warned := collectWarnings(&site)
	archive, err := syndicate.NewArchive(site, syndicate.Article{
		URL: "/a/", Title: "A", Published: midday,
		Tags:    syndicate.Tags("Kılıç", "Kilic", "KILIC", "NATO", "Nato"),
		Authors: []syndicate.Author{{Name: "Kılıç"}, {Name: "Kilic"}},
	})
	require.NoError(t, err)
	feed := feedOf(t, archive, syndicate.WithTag("kilic"))
	assert.Equal(t, "#Kilic – The Example", feed.Title, "the smallest name")
	for _, format := range syndicate.Formats() {
		for _, name := range []string{"Kılıç", "Kilic", "NATO"} {
			assert.Contains(t, textOf(feed, format), name)
		}
		assert.NotContains(t, textOf(feed, format), "Nato")
	}
	assert.Equal(t, []string{
		"https://www.example.com/a/|Authors[1].Name|two names share one slug",
		"https://www.example.com/a/|Tags[1].Name|two names share one slug",
		"https://www.example.com/a/|Tags[2].Name|two names share one slug",
		"https://www.example.com/a/|Tags[4].Name|two names share one slug",
	}, problemLines(*warned))
}

// SEL-5
func TestWordsAreReservedBelowCategoriesOnly(t *testing.T) {
	parent := &syndicate.Category{Name: "Military"}
	for _, name := range []string{"Feed", "Page", "Atom"} {
		c := syndicate.Category{Name: name, Parent: parent}
		path := "military/" + syndicate.Slug(name) + "-category"
		assert.Equal(t, path, c.Path())
		site := plainSite
		warned := collectWarnings(&site)
		archive, err := syndicate.NewArchive(site, with(numbered(1), func(a *syndicate.Article) { a.Categories = []syndicate.Category{c} }))
		require.NoError(t, err)
		assert.Contains(t, scopeNames(t, archive), "category/"+path)
		assert.Equal(t, []string{"https://www.example.com/01/|Categories[0].Slug|reserved word"}, problemLines(*warned))
	}
}

// atomTerms returns the terms that Atom writes for a category.
func atomTerms(t *testing.T, c syndicate.Category) (terms []string) {
	t.Helper()
	var read struct {
		Terms []struct {
			Term string `xml:"term,attr"`
		} `xml:"entry>category"`
	}
	doc := textOf(holding(syndicate.Article{Title: "A", Categories: []syndicate.Category{c}}), syndicate.Atom)
	require.NoError(t, xml.Unmarshal([]byte(doc), &read), doc)
	for _, c := range read.Terms {
		terms = append(terms, c.Term)
	}
	return terms
}

// ATOM-5: the term of a category is its path.
func FuzzTermIsThePath(f *testing.F) {
	for _, s := range []string{"", "Arms Exports", "Erdoğan's", "it's `so`", "--a--b--", "C++", "a/b", "\x00a\x7fb", "U.S.–Turkey", "Ελλάς"} {
		f.Add(s, "")
		f.Add("", s)
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, slug string) {
		child := syndicate.Category{Name: slug, Parent: &syndicate.Category{Name: name, Slug: slug, Parent: &syndicate.Category{Name: name}}}
		if term := escape.Legal(child.Path()); escape.Legal(slug) != "" {
			assert.Equal(t, []string{term}, atomTerms(t, child))
		}
	})
}

// RSS-2, ATOM-2
func TestIDsKeepTheirFormInEachFormat(t *testing.T) {
	tests := []struct{ why, id, atom, guid string }{
		{"no id is the URL", "", "https://example.com/a", "https://example.com/a"},
		{"an old URL", "http://old.example.com/?p=12", "http://old.example.com/?p=12", "http://old.example.com/?p=12"},
		{"a guid byte for byte, an IRI in canonical form", "HTTP://Old.Example.com?p=12", "http://old.example.com/?p=12", "HTTP://Old.Example.com?p=12"},
		{"escapes in capitals, and only where they must be", "https://example.com/%7eb/t%c3%bcrk/", "https://example.com/~b/t%C3%BCrk/", "https://example.com/%7eb/t%c3%bcrk/"},
		{"dot segments", "https://example.com/a/../b", "https://example.com/b", "https://example.com/a/../b"},
		{"non-ASCII address", "https://example.com/türk", "https://example.com/t%C3%BCrk", "https://example.com/türk"},
		{"a tag: URI", "tag:blogger.com,1999:blog-1.post-2", "tag:blogger.com,1999:blog-1.post-2", "tag:blogger.com,1999:blog-1.post-2"},
		{"a urn:", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a"},
		{"white space around it is trimmed", " 123456789\n", "tag:example.com,2015:123456789", "123456789"},

		{"a short number", "4711", "tag:example.com,2015:4711", "4711"},
		{"a long number", "471100000", "tag:example.com,2015:471100000", "471100000"},
		{"a key", "post-4711", "tag:example.com,2015:post-4711", "post-4711"},
		{"a key with a colon", "post:4711", "tag:example.com,2015:post:4711", "post:4711"},
		{"a key with blanks and signs", "a b#c%d/é", "tag:example.com,2015:a%20b%23c~25d/%C3%A9", "a b#c%d/é"},
		{"a key in decomposed letters", "tu\u0308rk", "tag:example.com,2015:tu~CC~88rk", "tu\u0308rk"},
		{"a bare UUID", "1225c695-cfb8-4ebb-aaaa-80da344efa6a", "tag:example.com,2015:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "1225c695-cfb8-4ebb-aaaa-80da344efa6a"},
		{"an invalid tag: URI", "tag:x", "tag:example.com,2015:tag:x", "tag:x"},
		{"an invalid urn:", "urn:uuid:1", "tag:example.com,2015:urn:uuid:1", "urn:uuid:1"},
		{"an invalid URL", "http://[", "tag:example.com,2015:http://%5B", "http://["},
		{"an address that decodes twice", "https://example.com/100%2541", "tag:example.com,2015:https://example.com/100~252541", "https://example.com/100%2541"},
		{"an address in decomposed letters", "https://example.com/tu%CC%88rk", "tag:example.com,2015:https://example.com/tu~25CC~2588rk", "https://example.com/tu%CC%88rk"},
		{"an address in another encoding", "https://example.com/t%FCrk", "tag:example.com,2015:https://example.com/t~25FCrk", "https://example.com/t%FCrk"},
	}
	for _, tt := range tests {
		feed := &syndicate.Feed{TagAuthority: "example.com,2015", Articles: []*syndicate.Article{{ID: tt.id, URL: "https://example.com/a"}}}
		var rss readRSS
		var atom readAtom
		require.NoError(t, xml.Unmarshal(feed.Append(nil, syndicate.RSS), &rss))
		require.NoError(t, xml.Unmarshal(feed.Append(nil, syndicate.Atom), &atom))
		assert.Equal(t, tt.guid, rss.Items[0].GUID, tt.why)
		assert.Equal(t, tt.atom, atom.Entries[0].ID, tt.why)
		assert.Equal(t, tt.guid, readJSON(t, textOf(feed, syndicate.JSON))["items"].([]any)[0].(map[string]any)["id"], tt.why)
	}
}

// ATOM-2: different keys have different ids, which are ASCII and canonical.
func FuzzIDs(f *testing.F) {
	f.Add("a b", "a%20b")
	f.Add("a#b", "a%23b")
	f.Add("a%b", "a~25b")
	f.Add("A\u0309", "A~CC~89")
	f.Add("4711", "tag:4711")
	f.Add("http://h", "HTTP://H/")
	f.Add("urn:isbn:1", "é\xff")
	publication := checkedSite(f)
	f.Fuzz(func(t *testing.T, one, two string) {
		one, two = strings.TrimSpace(escape.Legal(one)), strings.TrimSpace(escape.Legal(two))
		id := publication.ArticleID(one)
		if _, isIRI := uri.IRI(one); !isIRI { // two ways to write one IRI are one id
			assert.Equal(t, one == two, id == publication.ArticleID(two))
		}
		if strings.TrimSpace(one) == "" {
			assert.Empty(t, id)
			return
		}
		assert.Empty(t, strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#@!$&'()*+,;=%"), "RFC 3986 section 2, and RSS-7")
		again, ok := uri.IRI(id)
		assert.True(t, ok, id)
		assert.Equal(t, id, again)
	})
}
