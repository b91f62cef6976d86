package wordpress_test

import (
	"bytes"
	"encoding/xml"
	"io"
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
