package syndicate

// The oracle of Site.Article: the same checks without a fast path, each field parsed, decomposed and named whether
// that is needed or not.

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/syndicate-go/syndicate/xmltext"
)

// simpleReport has the checks under the names that a report has them under.
type simpleReport struct{ report }

func simpleArticle(s *Site, a Article) (*Article, error) {
	s = s.ready()
	base := s.compiled.base
	r := simpleReport{report{article: strings.TrimSpace(a.URL)}}
	if absolute, rule := resolveAnyURL(base, a.URL); rule != "" {
		r.article = shorten(strings.TrimSpace(cmp.Or(a.URL, a.ID, a.Title)))
		r.refuse("URL", a.URL, rule, "")
	} else {
		a.URL, r.article = absolute, absolute
	}
	a.ID = r.id(a.ID)
	r.text("Title", &a.Title)
	r.text("Summary", &a.Summary)
	r.text("Rights", &a.Rights)
	a.Content = r.body(a.Content, s.MaxBody)
	if a.Title == "" && a.Summary == "" && a.Content == "" {
		r.refuse("Title", "", RuleMissing, "RSS 2.0, elements of item: a title or a description")
	}
	a.Published, a.Updated, a.Expires = r.dates(a)

	a.Authors = r.authors("Authors", a.Authors, base)
	a.Contributors = r.contributors(a.Contributors, base)
	a.Categories = r.categories(a.Categories, base)
	a.Tags = r.tags(a.Tags, base)
	a.Image = r.image("Image", a.Image, base)
	a.Banner = r.url("Banner", a.Banner, base)
	a.Enclosures = r.enclosures(a.Enclosures, base)
	if a.Language = r.language("Language", a.Language); a.Language == s.Language {
		a.Language = ""
	}
	a.ExternalURL = r.url("ExternalURL", a.ExternalURL, base)
	a.CommentsURL = r.url("CommentsURL", a.CommentsURL, base)
	a.CommentsFeed = r.url("CommentsFeed", a.CommentsFeed, base)
	if a.CommentCount < 0 {
		r.refuse("CommentCount", fmt.Sprint(a.CommentCount), RuleNegative, "RSS 1.0 module Slash")
	}
	a.Origin = r.origin(a.Origin, base)
	a.Extensions = append([]Extension(nil), a.Extensions...)

	if len(r.problems.Errors()) > 0 {
		return nil, r.problems
	}
	checked := &a
	checked.prepared = &prepared{owner: checked, site: s.compiled, content: checked.Content}
	return checked, r.problems.err()
}

func (r *simpleReport) body(content string, limit int) string {
	r.legal("Content", content)
	if content = xmltext.Legal(content); strings.TrimSpace(content) == "" {
		return ""
	}
	if len(content) > limit {
		r.warn("Content", fmt.Sprintf("%d bytes", len(content)), RuleBodyTooLong, "")
	}
	return content
}

func (r *simpleReport) dates(a Article) (published, updated, expires time.Time) {
	published = r.date("Published", a.Published)
	updated = r.date("Updated", a.Updated)
	expires = r.date("Expires", a.Expires)
	if a.Published.IsZero() {
		r.refuse("Published", "", RuleMissing, "RFC 4287 section 4.1.2")
		return published, updated, expires
	}
	if !updated.IsZero() && updated.Before(published) {
		r.warn("Updated", updated.Format(time.RFC3339), RuleBeforePublish, "RFC 4287 section 4.2.15")
		updated = published
	}
	if !expires.IsZero() && !expires.After(published) {
		r.warn("Expires", expires.Format(time.RFC3339), "not after the publication date; no feed will ever show it", "")
	}
	return published, updated, expires
}

func (r *simpleReport) authors(field string, authors []Author, base *url.URL) (checked []Author) {
	names := map[string]string{}
	for i, a := range authors {
		at := fmt.Sprintf("%s[%d]", field, i)
		if r.text(at+".Name", &a.Name); a.Name == "" {
			r.warn(at+".Name", "", RuleMissing, "left out; RFC 4287 section 3.2.1")
			continue
		}
		a.Slug = r.slug(at, a.Name, a.Slug)
		a = r.person(at, a, base)
		if r.repeated(at, names, a.Slug, a.Name) {
			continue
		}
		checked = append(checked, a)
	}
	return checked
}

