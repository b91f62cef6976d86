package sqlstore

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/findings"
)

// Articles that are added: checked as every Source does, and for the limits of a database.

// found is a problem of an article, with the number of the article in the call: problems are
// reported in the order of the articles, whenever they were found.
type found struct {
	number int
	*syndicate.Problem
}

// given is an article passed to Add, Update or Replace, checked before the transaction begins.
type given struct {
	number   int                  // in the call
	problems []*syndicate.Problem // warnings too
	article  *syndicate.Article   // nil if it is refused
	stored   func(string) string  // returns how rows have an address of the article
	row      *row                 // without its number and terms
	scopes   []syndicate.Scope    // of its terms, without the categories above its own
}

// maxKey is the longest id, address or path in bytes. Longer ones do not fit into an index of
// PostgreSQL.
const maxKey = 2000

// check checks articles and prepares their rows.
func (s *Store) check(articles []syndicate.Article) []given {
	all := make([]given, len(articles))
	for i, a := range articles {
		g := &all[i]
		g.number = i
		// Outside of the transaction, which should be short.
		checked, found := s.article(a)
		g.problems = found
		if checked == nil || g.tooLong(s.publication, checked) {
			continue
		}
		g.article = checked
		refs := s.references(&a)
		g.stored = func(address string) string { return s.now.stored(address, refs) }
		g.row = newRow(checked, s.publication.ArticleID(keyOf(checked)), g.stored)
		// A row has no id if the reference leads to the ID.
		hasID := strings.TrimSpace(escape.Legal(a.ID)) != ""
		if hasID || s.named("", g.row.url) != g.row.name {
			g.row.id = g.row.name
		}
		extensions, lost := s.keep(checked)
		g.row.extensions = extensions
		g.row.size = stretched(g.row.size+sizeOfExtensions(extensions), s.now, s.first)
		g.problems = append(g.problems, lost...)
		for i := range checked.Categories {
			for c := &checked.Categories[i]; c != nil; c = c.Parent {
				g.scopes = append(g.scopes, c.Scope())
			}
		}
		for _, t := range checked.Tags {
			g.scopes = append(g.scopes, syndicate.WithTag(t.Slug))
		}
		for _, p := range checked.Authors {
			g.scopes = append(g.scopes, syndicate.ByAuthor(p.Slug))
		}
	}
	return all
}

// tooLong refuses an article whose id, address or category does not fit into an index of the
// database.
func (g *given) tooLong(p *syndicate.Publication, a *syndicate.Article) bool {
	const rule syndicate.Rule = "longer than 2000 bytes, the limit of a database index"
	before := len(g.problems)
	refuse := func(field, value string) {
		g.problems = append(g.problems, problem(a.URL, field, value, rule, ""))
	}
	if key := keyOf(a); len(key) > maxKey || len(p.ArticleID(key)) > maxKey {
		refuse("ID", key)
	}
	if len(a.URL) > maxKey {
		refuse("URL", a.URL)
	}
	for i, c := range a.Categories {
		if path := c.Path(); len(path) > maxKey {
			refuse(fmt.Sprintf("Categories[%d]", i), path)
		}
	}
	return len(g.problems) > before
}

// problem returns a problem for which an article or id is refused.
func problem(article, field, value string, rule syndicate.Rule, spec string) *syndicate.Problem {
	return &syndicate.Problem{Article: article, Field: field, Value: findings.Shorten(value), Rule: rule, Spec: spec}
}

// refuse records a problem for which an article or id is refused.
func (ch *change) refuse(number int, article, field, value string, rule syndicate.Rule, spec string) {
	ch.found = append(ch.found, found{number, problem(article, field, value, rule, spec)})
}

// warn records a warning.
func (ch *change) warn(number int, article, field, value string, rule syndicate.Rule, spec string) {
	p := problem(article, field, value, rule, spec)
	p.Warning = true
	ch.found = append(ch.found, found{number, p})
}

// accept records the problems of an article. It returns false if the article is refused.
func (ch *change) accept(g *given) bool {
	for _, p := range g.problems {
		ch.found = append(ch.found, found{g.number, p})
	}
	if g.article == nil {
		return false
	}
	// Here and not in check, because only the transaction knows the time.
	if r := g.row; r.updated.Valid && r.updated.Int64 > ch.now && r.updated.Int64 > -r.age {
		ch.warn(g.number, r.address, "Updated", moment(r.updated.Int64).Format(time.RFC3339),
			"in the future; readers doubt such dates", "RFC 4287 section 4.2.15")
	}
	return true
}

