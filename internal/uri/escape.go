package uri

import (
	"net/url"
	"strings"
)

// Escape is u.String with everything percent-encoded that RFC 3986 does not allow where it stands.
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

const hex = "0123456789ABCDEF"

// Allowed are the bytes that may stand in path, query and fragment of a URI (RFC 3986 section 3.3).
var Allowed = byteSet(letters + "0123456789-._~!$&'()*+,;=:@/?#%")

func PercentEncode(s string) string {
	s = EscapeStrayPercents(s)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if Allowed[s[i]] {
			b.WriteByte(s[i])
			continue
		}
		b.Write([]byte{'%', hex[s[i]>>4], hex[s[i]&15]})
	}
	return b.String()
}

// EscapeStrayPercents turns each percent sign that begins no escape into "%25".
func EscapeStrayPercents(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] == '%' && !HasEscape(s[i:min(i+3, len(s))]) {
			b.WriteString("25")
		}
	}
	return b.String()
}

// HasEscape reports whether a percent sign in s begins an escape.
func HasEscape(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		if s[i] == '%' && IsHex(s[i+1]) && IsHex(s[i+2]) {
			return true
		}
	}
	return false
}

func IsHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func byteSet(bytes string) (set [256]bool) {
	for _, c := range []byte(bytes) {
		set[c] = true
	}
	return set
}
