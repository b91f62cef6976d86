package syndicate

import (
	"net/url"
	"strings"

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
	if u, err := url.Parse(siteURL); err == nil && u.Hostname() != "" && !strings.Contains(u.Hostname(), ":") {
		return strings.ToLower(u.Hostname()) + "," + tagYear
	}
	return "localhost," + tagYear
}

// isTagAuthority checks the form of an authority: a domain or mail address, a comma, a date.
func isTagAuthority(s string) bool {
	name, date, ok := strings.Cut(s, ",")
	if !ok || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.@_") != "" || !strings.Contains(name, ".") {
		return false
	}
	switch len(date) {
	case 4, 7, 10:
		for i := range len(date) {
			if dash := i == 4 || i == 7; dash != (date[i] == '-') || !dash && (date[i] < '0' || date[i] > '9') {
				return false
			}
		}
		return true
	}
	return false
}

// tagURI returns a tag: URI for a key of the publication (RFC 4151 section 2.1). Different keys make
// different URIs.
func tagURI(authority, key string) string {
	key = strings.NewReplacer("%", "%25", "#", "%23").Replace(key)
	return "tag:" + authority + ":" + percentEncode(key)
}

// atomID returns the id of an article as Atom wants it: an absolute IRI (RFC 4287 section 4.2.6).
func atomID(a *Article, authority string) string {
	id := strings.TrimSpace(xmltext.Legal(a.key()))
	if id == "" || isAbsoluteIRI(id) {
		return id
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

// isAbsoluteIRI reports whether id has a scheme and only characters that an IRI may hold.
func isAbsoluteIRI(id string) bool {
	scheme, rest, ok := strings.Cut(id, ":")
	if !ok || len(scheme) < 2 || rest == "" || strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") != "" {
		return false
	}
	if c := scheme[0] | 0x20; c < 'a' || c > 'z' || strings.ContainsAny(id, " \t\n<>\"{}|\\^`") || escapeStrayPercents(id) != id {
		return false
	}
	u, err := url.Parse(id)
	if err != nil {
		return false
	}
	switch strings.ToLower(scheme) {
	case "http", "https":
		return u.Host != "" && !strings.ContainsAny(rest, "[]")
	case "urn", "tag":
		return strings.Contains(rest, ":")
	}
	return true
}
