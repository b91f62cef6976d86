package cleanhtml_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// HTML-3b
func TestHiddenElementsStayHidden(t *testing.T) {
	for _, body := range []string{
		`<div hidden>secret</div>`, `<div hidden="until-found">secret</div>`, `<DIV HIDDEN=""><p>secret</p><p>secret</DIV>`,
		`<span style="display:none">secret</span>`, `<p style="color:red; DISPLAY : NONE ! important;">secret</p>`,
		`<p style="visibility:hidden">secret</p>`, `<p style="visibility: collapse">secret</p>`, `<p style="content-visibility:hidden">secret</p>`,
		`<p style="/*;*/display:/**/none">secret</p>`, `<p style="background:url(a;b);display:none">secret</p>`,
		`<p style="content:';display:block';display:none!important;display:block">secret</p>`, `<p style="a:'\';';display:none">secret</p>`,
		`<div popover>secret</div>`, `<video src="/v.mp4" width="1" height="1">secret</video>`,
		`<dialog>secret</dialog>`, `<datalist><option>secret</option></datalist>`, `<canvas><p>secret</p></canvas>`,
		`<nav hidden>secret<nav>secret</nav>secret</nav>`, `<x-y hidden>secret<x-y>secret</x-y>secret</x-y>`, `<form hidden><p>secret</form>`,
		`<font style="display:none">secret</font>`, `<details hidden><summary>secret</summary></details>`, `<pre hidden>secret</pre>`,
		`<noscript hidden>secret</noscript>`, `<noscript style="display:none"><p>secret</p></noscript>`, `<noscript popover><img src="/secret.png" alt="secret"></noscript>`,
		`<div hidden><noscript>secret</div>secret</noscript></div>`, `<noscript style="visibility:hidden"><div><noscript>secret</div></noscript>`,
		`<svg hidden><title>secret</title></svg>`, `<svg style="display:none" aria-label="secret"></svg>`, `<math hidden><mi>secret</mi></math>`,
		`<span hidden><span class="katex"><math><mi>secret</mi></math></span></span>`, `<div hidden><iframe src="https://b.example/secret"></iframe></div>`,
		`<div hidden><img src="/secret.png" alt="secret"><a href="/secret">x</a><object data="/secret">x</object><embed src="/secret"></div>`,
		`<div hidden><input type="checkbox"><button>secret</button><select><option>secret</select><textarea>secret</textarea></div>`,
		`<table hidden><tr><td>secret</table>`, `<ul hidden><li>secret<li>secret</ul>`, `<div hidden><table>secret<tr>secret<td>secret</table>secret</div>`,
		`<span hidden><div>secret</span>secret</div></span>`, // the end tag in the block ends nothing
		`<p><b hidden>secret</p><p>secret</b></p>`, `<p><a href="/x" hidden>secret<p>secret</a>`,
		`<p><b hidden><i hidden>secret</p>secret</i>secret</b>`,
		strings.Repeat("<i>", 300) + `<div hidden>secret<div>secret</div>secret</div>` + strings.Repeat("</i>", 300),
		strings.Repeat("<i>", 300) + `<video src="/v">secret<div>secret</div></video>` + strings.Repeat("</i>", 300),
	} {
		body = `<p>Open</p>` + body + `<p>More</p>`
		out := cleanhtml.Policy{KeepPlayers: true}.Clean(body, page)
		assert.NotContains(t, out, "secret", body)
		assert.Contains(t, out, "<p>More</p>", body)
		assert.Equal(t, "Open More", cleanhtml.Text(body), body)
		assert.Equal(t, "Open…", cleanhtml.Summary(body, 1), body)
	}
	hidden := cleanhtml.Policy{}
	_, report := hidden.Append(nil, `<div hidden><button>x</button><canvas>x</canvas><iframe src="javascript:x"></iframe></div>`, page)
	assert.Empty(t, report.Missed, "a page that hides something misses nothing")
	_, report = hidden.Append(nil, `<noscript hidden>x</noscript><select hidden><option>x</select><textarea style="display:none">x</textarea>`, page)
	assert.Equal(t, []string{"noscript", "select", "textarea"}, report.Removed)
	assert.Empty(t, report.Missed)
	assert.Equal(t, "a", cleanhtml.Policy{Trusted: true}.Clean(`a<noscript hidden>secret</noscript>`, page), "its tags cannot stay")
}

