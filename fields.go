package syndicate

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/internal/slug"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Checks of single fields, which sites and articles share. Each brings its value into the one form that
// feeds carry, and reports what is wrong with it.

// text brings a field of plain text into its one form: legal characters, blanks collapsed, no bidi
// controls (HTML-7).
func (r *report) text(field string, s *string) {
	if plaintext.Is(*s) {
		return
	}
	mended := xmltext.Legal(*s)
	if mended != *s && !plaintext.OnlyLineEnds(*s, mended) {
		r.warn(field, *s, RuleIllegalText, "XML 1.0 section 2.2")
	}
	*s = plaintext.Of(mended)
}

// language returns the canonical form of a BCP 47 tag.
func (r *report) language(field, tag string) string {
	if tag = strings.TrimSpace(tag); tag == "" {
		return ""
	}
	parsed, err := language.Parse(tag)
	if _, unknown := err.(language.ValueError); err != nil && !unknown {
		r.refuse(field, tag, RuleBadLanguage, "BCP 47")
		return ""
	} else if unknown {
		r.warn(field, tag, RuleBadLanguage, "BCP 47, not in the registry")
		return ""
	}
	return parsed.String()
}

// url returns an optional URL in its absolute form, "" if it is empty or refused.
func (r *report) url(field, ref string, base *url.URL) string {
	if strings.TrimSpace(ref) == "" {
		return ""
	}
	absolute, rule := uri.Resolve(base, ref)
	if rule != "" {
		r.refuse(field, ref, Rule(rule), "")
	}
	return absolute
}

func (r *report) id(id string) string {
	mended := strings.TrimSpace(xmltext.Legal(id))
	if mended != strings.TrimSpace(id) {
		r.warn("ID", id, RuleIllegalText, "XML 1.0 section 2.2")
	}
	return mended
}

func (r *report) date(field string, t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	t = t.UTC().Truncate(time.Second)
	if !date.Representable(t) {
		r.refuse(field, t.String(), "year is not from 1 to 9999", "RFC 3339 section 5.6")
	}
	return t
}

// slug checks the slug that a term goes by and returns it.
func (r *report) slug(name, given string) string {
	s := slug.Of(name, given)
	if rule := slug.Check(s); rule != "" {
		hint := ""
		if given == "" && name != "" {
			hint = "give it a Slug of its own"
		}
		r.refuse(".Slug", cmp.Or(s, name), Rule(rule), hint)
	}
	return s
}

func (r *report) mediaType(field, t string) string {
	if t != "" && !mediatype.Valid(t) {
		r.refuse(field, t, RuleBadType, "RFC 2045 section 5.1")
	}
	return t
}

func (r *report) image(field string, i Image, base *url.URL) Image {
	if i == (Image{}) {
		return i
	}
	found := len(r.problems)
	if strings.TrimSpace(i.URL) == "" {
		r.refuse(".URL", "", RuleMissing, "")
	}
	i.URL = r.url(".URL", i.URL, base)
	i.Type = r.mediaType(".Type", mediatype.Of(i.Type, i.URL))
	if i.Width < 0 || i.Height < 0 {
		r.refuse(".Width", fmt.Sprintf("%d x %d", i.Width, i.Height), RuleNegative, "")
	}
	if i.Size < 0 {
		r.refuse(".Size", fmt.Sprint(i.Size), RuleNegative, "")
	}
	r.text(".Alt", &i.Alt)
	r.text(".Credit", &i.Credit)
	if i.Thumbnail != nil {
		small := *i.Thumbnail
		small.Thumbnail = nil
		small = r.image(".Thumbnail", small, base)
		i.Thumbnail = &small
	}
	r.within(field, found)
	return i
}

// person checks an author whose name is in its one form.
func (r *report) person(field string, a Author, base *url.URL) Author {
	found := len(r.problems)
	a.URL = r.url(".URL", a.URL, base)
	a.Avatar = r.url(".Avatar", a.Avatar, base)
	if a.Email = strings.TrimSpace(a.Email); a.Email != "" && !uri.IsMail(a.Email) {
		r.refuse(".Email", a.Email, RuleBadMail, "RFC 4287 section 3.2.3")
	}
	r.within(field, found)
	return a
}

// within says of which field those problems are that were found in a part of it, after the first so many. The
// checks of parts name ".URL", so that the full name is made only where something is wrong.
func (r *report) within(field string, found int) {
	for _, p := range r.problems[found:] {
		p.Field = field + p.Field
	}
}

// element is within for element i of a list.
func (r *report) element(list string, i, found int) {
	if found < len(r.problems) {
		r.within(fmt.Sprintf("%s[%d]", list, i), found)
	}
}
