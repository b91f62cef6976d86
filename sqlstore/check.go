package sqlstore

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Articles on their way in: checked as every Source does, and for what a database cannot hold.

// given is an article that was handed over, checked before the transaction begins.
type given struct {
	problems syndicate.Problems
	article  *syndicate.Article // nil when it is refused
	row      *row               // without its number and terms
	scopes   []syndicate.Scope  // those it belongs to, but for the site and for categories above others
}

// maxKey is how long an id, an address and a path may be in bytes: an index of PostgreSQL holds no more.
const maxKey = 2000

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

// tooMuch refuses what a database cannot hold.
func (g *given) tooMuch() {
	const tooLong syndicate.Rule = "longer than 2000 bytes, which is what the index of a database holds"
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
		g.refuse("Extensions", fmt.Sprintf("%T", g.article.Extensions[0]), "a database cannot keep extensions; put it on the Site, where it is asked for each article", "")
	}
}

func (g *given) refuse(field, value string, rule syndicate.Rule, spec string) {
	g.problems = append(g.problems, problem(g.row.url, field, value, rule, spec))
}

// problem is one for which something is refused.
func problem(article, field, value string, rule syndicate.Rule, spec string) *syndicate.Problem {
	return &syndicate.Problem{Article: article, Field: field, Value: shorten(value), Rule: rule, Spec: spec}
}

// shorten keeps error texts readable whatever the value was.
func shorten(s string) string {
	const limit = 200
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

func (ch *change) refuse(article, field, value string, rule syndicate.Rule, spec string) {
	ch.problems = append(ch.problems, problem(article, field, value, rule, spec))
}

func (ch *change) warn(article, field, value string, rule syndicate.Rule, spec string) {
	p := problem(article, field, value, rule, spec)
	p.Warning = true
	ch.problems = append(ch.problems, p)
}

// accept reports what was found wrong with an article; false when it is refused.
func (ch *change) accept(g *given) bool {
	ch.problems = append(ch.problems, g.problems...)
	if g.article == nil {
		return false
	}
	if r := g.row; r.updated.Valid && r.updated.Int64 > ch.now && r.updated.Int64 > -r.age {
		ch.warn(r.url, "Updated", moment(r.updated.Int64).Format(time.RFC3339), "in the future; readers doubt such dates", "RFC 4287 section 4.2.15")
	}
	return true
}

// prepare looks up everything that articles on their way in have to do with.
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

// lookUpURLs finds out which articles have these addresses.
func (ch *change) lookUpURLs(urls []any) error {
	return ch.in("SELECT url, atom_id FROM syndicate_articles WHERE url IN ({in})", urls, func(rows *sql.Rows) error {
		var url, id string
		err := rows.Scan(&url, &id)
		ch.address(url)[id] = true
		return err
	})
}

// address returns the set of articles that have an address.
func (ch *change) address(url string) map[string]bool {
	if ch.byURL[url] == nil {
		ch.byURL[url] = map[string]bool{}
	}
	return ch.byURL[url]
}

// entry makes an entry of an article, with its terms in the book.
func (ch *change) entry(g *given) *entry {
	r := *g.row
	for _, c := range g.article.Categories {
		r.categories = append(r.categories, ch.category(c).n)
	}
	for _, t := range g.article.Tags {
		r.tags = append(r.tags, ch.term(t.Scope(), termValue{name: t.Name, slug: t.Slug, description: t.Description, url: t.URL}).n)
	}
	for _, p := range g.article.Authors {
		r.authors = append(r.authors, ch.term(p.Scope(), termValue{name: p.Name, slug: p.Slug, url: p.URL, avatar: p.Avatar, email: p.Email}).n)
	}
	r.seal()
	if ch.live == live {
		r.entered = some(ch.now)
	}
	return &entry{row: &r, claims: ch.claims(&r)}
}

func (ch *change) category(c *syndicate.Category) *term {
	v := termValue{name: c.Name, slug: c.Slug, description: c.Description, url: c.URL}
	if c.Parent != nil {
		v.parent = some(ch.category(c.Parent).n)
	}
	return ch.term(c.Scope(), v)
}

// term returns the term of a scope with a value, a new one where there is none.
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

// insert takes in an entry, invisible until its time has come. One whose time is over stays invisible.
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

// termFields are the fields of an Article that the kinds of scopes come from.
var termFields = [...]string{syndicate.KindCategory: "Categories", syndicate.KindTag: "Tags", syndicate.KindAuthor: "Authors"}

// remove takes an entry out of everything, leaving tombstones where it was visible if it is retracted.
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
