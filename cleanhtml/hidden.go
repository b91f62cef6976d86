package cleanhtml

import "slices"

// A page hides some of its elements: editors' notes, the first words of an e-mail, what browsers
// show that cannot play a video. In a feed they stay hidden. Their content cannot just be skipped
// up to an end tag, since a parser may close them earlier: a second <p> ends a hidden one. So a
// hidden element is put on the stack like any other, and as long as it is there nothing is written.

// isConcealed reports whether the page does not show what comes next.
func (c *cleaner) isConcealed() bool { return c.concealed > 0 || len(c.ghosts) > 0 }

// isHidden reports whether the page does not show the current element: because of its attributes,
// or because elements of its name are never shown.
//
// Parsers ignore the tags of a page within a body, and so do feed readers.
func (c *cleaner) isHidden(e *element) bool {
	switch e.name {
	case "html", "head", "body":
		return false
	}
	if e == elDatalist || e == elDialog && c.attr("open") == nil {
		return true
	}
	return c.hasHidden()
}

// hasHidden reports whether the attributes of the current element hide it.
func (c *cleaner) hasHidden() bool { return hide(c.attrs) }

// hide reports whether attributes hide their element. A style that displays the element has the
// last word over the attribute hidden.
func hide(attrs []attr) bool {
	hidden, styled := false, style{}
	for i := range attrs {
		switch string(attrs[i].key) {
		case "hidden", "popover": // a popover is shown by a script or a button
			hidden = true
		case "style":
			styled = styleOf(attrs[i].val)
		}
	}
	return styled.isHidden() || hidden && !styled.isDisplayed()
}

// conceal opens e, and writes neither its tags nor its content. It is the counterpart of open, with
// two differences: e may be an element that is unwrapped elsewhere, and the first concealed element
// is put on the stack however deep it is, so that nothing in it is shown. byPage is set if the page
// hides the element, and not a rule of the cleaner.
func (c *cleaner) conceal(e *element, byPage bool) {
	if byPage && c.page == nil && !c.trusted {
		c.page = treeOf(c.body)
	}
	c.report.removed(e)
	if elements[e.name] == nil {
		e = c.register(e)
	}
	c.attrs = c.attrs[:0]
	// Between the cells of a table the text before it gets a cell, since text that follows may
	// belong to it. The element itself needs none, because it is not shown.
	if text := c.pending; c.inStructure() && !c.isConcealed() && !isBlank(text) {
		c.pending = nil
		c.ensureCell()
		c.pending = text
	}
	if between := c.inStructure() && e.role&tablePart == 0 && e != elTable; !between {
		c.hiding = true
		ok := c.prepare(e)
		if c.hiding = false; !ok {
			return
		}
	}
	if e.role&void != 0 {
		return
	}
	if len(c.stack) >= maxDepth && c.concealed > 0 {
		c.tooDeep(e)
		return
	}
	c.stack = append(c.stack, open{element: e, conceals: true, byPage: byPage, start: len(c.dst), content: len(c.dst)})
	c.unwritten++
	if c.concealed == 0 {
		c.concealed = len(c.stack)
	}
}

// openConcealed opens an element that is unwrapped, within a concealed one. It is put on the stack
// so that its end tag ends nothing else.
func (c *cleaner) openConcealed(e *element) {
	if elements[e.name] == nil {
		e = c.register(e)
	}
	// A block may end what conceals it. Then it is unwrapped as anywhere else.
	c.attrs = c.attrs[:0]
	if ok := c.prepare(e); ok && c.isConcealed() {
		c.open(e)
	} else if ok {
		c.openUnwrapped(e)
	}
}

// A ghost is a hidden element of formatting that a parser has closed, but not its own end tag, as
// in <p><b hidden>x</p><p>y</b>. The parser opens it again around the next text (HTML Standard,
// section 13.2.4.3), so it still conceals the text.
type ghost struct {
	*element
	// floor is how many elements were open up to the cell or the like that it is in. When that
	// ends, so does the ghost.
	floor int
	// byPage is that of the element.
	byPage bool
}

// mostGhosts limits the ghosts of one element. Parsers have the same limit for elements that are
// alike.
const mostGhosts = 3

// reveal is called when an element was closed. It shows what follows if nothing else conceals it.
func (c *cleaner) reveal(closed *open) {
	if len(c.stack) < c.concealed {
		c.concealed = 0
	}
	c.ghosts = slices.DeleteFunc(c.ghosts, func(g ghost) bool { return g.floor > len(c.stack) })
	if closed.conceals && !closed.ended && closed.role&formatting != 0 {
		c.haunt(closed)
	}
	c.forgetUnwrapped(closed.element)
	c.forgetUnwritten()
}

// missRest reports the hidden elements that are open at the end of the body. They may hide more
// than was meant: after <div hidden>a, a page shows nothing. Paragraphs, items and cells need no
// end tag, so theirs is not missing.
func (c *cleaner) missRest() {
	if c.concealed > 0 && c.stack[c.concealed-1].role&(implied|tablePart) == 0 {
		c.report.missed(c.stack[c.concealed-1].element)
	}
	for _, g := range c.ghosts {
		c.report.missed(g.element)
	}
}

// haunt adds a ghost of a closed element.
func (c *cleaner) haunt(closed *open) {
	alike := 0
	for _, g := range c.ghosts {
		if g.element == closed.element {
			alike++
		}
	}
	if alike == mostGhosts {
		return
	}
	floor := len(c.stack)
	for floor > 0 && !c.stack[floor-1].isMarker() {
		floor--
	}
	c.ghosts = append(c.ghosts, ghost{closed.element, floor, closed.byPage})
}

// forgetUnwritten closes the elements that were opened after a ghost, when the ghost is gone: their
// start tags were not written.
func (c *cleaner) forgetUnwritten() {
	if c.unwritten == 0 || c.isConcealed() {
		return
	}
	for i := range c.stack {
		if !c.stack[i].written {
			c.closeTo(i)
			return
		}
	}
}

// dismiss ends the last ghost of e.
func (c *cleaner) dismiss(e *element) {
	for i := len(c.ghosts) - 1; i >= 0; i-- {
		if c.ghosts[i].element == e {
			c.ghosts = slices.Delete(c.ghosts, i, i+1)
			c.forgetUnwritten()
			return
		}
	}
}
