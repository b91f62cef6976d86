package cleanhtml

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate/xmltext"
)

// cleaner turns one body into clean HTML, token by token. Elements are opened and closed by the
// rules in nesting.go; text waits in pending until a tag is written, because what lies between
// two tags of the output, not of the input, is one run of text.
type cleaner struct {
	Policy
	trusted  bool
	body     string
	read     int // bytes of body that the tokenizer has given
	z        *html.Tokenizer
	dst      []byte
	pending  []byte
	stack    []open
	attrs    []attr // of the tag at hand
	urls     resolver
	report   reporter
	pairs    pairs
	ends     map[string]int      // where the next end tag of a name is; see hasEnd
	dropped  map[*element]int    // open elements that are too deep, whose end tags are to be ignored
	unknown  map[string]*element // names that came up in a trusted body
	last     picture
	sawText  bool // text was written since last
	noscript bool
	discard  bool // the next token is text that is not for readers
}

// attr is an attribute of the tag at hand; done says that its value is ready to be written.
type attr struct {
	key, val []byte
	done     bool
}

// newCleaner returns a cleaner that appends to dst what run makes of body.
func newCleaner(p Policy, dst []byte, body, base string) *cleaner {
	// Illegal characters go first: removed later, they could turn what is no tag into one.
	body = xmltext.Legal(body)
	return &cleaner{
		Policy: p, trusted: p.Trusted,
		body: body, z: html.NewTokenizer(strings.NewReader(body)),
		dst:  dst,
		urls: resolver{given: base, anyScheme: p.Trusted},
	}
}

// run writes the whole body. It does not use the tree-building parser: that one needs memory for
// each node, moves elements about in ways that depend on how deep they are, and would have to be
// walked and mended all the same.
func (c *cleaner) run() {
	c.dst = slices.Grow(c.dst, len(c.body)+len(c.body)/8)
	for {
		switch c.next() {
		case html.ErrorToken:
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
			if e.name == "noscript" {
				c.noscript = false
			}
			c.end(e)
		}
	}
}

// next reads a token. What the tokenizer gives as raw bytes adds up to the body.
func (c *cleaner) next() html.TokenType {
	tt := c.z.Next()
	c.read += len(c.z.Raw())
	return tt
}

// endingElement returns the element of the end tag at hand. Most are those of the element opened
// last, plainly written; then there is no need to ask the tokenizer for the name.
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

// lookup returns what is known about the elements of a name. Elements are compared by pointer, so
// a trusted body gets the same one for each name; under the allow-list unknown names do not matter.
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

// text keeps text until a tag is written. Only in a trusted body there is raw text to be written as
// it is: the content of scripts and styles, where nothing can be escaped.
func (c *cleaner) text() {
	if c.discard {
		c.discard = false
		return
	}
	if len(c.stack) > 0 && c.top().role&raw != 0 && !c.inForeign() {
		text := c.z.Text()
		c.dst = append(c.dst, text...)
		if c.read == len(c.body) && c.top().element == elScript && !endsWithScript(string(text)) {
			c.dst = append(c.dst, "-->"...)
		}
		return
	}
	c.pending = c.appendText(c.pending)
}

// endsWithScript reports whether an end tag behind the text of a script ends it. Behind
// "<!--<script>" the first one does not, until "-->" (HTML Standard, section 13.2.5.27).
func endsWithScript(text string) bool {
	z := html.NewTokenizer(strings.NewReader("<script>" + text + "</script>"))
	var last html.TokenType
	for tt := z.Next(); tt != html.ErrorToken; tt = z.Next() {
		last = tt
	}
	return last == html.EndTagToken
}

// appendText appends the text at hand, decoded. Only a reference can bring in what newCleaner has
// not seen.
func (c *cleaner) appendText(dst []byte) []byte {
	if bytes.IndexByte(c.z.Raw(), '&') < 0 {
		return append(dst, c.z.Text()...)
	}
	return appendLegal(dst, c.z.Text())
}

