package cleanhtml

import (
	"net/url"
	"slices"
	"strings"
)

// playerHosts are those whose iframes [Policy.KeepPlayers] keeps.
var playerHosts = []string{
	"bandcamp.com", "embed.acast.com", "embed.podcasts.apple.com", "embed.ted.com",
	"geo.dailymotion.com", "open.spotify.com", "player.twitch.tv", "player.vimeo.com",
	"w.soundcloud.com", "www.dailymotion.com", "www.youtube.com", "www.youtube-nocookie.com",
	"youtube.com",
}

// iframe writes the iframe at hand: as a link to what it shows, unless it may stay.
func (c *cleaner) iframe() {
	src, ok := c.iframeSource()
	if !ok {
		if c.trusted {
			c.open(elIframe) // may have a srcdoc
			return
		}
		c.report.removed(elIframe)
		return
	}
	if c.trusted || c.KeepPlayers && isPlayer(src) {
		c.report.player(src)
		c.open(elIframe)
		if !c.trusted {
			c.end(elIframe)
		}
		return
	}
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
	// Decided before anything is opened: a paragraph cannot hold another.
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

var hrefKey = []byte("href")

// iframeSource leaves one src among the attributes at hand, absolute.
func (c *cleaner) iframeSource() (src string, ok bool) {
	val, _ := c.firstSource(srcNames, func(val []byte) ([]byte, bool) {
		if strings.HasPrefix(strings.TrimSpace(string(val)), "about:") {
			return nil, false
		}
		abs, ok := c.urls.resolve(val, resource)
		if !ok && len(val) > 0 {
			c.report.refused(val)
		}
		return abs, ok
	})
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

// isPlayer reports whether an iframe may stay. Anything but https would be blocked on most pages.
func isPlayer(src string) bool {
	u, err := url.Parse(src)
	return err == nil && u.Scheme == "https" && u.User == nil && slices.Contains(playerHosts, u.Host)
}

// shownBy returns the page of what a player shows; its own address when that is not known. A
// player's own address is often made for frames and shows nothing by itself.
func shownBy(src string) string {
	u, err := url.Parse(src)
	if err != nil {
		return src
	}
	id, found := "", false
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

// isID reports whether s is the name of a single film, and not a path or a parameter.
func isID(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}
