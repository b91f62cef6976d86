package podcast

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// Each fault of an episode is one warning, and nothing but the detail is lost.
func TestWhatIsMendedOrLeftOut(t *testing.T) {
	person, recipient := Person{Name: "Ann"}, Recipient{Type: "node", Address: "02d5", Split: 1}
	source := []Source{{URI: "/a.opus"}}
	tests := map[string]struct {
		episode Episode
		want    string // the field and the rule; "" for none
		writes  string // what is in the item nevertheless; with a "!" before it, what is not
	}{
		"season":                {Episode{Season: -1}, "Season: negative", "!itunes:season"}, // POD-24
		"number":                {Episode{Number: -1}, "Number: negative", "!itunes:episode>"},
		"type":                  {Episode{Type: "full-length"}, "Type: " + string(RuleUnknown), "!itunes:episodeType"}, // POD-25
		"type in capitals":      {Episode{Type: "Trailer"}, "", "<itunes:episodeType>trailer<"},
		"rating":                {Episode{Rating: "yes"}, "Rating: " + string(RuleUnknown), "!<itunes:explicit>true"},
		"artwork":               {Episode{Artwork: syndicate.Image{URL: "/a.jpg", Width: 1399, Height: 1400}}, "Artwork: " + string(RuleArtwork), "!itunes:image href=\"https://example.com/a.jpg"}, // POD-27
		"artwork, gif":          {Episode{Artwork: syndicate.Image{URL: "/a.gif"}}, "Artwork: " + string(RuleArtwork), "!a.gif"},
		"artwork, scheme":       {Episode{Artwork: syndicate.Image{URL: "ftp://example.com/a.jpg"}}, "Artwork.URL: " + string(syndicate.RuleBadScheme), "!a.jpg"},
		"title too long":        {Episode{Title: strings.Repeat("ä", 256)}, "Title: " + string(RuleTooLong), "<itunes:title>" + strings.Repeat("ä", 254) + "…<"}, // POD-6
		"season name":           {Episode{SeasonName: "Egyptology"}, "Season: missing", "!Egyptology"},                                                           // POD-48
		"display":               {Episode{Display: "Ch. 3"}, "Number: missing", "!Ch. 3"},                                                                        // POD-49
		"display too long":      {Episode{Number: 1, Display: strings.Repeat("x", 33)}, "Display: " + string(RuleTooLong), `<podcast:episode display="` + strings.Repeat("x", 31) + `…">1<`},
		"order":                 {Episode{Number: 3, Order: -1}, "Order: " + string(RuleNotPositive), "<podcast:episode>3<"},
		"order, no number":      {Episode{Order: math.NaN()}, "Order: " + string(RuleNotPositive), "!podcast:episode"},
		"order with a fraction": {Episode{Number: 315, Order: 315.5}, "", "<podcast:episode>315.5<"},
		"transcript":            {Episode{Transcripts: []Transcript{{Type: TypeVTT}, {URL: "/a.vtt"}}}, "Transcripts[0].URL: missing", `<podcast:transcript url="https://example.com/a.vtt" type="text/vtt"/>`}, // POD-42
		"transcript, type":      {Episode{Transcripts: []Transcript{{URL: "/a"}}}, "Transcripts[0].Type: missing", "!podcast:transcript"},
		"transcript, language":  {Episode{Transcripts: []Transcript{{URL: "/a.srt", Language: "?"}}}, "Transcripts[0].Language: " + string(syndicate.RuleBadLanguage), `type="application/x-subrip"`},
		"transcript, http":      {Episode{Transcripts: []Transcript{{URL: "http://example.com/a.srt"}}}, "Transcripts[0].URL: " + string(RuleNotHTTPS), `url="http://example.com/a.srt"`},
		"chapters":              {Episode{Chapters: File{Type: TypeChapters}}, "Chapters.URL: missing", "!podcast:chapters"}, // POD-44
		"soundbite":             {Episode{Soundbites: []Soundbite{{Start: time.Minute}}}, "Soundbites[0].Duration: " + string(RuleNotPositive), "!podcast:soundbite"},
		"soundbite, start":      {Episode{Soundbites: []Soundbite{{Start: -1, Duration: time.Minute}}}, "Soundbites[0].Start: negative", "!podcast:soundbite"}, // POD-45
		"soundbite, after end":  {Episode{Soundbites: []Soundbite{{Start: time.Hour, Duration: time.Minute}}}, "Soundbites[0].Start: " + string(RuleAfterEnd), "!podcast:soundbite"},
		"soundbite, end":        {Episode{Soundbites: []Soundbite{{Start: 49 * time.Minute, Duration: 90 * time.Second}}}, "Soundbites[0].Duration: " + string(RuleAfterEnd), `startTime="2940" duration="60.4"`},
		"soundbite, short":      {Episode{Soundbites: []Soundbite{{Duration: 14 * time.Second}}}, "Soundbites[0].Duration: " + string(RuleBadForm), `startTime="0" duration="14"`},
		"person":                {Episode{People: []Person{{Role: "guest"}, person}}, "People[0].Name: missing", ">Ann</podcast:person>"}, // POD-46
		"role":                  {Episode{People: []Person{person, {Name: "Bob", Role: "gest"}}}, "People[1].Role: " + string(RuleUnknown), `<podcast:person role="gest">Bob<`},
		"role of a group":       {Episode{People: []Person{person, {Name: "Bob", Role: "Cover Art Designer"}}}, "", `role="Cover Art Designer" group="visuals"`},
		"group":                 {Episode{People: []Person{person, {Name: "Bob", Role: "editor", Group: "Films"}}}, "People[1].Group: " + string(RuleUnknown), `group="Films"`},
		"location":              {Episode{Locations: []Location{{Country: "US"}}}, "Locations[0].Name: missing", "!podcast:location"}, // POD-47
		"location, OSM":         {Episode{Locations: []Location{{Name: "Austin", OSM: "113314"}}}, "Locations[0].OSM: " + string(RuleBadForm), `<podcast:location rel="subject">Austin<`},
		"location, country":     {Episode{Locations: []Location{{Name: "Marlow", Country: "UK"}}}, "Locations[0].Country: " + string(RuleBadForm), `country="GB">Marlow<`},
		"location, no country":  {Episode{Locations: []Location{{Name: "Marlow", Country: "England"}}}, "Locations[0].Country: " + string(RuleBadForm), `<podcast:location rel="subject">Marlow<`},
		"location, rel":         {Episode{Locations: []Location{{Name: "Marlow", Relation: "near"}}}, "Locations[0].Relation: " + string(RuleUnknown), `<podcast:location rel="subject">Marlow<`},
		"location, geo":         {Episode{Locations: []Location{{Name: "Marlow", Geo: Point{Latitude: 91}}}}, "Locations[0].Geo: " + string(RuleBadForm), `<podcast:location rel="subject">Marlow<`},
		"location, zero":        {Episode{Locations: []Location{{Name: "Gulf", Geo: Point{Longitude: -1e-9, Latitude: 1}}}}, "", `geo="geo:1,0"`},
		"funding":               {Episode{Funding: []Funding{{Text: "Support"}}}, "Funding[0].URL: missing", "!Support"}, // POD-43
		"license":               {Episode{License: License{Name: "cc-by"}}, "License.URL: " + missingURL, "!podcast:license"},
		"known license":         {Episode{License: License{Name: "CC-BY-4.0"}}, "", "<podcast:license>cc-by-4.0<"}, // POD-51
		"license, no name":      {Episode{License: License{URL: "/license"}}, "License.Name: missing", "!podcast:license"},
		"alternate":             {Episode{Alternates: []AlternateEnclosure{{Type: "audio/opus"}}}, "Alternates[0].Sources: missing", "!alternateEnclosure"}, // POD-52
		"alternate, type":       {Episode{Alternates: []AlternateEnclosure{{Sources: []Source{{URI: "/a"}}}}}, "Alternates[0].Type: missing", "!alternateEnclosure"},
		"alternate, derived":    {Episode{Alternates: []AlternateEnclosure{{Sources: source}}}, "", `<podcast:alternateEnclosure type="audio/opus"><podcast:source uri="https://example.com/a.opus"/>`},
		"alternate, bitrate":    {Episode{Alternates: []AlternateEnclosure{{Sources: source, Bitrate: -1}}}, "Alternates[0].Bitrate: " + string(RuleNotPositive), `alternateEnclosure type="audio/opus">`},
		"source":                {Episode{Alternates: []AlternateEnclosure{{Sources: append([]Source{{URI: "javascript:alert(1)"}}, source...)}}}, "Alternates[0].Sources[0].URI: " + string(syndicate.RuleBadURL), `type="audio/opus"`}, // POD-53
		"integrity":             {Episode{Alternates: []AlternateEnclosure{{Sources: source, Integrity: Integrity{IntegritySRI, "md5-1"}}}}, "Alternates[0].Integrity.Value: " + string(RuleBadForm), "!podcast:integrity"},              // POD-54
		"integrity, type":       {Episode{Alternates: []AlternateEnclosure{{Sources: source, Integrity: Integrity{"md5", "1"}}}}, "Alternates[0].Integrity.Type: " + string(RuleUnknown), "!podcast:integrity"},
		"value":                 {Episode{Values: []Value{{Type: "lightning", Method: "keysend"}}}, "Values[0].Recipients: missing", "!podcast:value"}, // POD-55
		"value, method":         {Episode{Values: []Value{{Type: "lightning", Recipients: []Recipient{recipient}}}}, "Values[0].Method: missing", "!podcast:value"},
		"recipient":             {Episode{Values: []Value{{Type: "lightning", Method: "keysend", Recipients: []Recipient{{Type: "node", Address: "03"}, recipient}}}}, "Values[0].Recipients[0].Split: " + string(RuleNotPositive), `address="02d5" split="1"`}, // POD-56
		"recipient, custom":     {Episode{Values: []Value{{Type: "lightning", Method: "keysend", Recipients: []Recipient{{Type: "node", Address: "03", Split: 2, CustomValue: "x"}}}}}, "Values[0].Recipients[0].CustomValue: " + string(RuleConflict), `address="03" split="2"/>`},
		"split, both": {Episode{Values: []Value{{Type: "lightning", Method: "keysend", Recipients: []Recipient{recipient}, TimeSplits: []TimeSplit{
			{Duration: time.Minute, Recipients: []Recipient{recipient}, Remote: RemoteItem{FeedGUID: GUID("a")}}}}}}, "Values[0].TimeSplits[0].Remote: " + string(RuleConflict), "!remoteItem"}, // POD-57
		"split, nobody":        {Episode{Values: []Value{{Type: "lightning", Method: "keysend", Recipients: []Recipient{recipient}, TimeSplits: []TimeSplit{{Duration: 1}}}}}, "Values[0].TimeSplits[0].Recipients: missing", "!valueTimeSplit"},
		"split, percentage":    {Episode{Values: []Value{{Type: "lightning", Method: "keysend", Recipients: []Recipient{recipient}, TimeSplits: []TimeSplit{{Duration: time.Second, Remote: RemoteItem{FeedGUID: GUID("a")}, RemotePercentage: 101}}}}}, "Values[0].TimeSplits[0].RemotePercentage: " + string(RuleBadForm), `<podcast:valueTimeSplit startTime="0" duration="1" remotePercentage="100"><podcast:remoteItem`},
		"content link":         {Episode{ContentLinks: []ContentLink{{Text: "Video"}}}, "ContentLinks[0].URL: missing", "!contentLink"}, // POD-60
		"social":               {Episode{Socials: []Social{{Protocol: "activitypub"}}}, "Socials[0].URI: missing", "!socialInteract"},   // POD-61
		"social, protocol":     {Episode{Socials: []Social{{Protocol: "activitypup", URI: "/a"}}}, "Socials[0].Protocol: " + string(RuleUnknown), `protocol="activitypup"`},
		"social, disabled":     {Episode{Socials: []Social{{Protocol: "nostr", URI: "nostr:note1"}, {Protocol: "Disabled", URI: "x"}}}, "Socials: " + string(RuleConflict), `<podcast:socialInteract protocol="disabled"/>`},
		"txt":                  {Episode{Txts: []Txt{{Purpose: "verify"}}}, "Txts[0].Text: missing", "!podcast:txt"}, // POD-63
		"txt, AI":              {Episode{Txts: []Txt{{"ai-content", "yes"}}}, "Txts[0].Text: " + string(RuleUnknown), "!podcast:txt"},
		"chat":                 {Episode{Chat: Chat{Protocol: "irc"}}, "Chat.Server: missing", "!podcast:chat"}, // POD-68
		"chat, server":         {Episode{Chat: Chat{Server: "https://a", Protocol: "irc"}}, "Chat.Server: " + string(RuleBadForm), "!podcast:chat"},
		"chat, protocol":       {Episode{Chat: Chat{Server: "a", Protocol: "icq"}}, "Chat.Protocol: " + string(RuleUnknown), "!podcast:chat"},
		"image":                {Episode{Images: []Image{{Alt: "A bell"}}}, "Images[0].URL: missing", "!podcast:image"}, // POD-69b
		"image, aspect":        {Episode{Images: []Image{{URL: "/a.png", Aspect: Aspect{-1, 9}}}}, "Images[0].Aspect: " + string(RuleNotPositive), `href="https://example.com/a.png"/>`},
		"image, derived shape": {Episode{Images: []Image{{URL: "/a.png", Width: 1920, Height: 1080}}}, "", `aspect-ratio="16/9" width="1920" height="1080"`},
		"image, purpose":       {Episode{Images: []Image{{URL: "/a.png", Purposes: []string{strings.Repeat("x", 129), "social"}}}}, "Images[0].Purposes: " + string(RuleTooLong), `purpose="social"`},
		"illegal characters":   {Episode{Funding: []Funding{{URL: "/a", Text: "a\x00b"}}}, "Funding[0].Text: " + string(syndicate.RuleIllegalText), ">ab</podcast:funding>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := feedOf(fieldNotes(), part(1, test.episode))
			problems := test.episode.CheckArticle(f.Articles[0])
			if test.want == "" {
				assert.Empty(t, found(problems))
			} else {
				assert.Equal(t, []string{"Episode." + test.want}, found(problems))
			}
			for _, p := range problems {
				assert.True(t, p.Warning)
				assert.NotEmpty(t, p.Spec, p.Error())
			}
			doc := rss(f)
			if absent, not := strings.CutPrefix(test.writes, "!"); not {
				assert.NotContains(t, doc, absent)
			} else {
				assert.Contains(t, doc, test.writes)
			}
			assert.Equal(t, "3000", first(item(t, f).itunes("duration")), "nothing else is lost")
		})
	}
}

