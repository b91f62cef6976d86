package syndicate_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
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
	for _, format := range syndicate.Formats() {
		compressed := feed.AppendGzip([]byte("before"), format)
		plain, found := bytes.CutPrefix(compressed, []byte("before"))
		require.True(t, found)
		assert.Equal(t, string(feed.Append(nil, format)), gunzip(t, plain), format)
	}
}

// Joined pieces are what the document is, and one member of one stream: for every feed of both newsrooms.
func TestJoinedPiecesDecompressToTheDocument(t *testing.T) {
	nasty, _ := nastiestNewsroom(t, nil)
	for _, archive := range []*syndicate.Archive{newsroom(t), nasty} {
		for info, err := range archive.Scopes(ctx) {
			require.NoError(t, err)
			for page := range info.Pages + 1 {
				feed := feedOf(t, archive, info.Scope.AtPage(page))
				for _, format := range syndicate.Formats() {
					assert.Equal(t, string(feed.Append(nil, format)), gunzip(t, feed.AppendGzip(nil, format)), "%s as %s", feed.Scope, format)
				}
			}
		}
	}
}

// What a program has changed is in the compressed bytes too.
func TestChangedFeedIsNeverCompressedAsItWas(t *testing.T) {
	for name, change := range map[string]func(*syndicate.Feed){
		"article dropped":    func(f *syndicate.Feed) { f.Articles = f.Articles[1:] },
		"articles reordered": func(f *syndicate.Feed) { slices.Reverse(f.Articles) },
		"no articles":        func(f *syndicate.Feed) { f.Articles = nil },
		"clone edited":       func(f *syndicate.Feed) { a := *f.Articles[0]; a.Title = "Edited"; f.Articles[0] = &a },
		"title":              func(f *syndicate.Feed) { f.Title = "Another" },
		"feed extended":      func(f *syndicate.Feed) { f.Extensions = append(f.Extensions, prefixed{"p", "https://p.example/", "x"}) },
	} {
		feed := feedOf(t, newsroom(t), syndicate.Everything())
		for _, format := range syndicate.Formats() {
			feed.AppendGzip(nil, format)
		}
		change(feed)
		for _, format := range syndicate.Formats() {
			assert.Equal(t, encodedAnew(feed, format), gunzip(t, feed.AppendGzip(nil, format)), "%s: %s", name, format)
		}
	}
}

// The checksum of a whole is worked out from those of its parts, however long they are.
func FuzzJoinedPieces(f *testing.F) {
	f.Add("", "", "")
	f.Add("Kılıç", "<p>A & B]]></p>", "\x00\xff")
	f.Add("a", "b", strings.Repeat("ab", 40_000))
	f.Fuzz(func(t *testing.T, title, first, second string) {
		archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.org/", Title: "A"},
			syndicate.Article{URL: "/1/", Title: title + "1", Content: first, Published: noon},
			syndicate.Article{URL: "/2/", Title: title + "2", Content: second, Published: noon})
		require.NoError(t, err)
		feed := feedOf(t, archive, syndicate.Everything())
		for _, format := range syndicate.Formats() {
			assert.Equal(t, encodedAnew(feed, format), string(feed.Append(nil, format)), "a clean body is not looked at again")
			assert.Equal(t, string(feed.Append(nil, format)), gunzip(t, feed.AppendGzip(nil, format)))
		}
	})
}

// Once its pieces are deflated, a feed is joined without an allocation.
func TestJoiningCostsNoAllocation(t *testing.T) {
	feed := feedOf(t, newsroom(t), syndicate.Everything())
	buf := make([]byte, 0, 1<<20)
	for _, format := range syndicate.Formats() {
		feed.AppendGzip(buf, format)
		assert.Zero(t, testing.AllocsPerRun(100, func() { feed.AppendGzip(buf, format) }), format)
	}
}
