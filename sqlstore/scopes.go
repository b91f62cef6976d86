package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"

	"github.com/syndicate-go/syndicate"
)

// scopesAtOnce is how many scopes one statement reads.
const scopesAtOnce = 500

// listScopes reads the scopes after another one that have a feed.
const listScopes = `SELECT kind, key, names, articles, pages, open, open_size, modified FROM syndicate_scopes
	WHERE (kind, key) > (?, ?) AND (articles > 0 OR n = 1) ORDER BY kind, key LIMIT ?`

// listedScope is a row of listScopes.
type listedScope struct {
	info           syndicate.ScopeInfo
	open, openSize int64
}

// Scopes lists the scopes that have a feed, including the site's while it is empty. It reads a few
// hundred at a time, so that the list may have any length. To count the pages of scopes with large
// articles it makes their feeds.
func (s *Store) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		fail := func(err error) { yield(syndicate.ScopeInfo{}, err) }
		if err := ctx.Err(); err != nil {
			fail(err)
			return
		}
		if _, err := s.lookAt(ctx, syndicate.Everything(), lookState, nil); err != nil {
			fail(err)
			return
		}
		for kind, key := int64(-1), ""; ; {
			var some []listedScope
			err := s.each(ctx, listScopes, []any{kind, key, scopesAtOnce}, func(rows *sql.Rows) error {
				var l listedScope
				var text string
				var pages int
				var modified sql.NullInt64
				if err := rows.Scan(&kind, &key, &text, &l.info.Count, &pages, &l.open, &l.openSize, &modified); err != nil {
					return err
				}
				var names []string
				if err := json.Unmarshal([]byte(text), &names); err != nil {
					return err
				}
				scope := scopeOf(kind, key)
				l.info.Scope, l.info.Pages, l.info.Modified = scope, pages, when(modified)
				l.info.Title = s.site.FeedTitle(scope, names)
				some = append(some, l)
				return nil
			})
			if err != nil {
				fail(s.failed("list", err))
				return
			}
			for _, l := range some {
				err := ctx.Err()
				if err == nil {
					err = s.countOpenPage(ctx, &l)
				}
				if err != nil {
					fail(err)
					return
				}
				if !yield(l.info, nil) {
					return
				}
			}
			if len(some) < scopesAtOnce {
				return
			}
		}
	}
}

// countOpenPage counts the page that is being filled if the size limit keeps the current feed from
// reaching down to the closed pages: the feed then links to it.
func (s *Store) countOpenPage(ctx context.Context, l *listedScope) error {
	const head = 64 << 10 // more than a feed without articles has, except for tombstones
	if l.open < 2 || l.openSize+head <= int64(s.site.MaxBytes)*3/4 {
		return nil
	}
	feed, err := s.Feed(ctx, l.info.Scope)
	switch err.(type) {
	case nil:
	case *syndicate.ScopeError:
		return nil // the scope was closed in the meantime
	default:
		return err
	}
	if int64(len(feed.Articles)) < l.open {
		l.info.Pages++
	}
	return nil
}
