package xmltext

import "unicode/utf8"

// Looking eight bytes at a time: bodies are kilobytes of letters between the few bytes that matter, and
// looking at each of those letters is most of the work of encoding. Letters of two bytes (Turkish, Greek,
// Cyrillic, Arabic, Hebrew …) are told without a branch, because where they stand is what a processor cannot
// predict. What all this buys over the simple loops, which stand in scan_test.go as the oracle, is told by
// BenchmarkAppend.

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// load reads eight bytes of s from i on, the first of them the lowest; the compiler makes one load of it.
func load(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// below marks the bytes of x that are less than n, which is at most 0x80, by their high bits. Bytes above
// the first marked one may be marked wrongly.
func below(x uint64, n uint64) uint64 { return (x - ones*n) & ^x & highs }

// indexIllegal returns where the first character lies that [AppendLegal] would change, or len(s).
func indexIllegal(s string) int {
	i := 0
	for i < len(s) {
		i += skipPlain(s[i:])
		for end := min(i+8, len(s)); i < end; {
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

// skipPlain returns how many bytes at the start of s are printable ASCII and whole letters of U+00C0 to
// U+07FF, as far as words of eight bytes tell.
func skipPlain(s string) int {
	var begun uint64 // marks the first byte of a word if the word before ended within a letter
	i := 0
	for ; i < len(s)-7; i += 8 {
		doubtful, next := scanPlain(load(s, i), begun)
		if doubtful != 0 {
			break
		}
		begun = next
	}
	return i - int(begun>>7)
}

// scanPlain marks bytes of x that are neither printable ASCII nor of a letter of U+00C0 to U+07FF, of which
// begun marks a first byte that has to end one. A letter of which the last byte is the first half marks the
// first byte of the next word. Only the high bit of each byte counts until the end.
func scanPlain(x, begun uint64) (doubtful, next uint64) {
	low := x &^ highs // so that sums stay within their bytes; 0x80-n is added to see what is at least n
	ascii := (low + ones*(0x80-0x20)) &^ (low + ones*(0x80-0x7F)) &^ x
	leads := (low + ones*(0x80-0x43)) &^ (low + ones*(0x80-0x60)) & x // 0xC3 to 0xDF
	ends := leads<<8 | begun
	continuations := x &^ (x << 1) // 0x80 to 0xBF
	return (^(ascii | leads | ends) | ends&^continuations) & highs, leads >> 56 & 0x80
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
	case c >= 0xE1 && c < 0xED && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
		return 3 // U+1000 to U+CFFF: typographic quotes and dashes, most of East Asia
	}
	return legalRune(s[i:])
}

// legalRune is legalAt for what is none of the frequent cases.
func legalRune(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if n == 1 || r < 0xA0 || r == 0xFFFE || r == 0xFFFF {
		return 0
	}
	return n
}
