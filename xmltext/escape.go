package xmltext

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// escaper appends legal text with some of its ASCII bytes replaced. It copies eight bytes at a time and goes
// back to the first of them that is to be replaced: no call for each run between two escapes, whose length a
// processor cannot predict.
type escaper struct {
	of [256]escape // what is written for each byte, most often itself
	// What to look for in eight bytes: what is less than below, and two bytes, once the bits of set are set.
	below     uint64
	set1, is1 uint64
	set2, is2 uint64
}

// escape is up to eight bytes, the first of them the lowest.
type escape struct {
	bytes uint64
	n     int
}

// newEscaper returns an escaper of the bytes that escapes names: those of each pair, two bytes that differ in
// one bit at most, and any that are less than below.
func newEscaper(below byte, one, two [2]byte, escapes map[byte]string) *escaper {
	e := &escaper{
		below: ones * uint64(below),
		set1:  ones * uint64(one[0]^one[1]), is1: ones * uint64(one[0]|one[1]),
		set2: ones * uint64(two[0]^two[1]), is2: ones * uint64(two[0]|two[1]),
	}
	for c := range e.of {
		e.of[c] = escape{uint64(c), 1}
	}
	for c, text := range escapes {
		var word [8]byte
		e.of[c].n = copy(word[:], text)
		e.of[c].bytes = binary.LittleEndian.Uint64(word[:])
	}
	return e
}

// append appends s escaped. Like any append function it may write into what dst has room for beyond the end.
func (e *escaper) append(dst []byte, s string) []byte {
	const room = 128 // more than what a step of the first loop and all of the second write
	dst = slices.Grow(dst, len(s)+len(s)/8+room)
	n, to := len(dst), dst[:cap(dst)]
	i := 0
	for i < len(s)-7 {
		if len(to)-n < room {
			dst = slices.Grow(to[:n], (len(s)-i)*2+room)
			to = dst[:cap(dst)]
		}
		x := load(s, i)
		binary.LittleEndian.PutUint64(to[n:], x)
		marked := (x-e.below)&^x | below(x|e.set1^e.is1, 1) | below(x|e.set2^e.is2, 1)
		if marked&highs == 0 {
			i, n = i+8, n+8
			continue
		}
		plain := bits.TrailingZeros64(marked&highs) / 8
		n += plain + e.of[s[i+plain]].put(to[n+plain:])
		i += plain + 1
	}
	for ; i < len(s); i++ { // room for these is left
		n += e.of[s[i]].put(to[n:])
	}
	return to[:n]
}

// put writes the escape to the start of to, which has to hold eight bytes, and returns its length.
func (e *escape) put(to []byte) int {
	binary.LittleEndian.PutUint64(to, e.bytes)
	return e.n
}
