// What an archive accepts and refuses, and how articles are updated, removed and replaced while
// readers use it.
package syndicate_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sourcetest"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Every other Source passes the same tests.
func TestArchiveIsASource(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article) syndicate.Source {
		archive, err := syndicate.NewArchive(site, articles...)
		require.NoError(t, err)
		archive.Clock = clock
		return archive
	})
}

// LIFE-4
func TestGoodArticlesAreAcceptedAndEveryProblemIsReported(t *testing.T) {
	site := plainSite
	warned := collectWarnings(&site)
	archive, err := syndicate.NewArchive(site,
		numbered(1),
		syndicate.Article{Title: "Without an address", Published: january(2)},
		syndicate.Article{URL: "/three/", Published: january(3)},
		syndicate.Article{URL: "/four/", Title: "Without a date"},
		syndicate.Article{URL: "gopher://example.com/", Banner: "http://[", Enclosures: []syndicate.Enclosure{{URL: "/a.mp3", Size: -1}}},
		numbered(6),
		numbered(1),
	)
	archive.Clock = clockAt(january(10)).Now
	assert.Equal(t, []string{"06", "01"}, titles(feedOf(t, archive, syndicate.Everything())), "the good ones are published")

	var problems syndicate.Problems
	require.ErrorAs(t, err, &problems)
	assert.Equal(t, []string{
		"Without an address|URL|missing",
		"https://www.example.com/three/|Title|missing",
		"https://www.example.com/four/|Published|missing",
		"gopher://example.com/|URL|URL scheme is not http or https",
		"gopher://example.com/|Title|missing",
		"gopher://example.com/|Published|missing",
		"https://www.example.com/01/|ID|another article has this id",
	}, problemLines(problems))
	assert.Equal(t, []string{
		"gopher://example.com/|Banner|not a URL",
		"gopher://example.com/|Enclosures[0].Size|negative",
	}, problemLines(*warned), "what would have been mended is reported too")
}

// LIFE-4
func TestErrorsHoldNoWarnings(t *testing.T) {
	site := plainSite
	warned := collectWarnings(&site)
	archive := openArchive(t, site, clockAt(january(10)), numbered(1))
	require.Empty(t, *warned)
	early := func(a *syndicate.Article) { a.Updated = january(1) }

	require.NoError(t, archive.Add(with(numbered(2), early)))
	require.Len(t, *warned, 1)
	assert.True(t, (*warned)[0].Warning)
	assert.Equal(t, "https://www.example.com/02/|Updated|before the publication date", problemLines(*warned)[0])

	refused := archive.Add(numbered(1), with(numbered(3), early))
	var problems syndicate.Problems
	require.ErrorAs(t, refused, &problems)
	assert.Equal(t, []string{"https://www.example.com/01/|ID|another article has this id"}, problemLines(problems), "an error holds no warnings")
	assert.Len(t, *warned, 2)
	assert.Equal(t, []string{"03", "02", "01"}, titles(feedOf(t, archive, syndicate.Everything())))
}

// Feeds of kinds that are not published are not found, listed or announced.
func TestKindsThatAreNotPublishedHaveNoFeeds(t *testing.T) {
	article := with(tagged(numbered(1), "a"), func(a *syndicate.Article) {
		a.Categories, a.Authors = syndicate.Categories("News/Local"), []syndicate.Author{{Name: "A. Writer"}}
	})
	all := []syndicate.Scope{
		syndicate.Everything(), syndicate.InCategory("news"), syndicate.InCategory("news/local"), syndicate.WithTag("a"), syndicate.ByAuthor("a-writer"),
	}
	site := plainSite
	for _, kinds := range [][]syndicate.Kind{
		nil, {syndicate.KindSite}, {syndicate.KindCategory}, {syndicate.KindAuthor}, {syndicate.KindAuthor, syndicate.KindTag}, {syndicate.KindTag},
	} {
		site.Kinds = kinds
		archive := openArchive(t, site, clockAt(january(10)), article)
		var want []string
		for _, scope := range all {
			if kinds == nil || scope.Kind() == syndicate.KindSite || slices.Contains(kinds, scope.Kind()) {
				want = append(want, scope.String())
				continue
			}
			assert.ErrorIs(t, feedError(t, archive, scope), syndicate.ErrNotFound)
			_, err := archive.Preview(t.Context(), scope)
			assert.ErrorIs(t, err, syndicate.ErrNotFound)
			_, err = archive.Version(t.Context(), scope)
			assert.ErrorIs(t, err, syndicate.ErrNotFound)
			assert.Empty(t, archive.Publication().FeedURL(scope, syndicate.RSS))
			assert.False(t, archive.Publication().Publishes(scope))
		}
		assert.Equal(t, want, scopeNames(t, archive))
	}
	archive := openArchive(t, site, clockAt(january(10)), article) // tags alone
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	announced := make(chan []syndicate.Scope)
	go func() {
		defer close(announced)
		for scopes := range archive.Changes(ctx) {
			announced <- scopes
			return
		}
	}()
	var scopes []syndicate.Scope
	for found := false; !found; { // from the moment that the loop watches
		require.NoError(t, archive.Update(with(article, func(a *syndicate.Article) { a.Title = fmt.Sprint(time.Now()) })))
		select {
		case scopes = <-announced:
			found = true
		case <-time.After(10 * time.Millisecond):
		}
	}
	assert.Equal(t, []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("a")}, scopes)
}

