package uri

import (
	"fmt"
	"strings"
	"testing"
)

// The time per byte stays the same, whatever the address or name.
func BenchmarkHostile(b *testing.B) {
	_, base, _ := Base("https://example.org/")
	for name, unit := range map[string]string{
		"letters": "a", "percents": "%", "escapes": "%41", "dots": "../", "slashes": "/", "at signs": "@", "addresses": "a@b.co ",
		"colons": ":", "brackets": "[", "questions": "?", "hashes": "#", "tabs": "\t", "Unicode": "é", "hyphens": "-", "labels": "a.", "punycode": "xn--a.",
	} {
		for _, size := range []int{1 << 10, 1 << 15, 1 << 20} {
			text := strings.Repeat(unit, size/len(unit))
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					Resolve(base, text)
					Resolve(base, "https://"+text)
					Resolve(base, "https://example.org/"+text)
					HasUserinfo(text)
					IRI("tag:example.org,2020:" + text)
					IRI("urn:isbn:" + text)
					IsMail(text)
					CutMail(text)
					Mailto("mailto:" + text)
					IsTagAuthority(text)
				}
			})
		}
	}
}
