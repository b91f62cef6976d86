package cleanhtml

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// resolver makes URLs absolute (RFC 3986, section 5) and writes them as browsers would send them.
//
// It differs from internal/uri, which resolves the addresses of articles. A body was written for
// browsers, and its links have to lead where browsers go: backslashes are slashes, tabs and line
// ends are removed, "mailto:" and "tel:" are links too. An article's address has a canonical form,
// so that equal addresses are equal strings; a link in a body needs none. Both share the syntax.
type resolver struct {
	// given is the base as given to Append. base is the parsed base, nil if it is not usable; it is
	// valid if parsed is set. Most bodies have no relative URL, so it is parsed when the first one
	// is resolved.
	given  string
	base   *url.URL
	parsed bool
	// anyScheme allows URLs of every scheme. Those other than http and https are only encoded.
	anyScheme bool
}

// baseURL returns the base without its fragment, or nil if it is not an absolute http or https URL.
func (r *resolver) baseURL() *url.URL {
	if r.parsed {
		return r.base
	}
	r.parsed = true
	if s, ok := r.resolve([]byte(escape.Legal(r.given)), resource); ok {
		if u, err := url.Parse(string(s)); err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
			u.Fragment, u.RawFragment = "", ""
			r.base = u
		}
	}
	return r.base
}

// resolve returns the absolute form of ref, which may be ref itself. ok is false if ref cannot be
// parsed, is relative and there is no base, or has a scheme that is not safe for its use.
func (r *resolver) resolve(ref []byte, use attrKind) (abs []byte, ok bool) {
	if isCanonical(ref) {
		return ref, true
	}
	s, ok := r.resolveOther(ref, use)
	return []byte(s), ok
}

// resolveOther resolves a ref that is not canonical.
func (r *resolver) resolveOther(ref []byte, use attrKind) (abs string, ok bool) {
	s := trimURL(ref)
	scheme, rest := splitScheme(s)
	switch {
	case scheme == "" || scheme == "http" || scheme == "https":
		if s == "" && use != link { // an empty href means the page itself, an empty src nothing
			return "", false
		}
		return r.resolveHTTP(scheme, rest)
	case rest == "":
		return "", false
	case use == link && (scheme == "mailto" || scheme == "tel") || r.anyScheme:
		return scheme + ":" + percentEncode(rest), true
	}
	return "", false
}

// resolveHTTP resolves a URL with the scheme http or https, or without one; rest is the part after
// the scheme. Backslashes count as slashes, as in browsers (URL Standard, section 4.4).
func (r *resolver) resolveHTTP(scheme, rest string) (abs string, ok bool) {
	// In the query and fragment, backslashes are ordinary characters.
	end := len(rest)
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		end = i
	}
	rest = strings.ReplaceAll(rest[:end], `\`, "/") + rest[end:]
	authority := ""
	if strings.HasPrefix(rest, "//") {
		rest = rest[2:]
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		if authority, ok = asciiAuthority(rest[:end]); !ok {
			return "", false
		}
		authority, rest = "//"+authority, rest[end:]
	} else if scheme != "" {
		return "", false // "https:x" means different things to different parsers
	}
	if scheme != "" {
		scheme += ":"
	}
	// Encode first, so that net/url finds nothing that it would encode in another way.
	u, err := url.Parse(scheme + authority + percentEncode(rest))
	if err != nil {
		return "", false
	}
	base := new(url.URL) // the empty base only removes dot segments
	if scheme == "" {
		if base = r.baseURL(); base == nil {
			return "", false
		}
	}
	u = base.ResolveReference(u)
	return u.String(), u.Host != ""
}

// isCanonical reports whether ref is an absolute URL that resolve would return unchanged. It may
// return false for such a URL too. Most URLs of a body are recognized here and not parsed.
func isCanonical(ref []byte) bool {
	rest, ok := bytes.CutPrefix(ref, []byte("https://"))
	if !ok {
		if rest, ok = bytes.CutPrefix(ref, []byte("http://")); !ok {
			return false
		}
	}
	// The host has labels of lower-case letters and digits with single dots and hyphens between
	// them.
	i, inLabel := 0, false
	for ; i < len(rest) && rest[i] != '/'; i++ {
		switch c := rest[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			inLabel = true
		case inLabel && (c == '.' || c == '-'):
			inLabel = false
		default:
			return false
		}
	}
	if !inLabel || uri.IsLongHost(rest[:i]) {
		return false
	}
	// The rest has legal bytes, complete escapes, no dot segments and at most one "#".
	for j := i; j < len(rest); j++ {
		switch c := rest[j]; {
		case !uri.Allowed[c]:
			return false
		case c == '%' && !isEscape(rest[j:]):
			return false
		case c == '.' && rest[j-1] == '/': // may be a dot segment
			return false
		case c == '#' && (j+1 == len(rest) || bytes.IndexByte(rest[j+1:], '#') >= 0):
			return false
		}
	}
	return true
}

// trimURL removes the characters that browsers ignore in URLs (URL Standard, section 4.4), and the
// invisible characters that copying and pasting leaves at the ends.
func trimURL(ref []byte) string {
	s := escape.Legal(string(ref))
	if strings.ContainsAny(s, "\t\n") {
		s = strings.NewReplacer("\t", "", "\n", "").Replace(s)
	}
	// White space and invisible characters may alternate at the ends, so trim until nothing
	// changes: byte order mark, zero-width space, and the marks for the direction of writing.
	for {
		t := strings.Trim(strings.TrimSpace(s), "\ufeff\u200b\u200e\u200f")
		if t == s {
			return s
		}
		s = t
	}
}

// splitScheme splits off the scheme and returns it in lower case. It is "" if s is relative.
func splitScheme(s string) (scheme, rest string) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return strings.ToLower(s[:i]), s[i+1:]
		default:
			return "", s
		}
	}
	return "", s
}

// asciiAuthority checks the authority of a URL, [user@]host[:port], which decides where a link
// leads. It returns it in ASCII, with the host in lower case and in punycode, and without the user
// name and password, which every reader would see. ok is false if browsers could disagree on the
// host.
func asciiAuthority(s string) (string, bool) {
	// The last "@" ends the user: "https://good.example@evil.example/" leads to evil.example.
	port := ""
	s = s[strings.LastIndexByte(s, '@')+1:]
	// The last ":" begins the port, unless it is within the brackets of an IPv6 address. An empty
	// port is dropped.
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		s, port = s[:i], strings.TrimSuffix(s[i:], ":")
	}
	if strings.HasPrefix(s, "[") {
		return strings.ToLower(s) + port, strings.Trim(s, "[]:.0123456789abcdefABCDEF") == ""
	}
	host, err := uri.ASCIIHost(s)
	if err != nil {
		return "", false
	}
	const allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_."
	return host + port, strings.Trim(host, allowed) == "" && strings.Trim(host, ".") != ""
}

// percentEncode encodes every byte that may not be in a URL: percent signs that begin no escape
// too, and every "#" after the first, which begins the fragment.
func percentEncode(s string) string {
	head, fragment, _ := strings.Cut(s, "#")
	if strings.Contains(fragment, "#") {
		s = head + "#" + strings.ReplaceAll(fragment, "#", "%23")
	}
	return uri.PercentEncode(s)
}

// isEscape reports whether s begins with a percent-encoded byte.
func isEscape(s []byte) bool {
	return len(s) >= 3 && s[0] == '%' && uri.IsHex(s[1]) && uri.IsHex(s[2])
}
