package cleanhtml

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// A shortcode is WordPress's [name …], [name …/], [/name]. Brackets are common in prose, so one
// is only taken for a shortcode when its name is known, when it has an attribute in quotes, when it
// ends such a one, or when [name] and [/name] form a pair. The text between them is never touched.

// knownShortcodes are WordPress's own (Shortcode API) and those of widespread plug-ins whose names
// are no words that editors put in brackets.
var knownShortcodes = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`
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

var (
	shortcodeTag  = regexp.MustCompile(`^(/?)([a-zA-Z][\w-]{0,60})(?:[\s/=]([^<>]*))?$`)
	shortcodeAttr = regexp.MustCompile(`(?:^|\s)[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|[“”″][^“”″]*[“”″])`)
	// Page builders have hundreds, all with a prefix.
	pagebuilder = regexp.MustCompile(`^(?:vc|et_pb|fusion|su|av|tm)_`)
)

// longestShortcode bounds what may stand between two brackets, in bytes.
const longestShortcode = 2000

// isShortcode reports whether what stands between two brackets is a shortcode by itself, or ends
// one that was.
func (p *pairs) isShortcode(tag []byte) bool {
	if len(tag) == 0 || len(tag) > longestShortcode || !isLetter(tag[0]) && tag[0] != '/' {
		return false
	}
	m := shortcodeTag.FindSubmatch(tag)
	if m == nil {
		return false
	}
	switch {
	case knownShortcodes[string(m[2])] || pagebuilder.Match(m[2]):
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

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// strip removes from text, in place, what is a shortcode by itself. Brackets are
// matched innermost first and judged after what they held is gone, so the result has none left.
func (p *pairs) strip(text []byte) []byte {
	i := bytes.IndexByte(text, '[')
	if i < 0 || bytes.IndexByte(text[i:], ']') < 0 {
		return text
	}
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

// pairs finds [name] … [/name] of unknown names in the output, across elements.
type pairs struct {
	open     map[string][]span // tags that wait for their end, by name
	spans    []span            // what is to be removed
	stripped map[string]int    // tags with attributes that are gone already, whose ends are to go too
}

type span struct{ start, end int }

// note looks at a run of text, dst[from:]. Tags within other brackets do not count.
func (p *pairs) note(dst []byte, from int) {
	i := bytes.IndexByte(dst[from:], '[')
	if i < 0 {
		return
	}
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

// tag pairs a closing tag with the last open one of its name. Both must look the same escaped.
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

// waiting reports whether a tag still may find its end.
func (p *pairs) waiting() bool {
	for _, open := range p.open {
		if len(open) > 0 {
			return true
		}
	}
	return false
}

// remove takes the pairs out of dst. Since they stood in no other brackets, what moves together
// forms no new shortcode.
func (p *pairs) remove(dst []byte) []byte {
	if len(p.spans) == 0 {
		return dst
	}
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
