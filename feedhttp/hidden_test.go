// Articles that are not public change no response.
package feedhttp_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

var hiddenTerms = []string{"turkey", "azerbaijan", "secret"}

// everyAnswer requests every possible feed, with all relevant kinds of requests.
func everyAnswer(h *feedhttp.Handler) map[string]answer {
	feedhttp.KeepFast(h)
	answers := map[string]answer{}
	ask := func(path string) {
		for _, send := range []string{"Accept: */*", "Accept-Encoding: gzip", "Sec-Fetch-Dest: document", "If-None-Match: *", "If-Modified-Since: Wed, 10 Jan 2024 00:00:00 GMT"} {
			for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST"} {
				answers[method+" "+path+" "+send] = asked(h, method, "/news/"+path, send)
			}
		}
	}
	for path := range pages {
		ask(path)
	}
	for _, dir := range []string{"", "page/1/", "page/2/", "tag/turkey/", "tag/turkey/page/1/", "tag/azerbaijan/", "tag/secret/", "category/secret/", "author/secret/"} {
		for _, file := range []string{"rss.xml", "atom.xml", "feed.json"} {
			ask(dir + file)
		}
	}
	return answers
}

// LIFE-1
func TestNothingHiddenShowsInAnyAnswer(t *testing.T) {
	visible := []syndicate.Article{numbered(1, "turkey"), numbered(2, "turkey", "azerbaijan"), numbered(3), numbered(4, "turkey"), numbered(5)}
	seeds := uint64(8)
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 1))
		clock := clockAt(day(20))
		without := openArchive(t, exampleSite, clock, visible...)
		with := openArchive(t, exampleSite, clock, visible...)
		before := &feedhttp.Handler{Source: without, Clock: clock.now, Pages: pages}
		after := &feedhttp.Handler{Source: with, Clock: clock.now, Pages: pages}
		want := everyAnswer(before)
		require.Equal(t, want, everyAnswer(after), "to begin with")

		var drafts []string
		for n := range 10 {
			secret := hiddenArticle(random, n)
			require.NoError(t, with.Add(secret))
			if secret.Draft {
				drafts = append(drafts, secret.URL)
			}
			clock.forward(time.Second)
		}
		require.NoError(t, with.Remove(drafts...), "articles that were never shown leave no trace either")
		assert.Equal(t, want, everyAnswer(after), "with what was kept, seed %d", seed)
		fresh := &feedhttp.Handler{Source: with, Clock: clock.now, Pages: pages}
		assert.Equal(t, want, everyAnswer(fresh), "made anew, seed %d", seed)
	}
}

// LIFE-2: whatever was requested before, each response changes exactly when it would without a
// cache.
func TestHiddenArticlesAppearOnTime(t *testing.T) {
	seeds := uint64(3)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 2))
		clock := clockAt(day(20))
		articles := []syndicate.Article{numbered(1, "turkey"), numbered(2, "turkey", "azerbaijan"), numbered(3), numbered(4, "turkey"), numbered(5)}
		var moments []time.Time
		for n := range 6 {
			secret := hiddenArticle(random, n)
			if !secret.Draft && secret.Published.After(day(20)) {
				secret.Expires = secret.Published.Add(time.Duration(1+random.IntN(30)) * time.Hour)
				moments = append(moments, secret.Published, secret.Expires)
			}
			articles = append(articles, secret)
		}
		require.NotEmpty(t, moments)
		slices.SortFunc(moments, time.Time.Compare)
		running := &feedhttp.Handler{Source: openArchive(t, exampleSite, clock, articles...), Clock: clock.now, Pages: pages}
		before := everyAnswer(running)
		for _, moment := range moments {
			for _, now := range []time.Time{moment.Add(-1), moment, moment.Add(time.Second)} {
				clock.set(now)
				fresh := &feedhttp.Handler{Source: openArchive(t, exampleSite, clock, articles...), Clock: clock.now, Pages: pages}
				want := everyAnswer(fresh)
				require.Equal(t, want, everyAnswer(running), "seed %d, %v", seed, now)
				if now == moment {
					require.NotEqual(t, before["GET feeds.opml Accept: */*"].body+before["GET rss.xml Accept: */*"].body,
						want["GET feeds.opml Accept: */*"].body+want["GET rss.xml Accept: */*"].body)
				}
				before = want
			}
		}
	}
}

// hiddenArticle returns a draft, an expired article, or one whose embargo is longer than MaxAge.
func hiddenArticle(random *rand.Rand, n int) syndicate.Article {
	a := numbered(1+random.IntN(19), hiddenTerms[random.IntN(3)], hiddenTerms[random.IntN(3)])
	a.URL, a.Title = fmt.Sprintf("/secret/%d/", n), "Secret"
	a.Categories = []syndicate.Category{{Name: "Secret"}}
	a.Authors = []syndicate.Author{{Name: "Secret"}}
	switch random.IntN(3) {
	case 0:
		a.Draft = true
	case 1:
		a.Expires = a.Published.Add(time.Hour)
	default:
		a.Published = day(20).Add(20*time.Minute + time.Duration(random.IntN(1000))*time.Hour)
	}
	return a
}

// LIFE-1, LIFE-2: less than MaxAge before an article appears, only the lifetime of its feeds
// reveals this. The article appears at its exact time.
func TestEmbargoShortensTheLifetimeOfItsFeedsOnly(t *testing.T) {
	clock := clockAt(day(20))
	visible := []syndicate.Article{numbered(1, "turkey"), numbered(2, "azerbaijan")}
	soon := numbered(20, "turkey", "secret")
	soon.URL, soon.Published = "/soon/", day(20).Add(5*time.Minute)
	without := everyAnswer(&feedhttp.Handler{Source: openArchive(t, exampleSite, clock, visible...), Clock: clock.now, Pages: pages})
	h := &feedhttp.Handler{Source: openArchive(t, exampleSite, clock, append(visible, soon)...), Clock: clock.now, Pages: pages}
	for request, got := range everyAnswer(h) {
		want := without[request]
		if got.header.Get("Cache-Control") == "public, max-age=300" {
			assert.Regexp(t, `^(GET|HEAD) ((page/1/|tag/turkey/(page/1/)?)?(rss.xml|atom.xml|feed.json)|feeds/|feeds.opml) `, request, "feeds of the article's scopes, and pages of all")
			got.header.Set("Cache-Control", "public, max-age=600")
		}
		assert.Equal(t, want, got, request)
	}

	clock.set(soon.Published.Add(-1))
	assert.NotContains(t, asked(h, "GET", turkey).body, "/soon/")
	assert.Equal(t, 404, asked(h, "GET", "/news/tag/secret/rss.xml").status)
	clock.set(soon.Published)
	assert.Contains(t, asked(h, "GET", turkey).body, "/soon/")
	assert.Equal(t, 200, asked(h, "GET", "/news/tag/secret/rss.xml").status)
}
