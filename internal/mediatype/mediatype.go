// Package mediatype derives media types from the file endings of URLs and checks their syntax.
package mediatype

import (
	"cmp"
	"mime"
	"net/url"
	"path"
	"strings"

	"github.com/syndicate-go/syndicate/internal/escape"
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

// registered holds the types of files that go by names that are not registered. Apple takes only
// audio/mpeg for MP3, and readers choose a player by the type.
var registered = map[string]string{
	"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png",
	"image/svg": "image/svg+xml", "image/x-webp": "image/webp",
	"audio/mp3": "audio/mpeg", "audio/x-mp3": "audio/mpeg", "audio/mpeg3": "audio/mpeg",
	"audio/x-mpeg": "audio/mpeg", "audio/x-mpeg-3": "audio/mpeg", "audio/mpg": "audio/mpeg",
	"audio/m4a": "audio/x-m4a", "audio/mp4a": "audio/mp4", "audio/x-mp4": "audio/mp4",
	"audio/x-aac": "audio/aac", "audio/x-ogg": "audio/ogg", "audio/x-flac": "audio/flac",
	"audio/wave": "audio/wav", "audio/x-wav": "audio/wav", "audio/x-pn-wav": "audio/wav",
	"video/x-mp4": "video/mp4", "video/m4v": "video/x-m4v", "video/mov": "video/quicktime",
	"application/x-pdf": "application/pdf", "text/pdf": "application/pdf",
	"application/epub": "application/epub+zip", "application/x-zip-compressed": "application/zip",
}

// Mend returns the registered form of a type: in lower case, without white space around it. A
// well-known wrong name ("audio/mp3", "image/jpg") or a file ending ("mp3", ".mp3") becomes the
// type that is meant. Other texts stay as they are.
func Mend(given string) string {
	if given = escape.Trim(given); given == "" {
		return ""
	}
	essence, rest, _ := strings.Cut(given, ";")
	lower := strings.ToLower(strings.TrimSpace(essence))
	if right, ok := registered[lower]; ok {
		return right
	}
	if !strings.Contains(lower, "/") {
		return cmp.Or(byEnding["."+strings.TrimPrefix(lower, ".")], given)
	}
	if rest != "" {
		return given
	}
	return lower
}

// Of returns what Mend makes of given. If that is empty, it returns the type of the ending of the
// URL's path, in upper or lower case, or "" if the ending is unknown.
//
// A canonical URL has no escapes and no fragment, so its path ends at the "?" and need not be
// parsed. Most URLs are canonical; ofAny returns the same for them.
func Of(given, rawURL string) string {
	if given = Mend(given); given != "" {
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

// IsNamedOther reports whether a URL ends in a file ending that is not one of those of GIF, JPEG
// and PNG, whatever type the file has.
func IsNamedOther(rawURL string) bool {
	ending := strings.ToLower(rawURL[strings.LastIndexByte(rawURL, '.')+1:])
	return ending != "" && strings.Trim(ending, "abcdefghijklmnopqrstuvwxyz0123456789_") == "" &&
		!IsOldImage(byEnding["."+ending])
}

// IsOldImage reports whether the type is GIF, JPEG or PNG: the images that RSS 2.0 allows in a
// channel (RSS 2.0 section image).
func IsOldImage(mediaType string) bool {
	return mediaType == "image/gif" || mediaType == "image/jpeg" || mediaType == "image/png"
}
