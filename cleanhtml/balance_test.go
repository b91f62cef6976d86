package cleanhtml_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// HTML-3
func TestTagsAreBalancedAsParsersWould(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"unended", `<div><p>a<b>b`, `<div><p>a<b>b</b></p></div>`},
		{"stray end tags", `a</b></p></div></table>b`, `ab`},
		{"paragraphs", `<p>a<p>b<ul><li>c</ul><h2>d</h2>`, `<p>a</p><p>b</p><ul><li>c</li></ul><h2>d</h2>`},
		{"misnested", `<b>a<i>b</b>c</i>`, `<b>a<i>b</i></b>c`},
		{"items", `<ul><li>a<li>b<ul><li>c<li>d</ul><li>e</ul>`, `<ul><li>a</li><li>b<ul><li>c</li><li>d</li></ul></li><li>e</li></ul>`},
		{"definitions", `<dl><dt>a<dd>b<dt>c<dd>d</dl>`, `<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>`},
		{"links", `<a href="/1">a<a href="/2">b</a>c</a>`, `<a href="https://example.com/1">a</a><a href="https://example.com/2">b</a>c`},
		{"headings", `<h2>a<h3>b</h2>c`, `<h2>a</h2><h3>b</h3>c`},
		{"ruby", `<ruby>漢<rp>(<rt>kan<rp>)</ruby>`, `<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>`},
		{"void", `a<br/>b</br>c<hr></hr><wbr>`, `a<br>b<br>c<hr><wbr>`},
		{"self-closing means nothing", `<p/>a<b/>b`, `<p>a<b>b</b></p>`},
		{"a tag cut off", `<p>a</p><p class="`, `<p>a</p>`},
	})
}

// HTML-3
func TestTablesAreMended(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"implied ends", `<table><tr><td>1<td>2<tr><th>3</table>x`, `<table><tr><td>1</td><td>2</td></tr><tr><th>3</th></tr></table>x`},
		{"a cell without row", `<table><td>1</table>`, `<table><tr><td>1</td></tr></table>`},
		{"text between rows", `<table>a<tr>b<td>c</td>d</tr></table>`, `<table><tr><td>a</td></tr><tr><td>b</td><td>c</td><td>d</td></tr></table>`},
		{"columns", `<table><col span="2"><tbody><tr><td>1</table>`, `<table><colgroup><col span="2"></colgroup><tbody><tr><td>1</td></tr></tbody></table>`},
		{"cells without table", `<tr><td>1</td><td>2</td></tr>`, ` 1 2`},
		{"a table in a cell", `<table><tr><td><table><tr><td>1</table>2</table>`, `<table><tr><td><table><tr><td>1</td></tr></table>2</td></tr></table>`},
		{"end tags do not leave a cell", `<b><table><tr><td>1</b></p>2</table>3</b>`, `<b><table><tr><td>12</td></tr></table>3</b>`},
	})
}

// HTML-3
func TestNestingIsBounded(t *testing.T) {
	const n = 1000
	clean := cleanhtml.Policy{}.Clean(strings.Repeat("<b>", n)+"x"+strings.Repeat("</b>", n)+"<i>y</i>", page)
	assert.Equal(t, 200, strings.Count(clean, "<b>"))
	assert.True(t, strings.HasSuffix(clean, "</b><i>y</i>"))
	assert.Contains(t, clean, "<b>x</b>")
}

// HTML-3c: a start tag of any size ends where it ends, whatever is in its element.
func TestWhatFollowsAHugeTagStays(t *testing.T) {
	huge := strings.Repeat("x", 20_000)
	for _, name := range []string{"script", "style", "iframe", "noembed", "noframes", "title", "textarea", "noscript", "svg", "math", "select", "xmp"} {
		body := "<" + name + ` src="/a" srcdoc="` + huge + `">` + "</" + name + "><p>More</p>"
		assert.True(t, strings.HasSuffix(cleanhtml.Policy{}.Clean(body, page), "<p>More</p>"), name)
		assert.Equal(t, "More", cleanhtml.Text(body), name)
	}
	body := `<script data-x="` + huge + `">if (a < b) { "<p>" }</script><iframe srcdoc="` + huge + `"></iframe><p>x</p>`
	assert.Equal(t, body, cleanhtml.Policy{Trusted: true}.Clean(body, page))
}

// The body is searched for an end tag once, and not for each start tag, which would take quadratic
// time.
func TestEndTagsAreSearchedForOnce(t *testing.T) {
	const with, without = "<iframe><iframe></iframe>", "<iframe><iframe></object>"
	assert.True(t, cleanhtml.EndIsRemembered(with, without, "iframe"))
	assert.True(t, cleanhtml.EndIsRemembered(without, with, "iframe"))
}

// BenchmarkHostile measures time and memory for hostile bodies. For each byte they must be the same
// for all sizes: a million bytes are enough to see a square. HTML-3, HTML-3d
//
//	go test -run '^$' -bench Hostile -benchtime 3x ./cleanhtml
func BenchmarkHostile(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 15, 1 << 20} {
		benchmarkHostile(b, size)
	}
}

