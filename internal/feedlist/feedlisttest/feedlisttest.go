// Package feedlisttest provides the newsroom for the tests of the packages that list feeds.
package feedlisttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// Noon is close to the dates of the articles; see [Article].
var Noon = time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)

// Nordic is the site of the newsroom.
var Nordic = syndicate.Site{URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en"}

// Open returns an archive of the articles. Its clock is a year after [Noon].
func Open(t *testing.T, site syndicate.Site, articles ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return Noon.AddDate(1, 0, 0) }
	return archive
}

// Article returns an article published n days before [Noon], without categories, tags and authors.
func Article(n int) syndicate.Article {
	return syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: fmt.Sprint("No. ", n), Published: Noon.AddDate(0, 0, -n)}
}

// Newsroom returns an archive of articles 1 to 3, which have categories of three levels, tags and
// two authors, and of the given articles.
func Newsroom(t *testing.T, site syndicate.Site, more ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	military := syndicate.Category{Name: "Military"}
	exports := syndicate.Category{Name: "Arms exports", Parent: &military}
	drones := syndicate.Category{Name: "Drones", Parent: &exports}
	a, b, c := Article(1), Article(2), Article(3)
	a.Categories = []syndicate.Category{drones}
	a.Tags = syndicate.Tags("Mevlüt Çavuşoğlu", "Turkey")
	b.Categories = []syndicate.Category{{Name: "Intelligence", URL: "/spies/"}}
	b.Authors = []syndicate.Author{{Name: "Abdullah Bozkurt"}, {Name: "Levent Kenez"}}
	c.Categories = []syndicate.Category{military}
	return Open(t, site, append([]syndicate.Article{a, b, c}, more...)...)
}