// start handles a start tag. The order matters: svg and math have rules of their own, noscript and
// elements that nothing ends change what the tokenizer must make of the next token.
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
		// A feed has no scripts, so this is what its readers get to see.
		c.z.NextIsNotRawText()
		c.noscript = true
		return
	}
	if e.fate == skip && !c.hasEnd(e.name) && !(selfClosing && e.role&foreign != 0) {
		// A tag that nothing ends is ignored, lest it swallow the article. Scripts are no text.
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

// openKept opens an element of the allow-list, if what makes it of use is there.
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
		if c.filter(e); c.attr("controls") == nil {
			c.attrs = append(c.attrs, attr{key: []byte("controls"), done: true})
		}
	case "a":
		if c.filter(e); c.attr("href") == nil {
			// An anchor marks a place; it must not wait for an end tag that may never come.
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

// openTrusted opens any element that can be part of a body. A page's own elements cannot; neither
// can those whose names would need escaping, for which HTML has no way.
func (c *cleaner) openTrusted(e *element, selfClosing bool) {
	switch e.name {
	case "html", "head", "body", "frameset":
	default:
		if !isName(e.name) {
			c.report.removed(e)
			return
		}
		if e.role&foreign != 0 && selfClosing {
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

// isName reports whether a name needs no care when it is written.
func isName(s string) bool {
	return s != "" && isLetter(s[0]) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_:.") == ""
}

// skip drops everything up to the end of the element, which [cleaner.hasEnd] has seen. Elements of
// the same name may be nested in it.
func (c *cleaner) skip(e *element, selfClosing bool) {
	switch {
	case e.role&void != 0 || selfClosing && e.role&foreign != 0:
		return
	case e.role&raw != 0 || e.role&verbatim != 0: // title and textarea
		c.discard = true
		return
	}
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

// hasEnd reports whether an end tag of this name follows. The place that was found is remembered,
// so each byte of the body is searched once for each of the few names that are asked for.
func (c *cleaner) hasEnd(name string) bool {
	at, searched := c.ends[name]
	if searched && at >= c.read {
		return true
	}
	if searched && at < 0 {
		return false
	}
	if c.ends == nil {
		c.ends = map[string]int{}
	}
	c.ends[name] = -1
	for at = c.read; ; at += 2 {
		i := strings.Index(c.body[at:], "</")
		if i < 0 {
			return false
		}
		at += i
		end := at + 2 + len(name)
		if end < len(c.body) && strings.EqualFold(c.body[at+2:end], name) && strings.IndexByte(" \t\n\f/>", c.body[end]) >= 0 {
			c.ends[name] = at
			return true
		}
	}
}

// hugeTag is the size in bytes from which a tag gets a tokenizer of its own: the tokenizer's table
// of attribute names never shrinks, and is cleared for each tag.
const hugeTag = 16 << 10

// readAttrs reads the attributes of the tag at hand.
func (c *cleaner) readAttrs(name []byte, more bool) {
	c.attrs = c.attrs[:0]
	for more {
		var a attr
		a.key, a.val, more = c.z.TagAttr()
		c.attrs = append(c.attrs, a)
	}
	c.renew(name)
}

// renew begins a new tokenizer after a huge start tag of the given name.
func (c *cleaner) renew(name []byte) {
	if len(c.z.Raw()) > hugeTag {
		c.z = html.NewTokenizerFragment(strings.NewReader(c.body[c.read:]), string(name))
		c.z.AllowCDATA(c.inForeign())
	}
}

// attr returns the named attribute of the tag at hand, or nil.
func (c *cleaner) attr(name string) *attr {
	for i := range c.attrs {
		if string(c.attrs[i].key) == name {
			return &c.attrs[i]
		}
	}
	return nil
}

// filter leaves the attributes that may be written, with the values to write, in their order. It
// may run twice for a tag: what it has done is marked.
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

// admit reports whether an attribute may be written, after making its value ready for it.
func (c *cleaner) admit(e *element, a *attr) bool {
	if c.trusted {
		if strings.Trim(string(a.key), "abcdefghijklmnopqrstuvwxyz0123456789-_:.@*") != "" {
			return false
		}
	} else if !e.allows(a.key) {
		return false
	}
	switch kind := attrKinds[string(a.key)]; kind {
	case link, resource:
		if c.inForeign() && bytes.HasPrefix(bytes.TrimSpace(a.val), []byte("#")) {
			a.val = appendLegal(nil, a.val) // names a part of the drawing
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