// names returns about size bytes of different names, each between before and after.
func names(before, after string, size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		b.WriteString(before + "x" + strconv.Itoa(i) + after)
	}
	return b.String()
}

func benchmarkHostile(b *testing.B, size int) {
	fill := func(piece string) string { return strings.Repeat(piece, size/len(piece)) }
	var many strings.Builder
	for i := 0; many.Len() < 4*size; i++ {
		many.WriteString(" a" + strconv.Itoa(i))
	}
	short := strings.Repeat("<b c>", size)
	for name, body := range map[string]string{
		"nested":             fill("<b>"),
		"nested and ended":   fill("<b>")[:size/2] + fill("</i>")[:size/2],
		"half-open":          strings.Repeat("<i><div>", 90) + fill("</u></i></b>"),
		"tables":             fill("<table><td>"),
		"unended players":    fill("<iframe>"),
		"unended drawings":   fill("<svg><math>"),
		"ended far away":     fill("<svg>") + "</svg>",
		"end tags":           fill("<select></svg>"),
		"brackets":           fill("["),
		"closed brackets":    fill("[") + fill("]"),
		"shortcodes":         fill("[gallery "),
		"pairs":              fill("[a]") + fill("[/a]"),
		"ampersands":         fill("&amp"),
		"attributes":         "<p" + many.String() + ">" + short,
		"attributes in text": "<svg " + many.String() + "></svg>" + short,
		"candidates":         `<img srcset="` + fill("a,") + `">`,
		"spaces":             `<img srcset="` + fill("a 1x,") + `">`,
		"URLs":               fill(`<a href="/../../../ü">`),
		"one URL":            `<a href="` + fill("../") + `">x</a>`,
		"one link of lines":  `<a href="` + fill("\n") + `">x</a>`,
		"invisible":          `<a href="` + fill("\ufeff \u200b\u00a0") + `">x</a>`,
		"implied ends":       fill("<p><li><dd>"),
		"unknown":            fill("<q1><q2>"),
		"comments":           fill("<!--"),

		// Hidden elements, and what ends them.
		"hidden":                 fill("<div hidden>"),
		"hidden, ended":          fill("<div hidden></div>"),
		"hidden and nested":      fill("<div hidden>")[:size/2] + fill("</div>")[:size/2],
		"hidden, unknown":        fill("<x-y hidden>"),
		"hidden, many names":     "<p hidden>" + names("<", " hidden>", size),
		"hidden formatting":      fill("<p><b hidden><i hidden>"),
		"hidden cells":           "<table>" + fill("<tr hidden><td hidden>x"),
		"hidden between cells":   "<table>" + fill("<div hidden>x</div><tr>"),
		"hidden in unwrapped":    fill("<nav><label>") + fill("<span hidden></nav>"),
		"unwrapped and hidden":   fill("<x-y>")[:size/2] + "<p hidden>" + fill("</x-z></b>")[:size/2],
		"unwrapped, many names":  names("<", ">", size) + "<p hidden>" + names("</", ">", size),
		"postponed ends":         fill("<b><div hidden></b>"),
		"postponed, nested":      fill("<b><i><q>") + "<div hidden>" + fill("</b></i></q>") + "</div>",
		"hidden noscripts":       fill("<noscript hidden>x</noscript>"),
		"forms":                  fill("<form hidden><p></form>"),
		"hidden in deep nesting": strings.Repeat("<i>", 300) + fill("<div hidden><p>x"),
		"styles":                 fill(`<p style="display:none">`),
		"a long style":           `<p style="` + fill("a:b;") + `">x</p>`,
		"quotes in a style":      `<p style="` + fill(`a:'b`) + `">x</p>`,
		"parentheses in a style": `<p style="` + fill("a:(") + `">x</p>`,
		"comments in a style":    `<p style="` + fill("/*") + fill("*/") + `">x</p>`,
		"important styles":       `<p style="` + fill("width:1!important;") + `">x</p>`,
		"a long important":       `<p style="width:` + fill("!important ") + `">x</p>`,

		// Controls, players and frames.
		"buttons":           fill("<button>x"),
		"buttons, ended":    fill("<button>x</button>"),
		"links and buttons": fill("<a href=x><button>"),
		"tasks":             fill("<li><input type=checkbox>x"),
		"fields":            fill("<input><select>"),
		"players":           fill("<video><source src=x>"),
		"players, ended":    fill("<video>x</video>"),
		"nested players":    fill("<video><audio>") + "</audio></video>",
		"objects":           fill("<object data=x>"),
		"objects, ended":    fill("<object data=x>y</object>"),
		"nested objects":    fill("<object>") + fill("</object>"),
		"many objects":      names("<object data=", "></object>", size),
		"embeds":            fill("<embed src=x>"),
		"params":            names("<param name=movie value=", ">", size),
		"libraries":         fill("<amp-youtube data-videoid=a><x-y> </x-y>"),
		"libraries, ended":  names("<amp-iframe src=", "></amp-iframe>", size),
		"dialogs":           fill("<dialog><datalist>"),

		// Formulas, drawings, pictures.
		"formulas":               fill("<math>x</math>"),
		"unended formulas":       fill("<math>"),
		"formulas in formulas":   fill("<math>") + fill("</math>"),
		"formulas ended far off": fill("<math><p>") + "</math>",
		"annotations":            "<math>" + fill("<annotation encoding=TeX>x</annotation>") + "</math>",
		"open annotations":       "<math>" + fill("<annotation encoding=TeX>x") + "</math>",
		"nested fractions":       "<math>" + fill("<mfrac><mrow>") + "</math>",
		"powers":                 "<math><msup>" + fill("<mi>x</mi>") + "</math>",
		"nested roots":           "<math>" + fill("<mroot><mi>x</mi>")[:size/2] + fill("</mroot>")[:size/2] + "</math>",
		"roots around a text":    "<math>" + strings.Repeat("<mroot><msqrt>", 90) + fill("<mi>x</mi>") + strings.Repeat("</msqrt></mroot>", 90) + "</math>",
		"separators":             "<math><mfenced separators='" + fill(",;") + "'>" + fill("<mi>x</mi>") + "</mfenced></math>",
		"words in a formula":     "<math><mtext>" + fill("a <b>") + "</math>",
		"KaTeX":                  fill("<span class=katex>") + "</span>",
		"KaTeX in any name":      names("<", " class=katex>", size),
		"previews":               fill("<span class=MathJax_Preview>x</span>"),
		"KaTeX and blocks":       fill("<span class=katex><p>") + "</span>",
		"many classes":           `<span class="` + fill("a ") + `">x</span>`,
		"MathJax":                fill("<span class=MathJax>x</span>"),
		"MathJax in MathJax":     `<span class=MathJax data-mathml="` + fill("<math data-mathml='") + `"></span>`,
		"MathJax in attributes":  fill(`<span class=MathJax data-mathml="<span class=MathJax data-mathml=x></span>"></span>`),
		"sources of formulas":    fill("<script type=math/tex>x</script>"),
		"drawings":               fill("<svg><title>x</title></svg>"),
		"drawings and blocks":    fill("<svg><p>") + "</svg>",
		"titles in a drawing":    "<svg>" + fill("<title>x</title>") + "</svg>",
		"pictures without any":   fill("<img alt=x>"),
		"noscripts":              fill("<img alt=x><noscript><img src=a></noscript>"),

		// Empty elements, marks, text.
		"empty":              fill("<p></p>"),
		"empty, nested":      fill("<div>")[:size/2] + fill("</div>")[:size/2],
		"empty after a word": "x" + fill("<p> </p>"),
		"white space":        strings.Repeat("<div>", 190) + fill(" ") + strings.Repeat("</div>", 190),
		"white space often":  fill("<div>        <span></span></div>"),
		"notes":              fill("<sup><a href=#x>1</a></sup>"),
		"open notes":         fill("<sup><a href=#x>"),
		"a long note":        "<sup><a href=#x>" + fill("1") + "</a></sup>",
		"words":              fill("a "),
		"one word":           fill("a"),
		"quoted brackets":    fill(`[x a="b"]`),
		"brackets and empty": fill("[x<p></p>"),
		"pairs across":       fill("<p>[a]</p>") + fill("<p>[/a]</p>"),
		"many pairs":         names("[", "]", size) + names("[/", "]", size),

		// Names and addresses.
		"hosts":          fill("<a href=//" + strings.Repeat("ü", 120) + ">x</a>"),
		"one host":       `<a href="//` + fill("ü") + `">x</a>`,
		"labels":         `<a href="//` + fill("ü.") + `">x</a>`,
		"lazy sources":   fill("<img data-src=a data-lazy-src=b data-original=c src=d>"),
		"data addresses": fill("<img src='data:image/png;base64,AAAA' alt=x>"),
		"trusted svg":    fill("<svg><g><p>"),
		"integration":    fill("<svg><desc><math><mi>"),
		"end of svg":     fill("<svg><g></p>"),
	} {
		for what, work := range map[string]func(){
			"clean":         func() { cleanhtml.Policy{}.Clean(body, page) },
			"trusted":       func() { cleanhtml.Policy{Trusted: true}.Clean(body, page) },
			"text":          func() { cleanhtml.Text(body) },
			"summary":       func() { cleanhtml.Summary(body, 55) },
			"no shortcodes": func() { cleanhtml.Policy{Shortcodes: true}.Clean(body, page) },
			"is clean":      func() { cleanhtml.Policy{}.LegalIsClean(body) },
		} {
			b.Run(fmt.Sprintf("%s/%s/%d", name, what, size), func(b *testing.B) {
				b.SetBytes(int64(len(body)))
				b.ReportAllocs()
				for b.Loop() {
					work()
				}
			})
		}
	}
}
