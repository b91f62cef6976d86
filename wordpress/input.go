package wordpress

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// input stands between the export and encoding/xml's Decoder, which it feeds byte by byte. It leaves out what
// XML does not allow (XML-1) and what nobody will look at, hands CDATA sections over whole, keeps count of bytes
// and lines of the file as it is, and holds no more of it than one buffer.
type input struct {
	r       io.Reader
	buf     []byte
	i       int   // the next byte
	fit     int   // bytes from i to here may pass: they are good and within the allowance
	good    int   // bytes from i to here are characters that XML allows
	n       int   // the end of what has been read
	base    int64 // where in the file buf begins
	err     error // the reader's, once n is reached
	read    func(n int)
	extra   []byte // stands in for a byte that was left out
	counted int    // lines are counted up to here
	lines   int64  // line ends before that
	latin   bool   // bytes that are not UTF-8 are Windows-1252

	what tokenKind
	left int  // how many bytes more of this token may pass
	cut  bool // some of it did not
}

// tokenKind is what the Decoder is about to read.
type tokenKind int

const (
	tagToken tokenKind = iota // also instructions and directives
	textToken
	cdataToken
	commentToken
)

const (
	bufferSize = 64 << 10
	history    = 16       // bytes before i that stay in the buffer
	longestTag = 64 << 10 // bytes between < and >
	scanWindow = 1 << 10  // bytes that are looked at ahead
	cdataStart = "<![CDATA["
	cdataEnd   = "]]>"
)

var errLongTag = errors.New("tag longer than 64 KB")

func newInput(r io.Reader, read func(int)) *input {
	return &input{r: r, buf: make([]byte, bufferSize), read: read}
}

// fill reads on; false at the end.
func (in *input) fill() bool {
	if in.err != nil {
		return false
	}
	in.count()
	if keep := in.i - history; keep > 0 {
		copy(in.buf, in.buf[keep:in.n])
		in.base += int64(keep)
		in.i, in.n, in.counted = in.i-keep, in.n-keep, in.counted-keep
		in.fit, in.good = max(in.fit-keep, 0), max(in.good-keep, 0)
	}
	for range 100 {
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

// failure returns the reader's error, nil for the end of the file.
func (in *input) failure() error {
	if in.err == io.EOF {
		return nil
	}
	return in.err
}

// peek returns the next n bytes, fewer at the end of the file. n is at most history.
func (in *input) peek(n int) []byte {
	for in.n-in.i < n && in.fill() {
	}
	return in.buf[in.i:min(in.i+n, in.n)]
}

// skip moves on by n bytes that are in the buffer.
func (in *input) skip(n int) {
	in.i += n
	in.fit = in.i
}

// offset returns where in the file the next byte is.
func (in *input) offset() int64 { return in.base + int64(in.i) }

// line returns the number of the line that the next byte is on.
func (in *input) line() int64 {
	in.count()
	return in.lines + 1
}

func (in *input) count() {
	if in.counted < in.i {
		in.lines += int64(bytes.Count(in.buf[in.counted:in.i], []byte{'\n'}))
		in.counted = in.i
	}
}

// begin tells that the Decoder is about to read a token, of which most bytes may pass if it is text. Begun says
// that the Decoder has its first byte, a <, already.
func (in *input) begin(begun bool, most int) {
	in.cut = false
	start := in.peek(len(cdataStart))
	taken := 0
	if begun {
		taken = 1
	}
	switch {
	case startsWith(start, cdataStart[taken:]):
		in.what, in.left = cdataToken, len(cdataStart)-taken+max(most, 0)
	case startsWith(start, "<!--"[taken:]): // nobody looks at comments
		in.what, in.left = commentToken, len("<!--")-taken
	case begun || startsWith(start, "<"):
		in.what, in.left = tagToken, longestTag
	default:
		in.what, in.left = textToken, max(most, 0)
	}
	in.fit = in.i
}

func startsWith(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}

// ReadByte gives the Decoder the next byte.
func (in *input) ReadByte() (byte, error) {
	if in.i < in.fit {
		b := in.buf[in.i]
		in.i++
		return b, nil
	}
	return in.next()
}

// Read is there because the Decoder asks for an io.Reader; it uses ReadByte.
func (in *input) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if p[n], err = in.ReadByte(); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// next finds out how far the Decoder may read on.
func (in *input) next() (byte, error) {
	for {
		if len(in.extra) > 0 {
			b := in.extra[0]
			in.extra = in.extra[1:]
			return b, nil
		}
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
		if in.good > in.i { // no whole character is within the allowance
			in.left = 0
			continue
		}
		in.mend()
	}
}

// allow lets good bytes pass as far as the allowance goes, but no part of a character.
func (in *input) allow() bool {
	in.fit = min(in.good, in.i+in.left)
	for in.fit < in.good && in.fit > in.i && !utf8.RuneStart(in.buf[in.fit]) {
		in.fit--
	}
	in.left -= in.fit - in.i
	return in.fit > in.i
}

// skipToken goes to where the token ends, whose rest is not wanted.
func (in *input) skipToken() {
	in.left = longestTag // for the end itself
	switch in.what {
	case textToken:
		in.cut = in.skipTo("<")
	case cdataToken:
		in.cut = in.skipTo(cdataEnd)
	case commentToken:
		in.skipTo("-->")
	}
}

// skipTo moves on to where mark begins, or to the end of the file. It reports whether it has moved.
func (in *input) skipTo(mark string) (moved bool) {
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

// mend replaces or leaves out the next character, which XML does not allow.
func (in *input) mend() {
	start := in.peek(utf8.UTFMax)
	r, size := utf8.DecodeRune(start)
	if r == utf8.RuneError && size == 1 {
		if in.latin {
			r = charmap.Windows1252.DecodeByte(start[0])
		}
		in.extra = utf8.AppendRune(in.extra[:0], r)
	} else if legal(start[:size]) > 0 { // it was only torn apart by the end of the buffer
		in.good = in.i + size
		return
	}
	in.skip(size)
}

// legal returns how many bytes at the start of b are whole characters that XML allows.
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

// cdata reads a CDATA section that begins here; ok is false when there is none. It appends at most as much of it
// to dst as makes it most bytes long.
func (in *input) cdata(dst []byte, most int) (_ []byte, ok bool, err error) {
	if !startsWith(in.peek(len(cdataStart)), cdataStart) {
		return dst, false, nil
	}
	in.skip(len(cdataStart))
	in.cut = false
	take := func(n int) {
		room := max(most-len(dst), 0)
		in.cut = in.cut || n > room
		dst = append(dst, in.buf[in.i:in.i+min(n, room)]...)
		in.skip(n)
	}
	for {
		if at := bytes.Index(in.buf[in.i:in.n], []byte(cdataEnd)); at >= 0 {
			take(at)
			in.skip(len(cdataEnd))
			return dst, true, nil
		}
		if n := in.n - in.i - (len(cdataEnd) - 1); n > 0 {
			take(n)
		}
		if !in.fill() {
			take(in.n - in.i)
			return dst, true, io.ErrUnexpectedEOF
		}
	}
}

// endedEmpty reports whether what was read last is the end of <x/>.
func (in *input) endedEmpty() bool {
	return in.i >= 2 && string(in.buf[in.i-2:in.i]) == "/>"
}
