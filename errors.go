package syndicate

import (
	"errors"
	"fmt"
	"strings"
)

// Rule is what a [Problem] breaks. Rules are errors, so that errors.Is(err, syndicate.RuleMissing)
// finds them in whatever an [Archive], a [Site] or a [Feed] returned.
type Rule string

// The rules that programs are likely to ask for; others stand where they are checked.
const (
	RuleMissing       Rule = "missing"
	RuleNotAbsolute   Rule = "not an absolute http or https URL"
	RuleBadURL        Rule = "not a URL"
	RuleBadScheme     Rule = "URL scheme is not http or https"
	RuleDuplicateID   Rule = "another article has this id"
	RuleUnknownID     Rule = "no article has this id"
	RuleCycle         Rule = "category is among its own ancestors, or nested deeper than 50"
	RuleTwoParents    Rule = "category has two parents or slugs"
	RuleSlugTaken     Rule = "two names share one slug"
	RuleBodyTooLong   Rule = "body is longer than the limit; feeds show its summary and a link"
	RuleBadLanguage   Rule = "not a BCP 47 language tag"
	RuleBadMail       Rule = "not an e-mail address"
	RuleBadType       Rule = "not a media type"
	RuleNegative      Rule = "negative"
	RuleDegraded      Rule = "this format cannot hold it"
	RuleUnclean       Rule = "not fit for feeds as it is"
	RuleExtension     Rule = "extension failed"
	RuleIllegalText   Rule = "holds characters that XML cannot; they are dropped or mended"
	RuleBeforePublish Rule = "before the publication date"
)

// Error returns the rule's text.
func (r Rule) Error() string { return string(r) }

// Problem is one thing that is wrong with a site, a feed or an article.
type Problem struct {
	// Warning tells that the thing was accepted all the same, and what a reader will see of it.
	// False means that it was refused (by a [Source]) or makes the feed invalid (by [Feed.Validate]).
	Warning bool
	// Article is the address or id of the article; "" for the site or feed itself.
	Article string
	// Field names the Go field, with an index where it has one: "Enclosures[2].URL".
	Field string
	// Value is what stood there, shortened; "" if nothing did.
	Value string
	// Rule is what is broken.
	Rule Rule
	// Spec names the specification and section behind the rule, where there is one.
	Spec string
}

// Error says where, what and which rule: `syndicate: article "https://…/a": URL: missing`.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString("syndicate: ")
	if p.Article != "" {
		fmt.Fprintf(&b, "article %q: ", p.Article)
	}
	b.WriteString(p.Field)
	b.WriteString(": ")
	if p.Value != "" {
		fmt.Fprintf(&b, "%q: ", p.Value)
	}
	b.WriteString(string(p.Rule))
	if p.Spec != "" {
		b.WriteString(" (" + p.Spec + ")")
	}
	if p.Warning {
		b.WriteString(" [warning]")
	}
	return b.String()
}

// Unwrap returns the Rule.
func (p *Problem) Unwrap() error { return p.Rule }

// Problems is everything found in one go, in the order of the articles. It is the error that checks
// return, also when it holds nothing but warnings; ask [Problems.Errors] whether anything was refused.
type Problems []*Problem

// Error joins the problems, one per line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives errors.Is and errors.As every single [Problem].
func (ps Problems) Unwrap() []error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errs
}

// Errors returns the problems that are no warnings.
func (ps Problems) Errors() Problems { return ps.filter(false) }

// Warnings returns the problems that did not keep anything out.
func (ps Problems) Warnings() Problems { return ps.filter(true) }

// Refused returns what in err is more than a warning, nil if nothing is. It looks through joined and
// wrapped errors, and keeps what is not made of [Problems]:
//
//	if err := syndicate.Refused(archive.Add(articles...)); err != nil {
func Refused(err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case Problems:
		return e.Errors().err()
	case *Problem:
		if e.Warning {
			return nil
		}
	case interface{ Unwrap() []error }:
		var kept []error
		for _, inner := range e.Unwrap() {
			kept = append(kept, Refused(inner))
		}
		return errors.Join(kept...)
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil && Refused(inner) == nil {
			return nil
		}
	}
	return err
}

func (ps Problems) filter(warning bool) (kept Problems) {
	for _, p := range ps {
		if p.Warning == warning {
			kept = append(kept, p)
		}
	}
	return kept
}

// err returns ps as an error that is nil when ps is empty.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// report collects problems of one article, or of a site or feed.
type report struct {
	article  string
	problems Problems
}

func (r *report) refuse(field, value string, rule Rule, spec string) {
	r.problems = append(r.problems, &Problem{Article: r.article, Field: field, Value: shorten(value), Rule: rule, Spec: spec})
}

func (r *report) warn(field, value string, rule Rule, spec string) {
	r.problems = append(r.problems, &Problem{Warning: true, Article: r.article, Field: field, Value: shorten(value), Rule: rule, Spec: spec})
}

// shorten keeps error texts readable whatever the value was.
func shorten(s string) string {
	const limit = 200
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// What a [Source] says of a scope that it has no feed for; found with errors.Is.
var (
	// ErrNotFound tells that the scope never had a visible article: HTTP's 404.
	ErrNotFound = errors.New("no such feed")
	// ErrMoved tells that the scope has another address now; [ScopeError] says which: HTTP's 301.
	ErrMoved = errors.New("feed has moved")
	// ErrGone tells that the scope was closed on purpose: HTTP's 410.
	ErrGone = errors.New("feed is gone")
)

// ScopeError says why there is no feed of a scope.
type ScopeError struct {
	Scope Scope
	Moved Scope // where it is now, when Err is [ErrMoved]
	Err   error // ErrNotFound, ErrMoved or ErrGone
}

// Error names the scope and what became of it.
func (e *ScopeError) Error() string {
	text := fmt.Sprintf("syndicate: scope %q: %v", e.Scope, e.Err)
	if e.Err == ErrMoved {
		text += fmt.Sprintf(" to %q", e.Moved)
	}
	return text
}

// Unwrap returns Err.
func (e *ScopeError) Unwrap() error { return e.Err }
