package cleanhtml

// maxDepth bounds nesting; what is deeper loses its tags. It is less than any parser's own limit,
// and keeps the work for each tag constant.
const maxDepth = 200

// open is an element that has been started and not ended.
type open struct {
	*element
	foreign bool // its children are svg's or math's, not HTML's
}

// top returns the element that was opened last. There must be one.
func (c *cleaner) top() open { return c.stack[len(c.stack)-1] }

// inForeign reports whether the rules of svg and math hold for the next tag.
func (c *cleaner) inForeign() bool { return len(c.stack) > 0 && c.top().foreign }

// open writes the start tag of e with the attributes at hand, after ending what a parser would
// end, and beginning what it would begin.
func (c *cleaner) open(e *element) {
	c.filter(e)
	if c.inStructure() {
		c.flush() // text may begin a cell, which the rules then have to know
	}
	if !c.prepare(e) {
		c.report.removed(e)
		return
	}
	if e.role&void != 0 {
		c.write(e)
		return
	}
	if len(c.stack) >= maxDepth {
		c.tooDeep(e)
		return
	}
	c.write(e)
	c.push(e)
}

// tooDeep drops the tags of an element. Its end tag must not end another one, so they are counted,
// until an element that was written ends, and with it all that was dropped inside.
func (c *cleaner) tooDeep(e *element) {
	c.report.removed(e)
	if c.dropped == nil {
		c.dropped = map[*element]int{}
	}
	c.dropped[e]++
}

// end writes the end tag of e, and of everything in it, if it is open; otherwise nothing.
//
// Misnested inline elements, <b><i></b></i>, are not opened again as the adoption agency of
// parsers does: the output has each start tag of the input at most once, so it cannot grow.
func (c *cleaner) end(e *element) {
	switch {
	case c.dropped[e] > 0:
		c.dropped[e]--
		return
	case e == elBr:
		c.attrs = c.attrs[:0]
		c.open(elBr)
		return
	case e.role&void != 0:
		return
	}
	for i := len(c.stack) - 1; i >= 0; i-- {
		open := c.stack[i].element
		if open == e || e.role&heading != 0 && open.role&heading != 0 {
			c.closeTo(i)
			c.z.AllowCDATA(c.inForeign())
			return
		}
		if open.role&scope != 0 && (e.role&tablePart == 0 && e != elTable || open == elTable) ||
			e == elLi && (open.name == "ul" || open.name == "ol") {
			return
		}
	}
}

// closeTo ends elements until n are open.
func (c *cleaner) closeTo(n int) {
	if len(c.stack) <= n {
		return
	}
	c.flush()
	for len(c.stack) > n {
		c.dst = append(append(append(c.dst, "</"...), c.top().name...), '>')
		c.stack = c.stack[:len(c.stack)-1]
	}
	c.dropped = nil
}

// push notes that e is open.
func (c *cleaner) push(e *element) {
	foreign := e.role&foreign != 0
	if c.inForeign() {
		switch e.name { // HTML integration points, section 13.2.6
		case "foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml":
		default:
			foreign = true
		}
	}
	c.stack = append(c.stack, open{e, foreign})
}

// write writes the text that waits, then a start tag with the attributes at hand.
func (c *cleaner) write(e *element) {
	c.flush()
	c.dst = append(append(c.dst, '<'), e.name...)
	for _, a := range c.attrs {
		c.dst = append(append(c.dst, ' '), a.key...)
		if len(a.val) == 0 && attrKinds[string(a.key)] == boolean {
			continue
		}
		c.dst = append(appendValue(append(c.dst, `="`...), a.val), '"')
	}
	c.dst = append(c.dst, '>')
	c.attrs = c.attrs[:0]
}

// flush writes the text that waits; only a caller who then writes a tag may ask for it, or a
// shortcode could be put together of two runs. In a table it may begin a cell.
func (c *cleaner) flush() {
	if len(c.pending) == 0 {
		return
	}
	text := c.pending
	c.pending = c.pending[:0]
	literal := false
	for _, open := range c.stack {
		literal = literal || open.role&verbatim != 0
	}
	if !literal {
		text = c.pairs.strip(text)
	}
	if !isBlank(text) {
		c.sawText = true
		if c.inStructure() {
			attrs := c.attrs
			c.ensureCell()
			c.attrs = attrs
		}
	}
	start := len(c.dst)
	c.dst = appendText(c.dst, text)
	if !literal {
		c.pairs.note(c.dst, start)
	}
}

// textSince reports whether there was text after the last image.
func (c *cleaner) textSince() bool { return c.sawText || !isBlank(c.pending) }