// The list of scopes and the feed are made of one feed, so what MaxBytes drops is told once.
func TestWhatAFeedHasNoRoomForIsToldOncePerChange(t *testing.T) {
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", MaxBytes: 5_000}
	warned := collectWarnings(&site)
	var articles []syndicate.Article
	for i := range 5 {
		articles = append(articles, syndicate.Article{
			URL: fmt.Sprintf("/%d/", i), Title: "x", Published: noon, Content: "<p>" + strings.Repeat("x", 2_000) + "</p>",
		})
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	for range 2 {
		for _, err := range archive.Scopes(t.Context()) {
			require.NoError(t, err)
		}
		_, err = archive.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
	}
	require.Len(t, *warned, 1)
	assert.Equal(t, syndicate.RuleTooLarge, (*warned)[0].Rule)
}

// Site.Warn is called without a lock.
func TestWarnMayUseTheArchive(t *testing.T) {
	var archive *syndicate.Archive
	site, calls := plainSite, 0
	site.Warn = func(p *syndicate.Problem) {
		calls++
		_, err := archive.Feed(t.Context(), syndicate.Everything())
		assert.NoError(t, err)
		assert.NoError(t, archive.Remove(p.Article))
	}
	archive = openArchive(t, site, clockAt(january(10)), numbered(1))
	require.NoError(t, archive.Add(with(numbered(2), func(a *syndicate.Article) { a.Updated = january(1) })))
	assert.Equal(t, 1, calls)
	assert.Equal(t, []string{"01"}, titles(feedOf(t, archive, syndicate.Everything())))
}

// LIFE-4, RSS-2: ids are compared in the form that feeds give them.
func TestTheFirstOfTwoArticlesWithOneIDStays(t *testing.T) {
	tests := []struct {
		why           string
		first, second syndicate.Article
	}{
		{"the same id", with(numbered(1), func(a *syndicate.Article) { a.ID = "4711" }), with(numbered(2), func(a *syndicate.Article) { a.ID = "4711" })},
		{"the same URL", numbered(1), with(numbered(1), func(a *syndicate.Article) { a.Title = "again" })},
		{"one URL written in two ways", numbered(1), syndicate.Article{URL: "HTTPS://WWW.Example.com:443/01/", Title: "again", Published: january(1)}},
		{"an id that is the other's URL", numbered(1), syndicate.Article{ID: "https://www.example.com/01/", URL: "/b/", Title: "again", Published: january(1)}},
		{"a bare id and the tag: URI that it makes", with(numbered(1), func(a *syndicate.Article) { a.ID = "4711" }),
			syndicate.Article{ID: "tag:www.example.com,2026:4711", URL: "/b/", Title: "again", Published: january(1)}},
		{"blanks around an id", with(numbered(1), func(a *syndicate.Article) { a.ID = "4711" }),
			syndicate.Article{ID: " 4711\n", URL: "/b/", Title: "again", Published: january(1)}},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			together, err := syndicate.NewArchive(plainSite, test.first, test.second)
			assert.ErrorIs(t, err, syndicate.RuleDuplicateID, "in one Add")
			together.Clock = clockAt(january(10)).Now
			assert.Equal(t, []string{"01"}, titles(feedOf(t, together, syndicate.Everything())))

			later := openArchive(t, plainSite, clockAt(january(10)), test.first)
			assert.ErrorIs(t, later.Add(test.second), syndicate.RuleDuplicateID, "against the archive")
			assert.Equal(t, []string{"01"}, titles(feedOf(t, later, syndicate.Everything())))
		})
	}
}

// LIFE-4: two articles may have one URL, but the publisher is warned.
func TestTwoArticlesWithOneURLAreAWarning(t *testing.T) {
	twin := func(id string) syndicate.Article {
		return with(numbered(1), func(a *syndicate.Article) { a.ID, a.Title = id, id })
	}
	site := plainSite
	warned := collectWarnings(&site)
	archive := openArchive(t, site, clockAt(january(10)), twin("a"))
	require.NoError(t, archive.Add(twin("b")))
	assert.Equal(t, []string{"https://www.example.com/01/|URL|another article has this address"}, problemLines(*warned))
	assert.Equal(t, []string{"a", "b"}, titles(feedOf(t, archive, syndicate.Everything())))
	require.NoError(t, archive.Remove("a", "b"))
	require.NoError(t, archive.Add(twin("b")))
	assert.Len(t, *warned, 1, "the URL is free again")
}

// SEL-4
func TestTwoNamesOfOneSlugShareAFeed(t *testing.T) {
	site := plainSite
	warned := collectWarnings(&site)
	archive := openArchive(t, site, clockAt(january(10)), tagged(numbered(1), "Kılıç"))
	tag := syndicate.WithTag("kilic")

	require.NoError(t, archive.Add(tagged(numbered(2), "Kilic")))
	assert.ErrorIs(t, *warned, syndicate.RuleSlugTaken)
	assert.Equal(t, []string{"02", "01"}, titles(feedOf(t, archive, tag)))
	assert.Equal(t, "#Kilic – The Example", feedOf(t, archive, tag).Title)

	require.NoError(t, archive.Remove("/02/"))
	assert.Equal(t, "#Kılıç – The Example", feedOf(t, archive, tag).Title, "a name that no article uses is not used for the title")
	assert.Equal(t, "#Kılıç – The Example", infoOf(t, archive, tag).Title)
}

// SEL-4: the first name of an article wins.
func TestOneArticleWithTwoNamesOfOneSlugKeepsTheFirst(t *testing.T) {
	site := plainSite
	warned := collectWarnings(&site)
	archive, err := syndicate.NewArchive(site, tagged(numbered(1), "Kılıç", "Kilic"))
	require.NoError(t, err)
	assert.ErrorIs(t, *warned, syndicate.RuleSlugTaken)
	assert.Equal(t, syndicate.Tag{Name: "Kılıç", Slug: "kilic"}, feedOf(t, archive, syndicate.WithTag("kilic")).Articles[0].Tags[0])
}

