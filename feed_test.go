// Read this file first. It tells the story of one publication: a newsroom's articles become feeds
// for the site and for every category, tag and author, in three formats. The other test files go
// into detail.
package syndicate_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// newsroom returns the archive of the story. It has a section with a subsection, Turkish names, an
// article by two authors and one without a byline, a draft, and an article under embargo.
func newsroom(t *testing.T) *syndicate.Archive {
	t.Helper()
	site := syndicate.Site{
		URL:          "https://www.nordicmonitor.com",
		Title:        "Nordic Monitor",
		Description:  "News and analysis on extremism, security and intelligence",
		Language:     "en",
		Author:       syndicate.Author{Name: "Nordic Research and Monitoring Network"},
		Copyright:    "© Nordic Research & Monitoring Network",
		Logo:         syndicate.Image{URL: "/logo.png", Width: 144, Height: 72},
		Hubs:         []string{"https://hub.example/"},
		TagAuthority: "nordicmonitor.com,2019",
	}
	military := &syndicate.Category{Name: "Military"}
	exports := syndicate.Category{Name: "Arms exports", Parent: military}
	policy := syndicate.Category{Name: "Foreign Policy", Description: "Turkey and its neighbours"}
	bozkurt := syndicate.Author{Name: "Abdullah Bozkurt"}
	isik := syndicate.Author{Name: "Şule Işık"}

	archive, err := syndicate.NewArchive(site,
		syndicate.Article{
			ID:         "4711",
			URL:        "/2022/03/police-protocol-azerbaijan/",
			Title:      "A protocol lets Turkish police deploy to Azerbaijan",
			Summary:    "Ankara & Baku amended their agreement.",
			Content:    `<p>Ankara and Baku <a href="../../02/agreement/">agreed</a> &ndash; see <a href="#text">the text</a>.<script>track()</script>`,
			Published:  istanbul(2022, time.March, 30, 9, 14),
			Updated:    istanbul(2022, time.April, 2, 18, 5),
			Authors:    []syndicate.Author{bozkurt},
			Categories: []syndicate.Category{*military, policy},
			Tags:       syndicate.Tags("Azerbaijan", "Mevlüt Çavuşoğlu"),
			Image:      syndicate.Image{URL: "/img/signing.jpg", Width: 1200, Height: 675, Alt: "Two delegations"},
		},
		syndicate.Article{
			URL:        "/2022/04/drones/",
			Title:      "R&D: what <drones> cost",
			Content:    `<p>The ministry published its figures.</p>`,
			Published:  istanbul(2022, time.April, 4, 12, 0),
			Authors:    []syndicate.Author{isik, bozkurt},
			Categories: []syndicate.Category{exports},
			Tags:       syndicate.Tags("Azerbaijan", "Drones"),
			Enclosures: []syndicate.Enclosure{{URL: "/audio/drones.mp3", Size: 8412160, Duration: 17 * time.Minute}},
		},
		syndicate.Article{
			URL:        "/2022/04/communique/",
			Title:      "The communiqué in full",
			Summary:    "Without a byline, so it is by the publication.",
			Published:  istanbul(2022, time.April, 1, 8, 30),
			Categories: []syndicate.Category{policy},
		},
		syndicate.Article{
			URL: "/draft/", Title: "Not ready", Published: istanbul(2022, time.April, 3, 8, 0), Draft: true,
			Tags: syndicate.Tags("Secret"),
		},
		syndicate.Article{
			URL: "/2022/05/embargo/", Title: "Under embargo", Published: istanbul(2022, time.May, 1, 8, 0),
			Tags: syndicate.Tags("Drones"),
		},
	)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return istanbul(2022, time.April, 10, 12, 0) }
	return archive
}

// A publication has a feed of everything, and one for each category, tag and author with a
// published article. // SEL-1, LIFE-1
func TestEveryCategoryTagAndAuthorInUseHasAFeed(t *testing.T) {
	var scopes []string
	for info, err := range newsroom(t).Scopes(context.Background()) {
		require.NoError(t, err)
		scopes = append(scopes, info.Scope.String()+": "+info.Title)
	}
	assert.Equal(t, []string{
		"site: Nordic Monitor",
		"category/foreign-policy: Foreign Policy – Nordic Monitor",
		"category/military: Military – Nordic Monitor",
		"category/military/arms-exports: Military / Arms exports – Nordic Monitor",
		"tag/azerbaijan: #Azerbaijan – Nordic Monitor",
		"tag/drones: #Drones – Nordic Monitor",
		"tag/mevlut-cavusoglu: #Mevlüt Çavuşoğlu – Nordic Monitor",
		"author/abdullah-bozkurt: Abdullah Bozkurt – Nordic Monitor",
		"author/sule-isik: Şule Işık – Nordic Monitor",
	}, scopes)
}

