// These tests show what episodes the posts of podcast plug-ins become.
package wordpress_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/podcast"
	"github.com/syndicate-go/syndicate/wordpress"
)

// metas returns postmeta elements of keys and values.
func metas(pairs ...string) (all string) {
	for i := 0; i < len(pairs); i += 2 {
		all += meta(pairs[i], pairs[i+1])
	}
	return all
}

// php returns what PHP's serialize writes: strings, ints, bools, and lists of them.
func php(v any) string {
	switch v := v.(type) {
	case nil:
		return "N;"
	case string:
		return fmt.Sprintf(`s:%d:"%s";`, len(v), v)
	case int:
		return fmt.Sprintf("i:%d;", v)
	case bool:
		return map[bool]string{true: "b:1;", false: "b:0;"}[v]
	case []any: // keys and values
		var text strings.Builder
		text.WriteString(fmt.Sprintf("a:%d:{", len(v)/2))
		for _, entry := range v {
			text.WriteString(php(entry))
		}
		return text.String() + "}"
	}
	panic(v)
}

// episodeOf returns the article of the post 1 in an export, its episode, and the issues.
func episodeOf(t *testing.T, more string) (a syndicate.Article, e *podcast.Episode, issues []string) {
	t.Helper()
	o := readText(t, head+post(1, more)+foot)
	require.NoError(t, o.err)
	for _, p := range o.problems {
		issues = append(issues, p.Field+" "+p.Value+": "+string(p.Reason))
	}
	require.Len(t, o.order, 1)
	a = o.order[0]
	require.LessOrEqual(t, len(a.Extensions), 1)
	if len(a.Extensions) == 1 {
		episode := a.Extensions[0].(podcast.Episode)
		e = &episode
	}
	return a, e, issues
}

func TestEpisodesOfSeriouslySimplePodcasting(t *testing.T) { // WXR-7
	a, e, issues := episodeOf(t, metas("audio_file", "https://t.example/1.mp3", "enclosure", "https://t.example/1.mp3\n\n\n", "duration", "00:50:10",
		"filesize_raw", "48000000", "filesize", "45.78M", "explicit", "on", "block", "", "itunes_episode_number", "3", "itunes_season_number", "1",
		"itunes_title", "The bell", "itunes_episode_type", "bonus", "cover_image", "/cover.jpg", "ssp_guid", "9b024349-ccf0-5f69-a609-6b82873eab3c",
		"transcript_file", "https://t.example/1.vtt")+`<category domain="series" nicename="field-notes"><![CDATA[Field Notes]]></category>`)
	assert.Empty(t, issues)
	assert.Equal(t, "9b024349-ccf0-5f69-a609-6b82873eab3c", a.ID) // that of the podcast's feed
	assert.Equal(t, []syndicate.Enclosure{{URL: "https://t.example/1.mp3", Size: 48_000_000, Duration: 50*time.Minute + 10*time.Second}}, a.Enclosures)
	assert.Equal(t, []syndicate.Category{{Name: "Field Notes", Slug: "field-notes"}}, a.Categories)
	assert.Equal(t, &podcast.Episode{
		Title: "The bell", Season: 1, Number: 3, Type: podcast.TypeBonus, Rating: podcast.RatingExplicit,
		Artwork: syndicate.Image{URL: "https://t.example/cover.jpg"}, Transcripts: []podcast.Transcript{{URL: "https://t.example/1.vtt"}},
	}, e)

	// The guid of a feed that the plug-in imported goes first, and a file alone is an episode.
	a, e, issues = episodeOf(t, metas("ssp_original_guid", "old/7", "ssp_guid", "new", "audio_file", "/1.mp4"))
	assert.Empty(t, issues)
	assert.Equal(t, "old/7", a.ID)
	assert.Equal(t, []syndicate.Enclosure{{URL: "https://t.example/1.mp4", Type: "video/mp4"}}, a.Enclosures)
	assert.Nil(t, e) // there is nothing more to say of it
}

