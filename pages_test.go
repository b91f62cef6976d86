// Older articles are on archive pages (RFC 5005), counted from the oldest. The ends of pages
// never move, and following the links back from the current feed finds every article.
package syndicate_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// older matches the link to the page with older articles.
var older = map[syndicate.Format]*regexp.Regexp{
	syndicate.RSS:  regexp.MustCompile(`<atom:link rel="prev-archive" type="application/rss\+xml" href="([^"]*)"/>`),
	syndicate.Atom: regexp.MustCompile(`<link rel="prev-archive" type="application/atom\+xml" href="([^"]*)"/>`),
	syndicate.JSON: regexp.MustCompile(`"next_url":"([^"]*)"`),
}

// walk reads the current feed of a scope and follows the links in the documents, as a reader
// would. It returns the feeds in that order. JSON Feed's next_url is never the document's own
// URL.
func walk(t *testing.T, source syndicate.Source, scope syndicate.Scope, format syndicate.Format) (feeds []*syndicate.Feed) {
	t.Helper()
	const many = 100
	for len(feeds) < many {
		feed := feedOf(t, source, scope)
		feeds = append(feeds, feed)
		link := older[format].FindSubmatch(feed.Append(nil, format))
		if link == nil {
			return feeds
		}
		require.NotEqual(t, feed.Self.For(format), string(link[1]))
		path, below := strings.CutPrefix(string(link[1]), "https://www.example.com/")
		require.True(t, below, "%s", link[1])
		var ok bool
		scope, _, ok = syndicate.Files.Parse(path)
		require.True(t, ok, path)
	}
	require.Fail(t, "the walk does not end")
	return nil
}

// assertWalk asserts that walking back from the current feed, in each format, finds exactly these
// titles, newest first. Only titles that the current feed shares with the first page may occur
// twice.
func assertWalk(t *testing.T, source syndicate.Source, scope syndicate.Scope, want ...string) {
	t.Helper()
	for _, format := range syndicate.Formats() {
		feeds := walk(t, source, scope, format)
		met := titles(feeds[0])
		shared := map[string]bool{}
		for _, title := range met {
			shared[title] = true
		}
		for i, feed := range feeds[1:] {
			assert.True(t, feed.Archived || i == 0, "only the newest page may be one that is being filled")
			for _, title := range titles(feed) {
				if i > 0 || !shared[title] {
					met = append(met, title)
				}
			}
		}
		assert.Equal(t, want, met, "%s as %s", scope, format)
		pages := infoOf(t, source, scope).Pages
		if len(feeds) > 1 {
			assert.LessOrEqual(t, feeds[1].Scope.Page(), pages, "linked pages are listed")
		}
	}
}

// pageTitles lists the titles of each archive page, the oldest page first.
func pageTitles(t *testing.T, source syndicate.Source, scope syndicate.Scope) (pages []string) {
	t.Helper()
	for page := range infoOf(t, source, scope).Pages {
		pages = append(pages, strings.Join(titles(feedOf(t, source, scope.AtPage(page+1))), " "))
	}
	return pages
}

// DISC-4
func TestPagesAreCountedFromTheOldest(t *testing.T) {
	archive := openArchive(t, limited(3), clockAt(january(31)), numberedFromTo(1, 8)...)
	site := syndicate.Everything()
	assert.Equal(t, []string{"03 02 01", "06 05 04"}, pageTitles(t, archive, site))
	assert.Equal(t, []string{"08", "07", "06"}, titles(feedOf(t, archive, site)))
	assert.Equal(t, 8, infoOf(t, archive, site).Count)
	assertWalk(t, archive, site, "08", "07", "06", "05", "04", "03", "02", "01")

	page := feedOf(t, archive, site.AtPage(2))
	assert.True(t, page.Archived)
	assert.Equal(t, "https://www.example.com/page/1/atom.xml", page.PrevArchive.Atom)
	assert.Equal(t, "https://www.example.com/atom.xml", page.Current.Atom)
	assert.Equal(t, "https://www.example.com/page/2/atom.xml", page.Self.Atom)
	assert.Equal(t, feedOf(t, archive, site).ID, page.ID, "it is one logical feed (RFC 5005 section 4)")
	assert.Empty(t, feedOf(t, archive, site.AtPage(1)).PrevArchive)

	for _, nowhere := range []int{4, 1 << 20} {
		assert.ErrorIs(t, feedError(t, archive, site.AtPage(nowhere)), syndicate.ErrNotFound)
	}
}

