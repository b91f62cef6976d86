// Package mediatype derives media types from the file endings of URLs and checks their syntax.
package mediatype

import (
	"mime"
	"net/url"
	"path"
	"strings"

	"github.com/syndicate-go/syndicate/internal/uri"
)

// OctetStream is the type of files of unknown type (RFC 2046 section 4.5.1).
const OctetStream = "application/octet-stream"

// byEnding holds the types of the endings that enclosures and images have. Package mime's table
// is not used, because it reads files of the system: the output would depend on the machine.
var byEnding = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml",
	".mp3": "audio/mpeg", ".m4a": "audio/x-m4a", ".aac": "audio/aac", ".ogg": "audio/ogg",
	".oga": "audio/ogg", ".opus": "audio/opus", ".wav": "audio/wav", ".flac": "audio/flac",
	".mp4": "video/mp4", ".m4v": "video/x-m4v", ".mov": "video/quicktime", ".webm": "video/webm",
	".pdf": "application/pdf", ".epub": "application/epub+zip", ".zip": "application/zip",
}

// Of returns given without white space around it. If that is empty, it returns the type of the
// ending of the URL's path, in upper or lower case, or "" if the ending is unknown.
//
// A canonical URL has no escapes and no fragment, so its path ends at the "?" and need not be
// parsed. Most URLs are canonical; ofAny returns the same for them.
func Of(given, rawURL string) string {
	if given = strings.TrimSpace(given); given != "" {
		return given
	}
	// The fast path: net/url would allocate for every image of every article.
	if uri.IsCanonical(rawURL) {
		file, _, _ := strings.Cut(rawURL, "?")
		return byEnding[strings.ToLower(path.Ext(file))]
	}
	return ofAny(rawURL)
}

// ofAny returns the type of the ending of any URL's path.
func ofAny(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return byEnding[strings.ToLower(path.Ext(u.Path))]
}

// Valid reports whether s has the form type/subtype, with or without parameters (RFC 2045 section
// 5.1). A semicolon has to be followed by a parameter.
func Valid(s string) bool {
	essence, _, more := strings.Cut(s, ";")
	kind, sub, ok := strings.Cut(strings.TrimSpace(essence), "/")
	if more {
		// ParseMediaType accepts a semicolon at the end.
		_, values, err := mime.ParseMediaType(s)
		ok = ok && err == nil && len(values) != 0 && !strings.HasSuffix(strings.TrimSpace(s), ";")
	}
	return ok && isToken(kind) && isToken(sub)
}

// tokenBytes are the bytes of a media type's two names (RFC 6838 section 4.2).
const tokenBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" + "0123456789!#$&-^_.+"

// isToken reports whether s is a name of at least one byte.
func isToken(s string) bool { return s != "" && strings.Trim(s, tokenBytes) == "" }

// IsOldImage reports whether the type is GIF, JPEG, PNG or unknown: the images that RSS 2.0 allows
// in a channel (RSS 2.0 section image).
func IsOldImage(mediaType string) bool {
	switch strings.ToLower(mediaType) {
	case "", "image/gif", "image/jpeg", "image/png":
		return true
	}
	return false
}
