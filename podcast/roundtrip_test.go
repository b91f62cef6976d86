package podcast

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// every is every element of the catalogue with each of its parents.
const every = `channel/itunes:author channel/itunes:block channel/itunes:category category/itunes:category channel/itunes:complete
	channel/itunes:explicit channel/itunes:image channel/itunes:new-feed-url channel/itunes:owner owner/itunes:name owner/itunes:email
	channel/itunes:type item/itunes:block item/itunes:duration item/itunes:episode item/itunes:episodeType item/itunes:explicit
	item/itunes:image item/itunes:season item/itunes:title
	channel/podcast:guid channel/podcast:locked item/podcast:transcript channel/podcast:funding item/podcast:funding liveItem/podcast:funding
	item/podcast:chapters item/podcast:soundbite channel/podcast:person item/podcast:person liveItem/podcast:person
	channel/podcast:location item/podcast:location liveItem/podcast:location item/podcast:season item/podcast:episode
	channel/podcast:trailer channel/podcast:license item/podcast:license item/podcast:alternateEnclosure liveItem/podcast:alternateEnclosure
	alternateEnclosure/podcast:source alternateEnclosure/podcast:integrity channel/podcast:value item/podcast:value
	value/podcast:valueRecipient value/podcast:valueTimeSplit valueTimeSplit/podcast:valueRecipient valueTimeSplit/podcast:remoteItem
	channel/podcast:medium channel/podcast:liveItem item/podcast:contentLink liveItem/podcast:contentLink
	channel/podcast:socialInteract item/podcast:socialInteract channel/podcast:block channel/podcast:txt item/podcast:txt
	channel/podcast:remoteItem channel/podcast:podroll podroll/podcast:remoteItem channel/podcast:updateFrequency channel/podcast:podping
	channel/podcast:chat item/podcast:chat liveItem/podcast:chat channel/podcast:publisher publisher/podcast:remoteItem
	channel/podcast:image item/podcast:image liveItem/podcast:image`

func TestRandomShowsAreReadBackUnchanged(t *testing.T) { // POD-40 to POD-69b, POD-72, XML-1
	shows := uint64(150)
	if testing.Short() {
		shows = 40
	}
	seen := map[string]bool{}
	for seed := range shows {
		g := newGenerator(seed)
		f := g.feed(1 + g.IntN(12))
		channel := parse(t, f.Append(nil, syndicate.RSS))
		channel.elements(seen)

		want := f.Extensions[0].(Show)
		want.OnlyNotes = false // is in the texts, not in an element
		if want.Block {
			want.Blocks = append([]Block{{}}, want.Blocks...)
		}
		if want.Owner == (Owner{}) {
			assert.Empty(t, single(channel.podcast("locked")).attr("owner"))
		} else {
			assert.Equal(t, want.Owner.Email, single(channel.podcast("locked")).attr("owner"))
		}
		items := channel.plain("item")
		require.Len(t, items, len(f.Articles))
		for i, a := range f.Articles {
			e := a.Extensions[0].(Episode)
			require.Equal(t, e, readEpisode(items[i]), "seed %d, item %d", seed, i)
			if e.Type == TypeTrailer && e.Number == 0 {
				file := a.Enclosures[0]
				want.Trailers = append(slices.Clip(want.Trailers), Trailer{e.Title, file.URL, a.Published, file.Type, file.Size, e.Season})
			}
		}
		require.Equal(t, want, readShow(channel), "seed %d", seed)
		assertNoRefusals(t, f)
	}
	assert.ElementsMatch(t, strings.Fields(every), slices.Collect(maps.Keys(seen)))
}

// assertNoRefusals asserts that Validate finds nothing that is more than a warning.
func assertNoRefusals(t *testing.T, f *syndicate.Feed) {
	t.Helper()
	for _, p := range f.Validate() {
		assert.True(t, p.Warning, p.Error())
	}
}

func TestRandomEpisodesSurviveAStore(t *testing.T) { // STORE-4
	for seed := range uint64(100) {
		e := newGenerator(seed).episode()
		text, err := e.MarshalText()
		require.NoError(t, err)
		revived, err := Show{}.ReviveArticle(text)
		require.NoError(t, err)
		require.Equal(t, e, revived, "%s", text)
	}
}

func TestSameBytesForTheSameShow(t *testing.T) {
	for seed := range uint64(10) {
		one, two := newGenerator(seed).feed(3), newGenerator(seed).feed(3)
		assert.Equal(t, string(one.Append(nil, syndicate.RSS)), string(two.Append(nil, syndicate.RSS)))
	}
}
