package cleanhtml

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bodies that were cleaned before they were stored, and those of careful editors, are clean when they come
// in. One pass over their bytes finds that out, in a tenth of the time that taking them apart and writing
// them again takes, and without allocating anything (BenchmarkAlreadyClean).
//
// What is checked here is what the cleaner would change or report. Whatever is not plainly right, rare or
// hard to judge counts as not clean and is left to the cleaner, which is the oracle of this file's tests.

// alreadyClean reports whether cleaning body would give the same bytes and report nothing. It does not
// depend on the base: no URL is relative. False may also mean that it cannot tell.
func alreadyClean(body string, trusted bool) bool {
	return (&checker{body: body, trusted: trusted}).isClean()
}

// LegalIsClean reports whether [Policy.Clean] is known to return a body unchanged and to report nothing.
// It is fast, and may return false for a clean body too. The body must hold only characters that XML 1.0
// allows, as that of a checked article does: LegalIsClean does not look for others.
func (p Policy) LegalIsClean(body string) bool {
	return p.Sanitizer == nil && (&checker{body: body, trusted: p.Trusted, legal: true}).isClean()
}

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

// checker looks at one body. Its methods take the place where something begins and return the place after
// it, or -1 where the body may not be clean.
type checker struct {
	body    string
	trusted bool
	legal   bool // the body is known to be
	depth   int
	stack   [32]*element // open elements, deep enough for what people write
}

// tag is what may stand between < and > of an element that is kept under its own name.
type tag struct {
	*element
	attrs uint64 // bits of the attributes that the allow-list has for it
}

// attribute is one that some element of the allow-list may have.
type attribute struct {
	name string
	bit  uint64
	kind attrKind
}

// tags and attributes by the first letter of their names; there are few for each.
var tags, attributes, trustedAttrs = func() (tags [128][]tag, attributes [128][]attribute, trusted uint64) {
	known := map[string]uint64{}
	bit := func(name string) uint64 {
		if known[name] == 0 {
			known[name] = 1 << len(known)
			attributes[name[0]] = append(attributes[name[0]], attribute{name, known[name], attrKinds[name]})
		}
		return known[name]
	}
	everywhere := bit("id") | bit("title") | bit("lang") | bit("dir")
	for name, e := range elements {
		if e.fate != keep || e.name != name {
			continue
		}
		t := tag{e, everywhere}
		for _, attr := range e.attrs {
			t.attrs |= bit(attr)
		}
		tags[name[0]] = append(tags[name[0]], t)
	}
	for _, name := range strings.Fields("class style target loading decoding fetchpriority") {
		trusted |= bit(name)
	}
	for i := range tags {
		slices.SortFunc(tags[i], func(a, b tag) int { return cmp.Compare(len(a.name), len(b.name)) })
		slices.SortFunc(attributes[i], func(a, b attribute) int { return cmp.Compare(len(a.name), len(b.name)) })
	}
	return tags, attributes, trusted
}()

// The attributes that the checker itself asks for.
var (
	bitSrc      = attributeNamed("src").bit
	bitSrcset   = attributeNamed("srcset").bit
	bitHref     = attributeNamed("href").bit
	bitID       = attributeNamed("id").bit
	bitName     = attributeNamed("name").bit
	bitControls = attributeNamed("controls").bit
	bitSize     = attributeNamed("width").bit | attributeNamed("height").bit
)

func attributeNamed(name string) attribute {
	if name != "" && name[0] < utf8.RuneSelf {
		for _, a := range attributes[name[0]] {
			if a.name == name {
				return a
			}
		}
	}
	return attribute{}
}

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

