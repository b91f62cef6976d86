package cleanhtml

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// cleaner turns one body into clean HTML, token by token:
//
//	clean.go       tokens, and which elements stay
//	attributes.go  which attributes stay
//	nesting.go     which elements a tag opens and closes
//	elements.go    the allow-list, and the properties of elements that the rules need
//	hidden.go      elements that the page does not show
//	tree.go        what a parser makes of misnested hidden elements
//	unwrapped.go   elements that leave their content
//	style.go       inline style sheets
//	controls.go    controls and media players
//	formulas.go    formulas and drawings, which leave a text
//	images.go      lazy images, srcset, tracking pixels
//	players.go     frames, which become links
//	notes.go       references and marks that are no words of a summary
//	shortcodes.go  shortcodes in text
//	urls.go        URLs
//	chars.go       characters and escaping
//
// A tokenizer reads the body. The cleaner keeps a stack of open elements, as a parser does, and
// writes the tags that lead from one token to the next: it closes what the HTML parsing algorithm
// would close. Therefore every parser reads the output as the same tree.
type cleaner struct {
	Policy
	trusted bool
	// plain is set if the output is plain text and not HTML; see text.go.
	plain bool
	// limit is the number of bytes after which plain output may end. more is set if it did.
	limit int
	more  bool
	// settled is set if the rest of the body cannot remove anything from the plain output.
	settled bool
	body    string
	// read is the number of bytes of body that the tokenizer has returned.
	read int
	z    *html.Tokenizer
	// name, hasAttrs and named cache the name of the current tag, which the tokenizer returns once.
	// again is set if the current token is to be handled once more.
	name            []byte
	hasAttrs, named bool
	token           html.TokenType
	again           bool
	dst             []byte
	// from is the length of dst before the body was written.
	from int
	// pending is text that has not been written. It waits for the next tag of the output, since
	// tags of the input may be dropped, and a shortcode may then be in two runs of text of the
	// input.
	pending []byte
	// stack holds the open elements, outermost first.
	stack []open
	// attrs are the attributes of the current tag.
	attrs  []attr
	urls   resolver
	report reporter
	pairs  pairs
	// ends caches where the next end tag of each name is; see hasEnd.
	ends map[string]int
	// concealed is the number of open elements up to the outermost one whose content is not shown,
	// 0 if there is none. ghosts are elements that conceal what follows their end; see hidden.go.
	// hiding is set while a hidden element is opened.
	concealed int
	ghosts    []ghost
	hiding    bool
	// page is the tree of the body, once the page hid something; see tree.go.
	page pageTree
	// unwrapped are the open elements that are not on the stack; see unwrapped.go. inForm is set
	// from the start tag of a form to its end tag.
	unwrapped []unwrapped
	inForm    bool
	// unwritten counts the open elements whose tags are not written, postponed those that stay open
	// after their end tag.
	unwritten, postponed int
	// inline is set if the last output is text or an inline element, so that the words of the next
	// block follow without a break if its tags are left out. bracketed is set if the text that was
	// written last has an opening bracket.
	inline, bracketed bool
	// apart is set if a space must separate the next text from a label that was written.
	apart bool
	// held is the text of a formula for which a better one may follow; see formulas.go. heldAt is
	// its place in pending.
	held     []byte
	heldAt   int
	heldKind formulaKind
	// note is the reason why the next element on the stack may be a mark; see notes.go.
	note noteKind
	// alt is the alternative text of the first picture.
	alt string
	// lost is the place in pending of an alternative text, until something follows.
	lost span
	// dropped counts the open elements that are too deep. Their end tags are ignored.
	dropped map[*element]int
	// unknown holds the elements on the stack that are not in the table.
	unknown map[string]*element
	// last is the image that was written last, for images that occur twice; see images.go.
	last picture
	// sawText is set when text is written after last.
	sawText bool
	// noscript is set within a noscript element.
	noscript bool
	// discard is set if the next token is text that is not for readers: the content of a script.
	discard bool
}