// SEL-5b: articles file categories independently of each other.
func TestEachArticleFilesACategoryIndependently(t *testing.T) {
	under := func(parent string) func(*syndicate.Article) {
		return func(a *syndicate.Article) { a.Categories = syndicate.Categories(parent + "/Football") }
	}
	archive := openArchive(t, plainSite, clockAt(january(10)), with(numbered(1), under("Sport")), with(numbered(2), under("Sport")))

	require.NoError(t, archive.Update(with(numbered(1), under("News"))))
	assert.Equal(t, []string{"01"}, titles(feedOf(t, archive, syndicate.InCategory("news/football"))))
	assert.Equal(t, []string{"02"}, titles(feedOf(t, archive, syndicate.InCategory("sport/football"))), "others stay")

	require.NoError(t, archive.Update(with(numbered(2), under("News"))))
	assert.Equal(t, []string{"02", "01"}, titles(feedOf(t, archive, syndicate.InCategory("news"))))
	assert.ErrorIs(t, feedError(t, archive, syndicate.InCategory("sport")), syndicate.ErrNotFound)
}

// Articles, terms and settings are copied. Later changes to them have no effect.
func TestLaterChangesToTheInputHaveNoEffect(t *testing.T) {
	world := &syndicate.Category{Name: "World"}
	given := []syndicate.Article{with(numbered(1), func(a *syndicate.Article) {
		a.Categories = []syndicate.Category{{Name: "Military", Parent: world}}
		a.Tags = syndicate.Tags("Turkey")
		a.Authors = []syndicate.Author{{Name: "A. Writer"}}
		a.Contributors = []syndicate.Author{{Name: "A. Editor"}}
		a.Enclosures = []syndicate.Enclosure{{URL: "/a.mp3", Size: 1}}
		a.Image = syndicate.Image{URL: "/a.jpg", Thumbnail: &syndicate.Image{URL: "/s.jpg"}}
		a.Extensions = []syndicate.Extension{}
	})}
	site := plainSite
	site.Hubs = []string{"https://hub.example.com/"}
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("turkey"): {Title: "On Turkey"}}
	archive := openArchive(t, site, clockAt(january(10)), given...)
	before := everyFeed(t, archive)

	a := &given[0]
	world.Name, world.Slug, world.Description = "Home", "home", "changed"
	a.Categories[0], a.Tags[0].Name, a.Authors[0].Name, a.Contributors[0].Name = syndicate.Category{Name: "Sport"}, "Greece", "Nobody", "Nobody"
	a.Enclosures[0].Size, a.Image.Thumbnail.URL = 2, "changed"
	site.Hubs[0] = "changed"
	site.Scopes[syndicate.WithTag("turkey")] = syndicate.FeedOptions{Title: "changed"}

	assert.Equal(t, before, everyFeed(t, archive))
}

func TestUpdateReplacesAnArticle(t *testing.T) {
	clock := clockAt(january(10))
	archive := openArchive(t, plainSite, clock, tagged(numbered(1), "old", "both"), numbered(2))
	require.Len(t, scopeNames(t, archive), 3)
	clock.Set(january(11))

	require.NoError(t, archive.Update(with(tagged(numbered(1), "new", "both"), func(a *syndicate.Article) { a.Title = "One" })))

	assert.Equal(t, []string{"02", "One"}, titles(feedOf(t, archive, syndicate.Everything())))
	assert.Equal(t, []string{"site", "tag/both", "tag/new"}, scopeNames(t, archive))
	for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("both"), syndicate.WithTag("new")} {
		assert.True(t, feedOf(t, archive, scope).Modified.Equal(january(11)), scope)
	}
}

func TestUpdateOfAnUnknownArticleIsRefused(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(10)), numbered(1))
	err := archive.Update(numbered(2), with(numbered(1), func(a *syndicate.Article) { a.Title = "One" }))
	assert.ErrorIs(t, err, syndicate.RuleUnknownID)
	assert.Equal(t, []string{"One"}, titles(feedOf(t, archive, syndicate.Everything())), "the others are updated")

	err = archive.Update(with(numbered(1), func(a *syndicate.Article) { a.Published = time.Time{} }))
	assert.ErrorIs(t, err, syndicate.RuleMissing)
	assert.Equal(t, []string{"One"}, titles(feedOf(t, archive, syndicate.Everything())), "a refused version leaves the old one")
}

// HTTP-2: an update without a difference does not touch the time of change.
func TestUpdateWithoutADifferenceChangesNothing(t *testing.T) {
	full := func() syndicate.Article {
		return with(tagged(numbered(1), "Turkey"), func(a *syndicate.Article) {
			a.Categories = []syndicate.Category{{Name: "Arms", Parent: &syndicate.Category{Name: "Military"}}}
			a.Authors = []syndicate.Author{{Name: "A. Writer"}}
			a.Image = syndicate.Image{URL: "/a.jpg", Thumbnail: &syndicate.Image{URL: "/s.jpg"}}
			a.Content = "<p>Body</p>"
		})
	}
	elsewhere := with(full(), func(a *syndicate.Article) {
		a.URL = "https://WWW.example.com/01/"
		a.Published = a.Published.In(time.FixedZone("+03", 3*60*60)).Add(time.Millisecond)
	})
	for name, change := range map[string]func(*syndicate.Archive) error{
		"Update with fresh pointers":                      func(a *syndicate.Archive) error { return a.Update(full()) },
		"Update with the same values written differently": func(a *syndicate.Archive) error { return a.Update(elsewhere) },
		"Replace with fresh pointers":                     func(a *syndicate.Archive) error { return a.Replace(numbered(2), full()) },
	} {
		t.Run(name, func(t *testing.T) {
			clock := clockAt(january(10))
			archive := openArchive(t, plainSite, clock, full(), numbered(2))
			before := timesOfChange(t, archive)
			require.Len(t, before, 5)
			clock.Set(january(11))
			require.NoError(t, change(archive))
			assert.Equal(t, before, timesOfChange(t, archive))
		})
	}
}

