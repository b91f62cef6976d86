// Package mediatype tells media types from file endings and checks their syntax.
package mediatype

import (
	"mime"
	"net/url"
	"path"
	"strings"

	"github.com/syndicate-go/syndicate/internal/uri"
)

// OctetStream is the type of files about which nothing is known (RFC 2046 section 4.5.1).
const OctetStream = "application/octet-stream"

// byEnding tells types from the endings that enclosures and images have; the system's own table
// would make the output depend on the machine.
var byEnding = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml",
	".mp3": "audio/mpeg", ".m4a": "audio/x-m4a", ".aac": "audio/aac", ".ogg": "audio/ogg",
	".oga": "audio/ogg", ".opus": "audio/opus", ".wav": "audio/wav", ".flac": "audio/flac",
	".mp4": "video/mp4", ".m4v": "video/x-m4v", ".mov": "video/quicktime", ".webm": "video/webm",
	".pdf": "application/pdf", ".epub": "application/epub+zip", ".zip": "application/zip",
}

// Of returns the media type given, or the one that the URL's ending tells, or "".
func Of(given, rawURL string) string {
	if given = strings.TrimSpace(given); given != "" {
		return given
	}
	if uri.IsCanonical(rawURL) {
		file, _, _ := strings.Cut(rawURL, "?")
		return byEnding[strings.ToLower(path.Ext(file))]
	}
	return ofAny(rawURL)
}

// ofAny is the type that the ending of any URL tells.
func ofAny(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return byEnding[strings.ToLower(path.Ext(u.Path))]
}

// Valid reports whether s is of the form type/subtype, with parameters or not (RFC 2045).
func Valid(s string) bool {
	essence, _, more := strings.Cut(s, ";")
	kind, sub, ok := strings.Cut(strings.TrimSpace(essence), "/")
	if more {
		_, values, err := mime.ParseMediaType(s)
		ok = ok && err == nil && len(values) > 0 && !strings.HasSuffix(strings.TrimSpace(s), ";")
	}
	return ok && isToken(kind) && isToken(sub)
}

// tokenBytes are the bytes of a media type's two names (RFC 6838 section 4.2).
var tokenBytes = byteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" + "0123456789!#$&-^_.+")

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

// IsOldImage reports whether the type is GIF, JPEG, PNG or not known: the images of RSS 2.0.
func IsOldImage(mediaType string) bool {
	switch strings.ToLower(mediaType) {
	case "", "image/gif", "image/jpeg", "image/png":
		return true
	}
	return false
}
