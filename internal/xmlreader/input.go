package xmlreader

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Input is the reader that encoding/xml's Decoder reads a file from, byte by byte. It exists
// because the Decoder is strict and generous in the wrong places. It stops at the first character
// that XML does not allow, and real files contain them; and it holds a text of any length in
// memory, where a hostile file could put gigabytes. So Input
//
//   - drops or replaces characters that XML does not allow;
//   - passes no more of a text than its allowance, and skips the rest in its own buffer;
//   - passes nothing of comments;
//   - hands CDATA sections, which is where bodies are, to the parser without the Decoder;
//   - counts the bytes and lines of the file as it is.
//
// The buffer is the only part of the file in memory:
//
//	0 ....... i ....... fit ....... good ....... n
//	history   may pass   legal       not checked
type Input struct {
	r   io.Reader
	buf []byte
	// i is the index in buf of the next byte. n is the end of the bytes that have been read.
	i, n int
	// The bytes from i to good are characters that XML allows. Those from i to fit are within the
	// allowance too, and may pass without another check.
	good, fit int
	// base is the offset of buf in the file.
	base int64
	// err is the reader's error. It counts when i reaches n.
	err error
	// read is called with the number of bytes of each read.
	read func(n int)
	// extra are bytes to pass in place of one that was replaced.
	extra []byte
	// lines is the number of line ends before the index counted of buf.
	lines   int64
	counted int
	// latin is set if bytes that are not UTF-8 are Windows-1252.
	latin bool

	// what is the kind of the current token. left is its allowance: how many more bytes of it may
	// pass. cut is set if some bytes of it were skipped.
	what tokenKind
	left int
	cut  bool
}

// tokenKind is the kind of token that the Decoder is about to read.
type tokenKind int

const (
	tagToken tokenKind = iota // a tag, an instruction or a directive
	textToken
	cdataToken
	commentToken
)

const (
	bufferSize = 64 << 10
	history    = 16       // bytes before i that stay in the buffer, for endedEmpty
	longestTag = 64 << 10 // bytes between < and >
	scanWindow = 1 << 10  // bytes that are checked at a time
	cdataStart = "<![CDATA["
	cdataEnd   = "]]>"
)

var errLongTag = errors.New("tag longer than 64 KB")

// NewInput returns an input that calls read with the number of bytes of each read.
func NewInput(r io.Reader, read func(int)) *Input {
	return &Input{r: r, buf: make([]byte, bufferSize), read: read}
}

// fill reads more of the file into the buffer, whose bytes before i it drops except for the
// history. It returns false at the end of the file.
func (in *Input) fill() bool {
	if in.err != nil {
		return false
	}
	// Move the rest of the buffer to its start. Lines must be counted before their bytes are
	// dropped.
	in.count()
	if keep := in.i - history; keep > 0 {
		copy(in.buf, in.buf[keep:in.n])
		in.base += int64(keep)
		in.i, in.n, in.counted = in.i-keep, in.n-keep, in.counted-keep
		in.fit, in.good = max(in.fit-keep, 0), max(in.good-keep, 0)
	}
	for range 100 { // a reader may return no bytes and no error, but not without end
		n, err := in.r.Read(in.buf[in.n:])
		in.n += n
		in.err = err
		if n > 0 {
			if in.read != nil {
				in.read(n)
			}
			return true
		}
		if err != nil {
			return false
		}
	}
	in.err = io.ErrNoProgress
	return false
}

// Failure returns the reader's error, or nil if that is the end of the file.
func (in *Input) Failure() error {
	if in.err == io.EOF {
		return nil
	}
	return in.err
}

// peek returns the next n bytes without passing them, or fewer at the end of the file.
func (in *Input) peek(n int) []byte {
	for in.n-in.i < n && in.fill() {
	}
	return in.buf[in.i:min(in.i+n, in.n)]
}

// skip skips n bytes that are in the buffer.
func (in *Input) skip(n int) {
	in.i += n
	in.fit = in.i
}

// Offset returns the offset in the file of the next byte.
func (in *Input) Offset() int64 { return in.base + int64(in.i) }

// Line returns the number of the line of the next byte, from 1.
func (in *Input) Line() int64 {
	in.count()
	return in.lines + 1
}

// count counts the line ends before i.
func (in *Input) count() {
	if in.counted < in.i {
		in.lines += int64(bytes.Count(in.buf[in.counted:in.i], []byte{'\n'}))
		in.counted = in.i
	}
}

