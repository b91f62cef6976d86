package feedhttp

import (
	"net/url"
	"strings"
)

// place is where a request's path leads.
type place struct {
	// prefix is the part of the path that all feeds have in common, escaped. It is "" if the path
	// is outside the publication, or has no valid token where one is needed.
	prefix string
	// path is the rest of the path, unescaped, as Addresses and Pages have it.
	path string
	// canonical reports whether the request spells its path as feeds do in their own addresses.
	canonical bool
	private   // from whom it is; zero if the feeds are public
}

// find returns the place of the request.
func (x *exchange) find() (place, error) {
	path, ok := strings.CutPrefix(x.r.URL.Path, x.p.base)
	if !ok {
		return place{}, nil
	}
	prefix := x.p.escapedBase
	var from private
	if x.h.Allow != nil {
		sender, folder, feedPath, err := x.splitToken(path)
		if err != nil || folder == "" {
			return place{}, err
		}
		from, prefix, path = sender, prefix+escape(folder), feedPath
		x.event.Subscriber = from.subscriber.Name
	}
	// Nearly all requests have the default escapes, which net/url stores nowhere.
	if x.r.URL.RawPath == "" && prefix == x.r.URL.Path[:len(x.r.URL.Path)-len(path)] {
		return place{prefix, path, true, from}, nil
	}
	given, want := literal(x.r.URL.EscapedPath()), literal(prefix+escape(path))
	if strings.Count(strings.ToUpper(given), escapedSlash) != strings.Count(want, escapedSlash) {
		return place{}, nil
	}
	return place{prefix, path, given == want, from}, nil
}

// escapedSlash is no slash: "tag%2Fturkey" is a single segment of a path (RFC 3986 section 2.2).
const escapedSlash = "%2F"

// escape returns a path with the escapes that net/url writes, as the addresses of feeds have them.
func escape(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// literal returns an escaped path in which the characters that net/url escapes without need are not
// escaped. Proxies that write a path anew leave them as they are, so that a redirect to the
// escaped form would never end.
func literal(path string) string { return needless.Replace(path) }

var needless = strings.NewReplacer("%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*", "%5B", "[", "%5D", "]")

// location returns the value of Location for a path below prefix. It names no host, so clients
// stay on the host that they used.
func location(prefix, path string) string {
	escaped := prefix + escape(path)
	if strings.HasPrefix(escaped, "//") {
		return "/." + escaped // clients would read the first segment as a host (RFC 3986 section 4.2)
	}
	return escaped
}
