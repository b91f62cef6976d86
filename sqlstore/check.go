package sqlstore

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Articles that are added: checked as every Source does, and for the limits of a database.

// given is an article passed to Add, Update or Replace, checked before the transaction begins.
type given struct {
	problems syndicate.Problems
	article  *syndicate.Article // nil if it is refused
	row      *row               // without its number and terms
	scopes   []syndicate.Scope  // without the site and the categories above its own
}

// maxKey is the longest id, address or path in bytes. Longer ones do not fit into an index of
// PostgreSQL.
const maxKey = 2000

// check checks articles and prepares their rows.
func (s *Store) check(articles []syndicate.Article) []given {
	all := make([]given, len(articles))
	for i, a := range articles {
		g := &all[i]
		checked, err := s.site.Article(a)
		g.problems, _ = err.(syndicate.Problems)
		if checked == nil {
			continue
		}
		g.article = checked
		g.row = newRow(checked, s.site.ArticleID(keyOf(checked)))
		for _, c := range checked.Categories {
			g.scopes = append(g.scopes, c.Scope())
		}
		for _, t := range checked.Tags {
			g.scopes = append(g.scopes, t.Scope())
		}
		for _, p := range checked.Authors {
			g.scopes = append(g.scopes, p.Scope())
		}
		if g.tooMuch(); len(g.problems.Errors()) > 0 {
			g.article = nil
		}
	}
	return all
}

// tooMuch refuses an article that the database cannot keep.
func (g *given) tooMuch() {
	const tooLong syndicate.Rule = "longer than 2000 bytes, the limit of a database index"
	if len(g.row.key) > maxKey || len(g.row.atomID) > maxKey {
		g.refuse("ID", g.row.key, tooLong, "")
	}
	if len(g.row.url) > maxKey {
		g.refuse("URL", g.row.url, tooLong, "")
	}
	for i, c := range g.article.Categories {
		if path := c.Path(); len(path) > maxKey {
			g.refuse(fmt.Sprintf("Categories[%d]", i), path, tooLong, "")
		}
	}
	if len(g.article.Extensions) > 0 {
		const rule = "a database cannot keep extensions; use Site.Extensions, which are called for each article"
		g.refuse("Extensions", fmt.Sprintf("%T", g.article.Extensions[0]), rule, "")
	}
}

// refuse records a problem for which the article is refused.
func (g *given) refuse(field, value string, rule syndicate.Rule, spec string) {
	g.problems = append(g.problems, problem(g.row.url, field, value, rule, spec))
}

// problem returns a problem for which an article or id is refused.
func problem(article, field, value string, rule syndicate.Rule, spec string) *syndicate.Problem {
	return &syndicate.Problem{Article: article, Field: field, Value: shorten(value), Rule: rule, Spec: spec}
}

