package feedhttp

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// HTTP-4: a body that gzip does not make smaller is sent uncompressed.
func TestGzipIsNotSentWhereItGainsNothing(t *testing.T) {
	short := &representation{body: []byte("short")}
	same, _ := short.compressed(nil, nil)
	assert.Same(t, short, same)
}

// Compressing is most of the work, so the same bytes are not compressed again.
func TestTheSameBytesAreCompressedOnce(t *testing.T) {
	rep := &representation{body: make([]byte, 1000), sum: "a"}
	packed, _ := rep.compressed(nil, nil)
	again := &representation{body: make([]byte, 1000), sum: "a", version: version{source: "b"}}
	repacked, better := again.compressed(packed, nil)
	assert.Same(t, &packed.body[0], &repacked.body[0])
	assert.Nil(t, better)
	assert.False(t, repacked.popular.gzip.begun.Load(), "it can still be compressed better")
	best, inBrotli := packed.in(zipped, true, []byte("best"), packed.popular), packed.in(brotlied, true, []byte("br"), packed.popular)
	repacked, better = again.compressed(best, inBrotli)
	assert.Equal(t, best.etag, repacked.etag)
	assert.Equal(t, "br", string(better.body))
	assert.Equal(t, again.version, better.version)
	assert.True(t, repacked.popular.gzip.begun.Load())
	assert.True(t, repacked.popular.brotli.begun.Load())
	changed := &representation{body: make([]byte, 1000), sum: "b"}
	repacked, better = changed.compressed(packed, inBrotli)
	assert.NotSame(t, &packed.body[0], &repacked.body[0])
	assert.Nil(t, better)
}

// HTTP-8: no address can end its element of a Link header, or the header.
func TestLinksCannotBeBrokenOutOf(t *testing.T) {
	assert.Equal(t, `<https://hub.example/%3E;%20rel=x%3C>; rel="hub"`, link("https://hub.example/>;\r\n rel=x<", "hub"))
}
