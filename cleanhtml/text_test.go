package cleanhtml_test

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// HTML-6
func TestTextIsWhatReadersSee(t *testing.T) {
	for _, e := range []example{
		{"blocks are apart, inline is not", "<h2>A</h2><p>b<b>c</b>d<br>e</p><ul><li>f</li><li>g</li></ul><table><tr><td>h</td><td>i</td></tr></table>", "A bcd e f g h i"},
		{"references", "&ldquo;a&rdquo;&nbsp;&amp;amp; &lt;b&gt; &#128;", "“a” &amp; <b> €"},
		{"white space", " a \n\t b\u00a0\u2003c ", "a b c"},
		{"not for readers", "a<script>x</script><style>x</style><noscript>x</noscript><svg><text>x</text></svg><iframe>x</iframe><textarea>x</textarea><!-- x -->b", "a b"},
		{"captions", `<figure><img src="x.jpg" alt="x"><figcaption>A caption</figcaption></figure><img src="y.jpg"> Another`, "A caption Another"},
		{"controls", "a\x00\x01b&#1;c&#146;", "abc’"},
		{"bidi controls", "a \u202bb\u202c", "a \u202bb\u202c"},
		{"unended", "<svg>a<noscript>b<b", "ab"},
	} {
		t.Run(e.name, func(t *testing.T) { assert.Equal(t, e.want, cleanhtml.Text(e.body)) })
	}
	assert.Equal(t, "a b [sic] [gallery]", cleanhtml.Policy{Shortcodes: true}.Text(
		`[gallery ids="1"]a [box]<b>b</b>[/box] [sic] <code>[gallery]</code>`))
}

// HTML-6
func TestTextHasNoMarks(t *testing.T) {
	for _, e := range []example{
		{"goldmark", `2021<sup id="fnref:1"><a href="#fn:1" class="footnote-ref" role="doc-noteref">1</a></sup> by`, "2021 by"},
		{"Pandoc", `2021<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a> by`, "2021 by"},
		{"Wikipedia", `2021<sup class="reference"><a href="#cite_note-1">[12]</a></sup> by`, "2021 by"},
		{"WordPress", `2021<sup data-fn="4b" class="fn"><a href="#4b" id="4b-link">1</a></sup> by`, "2021 by"},
		{"Asciidoctor", `2021<sup class="footnote">[<a id="_r" href="#_f">1</a>]</sup> by`, "2021 by"},
		{"Sphinx", `2021<a class="footnote-reference brackets" href="#id2" id="id1">1</a> by`, "2021 by"},
		{"already clean", `2021<sup><a href="https://example.com/a#fn1">1</a></sup> by`, "2021 by"},
		{"already clean, outside", `2021<a href="https://example.com/a#fn1"><sup>1</sup></a> by`, "2021 by"},
		{"a source", `2021<sup><a href="https://example.com/a">3</a></sup> by`, "2021 by"},
		{"a source, outside", `2021<a href="https://example.com/a"><sup>3</sup></a> by`, "2021 by"},
		{"a long number", `x<sup><a href="#a">12345678901234567</a></sup>`, "x12345678901234567"},
		{"letters and signs", `2021<sup><a href="#a">a</a></sup>, 2022<sup><a href="#b">*</a></sup>, 2023<sup><a href="#c">†</a></sup>`, "2021, 2022, 2023"},
		{"in brackets", `2021 <a href="#n1">[1]</a><a href="#n2">(2)</a> by`, "2021 by"},
		{"without a link", `2021<sup>[1]</sup> by`, "2021 by"},
		{"several", `2021<sup><a href="#a">1</a>, <a href="#b">2</a></sup> by`, "2021 by"},
		{"no reference", `5 m<sup>2</sup>, 1<sup>st</sup>, E=mc<sup><b>2</b></sup>, see <a href="#s2">2</a>, <a href="#s3">section 3</a>`, "5 m2, 1st, E=mc2, see 2, section 3"},
		{"a raised link", `x<sup><a href="/tm">TM</a></sup>`, "xTM"},
		{"ways back", `Note <a href="#r1" role="doc-backlink">↩︎</a><a href="#r3">↑</a><a class="reversefootnote" href="#r4">^</a>`, "Note"},
		{"anchors of headings", `<h2>A<a class="headerlink" href="#a" title="Link">¶</a></h2><h2><a href="#b">#</a> B</h2><h2>D<a href="#d">🔗</a></h2>`, "A B D"},
		{"a heading in its anchor", `<h2><a class="anchor" href="#a">Heading</a></h2>`, "Heading"},
		{"links elsewhere", `<a href="/x">→</a> <a href="/y">[1]</a>`, "→ [1]"},
	} {
		t.Run(e.name, func(t *testing.T) {
			assert.Equal(t, e.want, cleanhtml.Text(e.body))
			assert.Equal(t, e.want, cleanhtml.Summary(e.body, 99))
			assert.Equal(t, e.want, cleanhtml.Text(cleanhtml.Policy{}.Clean(e.body, page)), "of the clean body")
		})
	}
	// Only the attributes show that these are marks.
	assert.Equal(t, "2021 by", cleanhtml.Text(`2021<sup class="footnote">1</sup> by`))
	assert.Equal(t, "Note A", cleanhtml.Text(`Note <a href="#r2" class="footnote-backref">back</a><a href="#r" role="doc-backlink">Go back</a>`+
		`<h2>A<a aria-hidden="true" href="#a">Link</a><a class="headerlink" href="#a">Permalink</a></h2>`))
}