// newCleaner returns a cleaner whose run appends the cleaned body to dst.
func newCleaner(p Policy, dst []byte, body, base string) *cleaner {
	// Remove illegal characters first. If they were removed later, "<scr\x00ipt>" would become a
	// tag.
	body = escape.Legal(body)
	// The tokenizer reads a string, whose bytes hasEnd can search.
	return &cleaner{
		Policy: p, trusted: p.Trusted,
		body: body, z: html.NewTokenizer(strings.NewReader(body)),
		dst: dst, from: len(dst), limit: math.MaxInt,
		urls: resolver{given: base, anyScheme: p.Trusted},
	}
}

// run writes the whole body. It does not use the parser of x/net/html, which builds a tree: the
// tree needs memory for each node, the parser moves elements in ways that depend on their depth,
// and the cleaner would have to walk the tree and change it all the same.
func (c *cleaner) run() {
	if !c.plain {
		// Most bodies grow little: by absolute URLs, by end tags and by escapes.
		c.dst = slices.Grow(c.dst, len(c.body)+len(c.body)/8)
	}
	for {
		switch c.next() {
		case html.ErrorToken: // the end of the body: a string cannot fail to be read
			c.finish()
			return
		case html.TextToken:
			// Plain output ends before a text, not within one, so that no reference or shortcode is
			// torn apart.
			if c.plain && len(c.dst)+len(c.pending) > c.limit && !c.discard {
				c.stop()
				return
			}
			c.text()
		case html.StartTagToken:
			c.start(false)
		case html.SelfClosingTagToken:
			c.start(true)
		case html.EndTagToken:
			c.discard = false
			e := c.endingElement()
			if e.name == "noscript" { // its start tag was not written
				c.noscript = false
			}
			c.release()
			c.space(e)
			c.end(e)
		}
	}
}

// finish writes what is left at the end of the body.
func (c *cleaner) finish() {
	c.release()
	c.missRest()
	c.closeTo(0)
	c.flush()
	if len(c.pairs.spans) == 0 {
		return
	}
	c.dst = c.pairs.remove(c.dst)
	if c.plain || c.trusted {
		return
	}
	// Elements may be empty without their shortcodes, so clean the result again. No pair is left in
	// it.
	again := newCleaner(c.Policy, c.dst[:c.from], string(c.dst[c.from:]), c.urls.given)
	again.run()
	c.dst = again.dst
}

// next reads a token. The raw bytes of all tokens together are the body, so read is the current
// place.
func (c *cleaner) next() html.TokenType {
	if c.again {
		c.again = false
		return c.token
	}
	c.z.AllowCDATA(c.inForeign())
	c.token, c.named = c.z.Next(), false
	c.read += len(c.z.Raw())
	return c.token
}

// tagName returns the name of the current tag, and whether it has attributes.
func (c *cleaner) tagName() (name []byte, hasAttrs bool) {
	if !c.named {
		c.name, c.hasAttrs = c.z.TagName()
		c.named = true
	}
	return c.name, c.hasAttrs
}

// endingElement returns the element of the current end tag. Most end tags are those of the element
// opened last, written without white space and in lower case. They are recognized by comparing
// bytes, which is faster than parsing and looking up the name.
func (c *cleaner) endingElement() *element {
	if len(c.stack) > 0 {
		raw, name := c.z.Raw(), c.top().name
		if len(raw) == len(name)+len("</>") && string(raw[len("</"):len(raw)-1]) == name {
			return c.top().element
		}
	}
	name, _ := c.tagName()
	return c.lookup(name)
}

