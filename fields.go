package syndicate

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/xmltext"
	"golang.org/x/text/language"
)

// Checks of single fields, which sites and articles share. Each brings its value into the one form that
// feeds carry, and reports what is wrong with it.

// text brings a field of plain text into its one form: legal characters, blanks collapsed, no bidi
// controls (HTML-7).
func (r *report) text(field string, s *string) {
	mended := xmltext.Legal(*s)
	if mended != *s && !onlyLineEnds(*s, mended) {
		r.warn(field, *s, RuleIllegalText, "XML 1.0 section 2.2")
	}
	*s = plainText(mended)
}

func onlyLineEnds(given, mended string) bool {
	return strings.ReplaceAll(strings.ReplaceAll(given, "\r\n", "\n"), "\r", "\n") == mended
}

// plainText collapses white space and drops the invisible characters that turn the reading direction, and
// byte order marks.
func plainText(s string) string {
	if strings.ContainsFunc(s, isBidiControl) {
		s = strings.Map(func(c rune) rune {
			if isBidiControl(c) {
				return -1
			}
			return c
		}, s)
	}
	return strings.Join(strings.Fields(s), " ")
}

func isBidiControl(c rune) bool {
	return c == 0xFEFF || c == 0x061C || c == 0x200E || c == 0x200F || 0x202A <= c && c <= 0x202E || 0x2066 <= c && c <= 0x2069
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
	absolute, rule := resolveURL(base, ref)
	if rule != "" {
		r.refuse(field, ref, rule, "")
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
	if !representable(t) {
		r.refuse(field, t.String(), "year is not from 1 to 9999", "RFC 3339 section 5.6")
	}
	return t
}

// slug checks the slug that a term goes by and returns it.
func (r *report) slug(field, name, slug string) string {
	s := slugOf(name, slug)
	if rule := checkSlug(s); rule != "" {
		hint := ""
		if slug == "" && name != "" {
			hint = "give it a Slug of its own"
		}
		r.refuse(field+".Slug", cmp.Or(s, name), rule, hint)
	}
	return s
}

func (r *report) mediaType(field, t string) string {
	if t != "" && !isMediaType(t) {
		r.refuse(field, t, RuleBadType, "RFC 2045 section 5.1")
	}
	return t
}

func (r *report) image(field string, i Image, base *url.URL) Image {
	if i == (Image{}) {
		return i
	}
	if strings.TrimSpace(i.URL) == "" {
		r.refuse(field+".URL", "", RuleMissing, "")
	}
	i.URL = r.url(field+".URL", i.URL, base)
	i.Type = r.mediaType(field+".Type", typeOf(i.Type, i.URL))
	if i.Width < 0 || i.Height < 0 {
		r.refuse(field+".Width", fmt.Sprintf("%d x %d", i.Width, i.Height), RuleNegative, "")
	}
	if i.Size < 0 {
		r.refuse(field+".Size", fmt.Sprint(i.Size), RuleNegative, "")
	}
	r.text(field+".Alt", &i.Alt)
	r.text(field+".Credit", &i.Credit)
	if i.Thumbnail != nil {
		small := *i.Thumbnail
		small.Thumbnail = nil
		small = r.image(field+".Thumbnail", small, base)
		i.Thumbnail = &small
	}
	return i
}

// person checks an author whose name is in its one form.
func (r *report) person(field string, a Author, base *url.URL) Author {
	a.URL = r.url(field+".URL", a.URL, base)
	a.Avatar = r.url(field+".Avatar", a.Avatar, base)
	if a.Email = strings.TrimSpace(a.Email); a.Email != "" && !isMail(a.Email) {
		r.refuse(field+".Email", a.Email, RuleBadMail, "RFC 4287 section 3.2.3")
	}
	return a
}

// representable reports whether every format can write t.
func representable(t time.Time) bool {
	return !t.IsZero() && t.Year() >= 1 && t.Year() <= 9999
}

const octetStream = "application/octet-stream"