func TestRemoveTakesIDsAndAddresses(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(10)),
		with(numbered(1), func(a *syndicate.Article) { a.ID = "4711" }), with(numbered(2), func(a *syndicate.Article) { a.ID = "4712" }), numbered(3), numbered(4))
	err := archive.Remove("4711", "/02/", "https://www.example.com/03/", "/unheard-of/")

	var problem *syndicate.Problem
	require.ErrorAs(t, err, &problem)
	assert.Equal(t, "/unheard-of/", problem.Article)
	assert.ErrorIs(t, problem, syndicate.RuleUnknownID)
	assert.Equal(t, []string{"04"}, titles(feedOf(t, archive, syndicate.Everything())))
}

// LIFE-6
func TestReplaceReplacesAllArticles(t *testing.T) {
	clock := clockAt(january(10))
	archive := openArchive(t, plainSite, clock, tagged(numbered(1), "a"), tagged(numbered(2), "b"), tagged(numbered(3), "c"))
	require.Len(t, scopeNames(t, archive), 4)
	clock.Set(january(11))

	err := archive.Replace(
		tagged(numbered(2), "b"),
		with(tagged(numbered(3), "c"), func(a *syndicate.Article) { a.Title = "" }), // refused now
		tagged(numbered(4), "d"),
		numbered(4),
	)
	assert.ErrorIs(t, err, syndicate.RuleDuplicateID)
	assert.ErrorIs(t, err, syndicate.RuleMissing)
	assert.Equal(t, []string{"04", "02"}, titles(feedOf(t, archive, syndicate.Everything())))
	assert.Equal(t, []string{"site", "tag/b", "tag/d"}, scopeNames(t, archive))
	assert.True(t, feedOf(t, archive, syndicate.WithTag("b")).Modified.Equal(january(2)), "a feed without a difference has not changed")
	assert.True(t, feedOf(t, archive, syndicate.WithTag("d")).Modified.Equal(january(11)))
}

