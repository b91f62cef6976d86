package slug

import (
	"fmt"
	"strings"
	"testing"
)

// The time per byte stays the same, whatever the name.
func BenchmarkHostile(b *testing.B) {
	for name, unit := range map[string]string{
		"letters": "a", "spaces": " ", "pluses": "+", "words with pluses": "a+ ", "sharps": "a#", "dots": ".", "dotted": " .a",
		"marks": "\u0301", "marked": "я\u0301\u0327", "sigmas": "Σ", "emoji": "🔥", "questions": "?", "ligatures": "ﬃ", "invalid": "\xff",
		"slashes": "a/", "apostrophes": "'", "Hangul": "\u1100\u1161",
	} {
		for _, size := range []int{1 << 10, 1 << 15, 1 << 20} {
			text := strings.Repeat(unit, size/len(unit))
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					slug, _ := Derive(text)
					Check(Fold(text))
					IsPath(text, 50)
					var names Names
					names.Add(text)
					if len(slug) > maxLength {
						b.Fatal("not cut")
					}
				}
			})
		}
	}
}
