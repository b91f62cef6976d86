package cleanhtml

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/internal/pagebuilder"
)

// Shortcodes are WordPress's [name …], [name …/] and [/name]. A plug-in replaces them when the page
// is shown; in a feed without the plug-in they are noise. Only the shortcode is removed, never the
// text between [name] and [/name].
//
// Brackets are common in prose: "[sic]", "[the minister]". So a bracket counts as a shortcode only
// if
//
//   - its name is known or has the prefix of a page builder,
//   - it has an attribute in quotes, or ends a shortcode that had one,
//   - or there is both [name] and [/name].
//
// The first two kinds can be decided within one run of text, in strip. The third needs the whole
// body, since [name] and [/name] may be in different elements: note records brackets while text is
// written, and remove takes pairs out of the output at the end.

// knownShortcodes are the names of WordPress's own shortcodes (Shortcode API), and of those of
// widespread plug-ins. None is a word that writers put in brackets.
var knownShortcodes = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(`
		audio caption embed gallery playlist video wp_caption
		contact-form contact-form-7 gravityform ninja_form ninja_forms wpforms mc4wp_form
		googlemaps googlemap instagram soundcloud spotify tweet twitter vimeo youtube dailymotion
		tiled_gallery slideshow nggallery ngg_images rev_slider metaslider
		jetpack-related-posts jetpack_subscription_form sharethis addtoany newsletter_form
		ez-toc toc lwptoc tablepress elementor-template rank_math_breadcrumb yoast-breadcrumb`) {
		m[name] = true
	}
	return m
}()

// shortcodeTag matches the text between the brackets of a shortcode: a slash, the name, the
// attributes. shortcodeAttr matches an attribute in quotes, which may have become typographic ones.
var (
	shortcodeTag  = regexp.MustCompile(`^(/?)([a-zA-Z][\w-]{0,60})(?:[\s/=]([^<>]*))?$`)
	shortcodeAttr = regexp.MustCompile(`(?:^|\s)[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|[“”″][^“”″]*[“”″])`)
)

// longestShortcode is the greatest length in bytes of the text between two brackets of a shortcode.
const longestShortcode = 2000

// isShortcode reports whether the text between two brackets is a shortcode, or the end of one that
// was removed before.
func (p *pairs) isShortcode(tag []byte) bool {
	if len(tag) == 0 || len(tag) > longestShortcode || !isLetter(tag[0]) && tag[0] != '/' {
		return false
	}
	m := shortcodeTag.FindSubmatch(tag)
	if m == nil {
		return false
	}
	// m has the slash, the name and the attributes.
	switch {
	case knownShortcodes[string(m[2])] || pagebuilder.Owns(string(m[2])):
		return true
	case len(m[1]) == 0 && shortcodeAttr.Match(m[3]):
		if p.stripped == nil {
			p.stripped = map[string]int{}
		}
		p.stripped[string(m[2])]++
		return true
	case len(m[1]) > 0 && p.stripped[string(m[2])] > 0:
		p.stripped[string(m[2])]--
		return true
	}
	return false
}

// isLetter reports whether b is an ASCII letter.
func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// strip removes, in place, shortcodes that can be recognized on their own. Brackets are matched
// innermost first, and the outer ones are examined after the inner ones are gone. So removing a
// shortcode cannot make a new one: "[gal[gallery]lery]" is removed as a whole.
func (p *pairs) strip(text []byte) []byte {
	// Most texts have no brackets.
	i := bytes.IndexByte(text, '[')
	if i < 0 || bytes.IndexByte(text[i:], ']') < 0 {
		return text
	}
	// open has the opening brackets, outermost first: where each is in out, and whether a shortcode
	// within it was removed.
	type bracket struct {
		at      int
		emptied bool
	}
	var open []bracket
	out := text[:i]
	for _, b := range text[i:] {
		out = append(out, b)
		switch {
		case b == '[':
			open = append(open, bracket{at: len(out) - 1})
		case b == ']' && len(open) > 0:
			last := open[len(open)-1]
			open = open[:len(open)-1]
			tag := out[last.at+1 : len(out)-1]
			// [[gallery]] is how WordPress escapes [gallery].
			if !p.isShortcode(tag) && !(len(tag) == 0 && last.emptied) {
				continue
			}
			out = out[:last.at]
			if len(open) > 0 {
				open[len(open)-1].emptied = true
			}
		}
	}
	return out
}

// pairs finds pairs [name] … [/name] of unknown names in the output, across elements.
type pairs struct {
	// open has the places of each [name] that has no end so far, by name.
	open map[string][]span
	// spans are the places to remove.
	spans []span
	// stripped counts, by name, the shortcodes with attributes that were removed and have no end so
	// far.
	stripped map[string]int
}

// span is a part of the output, from start to before end.
type span struct{ start, end int }

// note records the brackets of a run of text, dst[from:]. Brackets within other brackets do not
// count.
func (p *pairs) note(dst []byte, from int) {
	i := bytes.IndexByte(dst[from:], '[')
	if i < 0 {
		return
	}
	// Only the outermost brackets are tags: with [a [b]], the inner one is text.
	var open []int
	for i += from; i < len(dst); i++ {
		switch dst[i] {
		case '[':
			open = append(open, i)
		case ']':
			if len(open) == 0 {
				continue
			}
			start := open[len(open)-1]
			if open = open[:len(open)-1]; len(open) == 0 {
				p.tag(dst[start+1:i], span{start, i + 1})
			}
		}
	}
}

// tag pairs [/name] with the last [name]. The text in the brackets is escaped already; one with a
// reference in it is no shortcode, so that cleaning the output again gives the same result.
func (p *pairs) tag(tag []byte, at span) {
	if len(tag) > longestShortcode {
		return
	}
	m := shortcodeTag.FindSubmatch(tag)
	switch {
	case m == nil || bytes.IndexByte(m[3], '&') >= 0:
	case len(m[1]) == 0:
		if p.open == nil {
			p.open = map[string][]span{}
		}
		p.open[string(m[2])] = append(p.open[string(m[2])], at)
	default:
		if open := p.open[string(m[2])]; len(open) > 0 {
			p.spans = append(p.spans, open[len(open)-1], at)
			p.open[string(m[2])] = open[:len(open)-1]
		}
	}
}

// waiting reports whether there is a [name] that has no end so far.
func (p *pairs) waiting() bool {
	for _, open := range p.open {
		if len(open) > 0 {
			return true
		}
	}
	return false
}

// remove removes the pairs from dst. They were not within other brackets, so the text around them
// cannot make a new shortcode.
func (p *pairs) remove(dst []byte) []byte {
	if len(p.spans) == 0 {
		return dst
	}
	// Copy what is between the spans. They are recorded as pairs, and pairs may be nested.
	slices.SortFunc(p.spans, func(a, b span) int { return a.start - b.start })
	out := dst[:p.spans[0].start]
	for i, s := range p.spans {
		next := len(dst)
		if i+1 < len(p.spans) {
			next = p.spans[i+1].start
		}
		out = append(out, dst[s.end:next]...)
	}
	return out
}
