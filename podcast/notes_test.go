package podcast

import (
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

var notesBase = &url.URL{Scheme: "https", Host: "example.com", Path: "/3/"}

func TestNotesHaveTheElementsThatAppleShows(t *testing.T) { // POD-26
	for source, want := range map[string]string{
		"":                             "",
		"plain text":                   "<p>plain text</p>",
		"<p>One.</p>\n\n<p>Two.</p>":   "<p>One.</p><p>Two.</p>",
		"<h2>Head</h2><div>Text</div>": "<p>Head</p><p>Text</p>",
		"a <b>bold</b><i>er</i> word":  "<p>a bolder word</p>",
		"one<br>two<br/>three":         "<p>one</p><p>two</p><p>three</p>",
		"<p>a &lt;b&gt; &amp; c</p>":   "<p>a &lt;b&gt; &amp; c</p>",
		`<p>See <a href="/x?a=1&amp;b=2" target="_blank">this <em>page</em></a>.</p>`: `<p>See <a href="https://example.com/x?a=1&amp;b=2">this page</a>.</p>`,
		`<a href="javascript:alert(1)">no</a> <a href="#top">up</a> <a>none</a>`:      "<p>no up none</p>",
		`<a href="mailto:desk@example.com">write</a>`:                                 `<p><a href="mailto:desk@example.com">write</a></p>`,
		`<a href="/a"></a><p></p><ul><li></li></ul>`:                                  "",
		`<a href="/a">one<a href="/b">two</a></a>`:                                    `<p><a href="https://example.com/a">one</a><a href="https://example.com/b">two</a></p>`,
		"<ul><li>One</li><li><p>Two</p><p>more</p></li></ul>after":                    "<ul><li>One</li><li>Two more</li></ul><p>after</p>",
		"<ol><li>One<ul><li>Inner</li></ul></li><li>Two</ol>":                         "<ol><li>One<ul><li>Inner</li></ul></li><li>Two</li></ol>",
		"<li>lonely</li>":       "<ul><li>lonely</li></ul>",
		"<ul>loose</ul>":        "<ul><li>loose</li></ul>",
		"<p>text<ul><li>a</ul>": "<p>text</p><ul><li>a</li></ul>",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>":                  "<p>a b</p><p>c</p>",
		"<script>alert(1)</script><style>p{}</style>text<!-- comment -->":        "<p>text</p>",
		"<figure><img src=a.jpg alt=x><figcaption>Caption</figcaption></figure>": "<p>Caption</p>",
		"</p></ul></li></a>text": "<p>text</p>",
	} {
		notes, whole := reduce(source, notesBase, maxNotes)
		assert.Equal(t, want, notes, source)
		assert.True(t, whole, source)
		again, _ := reduce(notes, notesBase, maxNotes)
		assert.Equal(t, notes, again, "reduced again: %s", source)
	}
}

// notesTags matches what may be in notes: the five elements and text.
var notesTags = regexp.MustCompile(`^(</?(p|ol|ul|li)>|<a href="[^"<>]*">|</a>|[^<>])*$`)

func TestNotesAreCutAtACharacterAndATag(t *testing.T) { // POD-6, POD-26
	pieces := []string{
		"<p>", "</p>", "<ul>", "<li>", "</ul>", "<a href='/some/page?a=1&b=2'>", "</a>", "word", " ", "日本語のテキスト", "&amp;", "<b>", "</b>", "ä",
		"<ol>", strings.Repeat("ö", 200), "<br>", "</li>", "<script>", "</script>", "🎙️", "<", ">",
	}
	g := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var source strings.Builder
		for range g.IntN(60) {
			source.WriteString(pieces[g.IntN(len(pieces))])
		}
		most := 20 + g.IntN(400)
		notes, whole := reduce(source.String(), notesBase, most)
		require.LessOrEqual(t, len(notes), most, source.String())
		require.True(t, utf8.ValidString(notes), notes)
		require.Regexp(t, notesTags, notes)
		for _, tag := range []string{"p", "ul", "ol", "li", "a"} {
			require.Equal(t, strings.Count(notes, "</"+tag+">"), strings.Count(notes, "<"+tag+">")+strings.Count(notes, "<"+tag+" "), notes)
		}
		require.NotContains(t, notes, "<p></p>")
		all, _ := reduce(source.String(), notesBase, 1<<20)
		require.Equal(t, whole, len(notes) == len(all) && notes == all, "%s\n%s", notes, all)
	}
}

func TestTextsOfAnItem(t *testing.T) { // POD-26
	long := strings.Repeat("<p>Ein längerer Absatz mit Wörtern.</p>", 200)
	for name, test := range map[string]struct {
		show                       Show
		content, summary, own      string
		description, encoded, rule string
	}{
		"both":                {Show{}, "<h2>Head</h2><p>Body.</p>", "A summary.", "", "<p>Head</p><p>Body.</p>", "<h2>Head</h2><p>Body.</p>", ""},
		"notes alone":         {Show{OnlyNotes: true}, "<h2>Head</h2><p>Body.</p>", "A summary.", "", "<p>Head</p><p>Body.</p>", "", ""},
		"notes beside a body": {Show{}, "<p>Body.</p>", "", "<p>In <b>short</b>.</p>", "<p>In short.</p>", "<p>Body.</p>", ""},
		"only a summary":      {Show{}, "", "A < B", "", "A &lt; B", "", ""},
		"only a picture":      {Show{}, `<img src="https://example.com/a.jpg">`, "A summary.", "", "A summary.", `<img src="https://example.com/a.jpg">`, ""},
		"nothing":             {Show{}, "", "", "", "", "", ""},
		"long":                {Show{}, long, "", "", "", long, "Content: " + string(RuleTooLong)},
	} {
		a := part(1, Episode{Notes: test.own})
		a.Content, a.Summary = test.content, test.summary
		f := feedOf(test.show, a)
		got := item(t, f)
		encoded := got.all("http://purl.org/rss/1.0/modules/content/", "encoded")
		assert.Equal(t, test.encoded, first(encoded), name)
		assert.LessOrEqual(t, len(got.plain("description")), 1, name)
		problems := found(test.show.CheckArticle(a))
		if test.rule == "" {
			assert.Equal(t, test.description, first(got.plain("description")), name)
			assert.Empty(t, problems, name)
			continue
		}
		assert.Equal(t, []string{test.rule}, problems)
		assert.LessOrEqual(t, len(first(got.plain("description"))), 4000)
		assert.Greater(t, len(first(got.plain("description"))), 3900)
		assert.True(t, strings.HasSuffix(first(got.plain("description")), "…</p>"), name)
	}
}

func TestNotesOfASource(t *testing.T) { // POD-26
	site := syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en",
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{syndicate.InCategory("show"): {Extensions: []syndicate.Extension{fieldNotes()}}},
	}
	a := part(1)
	a.Content, a.Categories = `<p>A <a href="/x" onclick="x()">link</a> and <script>x</script><strong>more</strong>.</p>`, syndicate.Categories("Show")
	archive, err := syndicate.NewArchive(site, *a)
	require.NoError(t, err)
	assert.Contains(t, rss(sourceFeed(t, archive, syndicate.InCategory("show"))), `<description><![CDATA[<p>A <a href="https://example.com/x">link</a> and more.</p>]]></description>`+
		`<content:encoded><![CDATA[<p>A <a href="https://example.com/x">link</a> and <strong>more</strong>.</p>]]></content:encoded>`)
	assert.Contains(t, rss(sourceFeed(t, archive, syndicate.Everything())), `<description>A link and more.</description>`)
}
