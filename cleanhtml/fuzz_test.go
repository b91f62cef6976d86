package cleanhtml

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/syndicate-go/syndicate/xmltext"
)

const article = "https://example.com/2026/01/article/?x=1"

// hostile are bodies that have broken one sanitizer or another.
var hostile = []string{
	`<script>alert(1)</script>`,
	`<SCRIPT SRC=//evil.example/x.js></SCRIPT>`,
	`<script/src=data:,alert(1)>text`,
	`<scr<script>ipt>alert(1)</scr</script>ipt>`,
	`<<script>alert("x");//<</script>`,
	`<img src=x onerror=alert(1)>`,
	`<img/src="x"/onerror="alert(1)">`,
	"<img src=\"x`\" onerror=alert(1)>",
	`<img """><script>alert("x")</script>">`,
	`<a href="javascript:alert(1)">x</a>`,
	"<a href=\"jav\tascript:alert(1)\">x</a>",
	"<a href=\" \x01javascript:alert(1)\">x</a>",
	`<a href="java&#10;script:alert(1)">x</a>`,
	`<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>`,
	`<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)">x</a>`,
	`<a href="java&Tab;script&colon;alert(1)">x</a>`,
	`<a href="java&#0;script:alert(1)">x</a>`,
	`<a href="vbscript:x">x</a><a href="data:text/html,<script>alert(1)</script>">y</a>`,
	`<img src="data:image/svg+xml,<svg onload=alert(1)>">`,
	`<img src="javascript:alert(1)" srcset="javascript:alert(1) 2x, data:text/html,x 1x">`,
	`<svg onload=alert(1)><script>alert(1)</script></svg>`,
	`<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
	`<svg><style><img src=x onerror=alert(1)></style></svg>`,
	`<svg><a xlink:href="javascript:alert(1)"><text y=20>x</text></a></svg>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<math><mtext><table><mglyph><style><math href=javascript:alert(1)>x</math></style></table>`,
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	`<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>`,
	`<template><style></template><img src=x onerror=alert(1)></style>`,
	`<textarea><img title="</textarea><img src=x onerror=alert(1)>">`,
	`<title><img title="</title><img src=x onerror=alert(1)>">`,
	`<xmp><p title="</xmp><img src=x onerror=alert(1)>">`,
	`<noembed><p title="</noembed><img src=x onerror=alert(1)>">`,
	`<noframes><p title="</noframes><img src=x onerror=alert(1)>">`,
	`<iframe><p title="</iframe><img src=x onerror=alert(1)>"></iframe>`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe><iframe src="javascript:alert(1)"></iframe>`,
	`<plaintext><script>alert(1)</script>`,
	`<!--><img src=x onerror=alert(1)>-->`,
	`<!-- --!><img src=x onerror=alert(1)> -->`,
	`<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`,
	`<![CDATA[<script>alert(1)</script>]]>`,
	`<?xml version="1.0"?><?php echo "<script>" ?>`,
	`<object data="javascript:alert(1)"><embed src="javascript:alert(1)"></object>`,
	`<base href="javascript:alert(1)//"><a href="x">x</a>`,
	`<meta http-equiv="refresh" content="0;url=javascript:alert(1)">`,
	`<link rel=stylesheet href="javascript:alert(1)">`,
	`<form action="javascript:alert(1)"><input type=submit formaction="javascript:alert(2)">x</form>`,
	`<button formaction=javascript:alert(1)>x</button><isindex type=image src=1 onerror=alert(1)>`,
	`<video poster=javascript:alert(1)><source onerror=alert(1) src=x></video>`,
	`<div style="background:url(javascript:alert(1))" onclick=alert(1)>x</div>`,
	`<details open ontoggle=alert(1)>x</details><marquee onstart=alert(1)>x</marquee>`,
	`<body onload=alert(1)><table background="javascript:alert(1)"><td>x`,
	`<select><template><style><!--</style><a rel="--></style></template></select><img src=x onerror=alert(1)>">`,
	`<p title="<script>alert(1)</script>">x</p><p title='"><script>alert(1)</script>'>y`,
	`<b><i>x</b>y</i><a><b></a></b><p><div></p></div>`,
	`<table><tr><td>1<td>2<tr><th>3</table></td></tr><td>4<caption>5<col>6`,
	`<ul><li>1<li>2<ul><li>3</ul><li>4</ul><dl><dt>a<dd>b<dt>c</dl>`,
	`<a href=x>1<a href=y>2<table><tr><td><a href=z>3</table></a>`,
	`<ruby>x<rp>(<rt>y<rp>)</ruby><select><option>1<option>2</select>`,
	`<p>[gal[gallery]lery] [caption id="x"]<img src=a.png> t[/caption] [[gallery]] [a[i]] [sic]</p>`,
	"[embed<!-- -->]https://e.example/[/em<script></script>bed]<pre>[gallery]</pre>[x a=“b”][/x]",
	`<img data-src=a.jpg src=data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7><noscript><img src=a.jpg></noscript>`,
	`<iframe data-src="//player.example/1" width=1></iframe><div><iframe src=//a/b title="[gallery]">`,
	`<picture><source data-srcset="a.webp 1x,b.webp 2x"><img srcset="c.png 100w, d.png 200w,"></picture>`,
	"&#0;&#1;&#x1F;&#x7f;&#x80;&#xFFFE;&#xD800;\x00\x01\x0b\r\r\n\xff\xed\xa0\x80",
	`<p id="&quot;&lt;&gt;&amp;" title=a&copy=b&lt>&amp;lt;&amp</p>&ampamp;`,
	`<a href="http://user:p@ss@ExAmPle.COM:80/a b/../[c]|d?e f#g#h">x</a><a href="http://[::1]:8/%zz">y</a><a href="http://ex ample/">z</a>`,
	`<a href="https:\\evil.example\x">x</a><a href="/\evil.example">y</a><a href="http://bücher.example/ü?ü#ü">z</a>`,
	`<img src="a,b.png" srcset="a.png, b.png 2x,,c.png 1.5x, d.png 10q, e.png (1x,2x) 3x">`,
	`<script><!--<script></script>--></script><style></styl</style><script>x`,
	"<pre>\n\nx</pre>\u202ex\u202c<bdo dir=rtl>x</bdo>",
	`<a/b<c>"d'e=f=g a a="1" a="2">x</a<b></ a></>`,
}

