package findings

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/internal/slug"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// The rules of fields. Programs compare them with the exported rules of the same text.
const (
	missing     = "missing"
	negative    = "negative"
	badLanguage = "not a BCP 47 language tag"
	badMail     = "not an e-mail address"
	badType     = "not a media type"
	illegalText = "holds characters that XML cannot; they are dropped or mended"
	badYear     = "year is not from 1 to 9999"
	notIRI      = "not an absolute IRI"
)

// The checks have an exported method or function for each kind of field. Those named Need are for
// required fields. All others are for optional ones: they return the zero value for what cannot be
// used, so that the caller stores the result whatever it is. Report's Mode decides whether that is
// a warning, or refuses the whole.

// Text brings plain text into its one form: legal characters, white space collapsed, no invisible
// characters that change the reading direction.
func (r *Report[R, F]) Text(field string, s *string) {
	if plaintext.Is(*s) {
		return
	}
	*s = plaintext.Of(r.Legal(field, *s))
}

// Legal warns about characters that XML cannot hold, and returns the text without them.
func (r *Report[R, F]) Legal(field, text string) string {
	legal := escape.Legal(text)
	if legal != text && !plaintext.OnlyLineEnds(text, legal) {
		r.Warn(field, text, illegalText, "XML 1.0 section 2.2")
	}
	return legal
}

// NeedText refuses text in which nothing is visible. Formats require elements that are not empty.
func (r *Report[R, F]) NeedText(field, text, spec string) {
	if strings.TrimSpace(r.Legal(field, text)) == "" {
		r.Refuse(field, text, missing, spec)
	}
}

// Language returns the canonical form of a BCP 47 tag, "" if there is none. A tag of the right form
// that the registry does not have is always left out: validators refuse a feed for it.
func (r *Report[R, F]) Language(field, tag string) string {
	if tag = strings.TrimSpace(tag); tag == "" {
		return ""
	}
	parsed, err := language.Parse(tag)
	if _, unknown := err.(language.ValueError); unknown {
		r.Warn(field, tag, badLanguage, "left out; not in the registry of BCP 47")
		return ""
	}
	if err != nil {
		r.Drop(field, tag, badLanguage, "BCP 47")
		return ""
	}
	return parsed.String()
}

// URL returns an optional URL in its absolute form, "" if it is empty or cannot be used. In a feed,
// which is written as it is, another form of the URL is worth a warning (RFC 3986 section 6).
func (r *Report[R, F]) URL(field, ref string, base *url.URL) string {
	given := strings.TrimSpace(ref)
	if given == "" {
		return ""
	}
	absolute, fault := uri.Resolve(base, ref)
	switch {
	case fault != "":
		r.Drop(field, ref, R(fault), "")
	case r.Mode == Feed && absolute != given:
		r.Warn(field, given, R("not in its canonical form, "+absolute), "RFC 3986 section 6")
	}
	return absolute
}

// NeedURL checks a required URL, which must be absolute: a feed that was filled in by hand has no
// site that it could be relative to.
func (r *Report[R, F]) NeedURL(field, ref, spec string) {
	if strings.TrimSpace(ref) == "" {
		r.Refuse(field, "", missing, spec)
	} else {
		r.URL(field, ref, nil)
	}
}

// HasURL returns the URL of a thing that is useless without one, "" if it cannot be used: a
// picture, an enclosure, the feed that an article comes from.
func (r *Report[R, F]) HasURL(field, ref, spec string, base *url.URL) string {
	if strings.TrimSpace(ref) == "" {
		r.Drop(field, "", missing, spec)
	}
	return r.URL(field, ref, base)
}

// Mail returns an optional e-mail address, "" if it is empty or cannot be used. It must be one that
// RSS can write before a name in parentheses.
func (r *Report[R, F]) Mail(field, address string) string {
	address = strings.TrimSpace(address)
	if address != "" && !uri.IsMail(address) {
		r.Drop(field, address, badMail, "RFC 4287 section 3.2.3")
		return ""
	}
	return address
}

