package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// Add adds articles, as [syndicate.Archive.Add] does, in one transaction. Valid articles are
// added and the others are refused. The error is a [syndicate.Problems] that names the refused
// articles, or an error of the database or the context. In the latter case no article was added.
// Warnings go to [syndicate.Site.Warn] after the transaction.
func (s *Store) Add(ctx context.Context, articles ...syndicate.Article) error {
	return s.call(ctx, "Add", len(articles), s.adding(articles, new(int)))
}

// adding returns the change of Add. The change sets added to the number of articles that it adds.
func (s *Store) adding(articles []syndicate.Article, added *int) func(*change) error {
	all := s.check(articles)
	return func(ch *change) error {
		*added = 0
		if err := ch.prepare(all); err != nil {
			return err
		}
		for i := range all {
			g := &all[i]
			if !ch.accept(g) {
				continue
			}
			// An article that was added earlier in the same call counts too: insert puts it into
			// byID.
			if ch.byID[g.row.atomID] != nil {
				ch.refuse(g.number, g.row.address, "ID", g.row.name, syndicate.RuleDuplicateID, "RFC 4287 section 4.2.6")
				continue
			}
			ch.insert(ch.entry(g))
			*added++
		}
		return nil
	}
}

// Update replaces articles with new versions, as [syndicate.Archive.Update] does, in one
// transaction. Articles that the store does not contain are refused. The error is the same as that
// of [Store.Add].
func (s *Store) Update(ctx context.Context, articles ...syndicate.Article) error {
	return s.call(ctx, "Update", len(articles), s.updating(articles))
}

// updating returns the change of Update.
func (s *Store) updating(articles []syndicate.Article) func(*change) error {
	all := s.check(articles)
	return func(ch *change) error {
		if err := ch.prepare(all); err != nil {
			return err
		}
		// Of several versions in one call only the last is stored, but all of them are checked.
		last := map[string]*given{}
		var order []*given
		for i := range all {
			g := &all[i]
			switch {
			case !ch.accept(g):
			case ch.byID[g.row.atomID] == nil:
				ch.refuse(g.number, g.row.address, "ID", g.row.name, syndicate.RuleUnknownID, "")
			default:
				last[g.row.atomID] = g
				order = append(order, g)
			}
		}
		for _, g := range order {
			if last[g.row.atomID] != g {
				continue // a later version follows
			}
			old, e := ch.byID[g.row.atomID], ch.entry(g)
			// Nothing differs. The article keeps its row and its feeds keep their versions.
			if old.hash == e.hash {
				continue
			}
			e.keepKey(old)
			// A new version replaces the row. Only one that becomes a draft counts as a removal
			// and leaves tombstones.
			if err := ch.remove(old, e.draft); err != nil {
				return err
			}
			ch.insert(e)
		}
		return nil
	}
}

// Remove removes articles by ID or URL, as [syndicate.Archive.Remove] does, in one transaction. Ids
// that the store does not contain are reported. The error is the same as that of [Store.Add].
func (s *Store) Remove(ctx context.Context, ids ...string) error {
	return s.call(ctx, "Remove", len(ids), s.removing(ids))
}

// removing returns the change of Remove.
func (s *Store) removing(ids []string) func(*change) error {
	return func(ch *change) error {
		found, err := ch.findAll(ids)
		if err != nil {
			return err
		}
		for i, id := range ids {
			e := found.find(ch, id)
			if e == nil {
				ch.refuse(i, id, "ID", id, syndicate.RuleUnknownID, "")
				continue
			}
			found.drop(e)
			if err := ch.remove(e, true); err != nil {
				return err
			}
		}
		return nil
	}
}

// stock has the articles that a list of ids may name.
type stock struct {
	byID  map[string]*entry   // by Atom id
	byURL map[string][]*entry // by the reference of the row
}

// findAll reads the articles that ids may name: those with the ids, and those with the addresses.
func (ch *change) findAll(ids []string) (found stock, err error) {
	found = stock{map[string]*entry{}, map[string][]*entry{}}
	var names, refs []any
	for _, id := range ids {
		id = strings.TrimSpace(id)
		names = append(names, ch.s.publication.ArticleID(id))
		if absolute, rule := ch.s.publication.Resolve(id); rule == nil {
			refs = append(refs, ch.s.now.forms(absolute)...)
		}
	}
	named, err := ch.entriesBy("atom_id", names)
	if err != nil {
		return found, err
	}
	for _, e := range named {
		found.byID[e.atomID] = e
	}
	at, err := ch.entriesBy("url", refs)
	for _, e := range at {
		// One value for each article, however it was found.
		if same := found.byID[e.atomID]; same != nil {
			e = same
		}
		found.byID[e.atomID] = e
		if !slices.Contains(found.byURL[e.url], e) {
			found.byURL[e.url] = append(found.byURL[e.url], e)
		}
	}
	return found, err
}

