package wordpress

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Reason says why something in an export is not in the feeds, or not as it was. A Reason is an
// error, so that errors.Is(err, wordpress.ReasonTruncated) finds it.
type Reason string

// Reasons for skipping an item. [Issue.Skipped] is true for them.
const (
	// The post type is not in [Export.Types].
	ReasonType Reason = "not a post"
	// The status is not "publish", nor "future" if [Export.Scheduled] is set.
	ReasonStatus Reason = "not published"
	// The post has a password.
	ReasonPassword Reason = "protected by a password"
	// The date is after [Export.Clock], and [Export.Scheduled] is not set.
	ReasonFuture Reason = "its date is in the future"
	// None of the dates can be parsed.
	ReasonNoDate Reason = "no date that can be read"
	// Neither the link nor the guid is an http or https URL.
	ReasonNoAddress Reason = "no address"
	// There is nothing to show.
	ReasonEmpty Reason = "no title, no body and no excerpt"
	// The same item was read before, or another one with its guid and its address. [Issue.Other] is
	// the id of that post.
	ReasonDuplicate Reason = "another post has this id"
	// An element is longer than its limit; see [Export.MaxText]. If it is a term, an enclosure, or
	// something that the body refers to, only that is dropped, and [Issue.Skipped] is false.
	ReasonTooLong Reason = "longer than the limit"
	// The item is not well-formed XML.
	ReasonBroken Reason = "not XML"
	// The item exceeds [Export.MaxDepth].
	ReasonTooDeep Reason = "elements nested deeper than the limit"
)

// Reasons for which the reading ends. They are in the error of Site, Articles or Archive; OnIssue
// is not called with them.
const (
	// The file ends before the end of the export.
	ReasonTruncated Reason = "the file is truncated"
	// The export exceeds [Export.MaxItems].
	ReasonTooMany Reason = "more items than the limit"
	// The export exceeds [Export.MaxIndex].
	ReasonIndex Reason = "authors, terms, attachments and patterns take more memory than the limit"
	// The file has a DOCTYPE that declares entities.
	ReasonEntities Reason = "declares entities"
	// The file is something else.
	ReasonNoExport Reason = "not a WordPress export"
)

// Reasons for changing or dropping a part of an item that was imported, or of the file's head.
const (
	// [Issue.Other] is the id of the post that has the guid.
	ReasonGUIDTaken Reason = "another post has this guid; this post's address is its id"
	// A featured image, or a picture of a gallery, is missing.
	ReasonNoAttachment Reason = "attachment is not in the export"
	// A featured image is not an image, or a player's file is not audio or video.
	ReasonOtherKind Reason = "attachment is a file of another kind; dropped"
	// The category becomes a top-level section.
	ReasonNoParent Reason = "parent category is not in the export"
	// The category becomes a top-level section.
	ReasonCycle Reason = "category is its own ancestor, or nested deeper than 50; its parent is dropped"
	// The category or tag gets the slug that its name makes. If that is none either, or for an
	// author, it is dropped.
	ReasonBadSlug Reason = "cannot be part of an address"
	// The login becomes the author's name.
	ReasonUnknownAuthor Reason = "author is not declared"
	// An author without any other name is dropped.
	ReasonMailAsName Reason = "the name is an e-mail address; dropped"
	// Set [Export.Location] to the site's time zone.
	ReasonLocalDate Reason = "no GMT date and no known time zone; the local date is used as GMT"
	// The guid becomes the address of the article. An enclosure is dropped.
	ReasonBadURL Reason = "not an http or https address"
	// A post has more than 1,000 terms, enclosures or pictures. If Field is "content:encoded", more
	// than 1,000 parts of the body have issues, and the rest of the issues is dropped.
	ReasonTooManyParts Reason = "more than the limit; the rest is dropped"
	// A plug-in showed something in place of a shortcode. The tags of the shortcode are removed,
	// and the text in it stays. Value is the shortcode. A post has one issue for each name.
	ReasonShortcode Reason = "shortcode of a plug-in; what it showed is not in the export"
	// The same, and the shortcode has the address of something.
	ReasonPluginLink Reason = "shortcode of a plug-in; it becomes a link to its address"
	// The name of the shortcode is a language, and a word that a theme may use for other texts.
	// Value is the shortcode.
	ReasonListing Reason = "shortcode for listings, or one of a theme; its content becomes a listing"
	// A film or recording. Value is the shortcode.
	ReasonNoPlayer Reason = "player without an address or id; dropped"
	// A block that WordPress fills from other data. Value is the name of the block.
	ReasonBlock Reason = "what the block showed is not in the export"
	// Value is the id of the pattern. Drafts of patterns count as missing: WordPress does not show
	// them.
	ReasonNoPattern Reason = "synced pattern is not in the export"
	// Value is the id of the pattern.
	ReasonPatternCycle Reason = "synced pattern is in itself, or nested deeper than 20; dropped"
	// Value is the id of the pattern. The article has what the pattern itself has: the texts of
	// other blocks than paragraphs, headings, items, buttons and pictures.
	ReasonOverrides Reason = "what the post has in place of a part of a synced pattern is not applied"
	// The postmeta is missing, or is not JSON.
	ReasonNoFootnotes Reason = "footnotes cannot be read"
	// A podcast plug-in has a text where a number belongs.
	ReasonNoNumber Reason = "not a number; dropped"
	// Apple does not have this type of episode. The episode becomes a full one.
	ReasonEpisodeType Reason = "not a type of episodes"
	// The list that PowerPress has behind an enclosure. The enclosure itself is kept.
	ReasonNoPodcast Reason = "what the podcast plug-in stored cannot be read"
	// A list of PowerPress that an Episode has no field for.
	ReasonNoField Reason = "no field holds it; dropped"
	// Podlove keeps the files of episodes in tables that are not in an export. Import its feed with
	// podcast.Import instead.
	ReasonNoFile Reason = "the file of the episode is not in the export"
	// The server printed something before the export.
	ReasonJunk Reason = "text before the XML; ignored"
)

