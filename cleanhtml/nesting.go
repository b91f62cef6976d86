package cleanhtml

import "bytes"

// The functions of this file decide which elements a tag opens and closes. They follow the tree
// construction of the HTML Standard (section 13.2.6), with two differences.
//
// First, a parser may move nodes, such as text out of a table. The cleaner writes its output in the
// order of the input, so it cannot. It puts such text into a separate cell.
//
// Second, a parser opens misnested inline elements again (the adoption agency algorithm). The
// cleaner closes them, so the output cannot be much longer than the input.

// maxDepth limits how deep elements are nested. Deeper ones lose their tags. It is lower than the
// limit of any parser, and it keeps the work for each tag constant.
const maxDepth = 200

// open is an element whose start tag was written and whose end tag was not.
type open struct {
	*element
	// foreign is set if its children belong to svg or math, and not to HTML.
	foreign bool
	// written is set if its tags are in the output. conceals is set if its content is not.
	// byPage is set if the page hides it, and not a rule of the cleaner.
	written, conceals, byPage bool
	// start is where its start tag begins in the output, and content where its content does. kept
	// is set if it is the target of links, so that it stays without content too. inline and
	// bracketed are those of the cleaner before its start tag.
	start, content          int
	kept, inline, bracketed bool
	// ended is set if its end tag was read. It may still be open, because a parser keeps a hidden
	// block in it open: until it closes with that block, until is the index of the block.
	ended bool
	until int
	// gone is set if a parser has closed it at the tag of an unwrapped element.
	gone bool
	// note is the reason why the element may be a mark that is no word; see notes.go.
	note noteKind
}

// top returns the element opened last. The stack must not be empty.
func (c *cleaner) top() open { return c.stack[len(c.stack)-1] }

// inForeign reports whether the next tag follows the rules of svg and math.
func (c *cleaner) inForeign() bool { return len(c.stack) > 0 && c.top().foreign }

// open writes the start tag of e with the attributes of the current tag. Before that it closes and
// opens the elements that a parser would.
func (c *cleaner) open(e *element) {
	if c.plain {
		c.attrs = c.attrs[:0]
	} else {
		c.filter(e)
	}
	if !c.prepare(e) {
		c.report.removed(e)
		return
	}
	if e.role&void != 0 { // it has no end tag
		c.write(e)
		return
	}
	if len(c.stack) >= maxDepth {
		c.tooDeep(e)
		return
	}
	c.push(e)
}

// tooDeep drops an element that is nested too deep. Its end tag must not close another element of
// the same name, so dropped elements are counted. When an element that was written ends, so do all
// the dropped ones in it.
func (c *cleaner) tooDeep(e *element) {
	c.report.removed(e)
	if c.dropped == nil {
		c.dropped = map[*element]int{}
	}
	c.dropped[e]++
}

// end closes e and all elements in it, if e is open. Otherwise it does nothing, except that "</br>"
// means "<br>" for parsers.
//
// After <b><i></b>, a parser opens the i again. The cleaner does not: the output has each start tag
// of the input at most once, so it cannot grow.
func (c *cleaner) end(e *element) {
	if e.name == "form" && !c.trusted {
		if !c.inForm {
			return
		}
		c.inForm = false
	}
	switch {
	case c.dropped[e] > 0:
		c.dropped[e]--
		return
	case (e == elBr || e == elP) && c.inForeign(): // these end tags end svg and math
		c.leaveForeign()
		c.end(e)
		return
	case e == elBr:
		if c.inUnended() {
			c.closeTo(len(c.stack) - 1)
		}
		c.attrs = c.attrs[:0]
		c.open(elBr)
		return
	case e.role&void != 0:
		return
	}
	c.endOpen(e)
}

// endOpen closes e and all elements in it, if e is open in the current scope. Otherwise e may be an
// unwrapped element, whose end tag ends only what is hidden in it.
func (c *cleaner) endOpen(e *element) {
	inSpecial, w := false, len(c.unwrapped)
	for i := len(c.stack) - 1; i >= -1; i-- {
		// First the unwrapped elements that began within the element i.
		for w > 0 && c.unwrapped[w-1].depth > i {
			w--
			if open := c.unwrapped[w].element; open.name == e.name {
				if c.endUnwrapped(w, inSpecial); c.isConcealed() {
					return
				}
				w = 0 // it ends no other one, but perhaps one on the stack: an a
			} else if c.isConcealed() && open.bounds(e) {
				return
			} else {
				inSpecial = inSpecial || open.isSpecial()
			}
		}
		if i = min(i, len(c.stack)-1); i < 0 {
			break
		}
		open := c.stack[i].element
		if c.isGone(i) {
			continue
		}
		if (open == e || e.role&heading != 0 && open.role&heading != 0) && !c.stack[i].ended {
			c.endAt(i, inSpecial)
			return
		}
		if inSpecial = inSpecial || open.isSpecial(); open.bounds(e) {
			break
		}
	}
	c.dismiss(e)
}

