package cleanhtml

import (
	"bytes"
	"math"
	"strings"
	"unicode"
)

// Text returns [Policy.Text] of the zero Policy.
func Text(body string) string { return Policy{}.Text(body) }

// Summary returns [Policy.Summary] of the zero Policy.
func Summary(body string, words int) string { return Policy{}.Summary(body, words) }

// Text returns the text of a body as a reader would see it, as one line of plain text. References
// are decoded and white space is collapsed; there is a space between blocks. If there is no text,
// Text returns the alternative text of the first picture that has one.
//
// Text leaves out what [Policy.Append] removes, links to frames, noscript elements, and marks that
// are there to be clicked: references to notes and the ways back, and the anchors of headings. Of
// the fields of p, only Shortcodes matters.
func (p Policy) Text(body string) string {
	text, _, _ := p.plainText(body, math.MaxInt)
	return strings.Join(strings.Fields(text), " ")
}

// Summary returns the first words of [Policy.Text], and "…" if it left something out. If words is
// less than one, Summary returns 55 words, as WordPress does for its excerpts.
//
// Some scripts have no spaces between words: Chinese, Japanese, Thai and others. There 11
// characters count as two words, so that 55 words are about 300 characters. The same applies to the
// characters of a word after the fortieth. A summary never ends within what a reader sees as one
// character.
func (p Policy) Summary(body string, words int) string {
	if words < 1 {
		words = 55
	}
	words = min(words, math.MaxInt/1024)
	// No summary needs more text than longest, since a word of 40 characters counts as one and more
	// characters cost extra. Most need far less. So try the beginning of the body first.
	longest := 256*words + 1024
	for limit := 10*words + 64; limit < longest; limit *= 4 {
		text, more, final := p.plainText(body, limit)
		summary, cut := summarize(text, words, more)
		if !more || final && cut {
			return summary
		}
	}
	text, more, _ := p.plainText(body, longest)
	summary, _ := summarize(text, words, more)
	return summary
}

// summarize returns the first words of text. more is set if the body has more text. cut is
// set if summarize left some of text out.
func summarize(text string, words int, more bool) (summary string, cut bool) {
	budget := words * wordCost
	var b strings.Builder
	b.Grow(min(len(text), 8*words) + len("…"))
	for word := range strings.FieldsSeq(text) {
		end, cost := fit(word, budget)
		if end > 0 && b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word[:end])
		if budget -= cost; end < len(word) {
			cut = true
			break
		}
	}
	if !more && !cut {
		return b.String(), false
	}
	return strings.TrimRight(b.String(), " ,;:–—-") + "…", cut
}

// The length of a summary is measured in units. A word has 11, and a character of a script without
// spaces has 2, so that 11 such characters are two words.
const (
	wordCost = 11
	runeCost = 2
	longWord = 40 // characters; each one after that costs runeCost
)

// fit returns how many bytes of word the budget allows, and what they cost: the whole word, or the
// beginning of a long one.
func fit(word string, budget int) (end, cost int) {
	if budget <= 0 {
		return 0, 0
	}
	// end is the start of the character that a reader sees at i. A word may be cut there. flags
	// counts the regional indicators in a row, since each pair of them is a flag.
	spaced, flags, last := 0, 0, rune(0)
	for i, r := range word {
		flag := 0x1F1E6 <= r && r <= 0x1F1FF // two regional indicators make a flag
		if !joins(last, r) && !(flag && flags%2 == 1) {
			end = i
		}
		if flags++; !flag {
			flags = 0
		}
		if last = r; r >= 0x0E00 && unicode.In(r, unspaced...) {
			cost += runeCost
		} else if spaced++; spaced > longWord {
			cost += runeCost
		}
		if cost > budget {
			if end == 0 {
				end = i // the first character alone exceeds the budget
			}
			return end, budget
		}
	}
	return len(word), max(cost, wordCost)
}

// unspaced are the scripts without spaces between words.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Yi,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

// joins reports whether a reader sees last and r as one character. It is a simple form of the rules
// of Unicode Standard Annex #29, section 3.1.1.
func joins(last, r rune) bool {
	const zwj, zwnj = 0x200D, 0x200C
	// The zero-width joiner connects emoji to one; marks follow the letter that they belong to.
	switch {
	case r < 0x0300:
		return last == zwj
	case r == zwj || r == zwnj || last == zwj || unicode.Is(unicode.M, r):
		return true
	case 0x1F3FB <= r && r <= 0x1F3FF || 0xE0020 <= r && r <= 0xE007F: // skin tones, tags
		return true
	case r == 0x0E33 || r == 0x0EB3 || 0x1160 <= r && r <= 0x11FF: // sara am, jamo vowels and finals
		return true
	}
	return 0x0E40 <= last && last <= 0x0E44 || 0x0EC0 <= last && last <= 0x0EC4 // vowels written first
}

// plainText returns the text of a body with its white space, and spaces between blocks. It stops
// after about limit bytes. more is set if the body has more text. final is set if the rest of
// the body cannot remove anything from text: no [name] waits for its end, and no mark is open.
func (p Policy) plainText(body string, limit int) (text string, more, final bool) {
	// The base only decides that relative URLs can be used.
	c := newCleaner(Policy{Shortcodes: p.Shortcodes}, make([]byte, 0, min(len(body), limit)), body, "http://localhost/")
	c.plain, c.limit = true, limit
	c.run()
	if len(bytes.TrimSpace(c.dst)) == 0 {
		return c.alt, false, true
	}
	return string(c.dst), c.more, !c.more || c.settled
}

// stop ends plain output before the end of the body. An open element that may still prove to be a
// mark is left out, so that all of the output is settled but for pairs of shortcodes.
func (c *cleaner) stop() {
	c.release()
	c.flush()
	c.more, c.settled = true, !c.pairs.waiting()
	for i := range c.stack {
		e := &c.stack[i]
		if e.note != notNote && len(bytes.TrimSpace(c.dst[e.content:])) <= longestMark {
			c.dst = c.dst[:e.content]
			break
		}
	}
	c.dst = c.pairs.remove(c.dst)
}

// space keeps the words before and after a block, a cell or a drawing apart in plain text.
func (c *cleaner) space(e *element) {
	if c.plain && !c.isConcealed() && (e.role&(block|structure|tablePart) != 0 || e == elBr) {
		c.pending = append(c.pending, ' ')
	}
}