// NeedMail checks a required e-mail address and returns it without white space around it. RSS has
// contacts that are nothing without one.
func (r *Report[R, F]) NeedMail(field, address, spec string) string {
	address = strings.TrimSpace(address)
	switch {
	case address == "":
		r.Refuse(field, "", missing, spec)
	case !uri.IsMail(address):
		r.Refuse(field, address, badMail, spec)
	}
	return address
}

// IRI returns an optional id for Atom, "" if it is empty or cannot be used. The encoder writes the
// canonical form, so the one that was given may stay.
func (r *Report[R, F]) IRI(field, given string) string {
	given = escape.Trim(given)
	if _, ok := uri.IRI(given); given != "" && !ok {
		r.Drop(field, given, notIRI, "RFC 4287 section 4.2.6")
		return ""
	}
	return given
}

// NeedIRI refuses what is not an id for Atom. One that only differs in form is written in its
// canonical form, with a warning.
func (r *Report[R, F]) NeedIRI(field, given string) {
	if iri, ok := uri.IRI(given); !ok {
		r.Refuse(field, given, notIRI, "RFC 4287 section 4.2.6")
	} else if iri != given {
		r.Warn(field, given, R("not in its canonical form, "+iri), "RFC 4287 section 4.2.6.1")
	}
}

// Date returns an optional date in UTC and whole seconds, the zero time if no format can write it.
// Formats carry whole seconds, so a fraction would only make equal dates differ.
func (r *Report[R, F]) Date(field string, t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	if whole := InSeconds(t); date.Representable(whole) {
		return whole
	}
	r.Drop(field, t.String(), badYear, "RFC 3339 section 5.6")
	return time.Time{}
}

// NeedDate refuses a date that formats cannot write: RFC 822 and RFC 3339 have years of four
// digits.
func (r *Report[R, F]) NeedDate(field string, t time.Time) {
	if !date.Representable(t.UTC()) {
		r.Refuse(field, t.String(), badYear, "RFC 3339 section 5.6")
	}
}

// InSeconds returns a time as feeds carry it: in UTC, without fractions of a second.
func InSeconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// MediaType returns the given media type, or the one that the URL's ending stands for. It returns
// "" if neither says anything.
func (r *Report[R, F]) MediaType(field, given, address string) string {
	if given = strings.TrimSpace(given); given != "" && !mediatype.Valid(given) {
		r.Drop(field, given, badType, "RFC 2045 section 5.1")
		given = ""
	}
	return mediatype.Of(given, address)
}

// NotNegative drops a number or duration below 0, which would make an element invalid. The value 0
// means unknown in every format.
func NotNegative[N ~int | ~int64, R Rule, F Format](r *Report[R, F], field string, n *N, spec string) {
	if *n < 0 {
		r.Drop(field, fmt.Sprint(*n), negative, spec)
		*n = 0
	}
}

// Slug returns the slug that a term goes by below a path of slugs, which is "" unless the term is a
// category with a parent. It warns about a given slug that cannot be used, and takes the one that
// the name makes. It also warns about a slug that nobody would expect: of a name without a letter
// or digit, and where the expected one is reserved. Every name has a slug, so that no name costs
// an article or the term its feed.
func (r *Report[R, F]) Slug(field, path, name, given string) string {
	given = strings.TrimSpace(given)
	chosen := slug.Fold(given)
	if rule := slug.Check(chosen); given != "" && rule != "" && r.Mode != Feed {
		r.Warn(field, given, R(rule), "replaced by the slug of the name")
		given = ""
	}
	if given == "" {
		var makeshift bool
		if chosen, makeshift = slug.Derive(name); makeshift {
			r.Warn(field, name, "name without a letter or digit", fmt.Sprintf("slug is %q", chosen))
		}
	}
	below := slug.Below(path, chosen)
	if below != chosen {
		r.Warn(field, chosen, "reserved word", fmt.Sprintf("slug is %q", below))
	}
	return below
}

// Between returns numbers in order, each once. It refuses those that are not from least to most,
// such as an hour that no day has.
func Between[N ~int | ~uint8, R Rule, F Format](
	r *Report[R, F], field string, numbers []N, least, most N, rule R, spec string,
) []N {
	numbers = few.Sorted(numbers)
	for _, n := range numbers {
		if n < least || n > most {
			r.Refuse(field, strconv.Itoa(int(n)), rule, spec)
		}
	}
	return numbers
}
