package sqlstore

import (
	"context"
	"errors"
	"iter"

	"github.com/syndicate-go/syndicate"
)

// Copies from one store to another, and from and to an Archive.

// The limits of a call of Add in Import.
const (
	importAtOnce = 1000
	importBytes  = 8 << 20 // of bodies
)

// importProblems is how many problems an error of Import has.
const importProblems = 1000

// Export returns all articles as they were given, newest first, including drafts, future and
// expired articles, for [Store.Import] of another store or [syndicate.Archive.Add]. It reads a part
// at a time. If the site has moved, each article has its ID, so that ids stay.
//
// What else a store has is not part of its articles: tombstones, redirects, the ends of archive
// pages, and when an article was added.
func (s *Store) Export(ctx context.Context) iter.Seq2[syndicate.Article, error] {
	return func(yield func(syndicate.Article, error) bool) {
		for e, err := range s.Articles(ctx, Listing{}) {
			if s.moved() {
				e.Article.ID = e.ID
			}
			if !yield(e.Article, err) {
				return
			}
		}
	}
}

// Import adds articles, as [Store.Add] does, about a thousand in each transaction. It ends at the
// first error of the sequence, the context or the database, and the articles of earlier
// transactions stay. To resume, import everything again: the articles that the store has are
// refused. Import returns the number of articles that were added, and an error that names those
// that were refused, with up to 1,000 problems.
//
// To copy a store, pass the result of [Store.Export]. Import into a new store before its first feed
// is read, so that its archive pages are filled in the order of dates.
func (s *Store) Import(ctx context.Context, articles iter.Seq2[syndicate.Article, error]) (added int, err error) {
	var some []syndicate.Article
	var refused syndicate.Problems
	size := 0
	add := func() error {
		n := 0
		err := s.call(ctx, "Import", len(some), s.adding(some, &n))
		problems, isRefused := err.(syndicate.Problems)
		if err != nil && !isRefused {
			return err
		}
		added += n
		refused = append(refused, problems[:min(len(problems), importProblems-len(refused))]...)
		// The slice may be used again: Add keeps nothing of it.
		clear(some)
		some, size = some[:0], 0
		return nil
	}
	for a, failed := range articles {
		if err = failed; err != nil {
			break
		}
		some = append(some, a)
		size += len(a.Content) + len(a.Summary)
		if len(some) >= importAtOnce || size >= importBytes {
			if err = add(); err != nil {
				break
			}
		}
	}
	if err == nil && len(some) > 0 {
		err = add()
	}
	switch {
	case err != nil && len(refused) > 0:
		err = errors.Join(err, refused)
	case len(refused) > 0:
		err = refused
	}
	return added, err
}
