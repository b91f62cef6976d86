package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/syndicate-go/syndicate"
)

// errGone reports that a listed article does not exist: it was removed or replaced while the feed
// was read, or the whole database was.
var errGone = errors.New("an article of syndicate_article_scopes is not in syndicate_articles")

// terms returns the terms of rows by number: syndicate.Author, *syndicate.Category or
// syndicate.Tag, which nobody changes. It reads those that are not cached in known, and resolves
// their addresses. The error is errGone if the database does not have the change at.
func (s *core) terms(
	ctx context.Context, at point, known *cache[int64, any], resolve func(ref string) string, rows []*row,
) (map[int64]any, error) {
	n := 0
	for _, r := range rows {
		n += len(r.authors) + len(r.categories) + len(r.tags)
	}
	// A term that was wanted once is not wanted again, even if it is not found: then its value is
	// nil.
	found := make(map[int64]any, n)
	unknown := make([]any, 0, n)
	want := func(n int64) {
		if _, known := found[n]; known {
			return
		}
		value, isKnown := known.get(n)
		found[n] = value
		if !isKnown {
			unknown = append(unknown, n)
		}
	}
	for _, r := range rows {
		for _, list := range [][]int64{r.authors, r.categories, r.tags} {
			for _, n := range list {
				want(n)
			}
		}
	}
	type link struct{ of, parent int64 }
	var parents []link
	read := make([]int64, 0, len(unknown))
	// Each round reads the parents of the categories of the round before.
	for len(unknown) > 0 {
		some := unknown
		unknown = nil
		// The kind is the scope's: the terms of all kinds are in one table.
		const query = "SELECT t.n, s.kind, t.parent, t.name, t.slug, t.description, t.url, t.avatar, t.email, " +
			lineageOf + " FROM syndicate_terms t JOIN syndicate_scopes s ON s.n = t.scope WHERE t.n IN ({in})"
		var n int64
		var kind, lineage integer
		var v termValue
		err := s.eachOf(ctx, query, at.seq, some, func(rows *sql.Rows) error {
			err := rows.Scan((*integer)(&n), &kind, (*nullable)(&v.parent),
				&v.name, &v.slug, &v.description, &v.url, &v.avatar, &v.email, &lineage)
			if err == nil && int64(lineage) != at.lineage {
				err = errGone
			}
			if err != nil {
				return err
			}
			read = append(read, n)
			v.url = resolve(v.url)
			switch syndicate.Kind(kind) {
			case syndicate.KindAuthor:
				avatar := resolve(v.avatar)
				found[n] = syndicate.Author{Name: v.name, Slug: v.slug, URL: v.url, Avatar: avatar, Email: v.email}
			case syndicate.KindTag:
				found[n] = syndicate.Tag{Name: v.name, Slug: v.slug, Description: v.description, URL: v.url}
			case syndicate.KindCategory:
				// Articles get copies of the category and share its parents, which nobody
				// changes.
				found[n] = &syndicate.Category{Name: v.name, Slug: v.slug, Description: v.description, URL: v.url}
				if v.parent.Valid {
					// The parent may be read later, so categories are linked at the end.
					parents = append(parents, link{n, v.parent.Int64})
					want(v.parent.Int64)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, l := range parents {
		found[l.of].(*syndicate.Category).Parent, _ = found[l.parent].(*syndicate.Category)
	}
	// A term may be missing after another program has deleted it.
	for again := true; again; {
		again = false
		for _, l := range parents { // a category whose parent is missing is dropped, with those below it
			if above, ok := found[l.parent].(*syndicate.Category); found[l.of] != nil && (!ok || above == nil) {
				found[l.of], again = nil, true
			}
		}
	}
	for _, n := range read {
		// Categories are cached after they have their parents. From then on they do not change.
		if value := found[n]; value != nil {
			known.put(n, value, weight(value))
		}
	}
	return found, nil
}

// weight returns about how many bytes of memory a term needs.
func weight(term any) int {
	// The struct, its key in the map and the headers of its texts.
	const bare = 300
	switch v := term.(type) {
	case syndicate.Author:
		return bare + len(v.Name) + len(v.Slug) + len(v.URL) + len(v.Avatar) + len(v.Email)
	case syndicate.Tag:
		return bare + len(v.Name) + len(v.Slug) + len(v.Description) + len(v.URL)
	case *syndicate.Category:
		return bare + len(v.Name) + len(v.Slug) + len(v.Description) + len(v.URL)
	}
	return bare
}

// fill sets the authors, categories and tags of an article.
func fill(a *syndicate.Article, r *row, terms map[int64]any) error {
	// The order is that of the numbers in the row, which is the article's.
	a.Authors = make([]syndicate.Author, 0, len(r.authors))
	a.Categories = make([]syndicate.Category, 0, len(r.categories))
	a.Tags = make([]syndicate.Tag, 0, len(r.tags))
	for _, n := range r.authors {
		author, ok := terms[n].(syndicate.Author)
		if !ok {
			return noTerm("authors", n)
		}
		a.Authors = append(a.Authors, author)
	}
	for _, n := range r.categories {
		category, ok := terms[n].(*syndicate.Category)
		if !ok {
			return noTerm("categories", n)
		}
		a.Categories = append(a.Categories, *category)
	}
	for _, n := range r.tags {
		tag, ok := terms[n].(syndicate.Tag)
		if !ok {
			return noTerm("tags", n)
		}
		a.Tags = append(a.Tags, tag)
	}
	return nil
}

// noTerm returns the error for a term that is missing or of another kind.
func noTerm(column string, n int64) error {
	return fmt.Errorf("%s: syndicate_terms %d is not one of them", column, n)
}
