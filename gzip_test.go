package syndicate_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// gunzip returns what a gzip stream of one member holds.
func gunzip(t testing.TB, compressed []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	require.NoError(t, err)
	r.Multistream(false)
	plain, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(plain)
}

func TestGzippedFeedsSayWhatPlainOnesDo(t *testing.T) {
	feed := &syndicate.Feed{Title: "A feed", Articles: []*syndicate.Article{{Title: "Kılıç"}}}
	for _, format := range syndicate.Formats {
		compressed := feed.AppendGzip([]byte("before"), format)
		plain, found := bytes.CutPrefix(compressed, []byte("before"))
		require.True(t, found)
		assert.Equal(t, string(feed.Append(nil, format)), gunzip(t, plain), format)
	}
}
