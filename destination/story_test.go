package destination_test

import (
	"image"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/destination"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// Stores keep a Story as text and read it again.
var (
	_ sqlstore.Keepable = destination.Story{}
	_ sqlstore.Reviver  = destination.Story{}
)

func TestStoredStoryIsTheSame(t *testing.T) {
	story := destination.Story{
		ShortTitle: "Strikes", Written: time.Date(2026, 3, 4, 8, 30, 0, 0, time.UTC), Caption: "At the station",
		Rights: []destination.ImageRights{{
			URL: "https://example.com/a.jpg", Syndication: destination.NotGranted, LicenseID: "1", LicensorName: "Anadolu",
			Focus: image.Rect(1, 2, 3, 4),
		}},
		Video:     destination.Video{URL: "https://example.com/1.mp4", Caption: "The strike"},
		Analytics: "<script></script>", Advertisement: "<div></div>",
		Sponsored: []destination.SponsoredLink{{Link: "https://example.com/", Advertiser: "A", Title: "B", Thumbnail: "C"}},
	}
	text, err := story.MarshalText()
	require.NoError(t, err)
	revived, err := destination.Story{}.ReviveArticle(text)
	require.NoError(t, err)
	assert.Equal(t, story, revived)
	_, err = destination.Story{}.ReviveArticle([]byte("{"))
	assert.Error(t, err)
}
