package xmltext

import (
	"math/bits"
	"unicode/utf8"
)

// Scanning eight bytes at a time: bodies are kilobytes of letters between the few bytes that matter, and
// looking at each of those letters is most of the work of encoding. What it buys over a loop with a
// 256-entry table is told by BenchmarkAppend; the loops stand in scan_test.go as the oracle.

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// load reads eight bytes of s from i on; the compiler makes one load of it.
func load(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// below marks the bytes of x that are less than n, which is at most 0x80, by their high bits. Bytes above
// the first marked one may be marked wrongly.
func below(x uint64, n uint64) uint64 { return (x - ones*n) & ^x & highs }

// equal marks the bytes of x that are c, as below does.
func equal(x uint64, c byte) uint64 { return below(x^ones*uint64(c), 1) }

// indexIllegal returns where the first character lies that [AppendLegal] would change, or len(s).
func indexIllegal(s string) int {
	i := 0
	for i < len(s) {
		if i+8 <= len(s) {
			x := load(s, i)
			marked := x&highs | below(x, 0x20) | equal(x, 0x7F)
			if marked == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(marked) / 8
		}
		n := legalAt(s, i)
		if n == 0 {
			return i
		}
		i += n
	}
	return len(s)
}

// legalAt returns the length of the character at i, 0 if it is one that [AppendLegal] would change.
func legalAt(s string, i int) int {
	c := s[i]
	switch {
	case c < 0x80:
		if c >= 0x20 && c != 0x7F || c == '\t' || c == '\n' {
			return 1
		}
		return 0
	case c >= 0xC3 && c < 0xE0 && i+1 < len(s) && s[i+1]&0xC0 == 0x80:
		return 2 // U+00C0 to U+07FF, where most letters beyond ASCII are
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if n == 1 || r < 0xA0 || r == 0xFFFE || r == 0xFFFF {
		return 0
	}
	return n
}

// indexMarkup returns where from i on the next `&`, `<` or `>` lies, or len(s).
func indexMarkup(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		x := load(s, i)
		// "<" and ">" differ in one bit; with it set both are ">".
		if marked := equal(x, '&') | equal(x|ones*2, '>'); marked != 0 {
			return i + bits.TrailingZeros64(marked)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c == '&' || c == '<' || c == '>' {
			return i
		}
	}
	return len(s)
}

// IndexQuoted returns where from i on the next byte lies that a JSON string must escape, a quote, a
// backslash or a control, or len(s).
func IndexQuoted(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		x := load(s, i)
		if marked := below(x, 0x20) | equal(x, '"') | equal(x, '\\'); marked != 0 {
			return i + bits.TrailingZeros64(marked)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}
