// A clean body is recognized without parsing it. The cleaner is the oracle of these tests: it must
// return every body that the checker accepts byte for byte, and report nothing.
package cleanhtml_test

import (
	"bytes"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/escape"
)

// clean has bodies that must all be recognized.
var clean = []string{
	``,
	`Plain text, "quoted", it's 100 % legal.`,
	"<p>Mevlüt Çavuşoğlu &amp; İbrahim Kalın &lt;b&gt; “ ” – … 東京 👍🏽 e\u0301 \u00a0</p>\n\n\t<p>x</p>",
	`<p><a href="https://www.example.org/2026/01/a-b_c.html?x=1&amp;y=%C3%BC,(2)#top" rel="nofollow noopener" title="A &quot;title&quot; &lt;">link</a></p>`,
	`<p><a href="http://example.org">a</a> <a href="mailto:a.b@example.org?subject=x&amp;body=y">b</a> <a href="tel:+90312">c</a></p>`,
	`<p><a id="top"></a>Anchor, <a name="n"></a>two</p>`,
	`<figure id="f"><img src="https://example.org/a.jpg" srcset="https://example.org/a-300x200.jpg 300w, https://example.org/b,c.jpg 1.5x, https://example.org/d.jpg, https://example.org/e.jpg" sizes="(max-width: 1024px) 100vw" alt="" width="1024" height="100%"><figcaption>A <em>caption</em></figcaption></figure>`,
	`<h2 id="a">A</h2><h3>B</h3><p lang="tr" dir="ltr">a<br>b<wbr>c<strong>d<em>e</em></strong><b>f</b><i>g</i></p><hr><h6>C</h6>`,
	`<blockquote cite="https://example.org/q"><p>x</p><p>y <q cite="https://example.org/q">z</q></p></blockquote>`,
	"<ul>\n<li>a</li>\n<li>b<ol start=\"3\" reversed type=\"a\"><li value=\"7\"><p>c</p></li></ol></li>\n</ul>",
	`<dl><dt>a</dt><dd>b<p>c</p></dd></dl>`,
	"<pre>\n[gallery] <code>a[i] = [embed]b[/embed]</code></pre><p><kbd>x</kbd> <code>[/x]</code></p>",
	"<table><caption>x</caption><colgroup><col span=\"2\"><col></colgroup>\n<thead><tr><th scope=\"col\">a</th></tr></thead><tbody>\n<tr>\n<td colspan=\"2\">b<p>c</p></td> <td><table><tr><td>d</td></tr></table></td></tr></tbody></table>",
	`<b><table><tr><td>1</td></tr></table></b><a href="https://example.org/"><table><tr><td><a href="https://example.org/">x</a></td></tr></table></a>`,
	`<p>“It were [sic] so […] and [...] he [the minister] said [1], [2] [note 3] [Video]; x[] [ ] ]a[</p><p>[see <a href="https://b.example/">here</a>]</p>`,
	`<video src="https://example.org/v.mp4" poster="https://example.org/p.jpg" controls loop></video>`,
	`<audio controls><source src="https://example.org/a.mp3" type="audio/mpeg"><track src="https://example.org/a.vtt" default></audio>`,
	`<picture><source srcset="https://example.org/a.webp 2x" media="(min-width: 1px)"><img src="https://example.org/a.jpg"></picture>`,
	`<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby><details open><summary>x</summary>y</details><time datetime="2026-01-01">z</time>`,
}

func TestCleanBodiesOfManyKindsAreRecognized(t *testing.T) {
	for _, body := range clean {
		assert.True(t, cleanhtml.Policy{}.AlreadyClean(body), "%q", body)
		assert.True(t, cleanhtml.Policy{Trusted: true}.AlreadyClean(body), "trusted: %q", body)
		assertAgrees(t, body)
	}
	for _, body := range bodies(20) {
		assert.True(t, cleanhtml.Policy{}.AlreadyClean(cleanhtml.Policy{}.Clean(body, page)))
	}
	styled := `<p class="lead" style="color:red"><a href="https://example.org/" target="_blank">x</a></p>`
	assert.True(t, cleanhtml.Policy{Trusted: true}.AlreadyClean(styled))
	assert.False(t, cleanhtml.Policy{}.AlreadyClean(styled))
}

