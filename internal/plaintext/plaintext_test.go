package plaintext

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

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

// What is recognised is in its one form.
func assertRecognised(t *testing.T, s string) {
	t.Helper()
	if Is(s) {
		assert.Equal(t, s, escape.Legal(s))
		assert.Equal(t, s, Of(s))
	}
}

func FuzzIs(f *testing.F) {
	for _, s := range []string{"", " ", "a b", "Ayşe", "\u202eA", "\xff", "a\r\nb"} {
		f.Add(s)
	}
	f.Fuzz(assertRecognised)
}

func TestEveryCharacterIsRecognisedRightly(t *testing.T) {
	for c := range rune(0x11000) {
		assertRecognised(t, string(c))
		assertRecognised(t, "a"+string(c)+"b")
		if t.Failed() {
			t.FailNow()
		}
	}
	for c := range 256 {
		assertRecognised(t, "a"+string([]byte{byte(c)}))
		assertRecognised(t, string([]byte{0xC3, byte(c)}))
		assertRecognised(t, string([]byte{0xD7, byte(c)}))
		assertRecognised(t, string([]byte{0xD8, byte(c)}))
	}
}
