package cleanhtml

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate/internal/uri"
)

// This file checks the attributes of start tags and their values for the checker of already.go.

// attribute is an attribute that some element of the allow-list may have. Each has a bit, so that a
// set of attributes is a number.
type attribute struct {
	name string
	// bit is a power of two, different for each attribute.
	bit uint64
	// kind decides how the value is checked.
	kind attrKind
}

// tags and attributes are indexed by the first letter of their names, with the shortest names
// first. trustedAttrs are the bits of the attributes that the checker accepts on every element of a
// trusted body: the common ones that the cleaner leaves alone there.
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
	// The allow-list of the cleaner is the only source of these tables.
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
	for name := range strings.FieldsSeq("class style target loading decoding fetchpriority") {
		trusted |= bit(name)
	}
	for i := range tags {
		slices.SortFunc(tags[i], func(a, b tag) int { return cmp.Compare(len(a.name), len(b.name)) })
		slices.SortFunc(attributes[i], func(a, b attribute) int { return cmp.Compare(len(a.name), len(b.name)) })
	}
	return tags, attributes, trusted
}()

// The bits of the attributes that have special rules.
var (
	bitSrc      = attributeNamed("src").bit
	bitSrcset   = attributeNamed("srcset").bit
	bitHref     = attributeNamed("href").bit
	bitID       = attributeNamed("id").bit
	bitName     = attributeNamed("name").bit
	bitControls = attributeNamed("controls").bit
	bitSize     = attributeNamed("width").bit | attributeNamed("height").bit
)

// attributeNamed returns the attribute with a name, or one without a bit if there is none.
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

// attrs checks the attributes of a start tag, from the space before the first one to the end of the
// last one, and returns their bits. An attribute may occur only once: parsers drop a second one.
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
			continue // a value is legal but rare
		}
		if !strings.HasPrefix(s[i:], `="`) {
			return -1, seen
		}
		i += len(`="`)
		// The value, by the kind of the attribute.
		switch {
		case a.kind == link || a.kind == resource:
			i = c.url(i, a.kind)
		case a.kind == sources:
			i = c.srcset(i)
		case a.bit&bitSize != 0 && (t.element == elImg || t.element == elVideo):
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

// plainBytes are the ASCII characters that an attribute value has unescaped.
var plainBytes = func() (t [256]bool) {
	for c := ' '; c < 0x7F; c++ {
		t[c] = c != '"' && c != '&' && c != '<' && c != '>'
	}
	return t
}()

// value checks a value that is plain text, up to its closing quote.
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

// size checks a width or height of an image or video: a number greater than 1, or a percentage.
// Smaller ones are tracking pixels (cleaner.isPixel).
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

// segmentBytes are the bytes that may be anywhere in the path, query and fragment of a URL.
var segmentBytes = func() (t [256]bool) {
	t = uri.Allowed
	t['%'], t['.'], t['#'], t['&'] = false, false, false, false
	return t
}()

// url checks a URL, up to the quote or space that ends it. It accepts URLs that isCanonical accepts
// once "&amp;" is decoded, and the simplest forms of mailto: and tel:.
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
	// The host: labels of lower-case letters and digits with single dots and hyphens between them.
	// No other host is certain to be in its canonical form.
	inLabel, start := false, i
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
	if !inLabel || uri.IsLongHost(s[start:i]) {
		return -1
	}
	// Path, query and fragment: legal bytes, no dot segments, no empty fragment.
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
		case b == '.' && s[i-1] != '/': // not the start of a dot segment
		case b == '%' && i+2 < len(s) && uri.IsHex(s[i+1]) && uri.IsHex(s[i+2]):
		case b == '#' && !fragment:
			fragment = true
		default:
			return -1
		}
	}
	return -1
}

// opaque checks the part of a URL after "mailto:" or "tel:". The cleaner only percent-encodes it.
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

// srcset checks the candidates of an image, up to the closing quote. Each is a URL with an optional
// descriptor, and a comma and one space separate them, as cleaner.srcset writes them. A comma at
// the end of a URL belongs to the list (HTML Standard, section 4.8.4.2.2).
func (c *checker) srcset(i int) int {
	s := c.body
	for {
		if i = c.url(i, resource); i < 0 {
			return -1
		}
		comma := s[i-1] == ','
		// A descriptor follows a space, unless the URL ended with a comma.
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
			return -1 // the URL without its comma may not be canonical
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
