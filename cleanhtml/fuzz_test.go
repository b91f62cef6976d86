package cleanhtml_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

const page = "https://example.com/2026/01/article/?x=1"

// HTML-2, HTML-3, XML-1: for any input, the output is harmless, balanced and legal, a parser builds
// the tree that its tags show, and cleaning it again changes nothing.
func FuzzClean(f *testing.F) {
	for _, body := range hostile {
		f.Add(body, page)
	}
	f.Add("<p>[gal<font>lery]</font>", "")
	f.Add("<script><!--<script></script><script>", page)
	f.Add("<a href=//[::]:00>", "a://0")
	f.Fuzz(func(t *testing.T, body, base string) {
		safe := cleanhtml.Policy{}
		out := safe.Clean(body, base)
		assertLegal(t, out)
		assertBalanced(t, out)
		assertHarmless(t, out)
		assert.Equal(t, tokens(out), treeOf(t, out), "a parser builds the same tree from %q", out)
		assert.Equal(t, out, safe.Clean(out, base), "cleaned again")

		for _, policy := range []cleanhtml.Policy{{Shortcodes: true}, {Shortcodes: true, Trusted: true}} {
			out = policy.Clean(body, base)
			assertLegal(t, out)
			assertBalanced(t, out)
			assert.Equal(t, out, policy.Clean(out, base), "without shortcodes, cleaned again")
		}

		players := cleanhtml.Policy{KeepPlayers: true}
		out = players.Clean(body, base)
		assertBalanced(t, out)
		assert.Equal(t, out, players.Clean(out, base), "cleaned again")

		trusted := cleanhtml.Policy{Trusted: true}
		out = trusted.Clean(body, base)
		assertLegal(t, out)
		assertBalanced(t, out)
		assert.Equal(t, out, trusted.Clean(out, base), "trusted, cleaned again")
	})
}

// HTML-6: text is one line of legal characters, and a summary is its beginning.
func FuzzText(f *testing.F) {
	for _, body := range hostile {
		f.Add(body, 3)
	}
	f.Add("<p>東京は日本の首都です。</p>", 1)
	f.Add("\xff\xff\xff\xff<b>x</", 1)                         // the text is longer than the body
	f.Add("[a]"+strings.Repeat("<p>b c d</p>", 100)+"[/a]", 7) // the end decides that the start is removed
	f.Add("👨‍👩‍👧‍👦🇩🇪🇫🇷é", 1)
	f.Fuzz(func(t *testing.T, body string, words int) {
		words %= 100
		for _, policy := range []cleanhtml.Policy{{}, {Shortcodes: true}} {
			assertText(t, policy, body, words)
		}
	})
}

// assertText checks the text of a body and its first words.
func assertText(t *testing.T, policy cleanhtml.Policy, body string, words int) {
	t.Helper()
	text := policy.Text(body)
	assertLegal(t, text)
	assert.Equal(t, strings.Join(strings.Fields(text), " "), text)
	summary := policy.Summary(body, words)
	assertLegal(t, summary)
	if cut, ok := strings.CutSuffix(summary, "…"); ok && summary != text {
		assert.True(t, strings.HasPrefix(text, cut), "%q begins %q", cut, text)
	} else {
		assert.Equal(t, text, summary)
	}
	if words > 0 {
		assert.Equal(t, policy.SimpleSummary(body, words), summary)
		assert.LessOrEqual(t, len(strings.Fields(summary)), words+1)
	}
}

func assertLegal(t *testing.T, s string) {
	t.Helper()
	require.True(t, utf8.ValidString(s))
	for _, r := range s {
		require.False(t, r < ' ' && r != '\n' && r != '\t' || 0x7F <= r && r < 0xA0 || r == 0xFFFE || r == 0xFFFF, "%U", r)
	}
}

const voids = " area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr "

// assertBalanced matches tags. The only rule of HTML that it uses is which elements are void.
func assertBalanced(t *testing.T, s string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			require.Empty(t, open, "%q", s)
			return
		case html.StartTagToken:
			name, _ := z.TagName()
			if inDrawing(open) {
				z.NextIsNotRawText()
				open = append(open, string(name))
			} else if !strings.Contains(voids, " "+string(name)+" ") {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			require.NotEmpty(t, open, "</%s> in %q", name, s)
			require.Equal(t, open[len(open)-1], string(name), "%q", s)
			open = open[:len(open)-1]
		case html.SelfClosingTagToken, html.CommentToken, html.DoctypeToken:
			require.Fail(t, "neither tag nor text", "%q", s)
		}
	}
}

