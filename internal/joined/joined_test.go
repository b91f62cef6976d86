package joined_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/joined"
)

// gunzip returns the text of a gzip stream that has one member, and checks its checksum.
func gunzip(t *testing.T, stream []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(stream))
	require.NoError(t, err)
	r.Multistream(false)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(text)
}

func assertDocument(t *testing.T, want string, parts ...*joined.Part) {
	t.Helper()
	var d joined.Document
	d.Grow(len(parts))
	for _, p := range parts {
		d.Add(p)
	}
	assert.Equal(t, len(want), d.Len())
	assert.Equal(t, "before"+want, string(d.Append([]byte("before"))))
	for range 2 {
		stream, found := bytes.CutPrefix(d.AppendGzip([]byte("before")), []byte("before"))
		require.True(t, found)
		assert.Equal(t, want, gunzip(t, stream))
	}
}

func TestDocumentIsItsPartsInOrder(t *testing.T) {
	head, item := &joined.Part{Head: "<head>"}, &joined.Part{Head: "<item>", Body: strings.Repeat("body ", 1000), Tail: "</item>"}
	assertDocument(t, "")
	assertDocument(t, "<head>", head)
	assertDocument(t, "<head><item>"+item.Body+"</item>", head, item)
	assertDocument(t, "<item>"+item.Body+"</item><head><item>"+item.Body+"</item>", item, head, item)
	assert.Equal(t, len("<item></item>")+5000, item.Len())
}

// Parts of up to four bytes are stored: compressed they would be longer.
func TestShortPartsAreStored(t *testing.T) {
	for n := 1; n < 20; n++ {
		text := strings.Repeat("x", n)
		p := &joined.Part{Tail: text}
		assertDocument(t, text+"y"+text, p, &joined.Part{Body: "y"}, p)
		var d joined.Document
		d.Add(p)
		stream := d.AppendGzip(nil)
		if n <= 4 { // of longer texts the compressor decides, and it differs from one release of Go to the next
			assert.True(t, bytes.Contains(stream, []byte(text)), "%d bytes", n)
		}
		assert.LessOrEqual(t, len(stream), n+40, "%d bytes, and a few more", n)
	}
}

func TestAStreamIsOneAllocation(t *testing.T) {
	var d joined.Document
	d.AppendGzip(nil)
	assert.LessOrEqual(t, testing.AllocsPerRun(10, func() { d.AppendGzip(nil) }), 1.0)
}

func TestASharedPartIsDeflatedOnce(t *testing.T) {
	p := &joined.Part{Body: strings.Repeat("shared ", 100)}
	var one, two joined.Document
	one.Add(p)
	two.Add(p)
	first := one.AppendGzip(nil)
	allocations := testing.AllocsPerRun(1, func() { two.AppendGzip(nil) })
	assert.LessOrEqual(t, allocations, 3.0)
	assert.Equal(t, first, two.AppendGzip(nil))
	buf := make([]byte, 0, 1<<16)
	assert.Zero(t, testing.AllocsPerRun(10, func() { one.AppendGzip(buf); one.Append(buf) }))
}

func TestAppendGzipCompressesAsAWhole(t *testing.T) {
	text := strings.Repeat("text ", 1000)
	stream := joined.AppendGzip([]byte("before"), []byte(text))
	assert.Equal(t, text, gunzip(t, stream[len("before"):]))
	assert.Less(t, len(stream), 200)
	assert.Equal(t, stream, joined.AppendGzip([]byte("before"), []byte(text)), "the same bytes each time")
}

// The checksum of a document is worked out from those of its parts.
func FuzzJoinedParts(f *testing.F) {
	f.Add("", "", "", 0)
	f.Add("a", "b", "c", 3)
	f.Add("\x00\xff", "\x00", strings.Repeat("ab", 40_000), 200)
	f.Fuzz(func(t *testing.T, head, body, tail string, times int) {
		if times < 0 || times > 1000 {
			return
		}
		first, again := &joined.Part{Head: head, Body: body, Tail: tail}, &joined.Part{Body: strings.Repeat(body, times)}
		assertDocument(t, head+body+tail+again.Body+head+body+tail, first, again, first)
	})
}
