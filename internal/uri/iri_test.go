package uri

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every URL of up to five bytes that matter.
func TestCanonicalURLsAreTheirOwnForm(t *testing.T) {
	var check func(s string)
	check = func(s string) {
		if IsCanonical(s) {
			iri, ok := canonicalized(s)
			require.True(t, ok, "%q", s)
			require.Equal(t, s, iri)
		}
		if len(s) < len("http://")+5 {
			for _, c := range "a1.-/?=&~:x%" {
				check(s + string(c))
			}
		}
	}
	check("http://")
}

func FuzzCanonicalURLs(f *testing.F) {
	for _, s := range []string{"https://example.com/", "http://a.b/?p=1", "https://a/b/../c", "https://xn--a/", "https://a.-b/", "https://1.2.3/", "https://a.b/?", "https://a.b/c??d", "https://a.b/c.html"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !IsCanonical(s) {
			return
		}
		iri, ok := canonicalized(s)
		assert.True(t, ok, "%q", s)
		assert.Equal(t, s, iri)
	})
}

func FuzzPlainKeysNeedNoEscapes(f *testing.F) {
	for _, s := range []string{"4711", "a/b?c=d", "a%20b", "a~b", "a#b", "ü", "a b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if isPlainKey(key) {
			assert.Equal(t, key, PercentEncode(tagEscaper.Replace(key)))
		}
	})
}

// ATOM-2
func TestTagAuthorityIsTheSitesHostUnlessGiven(t *testing.T) {
	tests := []struct{ given, siteURL, want string }{
		{"", "https://www.example.com/", "www.example.com,2026"},
		{"", "https://müzik.example:8080/", "xn--mzik-0ra.example,2026"},
		{"", "http://[::1]/", "localhost,2026"},
		{"", "http://intranet/", "intranet,2026"},
		{"", "http://my_site.example./", "my-site.example,2026"},
		{"", "", "localhost,2026"},
		{" example.com,2015 ", "https://new.example/", "example.com,2015"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, TagAuthority(tt.given, tt.siteURL), tt.siteURL)
	}
}

func TestTagAuthorityIsADomainAndADate(t *testing.T) {
	for _, s := range []string{"example.com,2015", "example.com,2015-07", "example.com,2015-07-01", "editor@example.com,2015"} {
		assert.True(t, IsTagAuthority(s), s)
	}
	for _, s := range []string{"", ",", "example.com", "example.com,", "example.com,15", "example.com,2015-7", "example.com,2015-07-1x", "Example.com,2015", "exa mple.com,2015", "localhost,2015", "example.com,2o15", "my_site.example,2015", "@example.com,2015"} {
		assert.False(t, IsTagAuthority(s), s)
	}
}

// ATOM-2
func TestIRIsHaveOneForm(t *testing.T) {
	tests := []struct{ why, given, want string }{
		{"as it should be", "https://example.com/2022/03/a/", "https://example.com/2022/03/a/"},
		{"scheme and host in lower case", "HTTP://Example.com/A", "http://example.com/A"},
		{"dot segments", "https://example.com/a/../b/./c", "https://example.com/b/c"},
		{"query and fragment stay", "https://example.com/a/../b?c=../d#e/../f", "https://example.com/b?c=../d#e/../f"},
		{"an empty query stays", "https://example.com/a/../b?", "https://example.com/b?"},
		{"escapes in upper case", "https://example.com/%c3%a7%7c", "https://example.com/%C3%A7%7C"},
		{"escapes without need", "https://example.com/%61%7E%2d%5F%2e%39%41x", "https://example.com/a~-_.9Ax"},
		{"escapes of reserved characters", "https://example.com/%2f%3F%23", "https://example.com/%2F%3F%23"},
		{"beyond ASCII", "https://example.com/ç", "https://example.com/%C3%A7"},
		{"a user", "https://u@example.com/", "https://u@example.com/"},

		{"tag", "tag:example.com,2015:post/12", "tag:example.com,2015:post/12"},
		{"tag in capitals", "TAG:example.com,2015:post", "tag:example.com,2015:post"},
		{"tag without a key", "tag:example.com,2015:", "tag:example.com,2015:"},
		{"tag with a space", "tag:example.com,2015:a b", "tag:example.com,2015:a%20b"},
		{"tag with an escape", "tag:example.com,2015:%61%c3%a7", "tag:example.com,2015:a%C3%A7"},
		{"tag with a fragment", "tag:example.com,2015:a#b", "tag:example.com,2015:a#b"},

		{"urn", "urn:isbn:0451450523", "urn:isbn:0451450523"},
		{"urn in capitals", "URN:isbn:0451450523", "urn:isbn:0451450523"},
		{"urn with a colon", "urn:x-a:b:c", "urn:x-a:b:c"},
		{"urn with a space", "urn:xy:a b", "urn:xy:a%20b"},
		{"the longest namespace", "urn:" + strings.Repeat("a", 32) + ":1", "urn:" + strings.Repeat("a", 32) + ":1"},
		{"uuid", "urn:uuid:F81d4fae-7dec-11d0-a765-00a0c91e6bf6", "urn:uuid:F81d4fae-7dec-11d0-a765-00a0c91e6bf6"},
	}
	for _, tt := range tests {
		iri, ok := IRI(tt.given)
		assert.True(t, ok, tt.why)
		assert.Equal(t, tt.want, iri, tt.why)
		assert.Equal(t, tt.want, IRIOr(tt.given), tt.why)
		again, ok := IRI(iri)
		assert.True(t, ok, tt.why)
		assert.Equal(t, tt.want, again, "%s: the form is final", tt.why)
	}
}

