package syndicate

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

func shownWith(t *testing.T, content string, trusted bool) *Feed {
	t.Helper()
	archive, err := NewArchive(Site{URL: "https://example.com/", Title: "Example", Bodies: cleanhtml.Policy{Trusted: trusted}}, Article{URL: "/1/", Title: "x", Summary: "x", Content: content, Published: march})
	require.NoError(t, err)
	feed, err := archive.Feed(t.Context(), Everything())
	require.NoError(t, err)
	return feed
}

// RSS and Atom share one copy of a body, wherever both hold it as it is.
func TestABodyIsKeptOnceForRSSAndAtom(t *testing.T) {
	content := "<p>" + strings.Repeat("long ", 1000) + "</p>"
	feed := shownWith(t, content, false)
	feed.Append(nil, RSS)
	pieces := feed.Articles[0].shown.pieces
	assert.Contains(t, pieces.of[RSS].Head, content)
	assert.Equal(t, content, pieces.of[Atom].Body)
	assert.Less(t, len(pieces.of[Atom].Head)+len(pieces.of[Atom].Tail), 1000)
	first := unsafe.StringData(pieces.of[RSS].Head[strings.Index(pieces.of[RSS].Head, content):])
	assert.True(t, first == unsafe.StringData(pieces.of[Atom].Body), "not the same memory")
}

// Whatever a body holds, a feed is what encoding it gives, and so is what gzip makes of it.
func TestSharedBodiesAreWhatEncodingGives(t *testing.T) {
	for _, content := range []string{
		"", "x", "]", "]]", "]]>", "]]>]]>", "a]]>b", "]]&gt;", "<![CDATA[x]]>", "</item>\n", "]]></content></entry>\n", "\x01", "\xff]]>", strings.Repeat("]]>", 100),
	} {
		assertEncodes(t, shownWith(t, content, false))
	}
	// Only in what a publisher is trusted with something is left to be split.
	for _, content := range []string{"<script>if (a[b[0]]>0) x()</script>", "<script>a]]></script>", "<script>]]>]]></script>"} {
		feed := shownWith(t, content, true)
		require.Contains(t, string(feed.Append(nil, Atom)), "]]]]><![CDATA[>")
		assertEncodes(t, feed)
	}
}

func assertEncodes(t *testing.T, feed *Feed) {
	t.Helper()
	for _, format := range Formats() {
		want := string(EncodeSimply(feed, format))
		assert.Equal(t, want, string(feed.Append(nil, format)), "as %s", format)
		r, err := gzip.NewReader(bytes.NewReader(feed.AppendGzip(nil, format)))
		require.NoError(t, err)
		got, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.Equal(t, want, string(got), "as %s", format)
	}
}

// A body that is not found as it is stays where it is.
func TestBodiesAreFoundAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		item, body string
		found      string // in brackets
	}{
		{"<a><![CDATA[xy]]></a>", "xy", "<a><![CDATA[[xy]]]></a>"},
		{"<a>xy</a><a><![CDATA[xy]]></a>", "xy", "<a>xy</a><a><![CDATA[[xy]]]></a>"},
		{"<a><![CDATA[xy]]></a>", "", ""},
		{"<a><![CDATA[x]]></a>", "xy", ""},
		{"<a><![CDATA[x]]]]><![CDATA[>y]]></a>", "x]]>y", ""},
		{"<a/>", "xy", ""},
		{"]]>", "xy", ""},
	} {
		start, end, ok := bodyIn([]byte(c.item), c.body)
		assert.Equal(t, c.found != "", ok, c.item)
		if ok {
			assert.Equal(t, c.found, c.item[:start]+"["+c.item[start:end]+"]"+c.item[end:])
		}
	}
}
