package cleanhtml

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// resolver makes URLs absolute (RFC 3986, section 5) and writes them as browsers would send them.
type resolver struct {
	given     string   // the base as given
	base      *url.URL // parsed when first needed; nil when there is none
	parsed    bool
	anyScheme bool // what is no http or https passes as it is
}

// baseURL returns the base without its fragment, or nil. One of another scheme is none, whatever passes as it is.
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

// resolve returns the absolute form of ref, which may be ref itself. Not ok is a ref that cannot be parsed, is relative
// without a base, or has a scheme that is not safe for its use.
func (r *resolver) resolve(ref []byte, use attrKind) (abs []byte, ok bool) {
	if isCanonical(ref) {
		return ref, true
	}
	s, ok := r.resolveOther(ref, use)
	return []byte(s), ok
}

// resolveOther is resolve for what is not canonical.
func (r *resolver) resolveOther(ref []byte, use attrKind) (abs string, ok bool) {
	s := trimURL(ref)
	scheme, rest := splitScheme(s)
	switch {
	case scheme == "" || scheme == "http" || scheme == "https":
		if s == "" && use != link {
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

// resolveHTTP resolves what has the scheme http or https, or none: rest is what follows it.
// Backslashes count as slashes, as in browsers (URL Standard, section 4.4).
func (r *resolver) resolveHTTP(scheme, rest string) (abs string, ok bool) {
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
		return "", false
	}
	if scheme != "" {
		scheme += ":"
	}
	// Encoded first, so that net/url finds nothing to encode in its own way.
	u, err := url.Parse(scheme + authority + percentEncode(rest))
	if err != nil {
		return "", false
	}
	base := new(url.URL) // enough to remove dot segments
	if scheme == "" {
		if base = r.baseURL(); base == nil {
			return "", false
		}
	}
	u = base.ResolveReference(u)
	return u.String(), u.Host != ""
}

// isCanonical reports whether ref is an absolute URL that resolve would return unchanged. It
// need not find all of them; it saves most URLs of a body from being taken apart.
func isCanonical(ref []byte) bool {
	rest, ok := bytes.CutPrefix(ref, []byte("https://"))
	if !ok {
		if rest, ok = bytes.CutPrefix(ref, []byte("http://")); !ok {
			return false
		}
	}
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
	if !inLabel {
		return false
	}
	for j := i; j < len(rest); j++ {
		switch c := rest[j]; {
		case !uriBytes[c]:
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

// trimURL removes what browsers ignore in URLs (URL Standard, section 4.4), and invisible
// characters that pasting leaves at the ends.
func trimURL(ref []byte) string {
	s := escape.Legal(string(ref))
	if strings.ContainsAny(s, "\t\n") {
		s = strings.NewReplacer("\t", "", "\n", "").Replace(s)
	}
	for {
		t := strings.Trim(strings.TrimSpace(s), "\ufeff\u200b\u200e\u200f")
		if t == s {
			return s
		}
		s = t
	}
}

// splitScheme splits off the scheme, in lower case; "" when s is relative.
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

// hosts maps names as browsers do (UTS 46, non-transitional), but lets underscores pass.
var hosts = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// asciiAuthority checks the part of a URL between "//" and the path, which is where what readers
// believe to see and where they are sent could differ. It writes [user@]host[:port] in ASCII, the host in lower case and punycode.
func asciiAuthority(s string) (string, bool) {
	user, port := "", ""
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		user, s = strings.ReplaceAll(percentEncode(s[:i]), "@", "%40")+"@", s[i+1:]
		user = strings.NewReplacer("/", "%2F", "?", "%3F", "#", "%23").Replace(user)
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		s, port = s[:i], strings.TrimSuffix(s[i:], ":")
	}
	if strings.HasPrefix(s, "[") {
		return user + strings.ToLower(s) + port, strings.Trim(s, "[]:.0123456789abcdefABCDEF") == ""
	}
	host, err := hosts.ToASCII(s)
	if err != nil {
		return "", false
	}
	// What a mapping gives must map to itself, or the output would not be canonical.
	if again, err := hosts.ToASCII(host); err != nil || again != host {
		return "", false
	}
	return user + host + port, strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == "" && strings.Trim(host, ".") != ""
}

// uriBytes are the bytes that may stand in path, query and fragment (RFC 3986, section 3.3).
var uriBytes = func() (t [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?#%") {
		t[c] = true
	}
	return t
}()

// percentEncode encodes what may not stand in a URL: percent signs that begin no escape, and a
// second "#" too.
func percentEncode(s string) string {
	const hex = "0123456789ABCDEF"
	clean, fragments := true, strings.Count(s, "#")
	for i := 0; i < len(s) && clean; i++ {
		clean = uriBytes[s[i]] && s[i] != '%'
	}
	if clean && fragments < 2 {
		return s
	}
	var b strings.Builder
	fragment := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if uriBytes[c] && (c != '%' || isEscape([]byte(s[i:min(i+3, len(s))]))) && (c != '#' || !fragment) {
			b.WriteByte(c)
			fragment = fragment || c == '#'
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}

// isEscape reports whether s begins with a percent-encoded byte.
func isEscape(s []byte) bool {
	return len(s) >= 3 && s[0] == '%' && isHex(s[1]) && isHex(s[2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}