// The newest article comes first. Drafts and articles under embargo are in no feed. // SEL-3,
// LIFE-1, LIFE-2
func TestSiteFeedHasPublishedArticlesNewestFirst(t *testing.T) {
	assert.Equal(t, []string{
		"R&D: what <drones> cost",
		"The communiqué in full",
		"A protocol lets Turkish police deploy to Azerbaijan",
	}, titles(feedOf(t, newsroom(t), syndicate.Everything())))
}

// An article in a subsection is in the section's feed too. // SEL-2
func TestCategoryFeedIncludesItsSubcategories(t *testing.T) {
	archive := newsroom(t)
	assert.Equal(t, []string{
		"R&D: what <drones> cost",
		"A protocol lets Turkish police deploy to Azerbaijan",
	}, titles(feedOf(t, archive, syndicate.InCategory("military"))))
	assert.Equal(t, []string{
		"R&D: what <drones> cost",
	}, titles(feedOf(t, archive, syndicate.InCategory("military/arms-exports"))))
}

// An article is in the feed of each of its authors and tags. // SEL-1
func TestTagAndAuthorFeedsHaveTheirArticles(t *testing.T) {
	archive := newsroom(t)
	assert.Len(t, feedOf(t, archive, syndicate.WithTag("azerbaijan")).Articles, 2)
	assert.Len(t, feedOf(t, archive, syndicate.ByAuthor("abdullah-bozkurt")).Articles, 2)
	assert.Equal(t, []string{"R&D: what <drones> cost"}, titles(feedOf(t, archive, syndicate.ByAuthor("sule-isik"))))
}

// A tag that is not used has no feed, and neither does a tag that only a draft uses. // SEL-6,
// LIFE-1
func TestTagWithoutPublishedArticlesHasNoFeed(t *testing.T) {
	for _, scope := range []syndicate.Scope{syndicate.WithTag("sports"), syndicate.WithTag("secret")} {
		_, err := newsroom(t).Feed(context.Background(), scope)
		require.ErrorIs(t, err, syndicate.ErrNotFound)
		assert.EqualError(t, err, `syndicate: scope "`+scope.String()+`": no such feed`)
	}
}

// The exact bytes are in testdata/golden. Rewrite them with
//
//	go test -run TestGoldenFeeds -update
func TestGoldenFeeds(t *testing.T) {
	archive := newsroom(t)
	for name, scope := range map[string]syndicate.Scope{
		"site":     syndicate.Everything(),
		"category": syndicate.InCategory("military"),
		"tag":      syndicate.WithTag("mevlut-cavusoglu"),
		"author":   syndicate.ByAuthor("sule-isik"),
	} {
		feed := feedOf(t, archive, scope)
		for _, format := range syndicate.Formats() {
			t.Run(name+"."+format.String(), func(t *testing.T) {
				golden(t, name+"."+format.FileName(), feed.Append(nil, format))
			})
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

// Validate finds no errors in the feeds of a Source. Its warnings say what a format cannot hold.
func TestFeedsOfASourceAreValid(t *testing.T) {
	archive := newsroom(t)
	for info, err := range archive.Scopes(context.Background()) {
		require.NoError(t, err)
		assert.Empty(t, errorsIn(feedOf(t, archive, info.Scope).Validate()), "%s", info.Scope)
	}
}

// The output is deterministic: the same articles always give the same bytes. // XML-7
func TestSameArticlesGiveTheSameBytesAtAnyTime(t *testing.T) {
	one, other := newsroom(t), newsroom(t)
	other.Clock = func() time.Time { return istanbul(2022, time.April, 11, 3, 0) }
	for info, err := range one.Scopes(context.Background()) {
		require.NoError(t, err)
		for _, format := range syndicate.Formats() {
			assert.Equal(t, textOf(feedOf(t, one, info.Scope), format),
				textOf(feedOf(t, other, info.Scope), format), "%s as %s", info.Scope, format)
		}
	}
}
