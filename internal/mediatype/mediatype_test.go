package mediatype

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMediaTypesAreToldFromFileNames(t *testing.T) {
	tests := []struct{ given, address, want string }{
		{"", "https://example.com/a.mp3", "audio/mpeg"},
		{"", "https://example.com/a.JPG?w=100#x", "image/jpeg"},
		{"", "https://example.com/mp3", ""},
		{"", "https://example.com/a.mp3/", ""},
		{"", "http://[", ""},
		{" audio/ogg ", "https://example.com/a.mp3", "audio/ogg"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, Of(tt.given, tt.address), tt.address)
	}
}

func TestMediaTypesHaveTypeAndSubtype(t *testing.T) {
	for _, s := range []string{"audio/mpeg", "image/svg+xml", "application/vnd.ms-excel", "text/html; charset=utf-8", `text/plain;a="b c";d=e`} {
		assert.True(t, Valid(s), s)
	}
	for _, s := range []string{"", "/", "audio", "audio/", "/mpeg", "audio/mpeg/x", "audio mpeg/x", "audio/mpeg;", "audio/mpeg; x", "audio/mpeg; =", "a/b;c=\x00"} {
		assert.False(t, Valid(s), s)
	}
}

func TestTypesOfPlainAddressesAreThoseOfParsedOnes(t *testing.T) {
	for c := range 256 {
		for _, address := range []string{"https://example.com/a" + string([]byte{byte(c)}) + ".mp3", "/a.jp" + string(rune(c)) + "g"} {
			assert.Equal(t, ofAny(address), Of("", address), address)
		}
	}
}

func TestTokensAreOfCertainBytes(t *testing.T) {
	for c := range 256 {
		s := string([]byte{byte(c)})
		assert.Equal(t, strings.Contains("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+", s), isToken(s), "%q", s)
	}
}

func TestIsOldImage(t *testing.T) {
	for mediaType, want := range map[string]bool{"": false, "image/png": true, "image/gif": true, "image/jpeg": true, "image/webp": false, "text/html": false} {
		assert.Equal(t, want, IsOldImage(mediaType), mediaType)
	}
}

// LIFE-4
func TestWellKnownWrongTypesAreMended(t *testing.T) {
	for given, want := range map[string]string{
		"image/jpg": "image/jpeg", "IMAGE/JPG ": "image/jpeg", "audio/mp3": "audio/mpeg", "audio/x-mp3; q=1": "audio/mpeg",
		"mp3": "audio/mpeg", ".PDF": "application/pdf", "Image/PNG": "image/png", "audio/x-m4a": "audio/x-m4a",
		"text/plain; charset=UTF-8": "text/plain; charset=UTF-8", "application/vnd.x+json": "application/vnd.x+json",
		"": "", "\x00": "", ".": ".", "xyz": "xyz",
	} {
		assert.Equal(t, want, Mend(given), given)
		assert.Equal(t, want, Of(given, ""), given)
	}
	for _, right := range registered {
		assert.True(t, Valid(right), right)
		assert.Equal(t, right, Mend(right))
	}
}

func TestNamesOfOtherImages(t *testing.T) {
	for name, other := range map[string]bool{
		"https://e.org/favicon.ico": true, "https://e.org/a.svg": true, "https://e.org/a.html": true, "https://e.org/a.PNG": false,
		"https://e.org/a.jpeg": false, "https://e.org/a": false, "https://e.org/a.png?v=2": false, "": false,
	} {
		assert.Equal(t, other, IsNamedOther(name), name)
	}
}

func TestTypesOfCanonicalURLsCostNoMemory(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(100, func() { Of("", "https://example.com/a.mp3?b") }))
}

func TestTokensHaveOnlyCertainBytesAnywhere(t *testing.T) {
	assert.True(t, isToken("vnd.ms-excel"))
	for _, s := range []string{"", "a b", " a", "a ", "a/b", "a=b", "é"} {
		assert.False(t, isToken(s), "%q", s)
	}
}