func TestAnEpisodeWithoutSound(t *testing.T) { // POD-20
	for name, enclosures := range map[string][]syndicate.Enclosure{
		"none": nil, "picture first": {{URL: "https://example.com/a.jpg", Type: "image/jpeg", Size: 1}, {URL: "https://example.com/a.mp3"}},
	} {
		with, without := part(1, Episode{Number: 1}), part(2)
		with.Enclosures, without.Enclosures = enclosures, enclosures
		f := feedOf(fieldNotes(), with, without, part(3))
		problems := f.Validate(syndicate.RSS)
		var rules []string
		for _, p := range problems {
			assert.True(t, p.Warning, p.Error())
			if p.Rule == RuleNoSound {
				rules = append(rules, p.Article)
			}
		}
		assert.Equal(t, []string{with.URL, without.URL}, rules, name)
		assert.Len(t, channel(t, f).plain("item"), 3)
	}
	newsletter := fieldNotes()
	newsletter.Medium = MediumNewsletter
	text := part(1)
	text.Enclosures, text.Authors = nil, []syndicate.Author{{Name: "Ann"}}
	f := feedOf(newsletter, text)
	assert.Empty(t, f.Validate(syndicate.RSS), "a newsletter needs no sound")
	assert.Contains(t, rss(f), "<podcast:person>Ann</podcast:person>")
}

