package syndicate

// Format is one of the three feed formats.
type Format uint8

// The formats, in the order in which tables and folders list them.
const (
	RSS  Format = iota // RSS 2.0, as the RSS Advisory Board's specification and profile say
	Atom               // Atom 1.0, RFC 4287
	JSON               // JSON Feed 1.1
)

// Formats lists every [Format].
var Formats = [...]Format{RSS, Atom, JSON}

// formats is the one table of what the formats are called; their encoders are in files of their own.
var formats = [...]struct{ name, mediaType, contentType, fileName string }{
	RSS:  {"rss", "application/rss+xml", "application/rss+xml; charset=utf-8", "rss.xml"},
	Atom: {"atom", "application/atom+xml", "application/atom+xml; charset=utf-8", "atom.xml"},
	JSON: {"json", "application/feed+json", "application/feed+json", "feed.json"},
}

// String returns "rss", "atom" or "json"; "unknown" for a value that is no format.
func (f Format) String() string {
	if !f.valid() {
		return "unknown"
	}
	return formats[f].name
}

// MediaType returns the type that links to such a feed carry: "application/rss+xml".
func (f Format) MediaType() string {
	if !f.valid() {
		return "application/octet-stream"
	}
	return formats[f].mediaType
}

// ContentType returns the value of HTTP's Content-Type, with the charset for the XML formats.
func (f Format) ContentType() string {
	if !f.valid() {
		return "application/octet-stream"
	}
	return formats[f].contentType
}

// FileName returns the conventional name of such a file: "rss.xml", "atom.xml", "feed.json".
func (f Format) FileName() string {
	if !f.valid() {
		return ""
	}
	return formats[f].fileName
}

func (f Format) valid() bool { return int(f) < len(formats) }
