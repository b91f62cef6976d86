// Package uri brings URLs, IRIs, tag: URIs and mail addresses into the one form in which feeds carry them.
package uri

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// Fault says why a text is no web address; "" means that it is one.
type Fault string

// The faults.
const (
	Missing     Fault = "missing"
	NotAbsolute Fault = "not an absolute http or https URL"
	Bad         Fault = "not a URL"
	BadScheme   Fault = "URL scheme is not http or https"
)

// Resolve makes ref an absolute http(s) URL in the form that every feed format takes: trimmed,
// ASCII only (RSS-7), scheme and host in lower case, a path at least. It returns the rule that ref
// breaks, or "".
//
// Nearly all URLs are in that form already, or are paths of the site: they are recognised, not parsed.
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

// IsPlain recognises URLs that resolveAny returns as they are. It need not know all of them: those with a
// port, a fragment, an empty segment or one that begins with a dot are left to the parser.
func IsPlain(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	slash := strings.IndexByte(rest, '/')
	return ok && slash > 0 && isPlainHost(rest[:slash]) && isPlainPath(rest[slash:])
}

// isPlainHost reports whether s is made of lower-case letters and digits with single dots and hyphens between
// them, so that there is nothing to map and no punycode in it.
func isPlainHost(s string) bool {
	mark := true // so that none may lead
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
	return !mark && len(s) <= 63
}

// isPlainPath reports whether a path and query hold only what may stand there, and nothing to resolve.
func isPlainPath(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '/':
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

// resolveAny is Resolve for whatever there may be.
func resolveAny(base *url.URL, ref string) (string, Fault) {
	ref = strings.TrimSpace(escape.Legal(ref))
	if ref == "" {
		return "", Missing
	}
	u, err := url.Parse(ref)
	if err != nil {
		// A stray percent sign is the one mistake that has a single reading.
		if u, err = url.Parse(EscapeStrayPercents(ref)); err != nil {
			return "", Bad
		}
	}
	if u.Host == "" && strings.HasPrefix(ref, "//") {
		return "", Bad
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme == "":
		return "", NotAbsolute
	case u.Scheme != "http" && u.Scheme != "https":
		return "", BadScheme
	case u.Hostname() == "":
		return "", Bad
	}
	if u.Host, err = canonicalHost(u); err != nil {
		return "", Bad
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return Escape(u), ""
}

// hosts maps names the way browsers do (UTS 46, non-transitional), but lets underscores pass.
var hosts = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

func canonicalHost(u *url.URL) (string, error) {
	name, port := u.Hostname(), u.Port()
	if strings.HasPrefix(u.Host, "[") {
		ip, err := netip.ParseAddr(name)
		if err != nil {
			return "", err
		}
		name = "[" + ip.WithZone("").String() + "]"
	} else {
		ascii, err := hosts.ToASCII(name)
		if err != nil {
			return "", err
		}
		if name = strings.ToLower(ascii); !IsHostName(name) {
			return "", errHost
		}
		if again, err := hosts.ToASCII(name); err != nil || again != name {
			return "", errHost // mapped to a name that is none itself
		}
	}
	if port = strings.TrimLeft(port, "0"); len(port) > 5 || len(port) == 5 && port > "65535" {
		return "", errHost
	}
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return name, nil
	}
	return name + ":" + port, nil
}

var errHost = errors.New("not a host and port")

// IsHostName reports whether s is made of labels that are not empty, or is an IPv4 address.
func IsHostName(s string) bool {
	s = strings.TrimSuffix(s, ".")
	return s != "" && s[0] != '.' && !strings.Contains(s, "..") && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-._") == ""
}
