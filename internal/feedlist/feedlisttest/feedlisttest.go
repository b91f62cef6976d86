// Package feedlisttest contains a newsroom for the tests of packages opml and feedpage.
package feedlisttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// Noon is the time from which [Article] counts back.
var Noon = time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)

// Nordic is the site of the newsroom.
var Nordic = syndicate.Site{URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en"}

// Open returns an archive whose clock shows one year after [Noon].
func Open(t *testing.T, site syndicate.Site, articles ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return Noon.AddDate(1, 0, 0) }
	return archive
}

// Article returns an article without terms, n days before [Noon].
func Article(n int) syndicate.Article {
	return syndicate.Article{
		URL:       fmt.Sprintf("/%d/", n),
		Title:     fmt.Sprint("No. ", n),
		Published: Noon.AddDate(0, 0, -n),
	}
}

// Newsroom returns an archive with sections three levels deep, two tags and two authors in
// articles 1 to 3, and with further articles.
func Newsroom(t *testing.T, site syndicate.Site, more ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	a, b, c := Article(1), Article(2), Article(3)
	a.Categories = syndicate.Categories("Military/Arms exports/Drones")
	a.Tags = syndicate.Tags("Mevlüt Çavuşoğlu", "Turkey")
	b.Categories = []syndicate.Category{{Name: "Intelligence", URL: "/spies/"}}
	b.Authors = []syndicate.Author{{Name: "Abdullah Bozkurt"}, {Name: "Levent Kenez"}}
	c.Categories = syndicate.Categories("Military")
	return Open(t, site, append([]syndicate.Article{a, b, c}, more...)...)
}