// endAt handles the end tag of the open element i. inSpecial is set if a special element is open in
// it. The end tag of an inline element does not end a special element for a parser. The cleaner
// only follows that where content is concealed, since the content would be shown otherwise:
//
//	<b><div hidden>a</b>secret</div>       the div is moved out of the b (section 13.2.6.4.7)
//	<span><p hidden>a</span>secret</p>     the end tag of the span is ignored
//	<form hidden><div>a</form>secret</div> the form ends for the elements that follow the div
func (c *cleaner) endAt(i int, inSpecial bool) {
	switch e := c.stack[i].element; {
	case c.concealed == 0:
	case e.name == "form": // its end tag ends only elements whose end tags may be omitted
		for len(c.stack) > i+1 && c.top().role&implied != 0 {
			c.closeTo(len(c.stack) - 1)
		}
		if i < len(c.stack) { // it may have been due
			c.postpone(i, i+1)
		}
		return
	case !inSpecial || !e.isInline():
	case e.role&formatting == 0: // parsers ignore the end tag
		return
	default:
		c.postpone(i, c.firstConcealed(i))
		return
	}
	c.stack[i].ended = true
	c.closeTo(i)
}

// isGone reports whether a parser has closed the open element i before what is concealed in it.
func (c *cleaner) isGone(i int) bool { return c.stack[i].gone && c.concealed > i+1 }

// firstConcealed returns the index of the first special element in the open element i that conceals
// something, or of the first special element if i is concealed itself.
func (c *cleaner) firstConcealed(i int) int {
	for k := i + 1; k < len(c.stack); k++ {
		if c.stack[k].isSpecial() && (c.stack[k].conceals || i >= c.concealed) {
			return k
		}
	}
	return len(c.stack)
}

// postpone closes the open element i when the element until is closed, or now if that is not open.
// Nothing is written in between, so the output is the same as if the element had ended at its end
// tag.
func (c *cleaner) postpone(i, until int) {
	c.stack[i].ended = true
	if until >= len(c.stack) {
		c.closeTo(i)
		return
	}
	c.stack[i].until = until
	c.postponed++
}

// due returns the index of the outermost element that was postponed up to now, or n if that is
// less.
func (c *cleaner) due(n int) int {
	for i := 0; c.postponed > 0 && i < n; i++ {
		if c.stack[i].until >= len(c.stack) {
			return i
		}
	}
	return n
}

// closeTo closes elements until n are open.
func (c *cleaner) closeTo(n int) {
	if len(c.stack) <= n {
		return
	}
	for len(c.stack) > n {
		if c.top().written {
			c.flush() // which may open a cell
		}
		top := c.top()
		c.stack = c.stack[:len(c.stack)-1]
		if top.written {
			c.writeEnd(&top)
		} else {
			c.unwritten--
		}
		if top.until > 0 {
			c.postponed--
		}
		c.reveal(&top)
		n = c.due(min(n, len(c.stack)))
	}
	c.dropped = nil // they were in the elements that are closed
}

// writeEnd writes the end tag of an element, or removes its start tag if it is empty.
func (c *cleaner) writeEnd(e *open) {
	switch {
	case c.plain:
		c.endNote(e)
		return
	case c.isEmpty(e):
		c.dst = c.dst[:e.start]
		// The words around an empty block stay apart.
		if c.inline, c.bracketed = e.inline, e.bracketed; c.inline && e.role&block != 0 {
			c.pending = append(c.pending, ' ')
		}
		return
	}
	c.dst = append(append(append(c.dst, "</"...), e.name...), '>')
	c.inline, c.bracketed = e.role&(block|tablePart) == 0, false
}

// isEmpty reports whether an element can be removed because it has no content. In the middle of
// brackets it stays: without it, the text on both sides could be a shortcode.
func (c *cleaner) isEmpty(e *open) bool {
	if c.trusted || e.role&hollow == 0 || e.kept || e.bracketed && c.Shortcodes {
		return false
	}
	// Each byte of white space is read for one element at most: for that whose start tag is before
	// it. So the time is linear.
	content := c.dst[e.content:]
	return len(content) == 0 || e.role&block != 0 && isBlank(content)
}