// contributors have no feeds of their own, so nothing hangs on their slugs.
func (r *simpleReport) contributors(people []Author, base *url.URL) (checked []Author) {
	for i, p := range people {
		at := fmt.Sprintf("Contributors[%d]", i)
		if r.text(at+".Name", &p.Name); p.Name == "" {
			r.warn(at+".Name", "", RuleMissing, "left out; RFC 4287 section 3.2.1")
			continue
		}
		checked = append(checked, r.person(at, p, base))
	}
	return checked
}

func (r *simpleReport) tags(tags []Tag, base *url.URL) (checked []Tag) {
	names := map[string]string{}
	for i, t := range tags {
		at := fmt.Sprintf("Tags[%d]", i)
		if r.text(at+".Name", &t.Name); t.Name == "" {
			r.warn(at+".Name", "", RuleMissing, "left out")
			continue
		}
		r.text(at+".Description", &t.Description)
		t.Slug = r.slug(at, t.Name, t.Slug)
		t.URL = r.url(at+".URL", t.URL, base)
		if r.repeated(at, names, t.Slug, t.Name) {
			continue
		}
		checked = append(checked, t)
	}
	return checked
}

// repeated reports whether slug stands on this article already; with another name that is worth a
// warning (SEL-4).
func (r *simpleReport) repeated(at string, names map[string]string, slug, name string) bool {
	first, found := names[slug]
	if !found {
		names[slug] = name
		return false
	}
	if first != name {
		r.warn(at+".Name", name, RuleSlugTaken, fmt.Sprintf("left out; %q has slug %q", first, slug))
	}
	return true
}

func (r *simpleReport) categories(categories []*Category, base *url.URL) (checked []*Category) {
	names := map[string]string{}
	for i, c := range categories {
		at := fmt.Sprintf("Categories[%d]", i)
		if c == nil {
			r.warn(at, "", RuleMissing, "left out")
			continue
		}
		chain, ok := c.chain()
		if !ok {
			r.refuse(at, c.Name, RuleCycle, "")
			continue
		}
		var parent *Category
		for up, link := range chain {
			field := at + strings.Repeat(".Parent", len(chain)-1-up)
			link = r.category(field, *link, base)
			link.Parent = parent
			parent = link
		}
		if r.repeated(at, names, simplePath(parent), parent.Name) {
			continue
		}
		checked = append(checked, parent)
	}
	return checked
}

func (r *simpleReport) category(field string, c Category, base *url.URL) *Category {
	r.text(field+".Name", &c.Name)
	if c.Name == "" {
		r.refuse(field+".Name", c.Slug, RuleMissing, "")
	}
	r.text(field+".Description", &c.Description)
	c.Slug = r.slug(field, c.Name, c.Slug)
	c.URL = r.url(field+".URL", c.URL, base)
	return &c
}

func (r *simpleReport) enclosures(enclosures []Enclosure, base *url.URL) (checked []Enclosure) {
	for i, e := range enclosures {
		at := fmt.Sprintf("Enclosures[%d]", i)
		if strings.TrimSpace(e.URL) == "" {
			r.refuse(at+".URL", "", RuleMissing, "RSS 2.0, enclosure")
			continue
		}
		e.URL = r.url(at+".URL", e.URL, base)
		r.text(at+".Title", &e.Title)
		if e.Type = r.mediaType(at+".Type", simpleTypeOf(e.Type, e.URL)); e.Type == "" {
			r.warn(at+".Type", "", RuleMissing, "application/octet-stream is taken; RSS 2.0, enclosure")
			e.Type = octetStream
		}
		if e.Size < 0 {
			r.refuse(at+".Size", fmt.Sprint(e.Size), RuleNegative, "RSS 2.0, enclosure")
		}
		if e.Duration < 0 {
			r.refuse(at+".Duration", e.Duration.String(), RuleNegative, "JSON Feed 1.1, attachments")
		}
		if slices.ContainsFunc(checked, func(other Enclosure) bool { return other.URL == e.URL }) {
			r.warn(at+".URL", e.URL, "listed before; left out", "")
			continue
		}
		checked = append(checked, e)
	}
	return checked
}

