package cleanhtml_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

const (
	mathML = `<math><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></mrow>` +
		`<annotation encoding="application/x-tex">E=mc^2\,</annotation></semantics></math>`
	katex     = `<span class="katex"><span class="katex-mathml">` + mathML + `</span><span class="katex-html" aria-hidden="true"><span class="mord">E=mc2</span></span></span>`
	mathJax2  = `<span class="MathJax" id="m1" data-mathml="<math><mi>E</mi></math>"><nobr aria-hidden="true"><span class="math">E=mc2</span></nobr><span class="MJX_Assistive_MathML"><math><mi>E</mi></math></span></span>`
	assistive = `<mjx-assistive-mml><math><mi>E</mi><mo>=</mo><mn>1</mn></math></mjx-assistive-mml>`
)

// HTML-3c
func TestFormulasLeaveOneText(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"alttext", `<math alttext="a^2"><mi>b</mi><annotation encoding="TeX">c</annotation></math>`, `a^2`},
		{"TeX", `<p>x ` + mathML + ` y</p>`, `<p>x E=mc^2\, y</p>`},
		{"the text", "<math>\n <mi>x</mi>\n <mo>=</mo> <mn>1</mn></math>", `x=1`},
		{"powers, indexes, fractions, roots", `<math><msup><mi>c</mi><mn>2</mn></msup><mo>+</mo><mfrac><mrow><mi>a</mi><mo>+</mo><msub><mi>b</mi><mi>i</mi></msub></mrow><msqrt><mi>d</mi></msqrt></mfrac></math>`,
			`c^2+(a+b_i)/(√d)`},
		{"limits and tables", `<math><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>0</mn></mrow><mi>n</mi></munderover><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd></mtr></mtable></math>`,
			`∑_(i=0)^n1, 2; 3`},
		{"operators that are not shown", "<math><mi>f</mi><mo>\u2061</mo><mi>x</mi></math>", `fx`},
		{"words", `<math><mtext>for all </mtext><mi>x</mi><mo>&lt;</mo><mn>1</mn><mtext>, where</mtext><mi>y</mi><mtext>&nbsp;is  a real </mtext><msqrt><mi>z</mi></msqrt></math>`, `for all x&lt;1, where y is a real √z`},
		{"words apart", `<math><mi>x</mi><mtext>if</mtext><mi>y</mi><mspace width="1em"/><mtext>or</mtext><mspace></mspace><mi>z</mi></math>`, `x if y or z`},
		{"words as an index", `<math><msub><mi>x</mi><mtext> max </mtext></msub><mo>=</mo><mfrac><mtext>way</mtext><mtext>time</mtext></mfrac></math>`, `x_max =way/time`},
		{"a word in elements", `<math><mtext>a <b>b</b> <i>c</i></mtext><mi>d</mi></math>`, `a b c d`},
		{"names of functions", "<math><mn>2</mn><mi>sin</mi><mo>\u2061</mo><mi>x</mi><mo>+</mo><mi>lim sup</mi><mo>(</mo><mi>y</mi><mo>)</mo></math>", `2 sin x+lim sup(y)`},
		{"numbers and strings", `<math><mn>1 000</mn><mo>+</mo><ms> a  b </ms></math>`, `1 000+a b`},
		{"roots", `<math><mroot><mi>x</mi><mn>3</mn></mroot><mo>+</mo><mroot><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow><mrow><mi>n</mi><mo>-</mo><mn>1</mn></mrow></mroot></math>`, `√[3]x+√[n-1](x+1)`},
		{"roots in roots", `<math><mroot><mroot><mi>x</mi><mn>2</mn></mroot><mroot><mi>y</mi><mn>4</mn></mroot></mroot></math>`, `√[√[4]y](√[2]x)`},
		{"a root of several", `<math><msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt><msqrt><mrow><mi>c</mi><mo>+</mo><mi>d</mi></mrow></msqrt></math>`, `√(a+b)√(c+d)`},
		{"parentheses", `<math><mi>f</mi><mfenced><mi>x</mi><mi>y</mi></mfenced><msup><mfenced open="[" close="[" separators=" ; |"><mi>a</mi><mi>b</mi><mi>c</mi><mi>d</mi></mfenced><mn>2</mn></msup></math>`, `f(x,y)[a;b|c|d[^2`},
		{"no separators", `<math><mfenced open="{" close="" separators=""><mi>a</mi><mi>b</mi></mfenced></math>`, `{ab`},
		{"empty parts", `<math><msubsup><mi>x</mi><mrow/><mn>2</mn></msubsup><msubsup><mi>y</mi><mrow></mrow><mn>3</mn></msubsup><mmultiscripts><mi>z</mi><none/><mi>k</mi></mmultiscripts></math>`, `x^2y^3z^k`},
		{"empty roots", `<math><mroot><mi>x</mi><mn/></mroot><mroot><mi/><mn>3</mn></mroot><mroot/><mroot></mroot></math>`, `√[]x√[3]`},
		{"parts that are not shown", `<math><mi>x</mi><mphantom><mi>y</mi><mphantom>y</mphantom>y</mphantom><mrow hidden><mi>y</mi></mrow><mo style="display:none">y</mo><mi>z</mi></math>`, `xz`},
		{"KaTeX that is not shown", `<span class="katex">a<span hidden>y<span>y</span>y</span>b<b style="display:none">y</b></span>c`, `abc`},
		{"never closed", `<math><mroot><mi>x</mi><mn>3</mn></math>`, `√[3]x`},
		{"another annotation", `<math><mi>x</mi><annotation encoding="StarMath 5.0">y</annotation><annotation-xml><mi>z</mi></annotation-xml></math>`, `x`},
		{"KaTeX", `<p>` + katex + ` holds</p>`, `<p>E=mc^2\, holds</p>`},
		{"KaTeX, displayed", `<span class="katex-display">` + katex + `</span>`, `E=mc^2\,`},
		{"KaTeX, MathML alone", `<span class="katex">` + mathML + `</span>`, `E=mc^2\,`},
		{"KaTeX, HTML alone", `<span class="katex"><span class="katex-html" aria-hidden="true">E=mc</span></span>`, `E=mc`},
		{"MathJax 2", `<span class="MathJax_Preview">E…</span>` + mathJax2 + `<script type="math/tex" id="m2">E=mc^2</script> holds`, `E=mc^2 holds`},
		{"MathJax 2, displayed", `<div class="MathJax_Display">` + mathJax2 + `</div> <script type="math/tex; mode=display">E=mc^2</script>`, `E=mc^2 `},
		{"MathJax 2, without source", `<p>` + mathJax2 + ` <b>holds</b></p>`, `<p>E <b>holds</b></p>`},
		{"MathJax 2, attribute alone", `<span class="MathJax" data-mathml="&lt;math>&lt;msup>&lt;mi>a&lt;/mi>&lt;mn>2&lt;/mn>&lt;/msup>&lt;/math>">a2</span>.`, `a^2.`},
		{"MathJax 3", `<mjx-container class="MathJax" jax="CHTML"><mjx-math aria-hidden="true"><mjx-c></mjx-c></mjx-math>` + assistive + `</mjx-container>`, `E=1`},
		{"MathJax 3, SVG", `<mjx-container class="MathJax" jax="SVG"><svg><path/></svg>` + assistive + `</mjx-container>.`, `E=1.`},
		{"a source without MathJax", `a <script type="math/tex">x&y</script>`, `a x&amp;y`},
		{"MathJax 3, twice", `<mjx-container class="MathJax">` + assistive + `</mjx-container><mjx-container class="MathJax">` + assistive + `</mjx-container>`, `E=1E=1`},
		{"MathJax 2, twice", mathJax2 + mathJax2 + `<script type="math/tex">F</script>` + mathJax2, `EFE`},
		{"MathJax 2, a preview alone", `<span class="MathJax_Preview">E=1</span><script type="math/tex"></script><span class="MathJax_Preview">F</span>`, `E=1F`},
		{"other sources", `<script type="math/asciimath">x^2</script>, <script type="math/mml"><math><msup><mi>y</mi><mn>2</mn></msup></math></script>`, `x^2, y^2`},
		{"no source", `a<script type="text/javascript">x</script>b`, `ab`},
		{"as long as no block begins", `<math><mi>a</mi><p>b</p></math>c`, `a<p>b</p>c`},
		{"never ended", `<p><span class="katex">a</p><p>b</p>`, `<p><span>a</span></p><p>b</p>`},
		{"never ended, with an end after it", `<p><span class="katex">a</p><p>b</p><span>c</span>`, `<p>a</p><p>b</p><span>c</span>`},
	})
	for body, want := range map[string]string{
		`<p>` + katex + ` holds</p>`:                               `E=mc^2\, holds`,
		mathJax2 + `<script type="math/tex">E=mc^2</script> holds`: `E=mc^2 holds`,
		`an <math><mi>x</mi></math>-axis`:                          `an x-axis`,
	} {
		assert.Equal(t, want, cleanhtml.Text(body))
	}
	assert.Equal(t, mathML, cleanhtml.Policy{Trusted: true}.Clean(mathML, page))
}

