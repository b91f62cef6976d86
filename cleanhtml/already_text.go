package cleanhtml

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Text makes up most of a body, so the speed of the checker is that of this file. It reads text
// eight bytes at a time, as one number, and looks for the few bytes that matter with arithmetic on
// all eight at once. The tests in already_test.go compare special and letters with loops over
// single bytes, for each pair of byte values in each place.

// The references that the cleaner writes. It decodes all others.
const (
	amp  = "&amp;"
	lt   = "&lt;"
	gt   = "&gt;"
	quot = "&quot;" // in attributes only
)

// Numbers with the same byte eight times: 0x01, and 0x80, the high bit.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks the bytes of x that need a closer look in text: < > & [ and controls. A byte is
// marked by its high bit in the result; bytes beyond ASCII are not marked.
//
// The lowest mark is exact. The marks above it may be wrong, since sums and differences carry into
// the next byte. The caller uses the lowest only.
func special(x uint64) uint64 {
	controls := (x + ones) | (x - ones*' ') // 0x7F; below the space
	return controls&^x&highs | meaning(x)
}

// meaning marks < > & [ in x in the same way. x^c is zero where the byte is c, and subtracting one
// from a zero byte sets its high bit.
func meaning(x uint64) uint64 {
	marked := (x ^ (ones * '&')) - ones
	marked |= (x ^ (ones * '[')) - ones
	marked |= ((x | ones*2) ^ (ones * '>')) - ones // "<" and ">" differ in one bit
	return marked &^ x & highs
}

// letters returns how many of the eight bytes of x belong to whole characters, if all characters
// beyond ASCII have two bytes and are in U+00C0 to U+07FF. Most letters of Latin, Greek, Cyrillic,
// Hebrew and Arabic are. It returns 0 if x has any other character, or invalid UTF-8.
func letters(x uint64) int {
	lead := x & (x << 1) & highs // 11xxxxxx
	next := x &^ (x << 1) & highs
	long := x << 2                                       // 111xxxxx
	short := ^(x<<3 | x<<4 | x<<5 | (x << 6 & (x << 7))) // 110000xx, but 0xC3
	if lead&(long|short) != 0 || next != lead<<8 {
		return 0
	}
	return 8 - int(lead>>63) // the last byte may be the first of a character
}

// load returns eight bytes of s, from i on, as a number. The compiler makes a single load of it.
func load(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// skipMeaningless returns the number of bytes before the first < > & or [ of s, which has only
// characters that XML allows.
func skipMeaningless(s string) (i int) {
	for i < len(s)-15 {
		marked, next := meaning(load(s, i)), meaning(load(s, i+8))
		if marked|next == 0 {
			i += 16
			continue
		}
		if marked == 0 {
			marked, i = next, i+8
		}
		return i + bits.TrailingZeros64(marked)/8
	}
	for i < len(s) && s[i] != '<' && s[i] != '>' && s[i] != '&' && s[i] != '[' {
		i++
	}
	return i
}

// text checks a run of text, up to a tag or the end of the body. Between the cells of a table there
// may only be white space, because the cleaner puts other text into a cell (cleaner.ensureCell).
func (c *checker) text(i int) int {
	s := c.body
	if c.inStructure() {
		for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t') {
			i++
		}
		if i < len(s) && s[i] != '<' {
			return -1
		}
		return i
	}
	// There is no text in a player (cleaner.openMedia).
	if c.depth > 0 && !c.trusted {
		if top := c.stack[c.depth-1]; top == elVideo || top == elAudio {
			if i == len(s) || s[i] != '<' {
				return -1
			}
			return i
		}
	}
	for i < len(s) {
		// Skip the bytes that need no closer look. In text that is not known to be legal, controls
		// and characters beyond ASCII need one, except for letters of two bytes.
		if c.legal {
			if i += skipMeaningless(s[i:]); i == len(s) {
				break
			}
		} else if i+8 <= len(s) {
			x := load(s, i)
			marked := special(x)
			if marked == 0 {
				n := 8
				if x&highs != 0 {
					n = letters(x)
				}
				if n > 0 {
					i += n
					continue
				}
			}
			marked |= x & highs // bytes beyond ASCII are checked one by one below
			i += bits.TrailingZeros64(marked) / 8
		}
		// Examine one character, reference or bracket. A lone ">" would be escaped.
		n := 0
		switch s[i] {
		case '<':
			return i
		case '>':
			return -1
		case '&':
			n = reference(s[i:])
		case '[':
			n = c.bracket(i)
		default:
			n = legalRune(s[i:])
		}
		if n == 0 {
			return -1
		}
		i += n
	}
	return i
}

// legalRune returns the length of the first character of s, or 0 if XML does not allow it or the
// cleaner would replace it: C1 controls, which stand for characters of Windows-1252 (escape.Legal).
func legalRune(s string) int {
	switch b := s[0]; {
	case b >= ' ' && b < 0x7F || b == '\n' || b == '\t':
		return 1
	case b >= 0xC3 && b < 0xE0 && len(s) > 1 && s[1]&0xC0 == 0x80:
		return 2 // U+00C0 to U+07FF
	}
	r, n := utf8.DecodeRuneInString(s)
	if n < 2 || r < 0xA0 || r == 0xFFFE || r == 0xFFFF {
		return 0
	}
	return n
}

// reference returns the length of the reference that s begins with, or 0 if the cleaner would write
// it in another way.
func reference(s string) int {
	switch {
	case strings.HasPrefix(s, amp):
		return len(amp)
	case strings.HasPrefix(s, lt):
		return len(lt)
	case strings.HasPrefix(s, gt):
		return len(gt)
	}
	return 0
}

// bracket returns 1 if the bracket at i certainly begins no shortcode, otherwise 0
// (pairs.isShortcode and pairs.note). Brackets are common in prose: "[sic]", "[…]", "[1]". The text
// in the bracket could still be the start of a pair, [x] … [/x], so an end tag, which begins with a
// slash, is never accepted.
func (c *checker) bracket(i int) int {
	if !c.shortcodes {
		return 1
	}
	for _, open := range c.stack[:c.depth] {
		if open.role&verbatim != 0 {
			return 1
		}
	}
	tag := c.body[i+1:]
	end := strings.IndexAny(tag, "[]<")
	if end < 0 || tag[end] == '<' {
		return 1 // it is not closed within this run of text
	}
	if tag[end] == '[' || tag[0] == '/' {
		return 0
	}
	if tag = tag[:end]; end == 0 || !isLetter(tag[0]) {
		return 1
	}
	name := tag[:len(tag)-len(strings.TrimLeft(tag, wordBytes))]
	if strings.ContainsAny(tag, "=_") || knownShortcodes[name] {
		return 0
	}
	return 1
}

// wordBytes are the bytes of the names of shortcodes, as in shortcodeTag.
const wordBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
