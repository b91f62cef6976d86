package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// Add takes in articles, as [syndicate.Archive.Add] does, in one transaction: the good ones enter and the bad ones
// are refused. The error holds [syndicate.Problems], warnings among them; any other is the database's, and
// then nothing was taken in.
func (s *Store) Add(ctx context.Context, articles ...syndicate.Article) error {
	all := s.check(articles)
	return s.write(ctx, func(ch *change) error {
		if err := ch.prepare(all); err != nil {
			return err
		}
		for i := range all {
			g := &all[i]
			if !ch.accept(g) {
				continue
			}
			if ch.byID[g.row.atomID] != nil {
				ch.refuse(g.row.url, "ID", g.row.key, syndicate.RuleDuplicateID, "RFC 4287 section 4.2.6")
				continue
			}
			ch.insert(ch.entry(g))
		}
		return nil
	})
}

// Update replaces articles by new versions of them, as [syndicate.Archive.Update] does. One that the store does
// not have is refused. The error is as with [Store.Add].
func (s *Store) Update(ctx context.Context, articles ...syndicate.Article) error {
	all := s.check(articles)
	return s.write(ctx, func(ch *change) error {
		if err := ch.prepare(all); err != nil {
			return err
		}
		last := map[string]*given{}
		var order []*given
		for i := range all {
			g := &all[i]
			switch {
			case !ch.accept(g):
			case ch.byID[g.row.atomID] == nil:
				ch.refuse(g.row.url, "ID", g.row.key, syndicate.RuleUnknownID, "")
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
			if old.hash == e.hash {
				continue
			}
			if err := ch.remove(old, e.hidden()); err != nil {
				return err
			}
			ch.insert(e)
		}
		return nil
	})
}

// Remove retracts articles, each named by its ID or URL, as [syndicate.Archive.Remove] does. Ids that the store
// does not have are reported. The error is as with [Store.Add].
func (s *Store) Remove(ctx context.Context, ids ...string) error {
	return s.write(ctx, func(ch *change) error {
		for _, id := range ids {
			e, err := ch.find(id)
			if err != nil {
				return err
			}
			if e == nil {
				ch.refuse(id, "ID", id, syndicate.RuleUnknownID, "")
				continue
			}
			if err := ch.remove(e, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// find returns the article with an ID, or the only one with a URL; nil if there is none.
func (ch *change) find(id string) (*entry, error) {
	id = strings.TrimSpace(id)
	found, err := ch.entriesBy("atom_id", []any{ch.s.site.ArticleID(id)})
	if err == nil && len(found) == 0 {
		if absolute, rule := ch.s.site.Resolve(id); rule == nil {
			found, err = ch.entriesBy("url", []any{absolute})
		}
	}
	if err != nil || len(found) != 1 {
		return nil, err
	}
	return found[0], nil
}

// Replace makes articles the store's whole contents, at once, as [syndicate.Archive.Replace] does: no reader sees a
// mixture. The error is as with [Store.Add].
func (s *Store) Replace(ctx context.Context, articles ...syndicate.Article) error {
	all := s.check(articles)
	return s.write(ctx, func(ch *change) error {
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
				ch.refuse(g.row.url, "ID", g.row.key, syndicate.RuleDuplicateID, "RFC 4287 section 4.2.6")
			default:
				e := ch.entry(g)
				next[e.atomID] = e
				order = append(order, e)
			}
		}
		if err := ch.removeAllBut(next); err != nil {
			return err
		}
		for _, e := range order {
			if ch.byID[e.atomID] == nil {
				ch.insert(e)
			}
		}
		return nil
	})
}

// removeAllBut removes what is not in next, or in another version.
func (ch *change) removeAllBut(next map[string]*entry) error {
	var olds []*entry
	if err := ch.query("SELECT "+briefJoined+visibility, nil, ch.scanEntries(&olds)); err != nil {
		return err
	}
	slices.SortFunc(olds, func(a, b *entry) int { return cmp.Compare(a.atomID, b.atomID) })
	olds = slices.DeleteFunc(olds, func(old *entry) bool {
		e := next[old.atomID]
		return e != nil && e.hash == old.hash
	})
	var urls []any
	for _, old := range olds {
		urls = append(urls, old.url)
	}
	if err := ch.lookUpURLs(urls); err != nil {
		return err
	}
	for some := range slices.Chunk(olds, 1000) {
		if err := ch.claim(some); err != nil {
			return err
		}
		for _, old := range some {
			e := next[old.atomID]
			if err := ch.remove(old, e == nil || e.hidden()); err != nil {
				return err
			}
		}
	}
	return nil
}

// Move tells that the feed of a scope has another address now, as [syndicate.Archive.Move] does.
func (s *Store) Redirect(ctx context.Context, from, to syndicate.Scope) error {
	from, to = from.Current(), to.Current()
	if !legal(from) || !legal(to) || from.Kind() == syndicate.KindSite {
		return notMovable(from, to, "not scopes that can be moved")
	}
	return s.write(ctx, func(ch *change) error {
		for step := to; ; {
			if step == from {
				return notMovable(from, to, "moves in a circle")
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

// Gone tells that the feed of a scope was closed on purpose, as [syndicate.Archive.Gone] does.
func (s *Store) CloseScope(ctx context.Context, scope syndicate.Scope) error {
	scope = scope.Current()
	if !legal(scope) || scope.Kind() == syndicate.KindSite {
		return fmt.Errorf("sqlstore: close %q: not a scope that can be closed", scope)
	}
	return s.write(ctx, func(ch *change) error { return ch.close(scope, scope) })
}

func notMovable(from, to syndicate.Scope, why string) error {
	return fmt.Errorf("sqlstore: move %q to %q: %s", from, to, why)
}

// legal reports whether an article could be in a scope; no other is asked for.
func legal(scope syndicate.Scope) bool {
	_, err := scope.MarshalText()
	return err == nil
}

func (ch *change) close(scope, to syndicate.Scope) error {
	ch.moved = true
	return ch.exec("INSERT INTO syndicate_closed (scope, moved) VALUES (?, ?) ON CONFLICT (scope) DO UPDATE SET moved = excluded.moved", scope.String(), to.String())
}