func (r *simpleReport) origin(o Origin, base *url.URL) Origin {
	if o == (Origin{}) {
		return o
	}
	r.text("Origin.Title", &o.Title)
	o.URL = r.url("Origin.URL", o.URL, base)
	if o.ID = strings.TrimSpace(xmltext.Legal(o.ID)); o.ID != "" {
		if _, ok := canonicalIRI(o.ID); !ok {
			r.warn("Origin.ID", o.ID, "not an absolute IRI", "its URL is taken; RFC 4287 section 4.2.6")
			o.ID = ""
		}
	}
	if o.URL == "" {
		r.refuse("Origin.URL", "", RuleMissing, "RSS 2.0, source")
	}
	o.Updated = r.date("Origin.Updated", o.Updated)
	return o
}

// text brings a field of plain text into its one form: legal characters, blanks collapsed, no bidi
// controls (HTML-7).
func (r *simpleReport) text(field string, s *string) {
	mended := xmltext.Legal(*s)
	if mended != *s && !onlyLineEnds(*s, mended) {
		r.warn(field, *s, RuleIllegalText, "XML 1.0 section 2.2")
	}
	*s = plainText(mended)
}

// language returns the canonical form of a BCP 47 tag.
func (r *simpleReport) language(field, tag string) string {
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
func (r *simpleReport) url(field, ref string, base *url.URL) string {
	if strings.TrimSpace(ref) == "" {
		return ""
	}
	absolute, rule := resolveAnyURL(base, ref)
	if rule != "" {
		r.refuse(field, ref, rule, "")
	}
	return absolute
}

func (r *simpleReport) id(id string) string {
	mended := strings.TrimSpace(xmltext.Legal(id))
	if mended != strings.TrimSpace(id) {
		r.warn("ID", id, RuleIllegalText, "XML 1.0 section 2.2")
	}
	return mended
}

func (r *simpleReport) date(field string, t time.Time) time.Time {
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
func (r *simpleReport) slug(field, name, slug string) string {
	s := simpleSlugOf(name, slug)
	if rule := simpleCheckSlug(s); rule != "" {
		hint := ""
		if slug == "" && name != "" {
			hint = "give it a Slug of its own"
		}
		r.refuse(field+".Slug", cmp.Or(s, name), rule, hint)
	}
	return s
}

func (r *simpleReport) mediaType(field, t string) string {
	if t != "" && !isMediaType(t) {
		r.refuse(field, t, RuleBadType, "RFC 2045 section 5.1")
	}
	return t
}

func (r *simpleReport) image(field string, i Image, base *url.URL) Image {
	if i == (Image{}) {
		return i
	}
	if strings.TrimSpace(i.URL) == "" {
		r.refuse(field+".URL", "", RuleMissing, "")
	}
	i.URL = r.url(field+".URL", i.URL, base)
	i.Type = r.mediaType(field+".Type", simpleTypeOf(i.Type, i.URL))
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
func (r *simpleReport) person(field string, a Author, base *url.URL) Author {
	a.URL = r.url(field+".URL", a.URL, base)
	a.Avatar = r.url(field+".Avatar", a.Avatar, base)
	if a.Email = strings.TrimSpace(a.Email); a.Email != "" && !isMail(a.Email) {
		r.refuse(field+".Email", a.Email, RuleBadMail, "RFC 4287 section 3.2.3")
	}
	return a
}

func simpleSlugOf(name, slug string) string {
	switch {
	case slug == "":
		return slugifyAny(name)
	case utf8.ValidString(slug):
		return foldAnySlug(slug)
	}
	return slug
}

func simpleCheckSlug(slug string) Rule {
	if rule := checkSlug(slug); rule != "" {
		return rule
	}
	return checkSlugCharacters(slug)
}

func simplePath(c *Category) string {
	path := ""
	for ; c != nil; c = c.Parent {
		path = "/" + simpleSlugOf(c.Name, c.Slug) + path
	}
	return strings.TrimPrefix(path, "/")
}

func simpleTypeOf(given, rawURL string) string {
	return cmp.Or(strings.TrimSpace(given), typeOfAny(rawURL))
}

func simpleIsToken(s string) bool {
	return s != "" && strings.Trim(s, asciiLetters+"0123456789!#$&-^_.+") == ""
}
