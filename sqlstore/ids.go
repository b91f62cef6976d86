package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// The ids of feeds and articles stay when a site moves, because the store remembers what they are
// made with.

// ids is what ids are made with: Site.IDBase and Site.TagAuthority, both empty in a new store.
type ids struct{ base, authority string }

// String returns both for an error.
func (i ids) String() string {
	return fmt.Sprintf("IDBase %q and TagAuthority %q", i.base, i.authority)
}

// ids returns those of the site.
func (c *checked) ids() ids { return ids{c.site().IDBase, c.site().TagAuthority} }

// of returns a site with the remembered ids where it has none. A tag authority that was made of the
// remembered IDBase counts as none: the site makes it of its IDBase.
func (i ids) of(site syndicate.Site) syndicate.Site {
	site.IDBase = cmp.Or(site.IDBase, i.base)
	if i.base == "" || i.authority != uri.TagAuthority("", i.base) {
		site.TagAuthority = cmp.Or(site.TagAuthority, i.authority)
	}
	return site
}

// silent returns a site that drops its warnings.
func silent(site syndicate.Site) syndicate.Site {
	site.Warn = nil
	return site
}

// ErrOtherIDs reports that a site sets another IDBase or TagAuthority than the store has. Such a
// program, for example a staging server over the database of production, would change the ids of
// all articles and keep the other programs from writing. Leave both fields of the site empty to
// use those of the store, or set [Database.ChangeIDs].
var ErrOtherIDs = errors.New("the site would change the ids of the store")

// agree makes the site and the store agree about their ids. What the site leaves empty it gets from
// the store; what it sets, a store without articles remembers. Other stores have to be told to.
func (s *Store) agree(ctx context.Context, site syndicate.Site, mayChange bool) error {
	// Most often nothing has to be done, and nothing is written or locked.
	stored, err := s.storedIDs(ctx)
	if err != nil {
		return s.failed("open", err)
	}
	if s.checked, err = check(silent(stored.of(site))); err != nil {
		return err
	}
	var lost *syndicate.Problem
	if s.ids() != stored {
		isNew := stored == ids{}
		if stored, lost, err = s.setIDs(ctx, site, mayChange); err != nil && isNew {
			return fmt.Errorf("%w: open a new store first with a role that may write", err)
		}
		if err != nil {
			return err
		}
	}
	// After the transaction, so that Site.Warn may use the database.
	if s.checked, err = check(stored.of(site)); err == nil && lost != nil {
		s.publication.Warn(lost)
	}
	return err
}

// storedIDs returns the ids of the store.
func (s *Store) storedIDs(ctx context.Context) (i ids, err error) {
	const query = "SELECT id_base, tag_authority FROM syndicate_state WHERE one = 1"
	err = s.again(ctx, func() (begun bool, err error) {
		return false, s.db.QueryRowContext(ctx, query).Scan(&i.base, &i.authority)
	})
	return i, err
}

// setIDs makes the ids of the site those of the store, and returns them.
func (s *Store) setIDs(ctx context.Context, site syndicate.Site, mayChange bool) (now ids, lost *syndicate.Problem, err error) {
	_, err = s.transact(ctx, func(ch *change) (err error) {
		// Another program may have set them in the meantime.
		if s.checked, err = check(silent(ch.ids.of(site))); err != nil {
			return err
		}
		own := s.ids()
		if now = own; ch.ids == own {
			return nil
		}
		if err := ch.mayChangeIDs(own, mayChange); err != nil {
			return err
		}
		if ch.ids.base == "" {
			lost, err = ch.relate()
		}
		if err == nil {
			err = ch.rename()
		}
		if err != nil {
			return err
		}
		// In one transaction with the rows, so that no server sees one without the other.
		if ch.ids.base != "" && ch.ids.base != own.base {
			ch.bases++
		}
		ch.ids, ch.moved = own, true
		const query = "UPDATE syndicate_state SET id_base = ?, tag_authority = ?, bases = ? WHERE one = 1"
		return ch.exec(query, own.base, own.authority, ch.bases)
	})
	// What the change has read before it checked the site is not resolved against the site.
	s.book = nil
	return now, lost, err
}

// mayChangeIDs returns ErrOtherIDs if stored articles have ids that the site would change, unless
// it is allowed to. A store of the first version of the schema has no IDBase yet.
func (ch *change) mayChangeIDs(own ids, allowed bool) error {
	differ := ch.ids.base != "" && ch.ids.base != own.base ||
		ch.ids.authority != "" && ch.ids.authority != own.authority
	if allowed || !differ {
		return nil
	}
	// A new store may still get other ids, such as after a mistake in the settings.
	var articles bool
	const query = "SELECT EXISTS (SELECT 1 FROM syndicate_articles)"
	if err := ch.tx.QueryRowContext(ch.ctx, query).Scan(&articles); err != nil || !articles {
		return err
	}
	return fmt.Errorf("%w: it sets %s, and the store has %s: leave both empty, or allow the change with ChangeIDs",
		ErrOtherIDs, own, ch.ids)
}

// batch is how many rows a change of all articles reads at once, so that a large store does not
// have to fit into memory.
const batch = 500

// rename updates the Atom ids of stored articles, which are made of the ID and the tag authority.
// An id may pass from one article to another, so all ids that change are given up first.
func (ch *change) rename() error {
	err := ch.renameEach(func(n int64, _ string) string { return fmt.Sprint("none: ", n) })
	if err == nil {
		err = ch.renameEach(func(_ int64, id string) string { return id })
	}
	return err
}