// lookup returns the element with a name. Elements are compared by pointer, so each name has one
// element in a trusted body, and where content is not shown. Elsewhere, elements that are not in
// the table are unwrapped, and each lookup may return another one.
func (c *cleaner) lookup(name []byte) *element {
	if e := elements[string(name)]; e != nil {
		// In svg and math, the names that HTML takes for others are those of other elements.
		if e.name != string(name) && c.inForeign() && string(name) != "listing" {
			return c.register(&element{name: string(name)})
		}
		return e
	}
	if e := c.unknown[string(name)]; e != nil {
		return e
	}
	if e := substitutes[string(name)]; e != nil && !c.trusted {
		return e
	}
	e := &element{name: string(name)}
	if c.trusted || c.isConcealed() {
		return c.register(e)
	}
	return e
}

// register returns the one element with the name of e, so that its end tag finds it on the stack.
func (c *cleaner) register(e *element) *element {
	if known := c.unknown[e.name]; known != nil {
		return known
	}
	if c.unknown == nil {
		c.unknown = map[string]*element{}
	}
	c.unknown[e.name] = e
	return e
}

// text handles a run of text, which is kept in pending until a tag is written. The content of
// scripts and styles, which only a trusted body has, is written as it is: nothing can be escaped
// there.
func (c *cleaner) text() {
	if c.discard {
		c.discard = false
		return
	}
	if c.page != nil && c.settle() || c.isConcealed() {
		return
	}
	if len(c.stack) > 0 && c.top().role&raw != 0 && !c.inForeign() {
		text := c.z.Text()
		c.dst = append(c.dst, text...)
		// This script has no end tag in the body. The one written here must end it.
		if c.read == len(c.body) && c.top().element == elScript && !endsWithScript(string(text)) {
			c.dst = append(c.dst, "-->"...)
		}
		return
	}
	if text := c.z.Raw(); len(text) > 0 {
		if c.inUnended() {
			if isBlank(text) {
				return
			}
			c.closeTo(len(c.stack) - 1)
		}
		if len(c.held) > 0 && !isBlank(text) {
			c.release()
		}
		if c.apart && isWordByte(text[0]) {
			c.pending = append(c.pending, ' ')
		}
		c.apart = false
	}
	c.pending = c.appendText(c.pending)
}

// endsWithScript reports whether an end tag after the text of a script ends the script. After
// "<!--<script>" the first end tag does not, unless "-->" comes before it (HTML Standard, section
// 13.2.5.27).
func endsWithScript(text string) bool {
	z := html.NewTokenizer(strings.NewReader("<script>" + text + "</script>"))
	var last html.TokenType
	for tt := z.Next(); tt != html.ErrorToken; tt = z.Next() {
		last = tt
	}
	return last == html.EndTagToken
}

// appendText appends the current text, decoded. Only a reference such as "&#1;" can produce an
// illegal character here, since newCleaner has removed the others.
func (c *cleaner) appendText(dst []byte) []byte {
	if bytes.IndexByte(c.z.Raw(), '&') < 0 {
		return append(dst, c.z.Text()...)
	}
	return appendLegal(dst, c.z.Text())
}

