package sitemap

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
)

// shape says how the archive pages of a scope are divided into files. File 1 has the oldest pages,
// 1 to each; file 2 has the next ones. The last file also has the page that is being filled, and
// the articles of the current feed that are on no page.
//
// The end of an archive page never moves, and neither does that of a file.
type shape struct {
	scope   syndicate.Scope // without a page
	current *syndicate.Feed
	// limit is the number of articles on a page, and each the number of pages in a file.
	limit, each int
	// last is the number of the newest page.
	last int
}

// shapeOf returns the shape of a scope, nil if the scope has no feed.
func shapeOf(ctx context.Context, source syndicate.Source, scope syndicate.Scope) (*shape, error) {
	current, err := feedOf(ctx, source, scope)
	if current == nil || err != nil {
		return nil, err
	}
	last, err := derived.LastPage(ctx, source, current)
	if err != nil {
		return nil, err
	}
	// Pages of more articles than a file should have are files by themselves.
	limit := max(1, source.Publication().FeedLimit(scope))
	return &shape{
		scope: scope, current: current, limit: limit, each: max(1, fileArticles/limit), last: last,
	}, nil
}

// feedOf returns a feed or archive page, nil if there is none.
func feedOf(ctx context.Context, source syndicate.Source, scope syndicate.Scope) (*syndicate.Feed, error) {
	feed, err := source.Feed(ctx, scope)
	for _, absent := range []error{syndicate.ErrNotFound, syndicate.ErrGone, syndicate.ErrMoved} {
		if errors.Is(err, absent) {
			return nil, nil
		}
	}
	if err == nil && feed == nil {
		err = errors.New("the Source returned neither a feed nor an error")
	}
	return feed, err
}

// count returns the number of files, at least 1.
func (s *shape) count() int { return max(1, (s.last+s.each-1)/s.each) }

// pages returns the numbers of the first and the last page in a file. Without pages, the last
// number is smaller than the first.
func (s *shape) pages(number int) (first, last int) {
	return (number-1)*s.each + 1, min(number*s.each, s.last)
}

// oldestFirst yields the articles of a file, oldest first, each of them once. It has one page in
// memory at a time.
func (s *shape) oldestFirst(ctx context.Context, source syndicate.Source, number int) iter.Seq2[*syndicate.Article, error] {
	return func(yield func(*syndicate.Article, error) bool) {
		// The newest of the articles that were yielded.
		var newest *syndicate.Article
		show := func(feed *syndicate.Feed) bool {
			for _, a := range slices.Backward(feed.Articles) {
				// An article moves to another page if its date is changed meanwhile.
				if newest != nil && !syndicate.Newer(a, newest) {
					continue
				}
				if newest = a; !yield(a, nil) {
					return false
				}
			}
			return true
		}
		first, last := s.pages(number)
		for page := first; page <= last; page++ {
			feed, err := feedOf(ctx, source, s.scope.AtPage(page))
			if err != nil {
				yield(nil, err)
				return
			}
			// A missing page is empty.
			if feed != nil && !show(feed) {
				return
			}
		}
		if number == s.count() && s.isBehind(newest) {
			show(s.current)
		}
	}
}

// isBehind reports whether the current feed has an article that is on no page: a Source may not
// have the page that is being filled. The articles of the pages are all older than newest.
func (s *shape) isBehind(newest *syndicate.Article) bool {
	return len(s.current.Articles) > 0 && (newest == nil || syndicate.Newer(s.current.Articles[0], newest))
}

// articles returns the number of articles in a file.
func (s *shape) articles(ctx context.Context, source syndicate.Source, number int) (n int, err error) {
	for _, err := range s.oldestFirst(ctx, source, number) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// partsOf returns the number of parts of a file with so many articles, at least 1.
func partsOf(articles int) int { return max(1, (articles+partArticles-1)/partArticles) }

// files yields the number of each file and that of its parts, oldest file first, given the number
// of all articles of the scope. If a page cannot be read, it sets err and ends.
//
// A file has several parts if its pages have far more articles than they had when they were closed:
// an archive was added behind the articles that were there. The pages need not be read to find
// that out, unless the scope has far more articles than its pages are meant to have. Then they are
// read from the oldest on, where such articles usually are, until the rest can be in one part each.
func (s *shape) files(ctx context.Context, source syndicate.Source, count int, err *error) iter.Seq2[int, int] {
	return func(yield func(number, parts int) bool) {
		room := partArticles - s.each*s.limit // of a file
		for number := 1; number <= s.count(); number++ {
			parts, first := 1, (number-1)*s.each+1
			// The question is whether this file and all newer ones have more than they should. The
			// page that is being filled may be nearly empty.
			if room < 0 || count > (s.last-first)*s.limit+room {
				var n int
				if n, *err = s.articles(ctx, source, number); *err != nil {
					return
				}
				parts, count = partsOf(n), count-n
			} else {
				// Neither has any newer one.
				count = 0
			}
			if !yield(number, parts) {
				return
			}
		}
	}
}

// countOf returns the number of articles of a scope.
func countOf(ctx context.Context, source syndicate.Source, scope syndicate.Scope) (int, error) {
	all, err := scopes(ctx, source, scope.Kind() == syndicate.KindCategory)
	for _, info := range all {
		if info.Scope == scope {
			return info.Count, nil
		}
	}
	return 0, err
}
