package uri

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBytesThatURIsDoNotHaveAreEscaped(t *testing.T) {
	tests := []struct{ given, want string }{
		{"", ""},
		{"/a?b#c", "/a?b#c"},
		{"ç", "%C3%A7"},
		{"a b", "a%20b"},
		{"a\x00\xff", "a%00%FF"},
		{"%41%zz%4", "%41%25zz%254"},
		{"%", "%25"},
		{"%%41", "%25%41"},
		{"%4%41", "%254%41"},
		{"a %", "a%20%25"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, PercentEncode(tt.given), tt.given)
		assert.Equal(t, tt.want, PercentEncode(tt.want), "again")
	}
	for c := range 256 {
		s := "a" + string([]byte{byte(c)}) + "b"
		want := s
		if !strings.Contains("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?#", s[1:2]) {
			want = "a" + strings.ToUpper(url.QueryEscape(s[1:2])) + "b"
		}
		if c == ' ' {
			want = "a%20b"
		}
		assert.Equal(t, want, PercentEncode(s))
	}
}

func TestNothingToEscapeCostsNoMemory(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		PercentEncode("/2022/03/a-b/?p=1")
		EscapeStrayPercents("/2022/03/a-b/?p=1")
	}))
}

func TestEscapesAreAPercentSignAndTwoDigits(t *testing.T) {
	escape := regexp.MustCompile("%[0-9a-fA-F]{2}")
	digit := regexp.MustCompile("^[0-9a-fA-F]$")
	for c := range 256 {
		b := string([]byte{byte(c)})
		assert.Equal(t, digit.MatchString(b), IsHex(byte(c)), "%q", b)
		for _, s := range []string{b, "%" + b, "%4" + b, "%" + b + "4", b + "41", "%4g" + b, "a%4" + b, "%41" + b, "%g1" + b} {
			assert.Equal(t, escape.MatchString(s), HasEscape(s), "%q", s)
		}
	}
}

func TestEscapeLeavesTheAuthorityAlone(t *testing.T) {
	for given, want := range map[string]string{
		"https://u:p@example.com:8/a|b?c|d#e|f": "https://u:p@example.com:8/a%7Cb?c%7Cd#e%7Cf",
		"https://[::1]/[a]?":                    "https://[::1]/%5Ba%5D?",
		"https://example.com/a%2Fb":             "https://example.com/a%2Fb",
		"https://example.com#a":                 "https://example.com#a",
	} {
		u, err := url.Parse(given)
		require.NoError(t, err)
		assert.Equal(t, want, Escape(u))
	}
}

func TestEscapeOfAnEncodedURLIsItsText(t *testing.T) {
	u, err := url.Parse("https://example.com/a?b#c")
	require.NoError(t, err)
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { Escape(u) }), 1.0)
}
