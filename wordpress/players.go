package wordpress

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/mediatype"
)

// service is another site whose films, recordings or messages a shortcode shows. In a feed, the
// shortcode becomes a link.
type service struct {
	// names are the attributes that hold the address or the id, besides those of addressNames.
	names []string
	// id matches an id, and page is the address of its page. Both are empty for a site whose
	// shortcodes have addresses only. The first group of id is put in the place of %s.
	id   *regexp.Regexp
	page string
}

// The forms of most ids.
const (
	digits = `(\d+)`
	word   = `([A-Za-z0-9_-]+)`
)

// players are the shortcodes of players by name. The same name has the same meaning in most
// plug-ins: the table has the forms of all of them, as Jetpack, Shortcodes Ultimate, Avada and
// plug-ins for single sites have them.
var players = func() map[string]service {
	m := map[string]service{}
	add := func(shortcodes, names, id, page string) {
		p := service{names: strings.Fields(names), page: page}
		if id != "" {
			p.id = regexp.MustCompile(`^(?:` + id + `)$`)
		}
		for name := range strings.FieldsSeq(shortcodes) {
			m[name] = p
		}
	}
	// Films. Attributes of the address may follow an id: "abc&w=300".
	add("youtube youtube_sc youtubevideo yt embedyt tube lyte wp_youtube fusion_youtube su_youtube "+
		"su_youtube_advanced fve", "id v video_id videoid code youtube", `([A-Za-z0-9_-]{3,})(?:[?&].*)?`,
		"https://www.youtube.com/watch?v=%s")
	add("vimeo fusion_vimeo su_vimeo", "id clip_id video_id", `(\d+(?:/[0-9a-f]+)?)(?:[?&].*)?`, "https://vimeo.com/%s")
	add("dailymotion su_dailymotion", "id video_id", `([A-Za-z0-9]+)(?:[_?&].*)?`,
		"https://www.dailymotion.com/video/%s")
	add("wpvideo videopress", "id guid", word, "https://videopress.com/v/%s")
	add("ted", "id", digits, "https://www.ted.com/talks/view/id/%s")
	add("twitch twitchtv", "channel", word, "https://www.twitch.tv/%s")
	add("ustream", "id", digits, "https://www.ustream.tv/recorded/%s")
	add("vine", "id", word, "https://vine.co/v/%s")
	add("googlevideo", "docid id", `(-?\d+)`, "https://video.google.com/videoplay?docid=%s")
	add("hulu", "id", word, "https://www.hulu.com/embed/%s")
	add("archiveorg archiveorg-book", "id", `([\w.-]+)(?:[?&].*)?`, "https://archive.org/details/%s")
	// Pictures, slides and texts.
	add("flickr", "photo id", digits, "https://www.flickr.com/photo.gne?id=%s")
	add("slideshare", "id", `(\d+)(?:&.*)?`, "https://www.slideshare.net/slideshow/embed_code/%s")
	add("scribd", "id", digits, "https://www.scribd.com/doc/%s")
	add("gist", "id", `((?:[\w-]+/)?[0-9A-Za-z]+)`, "https://gist.github.com/%s")
	add("tweet twitter", "tweet id", digits, "https://twitter.com/i/status/%s")
	add("instagram", "id shortcode", word, "https://www.instagram.com/p/%s/")
	// Music. Spotify's ids have a kind: "spotify:track:4bz7".
	add("spotify", "id uri", `spotify:([\w:]+)`, "https://open.spotify.com/%s")
	add("mixcloud", "", `/?([\w-]+/[\w/-]+)`, "https://www.mixcloud.com/%s")
	add("soundcloud fusion_soundcloud", "track id", digits, "https://api.soundcloud.com/tracks/%s")
	// The last entry has the shortcodes that contain addresses only.
	add("polldaddy crowdsignal", "poll", digits, "https://poll.fm/%s")
	add("facebook googlemaps googlemap houzz pinterest medium kickstarter codepen bandcamp getty "+
		"pocketcasts embedvideo embed_video iframe su_audio su_video vc_video", "", "", "")
	return m
}()

