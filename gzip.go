package syndicate

import (
	"github.com/syndicate-go/syndicate/internal/joined"
	"github.com/syndicate-go/syndicate/internal/scratch"
)

// AppendGzip appends the result of [Feed.Append] compressed with gzip (RFC 1952) and returns the
// extended buffer. It cannot fail.
//
// The stream of a feed from a [Source] is joined from those of its head and its articles. Each is
// compressed once and kept while a feed shows it, so that the join costs little more than a copy.
// The compressed articles take memory, about a third of their text, and the stream is a little
// longer than if the document were compressed as a whole; compress what Append returns where size
// matters more. Feeds that were filled by hand, or changed, are compressed as a whole.
func (f *Feed) AppendGzip(dst []byte, format Format) []byte {
	if !format.valid() {
		return dst
	}
	if d := f.document(format); d != nil {
		return d.AppendGzip(dst)
	}
	buffer := scratch.Get()
	defer scratch.Put(buffer)
	*buffer = f.encode((*buffer)[:0], format, nil)
	return joined.AppendGzip(dst, *buffer)
}
