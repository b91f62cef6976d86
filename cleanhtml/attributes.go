package cleanhtml

import (
	"bytes"
	"io"
	"strings"

	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// This file reads the attributes of start tags and decides which of them stay.

// attr is an attribute of the current tag. If done is set, val is ready to be written.
type attr struct {
	key, val []byte
	done     bool
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

// renew makes a new tokenizer after a huge start tag with the given name. The new one reads a short
// start tag of that name first, so that it is in the same state: the content of a script is no
// markup. NewTokenizerFragment would read the content up to the end of the body, and not to the end
// tag.
func (c *cleaner) renew(name []byte) {
	if len(c.z.Raw()) > hugeTag {
		tag := "<" + string(name) + ">"
		c.z = html.NewTokenizer(io.MultiReader(strings.NewReader(tag), strings.NewReader(c.body[c.read:])))
		c.z.Next()
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

// missed reports an element that was removed and whose content a reader may miss, if the page shows
// it.
func (c *cleaner) missed(e *element) {
	if !c.isConcealed() {
		c.report.missed(e)
	}
}

// value returns the value of the attribute with a name, without white space around it, or "".
func (c *cleaner) value(name string) string {
	if a := c.attr(name); a != nil {
		return strings.TrimSpace(escape.Legal(string(a.val)))
	}
	return ""
}

// equalFold reports whether a value is the keyword s in any case, with white space around it.
func equalFold(val []byte, s string) bool {
	return strings.EqualFold(strings.TrimSpace(string(val)), s)
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
