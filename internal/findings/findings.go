// Package findings collects what is wrong with a site, a feed or an article, and checks the
// single fields that these have in common. A check brings its value into the one form that feeds
// carry, and reports what it refused or mended.
package findings

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Rule is the type of the rules that findings name.
type Rule interface{ ~string }

// Format is the type of the feed formats. The zero Format is none. Rule and Format are parameters
// because their exported types belong to the package that uses this one.
type Format interface {
	~uint8
	fmt.Stringer
}

// Finding is one thing that is wrong. Its fields are those of the exported type that programs
// get, so that a pointer to one converts to a pointer to the other.
type Finding[R Rule, F Format] struct {
	// Warning is false for what was refused or makes a feed invalid.
	Warning bool
	// Article is the address or id of the article, "" for a site or feed.
	Article string
	// Format is the only format that is concerned, 0 for several.
	Format F
	// Field names the Go field, with an index if it has one.
	Field string
	// Value is the value of the field, shortened.
	Value string
	// Rule is what is broken.
	Rule R
	// Spec says what was done about it, and names the section behind the rule.
	Spec string
}

// String says where, what and which rule, in one line: the article, the format, the field, the
// value, the rule, and in parentheses what was done and the section.
func (f *Finding[R, F]) String() string {
	text := "syndicate: "
	if f.Article != "" {
		text += fmt.Sprintf("article %q: ", f.Article)
	}
	if f.Format != 0 {
		text += f.Format.String() + ": "
	}
	text += f.Field + ": "
	if f.Value != "" {
		text += fmt.Sprintf("%q: ", f.Value)
	}
	text += string(f.Rule)
	if f.Spec != "" {
		text += " (" + f.Spec + ")"
	}
	if f.Warning {
		text += " [warning]"
	}
	return text
}

// Subject is what a Report is about. It decides what a fault in an optional field costs.
type Subject uint8

// The subjects.
const (
	Article Subject = iota // the detail is mended or left out, with a warning
	Site                   // the site is refused
	Feed                   // the feed is invalid; nothing is mended, so other forms are worth a warning
)

// Report collects what is wrong with one site, article or feed. The zero Report is for an article.
type Report[R Rule, F Format] struct {
	// Article is the address or id of the article. Every finding names it.
	Article string
	// Mode decides what Drop does.
	Mode Subject
	// Formats are those that a feed is checked for.
	Formats []F
	// Refused is set once something that is not a warning was found.
	Refused bool
	// Found is everything, in the order in which it was found.
	Found []*Finding[R, F]
}

// Add adds a finding and names the article in it. It shortens the value, because errors are logged
// and a value may be a whole article.
func (r *Report[R, F]) Add(f Finding[R, F]) {
	if f.Article == "" {
		f.Article = r.Article
	}
	f.Value = Shorten(f.Value)
	r.Found = append(r.Found, &f)
	r.Refused = r.Refused || !f.Warning
}

// Refuse reports what cannot be accepted. The check goes on, so that one run reports everything.
func (r *Report[R, F]) Refuse(field, value string, rule R, spec string) {
	r.Add(Finding[R, F]{Field: field, Value: value, Rule: rule, Spec: spec})
}

// Warn reports what was accepted, and mended or left out. Spec says which of the two.
func (r *Report[R, F]) Warn(field, value string, rule R, spec string) {
	r.Add(Finding[R, F]{Warning: true, Field: field, Value: value, Rule: rule, Spec: spec})
}

// WarnEach reports several values of a field that break one rule, such as the players that stayed
// in a body. It adds a finding for each value.
func (r *Report[R, F]) WarnEach(field string, values []string, rule R) {
	for _, value := range values {
		r.Warn(field, value, rule, "")
	}
}

// Mend is Warn for what is mended or left out, except in a feed, which is written as it is. Did
// says what is done about it, and behind a semicolon perhaps the section of the rule.
func (r *Report[R, F]) Mend(field, value string, rule R, did string) {
	if r.Mode == Feed {
		_, section, found := strings.Cut(did, ";")
		if did = "written as it is"; found {
			did += ";" + section
		}
	}
	r.Warn(field, value, rule, did)
}

// Drop reports an optional detail that cannot be used. An article is published without it: a detail
// must not cost its readers the article. Did says more about it, such as the section of the rule.
func (r *Report[R, F]) Drop(field, value string, rule R, did string) {
	switch {
	case r.Mode != Article:
		r.Refuse(field, value, rule, did)
	case did == "":
		r.Warn(field, value, rule, "left out")
	default:
		r.Warn(field, value, rule, "left out; "+did)
	}
}

// Within puts the name of a field before the findings after the first n, which were found in
// parts of the field and name the part alone: ".URL".
func (r *Report[R, F]) Within(field string, n int) {
	for _, f := range r.Found[n:] {
		f.Field = field + f.Field
	}
}

// Element is Within for an element of a list.
func (r *Report[R, F]) Element(list string, i, n int) {
	if n < len(r.Found) {
		r.Within(fmt.Sprintf("%s[%d]", list, i), n)
	}
}

// Shorten returns a value that is short enough for an error text.
func Shorten(s string) string {
	const limit = 200
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// List returns the elements of a list that check keeps, mended, and at most 1,000 of them. It
// returns nil for an empty result. Nothing can be appended to the result in place. Check names the
// part of the element that it reports on: ".URL".
func List[T any, R Rule, F Format](r *Report[R, F], field string, list []T, check func(T) (T, bool)) []T {
	if len(list) > maxList && r.Mode != Feed {
		r.Warn(field, fmt.Sprintf("%d elements", len(list)), tooLong, fmt.Sprintf("those after %d are left out", maxList))
		list = list[:maxList]
	}
	checked := make([]T, 0, len(list))
	for i, given := range list {
		found := len(r.Found)
		if mended, keep := check(given); keep {
			checked = append(checked, mended)
		}
		r.Element(field, i, found)
	}
	return Clipped(checked)
}

// Clipped returns a list that nothing can be appended to in place, nil for an empty one.
func Clipped[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clip(list)
}

// Recovered calls f and returns its panic as an error. Extensions are code of the program, and a
// fault in one must not cost readers the feed.
func Recovered(f func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	f()
	return nil
}

// Same reports whether two extensions are equal. Those that Go cannot compare, because they have
// slices, are compared by their contents.
func Same[E any](a, b E) (same bool) {
	var x, y any = a, b
	hasSlices := Recovered(func() { same = x == y }) != nil
	return same || hasSlices && reflect.DeepEqual(x, y)
}