func TestCleaningACleanBodyAllocatesNothing(t *testing.T) {
	body := strings.Join(clean, "\n")
	dst := make([]byte, 0, len(body))
	allocs := testing.AllocsPerRun(100, func() {
		dst, _ = cleanhtml.Policy{}.Append(dst[:0], body, page)
	})
	assert.Equal(t, body, string(dst))
	assert.Zero(t, allocs)
}

func TestAHugeTagMayBeCleanToo(t *testing.T) {
	body := `<p title="` + strings.Repeat("x", 1<<17) + `">a</p><p>b</p>`
	assert.True(t, assertAgrees(t, body))
}

func TestACleanBodyIsAppended(t *testing.T) {
	dst, report := cleanhtml.Policy{}.Append([]byte("before "), "<p>x</p>", "")
	assert.Equal(t, "before <p>x</p>", string(dst))
	assert.Zero(t, report)
}

var policies = []cleanhtml.Policy{{}, {KeepPlayers: true}, {Trusted: true}, {Shortcodes: true}, {Trusted: true, Shortcodes: true}}

// assertAgrees compares the checker with the cleaner, for all policies. It reports whether the
// checker accepted the body under any of them.
func assertAgrees(t *testing.T, body string) (found bool) {
	t.Helper()
	for _, policy := range policies {
		isClean := policy.AlreadyClean(body)
		if escape.Legal(body) == body {
			require.Equal(t, isClean, policy.LegalIsClean(body), "%+v: %q", policy, body)
		}
		if !isClean {
			continue
		}
		found = true
		for _, base := range []string{page, ""} {
			out, report := policy.AppendSlow(nil, body, base)
			require.Equal(t, body, string(out), "%+v", policy)
			require.Zero(t, report, "%+v: %q", policy, body)
		}
	}
	return found
}

func FuzzAlreadyClean(f *testing.F) {
	for _, body := range hostile {
		f.Add(body)
	}
	for _, body := range clean {
		f.Add(body)
	}
	f.Add(bodies(1)[0])
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		f.Add(mutate(r, clean[r.IntN(len(clean))]))
	}
	f.Fuzz(func(t *testing.T, body string) {
		assertAgrees(t, body)
		for _, policy := range policies { // few fuzzed bodies are clean, but the output of the cleaner is
			assertAgrees(t, policy.Clean(body, page))
		}
	})
}

// The clean bodies, each with one to three small changes.
func TestCheckerAgreesOnMutatedCleanBodies(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through many thousand bodies")
	}
	r := rand.New(rand.NewPCG(2, 2))
	found := 0
	for range 60_000 {
		body := clean[r.IntN(len(clean))]
		for range 1 + r.IntN(3) {
			body = mutate(r, body)
		}
		if assertAgrees(t, body) {
			found++
		}
	}
	assert.Greater(t, found, 5_000, "enough of them are clean")
}

// Each element within each other one, and random trees of elements: the rules of nesting.
func TestCheckerAgreesOnElementsInAllOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("puts every element into every other")
	}
	const voids = " img br hr wbr col source track area "
	names := strings.Fields(`a abbr b bdi cite code p div blockquote pre h2 h3 ul ol li dl dt dd table caption colgroup col tbody thead
		tfoot tr td th ruby rp rt figure figcaption details summary video source track map area img br hr span section kbd
		form button svg select noscript iframe object x-y label bdo image`)
	write := func(name, inner string) string {
		start := "<" + name
		switch name {
		case "a", "area":
			start += ` href="https://example.org/"`
		case "img", "source", "track", "iframe":
			start += ` src="https://example.org/x"`
		case "video":
			start += ` controls`
		}
		if strings.Contains(voids, " "+name+" ") {
			return start + ">" + inner
		}
		return start + ">" + inner + "</" + name + ">"
	}
	found := 0
	for _, a := range names {
		for _, b := range names {
			found += count(assertAgrees(t, write(a, write(b, "x"))))
			found += count(assertAgrees(t, write(a, "")+write(b, "x")))
			for _, c := range names {
				found += count(assertAgrees(t, write(a, write(b, write(c, "")))))
				found += count(assertAgrees(t, write(a, write(b, " ")+write(c, "x"))))
			}
		}
	}
	r := rand.New(rand.NewPCG(3, 3))
	var grow func(depth int) string
	grow = func(depth int) string {
		if depth == 0 {
			return pick(r, []string{"", "x", " ", "\n", "[1]", "&amp;"})
		}
		var b strings.Builder
		for range r.IntN(3) + 1 {
			b.WriteString(write(pick(r, names), grow(r.IntN(depth))))
		}
		return b.String()
	}
	for range 50_000 {
		found += count(assertAgrees(t, grow(5)))
	}
	assert.Greater(t, found, 20_000, "enough of them are clean")
}

