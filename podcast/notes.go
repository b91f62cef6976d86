package podcast

import (
	"cmp"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	xhtml "golang.org/x/net/html"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/htmltext"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// maxNotes is the length of a description in bytes. Apple ignores the rest.
const maxNotes = 4000

// writeNotes writes the texts of an item: the notes as its description, which is what Apple and
// Spotify show, and the whole content as content:encoded. The encoder leaves its own texts out
// then. An item without any text is left to the encoder.
func (s Show) writeNotes(o *output, e Episode, a *syndicate.Article) {
	source := cmp.Or(strings.TrimSpace(e.Notes), a.Content)
	if notes, whole := reduce(source, o.base, maxNotes); notes != "" {
		if !whole {
			o.Warn("Content", "", RuleTooLong, "the description is cut after 4,000 bytes; "+apple+"description")
		}
		o.w.CDATA("description", notes)
	} else if summary := o.text("Summary", a.Summary, maxNotes/4); summary != "" { // 4 bytes a character
		o.w.Markup("description", htmltext.Escape(summary))
	} else {
		return
	}
	if !s.OnlyNotes {
		o.w.CDATA("content:encoded", a.Content)
	}
}

// reduce returns HTML with the elements that Apple shows: p, ol, ul, li and a. The text of others
// stays, in paragraphs as far as they are blocks. The result has at most so many bytes; reduce
// returns false if something had to be cut. Relative links are resolved against base.
func reduce(source string, base *url.URL, most int) (notes string, whole bool) {
	r := reducer{most: most, base: base}
	for z := xhtml.NewTokenizer(strings.NewReader(source)); !r.full; {
		switch kind := z.Next(); kind {
		case xhtml.ErrorToken:
			r.closeTo(0)
			return string(r.out), true
		case xhtml.TextToken:
			if r.skipped == "" {
				r.text(string(z.Text()))
			}
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			name, hasAttr := z.TagName()
			r.start(string(name), hrefOf(z, hasAttr), kind == xhtml.SelfClosingTagToken)
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			r.end(string(name))
		}
	}
	return string(r.out), false
}

// hrefOf returns the attribute href of the current tag.
func hrefOf(z *xhtml.Tokenizer, more bool) (href string) {
	for more {
		var key, value []byte
		if key, value, more = z.TagAttr(); string(key) == "href" {
			href = string(value)
		}
	}
	return href
}

// reducer writes notes. The tags of open elements are written with the first text in them, so that
// no element is empty.
type reducer struct {
	out     []byte
	open    []openTag
	base    *url.URL
	most    int    // bytes
	skipped string // the element whose content is not shown, "" for none
	space   bool   // there was white space since the last word
	full    bool   // something was cut
}

// openTag is an element that is open.
type openTag struct {
	name, tag string
	written   bool
}

// The elements that begin a paragraph, and those whose content is not text.
const (
	blockElements = " address article aside blockquote body center dd details div dl dt fieldset figcaption figure " +
		"footer form h1 h2 h3 h4 h5 h6 header hr html main nav p pre section summary table tbody tfoot thead tr "
	hiddenElements = " audio button canvas head iframe math noscript object script select style svg template " +
		"textarea title video "
)

// isOneOf reports whether a list has a name.
func isOneOf(list, name string) bool { return strings.Contains(list, " "+name+" ") }

// start begins an element, if it is one that notes have or that separates texts.
func (r *reducer) start(name, href string, isEmpty bool) {
	switch {
	case r.skipped != "":
	case isOneOf(hiddenElements, name):
		if !isEmpty {
			r.skipped = name
		}
	case name == "ul" || name == "ol":
		r.endBlock()
		r.push(name, "<"+name+">")
	case name == "li":
		if r.closeWithin("li", "ul", "ol"); r.last("ul", "ol") < 0 {
			r.endBlock()
			r.push("ul", "<ul>")
		}
		r.push("li", "<li>")
	case name == "a":
		r.closeWithin("a", "p", "li")
		if address := r.link(href); address != "" {
			r.push("a", `<a href="`+html.EscapeString(address)+`">`)
		}
	case name == "br" || isOneOf(blockElements, name):
		r.endBlock()
	case name == "td" || name == "th" || name == "img":
		r.space = true
	}
}

// end ends an element.
func (r *reducer) end(name string) {
	switch {
	case r.skipped != "":
		if name == r.skipped {
			r.skipped = ""
		}
	case name == "ul" || name == "ol":
		if i := r.last(name); i >= 0 {
			r.closeTo(i)
		}
	case name == "li":
		r.closeWithin("li", "ul", "ol")
	case name == "a":
		r.closeWithin("a", "p", "li")
	case isOneOf(blockElements, name):
		r.endBlock()
	}
}

// endBlock ends the open paragraph. In an item of a list, whose text has no paragraphs, it
// separates words.
func (r *reducer) endBlock() {
	if r.last("li") > r.last("p") {
		r.space = true
		return
	}
	if i := r.last("p"); i >= 0 {
		r.closeTo(i)
	} else if i := r.last("a"); i >= 0 {
		r.closeTo(i)
	}
}

// last returns the index of the innermost open element that has one of the names, -1 for none.
func (r *reducer) last(names ...string) int {
	for i := len(r.open) - 1; i >= 0; i-- {
		if slices.Contains(names, r.open[i].name) {
			return i
		}
	}
	return -1
}

// closeWithin ends the innermost element of a name, if it is inside of the innermost one of the
// others.
func (r *reducer) closeWithin(name string, others ...string) {
	if i := r.last(name); i >= 0 && i > r.last(others...) {
		r.closeTo(i)
	}
}

// openBlock opens what text has to be in: an item of the innermost list, or else a paragraph.
func (r *reducer) openBlock() {
	switch list := r.last("ul", "ol"); {
	case r.last("p", "li") > list:
	case list >= 0:
		r.open = append(r.open, openTag{name: "li", tag: "<li>"})
	default:
		r.open = append(r.open, openTag{name: "p", tag: "<p>"})
	}
}

// push opens an element. A link is inside of a block.
func (r *reducer) push(name, tag string) {
	if name == "a" {
		r.openBlock()
	} else {
		r.space = false
	}
	r.open = append(r.open, openTag{name: name, tag: tag})
}

// closeTo ends the open elements from an index on. Those without text leave no trace.
func (r *reducer) closeTo(i int) {
	for n := len(r.open) - 1; n >= i; n-- {
		if r.open[n].written {
			r.out = append(append(append(r.out, "</"...), r.open[n].name...), '>')
		}
		if r.open[n].name != "a" {
			r.space = false
		}
	}
	r.open = r.open[:i]
}

// link returns the address of a link, "" for one that listeners cannot follow.
func (r *reducer) link(href string) string {
	href = strings.TrimSpace(href)
	if strings.HasPrefix(strings.ToLower(href), "mailto:") {
		if address := uri.Mailto(href); address != "" {
			return "mailto:" + address
		}
		return ""
	}
	// A fragment is a place on the page of the article, which no app shows.
	absolute, fault := uri.Resolve(r.base, href)
	if href == "" || strings.HasPrefix(href, "#") || fault != "" {
		return ""
	}
	return absolute
}

// text writes words with single spaces between them.
func (r *reducer) text(s string) {
	for s != "" && !r.full {
		rest := strings.TrimLeft(s, " \t\r\n\f")
		r.space = r.space || len(rest) < len(s)
		word := rest
		if i := strings.IndexAny(rest, " \t\r\n\f"); i >= 0 {
			word = rest[:i]
		}
		s = rest[len(word):]
		// Pieces are short, so that little is lost where the text is cut.
		for word != "" && !r.full { // a piece of it, for languages without spaces
			piece := word
			if len(piece) > 64 {
				end := 64
				for !utf8.RuneStart(piece[end]) {
					end--
				}
				piece = piece[:end]
			}
			r.word(piece)
			word = word[len(piece):]
		}
	}
}

// word writes a word if it fits together with the tags around it, or else an ellipsis. It closes
// everything then.
func (r *reducer) word(word string) {
	r.openBlock()
	// The room that the word takes: its tags, those that close what is open, and the ellipsis.
	word = htmltext.Escape(word)
	need, inBlock := len(word)+len(" …"), false
	for _, tag := range r.open {
		need += len("</>") + len(tag.name)
		if !tag.written {
			need += len(tag.tag)
		}
		inBlock = inBlock || tag.written && (tag.name == "p" || tag.name == "li")
	}
	if len(r.out)+need > r.most {
		if r.full = true; len(r.out) > 0 && inBlock {
			r.out = append(r.out, "…"...)
		}
		r.closeTo(0)
		return
	}
	if r.space && inBlock {
		r.out = append(r.out, ' ')
	}
	r.space = false
	for i := range r.open {
		if !r.open[i].written {
			r.out, r.open[i].written = append(r.out, r.open[i].tag...), true
		}
	}
	r.out = append(r.out, word...)
}
