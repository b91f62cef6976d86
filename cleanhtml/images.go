package cleanhtml

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"
)

// picture is an image that was written, as far as the next one needs to know whether it is the
// same one again: scripts that load images late leave a second one in a noscript, before or after.
type picture struct {
	src      string
	lazy     bool // had its source in a data attribute
	fallback bool // came from a noscript
	adjacent bool // no start tag came since
}

// repeats reports whether p, which comes right after last, shows the same picture.
func (p *picture) repeats(last *picture) bool {
	if last.src == "" || p.fallback == last.fallback {
		return false
	}
	return p.src == last.src || last.adjacent && (last.lazy && p.fallback || stem(p.src) == stem(last.src))
}

// stem names the file behind the sizes WordPress makes of it. It is what the sizes of one image
// have in common in WordPress: "a-300x200.jpg?w=300" is "a.jpg".
func stem(src string) string {
	src, _, _ = strings.Cut(src, "?")
	return sizeSuffix.ReplaceAllString(src, "$1")
}

var sizeSuffix = regexp.MustCompile(`-\d+x\d+(\.\w+)$`)

// Where scripts that load images late keep their sources, the most reliable first.
var (
	srcNames    = []string{"data-src", "data-lazy-src", "data-original", "src"}
	srcsetNames = []string{"data-srcset", "data-lazy-srcset", "srcset"}
)

// image works on the attributes of the img at hand: one src and at most one srcset remain, both
// absolute, at the place of the first attribute that gave one. ok is false when there is nothing
// to show, or when it has been shown already.
func (c *cleaner) image() (shown picture, ok bool) {
	shown.lazy = c.lazySources()
	if !c.trusted && c.isPixel(shown.lazy) {
		c.report.removed(elImg)
		return shown, false
	}
	src := c.attr("src")
	if src == nil {
		set := c.attr("srcset")
		if set == nil {
			c.report.removed(elImg)
			return shown, false
		}
		// Written before the srcset, which is where it is read again.
		best := attr{key: srcKey, val: bestSource(set.val), done: true}
		for i := range c.attrs {
			if &c.attrs[i] == set {
				c.attrs = append(c.attrs[:i], append([]attr{best}, c.attrs[i:]...)...)
				break
			}
		}
		src = &best
	}
	shown.src, shown.fallback, shown.adjacent = string(src.val), c.noscript, true
	if !c.textSince() && shown.repeats(&c.last) {
		c.last = picture{}
		return shown, false
	}
	return shown, true
}

// The names that attributes have in the output.
var srcKey, srcsetKey = []byte("src"), []byte("srcset")

// lazySources resolves the sources of the img or source at hand and reports whether they were in
// data attributes.
func (c *cleaner) lazySources() (lazy bool) {
	src, lazySrc := c.firstSource(srcNames, c.imageURL)
	set, lazySet := c.firstSource(srcsetNames, c.srcset)
	kept := c.attrs[:0]
	for _, a := range c.attrs {
		switch {
		case isOneOf(a.key, srcNames):
			if src == nil {
				continue
			}
			a, src = attr{key: srcKey, val: src, done: true}, nil
		case isOneOf(a.key, srcsetNames):
			if set == nil {
				continue
			}
			a, set = attr{key: srcsetKey, val: set, done: true}, nil
		}
		kept = append(kept, a)
	}
	c.attrs = kept
	return lazySrc || lazySet
}

// firstSource returns the first of the named attributes whose value is of use, and whether it was
// one for scripts; the last name is the one that browsers know.
func (c *cleaner) firstSource(names []string, use func([]byte) ([]byte, bool)) (val []byte, lazy bool) {
	for _, name := range names {
		a := c.attr(name)
		if a == nil {
			continue
		}
		if val, ok := use(a.val); ok {
			return val, name != names[len(names)-1]
		}
	}
	return nil, false
}

func isOneOf(key []byte, names []string) bool {
	for _, name := range names {
		if string(key) == name {
			return true
		}
	}
	return false
}

// imageURL resolves the source of an image, which alone may be a data: URL.
func (c *cleaner) imageURL(ref []byte) ([]byte, bool) {
	if isCanonical(ref) {
		return ref, true
	}
	if data, isData := dataImage(ref); isData && !c.trusted {
		return data, data != nil
	}
	abs, ok := c.urls.resolve(ref, resource)
	if !ok && len(bytes.TrimSpace(ref)) > 0 {
		c.report.refused(ref)
	}
	return abs, ok
}