// HTML-3c
func TestDrawingsLeaveTheirLabel(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"label", `a <svg aria-label="Sales rose"><title>x</title></svg>.`, `a Sales rose.`},
		{"title", `a <svg><defs><style>x</style></defs><title>Sales &amp; <b>more</title></svg>.`, `a Sales &amp; more.`},
		{"the title of a part is none", `a<svg><g><title>x</title></g></svg>b`, `ab`},
		{"words stay apart", `a<svg aria-label="Sales"/>b`, `a Sales b`},
		{"a decoration", `<svg aria-hidden="true"><title>x</title></svg>a<svg role="presentation"><title>x</title></svg>`, `a`},
		{"HTML ends it", `<svg><path><p>a</p>b</svg>c`, `<p>a</p>bc`},
		{"HTML in it", `<svg><foreignObject><p>a</p></foreignObject><desc><p>b</p></desc></svg>c`, `c`},
	})
	assert.Equal(t, "a Sales b", cleanhtml.Text(`a<svg><title>Sales</title></svg>b`))
}

// HTML-3c: browsers show the alternative text in place of a picture that they cannot load.
func TestPicturesWithoutASourceLeaveTheirText(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"a source that cannot be used", `See <img src="blob:x" alt=" Chart: <up> ">.`, `See Chart: &lt;up&gt;.`},
		{"no source", `See<img alt="Chart">this`, `See Chart this`},
		{"a placeholder before a noscript", `<img src="` + placeholder + `" alt="x"> <noscript><img src="/a.jpg" alt="x"></noscript>`, `<img src="https://example.com/a.jpg" alt="x">`},
		{"a placeholder after a noscript", `<noscript><img src="/a.jpg" alt="x"></noscript><img alt="x">`, `<img src="https://example.com/a.jpg" alt="x">`},
		{"a pixel", `<img src="/p.gif" width="1" alt="x">`, ``},
		{"between rows", `<table><img alt="x"><tr><td>1</table>`, `<table><tr><td>x</td></tr><tr><td>1</td></tr></table>`},
		{"of AMP", `<amp-img src="/a.jpg" width="3" height="2" alt="Cat"><noscript><img src="/a.jpg"></noscript></amp-img>`, `<img src="https://example.com/a.jpg" width="3" height="2" alt="Cat">`},
	})
	for _, lazy := range []string{
		`<img src="` + placeholder + `" alt="x"><noscript><img src="/a.jpg" alt="x"></noscript>`,
		`<noscript><img src="/a.jpg" alt="x"></noscript><img src="` + placeholder + `" alt="x">`,
	} {
		assert.Equal(t, "a b", cleanhtml.Text("<p>a</p>"+lazy+"<p>b</p>"))
	}
	assert.Equal(t, "x", cleanhtml.Text(`<img src="`+placeholder+`" alt="x"><noscript><img src="/a.jpg"></noscript>`))
	assert.Equal(t, "a x b", cleanhtml.Text(`a <img src="blob:x" alt="x"><noscript>y</noscript> b`))
	assert.Equal(t, "See Chart.", cleanhtml.Text(`See <img src="blob:x" alt="Chart">.`))
	assert.Equal(t, "A cat", cleanhtml.Summary(`<figure><img src="/a.jpg"><img src="/b.jpg" alt="A cat"><img src="/c.jpg" alt="A dog"></figure>`, 0), "there is no other text")
}