func TestEpisodesOfPowerPress(t *testing.T) { // WXR-7
	list := php([]any{
		"duration", "00:50:10", "explicit", "2", "episode_title", "Die Glocke – ä", "episode_no", 3, "season", "1", "episode_type", "full",
		"itunes_image", "https://t.example/c.jpg", "block", 1, "pci_transcript", 1, "pci_transcript_url", "/1.srt", "pci_transcript_language", "en",
		"pci_chapters", "1", "pci_chapters_url", "/1.json", "donate_url", "https://t.example/give", "donate_label", "Give",
		"copyright", "cc-by-4.0", "episode_no_display", "Ch. 3", "keywords", "a\nb", "no_player", true,
		"credits", []any{0, []any{"name", "Nazlı", "role", "guest", "person_url", "https://t.example/n.jpg", "link_url", nil}},
		"soundbites", []any{0, []any{"start", "73.5", "duration", "0:30", "title", "Hear"}},
		"location", []any{0, []any{"address", "Ankara", "osm", "R1", "country", "TR"}},
		"content_link", []any{0, []any{"url", "https://t.example/w", "label", "Watch"}},
		"txt_tag", []any{0, []any{"tag", "x", "purpose", "verify"}},
		"social_interact", []any{0, []any{"uri", "https://s.example/1", "protocol", "activitypub", "account_id", "@n", "priority", "1"}},
		"alternate_enclosure", []any{0, []any{"url", "https://t.example/1.opus", "type", "audio/opus", "length", 5, "is_default", true,
			"uris", []any{0, []any{"uri", "https://t.example/1.opus", "contentType", nil}}}},
		"value_recipients", []any{0, []any{"pubkey", "02"}},
	})
	a, e, issues := episodeOf(t, metas("enclosure", "https://t.example/1.mp3\n48000000\naudio/mpeg\n"+list))
	assert.Equal(t, []string{"enclosure: value_recipients : no field holds it; dropped"}, issues)
	assert.Equal(t, "https://t.example/?p=1", a.ID)
	assert.Equal(t, []syndicate.Enclosure{{URL: "https://t.example/1.mp3", Type: "audio/mpeg", Size: 48_000_000, Duration: 50*time.Minute + 10*time.Second}}, a.Enclosures)
	assert.Equal(t, &podcast.Episode{
		Title: "Die Glocke – ä", Season: 1, Number: 3, Display: "Ch. 3", Rating: podcast.RatingClean, Block: true,
		Artwork:     syndicate.Image{URL: "https://t.example/c.jpg"},
		Transcripts: []podcast.Transcript{{URL: "https://t.example/1.srt", Language: "en", Captions: true}},
		Chapters:    podcast.File{URL: "https://t.example/1.json", Type: podcast.TypeChapters},
		Funding:     []podcast.Funding{{URL: "https://t.example/give", Text: "Give"}}, License: podcast.License{Name: "cc-by-4.0"},
		People:       []podcast.Person{{Name: "Nazlı", Role: "guest", Image: "https://t.example/n.jpg"}},
		Soundbites:   []podcast.Soundbite{{Start: 73500 * time.Millisecond, Duration: 30 * time.Second, Title: "Hear"}},
		Locations:    []podcast.Location{{Name: "Ankara", OSM: "R1", Country: "TR"}},
		ContentLinks: []podcast.ContentLink{{URL: "https://t.example/w", Text: "Watch"}},
		Txts:         []podcast.Txt{{Purpose: "verify", Text: "x"}},
		Socials:      []podcast.Social{{Protocol: "activitypub", URI: "https://s.example/1", AccountID: "@n", Priority: 1}},
		Alternates:   []podcast.AlternateEnclosure{{Type: "audio/opus", Size: 5, Default: true, Sources: []podcast.Source{{URI: "https://t.example/1.opus"}}}},
	}, e)

	// A show of several; a number with a fraction; a file without its switch.
	a, e, issues = episodeOf(t, metas("_other:enclosure", "/2.mp3\n5\naudio/mpeg\n"+php([]any{"episode_no", "3.5", "pci_transcript_url", "/1.srt"})))
	assert.Empty(t, issues)
	assert.Len(t, a.Enclosures, 1)
	assert.Equal(t, &podcast.Episode{Order: 3.5}, e)
}