// LIFE-6
func TestReadersNeverSeeAHalfReplacedArchive(t *testing.T) {
	edition := func(tag string) []syndicate.Article {
		var articles []syndicate.Article
		for day := 1; day <= 10; day++ {
			articles = append(articles, with(tagged(numbered(day), tag), func(a *syndicate.Article) { a.Title = tag }))
		}
		return articles
	}
	archive := openArchive(t, plainSite, clockAt(january(20)), edition("morning")...)

	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		readers.Go(func() {
			for {
				feed, err := archive.Feed(t.Context(), syndicate.Everything())
				assert.NoError(t, err)
				assert.Len(t, feed.Articles, 10)
				assert.Len(t, slices.Compact(titles(feed)), 1)
				scopes := 0
				for range archive.Scopes(t.Context()) {
					scopes++
				}
				assert.Equal(t, 2, scopes)
				preview, err := archive.Preview(t.Context(), syndicate.Everything())
				assert.NoError(t, err)
				assert.Len(t, preview.Articles, 10)
				assert.Len(t, slices.Compact(titles(preview)), 1)
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for range 20 {
		require.NoError(t, archive.Replace(edition("evening")...))
		require.NoError(t, archive.Replace(edition("morning")...))
	}
	close(done)
	readers.Wait()
}

// LIFE-6: a batch is one change, whatever its size.
func TestReadersNeverSeeHalfABatch(t *testing.T) {
	site := limited(100)
	site.Tombstones = time.Hour
	archive := openArchive(t, site, clockAt(january(30)))
	var batch []syndicate.Article
	var ids []string
	for day := 1; day <= 28; day++ {
		batch = append(batch, tagged(numbered(day), "old"))
		ids = append(ids, batch[day-1].URL)
	}
	var readers sync.WaitGroup
	done := make(chan struct{})
	readers.Go(func() {
		for {
			feed := feedOf(t, archive, syndicate.Everything())
			assert.Equal(t, len(feed.Articles) == 0, len(feed.Articles) < len(batch), "%d articles", len(feed.Articles))
			if len(feed.Articles) > 0 {
				assert.Empty(t, feed.Tombstones)
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	for range 20 {
		require.NoError(t, archive.Add(batch...))
		for i := range batch {
			batch[i].Tags = syndicate.Tags("new")
		}
		require.NoError(t, archive.Update(batch...))
		require.NoError(t, archive.Remove(ids...))
	}
	close(done)
	readers.Wait()
	assert.Len(t, feedOf(t, archive, syndicate.Everything()).Tombstones, len(batch))
}

// LIFE-4: many articles are checked at the same time, and reported as if one after the other.
func TestProblemsOfManyArticlesAreInTheirOrder(t *testing.T) {
	site := plainSite
	var warned []string
	site.Warn = func(p *syndicate.Problem) { warned = append(warned, p.Article) }
	archive := openArchive(t, site, clockAt(january(30)))
	var articles []syndicate.Article
	var refused, warnings []string
	for i := range 1000 {
		a := numbered(1 + i%28)
		a.URL, a.ID = fmt.Sprintf("https://example.com/%d/", i), ""
		switch i % 5 {
		case 1:
			a.Title, a.Summary, a.Content = "", "", ""
			refused = append(refused, a.URL)
		case 3:
			a.Language = "not a language"
			warnings = append(warnings, a.URL)
		}
		articles = append(articles, a)
	}
	var problems syndicate.Problems
	require.ErrorAs(t, archive.Add(articles...), &problems)
	var found []string
	for _, p := range problems {
		found = append(found, p.Article)
	}
	assert.Equal(t, refused, found)
	assert.Equal(t, warnings, warned)
}

// The race detector judges this one: everything happens at once. At the end the archive still
// works.
func TestArchiveIsSafeForConcurrentUse(t *testing.T) {
	clock := clockAt(january(10))
	site := plainSite
	site.Limit, site.Tombstones = 3, time.Hour
	archive := openArchive(t, site, clock, numberedFromTo(1, 9)...)

	ctx, cancel := context.WithCancel(t.Context())
	var watchers, workers sync.WaitGroup
	watchers.Go(func() {
		for range archive.Changes(ctx) {
		}
	})
	for worker := range 4 {
		workers.Go(func() {
			for round := range 25 {
				article := with(tagged(numbered(10+worker), "Kılıç", fmt.Sprint("tag ", worker)), func(a *syndicate.Article) {
					a.Expires = january(12 + round)
				})
				archive.Add(article)
				article.Tags = syndicate.Tags("Kilic")
				archive.Update(article)
				for info := range archive.Scopes(ctx) {
					if feed, err := archive.Feed(ctx, info.Scope.AtPage(info.Pages)); err == nil {
						feed.Write(new(bytes.Buffer), syndicate.Formats()[round%3])
					}
				}
				clock.Set(january(10 + round%5))
				archive.NextChange()
				archive.Preview(ctx, syndicate.WithTag("kilic"))
				archive.Redirect(syndicate.WithTag("a"), syndicate.WithTag("b"))
				archive.Remove(article.URL)
			}
		})
	}
	workers.Wait()
	cancel()
	watchers.Wait()
	require.NoError(t, archive.Replace(numberedFromTo(1, 9)...))
	assert.Equal(t, []string{"09", "08", "07"}, titles(feedOf(t, archive, syndicate.Everything())))
}

// XML-7: the bytes depend neither on the process, nor on the order of articles, nor on the time
// of the call.
func TestTwoProcessesGiveTheSameBytes(t *testing.T) {
	const variable = "SYNDICATE_TEST_PRINT_FEEDS_AT"
	articles := func() (articles []syndicate.Article) {
		for day := 1; day <= 25; day++ {
			articles = append(articles, with(tagged(numbered(day), "Kılıç", fmt.Sprint("tag ", day%4)), func(a *syndicate.Article) {
				a.Categories = []syndicate.Category{{Name: "Military", Description: fmt.Sprint("words ", day%3)}, {Name: "Arms", Parent: &syndicate.Category{Name: "Military"}}}
				a.Authors = []syndicate.Author{{Name: fmt.Sprint("Author ", day%5), URL: fmt.Sprint("/staff/", day%7)}}
			}))
		}
		articles = append(articles, tagged(numbered(26), "Kilic"), tagged(numbered(27), "kılıç"))
		return articles
	}
	if day, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		reversed := articles()
		slices.Reverse(reversed)
		feeds := everyFeed(t, openArchive(t, limited(4), clockAt(january(day)), reversed...))
		for _, name := range slices.Sorted(maps.Keys(feeds)) {
			fmt.Printf("%s\n%s\n", name, feeds[name])
		}
		os.Exit(0)
	}
	feeds := everyFeed(t, openArchive(t, limited(4), clockAt(january(28)), articles()...))
	var want strings.Builder
	for _, name := range slices.Sorted(maps.Keys(feeds)) {
		fmt.Fprintf(&want, "%s\n%s\n", name, feeds[name])
	}
	for _, day := range []string{"28", "31"} {
		other := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		other.Env = append(os.Environ(), variable+"="+day)
		got, err := other.Output()
		require.NoError(t, err)
		assert.Equal(t, want.String(), string(got))
	}
}

// No lock is held while the body of a loop over Scopes runs.
func TestArchiveMayChangeDuringALoopOverScopes(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(20)), tagged(numbered(1), "a"), tagged(numbered(2), "b"))
	day := 2
	var walked []string
	for info, err := range archive.Scopes(t.Context()) {
		require.NoError(t, err)
		walked = append(walked, info.Scope.String())
		day++
		require.NoError(t, archive.Add(tagged(numbered(day), fmt.Sprint("z", day))))
	}
	assert.Equal(t, []string{"site", "tag/a", "tag/b"}, walked, "the list is fixed when the loop begins")
	assert.Len(t, scopeNames(t, archive), 6)
}

// callingBack is an extension that uses the archive while it writes its elements.
type callingBack struct{ call func() }

func (callingBack) Namespaces() []xmltext.Namespace { return nil }

func (c callingBack) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed)       { c.call() }
func (c callingBack) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) { c.call() }

func TestExtensionMayChangeTheArchiveItWritesFor(t *testing.T) {
	var archive *syndicate.Archive
	site := plainSite
	site.Extensions = []syndicate.Extension{callingBack{func() {
		archive.NextChange()
		archive.Publication()
		archive.Add(numbered(2))
		archive.Remove("/03/")
	}}}
	archive = openArchive(t, site, clockAt(january(10)), numbered(1), numbered(3))
	assert.Equal(t, []string{"03", "01"}, titles(feedOf(t, archive, syndicate.Everything())))
	assert.Equal(t, []string{"02", "01"}, titles(feedOf(t, archive, syndicate.Everything())))
}

// LIFE-6
func TestReadersDoNotWaitForChecks(t *testing.T) {
	site := plainSite
	archive := new(syndicate.Archive)
	site.Extensions = []syndicate.Extension{checkingExtension{check: func(string) []*syndicate.Problem {
		if archive.Publication().Site().URL != "" {
			read := make(chan error)
			go func() {
				_, err := archive.Feed(t.Context(), syndicate.Everything())
				read <- err
			}()
			assert.NoError(t, <-read)
		}
		return nil
	}}}
	opened, err := syndicate.NewArchive(site, numbered(1))
	require.NoError(t, err)
	archive = opened
	require.NoError(t, archive.Add(numbered(2)))
	require.NoError(t, archive.Update(numbered(2)))
	require.NoError(t, archive.Replace(numbered(2), numbered(3)))
}

func TestEndedContextIsReturned(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(10)), tagged(numbered(1), "a", "b"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var listed int
	var failure error
	for _, err := range archive.Scopes(ctx) {
		if failure = err; err == nil {
			listed++
			cancel()
		}
	}
	assert.Equal(t, 1, listed)
	assert.ErrorIs(t, failure, context.Canceled)
	_, err := archive.Feed(ctx, syndicate.Everything())
	assert.ErrorIs(t, err, context.Canceled)
	_, err = archive.Preview(ctx, syndicate.Everything())
	assert.ErrorIs(t, err, context.Canceled)
}

func TestArchiveOfARefusedSiteIsNil(t *testing.T) {
	archive, err := syndicate.NewArchive(syndicate.Site{Title: "Nowhere"}, numbered(1))
	assert.Nil(t, archive)
	assert.ErrorIs(t, err, syndicate.RuleMissing)
}

// The zero Archive refuses articles, but does not panic.
func TestZeroArchiveRefusesArticles(t *testing.T) {
	var archive syndicate.Archive
	assert.ErrorIs(t, archive.Add(syndicate.Article{URL: "/a/", Title: "A", Published: noon}), syndicate.RuleNotAbsolute)
	assert.Empty(t, feedOf(t, &archive, syndicate.Everything()).Articles)
	assert.Zero(t, new(syndicate.Archive).NextChange())
	assert.Empty(t, new(syndicate.Archive).Publication().Site().Title)
	assert.ErrorIs(t, new(syndicate.Archive).Remove("1"), syndicate.RuleUnknownID)
}

// agency makes up articles of the first days of January 2024. Many have the same hour, some are
// drafts, some are under embargo, and some expire: in the past, in the future, or before they are
// published.
type agency struct {
	*rand.Rand
	sections []syndicate.Category
	written  int
}

func newAgency(seed uint64) *agency {
	military := &syndicate.Category{Name: "Military"}
	exports := syndicate.Category{Name: "Arms exports", Parent: military}
	return &agency{
		Rand:     rand.New(rand.NewPCG(seed, 0)),
		sections: []syndicate.Category{*military, exports, {Name: "Intelligence", Slug: "one"}, {Name: "An intelligence", Slug: "one"}},
	}
}

// moment returns a full hour of the first days of January.
func (n *agency) moment(days int) time.Time {
	return january(1).Add(time.Duration(n.IntN(days*24)) * time.Hour)
}

func (n *agency) article() syndicate.Article {
	n.written++
	a := syndicate.Article{
		ID:        fmt.Sprintf("number %d", n.written),
		URL:       fmt.Sprintf("/%d/", n.IntN(1000)),
		Title:     fmt.Sprintf("%d", n.written),
		Published: n.moment(8),
		Draft:     n.IntN(10) == 0,
	}
	if n.IntN(3) == 0 {
		a.Published = january(2 + n.IntN(2))
	}
	if n.IntN(4) == 0 {
		a.Expires = n.moment(10)
	}
	for _, i := range n.Perm(len(n.sections))[:n.IntN(3)] {
		a.Categories = append(a.Categories, n.sections[i])
	}
	for range n.IntN(4) {
		tag := syndicate.Tag{Name: string(rune('a' + n.IntN(6)))}
		if n.IntN(3) == 0 {
			tag = syndicate.Tag{Name: "A", Description: fmt.Sprint("of ", n.IntN(3)), URL: fmt.Sprint("/a/", n.IntN(3))}
		}
		a.Tags = append(a.Tags, tag)
	}
	if n.IntN(2) == 0 {
		a.Authors = []syndicate.Author{{Name: "Abdullah Bozkurt"}}
	}
	return a
}

func (n *agency) articles(count int) []syndicate.Article {
	articles := make([]syndicate.Article, count)
	for i := range articles {
		articles[i] = n.article()
	}
	return articles
}

// assertSame compares everything that two archives return.
func assertSame(t *testing.T, want, got *syndicate.Archive) {
	t.Helper()
	require.Equal(t, infosOf(t, want), infosOf(t, got))
	require.Equal(t, want.NextChange(), got.NextChange())
	feeds := everyFeed(t, got)
	for name, feed := range everyFeed(t, want) {
		require.Equal(t, feed, feeds[name], name)
	}
}

// inTime returns articles in the order in which they appear.
func inTime(articles []syndicate.Article) []syndicate.Article {
	return slices.SortedStableFunc(slices.Values(articles), func(a, b syndicate.Article) int {
		switch {
		case syndicate.Newer(&a, &b):
			return 1
		case syndicate.Newer(&b, &a):
			return -1
		}
		return 0
	})
}

// until sets the clock to each time at which something changes, and requests a feed then.
func until(t *testing.T, archive *syndicate.Archive, clock *handClock, end time.Time) {
	t.Helper()
	for {
		next := archive.NextChange()
		if next.IsZero() || next.After(end) {
			break
		}
		clock.Set(next)
	}
	clock.Set(end)
	feedOf(t, archive, syndicate.Everything())
}

// lateAndAllAlong returns two archives of the same random articles: one that is opened when all of
// them are out, and one that was there before the first.
func lateAndAllAlong(t *testing.T, seed uint64) (late, allAlong *syndicate.Archive) {
	n := newAgency(seed)
	site := limited(1 + n.IntN(5))
	articles := n.articles(n.IntN(120))

	late = openArchive(t, site, clockAt(january(6)), articles...)
	clock := clockAt(january(1).Add(-time.Hour))
	allAlong = openArchive(t, site, clock, articles...)
	until(t, allAlong, clock, january(6))
	return late, allAlong
}

func TestLateArchiveEqualsOneThatRanAllAlong(t *testing.T) {
	for seed := range seeds(40) {
		atOnce, allAlong := lateAndAllAlong(t, seed)
		assertSame(t, allAlong, atOnce)
	}
}

func TestChangesAtOnceEqualChangesOneByOne(t *testing.T) {
	for seed := range seeds(40) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { assertSameAtOnce(t, seed) })
		})
	}
}

