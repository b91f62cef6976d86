package syndicate

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Article checks one article and brings it into the form that a [Source] keeps: URLs absolute, dates
// in UTC and whole seconds, text legal, everything copied. The body is cleaned later, when
// [Site.Feed] first shows it. The site should have been checked, or it is each time. Articles share their
// categories, which are read-only.
//
// The error holds [Problems]. With nothing worse than warnings the article comes with it; otherwise
// it is nil.
func (s *Site) Article(a Article) (*Article, error) { return s.ready().article(a) }

func (s *Site) article(a Article) (*Article, error) {
	base := s.compiled.base
	r := report{article: strings.TrimSpace(a.URL)}
	if absolute, rule := uri.Resolve(base, a.URL); rule != "" {
		r.article = shorten(strings.TrimSpace(cmp.Or(a.URL, a.ID, a.Title)))
		r.refuse("URL", a.URL, Rule(rule), "")
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
	a.Published, a.Updated, a.Expires = r.dates(&a)

	a.Authors = r.authors(a.Authors, s.compiled)
	a.Contributors = r.contributors(a.Contributors, base)
	a.Categories = r.categories(a.Categories, s.compiled)
	a.Tags = r.tags(a.Tags, s.compiled)
	a.Image = r.image("Image", a.Image, base)
	a.Banner = r.url("Banner", a.Banner, base)
	a.Enclosures = r.enclosures(a.Enclosures, base)
	if a.Language != s.Language {
		a.Language = r.language("Language", a.Language)
	}
	if a.Language == s.Language {
		a.Language = ""
	}
	a.ExternalURL = r.url("ExternalURL", a.ExternalURL, base)
	a.CommentsURL = r.url("CommentsURL", a.CommentsURL, base)
	a.CommentsFeed = r.url("CommentsFeed", a.CommentsFeed, base)
	if a.CommentCount < 0 {
		r.refuse("CommentCount", fmt.Sprint(a.CommentCount), RuleNegative, "RSS 1.0 module Slash")
	}
	a.Origin = r.origin(a.Origin, base)
	a.Extensions = clipped(slices.Clone(a.Extensions))

	if len(r.problems.Errors()) > 0 {
		return nil, r.problems
	}
	checked := &a
	checked.prepared = &prepared{owner: checked, site: s.compiled, content: checked.Content}
	return checked, r.problems.err()
}

func (r *report) body(content string, limit int) string {
	given := content
	if content = xmltext.Legal(given); content != given {
		r.legal("Content", given)
	}
	if strings.TrimSpace(content) == "" {
		return ""
	}
	if len(content) > limit {
		r.warn("Content", fmt.Sprintf("%d bytes", len(content)), RuleBodyTooLong, "")
	}
	return content
}

func (r *report) dates(a *Article) (published, updated, expires time.Time) {
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

func (r *report) authors(authors []Author, site *compiledSite) []Author {
	checked := make([]Author, 0, len(authors))
	var seen few.Set[string]
	for i, a := range authors {
		found := len(r.problems)
		if a, ok := r.author(a, site); ok && r.first(&seen, a.Slug, a.Name) {
			checked = append(checked, a)
		}
		r.element("Authors", i, found)
	}
	return clipped(checked)
}

func (r *report) author(a Author, site *compiledSite) (checked Author, ok bool) {
	if !r.name(&a.Name, "left out; RFC 4287 section 3.2.1") {
		return a, false
	}
	a.Slug = r.slug(a.Name, a.Slug)
	return r.person("", a, site.base), true
}

// contributors have no feeds of their own, so nothing hangs on their slugs.
func (r *report) contributors(people []Author, base *url.URL) []Author {
	checked := make([]Author, 0, len(people))
	for i, p := range people {
		found := len(r.problems)
		if r.name(&p.Name, "left out; RFC 4287 section 3.2.1") {
			checked = append(checked, r.person("", p, base))
		}
		r.element("Contributors", i, found)
	}
	return clipped(checked)
}

// name brings a name into its one form; false when there is none, so that what it names is left out.
func (r *report) name(name *string, spec string) bool {
	if r.text(".Name", name); *name == "" {
		r.warn(".Name", "", RuleMissing, spec)
	}
	return *name != ""
}

func (r *report) tags(tags []Tag, site *compiledSite) []Tag {
	checked := make([]Tag, 0, len(tags))
	var seen few.Set[string]
	for i, t := range tags {
		found := len(r.problems)
		if t, ok := r.tag(t, site); ok && r.first(&seen, t.Slug, t.Name) {
			checked = append(checked, t)
		}
		r.element("Tags", i, found)
	}
	return clipped(checked)
}

func (r *report) tag(t Tag, site *compiledSite) (checked Tag, ok bool) {
	if !r.name(&t.Name, "left out") {
		return t, false
	}
	r.text(".Description", &t.Description)
	t.Slug = r.slug(t.Name, t.Slug)
	t.URL = r.url(".URL", t.URL, site.base)
	return t, true
}

// clipped returns a list that nothing can be appended to in place; nil when nothing is in it.
func clipped[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clip(list)
}

// first reports whether slug is new to this article; if it stands there with another name that is worth a
// warning (SEL-4).
func (r *report) first(seen *few.Set[string], slug, name string) bool {
	other, ok := seen.Add(slug, name)
	if !ok && other != name {
		r.warn(".Name", name, RuleSlugTaken, fmt.Sprintf("left out; %q has slug %q", other, slug))
	}
	return ok
}

func (r *report) categories(categories []*Category, site *compiledSite) []*Category {
	checked := make([]*Category, 0, len(categories))
	var seen few.Set[string]
	for i, c := range categories {
		found := len(r.problems)
		switch {
		case c == nil:
			r.warn("", "", RuleMissing, "left out")
		case c.endless():
			r.refuse("", c.Name, RuleCycle, "")
		default:
			if c, path := r.category(*c, site); r.first(&seen, path, c.Name) {
				checked = append(checked, c)
			}
		}
		r.element("Categories", i, found)
	}
	return clipped(checked)
}

// category checks a category and its ancestors, which end. It returns the path too.
func (r *report) category(c Category, site *compiledSite) (checked *Category, path string) {
	above := ""
	if c.Parent != nil {
		found := len(r.problems)
		c.Parent, above = r.category(*c.Parent, site)
		r.within(".Parent", found)
		above += "/"
	}
	if r.text(".Name", &c.Name); c.Name == "" {
		r.refuse(".Name", c.Slug, RuleMissing, "")
	}
	r.text(".Description", &c.Description)
	c.Slug = r.slug(c.Name, c.Slug)
	c.URL = r.url(".URL", c.URL, site.base)
	return &c, above + c.Slug
}

func (r *report) enclosures(enclosures []Enclosure, base *url.URL) []Enclosure {
	checked := make([]Enclosure, 0, len(enclosures))
	var seen few.Set[string]
	for i, e := range enclosures {
		found := len(r.problems)
		if e, ok := r.enclosure(e, base); ok {
			if _, first := seen.Add(e.URL, ""); first {
				checked = append(checked, e)
			} else {
				r.warn(".URL", e.URL, "listed before; left out", "")
			}
		}
		r.element("Enclosures", i, found)
	}
	return clipped(checked)
}

func (r *report) enclosure(e Enclosure, base *url.URL) (checked Enclosure, ok bool) {
	if strings.TrimSpace(e.URL) == "" {
		r.refuse(".URL", "", RuleMissing, "RSS 2.0, enclosure")
		return e, false
	}
	e.URL = r.url(".URL", e.URL, base)
	r.text(".Title", &e.Title)
	if e.Type = r.mediaType(".Type", mediatype.Of(e.Type, e.URL)); e.Type == "" {
		r.warn(".Type", "", RuleMissing, "application/octet-stream is taken; RSS 2.0, enclosure")
		e.Type = mediatype.OctetStream
	}
	if e.Size < 0 {
		r.refuse(".Size", fmt.Sprint(e.Size), RuleNegative, "RSS 2.0, enclosure")
	}
	if e.Duration < 0 {
		r.refuse(".Duration", e.Duration.String(), RuleNegative, "JSON Feed 1.1, attachments")
	}
	return e, true
}

func (r *report) origin(o Origin, base *url.URL) Origin {
	if o == (Origin{}) {
		return o
	}
	r.text("Origin.Title", &o.Title)
	o.URL = r.url("Origin.URL", o.URL, base)
	if o.ID = strings.TrimSpace(xmltext.Legal(o.ID)); o.ID != "" {
		if _, ok := uri.IRI(o.ID); !ok {
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
