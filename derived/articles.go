package derived

import (
	"context"
	"iter"
	"net/url"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/absent"
)

// Shown is an article with the feed, or the archive page, that shows it.
type Shown struct {
	*syndicate.Article
	Feed *syndicate.Feed
}

// Articles yields the articles of a scope, newest first and each of them once: those of the current
// feed, then those of the archive pages. It has one page in memory at a time. A scope without a
// feed has no articles. An error ends the list.
func Articles(ctx context.Context, source syndicate.Source, scope syndicate.Scope) iter.Seq2[Shown, error] {
	return func(yield func(Shown, error) bool) {
		// Pages overlap with the current feed, and both may change while they are read.
		var last *syndicate.Article
		show := func(feed *syndicate.Feed) bool {
			for _, a := range feed.Articles {
				if last != nil && !syndicate.Newer(last, a) {
					continue
				}
				last = a
				if !yield(Shown{a, feed}, nil) {
					return false
				}
			}
			return true
		}
		feed, err := source.Feed(ctx, scope.Current())
		if absent.Is(err) {
			return
		}
		if err != nil {
			yield(Shown{}, err)
			return
		}
		if !show(feed) {
			return
		}
		for number := olderPage(source, feed); number > 0; number-- {
			// A page whose last article was removed is missing, and the older pages are not.
			page, err := source.Feed(ctx, scope.AtPage(number))
			if absent.Is(err) {
				continue
			}
			if err != nil {
				yield(Shown{}, err)
				return
			}
			if !show(page) {
				return
			}
		}
	}
}

// Find returns the article of a scope that was published in the same second as the given time and
// for which is returns true. The error is [syndicate.ErrNotFound] if there is none.
//
// Archive pages are in the order of time, so Find reads few of them: ten of a thousand.
func Find(
	ctx context.Context, source syndicate.Source, scope syndicate.Scope, published time.Time,
	is func(*syndicate.Article) bool,
) (Shown, error) {
	second := published.Unix()
	feed, err := source.Feed(ctx, scope.Current())
	if err != nil {
		return Shown{}, err
	}
	if a, _ := search(feed.Articles, second, is); a != nil {
		return Shown{a, feed}, nil
	}
	// Each round halves the pages, unless articles of that second are on two of them.
	below, above := 0, olderPage(source, feed)+1
	var look func(below, above int) (Shown, error)
	look = func(below, above int) (Shown, error) {
		if above-below < 2 {
			return Shown{}, absent.Error(scope)
		}
		// A missing page says nothing of the place, so the nearest one that is there does.
		number, page := (below+above)/2, (*syndicate.Feed)(nil)
		for ; number > below; number-- {
			page, err = source.Feed(ctx, scope.AtPage(number))
			if err == nil && len(page.Articles) > 0 {
				break
			}
			if err != nil && !absent.Is(err) {
				return Shown{}, err
			}
		}
		if number == below {
			return look((below+above)/2, above)
		}
		a, side := search(page.Articles, second, is)
		if a != nil {
			return Shown{a, page}, nil
		}
		if side.older {
			if found, err := look(below, number); err == nil || !absent.Is(err) {
				return found, err
			}
		}
		if side.newer {
			return look(number, above)
		}
		return Shown{}, absent.Error(scope)
	}
	return look(below, above)
}

// sides says where else an article may be.
type sides struct{ older, newer bool }

// search returns the article of a second for which is returns true, and nil if there is none. Then
// it says on which side of the articles, which are in order, such an article may be.
func search(articles []*syndicate.Article, second int64, is func(*syndicate.Article) bool) (*syndicate.Article, sides) {
	low, high := 0, len(articles) // the first that is not newer is between them
	for low < high {
		if middle := (low + high) / 2; articles[middle].Published.Unix() > second {
			low = middle + 1
		} else {
			high = middle
		}
	}
	end := low
	for ; end < len(articles) && articles[end].Published.Unix() == second; end++ {
		if is(articles[end]) {
			return articles[end], sides{}
		}
	}
	return nil, sides{older: end == len(articles), newer: low == 0}
}

// olderPage returns the number of the page that continues a current feed, 0 if none does. The feed
// links to it.
func olderPage(source syndicate.Source, feed *syndicate.Feed) int {
	publication := source.Publication()
	base, err := url.Parse(publication.Site().URL)
	if err != nil {
		return 0
	}
	for _, format := range syndicate.Formats() {
		address, err := url.Parse(feed.PrevArchive.For(format))
		if err != nil || address.Path == "" {
			continue
		}
		path := strings.TrimPrefix(address.Path, strings.TrimSuffix(base.Path, "/")+"/")
		if page, _, ok := publication.Site().Addresses.Parse(path); ok {
			return page.Page()
		}
	}
	return 0
}
