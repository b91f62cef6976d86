package cleanhtml

import (
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
// itself if it may stay. The title of the iframe is the text of the link. Within a noscript, an
// iframe that was linked already is dropped: lazy loading leaves a second one there, as it does for
// images.
func (c *cleaner) iframe() {
	src, ok := c.iframeSource()
	if !ok {
		if c.trusted {
			c.open(elIframe) // it may have a srcdoc
			return
		}
		c.report.removed(elIframe)
		return
	}
	if c.trusted || c.KeepPlayers && isPlayer(src) {
		c.report.player(src)
		c.open(elIframe)
		if !c.trusted { // its content is dropped
			c.end(elIframe)
		}
		return
	}
	// A reader cannot show the iframe. Link to what it shows.
	target, title := shownBy(src), src
	if a := c.attr("title"); a != nil && len(strings.TrimSpace(string(a.val))) > 0 {
		title = strings.TrimSpace(string(a.val))
	} else {
		title = target
	}
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
	c.pending = appendLegal(c.pending, []byte(title))
	c.end(elA)
	if paragraph {
		c.end(elP)
	}
}

// hrefKey is the name of the attribute in the output.
var hrefKey = []byte("href")

// iframeSource resolves the source of the current iframe, and returns it. Afterwards the attributes
// have one src, which is absolute and comes first. ok is false if there is no usable source.
func (c *cleaner) iframeSource() (src string, ok bool) {
	val, _ := c.firstSource(srcNames, func(val []byte) ([]byte, bool) {
		// The placeholder of a lazy iframe is "about:blank".
		if strings.HasPrefix(strings.TrimSpace(string(val)), "about:") {
			return nil, false
		}
		abs, ok := c.urls.resolve(val, resource)
		if !ok && len(val) > 0 {
			c.report.refused(val)
		}
		return abs, ok
	})
	// Put the resolved source in the place of all attributes that may have held it.
	kept := c.attrs[:0]
	for _, a := range c.attrs {
		if isOneOf(a.key, srcNames) {
			continue
		}
		kept = append(kept, a)
	}
	c.attrs = kept
	if val == nil {
		return "", false
	}
	c.attrs = append([]attr{{key: srcKey, val: val, done: true}}, c.attrs...)
	return string(val), true
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
		if id, found = strings.CutPrefix(u.Path, "/embed/"); found && isID(id) && id != "videoseries" {
			return "https://www.youtube.com/watch?v=" + id
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
