// Package joined makes documents of parts that other documents share, and joins the parts' gzip
// streams as it joins their text.
//
// Each part is deflated once, on its own, so that its stream can follow any other. The join costs
// little more than a copy. It compresses a little less than compressing the whole document does,
// because no part can refer to the text of another.
package joined

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"
	"sync"

	"github.com/syndicate-go/syndicate/internal/scratch"
)

// Part is a part of documents: the texts Head, Body and Tail, one after the other. Parts that hold
// the same long text can share its memory as their Body. A Part must not be changed or copied once
// a Document holds it.
type Part struct {
	Head, Body, Tail string

	deflate  sync.Once
	deflated []byte // what makeDeflated made, after commaBlock
	crc      uint32 // of the text
}

// Comma is the part that separates the items of a JSON list. A Document that holds it between two
// parts joins it to the second one, so that a gzip stream needs no separate copy for it.
var Comma = &Part{Body: ","}

// commaBlock is a comma as a stored block (RFC 1951 section 3.2.4).
const commaBlock = "\x00\x01\x00\xfe\xff,"

// Len returns the length of the part's text.
func (p *Part) Len() int { return len(p.Head) + len(p.Body) + len(p.Tail) }

// Append appends the part's text.
func (p *Part) Append(dst []byte) []byte {
	return append(append(append(dst, p.Head...), p.Body...), p.Tail...)
}

// Document is a list of parts. Once it is read it must not be changed.
type Document struct {
	parts    []*Part
	inserted []insertion // between the parts, in order
	size     int         // of the text

	gzip     sync.Once
	streams  [][]byte // of the parts
	crc      uint32   // of the text
	gzipSize int      // of the whole stream
	trailer  []byte   // what follows the parts: the last block, CRC-32 and length
}

// insertion is a document in another one, before the part with an index.
type insertion struct {
	at int
	*Document
}

// Grow makes room for so many parts.
func (d *Document) Grow(parts int) { d.parts = slices.Grow(d.parts, parts) }

// Add adds a part at the end.
func (d *Document) Add(p *Part) {
	d.parts = append(d.parts, p)
	d.size += p.Len()
}

// Insert adds the parts of another document at the end, which costs the same whatever their number.
func (d *Document) Insert(other *Document) {
	d.inserted = append(d.inserted, insertion{len(d.parts), other})
	d.size += other.size
}

// Len returns the length of the document's text.
func (d *Document) Len() int { return d.size }

// Append appends the document's text.
func (d *Document) Append(dst []byte) []byte {
	dst = slices.Grow(dst, d.size)
	at := 0
	for _, in := range d.inserted {
		dst = appendParts(dst, d.parts[at:in.at])
		dst, at = in.Append(dst), in.at
	}
	return appendParts(dst, d.parts[at:])
}

// appendParts appends the text of parts.
func appendParts(dst []byte, parts []*Part) []byte {
	for _, p := range parts {
		dst = p.Append(dst)
	}
	return dst
}

const (
	gzipHeader = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" // no name, no time, any system (RFC 1952 section 2.3)
	deflateEnd = "\x03\x00"                                 // an empty last block (RFC 1951 section 3.2.6)
)

// AppendGzip appends the document as a gzip stream (RFC 1952).
func (d *Document) AppendGzip(dst []byte) []byte {
	d.gzip.Do(d.prepareGzip)
	dst = append(slices.Grow(dst, d.gzipSize), gzipHeader...)
	for _, stream := range d.streams {
		dst = append(dst, stream...)
	}
	return append(dst, d.trailer...)
}

// prepareGzip deflates the parts and works out what ends the stream.
func (d *Document) prepareGzip() {
	d.streams = make([][]byte, 0, len(d.parts))
	at := 0
	for _, in := range d.inserted {
		d.deflate(at, in.at)
		in.gzip.Do(in.prepareGzip)
		d.streams = append(d.streams, in.streams...)
		d.crc = joinCRC(d.crc, in.crc, in.size)
		d.gzipSize += in.gzipSize - len(gzipHeader) - len(in.trailer)
		at = in.at
	}
	d.deflate(at, len(d.parts))
	d.trailer = binary.LittleEndian.AppendUint32([]byte(deflateEnd), d.crc)
	d.trailer = binary.LittleEndian.AppendUint32(d.trailer, uint32(d.size)) // modulo 2^32
	d.gzipSize += len(gzipHeader) + len(d.trailer)
}

// deflate adds the streams of some of the parts.
func (d *Document) deflate(from, to int) {
	parts := d.parts[from:to]
	for i, p := range parts {
		p.deflate.Do(p.makeDeflated)
		d.crc = joinCRC(d.crc, p.crc, p.Len())
		stream := p.deflated
		switch {
		case p == Comma && i+1 < len(parts) && parts[i+1] != Comma:
			continue // the next stream begins with it
		case i == 0 || parts[i-1] != Comma:
			stream = stream[len(commaBlock):]
		}
		d.streams = append(d.streams, stream)
		d.gzipSize += len(stream)
	}
}

// short is a length up to which a stored block is smaller than what the compressor makes.
const short = 4

// makeDeflated deflates the part to whole bytes that do not end the stream (RFC 1951).
func (p *Part) makeDeflated() {
	buffer := scratch.Get()
	defer scratch.Put(buffer)
	plain := p.Append((*buffer)[:0])
	*buffer = plain
	p.crc = crc32.ChecksumIEEE(plain)
	if n := byte(len(plain)); len(plain) <= short {
		p.deflated = append([]byte(commaBlock), 0, n, 0, ^n, 0xff) // a stored block, RFC 1951 section 3.2.4
		p.deflated = append(p.deflated, plain...)
		return
	}
	var out bytes.Buffer
	out.WriteString(commaBlock)
	w := flateWriters.Get().(*flate.Writer)
	w.Reset(&out)
	_, _ = w.Write(plain) // a Buffer returns no error
	_ = w.Flush()
	w.Reset(io.Discard) // so that the pool does not keep the buffer
	flateWriters.Put(w)
	p.deflated = bytes.Clone(out.Bytes())
}

// AppendGzip appends text as a gzip stream, compressed as a whole.
func AppendGzip(dst, text []byte) []byte {
	out := bytes.NewBuffer(dst)
	w := gzipWriters.Get().(*gzip.Writer)
	w.Reset(out)
	_, _ = w.Write(text) // a Buffer returns no error
	_ = w.Close()
	w.Reset(io.Discard) // so that the pool does not keep dst
	gzipWriters.Put(w)
	return out.Bytes()
}

var (
	gzipWriters  = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}
	flateWriters = sync.Pool{New: func() any { w, _ := flate.NewWriter(nil, flate.DefaultCompression); return w }}
)

// joinCRC returns the CRC-32 of two texts, one after the other, from the CRC-32 of each and the
// length of the second: n bytes after a text multiply its CRC by x^8n modulo the polynomial.
func joinCRC(first, second uint32, n int) uint32 {
	shift := uint32(1 << 31) // x^0: the bits are in reverse order
	for power := uint32(1 << 23); n > 0; n >>= 1 {
		if n&1 != 0 {
			shift = multiply(power, shift)
		}
		power = multiply(power, power)
	}
	return multiply(shift, first) ^ second
}

// multiply returns a times b modulo the polynomial of CRC-32.
func multiply(a, b uint32) (product uint32) {
	for bit := uint32(1 << 31); bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		carry := b & 1
		b >>= 1
		if carry != 0 {
			b ^= crc32.IEEE
		}
	}
	return product
}
