package wordpress

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/podcast"
)

// Podcast plug-ins store an episode in the metas of its post:
//
//   - Seriously Simple Podcasting has a meta for each field, and the posts are of the type
//     "podcast" or another one.
//   - PowerPress has one meta for each show, "enclosure" or "_name:enclosure": address, length and
//     type on lines, and behind them a list that PHP's serialize wrote.
//   - Podlove has tables, which no export contains. The post has the guid of the episode.

// podcastMetas are the metas of Seriously Simple Podcasting and Podlove. Those of PowerPress are
// enclosures.
var podcastMetas = strings.Fields(`audio_file filesize_raw duration explicit block itunes_episode_number itunes_title
	itunes_season_number itunes_episode_type cover_image transcript_file ssp_guid ssp_original_guid _podlove_guid`)

// isEnclosure reports whether a meta has the value of an enclosure: WordPress's own, or that of one
// of several shows of PowerPress.
func isEnclosure(key string) bool {
	return key == "enclosure" || strings.HasPrefix(key, "_") && strings.HasSuffix(key, ":enclosure")
}

// feedGUID returns the guid that the feed of the plug-in has for a post, "" for that of the post.
// Apps recognize the episode by it. An episode that was imported from a feed keeps the guid of that
// feed.
func (it *item) feedGUID() string {
	return cmp.Or(it.podcast["ssp_original_guid"], it.podcast["ssp_guid"], it.podcast["_podlove_guid"])
}

// episode adds to an article what a podcast plug-in has stored: the file, and an Episode if there
// is more to say of it.
func (r *reading) episode(it *item, a *syndicate.Article) {
	var e podcast.Episode
	r.powerPress(it, a, &e)
	if it.isPodcast() {
		r.seriouslySimple(it, a, &e)
	}
	// The file of Podlove is in none of the metas.
	if it.podcast["_podlove_guid"] != "" && len(a.Enclosures) == 0 {
		r.note(it, ReasonNoFile, "_podlove_guid", it.podcast["_podlove_guid"])
	}
	if !reflect.ValueOf(e).IsZero() {
		a.Extensions = append(a.Extensions, e)
	}
}

// isPodcast reports whether a post is an episode of Seriously Simple Podcasting or Podlove. Some of
// their metas have names that themes and other plug-ins have too: "duration", "block",
// "cover_image". An episode has the file, or a meta with the prefix of podcasts.
func (it *item) isPodcast() bool {
	for key := range it.podcast {
		if key == "audio_file" || strings.HasPrefix(key, "itunes_") || strings.HasPrefix(key, "ssp_") ||
			strings.HasPrefix(key, "_podlove_") {
			return true
		}
	}
	return it.kind == "podcast" && len(it.podcast) > 0
}

// seriouslySimple reads the metas of Seriously Simple Podcasting. An episode has the file in a meta
// of the plug-in and in an enclosure, or in one of them.
func (r *reading) seriouslySimple(it *item, a *syndicate.Article, e *podcast.Episode) {
	meta := func(key string) string { return it.podcast[key] }
	// The plug-in keeps the same address as the meta of WordPress, without its length.
	if address := r.channel.resolve(meta("audio_file")); address != "" && !isWeb(address) {
		r.note(it, ReasonBadURL, "audio_file", address)
	} else if address != "" && !slices.ContainsFunc(a.Enclosures, func(f syndicate.Enclosure) bool { return f.URL == address }) {
		a.Enclosures = slices.Insert(a.Enclosures, 0, syndicate.Enclosure{URL: address, Type: mediatype.Of("", address)})
	}
	if len(a.Enclosures) > 0 {
		file := &a.Enclosures[0]
		file.Size = cmp.Or(file.Size, int64(r.positive(it, "filesize_raw", meta("filesize_raw"))))
		file.Duration = cmp.Or(file.Duration, duration(meta("duration")))
	}
	if meta("explicit") == "on" {
		e.Rating = podcast.RatingExplicit
	}
	e.Block = meta("block") == "on" || e.Block
	e.Title = cmp.Or(e.Title, otherTitle(meta("itunes_title"), a))
	e.Season = cmp.Or(e.Season, r.positive(it, "itunes_season_number", meta("itunes_season_number")))
	e.Number = cmp.Or(e.Number, r.positive(it, "itunes_episode_number", meta("itunes_episode_number")))
	e.Type = cmp.Or(e.Type, r.episodeType(it, "itunes_episode_type", meta("itunes_episode_type")))
	e.Artwork.URL = cmp.Or(e.Artwork.URL, r.channel.resolve(meta("cover_image")))
	if file := meta("transcript_file"); file != "" {
		e.Transcripts = append(e.Transcripts, podcast.Transcript{URL: r.channel.resolve(file)})
	}
}