// Each allowed attribute, with values of all kinds, on elements of all kinds.
func TestCheckerAgreesOnAttributesOfAllKinds(t *testing.T) {
	if testing.Short() {
		t.Skip("gives every attribute to every element")
	}
	names := strings.Fields(`id title lang dir href rel hreflang type name download cite datetime open value start reversed span colspan
		src srcset sizes alt width height longdesc usemap poster controls class style onclick data-src target loading`)
	values := []string{"", "x", "1", "0", "01", "2", "100%", "1%", "2px", "1px", "auto", "9999999999", "<", "&lt;", "&quot;", "&amp;amp;", "'", "&#39;", "a b", "\n", " x", "ü", "\u0085",
		"https://a.example", "https://a.example/", "HTTPS://a.example/", "https://A.example/", "https://a..example/", "https://a.example:80/", "https://u@a.example/", "https://a-.example/", "https://xn--a.example/", "https://-a/",
		"https://a/.", "https://a/..", "https://a/./b", "https://a/.b", "https://a/b.c", "https://a//", "https://a?b", "https://a/?b", "https://a/?/../", "https://a/#", "https://a/#b", "https://a/#b#c", "https://a/?#", "https://a/b#c?d",
		"https://a/%", "https://a/%4", "https://a/%4g", "https://a/%41", "https://a/%zz", "https://a/ b", "https://a/b ", " https://a/b", "https://a/&", "https://a/&amp;", "https://a/&amp;b=c", "https://a/&lt;", "https://a/&quot;", "https://a/&copy;", "https://a/&copy=1",
		"https://a/[b]", "https://a/|", "https://a/\\", "https://a/ü", "https://a/'b'", "https://a/b,", "https://a/b,c", "https://a/b#,", "https://a/,,",
		"https://a/b 2x", "https://a/b 2x,", "https://a/b 2x, ", "https://a/b 2x, https://c/d", "https://a/b, https://c/d", "https://a/b,, https://c/d", "https://a/b , https://c/d", "https://a/b 2x,https://c/d", "https://a/b  2x", "https://a/b 2q",
		"https://a/b 1.5x, https://c/d 300w", "https://a/b .5x", "https://a/b 1.w", "https://a/b 12345678901w", "https://a/b#, https://c/d", "https://a/b x", "https://a/b w, https://c/d", "https://a/b &amp;x",
		"data:image/png;base64,AAAA", "javascript:x", "//a/b", "/b", "#b", "mailto:", "mailto:a@b", "mailto:a@b?c=d&amp;e=f", "mailto:a%20b", "mailto:a#b", "mailto:a@b.c", "MAILTO:a@b", "tel:+1", "tel: 1", "ftp://a/b"}
	found := 0
	for _, tag := range []string{"p", "a", "img", "ol", "video", "source", "blockquote", "col", "td"} {
		end := ""
		if !strings.Contains("img source col", tag) {
			end = "</" + tag + ">"
		}
		for _, name := range names {
			found += count(assertAgrees(t, "<"+tag+" "+name+">"+end))
			for _, value := range values {
				for _, other := range []string{"", ` id="x"`, ` href="https://b/"`, ` src="https://b/"`, ` controls`} {
					found += count(assertAgrees(t, "<"+tag+other+" "+name+`="`+value+`">`+end))
					found += count(assertAgrees(t, "<"+tag+" "+name+`="`+value+`"`+other+">"+end))
				}
			}
		}
	}
	assert.Greater(t, found, 5_000, "enough of them are clean")
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// scraps are the texts that mutate inserts.
var scraps = strings.Split(`<|>|&|"|'|[|]|/|=| |  |`+"\n|\t|\r|\x00|\x7f|\u0085|\u00a0|\xff|\xc3|\ufeff|\u2028|\ufffe"+`|&amp;|&lt;|&quot;|&nbsp;|&#38;|&amp|&copy|ü|<p>|</p>|<br>|</br>|<br/>|<!-- x -->|`+
	`<b>|</b>|<a href="https://a/">|</a>|<table>|<tr>|<td>|</td>|<li>|<h2>|</h2>|<pre>|</pre>|<code>|</code>|<script>|</script>|<noscript>|<img src="https://a/">|<div>|</div>|`+
	` id="x"| ID="x"| class="x"| title='x'| title=x| title| src="/x"| width="1"| alt=""| controls|[gallery]|[sic]|[/x]|[/gallery]|[x]y[/x]|[x [1] a="b"]|[x]|[x a="b"]|[vc_row]|[[|]]|</|<!|<?|:|;|#|%|.|..|//|,|A|0`, "|")

// mutate makes one small change: to a byte, a tag, an attribute, or the order of two pieces.
func mutate(r *rand.Rand, body string) string {
	if body == "" {
		return pick(r, scraps)
	}
	i := r.IntN(len(body))
	switch r.IntN(8) {
	case 0: // drop a byte
		return body[:i] + body[i+1:]
	case 1: // double a byte
		return body[:i+1] + body[i:]
	case 2, 3: // replace a byte with a scrap
		return body[:i] + pick(r, scraps) + body[i+1:]
	case 4, 5: // insert a scrap
		return body[:i] + pick(r, scraps) + body[i:]
	}
	// Double or drop a tag, a piece of text or an attribute, or swap it with its neighbor.
	cuts := "<"
	if r.IntN(2) == 0 {
		cuts = ` >`
	}
	var pieces []string
	for rest := body; rest != ""; {
		end := strings.IndexAny(rest[1:], cuts) + 1
		if end == 0 {
			end = len(rest)
		}
		pieces, rest = append(pieces, rest[:end]), rest[end:]
	}
	k := r.IntN(len(pieces))
	switch r.IntN(3) {
	case 0:
		pieces[k] += pieces[k]
	case 1:
		pieces[k] = ""
	default:
		n := (k + 1) % len(pieces)
		pieces[k], pieces[n] = pieces[n], pieces[k]
	}
	return strings.Join(pieces, "")
}

// isSpecial reports whether [cleanhtml.Special] must mark a byte.
func isSpecial(b byte) bool { return b < ' ' || b == 0x7F || strings.IndexByte("<>&[", b) >= 0 }

// Each byte value at each place of a word, before each byte value.
func TestEightBytesAtOnceGiveTheResultOfSingleBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through all pairs of bytes")
	}
	for b := range 256 {
		for next := range 256 {
			for place := range 8 {
				word := []byte("abcdefgh")
				word[place] = byte(b)
				if place < 7 {
					word[place+1] = byte(next)
				}
				x := cleanhtml.Load(string(word), 0)
				want := slices.ContainsFunc(word, isSpecial)
				if marked := cleanhtml.Special(x); want || bytes.IndexByte(word, 0xFF) < 0 { // 0xFF carries
					require.Equal(t, want, marked != 0, "%q", word)
				}
				want8 := slices.IndexFunc(word, func(b byte) bool { return isSpecial(b) || b >= 0x80 })
				marked := cleanhtml.Special(x) | x&0x8080808080808080
				require.Equal(t, want8 < 0, marked == 0, "%q", word)
				require.True(t, marked == 0 || bits.TrailingZeros64(marked)/8 == want8, "%q", word)
			}
		}
	}
}

