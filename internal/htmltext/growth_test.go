package htmltext

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkGrowth measures texts that look like HTML everywhere. The time for each byte must be the
// same for all sizes. HTML-3d
func BenchmarkGrowth(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 15, 1 << 20} {
		for _, piece := range []string{"<", "&", "&amp", "&amp;", "a", "&#", "< ", "&notit;"} {
			text := strings.Repeat(piece, size/len(piece))
			for name, work := range map[string]func(){
				"escape": func() { Escape(text) },
				"of":     func() { Of(text) },
				"text":   func() { Text(text) },
				"html":   func() { ReadsAsHTML(text) },
			} {
				b.Run(fmt.Sprintf("%s/%s/%d", piece, name, size), func(b *testing.B) {
					b.SetBytes(int64(len(text)))
					b.ReportAllocs()
					for b.Loop() {
						work()
					}
				})
			}
		}
	}
}