// start handles a start tag. The order of the cases matters. In svg and math other rules apply. For
// noscript and for raw elements without an end tag, the tokenizer must learn how to read on
// before anything else happens.
func (c *cleaner) start(selfClosing bool) {
	name, more := c.tagName()
	e := c.lookup(name)
	c.readAttrs(name, more)
	c.discard = false
	if c.inForeign() && !c.breaksOut(e) {
		c.startForeign(e, selfClosing)
		return
	}
	if string(name) == "noscript" {
		c.startNoscript(e)
		return
	}
	// Other elements are nothing without their texts.
	if e.role&void != 0 && c.page != nil && c.settle() && !c.isConcealed() {
		c.report.removed(e)
		return
	}
	if e != elSource && e != elTrack && c.inUnended() {
		c.closeTo(len(c.stack) - 1)
	}
	if !c.trusted && c.startFormula(e) {
		return
	}
	if e.name == "form" && !c.trusted {
		if c.inForm { // parsers ignore a form within a form
			c.report.removed(e)
			return
		}
		c.inForm = true
	}
	c.space(e)
	if e.fate == skip && !c.hasEnd(e.name) && !(selfClosing && e.role&foreign != 0) {
		c.startUnended(e)
		return
	}
	// From here on the element can be written, if the policy keeps it.
	switch {
	case e == elIframe:
		c.iframe()
		c.discard = !c.trusted
	case e == elImg:
		c.picture()
	case c.trusted:
		c.lazySources(e)
		c.openTrusted(e, selfClosing)
	case e.fate == skip:
		c.dropContent(e, selfClosing)
	// Whatever is hidden is on the stack and not in the output, be it on the allow-list or not.
	case c.isHidden(e):
		c.conceal(e, true)
	case c.plain && c.isMark(e):
		c.conceal(e, false)
	case c.startControl(e):
	// Of the rest, the allow-list decides. Other elements leave their content.
	case e.fate == keep:
		c.openKept(e)
	case c.isConcealed():
		c.openConcealed(e)
	default:
		c.report.removed(e)
		c.openUnwrapped(e)
	}
	c.last.adjacent = c.last.adjacent && e == elImg
}

// startNoscript handles the start tag of a noscript. Feeds have no scripts, so their readers see
// the content of noscript, if the page does not hide it without scripts too. It is no text of a
// summary: it describes what browsers without scripts lack.
func (c *cleaner) startNoscript(e *element) {
	ends := c.hasEnd(e.name)
	switch {
	// Browsers with scripts read the content of a noscript as one text up to its end tag. So does
	// the tokenizer.
	case c.hasHidden(), c.isConcealed() && ends:
		if c.report.removed(e); !ends {
			c.missed(e)
		}
		c.discard = true
	case c.plain && ends:
		c.discard = true
		c.noscriptInText()
	default:
		c.z.NextIsNotRawText()
		c.noscript = true
		c.openUnwrapped(e)
	}
}

// startUnended handles an element whose content is not for readers and that has no end tag. It
// would swallow the rest of the article, so only its tag is removed. The content of a script or
// style is not text for readers and is removed too.
func (c *cleaner) startUnended(e *element) {
	c.report.removed(e)
	if e == elScript || e == elStyle {
		c.discard = true
		return
	}
	c.z.NextIsNotRawText()
	if e == elIframe {
		c.iframe()
		if c.trusted && len(c.stack) > 0 && c.top().element == elIframe {
			c.closeTo(len(c.stack) - 1)
		}
	}
}

// dropContent drops an element with its content. A drawing leaves its label.
func (c *cleaner) dropContent(e *element, selfClosing bool) {
	c.report.removed(e)
	// Where nothing is shown, a drawing leaves no label.
	switch {
	case c.isConcealed():
		c.skip(e, selfClosing)
	case e == elSvg:
		c.drawing(selfClosing)
	default:
		if (e.name == "select" || e.name == "textarea") && !c.hasHidden() {
			c.missed(e)
		}
		c.skip(e, selfClosing)
	}
}

// openKept opens an element of the allow-list if it has the attributes that make it useful: a
// source for media, a target for a link.
func (c *cleaner) openKept(e *element) {
	c.lazySources(e)
	switch e {
	case elSource:
		if c.filter(e); c.attr("src") == nil && c.attr("srcset") == nil {
			c.report.removed(e)
			return
		}
	case elTrack:
		if c.filter(e); c.attr("src") == nil {
			c.report.removed(e)
			return
		}
	case elVideo, elAudio:
		c.openMedia(e)
		return
	case elA:
		c.noteLink()
		if !c.plain {
			if c.filter(e); c.attr("href") == nil {
				c.openAnchor()
				return
			}
		}
	case elSup:
		c.noteSup()
	}
	c.open(e)
	c.note = notNote
}

// openAnchor opens a link without a target, which marks a place. It is closed at once, since its
// end tag may never come.
func (c *cleaner) openAnchor() {
	if c.attr("id") != nil || c.attr("name") != nil {
		c.open(elA)
		c.end(elA)
	} else {
		c.report.removed(elA)
	}
	c.openUnwrapped(elA)
}

