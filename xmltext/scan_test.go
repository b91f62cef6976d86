// Scanning eight bytes at a time finds what looking at each byte finds.
package xmltext

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
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

func simpleIndexAny(s string, from int, found func(byte) bool) int {
	for i := from; i < len(s); i++ {
		if found(s[i]) {
			return i
		}
	}
	return len(s)
}

func isMarkup(c byte) bool { return c == '&' || c == '<' || c == '>' }
func isQuoted(c byte) bool { return c < 0x20 || c == '"' || c == '\\' }

func assertScans(t *testing.T, s string) {
	t.Helper()
	assert.Equal(t, simpleIndexIllegal(s), indexIllegal(s), "%q", s)
	for from := range min(len(s), 9) + 1 {
		assert.Equal(t, simpleIndexAny(s, from, isMarkup), indexMarkup(s, from), "%q from %d", s, from)
		assert.Equal(t, simpleIndexAny(s, from, isQuoted), IndexQuoted(s, from), "%q from %d", s, from)
	}
}

// Each byte value at each place of two words, alone and beside its neighbours in value.
func TestScanFindsEveryByteAtEveryPlace(t *testing.T) {
	for c := range 256 {
		for place := range 17 {
			for _, next := range []string{"", "\x00", "<", "=", "?", "\"", "\x7f", "\x80", "ı"} {
				assertScans(t, strings.Repeat("a", place)+string([]byte{byte(c)})+next+strings.Repeat("z", 17-place))
			}
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{"", "12345678", "1234567<", "IĞDIR'da İŞÇİ \u0092 & co", "\xc3\x28 \xe2\x82", "日本語\ufffe", "==>>??<<&&''%%"} {
		f.Add(s)
	}
	f.Fuzz(assertScans)
}

// BenchmarkAppend tells what an encoder pays for a body, and the two simple loops what they would cost.
func BenchmarkAppend(b *testing.B) {
	body := strings.Repeat(`<p>Ankara ve Bakü'nün <a href="https://example.com/a/">anlaşma</a> &amp; belgesi, with plain words to fill the rest.</p>`+"\n", 40)
	buf := make([]byte, 0, 2*len(body))
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for range b.N {
				f()
			}
		})
	}
	run("CDATA", func() { buf = AppendCDATA(buf[:0], body) })
	run("Markup", func() { buf = AppendMarkup(buf[:0], body) })
	run("illegal", func() { _ = indexIllegal(body) })
	run("illegal, simply", func() { _ = simpleIndexIllegal(body) })
	run("copy", func() { buf = append(buf[:0], body...) })
}
