// Package feedlisttest is the newsroom that the tests of everything that lists a publication's feeds share.
package feedlisttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// Noon is when the articles are from.
var Noon = time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)

// Nordic is the publication.
var Nordic = syndicate.Site{URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en"}

// Open returns an archive of articles that takes the time to be a year after [Noon].
func Open(t *testing.T, site syndicate.Site, articles ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, syndicate.Refused(err))
	archive.Clock = func() time.Time { return Noon.AddDate(1, 0, 0) }
	return archive
}

// Article returns an article without terms, n days before [Noon].
func Article(n int) syndicate.Article {
	return syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: fmt.Sprint("No. ", n), Published: Noon.AddDate(0, 0, -n)}
}

// Newsroom has sections three deep, tags and two authors in articles 1 to 3, and whatever more is given.
func Newsroom(t *testing.T, site syndicate.Site, more ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	military := &syndicate.Category{Name: "Military"}
	exports := &syndicate.Category{Name: "Arms exports", Parent: military}
	drones := &syndicate.Category{Name: "Drones", Parent: exports}
	a, b, c := Article(1), Article(2), Article(3)
	a.Categories = []*syndicate.Category{drones}
	a.Tags = syndicate.Tags("Mevlüt Çavuşoğlu", "Turkey")
	b.Categories = []*syndicate.Category{{Name: "Intelligence", URL: "/spies/"}}
	b.Authors = []syndicate.Author{{Name: "Abdullah Bozkurt"}, {Name: "Levent Kenez"}}
	c.Categories = []*syndicate.Category{military}
	return Open(t, site, append([]syndicate.Article{a, b, c}, more...)...)
}
