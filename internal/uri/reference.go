package uri

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// schemes are some of the registered schemes, those of URLs that people type into feeds (IANA,
// "URI Schemes").
const schemes = " http https ftp file mailto data urn cid mid tel sms geo tag news nntp xmpp sip sips ldap gopher "

// IsReference reports whether s has the form of an IRI or of a relative reference (RFC 3987 section
// 2.2) and no unknown scheme. That is what feed formats require of a link. Most of such
// references are no addresses that a reader could open: see [Resolve] for those.
func IsReference(s string) bool {
	if s == "" {
		return false
	}
	// What remains without the brackets has the bytes of a path.
	plain := s
	if before, rest, found := strings.Cut(s, "//["); found { // an IPv6 literal has brackets
		if ip, after, closed := strings.Cut(rest, "]"); closed && strings.Trim(ip, hex+"abcdef:.") == "" {
			plain = before + "//" + ip + after
		}
	}
	for i := range len(plain) {
		c := plain[i]
		if c == '%' && !HasEscape(plain[i:min(i+3, len(plain))]) || c < utf8.RuneSelf && c != '#' && !Allowed[c] {
			return false
		}
	}
	// A colon after a slash belongs to a path (RFC 3986 section 4.2).
	scheme, rest, found := strings.Cut(s, ":")
	if !found || strings.ContainsAny(scheme, "/?#") {
		return true
	}
	scheme = strings.ToLower(scheme)
	if scheme == "http" || scheme == "https" {
		return strings.HasPrefix(rest, "//") && len(rest) > len("//") && rest[2] != '/'
	}
	return strings.Contains(schemes, " "+scheme+" ")
}

// IsURI reports whether s is a URI with a scheme of any kind (RFC 3986 section 3), which is what
// Atom requires of an id. An id for which [IRI] has a canonical form is the better one. The URIs of
// the schemes tag and urn have a stricter form, which IRI checks.
func IsURI(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Opaque+u.Host+u.Path == "" {
		return false
	}
	switch u.Scheme {
	case "", "tag", "urn":
		return false
	case "http", "https":
		return u.Host != "" && IsReference(s)
	}
	return IsReference("/" + s[len(u.Scheme)+1:])
}
