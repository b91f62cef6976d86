package cleanhtml

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// playerHosts are the hosts whose iframes [Policy.KeepPlayers] keeps.
var playerHosts = []string{
	"bandcamp.com", "embed.acast.com", "embed.podcasts.apple.com", "embed.ted.com",
	"geo.dailymotion.com", "open.spotify.com", "player.twitch.tv", "player.vimeo.com",
	"w.soundcloud.com", "www.dailymotion.com", "www.youtube.com", "www.youtube-nocookie.com",
	"youtube.com",
}

// iframe handles the current iframe. It writes a link to what the iframe shows, or the iframe
// itself if it may stay.
func (c *cleaner) iframe() {
	if c.isConcealed() || c.plain {
		return
	}
	if !c.trusted && c.isUnseen() {
		c.report.removed(elIframe)
		return
	}
	src, ok := c.frameSource(srcNames)
	switch {
	case !ok && c.trusted:
		c.open(elIframe) // it may have a srcdoc
	case !ok:
		c.report.removed(elIframe)
		c.missed(elIframe)
	case c.trusted || c.KeepPlayers && isPlayer(src):
		c.attrs = append([]attr{{key: srcKey, val: []byte(src), done: true}}, c.attrs...)
		c.report.player(src)
		c.open(elIframe)
		if !c.trusted { // its content is dropped
			c.end(elIframe)
		}
	default:
		c.link(src)
	}
}

// embed writes a link to what the current embed shows.
func (c *cleaner) embed() {
	if c.isConcealed() || c.plain || c.isUnseen() {
		return
	}
	src, ok := c.frameSource(srcNames)
	switch {
	case !ok:
		c.missed(elEmbed)
	case !slices.Contains(c.report.Linked, shownBy(src)): // the object around it may have said so
		c.link(src)
	}
}

// embedding is the attribute with the address of the content that an element shows. Its value is a
// URL, or an id that follows the beginning of one.
type embedding struct{ attr, url string }

// embeddings are the elements of AMP and of other libraries that show something of another site, by
// name.
var embeddings = map[string]embedding{
	"amp-youtube":      {"data-videoid", "https://www.youtube.com/watch?v="},
	"lite-youtube":     {"videoid", "https://www.youtube.com/watch?v="},
	"amp-vimeo":        {"data-videoid", "https://vimeo.com/"},
	"lite-vimeo":       {"videoid", "https://vimeo.com/"},
	"amp-dailymotion":  {"data-videoid", "https://www.dailymotion.com/video/"},
	"amp-twitter":      {"data-tweetid", "https://twitter.com/i/status/"},
	"amp-instagram":    {"data-shortcode", "https://www.instagram.com/p/"},
	"amp-gist":         {"data-gistid", "https://gist.github.com/"},
	"amp-imgur":        {"data-imgur-id", "https://imgur.com/"},
	"amp-soundcloud":   {"data-trackid", "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/"},
	"amp-iframe":       {attr: "src"},
	"amp-video-iframe": {attr: "src"},
	"amp-facebook":     {attr: "data-href"},
	"amp-reddit":       {attr: "data-src"},
	"amp-embedly-card": {attr: "data-url"},
}

// unread are the elements of AMP that have no content for readers.
var unread = []string{
	"amp-ad", "amp-analytics", "amp-auto-ads", "amp-consent", "amp-pixel", "amp-social-share", "amp-sticky-ad",
}

// embedded handles an element that is not in HTML and that a script of the page would show:
//
//	<lite-youtube videoid="dQw4w9WgXcQ"><a href="…">Play</a></lite-youtube>
//
// It writes a link to what the element shows, and conceals its content, which is for readers
// without the script. It reports whether it did. Of other elements the content stays.
func (c *cleaner) embedded(e *element) bool {
	// An element without content shows something only by its script.
	src, ok := c.embeddedSource(e.name)
	if !ok { // report the name in any case of letters, as the tokenizer reads it
		rest := strings.TrimLeft(c.body[c.read:], " \t\n\r\f")
		end := "</" + e.name
		if len(rest) > len(end) && strings.EqualFold(rest[:len(end)], end) && !slices.Contains(unread, e.name) {
			c.missed(e)
		}
		return false
	}
	c.linkInstead(e, src, !c.isConcealed() && !c.isUnseen())
	return true
}

// linkInstead removes an element with its content. If the element is seen, it writes a link to src.
// Without an end tag, the content would be the rest of the article, and stays.
func (c *cleaner) linkInstead(e *element, src string, seen bool) {
	c.report.removed(e)
	ends := c.hasEnd(e.name)
	if seen && !c.plain {
		c.link(src)
	}
	if ends {
		c.conceal(e, false)
	} else {
		c.openUnwrapped(e)
	}
}