// DISC-4
func TestFewArticlesHaveNoPages(t *testing.T) {
	for n := range 4 {
		archive := openArchive(t, limited(3), clockAt(january(31)), numberedFromTo(1, n)...)
		assert.Equal(t, 0, infoOf(t, archive, syndicate.Everything()).Pages, n)
		assert.Empty(t, feedOf(t, archive, syndicate.Everything()).PrevArchive, n)
	}
}

// DISC-4: an end stays where it is, whatever changes on either side of it.
func TestEndsOfPagesNeverMove(t *testing.T) {
	backdated := func(day int) syndicate.Article {
		return with(numbered(day), func(a *syndicate.Article) {
			a.URL, a.Title = a.URL+"b/", a.Title+"b"
			a.Published = a.Published.Add(-time.Hour)
		})
	}
	tests := []struct {
		why    string
		change func(*syndicate.Archive) error
		pages  []string
		walk   string
	}{
		{"nothing", func(*syndicate.Archive) error { return nil },
			[]string{"02 01", "04 03 exp"}, "06 05 04 03 exp 02 01"},
		{"one is published", func(a *syndicate.Archive) error { return a.Add(numbered(7)) },
			[]string{"02 01", "04 03 exp", "06 05"}, "07 06 05 04 03 exp 02 01"},
		{"one is backdated", func(a *syndicate.Archive) error { return a.Add(backdated(2)) },
			[]string{"02 02b 01", "04 03 exp"}, "06 05 04 03 exp 02 02b 01"},
		{"several are older than all others", func(a *syndicate.Archive) error { return a.Add(backdated(1), backdated(-1), backdated(-2)) },
			[]string{"02 01 01b -1b -2b", "04 03 exp"}, "06 05 04 03 exp 02 01 01b -1b -2b"},
		{"one is backdated to before the open articles", func(a *syndicate.Archive) error { return a.Add(backdated(5)) },
			[]string{"02 01", "04 03 exp", "05 05b"}, "06 05 05b 04 03 exp 02 01"},
		{"the article at an end is removed", func(a *syndicate.Archive) error { return a.Remove("/02/") },
			[]string{"01", "04 03 exp"}, "06 05 04 03 exp 01"},
		{"it is removed, and one with its date is added", func(a *syndicate.Archive) error { a.Remove("/02/"); return a.Add(backdated(2)) },
			[]string{"02b 01", "04 03 exp"}, "06 05 04 03 exp 02b 01"},
		{"a page is emptied", func(a *syndicate.Archive) error { return a.Remove("/01/", "/02/") },
			[]string{"", "04 03 exp"}, "06 05 04 03 exp"},
		{"the open articles are removed", func(a *syndicate.Archive) error { return a.Remove("/05/", "/06/") },
			[]string{"02 01", "04 03 exp"}, "04 03 exp 02 01"},
		{"the newest page and the open articles are removed", func(a *syndicate.Archive) error { return a.Remove("/03/", "/04/", "/05/", "/06/", "/exp/") },
			[]string{"02 01", ""}, "02 01"},
		{"one is redated to today", func(a *syndicate.Archive) error {
			return a.Update(with(numbered(1), func(a *syndicate.Article) { a.Published = january(9) }))
		}, []string{"02", "04 03 exp", "06 05"}, "01 06 05 04 03 exp 02"},
		{"one gets another body", func(a *syndicate.Archive) error {
			return a.Update(with(numbered(6), func(a *syndicate.Article) { a.Content = "<p>New</p>" }))
		}, []string{"02 01", "04 03 exp"}, "06 05 04 03 exp 02 01"},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			clock := clockAt(january(10))
			expires := with(numbered(3), func(a *syndicate.Article) {
				a.URL, a.Title, a.Published, a.Expires = "/exp/", "exp", a.Published.Add(-time.Hour), january(20)
			})
			archive := openArchive(t, limited(2), clock, numberedFromTo(1, 4)...)
			require.Equal(t, []string{"02 01"}, pageTitles(t, archive, syndicate.Everything()))
			require.NoError(t, archive.Add(numbered(5)))
			require.NoError(t, archive.Add(expires, numbered(6)))
			require.NoError(t, test.change(archive))

			assert.Equal(t, test.pages, pageTitles(t, archive, syndicate.Everything()))
			assertWalk(t, archive, syndicate.Everything(), strings.Fields(test.walk)...)

			clock.Set(january(20))
			for i := range test.pages {
				test.pages[i] = strings.TrimSuffix(test.pages[i], " exp")
			}
			assert.Equal(t, test.pages, pageTitles(t, archive, syndicate.Everything()), "and then one expires")
			assertWalk(t, archive, syndicate.Everything(), strings.Fields(strings.ReplaceAll(test.walk, "exp", ""))...)
		})
	}
}

