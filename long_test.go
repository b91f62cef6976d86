// Feeds of thousands of articles, as shows have them. They are kept in stretches, which no reader
// notices.
package syndicate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// A feed that has changed many times has the bytes of a new archive's, also where the site, or one
// article, uses a prefix for another namespace than an article's extension does.
func TestLongFeedsAreThoseOfANewArchive(t *testing.T) {
	for seed := range seeds(5) {
		r := rand.New(rand.NewPCG(seed, 15))
		site := syndicate.Site{URL: "https://example.com/", Title: "Example", Limit: 100_000, MaxBytes: 1 << 30}
		if seed%2 == 1 {
			site.Extensions = []syndicate.Extension{prefixed{"p", "urn:site", ""}}
			site.Limit = 700 // the oldest articles leave the feed
		}
		if seed%4 == 2 {
			site.MaxBytes = 200_000 // most articles are left out
		}
		next := 0
		article := func(hour int) syndicate.Article {
			next++
			a := syndicate.Article{
				URL: fmt.Sprintf("/%d/", next), Title: fmt.Sprint("Article ", next), Tags: syndicate.Tags("t"),
				Published: january(1).Add(time.Duration(hour) * time.Hour),
			}
			if r.IntN(100) == 0 {
				a.Extensions = []syndicate.Extension{prefixed{"p", fmt.Sprintf("urn:%d", r.IntN(2)), "x"}}
			}
			return a
		}
		clock := clockAt(january(1).AddDate(20, 0, 0))
		var held []syndicate.Article
		for hour := range 600 + r.IntN(600) {
			held = append(held, article(hour))
		}
		archive := openArchive(t, site, clock, held...)
		for range 12 {
			i := r.IntN(len(held))
			switch r.IntN(5) {
			case 0, 1:
				for range 1 + r.IntN(300) {
					a := article(len(held) + next)
					require.NoError(t, archive.Add(a))
					held = append(held, a)
				}
			case 2:
				a := article(r.IntN(len(held)))
				require.NoError(t, archive.Add(a))
				held = append(held, a)
			case 3:
				held[i].Title += " again"
				require.NoError(t, archive.Update(held[i]))
			case 4:
				require.NoError(t, archive.Remove(held[i].URL))
				held = slices.Delete(held, i, i+1)
			}
			fresh := openArchive(t, site, clock, held...)
			for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("t")} {
				feed, want := feedOf(t, archive, scope), feedOf(t, fresh, scope)
				require.Equal(t, titles(want), titles(feed))
				want.PrevArchive = feed.PrevArchive // pages depend on the order of the changes
				for _, format := range syndicate.Formats() {
					require.True(t, textOf(feed, format) == encodedAnew(want, format), "%v %v", seed, format)
					require.True(t, gunzip(t, feed.AppendGzip(nil, format)) == textOf(feed, format))
				}
			}
		}
	}
}

// A program may change its copy of a long feed.
func TestCopiesOfALongFeedMayBeChanged(t *testing.T) {
	var articles []syndicate.Article
	for hour := range 2000 {
		articles = append(articles, syndicate.Article{URL: fmt.Sprintf("/%d/", hour), Title: "x", Published: january(1).Add(time.Duration(hour) * time.Hour)})
	}
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", Limit: 100_000, MaxBytes: 1 << 30}
	archive := openArchive(t, site, clockAt(january(1).AddDate(20, 0, 0)), articles...)
	before := textOf(feedOf(t, archive, syndicate.Everything()), syndicate.RSS)
	feed := feedOf(t, archive, syndicate.Everything())
	slices.Reverse(feed.Articles)
	feed.Articles = feed.Articles[:1500]
	changed := textOf(feed, syndicate.RSS)
	assert.Equal(t, 1500, strings.Count(changed, "<item>"))
	assert.Less(t, strings.Index(changed, "/0/"), strings.Index(changed, "/1499/"))
	assert.True(t, before == textOf(feedOf(t, archive, syndicate.Everything()), syndicate.RSS))

	// A Source may return the feed itself.
	publication, err := site.Check()
	require.NoError(t, err)
	var sel syndicate.Selection
	for _, a := range articles {
		checked, err := publication.Article(a)
		require.NoError(t, err)
		sel.Articles = append(sel.Articles, checked)
	}
	feed = publication.Feed(syndicate.Everything(), sel)
	whole := textOf(feed, syndicate.RSS)
	feed.Articles[1000], feed.Articles[1001] = feed.Articles[1001], feed.Articles[1000]
	assert.False(t, whole == textOf(feed, syndicate.RSS))
	assert.True(t, whole == textOf(publication.Feed(syndicate.Everything(), sel), syndicate.RSS))

	require.NoError(t, archive.Add(numbered(1)))
	assert.Contains(t, textOf(feedOf(t, archive, syndicate.Everything()), syndicate.RSS), numbered(1).Title)
}

// Adding an article to a feed of 20,000 takes no more allocations than to one of 2,000: nothing is
// made anew for an article that stays.
func TestAddingToALongFeedMakesNothingAnew(t *testing.T) {
	perAdd := func(size int) float64 {
		var articles []syndicate.Article
		for hour := range size {
			articles = append(articles, syndicate.Article{URL: fmt.Sprintf("/%d/", hour), Title: "x", Published: january(1).Add(time.Duration(hour) * time.Hour)})
		}
		site := syndicate.Site{URL: "https://example.com/", Title: "Example", Limit: 100_000, MaxBytes: 1 << 30}
		archive := openArchive(t, site, clockAt(january(1).AddDate(20, 0, 0)), articles...)
		feedOf(t, archive, syndicate.Everything())
		next := size
		return testing.AllocsPerRun(20, func() {
			next++
			a := syndicate.Article{URL: fmt.Sprintf("/%d/", next), Title: "x", Published: january(1).Add(time.Duration(next) * time.Hour)}
			require.NoError(t, archive.Add(a))
			feedOf(t, archive, syndicate.Everything())
		})
	}
	few, many := 2_000, 20_000
	if testing.Short() {
		few, many = 600, 2_400
	}
	small, large := perAdd(few), perAdd(many)
	assert.Less(t, large, 1.2*small+20, "%v for %d, %v for %d", small, few, large, many)
}