// inDrawing reports whether the rules of svg and math apply within the open elements.
func inDrawing(open []string) (drawing bool) {
	for _, name := range open {
		switch name {
		case "svg", "math":
			drawing = true
		case "foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml":
			drawing = false
		}
	}
	return drawing
}

// acceptable are the elements that the W3C Feed Validation Service accepts (validators.py), without
// those of forms and scripts.
const acceptable = ` a abbr acronym address area article aside audio b bdi big blockquote br caption center cite
	code col colgroup dd del details dfn div dl dt em figcaption figure footer header h1 h2 h3 h4 h5 h6 hr i img
	ins kbd li main map mark ol p picture pre q rp rt ruby s samp section small source span strike strong sub
	summary sup table tbody td time tfoot th thead tr track tt u ul var video wbr `

func parse(t *testing.T, s string) []*html.Node {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	require.NoError(t, err)
	return nodes
}

// assertHarmless checks the tree that a browser would build.
func assertHarmless(t *testing.T, s string) {
	t.Helper()
	for _, root := range parse(t, s) {
		assertHarmlessNode(t, root)
		for n := range root.Descendants() {
			assertHarmlessNode(t, n)
		}
	}
}

func assertHarmlessNode(t *testing.T, n *html.Node) {
	t.Helper()
	require.Contains(t, []html.NodeType{html.TextNode, html.ElementNode}, n.Type)
	if n.Type == html.TextNode {
		return
	}
	require.Empty(t, n.Namespace)
	require.Contains(t, strings.Fields(acceptable), n.Data)
	hasSrc := false
	for _, a := range n.Attr {
		require.False(t, strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "data-"), a.Key)
		require.NotContains(t, []string{"style", "srcdoc", "target", "autoplay", "action", "formaction"}, a.Key)
		hasSrc = hasSrc || a.Key == "src"
		switch a.Key {
		case "href", "src", "cite", "poster", "longdesc":
			assertURL(t, a.Val, n.Data == "img" && a.Key == "src")
		case "srcset":
			for candidate := range strings.SplitSeq(a.Val, ", ") {
				url, _, _ := strings.Cut(candidate, " ")
				assertURL(t, url, true)
			}
		}
	}
	require.True(t, hasSrc || n.Data != "img")
}

func assertURL(t *testing.T, url string, image bool) {
	t.Helper()
	ok := false
	for _, safe := range []string{"https://", "http://", "mailto:", "tel:"} {
		ok = ok || strings.HasPrefix(url, safe)
	}
	require.True(t, ok || image && strings.HasPrefix(url, "data:image/"), "%q", url)
	for i := range len(url) {
		require.True(t, '!' <= url[i] && url[i] <= '~' && !strings.ContainsRune(`"<>\^{|}`+"`", rune(url[i])), "%q", url)
	}
}

// tokens returns the tags and texts in order, without the elements that parsers add to tables.
func tokens(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	inPre := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			text := string(z.Text())
			if inPre {
				text = strings.TrimPrefix(text, "\n")
			}
			b.WriteString(text)
			inPre = false
		case html.StartTagToken:
			name, _ := z.TagName()
			inPre = string(name) == "pre"
			if string(name) != "tbody" {
				b.WriteString("<" + string(name) + ">")
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) != "tbody" {
				b.WriteString("</" + string(name) + ">")
			}
			inPre = false
		}
	}
}

// treeOf returns the tree that a parser builds in the form of [tokens].
func treeOf(t *testing.T, s string) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			return
		}
		if n.Data != "tbody" {
			b.WriteString("<" + n.Data + ">")
		}
		for child := range n.ChildNodes() {
			walk(child)
		}
		if n.Data != "tbody" && !strings.Contains(voids, " "+n.Data+" ") {
			b.WriteString("</" + n.Data + ">")
		}
	}
	for _, n := range parse(t, s) {
		walk(n)
	}
	return b.String()
}