// HTML-3b: parsers do not end a hidden block at the end tag of an element around it, unless that is
// a block too. The adoption agency algorithm moves the block out of formatting elements.
func TestEndTagsOfInlineElementsDoNotEndHiddenBlocks(t *testing.T) {
	inline := []string{"a href=/x", "b", "big", "code", "em", "i", "s", "small", "strong", "u", "abbr", "cite", "del", "ins", "kbd", "mark", "q", "span", "sub", "sup", "time", "var"}
	blocks := []string{"div", "p", "li", "ul", "dd", "section", "h2", "blockquote", "pre", "nav", "form", "fieldset", "button", "center"}
	for _, i := range inline {
		end := "</" + strings.Fields(i)[0] + ">"
		for _, block := range blocks {
			for _, hides := range []string{" hidden", ` style="display:none"`, ` style="visibility:hidden"`} {
				for _, body := range []string{
					"<" + i + "><" + block + hides + ">secret" + end + "secret</" + block + ">",
					"<" + i + "><" + block + hides + "><i>secret</i>" + end + "secret</" + block + ">",
					"<div" + hides + "><" + i + "><" + block + ">" + end + "secret</" + block + ">secret</div>",
					"<" + i + ` hidden><` + block + hides + ">secret" + end + "secret</" + block + ">" + end,
				} {
					out := cleanhtml.Policy{}.Clean(body+"<p>More</p>", page)
					assert.NotContains(t, out, "secret", body)
					assert.Contains(t, out, "<p>More</p>", body)
					assert.Equal(t, "More", cleanhtml.Text(body+"<p>More</p>"), body)
				}
			}
		}
	}
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"formatting ends with the block", `<b>a<div hidden>b</b>c</div>d`, `<b>a</b>d`},
		{"several", `<b><i>a<div hidden>b</b>c</i>d</div>e`, `<b><i>a</i></b>e`},
		{"formatting in the block", `<b>a<div hidden>b</b><b>c</b>d</div>e`, `<b>a</b>e`},
		{"others stay open", `<q>a<p hidden>b</q>c</p>d</q>e`, `<q>ad</q>e`},
		{"a link begins in the block", `<a href="/1">a<div hidden>b<a href="/2">c</a>d</div>e`, `<a href="https://example.com/1">a</a>e`},
		{"form", `<div hidden><form><div></form>a</div>b</div>c`, `c`},
		{"a hidden form", `<form hidden><div>a</form>b</div>c`, `c`},
		{"form and what needs no end tag", `<form hidden><p>a</form>b`, `b`},
		{"a postponed end within a form", `<p><b hidden>a</p><i><form><p hidden>b</i></form></b>c`, `c`},
		{"the end of a dialog", `<dialog><p hidden>a</dialog>b`, `b`},
		{"a dialog is no block for parsers", `<b>a<dialog>b</b>c</dialog>`, `<b>a</b>c`},
		{"elements that are not special", `<b>a<q hidden>b</b>c</q>`, `<b>a</b>c`},
	})
}

// HTML-3b, HTML-3c: the tags of unwrapped elements end hidden elements as in a parser, although
// they are not in the output.
func TestHiddenElementsEndWithUnwrappedElements(t *testing.T) {
	for _, name := range []string{"nav", "fieldset", "search", "hgroup", "menu", "dialog open", "label", "font", "nobr", "slot", "output", "x-y", "marquee", "applet", "object", "noscript", "a"} {
		for _, hidden := range []string{"<span hidden>secret", `<x-z style="display:none">secret<b>`, "<q hidden><span>secret", "<b><q hidden>secret"} {
			body := "<" + name + ">Open " + hidden + "</" + strings.Fields(name)[0] + ">More"
			clean, report := cleanhtml.Policy{}.Append(nil, body, page)
			assert.NotContains(t, string(clean), "secret", body)
			assert.Contains(t, string(clean), "More", body)
			assert.Empty(t, report.Missed, body)
		}
	}
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"blocks in a block", `<nav><p hidden>a<div hidden>b</nav>c`, `c`},
		{"blocks in an inline element", `<label>a<p hidden>b</label>c</p>d</label>e`, `ade`},
		{"blocks in formatting", `<font>a<p hidden>b</font>c</p>d`, `ad`},
		{"formatting", `<nav><b hidden>a</nav>b</b>c`, `c`},
		{"formatting in an object", `<object><p><b hidden>a</p></object>c`, `c`},
		{"each end tag ends one", `<nav>a<nav>b<span hidden>c</nav>d<span hidden>e</nav>f`, `abdf`},
		{"one that ended with an element", `<div><nav></div><p hidden>a</nav>b</p>c`, `c`},
		{"one that has a part of a list", `<li>a<nav><div hidden>b<li>c</li>d</div></nav>e`, `<li>ae</li>`},
		{"a paragraph before it", `<p>a<nav></nav><span hidden><div>b</div></span>c`, `<p>ac</p>`},
		{"an item in it", `<nav><dt>a</nav><span hidden><dd>b</dd></span>c`, `<dt>ac</dt>`},
		{"form", `<form>a<p hidden>b</form>c`, `ac`},
		{"a form in a form", `<form>a<form hidden>b</form>c`, `abc`},
		{"buttons", `<button hidden>a<button hidden>b</button>c`, `c`},
		{"an item and a hidden button", `<dl><dt><button hidden>a</dt>b</dl>`, `<dl><dt></dt>b</dl>`},
	})
	for body, missed := range map[string][]string{
		`<form><span hidden>a</form>b`: {"span"}, `<div hidden>a`: {"div"}, `<p><b hidden>a</p>b`: {"b"}, `<label><div hidden>a</label>b`: {"div"},
		`<video>a<!--</video>-->b`: {"video"}, `<p hidden>a`: nil, `<ul><li hidden>a`: nil, `<div hidden>a</div>b`: nil,
	} {
		_, report := cleanhtml.Policy{}.Append(nil, body, page)
		assert.Equal(t, missed, report.Missed, body)
	}
}

