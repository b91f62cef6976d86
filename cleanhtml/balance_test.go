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

// The body is searched for an end tag once, and not for each start tag, which would take quadratic
// time.
func TestEndTagsAreSearchedForOnce(t *testing.T) {
	const with, without = "<iframe><iframe></iframe>", "<iframe><iframe></object>"
	assert.True(t, cleanhtml.EndIsRemembered(with, without, "iframe"))
	assert.True(t, cleanhtml.EndIsRemembered(without, with, "iframe"))
}

// BenchmarkHostile measures the time for each byte of hostile bodies. It must be the same for both
// sizes. HTML-3
func BenchmarkHostile(b *testing.B) {
	for _, size := range []int{1 << 14, 1 << 16} {
		benchmarkHostile(b, size)
	}
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
	} {
		for what, work := range map[string]func(){
			"clean":   func() { cleanhtml.Policy{}.Clean(body, page) },
			"trusted": func() { cleanhtml.Policy{Trusted: true}.Clean(body, page) },
			"text":    func() { cleanhtml.Text(body) },
			"summary": func() { cleanhtml.Summary(body, 55) },
		} {
			b.Run(fmt.Sprintf("%s/%s/%d", name, what, size), func(b *testing.B) {
				b.SetBytes(int64(len(body)))
				for b.Loop() {
					work()
				}
			})
		}
	}
}