func FuzzClean(f *testing.F) {
	for _, body := range hostile {
		f.Add(body, false)
	}
	f.Fuzz(func(t *testing.T, body string, players bool) {
		p := Policy{KeepPlayers: players}
		out := p.Clean(body, article)
		requireSafe(t, out, players)
		requireBalanced(t, out)
		require.Equal(t, xmltext.Legal(out), out, "illegal characters")
		require.True(t, utf8.ValidString(out))
		require.Equal(t, out, p.Clean(out, article), "cleaning twice")

		trusted := Policy{Trusted: true}
		out = trusted.Clean(body, article)
		requireBalanced(t, out)
		require.Equal(t, xmltext.Legal(out), out, "illegal characters")
		require.Equal(t, out, trusted.Clean(out, article), "cleaning twice, trusted")
	})
}

func FuzzText(f *testing.F) {
	for _, body := range hostile {
		f.Add(body, 3)
	}
	f.Fuzz(func(t *testing.T, body string, words int) {
		all := Text(body)
		require.Equal(t, xmltext.Legal(all), all)
		require.Equal(t, strings.Join(strings.Fields(all), " "), all, "whitespace")
		s := Summary(body, words)
		require.True(t, utf8.ValidString(s))
		if words > 0 {
			require.LessOrEqual(t, len(strings.Fields(s)), words+1)
		}
		if !strings.HasSuffix(s, "…") {
			require.Equal(t, all, s)
		}
	})
}

// requireSafe parses body as a browser does and finds nothing that acts.
func requireSafe(t *testing.T, body string, players bool) {
	t.Helper()
	for _, scripting := range []bool{true, false} {
		nodes, err := html.ParseFragmentWithOptions(strings.NewReader(body),
			&html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}, html.ParseOptionEnableScripting(scripting))
		require.NoError(t, err)
		for len(nodes) > 0 {
			n := nodes[0]
			nodes = nodes[1:]
			for child := range n.ChildNodes() {
				nodes = append(nodes, child)
			}
			require.NotEqual(t, html.CommentNode, n.Type, body)
			if n.Type != html.ElementNode {
				continue
			}
			require.Empty(t, n.Namespace, body)
			e := elements[n.Data]
			require.NotNil(t, e, "%s in %s", n.Data, body)
			require.True(t, e.is(allowed) || players && n.Data == "iframe", "%s in %s", n.Data, body)
			for _, a := range n.Attr {
				require.NotEqual(t, "style", a.Key)
				require.NotEqual(t, "srcdoc", a.Key)
				require.False(t, strings.HasPrefix(a.Key, "on"), "%s in %s", a.Key, body)
				switch a.Key {
				case "href", "src", "poster", "cite", "longdesc":
					requireURL(t, a.Val, n.Data == "img" && a.Key == "src")
				case "srcset":
					for _, image := range parseSrcset(a.Val) {
						requireURL(t, image.url, true)
					}
				}
			}
		}
	}
}

func requireURL(t *testing.T, url string, image bool) {
	t.Helper()
	ok := false
	for _, prefix := range []string{"http://", "https://", "mailto:", "tel:"} {
		ok = ok || strings.HasPrefix(url, prefix)
	}
	for _, prefix := range []string{"png", "jpeg", "gif", "webp", "avif"} {
		ok = ok || image && strings.HasPrefix(strings.ToLower(url), "data:image/"+prefix)
	}
	require.True(t, ok, "URL %q", url)
	for i := range len(url) {
		require.True(t, url[i] > ' ' && url[i] < 0x7F, "URL %q", url)
	}
}

// requireBalanced finds that every start tag has its end tag. It knows nothing of the cleaner.
func requireBalanced(t *testing.T, body string) {
	t.Helper()
	voids := " area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr "
	var open []string
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			require.Empty(t, open, "open at the end of %s", body)
			return
		case html.StartTagToken:
			name, _ := z.TagName()
			if !strings.Contains(voids, " "+string(name)+" ") {
				open = append(open, string(name))
			}
			require.LessOrEqual(t, len(open), maxDepth)
		case html.EndTagToken:
			name, _ := z.TagName()
			require.NotEmpty(t, open, "stray </%s> in %s", name, body)
			require.Equal(t, open[len(open)-1], string(name), body)
			open = open[:len(open)-1]
		case html.SelfClosingTagToken, html.CommentToken, html.DoctypeToken:
			require.Fail(t, "unexpected", "%s in %s", z.Raw(), body)
		}
	}
}