func TestOtherIDsAreNoIRIs(t *testing.T) {
	for _, id := range []string{
		"", "4711", "post:12", "/a", "//example.com/", "mailto:a@example.com", "ftp://example.com/", "javascript:x",
		"http:", "http://", "http://[::1]/", "https://example.com:x/", "https://a b/",
		"https://example.com/%ff", "https://example.com/%2541", "https://example.com/e%CC%81", "https://example.com/%25%34%31",

		"tag:", "tag:example.com,2015", "tag:example.com:a", "tag:localhost,2015:a", "tag:example.com,2015:a#b#c", "tag:example.com,2015:a%ff",

		"urn:", "urn:isbn", "urn:isbn:", "urn::a", "urn:a:1", "urn:-a:1", "urn:a_b:1", "urn:" + strings.Repeat("a", 33) + ":1",
		"urn:xy:a/b", "urn:xy:a?b", "urn:xy:a#b", "urn:xy:a&b", "urn:xy:a~b", "urn:xy:%ff",

		"urn:uuid:", "urn:uuid:f81d4fae", "urn:UUID:x", "urn:uuid:f81d4fae7dec11d0a76500a0c91e6bf6",
		"urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6-", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6-1",
		"urn:uuid:f81d4fae-7dec-11d0-a76500a0c91e6bf6", "urn:uuid:g81d4fae-7dec-11d0-a765-00a0c91e6bf6",
		"urn:uuid:f81d4fa-7dec-11d0-a765-00a0c91e6bf6", "urn:uuid:f81d4faef-7dec-11d0-a765-00a0c91e6bf6",
		"urn:uuid:f81d4fae-7de-11d0-a765-00a0c91e6bf6", "urn:uuid:f81d4fae-7dec-11d-a765-00a0c91e6bf6",
		"urn:uuid:f81d4fae-7dec-11d0-a76-00a0c91e6bf6", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf",
		"urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bg6",
	} {
		iri, ok := IRI(id)
		assert.False(t, ok, id)
		assert.Empty(t, iri, id)
		assert.Equal(t, id, IRIOr(id))
	}
}

func TestCanonicalURLsHaveNoEscapes(t *testing.T) {
	assert.True(t, IsCanonical("https://example.com/a?b=c"))
	assert.False(t, IsCanonical("https://example.com/%41"))
	assert.False(t, IsCanonical("https://example.com/%C3%A7"))
	assert.False(t, IsCanonical("https://Example.com/"))
	assert.False(t, IsCanonical("%"))
	for _, id := range []string{"https://example.com/2022/03/a/", "tag:example.com,2015:post/12"} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { IRI(id) }), id)
	}
}

// ATOM-2
func TestKeysMakeTagURIs(t *testing.T) {
	tests := []struct{ key, want string }{
		{"4711", "4711"},
		{"a/b?c=d", "a/b?c=d"},
		{"a b", "a%20b"},
		{"ç", "%C3%A7"},
		{"c\u0327", "c~CC~A7"},
		{"100%", "100~25"},
		{"%20", "~2520"},
		{"a~b", "a~7Eb"},
		{"a#b", "a%23b"},
		{"a#c\u0327", "a~23c~CC~A7"},
		{"~\u030c", "~7E~CC~8C"},
	}
	for _, tt := range tests {
		uri := Tag("example.com,2015", tt.key)
		assert.Equal(t, "tag:example.com,2015:"+tt.want, uri, tt.key)
		assert.Equal(t, uri, IRIOr(uri), "it is its own form")
	}
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { Tag("example.com,2015", "a/12") }), 1.0)
}

// isPlainKey takes each byte that Tag does not change.
func TestPlainKeysAreOfCertainBytes(t *testing.T) {
	for c := range 256 {
		key := "a" + string([]byte{byte(c)})
		plain := PercentEncode(tagEscaper.Replace(key)) == key
		assert.Equal(t, plain, isPlainKey(key), "%q", key)
		if c < 0x80 {
			assert.Equal(t, plain, Tag("", key) == "tag::"+key, "%q", key)
		}
	}
}

func TestHostOfAPlainSiteIsCutOut(t *testing.T) {
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { TagAuthority("", "https://example.com/news/") }), 1.0)
	assert.Equal(t, "example.com,2026", TagAuthority("", "https://example.com/news//a"))
	assert.Equal(t, "localhost,2026", TagAuthority("", "news"))
}
