package syndicate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/slug"
)

// Rule is what a [Problem] breaks. A Rule is an error, so that errors.Is(err,
// syndicate.RuleMissing) finds it in the error of an [Archive] or a [Site].
type Rule string

// Rules that programs commonly test for. The list is not exhaustive.
const (
	RuleMissing       Rule = "missing"
	RuleNotAbsolute   Rule = "not an absolute http or https URL"
	RuleBadURL        Rule = "not a URL"
	RuleBadScheme     Rule = "URL scheme is not http or https"
	RuleDuplicateID   Rule = "another article has this id"
	RuleUnknownID     Rule = "no article has this id"
	RuleCycle         Rule = "category is its own ancestor, or nested deeper than 50"
	RuleSlugTaken     Rule = "two names share one slug"
	RuleBodyTooLong   Rule = "body is longer than MaxBody; feeds show its summary and a link"
	RuleTooLarge      Rule = "feed is larger than MaxBytes"
	RuleBadLanguage   Rule = "not a BCP 47 language tag"
	RuleBadMail       Rule = "not an e-mail address"
	RuleBadType       Rule = "not a media type"
	RuleNegative      Rule = "negative"
	RuleDegraded      Rule = "this format cannot hold it"
	RuleUnclean       Rule = "not fit for feeds as it is"
	RuleExtension     Rule = "extension failed"
	RuleIllegalText   Rule = "holds characters that XML cannot; they are dropped or mended"
	RuleBeforePublish Rule = "before the publication date"
	RuleNumericID     Rule = "a short number; some readers mistake it for an index"
)

// Error returns the rule's text.
func (r Rule) Error() string { return string(r) }

// Problem is one thing that is wrong with a site, a feed or an article.
type Problem struct {
	// Warning means that the thing was accepted, and mended or left out. Otherwise it was refused
	// (by [Site.Check] or a [Source]), or makes the feed invalid (for [Feed.Validate]).
	Warning bool
	// Article is the address or id of the article, "" for a site or feed.
	Article string
	// Format is the only format that the problem is about, 0 if it is about several.
	Format Format
	// Field names the Go field, with an index if it has one: "Enclosures[2].URL".
	Field string
	// Value is the value of the field, shortened.
	Value string
	// Rule is what is broken.
	Rule Rule
	// Spec says what was done about it, and names the specification and section behind the rule.
	Spec string
}

// Error says where, what and which rule: `syndicate: article "https://…/a": URL: missing`. It names
// the format if there is one, and ends in "[warning]" for a warning.
func (p *Problem) Error() string { return (*finding)(p).String() }

// Unwrap returns the Rule.
func (p *Problem) Unwrap() error { return p.Rule }

// Problems is the error of checks: everything that was refused, in the order of the articles. It
// holds no warnings.
type Problems []*Problem

// Error joins the problems, one per line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns every [Problem], for errors.Is and errors.As.
func (ps Problems) Unwrap() []error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errs
}

// finding is a Problem before programs see it. The checks are in an internal package, which
// cannot know the type Problem. The two have the same fields in the same order, so that pointers
// convert.
type finding = findings.Finding[Rule, Format]

// report collects the problems of one site, article or feed. The embedded methods check single
// fields; those in this package check what is made of them.
type report struct{ findings.Report[Rule, Format] }

// newReport returns a report on an article, or on the site or feed that is the subject.
func newReport(subject findings.Subject, article string) *report {
	r := new(report)
	r.Mode, r.Article = subject, article
	return r
}

// err returns what was refused as an error, nil if nothing was. Warnings are not part of any
// error, so that err != nil means what it means elsewhere.
func (r *report) err() error {
	var refused Problems
	for _, f := range r.Found {
		if !f.Warning {
			refused = append(refused, (*Problem)(f))
		}
	}
	if len(refused) == 0 {
		return nil
	}
	return refused
}

// Errors returned by a [Source] for a scope without a feed. Test with errors.Is. Servers answer
// with a status of HTTP for each; any other error of a Source is a failure, HTTP's 503.
var (
	// ErrNotFound means that the scope has no visible article: HTTP's 404.
	ErrNotFound = errors.New("no such feed")
	// ErrMoved means that the scope has another address, which [ScopeError] names: HTTP's 301.
	ErrMoved = errors.New("feed has moved")
	// ErrGone means that the scope was closed on purpose: HTTP's 410.
	ErrGone = errors.New("feed is gone")
)

// ScopeError says why a scope has no feed.
type ScopeError struct {
	Scope Scope
	Moved Scope // the new scope if Err is [ErrMoved]
	Err   error // [ErrNotFound], [ErrMoved] or [ErrGone]
}

// Error names the scope and the reason. For a key that is not a slug, it names the slug that was
// perhaps meant.
func (e *ScopeError) Error() string {
	text := fmt.Sprintf("syndicate: scope %q: %v", e.Scope, e.Err)
	switch e.Err {
	case ErrMoved:
		text += fmt.Sprintf(" to %q", e.Moved)
	case ErrNotFound:
		if key := slug.Path(e.Scope.key); key != e.Scope.key {
			text += fmt.Sprintf("; the slug of that name is %q (see Slug)", key)
		}
	}
	return text
}

// Unwrap returns Err.
func (e *ScopeError) Unwrap() error { return e.Err }
