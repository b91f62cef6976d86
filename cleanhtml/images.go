package cleanhtml

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Scripts that load images late (lazy loading) leave two img elements for one picture: one with its
// source in a data attribute, and one in a noscript element before or after it. In a feed both
// would be shown. The cleaner gives the first its source and drops the second.

// picture is an image that was written. It holds what is needed to recognize the second element.
type picture struct {
	src string
	// lazy is set if the source was in a data attribute.
	lazy bool
	// fallback is set if the element was in a noscript element.
	fallback bool
	// adjacent is set as long as there is no start tag after it.
	adjacent bool
}

// repeats reports whether p, which follows last, shows the same picture. One of the two must come
// from a noscript element. Their sources must be the same, or, if nothing is between them, sizes of
// one file. A lazy image and a noscript right after it are always one picture: the source of a
// placeholder means nothing.
func (p *picture) repeats(last *picture) bool {
	if last.src == "" || p.fallback == last.fallback {
		return false
	}
	return p.src == last.src || last.adjacent && (last.lazy && p.fallback || stem(p.src) == stem(last.src))
}

// stem returns the part of an image's URL that all its sizes in WordPress have in common:
// "a-300x200.jpg?w=300" and "a.jpg" have the stem "a.jpg".
func stem(src string) string {
	src, _, _ = strings.Cut(src, "?")
	return sizeSuffix.ReplaceAllString(src, "$1")
}

// sizeSuffix matches what WordPress adds to the name of a file for a size.
var sizeSuffix = regexp.MustCompile(`-\d+x\d+(\.\w+)$`)

// The attributes in which the source of an image may be, the most reliable first. In a lazy image,
// src is a placeholder.
var (
	srcNames    = []string{"data-src", "data-lazy-src", "data-original", "src"}
	srcsetNames = []string{"data-srcset", "data-lazy-srcset", "srcset"}
	posterNames = []string{"data-poster", "data-lazy-poster", "poster"}
)

// picture writes the current img, or the text that represents it. Browsers show the alternative
// text of a picture that they cannot load.
func (c *cleaner) picture() {
	if c.isConcealed() {
		return
	}
	alt := c.value("alt")
	// Whether it is a placeholder can only be seen before its sources are resolved.
	isPlaceholder := c.isPlaceholder()
	shown, result := c.image()
	switch {
	case result == showPicture:
		if c.fallback() { // the picture that a placeholder stood for
			c.pending = c.pending[:c.lost.start]
		}
		c.lost = span{}
		if c.alt == "" {
			c.alt = alt
		}
		c.open(elImg)
		c.last, c.sawText = shown, false
	// A placeholder right after the noscript that has the picture adds nothing.
	case result == showAlt && alt != "" && !(isPlaceholder && c.last.fallback && c.last.adjacent && !c.textSince()):
		c.report.removed(elImg)
		c.missed(elImg)
		c.label(alt)
	default:
		c.report.removed(elImg)
	}
}

// fallback reports whether the current img is in a noscript, and the one before it left only its
// alternative text.
func (c *cleaner) fallback() bool {
	return c.noscript && c.lost.end > c.lost.start && isBlank(c.pending[c.lost.end:])
}

// noscriptInText handles a noscript in plain text, which leaves it out. If it has a picture, a
// placeholder before or after it is not that of a lost picture.
func (c *cleaner) noscriptInText() {
	const enough = 256 // bytes, in which the tag of a picture begins
	if !strings.Contains(strings.ToLower(c.body[c.read:min(len(c.body), c.read+enough)]), "<img") {
		return
	}
	if c.lost.end > c.lost.start && isBlank(c.pending[c.lost.end:]) {
		c.alt = cmp.Or(c.alt, string(c.pending[c.lost.start:c.lost.end]))
		c.pending, c.apart = c.pending[:c.lost.start], false
	}
	c.lost, c.sawText = span{}, false
	c.last = picture{fallback: true, adjacent: true}
}

// label writes a text that represents something that cannot be shown. Words before and after it
// stay apart.
func (c *cleaner) label(text string) {
	c.release()
	if last := c.lastByte(); isWordByte(last) && isWordByte(text[0]) {
		c.pending = append(c.pending, ' ')
	}
	// Remember the place, because the picture itself may follow in a noscript.
	start := len(c.pending)
	c.pending = append(c.pending, text...)
	c.lost = span{start, len(c.pending)}
	c.apart = isWordByte(text[len(text)-1])
}

