package syndicate

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/syndicate-go/syndicate/xmltext"
)

// tagYear is the date in the tag: URIs (RFC 4151) of a site that names no authority of its own. A
// publication that begins with this package held its domain then or later; what counts is that the
// year never changes.
const tagYear = "2026"

// tagAuthority returns authority, or the one made of a site's address: "nordicmonitor.com,2026".
func tagAuthority(authority, siteURL string) string {
	if authority = strings.TrimSpace(authority); authority != "" {
		return authority
	}
	if isPlainURL(siteURL) {
		_, rest, _ := strings.Cut(siteURL, "//")
		host, _, _ := strings.Cut(rest, "/")
		return host + "," + tagYear
	}
	if home, rule := resolveURL(nil, siteURL); rule == "" {
		if u, err := url.Parse(home); err == nil && !strings.Contains(u.Hostname(), ":") {
			return u.Hostname() + "," + tagYear
		}
	}
	return "localhost," + tagYear
}

// isTagAuthority checks the form of an authority: a domain or mail address, a comma, a date.
func isTagAuthority(s string) bool {
	name, date, ok := strings.Cut(s, ",")
	if !ok || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.@_") != "" || !strings.Contains(name, ".") {
		return false
	}
	for _, layout := range []string{"2006", "2006-01", "2006-01-02"} {
		if _, err := time.Parse(layout, date); err == nil {
			return true
		}
	}
	return false
}

// tagEscaper keeps percent signs out of keys: readers that decode twice, and the W3C's validator is one,
// would see another id.
var tagEscaper = strings.NewReplacer("%", "~25", "~", "~7E", "#", "%23")

// tagURI returns a tag: URI for a key of the publication (RFC 4151 section 2.1). Different keys make
// different URIs.
func tagURI(authority, key string) string {
	if isPlainKey(key) {
		return "tag:" + authority + ":" + key
	}
	escaped := percentEncode(tagEscaper.Replace(key))
	if !norm.NFC.IsNormalString(key) { // nor must a reader that composes letters see another id
		escaped = strings.ReplaceAll(escaped, "%", "~")
	}
	return "tag:" + authority + ":" + escaped
}

// isPlainKey reports whether a key is one that tagURI has nothing to escape in.
func isPlainKey(key string) bool {
	for i := range len(key) {
		if c := key[i]; !uriBytes[c] || c == '%' || c == '~' || c == '#' {
			return false
		}
	}
	return true
}

// atomID returns the id of an article as Atom wants it: an absolute IRI (RFC 4287 section 4.2.6) in its
// canonical form.
func atomID(a *Article, authority string) string {
	id := strings.TrimSpace(xmltext.Legal(a.key()))
	if id == "" {
		return ""
	}
	if iri, ok := canonicalIRI(id); ok {
		return iri
	}
	return tagURI(authority, id)
}

// guid returns the id of an article as RSS and JSON Feed carry it: byte for byte what was given. A
// short number alone becomes a tag: URI, since readers mistake it for an index (RSS-2).
func guid(a *Article, authority string) string {
	id := strings.TrimSpace(xmltext.Legal(a.key()))
	if len(id) < 9 && id != "" && strings.Trim(id, "0123456789") == "" {
		return tagURI(authority, id)
	}
	return id
}

// isPermalink reports whether a guid is the article's address.
func isPermalink(guid, articleURL string) bool {
	return guid == articleURL && (strings.HasPrefix(guid, "http://") || strings.HasPrefix(guid, "https://"))
}

// canonicalIRI returns an absolute IRI in the one form of all those that mean the same (RFC 4287 section
// 4.2.6.1): ASCII, scheme and host in lower case, nothing escaped without need. It takes the schemes
// that are made for ids; a key of the publication may well hold a colon ("post:12").
func canonicalIRI(id string) (iri string, ok bool) {
	if isCanonicalURL(id) {
		return id, true
	}
	return canonicalized(id)
}

func canonicalized(id string) (iri string, ok bool) {
	scheme, rest, _ := strings.Cut(id, ":")
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https":
		absolute, rule := resolveURL(nil, id)
		if rule != "" || strings.Contains(absolute, "[") {
			return "", false
		}
		u, err := url.Parse(absolute)
		if err != nil {
			return "", false
		}
		iri = escapeURL(u.ResolveReference(&url.URL{RawQuery: u.RawQuery, ForceQuery: u.ForceQuery, Fragment: u.Fragment, RawFragment: u.RawFragment}))
	case "tag":
		authority, key, found := strings.Cut(rest, ":")
		if !found || !isTagAuthority(authority) || strings.Count(key, "#") > 1 {
			return "", false
		}
		if isPlainKey(key) && strings.HasPrefix(id, "tag:") {
			return id, true
		}
		iri = "tag:" + authority + ":" + percentEncode(key)
	case "urn":
		name, key, found := strings.Cut(rest, ":")
		if !found || len(name) < 2 || len(name) > 32 || key == "" || name[0] == '-' || strings.Trim(name, asciiLetters+"0123456789-") != "" {
			return "", false
		}
		if key = percentEncode(key); strings.ContainsAny(key, "/?#&~") || strings.EqualFold(name, "uuid") && !isUUID(key) {
			return "", false
		}
		iri = "urn:" + name + ":" + key
	default:
		return "", false
	}
	return plainEscapes(iri)
}

// isCanonicalURL recognises http(s) URLs that have no other form: nothing in them is escaped.
func isCanonicalURL(s string) bool { return isPlainURL(s) && strings.IndexByte(s, '%') < 0 }

// canonicalOr is canonicalIRI, or id itself where it is no such thing.
func canonicalOr(id string) string {
	if iri, ok := canonicalIRI(id); ok {
		return iri
	}
	return id
}

const asciiLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

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
	if err != nil || !utf8.ValidString(plain) || !norm.NFC.IsNormalString(plain) || hasEscape(plain) {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		c, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if strings.IndexByte(asciiLetters+"0123456789-._~", byte(c)) >= 0 {
			b.WriteByte(byte(c))
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
		i += 2
	}
	return b.String(), true
}