// HTML-3b: a parser ends a hidden element earlier than its end tag, or later.
func TestWhatFollowsAHiddenElementIsShown(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"a paragraph", `<p hidden>a<p>b`, `<p>b</p>`},
		{"an item", `<ul><li hidden>a<li>b</ul>`, `<ul><li>b</li></ul>`},
		{"a row and a cell", `<table><tr><td>1<td hidden>2<tr hidden><td>3<tr><td>4</table>`, `<table><tr><td>1</td></tr><tr><td>4</td></tr></table>`},
		{"a table ends it, and the table that it is in", `<table><p hidden>x<table><tr><td>1</table>`, `<table></table><table><tr><td>1</td></tr></table>`},
		{"between rows", `<table><div hidden>x</div><tr><td>1</table>`, `<table><tr><td>1</td></tr></table>`},
		{"a cell ends what is in it", `<table><tr><td><b hidden>1<td>2</table>`, `<table><tr><td></td><td>2</td></tr></table>`},
		{"a link ends a hidden link", `<p><a hidden href="/1">a<a href="/2">b</a>c`, `<p><a href="https://example.com/2">b</a>c</p>`},
		{"the last declaration counts", `<p style="display:none;display:block">x</p>`, `<p>x</p>`},
		{"in a string", `<p style="content:';display:none;'">x</p>`, `<p>x</p>`},
		{"in parentheses", `<p style="background:url(a;display:none;b)">x</p>`, `<p>x</p>`},
		{"parsers open three of a kind again", strings.Repeat(`<p><b hidden>x</p>`, 9) + `a</b></b>b</b>c`, `c`},
		{"tags of a page", `<html hidden><body style="visibility:hidden"><p>x</p></body></html>`, `<p>x</p>`},
		{"a block that is unwrapped", `<p hidden>a<nav>b</nav>c`, `bc`},
		{"another property", `<p style="--display:none; display-x: none">x</p>`, `<p>x</p>`},
		{"open", `<dialog open><p>x</p></dialog>`, `<p>x</p>`},
		{"words stay one", `A<span hidden>x</span>B`, `AB`},
		{"a void element", `a<br hidden>b`, `ab`},
		{"a cell without a table", `<td hidden>a</td>b`, ` ab`},
		{"lazy images", `<img style="display:none" data-src="/a.jpg">`, `<img src="https://example.com/a.jpg">`},
	})
	assert.Equal(t, `<p hidden style="display:none">x</p>`, cleanhtml.Policy{Trusted: true}.Clean(`<p hidden style="display:none">x</p>`, page))
	assert.Empty(t, cleanhtml.Text(`<p hidden>x</p>`))
}

// HTML-3b
func TestPlayersKeepTheirSourcesAndNotTheirFallback(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"video", "<video src=\"/v.mp4\" controls>\n<source src=\"/w.webm\">no <p>player</p><track src=\"/t.vtt\">\n</video>x",
			`<video src="https://example.com/v.mp4" controls><source src="https://example.com/w.webm"><track src="https://example.com/t.vtt"></video>x`},
		{"audio", `<audio><source src="/a.mp3"><a href="/a.mp3">Download</a></audio>`, `<audio controls><source src="https://example.com/a.mp3"></audio>`},
		{"a source elsewhere in it", `<video><div><source src="/a.mp4"></div></video>`, `<video controls></video>`},
		{"never ended", "<video src=\"/v.mp4\" controls> <source src=\"/w.mp4\"><p>x</p>",
			`<video src="https://example.com/v.mp4" controls><source src="https://example.com/w.mp4"></video><p>x</p>`},
		{"never ended, a line break", `<video src="/v.mp4" controls></br>x`, `<video src="https://example.com/v.mp4" controls></video><br>x`},
		{"never ended, text", `<audio src="/a.mp3" controls>x`, `<audio src="https://example.com/a.mp3" controls></audio>x`},
		{"canvas", `a<canvas>b</canvas>c`, `ac`},
		{"canvas, never ended", `a<canvas>b`, `ab`},
		{"of AMP", `<amp-video src="/v.mp4"><div fallback>x</div></amp-video>y`, `<video src="https://example.com/v.mp4" controls></video>y`},
	})
	assert.Equal(t, "a", cleanhtml.Text(`<video src="/v.mp4">x</video><audio>x</audio><canvas>x</canvas><object data="/x">x</object>a`))
}

