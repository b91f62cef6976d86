package wordpress

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// WXR-7
func TestHostileValuesOfPHPAreRejected(t *testing.T) {
	for _, s := range []string{
		"", "a", "a:", "a:-1:{}", "a:1:{", "a:99999:{}", `s:5:"ab`, `s:x:"ab";`, `O:1:"a":0:{}`, "i:5", "a:1:{i:0;}", `a:1:{a:0:{}i:0;}`,
		strings.Repeat("a:1:{i:0;", 6) + "N;" + strings.Repeat("}", 6),
	} {
		_, err := parsePHP(s)
		assert.Error(t, err, s)
	}
	v, err := parsePHP(`a:2:{s:1:"a";a:1:{i:0;d:0.5;}s:1:"b";s:4:"x";"";}`)
	assert.NoError(t, err)
	assert.Equal(t, "0.5", v.get("a").get("0").text)
	assert.Equal(t, `x";"`, v.get("b").text)
}

func FuzzParsePHP(f *testing.F) {
	for _, s := range []string{`a:1:{s:1:"k";s:1:"v";}`, "i:5;", "N;", `s:3:"äb";`, "a:2:{i:0;b:1;i:1;a:0:{}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := parsePHP(s)
		if err != nil {
			assert.Empty(t, v)
		}
	})
}