func TestFilesThatAppleDoesNotAccept(t *testing.T) { // POD-20
	for href, want := range map[string]string{
		"https://example.com/a.mp3": "", "https://example.com/a.m4a?token=1": "", "https://example.com/a.mov": "", "https://example.com/a.pdf": "",
		"https://example.com/a.ogg": "Enclosures[0].URL: " + string(RuleMediaType),
		"https://example.com/audio": "Enclosures[0].URL: " + string(RuleMediaType),
	} {
		a := part(1)
		a.Enclosures[0].URL, a.Enclosures[0].Type = href, ""
		if want != "" {
			a.Enclosures[0].Type = "audio/ogg"
		}
		assert.Equal(t, want, strings.Join(found(fieldNotes().CheckArticle(a)), ", "), href)
		assert.Equal(t, want, strings.Join(found(Episode{}.CheckArticle(a)), ", "), href)
	}
	a := part(1)
	a.Enclosures[0].Size, a.Enclosures[0].Type = 0, "video/mp4"
	assert.Equal(t, []string{"Enclosures[0].Type: " + string(RuleMediaType), "Enclosures[0].Size: missing"}, found(fieldNotes().CheckArticle(a)))
}

func TestAnEpisodeOfASerialShowNeedsANumber(t *testing.T) { // POD-7
	s := fieldNotes()
	s.Serial = true
	want := []string{"Episode.Number: " + string(RuleNoNumber)}
	assert.Equal(t, want, found(s.CheckArticle(part(1))))
	assert.Equal(t, want, found(s.CheckArticle(part(1, Episode{Number: 0}))))
	assert.Empty(t, s.CheckArticle(part(1, Episode{Number: 1})))
	assert.Empty(t, s.CheckArticle(part(1, Episode{Type: TypeTrailer})))
	assert.Empty(t, s.CheckArticle(part(1, Episode{Type: TypeBonus})))
}