// otherTitle returns the title of an episode unless it is that of the article.
func otherTitle(title string, a *syndicate.Article) string {
	if title = strings.TrimSpace(title); title == a.Title {
		return ""
	}
	return title
}

// positive parses a number. A number below 1 is dropped, and a text is reported.
func (r *reading) positive(it *item, field, text string) int {
	if text = strings.TrimSpace(text); text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		r.note(it, ReasonNoNumber, field, text)
	}
	return max(0, n)
}

// episodeType returns the type of an episode. Full is the default.
func (r *reading) episodeType(it *item, field, text string) podcast.EpisodeType {
	switch kind := podcast.EpisodeType(strings.ToLower(strings.TrimSpace(text))); kind {
	case podcast.TypeTrailer, podcast.TypeBonus:
		return kind
	case podcast.TypeFull, "full":
	default:
		r.note(it, ReasonEpisodeType, field, text)
	}
	return podcast.TypeFull
}

// powerPress reads the list behind the lines of the first enclosure that has one. An article has
// one episode, no matter how many shows it is in.
func (r *reading) powerPress(it *item, a *syndicate.Article, e *podcast.Episode) {
	for _, text := range it.enclosures {
		lines := strings.SplitN(text, "\n", 4)
		if len(lines) < 4 || strings.TrimSpace(lines[3]) == "" {
			continue
		}
		v, err := parsePHP(strings.TrimSpace(lines[3]))
		if err != nil {
			r.report(&Issue{
				Post: it.id, Type: it.kind, Title: shorten(it.title.plain()), File: it.input, Line: it.line, Offset: it.offset,
				Field: "enclosure", Value: shorten(lines[3]), Reason: ReasonNoPodcast, Err: err,
			})
			continue
		}
		address := r.channel.resolve(strings.TrimSpace(lines[0]))
		for i := range a.Enclosures {
			if a.Enclosures[i].URL == address && a.Enclosures[i].Duration == 0 {
				a.Enclosures[i].Duration = duration(v.trimmed("duration"))
			}
		}
		r.powerPressEpisode(it, a, e, v)
		return
	}
}

// powerPressEpisode makes an episode of a list of PowerPress. Newer versions have a list for each
// element of the podcast namespace that may be there several times.
func (r *reading) powerPressEpisode(it *item, a *syndicate.Article, e *podcast.Episode, v phpValue) {
	e.Title = otherTitle(v.trimmed("episode_title"), a)
	e.Season = r.positive(it, "enclosure: season", v.trimmed("season"))
	// A number may have a fraction, which Apple's element cannot have.
	if number := v.trimmed("episode_no"); number != "" {
		n, err := strconv.ParseFloat(number, 64)
		switch {
		case err != nil || !(n >= 0 && n < 1e9):
			r.note(it, ReasonNoNumber, "enclosure: episode_no", number)
		case n == float64(int(n)):
			e.Number = int(n)
		default:
			e.Order = n
		}
	}
	e.Display = v.trimmed("episode_no_display")
	e.Type = r.episodeType(it, "enclosure: episode_type", v.trimmed("episode_type"))
	switch v.trimmed("explicit") { // 0 is the rating of the show
	case "1", "true", "yes":
		e.Rating = podcast.RatingExplicit
	case "2", "clean", "false", "no":
		e.Rating = podcast.RatingClean
	}
	block := v.trimmed("block")
	e.Block = block != "" && block != "0" && block != "no"
	e.Artwork.URL = r.channel.resolve(v.trimmed("itunes_image"))
	// A file is shown if its switch is on.
	if file := v.trimmed("pci_transcript_url"); file != "" && isOn(v.trimmed("pci_transcript")) {
		e.Transcripts = []podcast.Transcript{{URL: r.channel.resolve(file), Language: v.trimmed("pci_transcript_language"), Captions: true}}
	}
	if file := v.trimmed("pci_chapters_url"); file != "" && isOn(v.trimmed("pci_chapters")) {
		e.Chapters = podcast.File{URL: r.channel.resolve(file), Type: podcast.TypeChapters}
	}
	if address := v.trimmed("donate_url"); address != "" {
		e.Funding = []podcast.Funding{{URL: address, Text: v.trimmed("donate_label")}}
	}
	if name := v.trimmed("copyright"); name != "" {
		e.License = podcast.License{Name: name, URL: v.trimmed("copyright_url")}
	}
	r.powerPressLists(it, e, v)
}

