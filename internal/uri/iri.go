package uri

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// IRI returns the canonical form of an absolute IRI: ASCII, scheme and host in lower case, dot
// segments removed, nothing escaped without need. Equivalent ids so become equal strings, as RFC
// 4287 section 4.2.6.1 recommends for atom:id.
//
// ok is false for anything else. Only the schemes that are made for ids count: http, https, tag
// and urn. A publication's own key may contain a colon too ("post:12").
func IRI(id string) (iri string, ok bool) {
	if IsCanonical(id) {
		return id, true
	}
	return canonicalized(id)
}

// canonicalized is [IRI] without the fast path. It is the oracle of [IsCanonical].
func canonicalized(id string) (iri string, ok bool) {
	scheme, rest, _ := strings.Cut(id, ":")
	switch strings.ToLower(scheme) {
	case "http", "https":
		u, fault := resolve(nil, id)                       // with a user name, which makes it another id
		if fault != "" || strings.HasPrefix(u.Host, "[") { // IPv6 addresses have several forms
			return "", false
		}
		// A reference without a path takes over that of u, without its dot segments.
		iri = Escape(u.ResolveReference(&url.URL{
			RawQuery: u.RawQuery, ForceQuery: u.ForceQuery, Fragment: u.Fragment, RawFragment: u.RawFragment,
		}))
	case "tag": // RFC 4151 section 2.1
		authority, key, found := strings.Cut(rest, ":")
		if !found || !IsTagAuthority(authority) || strings.Count(key, "#") > 1 {
			return "", false
		}
		if isPlainKey(key) && strings.HasPrefix(id, "tag:") {
			return id, true
		}
		iri = "tag:" + authority + ":" + PercentEncode(key)
	case "urn": // RFC 2141 section 2, which is stricter than RFC 8141
		name, key, _ := strings.Cut(rest, ":")
		if !isURNNamespace(name) || key == "" {
			return "", false
		}
		// The characters are reserved or excluded (RFC 2141 sections 2.3 and 2.4).
		key = PercentEncode(key)
		if strings.ContainsAny(key, "/?#&~") || strings.EqualFold(name, "uuid") && !isUUID(key) {
			return "", false
		}
		iri = "urn:" + name + ":" + key
	default:
		return "", false
	}
	return plainEscapes(iri)
}

// isURNNamespace checks the form of the name of a URN's namespace (RFC 2141 section 2.1).
func isURNNamespace(name string) bool {
	return len(name) >= 2 && len(name) <= 32 && name[0] != '-' && strings.Trim(name, letters+"0123456789-") == ""
}

// IsCanonical reports whether s is an http or https URL that [IRI] returns unchanged. It may
// return false for such a URL too. It is the fast path of IRI: plain, and nothing is escaped.
func IsCanonical(s string) bool { return IsPlain(s) && !strings.Contains(s, "%") }

// IRIOr returns the canonical form of an IRI, and any other id unchanged.
func IRIOr(id string) string {
	if iri, ok := IRI(id); ok {
		return iri
	}
	return id
}

// letters are ALPHA in the grammar of RFC 3986 section 1.3.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// isUUID checks the form of a UUID (RFC 9562 section 4): five groups of hexadecimal digits.
func isUUID(s string) bool {
	groups := strings.Split(s, "-")
	for i, n := range [...]int{8, 4, 4, 4, 12} {
		if len(groups) != 5 || len(groups[i]) != n || strings.Trim(groups[i], "0123456789abcdefABCDEF") != "" {
			return false
		}
	}
	return true
}

// plainEscapes writes percent escapes in upper case and decodes those of letters, digits, "-",
// ".", "_" and "~" (RFC 3986 section 6.2.2). It returns false if another reader could go further:
// the decoded text is not UTF-8, is not in NFC, or contains escapes itself.
func plainEscapes(s string) (string, bool) {
	// Decoded once, the text has to be final.
	plain, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(plain) || !norm.NFC.IsNormalString(plain) || HasEscape(plain) {
		return "", false
	}
	dst := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			code, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			i += 2
			// Only unreserved characters mean the same with and without an escape.
			if c = byte(code); !strings.Contains(letters+"0123456789-._~", string(rune(c))) {
				dst = appendEscape(dst, c)
				continue
			}
		}
		dst = append(dst, c)
	}
	return string(dst), true
}