// renameEach sets the Atom id of each article whose id differs from the one that the site gives.
// The function as returns the text to set, given the number of the row and the new id.
func (ch *change) renameEach(as func(n int64, id string) string) error {
	for last := int64(0); ; {
		ids := map[int64]string{}
		count := 0
		const query = "SELECT n, id, url, atom_id FROM syndicate_articles WHERE n > ? ORDER BY n LIMIT ?"
		err := ch.query(query, []any{last, batch}, func(rows *sql.Rows) error {
			var id, ref, atomID string
			if err := rows.Scan(&last, &id, &ref, &atomID); err != nil {
				return err
			}
			count++
			if now := ch.s.publication.ArticleID(ch.s.named(id, ref)); now != atomID {
				ids[last] = now
			}
			return nil
		})
		if err != nil || count == 0 {
			return err
		}
		for n, id := range ids {
			if err := ch.exec("UPDATE syndicate_articles SET atom_id = ? WHERE n = ?", as(n, id), n); err != nil {
				return fmt.Errorf("the id %q, which may be that of two articles: %w", findings.Shorten(id), err)
			}
		}
	}
}

// relate makes the addresses of a store that the first version of the schema had relative to the
// IDBase: all of them were absolute. The warning says that the site has moved since, so that none
// was below it.
func (ch *change) relate() (lost *syndicate.Problem, err error) {
	first := ch.s.first
	stored := func(address string) string { return first.stored(address, nil) }
	articles, related, err := ch.relateArticles(stored)
	if err == nil {
		err = ch.relateTerms(stored)
	}
	if err == nil {
		err = ch.relateScopes(stored)
	}
	if articles > 0 && related == 0 {
		lost = problem("", "IDBase", first.folder, "no stored article is below it", "set it to the URL from before the move")
		lost.Warning = true
	}
	return lost, err
}

// relateArticles relates the addresses of articles. It returns the number of articles and of those
// whose page is below the IDBase.
func (ch *change) relateArticles(stored func(string) string) (articles, related int, err error) {
	for last := int64(0); ; {
		var some []*row
		const query = "SELECT " + rowColumns + " FROM syndicate_articles WHERE n > ? ORDER BY n LIMIT ?"
		err := ch.query(query, []any{last, batch}, func(rows *sql.Rows) error {
			r, err := scanRow(rows)
			some = append(some, r)
			return err
		})
		if err != nil || len(some) == 0 {
			return articles, related, err
		}
		for _, r := range some {
			last = r.n
			articles++
			ref := r.url
			if r.relate(stored); ref != r.url {
				related++
			}
			// The digest is that of a version of the article with the new references.
			r.seal()
			const update = "UPDATE syndicate_articles SET url = ?, banner = ?, external_url = ?, comments_url = ?, " +
				"comments_feed = ?, image = ?, origin = ?, enclosures = ?, contributors = ?, hash = ? WHERE n = ?"
			err := ch.exec(update, r.url, r.banner, r.externalURL, r.commentsURL, r.commentsFeed,
				r.image, r.origin, r.enclosures, r.contributors, r.hash, r.n)
			if err != nil {
				return articles, related, err
			}
		}
	}
}

// relate relates the addresses of an article. A column that is not JSON stays as it is.
func (r *row) relate(stored func(string) string) {
	for _, ref := range []*string{&r.url, &r.banner, &r.externalURL, &r.commentsURL, &r.commentsFeed} {
		*ref = stored(*ref)
	}
	var a syndicate.Article
	if decodeImage(r.image, &a.Image) == nil {
		r.image = encodeImage(a.Image, stored)
	}
	if decodeOrigin(r.origin, &a.Origin) == nil {
		r.origin = encodeOrigin(a.Origin, stored)
	}
	if decodeList(r.enclosures, &a.Enclosures, storedEnclosure.enclosure) == nil {
		r.enclosures = encodeEnclosures(a.Enclosures, stored)
	}
	if decodeList(r.contributors, &a.Contributors, storedPerson.author) == nil {
		r.contributors = encodePeople(a.Contributors, stored)
	}
}

// relateTerms relates the addresses of terms.
func (ch *change) relateTerms(stored func(string) string) error {
	type link struct {
		n     int64
		value termValue
	}
	for last := int64(0); ; {
		var some []link
		const query = "SELECT n, parent, name, slug, description, url, avatar, email FROM syndicate_terms " +
			"WHERE n > ? ORDER BY n LIMIT ?"
		err := ch.query(query, []any{last, batch}, func(rows *sql.Rows) error {
			var t link
			v := &t.value
			err := rows.Scan(&t.n, &v.parent, &v.name, &v.slug, &v.description, &v.url, &v.avatar, &v.email)
			some = append(some, t)
			return err
		})
		if err != nil || len(some) == 0 {
			return err
		}
		for _, t := range some {
			last = t.n
			t.value.url, t.value.avatar = stored(t.value.url), stored(t.value.avatar)
			const update = "UPDATE syndicate_terms SET url = ?, avatar = ?, hash = ? WHERE n = ?"
			if err := ch.exec(update, t.value.url, t.value.avatar, t.value.hash(), t.n); err != nil {
				return err
			}
		}
	}
}

// relateScopes relates the addresses of scopes.
func (ch *change) relateScopes(stored func(string) string) error {
	refs := map[int64]string{}
	const query = "SELECT n, url FROM syndicate_scopes WHERE url <> ''"
	err := ch.query(query, nil, func(rows *sql.Rows) error {
		var n int64
		var address string
		err := rows.Scan(&n, &address)
		refs[n] = stored(address)
		return err
	})
	for n, ref := range refs {
		if err == nil {
			err = ch.exec("UPDATE syndicate_scopes SET url = ? WHERE n = ?", ref, n)
		}
	}
	return err
}