// push writes the start tag of e, puts e on the stack of open elements, and decides which rules its
// children follow.
func (c *cleaner) push(e *element) {
	foreign := e.role&foreign != 0
	if c.inForeign() {
		switch e.name { // HTML integration points (section 13.2.6): HTML begins again in them
		case "foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml":
		default:
			foreign = true
		}
	}
	o := open{element: e, foreign: foreign, kept: c.attr("id") != nil, note: c.note}
	if !c.isConcealed() { // otherwise pending text may go on after what is concealed
		c.flush()
	}
	o.start, o.inline, o.bracketed = len(c.dst), c.inline, c.bracketed
	o.written = c.write(e)
	// After a ghost, an element is not written although it conceals nothing itself.
	if !o.written {
		c.unwritten++
	}
	o.content = len(c.dst)
	c.stack = append(c.stack, o)
}

// write writes pending text, and then a start tag with the attributes of the current tag. It
// reports whether the element is shown: where content is concealed, nothing is written.
func (c *cleaner) write(e *element) bool {
	allowed := c.trusted || e.fate == keep || e == elIframe
	if c.isConcealed() && !c.isSource(e) || !allowed {
		c.attrs = c.attrs[:0]
		return false
	}
	c.flush()
	if c.plain {
		c.attrs = c.attrs[:0]
		return true
	}
	c.dst = append(append(c.dst, '<'), e.name...)
	for _, a := range c.attrs {
		c.dst = append(append(c.dst, ' '), a.key...)
		// A boolean attribute needs no value: <video controls>.
		if len(a.val) == 0 && attrKinds[string(a.key)] == boolean {
			continue
		}
		c.dst = append(appendValue(append(c.dst, `="`...), a.val), '"')
	}
	c.dst = append(c.dst, '>')
	c.attrs = c.attrs[:0]
	if e.role&(block|tablePart) != 0 || e == elBr {
		c.inline, c.apart = false, false
	} else if e.role&void != 0 {
		c.inline = true
	}
	c.bracketed = false
	return true
}

// flush writes pending text. The caller must write a tag next; otherwise two runs of text would
// touch, and together they could be a shortcode. In a table, text may open a cell.
func (c *cleaner) flush() {
	if len(c.pending) == 0 {
		return
	}
	text := c.pending
	c.pending, c.lost = c.pending[:0], span{}
	// In code and the like, brackets are not shortcodes. The text comes before elements that are
	// not written.
	literal := !c.Shortcodes
	for i := 0; i < len(c.stack) && !literal; i++ {
		literal = c.stack[i].role&verbatim != 0 && c.stack[i].written
	}
	if !literal {
		text = c.pairs.strip(text)
	}
	if !isBlank(text) {
		c.sawText, c.inline = true, true
		if c.inStructure() {
			attrs := c.attrs
			c.ensureCell()
			c.attrs = attrs
		}
	}
	// Write the text, and look for pairs of shortcodes in it.
	start := len(c.dst)
	if c.plain {
		c.dst = append(c.dst, text...)
	} else {
		c.dst = appendText(c.dst, text)
	}
	if !literal {
		c.bracketed = c.bracketed || bytes.IndexByte(text, '[') >= 0
		if !c.inNote() {
			c.pairs.note(c.dst, start)
		}
	}
}

// textSince reports whether there was text other than white space after the last image.
func (c *cleaner) textSince() bool { return c.sawText || !isBlank(c.pending) }

// inStructure reports whether a table is open but none of its cells. There may be no text there.
func (c *cleaner) inStructure() bool {
	return len(c.stack) > 0 && c.top().role&structure != 0
}

// prepare closes and opens the elements that the start tag of e implies (HTML Standard, sections
// 13.2.6.4.7 to 15). Content that a parser would move out of a table gets a separate cell. prepare
// reports whether e may be opened.
func (c *cleaner) prepare(e *element) bool {
	if e.role&tablePart != 0 {
		return c.prepareTablePart(e)
	}
	// An item ends the item before it, a link the link that it is in, and so on.
	switch {
	case e == elLi:
		c.endItem(elLi, elLi)
	case e == elDd || e == elDt:
		c.endItem(elDd, elDt)
	case e == elA || e == elButton || e.name == "nobr":
		c.endOpen(e)
	case e.role&implied != 0 && e.role&block == 0 && c.isOpen(elRuby): // rp and rt
		for len(c.stack) > 0 && c.top().role&implied != 0 {
			c.closeTo(len(c.stack) - 1)
		}
	case e.name == "option" || e.name == "optgroup":
		for len(c.stack) > 0 && (c.top().name == "option" || e.name == "optgroup" && c.top().name == "optgroup") {
			c.closeTo(len(c.stack) - 1)
		}
	}
	// A block ends an open paragraph. A heading also ends a heading that it is directly within.
	if e.role&block != 0 {
		c.endInScope(elP)
		if e.role&heading != 0 && len(c.stack) > 0 && c.top().role&heading != 0 {
			c.closeTo(len(c.stack) - 1)
		}
	}
	// Between the cells of a table, a new table ends this one.
	if e == elTable && c.inStructure() {
		c.end(elTable)
	}
	// Between the cells of a table, all other elements get a cell, if they are shown.
	if c.inStructure() && e != elTable && !c.isConcealed() {
		attrs := append([]attr(nil), c.attrs...)
		c.flush() // pending text opens a cell too
		c.ensureCell()
		c.attrs = attrs
	}
	return true
}

