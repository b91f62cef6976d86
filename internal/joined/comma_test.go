package joined

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A comma is part of the stream of the part after it, wherever it is.
func TestCommasAreInTheStreams(t *testing.T) {
	a, b := &Part{Head: "first item, long enough"}, &Part{Head: "second item, long enough"}
	for _, parts := range [][]*Part{
		{a}, {a, Comma, b}, {b, Comma, a, Comma, b}, {Comma, a}, {a, Comma}, {Comma}, {a, Comma, Comma, b}, {a, b},
	} {
		var d Document
		var want strings.Builder
		for _, p := range parts {
			d.Add(p)
			want.WriteString(p.Head + p.Body)
		}
		assert.Equal(t, want.String(), string(d.Append(nil)))
		r, err := gzip.NewReader(bytes.NewReader(d.AppendGzip(nil)))
		require.NoError(t, err)
		got, err := io.ReadAll(r)
		require.NoError(t, err, want.String())
		assert.Equal(t, want.String(), string(got))
	}
}