func TestPeopleComeFromTheByline(t *testing.T) { // POD-46
	ann := []syndicate.Author{{Name: "Ann", URL: "https://example.com/ann", Avatar: "https://example.com/ann.jpg"}, {Name: " "}}
	annAsHost := Person{Name: "Ann", URL: "https://example.com/ann", Image: "https://example.com/ann.jpg"}
	guest, host := Person{Name: "Bob", Role: "guest"}, Person{Name: "Carl", Role: "co-host"}
	regular, editor := Person{Name: "Regular"}, Person{Name: "Editor", Role: "audio editor", Group: "audio post-production"}
	for name, test := range map[string]struct {
		authors      []syndicate.Author
		people, want []Person
	}{
		"nobody":                     {nil, nil, nil},
		"byline":                     {ann, nil, []Person{annAsHost}},
		"guest and byline":           {ann, []Person{guest}, []Person{annAsHost, guest}},
		"host instead of the byline": {ann, []Person{host, guest}, []Person{host, guest}},
		"guest of the show's hosts":  {nil, []Person{guest}, []Person{regular, guest}},
	} {
		s := fieldNotes()
		s.People = []Person{editor, regular}
		a := part(1, Episode{People: test.people})
		a.Authors = test.authors
		f := feedOf(s, a)
		assert.Equal(t, test.want, readEpisode(item(t, f)).People, name)
		assert.Equal(t, s.People, readShow(channel(t, f)).People, name)
	}
}

