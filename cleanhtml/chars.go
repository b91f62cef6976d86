package cleanhtml

import (
	"unicode/utf8"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// appendLegal appends s with only the characters that XML allows (see [escape.AppendLegal]).
// Nearly all texts have no others. A first loop finds that out without a copy.
func appendLegal(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= ' ' && c < 0x7F || c == '\n' || c == '\t':
			i++
			continue
		case c >= utf8.RuneSelf:
			if r, n := utf8.DecodeRune(s[i:]); n > 1 && r >= 0xA0 && r != 0xFFFE && r != 0xFFFF {
				i += n
				continue
			}
		}
		// An illegal or malformed character: start again with the slow function.
		return escape.AppendLegal(dst, string(s))
	}
	return append(dst, s...)
}

// escapes are the references for the characters that have a meaning in HTML. They are the shortest
// forms that XML has too.
var escapes = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;"}

// appendText appends s as text, in which quotes need no escaping.
func appendText(dst, s []byte) []byte {
	// Copy the bytes between the escaped characters at once.
	start := 0
	for i, b := range s {
		if b > '>' || b == '"' || escapes[b] == "" {
			continue
		}
		dst = append(append(dst, s[start:i]...), escapes[b]...)
		start = i + 1
	}
	return append(dst, s[start:]...)
}

// appendValue appends s as the value of an attribute in double quotes.
func appendValue(dst, s []byte) []byte {
	start := 0
	for i, b := range s {
		if b > '>' || escapes[b] == "" {
			continue
		}
		dst = append(append(dst, s[start:i]...), escapes[b]...)
		start = i + 1
	}
	return append(dst, s[start:]...)
}

// isBlank reports whether s has only characters that are white space in HTML. The tokenizer has
// turned carriage returns into line ends, and form feeds are not legal in XML.
func isBlank(s []byte) bool {
	for _, b := range s {
		if b != ' ' && b != '\n' && b != '\t' {
			return false
		}
	}
	return true
}
