package escape

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// escaper appends legal text with some of its ASCII bytes replaced. It copies eight bytes at a
// time. If one of the eight has to be replaced, it looks up the replacement of each without a
// branch: a processor cannot predict where the markup in a body is.
type escaper struct {
	of [256]escape // what is written for each byte, most often itself
	// What to search for in eight bytes: bytes less than below, and is1 and is2 after the bits of
	// set1 and set2 were set.
	below     uint64
	set1, is1 uint64
	set2, is2 uint64
}

// escape is up to seven bytes, the first of them the lowest, and their number, the highest.
type escape uint64

func newEscape(text string) escape {
	var word [8]byte
	word[7] = byte(copy(word[:7], text))
	return escape(binary.LittleEndian.Uint64(word[:]))
}

// newEscaper returns an escaper of the bytes in escapes. They are those of each pair, two bytes
// that differ in at most one bit, and any that are less than below.
func newEscaper(below byte, one, two [2]byte, escapes map[byte]string) *escaper {
	e := &escaper{
		below: ones * uint64(below),
		set1:  ones * uint64(one[0]^one[1]), is1: ones * uint64(one[0]|one[1]),
		set2: ones * uint64(two[0]^two[1]), is2: ones * uint64(two[0]|two[1]),
	}
	for c := range e.of {
		e.of[c] = newEscape(string([]byte{byte(c)}))
	}
	for c, text := range escapes {
		e.of[c] = newEscape(text)
	}
	return e
}

// window is room for what eight bytes become, seven each, and for a store that reaches beyond.
const window = 72

// append appends any text, made legal and escaped. Most texts are short and need no escapes.
func (e *escaper) append(dst []byte, s string) []byte {
	if isSimple(s) {
		return append(dst, s...)
	}
	return e.replace(dst, Legal(s))
}

// appendLegal appends legal text escaped.
func (e *escaper) appendLegal(dst []byte, s string) []byte {
	if isSimple(s) {
		return append(dst, s...)
	}
	return e.replace(dst, s)
}

// replace is appendLegal for text with something to replace. Like any append function it may write
// into the capacity of dst beyond the end.
func (e *escaper) replace(dst []byte, s string) []byte {
	dst = slices.Grow(dst, len(s)*9/8+2*window)
	n, to := len(dst), dst[:cap(dst)]
	i := 0
	for ; i < len(s)-7; i += 8 {
		for n < 0 || n > len(to)-2*window { // n is never negative; with this the compiler needs no checks below
			to = roomier(to[:n], (len(s)-i)*9/8+2*window)
		}
		x := load(s, i)
		marked := (x - e.below) | (x | e.set1 ^ e.is1 - ones) | (x | e.set2 ^ e.is2 - ones)
		if marked&^x&highs == 0 {
			binary.LittleEndian.PutUint64(to[n:n+8:n+8], x)
			n += 8
		} else {
			n += e.put((*[window]byte)(to[n:n+window:n+window]), x)
		}
	}
	for ; i < len(s); i++ { // room for these is left
		n += e.of[s[i]].put(to[n:])
	}
	return to[:n]
}

// roomier is kept out of the loop, which needs the registers; so is put.
//
//go:noinline
func roomier(to []byte, more int) []byte {
	to = slices.Grow(to, more)
	return to[:cap(to)]
}

// put writes the replacements of the eight bytes of x and returns their length.
//
//go:noinline
func (e *escaper) put(to *[window]byte, x uint64) (n int) {
	for range 4 {
		n &= 63 // it is less; this removes bounds checks
		n += e.of[byte(x)].put(to[n : n+8])
		n &= 63
		n += e.of[byte(x>>8)].put(to[n : n+8])
		x >>= 16
	}
	return n
}

// put writes the escape to the start of to, which has to hold eight bytes, and returns its length.
func (e escape) put(to []byte) int {
	binary.LittleEndian.PutUint64(to, uint64(e))
	return int(e >> 56)
}

// appendQuoted appends legal text as it is in a JSON string. Bytes to escape are rare in a body, so
// it copies everything between two of them at once: two thirds of the instructions of an escaper.
func appendQuoted(dst []byte, s string) []byte {
	start, i := 0, 0
	for i < len(s)-15 {
		marked, next := markQuoted(load(s, i)), markQuoted(load(s, i+8))
		if marked|next == 0 {
			i += 16
			continue
		}
		if marked == 0 {
			marked, i = next, i+8
		}
		i += bits.TrailingZeros64(marked) / 8
		dst = appendEscaped(append(dst, s[start:i]...), s[i])
		i++
		start = i
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
			dst = appendEscaped(append(dst, s[start:i]...), c)
			start = i + 1
		}
	}
	return append(dst, s[start:]...)
}

// markQuoted marks, by their high bits, the bytes of x that a JSON string escapes. Bytes above the
// first marked one may be marked wrongly.
func markQuoted(x uint64) uint64 {
	return (x - ones*0x20 | (x ^ ones*'"' - ones) | (x ^ ones*'\\' - ones)) &^ x & highs
}

func appendEscaped(dst []byte, c byte) []byte {
	switch c {
	case '\n':
		c = 'n'
	case '\t':
		c = 't'
	}
	return append(dst, '\\', c)
}