// The cleaner's own forms of references.
const (
	amp  = "&amp;"
	lt   = "&lt;"
	gt   = "&gt;"
	quot = "&quot;" // in attributes only
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks, by their high bits, the bytes of x that text may not hold just like that: < > & [ and
// controls. Bytes above the first marked one may be marked wrongly: sums and differences carry.
func special(x uint64) uint64 {
	controls := (x + ones) | (x - ones*' ') // 0x7F, below space
	return controls&^x&highs | meaning(x)
}

// meaning marks < > & [ in x in the same way.
func meaning(x uint64) uint64 {
	marked := (x ^ (ones * '&')) - ones
	marked |= (x ^ (ones * '[')) - ones
	marked |= ((x | ones*2) ^ (ones * '>')) - ones // < and > differ in one bit
	return marked &^ x & highs
}

// letters returns how many of the eight bytes of x are whole characters, given that all beyond ASCII are
// of two bytes, U+00C0 to U+07FF, where most letters are; 0 when there are others.
func letters(x uint64) int {
	lead := x & (x << 1) & highs // 11xxxxxx
	next := x &^ (x << 1) & highs
	long := x << 2                                       // 111xxxxx
	short := ^(x<<3 | x<<4 | x<<5 | (x << 6 & (x << 7))) // 110000xx, but 0xC3
	if lead&(long|short) != 0 || next != lead<<8 {
		return 0
	}
	return 8 - int(lead>>63) // the last one may go on
}

// load reads eight bytes of s from i on; the compiler makes one load of it.
func load(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// skipMeaningless returns how many bytes at the start of legal text are none of < > & [.
func skipMeaningless(s string) (i int) {
	for i < len(s)-15 {
		marked, next := meaning(load(s, i)), meaning(load(s, i+8))
		if marked|next == 0 {
			i += 16
			continue
		}
		if marked == 0 {
			marked, i = next, i+8
		}
		return i + bits.TrailingZeros64(marked)/8
	}
	for i < len(s) && s[i] != '<' && s[i] != '>' && s[i] != '&' && s[i] != '[' {
		i++
	}
	return i
}

// text checks a run of text; what follows it is a tag or the end.
func (c *checker) text(i int) int {
	s := c.body
	if c.inStructure() {
		for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t') {
			i++
		}
		if i < len(s) && s[i] != '<' {
			return -1
		}
		return i
	}
	for i < len(s) {
		if c.legal {
			if i += skipMeaningless(s[i:]); i == len(s) {
				break
			}
		} else if i+8 <= len(s) {
			x := load(s, i)
			marked := special(x)
			if marked == 0 {
				n := 8
				if x&highs != 0 {
					n = letters(x)
				}
				if n > 0 {
					i += n
					continue
				}
			}
			marked |= x & highs
			i += bits.TrailingZeros64(marked) / 8
		}
		n := 0
		switch s[i] {
		case '<':
			return i
		case '>':
			return -1
		case '&':
			n = reference(s[i:])
		case '[':
			n = c.bracket(i)
		default:
			n = legalRune(s[i:])
		}
		if n == 0 {
			return -1
		}
		i += n
	}
	return i
}

// legalRune returns the length of the character that s begins with, 0 when XML does not allow it.
func legalRune(s string) int {
	switch b := s[0]; {
	case b >= ' ' && b < 0x7F || b == '\n' || b == '\t':
		return 1
	case b >= 0xC3 && b < 0xE0 && len(s) > 1 && s[1]&0xC0 == 0x80:
		return 2 // U+00C0 to U+07FF, where most letters beyond ASCII are
	}
	r, n := utf8.DecodeRuneInString(s)
	if n < 2 || r < 0xA0 || r == 0xFFFE || r == 0xFFFF {
		return 0
	}
	return n
}

// reference returns the length of the reference that s begins with, 0 when it would be written otherwise.
func reference(s string) int {
	switch {
	case strings.HasPrefix(s, amp):
		return len(amp)
	case strings.HasPrefix(s, lt):
		return len(lt)
	case strings.HasPrefix(s, gt):
		return len(gt)
	}
	return 0
}

// bracket returns 1 when the bracket at i opens neither a shortcode nor another bracket, otherwise 0. What
// begins with a slash could end a pair.
func (c *checker) bracket(i int) int {
	for _, open := range c.stack[:c.depth] {
		if open.role&verbatim != 0 {
			return 1
		}
	}
	tag := c.body[i+1:]
	end := strings.IndexAny(tag, "[]<")
	if end < 0 || tag[end] == '<' {
		return 1 // never closed
	}
	if tag[end] == '[' || tag[0] == '/' {
		return 0
	}
	if tag = tag[:end]; end == 0 || !isLetter(tag[0]) {
		return 1
	}
	name := tag[:len(tag)-len(strings.TrimLeft(tag, wordBytes))]
	if strings.ContainsAny(tag, "=_") || knownShortcodes[name] {
		return 0
	}
	return 1
}

// wordBytes are those of shortcodes' names, as [shortcodeTag] has them.
const wordBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

// endTag checks an end tag from its name on: only that of the element opened last closes nothing else.
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

// startTag checks a start tag from its name on.
func (c *checker) startTag(i int) int {
	s, start := c.body, i
	for i < len(s) && ('a' <= s[i] && s[i] <= 'z' || '0' <= s[i] && s[i] <= '9') {
		i++
	}
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
	switch t.name {
	case "a":
		if seen&bitHref == 0 {
			const end = "</a>" // an anchor is empty
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
	if c.depth == len(c.stack) {
		return -1
	}
	c.stack[c.depth] = t.element
	c.depth++
	return i
}

// attrs checks the attributes of a start tag, from the space before the first to the end of the last.
// seen are their bits.
func (c *checker) attrs(i int, t tag) (end int, seen uint64) {
	s := c.body
	allowed := t.attrs
	if c.trusted {
		allowed |= trustedAttrs
	}
	for i < len(s) && s[i] == ' ' {
		i++
		start := i
		for i < len(s) && 'a' <= s[i] && s[i] <= 'z' {
			i++
		}
		a := attributeNamed(s[start:i])
		if a.bit&allowed == 0 || a.bit&seen != 0 {
			return -1, seen
		}
		seen |= a.bit
		if a.kind == boolean {
			continue // with a value it is rare
		}
		if !strings.HasPrefix(s[i:], `="`) {
			return -1, seen
		}
		i += len(`="`)
		switch {
		case a.kind == link || a.kind == resource:
			i = c.url(i, a.kind)
		case a.kind == sources:
			i = c.srcset(i)
		case a.bit&bitSize != 0 && t.element == elImg:
			i = c.size(i)
		default:
			i = c.value(i)
		}
		if i < 0 || i == len(s) || s[i] != '"' {
			return -1, seen
		}
		i++
	}
	return i, seen
}

// plainBytes are those that stand for themselves in attributes.
var plainBytes = func() (t [256]bool) {
	for c := ' '; c < 0x7F; c++ {
		t[c] = c != '"' && c != '&' && c != '<' && c != '>'
	}
	return t
}()

// value checks a value without a meaning, up to its quote.
func (c *checker) value(i int) int {
	s := c.body
	for i < len(s) {
		if plainBytes[s[i]] {
			i++
			continue
		}
		n := 0
		switch s[i] {
		case '"':
			return i
		case '<', '>':
		case '&':
			if n = reference(s[i:]); n == 0 && strings.HasPrefix(s[i:], quot) {
				n = len(quot)
			}
		default:
			n = legalRune(s[i:])
		}
		if n == 0 {
			return -1
		}
		i += n
	}
	return -1
}

// size checks a width or height of an image: more than one pixel, or a percentage.
func (c *checker) size(i int) int {
	s, start := c.body, i
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	digits := s[start:i]
	if digits == "" || digits[0] == '0' || len(digits) > 9 {
		return -1
	}
	if i < len(s) && s[i] == '%' {
		return i + 1
	}
	if digits == "1" {
		return -1
	}
	return i
}

// segmentBytes are those that may stand anywhere in path, query and fragment of a URL.
var segmentBytes = func() (t [256]bool) {
	t = uriBytes
	t['%'], t['.'], t['#'], t['&'] = false, false, false, false
	return t
}()

// url checks a URL, up to what ends it, a quote or a space. Decoded it is one that [isCanonical] takes, or
// the simplest form of an address to write to or to call.
func (c *checker) url(i int, use attrKind) int {
	s := c.body
	switch rest := s[i:]; {
	case strings.HasPrefix(rest, "https://"):
		i += len("https://")
	case strings.HasPrefix(rest, "http://"):
		i += len("http://")
	case use == link && strings.HasPrefix(rest, "mailto:"):
		return c.opaque(i + len("mailto:"))
	case use == link && strings.HasPrefix(rest, "tel:"):
		return c.opaque(i + len("tel:"))
	default:
		return -1
	}
	inLabel := false
	for ; i < len(s) && s[i] != '/' && s[i] != '"' && s[i] != ' '; i++ {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z' || '0' <= b && b <= '9':
			inLabel = true
		case inLabel && (b == '.' || b == '-'):
			inLabel = false
		default:
			return -1
		}
	}
	if !inLabel {
		return -1
	}
	fragment := false
	for ; i < len(s); i++ {
		b := s[i]
		if segmentBytes[b] {
			continue
		}
		switch {
		case b == '"' || b == ' ':
			if s[i-1] == '#' {
				return -1
			}
			return i
		case b == '&' && strings.HasPrefix(s[i:], amp):
			i += len(amp) - 1
		case b == '.' && s[i-1] != '/': // not a dot segment
		case b == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
		case b == '#' && !fragment:
			fragment = true
		default:
			return -1
		}
	}
	return -1
}

// opaque checks what follows mailto: or tel:.
func (c *checker) opaque(i int) int {
	s, start := c.body, i
	for ; i < len(s) && s[i] != '"'; i++ {
		switch b := s[i]; {
		case segmentBytes[b] || b == '.':
		case b == '&' && strings.HasPrefix(s[i:], amp):
			i += len(amp) - 1
		default:
			return -1
		}
	}
	if i == start {
		return -1
	}
	return i
}

// srcset checks the candidates of an image, up to the quote: URLs, each but the last followed by a comma,
// with their descriptors.
func (c *checker) srcset(i int) int {
	s := c.body
	for {
		if i = c.url(i, resource); i < 0 {
			return -1
		}
		comma := s[i-1] == ','
		if s[i] == ' ' && !comma {
			start := i + 1
			for i = start; i < len(s) && s[i] != ',' && s[i] != '"'; {
				i++
			}
			if i == len(s) || i == start || !isDescriptor(s[start:i]) {
				return -1
			}
			if comma = s[i] == ','; comma {
				i++
			}
		} else if comma && (s[i-2] == ',' || s[i-2] == '#') {
			return -1 // less its comma it is another URL
		}
		switch {
		case comma && i < len(s) && s[i] == ' ':
			i++
		case !comma && s[i] == '"':
			return i
		default:
			return -1
		}
	}
}

// inStructure reports whether the next text would stand in a table, but in none of its cells.
func (c *checker) inStructure() bool {
	return c.depth > 0 && c.stack[c.depth-1].role&structure != 0
}

// nests reports whether e may begin here without ending or beginning anything else. It allows less than
// [cleaner.prepare] would leave alone: parts of lists, tables and ruby only right where they belong.
func (c *checker) nests(e *element) bool {
	top := &element{}
	if c.depth > 0 {
		top = c.stack[c.depth-1]
	}
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
	if top.role&structure != 0 || e.role&heading != 0 && top.role&heading != 0 {
		return false
	}
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

// isOpen reports whether e is open in the scope at hand, as [cleaner.isOpen] does.
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
