package syndicate

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// The checks of single fields, which sites, articles and feeds share.

// text brings plain text into its one form: legal characters, white space collapsed, no invisible
// characters that change the reading direction.
func (r *report) text(field string, s *string) {
	if plaintext.Is(*s) {
		return
	}
	*s = plaintext.Of(r.legal(field, *s))
}

// legal warns about characters that XML cannot hold, and returns the text without them.
func (r *report) legal(field, text string) string {
	legal := escape.Legal(text)
	if legal != text && !plaintext.OnlyLineEnds(text, legal) {
		r.warn(field, text, RuleIllegalText, "XML 1.0 section 2.2")
	}
	return legal
}

// language returns the canonical form of a BCP 47 tag, "" if there is none.
func (r *report) language(field, tag string) string {
	if tag = strings.TrimSpace(tag); tag == "" {
		return ""
	}
	parsed, err := language.Parse(tag)
	if _, unknown := err.(language.ValueError); err != nil && !unknown {
		r.drop(field, tag, RuleBadLanguage, "BCP 47")
		return ""
	} else if unknown {
		r.warn(field, tag, RuleBadLanguage, "left out; not in the registry of BCP 47")
		return ""
	}
	return parsed.String()
}

// url returns an optional URL in its absolute form, "" if it is empty or cannot be used.
func (r *report) url(field, ref string, base *url.URL) string {
	given := strings.TrimSpace(ref)
	if given == "" {
		return ""
	}
	absolute, fault := uri.Resolve(base, ref)
	switch {
	case fault != "":
		r.drop(field, ref, Rule(fault), "")
	case r.mode == ofFeed && absolute != given:
		r.warn(field, given, Rule("not in its canonical form, "+absolute), "RFC 3986 section 6")
	}
	return absolute
}

// needURL checks a required URL.
func (r *report) needURL(field, ref, spec string) {
	if strings.TrimSpace(ref) == "" {
		r.refuse(field, "", RuleMissing, spec)
	} else {
		r.url(field, ref, nil)
	}
}

// mail returns an optional e-mail address, "" if it is empty or cannot be used.
func (r *report) mail(field, address string) string {
	address = strings.TrimSpace(address)
	if address != "" && !uri.IsMail(address) {
		r.drop(field, address, RuleBadMail, "RFC 4287 section 3.2.3")
		return ""
	}
	return address
}

const (
	ruleBadYear Rule = "year is not from 1 to 9999"
	ruleNotIRI  Rule = "not an absolute IRI"
)

// date returns an optional date in UTC and whole seconds.
func (r *report) date(field string, t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	if whole := inSeconds(t); date.Representable(whole) {
		return whole
	}
	r.drop(field, t.String(), ruleBadYear, "RFC 3339 section 5.6")
	return time.Time{}
}

func inSeconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// mediaType returns the given media type, or the one that the URL's ending stands for.
func (r *report) mediaType(field, given, address string) string {
	if given = strings.TrimSpace(given); given != "" && !mediatype.Valid(given) {
		r.drop(field, given, RuleBadType, "RFC 2045 section 5.1")
		given = ""
	}
	return mediatype.Of(given, address)
}

func (r *report) image(field string, i Image, base *url.URL) Image {
	if i == (Image{}) {
		return i
	}
	found := len(r.problems)
	defer func() { r.within(field, found) }()
	if strings.TrimSpace(i.URL) == "" {
		r.drop(".URL", "", RuleMissing, "")
	}
	i.URL = r.url(".URL", i.URL, base)
	i.Type = r.mediaType(".Type", i.Type, i.URL)
	if i.Width < 0 || i.Height < 0 {
		r.drop(".Width", fmt.Sprintf("%d x %d", i.Width, i.Height), RuleNegative, "")
		i.Width, i.Height = 0, 0
	}
	if i.Size < 0 {
		r.drop(".Size", fmt.Sprint(i.Size), RuleNegative, "")
		i.Size = 0
	}
	r.text(".Alt", &i.Alt)
	r.text(".Credit", &i.Credit)
	if i.Thumbnail != nil {
		small := *i.Thumbnail
		small.Thumbnail = nil
		if small = r.image(".Thumbnail", small, base); small == (Image{}) {
			i.Thumbnail = nil
		} else {
			i.Thumbnail = &small
		}
	}
	if i.URL == "" {
		return Image{}
	}
	return i
}

// needText checks required text.
func (r *report) needText(field, text, spec string) {
	if strings.TrimSpace(r.legal(field, text)) == "" {
		r.refuse(field, text, RuleMissing, spec)
	}
}

// needIRI refuses what is not an id for Atom. One that only differs in form is written in its canonical
// form, with a warning.
func (r *report) needIRI(field, given string) {
	if iri, ok := uri.IRI(given); !ok {
		r.refuse(field, given, ruleNotIRI, "RFC 4287 section 4.2.6")
	} else if iri != given {
		r.warn(field, given, Rule("not in its canonical form, "+iri), "RFC 4287 section 4.2.6.1")
	}
}

// needDate refuses a date that formats cannot write.
func (r *report) needDate(field string, t time.Time) {
	if !date.Representable(t.UTC()) {
		r.refuse(field, t.String(), ruleBadYear, "RFC 3339 section 5.6")
	}
}

// clipped returns a list that nothing can be appended to in place, nil for an empty one.
func clipped[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clip(list)
}

func sortedUnique[T Format | Kind | int | time.Weekday](values []T) []T {
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.Clip(slices.Compact(values))
}