// HTML-3b
func TestControlsAreNoText(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"button", `<p>a<button>b</button>c</p>`, `<p>ac</p>`},
		{"button with blocks", `<button><p>a</p><p>b</button>c`, `c`},
		{"button in button", `<button>a<button>b</button>c`, `c`},
		{"button in a link", `<a href="/x"><button>Buy</button></a>`, `<a href="https://example.com/x">Buy</a>`},
		{"button, never ended", `a<button>b<p>c</p>`, `ab<p>c</p>`},
		{"fields", `<label>Name <input name="n" value="v"></label><select><option>1</select><textarea>t</textarea><input type="submit" value="Send">`, `Name `},
		{"done and open", `<ul><li><input type="checkbox" checked disabled> a</li><li><p><label><input type="CHECKBOX">b</label></p></li></ul>`,
			`<ul><li>☑ a</li><li><p>☐ b</p></li></ul>`},
		{"no task", `<input type="checkbox"> I agree`, ` I agree`},
		{"no checkbox", `<ul><li><input type="radio" checked> a</li></ul>`, `<ul><li> a</li></ul>`},
	})
	assert.Equal(t, "☑ a ☐ b", cleanhtml.Text(`<ul><li><input type=checkbox checked>a<li><input type=checkbox>b<li><button>c</button></ul>`))
	assert.Equal(t, `<ul><li><input type="checkbox" checked> a <button>b</button></li></ul>`,
		cleanhtml.Policy{Trusted: true}.Clean(`<ul><li><input type="checkbox" checked> a <button>b</button></li></ul>`, page))
}

// HTML-3c
func TestWhatAReaderMayMissIsReported(t *testing.T) {
	for body, want := range map[string][]string{
		`<button>x</button><select><option>x</select><textarea>x</textarea><input><canvas>x</canvas>`: {"button", "canvas", "input", "select", "textarea"},
		`<svg><path/></svg><iframe src="javascript:x"></iframe><embed><img src="blob:x" alt="x">`:     {"embed", "iframe", "img", "svg"},
		// Nothing of these is missing, or nothing of them was shown.
		`<svg><title>x</title></svg><math><mi>x</mi></math><iframe src="/x"></iframe><object data="/x">y</object>`: nil,
		`<script>x</script><style>x</style><p hidden>x</p><svg aria-hidden="true"><path/></svg><form>x</form>`:     nil,
		`<img src="/x" width="1"><iframe src="/x" height="0"></iframe><input type="hidden"><video>x</video>`:       nil,
		`<ul><li><input type="checkbox"> x</ul><img src="/x" alt="x">`:                                             nil,
	} {
		_, report := cleanhtml.Policy{}.Append(nil, body, page)
		assert.Equal(t, want, report.Missed, body)
	}
}

// HTML-3
func TestEmptyElementsGo(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"each", `<p></p><div></div><span></span>x`, `x`},
		{"white space in blocks", "<p> \n</p><div>\n\t</div>x", `x`},
		{"white space between words stays", `a<span> </span>b`, `a<span> </span>b`},
		{"within another", `<div><p><span></span></p> <p></p></div>x`, `x`},
		{"after cleaning", `<div><script>x</script></div><figure><picture><img src="/p.gif" width="1"></picture></figure><p><input></p>x`, `x`},
		{"closed by a block", `<p><div>x</div></p>`, `<div>x</div>`},
		{"words stay apart", `a<div></div>b<p></p><p>c</p>`, `a b <p>c</p>`},
		{"a target of links", `<p id="a"></p><span id="b"></span>`, `<p id="a"></p><span id="b"></span>`},
		{"not without a meaning", `<table><tr><td></td></tr></table><ul><li></li></ul><p>&nbsp;</p><p><br></p>`, "<table><tr><td></td></tr></table><ul><li></li></ul><p>\u00a0</p><p><br></p>"},
	})
	trusted := `<p></p><div> </div><i class="icon"></i>`
	assert.Equal(t, trusted, cleanhtml.Policy{Trusted: true}.Clean(trusted, page))
	assert.False(t, cleanhtml.Policy{}.LegalIsClean("<p>a</p><p>\n</p>"))
	assert.True(t, cleanhtml.Policy{}.LegalIsClean(`<p>a</p><p id="x"></p>`))
}
