package syndicate

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/plaintext"
)

// The checks of lists: authors, contributors, categories, tags, enclosures; and of pictures, which
// sites and articles both have. An element that cannot be used is left out with a warning, and the
// rest of the list stays.
//
// Every check gets its element as a copy and returns the mended one, so that the lists of the
// program's articles, which often share their terms, stay as they are.

// people checks authors or contributors. Atom requires their names. Contributors have no feeds,
// so their slugs do not matter, and two of the same name may be two people.
func (r *report) people(field string, people []Author, base *url.URL) []Author {
	var seen few.Set[string]
	return findings.List(&r.Report, field, people, func(a Author) (Author, bool) {
		r.Masked(".Name", &a.Name, &a.Email)
		keep := r.name(&a.Name, "RFC 4287 section 3.2.1")
		if keep && field == "Authors" {
			a.Slug = r.Slug(".Slug", "", a.Name, a.Slug)
			keep = r.first(&seen, a.Slug, a.Name)
		}
		return r.person("", a, base), keep
	})
}

// name checks a required name, and returns false if there is none: feeds, titles and lists of
// scopes would have nothing to show.
func (r *report) name(name *string, spec string) bool {
	r.Name(".Name", name)
	if *name == "" {
		r.Drop(".Name", "", RuleMissing, spec)
	}
	return *name != ""
}

// person checks an author whose name is checked. A faulty address or picture costs only that
// detail. The address of a page that nobody gave is filled in when a feed shows the author.
func (r *report) person(field string, a Author, base *url.URL) Author {
	found := len(r.Found)
	r.Mailto(".URL", &a.URL, &a.Email)
	a.URL = r.URL(".URL", a.URL, base)
	a.Avatar = r.URL(".Avatar", a.Avatar, base)
	a.Email = r.Mail(".Email", a.Email)
	r.Within(field, found)
	return a
}

// tags checks tags, of which each slug is listed once. Tags whose names differ only in case or
// spacing usually have the same slug: they are the same tag, and the first spelling stays.
func (r *report) tags(tags []Tag, base *url.URL) []Tag {
	var seen few.Set[string]
	return findings.List(&r.Report, "Tags", tags, func(t Tag) (Tag, bool) {
		if !r.name(&t.Name, "") {
			return t, false
		}
		r.Text(".Description", &t.Description)
		t.Slug = r.Slug(".Slug", "", t.Name, t.Slug)
		t.URL = r.URL(".URL", t.URL, base)
		return t, r.first(&seen, t.Slug, t.Name)
	})
}

// first reports whether a name is new to the article's list. Names of one slug share a feed, which
// is worth a warning, but all of them stay on the article, except for other spellings of one name
// in capitals.
func (r *report) first(seen *few.Set[string], slug, name string) bool {
	if r.Mode == findings.Feed {
		return true // which leaves nothing out
	}
	other, isNew := seen.Add(slug, name)
	if isNew {
		return true
	}
	// The second name of a slug has a key with an empty element, which no path has.
	if !strings.EqualFold(other, name) {
		other, isNew = seen.Add(slug+"//"+strings.ToLower(name), name)
	}
	switch {
	case isNew:
		r.Warn(".Name", name, RuleSlugTaken, fmt.Sprintf("slug %q has other names", slug))
	case other != name:
		r.Warn(".Name", name, RuleSlugTaken, fmt.Sprintf("left out; %q has slug %q", other, slug))
	}
	return isNew
}

// categories checks categories, of which each path is listed once. A category that is its own
// ancestor has no path. The article is refused, because nobody but the program can know which
// feeds were meant.
func (r *report) categories(categories []Category, base *url.URL) []Category {
	var seen few.Set[string]
	return findings.List(&r.Report, "Categories", categories, func(c Category) (Category, bool) {
		if c.endless() {
			r.Refuse("", c.Name, RuleCycle, "")
			return c, false
		}
		path, ok := r.category(&c, base)
		return c, ok && r.first(&seen, path, c.Name)
	})
}

