package cleanhtml

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// cleaner turns one body into clean HTML, token by token:
//
//	clean.go       tokens, and which elements and attributes stay
//	nesting.go     which elements a tag opens and closes
//	elements.go    the allow-list, and what the rules need to know about elements
//	images.go      lazy images, srcset, tracking pixels
//	players.go     iframes
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
	body    string
	// read is the number of bytes of body that the tokenizer has returned.
	read int
	z    *html.Tokenizer
	dst  []byte
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
	// dropped counts the open elements that are too deep. Their end tags are ignored.
	dropped map[*element]int
	// unknown holds the elements of a trusted body that are not in the table.
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

// attr is an attribute of the current tag. If done is set, val is ready to be written.
type attr struct {
	key, val []byte
	done     bool
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
		dst:  dst,
		urls: resolver{given: base, anyScheme: p.Trusted},
	}
}

// run writes the whole body. It does not use the parser of x/net/html, which builds a tree: the
// tree needs memory for each node, the parser moves elements in ways that depend on their depth,
// and the cleaner would have to walk the tree and change it all the same.
func (c *cleaner) run() {
	// Most bodies grow little: by absolute URLs, by end tags and by escapes.
	c.dst = slices.Grow(c.dst, len(c.body)+len(c.body)/8)
	for {
		switch c.next() {
		case html.ErrorToken: // the end of the body: a string cannot fail to be read
			c.flush()
			c.closeTo(0)
			c.dst = c.pairs.remove(c.dst)
			return
		case html.TextToken:
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
			c.end(e)
		}
	}
}

// next reads a token. The raw bytes of all tokens together are the body, so read is the current
// place.
func (c *cleaner) next() html.TokenType {
	tt := c.z.Next()
	c.read += len(c.z.Raw())
	return tt
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
	name, _ := c.z.TagName()
	return c.lookup(name)
}

