package findings

import (
	"cmp"
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
	oddYear     = "before 1970 or after 2100"
	tooLong     = "too long"
	hasMarkup   = "looks like HTML"
	degraded    = "this format cannot hold it"
	isGarbled   = "looks wrongly decoded"
	hasMail     = "has an e-mail address"
	hasUser     = "has a user name or password"
	isXSLT      = "XSLT, which browsers do not apply"
	notIRI      = "not an absolute IRI"
)

// The checks have an exported method or function for each kind of field. Those named Need are for
// required fields. All others are for optional ones: they return the zero value for what cannot be
// used, so that the caller stores the result whatever it is. Report's Mode decides whether that is
// a warning, or refuses the whole.

// The largest texts in bytes, and the largest lists. Readers show one line of a name and a few of a
// summary, and give up on feeds of several megabytes. At least one article of a feed is shown,
// whatever its size, so the size has to be bounded before.
const (
	maxName = 1 << 10
	maxText = 64 << 10
	maxList = 1000
)

// Text brings plain text into its one form: legal characters, white space collapsed, no invisible
// characters that change the reading direction, at most 64 KiB.
func (r *Report[R, F]) Text(field string, s *string) { r.text(field, s, maxText) }

// Name is Text for the name of a person or term, of at most 1 KiB.
func (r *Report[R, F]) Name(field string, s *string) { r.text(field, s, maxName) }

// text is Text with a bound of its length in bytes. A text in the one form is not copied, which is
// the case for most texts of most articles.
func (r *Report[R, F]) text(field string, s *string, most int) {
	if !plaintext.Is(*s) {
		*s = plaintext.Of(r.Legal(field, *s))
	}
	r.suspect(field, *s)
	if len(*s) > most {
		r.Mend(field, *s, R(tooLong), fmt.Sprintf("cut after %d bytes", most))
		*s = plaintext.Cut(*s, most)
	}
}

// Plain is Text for the text of an article. Feeds write it as it is, so that HTML in it is shown
// with its tags: that is worth a warning.
func (r *Report[R, F]) Plain(field string, s *string) {
	r.Text(field, s)
	if r.Mode != Feed && plaintext.HasMarkup(*s) { // suspect is stricter
		r.Warn(field, *s, hasMarkup, "kept; this is plain text")
	}
}

// suspect warns about a text of a feed that readers may show wrongly: one that they may take for
// HTML, and one with signs of a wrong encoding.
func (r *Report[R, F]) suspect(field, text string) {
	if r.Mode == Feed && plaintext.MayBeMarkup(text) {
		r.Warn(field, text, hasMarkup, "kept; this is plain text")
	}
	r.Garbled(field, text)
}

// Garbled warns about a text of a feed with characters that come from decoding in a wrong encoding.
// A text about such characters has them too, so it stays as it is.
func (r *Report[R, F]) Garbled(field, text string) {
	if r.Mode == Feed && plaintext.IsGarbled(text) {
		r.Warn(field, text, isGarbled, "kept; decode the text in its encoding")
	}
}

// Shown checks an optional text that a feed shows as it is. An element of white space says nothing,
// and some readers make a blank line of it.
func (r *Report[R, F]) Shown(field, text string) {
	if text != "" && strings.TrimSpace(r.Legal(field, text)) == "" {
		r.Warn(field, text, missing, "nothing in it is visible")
	}
	r.suspect(field, text)
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
	r.suspect(field, text)
	if strings.TrimSpace(r.Legal(field, text)) == "" {
		r.Refuse(field, text, missing, spec)
	}
}

// maxLanguage is the length of the longest language tag in bytes. RFC 5646 section 4.4.1 expects at
// most 35.
const maxLanguage = 100