// Error returns the text of the reason.
func (r Reason) Error() string { return string(r) }

// Issue is one thing in an export that is not in the articles, or not as it was. [Export.OnIssue]
// is called with issues; the one that ends the reading is the error.
type Issue struct {
	// Skipped is true if the item is not among the articles. Otherwise the item, or the head of the
	// file, was imported with the change that Reason describes.
	Skipped bool
	// Post is the item's id in WordPress (wp:post_id), "" if it has none.
	Post string
	// Type is the item's type: "post", "page", "attachment". It is "" if the item has none.
	Type string
	// Title is the item's title as plain text, shortened.
	Title string
	// File is the number of the file: 0 for [Export.Input], 1 for the first of [Export.More].
	File int
	// Line and Offset say where the item begins: the line from 1, the byte from 0. For an item that
	// is not XML they say where the parser failed. Both are 0 if the issue is the whole file's. In
	// a file in another encoding than UTF-8, bytes are counted as UTF-8.
	Line, Offset int64
	// Field names the element: "wp:status". It is "" if the issue is the whole item's.
	Field string
	// Value is the value of the element, shortened.
	Value string
	// Other is the id in WordPress of the post that already has the guid or address.
	Other string
	// Reason is why.
	Reason Reason
	// Err is the error of the XML parser, if there was one.
	Err error
}

// Error says where, what and why: `wordpress: line 12 (byte 345): post 678 "Title": wp:status
// "draft": not published; skipped`.
func (p *Issue) Error() string {
	var b strings.Builder
	b.WriteString("wordpress: ")
	if p.File > 0 {
		fmt.Fprintf(&b, "file %d: ", p.File+1)
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d (byte %d): ", p.Line, p.Offset)
	}
	if p.Post != "" || p.Title != "" {
		b.WriteString(join(cmp.Or(p.Type, "item"), p.Post, quoted(p.Title)) + ": ")
	}
	if p.Field != "" {
		b.WriteString(join(p.Field, quoted(p.Value)) + ": ")
	}
	b.WriteString(string(p.Reason))
	if p.Other != "" {
		b.WriteString(" (post " + p.Other + ")")
	}
	if p.Err != nil {
		b.WriteString(": " + p.Err.Error())
	}
	if p.Skipped {
		b.WriteString("; skipped")
	}
	return b.String()
}

// Unwrap returns the Reason and, if there is one, Err.
func (p *Issue) Unwrap() []error {
	if p.Err == nil {
		return []error{p.Reason}
	}
	return []error{p.Reason, p.Err}
}

// join joins the words that are not empty with spaces.
func join(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " ")
}

// quoted returns s in quotes, or "" for "".
func quoted(s string) string {
	if s == "" {
		return ""
	}
	return strconv.Quote(s)
}

// shorten keeps reports small no matter how long a value is.
func shorten(s string) string {
	const longest = 100
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	return strings.ToValidUTF8(s, "")
}
