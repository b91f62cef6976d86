// Package plaintext brings plain text into the one form in which feeds carry it.
package plaintext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Is recognises text that is in its one form already: legal, words with single spaces between them,
// and nothing invisible.
func Is(s string) bool {
	last := uint8(blank) // so that none may lead
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

// The kinds of bytes in text.
const (
	special = iota // part of a character beyond ASCII, or none that text in its one form has
	visible
	blank
)

var textKinds = func() (kinds [256]uint8) {
	for c := range kinds {
		if c > ' ' && c < 0x7F {
			kinds[c] = visible
		}
	}
	kinds[' '] = blank
	return kinds
}()

// plainRune returns the length of the character that s begins with, 0 if it is not one for text in its one form.
func plainRune(s string) int {
	if c := s[0]; c >= 0xC3 && c < 0xD8 && len(s) > 1 && s[1]&0xC0 == 0x80 {
		return 2 // U+00C0 to U+05FF, letters and their marks
	}
	r, n := utf8.DecodeRuneInString(s)
	if n == 1 || r < 0xA0 || r == 0xFFFE || r == 0xFFFF || unicode.IsSpace(r) || isBidiControl(r) {
		return 0
	}
	return n
}

func OnlyLineEnds(given, mended string) bool {
	return strings.ReplaceAll(strings.ReplaceAll(given, "\r\n", "\n"), "\r", "\n") == mended
}

// Of collapses white space and drops the invisible characters that turn the reading direction, and
// byte order marks.
func Of(s string) string {
	if strings.ContainsFunc(s, isBidiControl) {
		s = strings.Map(func(c rune) rune {
			if isBidiControl(c) {
				return -1
			}
			return c
		}, s)
	}
	return strings.Join(strings.Fields(s), " ")
}

func isBidiControl(c rune) bool {
	return c == 0xFEFF || c == 0x061C || c == 0x200E || c == 0x200F || 0x202A <= c && c <= 0x202E || 0x2066 <= c && c <= 0x2069
}
