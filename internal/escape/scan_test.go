// Scanning eight bytes at a time finds what looking at each byte finds.
package escape

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func simpleIndexIllegal(s string) int {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r < 0x20 && r != '\t' && r != '\n' || r >= 0x7F && r < 0xA0 || r == utf8.RuneError && n == 1 || r == 0xFFFE || r == 0xFFFF {
			return i
		}
		i += n
	}
	return len(s)
}

func assertScans(t *testing.T, s string) {
	t.Helper()
	if want := simpleIndexIllegal(s); indexIllegal(s) != want {
		require.Equal(t, want, indexIllegal(s), "%q", s)
	}
	if want := strings.Trim(s, printable) == ""; isSimple(s) != want {
		require.Equal(t, want, isSimple(s), "%q", s)
	}
	if want := Legal(s) == ""; IsEmpty(s) != want {
		require.Equal(t, want, IsEmpty(s), "%q", s)
	}
}

// printable is ASCII that can be printed, without what some format escapes.
const printable = " !#$%'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// What is short takes other paths than what is long.
func TestScanOfOneAndTwoBytes(t *testing.T) {
	assertScans(t, "")
	for a := range 256 {
		assertScans(t, string([]byte{byte(a)}))
		for b := range 256 {
			assertScans(t, string([]byte{byte(a), byte(b)}))
		}
	}
	assertScans(t, "\x01\x02\u0081\x7f\ufffe")
	assertScans(t, "\x01\x02\u0081\x7f\ufffea")
}

// Each byte value at each place of two words, alone and beside its neighbours in value.
func TestScanFindsEveryByteAtEveryPlace(t *testing.T) {
	for c := range 256 {
		for place := range 17 {
			for _, next := range []string{"", "\x00", "<", "=", "?", "\"", "\x7f", "\x80", "ı"} {
				s := strings.Repeat("a", place) + string([]byte{byte(c)}) + next + strings.Repeat("z", 17-place)
				assertScans(t, s)
				if next == "" || next == "<" {
					assertEscapes(t, s)
				}
			}
		}
	}
}

// The same between letters of other kinds. A mistake in the arithmetic may mark some of them, and
// then go unnoticed between small letters.
func TestScanBetweenLettersOfAnyKind(t *testing.T) {
	for _, letters := range []string{"A", "9", "ğ", "日", "日ğğ"} {
		for place := range 17 {
			before := strings.Repeat("A", place%len(letters)) + strings.Repeat(letters, place/len(letters))
			after := strings.Repeat(letters, 17)
			for c := range 256 {
				assertScans(t, before+string([]byte{byte(c)})+after)
			}
			for _, c := range "<>&\"'\\\t\n\x00" {
				assertEscapes(t, before+string(c)+after)
			}
		}
	}
}

func TestABodyIsEscapedInOneAllocation(t *testing.T) {
	body := "<p>" + strings.Repeat("Mevlüt Çavuşoğlu said no. ", 100) + "</p>"
	var text []byte
	grow := testing.AllocsPerRun(10, func() { text = slices.Grow([]byte(nil), 2*len(body)) }) // 2 with the race detector
	for e := range replacers {
		assert.LessOrEqual(t, testing.AllocsPerRun(10, func() { text = e.append(nil, body) }), grow)
		assert.Contains(t, string(text), "Mevlüt")
	}
}

// assertEscapes compares each escaper with a replacer of the same bytes, into buffers of any
// room.
func assertEscapes(t *testing.T, s string) {
	t.Helper()
	equal := func(want, got string) {
		if want != got {
			require.Equal(t, want, got, "%q", s)
		}
	}
	legal := Legal(s)
	for e, replacer := range replacers {
		want := replacer.Replace(legal)
		for _, room := range []int{0, 1, len(want), 4 * len(want)} {
			before := append(make([]byte, 0, 6+room), "before"...)
			equal("before"+want, string(e.append(before, s)))
			equal("before"+want, string(e.appendLegal(before, legal)))
		}
	}
	want := `before"` + quoted.Replace(legal) + `"`
	equal(want, string(AppendJSON([]byte("before"), s)))
	equal(want, string(AppendLegalJSON([]byte("before"), legal)))
}

// replacers replace what each escaper replaces.
var replacers = map[*escaper]*strings.Replacer{
	plain:    strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&gt;"),
	markup:   strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;"),
	quotable: strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;"),
}

var quoted = strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\n", `\n`, "\t", `\t`)

func FuzzScan(f *testing.F) {
	for _, s := range []string{"", "12345678", "1234567<", "IĞDIR'da İŞÇİ \u0092 & co", "\xc3\x28 \xe2\x82", "日本語\ufffe", "==>>??<<&&''%%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { assertScans(t, s); assertEscapes(t, s) })
}

// BenchmarkAppend tells what an encoder pays for a body, and the simple loops what they would
// cost. It takes many bodies in turn, or the processor would learn where in them the markup
// stands.
func BenchmarkAppend(b *testing.B) {
	bodies := randomBodies(100)
	buf := make([]byte, 0, 4*len(bodies[0]))
	run := func(name string, f func(body string)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(bodies[0])))
			for i := range b.N {
				f(bodies[i%len(bodies)])
			}
		})
	}
	run("CDATA", func(body string) { buf = AppendCDATA(buf[:0], body) })
	run("Markup", func(body string) { buf = AppendMarkup(buf[:0], body) })
	run("JSON", func(body string) { buf = AppendJSON(buf[:0], body) })
	run("illegal", func(body string) { _ = indexIllegal(body) })
	run("illegal, simply", func(body string) { _ = simpleIndexIllegal(body) })
	run("copy", func(body string) { buf = append(buf[:0], body...) })
}

// randomBodies returns bodies of 4 KB: words, a fifth of them Turkish, with markup and quotes
// between them.
func randomBodies(n int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields(`the of minister said after meeting documents published officials agreement in by was signed not
		Ankara'nın görüşmeler anlaşma büyükelçiliği çalışma <p> </p> <strong> </strong> &amp; "no" "never"`)
	bodies := make([]string, n)
	for i := range bodies {
		var b strings.Builder
		for b.Len() < 4<<10 {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		bodies[i] = b.String()
	}
	return bodies
}

// Texts that become several times as long need more room than is reserved for them at first.
func TestLongTextsOfEscapes(t *testing.T) {
	for n := range 200 {
		for _, s := range []string{"&", "a&", "\"<>&'\n\t\\", "aaaaaaaaaaaaaaaaaaa<", "ğ&", "日<"} {
			s = strings.Repeat("a", n) + strings.Repeat(s, n)
			assertScans(t, s)
			assertEscapes(t, s)
		}
	}
}

// legalAt recognizes most letters; legalRune is its oracle beyond ASCII.
func TestLegalLettersHaveTheirLength(t *testing.T) {
	for a := 0x80; a < 256; a++ {
		for b := range 256 {
			for _, end := range []string{"", "a", "\x01", "\x7f", "\x80", "\x81", "\xbe", "\xbf", "\xc0", "\x80\x80"} {
				s := string([]byte{byte(a), byte(b)}) + end
				if legalAt("x"+s, 1) != legalRune(s) {
					require.Equal(t, legalRune(s), legalAt("x"+s, 1), "%q", s)
				}
			}
		}
	}
}

func TestLegalASCIIHasLengthOne(t *testing.T) {
	for c := range 0x80 {
		s := string(rune(c))
		assert.Equal(t, Legal(s) == s, legalAt(s, 0) == 1, "%q", s)
	}
}