// srcset resolves each candidate (HTML Standard, section 4.8.4.2.2). Not ok is one of which no
// candidate remains.
func (c *cleaner) srcset(val []byte) ([]byte, bool) {
	var out []byte
	for len(val) > 0 {
		val = bytes.TrimLeft(val, " \t\n\f\r,")
		end := bytes.IndexAny(val, " \t\n\f\r")
		if end < 0 {
			end = len(val)
		}
		ref, descriptor := val[:end], []byte(nil)
		val = val[end:]
		if trimmed := bytes.TrimRight(ref, ","); len(trimmed) < len(ref) {
			ref = trimmed
		} else {
			descriptor, val, _ = bytes.Cut(val, []byte(","))
			descriptor = bytes.TrimSpace(descriptor)
		}
		if len(ref) == 0 || len(descriptor) > 0 && !isDescriptor(descriptor) {
			continue
		}
		abs, ok := c.imageURL(ref)
		if !ok || len(abs) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, ", "...)
		}
		// A comma at either end would be taken for the list's.
		if abs[len(abs)-1] == ',' {
			abs = append(abs[:len(abs)-1:len(abs)-1], "%2C"...)
		}
		out = append(out, abs...)
		if len(descriptor) > 0 {
			out = append(append(out, ' '), descriptor...)
		}
	}
	return out, len(out) > 0
}

// isDescriptor reports whether s is a width ("640w") or a density ("1.5x").
func isDescriptor[T string | []byte](s T) bool {
	number, unit := s[:len(s)-1], s[len(s)-1]
	digits, dot := 0, false
	for i := range len(number) {
		switch b := number[i]; {
		case '0' <= b && b <= '9':
			digits++
		case b == '.' && unit == 'x' && !dot && i > 0 && i < len(number)-1:
			dot = true
		default:
			return false
		}
	}
	return (unit == 'w' || unit == 'x') && 0 < digits && digits < 10
}

// bestSource returns the largest candidate of a srcset that [cleaner.srcset] wrote.
func bestSource(set []byte) []byte {
	var best []byte
	most := -1.0
	for candidate := range bytes.SplitSeq(set, []byte(", ")) {
		ref, descriptor, _ := bytes.Cut(candidate, []byte(" "))
		size := 1.0
		if n := len(descriptor); n > 0 {
			size, _ = strconv.ParseFloat(string(descriptor[:n-1]), 64)
		}
		if size > most {
			best, most = ref, size
		}
	}
	return best
}

// dataImage returns a data: URL of a raster image in its canonical form, nil when it is not one
// that may be shown: of another type, not base64, or one pixel that only holds a place.
func dataImage(ref []byte) (canonical []byte, isData bool) {
	const prefix = "data:"
	ref = []byte(trimURL(ref))
	if len(ref) < len(prefix) || !bytes.EqualFold(ref[:len(prefix)], []byte(prefix)) {
		return nil, false
	}
	head, data, ok := bytes.Cut(ref, []byte(","))
	head = bytes.ToLower(head)
	if !ok || !dataImageHead.Match(head) {
		return nil, true
	}
	data = bytes.ReplaceAll(data, []byte(" "), nil)
	for _, b := range data {
		if !isBase64(b) {
			return nil, true
		}
	}
	if len(data) == 0 || isTiny(data) {
		return nil, true
	}
	return append(append(head, ','), data...), true
}

var dataImageHead = regexp.MustCompile(`^data:image/(png|jpe?g|gif|webp|avif);base64$`)

func isBase64(b byte) bool {
	return 'a' <= b|0x20 && b|0x20 <= 'z' || '0' <= b && b <= '9' || b == '+' || b == '/' || b == '='
}

// isTiny reports whether base64 data is a GIF or PNG of at most 1×1 pixels: in GIF the size
// follows the signature of six bytes, in PNG it begins the first chunk, at byte 16.
func isTiny(data []byte) bool {
	var b [24]byte
	n, _ := base64.StdEncoding.Decode(b[:], data[:min(len(data), 32)/4*4])
	switch {
	case n >= 10 && bytes.HasPrefix(b[:], []byte("GIF8")):
		return binary.LittleEndian.Uint16(b[6:]) <= 1 && binary.LittleEndian.Uint16(b[8:]) <= 1
	case n >= 24 && bytes.HasPrefix(b[:], []byte("\x89PNG")):
		return binary.BigEndian.Uint32(b[16:]) <= 1 && binary.BigEndian.Uint32(b[20:]) <= 1
	}
	return false
}

// isPixel reports whether the img at hand is there to be fetched, not seen. A lazy one may be
// hidden until its script shows it.
func (c *cleaner) isPixel(lazy bool) bool {
	for _, a := range c.attrs {
		switch string(a.key) {
		case "width", "height":
			if isPoint(string(a.val)) {
				return true
			}
		case "style":
			for rule := range strings.SplitSeq(strings.ToLower(string(a.val)), ";") {
				name, value, _ := strings.Cut(rule, ":")
				value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))
				switch strings.TrimSpace(name) {
				case "width", "height", "max-width", "max-height":
					if isPoint(value) {
						return true
					}
				case "display":
					if value == "none" && !lazy {
						return true
					}
				}
			}
		}
	}
	return false
}

// isPoint reports whether a length is at most one pixel.
func isPoint(length string) bool {
	number := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(length)), "px")
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	return err == nil && n <= 1
}