// lookup returns the element with a name. Elements are compared by pointer, so each name of a
// trusted body has one element. Under the allow-list, elements that are not in the table are
// unwrapped, and each lookup may return another one.
func (c *cleaner) lookup(name []byte) *element {
	if e := elements[string(name)]; e != nil {
		return e
	}
	if e := c.unknown[string(name)]; e != nil {
		return e
	}
	e := &element{name: string(name)}
	if c.trusted {
		if c.unknown == nil {
			c.unknown = map[string]*element{}
		}
		c.unknown[e.name] = e
	}
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
	if len(c.stack) > 0 && c.top().role&raw != 0 && !c.inForeign() {
		text := c.z.Text()
		c.dst = append(c.dst, text...)
		// This script has no end tag in the body. The one written here must end it.
		if c.read == len(c.body) && c.top().element == elScript && !endsWithScript(string(text)) {
			c.dst = append(c.dst, "-->"...)
		}
		return
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
// noscript and for raw elements without an end tag, the tokenizer must be told how to read on
// before anything else happens.
func (c *cleaner) start(selfClosing bool) {
	name, more := c.z.TagName()
	e := c.lookup(name)
	c.readAttrs(name, more)
	c.discard = false
	if c.inForeign() {
		c.startForeign(e, selfClosing)
		return
	}
	if string(name) == "noscript" {
		// Feeds have no scripts, so their readers see the content of noscript.
		c.z.NextIsNotRawText()
		c.noscript = true
		return
	}
	if e.fate == skip && !c.hasEnd(e.name) && !(selfClosing && e.role&foreign != 0) {
		// Without an end tag this element would swallow the rest of the article, so only its tag is
		// removed. The content of a script or style is not text for readers and is removed too.
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
		return
	}
	// From here on the element can be written, if the policy keeps it.
	switch {
	case e == elIframe:
		c.iframe()
		c.discard = !c.trusted
	case e == elImg:
		if shown, ok := c.image(); ok {
			c.open(e)
			c.last, c.sawText = shown, false
		}
	case c.trusted:
		if e.name == "source" {
			c.lazySources()
		}
		c.openTrusted(e, selfClosing)
	case e.fate == keep:
		c.openKept(e)
	case e.fate == skip:
		c.report.removed(e)
		c.skip(e, selfClosing)
	default:
		c.report.removed(e)
	}
	c.last.adjacent = c.last.adjacent && e == elImg
}

// openKept opens an element of the allow-list if it has the attributes that make it useful: a
// source for media, a target for a link.
func (c *cleaner) openKept(e *element) {
	switch e.name {
	case "source":
		c.lazySources()
		if c.filter(e); c.attr("src") == nil && c.attr("srcset") == nil {
			c.report.removed(e)
			return
		}
	case "track":
		if c.filter(e); c.attr("src") == nil {
			c.report.removed(e)
			return
		}
	case "video", "audio":
		// Without controls nobody could start it: there are no scripts, and autoplay is not
		// allowed.
		if c.filter(e); c.attr("controls") == nil {
			c.attrs = append(c.attrs, attr{key: []byte("controls"), done: true})
		}
	case "a":
		if c.filter(e); c.attr("href") == nil {
			// An anchor marks a place. It is closed at once, since its end tag may never come.
			if c.attr("id") != nil || c.attr("name") != nil {
				c.open(e)
				c.end(e)
			} else {
				c.report.removed(e)
			}
			return
		}
	}
	c.open(e)
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
		c.z.AllowCDATA(c.inForeign())
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
	c.write(e)
	c.push(e)
	if selfClosing {
		c.closeTo(len(c.stack) - 1)
	}
	c.z.AllowCDATA(c.inForeign())
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
			name, _ := c.z.TagName()
			c.renew(name)
			if e.role&foreign != 0 {
				c.z.NextIsNotRawText()
			}
			if string(name) == e.name && (tt == html.StartTagToken || e.role&foreign == 0) {
				depth++
			}
		case html.EndTagToken:
			if name, _ := c.z.TagName(); string(name) == e.name {
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

// hugeTag is the size in bytes of a tag after which the cleaner makes a new tokenizer. The
// tokenizer has a table of attribute names that never shrinks, and clears it for each tag. After
// one tag with a hundred thousand attributes, each of a million other tags would clear a huge
// table.
const hugeTag = 16 << 10

// readAttrs reads the attributes of the current tag.
func (c *cleaner) readAttrs(name []byte, more bool) {
	c.attrs = c.attrs[:0]
	for more {
		var a attr
		a.key, a.val, more = c.z.TagAttr()
		c.attrs = append(c.attrs, a)
	}
	c.renew(name)
}

// renew makes a new tokenizer after a huge start tag with the given name.
func (c *cleaner) renew(name []byte) {
	if len(c.z.Raw()) > hugeTag {
		c.z = html.NewTokenizerFragment(strings.NewReader(c.body[c.read:]), string(name))
		c.z.AllowCDATA(c.inForeign())
	}
}

// attr returns the attribute of the current tag with a name, or nil.
func (c *cleaner) attr(name string) *attr {
	for i := range c.attrs {
		if string(c.attrs[i].key) == name {
			return &c.attrs[i]
		}
	}
	return nil
}

// filter removes the attributes of the current tag that e may not have, and makes the values of the
// others ready to be written. The order stays. filter may run twice for a tag: attributes that are
// done are skipped the second time.
func (c *cleaner) filter(e *element) {
	kept := c.attrs[:0]
	for _, a := range c.attrs {
		if !a.done {
			if !c.admit(e, &a) {
				continue
			}
			a.done = true
		}
		kept = append(kept, a)
	}
	c.attrs = kept
}

// admit makes the value of an attribute ready to be written. It reports whether the attribute may
// be written: it must be on the allow-list, and a URL must be one that resolve accepts.
func (c *cleaner) admit(e *element, a *attr) bool {
	// First the name. A trusted body may have any attribute whose name can be written as it is.
	if c.trusted {
		if strings.Trim(string(a.key), "abcdefghijklmnopqrstuvwxyz0123456789-_:.@*") != "" {
			return false
		}
	} else if !e.allows(a.key) {
		return false
	}
	// Then its value. URLs are resolved; everything else is text, from which a reference may have
	// brought in illegal characters.
	switch kind := attrKinds[string(a.key)]; kind {
	case link, resource:
		if c.inForeign() && bytes.HasPrefix(bytes.TrimSpace(a.val), []byte("#")) {
			a.val = appendLegal(nil, a.val) // refers to a part of the drawing
			return true
		}
		abs, ok := c.urls.resolve(a.val, kind)
		if !ok {
			c.report.refused(a.val)
		}
		a.val = abs
		return ok
	case sources:
		val, ok := c.srcset(a.val)
		a.val = val
		return ok
	}
	a.val = appendLegal(nil, a.val)
	return true
}
