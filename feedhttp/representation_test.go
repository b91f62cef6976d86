package feedhttp

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// HTTP-4: a body that gzip does not make smaller is sent uncompressed.
func TestGzipIsNotSentWhereItGainsNothing(t *testing.T) {
	short := &representation{body: []byte("short")}
	assert.Same(t, short, short.compressed(nil))
}

// Compressing is most of the work, so the same bytes are not compressed again.
func TestTheSameBytesAreCompressedOnce(t *testing.T) {
	rep := &representation{body: make([]byte, 1000), sum: "a"}
	packed := rep.compressed(nil)
	again := &representation{body: make([]byte, 1000), sum: "a", version: version{source: "b"}}
	assert.Same(t, &packed.body[0], &again.compressed(packed).body[0])
	changed := &representation{body: make([]byte, 1000), sum: "b"}
	assert.NotSame(t, &packed.body[0], &changed.compressed(packed).body[0])
}

// HTTP-8: no address can end its element of a Link header, or the header.
func TestLinksCannotBeBrokenOutOf(t *testing.T) {
	assert.Equal(t, `<https://hub.example/%3E;%20rel=x%3C>; rel="hub"`, link("https://hub.example/>;\r\n rel=x<", "hub"))
}
