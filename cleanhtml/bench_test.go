package cleanhtml_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// bodies returns n different article bodies of about 4 KB, as a CMS stores them: paragraphs with
// links and emphasis, a lead image with its sizes, a quotation, a list, block comments.
func bodies(n int) []string {
	words := strings.Fields(`the government said on Monday that Mevlüt Çavuşoğlu would meet officials in Ankara
		to discuss military cooperation while prosecutors investigated a network of companies accused of
		violating sanctions “according to documents” obtained by reporters who asked not to be named`)
	bodies := make([]string, n)
	for i := range bodies {
		var b strings.Builder
		next := i * 7
		prose := func(n int) {
			for range n {
				b.WriteString(words[next%len(words)] + " ")
				next += 1 + i%5
			}
		}
		fmt.Fprintf(&b, `<!-- wp:image --><figure class="wp-block-image"><img loading="lazy" src="/wp-content/uploads/%d/lead.jpg" alt="Lead image" width="1024" height="683" srcset="/wp-content/uploads/%d/lead-300x200.jpg 300w, /wp-content/uploads/%d/lead.jpg 1024w" sizes="(max-width: 1024px) 100vw"><figcaption>A caption</figcaption></figure><!-- /wp:image -->`, i, i, i)
		for p := 0; b.Len() < 3900; p++ {
			b.WriteString("\n<!-- wp:paragraph -->\n<p>")
			prose(40 + (i+p)%30)
			fmt.Fprintf(&b, `<a href="https://www.example.org/%d/%d/article/" target="_blank" rel="noopener">`, i, p)
			prose(3)
			b.WriteString("</a> <strong>")
			prose(4)
			b.WriteString("</strong> &#8217;s ")
			prose(20)
			b.WriteString("</p>\n<!-- /wp:paragraph -->")
			if p%3 == i%3 {
				b.WriteString("\n<blockquote><p>")
				prose(25)
				b.WriteString("</p></blockquote>\n<ul><li>")
				prose(6)
				b.WriteString("</li><li>")
				prose(6)
				b.WriteString("</li></ul>")
			}
		}
		bodies[i] = b.String()
	}
	return bodies
}

func BenchmarkClean(b *testing.B) {
	benchmark(b, bodies(100), func(body string, dst []byte) []byte {
		dst, _ = cleanhtml.Policy{}.Append(dst, body, page)
		return dst
	})
}

// BenchmarkAlreadyClean compares recognizing a clean body with cleaning it again.
func BenchmarkAlreadyClean(b *testing.B) {
	clean := bodies(100)
	for i := range clean {
		clean[i] = cleanhtml.Policy{}.Clean(clean[i], page)
	}
	b.Run("one pass", func(b *testing.B) {
		benchmark(b, clean, func(body string, dst []byte) []byte {
			dst, _ = cleanhtml.Policy{}.Append(dst, body, page)
			return dst
		})
	})
	b.Run("one pass, legal", func(b *testing.B) {
		benchmark(b, clean, func(body string, dst []byte) []byte {
			if !(cleanhtml.Policy{}).LegalIsClean(body) {
				b.Fatal("not clean")
			}
			return dst
		})
	})
	b.Run("taken apart", func(b *testing.B) {
		benchmark(b, clean, func(body string, dst []byte) []byte {
			dst, _ = cleanhtml.Policy{}.AppendSlow(dst, body, page)
			return dst
		})
	})
}

func BenchmarkTrusted(b *testing.B) {
	benchmark(b, bodies(100), func(body string, dst []byte) []byte {
		dst, _ = cleanhtml.Policy{Trusted: true}.Append(dst, body, page)
		return dst
	})
}

func BenchmarkSummary(b *testing.B) {
	benchmark(b, bodies(100), func(body string, dst []byte) []byte {
		return append(dst, cleanhtml.Summary(body, 55)...)
	})
}

// benchmark uses the bodies in turn, since a single one would train the branch predictor.
func benchmark(b *testing.B, bodies []string, work func(body string, dst []byte) []byte) {
	total := 0
	for _, body := range bodies {
		total += len(body)
	}
	b.SetBytes(int64(total / len(bodies)))
	b.ReportAllocs()
	var dst []byte
	for i := 0; b.Loop(); i++ {
		dst = work(bodies[i%len(bodies)], dst[:0])
	}
}
