package escape

import "unicode/utf8"

// Scanning eight bytes at a time. Bodies are kilobytes of letters between the few bytes that
// matter, and reading each letter would be most of the work of encoding. Letters of two bytes
// (Turkish, Greek, Cyrillic, Arabic, Hebrew …) are recognized without a branch, because a processor
// cannot predict where they are. The simple loops are in scan_test.go, as the oracle;
// BenchmarkAppend measures the difference.

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// load reads eight bytes of s from i on in little-endian order. The compiler makes it one load.
func load(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// indexIllegal returns the index of the first character that [AppendLegal] would change, or len(s).
func indexIllegal(s string) int {
	i := 0
	for i < len(s) {
		i += skipPlain(s[i:])
		for end := min(i+16, len(s)); i < end; {
			if c := s[i]; c >= 0x20 && c < 0x7F {
				i++
				continue
			}
			n := legalAt(s, i)
			if n == 0 {
				return i
			}
			i += n
		}
	}
	return len(s)
}

// skipPlain returns the number of bytes at the start of s that are printable ASCII or whole letters
// of U+00C0 to U+07FF. It scans in pairs of words of eight bytes, and may return less.
func skipPlain(s string) int {
	var begun uint64 // marks the first byte of a word if the word before ended within a letter
	c := constants
	i := 0
	for ; i < len(s)-15; i += 16 {
		first, next := c.scanPlain(load(s, i), begun)
		second, after := c.scanPlain(load(s, i+8), next)
		if (first|second)&highs != 0 {
			break
		}
		begun = after
	}
	return i - int(begun>>7)
}

// plainConstants are the constants of scanPlain. As variables they stay in registers; the compiler
// would load a constant again for each word.
type plainConstants struct{ lows, highs, low5, atLeast3, atLeast20, atLeast7F uint64 }

// To test whether a byte is at least n, add 0x80-n: the result is in its high bit.
var constants = plainConstants{^uint64(highs), highs, ones * 0x1F, ones * (0x80 - 3), ones * (0x80 - 0x20), ones}

// scanPlain marks bytes of x, by their high bits, that are neither printable ASCII nor part of a
// letter of U+00C0 to U+07FF. begun marks the first byte if the word before ended in the middle of
// a letter; next is the same for the following word.
func (c *plainConstants) scanPlain(x, begun uint64) (doubtful, next uint64) {
	low := x & c.lows                                     // so that sums stay within their bytes
	leads := x & (x << 1) & c.highs                       // 0xC0 and more
	ends := x ^ leads                                     // 0x80 to 0xBF
	doubtful = ends ^ (leads<<8 | begun)                  // each where one has to be, and nowhere else
	doubtful |= leads & (x<<2 | ^(x&c.low5 + c.atLeast3)) // 0xE0 and more, below 0xC3
	doubtful |= ^(low + c.atLeast20 | x) | (low + c.atLeast7F)
	return doubtful, leads >> 56
}

// isSimple reports whether s is printable ASCII without < > & " and \, so that nothing has to be
// escaped. It reads the last eight bytes even if it has read some of them already, because titles,
// names and addresses are short.
func isSimple(s string) bool {
	if len(s) < 8 {
		for i := range len(s) {
			if !simpleBytes[s[i]] {
				return false
			}
		}
		return true
	}
	for i := 0; i < len(s)-8; i += 8 {
		if notSimple(load(s, i)) != 0 {
			return false
		}
	}
	return notSimple(load(s, len(s)-8)) == 0
}

// notSimple marks the bytes of x that are not simple. Bytes above the first marked one may be
// marked by mistake.
func notSimple(x uint64) uint64 {
	marked := x | (x - ones*0x20) | (x + ones)       // beyond ASCII, below 0x20, 0x7F
	marked |= (x | ones*('"'^'&') ^ ones*'&' - ones) // " and & differ in one bit
	marked |= (x | ones*('<'^'>') ^ ones*'>' - ones) // < and > too
	marked |= (x ^ ones*'\\') - ones
	return marked & highs
}

var simpleBytes = func() (of [256]bool) {
	for c := range of {
		of[c] = notSimple('a'*(ones-1)|uint64(c)) == 0
	}
	return of
}()

// legalAt returns the length of the character at i, 0 if [AppendLegal] would change it.
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
	case c >= 0xE1 && c < 0xED && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
		return 3 // U+1000 to U+CFFF: typographic quotes and dashes, most of East Asia
	}
	return legalRune(s[i:])
}

// legalRune is legalAt for the less frequent characters.
func legalRune(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if n == 1 || r < 0xA0 || r == 0xFFFE || r == 0xFFFF {
		return 0
	}
	return n
}
