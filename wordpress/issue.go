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
	ReasonType      Reason = "not a post"
	ReasonStatus    Reason = "not published"
	ReasonPassword  Reason = "protected by a password"
	ReasonFuture    Reason = "its date is in the future"
	ReasonNoDate    Reason = "no date that can be read"
	ReasonNoAddress Reason = "no address"
	ReasonEmpty     Reason = "no title, no body and no excerpt"
	ReasonDuplicate Reason = "another post has this id"
	ReasonTooLong   Reason = "longer than the limit"
	ReasonBroken    Reason = "not XML"
	ReasonTooDeep   Reason = "elements nested deeper than the limit"
)

// Reasons for which the reading ends. They come as the error of Site, Articles or Archive, not
// through [Export.OnIssue].
const (
	ReasonTruncated Reason = "the file is truncated"
	ReasonTooMany   Reason = "more items than the limit"
	ReasonIndex     Reason = "authors, terms and attachments take more memory than the limit"
	ReasonEntities  Reason = "declares entities"
	ReasonNoExport  Reason = "not a WordPress export"
)

// Reasons for changing or dropping a part of an item that was imported, or of the file's head.
const (
	ReasonGUIDTaken     Reason = "another post has this guid; this post's address is its id"
	ReasonNoAttachment  Reason = "attachment is not in the export"
	ReasonNoParent      Reason = "parent category is not in the export"
	ReasonCycle         Reason = "category is its own ancestor, or nested deeper than 50; its parent is dropped"
	ReasonBadSlug       Reason = "cannot be part of an address"
	ReasonUnknownAuthor Reason = "author is not declared"
	ReasonMailAsName    Reason = "the name is an e-mail address; dropped"
	ReasonLocalDate     Reason = "no GMT date and no known time zone; the local date is used as GMT"
	ReasonBadURL        Reason = "not an http or https address"
	ReasonTooManyParts  Reason = "more than the limit; the rest is dropped"
	ReasonJunk          Reason = "text before the XML; ignored"
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
	// Line and Offset say where the item begins: the line from 1, the byte from 0. For an item that
	// is not XML they say where the parser failed. Both are 0 if the issue is the whole file's.
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
