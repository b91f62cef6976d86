package cleanhtml

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Browsers move nodes of misnested markup, so what a hidden element hides is not always between its
// tags:
//
//	<p><b><form hidden>a</form>b</b>     b is hidden, since the form moves around the b
//	<table hidden>a<tr><td>b</table>     a is shown, since text moves out of a table
//
// The stack of the cleaner follows the parsing algorithm up to such moves. When the page hides
// something, the cleaner therefore builds the tree of the body once, and each text and each void
// element is shown or hidden as it is in the tree.

// pageTree holds whether the page shows the texts and void elements of a body, by the offset of
// their tokens. It has no entry for white space, nor for the content of controls and players, for
// which the cleaner has separate rules.
type pageTree map[int]bool

// mark begins and ends the number of a token in the markup that is parsed. No text has it.
const mark = "\ue0f7"

// treeOf returns the tree of a body. It is empty if the body is nested deeper than the parser
// allows.
func treeOf(body string) pageTree {
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(numbered(body)), context)
	tree := pageTree{}
	if err != nil {
		return tree
	}
	note := func(token string, shown bool) {
		if offset, err := strconv.Atoi(token); err == nil {
			tree[offset] = shown
		}
	}
	var walk func(n *html.Node, shown, known bool)
	walk = func(n *html.Node, shown, known bool) {
		switch n.Type {
		case html.TextNode:
			for i, part := range strings.Split(n.Data, mark) {
				if i%2 == 1 && (known || !shown) {
					note(part, shown)
				}
			}
		case html.ElementNode:
			shown = shown && !isHiddenNode(n)
			for _, a := range n.Attr {
				if a.Key == mark && (known || !shown) {
					note(a.Val, shown)
				}
			}
			known = known && !hasOtherRules(n.Data)
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child, shown, known)
		}
	}
	for _, n := range nodes {
		walk(n, true, true)
	}
	return tree
}

// numbered returns a body whose texts are their offsets, and whose void elements have theirs in an
// attribute.
func numbered(body string) string {
	var b strings.Builder
	b.Grow(len(body) + len(body)/4)
	body = strings.ReplaceAll(body, mark, "???") // of the same size
	z := html.NewTokenizer(strings.NewReader(body))
	for offset, inRaw := 0, false; ; {
		kind := z.Next()
		end := offset + len(z.Raw())
		token := body[offset:end]
		switch {
		case kind == html.ErrorToken:
			return b.String()
		case kind == html.TextToken && !inRaw && !isBlank(z.Text()):
			b.WriteString(mark + strconv.Itoa(offset) + mark)
		case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
			// The name ends at white space, at a slash or with the tag.
			name := strings.IndexAny(token, " \t\n\f\r/>")
			e := elements[strings.ToLower(token[len("<"):name])]
			// Formatting elements with different attributes are no longer alike for a parser.
			if e != nil && e.role&void != 0 {
				b.WriteString(token[:name] + " " + mark + `="` + strconv.Itoa(offset) + `"`)
				token = token[name:]
			}
			b.WriteString(token)
			inRaw = e != nil && (e.role&raw != 0 || e.fate == skip && e.role&verbatim != 0)
		default:
			b.WriteString(token)
			inRaw = false
		}
		offset = end
	}
}

// isHiddenNode is [cleaner.isHidden] for an element of the tree.
func isHiddenNode(n *html.Node) bool {
	attrs := make([]attr, len(n.Attr))
	for i, a := range n.Attr {
		attrs[i] = attr{key: []byte(a.Key), val: []byte(a.Val)}
	}
	open := slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "open" })
	return n.Data == "datalist" || n.Data == "dialog" && !open || hide(attrs)
}

// hasOtherRules reports whether the cleaner decides otherwise than by the page what is shown of the
// content of an element.
func hasOtherRules(name string) bool {
	switch name {
	case "video", "audio", "canvas", "object", "iframe", "noscript", "button", "select", "textarea", "title", "template", "svg", "math":
		return true
	}
	return strings.Contains(name, "-")
}

// settle makes the stack agree with the tree about the current token, and reports whether the page
// hides it.
func (c *cleaner) settle() bool {
	shown, known := c.page[c.read-len(c.z.Raw())]
	if !known || !shown {
		return known
	}
	for c.concealed > 0 && c.stack[c.concealed-1].byPage {
		c.closeTo(c.concealed - 1)
	}
	if len(c.ghosts) > 0 {
		c.ghosts = slices.DeleteFunc(c.ghosts, func(g ghost) bool { return g.byPage })
		c.forgetUnwritten()
	}
	return false
}
