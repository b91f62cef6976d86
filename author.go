package syndicate

import (
	"github.com/syndicate-go/syndicate/internal/slug"
)

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

func (a Author) slug() string { return slug.Of(a.Name, a.Slug) }
