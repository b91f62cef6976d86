package plaintext

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/escape"
)

func TestTextIsBroughtIntoItsOneForm(t *testing.T) {
	tests := []struct{ given, want string }{
		{"", ""},
		{"Turkey", "Turkey"},
		{" Arms  exports\n", "Arms exports"},
		{"a\u00a0b\u2009c", "a b c"},
		{"\u202eA\u202c\u200f\ufeffB\u2066\u2069\u061c\u200eC", "ABC"},
		{" \t", ""},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, Of(tt.given), "%q", tt.given)
		assert.Equal(t, tt.want, Of(tt.want), "%q: the form is final", tt.want)
	}
}

func TestOrdinaryTextIsRecognised(t *testing.T) {
	for _, s := range []string{"", "Turkey", "Ayşe said: “no” – and left.", "日本語"} {
		assert.True(t, Is(s) && utf8.ValidString(s), s)
	}
	for _, s := range []string{" a", "a ", "a  b", "a\nb", "a\x00", "\xff", "\xc3", "a\u0085", "\u202ea", "a\u00a0b", "\uffff", "\ufffe", "\x7f"} {
		assert.False(t, Is(s), "%q", s)
	}
}

func TestLineEndsAreNoMend(t *testing.T) {
	assert.True(t, OnlyLineEnds("a\r\nb\rc", "a\nb\nc"))
	assert.False(t, OnlyLineEnds("a\x00\r\nb", "a\nb"))
}

// assertRecognized checks that Is returns true for all text that is in its form, and for no other.
func assertRecognized(t *testing.T, s string) {
	t.Helper()
	if want := escape.Legal(s) == s && Of(s) == s; Is(s) != want {
		require.Equal(t, want, Is(s), "%q", s)
	}
}

func FuzzIs(f *testing.F) {
	for _, s := range []string{"", " ", "a b", "Ayşe", "\u202eA", "\xff", "a\r\nb"} {
		f.Add(s)
	}
	f.Fuzz(assertRecognized)
}

func TestEveryCharacterIsRecognized(t *testing.T) {
	for c := range rune(0x11000) {
		assertRecognized(t, string(c))
		assertRecognized(t, "a"+string(c)+"b")
	}
	for c := range 256 {
		assertRecognized(t, "a"+string([]byte{byte(c)}))
		for _, lead := range []byte{0xC2, 0xC3, 0xD7, 0xD8, 0xE2} {
			assertRecognized(t, string([]byte{lead, byte(c)}))
			assertRecognized(t, string([]byte{lead, byte(c)})+" a")
		}
	}
}

// Each of these characters turns the text around it, or is a byte order mark.
func TestInvisibleCharactersAreDropped(t *testing.T) {
	for c := range rune(0x11000) {
		turns := c == 0xFEFF || c == 0x061C || c == 0x200E || c == 0x200F || 0x202A <= c && c <= 0x202E || 0x2066 <= c && c <= 0x2069
		if isBidiControl(c) != turns {
			assert.Equal(t, turns, isBidiControl(c), "%U", c)
		}
	}
}

func TestTextInItsFormCostsNoMemory(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(100, func() { Is("Ayşe said: “no” – and left.") }))
}

// HTML-6
func TestMarkupIsRecognized(t *testing.T) {
	for _, text := range []string{
		"<b>bold</b>", "a <i>b</i> c", "<P class=\"x\">y", "line<br>line", "line<BR/>", "AT&amp;T", "it&#8217;s", "a&nbsp;b",
		"<a href='/x'>x", "<em>x</em >", "<img src=x>",
		"Caf&eacute;", "&copy; 2024", "&#XE9;", "<p>One paragraph", "A <blog> about <b>bold</b>",
	} {
		assert.True(t, HasMarkup(text), text)
	}
	for _, text := range []string{
		"", "Using <code>", "Closing </code>", "a < b > c", "AT&T", "x &amp y", "R&D;", "<3", "</b><b>", "<bold></b>", "List<String>",
		"1 <br 2", "&unknown;", "</", "<b", "<b</b>",
	} {
		assert.False(t, HasMarkup(text), text)
	}
}

func TestTextThatAProgramMayTakeForHTML(t *testing.T) {
	for _, text := range []string{"Using <code>", "Closing </code>", "</p>", "<br/>", "<a href=x>", "x &amp; y", "&copy 2024", "&#8217;", "<!-- x -->"} {
		assert.True(t, MayBeMarkup(text), text)
	}
	for _, text := range []string{"", "a < b > c", "AT&T", "R&D;", "<3", "&unknown;", "<<", "1 <br 2"} {
		assert.False(t, MayBeMarkup(text), text)
	}
}

func TestTextInAWrongEncodingIsGarbled(t *testing.T) {
	for _, text := range []string{"CafÃ©", "Â£5", "A\ufffd", "A\u0092s", "\xff", "\ufdd0", "\U0001fffe"} {
		assert.True(t, IsGarbled(text), text)
	}
	for _, text := range []string{"", "Café", "Ãbc", "£5", "Â", "日本"} {
		assert.False(t, IsGarbled(text), text)
	}
}

func TestLongTextIsCutAfterAWord(t *testing.T) {
	assert.Equal(t, "ab cd ef", Cut("ab cd ef", 8))
	assert.Equal(t, "ab cd…", Cut("ab cd efg", 8))
	assert.Equal(t, "a bcdef…", Cut("a bcdefghijk", 10), "a word before the middle does not count")
	assert.Equal(t, "éé…", Cut("éééééé", 8), "after a whole character")
	assert.Equal(t, "…", Cut("ééé", 4))
}

func BenchmarkHasMarkup(b *testing.B) {
	for name, unit := range map[string]string{"end tags": "</a>", "start tags": "<a ", "references": "&#", "quotes": "<a b='", "letters": "<aaaa"} {
		for _, size := range []int{1 << 10, 1 << 15, 1 << 20} {
			text := strings.Repeat(unit, size/len(unit))
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					HasMarkup(text)
				}
			})
		}
	}
}