// HTML-4
func TestLazyPlayersHaveTheirSource(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"video", `<video controls data-src="/v.mp4" src="" data-poster="/p.jpg"></video>`, `<video controls src="https://example.com/v.mp4" poster="https://example.com/p.jpg"></video>`},
		{"audio", `<audio controls data-src="/a.mp3"></audio>`, `<audio controls src="https://example.com/a.mp3"></audio>`},
		{"source and track", `<video controls><source data-src="/v.mp4"><track data-src="/t.vtt"></video>`, `<video controls><source src="https://example.com/v.mp4"><track src="https://example.com/t.vtt"></video>`},
		{"no image", `<video controls src="data:image/png;base64,AAAA"></video>`, `<video controls></video>`},
	})
	assert.Equal(t, `<video src="https://example.com/v.mp4" class="lazy"></video>`, cleanhtml.Policy{Trusted: true}.Clean(`<video data-src="/v.mp4" class="lazy"></video>`, page))
}

// HTML-2: what svg contains is not what HTML would take its names for.
func TestTrustedDrawingsStayWhole(t *testing.T) {
	for _, body := range []string{
		`<svg><image href="https://example.com/a.png"></image><bdo></bdo></svg>`,
		`<svg><title>a</title><desc><p>b</p></desc><foreignobject><p>c</p></foreignobject><xmp></xmp></svg>`,
		`<p><svg><g></g></svg></p><math><mi>x</mi></math>`,
	} {
		assert.Equal(t, body, cleanhtml.Policy{Trusted: true}.Clean(body, page))
	}
	assertExamples(t, cleanhtml.Policy{Trusted: true}, []example{
		{"HTML ends it", `<svg><g><p>a</p></g></svg>b`, `<svg><g></g></svg><p>a</p>b`},
		{"a font that ends it", `<svg><font face="x">a</font></svg><svg><font>b</font></svg>`, `<svg></svg><font face="x">a</font><svg><font>b</font></svg>`},
		{"end tags that end it", `<svg><g></p>a</svg><math></br>b</math>`, `<svg><g></g></svg>a<math></math><br>b`},
		{"an image of HTML", `<image src="/a.png">`, `<img src="https://example.com/a.png">`},
		{"an element of AMP stays", `<amp-img src="/a.png"></amp-img>`, `<amp-img src="https://example.com/a.png"></amp-img>`},
	})
}
