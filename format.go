package syndicate

// Format is a feed format. The zero Format means no format.
type Format uint8

// The formats, in the order in which tables and folders list them.
const (
	RSS  Format = iota + 1 // RSS 2.0, by the RSS Advisory Board's specification and profile
	Atom                   // Atom 1.0 (RFC 4287)
	JSON                   // JSON Feed 1.1
)

// formatCount is the length of an array with an element for each Format and for the zero Format.
const formatCount = int(JSON) + 1

// Formats returns every format: [RSS], [Atom], [JSON].
func Formats() []Format { return []Format{RSS, Atom, JSON} }

// formats is the table of the formats' names. See rss.go, atom.go and jsonfeed.go for encoders.
var formats = [formatCount]struct{ name, mediaType, contentType, fileName string }{
	0:    {"none", "application/octet-stream", "application/octet-stream", ""},
	RSS:  {"rss", "application/rss+xml", "application/rss+xml; charset=utf-8", "rss.xml"},
	Atom: {"atom", "application/atom+xml", "application/atom+xml; charset=utf-8", "atom.xml"},
	JSON: {"json", "application/feed+json", "application/feed+json", "feed.json"},
}

// known returns f, or the zero Format if f is not one of [Formats]. The result is an index of every
// table of formats.
func (f Format) known() Format {
	if int(f) < formatCount {
		return f
	}
	return 0
}

// valid reports whether f is one of [Formats].
func (f Format) valid() bool { return f.known() != 0 }

// String returns "rss", "atom" or "json", and "none" for any other value.
func (f Format) String() string { return formats[f.known()].name }

// MediaType returns the type attribute of a link to such a feed: "application/rss+xml".
func (f Format) MediaType() string { return formats[f.known()].mediaType }

// ContentType returns the value of HTTP's Content-Type, with the charset for the XML formats.
func (f Format) ContentType() string { return formats[f.known()].contentType }

// FileName returns the conventional file name: "rss.xml", "atom.xml", "feed.json".
func (f Format) FileName() string { return formats[f.known()].fileName }

// Links holds one address per format. An empty field means that there is no such address.
type Links struct {
	RSS, Atom, JSON string
}

// For returns the address for a format, "" for a value that is not one of [Formats].
func (l Links) For(format Format) string { return *l.field(format) }

// Set stores the address for a format. It ignores a value that is not one of [Formats].
func (l *Links) Set(format Format, address string) { *l.field(format) = address }

// field returns the field for a format, and a new empty one for any other value.
func (l *Links) field(format Format) *string {
	switch format {
	case RSS:
		return &l.RSS
	case Atom:
		return &l.Atom
	case JSON:
		return &l.JSON
	}
	return new(string)
}
