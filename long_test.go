// Feeds of thousands of articles, as shows have them. They are kept in stretches, which no reader
// notices.
package syndicate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// longSite is the site of long feeds, and aLong one of its articles.
var longSite = syndicate.Site{URL: "https://example.com/", Title: "Example", Limit: 100_000, MaxBytes: 1 << 30}

func aLong(n int) syndicate.Article {
	return syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: fmt.Sprint("Article ", n), Tags: syndicate.Tags("de"), Published: january(1).Add(time.Duration(n) * time.Hour)}
}

func manyLong(n int) (articles []syndicate.Article) {
	for i := range n {
		articles = append(articles, aLong(i))
	}
	return articles
}

// A feed that has changed many times has the bytes of a new archive's, also where the site, or one
// article, uses a prefix for another namespace than an article's extension does.
func TestLongFeedsAreThoseOfANewArchive(t *testing.T) {
	for seed := range seeds(5) {
		r := rand.New(rand.NewPCG(seed, 15))
		site := longSite
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
	articles, site := manyLong(2000), longSite
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
		archive := openArchive(t, longSite, clockAt(january(1).AddDate(20, 0, 0)), manyLong(size)...)
		feedOf(t, archive, syndicate.Everything())
		next := size
		return testing.AllocsPerRun(20, func() {
			next++
			require.NoError(t, archive.Add(aLong(next)))
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

// Two articles that are joined use one prefix for two namespaces. The document declares one.
func TestAPrefixWithTwoNamespacesInALongFeed(t *testing.T) {
	articles := manyLong(700)
	for i, uri := range map[int]string{10: "urn:0", 11: "urn:1", 12: "urn:0"} {
		articles[i].Extensions = []syndicate.Extension{prefixed{"p", uri, "x"}}
	}
	feed := feedOf(t, openArchive(t, longSite, clockAt(january(1).AddDate(20, 0, 0)), articles...), syndicate.Everything())
	text := textOf(feed, syndicate.RSS)
	assert.Equal(t, 2, strings.Count(text, "<p:note>"))
	assert.True(t, text == encodedAnew(feed, syndicate.RSS))
}

// The scope of a copy may be changed to one whose feed has other items.
func TestTheScopeOfALongFeedMayBeChanged(t *testing.T) {
	site := longSite
	site.Formats = []syndicate.Format{syndicate.RSS}
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("de"): {Language: "de"}}
	archive := openArchive(t, site, clockAt(january(1).AddDate(20, 0, 0)), manyLong(700)...)
	feed := feedOf(t, archive, syndicate.Everything())
	feed.Scope = syndicate.WithTag("de")
	assert.True(t, textOf(feed, syndicate.Atom) == encodedAnew(feed, syndicate.Atom))
	feed = feedOf(t, archive, syndicate.Everything())
	assert.True(t, textOf(feed, syndicate.Atom) == encodedAnew(feed, syndicate.Atom))
}

// partial is an extension that looks at a part of the feed.
type partial struct {
	prefixed
	found func(selected int, text string)
}

func (p partial) WriteFeed(_ *xmltext.Writer, format syndicate.Format, f *syndicate.Feed) {
	part := *f
	part.Extensions, part.Articles = nil, f.Articles[len(f.Articles)-10:]
	p.found(len(part.Select("all", func(*syndicate.Article) bool { return true })), string(part.Append(nil, format)))
}

func (partial) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

func TestAnExtensionMayLookAtAPartOfALongFeed(t *testing.T) {
	site := longSite
	got := map[string]int{}
	site.Extensions = []syndicate.Extension{partial{found: func(selected int, text string) { got[text] = selected }}}
	feed := feedOf(t, openArchive(t, site, clockAt(january(1).AddDate(20, 0, 0)), manyLong(700)...), syndicate.Everything())
	clear(got) // of the check, which has no articles
	feed.Append(nil, syndicate.Atom)
	part := *feed
	part.Extensions, part.Articles = nil, feed.Articles[690:]
	want := encodedAnew(&part, syndicate.Atom)
	assert.Equal(t, 10, got[want])
}

// The newest change may be of an article that is old.
func TestTheNewestChangeOfALongFeed(t *testing.T) {
	articles := manyLong(700)
	articles[100].Updated = january(1).AddDate(3, 0, 0)
	archive := openArchive(t, longSite, clockAt(january(1).AddDate(20, 0, 0)), articles...)
	feed := feedOf(t, archive, syndicate.Everything())
	updated := "<updated>" + articles[100].Updated.Format(time.RFC3339) + "</updated>\n<subtitle>"
	assert.True(t, strings.Contains(textOf(feed, syndicate.Atom), updated))
	assert.True(t, textOf(feed, syndicate.Atom) == encodedAnew(feed, syndicate.Atom))
}

// Readers and writers of a long feed do not disturb each other.
func TestLongFeedsAreReadWhileTheyChange(t *testing.T) {
	site := longSite
	site.Limit = 600
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("de"): {Language: "de"}}
	archive := openArchive(t, site, clockAt(january(1).AddDate(20, 0, 0)), manyLong(800)...)
	var all sync.WaitGroup
	for reader := range 3 {
		all.Go(func() {
			for i := range 6 {
				if reader == 0 {
					a := aLong(1000 + i)
					a.Published = january(1).Add(time.Duration(i*90) * time.Hour)
					assert.NoError(t, archive.Add(a))
					assert.NoError(t, archive.Remove(aLong(790-i).URL))
				}
				for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("de")} {
					feed, err := archive.Feed(ctx, scope)
					if !assert.NoError(t, err) {
						return
					}
					format := syndicate.Formats()[(i+reader)%3]
					text := textOf(feed, format)
					assert.True(t, text == encodedAnew(feed, format), scope)
					assert.True(t, text == gunzip(t, feed.AppendGzip(nil, format)), scope)
				}
			}
		})
	}
	all.Wait()
}
