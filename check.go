package syndicate

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

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
	if absolute, rule := resolveURL(base, a.URL); rule != "" {
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
	var seen firsts[string]
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
	if known, ok := site.known.authors.get(a); ok {
		return known, true
	}
	given, found := a, len(r.problems)
	if !r.name(&a.Name, "left out; RFC 4287 section 3.2.1") {
		return a, false
	}
	a.Slug = r.slug(a.Name, a.Slug)
	a = r.person("", a, site.base)
	if found == len(r.problems) {
		a = site.known.authors.put(given, a)
	}
	return a, true
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
	var seen firsts[string]
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
	if known, ok := site.known.tags.get(t); ok {
		return known, true
	}
	given, found := t, len(r.problems)
	if !r.name(&t.Name, "left out") {
		return t, false
	}
	r.text(".Description", &t.Description)
	t.Slug = r.slug(t.Name, t.Slug)
	t.URL = r.url(".URL", t.URL, site.base)
	if found == len(r.problems) {
		t = site.known.tags.put(given, t)
	}
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
func (r *report) first(seen *firsts[string], slug, name string) bool {
	other, ok := seen.add(slug, name)
	if !ok && other != name {
		r.warn(".Name", name, RuleSlugTaken, fmt.Sprintf("left out; %q has slug %q", other, slug))
	}
	return ok
}

// firsts remembers the name that came first with each key, a slug most often: a few in place, as many as most
// articles have, and any number in a map.
type firsts[K comparable] struct {
	few [8]struct {
		key  K
		name string
	}
	n    int
	more map[K]string
}

// add takes in a key that is new; of another it returns the name that came first.
func (f *firsts[K]) add(key K, name string) (first string, ok bool) {
	for i := range f.few[:f.n] {
		if f.few[i].key == key {
			return f.few[i].name, false
		}
	}
	if f.n < len(f.few) {
		f.few[f.n].key, f.few[f.n].name = key, name
		f.n++
		return name, true
	}
	if first, found := f.more[key]; found {
		return first, false
	}
	if f.more == nil {
		f.more = map[K]string{}
	}
	f.more[key] = name
	return name, true
}

func (r *report) categories(categories []*Category, site *compiledSite) []*Category {
	checked := make([]*Category, 0, len(categories))
	var seen firsts[string]
	for i, c := range categories {
		found := len(r.problems)
		switch {
		case c == nil:
			r.warn("", "", RuleMissing, "left out")
		case c.endless():
			r.refuse("", c.Name, RuleCycle, "")
		default:
			if c := r.category(*c, site); r.first(&seen, c.path, c.category.Name) {
				checked = append(checked, c.category)
			}
		}
		r.element("Categories", i, found)
	}
	return clipped(checked)
}

// category checks a category and its ancestors, which end.
func (r *report) category(c Category, site *compiledSite) checkedCategory {
	var parent checkedCategory
	found := len(r.problems)
	if c.Parent != nil {
		parent = r.category(*c.Parent, site)
		r.within(".Parent", found)
		c.Parent = parent.category
	}
	if known, ok := site.known.categories.get(c); ok {
		return known
	}
	checked := r.newCategory(c, parent, site)
	if found == len(r.problems) {
		checked = site.known.categories.put(c, checked)
	}
	return checked
}

// newCategory checks a category whose parent is checked.
func (r *report) newCategory(c Category, parent checkedCategory, site *compiledSite) checkedCategory {
	if r.text(".Name", &c.Name); c.Name == "" {
		r.refuse(".Name", c.Slug, RuleMissing, "")
	}
	r.text(".Description", &c.Description)
	c.Slug = r.slug(c.Name, c.Slug)
	c.URL = r.url(".URL", c.URL, site.base)
	return checkedCategory{&c, parent.pathTo(c.Slug), parent.bytes + c.size()}
}

// checkedCategory is a category in the form that articles keep.
type checkedCategory struct {
	category *Category
	path     string // see [Category.Path]
	bytes    int    // of the category and its ancestors
}

func (c checkedCategory) size() int { return c.bytes }

func (c checkedCategory) clone() checkedCategory {
	category := c.category.clone()
	return checkedCategory{&category, c.path, c.bytes}
}

// pathTo returns the path of a category below c, or of one that has no parent when there is no c.
func (c checkedCategory) pathTo(slug string) string {
	if c.category == nil {
		return slug
	}
	return c.path + "/" + slug
}

func (r *report) enclosures(enclosures []Enclosure, base *url.URL) []Enclosure {
	checked := make([]Enclosure, 0, len(enclosures))
	var seen firsts[string]
	for i, e := range enclosures {
		found := len(r.problems)
		if e, ok := r.enclosure(e, base); ok {
			if _, first := seen.add(e.URL, ""); first {
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
	if e.Type = r.mediaType(".Type", typeOf(e.Type, e.URL)); e.Type == "" {
		r.warn(".Type", "", RuleMissing, "application/octet-stream is taken; RSS 2.0, enclosure")
		e.Type = octetStream
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

// knownTerms are the terms that a site has seen and found nothing wrong with, in the form that articles keep.
// Thousands of articles share some hundred of them: each is checked once, and its slug and its category are in
// memory once. The key is all that was given, of a category with its parent as articles keep it, so that a term
// which was edited is another one.
type knownTerms struct {
	authors    memo[Author, Author]
	tags       memo[Tag, Tag]
	categories memo[Category, checkedCategory]
}

// memo remembers what values became, so that they need no second check. It is safe for concurrent use.
type memo[K interface {
	comparable
	sizer[K]
}, V sizer[V]] struct {
	mu    sync.RWMutex
	known map[K]V
}

type sizer[T any] interface {
	size() int
	clone() T
}

// Whatever is handed in, a memo has so many entries of so many bytes.
const (
	maxKnown     = 4096
	maxKnownSize = 1024
)

func (m *memo[K, V]) get(key K) (value V, ok bool) {
	m.mu.RLock()
	value, ok = m.known[key]
	m.mu.RUnlock()
	return value, ok
}

// hasRoom reports whether m can remember more.
func (m *memo[K, V]) hasRoom() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.known) < maxKnown
}

// put remembers a value where there is room for it, in memory of its own. It returns the value to use.
func (m *memo[K, V]) put(key K, value V) V {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= maxKnown || key.size()+value.size() > maxKnownSize {
		return value
	}
	if m.known == nil {
		m.known = map[K]V{}
	}
	value = value.clone()
	m.known[key.clone()] = value
	return value
}