// begin prepares for the next token of the Decoder. If it is text, at most most bytes of it pass.
// The Decoder reads one byte ahead after text: begun says that it has the "<" of the token already.
func (in *Input) begin(begun bool, most int) {
	in.cut = false
	start := in.peek(len(cdataStart))
	taken := 0
	if begun {
		taken = 1
	}
	switch {
	case startsWith(start, cdataStart[taken:]):
		in.what, in.left = cdataToken, len(cdataStart)-taken+max(most, 0)
	case startsWith(start, "<!--"[taken:]): // the content is not used
		in.what, in.left = commentToken, len("<!--")-taken
	case begun || startsWith(start, "<"):
		in.what, in.left = tagToken, longestTag
	default:
		in.what, in.left = textToken, max(most, 0)
	}
	in.fit = in.i
}

// startsWith reports whether b begins with prefix, without allocating memory.
func startsWith(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}

// ReadByte returns the next byte for the Decoder. Nearly all calls take the short way.
func (in *Input) ReadByte() (byte, error) {
	if in.i < in.fit {
		b := in.buf[in.i]
		in.i++
		return b, nil
	}
	return in.next()
}

// Read makes an Input an io.Reader, which the Decoder requires. The Decoder calls ReadByte.
func (in *Input) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if p[n], err = in.ReadByte(); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// next decides how far the Decoder may read, and returns the next byte. It is called when i reaches
// fit.
func (in *Input) next() (byte, error) {
	for {
		if len(in.extra) > 0 {
			b := in.extra[0]
			in.extra = in.extra[1:]
			return b, nil
		}
		// The allowance is used up. A tag cannot be cut; anything else can.
		if in.left <= 0 {
			if in.what == tagToken {
				return 0, errLongTag
			}
			in.skipToken()
		}
		if in.i == in.n && !in.fill() {
			return 0, in.err
		}
		if in.good <= in.i {
			in.good = in.i + legal(in.buf[in.i:min(in.n, in.i+scanWindow)])
		}
		if in.allow() {
			return in.ReadByte()
		}
		if in.good > in.i { // the allowance ends within a character
			in.left = 0
			continue
		}
		in.mend()
	}
}

// allow sets fit as far as the allowance goes, at the end of a character. It reports whether any
// byte may pass.
func (in *Input) allow() bool {
	in.fit = min(in.good, in.i+in.left)
	for in.fit < in.good && in.fit > in.i && !utf8.RuneStart(in.buf[in.fit]) {
		in.fit--
	}
	in.left -= in.fit - in.i
	return in.fit > in.i
}

// skipToken skips to the end of a token whose allowance is used up.
func (in *Input) skipToken() {
	in.left = longestTag // so that the end itself passes
	switch in.what {
	case textToken:
		in.cut = in.skipTo("<")
	case cdataToken:
		in.cut = in.skipTo(cdataEnd)
	case commentToken:
		in.skipTo("-->")
	}
}

// skipTo skips to the start of mark, or to the end of the file. It reports whether it skipped any
// byte.
func (in *Input) skipTo(mark string) (moved bool) {
	for {
		if at := bytes.Index(in.buf[in.i:in.n], []byte(mark)); at >= 0 {
			in.skip(at)
			return moved || at > 0
		}
		if n := in.n - in.i - (len(mark) - 1); n > 0 {
			in.skip(n)
			moved = true
		}
		if !in.fill() {
			in.skip(in.n - in.i)
			return true
		}
	}
}

// mend replaces or drops the next character, which XML does not allow. A byte that is not UTF-8
// becomes the Windows-1252 character that it stands for, or U+FFFD if the file does not say that it
// has that encoding.
func (in *Input) mend() {
	start := in.peek(utf8.UTFMax)
	r, size := utf8.DecodeRune(start)
	if r == utf8.RuneError && size == 1 {
		if in.latin {
			r = charmap.Windows1252.DecodeByte(start[0])
		}
		in.extra = utf8.AppendRune(in.extra[:0], r)
	} else if legal(start[:size]) > 0 { // a legal character that was cut by the end of the window
		in.good = in.i + size
		return
	}
	in.skip(size)
}

// legal returns how many bytes at the start of b are whole characters that XML 1.0 allows (section
// 2.2).
func legal(b []byte) int {
	i := 0
	for i < len(b) {
		c := b[i]
		if c >= ' ' && c < utf8.RuneSelf || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		if c < ' ' {
			return i
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
			return i
		}
		i += size
	}
	return i
}