// isOpen reports whether e is open in the current scope.
func (c *cleaner) isOpen(e *element) bool {
	return c.indexInScope(e) >= 0
}

// indexInScope returns the index of e on the stack, or -1 if it is not open within the innermost
// boundary ("has an element in scope", HTML Standard, section 13.2.4.2).
func (c *cleaner) indexInScope(e *element) int {
	floor := c.floor((*element).isScope)
	for i := len(c.stack) - 1; i >= floor; i-- {
		if c.isGone(i) {
			continue
		}
		if c.stack[i].element == e {
			return i
		}
		if c.stack[i].role&scope != 0 {
			break
		}
	}
	return -1
}

// endInScope closes e if it is open in the current scope.
func (c *cleaner) endInScope(e *element) {
	if i := c.indexInScope(e); i >= 0 {
		c.closeTo(i)
	}
}

// endItem closes an open item of a list, which is an a or b, before a new one. Items of an outer
// list stay open.
func (c *cleaner) endItem(a, b *element) {
	floor := c.floor((*element).isSpecial)
	for i := len(c.stack) - 1; i >= floor; i-- {
		switch open := c.stack[i]; {
		case c.isGone(i):
		case open.element == a || open.element == b:
			c.closeTo(i)
			return
		case open.name == "div" || open.name == "address" || open.element == elP:
		case open.isSpecial():
			return
		}
	}
}

// prepareTablePart closes elements up to the place in the innermost table where e belongs, and
// opens the row or column group that it needs. It reports whether e may be opened: not outside of
// tables.
func (c *cleaner) prepareTablePart(e *element) bool {
	table := len(c.stack) - 1
	for table >= 0 && c.stack[table].element != elTable {
		table--
	}
	if table < 0 {
		if (e == elTd || e == elTh) && !c.isConcealed() {
			c.pending = append(c.pending, ' ') // keep the words of two cells apart
		}
		return false
	}
	switch e {
	case elCol: // it needs a column group, which pending text ends
		if !c.isConcealed() {
			c.flush()
		}
		if c.top().element != elColgroup {
			c.closeToPart(table + 1)
			c.begin(elColgroup)
		}
	case elTr: // it ends the row before it, but not the section that both are in
		c.closeToSection(table)
	case elTd, elTh:
		// Go back to the open row, which is a child of the table or of a section. Without one,
		// begin one.
		for i := table + 1; i < len(c.stack) && i <= table+2; i++ {
			if c.stack[i].element == elTr {
				c.closeToPart(i + 1)
				return true
			}
		}
		c.closeToSection(table)
		c.begin(elTr)
	default: // a caption, a section or a column group is a child of the table
		c.closeToPart(table + 1)
	}
	return true
}

// closeToSection closes elements up to the tbody, thead or tfoot of a table, or up to the table.
func (c *cleaner) closeToSection(table int) {
	if len(c.stack) > table+1 {
		switch c.stack[table+1].name {
		case "tbody", "thead", "tfoot":
			table++
		}
	}
	c.closeToPart(table + 1)
}

// closeToPart closes elements of a table until n are open. Pending text opens a cell, which is
// closed too.
func (c *cleaner) closeToPart(n int) {
	c.closeTo(n)
	if !c.isConcealed() {
		c.flush()
		c.closeTo(n)
	}
}

// ensureCell opens a cell if a table is open but none of its cells, and the row that the cell
// needs. A column group can have no cells, so it ends.
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

// begin opens e without attributes. The attributes of the current tag are kept for its own element.
func (c *cleaner) begin(e *element) {
	attrs, note := c.attrs, c.note
	c.attrs, c.note = nil, notNote
	c.push(e)
	c.attrs, c.note = attrs, note
}
