package findings

import (
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// carriers lists the formats that write a field, or the URL or id in it, as it was given. The name
// has no indexes. A field without formats is written by none, or only by extensions.
//
// Validate reports every fault of every field. A fault makes a feed invalid only in the formats
// that write the field; in others it is worth a warning.
var carriers = map[string]string{
	"Title": "rss atom json", "Description": "rss", "URL": "rss atom json", "ID": "rss atom json",
	"Language": "rss atom json", "Icon": "atom json", "Favicon": "json", "Stylesheet": "",
	"Logo.URL": "rss atom", "Logo.Type": "", "Logo.Width": "", "Logo.Size": "",
	"Logo.Thumbnail.URL": "", "Logo.Thumbnail.Type": "", "Logo.Thumbnail.Width": "", "Logo.Thumbnail.Size": "",
	"Hubs": "rss atom json", "Updated": "", "Published": "", "Expires": "",
	"ManagingEditor.Email": "rss", "WebMaster.Email": "rss",
	"Schedule.TTL": "", "Schedule.UpdateFrequency": "",
	"Tombstones.ID": "", "Tombstones.When": "",
	"Authors.Name": "", "Authors.URL": "atom json", "Authors.Avatar": "json", "Authors.Email": "rss atom",
	"Contributors.Name": "", "Contributors.URL": "atom", "Contributors.Avatar": "", "Contributors.Email": "atom",
	"Categories": "", "Categories.Name": "", "Categories.URL": "", "Categories.Parent.Name": "", "Categories.Parent.URL": "",
	"Tags.Name": "", "Tags.URL": "",
	"Image.URL": "json", "Image.Type": "", "Image.Width": "", "Image.Size": "",
	"Image.Thumbnail.URL": "", "Image.Thumbnail.Type": "", "Image.Thumbnail.Width": "", "Image.Thumbnail.Size": "",
	"Banner": "json", "Enclosures.URL": "rss atom json", "Enclosures.Type": "rss atom json",
	"Enclosures.Size": "", "Enclosures.Duration": "",
	"ExternalURL": "rss atom json", "CommentsURL": "rss atom", "CommentsFeed": "rss atom", "CommentCount": "",
	"PrevArchive.RSS": "rss", "PrevArchive.Atom": "atom", "PrevArchive.JSON": "json",
	"NextArchive.RSS": "rss", "NextArchive.Atom": "atom", "Current.RSS": "rss", "Current.Atom": "atom",
	"Current.JSON": "", "NextArchive.JSON": "",
	"Origin.URL": "rss atom", "Origin.ID": "atom", "Origin.Updated": "",
}

// required lists the fields without which a document lacks an element. Where another field is
// missing, the encoders leave out the whole element.
var required = []string{"Title", "Description", "URL", "ID"}

// Checks reports whether a format is to be checked. A program that publishes RSS alone should not
// hear that Atom requires more.
func (r *Report[R, F]) Checks(format F) bool { return slices.Contains(r.Formats, format) }

// Only runs a check of one format, if that is to be checked, and names the format in what it finds.
// What the format requires is no fault of the others, and a program may ignore it by the format.
func (r *Report[R, F]) Only(format F, check func()) {
	if !r.Checks(format) {
		return
	}
	found := len(r.Found)
	check()
	for _, f := range r.Found[found:] {
		f.Format = format
	}
}

// Degraded warns, if that is so, that some formats cannot hold a value. If only one of them is to
// be checked, the warning names it.
func (r *Report[R, F]) Degraded(is bool, field, value, why string, formats ...F) {
	formats = slices.DeleteFunc(formats, func(f F) bool { return !r.Checks(f) })
	if !is || len(formats) == 0 {
		return
	}
	warning := Finding[R, F]{Warning: true, Field: field, Value: value, Rule: degraded, Spec: why}
	if len(formats) == 1 {
		warning.Format = formats[0]
	}
	r.Add(warning)
}

// Forgive turns the findings after the first n into warnings, if no format carries what they are
// about.
func (r *Report[R, F]) Forgive(n int, unused bool) {
	for _, f := range r.Found[n:] {
		f.Warning = f.Warning || unused
	}
}

// Soften turns the errors that make a feed invalid in none of the checked formats into warnings.
// The encoders leave out or replace what they cannot write, such as a negative number, and not
// every format carries every field. Mails says whether the feed shows the e-mail addresses of
// authors.
func (r *Report[R, F]) Soften(mails bool) {
	for _, f := range r.Found {
		formats := r.Formats
		if f.Format != 0 {
			formats = []F{f.Format}
		}
		invalid := func(format F) bool { return f.invalidates(format.String(), mails) }
		f.Warning = f.Warning || !slices.ContainsFunc(formats, invalid)
	}
}

// invalidates reports whether the fault makes a document of the format invalid.
func (f *Finding[R, F]) invalidates(format string, mails bool) bool {
	field := withoutIndexes(f.Field)
	formats, known := carriers[field]
	// First the fields, of which some depend on the feed or on the place in it.
	switch {
	case !known: // the finding of an extension, or of a field that is checked for one format only
		return true
	case !strings.Contains(formats, format):
		return false
	case strings.HasSuffix(field, "s.Email"): // RSS writes those of articles
		return mails && (format == "atom" || f.Article != "")
	case field == "Language" && format == "rss": // RSS writes that of the feed
		return f.Article == ""
	case field == "Title" && f.Article != "": // of an item without a text; others have the address there
		return format == "json"
	case field == "URL" && string(f.Rule) == missing: // of the channel, and of an entry without content
		return format == "rss" && f.Article == "" || format == "atom" && f.Article != ""
	}
	// The encoders leave out what is missing and drop illegal characters. Other faults are in the
	// document as they were given.
	switch string(f.Rule) {
	case missing:
		// Atom allows a title in which nothing is visible, and RSS such a description.
		blank := f.Value != "" && strings.TrimSpace(f.Value) == "" && (field == "Description" || format == "atom")
		return slices.Contains(required, field) && !blank
	case string(uri.NotAbsolute), string(uri.Bad), string(uri.BadScheme):
		return field == "ID" || !isReference(f.Value, field, format, f.Rule == R(uri.NotAbsolute))
	}
	return true
}

// isReference reports whether the format allows a URL that no reader can open: one whose host has
// a wrong form or whose scheme is not of the Web (RFC 3986 allows both), or a relative one in a
// link of Atom (RFC 4287 section 4.2.7.1), which RSS has for hubs, related pages and archives.
// JSON Feed takes absolute URLs of the Web.
func isReference(value, field, format string, relative bool) bool {
	switch {
	case format == "json" || !uri.IsReference(escape.Trim(value)):
		return false
	case format == "rss" && relative:
		return field == "Hubs" || field == "ExternalURL" || strings.HasSuffix(field, ".RSS")
	case format == "rss":
		return field != "Enclosures.URL" // RSS 2.0: must be an http URL
	}
	return true
}

// withoutIndexes returns a field without the indexes of lists: "Hubs" for "Hubs[2]".
func withoutIndexes(field string) string {
	for {
		before, rest, found := strings.Cut(field, "[")
		_, after, closed := strings.Cut(rest, "]")
		if !found || !closed {
			return field
		}
		field = before + after
	}
}