func TestFaultsInPodcastMetasCostOneValue(t *testing.T) { // WXR-4, WXR-7
	for _, c := range []struct {
		metas  []string
		issues []string
	}{
		{[]string{"audio_file", "javascript:x"}, []string{"audio_file javascript:x: not an http or https address"}},
		{[]string{"audio_file", "/1.mp3", "itunes_season_number", "one"}, []string{"itunes_season_number one: not a number; dropped"}},
		{[]string{"audio_file", "/1.mp3", "itunes_episode_type", "pilot"}, []string{"itunes_episode_type pilot: not a type of episodes"}},
		{[]string{"_podlove_guid", "podlove-1"}, []string{"_podlove_guid podlove-1: the file of the episode is not in the export"}},
		{[]string{"enclosure", "/1.mp3\n5\naudio/mpeg\na:1:{O:8:\"stdClass\":0:{}}"}, []string{"enclosure a:1:{O:8:\"stdClass\":0:{}}: what the podcast plug-in stored cannot be read"}},
		{[]string{"enclosure", "/1.mp3\n5\naudio/mpeg\n" + php([]any{"episode_no", "x"})}, []string{"enclosure: episode_no x: not a number; dropped"}},
	} {
		a, _, issues := episodeOf(t, metas(c.metas...))
		assert.Equal(t, c.issues, issues, c.metas)
		assert.Equal(t, "Post 1", a.Title)
	}
	// Texts whose lengths were counted in another encoding, as in some exports.
	_, e, issues := episodeOf(t, metas("enclosure", "/1.mp3\n5\naudio/mpeg\n"+strings.ReplaceAll(php([]any{"episode_title", "Köln", "season", "2"}), "s:5:", "s:4:")))
	assert.Empty(t, issues)
	assert.Equal(t, &podcast.Episode{Title: "Köln", Season: 2}, e)
}

// Themes and other plug-ins have metas with these names. They make no episode of a post.
func TestMetasOfOtherPluginsMakeNoEpisode(t *testing.T) { // WXR-7
	for _, others := range [][]string{
		{"duration", "3 days", "explicit", "on", "block", "on"}, {"cover_image", "123"}, {"cover_image", "/cover.jpg", "duration", "10"},
		{"transcript_file", "/interview.pdf", "filesize_raw", "5"},
	} {
		a, e, issues := episodeOf(t, metas(others...)+`<category domain="series" nicename="sketches">Sketches</category>`)
		assert.Empty(t, a.Enclosures, others)
		assert.Empty(t, a.Categories, others)
		assert.Nil(t, e, others)
		for _, issue := range issues {
			assert.Contains(t, issue, "series", "the taxonomy of another plug-in")
		}
	}
}

// A show that leaves a plug-in: the posts of one series become its feed.
func TestShowOfAPluginIsPublished(t *testing.T) { // WXR-7
	export := wordpress.Export{Clock: clock, Types: []string{"podcast"}, Input: strings.NewReader(head + strings.Replace(post(1, metas("audio_file", "/1.mp3", "filesize_raw", "5",
		"itunes_episode_number", "3", "ssp_guid", "a-b")+`<category domain="series" nicename="field-notes">Field Notes</category>`), "<wp:post_type>post", "<wp:post_type>podcast", 1) + foot)}
	site, err := export.Site()
	require.NoError(t, err)
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.InCategory("field-notes"): {
		Language: "en", Extensions: []syndicate.Extension{podcast.Show{
			Categories: []podcast.Category{"News"}, Artwork: syndicate.Image{URL: "/art.jpg"}, Owner: podcast.Owner{Email: "d@t.example"},
		}},
	}}
	archive, err := export.Archive(site)
	require.NoError(t, err)
	feed, err := archive.Feed(t.Context(), syndicate.InCategory("field-notes"))
	require.NoError(t, err)
	assert.Contains(t, string(feed.Append(nil, syndicate.RSS)), `<guid isPermaLink="false">a-b</guid>`)
	assert.Contains(t, string(feed.Append(nil, syndicate.RSS)), "<itunes:episode>3</itunes:episode>")
	for _, p := range feed.Validate() {
		assert.True(t, p.Warning, p.Error())
	}
}
