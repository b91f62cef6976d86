package cleanhtml_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// HTML-1
func TestEveryURLBecomesAbsolute(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"path", `<a href="/b">x</a>`, `<a href="https://example.com/b">x</a>`},
		{"relative", `<a href="b.html">x</a>`, `<a href="https://example.com/2026/01/article/b.html">x</a>`},
		{"parent", `<a href="../../b">x</a>`, `<a href="https://example.com/2026/b">x</a>`},
		{"above the root", `<a href="../../../../../b">x</a>`, `<a href="https://example.com/b">x</a>`},
		{"host", `<a href="//b.example/c">x</a>`, `<a href="https://b.example/c">x</a>`},
		{"query", `<a href="?p=1&amp;q=2">x</a>`, `<a href="https://example.com/2026/01/article/?p=1&amp;q=2">x</a>`},
		{"fragment", `<a href="#fn1" id="r1">1</a>`, `<a href="https://example.com/2026/01/article/?x=1#fn1" id="r1">1</a>`},
		{"nothing", `<a href="">x</a>`, `<a href="https://example.com/2026/01/article/?x=1">x</a>`},
		{"dot segments in an absolute one", `<a href="https://b.example/a/../c">x</a>`, `<a href="https://b.example/c">x</a>`},
		{"absolute", `<a href="https://b.example/%C3%BC?a=b%20c#d">x</a>`, `<a href="https://b.example/%C3%BC?a=b%20c#d">x</a>`},
		{"mail", `<a href="mailto:a@b.example?subject=Hello World">x</a>`, `<a href="mailto:a@b.example?subject=Hello%20World">x</a>`},
		{"telephone", `<a href="tel:+4930123">x</a>`, `<a href="tel:+4930123">x</a>`},
		{"srcset", `<img src="a.png" srcset="a.png, b.png 2x,/c.png 640w , //d.example/d.png 1.5x">`,
			`<img src="https://example.com/2026/01/article/a.png" srcset="https://example.com/2026/01/article/a.png, https://example.com/2026/01/article/b.png 2x, https://example.com/c.png 640w, https://d.example/d.png 1.5x">`},
		{"srcset with commas in URLs", `<img src="/a,b.png" srcset="/w_1,h_2/a.png 1x, /w_2,h_4/a.png 2x">`,
			`<img src="https://example.com/a,b.png" srcset="https://example.com/w_1,h_2/a.png 1x, https://example.com/w_2,h_4/a.png 2x">`},
		{"poster", `<video src="/v.mp4" poster="/p.jpg" controls></video>`, `<video src="https://example.com/v.mp4" poster="https://example.com/p.jpg" controls></video>`},
		{"cite", `<blockquote cite="/q">x</blockquote><q cite="/r">y</q>`, `<blockquote cite="https://example.com/q">x</blockquote><q cite="https://example.com/r">y</q>`},
		{"longdesc", `<img src="/a.png" longdesc="/d">`, `<img src="https://example.com/a.png" longdesc="https://example.com/d">`},
		{"source and track", `<audio controls><source src="/a.mp3" type="audio/mpeg"><track src="/a.vtt" default></audio>`,
			`<audio controls><source src="https://example.com/a.mp3" type="audio/mpeg"><track src="https://example.com/a.vtt" default></audio>`},
	})
}

// HTML-1
func TestURLsBecomeASCII(t *testing.T) {
	for ref, want := range map[string]string{
		"/Çavuşoğlu":                     "https://example.com/%C3%87avu%C5%9Fo%C4%9Flu",
		"/a?q=ü#ü":                       "https://example.com/a?q=%C3%BC#%C3%BC",
		"https://BÜCHER.example/":        "https://xn--bcher-kva.example/",
		"https://user:pä@b.example/":     "https://b.example/",
		"https://Example.ORG:8080/A":     "https://example.org:8080/A",
		" /a b ":                         "https://example.com/a%20b",
		"/a[1]|b\\c":                     "https://example.com/a%5B1%5D%7Cb/c",
		"/a\n\tb":                        "https://example.com/ab",
		"/100%":                          "https://example.com/100%25",
		"/a%2Fb ü":                       "https://example.com/a%2Fb%20%C3%BC",
		"/a#b#c":                         "https://example.com/a#b%23c",
		`\\b.example\c`:                  "https://b.example/c",
		"\u00a0https://b.example/\u200b": "https://b.example/",
		"http://[::1]:80/":               "http://[::1]:80/",
	} {
		clean := cleanhtml.Policy{}.Clean(`<a href="`+ref+`">x</a>`, page)
		assert.Equal(t, `<a href="`+want+`">x</a>`, clean)
	}
}

// HTML-1
func TestUnparsableURLIsDroppedAndItsTextStays(t *testing.T) {
	for _, ref := range []string{"http://", "http://a b/", "https:/x", "https:x", "http://[::1/", "http://a:port/", "http://%zz/", "://x", "http://a\"b/"} {
		clean, report := cleanhtml.Policy{}.Append(nil, `<p><a href='`+ref+`'>text</a></p>`, page)
		assert.Equal(t, `<p>text</p>`, string(clean), ref)
		assert.Equal(t, []string{ref}, report.Dropped)
	}
}

// HTML-3d: in each form of a URL.
func TestLinksToHostsThatAreTooLongAreDropped(t *testing.T) {
	for _, char := range []string{"a", "A", "ü", "a."} {
		body := `<p><a href="https://` + strings.Repeat(char, 254) + `a/">text</a></p>`
		clean, report := cleanhtml.Policy{}.Append(nil, body, page)
		assert.Equal(t, `<p>text</p>`, string(clean))
		assert.Len(t, report.Dropped, 1)
		assert.False(t, cleanhtml.Policy{}.LegalIsClean(body))
	}
	longest := `<a href="https://` + strings.Repeat("a.", 126) + `a/">text</a>`
	assert.Equal(t, longest, cleanhtml.Policy{}.Clean(longest, page))
	assert.True(t, cleanhtml.Policy{}.LegalIsClean(longest))
}

// HTML-1
func TestWithoutBaseRelativeURLsAreDropped(t *testing.T) {
	for _, base := range []string{"", "/article", "not a url", "ftp://example.com/"} {
		clean := cleanhtml.Policy{}.Clean(`<a href="/x">text</a><img src="/i.png"><a href="#n">1</a><a href="https://b.example/">b</a>`, base)
		assert.Equal(t, `text1<a href="https://b.example/">b</a>`, clean, base)
	}
}

// HTML-1, HTML-2
func TestTrustedURLsBecomeAbsoluteAndKeepTheirScheme(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{Trusted: true}, []example{
		{"data", `<object data="/x.pdf">x</object>`, `<object data="https://example.com/x.pdf">x</object>`},
		{"action", `<form action="/send"><button formaction="?b">x</button></form>`, `<form action="https://example.com/send"><button formaction="https://example.com/2026/01/article/?b">x</button></form>`},
		{"other scheme", `<a href="magnet:?xt=urn">x</a>`, `<a href="magnet:?xt=urn">x</a>`},
		{"part of a drawing", `<svg><use xlink:href="#a"></use></svg>`, `<svg><use xlink:href="#a"></use></svg>`},
	})
}
