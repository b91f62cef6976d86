package uri

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// IRI returns an absolute IRI in the one form of all those that mean the same (RFC 4287 section
// 4.2.6.1): ASCII, scheme and host in lower case, nothing escaped without need. It takes the schemes
// that are made for ids; a key of the publication may well hold a colon ("post:12").
func IRI(id string) (iri string, ok bool) {
	if IsCanonical(id) {
		return id, true
	}
	return canonicalized(id)
}

func canonicalized(id string) (iri string, ok bool) {
	scheme, rest, _ := strings.Cut(id, ":")
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https":
		absolute, rule := Resolve(nil, id)
		if rule != "" || strings.Contains(absolute, "[") {
			return "", false
		}
		u, err := url.Parse(absolute)
		if err != nil {
			return "", false
		}
		iri = Escape(u.ResolveReference(&url.URL{RawQuery: u.RawQuery, ForceQuery: u.ForceQuery, Fragment: u.Fragment, RawFragment: u.RawFragment}))
	case "tag":
		authority, key, found := strings.Cut(rest, ":")
		if !found || !IsTagAuthority(authority) || strings.Count(key, "#") > 1 {
			return "", false
		}
		if isPlainKey(key) && strings.HasPrefix(id, "tag:") {
			return id, true
		}
		iri = "tag:" + authority + ":" + PercentEncode(key)
	case "urn":
		name, key, found := strings.Cut(rest, ":")
		if !found || len(name) < 2 || len(name) > 32 || key == "" || name[0] == '-' || strings.Trim(name, letters+"0123456789-") != "" {
			return "", false
		}
		if key = PercentEncode(key); strings.ContainsAny(key, "/?#&~") || strings.EqualFold(name, "uuid") && !isUUID(key) {
			return "", false
		}
		iri = "urn:" + name + ":" + key
	default:
		return "", false
	}
	return plainEscapes(iri)
}

// IsCanonical recognises http(s) URLs that have no other form: nothing in them is escaped.
func IsCanonical(s string) bool { return IsPlain(s) && strings.IndexByte(s, '%') < 0 }

// IRIOr is IRI, or id itself where it is no such thing.
func IRIOr(id string) string {
	if iri, ok := IRI(id); ok {
		return iri
	}
	return id
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// isUUID checks the form of RFC 9562 section 4.
func isUUID(s string) bool {
	groups := strings.Split(s, "-")
	for i, n := range [...]int{8, 4, 4, 4, 12} {
		if len(groups) != 5 || len(groups[i]) != n || strings.Trim(groups[i], "0123456789abcdefABCDEF") != "" {
			return false
		}
	}
	return true
}

// plainEscapes writes percent escapes in capitals and dissolves those of letters, digits, "-", ".", "_"
// and "~" (RFC 3986 section 6.2.2); false when that is not the end of it: what is escaped is not UTF-8 in
// NFC, or holds escapes in turn.
func plainEscapes(s string) (string, bool) {
	if !strings.Contains(s, "%") {
		return s, true
	}
	plain, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(plain) || !norm.NFC.IsNormalString(plain) || HasEscape(plain) {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		c, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if strings.IndexByte(letters+"0123456789-._~", byte(c)) >= 0 {
			b.WriteByte(byte(c))
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
		i += 2
	}
	return b.String(), true
}
