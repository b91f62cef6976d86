package slug

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// A set of names holds each name once, in whatever form it comes, and however many there are.
func FuzzNames(f *testing.F) {
	f.Add("Military|MILITARY|İstanbul|istanbul|Istanbul||a\x00|A|Z|z|a b|b")
	f.Add("ΟΔΟΣ|οδος|K|\u212a|e\u0301|É|\x7f|\t")
	f.Add(strings.Repeat("long ", 200) + "|a|" + strings.Repeat("LONG ", 200) + "|A")
	f.Fuzz(func(t *testing.T, list string) {
		var names Names
		seen := map[string]bool{}
		for name := range strings.SplitSeq(list, "|") {
			folded := Fold(escape.Legal(name))
			assert.Equal(t, folded, string(appendFolded(nil, name)))
			assert.Equal(t, !seen[folded], names.Add(name), "%q", name)
			seen[folded] = true
		}
	})
}

func TestManyNames(t *testing.T) {
	var names Names
	for _, want := range []bool{true, false} {
		for i := range 1000 {
			assert.Equal(t, want, names.Add(fmt.Sprint("name ", i)))
		}
	}
}

func TestAFewNamesCostNoMemory(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		var names Names
		for _, name := range []string{"Military", "military", "Turkey", "Armed Forces"} {
			names.Add(name)
		}
	}))
}