// lastByte returns the last byte of the text before, or a space if a tag was written after it.
func (c *cleaner) lastByte() byte {
	if n := len(c.pending); n > 0 {
		return c.pending[n-1]
	}
	return ' '
}

// isWordByte reports whether b is in a letter or a digit.
func isWordByte(b byte) bool { return isLetter(b) || '0' <= b && b <= '9' || b >= utf8.RuneSelf }

// isPlaceholder reports whether the current img only stands for a picture that a script loads: its
// source is missing, empty or a data: URL.
func (c *cleaner) isPlaceholder() bool {
	src := c.attr("src")
	if src == nil {
		return true
	}
	val := bytes.TrimSpace(src.val)
	return len(val) == 0 || bytes.HasPrefix(val, []byte("data:"))
}

// shows is the part of an img that is written.
type shows uint8

const (
	showNothing shows = iota // a pixel, or a picture that was shown already
	showAlt                  // it has no source that can be used
	showPicture
)

// image resolves the attributes of the current img. Afterwards it has one src and at most one
// srcset, both absolute, at the place of the first attribute that had one.
func (c *cleaner) image() (shown picture, result shows) {
	// The attributes that hide it or give its size are gone later.
	hidden, pixel := c.hasHidden(), c.isPixel()
	if c.plain { // which source it is does not matter in text
		return shown, c.imageInText(hidden, pixel)
	}
	shown.lazy = c.lazySources(elImg)
	// A lazy image may be hidden, since its script shows it.
	if !c.trusted && (pixel || hidden && !shown.lazy) {
		return shown, showNothing
	}
	// Readers that do not know srcset need a src. The order of the two attributes stays.
	src := c.attr("src")
	if src == nil {
		set := c.attr("srcset")
		if set == nil {
			return shown, showAlt
		}
		// Put src before srcset, so that cleaning the output again keeps the order.
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
	// A pair has two elements, so the third with the same source is a separate picture.
	if !c.textSince() && shown.repeats(&c.last) {
		c.last = picture{}
		return shown, showNothing
	}
	return shown, showPicture
}

// imageInText is image for plain text, where only the alternative text of a picture may matter.
func (c *cleaner) imageInText(hidden, pixel bool) shows {
	val, lazy := c.firstSource(srcNames, c.imageURL)
	if val == nil {
		val, lazy = c.firstSource(srcsetNames, c.srcset)
	}
	switch {
	case pixel || hidden && !lazy:
		return showNothing
	case val == nil:
		return showAlt
	}
	return showPicture
}

// Names of attributes in the output.
var srcKey, srcsetKey, posterKey = []byte("src"), []byte("srcset"), []byte("poster")

// lazySources resolves the sources of the current element, if it is an image, a player, or a part
// of one. It reports whether they were in data attributes.
func (c *cleaner) lazySources(e *element) (lazy bool) {
	switch e {
	case elImg, elSource:
		lazySrc := c.lazySource(srcNames, srcKey, c.imageURL)
		return c.lazySource(srcsetNames, srcsetKey, c.srcset) || lazySrc
	case elVideo, elAudio, elTrack:
		lazySrc := c.lazySource(srcNames, srcKey, c.mediaURL)
		return c.lazySource(posterNames, posterKey, c.mediaURL) || lazySrc
	}
	return false
}

// lazySource moves the first usable value of the attributes with these names into the attribute
// key, at the place of the first of them. The others go.
func (c *cleaner) lazySource(names []string, key []byte, use func([]byte) ([]byte, bool)) (lazy bool) {
	val, lazy := c.firstSource(names, use)
	kept := c.attrs[:0]
	for _, a := range c.attrs {
		if isOneOf(a.key, names) {
			if val == nil {
				continue
			}
			a, val = attr{key: key, val: val, done: true}, nil
		}
		kept = append(kept, a)
	}
	c.attrs = kept
	return lazy
}

// firstSource returns the first usable value of the attributes with these names, and whether it was
// in a data attribute. The last name is the attribute of HTML. The function use reports whether a
// value is usable, and returns it resolved.
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

// isOneOf reports whether key is one of the names.
func isOneOf(key []byte, names []string) bool {
	return slices.Contains(names, string(key))
}

// imageURL resolves the source of an image. Only images may have data: URLs.
func (c *cleaner) imageURL(ref []byte) ([]byte, bool) {
	if isCanonical(ref) { // the common case, without net/url
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

// mediaURL resolves the source of a video, of a track, or of a poster.
func (c *cleaner) mediaURL(ref []byte) ([]byte, bool) {
	abs, ok := c.urls.resolve(ref, resource)
	if !ok && len(bytes.TrimSpace(ref)) > 0 {
		c.report.refused(ref)
	}
	return abs, ok
}

// srcset resolves the candidates of a srcset (HTML Standard, section 4.8.4.2.2). Candidates that
// cannot be used are dropped. ok is false if none remains.
func (c *cleaner) srcset(val []byte) ([]byte, bool) {
	var out []byte
	for len(val) > 0 {
		val = bytes.TrimLeft(val, " \t\n\f\r,")
		end := bytes.IndexAny(val, " \t\n\f\r")
		if end < 0 {
			end = len(val)
		}
		// A URL ends at white space. Commas at its end belong to the list, and then there is no
		// descriptor.
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
		// Parsers would take a comma at the end of the URL for that of the list.
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

// isDescriptor reports whether s is a width ("640w") or a density ("1.5x"). It must not be empty.
// Numbers of more than nine digits and those with exponents are rejected.
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

// bestSource returns the URL of the largest candidate of a srcset that cleaner.srcset wrote.
func bestSource(set []byte) []byte {
	var best []byte
	most := -1.0
	for candidate := range bytes.SplitSeq(set, []byte(", ")) {
		ref, descriptor, _ := bytes.Cut(candidate, []byte(" "))
		size := 1.0 // a candidate without a descriptor is for a density of 1
		if n := len(descriptor); n > 0 {
			size, _ = strconv.ParseFloat(string(descriptor[:n-1]), 64)
		}
		if size > most {
			best, most = ref, size
		}
	}
	return best
}

// dataImage returns a data: URL of an image in its canonical form. It returns nil if the image may
// not be shown: only raster images may, since SVG can contain scripts; the data must be in base64;
// and an image of one pixel is a placeholder.
func dataImage(ref []byte) (canonical []byte, isData bool) {
	const prefix = "data:"
	ref = []byte(trimURL(ref))
	if len(ref) < len(prefix) || !bytes.EqualFold(ref[:len(prefix)], []byte(prefix)) {
		return nil, false
	}
	// The head is in lower case, and the data has no spaces, in the canonical form.
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

// dataImageHead matches the part of a data: URL before its data.
var dataImageHead = regexp.MustCompile(`^data:image/(png|jpe?g|gif|webp|avif);base64$`)

// isBase64 reports whether b can be in base64 data (RFC 4648 section 4).
func isBase64(b byte) bool {
	return 'a' <= b|0x20 && b|0x20 <= 'z' || '0' <= b && b <= '9' || b == '+' || b == '/' || b == '='
}

// isTiny reports whether base64 data is a GIF or PNG of at most 1×1 pixels. In GIF the size follows
// the signature of six bytes. In PNG it begins the first chunk, at byte 16.
func isTiny(data []byte) bool {
	var b [24]byte
	// The first 32 characters of base64 hold the 24 bytes that are needed.
	n, _ := base64.StdEncoding.Decode(b[:], data[:min(len(data), 32)/4*4])
	switch {
	case n >= 10 && bytes.HasPrefix(b[:], []byte("GIF8")):
		return binary.LittleEndian.Uint16(b[6:]) <= 1 && binary.LittleEndian.Uint16(b[8:]) <= 1
	case n >= 24 && bytes.HasPrefix(b[:], []byte("\x89PNG")):
		return binary.BigEndian.Uint32(b[16:]) <= 1 && binary.BigEndian.Uint32(b[20:]) <= 1
	}
	return false
}

// isPixel reports whether the current img or frame is a tracking pixel: at most one pixel in one
// direction.
func (c *cleaner) isPixel() bool {
	// The size may be in attributes or in the style.
	for _, a := range c.attrs {
		switch string(a.key) {
		case "width", "height":
			if isPoint(string(a.val)) {
				return true
			}
		case "style":
			if s := styleOf(a.val); s.isPoint() {
				return true
			}
		}
	}
	return false
}
