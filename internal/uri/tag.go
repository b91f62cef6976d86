package uri

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// tagYear is the date in the tag: URIs (RFC 4151) of a site that names no authority of its own. A
// publication that begins with this package held its domain then or later; what counts is that the
// year never changes.
const tagYear = "2026"

// TagAuthority returns authority, or the one made of a site's address: "nordicmonitor.com,2026".
func TagAuthority(authority, siteURL string) string {
	if authority = strings.TrimSpace(authority); authority != "" {
		return authority
	}
	if IsPlain(siteURL) {
		_, rest, _ := strings.Cut(siteURL, "//")
		host, _, _ := strings.Cut(rest, "/")
		return host + "," + tagYear
	}
	if home, rule := Resolve(nil, siteURL); rule == "" {
		if u, err := url.Parse(home); err == nil && !strings.Contains(u.Hostname(), ":") {
			return u.Hostname() + "," + tagYear
		}
	}
	return "localhost," + tagYear
}

// IsTagAuthority checks the form of an authority: a domain or mail address, a comma, a date.
func IsTagAuthority(s string) bool {
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

// Tag returns a tag: URI for a key of the publication (RFC 4151 section 2.1). Different keys make
// different URIs.
func Tag(authority, key string) string {
	if isPlainKey(key) {
		return "tag:" + authority + ":" + key
	}
	escaped := PercentEncode(tagEscaper.Replace(key))
	if !norm.NFC.IsNormalString(key) { // nor must a reader that composes letters see another id
		escaped = strings.ReplaceAll(escaped, "%", "~")
	}
	return "tag:" + authority + ":" + escaped
}

// isPlainKey reports whether a key is one that Tag has nothing to escape in.
func isPlainKey(key string) bool {
	for i := range len(key) {
		if c := key[i]; !Allowed[c] || c == '%' || c == '~' || c == '#' {
			return false
		}
	}
	return true
}