// shorten cuts a value after 200 bytes, for error texts.
func shorten(s string) string {
	const limit = 200
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// refuse records a problem for which an article or id is refused.
func (ch *change) refuse(article, field, value string, rule syndicate.Rule, spec string) {
	ch.problems = append(ch.problems, problem(article, field, value, rule, spec))
}

// warn records a warning.
func (ch *change) warn(article, field, value string, rule syndicate.Rule, spec string) {
	p := problem(article, field, value, rule, spec)
	p.Warning = true
	ch.problems = append(ch.problems, p)
}

// accept records the problems of an article. It returns false if the article is refused.
func (ch *change) accept(g *given) bool {
	ch.problems = append(ch.problems, g.problems...)
	if g.article == nil {
		return false
	}
	if r := g.row; r.updated.Valid && r.updated.Int64 > ch.now && r.updated.Int64 > -r.age {
		ch.warn(r.url, "Updated", moment(r.updated.Int64).Format(time.RFC3339),
			"in the future; readers doubt such dates", "RFC 4287 section 4.2.15")
	}
	return true
}

// prepare loads the scopes of articles, their present versions, and the articles with the same
// addresses.
func (ch *change) prepare(all []given) error {
	var ids, urls []any
	var scopes []syndicate.Scope
	for _, g := range all {
		if g.article != nil {
			ids = append(ids, g.row.atomID)
			urls = append(urls, g.row.url)
			scopes = append(scopes, g.scopes...)
		}
	}
	if err := ch.shelvesOf(scopes); err != nil {
		return err
	}
	entries, err := ch.entriesBy("atom_id", ids)
	if err != nil {
		return err
	}
	for _, e := range entries {
		ch.byID[e.atomID] = e
		urls = append(urls, e.url)
	}
	return ch.lookUpURLs(urls)
}

// lookUpURLs finds the articles that have these addresses.
func (ch *change) lookUpURLs(urls []any) error {
	return ch.in("SELECT url, atom_id FROM syndicate_articles WHERE url IN ({in})", urls, func(rows *sql.Rows) error {
		var url, id string
		err := rows.Scan(&url, &id)
		ch.address(url)[id] = true
		return err
	})
}

// address returns the set of Atom ids of the articles that have an address.
func (ch *change) address(url string) map[string]bool {
	if ch.byURL[url] == nil {
		ch.byURL[url] = map[string]bool{}
	}
	return ch.byURL[url]
}

// entry returns the entry of an article and adds its terms to the book.
func (ch *change) entry(g *given) *entry {
	r := *g.row
	for _, c := range g.article.Categories {
		r.categories = append(r.categories, ch.category(c).n)
	}
	for _, t := range g.article.Tags {
		v := termValue{name: t.Name, slug: t.Slug, description: t.Description, url: t.URL}
		r.tags = append(r.tags, ch.term(t.Scope(), v).n)
	}
	for _, p := range g.article.Authors {
		v := termValue{name: p.Name, slug: p.Slug, url: p.URL, avatar: p.Avatar, email: p.Email}
		r.authors = append(r.authors, ch.term(p.Scope(), v).n)
	}
	r.seal()
	if ch.live == live {
		r.entered = some(ch.now)
	}
	return &entry{row: &r, claims: ch.claims(&r)}
}

// category returns the term of a category and adds those of its parents.
func (ch *change) category(c *syndicate.Category) *term {
	v := termValue{name: c.Name, slug: c.Slug, description: c.Description, url: c.URL}
	if c.Parent != nil {
		v.parent = some(ch.category(c.Parent).n)
	}
	return ch.term(c.Scope(), v)
}

// term returns the term of a scope with a value. It creates the term if there is none.
func (ch *change) term(scope syndicate.Scope, v termValue) *term {
	s := ch.shelves[scope]
	if t := s.find(v); t != nil {
		return t
	}
	t := &term{n: ch.next(), shelf: s, hash: v.hash(), value: v, dirty: true}
	ch.add(t)
	ch.mark(s)
	return t
}

// insert adds an entry. It becomes visible when its time comes, unless it has expired.
func (ch *change) insert(e *entry) {
	e.n = ch.next()
	addresses := ch.address(e.url)
	if len(addresses) > 0 {
		ch.warn(e.url, "URL", e.url, "another article has this address", "")
	}
	addresses[e.atomID] = true
	for _, c := range e.claims {
		ch.count(c, 1, 0)
		if c.term == nil {
			continue
		}
		if other := c.shelf.otherName(c.term.value.name); other != "" {
			ch.warn(e.url, termFields[c.shelf.scope.Kind()], c.term.value.name, syndicate.RuleSlugTaken,
				fmt.Sprintf("%q has slug %q too", other, c.shelf.scope.Key()))
		}
	}
	ch.byID[e.atomID] = e
	ch.rows.add(e.values()...)
	ch.plan(e, ch.now)
}

// termFields has the field of an Article from which each kind of scope comes.
var termFields = [...]string{
	syndicate.KindCategory: "Categories",
	syndicate.KindTag:      "Tags",
	syndicate.KindAuthor:   "Authors",
}

// remove removes an entry. If it was visible and is retracted, tombstones replace it.
func (ch *change) remove(e *entry, retracted bool) error {
	visible := e.visible
	if visible {
		if err := ch.hide(e, ch.now); err != nil {
			return err
		}
	}
	if err := ch.unplan(e); err != nil {
		return err
	}
	delete(ch.byID, e.atomID)
	delete(ch.address(e.url), e.atomID)
	for _, c := range e.claims {
		ch.count(c, -1, 0)
	}
	if err := ch.exec("DELETE FROM syndicate_articles WHERE n = ?", e.n); err != nil {
		return err
	}
	if retracted && visible && ch.s.site.Tombstones > 0 {
		ch.bury(e)
	}
	return nil
}
