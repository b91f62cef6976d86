package cleanhtml

import (
	"strings"
	"unicode/utf8"
)

// This file, already_text.go and already_attrs.go recognize bodies that are clean already, such
// as those that were cleaned before they were stored, and those of careful editors. One pass over
// the bytes finds that out. It takes a tenth of the time of cleaning, which takes the body apart
// and writes it again, and it allocates no memory (BenchmarkAlreadyClean). A site with a thousand
// clean articles shows its first feeds more than twice as fast.
//
// # What it recognizes
//
// A checker accepts a subset of clean HTML, the one that the cleaner writes for ordinary bodies:
//
//   - text in which "<", ">" and "&" are escaped as the cleaner escapes them, and in which no
//     bracket can begin a shortcode;
//   - start tags of elements and attributes on the allow-list, with one space before each attribute
//     and double quotes around each value, where they open and close no other element;
//   - end tags of the element that was opened last, with no element left open at the end;
//   - absolute http and https URLs in their simplest form, mailto: and tel: in links.
//
// Anything else makes the body "not clean": rare forms, and all that is hard to judge. The cleaner
// then handles it. So an error in one direction only costs time.
//
// # Why it is right
//
// An error in the other direction would let an attack through, so it must not happen: if the
// checker accepts a body, the cleaner must return it byte for byte and report nothing. Two
// arguments show it.
//
// Each rule here is stricter than the cleaner's rule for the same thing, and each method names that
// rule. Parsing cannot go wrong, because the accepted language leaves no choice to a parser: every
// "<" in the body begins a tag that is accepted, and no attribute value contains one.
//
// The cleaner is the oracle of the tests in already_test.go. They compare the two for bodies of
// many kinds, for thousands of mutations of them, for each element within each other element, for
// each attribute with values of all kinds, and for fuzzed input.

// alreadyClean reports whether cleaning a body is known to return the same bytes and to report
// nothing. The result does not depend on the base, since no URL is relative.
func (p Policy) alreadyClean(body string) bool {
	return (&checker{body: body, trusted: p.Trusted, shortcodes: p.Shortcodes}).isClean()
}

// LegalIsClean reports whether [Policy.Clean] is known to return a body unchanged and to report
// nothing. It is fast, and may return false for a clean body too. It is always false if there is a
// Sanitizer.
//
// The body must have only characters that XML 1.0 allows, as the body of a checked article has.
// LegalIsClean does not check the characters; that makes it a third faster.
func (p Policy) LegalIsClean(body string) bool {
	return p.Sanitizer == nil &&
		(&checker{body: body, trusted: p.Trusted, shortcodes: p.Shortcodes, legal: true}).isClean()
}

// checker checks one body. Its methods take the index where something begins, and return the index
// after it, or -1 if the body may not be clean. They never go back, so the time is linear.
type checker struct {
	body       string
	trusted    bool
	shortcodes bool
	// legal is set if the body is known to have only characters that XML allows.
	legal bool
	// stack[:depth] are the open elements. The array is part of the checker so that checking
	// allocates no memory. Bodies that are nested deeper are left to the cleaner.
	depth int
	stack [32]*element
}

// isClean checks the whole body: text and tags in turn. At the end all elements must be closed.
func (c *checker) isClean() bool {
	for i := 0; ; {
		if i = c.text(i); i == len(c.body) {
			return c.depth == 0
		}
		if i < 0 {
			return false
		}
		if strings.HasPrefix(c.body[i:], "</") {
			i = c.endTag(i + len("</"))
		} else {
			i = c.startTag(i + len("<"))
		}
		if i < 0 {
			return false
		}
	}
}

// tag is an element of the allow-list whose name the cleaner keeps. Names that it replaces, such as
// "image" for "img", are not among the tags.
type tag struct {
	*element
	attrs uint64 // the bits of its attributes on the allow-list
}

// tagNamed returns the tag with a name, or a tag without an element if there is none. It compares
// names with those of the same first letter, shortest first; that is faster than a map.
func tagNamed(name string) tag {
	if name != "" && name[0] < utf8.RuneSelf {
		for _, t := range tags[name[0]] {
			if t.name == name {
				return t
			}
		}
	}
	return tag{}
}