func TestFurtherEnclosuresAreAlternates(t *testing.T) { // POD-52
	a := part(1, Episode{Alternates: []AlternateEnclosure{{Sources: []Source{{URI: "/1.opus"}}, Bitrate: 96000}}})
	a.Enclosures = append(a.Enclosures, syndicate.Enclosure{URL: "https://example.com/1.opus", Size: 1},
		syndicate.Enclosure{URL: "https://example.com/1.mp4", Size: 2, Title: "With pictures of everything and everybody"})
	f := feedOf(fieldNotes(), a)
	assert.Equal(t, []AlternateEnclosure{
		{Sources: []Source{{URI: "https://example.com/1.opus"}}, Type: "audio/opus", Bitrate: 96000},
		{Sources: []Source{{URI: "https://example.com/1.mp4"}}, Type: "video/mp4", Size: 2, Title: "With pictures of everything and…"},
	}, readEpisode(item(t, f)).Alternates)
	assert.Equal(t, 1, strings.Count(rss(f), "<enclosure "))
	assert.Equal(t, 2, strings.Count(rss(f), `<atom:link rel="enclosure"`))
}

func TestArtworkOfAnEpisode(t *testing.T) { // POD-27
	for name, test := range map[string]struct {
		image syndicate.Image
		want  string
	}{
		"square":       {syndicate.Image{URL: "https://example.com/a.png", Width: 1400, Height: 1400}, "https://example.com/a.png"},
		"lead image":   {syndicate.Image{URL: "https://example.com/a.png", Width: 1400, Height: 900}, ""},
		"unknown size": {syndicate.Image{URL: "https://example.com/a.png"}, ""},
	} {
		a := part(1)
		a.Image = test.image
		f := feedOf(fieldNotes(), a)
		assert.Equal(t, test.want, single(item(t, f).itunes("image")).attr("href"), name)
		problems := found(fieldNotes().CheckArticle(a))
		if test.want == "" {
			assert.Equal(t, []string{"Image: " + string(RuleArtwork)}, problems, name)
		} else {
			assert.Empty(t, problems, name)
		}
	}
}

