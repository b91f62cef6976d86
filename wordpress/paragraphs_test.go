// These tests show the HTML that texts of the classic editor become.
package wordpress

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/escape"
)

const page = "https://example.com/post/"

// HTML-5
func TestParagraphsAreMadeOfBlankLines(t *testing.T) {
	for _, c := range []struct{ name, stored, shown string }{
		{"one", "a", "<p>a</p>"},
		{"two", "a\n\nb", "<p>a</p>\n<p>b</p>"},
		{"line breaks", "a\nb\r\nc", "<p>a<br>\nb<br>\nc</p>"},
		{"breaks that are there", "a<br />\nb<br>c", "<p>a<br />\nb<br>c</p>"},
		{"many blank lines", "\n\na\n \n\t\n\nb\n\n", "<p>a</p>\n<p>b</p>"},
		{"inline tags", "<em>a</em>\n<b>b</b>\n\n<strong>c</strong>", "<p><em>a</em><br>\n<b>b</b></p>\n<p><strong>c</strong></p>"},
		{"blocks", "a\n<h2>b</h2>\nc\n<hr />\nd", "<p>a</p>\n<h2>b</h2><p>c</p>\n<hr /><p>d</p>"},
		{"paragraphs that are there", "<p>a</p>\n\n<p>b\nc</p>\nd", "<p>a</p><p>b<br>\nc</p><p>d</p>"},
		{"blank lines in them", "<p>a\n\nb</p>", "<p>a</p>\n<p>b</p>"},
		{"lists", "<ul>\n<li>a</li>\n<li>b\nc</li>\n</ul>", "<ul>\n<li>a</li>\n<li>b<br>\nc</li>\n</ul>"},
		{"text in blocks", "<div>a</div>\n<div>b\n\nc</div>", "<div>a</div><div><p>b</p>\n<p>c</p>\n</div>"},
		{"quotations", "<blockquote>a\n\nb</blockquote>", "<blockquote><p>a</p>\n<p>b</p>\n</blockquote>"},
		{"tables", "<table>\n<tr>\n<td>a</td>\n<td>b\nc</td>\n</tr>\n</table>", "<table>\n<tr>\n<td>a</td>\n<td>b<br>\nc</td>\n</tr>\n</table>"},
		{"preformatted", "a\n<pre>b\n\n  c</pre>\nd", "<p>a</p>\n<pre>b\n\n  c</pre><p>d</p>"},
		{"preformatted in itself", "<pre>a<pre>\n\nb</pre>\n\nc</pre>d", "<pre>a<pre>\n\nb</pre>\n\nc</pre><p>d</p>"},
		{"never closed", "<pre>a\n\nb", "<pre>a\n\nb"},
		{"scripts", "<script>a\n\n'<p>'</script>\n\nb", "<script>a\n\n'<p>'</script><p>b</p>"},
		{"players", "<iframe src=\"x\"></iframe>\n\n<video src=\"y\">\n\n</video> z", "<p><iframe src=\"x\"></iframe></p>\n<p><video src=\"y\">\n\n</video> z</p>"},
		{"pictures", "<a href=\"x\"><img src=\"y\"></a>", "<p><a href=\"x\"><img src=\"y\"></a></p>"},
		{"a link around blocks", "<a href=\"x\"><div>y</div></a>", "<a href=\"x\"><div>y</div></a>"},
		{"comments", "a\n\n<!--more-->\n\nb<!-- x -->c", "<p>a</p>\n<!--more--><p>b<!-- x -->c</p>"},
		{"shortcodes by themselves", "a\n\n[form id=1]\n\n[b] c", "<p>a</p>\n[form id=1]<p>[b] c</p>"},
		{"addresses by themselves", "https://a.example/?x=1&amp;y\n\nsee https://b.example/\n<a href=\"c\">\nhttps://c.example/\n</a>",
			`<p><a href="https://a.example/?x=1&amp;y">https://a.example/?x=1&amp;y</a></p>` + "\n" + `<p>see https://b.example/<br>` + "\n" + `<a href="c"><br>` + "\n" + `https://c.example/<br>` + "\n" + `</a></p>`},
		{"entries without an end tag", "<ul><li>a\n\nb<li>c</ul>d", "<ul><li><p>a</p>\n<p>b</p>\n<li>c</ul><p>d</p>"},
		{"nothing", " \n\n ", ""},
	} {
		assert.Equal(t, c.shown, paragraphs(c.stored, true), c.name)
	}
}

func TestBodiesOfTheBlockEditorChangeOnlyAddresses(t *testing.T) {
	body := "<!-- wp:paragraph -->\n<p>a\nb</p>\n\n<!-- /wp:paragraph -->\ntext\n\ntext"
	assert.Equal(t, body, paragraphs(body, false))
	assert.Equal(t, "<div>\n<a href=\"https://a.example/\">https://a.example/</a>\n</div>", paragraphs("<div>\nhttps://a.example/\n</div>", false))
}

// These bodies would take minutes if the time were quadratic.
func TestHostileBodiesTakeLinearTime(t *testing.T) {
	if testing.Short() {
		t.Skip("cleans megabytes")
	}
	r := &reading{export: new(Export)}
	r.index = newIndex(r)
	for _, part := range []string{
		"[caption][gallery id=1]", "[caption]", "[[[[[", "[gallery [", "<div>", "</p><div>", "<a>\n\n", "<pre><b>", "\n \n", "https://", "[embed]x", "[audio ]", "<", "</", "<!--",
		"[caption]<img src=x>", "[/caption][caption]", "[code]", "[[code]", "[/code]", "[/a][a]", "<a b=\"", "<a b='>", "<p>[gallery id=1]", "[youtube x]", "[x y=\"1\"]",
		"[vc_row]", "[vc_raw_html]", `<!-- wp:block {"ref":1} /-->`, "<script>", "<code>", "&#91;[[",
	} {
		r.body(&item{content: valueOf(strings.Repeat(part, 128<<10/len(part)))})
	}
}

// No text is lost: cleanhtml.Text finds the same words before and after.
func FuzzParagraphs(f *testing.F) {
	for _, body := range []string{
		"a\n\nb", "<p>a\n\n<b>b\n\nc</b></p>", "<ul><li>a\n\nb<li>c</ul>", "<pre>a\n\n<pre>b</pre>", "<a>\n\n<div>x</a>\n\n</div>", "<td>a\n\n</p>",
		"[caption]<img src=x> y[/caption]", "a<!-- x -->\n\n<br>\n<br>", "<svg><p>\n\n</svg>", "https://a.example/\nhttps://b.example/",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		// The parser returns legal text only. White space at the ends is trimmed here, because
		// after an unfinished tag it would turn text into a comment.
		body = strings.Trim(escape.Legal(body), " \t\r\n\f")
		made := paragraphs(body, true)
		assert.Equal(t, words(cleanhtml.Text(body)), words(cleanhtml.Text(made)), "%q became %q", body, made)
		cleanhtml.Policy{}.Clean(made, page)
	})
}

// words returns text without white space.
func words(text string) string { return strings.Join(strings.Fields(text), "") }