// prepare loads the scopes of articles, their present versions, and the articles with the same
// addresses.
func (ch *change) prepare(all []given) error {
	var ids []any
	var addresses []string
	var scopes []syndicate.Scope
	for _, g := range all {
		if g.article != nil {
			// One statement each finds the present versions and the addresses of all articles.
			ids = append(ids, g.row.atomID)
			addresses = append(addresses, g.row.address)
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
		// A version that is replaced gives its address up, so who else has it must be known.
		addresses = append(addresses, e.address)
	}
	if err := ch.lookUpAddresses(addresses); err != nil {
		return err
	}
	return ch.recognize(all)
}

// lookUpAddresses finds the articles that have these addresses.
func (ch *change) lookUpAddresses(addresses []string) error {
	forms := make([]any, 0, 4*len(addresses))
	for _, address := range addresses {
		forms = append(forms, ch.s.now.forms(address)...)
	}
	const query = "SELECT url, atom_id, id FROM syndicate_articles WHERE url IN ({in})"
	return ch.in(query, forms, func(rows *sql.Rows) error {
		var ref, atomID, id string
		err := rows.Scan(&ref, &atomID, &id)
		ch.address(ch.s.now.resolve(ref))[atomID] = id == ""
		return err
	})
}

// recognize finds the articles of a site that has moved whose ID cannot be derived from the address
// that they are given with. An article without an ID is the only stored article without an ID that
// has its address. It keeps the ID and the reference of that one.
func (ch *change) recognize(all []given) error {
	if !ch.s.moved() {
		return nil
	}
	known := map[*given]string{}
	var ids []any
	for i := range all {
		g := &all[i]
		if g.article == nil || g.row.id != "" || ch.byID[g.row.atomID] != nil {
			continue
		}
		// The articles at the same address that have no ID.
		var same []string
		for atomID, nameless := range ch.address(g.row.address) {
			if nameless {
				same = append(same, atomID)
			}
		}
		if len(same) == 1 {
			known[g] = same[0]
			ids = append(ids, same[0])
		}
	}
	if len(ids) == 0 {
		return nil
	}
	entries, err := ch.entriesBy("atom_id", ids)
	if err != nil {
		return err
	}
	for _, e := range entries {
		ch.byID[e.atomID] = e
	}
	for g, atomID := range known {
		if e := ch.byID[atomID]; e != nil {
			// A copy, because the transaction may be repeated.
			r := *g.row
			r.atomID, r.key, r.name, r.url = e.atomID, e.key, e.name, e.url
			g.row = &r
		}
	}
	return nil
}

// address returns the Atom ids of the articles that have an address, with true for those without an
// ID.
func (ch *change) address(url string) map[string]bool {
	if ch.byURL[url] == nil {
		ch.byURL[url] = map[string]bool{}
	}
	return ch.byURL[url]
}

// entry returns the entry of an article and adds its terms to the book.
func (ch *change) entry(g *given) *entry {
	// A copy: if the transaction is repeated, the numbers of terms are new.
	r := *g.row
	for i := range g.article.Categories {
		r.categories = append(r.categories, ch.category(&g.article.Categories[i], g.stored).n)
	}
	for _, t := range g.article.Tags {
		v := termValue{name: t.Name, slug: t.Slug, description: t.Description, url: g.stored(t.URL)}
		r.tags = append(r.tags, ch.term(syndicate.WithTag(t.Slug), v).n)
	}
	for _, p := range g.article.Authors {
		v := termValue{name: p.Name, slug: p.Slug, url: g.stored(p.URL), avatar: g.stored(p.Avatar), email: p.Email}
		r.authors = append(r.authors, ch.term(syndicate.ByAuthor(p.Slug), v).n)
	}
	r.seal()
	// An article that is added after a change of the IDBase may have the former ID of another one,
	// which is the key of that. The keys differ then, and are in the same order. No ID contains
	// this character.
	if ch.bases > 0 {
		r.key = fmt.Sprintf("%s\x01%d", r.key, ch.bases)
	}
	if ch.live == live {
		r.entered = some(ch.now)
	}
	return &entry{row: &r, claims: ch.claims(&r), number: g.number}
}

// category returns the term of a category and adds those of its parents. The function stored
// returns how rows have an address.
func (ch *change) category(c *syndicate.Category, stored func(string) string) *term {
	v := termValue{name: c.Name, slug: c.Slug, description: c.Description, url: stored(c.URL)}
	if c.Parent != nil {
		// The form of the parent is part of the form of the category: two articles may name a
		// parent differently.
		v.parent = some(ch.category(c.Parent, stored).n)
	}
	return ch.term(c.Scope(), v)
}

// term returns the term of a scope with a value. It creates the term if there is none.
func (ch *change) term(scope syndicate.Scope, v termValue) *term {
	s := ch.shelves[scope]
	facts := v.facts(ch.s.now)
	if t := s.find(v, facts); t != nil {
		return t
	}
	// A new form. It is written at the end of the change, with its counts.
	t := &term{n: ch.next(), shelf: s, hash: v.hash(), value: v, facts: facts, dirty: true}
	ch.add(t)
	ch.mark(s)
	return t
}

// insert adds an entry. It becomes visible when its time comes, unless it has expired.
func (ch *change) insert(e *entry) {
	// A new number for every version, so that a number always means the same contents.
	e.n = ch.next()
	addresses := ch.address(e.address)
	// As in an Archive, two articles with one address are no more than suspicious.
	if len(addresses) > 0 {
		ch.warn(e.number, e.address, "URL", e.address, "another article has this address", "")
	}
	addresses[e.atomID] = e.id == ""
	for _, c := range e.claims {
		ch.count(c, 1, 0)
		if c.term == nil || !ch.s.publication.Publishes(c.shelf.scope) {
			continue
		}
		// The names of hidden articles count too: the warning must come before the feed shows two
		// names in turn.
		if other := c.shelf.otherName(c.term.value.name); other != "" {
			ch.warn(e.number, e.address, termFields[c.shelf.scope.Kind()], c.term.value.name, syndicate.RuleSlugTaken,
				fmt.Sprintf("%q has slug %q too", other, c.shelf.scope.Key()))
		}
	}
	ch.byID[e.atomID] = e
	e.inserted = true
	// The row is written with many others.
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
	// The id and the address are free for others in the same change.
	delete(ch.byID, e.atomID)
	delete(ch.address(e.address), e.atomID)
	for _, c := range e.claims {
		ch.count(c, -1, 0)
	}
	// The row may be one of this change that is not written yet.
	if e.inserted {
		if err := ch.flushRows(); err != nil {
			return err
		}
	}
	ch.doomed.articles = append(ch.doomed.articles, e.n)
	if err := ch.flushIfMany(); err != nil {
		return err
	}
	if retracted && visible && ch.s.tombstoneAge() > 0 {
		ch.bury(e)
	}
	return nil
}