// DISC-4, SEL-3
func TestPagesCanHoldOneArticleEach(t *testing.T) {
	archive := openArchive(t, limited(1), clockAt(january(31)), numberedFromTo(1, 4)...)
	assert.Equal(t, []string{"01", "02", "03"}, pageTitles(t, archive, syndicate.Everything()))
	assertWalk(t, archive, syndicate.Everything(), "04", "03", "02", "01")
}

// DISC-4: an import, or a source that has only days, gives many articles the same date.
func TestArticlesOfOneSecondFillPagesEvenly(t *testing.T) {
	var articles []syndicate.Article
	for i := range 9 {
		articles = append(articles, with(numbered(i), func(a *syndicate.Article) { a.Published = january(1) }))
	}
	archive := openArchive(t, limited(2), clockAt(january(31)), articles...)
	assert.Equal(t, []string{"07 08", "05 06", "03 04", "01 02"}, pageTitles(t, archive, syndicate.Everything()))
	assertWalk(t, archive, syndicate.Everything(), "00", "01", "02", "03", "04", "05", "06", "07", "08")
}

// DISC-4: every scope has its own pages.
func TestEveryScopeHasItsOwnPages(t *testing.T) {
	military := syndicate.Category{Name: "Military"}
	arms := syndicate.Category{Name: "Arms", Parent: &military}
	var articles []syndicate.Article
	for day, article := range numberedFromTo(1, 7) {
		article.Categories = []syndicate.Category{military, arms}[day%2 : day%2+1]
		articles = append(articles, article)
	}
	site := limited(2)
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.InCategory("military/arms"): {Limit: 1}}
	archive := openArchive(t, site, clockAt(january(31)), articles...)
	assert.Equal(t, []string{"02 01", "04 03", "06 05"}, pageTitles(t, archive, syndicate.InCategory("military")))
	assert.Equal(t, []string{"02", "04"}, pageTitles(t, archive, syndicate.InCategory("military/arms")))
	assertWalk(t, archive, syndicate.InCategory("military/arms"), "06", "04", "02")
}

// heavy returns an article with a body of a size in bytes.
func heavy(day, size int) syndicate.Article {
	return with(numbered(day), func(a *syndicate.Article) {
		a.Summary, a.Content = "Short", "<p>"+strings.Repeat("x", size)+"</p>"
	})
}