// HTML-6
func TestSummaryIsCutAtAWord(t *testing.T) {
	assert.Equal(t, "one two three", cleanhtml.Summary("<p>one two</p><p>three</p>", 3))
	assert.Equal(t, "one two…", cleanhtml.Summary("<p>one two,</p><p>three</p>", 2))
	assert.Equal(t, "", cleanhtml.Summary("<p> </p>", 2))

	long := cleanhtml.Summary(strings.Repeat("<p>Wort für Wort</p>", 1000), 0)
	assert.Len(t, strings.Fields(long), 55)
	assert.True(t, strings.HasSuffix(long, "Wort…"))
	assert.Len(t, strings.Fields(cleanhtml.Summary(strings.Repeat("Donaudampfschifffahrtsgesellschaft ", 100), 55)), 55)
}

// HTML-6
func TestSummaryOfScriptsWithoutSpacesIsCutByCharacters(t *testing.T) {
	for _, text := range []string{"東京は日本の首都です。", "北京是中国的首都", "กรุงเทพมหานครเป็นเมืองหลวง"} {
		n := utf8.RuneCountInString(cleanhtml.Summary("<p>"+strings.Repeat(text, 100)+"</p>", 55))
		assert.InDelta(t, 300, n, 35, text)
	}
	assert.InDelta(t, 340, utf8.RuneCountInString(cleanhtml.Summary(strings.Repeat("x", 5000), 55)), 10, "one endless word")
}

// HTML-6: the end of a body can decide that a part of its beginning is removed.
func TestSummaryOfALongBodyIsTheBeginningOfItsText(t *testing.T) {
	long := strings.Repeat("<p>Wort für Wort</p>", 40)
	for body, want := range map[string]string{
		long:                       "Wort für…",
		"[box]" + long:             "[box] Wort…",
		"[box]" + long + "[/box]":  "Wort für…",
		"[box]x[/box] " + long:     "x Wort…",
		"[a] [a]" + long + "[/a]":  "[a] Wort…",
		"<pre>[a]</pre>" + long:    "[a] Wort…",
		strings.Repeat("x", 9_000): "",
	} {
		policy := cleanhtml.Policy{Shortcodes: true}
		summary := policy.Summary(body, 2)
		assert.Equal(t, policy.SimpleSummary(body, 2), summary)
		if want != "" {
			assert.Equal(t, want, summary)
		}
	}
	assert.Equal(t, "one two", cleanhtml.Summary("one two", math.MaxInt))
}

// HTML-6: wherever the text is cut for a summary, a mark may be open there.
func TestSummaryOfALongBodyHasNoMarks(t *testing.T) {
	const marked = `2021<sup>[<a href="#n">1</a>, <a href="#m">2</a>, <a href="#o">3</a>]</sup> b <a href="#s">c</a>`
	for length := 1; length < 40; length++ {
		for words := 1; words < 12; words++ {
			body := strings.Repeat(strings.Repeat("x", length)+" ", words-1) + marked + strings.Repeat("<p>d e</p>", 400)
			summary := cleanhtml.Summary(body, words)
			assert.Equal(t, cleanhtml.Policy{}.SimpleSummary(body, words), summary, body)
			assert.True(t, strings.HasSuffix(summary, "2021…"), summary)
		}
	}
}

// HTML-6
func TestSummaryDoesNotSplitCharacters(t *testing.T) {
	for name, char := range map[string]string{
		"family": "👨‍👩‍👧‍👦", "flag": "🇩🇪", "skin tone": "👍🏽", "accent": "e\u0301\u0323", "Thai vowel before": "เก", "Thai vowel after": "กำ", "keycap": "1\ufe0f\u20e3",
	} {
		for words := 1; words < 8; words++ {
			summary := strings.TrimSuffix(cleanhtml.Summary("漢"+strings.Repeat(char, 200), words), "…")
			assert.Empty(t, strings.ReplaceAll(strings.TrimPrefix(summary, "漢"), char, ""), "%s, %d words", name, words)
		}
	}
}