// cdata reads a CDATA section that begins here, or after white space, and appends it to dst; ok is
// false if none begins here. It stops appending when dst has most bytes, and sets cut.
//
// The section is in the element with this name, which has the prefix as its space. Old versions of
// WordPress and other exporters write "]]>" into bodies without splitting the section there: see
// endsSection. After such a mark, the end tag of the element ends the section too.
func (in *Input) cdata(dst []byte, most int, name xml.Name) (_ []byte, ok bool, err error) {
	start := in.peek(len(cdataStart))
	if len(start) > 0 && start[0] <= ' ' { // the layout of the file
		start = in.peek(longestLayout)
		space := len(start) - len(bytes.TrimLeft(start, " \t\r\n"))
		if !startsWith(start[space:], cdataStart) {
			return dst, false, nil
		}
		in.skip(space)
	} else if !startsWith(start, cdataStart) {
		return dst, false, nil
	}
	in.skip(len(cdataStart))
	in.cut = false
	// take appends the next n bytes, as far as there is room for them.
	take := func(n int) {
		room := max(most-len(dst), 0)
		in.cut = in.cut || n > room
		dst = append(dst, in.buf[in.i:in.i+min(n, room)]...)
		in.skip(n)
	}
	// endTag is set when a mark in the section has been found that does not end it. There may be a
	// mark every few bytes, so the end tag is searched for up to the next mark only.
	var endTag []byte
	for {
		at := bytes.Index(in.buf[in.i:in.n], []byte(cdataEnd))
		if endTag != nil {
			before := in.buf[in.i:in.n]
			if at >= 0 {
				before = before[:at]
			}
			if tag := bytes.Index(before, endTag); tag >= 0 {
				take(tag)
				return dst, true, nil
			}
		}
		if at >= 0 {
			take(at)
			if in.endsSection(name) {
				in.skip(len(cdataEnd))
				return dst, true, nil
			}
			take(len(cdataEnd))
			endTag = []byte("</" + TagName(name) + ">")
			continue
		}
		// Everything but the start of a possible end belongs to the section.
		if n := in.n - in.i - max(len(cdataEnd), len(endTag)) + 1; n > 0 {
			take(n)
		}
		if !in.fill() {
			take(in.n - in.i)
			return dst, true, io.ErrUnexpectedEOF
		}
	}
}

// longestLayout is how many bytes are examined for white space around a CDATA section.
const longestLayout = 256

// endsSection reports whether the "]]>" that comes next ends its CDATA section. It does in every
// well-formed file. It does not if the end tag of another element follows: then an item would not
// be XML. Bodies contain no elements, so in a body the mark does not end the section either if text
// or a start tag follows.
func (in *Input) endsSection(name xml.Name) bool {
	after := in.peek(longestLayout)[len(cdataEnd):]
	rest := bytes.TrimLeft(after, " \t\r\n")
	switch {
	case len(rest) == 0, startsWith(rest, "<!"), startsWith(rest, "<?"):
		return true
	case startsWith(rest, "</"):
		return isEndTag(rest, name)
	}
	return name.Local != "encoded" // content:encoded and excerpt:encoded
}

// isEndTag reports whether b begins with the end tag of an element. It allocates no memory: it is
// called for every CDATA section.
func isEndTag(b []byte, name xml.Name) bool {
	b = b[len("</"):]
	if name.Space != "" {
		if !startsWith(b, name.Space) || !startsWith(b[len(name.Space):], ":") {
			return false
		}
		b = b[len(name.Space)+1:]
	}
	if !startsWith(b, name.Local) {
		return false
	}
	b = b[len(name.Local):]
	return len(b) == 0 || b[0] == '>' || b[0] <= ' '
}

// last returns the byte that was read last, or 0.
func (in *Input) last() byte {
	if in.i == 0 {
		return 0
	}
	return in.buf[in.i-1]
}

// endedEmpty reports whether the tag that was read last is an empty element, <x/>.
func (in *Input) endedEmpty() bool {
	return in.i >= 2 && string(in.buf[in.i-2:in.i]) == "/>"
}

// SkipJunk skips to the start of the XML, looking no further than one buffer. It reports whether it
// skipped more than white space and byte order marks: a warning that PHP printed, for example.
func (in *Input) SkipJunk() bool {
	const bom = "\ufeff"
	for {
		start := in.peek(len(bom))
		if startsWith(start, bom) {
			in.skip(len(bom))
		} else if len(start) > 0 && start[0] <= ' ' {
			in.skip(1)
		} else {
			break
		}
	}
	// If the file begins like XML, there is no junk.
	start := in.peek(1)
	if startsWith(start, "<") {
		if start = in.peek(5); startsWith(start, "<?xml") || startsWith(start, "<rss") || startsWith(start, "<!") {
			return false
		}
	}
	// Otherwise fill the buffer, and search it for the start.
	for in.n < len(in.buf) && in.fill() { // until it is full, or the file ends
	}
	for _, mark := range []string{"<?xml", "<rss"} {
		if at := strings.Index(string(in.buf[in.i:in.n]), mark); at >= 0 {
			in.skip(at)
			return at > 0
		}
	}
	return false
}