// playerOf returns a link to what a player shows. A player without an address and without an id of
// its site is reported; WordPress showed nothing for most of these.
func playerOf(w *bodyWriter, s shortcode) (made string, end int, ok bool) {
	content, end, closed := w.own(s)
	a := s.attributes()
	address := playerAddress(s.name, a, content)
	if address == "" {
		w.report(ReasonNoPlayer, s)
		// The tag stays for package cleanhtml, and so does a content that may be text.
		if strings.TrimSpace(content) != "" {
			return "", 0, false
		}
	}
	if !closed {
		end = s.end
	}
	// If an attribute has the address, a content that is no address is text.
	text := ""
	if webAddress(plainText(content)) == "" && playerAddress(s.name, a, "") != "" {
		text = w.inner(content)
	}
	return link(address) + text, end, true
}

// playerAddress returns the address of what a player shows, or "". The address or id is an
// attribute, a value without a name, or the content.
func playerAddress(name string, a attributes, content string) string {
	p := players[name]
	names := slices.Concat(p.names, addressNames)
	// An address says more than an id: it may have a start time, for example.
	if address := a.address(names); address != "" {
		return address
	}
	content = strings.TrimSpace(plainText(content))
	if address := webAddress(content); address != "" {
		return address
	}
	// A playlist is named in addition to a film, or in place of one.
	if list := a.first("playlist", "list"); list != "" && strings.Contains(p.page, "youtube") && p.match(list) != "" {
		return "https://www.youtube.com/playlist?list=" + p.match(list)
	}
	for _, name := range names {
		if address := p.address(a.first(name)); address != "" {
			return address
		}
	}
	for _, value := range slices.Concat(a.alone, []string{content}) {
		if address := p.address(html.UnescapeString(value)); address != "" {
			return address
		}
	}
	// Bandcamp's attributes say what the id is that of.
	if kind, id := bandcampID(a); name == "bandcamp" && id != "" {
		return "https://bandcamp.com/EmbeddedPlayer/" + kind + "=" + id + "/"
	}
	return ""
}

// match returns the id in a value, or "".
func (p service) match(value string) string {
	if p.id == nil {
		return ""
	}
	if m := p.id.FindStringSubmatch(strings.TrimSpace(value)); m != nil {
		return m[1]
	}
	return ""
}

// address returns the address of the page with the id in a value, or "".
func (p service) address(value string) string {
	id := p.match(value)
	if id == "" {
		return ""
	}
	// Spotify separates the kind and the id with a colon.
	return fmt.Sprintf(p.page, strings.ReplaceAll(id, ":", "/"))
}

// bandcampID returns the kind and the number of what a [bandcamp] plays.
func bandcampID(a attributes) (kind, id string) {
	for _, kind := range []string{"album", "track", "video"} {
		if id := a.first(kind); id != "" && strings.Trim(id, "0123456789") == "" {
			return kind, id
		}
	}
	return "", ""
}

// embedOf returns a link to the address in [embed]address[/embed] or [embed src="address"]. A
// content with more than the address is text, which stays.
func embedOf(w *bodyWriter, s shortcode) (made string, end int, ok bool) {
	content, end, closed := w.content(s)
	// The end tag belongs to the last [embed] before it.
	if strings.Contains(content, "[embed") {
		content, closed = "", false
	}
	if !closed {
		end = s.end
	}
	text := plainText(content)
	if address := contentAddress.FindString(text); address != "" && address == text {
		return link(address), end, true
	}
	address := s.attributes().address(addressNames)
	if address == "" && !contentAddress.MatchString(content) {
		w.report(ReasonNoPlayer, s)
		if text != "" {
			return "", 0, false
		}
	}
	if made = link(address); content != "" {
		made += block(w.inner(content))
	}
	return made, end, true
}

// contentAddress matches the first address in a text.
var contentAddress = regexp.MustCompile(`https?://[^\s"'\[\]<>]+`)

// captioned matches a picture, which may be a link, and the text after it.
var captioned = regexp.MustCompile(`(?is)^\s*((?:<a\s[^>]*>\s*)?<img\s[^>]*>(?:\s*</a>)?)(.*)$`)

