package wordpress

import (
	"regexp"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/xmlreader"
)

// readAuthor reads a wp:author. Its e-mail address is skipped and never enters memory.
func (x *index) readAuthor() error {
	var login string
	var display, first, last value
	// The elements may come in any order, and each of them may be missing.
	err := x.r.p.Children(func(in xmlreader.Space, local string, _ xmlreader.Token) (err error) {
		var v value
		if in == wpSpace && strings.HasPrefix(local, "author_") && local != "author_email" {
			v, err = x.r.short()
		} else {
			return x.r.p.Skip()
		}
		switch local {
		case "author_login":
			login = v.Trimmed()
		case "author_display_name":
			display = v
		case "author_first_name":
			first = v
		case "author_last_name":
			last = v
		}
		return err
	})
	if err != nil || login == "" { // posts refer to authors by login only
		return err
	}
	// WordPress uses the e-mail address as the display name of some authors.
	name := display.plain()
	if name == "" || isMail(name) {
		name = strings.TrimSpace(first.plain() + " " + last.plain())
	}
	author, ok := x.newAuthor(login, name)
	if !ok {
		p := x.r.here(ReasonMailAsName)
		p.Field = "wp:author_display_name"
		x.r.callOnIssue(p)
	}
	// The first author with a login counts. It can also be found by the login that WordPress's
	// importer makes of it.
	if _, known := x.authors[login]; known {
		return nil
	}
	x.authors[login] = author
	if key := author.Scope().Key(); x.bySlug[key].Name == "" {
		x.bySlug[key] = author
	}
	if plain := plainLogin(login); plain != login {
		if _, known := x.authors[plain]; !known {
			x.authors[plain] = author
		}
	}
	return x.charge(login, author.Name, author.Slug)
}

// newAuthor returns the author with a login. WordPress makes the address of the author's page from
// the login, so it becomes the slug. If an e-mail address is all there is, the author has no name
// and ok is false.
func (x *index) newAuthor(login, name string) (author syndicate.Author, ok bool) {
	if isMail(name) {
		name = ""
	}
	author = syndicate.Author{Name: name}
	// A slug made of an e-mail address would publish it.
	if isMail(login) {
		return author, name != ""
	}
	if name == "" {
		author.Name = login
	}
	// The slug is set only if it differs from the one that the name makes.
	slug := syndicate.Author{Name: login}.Scope().Key()
	if author.Scope().Key() != slug && validSlug("author/", slug) {
		author.Slug = slug
	}
	return author, true
}

// notInLogins matches the characters that WordPress's own importer removes from a login.
var notInLogins = regexp.MustCompile(`[^A-Za-z0-9 _.\-@]`)

// plainLogin returns a login as WordPress's importer changes it. An export of a site that was
// imported has both forms.
func plainLogin(login string) string {
	return strings.TrimSpace(notInLogins.ReplaceAllString(login, ""))
}

// author returns the author with a login. If the head does not declare one, the login is the name.
func (x *index) author(login string) (author syndicate.Author, declared bool) {
	if author, ok := x.authors[login]; ok {
		return author, true
	}
	// A post may have the login in its other form.
	if author, ok := x.authors[plainLogin(login)]; ok {
		return author, true
	}
	author, _ = x.newAuthor(strings.Trim(plainText(login), `<>"'& `), "")
	return author, false
}

// addGuest adds a guest author of Co-Authors Plus. Its title is the name if the postmeta is
// missing.
func (x *index) addGuest(it *item) error {
	name := it.guest
	if name == "" {
		name = it.title.plain()
	}
	key := slugKey(it.login)
	if key == "" {
		key = syndicate.Author{Name: name}.Scope().Key()
	}
	if _, known := x.guests[key]; known || key == "" || name == "" || isMail(name) {
		return nil
	}
	author := withSlug(syndicate.Author{Name: name}, key)
	x.guests[key] = author
	return x.charge(key, name)
}

// withSlug sets the slug of an author to the last part of the address of the author's page, if the
// name makes another one.
func withSlug(author syndicate.Author, slug string) syndicate.Author {
	if author.Scope().Key() != slug && validSlug("author/", slug) {
		author.Slug = slug
	}
	return author
}

// coauthorKey returns the last part of the address of an author's page. Co-Authors Plus puts "cap-"
// before it.
func coauthorKey(slug string) string { return strings.TrimPrefix(slugKey(slug), "cap-") }

// coauthor returns the author that a term of the taxonomy "author" stands for. Co-Authors Plus
// names the term after the login, and similar plug-ins after the author. declared is false if the
// export has neither a user nor a guest author; then the name of the term is the author's.
func (x *index) coauthor(t itemTerm) (author syndicate.Author, declared bool) {
	// Guest authors come first, as they do in Co-Authors Plus.
	key := coauthorKey(t.slug)
	if author, ok := x.guests[key]; ok {
		return author, true
	}
	if author, ok := x.bySlug[key]; ok {
		return author, true
	}
	if author, ok := x.authors[t.name]; ok {
		return author, true
	}
	if t.name == "" || isMail(t.name) {
		return author, false
	}
	return withSlug(syndicate.Author{Name: t.name}, key), false
}

// byline returns the authors of an item. Those of Co-Authors Plus replace the creator. They are in
// the export in the order of their names, so the creator comes first if it is one of them.
func (r *reading) byline(it *item) (authors []syndicate.Author) {
	for _, t := range it.terms {
		if t.taxonomy == "author" {
			author, declared := r.index.coauthor(t)
			authors = r.addAuthor(it, authors, author, declared, "category", t.name)
		}
	}
	if it.creator == "" {
		return authors
	}
	// Without any coauthor that can be named, the creator is the author.
	creator, declared := r.index.author(it.creator)
	if len(authors) == 0 {
		return r.addAuthor(it, authors, creator, declared, "dc:creator", it.creator)
	}
	for i, author := range authors {
		if author.Scope() == creator.Scope() {
			return slices.Insert(slices.Delete(authors, i, i+1), 0, author)
		}
	}
	return authors
}

// addAuthor appends an author to those of an item. An author without a name, or without a slug, is
// left out, and so is an author that the list has already. Field and value say where the author is
// named.
func (r *reading) addAuthor(
	it *item, authors []syndicate.Author, author syndicate.Author, declared bool, field, value string,
) []syndicate.Author {
	if !declared {
		r.note(it, ReasonUnknownAuthor, field, maskMail(value))
	}
	if author.Name == "" {
		return authors
	}
	if !validSlug("author/", author.Scope().Key()) {
		r.note(it, ReasonBadSlug, field, author.Name)
		return authors
	}
	for _, a := range authors {
		if a.Scope() == author.Scope() {
			return authors
		}
	}
	return append(authors, author)
}
