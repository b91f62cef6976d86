// Package plaintext normalizes plain text, such as titles and names, to the form in which feeds
// carry it: legal in XML, single spaces between words, nothing that changes the reading
// direction.
package plaintext

import (
	"html"
	"regexp"
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

// HasMarkup reports whether s looks like HTML rather than like text: it begins with a block, or has
// an element with its end tag, an element that needs none, or a character reference. A title about
// "<code>" has none of them.
func HasMarkup(s string) bool {
	tags := strings.IndexByte(s, '<') >= 0
	references := strings.IndexByte(s, '&') >= 0 && strings.IndexByte(s, ';') >= 0
	return references && hasReference(s) || tags && (markup.MatchString(s) || hasElement(s))
}

// markup matches what is HTML by itself: a block at the start, and a tag that has no end tag or has
// attributes.
var markup = regexp.MustCompile(`(?i)^\s*<(p|div|ul|ol|li|h[1-6]|blockquote|table|figure)>|` +
	`<(br|hr|img|wbr)(\s[^<>]*)?/?>|<[a-z][a-z0-9]*\s+[a-z-]+\s*=\s*["'][^<>]*>`)

// reference matches what has the form of a character reference, and endTag an end tag.
var (
	reference = regexp.MustCompile(`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});`)
	endTag    = regexp.MustCompile(`(?i)</([a-z][a-z0-9]{0,15})\s*>`)
)

// hasReference reports whether s has a character reference of HTML.
func hasReference(s string) bool {
	for _, found := range reference.FindAllString(s, 10) {
		if html.UnescapeString(found) != found {
			return true
		}
	}
	return false
}

// hasElement reports whether an end tag follows a start tag of the same name.
func hasElement(s string) bool {
	lower := strings.ToLower(s)
	for _, end := range endTag.FindAllStringSubmatchIndex(lower, 10) {
		tag, before := "<"+lower[end[2]:end[3]], lower[:end[0]]
		if strings.Contains(before, tag+">") || strings.Contains(before, tag+" ") {
			return true
		}
	}
	return false
}

// MayBeMarkup reports whether a program may take s for HTML: it holds a tag, or a character
// reference, which need not have a semicolon. It is stricter than HasMarkup.
func MayBeMarkup(s string) bool {
	return strings.Contains(s, "&") && html.UnescapeString(s) != s || strings.Contains(s, "<") && tag.MatchString(s)
}

// tag matches the start or end tag of an element, and a comment.
var tag = regexp.MustCompile(`</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>|<!--`)

// IsGarbled reports whether s looks as if it was decoded in a wrong encoding. It does if it holds a
// replacement character, a character that Unicode will never assign, a control character of ISO
// 8859-1, where Windows has quotation marks, or two letters that are the bytes of one in UTF-8
// ("Ã©" for "é").
func IsGarbled(s string) bool {
	var last rune
	for _, c := range s {
		if c >= 0xFDD0 && c <= 0xFDEF || c&0xFFFE == 0xFFFE {
			return true
		}
		if c == utf8.RuneError || c >= 0x80 && c <= 0x9F || (last == 'Â' || last == 'Ã') && c >= 0x80 && c <= 0xBF {
			return true
		}
		last = c
	}
	return false
}

// Cut returns s if it has at most so many bytes. Otherwise it returns as many whole words of it as
// fit, with an ellipsis, or as many characters if there is one long word.
func Cut(s string, most int) string {
	const ellipsis = "…"
	if len(s) <= most {
		return s
	}
	end := most - len(ellipsis)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	if i := strings.LastIndexByte(s[:end+1], ' '); i >= end/2 {
		end = i
	}
	return s[:end] + ellipsis
}