// embeddedSource returns the URL of what an element with this name shows. ok is false if it is not
// known.
func (c *cleaner) embeddedSource(name string) (src string, ok bool) {
	e, ok := embeddings[name]
	if val := c.value(e.attr); !ok || val == "" {
		return "", false
	} else if e.url != "" {
		return e.url + val, isID(val)
	}
	return c.frameSource([]string{e.attr})
}

// object handles the current object: it writes a link to what the object shows, and conceals its
// content, which is for browsers that cannot show that. Of an object that shows nothing, they all
// show the content; then object returns false.
func (c *cleaner) object() bool {
	// An object that is not seen is removed like one that is hidden, whatever it would show.
	unseen := c.isUnseen()
	src, ok := c.frameSource([]string{"data"})
	if c.isConcealed() || !ok && !unseen {
		return false
	}
	c.linkInstead(elObject, src, !unseen)
	return true
}

// param writes a link to the film of a Flash object, unless an embed in the object has the address
// too and was first.
func (c *cleaner) param() {
	// Other parameters are settings of the player.
	name, value := c.attr("name"), c.attr("value")
	if c.isConcealed() || c.plain || name == nil || value == nil {
		return
	}
	if !equalFold(name.val, "movie") && !equalFold(name.val, "src") {
		return
	}
	if src, ok := c.frameURL(value.val); ok && !slices.Contains(c.report.Linked, shownBy(string(src))) {
		c.link(string(src))
	}
}

// isUnseen reports whether the current frame shows nothing: it is hidden or has no size.
func (c *cleaner) isUnseen() bool { return c.hasHidden() || c.isPixel() }

// link writes a link to what a frame shows, since a reader cannot show the frame. The title of the
// frame is the text of the link. Within a noscript, a link that was written already is left out:
// lazy loading leaves a second frame there, as it does for images.
func (c *cleaner) link(src string) {
	target := shownBy(src)
	title := cmp.Or(c.value("title"), c.value("aria-label"), target)
	if c.noscript && slices.Contains(c.report.Linked, target) {
		return
	}
	c.report.linked(target)
	// Decide this before opening anything: a paragraph cannot contain another one.
	paragraph := len(c.stack) == 0 || c.top().role&(flow|structure) != 0
	c.attrs = c.attrs[:0]
	if paragraph {
		c.open(elP)
	}
	c.attrs = append(c.attrs[:0], attr{key: hrefKey, val: []byte(target), done: true})
	c.open(elA)
	c.pending = append(c.pending, title...)
	c.end(elA)
	if paragraph {
		c.end(elP)
	}
}

// hrefKey is the name of the attribute in the output.
var hrefKey = []byte("href")

// frameSource removes the attributes with these names from the current frame, and returns the first
// usable source that they have. ok is false if there is none.
func (c *cleaner) frameSource(names []string) (src string, ok bool) {
	val, _ := c.firstSource(names, c.frameURL)
	c.attrs = slices.DeleteFunc(c.attrs, func(a attr) bool { return isOneOf(a.key, names) })
	return string(val), val != nil
}

// frameURL resolves the source of a frame. The placeholder of a lazy one is "about:blank".
func (c *cleaner) frameURL(val []byte) ([]byte, bool) {
	if strings.HasPrefix(strings.TrimSpace(string(val)), "about:") {
		return nil, false
	}
	return c.mediaURL(val)
}

// isPlayer reports whether an iframe may stay. The URL must be https, since most pages would block
// anything else, and it may name no user, so that the host is what it appears to be.
func isPlayer(src string) bool {
	u, err := url.Parse(src)
	return err == nil && u.Scheme == "https" && u.User == nil && slices.Contains(playerHosts, u.Host)
}

// shownBy returns the URL of the page for the film that a player shows, or the URL of the player if
// the page is not known. The player's own URL often works only within a frame.
func shownBy(src string) string {
	u, err := url.Parse(src)
	if err != nil {
		return src
	}
	id, found := "", false
	// The page of a film has the same id as the player. Playlists ("videoseries") have no such
	// page.
	switch strings.TrimPrefix(u.Host, "www.") {
	case "youtube.com", "youtube-nocookie.com":
		for _, prefix := range []string{"/embed/", "/v/"} {
			if id, found = strings.CutPrefix(u.Path, prefix); found && isID(id) && id != "videoseries" {
				return "https://www.youtube.com/watch?v=" + id
			}
		}
	case "player.vimeo.com":
		if id, found = strings.CutPrefix(u.Path, "/video/"); found && isID(id) {
			return "https://vimeo.com/" + id
		}
	case "dailymotion.com":
		if id, found = strings.CutPrefix(u.Path, "/embed/video/"); found && isID(id) {
			return "https://www.dailymotion.com/video/" + id
		}
	}
	return src
}

// isID reports whether s can be the id of a film. A path or a parameter cannot.
func isID(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}