// captionOf makes a figure of [caption]<img> text[/caption], or of the older form, which has the
// text in an attribute. Nothing is escaped here: it is HTML, which the policy of the site cleans
// later.
func captionOf(w *bodyWriter, s shortcode) (made string, end int, ok bool) {
	inner, end, ok := w.content(s)
	if !ok {
		return "", 0, false // without an end tag it is left to cleanhtml
	}
	picture, text, after := w.captionParts(inner)
	if caption := s.attributes().named["caption"]; caption != "" {
		text, after = caption, text+after
	}
	if text = strings.TrimSpace(text); text != "" {
		text = "<figcaption>" + text + "</figcaption>"
	}
	return block("<figure>"+picture+text+"</figure>") + after, end, true
}

// captionParts divides the content of a [caption]: the picture, which may be a link or a shortcode,
// the text after it, and the blocks that shortcodes in that text become. A content of another form
// is all picture.
func (w *bodyWriter) captionParts(inner string) (picture, text, after string) {
	const betweenBlocks = "\n\n"
	if m := captioned.FindStringSubmatch(inner); m != nil {
		text = w.inner(m[2])
		if at := strings.Index(text, betweenBlocks); at >= 0 && text != m[2] {
			text, after = text[:at], text[at:]
		}
		return m[1], text, after
	}
	picture = w.inner(inner)
	if picture != inner && strings.HasPrefix(picture, betweenBlocks) {
		last := strings.LastIndex(picture, betweenBlocks)
		return picture[:last], picture[last:], ""
	}
	return picture, "", ""
}

// closedEmpty returns the end of a shortcode. An end tag right after it belongs to it:
// [video src="…"][/video].
func (w *bodyWriter) closedEmpty(s shortcode) int {
	if content, end, ok := w.own(s); ok && strings.TrimSpace(content) == "" {
		return end
	}
	return s.end
}

// galleryOf returns a figure for each picture of a [gallery].
func galleryOf(w *bodyWriter, s shortcode) (made string, end int, ok bool) {
	figures := w.figures(w.attachments(s.name, s.attributes(), "image"))
	return block(figures), w.closedEmpty(s), true
}

// figures returns a figure for each picture.
func (w *bodyWriter) figures(pictures []syndicate.Image) string {
	var b strings.Builder
	for _, p := range pictures {
		fmt.Fprintf(&b, "\n<figure><img src=\"%s\" alt=\"%s\"", html.EscapeString(p.URL), html.EscapeString(p.Alt))
		if p.Width > 0 && p.Height > 0 {
			fmt.Fprintf(&b, ` width="%d" height="%d"`, p.Width, p.Height)
		}
		b.WriteString("></figure>")
	}
	return b.String()
}

// playlistOf returns a list of links to the files of a [playlist].
func playlistOf(w *bodyWriter, s shortcode) (made string, end int, ok bool) {
	a := s.attributes()
	kind := "audio"
	if a.first("type") == "video" {
		kind = "video"
	}
	var b strings.Builder
	for _, file := range w.attachments(s.name, a, kind) {
		b.WriteString("<li>" + anchor(file.URL) + "</li>")
	}
	end = w.closedEmpty(s)
	if b.Len() == 0 {
		return "", end, true
	}
	return block("<ul>" + b.String() + "</ul>"), end, true
}

// attachments returns the files of a gallery, playlist or player: those that its attribute "ids" or
// "include" names, or else those of the kind that were uploaded for the post. Files in "exclude"
// are left out. The count is the post's, so that many galleries together show at most mostParts
// files.
func (w *bodyWriter) attachments(name string, a attributes, kind string) (files []syndicate.Image) {
	excluded := map[string]bool{}
	for _, id := range splitIDs(a.first("exclude")) {
		excluded[id] = true
	}
	// add adds a file. It returns false if the post has too many.
	add := func(id string) bool {
		if !excluded[id] {
			files = append(files, w.attachment(name, id, kind)...)
		}
		return w.pictures <= mostParts
	}
	if named := a.first("ids", "include"); named != "" {
		for _, id := range splitIDs(named) {
			if !add(id) {
				break
			}
		}
		return files
	}
	all := w.r.index.files(cmp.Or(a.first("id"), w.it.id), kind)
	if len(all) == 0 {
		w.noteIn(name, ReasonNoAttachment, "", "")
	}
	for _, file := range all {
		if !add(strconv.FormatInt(file.id, 10)) {
			break
		}
	}
	return files
}