func TestTitleOfAnEpisode(t *testing.T) { // POD-11
	assert.Empty(t, item(t, feedOf(fieldNotes(), part(1, Episode{Title: "Part 1 "}))).itunes("title"))
	assert.Equal(t, "The bell", first(item(t, feedOf(fieldNotes(), part(1, Episode{Title: "The bell"}))).itunes("title")))
}

func TestDurations(t *testing.T) { // POD-23
	for d, want := range map[time.Duration]string{
		0: "", time.Millisecond: "1", 1499 * time.Millisecond: "1", 1500 * time.Millisecond: "2", time.Hour: "3600",
	} {
		a := part(1)
		a.Enclosures[0].Duration = d
		assert.Equal(t, want, first(item(t, feedOf(fieldNotes(), a)).itunes("duration")), d)
	}
}

func TestPointersAreExtensionsToo(t *testing.T) {
	show, episode := fieldNotes(), Episode{Number: 7, People: []Person{{Name: "Bob", Role: "guest"}}}
	show.People = []Person{{Name: "Host"}}
	values := feedOf(show, part(1, episode))
	pointers := feedOf(show, part(1))
	pointers.Extensions[0], pointers.Articles[0].Extensions = &show, []syndicate.Extension{&episode}
	assert.Equal(t, rss(values), rss(pointers))
	assert.Equal(t, fmt.Sprint(found(values.Validate())), fmt.Sprint(found(pointers.Validate())))
}

func TestEpisodesWithoutAShow(t *testing.T) {
	f := feedOf(Show{}, part(1, Episode{Season: 2, Number: 3}))
	f.Extensions = nil
	require.Empty(t, f.Validate())
	assert.Equal(t, "3", first(item(t, f).itunes("episode")))
	assert.Contains(t, rss(f), "<description><![CDATA[<p>Notes.</p>]]></description>", "the encoder's")
}