// SEL-3, DISC-4: articles that do not fit into the current feed are on the page that is being
// filled.
func TestArticlesThatDoNotFitTheCurrentFeedAreOnAPage(t *testing.T) {
	site := limited(3)
	site.MaxBytes = 10_000
	archive := openArchive(t, site, clockAt(january(31)),
		heavy(1, 10), heavy(2, 10), heavy(3, 10), heavy(4, 3000), heavy(5, 3000), heavy(6, 3000))
	everything := syndicate.Everything()
	require.Equal(t, []string{"06", "05"}, titles(feedOf(t, archive, everything)), "the limit applies")

	assert.Equal(t, []string{"03 02 01", "06 05 04"}, pageTitles(t, archive, everything))
	assertWalk(t, archive, everything, "06", "05", "04", "03", "02", "01")
	assertSizes(t, archive, everything, site.MaxBytes)

	require.NoError(t, archive.Add(heavy(7, 50_000)))
	assert.Equal(t, []string{"07"}, titles(feedOf(t, archive, everything)), "the newest stays, whatever its size")
	assert.Equal(t, []string{"03 02 01", "06 05 04"}, pageTitles(t, archive, everything), "the page is closed and has not changed")
	assertWalk(t, archive, everything, "07", "06", "05", "04", "03", "02", "01")

	require.NoError(t, archive.Update(heavy(7, 10)))
	require.NoError(t, archive.Remove("/06/"))
	assertWalk(t, archive, everything, "07", "05", "04", "03", "02", "01")
	require.NoError(t, archive.Update(heavy(4, 10), heavy(5, 10)))
	assertWalk(t, archive, everything, "07", "05", "04", "03", "02", "01")
}

// assertSizes asserts that the feed of a scope and its pages are not larger than a limit.
func assertSizes(t *testing.T, source syndicate.Source, scope syndicate.Scope, limit int) {
	t.Helper()
	for page := range infoOf(t, source, scope).Pages + 1 {
		for _, format := range syndicate.Formats() {
			size := len(feedOf(t, source, scope.AtPage(page)).Append(nil, format))
			assert.LessOrEqual(t, size, limit, "%s as %s", scope.AtPage(page), format)
		}
	}
}

// DISC-4: the page that is being filled is listed only while the current feed links to it.
func TestPageBeingFilledIsListedWhileTheCurrentFeedIsCut(t *testing.T) {
	site := limited(3)
	site.MaxBytes = 10_000
	archive := openArchive(t, site, clockAt(january(31)), heavy(1, 10), heavy(2, 10))
	everything := syndicate.Everything()
	assert.Equal(t, 0, infoOf(t, archive, everything).Pages)
	require.NoError(t, archive.Update(heavy(1, 9000), heavy(2, 9000)))
	assert.Equal(t, 1, infoOf(t, archive, everything).Pages)
	assertWalk(t, archive, everything, "02", "01")
	require.NoError(t, archive.Update(heavy(2, 10), heavy(1, 10)))
	assert.Equal(t, 0, infoOf(t, archive, everything).Pages)
	assertWalk(t, archive, everything, "02", "01")
}

// SEL-3, DISC-4
func TestPageOverTheSizeLimitShowsExcerptsAndDropsNothing(t *testing.T) {
	site := limited(4)
	site.MaxBytes = 10_000
	archive := openArchive(t, site, clockAt(january(31)),
		heavy(1, 3000), heavy(2, 3000), heavy(3, 3000), heavy(4, 3000), heavy(5, 10))
	page := feedOf(t, archive, syndicate.Everything().AtPage(1))
	assert.Equal(t, []string{"04", "03", "02", "01"}, titles(page))
	var bodies []bool
	for _, a := range page.Articles {
		assert.Equal(t, "Short", a.Summary)
		bodies = append(bodies, a.Content != "")
	}
	assert.Equal(t, []bool{true, true, false, false}, bodies)
	assertSizes(t, archive, syndicate.Everything(), site.MaxBytes)
}

