package syndicate

import "strings"

// Author is a person or body that wrote something.
type Author struct {
	// Name as bylines give it. Required.
	Name string
	// Slug is what the author is known by in scopes and addresses. Optional; derived from Name.
	Slug string
	// URL of the author's page, absolute or relative to the site. Optional; a [Source] takes the page
	// that [Addresses] gives for [ByAuthor].
	URL string
	// Avatar is the URL of a square picture; JSON Feed carries it. Optional.
	Avatar string
	// Email is published only where that is asked for: see [Site.AuthorEmails]. Optional.
	Email string
}

// Scope returns the scope of everything by this author.
func (a Author) Scope() Scope { return ByAuthor(a.slug()) }

func (a Author) slug() string { return slugOf(a.Name, a.Slug) }

// size returns how many bytes a is made of.
func (a Author) size() int {
	return len(a.Name) + len(a.Slug) + len(a.URL) + len(a.Avatar) + len(a.Email)
}

// clone returns a without the memory that its fields may be parts of.
func (a Author) clone() Author {
	return Author{
		Name: strings.Clone(a.Name), Slug: strings.Clone(a.Slug), URL: strings.Clone(a.URL),
		Avatar: strings.Clone(a.Avatar), Email: strings.Clone(a.Email),
	}
}

// slugOf returns the slug that a term goes by: the one given, or the one its name makes.
func slugOf(name, slug string) string {
	if slug != "" {
		return foldSlug(slug)
	}
	return slugify(name)
}
