package feeddir

import (
	"bytes"
	"compress/gzip"
)

const gzipEnding = ".gz"

// deflater compresses one text after the other, in memory that it uses again.
type deflater struct {
	writer *gzip.Writer
	buf    bytes.Buffer
}

// gzip returns content compressed as well as can be, always to the same bytes: the header has neither name nor
// time. They are good until the next call.
func (d *deflater) gzip(content []byte) []byte {
	d.buf.Reset()
	if d.writer == nil {
		d.writer, _ = gzip.NewWriterLevel(&d.buf, gzip.BestCompression)
	} else {
		d.writer.Reset(&d.buf)
	}
	d.writer.Write(content)
	d.writer.Close()
	return d.buf.Bytes()
}
