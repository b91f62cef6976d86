package syndicate

import (
	"bytes"
	"compress/gzip"
)

// AppendGzip appends what [Feed.Append] does, compressed with gzip (RFC 1952). It cannot fail.
func (f *Feed) AppendGzip(dst []byte, format Format) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(f.Append(nil, format))
	w.Close()
	return append(dst, b.Bytes()...)
}
