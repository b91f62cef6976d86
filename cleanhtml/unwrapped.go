package cleanhtml

import "slices"

// The tags of unwrapped elements, such as nav and label, are not in the output. For a parser they
// still decide where a hidden element ends: the end tag of a nav ends a hidden span in it, and an
// item in a nav does not end the item around the nav. Therefore the cleaner remembers the unwrapped
// elements that are open where content is shown. Where content is concealed, they are on the stack
// like all others.
//
//	<nav><span hidden>a</nav>b                            b is shown
//	<li>a<nav><div hidden>b<li>c</li>d</div></nav>        only a is shown
//	<p>a<fieldset>b</fieldset><q hidden><div>c</div></q>  c is hidden, since the p has ended
//
// None of this changes which tags are written, so that cleaning the output again, which has no
// unwrapped elements, gives the same result.

// unwrapped is an open element whose tags are removed.
type unwrapped struct {
	*element
	// depth is the number of elements on the stack that it is in, and ghosts is the number of
	// ghosts at its start tag.
	depth, ghosts int
}

// openUnwrapped handles the start tag of an element that leaves only its content.
func (c *cleaner) openUnwrapped(e *element) {
	switch e.name {
	case "html", "head", "body", "frameset": // parsers ignore their tags
		return
	case "nobr": // it ends the one before it
		c.endOpen(e)
	}
	if e.role&void != 0 || c.trusted {
		return
	}
	depth := len(c.stack)
	if p := c.indexInScope(elP); p >= 0 && e.role&block != 0 {
		depth = p
		c.leave(p)
	}
	if len(c.unwrapped) < maxDepth {
		c.unwrapped = append(c.unwrapped, unwrapped{e, depth, len(c.ghosts)})
	}
}

// leave marks the elements of the stack from n on, which a parser closes at the tag of an unwrapped
// element. In the output they go on.
func (c *cleaner) leave(n int) {
	for i := n; i < len(c.stack); i++ {
		c.stack[i].gone = c.stack[i].gone || c.stack[i].role&formatting == 0
	}
	for w := len(c.unwrapped); w > 0 && c.unwrapped[w-1].depth > n; w-- {
		c.unwrapped = c.unwrapped[:w-1]
	}
}

// endUnwrapped handles the end tag of the unwrapped element w. It ends what conceals something and
// began after it. inSpecial is set if a special element began after it.
func (c *cleaner) endUnwrapped(w int, inSpecial bool) {
	e := c.unwrapped[w]
	// The cases are those of the HTML Standard, section 13.2.6.4.7: a form, blocks and the like,
	// other elements, formatting.
	switch {
	case e.name == "form": // it ends only elements whose end tags may be omitted
		c.unwrapped = slices.Delete(c.unwrapped, w, w+1)
		for c.concealed > e.depth && c.top().role&implied != 0 {
			c.closeTo(len(c.stack) - 1)
		}
		return
	case !inSpecial || !e.isInline() || e.name == "noscript":
		c.unwrapped = c.unwrapped[:w]
		c.leave(e.depth)
	case e.role&formatting == 0: // parsers ignore the end tag
		return
	case c.concealed > 0 && c.firstConcealed(e.depth-1) < len(c.stack):
		c.unwrapped = slices.Delete(c.unwrapped, w, w+1)
		return
	default:
		c.unwrapped = slices.Delete(c.unwrapped, w, w+1)
	}
	// Elements of the output go on. Formatting that is hidden becomes a ghost, unless a marker is
	// among the elements that end.
	if c.concealed > e.depth {
		c.closeTo(c.concealed - 1)
	}
	if e.isMarker() && len(c.ghosts) > e.ghosts {
		c.ghosts = c.ghosts[:e.ghosts]
		c.forgetUnwritten()
	}
}

// forgetUnwrapped forgets the unwrapped elements that end with an element on the stack that was
// closed. Special elements stay open after the end of formatting.
func (c *cleaner) forgetUnwrapped(closed *element) {
	kept := len(c.unwrapped)
	for kept > 0 && c.unwrapped[kept-1].depth > len(c.stack) {
		kept--
	}
	for _, e := range c.unwrapped[kept:] {
		if closed.role&formatting != 0 && e.isSpecial() {
			e.depth = len(c.stack)
			c.unwrapped[kept] = e
			kept++
		}
	}
	c.unwrapped = c.unwrapped[:kept]
}

// floor returns how many elements on the stack are outside of the last unwrapped element of a kind.
// For elements that are shown, it returns 0: what is written must not depend on tags that are not.
func (c *cleaner) floor(isKind func(*element) bool) int {
	for w := len(c.unwrapped) - 1; w >= 0 && (c.hiding || c.isConcealed()); w-- {
		if isKind(c.unwrapped[w].element) {
			return c.unwrapped[w].depth
		}
	}
	return 0
}
