package derived_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
)

var noon = time.Date(2024, time.January, 1, 12, 0, 0, 0, time.UTC)

// counted counts the feeds that are requested.
type counted struct {
	syndicate.Source
	feeds int
}

func (c *counted) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	c.feeds++
	return c.Source.Feed(ctx, scope)
}

// archiveOf returns an archive of so many articles, each published so many seconds after the one
// before it.
func archiveOf(t *testing.T, site syndicate.Site, count int, apart time.Duration) *syndicate.Archive {
	t.Helper()
	site.URL, site.Title = "https://www.example.com/n%20ews/", "The Example"
	var articles []syndicate.Article
	for i := range count {
		articles = append(articles, syndicate.Article{
			URL: fmt.Sprintf("%04d/", i), Title: fmt.Sprint(i), Published: noon.Add(time.Duration(i) * apart),
			Tags: syndicate.Tags("All"),
		})
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	return archive
}

// titles returns the titles of a scope's articles, as they are listed.
func titles(t *testing.T, source syndicate.Source, scope syndicate.Scope) (titles []string) {
	t.Helper()
	for a, err := range derived.Articles(t.Context(), source, scope) {
		require.NoError(t, err)
		titles = append(titles, a.Title)
	}
	return titles
}

func numbersDown(from int, without ...int) (titles []string) {
	for i := from; i >= 0; i-- {
		if len(without) == 0 || i < without[0] || i > without[1] {
			titles = append(titles, fmt.Sprint(i))
		}
	}
	return titles
}

func TestArticlesAreListedOnceFromTheNewestToTheOldest(t *testing.T) {
	for name, site := range map[string]syndicate.Site{
		"files": {Limit: 7}, "WordPress": {Limit: 7, Addresses: syndicate.WordPress}, "all in one feed": {Limit: 1000},
		"JSON only": {Limit: 7, Formats: []syndicate.Format{syndicate.JSON}}, "small feeds": {Limit: 7, MaxBytes: 3000},
	} {
		for _, count := range []int{0, 1, 7, 8, 50} {
			for _, apart := range []time.Duration{time.Minute, 0} {
				archive := archiveOf(t, site, count, apart)
				if apart > 0 {
					assert.Equal(t, numbersDown(count-1), titles(t, archive, syndicate.Everything()), "%s, %d", name, count)
				} else {
					assert.Len(t, titles(t, archive, syndicate.WithTag("all")), count, "%s, %d", name, count)
				}
			}
		}
	}
	assert.Empty(t, titles(t, archiveOf(t, syndicate.Site{}, 3, 0), syndicate.WithTag("none")))
}

func TestArticlesBelowAGapAreListedAndFound(t *testing.T) {
	archive := archiveOf(t, syndicate.Site{Limit: 10}, 100, time.Minute)
	assert.Len(t, titles(t, archive, syndicate.Everything()), 100)
	for i := 20; i < 60; i++ { // whole pages
		require.NoError(t, archive.Remove(fmt.Sprintf("https://www.example.com/n%%20ews/%04d/", i)))
	}
	assert.Equal(t, numbersDown(99, 20, 59), titles(t, archive, syndicate.Everything()))
	for i := range 100 {
		_, err := find(t, archive, i, noon.Add(time.Duration(i)*time.Minute))
		assert.Equal(t, i < 20 || i >= 60, err == nil, i)
	}
}

// find finds the article with a number.
func find(t *testing.T, source syndicate.Source, number int, at time.Time) (derived.Shown, error) {
	return derived.Find(t.Context(), source, syndicate.Everything(), at,
		func(a *syndicate.Article) bool { return a.Title == fmt.Sprint(number) })
}

func TestEveryArticleIsFoundByItsTime(t *testing.T) {
	for _, apart := range []time.Duration{time.Hour, time.Second, 100 * time.Millisecond, 0} {
		source := &counted{Source: archiveOf(t, syndicate.Site{Limit: 3}, 90, apart)}
		most := 0
		for i := range 90 {
			source.feeds = 0
			at := noon.Add(time.Duration(i) * apart)
			found, err := find(t, source, i, at)
			require.NoError(t, err, "%v, %d", apart, i)
			assert.Equal(t, fmt.Sprint(i), found.Title)
			assert.Contains(t, found.Feed.Articles, found.Article)
			most = max(most, source.feeds)
			_, err = find(t, source, -1, at)
			require.ErrorIs(t, err, syndicate.ErrNotFound, "another article")
			_, err = find(t, source, i, at.Add(30*time.Minute))
			if apart == time.Hour {
				require.ErrorIs(t, err, syndicate.ErrNotFound, "another time")
			}
		}
		if apart >= time.Second {
			assert.LessOrEqual(t, most, 1+6, "%v: the current feed, and the logarithm of 30 pages", apart)
		}
	}
}

// failing is a Source that fails for one scope.
type failing struct {
	syndicate.Source
	at syndicate.Scope
}

func (f failing) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if scope == f.at {
		return nil, context.DeadlineExceeded
	}
	return f.Source.Feed(ctx, scope)
}

func TestAFailureIsReturnedAndNotTakenForTheEnd(t *testing.T) {
	for _, page := range []int{0, 1, 15} {
		source := failing{archiveOf(t, syndicate.Site{Limit: 3}, 90, time.Hour), syndicate.Everything().AtPage(page)}
		var last error
		for _, err := range derived.Articles(t.Context(), source, syndicate.Everything()) {
			require.NoError(t, last, "the list goes on")
			last = err
		}
		require.ErrorIs(t, last, context.DeadlineExceeded)
		_, err := find(t, source, -1, noon)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
}
