package uri

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// tagYear is the date in the tag: URIs (RFC 4151 section 2.1) of a site without an authority of
// its own. The site has to have held its domain on that date. The year must never change, because
// the ids of articles contain it.
const tagYear = "2026"

// TagAuthority returns authority, or if it is empty one made of the site's host:
// "nordicmonitor.com,2026". The host of a plain URL is cut out without parsing the URL.
func TagAuthority(authority, siteURL string) string {
	if authority = strings.TrimSpace(authority); authority != "" {
		return authority
	}
	if IsPlain(siteURL) {
		_, rest, _ := strings.Cut(siteURL, "//")
		host, _, _ := strings.Cut(rest, "/")
		return host + "," + tagYear
	}
	if home, fault := Resolve(nil, siteURL); fault == "" {
		if u, err := url.Parse(home); err == nil && !strings.Contains(u.Hostname(), ":") {
			return tagHost.Replace(strings.TrimSuffix(u.Hostname(), ".")) + "," + tagYear
		}
	}
	return "localhost," + tagYear
}

// tagHost replaces what some hosts have and the domain of an authority may not have (RFC 4151
// section 2.1, DNScomp). The W3C's validator refuses the ids of a feed with an underscore there.
var tagHost = strings.NewReplacer("_", "-")

// IsTagAuthority reports whether s is an authority (RFC 4151 section 2.1): a domain or mail
// address in lower case, a comma, and a date of a year, a month or a day.
func IsTagAuthority(s string) bool {
	name, _, _ := strings.Cut(s, ",")
	return isTagAuthority(s) && strings.Contains(name, ".")
}

// IsTag reports whether s is a tag: URI, whose domain may also be a name in a local network, such
// as "localhost". The ids of a site at such a host are valid, although others may have the same.
func IsTag(s string) bool {
	rest, ok := strings.CutPrefix(s, "tag:")
	authority, key, found := strings.Cut(rest, ":")
	return ok && found && isTagAuthority(authority) && strings.Count(key, "#") < 2 && IsReference("/"+key)
}

// isTagAuthority is IsTagAuthority for any domain, also for one without a dot. An underscore may
// only be in the local part of a mail address.
func isTagAuthority(s string) bool {
	name, date, _ := strings.Cut(s, ",")
	user, domain, isMail := strings.Cut(name, "@")
	if !isMail {
		user, domain = "", name
	}
	const plain = "abcdefghijklmnopqrstuvwxyz0123456789-."
	if domain == "" || strings.Trim(domain, plain) != "" || strings.Trim(user, plain+"_") != "" || isMail && user == "" {
		return false
	}
	// The date has four digits, or two more for the month, or two more for the day.
	for _, layout := range []string{"2006", "2006-01", "2006-01-02"} {
		if _, err := time.Parse(layout, date); err == nil {
			return true
		}
	}
	return false
}

// tagEscaper keeps percent signs out of keys: a reader that decodes the id, as the W3C's
// validator does, would see another id. The tilde replaces the percent sign.
var tagEscaper = strings.NewReplacer("%", "~25", "~", "~7E", "#", "%23")

// Tag returns a tag: URI for a key of the publication (RFC 4151 section 2.1). Different keys have
// different URIs. Most keys are plain and need nothing escaped.
func Tag(authority, key string) string {
	if isPlainKey(key) {
		return "tag:" + authority + ":" + key
	}
	plain := tagEscaper.Replace(key)
	// What PercentEncode still escapes is outside ASCII, or not allowed in a URI.
	escaped := PercentEncode(plain)
	// A reader that composes letters would see another id. An escape can end in such a letter: the
	// E of "~7E" takes a caron.
	if !norm.NFC.IsNormalString(plain) {
		escaped = strings.ReplaceAll(escaped, "%", "~")
	}
	return "tag:" + authority + ":" + escaped
}

// isPlainKey reports whether nothing in the key of a tag: URI has to be escaped, so that the slow
// path of [Tag] would return the same.
func isPlainKey(key string) bool {
	for i := range len(key) {
		if c := key[i]; !Allowed[c] || c == '%' || c == '~' || c == '#' {
			return false
		}
	}
	return true
}

// IsPermalink reports whether a guid is the address of its article. RSS states this with each guid.
// A reader may open a permalink, so only the address of the page may be called one.
func IsPermalink(guid, address string) bool {
	return guid == address && (strings.HasPrefix(guid, "http://") || strings.HasPrefix(guid, "https://"))
}