// isOn reports whether a switch of PowerPress is on.
func isOn(text string) bool { return text != "" && text != "0" }

// powerPressLists reads the lists of PowerPress: people, soundbites, places, links, texts, posts
// and recipients. Any other list is reported, since it may be an element of the namespace.
func (r *reading) powerPressLists(it *item, e *podcast.Episode, v phpValue) {
	for _, entry := range v.list {
		for _, one := range entry.value.list {
			one := one.value
			switch entry.key {
			case "credits":
				e.People = append(e.People, podcast.Person{Name: one.trimmed("name"), Role: one.trimmed("role"), Image: one.trimmed("person_url"), URL: one.trimmed("link_url")})
			case "soundbites":
				e.Soundbites = append(e.Soundbites, podcast.Soundbite{Start: r.span(it, one.trimmed("start")), Duration: r.span(it, one.trimmed("duration")), Title: one.trimmed("title")})
			case "location":
				e.Locations = append(e.Locations, podcast.Location{Name: one.trimmed("address"), OSM: one.trimmed("osm"), Country: one.trimmed("country")})
			case "content_link":
				e.ContentLinks = append(e.ContentLinks, podcast.ContentLink{URL: one.trimmed("url"), Text: one.trimmed("label")})
			case "txt_tag":
				e.Txts = append(e.Txts, podcast.Txt{Purpose: one.trimmed("purpose"), Text: one.trimmed("tag")})
			case "social_interact":
				e.Socials = append(e.Socials, podcast.Social{
					Protocol: one.trimmed("protocol"), URI: one.trimmed("uri"), AccountID: one.trimmed("account_id"),
					AccountURL: one.trimmed("accountUrl"), Priority: r.positive(it, "enclosure: priority", one.trimmed("priority")),
				})
			case "alternate_enclosure":
				e.Alternates = append(e.Alternates, r.alternate(it, one))
			}
		}
		if len(entry.value.list) > 0 && !slices.Contains(powerPressKeys, entry.key) {
			r.note(it, ReasonNoField, "enclosure: "+entry.key, "")
		}
	}
}

// powerPressKeys are the lists that are read.
var powerPressKeys = []string{
	"credits", "soundbites", "location", "content_link", "txt_tag", "social_interact", "alternate_enclosure",
}

// alternate reads another version of the file.
func (r *reading) alternate(it *item, v phpValue) podcast.AlternateEnclosure {
	size := r.positive(it, "enclosure: length", v.trimmed("length"))
	bitrate := r.positive(it, "enclosure: bitrate", v.trimmed("bitrate"))
	alternate := podcast.AlternateEnclosure{
		Type: v.trimmed("type"), Size: int64(size), Bitrate: float64(bitrate), Height: r.positive(it, "enclosure: height", v.trimmed("height")),
		Title: v.trimmed("title"), Language: v.trimmed("lang"), Rel: v.trimmed("rel"), Codecs: v.trimmed("codecs"),
		Default: isOn(v.trimmed("is_default")),
	}
	for _, entry := range v.get("uris").list {
		alternate.Sources = append(alternate.Sources, podcast.Source{URI: entry.value.trimmed("uri"), Type: entry.value.trimmed("contentType")})
	}
	if len(alternate.Sources) == 0 { // a version before there were several
		alternate.Sources = []podcast.Source{{URI: v.trimmed("url")}}
	}
	return alternate
}

// span parses a time within an episode: seconds, perhaps with a fraction, or with colons.
func (r *reading) span(it *item, text string) time.Duration {
	if n, err := strconv.ParseFloat(text, 64); err == nil && n >= 0 && n < 1e7 {
		return time.Duration(n * float64(time.Second))
	}
	d := duration(text)
	if d == 0 && strings.Trim(text, "0:") != "" {
		r.note(it, ReasonNoNumber, "enclosure: soundbites", text)
	}
	return d
}