// endTag checks an end tag, from its name on. It accepts only that of the element opened last,
// which closes no other element (cleaner.end).
func (c *checker) endTag(i int) int {
	if c.depth == 0 {
		return -1
	}
	c.depth--
	name := c.stack[c.depth].name
	if rest := c.body[i:]; len(rest) <= len(name) || rest[:len(name)] != name || rest[len(name)] != '>' {
		return -1
	}
	return i + len(name) + len(">")
}

// startTag checks a start tag, from its name on. The attributes that some elements need are those
// without which cleaner.openKept and cleaner.image drop the element.
func (c *checker) startTag(i int) int {
	s, start := c.body, i
	for i < len(s) && ('a' <= s[i] && s[i] <= 'z' || '0' <= s[i] && s[i] <= '9') {
		i++
	}
	// The name must be on the allow-list, and the element must be allowed here.
	t := tagNamed(s[start:i])
	if t.element == nil || !c.nests(t.element) {
		return -1
	}
	seen := uint64(0)
	if i < len(s) && s[i] == ' ' {
		if i, seen = c.attrs(i, t); i < 0 {
			return -1
		}
	}
	if i == len(s) || s[i] != '>' {
		return -1
	}
	i++
	// Without these attributes the cleaner removes the element, or adds the attribute.
	switch t.name {
	case "a":
		if seen&bitHref == 0 {
			const end = "</a>" // the cleaner closes an anchor without href at once
			if seen&(bitID|bitName) == 0 || !strings.HasPrefix(s[i:], end) {
				return -1
			}
			return i + len(end)
		}
	case "img", "track":
		if seen&bitSrc == 0 {
			return -1
		}
	case "source":
		if seen&(bitSrc|bitSrcset) == 0 {
			return -1
		}
	case "video", "audio":
		if seen&bitControls == 0 {
			return -1
		}
	}
	if t.role&void != 0 {
		return i
	}
	// The cleaner removes an empty element that is not the target of links (cleaner.isEmpty).
	if t.role&hollow != 0 && seen&bitID == 0 && !c.trusted {
		end := i
		for t.role&block != 0 && end < len(s) && (s[end] == ' ' || s[end] == '\n' || s[end] == '\t') {
			end++
		}
		if strings.HasPrefix(s[end:], "</") {
			return -1
		}
	}
	if c.depth == len(c.stack) { // too deep for the checker
		return -1
	}
	c.stack[c.depth] = t.element
	c.depth++
	return i
}

// inStructure reports whether a table is open but none of its cells (cleaner.inStructure).
func (c *checker) inStructure() bool {
	return c.depth > 0 && c.stack[c.depth-1].role&structure != 0
}

// nests reports whether e may begin here without closing or opening another element
// (cleaner.prepare). It is stricter than the cleaner: the parts of lists, tables and ruby are
// accepted only directly within the elements they belong to.
func (c *checker) nests(e *element) bool {
	top := &element{}
	if c.depth > 0 {
		top = c.stack[c.depth-1]
	}
	// Each part of a table directly within the part that it belongs to. A parser would add a
	// missing tbody to the tree, but it writes no tag for that, and neither does the cleaner.
	if e.role&tablePart != 0 {
		switch e.name {
		case "col":
			return top.name == "colgroup"
		case "tr":
			return top.name == "table" || top.name == "tbody" || top.name == "thead" || top.name == "tfoot"
		case "td", "th":
			return top.name == "tr"
		}
		return top.name == "table"
	}
	// Only sources in a player: the cleaner drops the rest (cleaner.openMedia).
	if !c.trusted && (top == elVideo || top == elAudio) {
		return e == elSource || e == elTrack
	}
	// No other element between the cells of a table, and no heading in a heading.
	if top.role&structure != 0 || e.role&heading != 0 && top.role&heading != 0 {
		return false
	}
	// A block closes a paragraph.
	if e.role&block != 0 && c.isOpen(elP) {
		return false
	}
	switch e.name {
	case "li":
		return top.name == "ul" || top.name == "ol"
	case "dd", "dt":
		return top.name == "dl"
	case "rp", "rt":
		return top.name == "ruby"
	case "a":
		return !c.isOpen(elA)
	}
	return true
}

// isOpen reports whether e is open in the current scope (cleaner.isOpen).
func (c *checker) isOpen(e *element) bool {
	for i := c.depth - 1; i >= 0; i-- {
		if c.stack[i] == e {
			return true
		}
		if c.stack[i].role&scope != 0 {
			break
		}
	}
	return false
}
