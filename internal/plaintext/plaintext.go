// Package plaintext normalizes plain text, such as titles and names, to the form in which feeds
// carry it: legal in XML, single spaces between words, nothing that changes the reading
// direction.
package plaintext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Is reports whether s is in that form already, so that it need not be copied. It may return
// false for such text too. The oracle is that [Of] and escape.Legal return s unchanged.
//
// It looks up the kind of each ASCII byte; most titles have only those and letters of two bytes.
func Is(s string) bool {
	last := uint8(blank) // a space may not come first
	for i := 0; i < len(s); i++ {
		kind := textKinds[s[i]]
		switch {
		case kind&last == blank:
			return false
		case kind == special:
			n := plainRune(s[i:])
			if n == 0 {
				return false
			}
			i += n - 1
		}
		last = kind
	}
	return last != blank || s == ""
}

// The kinds of bytes.
const (
	special = iota // a byte beyond ASCII, or a control character
	visible        // printable ASCII without the space
	blank          // the space
)

// textKinds is the kind of each byte.
var textKinds = func() (kinds [256]uint8) {
	kinds[' '] = blank
	for c := '!'; c <= '~'; c++ {
		kinds[c] = visible
	}
	return kinds
}()

// plainRune returns the length of the character beyond ASCII at the start of s, or 0 if normalized
// text cannot contain it.
func plainRune(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if n == 1 || r == 0xFFFE || r == 0xFFFF || unicode.IsControl(r) || unicode.IsSpace(r) || isBidiControl(r) {
		return 0
	}
	return n
}

// OnlyLineEnds reports whether mended differs from given only in its line ends: CR and CRLF have
// become LF, as in every XML parser (XML 1.0 section 2.11). Nobody needs a warning about that.
func OnlyLineEnds(given, mended string) bool {
	return strings.ReplaceAll(strings.ReplaceAll(given, "\r\n", "\n"), "\r", "\n") == mended
}

// Of returns s with single spaces instead of white space, none at its ends, and without byte
// order marks and the invisible characters that control the reading direction. Those would affect
// the text around a title too (Unicode Standard Annex 9 section 2). Of does not make s legal.
func Of(s string) string {
	s = strings.Map(func(c rune) rune {
		if isBidiControl(c) {
			return -1
		}
		return c
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// isBidiControl reports whether c is a byte order mark or has the property Bidi_Control.
func isBidiControl(c rune) bool { return c == 0xFEFF || unicode.Is(unicode.Bidi_Control, c) }
