package syndicate

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asGiven is a sanitizer that leaves everything as it is, and brings in what XML cannot hold.
type asGiven struct{}

func (asGiven) Sanitize(html string) string { return strings.ReplaceAll(html, "NUL", "\x00") }

func shownWith(t *testing.T, content string) *Feed {
	t.Helper()
	site := Site{URL: "https://example.com/", Title: "Example"}
	site.Bodies.Sanitizer = asGiven{}
	archive, err := NewArchive(site, Article{URL: "/1/", Title: "x", Summary: "x", Content: content, Published: march})
	require.NoError(t, Refused(err))
	feed, err := archive.Feed(t.Context(), Everything())
	require.NoError(t, err)
	return feed
}

// RSS and Atom share one copy of a body, wherever both hold it as it is.
func TestABodyIsKeptOnceForRSSAndAtom(t *testing.T) {
	content := "<p>" + strings.Repeat("long ", 1000) + "</p>"
	feed := shownWith(t, content)
	feed.Append(nil, RSS)
	pieces := feed.Articles[0].prepared.pieces
	assert.Contains(t, pieces.of[RSS].head, content)
	assert.Equal(t, content, pieces.of[Atom].body)
	assert.Less(t, len(pieces.of[Atom].head)+len(pieces.of[Atom].tail), 1000)
}

// Whatever a body holds, a feed is what encoding it gives, and so is what gzip makes of it.
func TestSharedBodiesAreWhatEncodingGives(t *testing.T) {
	for _, content := range []string{
		"", "x", "]", "]]", "]]>", "]]>]]>", "a]]>b", "]]&gt;", "<![CDATA[x]]>", "</item>\n", "]]></content></entry>\n", "\x01", "\xff]]>", "x" + strings.Repeat("NUL", 50), strings.Repeat("]]>", 100),
	} {
		feed := shownWith(t, content)
		for _, format := range Formats {
			want := string(EncodeSimply(feed, format))
			assert.Equal(t, want, string(feed.Append(nil, format)), "%q as %s", content, format)
			r, err := gzip.NewReader(bytes.NewReader(feed.AppendGzip(nil, format)))
			require.NoError(t, err)
			got, err := io.ReadAll(r)
			require.NoError(t, err)
			assert.Equal(t, want, string(got), "%q as %s", content, format)
		}
	}
}