// find returns the article with an ID, or the only article with a URL. The first address of an
// article without an ID is its ID. It returns nil if there is none.
func (s stock) find(ch *change, id string) *entry {
	id = strings.TrimSpace(id)
	// Ids come first: an id may look like the address of another article.
	if e := s.byID[ch.s.publication.ArticleID(id)]; e != nil {
		return e
	}
	absolute, rule := ch.s.publication.Resolve(id)
	if rule != nil {
		return nil
	}
	var found []*entry
	for _, ref := range ch.s.now.forms(absolute) {
		found = append(found, s.byURL[ref.(string)]...)
	}
	// An address that several articles share names none of them.
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// drop removes an article.
func (s stock) drop(e *entry) {
	delete(s.byID, e.atomID)
	s.byURL[e.url] = slices.DeleteFunc(s.byURL[e.url], func(other *entry) bool { return other == e })
}

// Replace replaces all articles of the store, as [syndicate.Archive.Replace] does, in one
// transaction: readers see either the old articles or the new ones. The error is the same as that
// of [Store.Add].
func (s *Store) Replace(ctx context.Context, articles ...syndicate.Article) error {
	return s.call(ctx, "Replace", len(articles), s.replacing(articles))
}

// replacing returns the change of Replace.
func (s *Store) replacing(articles []syndicate.Article) func(*change) error {
	all := s.check(articles)
	return func(ch *change) error {
		if err := ch.prepare(all); err != nil {
			return err
		}
		next := map[string]*entry{}
		var order []*entry
		for i := range all {
			g := &all[i]
			switch {
			case !ch.accept(g):
			case next[g.row.atomID] != nil:
				ch.refuse(g.number, g.row.address, "ID", g.row.name, syndicate.RuleDuplicateID, "RFC 4287 section 4.2.6")
			default:
				e := ch.entry(g)
				next[e.atomID] = e
				order = append(order, e)
			}
		}
		// Removing comes first, so that a new article may take the address of an old one without
		// a warning.
		if err := ch.removeAllBut(next); err != nil {
			return err
		}
		for _, e := range order {
			if ch.byID[e.atomID] == nil {
				ch.insert(e)
			}
		}
		return nil
	}
}

// removeAllBut removes the articles that are not in next, and those that next has in another
// version.
func (ch *change) removeAllBut(next map[string]*entry) error {
	var olds []*entry
	if err := ch.query("SELECT "+briefJoined+visibility, nil, ch.scanEntries(&olds)); err != nil {
		return err
	}
	// The order does not depend on the database, so that every store and archive writes the same.
	slices.SortFunc(olds, func(a, b *entry) int { return cmp.Compare(a.atomID, b.atomID) })
	// These stay as they are: the same article with the same contents.
	olds = slices.DeleteFunc(olds, func(old *entry) bool {
		e := next[old.atomID]
		return e != nil && e.hash == old.hash
	})
	var addresses []string
	for _, old := range olds {
		addresses = append(addresses, old.address)
		if e := next[old.atomID]; e != nil {
			e.keepKey(old)
		}
	}
	if err := ch.lookUpAddresses(addresses); err != nil {
		return err
	}
	// A part at a time, because each entry holds its claims.
	for some := range slices.Chunk(olds, 1000) {
		if err := ch.claim(some); err != nil {
			return err
		}
		for _, old := range some {
			e := next[old.atomID]
			if err := ch.remove(old, e == nil || e.draft); err != nil {
				return err
			}
		}
	}
	return nil
}

// Redirect declares that the feed of one scope has moved to another, as
// [syndicate.Archive.Redirect] does.
func (s *Store) Redirect(ctx context.Context, from, to syndicate.Scope) error {
	from, to = from.Current(), to.Current()
	if !legal(from) || !legal(to) || from.Kind() == syndicate.KindSite {
		return notMovable(from, to, "such a scope cannot be redirected")
	}
	return s.write(ctx, func(ch *change) error {
		// Follow the redirects that exist. The change holds the lock, so no other server adds one
		// meanwhile.
		for step := to; ; {
			if step == from {
				return notMovable(from, to, "the redirects form a circle")
			}
			next, found, err := closedScope(ch.ctx, ch.s.dialect, ch.tx, step)
			if err != nil {
				return err
			}
			if !found || next == step {
				break
			}
			step = next
		}
		return ch.close(from, to)
	})
}

// CloseScope declares that the feed of a scope was closed on purpose, as
// [syndicate.Archive.CloseScope] does.
func (s *Store) CloseScope(ctx context.Context, scope syndicate.Scope) error {
	scope = scope.Current()
	if !legal(scope) || scope.Kind() == syndicate.KindSite {
		return fmt.Errorf("sqlstore: close %q: such a scope cannot be closed", scope)
	}
	// A scope that leads to itself is closed.
	return s.write(ctx, func(ch *change) error { return ch.close(scope, scope) })
}

// notMovable returns the error of Redirect.
func notMovable(from, to syndicate.Scope, why string) error {
	return fmt.Errorf("sqlstore: redirect %q to %q: %s", from, to, why)
}

// legal reports whether an article could be in a scope. Other scopes are not looked up.
func legal(scope syndicate.Scope) bool {
	_, err := scope.MarshalText()
	return err == nil
}

// close records that a scope has moved to another, or was closed if both are the same.
func (ch *change) close(scope, to syndicate.Scope) error {
	ch.moved = true
	// Scopes are stored as text: a closed scope need not have a row in syndicate_scopes.
	const query = "INSERT INTO syndicate_closed (scope, moved) VALUES (?, ?) " +
		"ON CONFLICT (scope) DO UPDATE SET moved = excluded.moved"
	return ch.exec(query, scope.String(), to.String())
}