func assertSameAtOnce(t *testing.T, seed uint64) {
	n := newAgency(seed)
	site := limited(1 + n.IntN(5))
	site.Tombstones = 30 * time.Hour
	there := n.articles(n.IntN(60))
	clock, other := clockAt(january(2)), clockAt(january(2))
	atOnce, oneByOne := openArchive(t, site, clock, there...), openArchive(t, site, other, there...)
	toldAtOnce, toldOneByOne := changesOf(t, atOnce), changesOf(t, oneByOne)

	for day := 3; day < 8; day++ {
		clock.Set(january(day))
		until(t, oneByOne, other, january(day))
		more := n.articles(n.IntN(30))
		require.NoError(t, atOnce.Add(more...))
		for _, a := range inTime(more) {
			require.NoError(t, oneByOne.Add(a))
		}
		there = append(there, more...)

		n.Shuffle(len(there), func(i, j int) { there[i], there[j] = there[j], there[i] })
		gone := ids(there[:len(there)/6])
		there = there[len(gone):]
		require.NoError(t, atOnce.Remove(gone...))
		for _, id := range gone {
			require.NoError(t, oneByOne.Remove(id))
		}

		corrected := slices.Clone(there[:len(there)/6])
		for i := range corrected {
			corrected[i].Title += ", corrected"
			corrected[i].Tags = slices.Clone(corrected[i].Tags) // other tags might close other pages: it matters who is first
			for j := range corrected[i].Tags {
				corrected[i].Tags[j].Description = fmt.Sprint("after ", n.IntN(3))
			}
		}
		require.NoError(t, atOnce.Update(corrected...))
		for _, a := range corrected {
			require.NoError(t, oneByOne.Update(a))
		}
		assertSame(t, oneByOne, atOnce)
	}
	assert.Equal(t, toldOneByOne(), toldAtOnce(), "seed %d", seed)
}

