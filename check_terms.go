package syndicate

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/internal/slug"
)

// The checks of lists: authors, contributors, categories, tags, enclosures. An element that cannot be
// used is left out with a warning, and the rest of the list stays.

// people checks authors or contributors. Contributors have no feeds, so their slugs do not matter.
func (r *report) people(field string, people []Author, base *url.URL) []Author {
	checked := make([]Author, 0, len(people))
	var seen few.Set[string]
	for i, a := range people {
		found := len(r.problems)
		keep := r.name(&a.Name, "RFC 4287 section 3.2.1")
		if keep && field == "Authors" {
			a.Slug = r.slugOf(a.Name, a.Slug)
			keep = r.first(&seen, a.Slug, a.Name)
		}
		if a = r.person("", a, base); keep {
			checked = append(checked, a)
		}
		r.element(field, i, found)
	}
	return clipped(checked)
}

// name checks a required name. It returns false if there is none.
func (r *report) name(name *string, spec string) bool {
	r.text(".Name", name)
	if *name == "" {
		r.drop(".Name", "", RuleMissing, spec)
	}
	return *name != ""
}

// person checks an author whose name is checked.
func (r *report) person(field string, a Author, base *url.URL) Author {
	found := len(r.problems)
	a.URL = r.url(".URL", a.URL, base)
	a.Avatar = r.url(".Avatar", a.Avatar, base)
	a.Email = r.mail(".Email", a.Email)
	r.within(field, found)
	return a
}

func (r *report) tags(tags []Tag, base *url.URL) []Tag {
	checked := make([]Tag, 0, len(tags))
	var seen few.Set[string]
	for i, t := range tags {
		found := len(r.problems)
		if r.name(&t.Name, "") {
			r.text(".Description", &t.Description)
			t.Slug = r.slugOf(t.Name, t.Slug)
			t.URL = r.url(".URL", t.URL, base)
			if r.first(&seen, t.Slug, t.Name) {
				checked = append(checked, t)
			}
		}
		r.element("Tags", i, found)
	}
	return clipped(checked)
}

// first reports whether a slug is new to the article's list. A slug that is in the list under another
// name is worth a warning. Terms without a slug are compared by name.
func (r *report) first(seen *few.Set[string], slug, name string) bool {
	key := slug
	if slug == "" {
		key = "/" + name // no slug begins with a slash
	}
	if r.mode == ofFeed {
		return true // which leaves nothing out
	}
	other, ok := seen.Add(key, name)
	if !ok && other != name {
		r.warn(".Name", name, RuleSlugTaken, fmt.Sprintf("left out; %q has slug %q", other, slug))
	}
	return ok
}

func (r *report) categories(categories []Category, base *url.URL) []Category {
	checked := make([]Category, 0, len(categories))
	var seen few.Set[string]
	for i, c := range categories {
		found := len(r.problems)
		if c.endless() {
			r.refuse("", c.Name, RuleCycle, "")
		} else if path, ok := r.category(&c, base); ok && r.first(&seen, path, c.Name) {
			checked = append(checked, c)
		}
		r.element("Categories", i, found)
	}
	return clipped(checked)
}

// category checks a category and its parents, whose chain ends. It returns the path, or "" if part of it
// has no slug, and false if part of it has no name.
func (r *report) category(c *Category, base *url.URL) (path string, ok bool) {
	above := ""
	if c.Parent != nil {
		parent := *c.Parent
		found := len(r.problems)
		above, ok = r.category(&parent, base)
		r.within(".Parent", found)
		if !ok {
			return "", false
		}
		c.Parent = &parent
	}
	if r.text(".Name", &c.Name); c.Name == "" {
		if c.Name = plaintext.Of(escape.Legal(c.Slug)); c.Name == "" || r.mode == ofFeed {
			r.drop(".Name", "", RuleMissing, "")
			return "", false
		}
		r.warn(".Name", "", RuleMissing, "replaced by the slug")
	}
	r.text(".Description", &c.Description)
	c.Slug = r.slugOf(c.Name, c.Slug)
	c.URL = r.url(".URL", c.URL, base)
	switch {
	case c.Slug == "", c.Parent != nil && above == "":
		return "", true
	case c.Parent == nil:
		return c.Slug, true
	}
	return above + "/" + c.Slug, true
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
				r.warn(".URL", e.URL, "listed twice; left out", "")
			}
		}
		r.element("Enclosures", i, found)
	}
	return clipped(checked)
}

func (r *report) enclosure(e Enclosure, base *url.URL) (checked Enclosure, ok bool) {
	const spec = "RSS 2.0, enclosure"
	if strings.TrimSpace(e.URL) == "" {
		r.drop(".URL", "", RuleMissing, spec)
	}
	e.URL = r.url(".URL", e.URL, base)
	r.text(".Title", &e.Title)
	found := len(r.problems)
	if e.Type = r.mediaType(".Type", e.Type, e.URL); e.Type == "" {
		if found == len(r.problems) {
			r.warn(".Type", "", RuleMissing, "application/octet-stream is used; "+spec)
		}
		e.Type = mediatype.OctetStream
	}
	if e.Size < 0 {
		r.drop(".Size", fmt.Sprint(e.Size), RuleNegative, spec)
		e.Size = 0
	}
	if e.Duration < 0 {
		r.drop(".Duration", e.Duration.String(), RuleNegative, "JSON Feed 1.1, attachments")
		e.Duration = 0
	}
	return e, e.URL != ""
}

// slugOf returns the slug that a term goes by. It warns about a given slug that cannot be used, and
// takes the one that the name makes. It returns "" if there is none: the term stays on its articles and
// has no feed.
func (r *report) slugOf(name, given string) string {
	chosen := slug.Of(name, given)
	rule := slug.Check(chosen)
	if rule == "" || r.mode == ofFeed {
		return chosen
	}
	if given != "" {
		r.warn(".Slug", given, Rule(rule), "replaced by the slug of the name")
		return r.slugOf(name, "")
	}
	r.warn(".Slug", cmp.Or(chosen, name), Rule(rule), "give it a Slug of its own; without one it has no feed")
	return ""
}