// XML-7, DISC-4: the pages depend on the articles and the time, not on when feeds were requested.
func TestPagesDependOnlyOnTheArticlesAndTheTime(t *testing.T) {
	var articles []syndicate.Article
	for day := 30; day > 0; day-- {
		articles = append(articles, tagged(numbered(day), fmt.Sprint("t", day%3)))
		twin := tagged(numbered(day), "twin")
		twin.URL, twin.Title = fmt.Sprintf("/twin/%02d/", day), "twin"
		if day%4 == 0 {
			twin.Expires = january(day + 5)
		}
		articles = append(articles, twin)
	}
	for _, limit := range []int{1, 2, 3, 7, 20} {
		clock := clockAt(january(1))
		running := openArchive(t, limited(limit), clock, articles...)
		for day := 1; day <= 31; day++ {
			clock.Set(january(day))
			was := everyFeed(t, running)

			late := openArchive(t, limited(limit), clock, articles...)
			require.Equal(t, was, everyFeed(t, late), "limit %d, day %d", limit, day)
			require.Equal(t, timesOfChange(t, running), timesOfChange(t, late), "limit %d, day %d", limit, day)
		}
	}
}

// DISC-4: publishing day by day leads to the same pages as adding all articles at once.
func TestPublishingDayByDayGivesTheSamePages(t *testing.T) {
	clock := clockAt(january(1))
	daily := openArchive(t, limited(3), clock)
	for day := 1; day <= 20; day++ {
		clock.Set(january(day))
		require.NoError(t, daily.Add(numbered(day)))
		atOnce := openArchive(t, limited(3), clock, numberedFromTo(1, day)...)
		require.Equal(t, everyFeed(t, atOnce), everyFeed(t, daily), "day %d", day)
	}
}

// DISC-4, LIFE-3: elements of archive documents are not in the current feed, and the reverse.
func TestCurrentFeedIsNotAnArchiveDocument(t *testing.T) {
	withTombstones := site
	withTombstones.Limit, withTombstones.Tombstones = 2, time.Hour
	var articles []syndicate.Article
	for i := range 6 {
		articles = append(articles, syndicate.Article{URL: fmt.Sprintf("/%d/", i), Title: "A", Published: noon.AddDate(0, 0, i)})
	}
	archive, err := syndicate.NewArchive(withTombstones, articles...)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return noon.AddDate(0, 0, 10) }
	feedOf(t, archive, syndicate.Everything()) // only an article that a feed showed leaves a tombstone
	require.NoError(t, archive.Remove("/3/"))
	current := feedOf(t, archive, syndicate.Everything())
	for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
		doc := textOf(current, format)
		assert.Contains(t, doc, "prev-archive")
		assert.NotContains(t, doc, "fh:archive")
		assert.NotContains(t, doc, "next-archive")
	}
	assert.Contains(t, textOf(current, syndicate.Atom), "at:deleted-entry")

	last := feedOf(t, archive, syndicate.Everything().AtPage(2))
	assert.Zero(t, last.NextArchive, "no page is closed behind it")
	assert.NotZero(t, feedOf(t, archive, syndicate.Everything().AtPage(1)).NextArchive)
	assert.Contains(t, textOf(last, syndicate.Atom), "<fh:archive/>")
	assert.NotContains(t, textOf(last, syndicate.Atom), "at:deleted-entry")
}

// LIFE-6: a preview does not link to pages, which hold public articles only.
func TestPreviewLinksToNoPages(t *testing.T) {
	small := site
	small.Limit = 1
	archive, err := syndicate.NewArchive(small,
		syndicate.Article{URL: "/a/", Title: "A", Published: noon}, syndicate.Article{URL: "/b/", Title: "B", Published: noon.AddDate(0, 0, 1)})
	require.NoError(t, err)
	feed, err := archive.Preview(ctx, syndicate.Everything())
	require.NoError(t, err)
	assert.Zero(t, feed.PrevArchive)
	assert.NotZero(t, feedOf(t, archive, syndicate.Everything()).PrevArchive)
}

// SEL-3: a huge limit does not overflow.
func TestHugeLimitShowsEverything(t *testing.T) {
	unlimited := site
	unlimited.Limit = math.MaxInt
	archive, err := syndicate.NewArchive(unlimited, syndicate.Article{URL: "/a/", Title: "A", Published: noon})
	require.NoError(t, err)
	assert.Len(t, feedOf(t, archive, syndicate.Everything()).Articles, 1)
}