// Patch with what differs has the result of Replace with everything.
func TestPatchEqualsReplace(t *testing.T) {
	for seed := range seeds(30) {
		random := rand.New(rand.NewPCG(seed, 9))
		site := plainSite
		site.Tombstones = 24 * time.Hour
		archives := [2]*syndicate.Archive{
			openArchive(t, site, clockAt(january(25))), openArchive(t, site, clockAt(january(25))),
		}
		held := map[int]syndicate.Article{}
		for range 30 {
			var gone []string
			var changed, all []syndicate.Article
			for range 1 + random.IntN(6) {
				n := 1 + random.IntN(20)
				if old, ok := held[n]; ok {
					gone = append(gone, old.URL)
				}
				delete(held, n)
				if random.IntN(3) > 0 {
					article := tagged(numbered(n), []string{"a", "A", "b", "c"}[random.IntN(4)])
					article.Draft = random.IntN(4) == 0
					article.URL = fmt.Sprintf("/%d/", n+100*random.IntN(2)) // its id
					if random.IntN(8) == 0 {
						article.Published = time.Time{} // refused
					}
					held[n] = article
				}
				changed = slices.DeleteFunc(changed, func(a syndicate.Article) bool { return a.Title == numbered(n).Title })
				if article, ok := held[n]; ok {
					changed = append(changed, article)
				}
			}
			for _, n := range slices.Sorted(maps.Keys(held)) {
				all = append(all, held[n])
			}
			_ = archives[0].Replace(all...)
			_ = archives[1].Patch(gone, changed...)
			assert.Equal(t, everyFeed(t, archives[0]), everyFeed(t, archives[1]))
			assert.Equal(t, everyVersion(t, archives[0]), everyVersion(t, archives[1]))
			require.False(t, t.Failed(), "seed %d", seed)
		}
	}
}

// A patch names what it refuses, ignores ids that are unknown, and warns of no article that is
// gone.
func TestPatchReportsProblems(t *testing.T) {
	site := plainSite
	warned := collectWarnings(&site)
	archive := openArchive(t, site, clockAt(january(10)), numbered(1), numbered(2))
	moved := with(numbered(3), func(a *syndicate.Article) { a.ID, a.URL = "three", numbered(1).URL })
	require.NoError(t, archive.Patch([]string{numbered(1).URL, "unknown"}, moved))
	assert.Empty(t, *warned, "the address is free")
	assert.Equal(t, []string{"03", "02"}, titles(feedOf(t, archive, syndicate.Everything())))
	assert.ErrorIs(t, archive.Patch(nil, numbered(4), numbered(4)), syndicate.RuleDuplicateID)
	assert.ErrorIs(t, archive.Patch(nil, syndicate.Article{URL: numbered(2).URL}), syndicate.RuleMissing)
	assert.Equal(t, []string{"04", "03", "02"}, titles(feedOf(t, archive, syndicate.Everything())))
}

// Replace has the same result as a new archive, except that pages keep their ends. So here there
// are no pages.
func TestReplacedArchiveEqualsANewOne(t *testing.T) {
	for seed := range uint64(20) {
		n := newAgency(seed)
		before, after := n.articles(30), n.articles(30)
		after = append(after, before[:10]...)
		clock := clockAt(january(6))
		archive := openArchive(t, limited(100), clock, before...)
		feedOf(t, archive, syndicate.Everything())
		require.NoError(t, archive.Replace(after...))

		fresh := openArchive(t, limited(100), clock, after...)
		require.Equal(t, pagesOf(t, fresh), pagesOf(t, archive), "seed %d", seed)
		require.Equal(t, fresh.NextChange(), archive.NextChange(), "seed %d", seed)
	}
}

