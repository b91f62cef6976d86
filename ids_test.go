package syndicate

// An article keeps its id for good: as it was given in RSS and JSON Feed, as an absolute IRI in Atom.

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// RSS-2, ATOM-2
func TestIDsInEachFormat(t *testing.T) {
	const authority = "example.com,2015"
	tests := []struct{ why, id, atom, guid string }{
		{"no id is the URL", "", "https://example.com/a", "https://example.com/a"},
		{"an address of old", "http://old.example.com/?p=12", "http://old.example.com/?p=12", "http://old.example.com/?p=12"},
		{"a guid byte for byte, an IRI in canonical form", "HTTP://Old.Example.com?p=12", "http://old.example.com/?p=12", "HTTP://Old.Example.com?p=12"},
		{"escapes in capitals, and only where they must be", "https://example.com/%7eb/t%c3%bcrk/", "https://example.com/~b/t%C3%BCrk/", "https://example.com/%7eb/t%c3%bcrk/"},
		{"dot segments", "https://example.com/a/../b", "https://example.com/b", "https://example.com/a/../b"},
		{"non-ASCII address", "https://example.com/türk", "https://example.com/t%C3%BCrk", "https://example.com/türk"},
		{"a tag: URI", "tag:blogger.com,1999:blog-1.post-2", "tag:blogger.com,1999:blog-1.post-2", "tag:blogger.com,1999:blog-1.post-2"},
		{"a urn:", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a"},
		{"white space around it goes", " 123456789\n", "tag:example.com,2015:123456789", "123456789"},

		{"a short number", "4711", "tag:example.com,2015:4711", "4711"},
		{"a long number", "471100000", "tag:example.com,2015:471100000", "471100000"},
		{"a key", "post-4711", "tag:example.com,2015:post-4711", "post-4711"},
		{"a key with a colon", "post:4711", "tag:example.com,2015:post:4711", "post:4711"},
		{"a key with blanks and signs", "a b#c%d/é", "tag:example.com,2015:a%20b%23c~25d/%C3%A9", "a b#c%d/é"},
		{"a key in decomposed letters", "tu\u0308rk", "tag:example.com,2015:tu~CC~88rk", "tu\u0308rk"},
		{"a bare UUID", "1225c695-cfb8-4ebb-aaaa-80da344efa6a", "tag:example.com,2015:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "1225c695-cfb8-4ebb-aaaa-80da344efa6a"},
		{"what only looks like a tag: URI", "tag:x", "tag:example.com,2015:tag:x", "tag:x"},
		{"what only looks like a urn:", "urn:uuid:1", "tag:example.com,2015:urn:uuid:1", "urn:uuid:1"},
		{"what only looks like an address", "http://[", "tag:example.com,2015:http://%5B", "http://["},
		{"an address that decodes twice", "https://example.com/100%2541", "tag:example.com,2015:https://example.com/100~252541", "https://example.com/100%2541"},
		{"an address in decomposed letters", "https://example.com/tu%CC%88rk", "tag:example.com,2015:https://example.com/tu~25CC~2588rk", "https://example.com/tu%CC%88rk"},
		{"an address in another encoding", "https://example.com/t%FCrk", "tag:example.com,2015:https://example.com/t~25FCrk", "https://example.com/t%FCrk"},
	}
	for _, tt := range tests {
		a := &Article{ID: tt.id, URL: "https://example.com/a"}
		assert.Equal(t, tt.atom, atomID(a, authority), tt.why)
		assert.Equal(t, tt.guid, guid(a), tt.why)
	}
}

// RSS-2
func TestAPermalinkIsTheArticlesAddressAndNothingElse(t *testing.T) {
	assert.True(t, isPermalink("https://example.com/a", "https://example.com/a"))
	assert.False(t, isPermalink("http://example.com/a", "https://example.com/a"), "an address of old")
	assert.False(t, isPermalink("4711", "4711"))
	assert.False(t, isPermalink("", ""))
}

// ATOM-2: different keys have different ids, which are ASCII and canonical.
func FuzzIDs(f *testing.F) {
	f.Add("a b", "a%20b")
	f.Add("a#b", "a%23b")
	f.Add("a%b", "a~25b")
	f.Add("A\u0309", "A~CC~89")
	f.Add("4711", "tag:4711")
	f.Add("http://h", "HTTP://H/")
	f.Add("urn:isbn:1", "é\xff")
	f.Fuzz(func(t *testing.T, one, two string) {
		const authority = "example.com,2015"
		one, two = escape.Legal(one), escape.Legal(two)
		assert.Equal(t, one == two, uri.Tag(authority, one) == uri.Tag(authority, two))

		id := atomID(&Article{ID: one}, authority)
		if strings.TrimSpace(one) == "" {
			assert.Empty(t, id)
			return
		}
		assert.Empty(t, strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#@!$&'()*+,;=%"), "RFC 3986 section 2, and RSS-7")
		again, ok := uri.IRI(id)
		assert.True(t, ok, id)
		assert.Equal(t, id, again)
	})
}
