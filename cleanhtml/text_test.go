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
		{"captions", `<figure><img alt="x"><figcaption>A caption</figcaption></figure>[caption id="1"]<img> Another[/caption]`, "A caption Another"},
		{"shortcodes", `[gallery ids="1"]a [box]<b>b</b>[/box] [sic] <code>[gallery]</code>`, "a b [sic] [gallery]"},
		{"controls", "a\x00\x01b&#1;c&#146;", "abc’"},
		{"bidi controls", "a \u202bb\u202c", "a \u202bb\u202c"},
		{"unended", "<svg>a<noscript>b<b", "ab"},
	} {
		t.Run(e.name, func(t *testing.T) { assert.Equal(t, e.want, cleanhtml.Text(e.body)) })
	}
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
		summary := cleanhtml.Summary(body, 2)
		assert.Equal(t, cleanhtml.SimpleSummary(body, 2), summary)
		if want != "" {
			assert.Equal(t, want, summary)
		}
	}
	assert.Equal(t, "one two", cleanhtml.Summary("one two", math.MaxInt))
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
