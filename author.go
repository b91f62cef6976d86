package syndicate

import "github.com/syndicate-go/syndicate/internal/slug"

// Author is a person or organisation that wrote something. Two authors with the same slug are the
// same author.
type Author struct {
	// Name as bylines print it. Required.
	Name string
	// Slug identifies the author in scopes and addresses. Default: derived from Name.
	Slug string
	// URL of the author's page, absolute or relative to the site. Default: what [Addresses] returns
	// for [ByAuthor].
	URL string
	// Avatar is the URL of a square picture. JSON Feed carries it. Default: none.
	Avatar string
	// Email address. It is published only if [Site.AuthorEmails] is set. Default: none.
	Email string
}

// Scope returns the scope of everything by this author.
func (a Author) Scope() Scope { return ByAuthor(slug.Of(a.Name, a.Slug)) }