// Language returns the canonical form of a BCP 47 tag, "" if there is none. A tag of the right form
// that the registry does not have is always left out: validators refuse a feed for it. Another form
// of a tag ("en_US", "iw") is mended, and is worth a warning unless it differs in case alone. The
// length is checked first: the parser takes seconds for a megabyte of hyphens.
func (r *Report[R, F]) Language(field, tag string) string {
	given := tag
	if tag = strings.TrimSpace(r.Legal(field, tag)); tag == "" {
		if r.Mode == Feed && given != "" {
			r.Warn(field, given, missing, "BCP 47")
		}
		return ""
	}
	if len(tag) > maxLanguage {
		r.Drop(field, tag, badLanguage, "BCP 47")
		return ""
	}
	parsed, err := language.Parse(tag)
	if _, unknown := err.(language.ValueError); unknown {
		r.Mend(field, tag, badLanguage, "left out; not in the registry of BCP 47")
		return ""
	}
	if err != nil {
		r.Drop(field, tag, badLanguage, "BCP 47")
		return ""
	}
	if canonical := parsed.String(); !strings.EqualFold(canonical, tag) {
		r.Warn(field, tag, R("not in its canonical form, "+canonical), "BCP 47 section 4.5")
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
	case absolute == given: // most often
	case r.Userinfo(field, given, absolute):
	case strings.ContainsAny(given, "\t\n\r"):
		r.Mend(field, given, "has a line break or tab", "left out of the URL")
	case r.Mode == Feed:
		r.Warn(field, given, R("not in its canonical form, "+absolute), "RFC 3986 section 6")
	}
	return absolute
}

// Userinfo warns about a user name or password in a URL, and reports whether there is one. Package
// uri leaves both out: everybody reads what is in a feed. The warning names the URL without them,
// because warnings are logged.
func (r *Report[R, F]) Userinfo(field, given, absolute string) bool {
	found := uri.HasUserinfo(given)
	if found {
		r.Mend(field, absolute, hasUser, "left out; RFC 9110 section 4.2.4")
	}
	return found
}

// Hubs returns the addresses of WebSub hubs (WebSub section 4), each of them once. An empty one, as
// from a setting that was not made, is only worth a warning. Subscribers may use any of them.
func (r *Report[R, F]) Hubs(field string, given []string, base *url.URL) []string {
	var seen few.Set[string]
	return List(r, field, given, func(hub string) (string, bool) {
		if strings.TrimSpace(hub) == "" {
			r.Warn("", "", missing, "left out")
			return "", false
		}
		hub = r.URL("", hub, base)
		_, first := seen.Add(hub, "")
		return hub, first
	})
}

// MovedFrom checks the URL that a site had before it moved, fills in that of today if there is
// none, and returns its folder: nil if the site has not moved. A site that moves twice gives its
// first URL.
func (r *Report[R, F]) MovedFrom(field string, site *string, today *url.URL) *url.URL {
	_, folder, fault := uri.Base(cmp.Or(*site, today.String()))
	if *site != "" && fault != "" {
		r.Refuse(field, *site, R(fault), "")
	}
	if *site = folder.String(); *site == today.String() {
		return nil
	}
	return folder
}

