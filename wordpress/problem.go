package wordpress

import (
	"errors"
	"fmt"
	"strings"
)

// Rule is why something of an export is not in the feeds, or not as it was. Rules are errors, so that
// errors.Is(err, wordpress.RuleTruncated) finds them.
type Rule string

// Why a post was skipped: [Problem.Skipped] is true. Only [RuleTruncated], [RuleTooMany], [RuleIndex],
// [RuleEntities] and [RuleNoExport] end the reading.
const (
	RuleType      Rule = "not a post"
	RuleStatus    Rule = "not published"
	RulePassword  Rule = "protected by a password"
	RuleFuture    Rule = "its date is in the future"
	RuleNoDate    Rule = "no date that can be read"
	RuleNoAddress Rule = "no address"
	RuleEmpty     Rule = "no title, no body and no excerpt"
	RuleDuplicate Rule = "another post has this id"
	RuleTooLong   Rule = "longer than the limit"
	RuleBroken    Rule = "not XML"
	RuleTooDeep   Rule = "elements nested deeper than the limit"
	RuleTruncated Rule = "the file ends in the middle"
	RuleTooMany   Rule = "more items than the limit"
	RuleIndex     Rule = "authors, terms and attachments take more memory than the limit"
	RuleEntities  Rule = "declares entities"
	RuleNoExport  Rule = "not a WordPress export"
)

// What was changed or left out of something that came all the same.
const (
	RuleGUIDTaken     Rule = "another post has this guid; the address is the id instead"
	RuleNoAttachment  Rule = "attachment is not in the export"
	RuleNoParent      Rule = "parent category is not in the export"
	RuleCycle         Rule = "category is among its own ancestors, or nested deeper than 50; it has no parent now"
	RuleBadSlug       Rule = "cannot be part of an address"
	RuleUnknownAuthor Rule = "author is not declared"
	RuleMailAsName    Rule = "an e-mail address stands for the name; it is left out"
	RuleLocalDate     Rule = "no GMT date, and the site's time zone is not known; the local date is taken for GMT"
	RuleBadURL        Rule = "not an http or https address"
	RuleTooManyParts  Rule = "more than the limit; the rest is left out"
	RuleJunk          Rule = "something stands before the XML; it is left out"
)

// Error returns the rule's text.
func (r Rule) Error() string { return string(r) }

// Problem is one thing that [Export.Report] is told of, or that the reading ends with.
type Problem struct {
	// Skipped tells that the item is not among the articles. False means that it, or the file's head, was read,
	// but not quite as it stands.
	Skipped bool
	// Post is the item's id in WordPress, wp:post_id; "" where there is none.
	Post string
	// Type is the item's type: "post", "page", "attachment"; "" where there is none.
	Type string
	// Title is the item's, plain text and shortened.
	Title string
	// Line and Offset say where the item begins or, where it is not XML, where that shows: the line from 1, the
	// byte from 0. Both are 0 for what is told of the whole file.
	Line, Offset int64
	// Field names the element: "wp:status". Optional.
	Field string
	// Value is what stands there, shortened. Optional.
	Value string
	// Other is the post that has the id, where there can be only one. Optional.
	Other string
	// Rule is why.
	Rule Rule
	// Err is what the XML decoder says. Optional.
	Err error
}

// Error says where, what and why: `wordpress: line 12 (byte 345): post 678 "Title": wp:status "draft": not
// published; skipped`.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString("wordpress: ")
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d (byte %d): ", p.Line, p.Offset)
	}
	if p.Post != "" || p.Title != "" {
		kind := p.Type
		if kind == "" {
			kind = "item"
		}
		b.WriteString(kind)
		if p.Post != "" {
			b.WriteString(" " + p.Post)
		}
		if p.Title != "" {
			fmt.Fprintf(&b, " %q", p.Title)
		}
		b.WriteString(": ")
	}
	if p.Field != "" {
		b.WriteString(p.Field)
		if p.Value != "" {
			fmt.Fprintf(&b, " %q", p.Value)
		}
		b.WriteString(": ")
	}
	b.WriteString(string(p.Rule))
	if p.Other != "" {
		b.WriteString(" (post " + p.Other + ")")
	}
	if p.Err != nil {
		fmt.Fprintf(&b, ": %v", p.Err)
	}
	if p.Skipped {
		b.WriteString("; skipped")
	}
	return b.String()
}

// Unwrap returns the Rule.
func (p *Problem) Unwrap() error { return p.Rule }

// Is and As look into Err too.
func (p *Problem) Is(target error) bool { return p.Err != nil && errors.Is(p.Err, target) }

// As is explained at Is.
func (p *Problem) As(target any) bool { return p.Err != nil && errors.As(p.Err, target) }

// shorten keeps reports small whatever a value was.
func shorten(s string) string {
	const longest = 100
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	return strings.ToValidUTF8(s, "")
}
