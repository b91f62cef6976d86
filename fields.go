package syndicate

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate/xmltext"
	"golang.org/x/text/language"
)

// Checks of single fields, which sites and articles share. Each brings its value into the one form that
// feeds carry, and reports what is wrong with it.

// text brings a field of plain text into its one form: legal characters, blanks collapsed, no bidi
// controls (HTML-7).
func (r *report) text(field string, s *string) {
	if isPlainText(*s) {
		return
	}
	mended := xmltext.Legal(*s)
	if mended != *s && !onlyLineEnds(*s, mended) {
		r.warn(field, *s, RuleIllegalText, "XML 1.0 section 2.2")
	}
	*s = plainText(mended)
}

// isPlainText recognises text that is in its one form already: legal, words with single spaces between them,
// and nothing invisible.
func isPlainText(s string) bool {
	last := uint8(blank) // so that none may lead
	for i := 0; i < len(s); i++ {
		kind := textKinds[s[i]]
		switch {
		case kind&last == blank:
			return false
		case kind == special:
			n := plainRune(s[i:])
			if n == 0 {
				return false
			}
			i += n - 1
		}
		last = kind
	}
	return last != blank || s == ""
}

// The kinds of bytes in text.
const (
	special = iota // part of a character beyond ASCII, or none that text in its one form has
	visible
	blank
)

var textKinds = func() (kinds [256]uint8) {
	for c := range kinds {
		if c > ' ' && c < 0x7F {
			kinds[c] = visible
		}
	}
	kinds[' '] = blank
	return kinds
}()

// plainRune returns the length of the character that s begins with, 0 if it is not one for text in its one form.
func plainRune(s string) int {
	if c := s[0]; c >= 0xC3 && c < 0xD8 && len(s) > 1 && s[1]&0xC0 == 0x80 {
		return 2 // U+00C0 to U+05FF, letters and their marks
	}
	r, n := utf8.DecodeRuneInString(s)
	if n == 1 || r < 0xA0 || r == 0xFFFE || r == 0xFFFF || unicode.IsSpace(r) || isBidiControl(r) {
		return 0
	}
	return n
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
func (r *report) slug(name, slug string) string {
	s := slugOf(name, slug)
	if rule := checkSlug(s); rule != "" {
		hint := ""
		if slug == "" && name != "" {
			hint = "give it a Slug of its own"
		}
		r.refuse(".Slug", cmp.Or(s, name), rule, hint)
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
	found := len(r.problems)
	if strings.TrimSpace(i.URL) == "" {
		r.refuse(".URL", "", RuleMissing, "")
	}
	i.URL = r.url(".URL", i.URL, base)
	i.Type = r.mediaType(".Type", typeOf(i.Type, i.URL))
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
	if a.Email = strings.TrimSpace(a.Email); a.Email != "" && !isMail(a.Email) {
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

// representable reports whether every format can write t.
func representable(t time.Time) bool {
	return !t.IsZero() && t.Year() >= 1 && t.Year() <= 9999
}

const octetStream = "application/octet-stream"
