package podcast

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

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
		g := newGenerator(seed)
		g.kept = true
		e := g.episode()
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

// hostile sets every field of a value to something that no feed can hold as it is.
func hostile(g *generator, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(pick(g, "", "\x00<\uffff]]>&\"'\xff", strings.Repeat("ä", 5000), "https://example.com/\"<a>", "javascript:alert(1)", "\n \t",
			"</channel>", "<p>x</p>", "https://[::1", "text/html", "mailto:a@b", "é\u202e", "FREQ=", "Live", "disabled", "N1"))
	case reflect.Bool:
		v.SetBool(g.flag())
	case reflect.Int, reflect.Int64:
		v.SetInt(pick[int64](g, 0, 1, -1, math.MinInt64, math.MaxInt64, 60_000_000_000))
	case reflect.Float64:
		v.SetFloat(pick[float64](g, 0, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64))
	case reflect.Slice:
		if depth < 5 {
			v.Set(reflect.MakeSlice(v.Type(), g.IntN(3), 3))
			for i := range v.Len() {
				hostile(g, v.Index(i), depth+1)
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(pick(g, time.Time{}, noon, time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1<<20, 1, 1, 0, 0, 0, 0, time.UTC))))
			return
		}
		for _, field := range v.Fields() {
			if field.CanSet() {
				hostile(g, field, depth+1)
			}
		}
	}
}

// neverWritten matches addresses of scripts, and numbers that no attribute may hold.
var neverWritten = regexp.MustCompile(` (url|href|uri|img|feedUrl|accountUrl)="javascript|` +
	` (length|split|startTime|duration|bitrate|height|width|suggested|geo)="(-|[^"]*(NaN|Inf))`)

func TestHostileShowsAreWellFormed(t *testing.T) { // XML-1
	shows := uint64(300)
	if testing.Short() {
		shows = 60
	}
	for seed := range shows {
		g := newGenerator(seed)
		var s Show
		var e Episode
		hostile(g, reflect.ValueOf(&s).Elem(), 0)
		hostile(g, reflect.ValueOf(&e).Elem(), 0)
		s.Atom = true
		f := feedOf(s, part(1, e), part(2), nil)
		for _, p := range f.Validate() {
			require.NotEqual(t, syndicate.RuleExtension, p.Rule, "seed %d: %v", seed, p)
		}
		c := channel(t, f)
		require.Len(t, c.plain("item"), 2)
		require.NotEmpty(t, c.podcast("locked"))
		var root node
		require.NoError(t, xml.Unmarshal(f.Append(nil, syndicate.Atom), &root))
		require.Empty(t, neverWritten.FindString(rss(f)), "seed %d", seed)
		for _, a := range c.plain("item")[0].itunes("episode") {
			require.NotContains(t, a.Text, "-")
		}
		var chapters Chapters
		hostile(g, reflect.ValueOf(&chapters).Elem(), 0)
		doc, _ := AppendChapters(nil, chapters)
		require.True(t, json.Valid(doc), string(doc))
		var cues struct{ List []Cue }
		hostile(g, reflect.ValueOf(&cues).Elem(), 0)
		doc, _ = AppendTranscript(nil, cues.List)
		require.True(t, utf8.Valid(doc))
	}
}
