package cleanhtml_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each two hostile bodies, one after the other and one within the other, and pieces of many of
// them. HTML-3
func TestCleaningAgainChangesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through many thousand bodies")
	}
	for _, a := range hostile {
		for _, b := range hostile {
			assertStable(t, a+b)
			assertStable(t, a[:len(a)/2]+b+a[len(a)/2:])
		}
	}
	r := rand.New(rand.NewPCG(5, 5))
	for range 30_000 {
		var b strings.Builder
		for range 2 + r.IntN(6) {
			pieces := strings.SplitAfter(pick(r, hostile), ">")
			from := r.IntN(len(pieces))
			b.WriteString(strings.Join(pieces[from:from+1+r.IntN(len(pieces)-from)], ""))
		}
		assertStable(t, b.String())
	}
}

// assertStable checks that each policy returns its own output unchanged.
func assertStable(t *testing.T, body string) {
	t.Helper()
	for _, policy := range policies {
		once := policy.Clean(body, page)
		require.Equal(t, once, policy.Clean(once, page), "%+v: %q", policy, body)
	}
}
