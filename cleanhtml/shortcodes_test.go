package cleanhtml_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// HTML-5
func TestShortcodesAndBlockCommentsAreRemovedAndTheirTextStays(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{Shortcodes: true}, []example{
		{"block comments", `<!-- wp:paragraph {"a":"b"} --><p>x</p><!-- /wp:paragraph -->`, `<p>x</p>`},
		{"more", `<p>a<!--more--></p><!--nextpage--><p>b</p>`, `<p>a</p><p>b</p>`},
		{"caption", `[caption id="attachment_1" align="alignnone" width="300"]<img src="/a.jpg"> A text.[/caption]`, `<img src="https://example.com/a.jpg"> A text.`},
		{"gallery", `<p>a [gallery ids="1,2"]b [gallery] c</p>`, `<p>a b  c</p>`},
		{"embed", `[embed]https://b.example/1[/embed]`, `https://b.example/1`},
		{"attributes in quotes", `<p>[su_note color="red" title='[x]']a[/su_note]</p>`, `<p>a</p>`},
		{"the end of an unknown one with attributes", `<p>[thing mode="a"]x[/thing] y [/thing] z</p><p>[/other] [other a="1"]b</p><p>c[/other]</p>`, `<p>x y [/thing] z</p><p>[/other] b</p><p>c</p>`},
		{"typographic quotes", `<p>a[foo id=&#8221;1&#8243;]b</p>`, `<p>ab</p>`},
		{"a pair across elements", `[box]<p>a</p>[/box]<p>b [box] c</p>`, `<p>a</p><p>b [box] c</p>`},
		{"page builders", `[vc_row][vc_column width=1/2]a[/vc_column][/vc_row]`, `a`},
		{"within another", `a[gal[gallery]lery]b`, `ab`},
		{"escaped", `a[[gallery]]b`, `ab`},
		{"torn by a comment", `a[gal<!-- x -->lery]b`, `ab`},
	})
}

// HTML-5: an element that was empty without its shortcode would join the texts around it.
func TestElementsThatOnlyHaveAShortcodeGo(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{Shortcodes: true}, []example{
		{"one", `<p>[gallery]</p><p>b</p>`, `<p>b</p>`},
		{"a pair", `<p>[box]</p><p>b</p><div> [/box] </div>`, `<p>b</p>`},
		{"within brackets", `[gal<span>[gallery]</span>lery]`, `[gal<span></span>lery]`},
	})
}

// HTML-5: the elements of the output around brackets decide whether they are a shortcode.
func TestHiddenElementsAfterAShortcodeChangeNothing(t *testing.T) {
	policy, long := cleanhtml.Policy{Shortcodes: true}, strings.Repeat("<p>B</p>", 999)
	for _, name := range []string{"code", "pre", "kbd", "samp", "tt"} {
		for _, in := range []string{"<table><tr><td>x</td></tr></table>", "<table></table>", "<video></video>", "<table><td><table></table></table>"} {
			for _, hidden := range []string{"<div hidden><" + name + ">" + in + "</" + name + "></div>", "<" + name + " hidden>" + in + "</" + name + ">"} {
				for _, before := range []string{`[gallery ids="1,2"]`, "[box]b[/box]", strings.Repeat(`[gallery ids="1"]`, 9)} {
					body := "<p>A</p>" + before + hidden + "<p>B</p>"
					assert.NotContains(t, policy.Clean(body, page), "[", body)
					if !strings.Contains(in, "x") { // a table between the cells of another one moves out of what hides it
						assert.NotContains(t, policy.Clean("<table><tr>[gal"+hidden+"lery]", page), "[", hidden)
					}
					assert.NotContains(t, policy.Text(body), "[", body)
					assert.NotContains(t, policy.Summary(body+long, 1), "[", body)
				}
			}
		}
	}
}

// HTML-5
func TestBracketsAreTextUnlessShortcodesAreRemoved(t *testing.T) {
	for _, body := range []string{
		`<p>Put [server port="80"] into the file; watch [video], [audio] and [gallery ids="1"].</p>`,
		`<p>[Update] [box]a[/box] [caption id="1"]b[/caption] [[gallery]] [vc_row]</p>`,
	} {
		for _, policy := range []cleanhtml.Policy{{}, {Trusted: true}, {KeepPlayers: true}, {Sanitizer: same{}}} {
			clean, report := policy.Append(nil, body, page)
			assert.Equal(t, body, string(clean))
			assert.Zero(t, report)
		}
		assert.True(t, cleanhtml.Policy{}.LegalIsClean(body), "found to be clean at once")
		assert.Equal(t, strings.NewReplacer("<p>", "", "</p>", "").Replace(body), cleanhtml.Text(body))
	}
	assert.Equal(t, `<p>[server port="80"]</p>`, cleanhtml.Policy{}.Clean(`<p>&#91;server port=&quot;80&quot;&#93;</p>`, page))
}

type same struct{}

func (same) Sanitize(body string) string { return body }

// HTML-5
func TestBracketsOfProseStay(t *testing.T) {
	for _, body := range []string{
		`<p>“It were [sic] so […] and [...] he [the minister] said [1], [2] [note 3] [Video].</p>`,
		`<p>a[i] = b[j][0]; x[] [ ] [/] [/x] [] ]a[</p>`,
		`<pre>[gallery ids="1"]</pre><p><code>[embed]x[/embed] [a]b[/a]</code></p>`,
		`<p>[see <a href="https://b.example/">here</a>]</p>`,
		`<p>[foo] [/bar]</p>`,
	} {
		assert.Equal(t, body, cleanhtml.Policy{Shortcodes: true}.Clean(body, page))
	}
}