// splitIDs splits a list of ids at commas and white space.
func splitIDs(list string) []string {
	return strings.FieldsFunc(list, func(c rune) bool { return c == ',' || c <= ' ' })
}

// attachment returns the file with an id. It returns none if the export does not have the file, if
// the file is of another kind, or if the post has too many files. Each case is reported.
func (w *bodyWriter) attachment(name, id, kind string) []syndicate.Image {
	if w.pictures++; w.pictures > mostParts {
		w.noteIn(name, ReasonTooManyParts, "", "")
		return nil
	}
	file, ok := w.r.index.image(id)
	switch {
	case !ok:
		w.noteIn(name, ReasonNoAttachment, id, id)
		return nil
	case !isKind(file.URL, kind):
		w.noteIn(name, ReasonOtherKind, id, id)
		return nil
	case !w.insert(len(file.URL) + len(file.Alt)):
		w.noteIn(name, ReasonTooLong, id, id)
		return nil
	}
	return []syndicate.Image{file}
}

// mediaNames are the attributes of [audio] and [video] that may hold the address, in the order in
// which WordPress looks for them: "src", then the endings of file names.
var mediaNames = strings.Fields("src mp3 m4a ogg wav flac wma mp4 m4v webm ogv wmv flv url file")

// mediaOf returns audio or video elements for [audio] or [video]. The address is an attribute, the
// content, or in the oldest form the first value: [audio http://example.com/a.mp3|width=200].
// Without any of them, WordPress plays the files that were uploaded for the post, or those that
// "ids" names.
func mediaOf(w *bodyWriter, s shortcode) (made string, end int, ok bool) {
	a := s.attributes()
	content, end, closed := w.own(s)
	if !closed {
		end = s.end
	}
	// WordPress writes other content into the player, for browsers that cannot play the file.
	var text string
	if other := strings.TrimSpace(contentAddress.ReplaceAllString(content, "")); closed && other != "" {
		text = block("<p>" + w.inner(other) + "</p>")
	}
	if address := a.first(mediaNames...); address != "" {
		return w.media(s, address) + text, end, true
	}
	// The oldest form, whose addresses may contain "=", and the content.
	given := html.UnescapeString(attributeSpaces.Replace(s.text))
	given, _, _ = strings.Cut(given, "|")
	if given = strings.Join(contentAddress.FindAllString(given, -1), ","); given == "" {
		given = contentAddress.FindString(html.UnescapeString(content))
	}
	var b strings.Builder
	for address := range strings.SplitSeq(given, ",") {
		if address != "" {
			b.WriteString(w.media(s, address))
		}
	}
	if b.Len() > 0 {
		return b.String() + text, end, true
	}
	if a.first("ids", "include") == "" && len(a.alone) == 0 {
		// The file with the id, or else the first of the post's files.
		id := a.first("id")
		if files := w.r.index.files(w.it.id, s.name); id == "" && len(files) > 0 {
			id = strconv.FormatInt(files[0].id, 10)
		}
		a = attributes{named: map[string]string{"ids": id}}
	}
	if a.first("ids", "include") == "" {
		w.report(ReasonNoPlayer, s)
		return "", end, strings.TrimSpace(content) == ""
	}
	for _, file := range w.attachments(s.name, a, s.name) {
		b.WriteString(w.media(s, file.URL))
	}
	return b.String() + text, end, true
}

// media returns an audio or video element. WordPress plays films of other sites in [video] too:
// those become links.
func (w *bodyWriter) media(s shortcode, address string) string {
	if web := webAddress(address); web != "" && mediatype.Of("", web) == "" && filmSite.MatchString(web) {
		return link(web)
	}
	return block("<" + s.name + ` src="` + html.EscapeString(address) + `" controls></` + s.name + ">")
}

// filmSite matches the addresses of other sites that [video] and [audio] play.
var filmSite = regexp.MustCompile(
	`^https?://(?:[\w-]+\.)*(?:youtube\.com|youtu\.be|vimeo\.com|soundcloud\.com|dailymotion\.com)/`)
