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

// listScopes reads the scopes of a kind that have a feed, after another one.
const listScopes = `SELECT kind, key, names, articles, pages, open, open_size, modified FROM syndicate_scopes
	WHERE (kind, key) > (?, ?) AND kind <= ? AND (articles > 0 OR n = 1) ORDER BY kind, key LIMIT ?`

// listedScope is a row of listScopes.
type listedScope struct {
	info           syndicate.ScopeInfo // without the page that is being filled
	open, openSize int64               // articles on no closed page, and a bound of their bytes
}

// Scopes lists the scopes that have a feed, including the site's while it is empty. It reads a few
// hundred at a time, so that the list may have any length. To count the pages of scopes with large
// articles it makes their feeds.
func (s *Store) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		err := ctx.Err()
		if err == nil {
			_, err = s.lookAt(ctx, lookTime, nil)
		}
		more := err == nil
		for _, kind := range s.site().Kinds {
			if more {
				more, err = s.listKind(ctx, int64(kind), yield)
			}
		}
		if err != nil {
			yield(syndicate.ScopeInfo{}, err)
		}
	}
}

// listKind yields the scopes of a kind. It returns false if the loop was left or an error occurred.
func (s *Store) listKind(
	ctx context.Context, kind int64, yield func(syndicate.ScopeInfo, error) bool,
) (more bool, err error) {
	last := syndicate.Scope{} // whose key is empty: the scope of terms without a slug is not listed
	after := kind
	if kind == 0 {
		after = -1 // the site's own key is empty
	}
	for {
		// The next part begins after the last scope of this one, not at an offset: scopes that
		// are added or removed meanwhile move nothing.
		some, err := s.listSome(ctx, after, last.Key(), kind)
		if err != nil {
			return false, s.failed("list", err)
		}
		for i := range some {
			if err := ctx.Err(); err != nil {
				return false, err
			}
			if err := s.countOpenPage(ctx, &some[i]); err != nil {
				return false, err
			}
			if last = some[i].info.Scope; !yield(some[i].info, nil) {
				return false, nil
			}
		}
		if len(some) < scopesAtOnce {
			return true, nil
		}
	}
}

// listSome reads the scopes of a kind that follow another one.
func (s *Store) listSome(ctx context.Context, after int64, key string, kind int64) (some []listedScope, err error) {
	params := []any{after, key, kind, scopesAtOnce}
	err = s.each(ctx, listScopes, params, func(rows *sql.Rows) error {
		var l listedScope
		var key, text string
		var modified sql.NullInt64
		err := rows.Scan(&kind, &key, &text, &l.info.Count, &l.info.Pages, &l.open, &l.openSize, &modified)
		if err != nil {
			return err
		}
		var names []string
		if err := json.Unmarshal([]byte(text), &names); err != nil {
			return err
		}
		// The title is made of the stored names, by the rules of the site.
		l.info.Scope, l.info.Modified = scopeOf(kind, key), when(modified)
		l.info.Title = s.publication.FeedTitle(l.info.Scope, names)
		some = append(some, l)
		return nil
	})
	return some, err
}

// countOpenPage counts the page that is being filled if the size limit keeps the current feed from
// reaching down to the closed pages: the feed then links to it.
func (s *Store) countOpenPage(ctx context.Context, l *listedScope) error {
	const head = 64 << 10 // more than a feed without articles has, except for tombstones
	// The bound is generous, so that most scopes are counted without a feed. Tombstones take a
	// quarter of the size at most.
	size := stretched(l.openSize, s.first, s.now)
	if l.open < 2 || size+head <= int64(s.publication.FeedMaxBytes(l.info.Scope))*3/4 {
		return nil
	}
	// The feed is the only way to know how many articles fit.
	feed, err := s.Feed(ctx, l.info.Scope)
	switch err.(type) {
	case nil:
	case *syndicate.ScopeError:
		return nil // the scope was closed in the meantime
	default:
		return err
	}
	// The feed has dropped articles that are on no closed page.
	if int64(len(feed.Articles)) < l.open {
		l.info.Pages++
	}
	return nil
}
