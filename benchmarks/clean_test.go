package benchmarks

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// Cleaning bodies that are clean already, compared with one pass of x/net/html's tokenizer.
func BenchmarkClean(b *testing.B) {
	articles := Generate(Workload{Articles: 2000, Categories: 12, Tags: 400, Authors: 60})
	run := func(name string, look func(body, base string)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(articles[0].Content)))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				a := &articles[i%len(articles)]
				look(a.Content, a.URL)
			}
		})
	}
	var buf []byte
	run("cleanhtml", func(body, base string) {
		buf, _ = cleanhtml.Policy{}.Append(buf[:0], body, base)
	})
	run("tokenizer", func(body, _ string) {
		for z := html.NewTokenizer(strings.NewReader(body)); z.Next() != html.ErrorToken; {
		}
	})
}
