package uri

import (
	"net/url"
	"strings"
)

// Escape returns u.String() with every byte percent-encoded that may not be in a path, query or
// fragment (RFC 3986 section 3). Its scheme and authority are not changed.
func Escape(u *url.URL) string {
	whole := u.String()
	if isEncoded(whole) {
		return whole
	}
	authority := *u
	authority.Path, authority.RawPath, authority.RawQuery, authority.Fragment, authority.RawFragment = "", "", "", "", ""
	authority.ForceQuery = false
	head := authority.String()
	return head + PercentEncode(whole[len(head):])
}

// isEncoded reports whether s, which contains no escape, needs none.
func isEncoded(s string) bool {
	for i := range len(s) {
		if s[i] == '%' || !Allowed[s[i]] {
			return false
		}
	}
	return true
}

// hex are the digits of an escape, upper case as RFC 3986 section 2.1 asks.
const hex = "0123456789ABCDEF"

// Allowed are the bytes that may be in the path, query and fragment of a URI (RFC 3986 section
// 3.3 to 3.5), with the delimiters and the percent sign. Every other byte has to be
// percent-encoded.
var Allowed = byteSet(letters + "0123456789-._~!$&'()*+,;=:@/?#%")

// PercentEncode returns s, a path, query and fragment, with every byte percent-encoded that is
// not [Allowed], and every percent sign that begins no escape. Escapes stay as they are. If there
// is nothing to encode it returns s and uses no memory.
func PercentEncode(s string) string {
	s = EscapeStrayPercents(s)
	i := 0
	for i < len(s) && Allowed[s[i]] {
		i++
	}
	if i == len(s) {
		return s
	}
	dst := append(make([]byte, 0, len(s)+16), s[:i]...)
	for ; i < len(s); i++ {
		if Allowed[s[i]] {
			dst = append(dst, s[i])
		} else {
			dst = appendEscape(dst, s[i])
		}
	}
	return string(dst)
}

// appendEscape appends the escape of a byte.
func appendEscape(dst []byte, c byte) []byte { return append(dst, '%', hex[c>>4], hex[c&15]) }

// EscapeStrayPercents returns s with each percent sign that begins no escape written as "%25".
func EscapeStrayPercents(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		if s[i] == '%' && !HasEscape(s[i:min(i+3, len(s))]) {
			b.WriteString("25")
		}
	}
	return b.String()
}

// HasEscape reports whether s contains an escape: a percent sign and two hexadecimal digits.
func HasEscape(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		if s[i] == '%' && IsHex(s[i+1]) && IsHex(s[i+2]) {
			return true
		}
	}
	return false
}

// IsHex reports whether c is a hexadecimal digit, in upper or lower case.
func IsHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// byteSet returns a table of the bytes of a text.
func byteSet(bytes string) (set [256]bool) {
	for _, c := range []byte(bytes) {
		set[c] = true
	}
	return set
}
