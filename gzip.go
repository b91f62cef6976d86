package syndicate

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"
	"sync"
)

// Deflate once, join after: a compressed document is made of pieces that were deflated on their own, each
// ending on a byte (a sync flush), so that any of them can follow any other. What they cost in size, since
// none can refer to another, they save many times over in time.

// AppendGzip appends what [Feed.Append] does, compressed with gzip (RFC 1952), and returns the extended
// buffer. It cannot fail.
//
// A feed from a [Source] is joined from pieces, each of which is deflated when it is first needed and then
// kept as long as a feed shows it: the join costs hardly more than a copy, the pieces take memory, some third of
// their text, and the document is larger than one that is compressed whole. Compress what Append gives where size
// matters more. The whole document is compressed of any other feed, and of one whose articles or fields were changed.
func (f *Feed) AppendGzip(dst []byte, format Format) []byte {
	if !format.valid() {
		return dst
	}
	d, unchanged := f.document(format)
	if unchanged {
		return d.appendGzip(dst, format)
	}
	plain := scratches.Get().(*[]byte)
	defer keepScratch(plain)
	*plain = f.appendFrom(d, (*plain)[:0], format)
	out := bytes.NewBuffer(dst)
	w := gzipWriters.Get().(*gzip.Writer)
	w.Reset(out)
	_, _ = w.Write(*plain) // a Buffer never fails
	_ = w.Close()
	w.Reset(io.Discard) // so that dst is not kept with it
	gzipWriters.Put(w)
	return out.Bytes()
}

var (
	gzipWriters  = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}
	flateWriters = sync.Pool{New: func() any { w, _ := flate.NewWriter(nil, flate.DefaultCompression); return w }}
)

// deflated is a piece of a stream in the deflate format (RFC 1951).
type deflated struct {
	once  sync.Once
	bytes []byte
	crc   uint32 // of what it stands for
}

// deflate deflates a piece but for its first bytes, which are always the same ones, when it is first needed.
func (p *piece) deflate(cut int) *deflated {
	z := &p.deflated
	z.once.Do(func() {
		scratch := scratches.Get().(*[]byte)
		defer keepScratch(scratch)
		*scratch = p.append((*scratch)[:0], cut)
		plain := *scratch
		var out bytes.Buffer
		w := flateWriters.Get().(*flate.Writer)
		w.Reset(&out)
		_, _ = w.Write(plain) // a Buffer never fails
		_ = w.Flush()
		w.Reset(io.Discard) // so that the buffer is not kept with it
		flateWriters.Put(w)
		z.bytes, z.crc = bytes.Clone(out.Bytes()), crc32.ChecksumIEEE(plain)
	})
	return z
}

const (
	gzipHeader   = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" // RFC 1952 section 2.3: no name, no time, any system
	deflateEnd   = "\x03\x00"                                 // an empty last block, RFC 1951 section 3.2.6
	deflateComma = "\x00\x01\x00\xfe\xff,"                    // a stored block, RFC 1951 section 3.2.4
)

// gzipDocument is a document's gzip stream in its parts, all of it but the header.
type gzipDocument struct {
	once  sync.Once
	parts [][]byte
	size  int
}

func (d *document) appendGzip(dst []byte, format Format) []byte {
	z := &d.gzip
	z.once.Do(func() { d.deflate(format) })
	dst = append(slices.Grow(dst, len(gzipHeader)+z.size), gzipHeader...)
	for _, part := range z.parts {
		dst = append(dst, part...)
	}
	return dst
}

// deflate gathers the deflated parts. The comma before an item is no part of its piece in JSON, where the
// first item has none.
func (d *document) deflate(format Format) {
	z := &d.gzip
	add := func(part []byte) {
		z.parts = append(z.parts, part)
		z.size += len(part)
	}
	var crc uint32
	for i, p := range d.of {
		cut := 0
		if item := i > 0 && i < len(d.of)-1; item && format == JSON {
			cut = len(",")
			if i > 1 {
				add([]byte(deflateComma))
				crc = crc32.Update(crc, crc32.IEEETable, []byte{','})
			}
		}
		part := p.deflate(cut)
		add(part.bytes)
		crc = joinCRC(crc, part.crc, p.size()-cut)
	}
	trailer := binary.LittleEndian.AppendUint32([]byte(deflateEnd), crc)
	add(binary.LittleEndian.AppendUint32(trailer, uint32(d.size))) // modulo 2^32
}

// joinCRC returns the CRC-32 of two texts, one after the other, from those of each and the length of the
// second. A text of n bytes before another adds its CRC times x^8n modulo the polynomial.
func joinCRC(first, second uint32, n int) uint32 {
	shift := uint32(1 << 31) // x^0: the bits stand the wrong way round
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