func TestLettersOfTwoBytesAreFoundEightBytesAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through many thousand words")
	}
	simply := func(word string) (n int) {
		for i, r := range word {
			size := utf8.RuneLen(r)
			switch {
			case i == 7 && 0xC3 <= word[i] && word[i] < 0xE0:
				return 7 // the character continues in the next word
			case r >= 0x80 && r < 0xC0 || size > 2:
				return 0 // invalid UTF-8 too: range returns U+FFFD for it, which has three bytes
			}
			n = i + size
		}
		return n
	}
	r := rand.New(rand.NewPCG(4, 4))
	pieces := []string{"a", "~", "ü", "ş", "İ", "\u07ff", "\u0800", "\u00a0", "\u0085", "“", "👍", "\x80", "\xbf", "\xc0", "\xc1", "\xc2", "\xc3", "\xdf", "\xe0", "\xff"}
	seen := map[int]int{}
	for range 300_000 {
		var b strings.Builder
		most := 5 + r.IntN(len(pieces)-4)
		for b.Len() < 8 {
			b.WriteString(pieces[r.IntN(most)])
		}
		word := b.String()[:8]
		n := cleanhtml.Letters(cleanhtml.Load(word, 0))
		require.Equal(t, simply(word), n, "%q", word)
		seen[n]++
	}
	assert.Len(t, seen, 3, "none, seven and eight: %v", seen)
}
