// Package uri makes URLs, IRIs and tag: URIs canonical and checks the syntax of mail addresses and
// host names. It is the syntax that the addresses of articles and the links in bodies share.
//
// Nearly all URLs of a site are canonical already. Functions named IsPlain and IsCanonical
// recognize them in one pass, because net/url and the mapping of host names cost many times as
// much. Each has an oracle, the slow function that returns the same.
package uri

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// Fault is the reason why a text is not a web address. The empty Fault means that it is one.
type Fault string

// The faults.
const (
	Missing     Fault = "missing"                           // empty, or nothing legal in it
	NotAbsolute Fault = "not an absolute http or https URL" // relative, and there is no base
	Bad         Fault = "not a URL"                         // wrong syntax, host or port
	BadScheme   Fault = "URL scheme is not http or https"   // "javascript:", "mailto:" and so on
)

// Resolve returns ref as an absolute http or https URL (RFC 3986 section 5) in the form that every
// feed format takes: trimmed, ASCII only, scheme and host in lower case, at least the path "/", no
// default port. base may be nil; then a relative ref is a fault.
//
// URLs that are plain, and paths that are plain below the base, are not parsed. The oracle is
// resolveAny.
func Resolve(base *url.URL, ref string) (string, Fault) {
	if IsPlain(ref) {
		return ref, ""
	}
	if base != nil && base.User == nil && strings.HasPrefix(ref, "/") {
		if absolute := base.Scheme + "://" + base.Host + ref; IsPlain(absolute) {
			return absolute, ""
		}
	}
	return resolveAny(base, ref)
}

// IsPlain reports whether s is an absolute URL that [Resolve] returns unchanged. It may return
// false for such a URL too: it leaves those with a port, a fragment, an empty segment or a segment
// that begins with a dot to the parser.
func IsPlain(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	host, _, found := strings.Cut(rest, "/")
	return ok && found && isPlainHost(host) && isPlainPath(rest[len(host):])
}

// isPlainHost reports whether s has only lower-case letters and digits, with single dots and
// hyphens between them. Such a name maps to itself, and without two hyphens in a row it has no
// punycode.
func isPlainHost(s string) bool {
	mark := true // the byte before is a dot or hyphen; neither may come first
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			mark = false
		case (c == '.' || c == '-') && !mark:
			mark = true
		default:
			return false
		}
	}
	return !mark && len(s) <= 63 // the longest label, so that no label is too long
}

// isPlainPath reports whether a path and query have only allowed bytes and complete escapes, and no
// dot segments.
func isPlainPath(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '/': // an empty segment, or perhaps "." or ".."
			if i+1 < len(s) && (s[i+1] == '/' || s[i+1] == '.') {
				return false
			}
		case c == '%':
			if !HasEscape(s[i:min(i+3, len(s))]) {
				return false
			}
		case c == '#' || !Allowed[c]:
			return false
		}
	}
	return true
}

// resolveAny is [Resolve] without the fast paths.
func resolveAny(base *url.URL, ref string) (string, Fault) {
	u, fault := resolve(base, ref)
	if fault != "" {
		return "", fault
	}
	u.User = nil // see HasUserinfo
	return Escape(u), ""
}

// resolve is resolveAny with the user name and password.
func resolve(base *url.URL, ref string) (*url.URL, Fault) {
	// Line breaks and tabs within URLs are left out, as in browsers (URL Standard, section 4.4).
	ref = breaks.Replace(strings.TrimSpace(escape.Legal(ref)))
	if ref == "" {
		return nil, Missing
	}
	// A stray percent sign is the one mistake that can be mended in only one way.
	u, err := url.Parse(EscapeStrayPercents(ref))
	if err != nil {
		return nil, Bad
	}
	// Without a host, "//" and "///path" would be paths of the base, which browsers do not agree
	// with.
	if u.Host == "" && strings.HasPrefix(ref, "//") {
		return nil, Bad
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	switch {
	case u.Scheme == "":
		return nil, NotAbsolute
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, BadScheme
	}
	if u.Host, err = canonicalHost(u); err != nil {
		return nil, Bad
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, ""
}

var breaks = strings.NewReplacer("\t", "", "\n", "", "\r", "")

// HasUserinfo reports whether ref holds a user name or password. [Resolve] leaves both out: an
// address in a feed is read by everybody (RFC 9110 section 4.2.4).
func HasUserinfo(ref string) bool {
	if !strings.Contains(ref, "@") {
		return false
	}
	u, err := url.Parse(EscapeStrayPercents(breaks.Replace(strings.TrimSpace(escape.Legal(ref)))))
	return err == nil && u.User != nil
}

// hosts maps host names as browsers do (UTS 46, non-transitional), but allows underscores.
var hosts = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// canonicalHost returns the host of u in ASCII and its port, unless that is the default of the
// scheme (RFC 3986 section 6.2.3). It removes the zone of an IPv6 address, which means something
// only on one machine.
func canonicalHost(u *url.URL) (string, error) {
	name, port := u.Hostname(), u.Port()
	if strings.HasPrefix(u.Host, "[") {
		ip, err := netip.ParseAddr(name)
		if err != nil {
			return "", err
		}
		name = "[" + ip.WithZone("").String() + "]"
	} else {
		var err error
		if name, err = ASCIIHost(name); err != nil || !IsHostName(name) {
			return "", errHost
		}
	}
	// Leading zeros mean nothing (URL Standard section 4.4, port state).
	if port = strings.TrimLeft(port, "0"); len(port) > 5 || len(port) == 5 && port > "65535" {
		return "", errHost
	}
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return name, nil
	}
	return name + ":" + port, nil
}

// errHost is the error of [ASCIIHost] and of ports that do not exist.
var errHost = errors.New("not a host and port")

// ASCIIHost returns a host name or IPv4 address as browsers would send it: in lower case, and in
// punycode (UTS 46 section 4.2, non-transitional). A name without such a form is an error, and so
// is one whose form does not map to itself: mapping a URL twice would change it. ASCIIHost does not
// check labels and characters; see [IsHostName].
//
// Names that are too long are refused before they are mapped: the time to map a label grows with
// the square of its length.
func ASCIIHost(name string) (string, error) {
	if IsLongHost(name) {
		return "", errHost
	}
	ascii, err := hosts.ToASCII(name)
	if err != nil {
		return "", err
	}
	if IsLongHost(ascii) {
		return "", errHost
	}
	if again, err := hosts.ToASCII(ascii); err != nil || again != ascii {
		return "", errHost
	}
	return ascii, nil
}

// longestHost is the greatest length in bytes of a host name (RFC 1035 section 2.3.4), without the
// dot that may be at its end.
const longestHost = 253

// IsLongHost reports whether s is too long for a host name.
func IsLongHost[T string | []byte](s T) bool {
	n := len(s)
	return n > longestHost+1 || n == longestHost+1 && s[n-1] != '.'
}

// IsHostName reports whether s has the syntax of a host name in ASCII: labels of lower-case
// letters, digits, hyphens and underscores, none of them empty. IPv4 addresses have it too. There
// may be a dot at the end.
func IsHostName(s string) bool {
	return s != "" && s[0] != '.' && !IsLongHost(s) && !strings.Contains(s, "..") &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-._") == ""
}

// Web returns a URL without white space around it, "" for a text that is not an absolute URL of
// http or https.
func Web(address string) string {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return address
}