// inStructure reports whether a table is open but none of its cells, where no text may stand.
func (c *cleaner) inStructure() bool {
	return len(c.stack) > 0 && c.top().role&structure != 0
}

// prepare ends and begins what e's start tag implies (HTML Standard, sections 13.2.6.4.7 to 15).
// Where a parser would move things out of a table, they get a cell of their own instead. It
// reports whether e may be opened.
func (c *cleaner) prepare(e *element) bool {
	if e.role&tablePart != 0 {
		return c.prepareTablePart(e)
	}
	if c.inStructure() {
		if e == elTable {
			c.end(elTable)
		} else {
			attrs := append([]attr(nil), c.attrs...)
			c.ensureCell()
			c.attrs = attrs
		}
	}
	switch {
	case e == elLi:
		c.endItem(elLi, elLi)
	case e == elDd || e == elDt:
		c.endItem(elDd, elDt)
	case e == elA:
		c.endInScope(elA)
	case e.role&implied != 0 && e.role&block == 0 && c.isOpen(elRuby): // rp and rt
		for len(c.stack) > 0 && c.top().role&implied != 0 {
			c.closeTo(len(c.stack) - 1)
		}
	case e.name == "option" || e.name == "optgroup":
		for len(c.stack) > 0 && (c.top().name == "option" || e.name == "optgroup" && c.top().name == "optgroup") {
			c.closeTo(len(c.stack) - 1)
		}
	}
	if e.role&block != 0 {
		c.endInScope(elP)
		if e.role&heading != 0 && len(c.stack) > 0 && c.top().role&heading != 0 {
			c.closeTo(len(c.stack) - 1)
		}
	}
	return true
}

// isOpen reports whether e is open in the scope at hand.
func (c *cleaner) isOpen(e *element) bool {
	return c.indexInScope(e) >= 0
}

// indexInScope returns where on the stack e is, looking no further than the innermost cell; -1
// when it is not ("has an element in scope", HTML Standard, section 13.2.4.2).
func (c *cleaner) indexInScope(e *element) int {
	for i := len(c.stack) - 1; i >= 0; i-- {
		if c.stack[i].element == e {
			return i
		}
		if c.stack[i].role&scope != 0 {
			break
		}
	}
	return -1
}

// endInScope ends e where it is open.
func (c *cleaner) endInScope(e *element) {
	if i := c.indexInScope(e); i >= 0 {
		c.closeTo(i)
	}
}

// endItem ends the item (a or b) that a new one follows. Lists within do not count.
func (c *cleaner) endItem(a, b *element) {
	for i := len(c.stack) - 1; i >= 0; i-- {
		switch open := c.stack[i]; {
		case open.element == a || open.element == b:
			c.closeTo(i)
			return
		case open.name == "div" || open.name == "address" || open.element == elP:
		case open.role&(block|scope|tablePart) != 0:
			return
		}
	}
}

// prepareTablePart goes back to where e belongs in the innermost table. Outside of tables its tags
// are dropped.
func (c *cleaner) prepareTablePart(e *element) bool {
	table := len(c.stack) - 1
	for table >= 0 && c.stack[table].element != elTable {
		table--
	}
	if table < 0 {
		if e == elTd || e == elTh {
			c.pending = append(c.pending, ' ') // cells are words apart
		}
		return false
	}
	switch e {
	case elCol:
		if c.top().element != elColgroup {
			c.closeTo(table + 1)
			c.begin(elColgroup)
		}
	case elTr:
		c.closeToSection(table)
	case elTd, elTh:
		for i := table + 1; i < len(c.stack) && i <= table+2; i++ {
			if c.stack[i].element == elTr {
				c.closeTo(i + 1)
				return true
			}
		}
		c.closeToSection(table)
		c.begin(elTr)
	default:
		c.closeTo(table + 1)
	}
	return true
}

// closeToSection goes back to the tbody, thead or tfoot of a table, or to the table.
func (c *cleaner) closeToSection(table int) {
	if len(c.stack) > table+1 {
		switch c.stack[table+1].name {
		case "tbody", "thead", "tfoot":
			table++
		}
	}
	c.closeTo(table + 1)
}

// ensureCell begins a cell where a table is open but none of its cells.
func (c *cleaner) ensureCell() {
	for c.inStructure() {
		switch c.top().element {
		case elColgroup:
			c.closeTo(len(c.stack) - 1)
		case elTr:
			c.begin(elTd)
		default:
			c.begin(elTr)
		}
	}
}

// begin opens e without attributes; those at hand are for another.
func (c *cleaner) begin(e *element) {
	attrs := c.attrs
	c.attrs = nil
	c.write(e)
	c.attrs = attrs
	c.push(e)
}
