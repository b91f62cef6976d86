package uri

import (
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
	for _, s := range []string{"", ",", "example.com", "example.com,", "example.com,15", "example.com,2015-7", "example.com,2015-07-1x", "Example.com,2015", "exa mple.com,2015", "localhost,2015", "example.com,2o15"} {
		assert.False(t, IsTagAuthority(s), s)
	}
}
