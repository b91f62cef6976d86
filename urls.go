package syndicate

import (
	"errors"
	"mime"
	"net/netip"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/idna"

	"github.com/syndicate-go/syndicate/xmltext"
)

// resolveURL makes ref an absolute http(s) URL in the form that every feed format takes: trimmed,
// ASCII only (RSS-7), scheme and host in lower case, a path at least. It returns the rule that ref
// breaks, or "".
//
// Nearly all URLs are in that form already, or are paths of the site: they are recognised, not parsed.
func resolveURL(base *url.URL, ref string) (string, Rule) {
	if isPlainURL(ref) {
		return ref, ""
	}
	if base != nil && base.User == nil && strings.HasPrefix(ref, "/") {
		if absolute := base.Scheme + "://" + base.Host + ref; isPlainURL(absolute) {
			return absolute, ""
		}
	}
	return resolveAnyURL(base, ref)
}

// isPlainURL recognises URLs that resolveAnyURL returns as they are. It need not know all of them: those with a
// port, a fragment, an empty segment or one that begins with a dot are left to the parser.
func isPlainURL(s string) bool {
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
			if !hasEscape(s[i:min(i+3, len(s))]) {
				return false
			}
		case c == '#' || !uriBytes[c]:
			return false
		}
	}
	return true
}

// resolveAnyURL is resolveURL for whatever there may be.
func resolveAnyURL(base *url.URL, ref string) (string, Rule) {
	ref = strings.TrimSpace(xmltext.Legal(ref))
	if ref == "" {
		return "", RuleMissing
	}
	u, err := url.Parse(ref)
	if err != nil {
		// A stray percent sign is the one mistake that has a single reading.
		if u, err = url.Parse(escapeStrayPercents(ref)); err != nil {
			return "", RuleBadURL
		}
	}
	if u.Host == "" && strings.HasPrefix(ref, "//") {
		return "", RuleBadURL
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme == "":
		return "", RuleNotAbsolute
	case u.Scheme != "http" && u.Scheme != "https":
		return "", RuleBadScheme
	case u.Hostname() == "":
		return "", RuleBadURL
	}
	if u.Host, err = canonicalHost(u); err != nil {
		return "", RuleBadURL
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return escapeURL(u), ""
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
		if name = strings.ToLower(ascii); !isHostName(name) {
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

// isHostName reports whether s is made of labels that are not empty, or is an IPv4 address.
func isHostName(s string) bool {
	s = strings.TrimSuffix(s, ".")
	return s != "" && s[0] != '.' && !strings.Contains(s, "..") && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-._") == ""
}

// escapeURL is u.String with everything percent-encoded that RFC 3986 does not allow where it stands.
func escapeURL(u *url.URL) string {
	authority := *u
	authority.Path, authority.RawPath, authority.RawQuery, authority.Fragment, authority.RawFragment = "", "", "", "", ""
	authority.ForceQuery = false
	head := authority.String()
	return head + percentEncode(u.String()[len(head):])
}

const hex = "0123456789ABCDEF"

// uriBytes are the bytes that may stand in path, query and fragment of a URI (RFC 3986 section 3.3).
var uriBytes = byteSet(asciiLetters + "0123456789-._~!$&'()*+,;=:@/?#%")

func percentEncode(s string) string {
	s = escapeStrayPercents(s)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if uriBytes[s[i]] {
			b.WriteByte(s[i])
			continue
		}
		b.Write([]byte{'%', hex[s[i]>>4], hex[s[i]&15]})
	}
	return b.String()
}

// escapeStrayPercents turns each percent sign that begins no escape into "%25".
func escapeStrayPercents(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] == '%' && !hasEscape(s[i:min(i+3, len(s))]) {
			b.WriteString("25")
		}
	}
	return b.String()
}

// hasEscape reports whether a percent sign in s begins an escape.
func hasEscape(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		if s[i] == '%' && isHex(s[i+1]) && isHex(s[i+2]) {
			return true
		}
	}
	return false
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// mediaTypes tells types from the endings that enclosures and images have; the system's own table
// would make the output depend on the machine.
var mediaTypes = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml",
	".mp3": "audio/mpeg", ".m4a": "audio/x-m4a", ".aac": "audio/aac", ".ogg": "audio/ogg",
	".oga": "audio/ogg", ".opus": "audio/opus", ".wav": "audio/wav", ".flac": "audio/flac",
	".mp4": "video/mp4", ".m4v": "video/x-m4v", ".mov": "video/quicktime", ".webm": "video/webm",
	".pdf": "application/pdf", ".epub": "application/epub+zip", ".zip": "application/zip",
}

// typeOf returns the media type given, or the one that the URL's ending tells, or "".
func typeOf(given, rawURL string) string {
	if given = strings.TrimSpace(given); given != "" {
		return given
	}
	if isCanonicalURL(rawURL) {
		file, _, _ := strings.Cut(rawURL, "?")
		return mediaTypes[strings.ToLower(path.Ext(file))]
	}
	return typeOfAny(rawURL)
}

// typeOfAny is the type that the ending of any URL tells.
func typeOfAny(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return mediaTypes[strings.ToLower(path.Ext(u.Path))]
}

// isMediaType reports whether s is of the form type/subtype, with parameters or not (RFC 2045).
func isMediaType(s string) bool {
	essence, _, more := strings.Cut(s, ";")
	kind, sub, ok := strings.Cut(strings.TrimSpace(essence), "/")
	if more {
		_, values, err := mime.ParseMediaType(s)
		ok = ok && err == nil && len(values) > 0 && !strings.HasSuffix(strings.TrimSpace(s), ";")
	}
	return ok && isToken(kind) && isToken(sub)
}

// tokenBytes are the bytes of a media type's two names (RFC 6838 section 4.2).
var tokenBytes = byteSet(asciiLetters + "0123456789!#$&-^_.+")

func isToken(s string) bool {
	for i := range len(s) {
		if !tokenBytes[s[i]] {
			return false
		}
	}
	return s != ""
}

func byteSet(bytes string) (set [256]bool) {
	for _, c := range []byte(bytes) {
		set[c] = true
	}
	return set
}

// isMail reports whether s can stand as an address before a name in parentheses, as RSS has it.
func isMail(s string) bool {
	local, host, ok := strings.Cut(s, "@")
	return ok && local != "" && strings.Trim(strings.ToLower(local), "abcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~-") == "" &&
		strings.Contains(host, ".") && !strings.HasSuffix(host, ".") && !strings.Contains(host, "_") && isHostName(strings.ToLower(host))
}
