package bodies

import (
	"fmt"
	"strings"
	"testing"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// BenchmarkGrowth measures bodies that are hard to shorten. The time for each byte must be the same
// for all sizes. HTML-3d
func BenchmarkGrowth(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 15, 1 << 20} {
		for name, piece := range map[string]string{
			"words": "a ", "one word": "a", "paragraphs": "<p>a</p>", "hidden": "<div hidden>", "skipped": "<svg></svg>", "brackets": "[a", "open tags": "<p ",
			"comments": "<!--", "formulas": "<math>", "links": "<sup><a href=#a>", "entities": "&amp;", "characters": "\u3042",
		} {
			body := strings.Repeat(piece, size/len(piece))
			for what, work := range map[string]func(){
				"prepare":   func() { Prepare(Article{URL: "https://e.org/a", Content: body}, cleanhtml.Policy{}, size) },
				"too long":  func() { Prepare(Article{URL: "https://e.org/a", Content: body}, cleanhtml.Policy{}, 1) },
				"clean":     func() { Clean(cleanhtml.Policy{}, "https://e.org/a", body) },
				"link":      func() { Link("https://e.org/a", body, body) },
				"summarize": func() { Summarize(body) },
				"words":     func() { FirstWords(body, 12) },
			} {
				b.Run(fmt.Sprintf("%s/%s/%d", name, what, size), func(b *testing.B) {
					b.SetBytes(int64(len(body)))
					b.ReportAllocs()
					for b.Loop() {
						work()
					}
				})
			}
		}
	}
}
