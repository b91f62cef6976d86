package xmlreader

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// charset is called by the Decoder for a file that declares an encoding other than UTF-8, by a name
// of the WHATWG Encoding Standard. WordPress writes UTF-8 into most files no matter what they
// declare. Therefore only what is not UTF-8 is decoded by the declared encoding.
//
// Windows-1252 and what is a part of it are decoded byte by byte. Others are decoded line by line,
// since their bytes may look like UTF-8 here and there.
func (p *Parser) charset(label string, _ io.Reader) (io.Reader, error) {
	// Some programs write the name of the code page of Windows, which the standard does not have.
	enc, err := htmlindex.Get(label)
	if err != nil {
		if strings.EqualFold(label, "cp1252") {
			enc = charmap.Windows1252
		} else {
			return nil, fmt.Errorf("encoding %q is not supported", label)
		}
	}
	switch name, _ := htmlindex.Name(enc); {
	case enc == charmap.Windows1252:
		p.in.latin = true
	case name == "iso-2022-jp": // its bytes are ASCII, with an escape character before and after
		if bytes.IndexByte(p.in.peek(bufferSize/2), 0x1b) >= 0 {
			p.in.decode(enc.NewDecoder())
		}
	case name == "utf-8", name == "replacement", strings.HasPrefix(name, "utf-16"):
		// A file in UTF-16 is decoded from its first byte on; see sniff.
	default:
		p.in.decode(&lineDecoder{enc: enc})
	}
	return p.in, nil
}

// Sniff decodes a file in UTF-16, which begins with a byte order mark.
func (in *Input) Sniff() {
	start := in.peek(2)
	if startsWith(start, "\xff\xfe") || startsWith(start, "\xfe\xff") {
		in.decode(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	}
}

// decode decodes the rest of the file, of which the buffer has the beginning. Offsets are those of
// the decoded text from here on. Progress still counts the bytes of the file.
func (in *Input) decode(decoder transform.Transformer) {
	raw, err := bytes.Clone(in.buf[in.i:in.n]), in.err
	rest := io.MultiReader(bytes.NewReader(raw), &counted{in.r, err, in.read})
	in.r, in.err, in.read = transform.NewReader(rest, decoder), nil, nil
	in.n, in.fit, in.good = in.i, in.i, in.i
}

// counted is a reader that reports the bytes that it reads, and that begins with an error if there
// was one.
type counted struct {
	r    io.Reader
	err  error
	read func(n int)
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (n int, err error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err = c.r.Read(p)
	if c.read != nil && n > 0 {
		c.read(n)
	}
	return n, err
}

// lineDecoder is a Transformer that decodes those lines that are not UTF-8. Lines are independent
// of each other: the encodings of the standard end a character, and return to their first state,
// before a line end.
type lineDecoder struct {
	enc encoding.Encoding
}

// longestLine is the length of the part of a long line that is decoded by itself.
const longestLine = 1 << 10

// Reset makes a lineDecoder a Transformer. No state is kept between lines.
func (*lineDecoder) Reset() {}

// Transform decodes as many whole lines as there are. It is called with at least 4 KB of space.
func (d *lineDecoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		line := src[nSrc:]
		end := bytes.IndexByte(line[:min(len(line), longestLine)], '\n') + 1
		// Take a line, a part of a long one, or the last line of the file.
		switch {
		case end > 0:
			line = line[:end]
		case len(line) >= longestLine:
			line = line[:longestLine]
		case !atEOF:
			return nDst, nSrc, transform.ErrShortSrc
		}
		n, taken, err := d.line(dst[nDst:], line, end > 0 || atEOF && nSrc+len(line) == len(src))
		nDst, nSrc = nDst+n, nSrc+taken
		if err != nil {
			return nDst, nSrc, err
		}
		if taken == 0 { // a character longer than the part, which no encoding has
			return nDst, nSrc, transform.ErrEndOfSpan
		}
	}
	return nDst, nSrc, nil
}

// Line decodes a line, or a part of one if whole is false: then it may end within a character,
// which is left for the next part.
func (d *lineDecoder) line(dst, line []byte, whole bool) (n, taken int, err error) {
	if size := utf8Size(line, whole); size > 0 {
		if len(dst) < size {
			return 0, 0, transform.ErrShortDst
		}
		return copy(dst, line[:size]), size, nil
	}
	n, taken, err = d.enc.NewDecoder().Transform(dst, line, whole)
	if err == transform.ErrShortDst {
		return 0, 0, err // the caller has more space the next time
	}
	return n, taken, nil
}

// utf8Size returns the size of a line as UTF-8, or 0 if it is in another encoding: if it has more
// invalid bytes than characters that are not ASCII. A part of a line may end within a character,
// which does not count.
func utf8Size(line []byte, whole bool) int {
	valid, invalid := 0, 0
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRune(line[i:])
		switch {
		case r == utf8.RuneError && size == 1 && !whole && !utf8.FullRune(line[i:]):
			line = line[:i]
		case r == utf8.RuneError && size == 1:
			invalid++
		case size > 1:
			valid++
		}
		i += size
	}
	if invalid > valid {
		return 0
	}
	return len(line)
}