// openTrusted opens an element of a trusted body. It drops the elements of a whole page, and
// elements whose names would need escaping, because HTML cannot escape names.
func (c *cleaner) openTrusted(e *element, selfClosing bool) {
	switch e.name {
	case "html", "head", "body", "frameset":
	default:
		if !isName(e.name) {
			c.report.removed(e)
			return
		}
		if e.role&foreign != 0 && selfClosing { // <svg/> is a whole drawing
			c.open(e)
			c.end(e)
			return
		}
		c.open(e)
	}
}

// startForeign handles a start tag within svg or math of a trusted body. There a slash ends an
// element, no element is raw text, and no end tag is implied (HTML Standard, section 13.2.6.5).
func (c *cleaner) startForeign(e *element, selfClosing bool) {
	c.z.NextIsNotRawText()
	if !isName(e.name) {
		c.report.removed(e)
		return
	}
	if len(c.stack) >= maxDepth {
		if !selfClosing {
			c.tooDeep(e)
		}
		return
	}
	c.filter(e)
	c.push(e)
	if selfClosing {
		c.closeTo(len(c.stack) - 1)
	}
}

// breaksOut reports whether the start tag of e ends svg and math, and closes them if so. Parsers go
// on with HTML there.
func (c *cleaner) breaksOut(e *element) bool {
	sized := e.name == "font" && (c.attr("color") != nil || c.attr("face") != nil || c.attr("size") != nil)
	if e.role&breakout == 0 && !sized {
		return false
	}
	c.leaveForeign()
	return true
}

// leaveForeign closes elements until HTML follows.
func (c *cleaner) leaveForeign() {
	for c.inForeign() {
		c.closeTo(len(c.stack) - 1)
	}
}

// isName reports whether a name can be written as it is.
func isName(s string) bool {
	return s != "" && isLetter(s[0]) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_:.") == ""
}

// skip drops everything up to the end of the current element. hasEnd has found an end tag before.
// The element may contain elements of the same name.
func (c *cleaner) skip(e *element, selfClosing bool) {
	switch {
	case e.role&void != 0 || selfClosing && e.role&foreign != 0:
		return
	case e.role&raw != 0 || e.role&verbatim != 0: // title and textarea
		c.discard = true
		return
	}
	// Count the elements of the same name, up to the end tag of the first.
	for depth := 1; depth > 0; {
		switch tt := c.next(); tt {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := c.tagName()
			c.renew(name)
			if e.role&foreign != 0 {
				c.z.NextIsNotRawText()
			}
			if string(name) == e.name && (tt == html.StartTagToken || e.role&foreign == 0) {
				depth++
			}
		case html.EndTagToken:
			if name, _ := c.tagName(); string(name) == e.name {
				depth--
			}
		}
	}
}

// hasEnd reports whether an end tag with this name follows. It caches the place of the end tag that
// it finds, so each byte of the body is searched at most once for each name. It is called with the
// few names of elements whose content is dropped, so the time is linear.
func (c *cleaner) hasEnd(name string) bool {
	at, searched := c.ends[name]
	switch {
	case searched && at >= c.read:
		return true
	case searched && at < 0:
		return false
	}
	if c.ends == nil {
		c.ends = map[string]int{}
	}
	// An end tag is "</", the name in any case, and white space, "/" or ">".
	c.ends[name] = -1
	for at = c.read; ; at += 2 {
		i := strings.Index(c.body[at:], "</")
		if i < 0 {
			return false
		}
		at += i
		end := at + 2 + len(name)
		if end < len(c.body) && strings.EqualFold(c.body[at+2:end], name) {
			if strings.IndexByte(" \t\n\f/>", c.body[end]) >= 0 {
				c.ends[name] = at
				return true
			}
		}
	}
}