// changesOf watches an archive in a synctest bubble. The function that it returns lists the scopes
// that changed.
func changesOf(t *testing.T, archive *syndicate.Archive) func() []syndicate.Scope {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	told, ended := map[syndicate.Scope]bool{}, make(chan struct{})
	go func() {
		defer close(ended)
		for scopes := range archive.Changes(ctx) {
			for _, scope := range scopes {
				told[scope] = true
			}
		}
	}()
	synctest.Wait()
	return func() []syndicate.Scope {
		synctest.Wait()
		cancel()
		<-ended
		return slices.SortedFunc(maps.Keys(told), syndicate.Scope.Compare)
	}
}

// An article is in the feed of each of its categories and of each of their ancestors, once.
func TestArticleIsInEachOfItsScopesOnce(t *testing.T) {
	publication := checkedSite(t)
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 9))
		var given []syndicate.Category
		for i := range r.IntN(40) {
			c := syndicate.Category{Name: fmt.Sprint("N", i), Slug: fmt.Sprint("s", r.IntN(12))}
			if i > 0 && r.IntN(3) > 0 {
				parent := given[r.IntN(i)]
				c.Parent = &parent
			}
			given = append(given, c)
		}
		r.Shuffle(len(given), func(i, j int) { given[i], given[j] = given[j], given[i] })
		article := with(numbered(1), func(a *syndicate.Article) { a.Categories = given })
		checked, err := publication.Article(article)
		require.NoError(t, err)
		want := map[syndicate.Scope]int{syndicate.Everything(): 1}
		for i := range checked.Categories {
			for c := &checked.Categories[i]; c != nil; c = c.Parent {
				want[c.Scope()] = 1
			}
		}
		got := map[syndicate.Scope]int{}
		for _, info := range infosOf(t, openArchive(t, plainSite, clockAt(january(10)), article)) {
			got[info.Scope] = info.Count
		}
		assert.Equal(t, want, got, "seed %d", seed)
	}
}

// failing are addresses that panic while they are armed.
type failing struct {
	syndicate.Addresses
	armed *bool
}

func (f failing) PagePath(scope syndicate.Scope) string {
	if *f.armed && scope.Kind() == syndicate.KindAuthor {
		panic("no page")
	}
	return f.Addresses.PagePath(scope)
}

func TestArchiveWorksAfterItsAddressesPanicked(t *testing.T) {
	armed := true
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example", Addresses: failing{syndicate.WordPress, &armed}},
		syndicate.Article{URL: "/1/", Title: "x", Published: january(1), Authors: []syndicate.Author{{Name: "X"}}})
	require.NoError(t, err)
	assert.Panics(t, func() { _, _ = archive.Feed(t.Context(), syndicate.Everything()) })
	armed = false
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Equal(t, "https://example.com/author/x/", feed.Articles[0].Authors[0].URL)
}

// STORE: an archive can be copied, hidden articles included.
func TestAnArchiveListsAllArticles(t *testing.T) {
	now := time.Date(2024, time.May, 1, 0, 0, 0, 0, time.UTC)
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example"},
		syndicate.Article{URL: "/old/", Title: "Old", Published: now.AddDate(0, -2, 0), Expires: now.AddDate(0, -1, 0)},
		syndicate.Article{URL: "/future/", Title: "Future", Published: now.AddDate(0, 1, 0)},
		syndicate.Article{URL: "/draft/", Title: "Draft", Published: now, Draft: true},
		syndicate.Article{URL: "/a/", Title: "A", Content: "<p onclick=''>As given", Published: now},
	)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return now }
	var titles []string
	all := archive.Articles()
	for _, a := range all {
		titles = append(titles, a.Title)
	}
	assert.Equal(t, []string{"Future", "A", "Draft", "Old"}, titles)
	assert.Equal(t, "<p onclick=''>As given", all[1].Content)

	again, err := syndicate.NewArchive(archive.Publication().Site(), all...)
	require.NoError(t, err)
	assert.Equal(t, all, again.Articles())
	all[0].Title = "Changed"
	assert.Equal(t, "Future", archive.Articles()[0].Title)
	assert.Empty(t, new(syndicate.Archive).Articles())
}

// Articles and Redirect are called while everything is replaced and while many articles appear.
// The race detector reports what this test is about.
func TestArticlesAndRedirectsDuringLargeChanges(t *testing.T) {
	const count = 50
	articles := make([]syndicate.Article, count)
	for n := range articles {
		articles[n] = syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: "A", Tags: syndicate.Tags("x"), Published: time.Unix(int64(n), 0), Draft: n%5 == 0}
	}
	other := slices.Clone(articles)
	for n := range other {
		other[n].Title = "B"
	}
	var now atomic.Int64
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example"}, articles...)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return time.Unix(now.Load(), 0) }
	var all sync.WaitGroup
	done := make(chan bool)
	all.Go(func() {
		defer close(done)
		for n := range 50 {
			now.Store(int64(n%2) * 100) // all of them appear, or disappear
			require.NoError(t, archive.Redirect(syndicate.Tag{Name: fmt.Sprint("t", n)}.Scope(), syndicate.Tag{Name: "u"}.Scope()))
			require.NoError(t, archive.CloseScope(syndicate.Tag{Name: fmt.Sprint("c", n)}.Scope()))
			require.NoError(t, archive.Replace(other...))
			require.NoError(t, archive.Replace(articles...))
		}
	})
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		require.Len(t, archive.Articles(), count)
		_, err := archive.Feed(t.Context(), syndicate.Tag{Name: "c1"}.Scope())
		require.Error(t, err)
	}
	all.Wait()
}