// category checks a category and its parents, whose chain ends. It returns the path, or false if
// part of it has no name. Parents are copied before they are changed: articles of the program
// usually share them. A category that has only a slug is named after it, because programs that
// import articles often know no more.
func (r *report) category(c *Category, base *url.URL) (path string, ok bool) {
	// The parent first, because the path begins with its slugs.
	if c.Parent != nil {
		parent := *c.Parent
		found := len(r.Found)
		path, ok = r.category(&parent, base)
		r.Within(".Parent", found)
		if !ok {
			return "", false
		}
		c.Parent = &parent
	}
	if r.Name(".Name", &c.Name); c.Name == "" {
		if c.Name = plaintext.Of(escape.Legal(c.Slug)); c.Name == "" || r.Mode == findings.Feed {
			r.Drop(".Name", "", RuleMissing, "")
			return "", false
		}
		r.Warn(".Name", "", RuleMissing, "replaced by the slug")
	}
	r.Text(".Description", &c.Description)
	c.Slug = r.Slug(".Slug", path, c.Name, c.Slug)
	c.URL = r.URL(".URL", c.URL, base)
	return strings.TrimPrefix(path+"/"+c.Slug, "/"), true
}

// enclosures checks attached files, of which each address is listed once: podcast clients would
// download a file twice. The order stays, because RSS has room for the first one only.
func (r *report) enclosures(enclosures []Enclosure, base *url.URL) []Enclosure {
	var seen few.Set[string]
	return findings.List(&r.Report, "Enclosures", enclosures, func(e Enclosure) (Enclosure, bool) {
		e = r.enclosure(e, base)
		_, first := seen.Add(e.URL, "")
		if !first && e.URL != "" {
			r.Mend(".URL", e.URL, "listed twice", "left out")
		}
		return e, first && e.URL != ""
	})
}

// enclosure checks a file. RSS requires its size and type. A size of 0 means that it is not
// known, as the RSS profile advises; for an unknown type, the general type of binary files takes
// its place (RFC 2046 section 4.5.1). A negative duration, which only JSON Feed and extensions
// carry, is left out.
func (r *report) enclosure(e Enclosure, base *url.URL) Enclosure {
	const spec = "RSS 2.0, enclosure"
	e.URL = r.HasURL(".URL", e.URL, spec, base)
	r.Text(".Title", &e.Title)
	found := len(r.Found)
	if e.Type = r.MediaType(".Type", e.Type, e.URL); e.Type == "" {
		if found == len(r.Found) {
			r.Warn(".Type", "", RuleMissing, "application/octet-stream is used; "+spec)
		}
		e.Type = mediatype.OctetStream
	}
	findings.NotNegative(&r.Report, ".Size", &e.Size, spec)
	findings.NotNegative(&r.Report, ".Duration", &e.Duration, "JSON Feed 1.1, attachments")
	return e
}

// image checks a picture and its thumbnail. A picture whose address cannot be used is left out
// with all that describes it. Width and height go together, because one alone does not tell the
// shape. The thumbnail is copied before it is changed, and has no thumbnail itself.
func (r *report) image(field string, i Image, base *url.URL) Image {
	if i == (Image{}) {
		return i
	}
	found := len(r.Found)
	defer func() { r.Within(field, found) }()
	i.URL = r.HasURL(".URL", i.URL, "", base)
	i.Type = r.MediaType(".Type", i.Type, i.URL)
	if i.Width < 0 || i.Height < 0 {
		r.Drop(".Width", fmt.Sprintf("%d x %d", i.Width, i.Height), RuleNegative, "")
		i.Width, i.Height = 0, 0
	}
	findings.NotNegative(&r.Report, ".Size", &i.Size, "")
	r.Text(".Alt", &i.Alt)
	r.Text(".Credit", &i.Credit)
	if i.Thumbnail != nil {
		// The picture is a copy, so its own pointer can be replaced.
		small := *i.Thumbnail
		small.Thumbnail = nil
		i.Thumbnail = nil
		if small = r.image(".Thumbnail", small, base); small != (Image{}) {
			i.Thumbnail = &small
		}
	}
	if i.URL == "" {
		return Image{}
	}
	return i
}