// Stylesheet returns the URL of a style sheet in CSS. Feeds announce it as text/css, so a file that
// is named as XSLT is left out.
func (r *Report[R, F]) Stylesheet(field, ref string, base *url.URL) string {
	absolute := r.URL(field, ref, base)
	file, _, _ := strings.Cut(absolute, "?")
	if strings.HasSuffix(file, ".xsl") || strings.HasSuffix(file, ".xslt") {
		r.Mend(field, ref, isXSLT, "left out")
		return ""
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

// Masked cuts e-mail addresses out of a name. Feeds publish names, and programs that collect
// addresses read feeds. The first one becomes the author's address if there is no other: it is
// published only where the publisher asks for it.
func (r *Report[R, F]) Masked(field string, name, email *string) {
	rest, address := uri.CutMail(escape.Legal(*name))
	if address == "" {
		return
	}
	*name, *email = rest, cmp.Or(*email, address)
	r.Warn(field, rest, hasMail, "left out; publishers show e-mail addresses on purpose")
}

// Mailto takes an e-mail address out of the field for the URL of an author's page. JSON Feed allows
// a mailto: URL there, but it would publish the address in all formats.
func (r *Report[R, F]) Mailto(field string, ref, email *string) {
	if address := uri.Mailto(*ref); address != "" {
		*ref, *email = "", cmp.Or(*email, address)
		r.Mend(field, "mailto:…", hasMail, "left out; JSON Feed 1.1, authors")
	}
}

// Mail returns an optional e-mail address, "" if it is empty or cannot be used. It must be one that
// RSS can write before a name in parentheses.
func (r *Report[R, F]) Mail(field, address string) string {
	address = escape.Trim(address)
	if address != "" && !uri.IsMail(address) {
		r.Drop(field, address, badMail, "RFC 4287 section 3.2.3")
		return ""
	}
	return address
}

// NeedMail checks a required e-mail address and returns it without white space around it. RSS has
// contacts that are nothing without one.
func (r *Report[R, F]) NeedMail(field, address, spec string) string {
	address = escape.Trim(address)
	switch {
	case address == "":
		r.Refuse(field, "", missing, spec)
	case !uri.IsMail(address):
		r.Refuse(field, address, badMail, spec)
	}
	return address
}

// Comment warns about the name of a person in a feed that RSS writes after an e-mail address, in
// parentheses. That is a comment of RFC 822 (section 3.4.3). Programs that cut a list of addresses
// at its commas see two of them.
func (r *Report[R, F]) Comment(field, name string) {
	if r.Mode == Feed && strings.ContainsAny(name, `,()\`) {
		r.Warn(field, name, "has a comma or parenthesis", "kept; some programs see two addresses in RSS")
	}
}

// IRI returns an optional id for Atom, "" if it is empty or cannot be used. The encoder writes the
// canonical form, so the one that was given may stay.
func (r *Report[R, F]) IRI(field, given string) string {
	if r.Mode == Feed && given != "" && escape.Trim(given) == "" {
		r.Warn(field, given, missing, "nothing in it is visible")
	}
	given = escape.Trim(given)
	_, ok := uri.IRI(given)
	switch {
	case given == "":
	case r.Mode == Feed:
		r.NeedIRI(field, given)
	case !ok:
		r.Drop(field, given, notIRI, "RFC 4287 section 4.2.6")
	}
	if !ok {
		return ""
	}
	return given
}

// NeedIRI refuses what is not an id for Atom. One that only differs in form is written in its
// canonical form, with a warning.
func (r *Report[R, F]) NeedIRI(field, given string) {
	iri, ok := uri.IRI(given)
	absolute, _ := uri.Resolve(nil, given)
	isIPv6 := absolute == given && strings.Contains(given, "://[") // which IRI leaves out
	switch {
	case ok && iri != given:
		r.Warn(field, given, R("not in its canonical form, "+iri), "RFC 4287 section 4.2.6.1")
	case ok, r.Mode == Feed && (isIPv6 || uri.IsTag(given)): // of a site in a local network
	case r.Mode == Feed && uri.IsURI(given):
		r.Warn(field, given, "has no canonical form", "kept; RFC 4287 section 4.2.6.1")
	default:
		r.Refuse(field, given, notIRI, "RFC 4287 section 4.2.6")
	}
}

// Scheme checks the URI of a set of categories, which is optional and may have no category. Atom
// requires an absolute IRI.
func (r *Report[R, F]) Scheme(field, given string, used bool) {
	if used && escape.Legal(given) != "" {
		r.NeedIRI(field, given)
	}
}

// TagAuthority refuses what cannot begin the tag: URIs of articles. The name of a host in a local
// network can. An authority that no article needs is in no document.
func (r *Report[R, F]) TagAuthority(field, authority string, used bool) {
	if used && !uri.IsTag("tag:"+authority+":") {
		r.Refuse(field, authority, "not a domain or mail address, a comma and a date", "RFC 4151 section 2.1")
	}
}

// Date returns an optional date in UTC and whole seconds, the zero time if no format can write it.
// Formats carry whole seconds, so a fraction would only make equal dates differ.
func (r *Report[R, F]) Date(field string, t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	if whole := InSeconds(t); date.Representable(whole) {
		r.Plausible(field, whole)
		return whole
	}
	r.Drop(field, t.String(), badYear, "RFC 3339 section 5.6")
	return time.Time{}
}

// Plausible warns about a year that some readers misread: they take 1969 for 2105, or refuse the
// article. The date stays, because it may be right: archives go back further than computers. In a
// feed, dates before the Web and more than ten minutes in the future are suspicious too.
func (r *Report[R, F]) Plausible(field string, t time.Time) {
	const did = "kept; some readers misread such dates"
	switch year := t.Year(); {
	case year < 1970 || year > 2100:
		r.Warn(field, t.Format(time.RFC3339), oddYear, did)
	case r.Mode == Feed && year < 1990:
		r.Warn(field, t.Format(time.RFC3339), "before 1990", did)
	case r.Mode == Feed && time.Until(t) > 10*time.Minute && field != "Expires":
		r.Warn(field, t.Format(time.RFC3339), "in the future", did)
	}
}

// Future warns about a date of change in the future, unless the publication is as late.
func (r *Report[R, F]) Future(field string, changed, published, now time.Time) {
	if changed.After(now) && changed.After(published) {
		const did = "RFC 4287 section 4.2.15"
		r.Warn(field, changed.Format(time.RFC3339), "in the future; readers doubt such dates", did)
	}
}

// NeedDate refuses a date that formats cannot write: RFC 822 and RFC 3339 have years of four
// digits.
func (r *Report[R, F]) NeedDate(field string, t time.Time) {
	if !date.Representable(t.UTC()) {
		r.Refuse(field, t.String(), badYear, "RFC 3339 section 5.6")
	} else {
		r.Plausible(field, t)
	}
}

// InSeconds returns a time as feeds carry it: in UTC, without fractions of a second.
func InSeconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// MediaType returns the given media type, or the one that the URL's ending stands for. It returns
// "" if neither says anything. A well-known wrong name is mended, with a warning.
func (r *Report[R, F]) MediaType(field, given, address string) string {
	given = escape.Trim(given)
	mended := mediatype.Mend(given)
	switch {
	case given == "":
	case !mediatype.Valid(mended):
		r.Drop(field, given, badType, "RFC 2045 section 5.1")
		mended = ""
	case !strings.EqualFold(mended, given):
		r.Warn(field, given, badType, "mended to "+mended)
	}
	return mediatype.Of(mended, address)
}

// NotNegative drops a number or duration below 0, which would make an element invalid. The value 0
// means unknown in every format.
func NotNegative[N ~int | ~int64, R Rule, F Format](r *Report[R, F], field string, n *N, spec string) {
	if *n < 0 {
		r.Drop(field, fmt.Sprint(*n), negative, spec)
		*n = 0
	}
}

// MaxLimit is the largest bound of a feed: no limit in effect, with room to count one more.
const MaxLimit = 1 << 30

// Limit returns the bound of a feed, 0 if none is given.
func (r *Report[R, F]) Limit(field string, n int) int {
	NotNegative(r, field, &n, "")
	return min(n, MaxLimit)
}

// Slug returns the slug of a term below a path of slugs, which is "" unless the term is a category
// with a parent. It warns about a given slug that cannot be used, and takes the one that the name
// makes. It also warns about a slug that differs from the usual one: of a name without a letter or
// digit, and where the usual one is reserved. Every name has a slug, so that no name costs an
// article or the term its feed.
func (r *Report[R, F]) Slug(field, path, name, given string) string {
	if r.Mode == Feed && given != "" && escape.Trim(given) == "" {
		r.Warn(field, given, missing, "nothing in it is visible")
	}
	r.Garbled(field, given)
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