func TestUpdateFrequency(t *testing.T) { // POD-66
	for name, test := range map[string]struct {
		frequency   UpdateFrequency
		want, fault string
	}{
		"daily":          {UpdateFrequency{Text: "Daily", Rule: "freq=daily"}, `<podcast:updateFrequency rrule="FREQ=DAILY">Daily<`, ""},
		"until":          {UpdateFrequency{Rule: "FREQ=WEEKLY;UNTIL=2023-12-31T00:00:00.000Z;BYDAY=MO"}, `rrule="FREQ=WEEKLY;UNTIL=2023-12-31T00:00:00.000Z;BYDAY=MO"/>`, ""},
		"count":          {UpdateFrequency{Rule: "FREQ=WEEKLY;COUNT=10", Text: "x"}, `<podcast:updateFrequency>x<`, ".Start: " + string(RuleConflict)},
		"count and date": {UpdateFrequency{Rule: "FREQ=WEEKLY;COUNT=10", Start: noon}, `dtstart="2022-03-30T12:00:00Z" rrule="FREQ=WEEKLY;COUNT=10"`, ""},
		"no frequency":   {UpdateFrequency{Rule: "BYDAY=MO", Text: "x"}, `<podcast:updateFrequency>x<`, ".Rule: " + string(RuleBadForm)},
		"other word":     {UpdateFrequency{Rule: "FREQ=FORTNIGHTLY", Text: "x"}, `<podcast:updateFrequency>x<`, ".Rule: " + string(RuleBadForm)},
		"both ends":      {UpdateFrequency{Rule: "FREQ=DAILY;COUNT=1;UNTIL=20231231", Text: "x", Start: noon}, `dtstart="2022-03-30T12:00:00Z">x<`, ".Rule: " + string(RuleBadForm)},
		"prose":          {UpdateFrequency{Rule: "every Monday", Text: "x"}, `<podcast:updateFrequency>x<`, ".Rule: " + string(RuleBadForm)},
		"twice":          {UpdateFrequency{Rule: "FREQ=DAILY;FREQ=DAILY", Text: "x"}, `<podcast:updateFrequency>x<`, ".Rule: " + string(RuleBadForm)},
	} {
		s := fieldNotes()
		s.UpdateFrequency = test.frequency
		f := feedOf(s)
		assert.Contains(t, rss(f), test.want, name)
		if test.fault == "" {
			assert.Empty(t, found(s.CheckFeed(f)), name)
		} else {
			assert.Equal(t, []string{"Show.UpdateFrequency" + test.fault}, found(s.CheckFeed(f)), name)
		}
	}
	s := fieldNotes()
	s.Complete, s.UpdateFrequency = true, UpdateFrequency{Text: "That's all folks!"}
	assert.Contains(t, rss(feedOf(s)), `<podcast:updateFrequency complete="true">That's all folks!<`)
}

func TestBlocks(t *testing.T) { // POD-62
	s := fieldNotes()
	s.Blocks = []Block{{}, {Service: "Google", Allow: true}, {Service: "amazn"}}
	f := feedOf(s)
	assert.Contains(t, rss(f), `<podcast:block>yes</podcast:block><podcast:block id="google">no</podcast:block><podcast:block id="amazn">yes</podcast:block>`)
	problems := s.CheckFeed(f)
	require.Equal(t, []string{"Show.Blocks[2].Service: " + string(RuleUnknown)}, found(problems))
	assert.Contains(t, problems[0].Spec, `"amazon"`)
	assert.Len(t, services, 58)
}

func TestTaxonomyOfRoles(t *testing.T) { // POD-46
	assert.Len(t, roleGroups, 11)
	assert.Len(t, roleNames, 63)
	assert.Equal(t, "cast", groupOfRole["host"])
}
