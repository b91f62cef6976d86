package wordpress_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/wordpress"
)

// BenchmarkRead reads an export: the file twice, all bodies converted. For comparison,
// encoding/xml's Decoder reads each token once and does nothing with it. MB/s refer to the size of
// the file.
func BenchmarkRead(b *testing.B) {
	var file bytes.Buffer
	require.NoError(b, writeExport(&file, 16<<20))
	export := file.Bytes()
	b.Run("articles", func(b *testing.B) {
		b.SetBytes(int64(len(export)))
		for b.Loop() {
			e := wordpress.Export{Input: bytes.NewReader(export)}
			for _, err := range e.Articles() {
				require.NoError(b, err)
			}
		}
	})
	b.Run("articles of a pipe", func(b *testing.B) {
		b.SetBytes(int64(len(export)))
		for b.Loop() {
			e := wordpress.Export{Input: io.MultiReader(bytes.NewReader(export))}
			for _, err := range e.Articles() {
				require.NoError(b, err)
			}
		}
	})
	b.Run("encoding-xml tokens", func(b *testing.B) {
		b.SetBytes(int64(len(export)))
		for b.Loop() {
			d := xml.NewDecoder(bytes.NewReader(export))
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("encoding-xml raw tokens", func(b *testing.B) {
		b.SetBytes(int64(len(export)))
		for b.Loop() {
			d := xml.NewDecoder(bytes.NewReader(export))
			for {
				if _, err := d.RawToken(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkHostile reads exports that are made to take long. The speed in MB/s does not fall with
// the size.
func BenchmarkHostile(b *testing.B) {
	files := func(n int) string {
		return strings.Repeat("<item><wp:post_parent>1</wp:post_parent><wp:post_type>attachment</wp:post_type>"+
			"<wp:attachment_url>https://t.example/a.jpg</wp:attachment_url><wp:post_id>#</wp:post_id></item>", n/200)
	}
	for name, export := range map[string]func(n int) (items, body string){
		"galleries": func(n int) (string, string) { return files(n / 2), strings.Repeat("[gallery]", n/2/9) },
		"players":   func(n int) (string, string) { return files(n / 2), strings.Repeat("[audio]", n/2/7) },
		"excluded": func(n int) (string, string) {
			return "", `[gallery ids="` + strings.Repeat("1,", n/4) + `" exclude="` + strings.Repeat("2,", n/4) + `"]`
		},
		"marks":  func(n int) (string, string) { return "", strings.Repeat("]]><x", n/5) },
		"embeds": func(n int) (string, string) { return "", strings.Repeat("[embed]x", n/8) + "[/embed]" },
		"titles": func(n int) (string, string) { return "", strings.Repeat("[fusion_title][b]", n/17) + "[/fusion_title]" },
	} {
		for _, size := range []int{1 << 18, 1 << 20} {
			b.Run(fmt.Sprintf("%s/%dKB", name, size>>10), func(b *testing.B) {
				items, body := export(size)
				for id := 2; strings.Contains(items, "#"); id++ {
					items = strings.Replace(items, "#", strconv.Itoa(id), 1)
				}
				text := head + items + strings.Replace(post(1, ""), "Body 1", body, 1) + foot
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					e := wordpress.Export{Input: strings.NewReader(text)}
					for _, err := range e.Articles() {
						require.NoError(b, err)
					}
				}
			})
		}
	}
}
