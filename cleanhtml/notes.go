package cleanhtml

import (
	"bytes"
	"strings"
	"unicode"
)

// A text and a summary leave out the marks of a page that are there to be clicked: references to
// notes ("2021¹" would become "20211"), the ways back from notes, and the anchors of headings. Some
// say what they are in their attributes. Of others, the text decides when the element ends: until
// then it is in the output, and the end removes it.

// noteKind is the reason why an element may be a mark.
type noteKind uint8

const (
	notNote noteKind = iota
	// candidate elements are links and raised text.
	candidate
	// fragment elements are links to a part of a page.
	fragment
	// raised elements are raised text in a link, or with a link in it.
	raised
)

// noteLink decides whether the current link is a mark. It is called before the link is opened.
func (c *cleaner) noteLink() {
	if !c.plain {
		return
	}
	target := c.value("href")
	switch {
	case target == "":
		return
	case strings.Contains(target, "#"):
		c.note = fragment
	default:
		c.note = candidate
	}
	// The numbers of several notes are in one sup, each in its link.
	if n := len(c.stack); n > 0 && c.top().element == elSup {
		c.stack[n-1].note = raised
	}
}

// noteSup does the same for the current sup.
func (c *cleaner) noteSup() {
	if !c.plain {
		return
	}
	c.note = candidate
	if n := len(c.stack); n > 0 && c.top().element == elA && c.top().note != notNote {
		c.stack[n-1].note = raised
	}
}

// isMark reports whether the attributes of the current element say that it is a mark.
func (c *cleaner) isMark(e *element) bool {
	switch c.value("role") {
	case "doc-noteref", "doc-backlink":
		return true
	}
	if e == elA && c.value("aria-hidden") == "true" {
		return true
	}
	class := c.attr("class")
	if class == nil || e != elA && e != elSup {
		return false
	}
	// The classes are those of goldmark, Pandoc, docutils, Sphinx, kramdown and GitHub.
	for class := range strings.FieldsSeq(string(class.val)) {
		switch class {
		case "footnote-ref", "footnote-reference", "footnote-backref", "footnote-back", "reversefootnote",
			"footnote-anchor", "footnote-return", "noteref", "headerlink":
			return true
		case "footnote", "footnoteref", "reference", "fn":
			if e == elSup { // links have these classes for other reasons
				return true
			}
		}
	}
	return false
}

// inNote reports whether an open element may be a mark. Then its text may be removed again.
func (c *cleaner) inNote() bool {
	if c.plain {
		for i := range c.stack {
			if c.stack[i].note != notNote {
				return true
			}
		}
	}
	return false
}

// endNote removes the text of an element that is a mark.
func (c *cleaner) endNote(e *open) {
	if e.note == notNote {
		return
	}
	// Longer text is no mark, and everything that was written since the element began is its text.
	text := bytes.TrimSpace(c.dst[e.content:])
	if len(text) > longestMark {
		return
	}
	isMark := isBracketed(text) || isSign(text)
	switch e.note {
	case raised:
		isMark = isReference(text)
	case candidate: // a raised number alone may be a power
		isMark = e.element == elSup && isBracketed(text)
	case fragment: // a number is a mark right after a word: "see 2" may mean a section
		isMark = isMark || isNumber(text) && e.content > 0 && isWordByte(c.dst[e.content-1])
	}
	if isMark {
		c.dst = c.dst[:e.content]
	}
}

// longestMark is the greatest length in bytes of the text of a mark.
const longestMark = 16

// isReference reports whether a raised link refers to a note: a number, a letter or a sign, perhaps
// in brackets.
func isReference(text []byte) bool {
	if isBracketed(text) || isSign(text) {
		return true
	}
	return isNumber(text) || len(text) == 1
}

// Whether a text is a mark depends on where it is. "[1]" is one in each link to a part of a page,
// "1" only if it is raised or right after a word.

// isBracketed reports whether a text is a number or a letter in brackets.
func isBracketed(text []byte) bool {
	n := len(text)
	if n < 3 || !(text[0] == '[' && text[n-1] == ']' || text[0] == '(' && text[n-1] == ')') {
		return false
	}
	return isNumber(text[1:n-1]) || n == 3
}

// isNumber reports whether a text has only digits and what separates numbers.
func isNumber(text []byte) bool {
	for _, b := range text {
		if (b < '0' || b > '9') && b != ',' && b != '-' && b != ' ' {
			return false
		}
	}
	return true
}

// isSign reports whether a text has neither letters nor digits.
func isSign(text []byte) bool {
	return bytes.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0
}
