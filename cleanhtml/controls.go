package cleanhtml

import "strings"

// The controls of a page do nothing without its scripts, and their labels are no part of the text.
// Media players work, but what is in their elements is for browsers that cannot play anything.

// startControl handles the start tags of controls and of elements with a content for old browsers.
// It reports whether the current element is one of them.
func (c *cleaner) startControl(e *element) bool {
	switch e {
	case elButton:
		// The content of a button is hidden up to its end, as a parser finds it. A button in a link
		// is the text of the link. A parser ends a button at the next one.
		c.endOpen(elButton)
		if c.isOpen(elA) || !c.hasEnd(e.name) {
			return false
		}
		c.missed(e)
		c.conceal(e, false)
	case elCanvas:
		if !c.hasEnd(e.name) {
			return false
		}
		c.missed(e)
		c.conceal(e, false)
	// None of these has an end tag or a content.
	case elInput:
		c.report.removed(e)
		c.input()
	case elEmbed:
		c.report.removed(e)
		c.embed()
	case elParam:
		c.report.removed(e)
		c.param()
	case elObject:
		return c.object()
	default:
		return strings.Contains(e.name, "-") && c.embedded(e)
	}
	return true
}

// input drops a form field, and writes the checkbox of a task list as a character: without it, a
// reader could not see which tasks are done. Lists are where Markdown has tasks; other checkboxes
// are controls.
func (c *cleaner) input() {
	kind := c.attr("type")
	if c.isConcealed() || kind != nil && equalFold(kind.val, "hidden") {
		return
	}
	if kind == nil || !equalFold(kind.val, "checkbox") || !c.inItem() {
		c.missed(elInput)
		return
	}
	// The character is separated from the label, as a browser separates the box.
	box := "☐"
	if c.attr("checked") != nil {
		box = "☑"
	}
	c.release()
	c.pending = append(c.pending, box...)
	c.apart = false
	if c.read < len(c.body) && !isBlank([]byte{c.body[c.read]}) {
		c.pending = append(c.pending, ' ')
	}
}

// inItem reports whether an item of a list is open.
func (c *cleaner) inItem() bool {
	for i := len(c.stack) - 1; i >= 0; i-- {
		if c.stack[i].element == elLi {
			return true
		}
	}
	return false
}

// openMedia opens a video or audio. Only its sources and tracks are written of its content: the
// rest is for browsers that cannot play it. Without an end tag, the content is that of the article.
func (c *cleaner) openMedia(e *element) {
	pixel := c.isPixel()
	// The substitutes of AMP come here too. Their attributes have the same names.
	//
	// A reader can start a player only by its controls: feeds have no scripts and no autoplay.
	if c.filter(e); c.attr("controls") == nil {
		c.attrs = append(c.attrs, attr{key: []byte("controls"), done: true})
	}
	ends := c.hasEnd(string(c.name)) // the name may be that of a substitute
	// A player that is too deep or too small goes, but its content must not be shown.
	if ends && (pixel || len(c.stack) >= maxDepth) {
		c.conceal(e, false)
		return
	}
	c.open(e)
	if ends {
		c.stack[len(c.stack)-1].conceals = true
		if c.concealed == 0 {
			c.concealed = len(c.stack)
		}
	}
}

// inUnended reports whether a player without an end tag is open. It ends before anything but a
// source or a track.
func (c *cleaner) inUnended() bool {
	if len(c.stack) == 0 || c.trusted || c.isConcealed() {
		return false
	}
	return c.top().element == elVideo || c.top().element == elAudio
}

// isSource reports whether e is a source or track directly in a player that is shown.
func (c *cleaner) isSource(e *element) bool {
	return (e == elSource || e == elTrack) && len(c.ghosts) == 0 && c.concealed > 0 && c.top().written
}
